"""LinkedIn: whose archive it is, what counts as being in touch, and what a connection is."""

from __future__ import annotations

import csv
import tracemalloc
from collections.abc import Iterable
from datetime import date
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault_crm.core.intake.keys import profile_key
from vault_crm.core.intake.record import Record
from vault_crm.core.intake.record import Trouble
from vault_crm.importers import Wanted
from vault_crm.importers import linkedin_messages
from vault_crm.importers import recognise
from vault_crm.importers.source import Source

ME = "maya-haddad"
COLUMNS = (
    "CONVERSATION ID", "FROM", "SENDER PROFILE URL", "TO", "RECIPIENT PROFILE URLS", "DATE", "CONTENT",
    "FOLDER", "IS MESSAGE DRAFT",
)  # fmt: skip


def message(talk: str, sender: str, to: str, day: str, **more: str) -> dict[str, str]:
    """A row; people are the last part of their profile's address, several parted by spaces."""
    return {
        "CONVERSATION ID": talk,
        "FROM": name(sender),
        "SENDER PROFILE URL": url(sender),
        "TO": ",".join(name(one) for one in to.split()),
        "RECIPIENT PROFILE URLS": ",".join(url(one) for one in to.split()),
        "DATE": f"{day} 10:00:00 UTC",
        "CONTENT": "what was said",
        "FOLDER": "INBOX",
        **more,
    }


def url(slug: str) -> str:
    return f"https://www.linkedin.com/in/{slug}"


def name(slug: str) -> str:
    return slug.replace("-", " ").title()


def write(path: Path, rows: Iterable[dict[str, str]]) -> Source:
    text = StringIO()
    table = csv.DictWriter(text, COLUMNS, restval="", extrasaction="ignore", lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    file = path / "messages.csv"
    file.write_text(text.getvalue(), encoding="utf-8")
    return Source(file, "messages.csv")


def people(source: Source) -> dict[str, Record]:
    found = linkedin_messages.read(source, Wanted())
    return {one.name: one for one in found if isinstance(one, Record)}


def troubles(source: Source) -> list[Trouble]:
    return [one for one in linkedin_messages.read(source, Wanted()) if isinstance(one, Trouble)]


# Two conversations with others, so that it is plain who Maya is.
OTHERS = (
    message("x", ME, "ben-okafor", "2019-01-01"),
    message("y", ME, "tomas-silva", "2019-01-01"),
)


@pytest.mark.parametrize(
    ("days", "exchange"),
    [
        pytest.param([(ME, "2025-03-01"), ("ines-duarte", "2025-03-01")], "2025-03-01", id="one day"),
        pytest.param([(ME, "2025-03-01"), ("ines-duarte", "2025-03-31")], "2025-03-31", id="a month after"),
        pytest.param([(ME, "2025-03-01"), ("ines-duarte", "2025-04-01")], "", id="later: begun anew"),
        pytest.param(
            [("ines-duarte", "2019-03-01"), (ME, "2019-03-02"), ("ines-duarte", "2025-07-01")],
            "2019-03-02",
            id="a new pitch after years is no answer",
        ),
        pytest.param(
            [(ME, "2024-01-01"), ("ines-duarte", "2024-01-02"), (ME, "2025-01-01"), (ME, "2025-06-01")],
            "2024-01-02",
            id="greetings into the void",
        ),
    ],
)
def test_being_in_touch_is_an_answer_within_a_month(
    tmp_path: Path, days: list[tuple[str, str]], exchange: str
) -> None:
    other = {ME: "ines-duarte", "ines-duarte": ME}
    source = write(tmp_path, [*OTHERS, *(message("t", who, other[who], day) for who, day in days)])
    ines = people(source)["Ines Duarte"]
    assert [(str(e.on), e.kind, e.text) for e in ines.entries] == (
        [(exchange, "", "messages on LinkedIn")] if exchange else []
    )
    assert ines.wish == "new"
    assert bool(ines.hints) == (not exchange)


def test_one_way_is_no_contact(tmp_path: Path) -> None:
    rows = [message("t", "jonas-weber", ME, "2025-02-01"), message("t", "jonas-weber", ME, "2025-02-09")]
    jonas = people(write(tmp_path, [*OTHERS, *rows]))["Jonas Weber"]
    assert (jonas.wish, jonas.why, jonas.entries) == ("known", "messages one way only", ())


def test_a_group_is_no_contact_with_each_of_it(tmp_path: Path) -> None:
    rows = [
        message("g", "zoe-brandt", f"{ME} ines-duarte", "2025-02-01"),
        message("g", ME, "zoe-brandt ines-duarte", "2025-02-01"),
    ]
    found = people(write(tmp_path, [*OTHERS, *rows]))
    assert {found[n].wish for n in ("Zoe Brandt", "Ines Duarte")} == {"known"}
    assert {found[n].entries for n in ("Zoe Brandt", "Ines Duarte")} == {()}


def test_drafts_spam_and_what_nobody_signed_do_not_count(tmp_path: Path) -> None:
    rows = [
        message("d", "ines-duarte", ME, "2025-02-01"),
        message("d", ME, "ines-duarte", "2025-02-02", **{"IS MESSAGE DRAFT": "Yes"}),
        message("s", "casino-royal", ME, "2025-02-01", FOLDER="SPAM"),
        message("a", "", ME, "2025-02-01", **{"SENDER PROFILE URL": "", "FROM": "Great Courses"}),
        message("c", "", ME, "2025-02-01", **{"SENDER PROFILE URL": "https://www.linkedin.com/company/x"}),
        message("m", "", ME, "2025-02-01", **{"SENDER PROFILE URL": "", "FROM": "LinkedIn Member"}),
    ]
    found = people(write(tmp_path, [*OTHERS, *rows]))
    assert set(found) == {"Ben Okafor", "Tomas Silva", "Ines Duarte"}
    assert found["Ines Duarte"].wish == "known"


def test_a_message_without_a_recipient_makes_no_group(tmp_path: Path) -> None:
    rows = [
        message("t", ME, "", "2025-02-01", **{"TO": "", "RECIPIENT PROFILE URLS": ""}),
        message("t", "ines-duarte", ME, "2025-02-02"),
    ]
    ines = people(write(tmp_path, [*OTHERS, *rows]))["Ines Duarte"]
    assert [entry.on for entry in ines.entries] == [date(2025, 2, 2)]


def test_i_am_not_linkedin_member(tmp_path: Path) -> None:
    gone = {"FROM": "LinkedIn Member", "SENDER PROFILE URL": ""}
    source = write(tmp_path, [message(f"g{n}", "", ME, "2025-02-01", **gone) for n in range(5)])
    assert troubles(source) == []
    assert people(source) == {}


def test_i_am_never_in_my_own_archive(tmp_path: Path) -> None:
    assert "Maya Haddad" not in people(write(tmp_path, OTHERS))


def test_with_one_partner_only_a_draft_tells_who_i_am(tmp_path: Path) -> None:
    rows = [message("t", ME, "ines-duarte", "2025-02-02"), message("t", "ines-duarte", ME, "2025-02-03")]
    assert people(write(tmp_path, rows)) == {}
    (trouble,) = troubles(write(tmp_path, rows))
    assert "Ines Duarte or Maya Haddad" in trouble.message
    draft = message("t", ME, "ines-duarte", "2025-02-09", **{"IS MESSAGE DRAFT": "Yes"})
    assert set(people(write(tmp_path, [*rows, draft]))) == {"Ines Duarte"}


def test_an_archive_without_messages_is_no_trouble(tmp_path: Path) -> None:
    source = write(tmp_path, [])
    assert linkedin_messages.claims(source)
    assert troubles(source) == []


def test_a_message_whose_date_cannot_be_read_is_told_by_line(tmp_path: Path) -> None:
    rows = [
        *OTHERS,
        message("t", "ines-duarte", ME, "2025-02-30"),
        message("t", ME, "ines-duarte", "3/4/2025"),
    ]
    (first, second) = troubles(write(tmp_path, rows))
    assert (first.span.line, second.span.line) == (4, 5)


DAYS = st.dates(date(2018, 1, 1), date(2018, 3, 31))
SLUGS = st.sampled_from(["ines-duarte", "jonas-weber", "zoe-brandt"])
MESSAGES = st.lists(st.tuples(st.sampled_from("abc"), st.booleans(), SLUGS, DAYS), max_size=12)


@given(MESSAGES, st.randoms(use_true_random=False))
def test_the_order_of_the_file_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, sent: list[tuple[str, bool, str, date]], random: object
) -> None:
    rows = [
        message(f"{talk}-{who}", ME if mine else who, who if mine else ME, str(day))
        for talk, mine, who, day in sent
    ]
    path = tmp_path_factory.mktemp("order")
    one = people(write(path, [*OTHERS, *rows]))
    random.shuffle(rows)  # type: ignore[attr-defined]
    other = people(write(path, [*OTHERS, *rows]))
    assert {n: (r.entries, r.wish, r.why) for n, r in one.items()} == {
        n: (r.entries, r.wish, r.why) for n, r in other.items()
    }
    for record in one.values():
        for entry in record.entries:
            mine = [day for _, mine, who, day in sent if mine and name(who) == record.name]
            theirs = [day for _, mine, who, day in sent if not mine and name(who) == record.name]
            assert entry.on in (*mine, *theirs), "no day is invented"
            assert mine
            assert theirs


def test_what_was_said_is_not_kept(tmp_path: Path) -> None:
    rows = [
        message(
            f"t{n}", ME, f"partner-{n}", str(date(2020, 1, 1) + timedelta(n % 40)), CONTENT="said " * 2_000
        )
        for n in range(400)
    ]
    source = write(tmp_path, rows)
    tracemalloc.start()
    try:
        found = people(source)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(found) == 400
    assert source.path.stat().st_size > 4_000_000
    assert peak < 2_500_000
    assert "said said" not in repr(found)


def test_what_stands_behind_a_name_with_a_comma_is_no_part_of_it(tmp_path: Path) -> None:
    rows = [message("t", "jonas-weber", ME, "2025-02-01", FROM="Jonas Weber, Ph.D.")]
    assert "Jonas Weber" in people(write(tmp_path, [*OTHERS, *rows]))


PREAMBLE = 'Notes:\n"When exporting your connection data, you may notice\nthat some are missing."\n\n'
HEADER = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"


def connections(tmp_path: Path, text: str) -> list[object]:
    file = tmp_path / "Connections.csv"
    file.write_text(text, encoding="utf-8")
    source = Source(file, "Connections.csv")
    importer = recognise(source, Wanted())
    assert importer is not None
    assert importer.NAME == "linkedin"
    return list(importer.read(source, Wanted()))


@pytest.mark.parametrize("preamble", ["", PREAMBLE, "\n\n", "Notes:\n" + "a line\n" * 12])
def test_connections_are_found_behind_any_preamble(tmp_path: Path, preamble: str) -> None:
    (nora,) = connections(
        tmp_path, f"{preamble}{HEADER}Nora,Moretti,https://www.linkedin.com/in/nora,,,,07 Dec 2025\n"
    )
    assert isinstance(nora, Record)
    assert (nora.wish, nora.why) == ("known", "a connection, no messages both ways")
    assert dict(nora.values) == {"met": "2025-12-07", "website": ("https://www.linkedin.com/in/nora",)}
    assert nora.span.line == preamble.count("\n") + 2


def test_a_day_of_connecting_is_no_contact(tmp_path: Path) -> None:
    (nora,) = connections(tmp_path, f"{HEADER}Nora,Moretti,,,,,07 Dec 2025\n")
    assert isinstance(nora, Record)
    assert nora.entries == ()
    assert "last_contact" not in nora.values


def test_hidden_profiles_are_passed_over(tmp_path: Path) -> None:
    assert connections(tmp_path, f"{HEADER},,,,,,07 Jun 2022\n,,,,,,08 Jun 2022\n") == []


def test_an_address_is_the_same_with_and_without_percent_encoding() -> None:
    encoded, plain = "https://www.linkedin.com/in/zo%C3%AB-brandt/", "linkedin.com/in/zoë-brandt"
    assert profile_key(encoded) == profile_key(plain) == "linkedin.com/in/zoë-brandt"
    assert profile_key("https://www.linkedin.com/in/a%2Fb") == ""
