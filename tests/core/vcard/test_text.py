"""Content lines: escaped, folded, and back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.linear import is_within
from vault_crm.core.vcard.line import parse_line
from vault_crm.core.vcard.read import Card
from vault_crm.core.vcard.read import read_cards
from vault_crm.core.vcard.text import escape_text
from vault_crm.core.vcard.text import fold_line
from vault_crm.core.vcard.text import split_value
from vault_crm.core.vcard.text import unescape_text

PLAIN = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")) | st.just("\n"))


@given(PLAIN)
def test_a_text_comes_back(text: str) -> None:
    assert unescape_text(escape_text(text)) == text


@given(st.lists(st.text("a\\\\;,\n", max_size=4), min_size=1, max_size=4))
def test_what_was_joined_is_split_again(texts: list[str]) -> None:
    joined = ";".join(escape_text(text) for text in texts)
    assert [unescape_text(part) for part in split_value(joined, ";")] == texts


def test_a_long_value_is_split_in_time() -> None:
    assert len(split_value("\\;a;" * 200_000, ";")) == 200_001
    assert is_within(2, lambda: split_value("\\;a;" * 200_000, ";"))


@given(st.text())
def test_no_text_ends_its_line(text: str) -> None:
    escaped = escape_text(text)
    assert len(escaped.splitlines()) <= 1
    raw = fold_line(f"NOTE:{escaped}")
    assert raw.endswith(b"\r\n")
    assert raw.replace(b"\r\n ", b"").count(b"\n") == 1


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\n")))
def test_folded_lines_are_short_whole_characters_and_come_back(text: str) -> None:
    raw = fold_line(text)
    physical = raw.removesuffix(b"\r\n").split(b"\r\n")
    assert all(len(line) <= 75 for line in physical)
    assert "".join(line.decode()[bool(n) :] for n, line in enumerate(physical)) == text


def test_a_line_is_folded_before_the_character_that_does_not_fit() -> None:
    assert fold_line("N:" + "x" * 72 + "é") == b"N:" + b"x" * 72 + "\r\n é\r\n".encode()


@given(st.lists(PLAIN, min_size=1))
def test_what_is_joined_is_split_again(parts: list[str]) -> None:
    for at in ",;":
        value = at.join(escape_text(part) for part in parts)
        assert [unescape_text(part) for part in split_value(value, at)] == parts


@given(st.binary(max_size=2_000))
def test_no_bytes_stop_the_reader(raw: bytes) -> None:
    around = b"BEGIN:VCARD\nVERSION:3.0\nFN:Ana\n%s\nEND:VCARD\nBEGIN:VCARD\nFN:Ben\nEND:VCARD\n" % raw
    found = [one for one in read_cards(around.splitlines(keepends=True)) if isinstance(one, Card)]
    assert any(line.text == "Ben" for line in found[-1].lines) or b"VCARD" in raw.upper()


def test_parameters_are_read_in_every_spelling() -> None:
    line = parse_line('item1.Tel;TYPE="cell,voice";type=pref;WORK;X-A="b;c:d";LABEL=x^ny:+1;ext=2')
    assert (line.group, line.name, line.value) == ("item1", "TEL", "+1;ext=2")
    assert line.types == ("cell", "voice", "pref", "work")
    assert line.param("X-A") == ("b;c:d",)
    assert line.first("LABEL") == "x y"


def test_a_quote_that_nobody_closed_hides_nothing() -> None:
    assert parse_line('NOTE;X="a:hello').text == "hello"
