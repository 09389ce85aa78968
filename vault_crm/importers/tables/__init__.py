"""Tables: CSV in any encoding and with any delimiter, and the dialects that say what the columns mean."""

from __future__ import annotations
