"""Made-up address books of any size, the same for the same seed: vCards and Google's CSV.

Nine in ten people have an e-mail address, most a telephone and a company, half a birthday, a third a note of
some lines; some cards have lines that have no property here, and one in ten a photo. One name in fifty is
borne by two people.
"""

from __future__ import annotations

import random
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.make_vault import FIRST
from benchmarks.make_vault import LAST
from benchmarks.make_vault import WORDS

_PHOTO = 3_000  # bytes
_HEADER = (
    "First Name,Middle Name,Last Name,Nickname,Organization Name,Organization Title,Birthday,Notes,Labels,"
    "E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Address 1 - Label,Address 1 - City"
)


@dataclass(frozen=True, slots=True)
class Someone:
    """One made-up person."""

    number: int
    first: str
    middle: str
    last: str
    email: str
    phone: str
    company: str
    role: str
    birthday: str
    city: str
    tags: tuple[str, ...]
    note: str
    photo: bool


def people(count: int, seed: int = 1) -> Iterator[Someone]:
    """So many people; those of a smaller count are the first of a larger one."""
    chance = random.Random(seed)
    for number in range(count):
        named = number if number % 50 else max(0, number - 7)
        first = FIRST[named % len(FIRST)]
        last = LAST[named // len(FIRST) % len(LAST)]
        rest = named // (len(FIRST) * len(LAST))
        yield Someone(
            number,
            first,
            f"{chr(65 + rest % 26)}{chance.choice(WORDS)[:2]}." if rest else "",
            last,
            f"p{number}@{chance.choice(WORDS)}.example.org" if chance.random() < 0.9 else "",
            f"+351 555 {number:06d}" if chance.random() < 0.7 else "",
            f"{chance.choice(WORDS).capitalize()} {chance.choice(WORDS)}" if chance.random() < 0.6 else "",
            chance.choice(WORDS) if chance.random() < 0.5 else "",
            f"19{chance.randint(30, 99)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
            if chance.random() < 0.5
            else "",
            chance.choice(WORDS).capitalize(),
            tuple(chance.sample(("family", "choir", "work", "school"), chance.randint(0, 2))),
            " ".join(chance.choices(WORDS, k=chance.randint(10, 60))) if chance.random() < 0.33 else "",
            number % 10 == 0,
        )


def write_cards(path: Path, count: int, seed: int = 1) -> None:
    """A file of vCards 3.0."""
    photo = b64encode(bytes(range(256)) * (_PHOTO // 256)).decode()
    with path.open("w", encoding="utf-8", newline="") as file:
        for one in people(count, seed):
            file.write("\r\n".join((*_card(one, photo), "")))


def _card(one: Someone, photo: str) -> Iterator[str]:
    yield from ("BEGIN:VCARD", "VERSION:3.0", f"UID:00000000-0000-4000-8000-{one.number:012d}")
    yield f"N:{one.last};{one.first};{one.middle};;"
    yield "FN:" + " ".join(filter(None, (one.first, one.middle, one.last)))
    if one.email:
        yield f"EMAIL;TYPE=INTERNET;TYPE=HOME:{one.email}"
    if one.phone:
        yield f"TEL;TYPE=CELL:{one.phone}"
    if one.company:
        yield f"ORG:{one.company}"
    if one.role:
        yield f"TITLE:{one.role}"
    if one.birthday:
        yield f"BDAY:{one.birthday}"
    yield f"item1.ADR;TYPE=HOME:;;{one.number} Main Street;{one.city};;;"
    yield f"X-MADE-UP;X-KIND=test:{one.city}"
    if one.tags:
        yield f"CATEGORIES:{','.join(one.tags)}"
    if one.note:
        yield f"NOTE:{one.note}"
    if one.photo:
        yield "PHOTO;ENCODING=b;TYPE=JPEG:" + "\r\n ".join(
            photo[i : i + 74] for i in range(0, len(photo), 74)
        )
    yield "END:VCARD"


def write_table(path: Path, count: int, seed: int = 1) -> None:
    """A table as Google Contacts exports it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(_HEADER + "\r\n")
        for one in people(count, seed):
            cells = [one.first, one.middle, one.last, "", one.company, one.role, one.birthday, one.note]
            cells += [" ::: ".join(one.tags), "Home", one.email, "Mobile", one.phone, "Home", one.city]
            file.write(",".join(cells) + "\r\n")
