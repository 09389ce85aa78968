"""From rows to records."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from tests.importers.samples import say_found
from tests.importers.tables.sources import NAMES
from tests.importers.tables.sources import read
from tests.importers.tables.sources import source_of
from vault_crm.core.intake.record import Record
from vault_crm.core.intake.record import Trouble
from vault_crm.core.intake.record import Unused
from vault_crm.errors import UsageError
from vault_crm.importers import Wanted
from vault_crm.importers.tables.dialects import DialectImporter
from vault_crm.importers.tables.dialects import built_in_dialects


def record(folder: Path, header: str, row: str, toml: str) -> Record:
    """The only person of a file."""
    [found] = [one for one in read(folder, f"{header}\n{row}\n", toml) if isinstance(one, Record)]
    return found


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ("Ana,,Martins,,,", "Ana Martins"),
        ("Ana,Sofia,Martins,,,", "Ana Sofia Martins"),
        ("Ana,,,,,", "Ana"),
        (",,Martins,,,", "Martins"),
        ("Ana,,,,,Ana Martins", "Ana Martins"),
        ("Ana,,Martins,Dr.,PhD,Dr. Ana Martins PhD", "Ana Martins"),
        (',,,,,"Martins, Ana"', "Ana Martins"),
        (',,,,,"van Dyck, Anna"', "Anna van Dyck"),
        (',,,,,"Ana Martins, PhD"', "Ana Martins, PhD"),
        (',,,,,"Smith, Jones, Partners"', "Smith, Jones, Partners"),
        ("花子,,山田,,,", "山田花子"),
        ("민준,,김,,,", "김민준"),
    ],
)
def test_names(tmp_path: Path, row: str, name: str) -> None:
    parts = {"G": "given", "M": "middle", "F": "family", "P": "prefix", "S": "suffix", "N": "name"}
    toml = "[columns]\n" + "".join(f'"{column}" = "{part}"\n' for column, part in parts.items())
    assert record(tmp_path, "G,M,F,P,S,N", row, toml).name == name


def test_what_a_name_leaves_out_stays_in_its_card(tmp_path: Path) -> None:
    toml = NAMES + '"Pre" = "prefix"\n'
    found = record(tmp_path, "First,Last,Pre", '"Ana;x","Martins, PhD",Dr.', toml)
    assert (found.name, found.values["vcard"]) == ("Ana;x Martins", (r"N:Martins;Ana\;x;;Dr.;PhD",))


def test_how_a_program_shows_somebody_is_another_name(tmp_path: Path) -> None:
    toml = NAMES + '"Shown" = "name"\n'
    assert record(tmp_path, "First,Last,Shown", "Ana,Martins,Granny", toml).values["aliases"] == ("Granny",)
    assert "aliases" not in record(tmp_path, "First,Last,Shown", "Ana,Martins,A. Martins", toml).values


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",,Acme Ltd,,", "Acme Ltd skip a company; nobody is named in this row"),
        (",,,a@example.org,", "a@example.org known no name, only an e-mail address"),
        (",,,,555 0100", "555 0100 known no name, only a telephone"),
    ],
)
def test_rows_without_a_name(tmp_path: Path, row: str, said: str) -> None:
    toml = NAMES + '"Firm" = "company"\n"Mail" = "email"\n"Tel" = "phone"\n'
    found = record(tmp_path, "First,Last,Firm,Mail,Tel", row, toml)
    assert f"{found.name} {found.wish} {found.why}" == said


def test_the_wish_of_a_dialect(tmp_path: Path) -> None:
    found = record(tmp_path, "First,Last", "Ana,Martins", 'wish = "known"\nwhy = "a connection"\n' + NAMES)
    assert (found.wish, found.why) == ("known", "a connection")


DATES = NAMES + '"Born" = "birthday"\n"Met" = "met"\n"Seen" = "evidence"\n"Day" = "event: moved"\n'
HEADER = "First,Last,Born,Met,Seen,Day"


def test_the_dates_of_a_file_tell_their_order(tmp_path: Path) -> None:
    text = f"{HEADER}\nAna,M,3/4/1984,,,\nBen,O,25/12/1990,5/6/2019,7/8/2024,1/2/2020\n"
    ana, ben = read(tmp_path, text, DATES)
    assert isinstance(ana, Record)
    assert isinstance(ben, Record)
    assert ana.values["birthday"] == "1984-04-03"
    assert (ben.values["met"], ben.values["events"]) == ("2019-06-05", ("2020-02-01 moved",))
    assert ben.hints == ("Seen: 2024-08-07",)


def test_columns_may_differ_in_their_order(tmp_path: Path) -> None:
    text = f"{HEADER}\nAna,M,3/4/1984,3/4/2019,,\nBen,O,25/12/1990,12/25/2019,,\n"
    ana = read(tmp_path, text, DATES)[0]
    assert isinstance(ana, Record)
    assert (ana.values["birthday"], ana.values["met"]) == ("1984-04-03", "2019-03-04")


def test_an_order_that_nobody_tells_is_asked_for(tmp_path: Path) -> None:
    trouble, ana = read(tmp_path, f"{HEADER}\nAna,M,3/4/1984,,,\n", DATES)
    assert isinstance(trouble, Trouble)
    assert isinstance(ana, Record)
    assert (trouble.span.line, "birthday" in ana.values) == (2, False)
    assert "--map 'Born=birthday: dmy'" in trouble.hint
    wanted = Wanted(columns={"Born": "birthday: mdy"})
    [told] = read(tmp_path, f"{HEADER}\nAna,M,3/4/1984,,,\n", DATES, wanted)
    assert isinstance(told, Record)
    assert told.values["birthday"] == "1984-03-04"


def test_contradictions_tell_nothing(tmp_path: Path) -> None:
    text = f"{HEADER}\nAna,M,3/4/1984,,,\nBen,O,25/12/1990,,,\nCleo,D,12/25/1990,,,\n"
    found = read(tmp_path, text, DATES)
    assert [one.span.line for one in found if isinstance(one, Trouble)] == [2]


def test_addresses(tmp_path: Path) -> None:
    parts = ["street", "postcode", "city", "region", "country"]
    lines = [f'"{group} {part}" = "{group}.{part}"' for group in ("work", "home") for part in parts]
    header = "First,Last," + ",".join(f"{group} {part}" for group in ("work", "home") for part in parts)
    row = "Ana,M,1 Quay,62701,Springfield,IL,USA,Rua 7,4050,Porto,,Portugal"
    found = record(tmp_path, header, row, NAMES + "\n".join(lines))
    assert found.values["address"] == ("Rua 7, 4050 Porto, Portugal", "1 Quay, Springfield, IL 62701, USA")
    assert found.values["city"] == "Porto"


def test_where_somebody_works_is_not_where_they_live(tmp_path: Path) -> None:
    found = record(tmp_path, "First,Last,C", "Ana,M,Porto", NAMES + '"C" = "work.city"\n')
    assert "city" not in found.values


def test_labels_beside_values(tmp_path: Path) -> None:
    toml = 'separator = ";"\n' + NAMES + '"R {n} L" = "relation_label"\n"R {n} V" = "relation"\n'
    found = record(
        tmp_path, "First,Last,R 1 L,R 1 V,R 2 V", '"Ana","M","Spouse;Child","Leo;Mia;Tom","Rex"', toml
    )
    assert found.values["related_people"] == ("spouse: Leo", "child: Mia", "child: Tom", "related: Rex")


def test_a_yearly_event_is_an_anniversary(tmp_path: Path) -> None:
    toml = NAMES + '"L" = "event_label"\n"V" = "event"\n'
    assert (
        record(tmp_path, "First,Last,L,V", "A,B,Anniversary,2016-12-03", toml).values["anniversary"]
        == "2016-12-03"
    )
    assert record(tmp_path, "First,Last,L,V", "A,B,Name day,--06-14", toml).values["events"] == (
        "06-14 Name day",
    )


def test_properties_of_ones_own(tmp_path: Path) -> None:
    wanted = Wanted(columns={"Size": "shoe_size", "Dog": "own: pets", "Cat": "own: pets", "Left": ""})
    found, unused = read(tmp_path, "First,Last,Size,Dog,Cat,Left\nAna,M,38,Rex,Tom,x\n", NAMES, wanted)
    assert isinstance(found, Record)
    assert (found.values["shoe_size"], found.values["pets"]) == ("38", ("Rex", "Tom"))
    assert unused == Unused("Left", "left out")


def test_a_second_value_is_said_where_there_is_room_for_one(tmp_path: Path) -> None:
    found = record(
        tmp_path, "First,Last,Job,Work", "Ana,M,editor,poet", NAMES + '"Job" = "role"\n"Work" = "role"\n'
    )
    assert (found.values["role"], found.hints) == ("editor", ("another role: poet",))


@pytest.mark.parametrize(
    ("mail", "emails"),
    [
        ("ana@example.org; a.m@example.org", ("ana@example.org", "a.m@example.org")),
        ("Ana <ana@example.org>", ("ana@example.org",)),
        ("mailto:ana@example.org", ("ana@example.org",)),
        ("/o=Org/ou=Unit/cn=ana", None),
    ],
)
def test_e_mail(tmp_path: Path, mail: str, emails: tuple[str, ...] | None) -> None:
    found = record(tmp_path, "First,Last,Mail", f'Ana,M,"{mail}"', NAMES + '"Mail" = "email"\n')
    assert found.values.get("email") == emails
    assert bool(found.hints) is (emails is None)


def test_only_columns_that_hold_something_are_unused(tmp_path: Path) -> None:
    found = read(tmp_path, "First,Last,A,B,C\nAna,M,,1,\nBen,O,,,\n", NAMES + '[nowhere]\n"B" = "why not"\n')
    assert [one for one in found if isinstance(one, Unused)] == [Unused("B", "why not")]


def test_a_map_that_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="did you mean email"):
        read(tmp_path, "First,Last\nAna,M\n", NAMES, Wanted(columns={"First": "emial"}))
    trouble, ana = read(tmp_path, "First,Last\nAna,M\n", NAMES, Wanted(columns={"Fist": "name"}))
    assert isinstance(trouble, Trouble)
    assert isinstance(ana, Record)
    assert trouble.message == "there is no column 'Fist'"


def test_nothing_hostile_comes_through(tmp_path: Path) -> None:
    """Cells are data: line breaks, escapes and commands stay texts of one line."""
    toml = NAMES + '"Firm" = "company"\n"X" = "vcard: X-NOTE"\n"T" = "tags"\n'
    row = '"../../etc","pass\x1b[31m\nwd","=cmd|x\nEND:VCARD","a\nBEGIN:VCARD","#a b"'
    found = record(tmp_path, "First,Last,Firm,X,T", row, toml)
    assert found.name == "../../etc pass[31m wd"
    assert found.values["company"] == "=cmd|x END:VCARD"
    assert found.values["vcard"] == (r"X-NOTE:a\nBEGIN:VCARD",)
    assert found.values["tags"] == ("a-b",)


def test_everything_said_of_a_bad_file(tmp_path: Path) -> None:
    text = 'First,Last,Tel\nAna,M,4.5E+11\nBen,O,"open\nCleo,D,555 0100\n,,\n,x,y,z,w\n'
    said = say_found(read(tmp_path, text, NAMES + '"Tel" = "phone"\n'))
    assert [line.split(": ")[0] for line in said.splitlines() if line.startswith("trouble")] == [
        "trouble a.csv:2",
        "trouble a.csv:3",
        "trouble a.csv:6",
    ]
    assert "Cleo D" in said


CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["3/4/1984", "0/0/00", "4.5E+11", "a@b", "::: x", "* y", "--02-30", '"', "'=1", "²", "true"]
    ),
)


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_no_file_stops_a_dialect(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Whatever stands in the columns that a dialect knows: people, troubles and unused columns come out."""
    dialect = data.draw(st.sampled_from(built_in_dialects()))
    names = [rule.name.replace("{n}", "1") for book in dialect.books.values() for rule in book.rules]
    header = data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=8))
    rows = data.draw(st.lists(st.lists(CELLS, max_size=9), max_size=4))
    text = "\n".join(";".join(row) for row in [header, *rows])
    source = source_of(tmp_path_factory.getbasetemp(), text.encode("utf-8", "replace"))
    for one in DialectImporter(dialect).read(source, Wanted()):
        assert isinstance(one, Record | Trouble | Unused)
        if isinstance(one, Record):
            assert one.name
            assert all(value not in ("", ()) for value in one.values.values())
