"""Values of somebody else's JSON: whatever stands there, each call gives the type that it names.

Monica wraps everything: a thing is `{uuid, properties: {...}, data: [{type, count, values: [...]}]}`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from collections.abc import Mapping
from datetime import date
from typing import Any

_DAY = re.compile(r"\s*([0-9]{4})-([0-9]{2})-([0-9]{2})(?![0-9])")
_KIND = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)?")


def mapping_of(value: Any) -> Mapping[str, Any]:
    """An object; empty if it is none."""
    return value if isinstance(value, dict) else {}


def items_of(value: Any) -> list[Any]:
    """A list; empty if it is none."""
    return value if isinstance(value, list) else []


def text_of(value: Any) -> str:
    """A text or a number as text; '' for everything else."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < 10**15 else ""
    return f"{value:g}" if isinstance(value, float) and math.isfinite(value) else ""


def day_of(value: Any) -> date | None:
    """The day of `2024-01-05`, `2024-01-05T14:00:00Z` or `2024-01-05 14:00:00`, as it is written; None if it
    is none."""
    found = _DAY.match(value) if isinstance(value, str) else None
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def is_yes(value: Any) -> bool:
    """True for yes, as JSON or as a database says it."""
    return value in (True, 1, "1", "true")


def is_no(value: Any) -> bool:
    """True for a stated no; what is absent is neither yes nor no."""
    return value is not None and value in (False, 0, "0", "false")


def properties_of(thing: Any) -> Mapping[str, Any]:
    """The properties of a thing."""
    return mapping_of(mapping_of(thing).get("properties"))


def uuid_of(thing: Any) -> str:
    """The id of a thing, or the text that is one itself."""
    return text_of(thing) if isinstance(thing, str) else text_of(mapping_of(thing).get("uuid"))


def values_of(thing: Any, kind: str) -> Iterator[Any]:
    """The values of one type in a thing's `data`."""
    for block in items_of(mapping_of(thing).get("data")):
        if mapping_of(block).get("type") == kind:
            yield from items_of(block.get("values"))


def kind_of(words: str, otherwise: str) -> str:
    """The type of a log entry: one or two words of letters, as the format has it, else `otherwise`."""
    low = words.strip().casefold()
    return low if _KIND.fullmatch(low) else otherwise
