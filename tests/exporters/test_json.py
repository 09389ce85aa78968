"""JSON as `list --json`, and JSON lines with everything, as docs/export.md says."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path

from tests.cli.small import SMALL
from tests.conftest import Cli

Make = Callable[[str], Path]
TODAY = "--today=2026-11-22"
DOCS = Path(__file__).parents[2] / "docs"


def test_json_is_what_list_prints(vault: Make, cli: Cli) -> None:
    vault(SMALL)
    for query in ("", "tag:family", "nobody:here"):
        exported = cli(f"{TODAY} export json {query}").stdout
        listed = cli(f"{TODAY} list --json {query}").stdout
        assert json.loads(exported) == json.loads(listed)
        assert exported == listed


def test_json_lines_hold_everything(vault: Make, cli: Cli) -> None:
    root = vault(SMALL)
    note = root / "People/ben-okafor.md"
    note.write_text(note.read_text().replace("cadence:", "Shoe size: 44\nE-Mail: 7\ncadence:"))
    people = [json.loads(line) for line in cli(f"{TODAY} export jsonl").lines]
    assert len(people) == 17
    whole = {person["name"]: person for person in people}
    ben = whole["Ben Okafor"]
    assert ben["text"] == note.read_text()
    assert ben["text"].endswith(ben["body"])
    assert ben["body"].startswith("## Log")
    assert ben["properties"]["Shoe size"] == "44"
    assert ben["fields"]["email"] == ["ben@example.org"]
    assert ben["log"][0]["date"] == "2026-11-05"
    assert (ben["version"], ben["type"], ben["today"]) == (1, "person", "2026-11-22")
    assert len({person["uid"] for person in people}) == len(people)
    shown = json.loads(cli(f"{TODAY} show ben --json").stdout)["people"][0]
    assert ben.items() >= shown.items()


def test_every_key_is_documented(vault: Make, cli: Cli) -> None:
    vault(SMALL)
    keys = set(json.loads(cli(f"{TODAY} export jsonl ben").lines[0]))
    page = (DOCS / "export.md").read_text() + (DOCS / "json.md").read_text()
    assert keys <= set(re.findall(r"`(\w+)`", page))


def test_bytes_that_are_no_text_are_not_lost(vault: Make, cli: Cli) -> None:
    root = vault(SMALL)
    raw = b"---\nname: Zo\ncadence: monthly\n---\n## Log\n\n- 2026-11-01 caf\xe9\n\n\x1b[31m\n"
    (root / "People/zoe.md").write_bytes(raw)
    run = cli(f"{TODAY} export jsonl cadence:monthly name:zo")
    (zoe,) = [json.loads(line) for line in run.raw.decode("utf-8").splitlines()]
    assert base64.b64decode(zoe["bytes"]) == raw
    assert zoe["log"][0]["text"] == zoe["evidence"][0]["text"] == "caf\ufffd"
    assert "\x1b" in zoe["body"]
    assert b"\x1b" not in run.raw
    as_list = json.loads(cli(f"{TODAY} export json name:zo").raw.decode("utf-8"))
    assert as_list["people"][0]["evidence"][0]["text"] == "caf\ufffd"


def test_a_note_that_is_too_large_is_there_without_its_text(vault: Make, cli: Cli) -> None:
    root = vault(SMALL)
    (root / "People/big.md").write_text("---\nname: Big\n---\n" + "x" * (5 << 20))
    (big,) = [json.loads(line) for line in cli(f"{TODAY} export jsonl big").lines]
    assert (big["name"], big["text"], big["body"]) == ("Big", None, None)
