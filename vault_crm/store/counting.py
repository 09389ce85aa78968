"""Long work goes through a function that may tell how far it is; whoever has no screen passes it through."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from typing import Any
from typing import TypeAlias

# The items as they are, for how many notes they stand in all, and each of them (one, if that is not said).
Counted: TypeAlias = "Callable[..., Iterable[Any]]"


def uncounted(items: Iterable[Any], total: int, each: int = 1) -> Iterable[Any]:  # noqa: ARG001
    """The items, of which nothing is told."""
    return items
