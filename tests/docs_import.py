"""Writes the generated parts of docs/import.md from importers and dialects: `python -m tests.docs_import`."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from collections.abc import Iterator
from pathlib import Path

from vault_crm.importers import Importer
from vault_crm.importers import Wanted
from vault_crm.importers import importers
from vault_crm.importers.tables import dialects
from vault_crm.importers.tables.dialects import DialectImporter
from vault_crm.importers.tables.dialects import all_dialects
from vault_crm.importers.tables.saying import becomes

LANGUAGES = {
    "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "pt": "Portuguese",
    "pt-br": "Portuguese of Brazil", "nl": "Dutch",
}  # fmt: skip
PAGE = Path(__file__).parents[1] / "docs" / "import.md"


def page(text: str) -> str:
    """The page with its generated parts as they should be; the prose around them stays."""
    text = _between(text, "sources", "\n".join(_sources()))
    return _between(text, "dialects", _format())


def _between(text: str, name: str, part: str) -> str:
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    assert found, f"docs/import.md has no {begin.strip()}"
    assert closed, f"docs/import.md has no {end}"
    return f"{before}{begin}\n{part.strip()}\n\n{end}{after}"


def _sources() -> Iterator[str]:
    ends = {"vcard": 0, "csv": 2}  # what most people have comes first
    everyone = sorted(importers(Wanted()), key=lambda one: (ends.get(one.NAME, 1), one.TITLE.casefold()))
    for one in everyone:
        yield from _source(one)
    yield "### Deals, for the handoff"
    yield ""
    yield "These files are read by `vault-crm handoff` only. Of a deal, its name and the year it was won are"
    yield "kept in how you met, and nothing else."
    yield ""
    for dialect in all_dialects({}):
        if dialect.kind == "deals":
            yield from _source(DialectImporter(dialect))
    yield from _languages()


def _source(one: Importer) -> Iterator[str]:
    yield from (f"### {one.TITLE}", "", f"`--from {one.NAME}`", "", inspect.cleandoc(one.CLICKS), "")
    if not isinstance(one, DialectImporter):
        yield from _table(one.BECOMES)
        return
    yield from _table(becomes(one.dialect, ""))
    others = [language for language in one.dialect.books if language]
    if others:
        yield f"Its columns in {_listed(LANGUAGES[code] for code in others)} are known, too"
        yield "([below](#columns-in-other-languages))."
        yield ""


def _languages() -> Iterator[str]:
    """The tables of the other languages, each by itself: whoever has such a file looks for one of them."""
    yield "### Columns in other languages"
    yield ""
    for dialect in sorted(all_dialects({}), key=lambda one: (one.name == "csv", one.title.casefold())):
        for language in filter(None, dialect.books):
            yield f"#### {dialect.title}: {LANGUAGES[language]}"
            yield ""
            yield from _table(becomes(dialect, language))


def _table(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield from ("| in the file | becomes |", "|---|---|")
    for columns, outcome in rows:
        columns = columns.replace("{n}", "1, 2 …").replace("*", "…")
        yield f"| {_cell(columns)} | {_cell(outcome)} |"
    yield ""


def _listed(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _format() -> str:
    """How a dialect is written: what the module says of it is what the page says."""
    return inspect.cleandoc(dialects.__doc__ or "").partition("\n")[2].strip()


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
