"""Monica's JSON, part by part: its odd values, its account, and one contact's values, entries and prose."""

from __future__ import annotations
