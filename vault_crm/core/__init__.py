"""The pure heart: no disk, no clock, no click, no jinja2, no watchdog."""

from __future__ import annotations
