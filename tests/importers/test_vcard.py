"""Files of cards: encodings, sizes, pictures, and what is hostile in them."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from vault_crm.core.intake.record import Found
from vault_crm.core.intake.record import Record
from vault_crm.core.intake.record import Trouble
from vault_crm.core.intake.record import Unused
from vault_crm.importers import Wanted
from vault_crm.importers import recognise
from vault_crm.importers import vcard
from vault_crm.importers.source import Source

CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{}\r\nN:;;;;\r\n{}END:VCARD\r\n"


def read(path: Path, raw: bytes, photos: bool = False) -> list[Found]:
    file = path / "cards.vcf"
    file.write_bytes(raw)
    source = Source(file, file.name)
    importer = recognise(source, Wanted())
    assert importer is not None
    assert importer.NAME == vcard.NAME
    return list(importer.read(source, Wanted(photos=photos)))


def names(found: list[Found]) -> list[str]:
    return [one.name for one in found if isinstance(one, Record)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1251", "cp1252"])
def test_the_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    name = "Анна Каренина" if encoding == "cp1251" else "Zoë Größl"
    note = "NOTE:Мы познакомились на вокзале, и с тех пор часто говорим.\r\n" if encoding == "cp1251" else ""
    found = read(tmp_path, (CARD.format(name, note) * 3).encode(encoding))
    assert names(found) == [name] * 3


@pytest.mark.parametrize(("encoding", "name"), [("cp1252", "Zoë Müller"), ("cp1251", "Анна Каренина")])
def test_cards_of_several_encodings_in_one_file(tmp_path: Path, encoding: str, name: str) -> None:
    others = ("Ünö Größl", "Пётр Сидоров", "佐藤 由美")
    raw = b"".join(CARD.format(other, "").encode() for other in others) + CARD.format(name, "").encode(
        encoding
    )
    assert names(read(tmp_path, raw)) == [*others, name]
    assert names(read(tmp_path, raw + CARD.format(*others[:1], "").encode() * 100))[3] == name


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_every_end_of_a_line_is_one(tmp_path: Path, end: str) -> None:
    assert names(read(tmp_path, CARD.format("Ana", "").replace("\r\n", end).encode())) == ["Ana"]


def test_an_empty_card_or_one_without_a_name_says_so(tmp_path: Path) -> None:
    found = read(tmp_path, b"BEGIN:VCARD\nEND:VCARD\nBEGIN:VCARD\nEMAIL:a@example.org\nEND:VCARD\n")
    assert [(one.wish, one.why) for one in found if isinstance(one, Record)] == [
        ("known", "the card has no name")
    ] * 2


def test_pictures_are_told_by_their_bytes(tmp_path: Path) -> None:
    pictures = {"png": b"\x89PNG\r\n\x1a\n0", "gif": b"GIF89a", "webp": b"RIFF0000WEBPVP8", "": b"<svg/>"}
    text = "".join(
        CARD.format(f"P {ending}", f"PHOTO:data:image/jpeg;base64,{base64.b64encode(raw).decode()}\r\n")
        for ending, raw in pictures.items()
    )
    records = [one for one in read(tmp_path, text.encode(), photos=True) if isinstance(one, Record)]
    assert [one.photo.ending if one.photo else "" for one in records] == list(pictures)
    assert records[-1].hints == ("its picture cannot be read and stays behind",)
    assert not any(one.photo for one in read(tmp_path, text.encode()) if isinstance(one, Record))


def test_what_is_too_long_for_a_property_is_said_once(tmp_path: Path) -> None:
    long = f"X-LONG:{'x' * 20_000}\r\nX-SHORT:y\r\n"
    found = read(tmp_path, (CARD.format("Ana", long) * 2).encode())
    assert [one.name for one in found if isinstance(one, Unused)] == ["X-LONG"]
    assert [one.values["vcard"] for one in found if isinstance(one, Record)] == [("X-SHORT:y",)] * 2


def test_what_is_too_much_for_a_note_is_said_and_the_rest_is_kept(tmp_path: Path) -> None:
    lines = "".join(f"X-L{i}:{'x' * 8_000}\r\ni{i}.X-G{i}:y\r\n" for i in range(7)) + "X-SHORT:y\r\n"
    found = read(tmp_path, CARD.format("Ana", lines).encode())
    assert [one.name for one in found if isinstance(one, Unused)] == ["X-L4", "X-L5", "X-L6"]
    (record,) = (one for one in found if isinstance(one, Record))
    kept = record.values["vcard"]
    assert isinstance(kept, tuple)
    assert kept[-1] == "X-SHORT:y"
    assert len(kept) == 4 + 7 + 1


def test_a_line_without_end_is_said_and_the_rest_is_read(tmp_path: Path) -> None:
    raw = CARD.format("Ana", "NOTE:" + "x" * 2_000_000 + "\r\n") + CARD.format("Ben", "")
    found = read(tmp_path, raw.encode())
    assert names(found) == ["Ana", "Ben"]
    assert [one.span.line for one in found if isinstance(one, Trouble)] == [5]


def test_nothing_hostile_is_more_than_text(tmp_path: Path) -> None:
    lines = "TITLE:a\\nb\x1b[31m\u202e\r\nNOTE:x\x07\\n\u2028y\r\nX-A:b\x00\x0bc\r\nORG:[[Evil|Co]]\r\n"
    (record,) = (
        r for r in read(tmp_path, CARD.format("../../x\x1b]0;", lines).encode()) if isinstance(r, Record)
    )
    texts = [record.name, *(str(value) for value in record.values.values()), *record.note.split("\n")]
    assert all(text.isprintable() for text in texts), texts
    assert record.values["company"] == "Co"
    assert record.values["role"] == "a b[31m"
