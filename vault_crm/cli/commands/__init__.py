"""One file a command: `NAME.py` holds `command`; its docstring's first line is the short help."""

from __future__ import annotations
