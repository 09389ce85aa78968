"""Cards from a stream of lines: vCard 2.1, 3.0 and 4.0, as files in the wild write them.

One pass, in memory that does not grow with the file: a card at a time, and pictures are left out while they
are read unless they are wanted. What cannot be read is a `CardTrouble`; the rest is read all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Iterator

from vault_crm.core.dates import clip
from vault_crm.core.record import record
from vault_crm.core.vcard.legacy import decode_line
from vault_crm.core.vcard.legacy import old_commas
from vault_crm.core.vcard.line import Line
from vault_crm.core.vcard.text import escape_text
from vault_crm.core.vcard.unfold import Logical
from vault_crm.core.vcard.unfold import unfold

_MOST_LINES = 20_000  # of one card; nobody has so many telephones
_BEGIN = "BEGIN:VCARD"
_AGENT = re.compile(r"(?i)(AGENT[^:]*:) *(BEGIN *: *VCARD)? *")


@record
class Card:
    """One card: its lines without BEGIN, END, VERSION; the version as it says ('' if it does not); where it
    begins. `left_out` names the pictures and sounds that were not wanted."""

    lines: tuple[Line, ...]
    version: str
    number: int
    left_out: tuple[str, ...] = ()


@record
class CardTrouble:
    """What could not be read: its line in the file, what it is, how to mend it."""

    number: int
    message: str
    hint: str = ""


def read_cards(
    lines: Iterable[bytes], photos: bool = False, fallback: str = "cp1252"
) -> Iterator[Card | CardTrouble]:
    """Every card of a file, in its order.

    `lines` are as a binary file yields them, with their ends (a piece without an end goes on in the next).
    `fallback` is the encoding of text that is not UTF-8 and does not say what it is.
    """
    return _Reader(fallback).read(unfold(lines, photos))


class _Reader:
    """The state between two lines."""

    def __init__(self, fallback: str) -> None:
        self._fallback = fallback
        self._start = 0  # the line of BEGIN, 0 outside of a card
        self._junk = False
        self._fresh()

    def _fresh(self) -> None:
        self._lines: list[Line] = []
        self._version = ""
        self._left_out: list[str] = []
        self._agent: list[str] = []  # the lines of a card within the card
        self._depth = 0
        self._full = False

    def read(self, logical: Iterable[Logical]) -> Iterator[Card | CardTrouble]:
        for one in logical:
            word = _mark(one.raw)
            if self._depth:
                yield from self._nest(word, one)
            elif word == "BEGIN":
                yield from self._begin(one)
            elif not self._start:
                yield from self._outside(one)
            elif word == "END":
                yield self._card()
                self._start = 0
            else:
                yield from self._take(one)
        if self._start:
            self._end_agent()
            yield self._card()
            yield CardTrouble(
                self._start, "the file ends within this card", "it may be cut off; export it anew"
            )

    def _begin(self, one: Logical) -> Iterator[Card | CardTrouble]:
        if self._start and self._lines and self._lines[-1].name == "AGENT" and not self._lines[-1].text:
            self._depth = 1
            self._agent = [_BEGIN]
            return
        if self._start:
            yield self._card()
            yield CardTrouble(self._start, "this card has no END:VCARD", "it was read up to the next card")
        self._fresh()
        self._start, self._junk = one.number, False

    def _nest(self, word: str, one: Logical) -> Iterator[Card | CardTrouble]:
        """A line of a card within the card (AGENT, vCard 2.1): all of them become one line, as 3.0 has it."""
        said = _said(one, self._fallback)
        agent = _AGENT.fullmatch(said)
        if word == "BEGIN" and not _AGENT.fullmatch(self._agent[-1]):
            if self._agent[-1] == _BEGIN:
                return  # `AGENT:BEGIN:VCARD`, and BEGIN:VCARD once more
            self._end_agent()
            yield from self._begin(one)
            return
        if len(self._agent) < _MOST_LINES:
            self._agent += [agent[1], _BEGIN] if agent and agent[2] else [said]
        self._depth += {"BEGIN": 1, "END": -1}.get(word, int(bool(agent and agent[2])))
        if not self._depth:
            self._end_agent()

    def _end_agent(self) -> None:
        """What was read of a card within the card is the value of its line."""
        if self._agent:
            agent = self._lines.pop()
            text = escape_text("\n".join(self._agent))
            self._lines.append(Line("AGENT", text, agent.params, agent.group, "", agent.number))
        self._depth, self._agent = 0, []

    def _outside(self, one: Logical) -> Iterator[CardTrouble]:
        if not self._junk:
            said = clip(one.raw[:200].decode("utf-8", "replace"))
            yield CardTrouble(
                one.number, f"this is not part of a card: {said}", "cards begin with BEGIN:VCARD"
            )
        self._junk = True

    def _take(self, one: Logical) -> Iterator[CardTrouble]:
        """A line of the card."""
        if one.left_out:
            self._left_out.append(one.left_out)
            return
        if one.cut:
            yield CardTrouble(one.number, "this line is too long to be a person's", "it was left out")
            return
        if len(self._lines) >= _MOST_LINES:
            if not self._full:
                yield CardTrouble(
                    one.number, "this card has too many lines", "from here on they were left out"
                )
            self._full = True
            return
        try:
            line = decode_line(one.raw, one.number, self._fallback)
        except ValueError as problem:
            said = clip(one.raw[:200].decode("utf-8", "replace"))
            yield CardTrouble(one.number, f"{problem}: {said}", "the rest of the card was read")
            return
        if line.name == "VERSION":
            self._version = line.text
        elif line.name != "PROFILE":
            self._lines.append(line)
            if line.name == "AGENT" and line.text.upper() == _BEGIN:
                self._depth, self._agent = 1, [_BEGIN]

    def _card(self) -> Card:
        lines = self._lines
        if self._version.startswith("2"):
            lines = [old_commas(line) for line in lines]
        return Card(tuple(lines), self._version, self._start, tuple(dict.fromkeys(self._left_out)))


def _mark(raw: bytes) -> str:
    """'BEGIN' or 'END' if the line is that of a card, else ''."""
    if len(raw) > 40 or raw[:1] not in b"BbEe":
        return ""
    name, _, value = raw.partition(b":")
    word = name.strip().upper()
    return word.decode() if value.strip().upper() == b"VCARD" and word in (b"BEGIN", b"END") else ""


def _said(one: Logical, fallback: str) -> str:
    try:
        return decode_line(one.raw, one.number, fallback).written
    except ValueError:
        return one.raw.decode("utf-8", "replace")
