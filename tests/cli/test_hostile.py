"""What comes in is hostile: no value becomes a contact of somebody else, runs, or leaves the folder."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.linear import is_within
from tests.vaults import tree_bytes
from vault_crm.core.handoff.contacts import parse_contacts
from vault_crm.core.intake.gaps import missing_items
from vault_crm.core.intake.inert import inert_entry
from vault_crm.core.intake.record import Entry
from vault_crm.core.intake.record import make_record
from vault_crm.core.links import links_in
from vault_crm.core.names import fold
from vault_crm.core.vcard.line import parse_line
from vault_crm.core.vcard.read import read_cards
from vault_crm.core.words import Span
from vault_crm.importers.tables.columns import RuleBook
from vault_crm.importers.tables.columns import make_rule
from vault_crm.importers.tables.days import order_told_by

TODAY = "--today=2026-11-22"
VAULT = """
=== .vault-crm/config.toml
=== People/Ben Okafor.md
---
cadence: monthly
---

## Log

- 2026-10-01 coffee
"""

Make = Callable[[str], Path]


@pytest.mark.parametrize(
    "said",
    [
        "[[Ben Okafor]]",
        "[\ufeff[Ben Okafor]\ufeff]",  # what is cleaned away must not leave a link behind
        "[\x01[Ben Okafor]\x02]",
        "[]][Ben Okafor][[]",  # nor what is taken out to leave none
        "[[[[Ben Okafor]]]]",
        "![[Ben Okafor]]",
        "[he](People/Ben%20Okafor.md)",
        "[he]\u202e(<People/Ben Okafor.md>)",
        "[he](x:People/Ben.md)",  # one letter is a disk, no scheme
    ],
)
def test_no_entry_of_a_source_is_a_contact_of_somebody_else(said: str) -> None:
    record = make_record("x", Span("x", 1), "Ana", {}, entries=[Entry(date(2026, 11, 20), said, said)])
    (entry,) = record.entries
    assert not links_in(entry.text) + links_in(entry.kind)
    assert inert_entry(entry.text) == entry.text


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("<% tp.system.prompt() %>", r"<\% tp.system.prompt() %>"),
        ("`$= dv.current()`", r"\`$= dv.current()`"),
        ("`` = this.file``", r"\`\` = this.file``"),
        ("<iframe src=x>", r"\<iframe src=x>"),
        (r"\<iframe src=x>", r"\<iframe src=x>"),  # done already
        (r"\\<iframe src=x>", r"\\\<iframe src=x>"),  # the backslash was escaped, not the bracket
        ("![](https://example.org/seen.png)", r"!\[](https://example.org/seen.png)"),
        ("lunch #no-contact", r"lunch \#no-contact"),
        (
            "see [a page](https://example.org), `code`, 5 < 6",
            "see [a page](https://example.org), `code`, 5 < 6",
        ),
    ],
)
def test_what_a_plug_in_or_a_browser_would_run_is_words_in_the_log(said: str, written: str) -> None:
    assert inert_entry(said) == written


def test_nothing_in_a_new_note_is_a_program_of_templaters(vault: Make, cli: Cli) -> None:
    root = vault(
        VAULT
        + "=== .vault-crm/templates/person.md.j2\n---\n{% for key in keys %}\n{{ key }}:\n{% endfor %}\n---\n"
        + "# {{ name }}\n\n## Log\n"
    )
    bad = "<%* x %>{{ 7*7 }}{% include 'x' %}`$= x`"
    card = f"FN:Dora {bad}\nEMAIL:{bad}\nNICKNAME:{bad}\nX-OWN:{bad}\nNOTE:{bad}\\n`\\n$= x`\\n  = y\n"
    (root / "dora.vcf").write_text(f"BEGIN:VCARD\nVERSION:3.0\n{card}END:VCARD\n")
    assert cli(f"{TODAY} import dora.vcf --apply").code == 0
    (note,) = (root / "People").glob("Dora*.md")
    text = note.read_text()
    assert "<%" not in text
    assert "49" not in text
    assert "> \\$= x`\n>   \\= y\n" in text
    assert json.loads(cli(f"{TODAY} export jsonl dora").stdout)["fields"]["email"] == [bad]
    before = tree_bytes(root)
    run = cli(f"{TODAY} import dora.vcf --apply")
    assert (run.code, tree_bytes(root)) == (0, before), run.stderr


@pytest.mark.parametrize(
    "target",
    [
        *("../x.md", "/etc/x.md", "People/../../x.md", ".git/hooks/x", "People/.x.md", "link/../x.md"),
        *("OVERDUE.md", "People/ben okafor.md", "README.md", "Templates/x.md", "Daily/2026-11-19.md"),
    ],
)
def test_an_edited_plan_puts_nobody_where_no_person_may_be(vault: Make, cli: Cli, target: str) -> None:
    root = vault(VAULT)
    (root / "list.csv").write_text("Name,Email\nAna Martins,ana@example.org\n")
    (root.parent / "plan").write_text(f"new 1 Ana Martins -> {target}\n")
    before = tree_bytes(root.parent)
    run = cli(f"{TODAY} import list.csv --plan ../plan")
    assert run.code == 2
    assert "line 1: " in run.stderr
    assert {path for path, raw in tree_bytes(root.parent).items() if before.get(path) != raw} <= {
        path for path in tree_bytes(root.parent) if path.startswith(".cache")
    }


@pytest.mark.parametrize("setting", ['people = ["."]', 'new_people = "./"'])
def test_nobody_takes_the_dashboards_place_and_paths_have_one_spelling(
    vault: Make, cli: Cli, setting: str
) -> None:
    root = vault(f"=== .vault-crm/config.toml\n{setting}\n")
    (root / "list.csv").write_text("Name,Email\nOVERDUE,ana@example.org\n")
    run = cli(f"{TODAY} import list.csv --apply")
    assert (run.code, "left as it was" in run.stderr) == (0, False)
    assert (root / "OVERDUE (another).md").exists()
    assert "./" not in cli("undo").stdout


@pytest.mark.parametrize(
    "place", [".vault-crm/config.toml", ".git/hooks/post-commit", ".obsidian/x", "link.vcf"]
)
def test_no_export_goes_where_it_would_be_settings_or_a_program(vault: Make, cli: Cli, place: str) -> None:
    root = vault(VAULT + "=== .git/hooks/post-commit\n=== .obsidian/app.json\n{}\n")
    (root / "link.vcf").symlink_to(".vault-crm/own.toml")
    before = tree_bytes(root)
    assert cli(f"{TODAY} export vcard -o {place}").code == 2
    assert cli(f"{TODAY} export vcard -o {Path(place).parent}/").code == (2 if place != "link.vcf" else 0)
    folder = "''" if place == "link.vcf" else Path(place).parent
    assert cli(f"{TODAY} export all {folder}").code == 2
    assert {path: raw for path, raw in tree_bytes(root).items() if not path.endswith(".vcf")} == before


def test_a_name_is_a_name_in_the_document_of_everybody(vault: Make, cli: Cli) -> None:
    vault('=== People/a.md\n---\nname: "%% <% x %> <b> \\x1b[2J"\n"%%k": v\n---\n')
    text = cli(f"{TODAY} export markdown").stdout
    assert "## %&#37; &lt;% x %\\> &lt;b\\> \\[2J\n" in text
    assert "- %&#37;k: v\n" in text


def test_a_dialect_that_is_no_file_is_said_and_not_waited_for(vault: Make, cli: Cli) -> None:
    root = vault(VAULT + "=== list.csv\nName,Email\nAna Martins,ana@example.org\n")
    (root / ".vault-crm/dialects").mkdir()
    os.mkfifo(root / ".vault-crm/dialects/pipe.toml")
    run = cli(f"{TODAY} import list.csv")
    assert (run.code, run.stdout) == (3, "")
    assert "pipe.toml: it cannot be read: not a regular file" in run.stderr


def test_a_pipe_is_not_taken_for_an_empty_file(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    os.mkfifo(root / "people.vcf")
    for words in ("import people.vcf", "handoff people.vcf", "import /dev/null"):
        run = cli(f"{TODAY} {words}")
        assert (run.code, run.stdout) == (2, ""), words
        assert "it is no regular file; `vault-crm import -` reads a pipe" in run.stderr


def test_marks_on_a_letter_are_bounded_because_sorting_them_is_not_linear() -> None:
    heap = "e" + "\u0315\u0300" * 40_000
    record = make_record("x", Span("x", 1), "Zoe\u0308", {"role": "e\x01\u0301"}, note=heap)
    assert (record.name, record.values["role"]) == ("Zoë", "é")
    assert len(record.note) == 30  # one of them is in the è
    thai = "ที่นี่"
    assert make_record("x", Span("x", 1), thai, {}).name == thai


def test_a_parameter_named_a_hundred_thousand_times_is_read_in_linear_time() -> None:
    card = f"BEGIN:VCARD\r\nVERSION:2.1\r\nN:Martins;Ana\r\nTEL{';HOME' * 100_000}:1\r\nEND:VCARD\r\n"
    assert sum(1 for _ in read_cards(io.BytesIO(card.encode()))) == 1
    assert is_within(5, lambda: list(read_cards(io.BytesIO(card.encode()))))  # it was a quarter of a minute


@pytest.mark.parametrize(
    "read",
    [
        lambda: parse_contacts("x" * 100_000),
        lambda: fold("e" + "\u0315\u0300" * 40_000),
        lambda: missing_items("website", ["x"], ["/" * 20_000 + "x"] * 5),
        lambda: order_told_by("1" + " " * 50_000 + "x"),
        lambda: parse_lenient("X-" + " " * 50_000 + "!:x"),
        lambda: RuleBook([make_rule("a*" * 12 + "z"), make_rule("{n}" * 12)]).find("a" * 60 + "1" * 60),
        lambda: RuleBook([make_rule("*1*1")]).find("1" * 50_000 + "x"),
    ],
    ids=["people", "fold", "website", "date", "card", "column", "long column"],
)
def test_no_cell_of_a_file_takes_time_that_grows_with_its_square(read: Callable[[], object]) -> None:
    assert is_within(1, read)  # each took ten seconds and more


def parse_lenient(text: str) -> object:
    with pytest.raises(ValueError, match="no line of a card"):
        parse_line(text)
    return text


def test_patterns_of_columns_find_what_they_say() -> None:
    book = RuleBook([make_rule("Phone {n} - *"), make_rule("*Score*"), make_rule("A*b*c")])
    found = {
        text: book.find(text) for text in ("Phone 12 - Value", "HubSpot Score", "abbcbc", "a b", "score")
    }
    assert {text: rule and (rule[0].column, rule[1]) for text, rule in found.items()} == {
        "Phone 12 - Value": ("phone {n} - *", "12"),
        "HubSpot Score": ("*score*", ""),
        "abbcbc": ("a*b*c", ""),
        "a b": None,
        "score": ("*score*", ""),
    }


def test_an_address_of_at_signs_is_read_in_linear_time(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    (root / "list.csv").write_text(f"Name,Email\nAna Martins,<{'@' * 60_000}\n")
    assert is_within(5, lambda: cli(f"{TODAY} import list.csv"))  # it was half a minute
    assert cli(f"{TODAY} import list.csv").code == 0
