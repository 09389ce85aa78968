"""The lines of a note that hold a text, without case and accents: what `fold` says of every line, without
folding every line.

Folding is done word by word: no word's folding depends on another's, and a folded line is its folded words
with a space between them. So one word of what is looked for (the longest) must stand inside a single folded
word of the line. An ASCII note is judged by its bytes; elsewhere each word that is not ASCII is folded once.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator

from vault_crm.core.folding import fold
from vault_crm.core.text import MOST_MARKS
from vault_crm.core.text import decode
from vault_crm.core.text import without_heaps

_MOST_WORDS = 50_000  # words that are remembered, of this length
_LONGEST = 40


class Sought:
    """A text that is looked for in any number of notes."""

    def __init__(self, words: str) -> None:
        self.folded = fold(words)
        self._key = max(self.folded.split(" "), key=len)
        self._one_word = self._key == self.folded
        self._ascii_key = self._key.encode("ascii") if self._key.isascii() else None
        self._quoted = "'" in self._key
        self._judged: dict[str, bool | None] = {}

    def inside(self, text: str) -> bool:
        """True if a name or another short text holds it."""
        return self.folded in fold(text)

    def lines(self, raw: bytes) -> Iterable[tuple[int, str]]:
        """(number, text) of each line of a note that holds it, if the note as a whole does, too: marks that
        are heaped up beyond all measure count in a short text alone."""
        if not self.folded:
            return enumerate(decode(raw).split("\n"), 1)
        at = -1
        if self._ascii_key is not None:
            lowered = raw.lower().replace(b"`", b"'") if self._quoted else raw.lower()
            at = lowered.find(self._ascii_key)
        if not raw.isascii():
            text = decode(raw)
            if self._in_odd_words(text) is not False:
                return self._among(text, enumerate(text.split("\n"), 1))
        if at < 0:
            return ()
        found = self._lines_at(raw, lowered, at)
        return found if self._one_word and raw.isascii() else self._among(decode(raw), found)

    def _lines_at(self, raw: bytes, lowered: bytes, at: int) -> Iterator[tuple[int, str]]:
        """The lines in which the key stands as it is, in letters of whatever case."""
        key = self._ascii_key or b""
        number, counted = 1, 0
        while at >= 0:
            start = lowered.rfind(b"\n", counted, at) + 1 or counted
            end = lowered.find(b"\n", at)
            end = len(raw) if end < 0 else end
            number += lowered.count(b"\n", counted, start)
            counted = start
            yield number, decode(raw[start:end])
            at = lowered.find(key, end)

    def _among(self, text: str, lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        """Of lines of a text, those that hold what is looked for."""
        for number, line in lines:
            held = self._in_ascii(line) if line.isascii() else self._in_line(line)
            if held is None and self.folded in fold(line):
                held = line.isascii() or without_heaps(line) == line or self.folded in fold(text)
            if held:
                yield number, line

    # Each of these: whether a text holds what is looked for; None: only folding all of it can say.

    def _in_ascii(self, text: str) -> bool | None:
        lowered = text.lower().replace("`", "'") if self._quoted else text.lower()
        return False if self._key not in lowered else self._one_word or None

    def _in_line(self, line: str) -> bool | None:
        held = self._in_odd_words(line)
        if held or self._ascii_key is None:
            return held
        plain = [word for word in line.split() if word.isascii()]
        beside = self._in_ascii(" ".join(plain))
        return held if beside is False else beside

    def _in_odd_words(self, text: str) -> bool | None:
        """Of the words that are not ASCII."""
        found: bool | None = False
        judged = self._judged
        for word in text.split():
            if not word.isascii():
                held = judged[word] if word in judged else self._judge(word)
                if held:
                    return True
                if held is None:
                    found = None
        return found

    def _judge(self, word: str) -> bool | None:
        heaped = len(word) > MOST_MARKS and without_heaps(word) != word
        if heaped:
            held = None
        else:
            held = False if self._key not in fold(word) else self._one_word or None
        if len(word) <= _LONGEST and len(self._judged) < _MOST_WORDS:
            self._judged[word] = held
        return held
