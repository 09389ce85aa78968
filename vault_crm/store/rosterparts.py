"""The parts of a roster's file, each read when it is first asked for: most questions need few of them."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING
from typing import TypeVar

from vault_crm.store.buckets import Buckets
from vault_crm.store.glance import COLUMNS
from vault_crm.store.glance import paths_of
from vault_crm.store.glance import prints_of

if TYPE_CHECKING:
    from vault_crm.core.heard import Meant
    from vault_crm.core.rows import Row
    from vault_crm.store.packed import Packed

# What reading a kept file raises that is damaged, or is somebody else's.
DAMAGE = (ValueError, OSError, EOFError, TypeError, LookupError)

Part = TypeVar("Part")


class Parts:
    """The parts of a file, empty if there is none. Where one is damaged all are taken from what `anew` makes;
    as long as that is None, or makes nothing, each raises one of DAMAGE."""

    def __init__(self, packed: Packed | None) -> None:
        self._packed = packed
        self.anew: Callable[[], Parts | None] | None = None

    @cached_property
    def rows(self) -> dict[str, Row]:
        """Everybody's row by path."""
        return self._part("rows", _rows_in, {})

    @cached_property
    def paths(self) -> list[str]:
        """All notes, and the conflict copies."""
        return self._part("paths", paths_of, [])

    @cached_property
    def prints(self) -> list[array[int]]:
        """Their fingerprints, in columns."""
        return self._part("prints", prints_of, [array("q") for _ in range(COLUMNS)])

    @cached_property
    def unsure(self) -> set[str]:
        """The notes that have to be read again, whatever their fingerprint says."""
        paths = self.paths
        return self._part("unsure", lambda packed: {paths[at] for at in packed.head["unsure"]}, set())

    @cached_property
    def buckets(self) -> Buckets:
        """Gists, and what is heard of people."""
        return self._part("buckets", Buckets.read, Buckets(1))

    @cached_property
    def meant(self) -> Meant:
        """Whom links mean."""
        return self._part("meant", lambda packed: packed.values("meant"), {})

    def _part(self, name: str, read: Callable[[Packed], Part], empty: Part) -> Part:
        if self._packed is not None:
            try:
                return read(self._packed)
            except DAMAGE:
                fresh = self.anew() if self.anew is not None else None
                if fresh is None:
                    raise
                self.__dict__.pop("numbers", None)
                self.__dict__.update(vars(fresh))
        found: Part = vars(self).get(name, empty)
        return found


def _rows_in(packed: Packed) -> dict[str, Row]:
    """Everybody's row by path, of a file."""
    return {row[0]: row for part in ("late", "rest") for row in packed.values(part)}
