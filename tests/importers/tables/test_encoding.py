"""Which encoding a file is in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.importers.tables.sources import source_of
from vault_crm.importers.tables.encoding import encoding_of

HEAD = "First Name,Last Name,City\r\n"
TEXTS = {
    "cp1252": "Jürgen,Weiß,Köln\r\nFrançois,Lefèvre,Nîmes\r\nInés,Muñoz,León\r\nSøren,Ærø,Århus\r\n",
    "cp1250": "Łukasz,Żółkiewski,Kraków\r\nJiří,Dvořák,Plzeň\r\nZoltán,Kőszegi,Győr\r\n",
    "cp1251": "Анна,Иванова,Москва\r\nПётр,Чайковский,Клин\r\n",
    "cp1253": "Νίκος,Παπαδόπουλος,Αθήνα\r\n",
    "cp1254": "Ayşe,Yıldırım,İstanbul\r\nÇağla,Güneş,Eskişehir\r\n",
    "cp1255": "דנה,לוי,חיפה\r\n",
    "cp1256": "ليلى,حداد,بيروت\r\n",
    "cp1257": "Jānis,Bērziņš,Rīga\r\nŽydrė,Kazlauskaitė,Šiauliai\r\n",
    "mac_roman": "Jürgen,Weiß,Köln\r\nFrançois,Lefèvre,Nîmes\r\n",
    "cp850": "Jürgen,Weiß,Köln\r\nFrançois,Lefèvre,Nîmes\r\n",
    "shift_jis": "花子,山田,東京\r\nさくら,田中,大阪\r\n",
    "gb18030": "小明,王,北京\r\n丽,张,上海\r\n",
    "big5": "小明,王,臺北\r\n麗,張,高雄\r\n",
    "cp949": "민준,김,서울\r\n서연,이,부산\r\n",
}


@pytest.mark.parametrize("encoding", TEXTS)
def test_a_code_page_is_told_by_its_words(tmp_path: Path, encoding: str) -> None:
    text = HEAD + TEXTS[encoding]
    assert source_of(tmp_path, text, encoding).head == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_in_every_form(tmp_path: Path, encoding: str) -> None:
    text = HEAD + "Jürgen,Weiß,Köln\r\nAnna,Lee,\U0001f600\r\n"
    source = source_of(tmp_path, text, encoding)
    assert source.head == text
    with source.open_text() as file:
        assert file.read() == text


@pytest.mark.parametrize("name", ["José", "Müller", "Zoë", "Ångström"])
def test_one_letter_is_enough_in_the_west(tmp_path: Path, name: str) -> None:
    assert source_of(tmp_path, f"Name\r\n{name}\r\n", "cp1252").head == f"Name\r\n{name}\r\n"


def test_one_broken_value_makes_no_code_page(tmp_path: Path) -> None:
    good = "Jürgen,Weiß,Köln\n" * 30
    path = tmp_path / "a.csv"
    path.write_bytes(good.encode() + b"Ren\xe9,Roy,Lyon\n")
    assert encoding_of(path) == "utf-8"


def test_a_character_on_the_edge_of_a_chunk_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for shift in range(4):
        path.write_bytes(b"a" * (65_536 - shift) + ("\U0001f600é" * 3).encode())
        assert encoding_of(path) == "utf-8"


@pytest.mark.parametrize("raw", [b"", b"\x00", b"\xff", b"\xff\xfe", b"\x80" * 70_000, bytes(range(256)) * 4])
def test_any_bytes_have_an_encoding_that_can_be_used(tmp_path: Path, raw: bytes) -> None:
    source = source_of(tmp_path, raw)
    assert isinstance(source.head, str)
    with source.open_text() as file:
        file.read()
