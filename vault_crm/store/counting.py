"""Long work goes through a function that may tell how far it is; whoever has no screen passes it through."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from typing import Any
from typing import TypeAlias

# The items as they are, and how many they will be.
Counted: TypeAlias = "Callable[[Iterable[Any], int], Iterable[Any]]"


def uncounted(items: Iterable[Any], total: int) -> Iterable[Any]:  # noqa: ARG001
    """The items, of which nothing is told."""
    return items
