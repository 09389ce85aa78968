"""A record is what `dataclass` makes of the same class; nothing but the making is quicker."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import vault_crm
from vault_crm.core import record as module
from vault_crm.core.record import field
from vault_crm.core.record import fields
from vault_crm.core.record import fillers
from vault_crm.core.record import record
from vault_crm.core.record import replace
from vault_crm.core.words import Span

NAMES = ("first", "second", "third", "fourth")
EQUAL = st.one_of(
    st.integers(-3, 3), st.text("ab", max_size=2), st.none()
)  # to themselves: Pythons differ else
VALUES = st.one_of(EQUAL, st.just(float("nan")))


@st.composite
def specs(draw: st.DrawFn) -> list[tuple[str, str, Any]]:
    """Fields as (name, kind, default): those without a default come first, as Python has it."""
    kinds = sorted(draw(st.lists(st.sampled_from(["must", "said", "made"]), max_size=4)), key="must".__ne__)
    return [
        (name, kind, draw(VALUES) if kind == "said" else None)
        for name, kind in zip(NAMES, kinds, strict=False)
    ]


def class_of(spec: list[tuple[str, str, Any]], make: Callable[..., Any]) -> type:
    """A class as somebody would write it down, before it is decorated."""
    space: dict[str, Any] = {"__annotations__": {name: "object" for name, _, _ in spec}, "__doc__": "One."}
    for name, kind, default in spec:
        if kind == "said":
            space[name] = default
        elif kind == "made":
            space[name] = make(default_factory=list)
    return type("Made", (), space)


def pair(spec: list[tuple[str, str, Any]], **how: bool) -> tuple[Any, Any]:
    ours = record(**how)(class_of(spec, field))
    return ours, dataclasses.dataclass(slots=True, **{"frozen": True, **how})(
        class_of(spec, dataclasses.field)
    )


def done(act: Callable[[], Any]) -> Any:
    """What comes of it, an error as its type and words."""
    try:
        return act()
    except (TypeError, AttributeError) as error:
        return type(error), str(error)


def values_of(one: Any) -> Any:
    return one if isinstance(one, tuple) else [getattr(one, name) for name in one.__match_args__]


WORDS = st.dictionaries(st.sampled_from([*NAMES, "other"]), VALUES, max_size=4)


@given(
    specs(),
    st.lists(VALUES, max_size=5),
    WORDS,
    st.booleans(),
    st.booleans(),
    st.sampled_from([0, module._COMPILE_AFTER + 1]),
)
def test_made_from_any_words_it_is_the_same(
    spec: list[tuple[str, str, Any]],
    values: list[Any],
    words: dict[str, Any],
    frozen: bool,
    order: bool,
    before: int,
) -> None:
    ours, theirs = pair(spec, frozen=frozen, order=order)
    full = [1] * len(spec)
    for _ in range(before):
        ours(*full)
    mine, other = done(lambda: ours(*values, **words)), done(lambda: theirs(*values, **words))
    assert repr(mine) == repr(other)
    assert repr(values_of(mine)) == repr(values_of(other))
    assert (hasattr(mine, "__dict__"), mine == mine) == (hasattr(other, "__dict__"), other == other)


@given(
    specs(), st.lists(EQUAL, min_size=4, max_size=4), st.lists(EQUAL, min_size=4, max_size=4), st.booleans()
)
def test_two_are_compared_and_hashed_the_same(
    spec: list[tuple[str, str, Any]], one: list[Any], two: list[Any], frozen: bool
) -> None:
    made = []
    for kind in pair(spec, frozen=frozen, order=True):
        a, b = kind(*one[: len(spec)]), kind(*two[: len(spec)])
        made.append(
            (
                a == b,
                a != b,
                a == 1,
                done(lambda a=a: hash(a)),  # type: ignore[misc]
                done(lambda a=a, b=b: a < b),  # type: ignore[misc]
                done(lambda a=a, b=b: a >= b),  # type: ignore[misc]
            )
        )
    assert made[0] == made[1]


@given(specs(), st.lists(VALUES, min_size=4, max_size=4), WORDS)
def test_what_the_standard_library_does_with_one(
    spec: list[tuple[str, str, Any]], values: list[Any], words: dict[str, Any]
) -> None:
    ours, theirs = pair(spec)
    assert dataclasses.is_dataclass(ours)
    described = [
        [(f.name, f.type, f.default, f.kw_only) for f in dataclasses.fields(k)] for k in (ours, theirs)
    ]
    assert repr(described[0]) == repr(described[1])
    assert str(inspect.signature(ours)) == str(inspect.signature(theirs))
    assert ours.__match_args__ == theirs.__match_args__
    mine, other = (kind(*values[: len(spec)]) for kind in (ours, theirs))
    told = repr(done(lambda: dataclasses.replace(other, **words)))
    assert repr(done(lambda: replace(mine, **words))) == told
    assert repr(done(lambda: dataclasses.replace(mine, **words))) == told
    assert repr(copy.copy(mine)) == repr(copy.deepcopy(mine)) == repr(mine)
    assert repr(dataclasses.asdict(mine)) == repr(dataclasses.asdict(other))


@record
class Point:
    """Somewhere."""

    x: int
    y: int = 0
    tags: tuple[str, ...] = field(default_factory=tuple)

    @property
    def far(self) -> bool:
        """True if it is."""
        return self.x > 9


@record(frozen=False)
class Count:
    """How many."""

    number: int = 0
    doubled: int = 0

    def __post_init__(self) -> None:
        self.doubled = 2 * self.number


def test_nothing_of_a_frozen_one_can_be_changed() -> None:
    point = Point(1)
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'x'"):
        point.x = 2  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field 'x'"):
        del point.x  # type: ignore[misc]
    assert (point, point.far) == (Point(x=1, y=0), False)


def test_pickled_matched_and_kept_in_sets() -> None:
    point = Point(10, 2, ("a",))
    assert pickle.loads(pickle.dumps(point)) == point
    assert {point, Point(10, 2, ("a",))} == {point}
    match point:
        case Point(x, y):
            assert (x, y, point.far) == (10, 2, True)


@pytest.mark.parametrize("before", [0, module._COMPILE_AFTER + 1])
def test_what_comes_after_it_is_made(before: int) -> None:
    for _ in range(before):
        Count(1)
    count = Count(3)
    assert (count, count.doubled) == (Count(number=3), 6)
    count.number = 4
    assert (count.number, done(lambda: hash(count))) == (4, (TypeError, "unhashable type: 'Count'"))


def test_what_is_said_of_a_field_can_be_asked() -> None:
    assert [(one.name, one.type) for one in fields(Point)] == [
        ("x", "int"),
        ("y", "int"),
        ("tags", "tuple[str, ...]"),
    ]
    kind = record(class_of([("first", "must", None)], field))
    assert fields(kind(1)) == fields(kind)


def test_what_stands_beside_is_neither_compared_nor_shown() -> None:
    @record
    class Ours:
        """One."""

        a: int
        b: object = field(default=None, beside=True)

    @dataclasses.dataclass(frozen=True, slots=True)
    class Theirs:
        """One."""

        a: int
        b: object = dataclasses.field(default=None, compare=False, repr=False)

    said = []
    for kind in (Ours, Theirs):
        one: Any = kind(1, "x")
        shown = repr(one).rpartition(".")[2].partition("(")[2]
        described = [(f.name, f.compare, f.repr, f.default) for f in dataclasses.fields(kind)]
        alike = (one == kind(1, "y"), hash(one) == hash(kind(1)), one == kind(2, "x"))
        said.append((alike, shown, copy.copy(one).b, replace(one, a=2).b, described))
    assert said[0] == said[1]


def test_an_empty_one_can_be_filled() -> None:
    point = object.__new__(Point)
    for fill, value in zip(fillers(Point), (1, 2, ("a",)), strict=True):
        fill(point, value)
    assert point == Point(1, 2, ("a",))


def records() -> list[type]:
    """Every record of the package."""
    root = Path(vault_crm.__file__).parent
    found: dict[type, None] = {}
    for path in sorted(root.rglob("*.py")):
        if "@record" not in path.read_text(encoding="utf-8") or path.name == "record.py":
            continue
        parts = path.relative_to(root.parent).with_suffix("").parts
        for one in vars(import_module(".".join(parts))).values():
            if isinstance(one, type) and "__record__" in vars(one):
                found[one] = None
    return list(found)


def test_every_record_is_one_that_dataclass_would_take() -> None:
    """What `dataclass` refuses at once (a list as a default, a field behind one with a default) is refused
    here only when the standard library is asked: so it is asked."""
    kinds = records()
    assert len(kinds) > 100
    for kind in kinds:
        assert [f.name for f in dataclasses.fields(kind)] == list(kind.__annotations__), kind
        assert not any("ClassVar" in said or "InitVar" in said for said in kind.__annotations__.values())


def test_making_one_needs_no_dataclasses() -> None:
    code = (
        "import sys; from vault_crm.core.words import Span; Span('a', 1); print('dataclasses' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
    assert Span("a", 1) < Span("a", 2)
