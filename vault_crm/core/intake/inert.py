"""Words from elsewhere that stand in a note's body and do nothing there.

What Markdown, Obsidian, its common plug-ins or we would take for more than words is escaped with a
backslash, which Markdown does not show. Within a code span a backslash would be shown; so of these only
those are broken up that a plug-in runs.
"""

from __future__ import annotations

import re

PUNCTUATION = "!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~"
# `<% ... %>`, which Templater runs in every new note if told to; a code span that begins with `=` or `$=`,
# which Dataview runs when the note is read. HTML; a heading or tag; a callout or picture; a box of a task;
# a fence.
_ALIVE = (
    r"(?<=<)%|(?<!`)`+(?=\s*\$?=)"
    r"|<(?=[!A-Za-z/?])|(?<=<)!"
    r"|(?:(?<=^)|(?<=[\s>]))\#"
    r"|\[(?=!)|(?<=!)\["
    r"|(?<=[-*+.)] )\[(?=.\])"
    r"|(?<!`)`(?=``)|(?<!~)~(?=~~)"
)
# The same in prose, with a backslash that reading would take off, and the marks of comments.
_IN_PROSE = re.compile(rf"\\(?=[{PUNCTUATION}]|$)|%(?=%)|(?<=%)%|{_ALIVE}")
# A code span may begin on the line before.
_FIRST = re.compile(r"^(\s*)(?=\$?=)")
# The same in an entry, where backslashes stay, and a pair of them escapes nothing.
_IN_ENTRY = re.compile(rf"(?<!\\)((?:\\\\)*)({_ALIVE})")
_DOUBLE = re.compile(r"\[\[|\]\]")
_DOUBLE_STILL = re.compile(r"\[(?=\[)|\](?=\])")
# `](` of a link to a note; addresses of the web stay links.
_NOTE_LINK = re.compile(r"\](?=\((?![a-z][a-z0-9+.-]+:))", re.IGNORECASE)


def inert(line: str) -> str:
    """A line of prose, escaped so that taking off every backslash before punctuation gives it back."""
    return _FIRST.sub(r"\1\\", _IN_PROSE.sub(lambda found: _escaped(found[0]), line))


def inert_entry(words: str) -> str:
    """The words of a log entry: no link to a note, for that would be contact with somebody else, and what is
    more than words escaped. Idempotent."""
    words = _DOUBLE_STILL.sub(lambda found: found[0] + " ", _DOUBLE.sub("", words))
    words = _NOTE_LINK.sub("] ", words)
    return _IN_ENTRY.sub(lambda found: found[1] + _escaped(found[2]), words)


def _escaped(marks: str) -> str:
    return "".join("\\" + mark for mark in marks)
