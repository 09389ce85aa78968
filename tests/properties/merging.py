"""Notes to merge: sound ones with edits whose meaning is known, rough ones, and a merge of texts to judge by.

A generator here is a plain function of a `Chance`, which gives small numbers: Hypothesis draws them (and
makes failures small), or a seed does (for long hunts). A sound note is a `Model`; an `Op` changes one unit of
it and can be done to any version of it, so that what a merge should mean is known: both sides' ops done one
after the other. Ops say what they touch; where the sides touch different things, there is nothing to clash
about.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from datetime import date
from datetime import timedelta
from itertools import combinations
from itertools import pairwise
from typing import Any
from typing import TypeVar

from hypothesis import strategies as st

from vault_crm.core.merge.marks import Clash
from vault_crm.core.merge.marks import Pieces
from vault_crm.core.text import BOM
from vault_crm.core.text import split_lines

T = TypeVar("T")
Touch = tuple[str, ...]
PATH = "People/Ada.md"
LATER = ("last_contact", "snooze_until", "next_contact")


class Shown:
    """Hypothesis prints it as `repr` does."""

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))


class Chance:
    """Small numbers, from wherever they come; 0 is the simplest choice. `fresh` makes words that stand
    nowhere else."""

    def __init__(self, below: Callable[[int], int]) -> None:
        self.below = below
        self._made = 0

    def one_of(self, things: Sequence[T]) -> T:
        return things[self.below(len(things))]

    def rarely(self, n: int = 4) -> bool:
        return self.below(n) == n - 1

    def some(self, things: Sequence[T], least: int, most: int) -> list[T]:
        left, taken = list(things), []
        for _ in range(min(least + self.below(most - least + 1), len(left))):
            taken.append(left.pop(self.below(len(left))))
        return taken

    def fresh(self, words: str = "walk") -> str:
        self._made += 1
        return f"{words} {self._made}"


_BELOW = {n: st.integers(0, n - 1) for n in range(1, 400)}


def made(make: Callable[[Chance], T]) -> st.SearchStrategy[T]:
    """What `make` makes, with Hypothesis's numbers."""

    @st.composite
    def strategy(draw: st.DrawFn) -> T:
        return make(Chance(lambda n: draw(_BELOW[n]) if n in _BELOW else draw(st.integers(0, n - 1))))

    return strategy()


def seeded(make: Callable[[Chance], T], seed: int) -> T:
    """What `make` makes of a seed."""
    return make(Chance(random.Random(seed).randrange))


# --- sound notes


@dataclass(frozen=True)
class Prop:
    """A property and how it is written; `before` are the comment and blank lines above it."""

    key: str
    value: str | tuple[str, ...]
    style: str = ""
    before: tuple[str, ...] = ()
    comment: str = ""

    def lines(self) -> list[str]:
        return [*self.before, *self._own()]

    def _own(self) -> list[str]:
        behind = f"  # {self.comment}" if self.comment else ""
        if isinstance(self.value, str):
            if self.style == "|":
                return [f"{self.key}: |{behind}", *(f"  {line}" for line in self.value.split("\n"))]
            value = self.style + self.value + self.style
            return [f"{self.key}: {value}".rstrip() + behind]
        if self.style == "[" or not self.value:
            return [f"{self.key}: [{', '.join(self.value)}]{behind}"]
        return [f"{self.key}:{behind}", *(self.style + "- " + item for item in self.value)]


@dataclass(frozen=True)
class Entry:
    """An entry of the log; `ident` stays the same whatever is edited."""

    ident: int
    on: date
    words: str
    form: str = "- {on} {words}"
    below: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        return [*self.form.format(on=self.on, words=self.words).split("\n"), *self.below]


@dataclass(frozen=True)
class Section:
    """A heading with what stands below it: prose, and in a log the entries after the prose."""

    ident: str
    heading: str
    prose: tuple[str, ...]
    entries: tuple[Entry, ...] = ()
    is_log: bool = False
    apart: bool = False
    tail: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        out = [*([self.heading] if self.heading else []), *self.prose]
        for entry in self.entries:
            out += entry.lines()
            out += [""] if self.apart else []
        return [*out, *self.tail]


@dataclass(frozen=True)
class Model:
    """A note as its owner thinks of it."""

    props: tuple[Prop, ...] = ()
    sections: tuple[Section, ...] = ()
    newline: str = "\n"
    bom: bool = False
    final: bool = True
    fenced: bool = True

    def __str__(self) -> str:
        lines = ["---", *(line for prop in self.props for line in prop.lines()), "---"] if self.fenced else []
        lines += [line for section in self.sections for line in section.lines()]
        text = self.newline.join(lines)
        text = text + self.newline if self.final and text else text.rstrip("\r\n")
        return (BOM if self.bom else "") + text


def prop_of(model: Model, key: str) -> Prop | None:
    """The property of that key, if it is there."""
    return next((prop for prop in model.props if prop.key == key), None)


def section_of(model: Model, ident: str) -> Section | None:
    """The section of that name, if it is there."""
    return next((section for section in model.sections if section.ident == ident), None)


TEXT_KEYS = ("cadence", "company", "city", "how_met", "Favourite tea", "email", "relationship", "día")
LIST_KEYS = ("tags", "aliases", "next", "gifts")
TEXTS = ("3 months", "Graz", "x#y", "é 😀", "a, b", "12:30", "https://example.org/#c", "01234")
FORMS = (
    "- {on} {words}",
    "- **{on}**: {words}",
    "- [[{on}]] {words}",
    "* {on} {words}",
    "- (date:: {on}) {words}",
    "### {on}\n{words}",
    "### {on}\n\n{words}",
    "1. {on} {words}",
    "- {on} 10:30 call: {words}",
    " - {on} {words}",
    "- [x] {on} {words}",
)
PROSE = (
    (),
    ("> [!note] Log", "> - 2026-01-01 call: not an entry"),
    ("```", "code", "```"),
    ("<!-- kept", "apart -->"),
    ("%% hidden %%",),
    ("| a | b |", "|---|---|"),
    ("- item", "  - nested"),
    ("text with two spaces  ",),
    ("- 2026-13-45 no day",),
    ("- 14.03.2026 another form",),
    ("\u2028",),
    ("---",),
    ("- [ ] 2026-09-01 to do",),
)
# What would open or close something else than its own line, if it were changed.
STRUCTURE = ("```", "code", "<!-- kept", "apart -->")


def make_prop(chance: Chance, key: str) -> Prop:
    """A property as people and plugins write it."""
    before = chance.one_of([(), (), (), (), ("",), (f"# {chance.fresh('note')}",), ("", "# same", "")])
    comment = chance.fresh("why") if chance.rarely(6) else ""
    if key in LIST_KEYS:
        items = tuple(chance.fresh("item").replace(" ", "-") for _ in range(chance.below(4)))
        return Prop(key, items, chance.one_of(["  ", "[", "", "    "]), before, comment)
    if key in LATER:
        return Prop(key, str(make_day(chance)), chance.one_of(["", "", "'", '"']), before, comment)
    if chance.rarely(9):
        return Prop(key, "\n".join(chance.fresh("line") for _ in range(1 + chance.below(4))), "|", before)
    value = chance.one_of([*TEXTS, ""]) if chance.rarely() else chance.fresh("value")
    return Prop(key, value, chance.one_of(["", "", "'", '"']) if value else "", before, comment)


def make_day(chance: Chance) -> date:
    """A day of about a year, so that some fall together."""
    return date(2026, 1, 1) + timedelta(chance.below(40) if chance.rarely() else chance.below(350))


def make_entry(chance: Chance, form: str) -> Entry:
    """An entry with words that stand nowhere else."""
    # No two entries are much alike: one that is reworded is to be known from one that is new.
    words = chance.fresh(chance.one_of(["call: schools", "coffee [[Ben]]", "walk", "x"]))
    words = f"{words} {chance.fresh('w').replace(' ', '')} {words.rsplit(' ', 1)[1]}"
    below = tuple(f"  {chance.fresh('- more')}" for _ in range(chance.below(3))) if chance.rarely(5) else ()
    return Entry(
        int(words.rsplit(" ", 1)[1]), make_day(chance), words, form, below if "#" not in form else ()
    )


def make_log(chance: Chance, ident: str, heading: str) -> Section:
    """A log of one of the shapes there are."""
    form = chance.one_of(FORMS) if chance.rarely(3) else FORMS[0]
    entries = [make_entry(chance, form) for _ in range(chance.below(5))]
    order = chance.below(8)
    if order != 7:
        entries.sort(key=lambda entry: entry.on, reverse=order < 5)
    prose = chance.one_of([(), ("",), ("",), ("Written by hand.", "")])
    tail = () if chance.rarely(3) else ("",)
    apart = chance.rarely(5) or form.startswith("#")
    return Section(ident, heading, prose, tuple(entries), is_log=True, apart=apart, tail=tail)


def make_section(chance: Chance, ident: str, heading: str) -> Section:
    """Some prose under a heading; every third line or so stands there like that in other places, too."""
    lines: list[str] = [] if chance.rarely(3) else [""]
    for _ in range(chance.below(6)):
        if chance.rarely(3):
            lines += chance.one_of(PROSE)
        else:
            lines.append(f"{chance.fresh('Likes')}.")
        if chance.rarely(3):
            lines.append("")
    return Section(ident, heading, tuple(lines), tail=("",))


def make_model(chance: Chance) -> Model:
    """A sound note."""
    keys = chance.some([*LATER, *LIST_KEYS, *TEXT_KEYS], 0, 6)
    fenced = not chance.rarely(12)
    props = tuple(make_prop(chance, key) for key in keys) if fenced else ()
    sections = [make_section(chance, "intro", "")]
    for at, name in enumerate(chance.some(["Notes", "Gifts", "Family", "Work"], 0, 3)):
        sections.append(make_section(chance, name, f"{'#' * (1 + (at > 0))} {name}"))
    if not chance.rarely(6):
        name = chance.one_of(["## Log", "## Log", "# Contact log:", "## Interactions", "## History 📜"])
        sections.insert(1 + chance.below(len(sections)), make_log(chance, "log", name))
    if chance.rarely(7):
        sections.insert(1 + chance.below(len(sections)), make_log(chance, "log2", "## Conversations"))
    return Model(
        props,
        tuple(sections),
        newline="\r\n" if chance.rarely(5) else "\n",
        bom=chance.rarely(8),
        final=not chance.rarely(6),
        fenced=fenced,
    )


# --- edits whose meaning is known


@dataclass(frozen=True, repr=False)
class Op(Shown):
    """One edit. `touches` are the units it changes: where one side's and the other's are apart (none begins
    another), the two cannot clash."""

    name: str
    touches: frozenset[Touch]
    do: Callable[[Model], Model] = field(compare=False)
    later: str = ""

    def __repr__(self) -> str:
        return f"<{self.name}>"


def apart(some: Iterable[Touch], others: Iterable[Touch]) -> bool:
    """True if no unit is, or holds, one of the others."""
    others = list(others)
    return not any(a[: len(b)] == b or b[: len(a)] == a for a in some for b in others)


def do_all(model: Model, ops: Iterable[Op]) -> Model:
    """The note after all edits."""
    for op in ops:
        model = op.do(model)
    return model


def _with_prop(model: Model, key: str, change: Callable[[Prop], Prop | None]) -> Model:
    changed = [change(prop) if prop.key == key else prop for prop in model.props]
    return replace(model, props=tuple(prop for prop in changed if prop is not None))


def _with_section(model: Model, ident: str, change: Callable[[Section], Section | None]) -> Model:
    changed = [change(section) if section.ident == ident else section for section in model.sections]
    return replace(model, sections=tuple(section for section in changed if section is not None))


def _op(name: str, touch: Touch | Iterable[Touch], do: Callable[[Model], Model], later: str = "") -> Op:
    touches = [touch] if isinstance(touch, tuple) else touch
    return Op(name, frozenset(touches), do, later)


def prop_op(chance: Chance, model: Model) -> Op:
    """An edit of the frontmatter."""
    keys = [prop.key for prop in model.props]
    what = chance.below(10)
    if not keys or what in (0, 1):
        free = [key for key in (*LATER, *LIST_KEYS, *TEXT_KEYS) if key not in keys]
        prop = make_prop(chance, chance.one_of(free))
        after = chance.one_of(["", *keys])
        return _op(f"add {prop}", ("prop", prop.key), lambda m: _add_prop(m, prop, after))
    key = chance.one_of(keys)
    prop = next(prop for prop in model.props if prop.key == key)
    if key in LIST_KEYS and what < 7:
        return _item_op(chance, prop)
    if what in (2, 3, 4, 5, 6):
        value = str(make_day(chance)) if key in LATER else chance.fresh("new value")
        later = key if key in LATER else ""
        return _op(
            f"set {key} to {value}",
            ("prop", key),
            lambda m: _with_prop(m, key, lambda p: replace(p, value=value)),
            later,
        )
    if what == 7:
        return _op(f"remove {key}", ("prop", key), lambda m: _with_prop(m, key, lambda p: None))
    if what == 8:
        said = chance.fresh("said")
        change = lambda p: replace(p, before=(*p.before, f"# {said}"))  # noqa: E731
        return _op(f"comment on {key}", ("prop", key), lambda m: _with_prop(m, key, change))
    to = chance.below(len(keys))
    return _op(f"move {key} to {to}", [("order",), ("prop", key)], lambda m: _move_prop(m, key, to))


def _item_op(chance: Chance, prop: Prop) -> Op:
    key = prop.key
    if prop.value and chance.rarely(3):
        item = chance.one_of(list(prop.value))
        without = lambda p: replace(p, value=tuple(each for each in p.value if each != item))  # noqa: E731
        return _op(f"take {item} from {key}", ("prop", key, item), lambda m: _with_prop(m, key, without))
    item = chance.fresh("item").replace(" ", "-")
    at = chance.below(len(prop.value) + 1)
    added = lambda p: replace(p, value=(*p.value[:at], item, *p.value[at:]))  # noqa: E731
    return _op(f"add {item} to {key}", ("prop", key, item), lambda m: _with_prop(m, key, added))


def _add_prop(model: Model, prop: Prop, after: str) -> Model:
    if prop_of(model, prop.key):
        return _with_prop(model, prop.key, lambda _: prop)
    at = next((i + 1 for i, each in enumerate(model.props) if each.key == after), 0)
    return replace(model, props=(*model.props[:at], prop, *model.props[at:]), fenced=True)


def _move_prop(model: Model, key: str, to: int) -> Model:
    prop = prop_of(model, key)
    if prop is None:
        return model
    rest = [each for each in model.props if each.key != key]
    return replace(model, props=(*rest[:to], prop, *rest[to:]))


def log_op(chance: Chance, model: Model) -> Op | None:
    """An edit of a log; None if there is none."""
    logs = [section for section in model.sections if section.is_log]
    if not logs:
        return None
    log = chance.one_of(logs)
    name = log.ident
    what = chance.below(9)
    if what < 5 or not log.entries:
        form = log.entries[0].form if log.entries else FORMS[0]
        new = make_entry(chance, form)
        sloppy = chance.below(8)
        do = lambda m: _with_section(m, name, lambda s: _add_entry(s, new, sloppy))  # noqa: E731
        touches: list[Touch] = [("section", name, "log", str(new.ident))]
        # The first entry of a log stands where its prose is written, too.
        touches += [] if log.entries else [("section", name, "prose")]
        return _op(f"log {new.on} {new.words}", touches, do)
    old = chance.one_of(list(log.entries))
    touch = ("section", name, "log", str(old.ident))
    if what in (5, 6):
        words = f"{old.words}, {chance.fresh('and said')}"
        return _entry_op(f"reword {old.words} as {words}", touch, name, old, replace(old, words=words))
    if what == 7:
        on = make_day(chance)
        return _entry_op(f"date {old.words} {on}", touch, name, old, replace(old, on=on))
    # Where no entry stays, the prose above and the end of the section come together.
    return _entry_op(f"delete {old.words}", [touch, ("section", name, "prose")], name, old, None)


def _entry_op(name: str, touch: Touch | Iterable[Touch], section: str, old: Entry, new: Entry | None) -> Op:
    def change(log: Section) -> Section:
        kept = [new if entry.ident == old.ident else entry for entry in log.entries]
        return replace(log, entries=tuple(entry for entry in kept if entry is not None))

    return _op(name, touch, lambda m: _with_section(m, section, change))


def newest_first(log: Section) -> bool:
    """True unless the log runs the other way."""
    days = [entry.on for entry in log.entries]
    return sum((a > b) - (a < b) for a, b in pairwise(days)) >= 0


def _add_entry(log: Section, new: Entry, sloppy: int) -> Section:
    """Where the log's order wants it; once in a while where a hurried hand would put it."""
    entries = list(log.entries)
    if sloppy in (6, 7):
        entries.insert(0 if sloppy == 6 else len(entries), new)
    elif newest_first(log):
        entries.insert(next((i for i, e in enumerate(entries) if e.on <= new.on), len(entries)), new)
    else:
        entries.insert(next((i for i, e in enumerate(entries) if e.on > new.on), len(entries)), new)
    return replace(log, entries=tuple(entries))


def prose_op(chance: Chance, model: Model) -> Op:
    """An edit of the prose of one section, or of the sections themselves."""
    section = chance.one_of(model.sections)
    name = section.ident
    touch = ("section", name, "prose")
    lines = [line for line in section.prose if line and line not in STRUCTURE]
    what = chance.below(9)
    if what < 3 or not lines:
        at, line = chance.below(len(section.prose) + 1), f"{chance.fresh('New')}."
        added = lambda s: replace(s, prose=(*s.prose[:at], line, *s.prose[at:]))  # noqa: E731
        return _op(f"write {line} in {name}", touch, lambda m: _with_section(m, name, added))
    line = chance.one_of(lines)
    if what < 6:
        to = f"{chance.fresh('Changed')}."
        changed = lambda s: replace(s, prose=tuple(to if e == line else e for e in s.prose))  # noqa: E731
        return _op(f"change {line!r} to {to}", touch, lambda m: _with_section(m, name, changed))
    if what == 6:
        dropped = lambda s: replace(s, prose=tuple(e for e in s.prose if e != line))  # noqa: E731
        return _op(f"delete {line!r}", touch, lambda m: _with_section(m, name, dropped))
    if what == 7 and section.heading:
        to = len(model.sections) - 1 if chance.rarely(2) else 1
        touches: list[Touch] = [("sections",)] if section.is_log else [("sections",), ("section", name)]
        return _op(f"move {name} to {to}", touches, lambda m: _move_section(m, name, to))
    if section.heading:
        heading = section.heading.split(" ")[0] + (" Timeline" if section.is_log else f" {chance.fresh('H')}")
        renamed = lambda s: replace(s, heading=heading)  # noqa: E731
        # Whose heading and words both change is not known again.
        return _op(f"rename {name} {heading}", ("section", name), lambda m: _with_section(m, name, renamed))
    added = lambda s: replace(s, prose=(*s.prose, "Last."))  # noqa: E731
    return _op("write Last.", touch, lambda m: _with_section(m, name, added))


def _move_section(model: Model, ident: str, to: int) -> Model:
    moved = section_of(model, ident)
    if moved is None:
        return model
    rest = [section for section in model.sections if section.ident != ident]
    return replace(model, sections=(*rest[:to], moved, *rest[to:]))


def file_op(chance: Chance, model: Model) -> Op:
    """An edit of the file as a whole."""
    what = chance.below(3)
    if what == 0:
        to = "\n" if model.newline == "\r\n" else "\r\n"
        return _op(f"newlines {to!r}", ("newline",), lambda m: replace(m, newline=to))
    if what == 1:
        return _op("BOM", ("bom",), lambda m: replace(m, bom=not model.bom))
    return _op("end", ("final",), lambda m: replace(m, final=not model.final))


def make_ops(chance: Chance, model: Model) -> list[Op]:
    """What one person did to a note between two syncs."""
    ops: list[Op] = []
    for _ in range(1 + chance.below(4)):
        what = chance.below(11)
        op = log_op(chance, model) if what < 4 else None
        if op is None:
            make = prop_op if what < 7 else prose_op if what < 10 else file_op
            op = make(chance, model)
        ops.append(op)
    return ops


@dataclass(frozen=True, repr=False)
class Told(Shown):
    """A merge whose meaning is known."""

    base: Model
    left: tuple[Op, ...]
    right: tuple[Op, ...]
    both: tuple[Op, ...] = ()

    def __repr__(self) -> str:
        return f"left {self.left}\nright {self.right}\nboth {self.both}\n{self.texts}"

    @property
    def texts(self) -> Triple:
        sides = (do_all(self.base, (*ops, *self.both)) for ops in (self.left, self.right))
        return Triple(str(self.base), *map(str, sides))

    @property
    def wanted(self) -> Model:
        """Both sides' edits; where both set a date that only moves on, the later."""
        left, right = (do_all(self.base, (*ops, *self.both)) for ops in (self.left, self.right))
        model = do_all(self.base, (*self.left, *self.right, *self.both))
        for key in LATER:
            old, one, two = (prop_of(m, key) for m in (self.base, left, right))
            if one and two and old and one.value != two.value:
                days = [str(prop.value) for prop in (one, two) if prop.value != old.value]
                best = max(days)
                model = _with_prop(model, key, lambda p, best=best: replace(p, value=best))  # type: ignore[misc]
        return model

    @property
    def apart(self) -> bool:
        """True if there is nothing to clash about."""
        sides = []
        for ops in (self.left, self.right):
            sides.append([t for op in (*ops, *self.both) for t in op.touches])
        mine = [t for op in self.left if not op.later for t in op.touches]
        theirs = [t for op in self.right if not op.later for t in op.touches]
        return apart(mine, sides[1]) and apart(theirs, sides[0]) and self._prose_apart()

    def _prose_apart(self) -> bool:
        """True if at most one side touched the prose of a run of sections without a log between them: next
        to each other's lines people do clash."""
        run = 0
        runs: dict[str, int] = {}
        for section in self.base.sections:
            run += section.is_log
            runs[section.ident] = run
            run += section.is_log
        sides = [
            {runs[t[1]] for op in ops for t in op.touches if t[0] == "section" and t[2:3] != ("log",)}
            for ops in (self.left, self.right, self.both)
        ]
        moved = any(t == ("sections",) for op in (*self.left, *self.right, *self.both) for t in op.touches)
        alone = not any(one & two for one, two in combinations(sides, 2))
        return alone and not (moved and sum(map(bool, sides)) > 1)


@dataclass(frozen=True, repr=False)
class Triple(Shown):
    """Three versions of a note."""

    base: str
    left: str
    right: str

    def __repr__(self) -> str:
        shown = "\n".join(
            f"  {name}=(\n" + "".join(f"    {line!r}\n" for line in split_lines(text) or [""]) + "  ),"
            for name, text in (("base", self.base), ("left", self.left), ("right", self.right))
        )
        return f"Triple(\n{shown}\n)"


def make_told(chance: Chance) -> Told:
    """A sound note and what two people did to it, sometimes also something that both did alike."""
    base = make_model(chance)
    left, right = make_ops(chance, base), make_ops(chance, base)
    both = make_ops(chance, base)[:1] if chance.rarely(5) else []
    return Told(base, tuple(left), tuple(right), tuple(both))


# --- rough notes


SOUP = (
    "", "---", "...", "```", "<!--", "-->", "%%", "## Log", "## Log", "### 2026-01-05", "# Interactions",
    "- 2026-03-01 call: soup", "- 2026-03-01 call: soup", "- 2026-05-09 other", "* **2026-01-05**: bold",
    "  - nested", "2026-02-02 plain line", "cadence: 2 weeks", "last_contact: 2026-04-04",
    "last_contact: 2026-05-05", "\tx: tab", "tags: [a", "tags: [a, b]", "tags:", "- a", "  - b",
    "x: &a 1", "y: *a", "<<: *a", "? k", "<<<<<<< HEAD", "=======", ">>>>>>> theirs", "||||||| base",
    "word", "a\u2028b", "é", "\0", "a\rb", "\udcff", "  indented", "bio: |", "'quoted': x", "{a: b}",
    "# comment", "> quote", "| a | b |", "1. one", BOM, "### 2026", "- [ ] open", "   ",
    "Last Contact: 2026-06-06", "cadence:", "---x", "--- ", "Setext\n===", "- 2026-03-01", "[[Ben]]",
)  # fmt: skip


def make_soup(chance: Chance) -> str:
    """Lines that mean something, in any order."""
    front = ["---"] if chance.below(3) < 2 else []
    lines = [chance.one_of(SOUP) for _ in range(chance.below(12))]
    ends = ["\n", "\n", "\n", "\r\n"]
    return "".join(line + chance.one_of(ends) for line in (*front, *lines))


def roughen(chance: Chance, text: str) -> str:
    """The text after a few careless edits of lines."""
    lines = split_lines(text)
    for _ in range(chance.below(5)):
        at = chance.below(len(lines) + 1)
        what = chance.below(9)
        if what < 3 or at == len(lines):
            word = chance.fresh("rough") if chance.rarely(2) else chance.one_of(SOUP)
            lines[at:at] = [word + ("\r\n" if chance.rarely(5) else "\n")]
        elif what == 3:
            del lines[at]
        elif what == 4:
            lines[at:at] = [lines[at]]
        elif what == 5:
            lines[at] = chance.one_of(SOUP) + "\n"
        elif what == 6:
            moved = lines.pop(at)
            lines.insert(chance.below(len(lines) + 1), moved)
        elif what == 7:
            lines[at] = _scratch(chance, lines[at])
        else:
            del lines[at : at + 1 + chance.below(6)]
    return "".join(lines)


def _scratch(chance: Chance, line: str) -> str:
    """A line with something small changed."""
    bare = line.rstrip("\r\n")
    end = line[len(bare) :]
    at = chance.below(len(bare) + 1)
    return chance.one_of([
        bare + " " + end, bare + "\r\n", bare, " " + bare + end, bare[:at] + "x" + bare[at:] + end,
        bare[:at] + bare[at + 1 :] + end, bare.strip() + end, f'"{bare}"{end}',
    ])  # fmt: skip


def make_rough(texts: Sequence[str], made_up: bool = True) -> Callable[[Chance], Triple]:
    """Triples with careless edits, from the given texts, and from sound notes and soup; some without a
    base."""

    def make(chance: Chance) -> Triple:
        kind = chance.below(4) if made_up else 2
        if kind == 0:
            told = make_told(chance)
            three = told.texts
            base, left, right = three.base, three.left, three.right
        else:
            base = make_soup(chance) if kind == 1 else chance.one_of(texts)
            left = right = base
        left, right = roughen(chance, left), roughen(chance, right)
        return Triple("" if chance.rarely(8) else base, left, right)

    return make


# --- the merge of texts to judge by


def text_merge(base: str, left: str, right: str) -> Pieces:
    """Three-way by lines as git does it: changes that overlap or touch clash, what is alike at both ends of a
    clash is settled."""
    return _text_merge(base, left, right, False)


def text_merge_diff3(base: str, left: str, right: str) -> Pieces:
    """The same in the style that shows what stood there before."""
    return _text_merge(base, left, right, True)


def _text_merge(base: str, left: str, right: str, with_base: bool) -> Pieces:
    old, one, two = split_lines(base), split_lines(left), split_lines(right)
    if left == right or base == right:
        return (left,) if left else ()
    if base == left:
        return (right,) if right else ()
    pieces: list[Any] = []
    at = at_one = at_two = 0
    for lo, hi, lo_one, hi_one, lo_two, hi_two in _groups(_hunks(old, one), _hunks(old, two)):
        pieces.append("".join(old[at:lo]))
        was, mine, theirs = old[lo:hi], one[lo_one:hi_one], two[lo_two:hi_two]
        pieces += _settle(was, mine, theirs, with_base)
        at, at_one, at_two = hi, hi_one, hi_two
    pieces.append("".join(old[at:]))
    assert len(old) - at == len(one) - at_one == len(two) - at_two
    return _joined(pieces)


def _joined(pieces: Iterable[str | Clash]) -> Pieces:
    out: list[str | Clash] = []
    for piece in pieces:
        if isinstance(piece, str) and out and isinstance(out[-1], str):
            out[-1] += piece
        elif piece != "":
            out.append(piece)
    return tuple(out)


def _settle(was: list[str], mine: list[str], theirs: list[str], with_base: bool) -> list[str | Clash]:
    if mine == theirs or theirs == was:
        return ["".join(mine)]
    if mine == was:
        return ["".join(theirs)]
    if with_base:
        return [Clash("".join(mine), "".join(theirs), "".join(was))]
    head = 0
    while head < min(len(mine), len(theirs)) and mine[head] == theirs[head]:
        head += 1
    tail = 0
    while tail < min(len(mine), len(theirs)) - head and mine[-1 - tail] == theirs[-1 - tail]:
        tail += 1
    clash = Clash("".join(mine[head : len(mine) - tail]), "".join(theirs[head : len(theirs) - tail]))
    return ["".join(mine[:head]), clash, "".join(mine[len(mine) - tail :])]


Hunk = tuple[int, int, int, int]


def _groups(one: list[Hunk], two: list[Hunk]) -> Iterable[tuple[int, int, int, int, int, int]]:
    """Stretches of the base that either side changed, those that touch taken together: base, left, right."""
    sides = (list(one), list(two))
    shift = [0, 0]
    while sides[0] or sides[1]:
        lo = hi = min(hunks[0][0] for hunks in sides if hunks)
        grown = [0, 0]
        while near := [side for side in (0, 1) if sides[side] and sides[side][0][0] <= hi]:
            a, b, c, d = sides[near[0]].pop(0)
            grown[near[0]] += (d - c) - (b - a)
            hi = max(hi, b)
        starts = [lo + shift[0], lo + shift[1]]
        shift = [shift[0] + grown[0], shift[1] + grown[1]]
        yield lo, hi, starts[0], hi + shift[0], starts[1], hi + shift[1]


def _hunks(old: list[str], new: list[str]) -> list[Hunk]:
    """What differs: lines `a:b` of the old are lines `c:d` of the new."""
    pairs = [*_matches(old, new), (len(old), len(new))]
    hunks = []
    a = c = 0
    for b, d in pairs:
        if b > a or d > c:
            hunks.append((a, b, c, d))
        a, c = b + 1, d + 1
    return hunks


def _matches(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Lines that stay, by the shortest script (Myers, "An O(ND) difference algorithm", 1986)."""
    n, m = len(old), len(new)
    reach = {1: 0}
    traces: list[dict[int, int]] = []
    for d in range(n + m + 1):
        traces.append(dict(reach))
        for k in range(-d, d + 1, 2):
            down = k == -d or (k != d and reach[k - 1] < reach[k + 1])
            x = reach[k + 1] if down else reach[k - 1] + 1
            while x < n and x - k < m and old[x] == new[x - k]:
                x += 1
            reach[k] = x
            if x >= n and x - k >= m:
                return _walk_back(traces, n, m)
    raise AssertionError("every two texts have a script")


def _walk_back(traces: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    found = []
    for d in range(len(traces) - 1, -1, -1):
        reach, k = traces[d], x - y
        down = k == -d or (k != d and reach[k - 1] < reach[k + 1])
        before = k + 1 if down else k - 1
        x0 = reach[before]
        y0 = x0 - before
        while x > x0 and y > y0:
            x, y = x - 1, y - 1
            found.append((x, y))
        x, y = x0, y0
    return found[::-1]


# --- reading a marked text


def split_marked(text: str, size: int) -> Pieces:
    """A merged text as settled texts and clashes. `size` is longer than any run of marks in the notes."""
    pieces: list[str | Clash] = []
    parts: dict[str, str] = {}
    at = ""
    for line in split_lines(text):
        if line.startswith(BOM + "<" * size) and not pieces:
            pieces, line = [BOM], line[1:]
        mark = line[0] if line[:size] == line[:1] * size and line[:1] in "<|=>" else ""
        if mark == "<":
            assert not at, "a clash within a clash"
            parts, at = {"<": ""}, "<"
        elif mark in ("|", "=") and mark:
            assert at and mark not in parts, f"{mark} out of place"  # noqa: PT018
            at = mark
            parts[mark] = ""
        elif mark == ">":
            assert at == "=", "an end without a middle"
            pieces.append(Clash(parts["<"], parts["="], parts.get("|")))
            at = ""
        elif at:
            parts[at] += line
        else:
            pieces.append(line)
    assert not at, "a clash without an end"
    return _joined(pieces)
