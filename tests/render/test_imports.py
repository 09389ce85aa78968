"""What a dashboard without anything of the user's does not pay for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PAGE = """
import sys
from datetime import date
from pathlib import Path
from vault_crm.store.store import Store
{how}
store = Store.open(Path(sys.argv[1]))
today = date(2026, 11, 22)
{call}
print(*sorted(sys.modules))
"""
REFRESH = (
    "from vault_crm.render.update import refresh_dashboards",
    "assert not refresh_dashboards(store, today)",
)
RENDER = ("from vault_crm.render.update import update", "assert update(store, today).texts")
PENDING = ("from vault_crm.render.boards import pending", "assert pending(store, today) == ()")
# what applies ticks, what keeps the user's words on a page, and what runs templates of the vault's own
FOR_THE_USERS_WORDS = {
    "jinja2",
    "vault_crm.core.actions",
    "vault_crm.core.dashboard.wishes",
    "vault_crm.core.log.edit",
    "vault_crm.render.bounds",
    "vault_crm.render.filing",
    "vault_crm.render.sandbox",
    "vault_crm.render.weave",
    "vault_crm.render.whose",
}


def modules(root: Path, how: tuple[str, str]) -> set[str]:
    code = PAGE.format(how=how[0], call=how[1])
    done = subprocess.run([sys.executable, "-c", code, str(root)], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def vault(root: Path) -> Path:
    (root / ".vault-crm").mkdir()
    (root / "People").mkdir()
    (root / "People" / "Ana.md").write_text("---\ncadence: weekly\nlast_contact: 2026-10-01\n---\n")
    return root


def test_a_page_that_nobody_ticked_needs_nothing_that_reads_ticks(tmp_path: Path) -> None:
    root = vault(tmp_path)
    first = modules(root, RENDER)  # writes the page
    assert "- [ ] [Ana](People/Ana.md)\n" in (root / "OVERDUE.md").read_text()
    again = modules(root, RENDER)
    (root / "People" / "Ben.md").write_text("---\ncadence: weekly\nlast_contact: 2026-10-02\n---\n")
    later = modules(root, REFRESH)  # brings it up to date
    assert "[Ben](People/Ben.md)" in (root / "OVERDUE.md").read_text()
    asked = modules(root, PENDING)
    assert not asked & FOR_THE_USERS_WORDS - {"vault_crm.core.dashboard.wishes"}
    assert not (first | again | later) & FOR_THE_USERS_WORDS
    assert not {"vault_crm.core.plan", "vault_crm.core.verify"} & again  # there is nothing to write


def test_a_tick_is_still_taken_in(tmp_path: Path) -> None:
    """The modules that are not loaded above are those that do it."""
    root = vault(tmp_path)
    modules(root, RENDER)
    page = root / "OVERDUE.md"
    page.write_text(page.read_text().replace("- [ ] [Ana]", "- [x] [Ana]"))
    loaded = modules(root, RENDER)
    assert {"vault_crm.core.actions", "vault_crm.render.filing"} <= loaded
    assert "2026-" in (root / "People" / "Ana.md").read_text().partition("## ")[2]
