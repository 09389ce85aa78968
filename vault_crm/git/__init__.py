"""Everything that talks to git, always through its command line."""

from __future__ import annotations
