"""Days of people as a calendar file (RFC 5545): which days there are, and how a calendar says them."""

from __future__ import annotations
