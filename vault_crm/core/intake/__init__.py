"""What comes in from elsewhere: records, whom they mean, and what becomes of them."""

from __future__ import annotations
