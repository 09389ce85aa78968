"""Patterns that are compiled when they are first used.

Compiling takes Python from 0.1 to 5 milliseconds each, and most commands use few of those that the modules
name which they import.
"""

from __future__ import annotations

import re
from typing import Any
from typing import cast


class _Late:
    """A pattern to be: the first thing that is asked of it makes it. From then on its methods stand in it."""

    def __init__(self, *said: Any) -> None:
        self._said = said

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        compiled = re.compile(*self._said)
        for word in ("match", "search", "fullmatch", "finditer", "findall", "sub", "split", "pattern"):
            setattr(self, word, getattr(compiled, word))
        return getattr(compiled, name)


def late(source: str, flags: int = 0) -> re.Pattern[str]:
    """`re.compile(source, flags)`, done at first use."""
    return cast("re.Pattern[str]", _Late(source, flags))
