"""The JSON shape is what docs/json.md says, and is valid whatever a note holds."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.small import SMALL
from tests.cli.small import TODAY
from tests.conftest import Cli

DOC = Path(__file__).parents[2] / "docs" / "json.md"
Vault = Callable[[str], Path]

COMMANDS = ["", "overdue", "list", "upcoming", "show mara", "why mara", "search sabbatical"]


def documented(section: str) -> set[str]:
    """The keys that a section of the page describes: the first column of its tables."""
    text = DOC.read_text(encoding="utf-8").split(f"\n## {section}\n")[1].split("\n## ")[0]
    return {
        key for row in re.findall(r"^\| (`.*?) \|", text, re.MULTILINE) for key in re.findall(r"`(\w+)`", row)
    }


def ask(cli: Cli, words: str) -> Any:
    run = cli(f"{words} --json --today {TODAY}")
    assert (run.code, run.stderr) == (0, "")
    return json.loads(run.raw)


@pytest.mark.parametrize("words", COMMANDS)
def test_every_document_says_its_version_and_day(cli: Cli, vault: Vault, words: str) -> None:
    vault(SMALL)
    found = ask(cli, words)
    assert found["version"] == 1
    assert found["today"] == TODAY


def test_a_person_in_a_list(cli: Cli, vault: Vault) -> None:
    vault(SMALL)
    people = ask(cli, "list")["people"]
    assert people
    for person in people:
        assert set(person) == documented("A person")


def test_a_whole_person(cli: Cli, vault: Vault) -> None:
    vault(SMALL)
    for words in ("show mara", "why mara"):
        [person] = ask(cli, words)["people"]
        assert set(person) == documented("A person") | documented("A whole person")


def test_the_parts(cli: Cli, vault: Vault) -> None:
    vault(SMALL)
    mara = ask(cli, "show mara")["people"][0]
    assert set(mara["evidence"][0]) == documented("Evidence")
    assert set(mara["log"][0]) < documented("Evidence")
    assert set(mara["events"][0]) == documented("An event")
    assert set(ask(cli, "show oskar")["people"][0]["problems"][0]) == documented("A problem")
    assert set(ask(cli, "upcoming")["dates"][0]) == documented("A date")
    assert set(ask(cli, "search sabbatical")["matches"][0]) == documented("A match")
    assert set(ask(cli, "why mara")["why"]) == documented("Why")


def test_the_documents(cli: Cli, vault: Vault) -> None:
    vault(SMALL)
    keys = {words.split(" ")[0]: set(ask(cli, words)) for words in COMMANDS}
    common = {"version", "today"}
    assert keys["overdue"] == keys["list"] == keys["show"] == common | {"people"}
    assert keys["upcoming"] == common | {"people", "dates", "until"}
    assert keys["why"] == common | {"people", "why"}
    assert keys["search"] == common | {"matches"}
    assert keys[""] == common | {"people", "dates", "counts", "ticks_waiting"}
    keys["check"] = set(json.loads(cli(f"check --json --today {TODAY}").raw))
    assert keys["check"] == common | {"counts", "diagnostics"}
    keys["undo"] = set(ask(cli, "undo --list"))
    assert keys["undo"] == common | {"changes"}
    keys["conflicts"] = set(ask(cli, "conflicts"))
    assert keys["conflicts"] == common | {"conflicts", "waiting"}
    keys["duplicates"] = set(ask(cli, "duplicates"))
    assert keys["duplicates"] == common | {"duplicates"}
    assert set().union(*keys.values()) == documented("Documents")


def test_findings_and_changes(cli: Cli, vault: Vault) -> None:
    vault(SMALL)
    run = cli(f"check --json --today {TODAY}")
    assert run.code == 1
    for finding in json.loads(run.raw)["diagnostics"]:
        assert set(finding) == documented("A problem") | documented("A finding")
    assert cli(f"pause dad --today {TODAY}").code == 0
    assert cli(f"undo --today {TODAY}").code == 0
    undone, done = ask(cli, "undo --list")["changes"]
    assert set(done) == set(undone) == documented("A change")
    assert (done["undone_by"], undone["undone_by"]) == (undone["id"], None)
    assert done["paths"] == ["People/dad.md"]
    assert cli("undo --json").code == 2


def test_one_person_word_for_word(cli: Cli, vault: Vault) -> None:
    vault(SMALL)
    [ilse] = [p for p in ask(cli, "overdue")["people"] if p["name"] == "Grandma Ilse"]
    assert ilse == {
        "name": "Grandma Ilse",
        "path": "People/grandma-ilse.md",
        "aliases": [],
        "tags": ["family"],
        "status": "long-overdue",
        "due": "2026-11-03",
        "last_contact": "2026-10-20",
        "cadence": "2 weeks",
        "cadence_from": "tag family",
        "days_overdue": 19,
        "ratio": 1.357,
        "next": ["how did the cataract appointment go?"],
        "next_contact": None,
        "snooze_until": None,
        "birthday": None,
        "private": False,
        "evidence": [
            {
                "date": "2026-10-20",
                "how": "log",
                "kind": "call",
                "text": "knee is better, walks to the market again",
                "path": "People/grandma-ilse.md",
                "line": 8,
                "counts": True,
            }
        ],
        "problems": [],
    }


def test_valid_whatever_a_note_holds(cli: Cli, vault: Vault) -> None:
    root = vault("=== People/a.md\n---\ncadence: 2 days\n---\n")
    head = b'---\nname: "q\xff \\" \x01"\ncadence: daily\nlast_contact: 2026-01-01\nz: [1, {a: b}]\n---\n'
    raw = head + b"## Log\n- 2026-01-03 \xfe\x1b[31m\xc2\x9b\n"
    (root / "People/b.md").write_bytes(raw)
    for words in ("list", "overdue", "", "search 2026"):
        run = cli(f"{words} --json --today {TODAY}")
        assert run.code == 0, run.stderr
        text = run.raw.decode("utf-8")  # strict: raises if it is not UTF-8
        json.loads(text)
        assert not {"\x1b", "\x9b"} & set(text)


def test_ages_and_anniversaries(cli: Cli, vault: Vault) -> None:
    vault(SMALL)
    dates = {(d["date"], d["name"]): d for d in ask(cli, "upcoming")["dates"]}
    assert dates["2026-11-25", "Ben Okafor"]["years"] == 38
    assert dates["2026-11-30", "Lucía Ferrer"]["years"] is None
