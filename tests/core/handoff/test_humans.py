"""From deals to people: each human once."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from vault_crm.core.handoff.contacts import Contact
from vault_crm.core.handoff.deal import Deal
from vault_crm.core.handoff.deal import read_deal
from vault_crm.core.handoff.harvest import harvest
from vault_crm.core.handoff.humans import Directory
from vault_crm.core.handoff.humans import Numbered
from vault_crm.core.handoff.humans import gather
from vault_crm.core.handoff.humans import how_met
from vault_crm.core.handoff.humans import record_of
from vault_crm.core.intake.record import make_record
from vault_crm.core.words import Span
from vault_crm.core.words import Value

NOBODY = Directory(())


def deal(
    title: str, *contacts: Contact, company: str = "", day: date | None = None, outcome: str = "won"
) -> Deal:
    return Deal("crm", Span("deals.csv", 2), title, company, day, outcome, (), contacts, title)  # type: ignore[arg-type]


def record(name: str, **values: Value) -> Numbered:
    number = str(values.pop("number", ""))
    return Numbered(number, make_record("crm", Span("contacts.csv", 2), name, values))


ANA = Contact("Ana Martins", ("ana@example.org",))


def names(*deals: Deal, directory: Directory = NOBODY) -> list[str]:
    return [human.name for human in gather(deals, directory)[0]]


def test_the_same_address_is_one_human() -> None:
    humans, _ = gather(
        [deal("Website", ANA), deal("Shop", Contact("A. Martins", ("ANA@example.org",)))], NOBODY
    )
    assert [human.name for human in humans] == ["Ana Martins"]
    assert {one.title for one in humans[0].deals} == {"Website", "Shop"}


def test_a_shared_address_is_not() -> None:
    assert names(deal("a", Contact("Ana", ("info@example.org",)), Contact("Ben", ("info@example.org",)))) == [
        "Ana",
        "Ben",
    ]


def test_a_name_counts_with_its_company() -> None:
    plain = Contact("Ana Martins")
    assert names(deal("a", plain, company="Nordlys AS"), deal("b", plain, company="NORDLYS")) == [
        "Ana Martins"
    ]
    assert (
        names(deal("a", plain, company="Nordlys"), deal("b", plain, company="Fjord")) == ["Ana Martins"] * 2
    )


def test_a_number_of_the_crm_is_one_human() -> None:
    assert names(deal("a", Contact("Ana M.", key="7")), deal("b", Contact("Ana Martins", key="7"))) == [
        "Ana Martins"
    ]
    other = deal("b", Contact("Ben Okafor", key="7"))
    assert names(deal("a", Contact("Ana Martins", key="7")), other) == ["Ana Martins", "Ben Okafor"]


def test_contacts_are_joined_by_number_address_and_name() -> None:
    directory = Directory([
        record("Ana Martins", number="101", company="Nordlys", email=("ana@example.org",), role="CMO"),
        record("Dee Holm", number="104", company="Fjord"),
        record("Dee Holm", number="105", company="Delta"),
    ])  # fmt: skip
    by_number = gather([deal("a", Contact("", key="101"))], directory)[0]
    by_mail = gather([deal("a", Contact("", ("ana@example.org",)))], directory)[0]
    by_name = gather([deal("a", Contact("Dee Holm"), company="Fjord")], directory)[0]
    assert [human.role or record_of(human).values["role"] for human in (*by_number, *by_mail)] == [
        "CMO",
        "CMO",
    ]
    assert by_name[0].record is not None
    assert by_name[0].record.values["company"] == "Fjord"
    assert gather([deal("a", Contact("Dee Holm"))], directory)[0][0].record is None  # which of the two?


def test_salesforce_writes_numbers_in_two_lengths() -> None:
    directory = Directory([record("Ana Martins", number="003AA000001AbCd")])
    assert names(deal("a", Contact("", key="003AA000001AbCdEAA")), directory=directory) == ["Ana Martins"]


def test_a_name_may_be_told_by_the_address_and_else_is_not_made_up() -> None:
    assert names(deal("a", Contact("", ("ana.martins@example.org",)))) == ["Ana Martins"]
    humans, nameless = gather([deal("a", Contact("", ("info@example.org",)), Contact("", key="9"))], NOBODY)
    assert humans == ()
    assert [one.key or one.emails[0] for one in nameless] == ["info@example.org", "9"]


def test_how_you_met_is_the_deals_as_written() -> None:
    early, late = date(2024, 5, 1), date(2025, 3, 12)
    [human] = gather([deal("Shop [v2]", ANA, day=late), deal("Website relaunch", ANA, day=early)], NOBODY)[0]
    assert how_met(human) == "client: Website relaunch, 2024; Shop [v2], 2025"
    assert how_met(gather([deal("", ANA, company="Fjord")], NOBODY)[0][0]) == "client: Fjord"
    many = [deal(f"No. {n}", ANA, day=date(2020 + n, 1, 1)) for n in range(5)]
    assert how_met(gather(many, NOBODY)[0][0]) == "client: No. 0, 2020; No. 1, 2021; No. 2, 2022"


def test_the_contacts_own_word_comes_before_the_deals() -> None:
    directory = Directory([record("Ana Martins", number="1", company="Delta", email=("am@example.net",))])
    [human] = gather([deal("a", Contact("Ana", ("x@example.org",), key="1"), company="Fjord")], directory)[0]
    made = record_of(human, "the boat")
    assert made.name == "Ana Martins"
    assert made.values["company"] == "Delta"
    assert made.values["email"] == ("am@example.net",)
    assert made.values["next"] == "the boat"


def test_who_is_to_be_decided_about() -> None:
    deals = [
        deal("a", ANA, day=date(2025, 1, 1)),
        deal("b", Contact("Ben Okafor"), day=date(2024, 1, 1)),
        deal("c", Contact("Cleo Brandt"), outcome="open"),
        deal("d"),
    ]
    all_of = harvest(deals, NOBODY, frozenset())
    assert [human.name for human in all_of.humans] == ["Ana Martins", "Ben Okafor"]
    assert (all_of.deals, all_of.won, [one.title for one in all_of.silent]) == (4, 3, ["d"])
    known = frozenset(key for human in all_of.humans[:1] for some in human.keys for key in some)
    later = harvest(deals, NOBODY, known)
    assert ([human.name for human in later.humans], later.before) == (["Ben Okafor"], 1)
    since = harvest(deals, NOBODY, frozenset(), date(2025, 1, 1))
    assert ([human.name for human in since.humans], since.earlier) == (["Ana Martins"], 1)
    again = harvest([*deals, deal("e", ANA)], NOBODY, known)
    assert [human.name for human in again.humans] == ["Ana Martins", "Ben Okafor"]  # a new deal asks anew


def test_an_export_without_addresses_knows_the_same_people() -> None:
    first = harvest([deal("a", ANA)], NOBODY, frozenset())
    [known] = first.humans[0].keys
    assert harvest([deal("a", Contact("Ana Martins"))], NOBODY, known).humans == ()


def test_lists_beside_names_are_paired_only_where_they_fit() -> None:
    def contacts(**cells: str) -> list[tuple[str, tuple[str, ...], str]]:
        found = read_deal("crm", Span("d.csv", 2), {key: (text,) for key, text in cells.items()})
        return [(one.name, one.emails, one.key) for one in found.contacts]

    assert contacts(people="Ana;Ben", people_emails="a@example.org;b@example.org", people_ids="1;2") == [
        ("Ana", ("a@example.org",), "1"),
        ("Ben", ("b@example.org",), "2"),
    ]
    assert contacts(people="Ana;Ben", people_emails="a@example.org", people_ids="1;2;3") == [
        ("Ana", (), ""),
        ("Ben", (), ""),
        ("", (), "1"),
        ("", (), "2"),
        ("", (), "3"),
    ]
    assert contacts(given="Ana", family="Martins", people_ids="1") == [("Ana Martins", (), "1")]
    assert contacts(people_ids="1;2") == [("", (), "1"), ("", (), "2")]


people = st.builds(
    Contact,
    st.sampled_from(["Ana Martins", "Ben Okafor", "A. Martins", "Li Wei", ""]),
    st.lists(st.sampled_from(["ana@example.org", "ben@example.org", "office@example.org"]), max_size=2).map(
        tuple
    ),
    key=st.sampled_from(["", "", "1", "2"]),
)
some_deals = st.lists(
    st.builds(
        deal,
        st.sampled_from(["a", "b", "c"]),
        people,
        people,
        company=st.sampled_from(["", "Nordlys", "Fjord"]),
    ),
    max_size=6,
)


@given(some_deals)
def test_every_named_contact_is_behind_exactly_one_human(deals: list[Deal]) -> None:
    humans, nameless = gather(deals, NOBODY)
    keys = [key for human in humans for some in human.keys for key in some]
    everybody = harvest(deals, NOBODY, frozenset(keys))
    assert everybody.humans == ()  # whoever was decided about is not asked about again
    assert all(human.name for human in humans)
    assert all(not contact.name for contact in nameless)
