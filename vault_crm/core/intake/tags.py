"""Words of other programs (groups, labels, categories) as tags that Obsidian accepts."""

from __future__ import annotations

import re

# What Obsidian lets no tag hold, and what a hostile file might bring: white space, controls, punctuation.
_PARTING = re.compile(
    "[^\\w/\\-\U0001f000-\U0001faff\u2600-\u27bf\u0300-\u036f\u0900-\u0dff\u0e00-\u0fff\ufe0f]+"
)
_DASHES = re.compile(r"-{2,}")
_SLASHES = re.compile(r"-*/[-/]*")


def tag_of(text: str) -> str:
    """A text as one tag: `Close friends` is `Close-friends`, `#2019` is `y2019`, as Obsidian's help advises
    for a year; '' if nothing of it can be a tag. Nesting (`family/cousins`) stays. Idempotent."""
    tag = _DASHES.sub("-", _PARTING.sub("-", text))
    tag = _SLASHES.sub("/", tag).strip("-/")
    if not any(char.isalnum() or ord(char) >= 0x2600 for char in tag):
        return ""
    return tag if any(char.isalpha() or ord(char) >= 0x2600 for char in tag) else f"y{tag}"
