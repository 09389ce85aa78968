"""Bounds for templates that people write or get from others: how long one may run, and how much one call may
make.

What runs between two lines of a template is a call into the library. Calls get no large numbers and give no
large values, so that the clock is asked often enough.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

from jinja2.exceptions import SecurityError

SECONDS = 5.0
LARGEST = 10_000_000  # characters of a text, items of a list
NUMBER = 100_000
_WIDTH = re.compile(r"\d{5}")
# These make as much as their values' sizes multiplied.
_MULTIPLYING = frozenset({"join", "replace"})


@contextmanager
def time_limit(prefix: str, seconds: float) -> Iterator[None]:
    """Raises SecurityError in code whose file name begins with `prefix` once the time is over."""
    until = time.monotonic() + seconds

    def on_line(*_what: Any) -> Any:
        if time.monotonic() > until:
            raise SecurityError(f"it runs longer than {seconds:g} seconds")
        return on_line

    def on_call(frame: FrameType, *_what: Any) -> Any:
        return on_line() if frame.f_code.co_filename.startswith(prefix) else None

    before = sys.gettrace()
    sys.settrace(on_call)
    try:
        yield
    finally:
        sys.settrace(before)


def not_too_large(value: Any) -> Any:
    """The value. Raises SecurityError for a text or list without bounds."""
    if isinstance(value, str | bytes | list | tuple | dict) and len(value) > LARGEST:
        raise SecurityError("a value in it grows without end")
    return value


def bounded(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
    """The function or filter of this name, with bounds on what goes in and comes out."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        check_call(name, args, kwargs)
        return not_too_large(call(*args, **kwargs))

    # Jinja2 marks the filters that want its context, or the environment, as their first value.
    for mark, value in vars(call).items() if hasattr(call, "__dict__") else ():
        setattr(wrapper, mark, value)
    return wrapper


def check_call(name: str, args: Iterable[Any], kwargs: Mapping[str, Any]) -> None:
    """Raises SecurityError if a call is given a number, a width or sizes that make too much."""
    size = 1
    for value in (*args, *kwargs.values()):
        if isinstance(value, int) and abs(value) > NUMBER:
            raise SecurityError(f"{value} is too large a number for {name or 'this'}")
        if name.startswith("format") and isinstance(value, str) and _WIDTH.search(value):
            raise SecurityError(f"{value[:20]} is too wide a format")
        size *= max(1, _size(value))
    if name in _MULTIPLYING and size > LARGEST:
        raise SecurityError("a value in it grows without end")


def _size(value: Any) -> int:
    if isinstance(value, str | bytes | list | tuple | dict | range):
        return len(value)
    return NUMBER if isinstance(value, Iterator) else 1


def joined(texts: Iterable[Any]) -> str:
    """What `~` makes of texts. Raises SecurityError if it is too large."""
    parts = [str(text) for text in texts]
    if sum(map(len, parts)) > LARGEST:
        raise SecurityError("a value in it grows without end")
    return "".join(parts)
