"""How far long work is: one line on standard error, on a terminal only, and only if it takes a while."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable
from collections.abc import Iterator
from typing import TypeVar

from vault_crm.cli import console

Item = TypeVar("Item")

_AFTER = 0.5  # seconds of work before anything is said
_EVERY = 0.1


def progress(items: Iterable[Item], total: int, label: str, each: int = 1) -> Iterator[Item]:
    """The items, one by one, while a line tells how many there were; `total` 0 if nobody knows. An item may
    stand for several (`each`). The line is gone when the work is done. Nothing is said in a pipe, or where no
    line can be taken back."""
    if not sys.stderr.isatty() or os.environ.get("TERM", "dumb") == "dumb":
        yield from items
        return
    began = said = time.monotonic()
    shown = False
    try:
        for count, item in enumerate(items):
            now = time.monotonic()
            if now - began >= _AFTER and now - said >= _EVERY:
                said, shown = now, True
                of = f" of {total:,}" if total else ""
                console.write_text(sys.stderr, f"\r{console.clean(label)}: {count * each:,}{of}\x1b[K")
            yield item
    finally:
        if shown:
            console.write_text(sys.stderr, "\r\x1b[K")


def reading(items: Iterable[Item], total: int, each: int = 1) -> Iterator[Item]:
    """The same for the notes of a vault that are read for the first time."""
    return progress(items, total, "reading your notes", each)
