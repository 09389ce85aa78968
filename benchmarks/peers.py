"""The same people for other programs: a todoman folder, a khard address book, perm's notes, and taskwarrior.

Everybody of a vault is written down for each of them, from what `vault-crm list --json` says: name, last
contact, when the next one is due, birthday, tags. They know less of a person than we do (no log, no evidence,
no links between notes), and each reads only its own format.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

Person = Mapping[str, Any]
STAMP = "20260101T000000Z"
PLENTY = 10**6  # days: for whom nobody has to be written to


@dataclass(frozen=True, slots=True)
class Peer:
    """Another program: its name in the table, what to start, words and variables for it."""

    shown: str
    program: str
    words: tuple[str, ...]
    variables: Mapping[str, str]


def write_todoman(folder: Path, people: Sequence[Person], program: str) -> Peer:  # noqa: ARG001
    """A folder of VTODOs, one a person, due when the contact is; and a configuration."""
    tasks = folder / "tasks" / "people"
    tasks.mkdir(parents=True)
    for number, one in enumerate(people):
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//made up//EN", "BEGIN:VTODO"]
        lines += [f"UID:{number}@people.example", f"DTSTAMP:{STAMP}", f"SUMMARY:{one['name']}"]
        if one["due"]:
            lines.append(f"DUE;VALUE=DATE:{one['due'].replace('-', '')}")
        if one["tags"]:
            lines.append(f"CATEGORIES:{','.join(one['tags'])}")
        lines += ["END:VTODO", "END:VCALENDAR", ""]
        (tasks / f"{number}.ics").write_bytes("\r\n".join(lines).encode())
    settings = folder / "todoman.py"
    settings.write_text(
        f'path = "{folder / "tasks"}/*"\ncache_path = "{folder / "todoman.sqlite3"}"\n'
        'date_format = "%Y-%m-%d"\ndefault_list = "people"\n',
        encoding="utf-8",
    )
    return Peer("`todo list --due 24`", "todo", ("--config", str(settings), "list", "--due", "24"), {})


def write_khard(folder: Path, people: Sequence[Person], program: str) -> Peer:  # noqa: ARG001
    """An address book of vCards; and a configuration."""
    book = folder / "contacts"
    book.mkdir(parents=True)
    for number, one in enumerate(people):
        first, _, last = one["name"].rpartition(" ")
        lines = ["BEGIN:VCARD", "VERSION:3.0", f"UID:{number}-people-example", f"REV:{STAMP}"]
        lines += [f"FN:{one['name']}", f"N:{last};{first};;;", f"EMAIL;TYPE=home:p{number}@people.example"]
        if one["birthday"] and len(one["birthday"]) == 10:
            lines.append(f"BDAY:{one['birthday'].replace('-', '')}")
        if one["tags"]:
            lines.append(f"CATEGORIES:{','.join(one['tags'])}")
        (book / f"{number}.vcf").write_bytes("\r\n".join([*lines, "END:VCARD", ""]).encode())
    settings = folder / "khard.conf"
    settings.write_text(
        f"[addressbooks]\n[[people]]\npath = {book}\n[general]\ndefault_action = list\n", encoding="utf-8"
    )
    return Peer("`khard list`", "khard", ("--config", str(settings), "list"), {})


def write_perm(folder: Path, people: Sequence[Person], program: str) -> Peer:  # noqa: ARG001
    """Notes with perm's own properties."""
    notes = folder / "perm"
    notes.mkdir(parents=True)
    for number, one in enumerate(people):
        lines = ["---", "created: 2020-01-01"]
        if one["last_contact"]:
            lines.append(f"lastContact: {one['last_contact']}")
        if one["last_contact"] and one["due"]:
            span = date.fromisoformat(one["due"]) - date.fromisoformat(one["last_contact"])
            lines.append(f"contactFrequency: {max(1, span.days)}")
        if one["birthday"] and len(one["birthday"]) == 10:
            lines.append(f"birthDate: {one['birthday']}")
        lines += ["groups:", *(f"  - {tag}" for tag in one["tags"] or ["people"])]
        lines += [f"email: p{number}@people.example", "---", f"# {one['name']}", "", "Made up.", ""]
        (notes / f"{number}.md").write_text("\n".join(lines), encoding="utf-8", newline="\n")
    return Peer("`perm due`", "perm", ("due",), {"PERM_PEOPLE_DIR": str(notes)})


def write_taskwarrior(folder: Path, people: Sequence[Person], program: str) -> Peer:
    """A database with a task for everybody who is due some day. The program imports it itself."""
    data = folder / "tasks.data"
    data.mkdir(parents=True)
    settings = folder / "taskrc"
    settings.write_text(f"data.location={data}\nconfirmation=off\n", encoding="utf-8")
    tasks = [
        {
            "description": one["name"],
            "due": f"{one['due'].replace('-', '')}T000000Z",
            "entry": STAMP,
            "status": "pending",
            "tags": [tag.replace("-", "_") for tag in one["tags"]],
        }
        for one in people
        if one["due"]
    ]
    command = [program, f"rc:{settings}", "import", "-"]
    subprocess.run(command, input=json.dumps(tasks).encode(), capture_output=True, check=True)
    return Peer("`task overdue`", "task", (f"rc:{settings}", "overdue"), {})


# Each with what is promised: so many times what the other takes.
PEERS = (
    ("perm", write_perm, 0.10),
    ("todo", write_todoman, 0.17),
    ("khard", write_khard, 0.07),
    ("task", write_taskwarrior, 1.7),
)
NAMES = {"perm": "perm-cli", "todo": "todoman", "khard": "khard", "task": "taskwarrior"}
