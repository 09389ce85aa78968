"""`export`: where it goes, what it refuses, and that it asks the vault only."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.small import SMALL
from tests.conftest import Cli
from tests.conftest import Run
from tests.vaults import tree_bytes
from vault_crm.cli.commands.export import plain_name
from vault_crm.exporters import exporter_names
from vault_crm.exporters import get_exporter

Make = Callable[[str], Path]
TODAY = "--today=2026-11-22"


def test_help_lists_every_format(vault: Make, cli: Cli) -> None:
    vault(SMALL)
    text = cli("export --help").stdout
    for name in exporter_names():
        exporter = get_exporter(name)
        assert name == exporter.NAME
        assert f"  {name}" in text
        assert exporter.DOC in " ".join(text.split())
        assert exporter.ENDING.startswith(".")


def test_to_standard_output_or_a_file_it_is_the_same(vault: Make, cli: Cli, tmp_path: Path) -> None:
    root = vault(SMALL)
    before = tree_bytes(root)
    for name in exporter_names():
        file = tmp_path / f"out-{name}"
        run = cli(TODAY, "export", name, "tag:family", "-o", str(file))
        assert (run.code, run.stdout) == (0, "")
        assert run.stderr == f"{file}: 2 people\n"
        assert cli(TODAY, "export", name, "tag:family").raw == file.read_bytes()
        assert cli(TODAY, "export", name, "tag:family", "-o", "-").raw == file.read_bytes()
        again = cli(TODAY, "export", name, "tag:family", "-o", str(file))
        assert again.stderr == f"{file}: 2 people (as it was)\n"
    assert tree_bytes(root) == before


def test_a_query_that_finds_nobody_is_said(vault: Make, cli: Cli) -> None:
    vault(SMALL)
    run = cli(TODAY, "export", "csv", "tag:nobody")
    assert (run.code, len(run.stdout.splitlines())) == (0, 1)
    assert run.stderr == "nobody fits tag:nobody, so nobody is in it\n"


def test_everything_at_once(vault: Make, cli: Cli) -> None:
    root = vault(SMALL)
    run = cli(TODAY, "export", "all", "out", "tag:family")
    assert run.code == 0
    there = sorted(os.listdir(root / "out"))
    assert len(there) == len(exporter_names()) == len(run.stderr.splitlines())
    assert {"people.csv", "people.ics", "people.json", "people.jsonl", "people.md", "people.sqlite"} <= set(
        there
    )
    assert len(json.loads((root / "out/people.json").read_text())["people"]) == 2
    before = tree_bytes(root)
    assert "as it was" in cli(TODAY, "export", "all", "tag:family", "-o", "out").stderr
    assert tree_bytes(root) == before
    # the Markdown document is a file of the vault now, and nobody's note
    assert len(cli(f"{TODAY} list --paths").lines) == 17


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("export", "Missing argument"),
        ("export vcrad", "there is no format called 'vcrad'"),
        ("export json --raw", "--raw belongs to csv, not to json"),
        ("export csv --alarm 2d", "--alarm belongs to ics, not to csv"),
        ("export all", "say which folder"),
        ("export all ideas.txt", "ideas.txt is not a folder"),
        ("export csv -o out/", "csv makes one file"),
        ("export csv -o People", "csv makes one file"),
        ("export markdown -o People/all.md", "would be taken for a person's note (folder People)"),
    ],
)
def test_what_makes_no_sense_is_said(vault: Make, cli: Cli, words: str, said: str) -> None:
    root = vault(SMALL + "=== ideas.txt\nA boat.\n")
    before = tree_bytes(root)
    run = cli(words)
    assert run.code == 2
    assert said in run.stderr
    assert tree_bytes(root) == before


@pytest.mark.parametrize("name", ["People/dad.md", "Daily/2026-11-01.md"])
def test_a_note_is_never_replaced(vault: Make, cli: Cli, name: str) -> None:
    root = vault(SMALL)
    before = tree_bytes(root)
    for export in ("json", "markdown", "sqlite"):
        run = cli(TODAY, "export", export, "-o", name)
        assert run.code in (2, 5)
        assert "Traceback" not in run.stderr
    assert tree_bytes(root) == before


def test_no_such_folder_is_said(vault: Make, cli: Cli) -> None:
    vault(SMALL)
    run = cli("export csv -o no/such/a.csv")
    assert (run.code, run.stderr.splitlines()[0]) == (
        5,
        "vault-crm: no/such/a.csv: not saved: there is no such folder",
    )


def test_a_terminal_is_shown_text_only(vault: Make, cli: Cli) -> None:
    root = vault(SMALL)
    (root / "People/evil.md").write_text("---\nname: Evil\n---\n\x1b]0;owned\x07\n")
    run = cli(TODAY, "export", "markdown", "evil", terminal=(80, 24))
    assert "\\x1b]0;owned\\x07" in run.stdout
    assert "\x1b]" not in run.stdout
    assert "\x1b]" in cli(TODAY, "export", "markdown", "evil").stdout
    binary = cli(TODAY, "export", "sqlite", terminal=(80, 24))
    assert (binary.code, binary.stdout) == (2, "")
    assert "vault-crm export sqlite -o people.sqlite" in binary.stderr


def test_a_reader_that_goes_away_is_no_mistake(vault: Make, shell: Callable[[str], Run]) -> None:
    root = vault(SMALL)
    for number in range(300):
        (root / f"People/p{number}.md").write_text(f"---\nname: P {number}\n---\n{'x' * 2000}\n")
    run = shell("vault-crm export jsonl | head -c 10")
    assert (run.stdout, run.stderr) == ('{"version"', "")


def test_one_file_a_person(vault: Make, cli: Cli) -> None:
    root = vault(SMALL)
    run = cli(TODAY, "export", "vcard", "tag:family", "-o", "cards/")
    assert (run.code, run.stderr) == (0, "cards: 2 people, 2 written, 0 as they were\n")
    names = sorted(os.listdir(root / "cards"))
    assert len(names) == 2
    assert all(name.endswith(".vcf") for name in names)
    (root / "People/dad.md").write_text("---\nname: Dad\ntags: [family]\nphone: 555 0100\n---\n")
    run = cli(TODAY, "export", "vcard", "tag:family", "-o", "cards")
    assert run.stderr == "cards: 2 people, 1 written, 1 as they were\n"
    (root / "People/dad.md").unlink()
    run = cli(TODAY, "export", "vcard", "tag:family", "-o", "cards")
    gone = next(name for name in names if b"FN:Dad" in (root / "cards" / name).read_bytes())
    assert run.stderr.splitlines() == [
        "cards: 1 person, 0 written, 1 as they were",
        f"also there, from elsewhere or an earlier export: {gone}",
    ]
    assert sorted(os.listdir(root / "cards")) == names


def test_no_two_files_of_a_folder_have_one_uid_and_no_card_of_others_is_lost(vault: Make, cli: Cli) -> None:
    people = {"Ana": "A", "Ben": "b", "Cleo": "c"}
    root = vault("".join(f"=== People/{name}.md\n---\nuid: {uid}\n---\n" for name, uid in people.items()))
    cards = root / "cards"
    cards.mkdir()
    others = {
        "1f.vcf": b"BEGIN:VCARD\r\nFN:A\r\nitem1.UID;X=y:u\r\n rn:uuid:a\r\nPHOTO:data:,x\r\nEND:VCARD\r\n",
        "ben.vcf": b"BEGIN:VCARD\nFN:another Ben\nUID:z\nEND:VCARD\n",
    }
    for name, raw in others.items():
        (cards / name).write_bytes(raw)
    run = cli(TODAY, "export", "vcard", "-o", "cards/")
    assert (run.code, run.stderr.splitlines()) == (
        0,
        [
            "cards: 3 people, 1 written, 0 as they were",
            "left alone, because another program's card is there: Ana.vcf, Ben.vcf",
            "also there, from elsewhere or an earlier export: 1f.vcf, ben.vcf",
        ],
    )
    assert {name: (cards / name).read_bytes() for name in others} == others
    (cards / "Cleo.vcf").rename(cards / "2f.vcf")
    (root / "People/Cleo.md").write_text("---\nuid: c\nemail: c@example.org\n---\n")
    cli(TODAY, "export", "vcard4", "-o", "cards/")
    assert sorted(os.listdir(cards)) == ["1f.vcf", "2f.vcf", "ben.vcf"]
    assert b"c@example.org" in (cards / "2f.vcf").read_bytes()


@pytest.mark.parametrize("name", ["../x.vcf", ".hidden", "a/b", "", "..", "x\0y"])
def test_no_file_name_leads_out_of_the_folder(name: str) -> None:
    with pytest.raises(ValueError, match="is no file name"):
        plain_name(name)


@pytest.mark.parametrize("name", ["../../evil", "/etc/evil", ".git", "a\\b", "con", "x" * 300, "‮fdp"])
def test_hostile_names_stay_in_the_folder(vault: Make, cli: Cli, tmp_path: Path, name: str) -> None:
    root = vault("")
    (root / "People").mkdir()
    (root / "People/x.md").write_text(f"---\nname: '{name}'\n---\n")
    before = tree_bytes(root)
    for format_name in ("vcard", "vcard4"):
        run = cli(TODAY, "export", format_name, "-o", f"{tmp_path / 'cards'}/")
        assert (run.code, len(os.listdir(tmp_path / "cards"))) == (0, 1)
    assert tree_bytes(root) == before
    assert sorted(os.listdir(tmp_path)) == ["cards", "home"]


def test_an_empty_vault_exports(vault: Make, cli: Cli, tmp_path: Path) -> None:
    vault("=== note.md\nnobody\n")
    run = cli("export", "all", str(tmp_path / "out"))
    assert run.code == 0
    assert all(line.endswith(": 0 people") for line in run.stderr.splitlines())
    assert json.loads((tmp_path / "out/people.json").read_text())["people"] == []


def test_what_went_out_comes_in_again_and_changes_nothing(vault: Make, cli: Cli, tmp_path: Path) -> None:
    """Into the same vault; into an empty one, and out again, it is the same people."""
    root = vault(SMALL.replace("last_contact: 2026-02-30\n", ""))
    assert cli(TODAY, "export", "all", str(tmp_path / "out")).code == 0
    assert cli(TODAY, "export", "vcard", "-o", f"{tmp_path / 'cards'}/").code == 0
    before = tree_bytes(root)
    for name in ("out/people.vcf", "out/people-vcard4.vcf", "out/people.csv", "cards"):
        run = cli(TODAY, "import", str(tmp_path / name), "--apply")
        assert (run.code, run.stderr.splitlines()[0]) == (0, "17 people had everything already")
    assert tree_bytes(root) == before
