"""A personal CRM over a vault of Markdown notes. See docs/architecture.md for the rooms of this house."""

from __future__ import annotations

__version__ = "0.1.0"
