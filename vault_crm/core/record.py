"""`@record`: a frozen dataclass with slots, made in a twentieth of the time.

`dataclasses.dataclass` writes and compiles five methods for every class when its module is imported, also for
those of which a command never makes a single one: for our types this was half of what `log` imports. Records
share their methods. `__init__` begins as one that works for any class; a class of which many are made gets
one of its own, compiled by `dataclasses`, and what else the standard library wants to know (`fields`,
`replace`, `is_dataclass`, signatures) is worked out when it asks.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from operator import attrgetter
from operator import ge
from operator import gt
from operator import le
from operator import lt
from types import MappingProxyType
from typing import TYPE_CHECKING
from typing import Any
from typing import NoReturn
from typing import TypeVar
from typing import dataclass_transform
from typing import overload

T = TypeVar("T")
Kind = TypeVar("Kind", bound=type)

# Compiling one costs what 1,000 calls of the shared one cost more; who made many is likely to make many more.
_COMPILE_AFTER = 1000


_NONE: Any = object()  # no default
_NOTHING_SAID: Mapping[str, Any] = MappingProxyType({})


class Field:
    """One field of a record: its default, and what else was said of it. `type` is its annotation."""

    __slots__ = ("beside", "default", "make", "metadata", "name", "type")

    def __init__(
        self,
        default: Any,
        make: Callable[[], Any] | None = None,
        metadata: Mapping[str, Any] = _NOTHING_SAID,
        beside: bool = False,
    ) -> None:
        self.name = ""
        self.type: Any = None
        self.default = default
        self.make = make
        self.metadata = metadata
        self.beside = beside  # neither compared nor shown


def field(
    *,
    default: Any = _NONE,
    default_factory: Callable[[], Any] | None = None,
    metadata: Mapping[str, Any] = _NOTHING_SAID,
    beside: bool = False,
) -> Any:
    """A field's default, or what makes it anew for each record, as `dataclasses.field` has it; `beside` is
    both `compare=False` and `repr=False`."""
    return Field(default, default_factory, metadata, beside)


def fields(kind: Any) -> tuple[Field, ...]:
    """The fields of a record or its class, in order. Raises AttributeError for what is none."""
    spec: _Spec = kind.__record__
    return spec.fields


def fillers(kind: type) -> tuple[Callable[[object, object], None], ...]:
    """What sets each field of a record that was made by `object.__new__`: in half the time that its own
    `__init__` takes, for where very many are made."""
    return tuple([getattr(kind, one.name).__set__ for one in fields(kind)])


@overload
def record(kind: Kind) -> Kind: ...
@overload
def record(*, frozen: bool = True, order: bool = False) -> Callable[[Kind], Kind]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(kind: Any = None, *, frozen: bool = True, order: bool = False) -> Any:
    """The class as `dataclass(frozen=True, slots=True)` would make it, with `frozen=False` as
    `dataclass(slots=True)`; `order` as there. Records are not inherited from, and their methods do not use
    `super()`."""
    if kind is None:
        return lambda kind: _make(kind, frozen, order)
    return _make(kind, frozen, order)


def _make(kind: type, frozen: bool, order: bool) -> type:
    space = dict(vars(kind))
    found = [_field(n, said, space.pop(n, _NONE)) for n, said in kind.__annotations__.items()]
    names = tuple([one.name for one in found])
    space.pop("__dict__", None)
    space.pop("__weakref__", None)
    space["__qualname__"] = kind.__qualname__
    space["__slots__"] = space["__match_args__"] = names
    spec = space["__record__"] = _Spec(tuple(found), frozen)
    space["__dataclass_fields__"] = _Asked(spec, "__dataclass_fields__")
    space["__dataclass_params__"] = _Asked(spec, "__dataclass_params__")
    space["__signature__"] = _Asked(spec, "__signature__")
    said = _values(tuple([one.name for one in found if not one.beside]))
    for name, method in {**_methods(said, frozen), **(_ordering(said) if order else {})}.items():
        space.setdefault(name, method)
    made = type(kind)(kind.__name__, kind.__bases__, space)
    spec.kind = made
    if "__init__" not in space:
        made.__init__ = _shared_init(spec)  # type: ignore[misc]
    return made


def _field(name: str, said: Any, default: Any) -> Field:
    one = default if isinstance(default, Field) else Field(default)
    one.name = name
    one.type = said
    return one


def _values(names: tuple[str, ...]) -> Callable[[Any], Any]:
    """The values of these fields, always as a tuple."""
    if len(names) > 1:
        return attrgetter(*names)
    if not names:
        return lambda _: ()
    (name,) = names
    return lambda one: (getattr(one, name),)


class _Spec:
    """What a record's class was made from."""

    __slots__ = ("fields", "frozen", "kind", "standard")

    def __init__(self, found: tuple[Field, ...], frozen: bool) -> None:
        self.fields = found
        self.frozen = frozen
        self.kind: type = object
        self.standard: Any = None

    def of_standard(self) -> Any:
        """A dataclass with the same fields: its `__init__` fits the record, too, as it sets them by name."""
        if self.standard is None:
            import dataclasses

            space: dict[str, Any] = {"__doc__": self.kind.__doc__ or "-", "__module__": self.kind.__module__}
            if hasattr(self.kind, "__post_init__"):
                space["__post_init__"] = self.kind.__post_init__
            self.standard = dataclasses.make_dataclass(
                self.kind.__qualname__,
                [(one.name, one.type, self._standard_field(one)) for one in self.fields],
                namespace=space, frozen=self.frozen, eq=False, repr=False,
            )  # fmt: skip
        return self.standard

    def _standard_field(self, one: Field) -> Any:
        import dataclasses

        given: dict[str, Any] = {"metadata": one.metadata} if one.metadata else {}
        if one.beside:
            given |= {"compare": False, "repr": False}
        if one.make is not None:
            given["default_factory"] = one.make
        elif one.default is not _NONE:
            given["default"] = one.default
        return dataclasses.field(**given)


class _Asked:
    """An attribute of the class that is worked out when it is asked for."""

    __slots__ = ("_name", "_spec")

    def __init__(self, spec: _Spec, name: str) -> None:
        self._spec = spec
        self._name = name

    def __get__(self, one: object, kind: type | None = None) -> Any:
        standard = self._spec.of_standard()
        if self._name == "__signature__":
            from inspect import signature

            found: Any = signature(standard)
        else:
            found = getattr(standard, self._name)
        setattr(self._spec.kind, self._name, found)
        return found


def _shared_init(spec: _Spec) -> Callable[..., None]:
    """An `__init__` for any record. What it cannot make sense of, and what comes after many others, it leaves
    to the compiled one, which also knows the right words for what is wrong."""
    puts = tuple([vars(spec.kind)[one.name].__set__ for one in spec.fields])
    named = tuple([(one.name, put, one) for one, put in zip(spec.fields, puts, strict=True)])
    count = len(puts)
    after = getattr(spec.kind, "__post_init__", None)
    left = _COMPILE_AFTER

    def compiled(one: Any, values: tuple[Any, ...], given: dict[str, Any]) -> None:
        init = spec.of_standard().__init__
        spec.kind.__init__ = init  # type: ignore[misc]
        init(one, *values, **given)

    def __init__(self: Any, /, *values: Any, **given: Any) -> None:  # noqa: N807 - it is one
        nonlocal left
        left -= 1
        had = len(values)
        if left < 0 or had > count:
            compiled(self, values, given)
            return
        for put, value in zip(puts, values):  # noqa: B905 - there may be fewer values
            put(self, value)
        used = 0
        for name, put, one in named[had:]:
            if name in given:
                put(self, given[name])
                used += 1
            elif one.make is not None:
                put(self, one.make())
            elif one.default is not _NONE:
                put(self, one.default)
            else:
                break
        else:
            if used == len(given):
                if after is not None:
                    after(self)
                return
        compiled(self, values, given)

    return __init__


def _methods(values: Callable[[Any], Any], frozen: bool) -> dict[str, Any]:
    """What dataclasses have, over all values of a record as one tuple."""

    def __eq__(self: Any, other: object) -> Any:  # noqa: N807
        if other.__class__ is not self.__class__:
            return NotImplemented
        return values(self) == values(other)

    def __hash__(self: Any) -> int:  # noqa: N807
        return hash(values(self))

    shared = {"__eq__": __eq__, "__repr__": _repr, "__replace__": _replace}
    if not frozen:
        return {**shared, "__hash__": None}
    state = {"__getstate__": _getstate, "__setstate__": _setstate}
    return {**shared, **state, "__hash__": __hash__, "__setattr__": _frozen_set, "__delattr__": _frozen_del}


def _ordering(values: Callable[[Any], Any]) -> dict[str, Any]:
    def ordered(name: str, holds: Callable[[Any, Any], bool]) -> Callable[[Any, object], Any]:
        def compare(self: Any, other: object) -> Any:
            if other.__class__ is not self.__class__:
                return NotImplemented
            return holds(values(self), values(other))

        compare.__name__ = name
        return compare

    return {f"__{how.__name__}__": ordered(f"__{how.__name__}__", how) for how in (lt, le, gt, ge)}


def _repr(self: Any) -> str:
    said = ", ".join(f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if not one.beside)
    return f"{type(self).__qualname__}({said})"


def _getstate(self: Any) -> list[Any]:
    return [getattr(self, name) for name in self.__match_args__]


def _setstate(self: Any, state: list[Any]) -> None:
    for name, value in zip(self.__match_args__, state, strict=True):
        object.__setattr__(self, name, value)


def _frozen_set(self: object, name: str, value: object) -> NoReturn:  # noqa: ARG001
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _frozen_del(self: object, name: str) -> NoReturn:  # noqa: ARG001
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _replace(old: Any, /, **changes: Any) -> Any:
    """The record with other values for some of its fields, as `dataclasses.replace` does it, without it."""
    for name in old.__match_args__:
        if name not in changes:
            changes[name] = getattr(old, name)
    return type(old)(**changes)


if TYPE_CHECKING:
    from dataclasses import replace as replace  # its checker knows the names and types of the fields
else:
    replace = _replace
