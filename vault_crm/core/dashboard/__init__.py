"""What a dashboard holds that a user wrote: its markers, its ticks and texts, and what they wish for."""

from __future__ import annotations
