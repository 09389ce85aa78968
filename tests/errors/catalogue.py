"""The error catalogue: one folder a code, from which docs/errors.md is made.

`tests/errors/CODE/` holds `about.md` (what it means and what to do), the note or vault that shows it
(`note.md`, `vault.txt` for several files, or `make.py` for what cannot be committed, such as a link that
leads nowhere), and `expected.txt`, what `vault-crm check --level info` prints about it. `only_on.txt` names
the one system on which it can be shown. `python -m tests.errors.catalogue` writes docs/errors.md anew.
"""

from __future__ import annotations

import ast
import re
import runpy
from pathlib import Path

from tests.vaults import write_vault

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PAGE = ROOT / "docs" / "errors.md"
TODAY = "2026-11-22"
NOTE = "People/Ada.md"  # where `note.md` stands in the vault of its test

_CODE = re.compile(r"[a-z]+(-[a-z0-9]+)+")
# Strings that look like codes in places where codes may stand, and are none.
NOT_CODES = frozenset(
    {
        "utf-8",
        "long-overdue",
        "vault-crm",
        "utf-8-sig",
        "latin-1",
        "periodic-notes",
        "templater-obsidian",
        "date-or-true",
        "prm-paused",
    }
)

HEAD = """\
# Errors and warnings

Everything that `vault-crm check` may say about a vault, by its stable code. An *error* keeps something
from being read and makes `check` exit with 1; a *warning* is read, but probably not as it was meant;
*info* is good to know. Nobody is hidden because of any of them. This page is made from `tests/errors/`,
where each code has the note that shows it.
"""


def codes() -> tuple[str, ...]:
    """The codes that have a folder here."""
    return tuple(sorted(folder.name for folder in HERE.iterdir() if (folder / "about.md").is_file()))


def codes_in_source() -> frozenset[str]:
    """Every code that the program can give: strings of that form in calls and as defaults of parameters."""
    found: set[str] = set()
    for room in ("core", "store", "checks"):
        for file in (ROOT / "vault_crm" / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                found |= {text for text in _strings(node) if _CODE.fullmatch(text)}
    return frozenset(found - NOT_CODES)


def _strings(node: ast.AST) -> set[str]:
    values: list[ast.expr | None] = []
    if isinstance(node, ast.Call):
        values = [*node.args, *(keyword.value for keyword in node.keywords)]
    elif isinstance(node, ast.FunctionDef):
        values = [*node.args.defaults, *node.args.kw_defaults]
    return {v.value for v in values if isinstance(v, ast.Constant) and isinstance(v.value, str)}


def make_vault(code: str, root: Path) -> None:
    """The vault that shows a code."""
    folder = HERE / code
    root.mkdir(parents=True, exist_ok=True)
    (root / ".vault-crm").mkdir(exist_ok=True)
    if (folder / "vault.txt").is_file():
        write_vault(root, (folder / "vault.txt").read_text(encoding="utf-8"))
    if (folder / "note.md").is_file():
        note = root / NOTE
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_bytes((folder / "note.md").read_bytes())
    if (folder / "make.py").is_file():
        runpy.run_path(str(folder / "make.py"))["make"](root)


def page() -> str:
    """docs/errors.md."""
    parts = [HEAD]
    for code in codes():
        about = (HERE / code / "about.md").read_text(encoding="utf-8").strip()
        expected = (HERE / code / "expected.txt").read_text(encoding="utf-8").rstrip("\n")
        parts.append(f"## {code}\n\n{about}\n\n```text\n{expected}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
