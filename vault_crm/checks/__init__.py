"""Checks over a whole vault; one file a check, found by being here."""

from __future__ import annotations
