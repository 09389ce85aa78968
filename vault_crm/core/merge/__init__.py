"""Three-way merges by meaning: a note by property and log entry, a dashboard by person."""

from __future__ import annotations
