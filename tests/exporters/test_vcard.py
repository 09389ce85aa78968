"""Cards that leave: what `vobject` reads of them is what the notes say, and they come back unchanged."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import vobject
from hypothesis import given
from hypothesis import settings as hypothesis_settings

from tests.conftest import Cli
from tests.core.vcard.notes import note_text
from tests.core.vcard.notes import person_in
from tests.core.vcard.test_laws import NOTES
from tests.core.vcard.test_laws import TEXT
from tests.core.vcard.test_laws import VERSIONS
from tests.vaults import split_vault
from tests.vaults import tree_bytes
from vault_crm.core.agenda import agenda
from vault_crm.core.model import Value
from vault_crm.core.note import parse_note
from vault_crm.core.settings import Settings
from vault_crm.core.vault import assemble
from vault_crm.core.vcard.line import Line
from vault_crm.core.vcard.person import values_of
from vault_crm.core.vcard.photo import photo_in
from vault_crm.core.vcard.read import Card
from vault_crm.core.vcard.read import read_cards
from vault_crm.core.vcard.write import write_card
from vault_crm.exporters import Context
from vault_crm.exporters import vcard
from vault_crm.exporters import vcard4

SAMPLES = sorted((Path(__file__).parents[1] / "importers/vcard").glob("*.vcf"))
VAULT = """
    === People/Ana Martins.md
    ---
    company: "[[Harbour Books]]"
    role: editor
    aliases: [Nana, "Martins; Ana"]
    email: ana@example.org
    phone: [+351 555 0134]
    address: Rua das Flores 7, 4050-262 Porto, Portugal
    city: Porto
    birthday: 02-29
    anniversary: 2016-12-03
    events: ["2027-04-01 sabbatical starts"]
    related_people: ["spouse: [[Leo Martins]]", "dog walker: Rita"]
    tags: [friend, book-club]
    how_met: evening class
    next: ask about the audit
    ---

    ## From the address book

    > Loves sailing; hates olives, really.
    > \\#1 fan

    ## Log

    - 2026-01-05 call: a secret
    === People/Work/Ana Martins.md
    ---
    died: true
    ---
    === People/Lotte.md
    ---
    died: 2024-02-09
    uid: lotte-1
    ---
    """


def context(text: str) -> Context:
    settings, today = Settings(), date(2026, 11, 22)
    files = split_vault(text)
    vault = assemble({path: parse_note(path, body, settings) for path, body in files.items()}, settings)
    whole = agenda(vault, today, settings)
    return Context(whole.items, vault, whole, settings, today, lambda path: files[path].encode())


def test_a_card_of_3_0_says_what_the_note_says(request: pytest.FixtureRequest) -> None:
    _golden("vault.vcf", b"".join(vcard.export(context(VAULT))), request)


def test_a_card_of_4_0_says_what_the_note_says(request: pytest.FixtureRequest) -> None:
    _golden("vault4.vcf", b"".join(vcard4.export(context(VAULT))), request)


def _golden(name: str, raw: bytes, request: pytest.FixtureRequest) -> None:
    path = Path(__file__).parent / "vcard" / name
    if request.config.getoption("--update-transcripts"):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(raw)
    assert raw == path.read_bytes()


def test_nothing_leaves_that_is_the_users_own() -> None:
    raw = b"".join((*vcard.export(context(VAULT)), *vcard4.export(context(VAULT))))
    assert not re.search(rb"secret|audit|evening class", raw)


def test_one_file_each_and_each_keeps_its_name() -> None:
    files = dict(vcard.one_each(context(VAULT)))
    assert len(files) == 3
    assert "Lotte.vcf" in files
    names = sorted(name for name in files if name != "Lotte.vcf")
    assert all(re.fullmatch(r"Ana Martins \([0-9a-f]{8}\)\.vcf", name) for name in names)
    assert b"".join(files.values()) == b"".join(vcard.export(context(VAULT)))


# -- vobject is the oracle

_TEXTS = ("FN", "TITLE", "EMAIL", "TEL", "URL", "NOTE", "UID", "BDAY", "X-ABDATE", "X-ABLABEL", "RELATED")


def _read_by_vobject(raw: bytes) -> Any:
    (read,) = vobject.readComponents(raw.decode())
    return read


def _texts(lines: tuple[Line, ...], name: str) -> list[str]:
    return [line.text for line in lines if line.name == name]


@hypothesis_settings(max_examples=80)
@given(TEXT, NOTES, VERSIONS)
def test_vobject_reads_the_values_that_we_wrote(name: str, values: dict[str, Value], version: str) -> None:
    person = person_in(note_text(name, {**values, "vcard": []}))
    raw = write_card(values_of(person, "a note,\nin two lines; \\ yes"), (), version)
    theirs = _read_by_vobject(raw)
    if version == "3.0":
        theirs.validate()
    (card,) = read_cards(raw.splitlines(keepends=True))
    assert isinstance(card, Card)
    for kind in _TEXTS:
        read = [str(one.value).strip() for one in theirs.contents.get(kind.lower(), ())]
        assert read == _texts(card.lines, kind)
    for adr, line in zip(theirs.contents.get("adr", ()), _lines(card, "ADR"), strict=True):
        parts = tuple(getattr(adr.value, part) for part in _ADR)
        assert tuple(_one_text(part) for part in parts) == line.parts
    for org, line in zip(theirs.contents.get("org", ()), _lines(card, "ORG"), strict=True):
        assert tuple(part.strip() for part in org.value) == line.parts
    (whole,) = theirs.contents["n"]
    family, given_name = _one_text(whole.value.family), _one_text(whole.value.given)
    assert (family, given_name) == _lines(card, "N")[0].parts[:2]


_ADR = ("box", "extended", "street", "city", "region", "code", "country")


def _one_text(part: str | list[str]) -> str:
    return (part if isinstance(part, str) else ", ".join(part)).strip()


def _lines(card: Card, name: str) -> list[Line]:
    return [line for line in card.lines if line.name == name]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_what_vobject_can_read_of_a_sample_we_read_to_the_same(path: Path) -> None:
    raw = path.read_bytes()
    text = raw.decode("utf-8" if b"Windows-1252" not in raw else "cp1252")
    ours = {card.number: card for card in read_cards(raw.splitlines(keepends=True)) if isinstance(card, Card)}
    compared = 0
    for start, body in _bodies(text):
        try:
            (theirs,) = vobject.readComponents(body)
        except Exception:  # vobject fails in many ways, and reads a card within a card
            continue
        if start not in ours:
            continue
        for kind in ("FN", "EMAIL", "TEL", "TITLE", "BDAY", "NICKNAME", "UID"):
            read = [str(one.value).strip() for one in theirs.contents.get(kind.lower(), ())]
            mine = _texts(ours[start].lines, kind)
            assert [text.partition(",")[0] for text in mine] == [text.partition(",")[0] for text in read]
            compared += len(read)
    assert compared or path.stem.endswith("2.1") or "odd" in path.stem


def _bodies(text: str) -> list[tuple[int, str]]:
    """(line, text) of each card that is whole and holds no other card."""
    found = re.finditer(r"(?s)BEGIN:VCARD((?!BEGIN:).)*?END:VCARD", text)
    return [(text[: one.start()].count("\n") + 1, one[0] + "\r\n") for one in found]


# -- there and back, by the commands


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_sample_goes_in_and_out_and_in(path: Path, vault: Callable[[str], Path], cli: Cli) -> None:
    """Import, then again; export in both versions and import that: nothing is new the second time."""
    root = vault("=== People/Ben.md\n---\ncadence: 2 weeks\n---\n")
    cli("import", str(path), "--apply")
    before = tree_bytes(root)
    assert len(before) > 1
    out = root.parent / "out.vcf"
    cli("import", str(path), "--apply")
    assert tree_bytes(root) == before
    for name in ("vcard", "vcard4"):
        assert cli("export", name, "-o", str(out)).code == 0
        done = cli("import", str(out), "--apply")
        assert done.code == 0, done.stderr
        assert tree_bytes(root) == before


def test_a_hostile_note_adds_no_line(vault: Callable[[str], Path], cli: Cli) -> None:
    vault(
        """
        === People/Eve.md
        ---
        email: "eve@example.org\\r\\nTEL:666"
        phone: "1\\nEND:VCARD"
        vcard: ["END:VCARD", "BEGIN:VCARD", "VERSION:9", "no line", "X-A:b\\r\\nTEL:666", "NOTE:mine"]
        ---
        """
    )
    raw = cli("export vcard").raw
    assert re.findall(rb"(?m)^(?:BEGIN|END):", raw) == [b"BEGIN:", b"END:"]
    assert not re.search(rb"(?m)^TEL:666", raw)
    assert b"VERSION:9" not in raw
    (card,) = read_cards(raw.splitlines(keepends=True))
    assert isinstance(card, Card)


def test_pictures_that_were_asked_for_leave_again(vault: Callable[[str], Path], cli: Cli) -> None:
    root = vault("=== People/Ben.md\n---\ncadence: 2 weeks\n---\n")
    sample = next(path for path in SAMPLES if "apple" in path.name)
    cli("import", str(sample), "--photos", "--apply")
    (picture,) = root.glob("People/*.jpg")
    for name in ("vcard", "vcard4"):
        raw = cli("export", name).raw
        cards = [
            one for one in read_cards(raw.splitlines(keepends=True), photos=True) if isinstance(one, Card)
        ]
        photos = [photo for card in cards for line in card.lines if (photo := photo_in(line))]
        assert [photo.data for photo in photos] == [picture.read_bytes()]
        assert [photo.ending for photo in photos] == ["jpg"]
    theirs = _read_by_vobject(cli("export vcard name:martins").raw)
    assert theirs.photo.value == picture.read_bytes()
    picture.write_bytes(b"no picture, and nobody's business")
    assert b"PHOTO" not in cli("export vcard").raw
