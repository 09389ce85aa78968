"""`Sought.lines` finds what folding each line finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from vault_crm.core.find import Sought
from vault_crm.core.folding import fold
from vault_crm.core.text import decode

VIRAMA = "\u094d"  # a mark that is a letter of the word, and stays
BITS = (
    "a", "B", "ana", "maría", "x" * 150, "é", "e\u0301", "ß", "ss", "ﬁ", "fi", "İ", "i", "ı", "ς", "Σ", "½",
    "ﷺ", "가", "\u1100\u1161", "日本", "か\u3099", "¨", "`", "'", "’", "-", "‐", " ", "  ", "\t",
    "\n", "\r\n", "\x1c", "\x85", "\u00a0", "\u2028", "\ufeff", "\u200b", "\u00ad", "\u0345", "Ⓐ",
    "\u0301" * 40, "\udc80", "क" + VIRAMA * 30, "क" + VIRAMA * 31, VIRAMA * 31,
)  # fmt: skip
TEXTS = st.lists(st.one_of(st.sampled_from(BITS), st.characters()), max_size=25).map("".join)


def by_folding(words: str, raw: bytes) -> list[tuple[int, str]]:
    """What is meant, said in the slowest way."""
    wanted, text = fold(words), decode(raw)
    if wanted not in fold(text):
        return []
    return [(number, line) for number, line in enumerate(text.split("\n"), 1) if wanted in fold(line)]


@settings(max_examples=250)
@given(st.lists(TEXTS, min_size=1, max_size=4), TEXTS, st.data())
def test_lines_are_those_that_folding_finds(notes: list[str], other: str, data: st.DataObject) -> None:
    """Of one `Sought` in several notes, so that what it remembers of words is asked, too."""
    both = "\n".join(notes)
    start = data.draw(st.integers(0, len(both)))
    words = data.draw(st.sampled_from((both[start : start + 3], both[start : start + 8], other)))
    sought = Sought(words)
    for note in (*notes, both, both[::-1]):
        raw = note.encode("utf-8", "surrogatepass")
        assert list(sought.lines(raw)) == by_folding(words, raw)
        assert sought.inside(note) is (fold(words) in fold(note))


@settings(max_examples=150)
@given(st.lists(st.binary(max_size=20), max_size=6).map(b"\n".join), st.data())
def test_bytes_that_are_no_text_are_no_trouble(raw: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(raw)))
    words = decode(raw[start : start + data.draw(st.integers(0, 4))])
    assert list(Sought(words).lines(raw)) == by_folding(words, raw)


NOTE = """---
name: Lucía Ferrer
---
Ana  MARÍA likes\tthe cello.\r
The CELLO`s bow, Lucia’s cello: cafe\u0301s.
Straße, ﬁne.
"""


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("lucia", [2, 5]),
        ("LUCÍA", [2, 5]),
        ("ana maria", [4]),
        ("likes the cello", [4]),
        ("cello's", [5]),
        ("lucia's cello", [5]),
        ("cafés", [5]),
        ("strasse", [6]),
        ("fine", [6]),
        ("cello", [4, 5]),
        ("cello. the", []),  # no line says it
        ("violin", []),
        ("виолончель", []),
        ("\u0301", [1, 2, 3, 4, 5, 6, 7]),  # nothing but a mark is nothing at all, which stands everywhere
    ],
)
def test_what_counts_as_the_same(words: str, numbers: list[int]) -> None:
    assert [number for number, _ in Sought(words).lines(NOTE.encode())] == numbers
    plain = NOTE.replace("í", "i").replace("Í", "I").replace("’", "'").replace("e\u0301", "e")
    plain = plain.replace("ß", "ss").replace("ﬁ", "fi")
    assert [number for number, _ in Sought(words).lines(plain.encode("ascii"))] == numbers


def test_marks_that_are_heaped_up_count_in_a_short_text_only() -> None:
    heap = "क" + VIRAMA * 40 + "त"
    short, long = f"{heap}\n".encode(), (f"{heap}\n" + "word " * 100).encode()
    assert [number for number, _ in Sought(heap).lines(short)] == [1]
    assert list(Sought(heap).lines(long)) == []
    assert list(Sought(heap).lines(long)) == by_folding(heap, long)
