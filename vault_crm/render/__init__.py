"""Dashboards: templates in, Markdown out; and ticks in, plans out."""

from __future__ import annotations
