"""The dashboard of very many, and a word in very many notes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Row
from benchmarks.figures import say
from benchmarks.ground import Ground
from benchmarks.ground import compared
from benchmarks.ground import found_programs
from benchmarks.ground import notes

JINJA = "`import jinja2`"
RENDER = 2.0
SEARCH = 4.0
# on a tenth of the lines or more, on few, and with an accent in the notes that is not in the question
SEARCHED = ("harbour", "lindqvist", "lucia")


def bench_render(ground: Ground) -> Iterator[Row]:
    """Everybody is overdue: with the default number of lines a section, and with all."""
    count = ground.sizes[0]
    say(f"render, {count:,} overdue people")
    vault = ground.vault(count, count, all_overdue=True)
    whole = ground.copy(vault, "whole")
    (whole / ".vault-crm" / "config.toml").write_text("[dashboard]\nlimit = 0\n", encoding="utf-8")
    commands = {
        "jinja2": ground.imports(vault, "jinja2"),
        "render": ground.crm(vault, "render", before=lambda: _no_page(vault)),
        "again": ground.crm(vault, "render"),
        "whole": ground.crm(whole, "render", before=lambda: _no_page(whole)),
        "whole again": ground.crm(whole, "render"),
    }
    taken = ground.measure(commands)
    what = f"`render`, {count:,} overdue people"
    yield compared(taken, "render", "jinja2", what, JINJA, RENDER)
    yield compared(taken, "again", "jinja2", f"{what}, a page that needs no change", JINJA, None)
    yield compared(taken, "whole", "jinja2", f"{what}, `limit = 0`: all on the page", JINJA, None)
    shown = f"{what}, `limit = 0`, a page that needs no change"
    yield compared(taken, "whole again", "jinja2", shown, JINJA, None)


def _no_page(vault: Path) -> None:
    (vault / "OVERDUE.md").unlink(missing_ok=True)


def bench_search(ground: Ground) -> Iterator[Row]:
    """A word without case and accents; ripgrep leaves out only the case."""
    size = ground.sizes[1]
    vault = ground.vault(size)
    rg = found_programs(ground.options, ["rg"]).get("rg")
    for word in SEARCHED:
        what = f"`search {word}`, {notes(size)}"
        if rg is None:
            yield Row(what, f"≤ {SEARCH:g} × `rg -i {word}`", "ripgrep is not installed")
            continue
        say(what)
        # in a vault of a few notes the word may be nowhere
        commands = {
            "rg": ground.other(vault, rg, "-i", word, ".", fine=(0, 1), speaks=False),
            "search": ground.crm(vault, "search", word, fine=(0, 1)),
        }
        taken = ground.measure(commands)
        yield compared(taken, "search", "rg", what, f"`rg -i {word}`", SEARCH)
