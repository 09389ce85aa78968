"""A time of day as people write it in the settings: `09:00`, `9:30`, `9 pm`."""

from __future__ import annotations

from datetime import time

from vault_crm.core.late import late

_AT = late(r"(?P<hour>[0-9]{1,2})(?:[:.h](?P<minute>[0-9]{2}))?\s*(?P<half>[ap]\.?m\.?)?")


def parse_at(text: str) -> time | None:
    """`09:00`, `9:00`, `9.30` or `9 am` as a time; an empty text is None. Raises ValueError(what would be
    right)."""
    words = text.strip().casefold()
    if not words:
        return None
    found = _AT.fullmatch(words)
    if found is None or (found["minute"] is None and found["half"] is None):
        raise ValueError(_hint())
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(_hint())
        hour = hour % 12 + (12 if found["half"][0] == "p" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        raise ValueError(_hint()) from None


def _hint() -> str:
    return "write a time of day as '09:00' (00:00 to 23:59), or nothing at all for no notification"
