"""Made-up vaults of any size, the same for the same seed and day: people, daily notes, and everything else.

python -m benchmarks.make_vault DIR --notes 10000 --people 1000
python -m benchmarks.make_vault DIR --notes 2000 --people 2000 --all-overdue

About like the vaults that people publish: a person's note has 8 to 14 properties, a log of a dozen lines and
some paragraphs (2.6 KB in the middle), and one in twelve has a frontmatter that a person wrote rather than a
program: comments, quotes, block lists, nested values, block scalars, CRLF. Of the rest a third are daily
notes that link up to three people, and two thirds are notes about anything, in folders, with links to one
another.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from datetime import timedelta
from pathlib import Path

FIRST = (  # noqa: SIM905
    "Ada Ana Ben Carla Dario Edda Emil Farah Femi Gero Hanna Ilse Ines Jonas Jun Kaya Keiko Lena Leon "
    "Lucía Malik Mara Mila Nadia Nils Noor Olga Omar Paul Petra Priya Quinn Rafa Rosa Sami Sara Selma "
    "Tariq Tilda Tomasz Uma Vera Viktor Wanda Xenia Yara Yusuf Zoë Zora Bruno"
).split()
LAST = (  # noqa: SIM905
    "Abel Adler Alvarez Bakker Banda Berg Castro Cohen Dahl Diallo Duret Eriksen Ferrer Fischer Gallo "
    "Garcia Haddad Hale Ibsen Ivanova Jansen Kaur Keller Klein Koch Kovacs Lang Lindqvist Lopez Madsen "
    "Meyer Moreau Nakamura Novak Okafor Olsen Park Petrov Quist Raman Reed Rossi Santos Sousa Takeda "
    "Ueda Varga Weidner Wilk Zeman"
).split()
WORDS = (  # noqa: SIM905
    "allotment apple archive autumn balcony bakery bicycle blanket bridge brochure cello chapter choir "
    "coffee corner dinner draft evening exhibition ferry flat garden gallery grant harbour interview "
    "island job kitchen ladder lake letter lunch market meeting moon move neighbour newspaper notebook "
    "orchard oven paint paper piano plan plum pocket printer question quiet rain recipe river roof rope "
    "rye school sea shop spring station stone story summer table tea theatre thesis ticket tomato train "
    "trip village violin visit walk wall water wedding window winter wool"
).split()
CADENCES = (
    "1 week",
    "2 weeks",
    "every 3 weeks",
    "1 month",
    "6 weeks",
    "2 months",
    "quarterly",
    "P6M",
    "1 year",
)
TAGS = ("family", "friend", "work", "neighbours", "choir", "old-job", "school")
KINDS = ("call", "coffee", "walk", "message", "lunch", "mail", "visit")
DAYS_BACK = 900
UNUSUAL = 0.08  # of the people: a frontmatter with something that most do not have
LONG_AGO = 400  # days: longer than any cadence here


@dataclass(frozen=True, slots=True)
class Made:
    """What was made. `targets` are people whom nothing but their own `last_contact` says anything about, with
    the shortest cadence of all: overdue, they stand on the dashboard's first lines; seen today, on none."""

    root: Path
    today: date
    notes: tuple[str, ...]
    people: tuple[str, ...]
    targets: tuple[str, ...]


def long_ago(today: date) -> date:
    """A last contact that makes a target overdue."""
    return today - timedelta(days=LONG_AGO)


def set_last(text: str, day: date) -> str:
    """A target's note with this last contact."""
    head, key, rest = text.partition("last_contact: ")
    return f"{head}{key}{day.isoformat()}{rest[10:]}"


def make_vault(
    root: Path,
    today: date,
    notes: int = 10_000,
    people: int = 1_000,
    targets: int = 20,
    seed: int = 1,
    all_overdue: bool = False,
) -> Made:
    """Writes a vault of so many notes, of which so many are people (and of these so many `targets`). If
    `all_overdue`, nobody was seen since long ago, everybody has a cadence, and nobody is snoozed."""
    chance = random.Random(seed)
    names = [name for name, _ in zip(_names(chance), range(people), strict=False)]
    if len(names) < people or not targets <= people <= notes:
        raise ValueError("more people than there are names or notes, or more targets than people")
    rest = notes - people
    days = rest // 3
    then = long_ago(today) if all_overdue else today
    texts = _people(chance, then, names, targets, all_overdue)
    texts |= _days(chance, then, names[targets:], days)
    texts |= _others(chance, rest - days)
    (root / ".vault-crm").mkdir(parents=True, exist_ok=True)
    for folder in {str(Path(path).parent) for path in texts}:
        (root / folder).mkdir(parents=True, exist_ok=True)
    for path, text in texts.items():
        (root / path).write_text(text, encoding="utf-8", newline="\n")
    paths = [path for path in texts if path.startswith("People/")]
    return Made(root, today, tuple(texts), tuple(paths), tuple(paths[:targets]))


def _names(chance: random.Random) -> Iterator[str]:
    pairs = [f"{first} {last}" for first in FIRST for last in LAST]
    chance.shuffle(pairs)
    yield from pairs
    middle = [f"{first} {initial}. {last}" for first in FIRST for initial in "ABCDEFGH" for last in LAST]
    chance.shuffle(middle)
    yield from middle


def _words(chance: random.Random, least: int, most: int) -> str:
    return " ".join(chance.choices(WORDS, k=chance.randint(least, most)))


def _paragraphs(chance: random.Random, count: int) -> str:
    return "\n".join(f"{_words(chance, 25, 60).capitalize()}.\n" for _ in range(count))


def _people(
    chance: random.Random, today: date, names: list[str], targets: int, all_overdue: bool
) -> dict[str, str]:
    texts = {}
    for number, name in enumerate(names):
        if number < targets:
            text = _target(chance, long_ago(today))
        else:
            head, body = _person(chance, today, chance.choice(names[targets:]), all_overdue)
            text = _unusual(chance, head, body) if chance.random() < UNUSUAL else f"{head}{body}"
        folder = "People" if number % 3 else "People/Near"
        texts[f"{folder}/{name}.md"] = text
    return texts


def _target(chance: random.Random, day: date) -> str:
    lines = [
        "---",
        "cadence: 1 day",
        f"last_contact: {day}",
        "tags: [friend]",
        f"city: {_words(chance, 1, 1)}",
    ]
    return "\n".join([*lines, "---", "", _paragraphs(chance, 3)])


def _person(chance: random.Random, today: date, other: str, all_overdue: bool) -> tuple[str, str]:
    lines = ["---"]
    if chance.random() < 0.85 or all_overdue:
        lines.append(f"cadence: {chance.choice(CADENCES)}")
    lines += [
        f"tags: [{', '.join(chance.sample(TAGS, chance.randint(1, 3)))}]",
        f"city: {_words(chance, 1, 1)}",
    ]
    lines += [
        f"email: {_words(chance, 1, 1)}@{_words(chance, 1, 1)}.example",
        f"how_met: {_words(chance, 3, 8)}",
    ]
    lines += [f'phone: "+00 {chance.randint(10**6, 10**7)}"', f"role: {_words(chance, 1, 2)}"]
    if chance.random() < 0.6:
        lines.append(f"birthday: {_long_before(chance, today)}")
    if chance.random() < 0.4:
        lines.append(f"last_contact: {_day_before(chance, today)}")
    if chance.random() < 0.3:
        lines += ["next:", *(f"  - {_words(chance, 3, 6)}" for _ in range(chance.randint(1, 2)))]
    if chance.random() < 0.05 and not all_overdue:
        lines.append(f"snooze_until: {today + timedelta(days=chance.randint(1, 60))}")
    lines += [f"favourite_{word}: {_words(chance, 1, 3)}" for word in chance.sample(WORDS, 3)]
    return "\n".join([*lines, "---", ""]), _body(chance, today, other)


def _body(chance: random.Random, today: date, other: str) -> str:
    lines = ["", _paragraphs(chance, chance.choice((2, 4, 5, 6, 7, 8))), "## Log", ""]
    days = sorted((_day_before(chance, today) for _ in range(chance.randint(4, 20))), reverse=True)
    lines += [f"- {day} {chance.choice(KINDS)}: {_words(chance, 3, 12)}" for day in days]
    if chance.random() < 0.2:
        lines.append(f"- {_day_before(chance, today)} dinner with [[{other}]]")
    return "\n".join([*lines, ""])


def _unusual(chance: random.Random, head: str, body: str) -> str:
    """The same note as somebody writes who knows YAML, or whose editor comes from elsewhere."""
    way = chance.randrange(6)
    if way == 0:
        head = head.replace("---\n", "---\n# as of the last reunion\n", 1).replace(
            "\nphone:", "  # moved\nphone:"
        )
    elif way == 1:
        head = re.sub(r"^(city|role|how_met): (.*)$", r"\1: '\2'", head, flags=re.MULTILINE)
    elif way == 2:
        tags = re.search(r"^tags: \[(.*)\]$", head, flags=re.MULTILINE)
        assert tags is not None
        block = "".join(f"\n- '{tag}'" for tag in tags[1].split(", "))
        head = f"{head[: tags.start()]}tags:{block}{head[tags.end() :]}"
    elif way == 3:
        head = re.sub(
            r"^city: (.*)$", r"address:\n  city: \1\n  street: {name: Mill Lane, no: 7}", head, flags=re.M
        )
    elif way == 4:
        style = chance.choice((">-", "|", ">", "|-"))
        line = _words(chance, 4, 8)
        head = re.sub(r"^how_met: (.*)$", rf"how_met: {style}\n  \1\n  {line}", head, flags=re.MULTILINE)
    else:
        return f"{head}{body}".replace("\n", "\r\n")
    return f"{head}{body}"


def _day_before(chance: random.Random, today: date) -> date:
    return today - timedelta(days=chance.randint(1, DAYS_BACK))


def _long_before(chance: random.Random, today: date) -> date:
    return today - timedelta(days=chance.randint(20 * 365, 80 * 365))


def _days(chance: random.Random, today: date, names: list[str], count: int) -> dict[str, str]:
    texts = {}
    for back in range(1, count + 1):
        day = today - timedelta(days=back)
        linked = chance.sample(names, min(len(names), chance.randint(0, 3)))
        lines = [f"- {_words(chance, 2, 6)} with [[{name}]]" for name in linked]
        lines += [f"- {_words(chance, 4, 14)}" for _ in range(chance.randint(2, 9))]
        texts[f"Daily/{day.isoformat()}.md"] = "\n".join(["## Today", "", *lines, ""])
    return texts


def _others(chance: random.Random, count: int) -> dict[str, str]:
    paths = [
        f"Notes/{chance.choice(WORDS)}/{number:05d} {_words(chance, 2, 4)}.md" for number in range(count)
    ]
    texts = {}
    for path in paths:
        links = [f"See [[{Path(chance.choice(paths)).stem}]].\n" for _ in range(chance.randint(0, 4))]
        head = f"---\ntags: [{chance.choice(WORDS)}]\n---\n" if chance.random() < 0.5 else ""
        texts[path] = (
            f"{head}# {_words(chance, 2, 4)}\n\n{_paragraphs(chance, chance.randint(1, 6))}\n{''.join(links)}"
        )
    return texts


def change_notes(made: Made, count: int, seed: int = 2) -> tuple[str, ...]:
    """Changes so many notes of all kinds, as another device would have: a line in the log, in the day, in the
    text. Returns their paths."""
    chance = random.Random(seed)
    chosen = tuple(sorted(chance.sample(sorted(made.notes), count)))
    for path in chosen:
        file = made.root / path
        text = file.read_bytes().decode()  # read_text would make all line ends alike
        end = "\r\n" if "\r\n" in text else "\n"
        if path in made.targets:
            text = set_last(text, made.today)
        elif path in made.people:
            day = made.today - timedelta(days=chance.randint(0, 30))
            log = f"## Log{end}{end}"
            text = text.replace(log, f"{log}- {day} call: {_words(chance, 3, 9)}{end}", 1)
        else:
            name = Path(chance.choice(made.people[len(made.targets) :] or made.people)).stem
            text += f"- {_words(chance, 2, 5)} with [[{name}]]\n"
        file.write_text(text, encoding="utf-8", newline="\n")
    return chosen


def main(words: list[str] | None = None) -> None:
    """Makes a vault from the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.make_vault", description="Makes a made-up vault."
    )
    parser.add_argument("folder", type=Path, help="a folder that is not there yet")
    parser.add_argument("--notes", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=1_000)
    parser.add_argument("--all-overdue", action="store_true", help="nobody was seen for more than a year")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--today", type=date.fromisoformat, default=date.today())
    options = parser.parse_args(words)
    if options.folder.exists():
        parser.error(f"{options.folder} is there already")
    targets = min(20, options.people // 2)
    made = make_vault(
        options.folder,
        options.today,
        options.notes,
        options.people,
        targets,
        options.seed,
        options.all_overdue,
    )
    print(f"{len(made.notes)} notes, {len(made.people)} people in {made.root}")


if __name__ == "__main__":
    main()
