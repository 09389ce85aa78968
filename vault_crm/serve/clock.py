"""The clock of what runs long. Only here this room asks what time it is; tests pass a clock of their own."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from vault_crm.errors import BadSettings


class Clock(Protocol):
    """What the watcher asks."""

    def monotonic(self) -> float:
        """Seconds that only go forward, whatever is done to the system's clock."""

    def time(self) -> float:
        """Seconds since 1970, to be compared with the times of files."""

    def now(self, zone: str = "") -> datetime:
        """Date and time where the user is, or in an IANA zone. Raises BadSettings if there is no such one."""


class SystemClock:
    """The system's clock, asked anew each time: neither sleep, nor travel, nor a clock set right surprises
    it."""

    def monotonic(self) -> float:
        """Seconds that only go forward."""
        return time.monotonic()

    def time(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def now(self, zone: str = "") -> datetime:
        """Date and time, with their offset. Raises BadSettings."""
        if hasattr(time, "tzset"):
            time.tzset()  # a process keeps the zone it was started in: somebody may have travelled since
        if not zone:
            return datetime.now().astimezone()
        try:
            return datetime.now(ZoneInfo(zone))
        except (KeyError, ValueError, OSError) as error:
            hint = "use an IANA name such as 'Europe/Lisbon'"
            raise BadSettings("settings", f"timezone = {zone!r} is not a known time zone", hint) from error
