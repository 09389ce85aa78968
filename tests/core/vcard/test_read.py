"""Cards as programs write them, well or badly."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import pytest

from vault_crm.core.vcard.read import Card
from vault_crm.core.vcard.read import CardTrouble
from vault_crm.core.vcard.read import read_cards


def cards(text: str | bytes, photos: bool = False) -> list[Card | CardTrouble]:
    raw = text if isinstance(text, bytes) else text.encode()
    return list(read_cards(raw.splitlines(keepends=True), photos))


def one(body: str | bytes, version: str = "3.0", photos: bool = False) -> dict[str, str]:
    """The lines of the only card, which is read without any trouble."""
    raw = body if isinstance(body, bytes) else body.encode()
    found = cards(b"BEGIN:VCARD\nVERSION:%s\n%s\nEND:VCARD\n" % (version.encode(), raw), photos)
    assert [type(card) for card in found] == [Card]
    card = found[0]
    assert isinstance(card, Card)
    return {line.name: line.text for line in card.lines}


def troubles(text: str) -> list[tuple[int, str]]:
    return [(found.number, found.message) for found in cards(text) if isinstance(found, CardTrouble)]


def test_a_folded_line_is_one_even_within_a_character() -> None:
    raw = "NOTE:Grüße".encode()
    assert one(raw[:8] + b"\r\n " + raw[8:]) == {"NOTE": "Grüße"}


def test_a_fold_may_hold_spaces_only() -> None:
    assert one("NOTE:a\n  \n  b\nTEL:1") == {"NOTE": "a  b", "TEL": "1"}


def test_a_card_of_too_many_lines_is_said_once() -> None:
    text = "BEGIN:VCARD\nFN:A\n" + "X-A:1\n" * 30_000 + "END:VCARD\nBEGIN:VCARD\nFN:B\nEND:VCARD\n"
    assert troubles(text) == [(20_002, "this card has too many lines")]
    assert len([card for card in cards(text) if isinstance(card, Card)]) == 2


def test_soft_breaks_of_quoted_printable_are_no_breaks() -> None:
    assert one("NOTE;QUOTED-PRINTABLE:one=\n two=0D=0Athree=3B", "2.1") == {"NOTE": "one two\nthree;"}


def test_a_soft_break_at_the_end_of_a_card_does_not_swallow_its_end() -> None:
    found = cards("BEGIN:VCARD\nNOTE;ENCODING=QUOTED-PRINTABLE:a=\nEND:VCARD\n")
    assert [type(card) for card in found] == [Card]


@pytest.mark.parametrize(
    ("said", "encoding"), [("windows-1251", "cp1251"), ("ISO-8859-15", "iso8859-15"), ("Shift_JIS", "cp932")]
)
def test_a_charset_is_what_a_line_says(said: str, encoding: str) -> None:
    name = "Анна" if encoding == "cp1251" else "Zoë €" if encoding == "iso8859-15" else "山田"
    assert one(b"FN;CHARSET=%s:" % said.encode() + name.encode(encoding), "2.1") == {"FN": name}


@pytest.mark.parametrize("charset", ["zlib", "rot13", "hex", "no-such-thing", "../../etc/passwd", "unknown"])
def test_a_charset_that_is_none_is_not_believed(charset: str) -> None:
    assert one(f"FN;CHARSET={charset}:Zoë".encode("cp1252"), "2.1") == {"FN": "Zoë"}


def test_a_charset_is_not_believed_where_the_text_is_utf8() -> None:
    assert one("FN;CHARSET=ISO-8859-1:Zoë", "2.1") == {"FN": "Zoë"}


def test_base64_texts_are_texts() -> None:
    assert one("NOTE;ENCODING=BASE64:R3LDvMOfZQ==", "2.1") == {"NOTE": "Grüße"}


def test_a_comma_in_a_component_of_2_1_is_one() -> None:
    found = cards("BEGIN:VCARD\nVERSION:2.1\nADR:;;A, B;C\nEND:VCARD\n")[0]
    assert isinstance(found, Card)
    assert found.lines[0].written == "ADR:;;A\\, B;C"


def test_a_card_in_a_card_is_one_line() -> None:
    text = "N:Doe;Jo\nAGENT:\nBEGIN:VCARD\nN:A\nAGENT:\nBEGIN:VCARD\nN:B\nEND:VCARD\nEND:VCARD\nTEL:1"
    assert one(text, "2.1")["AGENT"].count("BEGIN:VCARD") == 2
    assert one(text, "2.1")["TEL"] == "1"


def test_a_card_in_a_card_may_begin_behind_its_colon() -> None:
    agent = "AGENT:BEGIN:VCARD\nFN:A\nTEL:2\nAGENT:BEGIN:VCARD\nFN:B\nEND:VCARD\nEND:VCARD"
    text = f"N:Doe;Jo\n{agent}\nTEL:1"
    found = one(text, "2.1")
    assert (found["TEL"], found.get("FN")) == ("1", None)
    assert found["AGENT"].splitlines()[3:] == ["AGENT:", "BEGIN:VCARD", "FN:B", "END:VCARD", "END:VCARD"]
    assert one(text.replace("AGENT:BEGIN:VCARD\nFN", "AGENT:BEGIN:VCARD\nBEGIN:VCARD\nFN"), "2.1") == found


@pytest.mark.parametrize("agent", ["AGENT:BEGIN:VCARD", "AGENT:\nBEGIN:VCARD"])
def test_a_card_in_a_card_without_end_does_not_swallow_the_next(agent: str) -> None:
    text = f"BEGIN:VCARD\nFN:A\n{agent}\nFN:B\nBEGIN:VCARD\nFN:C\nEND:VCARD\n"
    found = [card for card in cards(text) if isinstance(card, Card)]
    assert [[(line.name, line.text) for line in card.lines] for card in found] == [
        [("FN", "A"), ("AGENT", "BEGIN:VCARD\nFN:B")],
        [("FN", "C")],
    ]
    assert troubles(text) == [(1, "this card has no END:VCARD")]
    cut = text[: text.index("BEGIN:VCARD\nFN:C")]
    assert troubles(cut) == [(1, "the file ends within this card")]
    first = cards(cut)[0]
    assert isinstance(first, Card)
    assert first.lines[-1].text.endswith("FN:B")


def written(body: str) -> list[str]:
    (found,) = cards(f"BEGIN:VCARD\nVERSION:3.0\n{body}\nEND:VCARD\n")
    assert isinstance(found, Card)
    return [line.written for line in found.lines]


@pytest.mark.parametrize(
    ("found", "kept"),
    [
        ("X-messaging/irc-All:ana", "X-MESSAGING-IRC-ALL:ana"),  # Kontact
        ("X-GOOGLE TALK;TYPE=WORK:ana", "X-GOOGLE-TALK;TYPE=WORK:ana"),  # Highrise
        ("TAIL;PARAM=value;:1", "TAIL;PARAM=value:1"),
        ('X-A;B C="d;e;f:1', "X-A;B-C='d;TYPE=E,F:1"),
        ("KEY;ENCODING=B;TYPE=X509:MIICX...", "KEY;TYPE=X509:MIICX..."),
        ("KEY;ENCODING=B;TYPE=X509:MIIC", "KEY;ENCODING=B;TYPE=X509:MIIC"),
        ('x-a;b=c;D="e:f",g:h', 'x-a;b=c;D="e:f",g:h'),
    ],
)
def test_what_other_programs_could_not_read_is_kept_as_they_can(found: str, kept: str) -> None:
    assert written(found) == [kept]


def test_a_character_that_was_cut_in_two_spoils_no_others() -> None:
    assert one("ORG;CHARSET=UTF-8;QUOTED-PRINTABLE:Gr=C3=BC=C3=9Fe=C3", "2.1") == {"ORG": "Grüße"}
    assert one("ORG:Grüße ".encode() + b"\xc3") == {"ORG": "Grüße"}
    assert one(b"ORG;CHARSET=UTF-8:Zo\xeb") == {"ORG": "Zoë"}


def test_a_missing_end_is_said_and_both_cards_are_read() -> None:
    text = "BEGIN:VCARD\nFN:A\nBEGIN:VCARD\nFN:B\nEND:VCARD\n"
    assert [card.lines[0].text for card in cards(text) if isinstance(card, Card)] == ["A", "B"]
    assert troubles(text) == [(1, "this card has no END:VCARD")]


def test_what_is_no_card_is_said_once() -> None:
    text = "\ufeffjunk\nmore\nBEGIN:VCARD\nFN:A\nEND:VCARD\n\n\njunk\nBEGIN:VCARD\nFN:B\n"
    assert [number for number, _ in troubles(text)] == [1, 8, 9]
    assert len([card for card in cards(text) if isinstance(card, Card)]) == 2


def test_byte_order_marks_of_files_put_together_do_not_matter() -> None:
    text = "\ufeffBEGIN:VCARD\nFN:A\nEND:VCARD\n" * 2
    assert [type(card) for card in cards(text)] == [Card, Card]


def test_an_unindented_picture_is_one_line_and_left_out() -> None:
    text = "PHOTO;ENCODING=BASE64;JPEG:/9j/\nAAAA\nBBBB==\n\nTEL:1"
    assert one(text, "2.1") == {"TEL": "1"}
    assert one(text, "2.1", photos=True) == {"PHOTO": "/9j/AAAABBBB==", "TEL": "1"}


def test_a_picture_elsewhere_is_an_address_and_stays() -> None:
    assert one("PHOTO;VALUE=URI:https://example.org/a.jpg") == {"PHOTO": "https://example.org/a.jpg"}


def test_a_file_of_many_cards_and_a_line_without_end_take_no_memory() -> None:
    card = b"BEGIN:VCARD\nVERSION:3.0\nFN:A\nPHOTO;ENCODING=b:" + b"A" * 60_000 + b"\nEND:VCARD\n"

    def stream() -> Iterator[bytes]:
        for _ in range(100):
            yield from card.splitlines(keepends=True)
        yield b"BEGIN:VCARD\nFN:B\nX-LONG:"[:12]
        yield b"FN:B\n"
        yield from (b"X" * 65_536 for _ in range(200))  # 13 MB without a line's end

    tracemalloc.start()
    found = sum(1 for _ in read_cards(stream()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found >= 101
    assert peak < 4_000_000
