"""docs/import.md says what the importers and dialects say."""

from __future__ import annotations

from tests import docs_import
from vault_crm.importers import Wanted
from vault_crm.importers import importers
from vault_crm.importers.tables.dialects import load_dialect


def test_the_page_is_current() -> None:
    text = docs_import.PAGE.read_text(encoding="utf-8")
    assert text == docs_import.page(text), "docs/import.md has fallen behind: python -m tests.docs_import"


def test_every_source_says_how_to_make_its_file_and_what_becomes_of_it() -> None:
    for one in importers(Wanted()):
        assert one.TITLE, one.NAME
        assert one.CLICKS, one.NAME
        assert one.BECOMES, one.NAME


def test_the_dialect_of_the_page_is_one() -> None:
    text = docs_import.PAGE.read_text(encoding="utf-8")
    toml = text.partition("```toml\n")[2].partition("```")[0]
    assert load_dialect("page.toml", toml).name == "bookclub"
