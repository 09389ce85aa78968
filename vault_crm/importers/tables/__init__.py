"""CSV files: how they are written (`encoding`, `sheet`, `cells`, `days`), and what becomes of their columns
(`dialects`, `columns`, `rows`)."""

from __future__ import annotations
