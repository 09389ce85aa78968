"""All disk access: the only room that opens files for writing."""

from __future__ import annotations
