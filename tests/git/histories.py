"""Seeded random histories: what people do to one vault on two or three devices, and how these sync.

A history is data: a list of `Op`s that follows from its seed. Every op can be carried out on whatever the
vault has become (else it does nothing), so that a failing history is replayed from its seed, and shrunk by
leaving ops out.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from datetime import timedelta

FIRST_DAY = date(2026, 3, 2)
PAGE = "OVERDUE.md"
# As people call people. What a name can do to a shell is the driver's own tests' business.
NAMES = (
    "Ada Lindqvist",
    "Ben O'Hara",
    "Zoë Ueda",
    "Carla Diallo",
    "Dario Wilk",
    "Femi & Jun",
    "Grandma Ilse",
    "Ida 100%",
)
CADENCES = ("1 week", "every 2 weeks", "10 days", "3 weeks", "1 month", "2 weeks", "1 week", "20 days")
NEW_NAMES = ("Kaya Novak", "Lena Park", "Omar Reed")
LABELS = ("Work", "Home", "Plans", "Places", "Reads")
SCALARS = ("cadence", "city", "role", "next")
WORDS = (  # noqa: SIM905
    "allotment bakery bicycle bridge cello choir ferry gallery harbour interview kitchen ladder letter "
    "market moon neighbour notebook orchard oven piano plum rain recipe river school station summer tea "
    "thesis train village violin wedding window"
).split()
KINDS = ("call", "coffee", "walk", "mail", "lunch")


@dataclass(frozen=True, slots=True)
class Op:
    """One thing that is done on a device, on that device's day.

    `who` is a person's `uid`. `place` is a property, a paragraph's label, or how a sync is made; `words` are
    what is written and hold a token that stands nowhere else; `back` is how many days ago it was.
    """

    number: int
    device: int
    day: date
    kind: str
    who: str = ""
    place: str = ""
    words: str = ""
    back: int = 0

    @property
    def token(self) -> str:
        """A word by which what this op wrote is found again."""
        return f"k{self.number:03d}"

    @property
    def on(self) -> date:
        """The day on which the interaction was."""
        return self.day - timedelta(days=self.back)

    def __str__(self) -> str:
        rest = " ".join(text for text in (self.who, self.place, self.words) if text)
        return f"{self.number:3d} device {self.device} {self.day} {self.kind} {rest}".rstrip()


@dataclass(frozen=True, slots=True)
class History:
    """What happens, in order. Every device syncs at the end."""

    seed: int
    devices: int
    ops: tuple[Op, ...]

    def __str__(self) -> str:
        return "\n".join([f"seed {self.seed}, {self.devices} devices", *map(str, self.ops)])


# What people do, and how often. `sync` and `render` have their own rules.
_WEIGHTS = {
    "log": 20,
    "tick": 16,
    "bare": 3,
    "below": 4,
    "own": 3,
    "jot": 3,
    "wish": 3,
    "snooze": 5,
    "set": 11,
    "tag": 4,
    "untag": 2,
    "prose": 8,
    "paragraph": 4,
    "amend": 2,
    "rename": 2,
    "new": 2,
    "head": 1,
    "render": 9,
}
# How a sync is made: what is committed first, and how git brings both together.
_STYLES = {"merge": 8, "rebase": 6, "merge-dirty": 3, "rebase-dirty": 3, "stash": 2, "pick": 1}


def make_history(seed: int, devices: int = 2, rounds: int = 3) -> History:
    """The history of a seed: in each round every device does some things without knowing of the others', and
    then they sync, one after another."""
    chance = random.Random(f"{seed} {devices}")
    skew = [0, *(chance.choice((0, 0, 0, 1, -1)) for _ in range(devices - 1))]
    day = FIRST_DAY
    ops: list[Op] = []

    def add(device: int, kind: str, **more: str | int) -> None:
        number = len(ops)
        here = day + timedelta(days=skew[device])
        ops.append(Op(number, device, here, kind, **more))  # type: ignore[arg-type]

    for _ in range(rounds + chance.randint(-1, 2)):
        order = list(range(devices))
        chance.shuffle(order)
        for device in order:
            for _ in range(chance.randint(1, 6)):
                kind, more = _some_op(chance, len(ops), device, devices)
                add(device, kind, **more)
                day += timedelta(days=chance.choice((0, 0, 0, 1, 1, 3)))
            if chance.random() < 0.35:
                add(device, "render")
        chance.shuffle(order)
        for device in order:
            if chance.random() < 0.85:
                style = chance.choices(list(_STYLES), list(_STYLES.values()))[0]
                add(device, "sync", place=style)
                if chance.random() < 0.4:
                    add(device, "render")
            day += timedelta(days=chance.choice((0, 0, 1, 2)))
    return History(seed, devices, tuple(ops))


def _some_op(
    chance: random.Random, number: int, device: int, devices: int
) -> tuple[str, dict[str, str | int]]:
    kind = chance.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
    if kind in ("render", "head"):
        return kind, {"words": _words(chance, number)}
    # Few people: it is about what happens to the same note and to its neighbour on the page.
    who = f"p{min(int(chance.expovariate(0.4)), len(NAMES) - 1)}"
    op: dict[str, str | int] = {"who": who, "words": _words(chance, number)}
    if kind == "log":
        op |= {"place": chance.choice(KINDS), "back": chance.choice((0, 0, 0, 1, 2, 9))}
    elif kind == "set":
        op["place"] = chance.choice(SCALARS)
    elif kind == "snooze":
        op["back"] = -chance.randint(3, 30)
    elif kind in ("prose", "paragraph"):
        op["place"] = chance.choice(LABELS)
    elif kind == "untag":
        op["place"] = chance.choice(("friend", "choir"))
    elif kind == "rename":
        # Two new names for one note are a question that only the user can answer, so each has its device.
        op["who"] = f"p{chance.choice(range(device, len(NAMES), devices))}"
    elif kind == "new":
        op["who"] = f"n{chance.randrange(len(NEW_NAMES))}"
    return kind, op


def _words(chance: random.Random, number: int) -> str:
    return f"{' '.join(chance.sample(WORDS, 2))} k{number:03d}"


def person_note(number: int) -> str:
    """The note of a person at the beginning: properties, five paragraphs, a log with the newest first."""
    chance = random.Random(f"note {number}")
    days = sorted((FIRST_DAY - timedelta(days=chance.randint(5, 80)) for _ in range(4)), reverse=True)
    lines = [
        *("---", f"uid: p{number}", f"cadence: {CADENCES[number]}"),
        *("tags:", "  - person", "  - friend", "  - choir"),
        *(
            f"city: {chance.choice(WORDS)}",
            f"role: {chance.choice(WORDS)}",
            f"next: the {chance.choice(WORDS)}",
        ),
        *("# kept by vault-crm", f"last_contact: {days[0]}", "---", ""),
    ]
    for label in LABELS:
        lines += [f"{label}: {' '.join(chance.choices(WORDS, k=14))}.", ""]
    lines += ["## Log", ""]
    lines += [f"- {day} {chance.choice(KINDS)}: {' '.join(chance.choices(WORDS, k=4))}" for day in days]
    return "\n".join([*lines, ""])


def new_note(op: Op) -> str:
    """A note that was not there: the same person may come to be on two devices at once."""
    return "\n".join(
        [
            *("---", f"uid: {op.who}", f"cadence: {op.number + 2} days", "tags:", "  - person"),
            *("# kept by vault-crm", "last_contact:", "---", "", f"Work: {op.words}.", "", "## Log", "", ""),
        ]
    )


def starting_vault() -> Iterator[tuple[str, str]]:
    """(path, text) of every file at the beginning, but for the dashboard."""
    for number, name in enumerate(NAMES):
        yield f"People/{name}.md", person_note(number)
    yield ".vault-crm/config.toml", '[dashboard]\ntracked = "yes"\n'


def shrink(history: History, fails: object, tries: int = 400) -> History:
    """A history with fewer ops that still `fails`: halves, quarters ... single ops are left out."""
    assert callable(fails)
    ops: Sequence[Op] = history.ops
    size = max(1, len(ops) // 2)
    while tries > 0:
        at, shorter = 0, False
        while at < len(ops) and tries > 0:
            fewer = (*ops[:at], *ops[at + size :])
            tries -= 1
            if fails(History(history.seed, history.devices, tuple(fewer))):
                ops, shorter = fewer, True
            else:
                at += size
        if size == 1 and not shorter:
            break
        size = size if shorter and size == 1 else max(1, size // 2)
    return History(history.seed, history.devices, tuple(ops))
