"""The grammar of one line of a log: what it begins with, its date, an optional type, the words.

    - 2026-03-14 call: should she take the offer?
    - **2026-01-27**: coffee with [[Ben Okafor]]
    - [[Daily/2025-11-20]] 10:30 meeting – website kick-off
    - (date:: 2025-10-02) postcard

Reading and adding share it, so that what is added reads back as what was meant (docs/vault-format.md,
section 5).
"""

from __future__ import annotations

import re
from datetime import date
from typing import Literal
from typing import NamedTuple
from unicodedata import category

from vault_crm.core.body import indent_of
from vault_crm.core.late import late

DateStyle = Literal["plain", "bold", "link", "field"]

# Task states that say that it has not happened: open, in progress, cancelled, forwarded, scheduled.
NOT_DONE = frozenset(" /-<>")
SEPARATORS = " \t-–—:,"

_LEAD = late(r"[ \t]*([-*+]|[0-9]{1,9}[.)])[ \t]+(?:\[(.)\][ \t]+)?")
_HEADING_LEAD = late(r"[ \t]*#{1,6}[ \t]+")
_HEAD = late(
    r"(?P<open>\*{1,3}|_{1,3})?"
    r"(?:(?P<link>\[\[(?:[^\[\]|#]*/)?)|(?P<field>[(\[][ \t]*date::[ \t]*(?:\[\[)?)|(?P<md>\[))?"
    r"(?P<iso>[0-9]{4}-[0-9]{2}-[0-9]{2})(?![0-9])",
    re.IGNORECASE,
)
_DATED_FOLDER = late(r"\[\[[^\[\]|#]*[0-9]{4}[^\[\]|#]*/\Z")
_LINKED_DAY = late(r"\s*(\[\[(?:[^\[\]|#]*/)?)[0-9]{4}-[0-9]{2}-[0-9]{2}[^\[\]]*\]\]\s*")
_CLOSE_LINK = late(r"[^\[\]|]*(?:\|[^\[\]]*)?\]\]")
_CLOSE_FIELD = late(r"(?:\]\])?[ \t]*[)\]]")
_CLOSE_MD = late(r"\]\([^()]*\)")
_CLOSE_PLAIN = late(r"(?![A-Za-z0-9])|(?=T[0-9]{1,2}:)")
_CLOCK = late(
    r"(?:T|,?[ \t]+|,)(?:at[ \t]+)?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?"
    r"(?:[ \t]?[ap]\.?m\b\.?|Z|[+-][0-9]{2}:?[0-9]{2})?"
    r"(?:[ \t]*[-–][ \t]*[0-9]{1,2}:[0-9]{2})?(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_KIND = late(
    r"(?:\*{1,3}|_{1,3})?([^\s:*_]{1,40}(?:[ \t][^\s:*_]{1,40})?)(?:\*{1,3}|_{1,3})?[ \u00a0\u202f]?"
    r":(?:\*{1,3}|_{1,3})?(?=\s|$)"
)
_COMMENT = late(r"%%.*?%%|<!--.*?-->|(?:%%|<!--).*$")
_PERCENT = late(r"%(?=%)")
_COMMENT_OPEN = late(r"(?<!\\)((?:\\\\)*)<!--")
# What would make a line of its own something else than a line of words.
_STRUCTURE = late(r"[#>`~|=<\[*+_&\\]")
_FIRST_NUMBER = late(r"[0-9]{1,9}(?=[.)](?:\s|$))")
_MONTH = (
    r"(?:jan|feb|fev|fév|mar|mär|mrz|maa|apr|avr|abr|may|mai|mei|maj|jun|jui|jul|aug|aoû|ago|sep|set|oct"
    r"|okt|out|nov|dec|dez|dic|déc)[^\W\d_]{0,8}\.?"
)
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?,?[ \t]+)?"
_OTHER_FORM = late(
    rf"(?:[^\w\s*\[(|]{{1,4}}[ \t]*)?(?:\*{{1,3}}|_{{1,3}})?[(\[]{{0,2}}{_WEEKDAY}("
    r"[0-9]{1,2}[./-][0-9]{1,2}[./-](?:[0-9]{4}|[0-9]{2})"
    r"|[0-9]{4}[./-][0-9]{1,2}[./-][0-9]{1,2}"
    r"|(?:19|20)[0-9]{6}"
    rf"|{_MONTH}[ \t]+[0-9]{{1,2}}(?:st|nd|rd|th)?,?[ \t]+[0-9]{{4}}"
    rf"|[0-9]{{1,2}}(?:st|nd|rd|th|\.)?[ \t]+(?:of[ \t]+|de[ \t]+)?{_MONTH},?[ \t]+(?:de[ \t]+)?[0-9]{{4}}"
    r")(?![0-9])",
    re.IGNORECASE,
)


class Lead(NamedTuple):
    """What a list item begins with: its columns of indent, the bullet or number, the character of a task's
    box ('' if it is no task), and where its words begin."""

    indent: int
    bullet: str
    box: str
    end: int


class Head(NamedTuple):
    """The date that a line begins with, and what is put around one: `pre` before it, `post` after it, up to
    the words. `on` is None for a day that no calendar has; `iso` is as written."""

    on: date | None
    iso: str
    style: DateStyle
    pre: str
    post: str
    start: int
    words: str


def find_lead(text: str) -> Lead | None:
    """What a list item begins with; None for a line that is no list item."""
    found = _LEAD.match(text)
    if found is None:
        return None
    return Lead(indent_of(text), found.group(1), found.group(2) or "", found.end())


def heading_lead(text: str) -> int:
    """Where a heading's words begin."""
    found = _HEADING_LEAD.match(text)
    return found.end() if found else len(text)


def find_head(text: str, masked: str, at: int = 0) -> Head | None:
    """The date at `at`, if one stands there in one of the forms of a log; code and comments hold none."""
    found = _HEAD.match(text, at)
    if found is None or masked[at : found.end()] != text[at : found.end()]:
        return None
    style, closer = _form(found)
    close = closer.match(text, found.end())
    if close is None:
        return None
    clock = _CLOCK.match(text, close.end())
    rest = clock.end() if clock else close.end()
    emphasis = found.group("open") or ""
    tail, closed = _after_emphasis(text, rest, emphasis)
    words = tail.lstrip(SEPARATORS)
    between = closed + tail[: len(tail) - len(words)]
    if not words or not between.strip(emphasis):
        between = closed.rstrip(":") + (":" if closed.endswith(":") else "") + " "
    post = _closing(style, found, close.group()) + (between or " ")
    shown = visible(words, masked[len(masked) - len(words) :] if words else "")
    return Head(_day(found["iso"]), found["iso"], style, text[at : found.start("iso")], post, at, shown)


def _form(found: re.Match[str]) -> tuple[DateStyle, re.Pattern[str]]:
    if found["link"]:
        return "link", _CLOSE_LINK
    if found["field"]:
        return "field", _CLOSE_FIELD
    if found["md"]:
        return "link", _CLOSE_MD
    return ("bold" if found["open"] else "plain"), _CLOSE_PLAIN


def _after_emphasis(text: str, at: int, emphasis: str) -> tuple[str, str]:
    """What follows the date, and how its emphasis is closed; emphasis that also holds the type is taken
    off."""
    tail = text[at:]
    if not emphasis:
        return tail, ""
    for closed in (emphasis, ":" + emphasis):
        if tail.startswith(closed):
            return tail[len(closed) :], closed
    return tail.replace(emphasis, "", 1), emphasis


def _closing(style: DateStyle, found: re.Match[str], close: str) -> str:
    """How the brackets around a date are closed when the next one is written; a link's alias is its own."""
    if found["md"] and not found["link"] and not found["field"]:
        return close.replace(found["iso"], "\0")
    if style == "link":
        return "]]"
    return close if style == "field" else ""


def _day(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None


def undated(pre: str) -> str:
    """What stands before a linked date, for another day: the folder of a year (or a month in it) is not that
    day's, and a link by name alone finds the note."""
    return _DATED_FOLDER.sub("[[", pre) if "[[" in pre else pre


def relink(value: str, on: date) -> str:
    """A link to a daily note as one to another day's, in the same manner; '' if `value` is no such link.

    What it shows instead of the day (`|last Tuesday`) and where it points within the note are that day's own.
    """
    found = _LINKED_DAY.fullmatch(value) if "[[" in value else None
    if found is None:
        return ""
    return f"{undated(found[1])}{on.isoformat()}]]"


def find_other_form(text: str, at: int = 0) -> str:
    """The date that a line begins with in a form that is not read (`14.03.2026`, `March 14, 2026`); '' if
    none."""
    found = _OTHER_FORM.match(text, at)
    return found.group(1) if found else ""


def visible(text: str, masked: str) -> str:
    """A line's words without the comments in it; code stays."""
    if text == masked or ("%%" not in text and "<!--" not in text):
        return text.strip()
    keep = []
    at = 0
    for comment in _COMMENT.finditer(text):
        if masked[comment.start() : comment.start() + 1] == " ":
            keep.append(text[at : comment.start()])
            at = comment.end()
    return "".join((*keep, text[at:])).strip()


def split_kind(words: str) -> tuple[str, str]:
    """(type, text) of an entry's words: the type is one or two words of letters before `: `; '' if there is
    none."""
    found = _KIND.match(words)
    if found is None or not all(_is_word(word) for word in found.group(1).split()):
        return "", words
    return found.group(1), words[found.end() :].strip()


def _is_word(word: str) -> bool:
    inner = word.replace("-", "").replace("'", "").replace("’", "")
    return bool(inner) and word[0].isalpha() and all(category(char)[0] in "LM" for char in inner)


def line_words(kind: str, words: str) -> str:
    """What is written behind the date for a type and free words, as one line that cannot break the note.

    Newlines and control characters become spaces; comment marks get a backslash. Raises ValueError if the
    type is not one or two words of letters.
    """
    text = _one_line(words)
    kind = _one_line(kind)
    if not kind:
        return text.lstrip(SEPARATORS)
    if split_kind(f"{kind}: x") != (kind, "x"):
        raise ValueError(f"the type {kind!r} is not one or two words of letters")
    return f"{kind}: {text}".rstrip()


def readings(said: str) -> frozenset[tuple[str, str]]:
    """The (type, text) as which written words may read back: behind a date a clock time is skipped, and on
    a line of their own a backslash keeps them from being a heading, a list, a quote or a fence."""
    line = f"2000-01-01 {said}"
    head = find_head(line, line)
    behind = head.words if head else said
    return frozenset(split_kind(words) for words in (said, behind, own_line(said)))


def own_line(said: str) -> str:
    """Words as a line of their own, escaped where they would be something else."""
    number = _FIRST_NUMBER.match(said) if said[:1].isdigit() else None
    if number:
        return said[: number.end()] + "\\" + said[number.end() :]
    return "\\" + said if _STRUCTURE.match(said) else said


def _one_line(words: str) -> str:
    kept = "".join(_plain(char) for char in words)
    text = " ".join(kept.split())
    if "%%" in text:
        text = _PERCENT.sub(r"%\\", text)
    if "<!--" in text:
        text = _COMMENT_OPEN.sub(r"\1\\<!--", text)
    return text.replace("-->", "--\\>")


def _plain(char: str) -> str:
    if char < " " or "\x7f" <= char <= "\x9f":
        return " "
    # Bytes that were no UTF-8 travel as U+DC80..U+DCFF; other surrogates could not be written.
    return "\ufffd" if "\ud800" <= char <= "\udc7f" or "\udd00" <= char <= "\udfff" else char
