"""The log of a person's note: one grammar (`line`), reading (`read`), adding an entry (`edit`, `place`)."""

from __future__ import annotations
