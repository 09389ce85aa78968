"""What `init` finds in a vault, and the settings that follow from it."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vaults import split_vault
from vault_crm.core.note import parse_note
from vault_crm.core.settings import Settings
from vault_crm.core.settings import parse_settings
from vault_crm.core.starter import config_text
from vault_crm.core.starter import person_template
from vault_crm.core.survey import Proposal
from vault_crm.core.survey import Survey
from vault_crm.core.survey import describe
from vault_crm.core.survey import survey
from vault_crm.core.survey import usual_cadence
from vault_crm.core.vault import assemble

TODAY = date(2026, 11, 22)


def surveyed(text: str) -> Survey:
    notes = {path: parse_note(path, body, Settings()) for path, body in split_vault(text).items()}
    return survey(assemble(notes, Settings()), Settings(), TODAY)


def test_an_empty_vault() -> None:
    found = surveyed("")
    assert (found.notes, found.people, found.proposals) == (0, 0, ())
    assert describe(found)[0] == "0 notes, 0 people"


def test_how_the_vault_spells_things() -> None:
    found = surveyed("""
    === People/a.md
    ---
    lastContact: 2026-11-01
    ---
    === People/b.md
    ---
    lastContact: 2026-11-01
    cadence: monthly
    ---
    === People/c.md
    ---
    last_contact: 2026-11-01
    ---
    """)
    assert found.keys == "camel"
    assert dict(found.spellings)["last_contact"] == (("lastContact", 2), ("last_contact", 1))


def test_where_last_contacts_come_from() -> None:
    found = surveyed("""
    === People/Ana.md
    ---
    last_contact: 2026-10-01
    ---
    === People/Ben.md
    ---
    last_contact: 2026-11-21
    ---
    === People/Cem.md
    === Daily/2026-11-20.md
    A walk with [[Ana]] and [[Ben]].
    """)
    assert (found.with_contact, found.from_dated, found.daily_notes) == (2, 1, 1)


def test_a_proposal_says_what_people_of_a_tag_have_already() -> None:
    found = surveyed("""
    === People/Ana.md
    ---
    tags: [choir]
    cadence: 2 months
    ---
    === People/Ben.md
    ---
    tags: [choir]
    cadence: 8 weeks
    ---
    === People/Bea.md
    ---
    tags: [choir]
    cadence: 2 months
    ---
    === People/Work/Cem.md
    ---
    tags: [person, knitting]
    ---
    """)
    assert found.proposals == (
        Proposal("tag", "choir", 3, "2 months", "2 of them have it already"),
        Proposal("folder", "People/Work", 1, "3 months", "what its name suggests"),
    )


@pytest.mark.parametrize(
    ("name", "cadence"),
    [
        ("family", "2 weeks"),
        ("People/Close friends", "2 weeks"),
        ("Friends/Work", "3 months"),
        ("former-client", "4 months"),
        ("knitting", ""),
    ],
)
def test_what_a_name_usually_means(name: str, cadence: str) -> None:
    assert usual_cadence(name) == cadence


names = st.text(min_size=1, max_size=20).filter(lambda t: not any("\ud800" <= c <= "\udfff" for c in t))


@given(st.lists(names, max_size=3), names, st.lists(names, unique=True, max_size=3), st.booleans())
def test_the_settings_read_back_whatever_the_names(
    people: list[str], heading: str, tags: list[str], use: bool
) -> None:
    found = Survey(keys="kebab", proposals=tuple(Proposal("tag", tag, 1, "2 weeks", "") for tag in tags))
    text = config_text(found, people=tuple(people), log_heading=heading, use_proposals=use)
    settings, warnings = parse_settings(tomllib.loads(text), "config.toml")
    assert warnings == ()
    assert settings.people == tuple(people)
    assert settings.log_heading == heading
    assert settings.keys == "kebab"
    assert settings.tags == (dict.fromkeys(tags, "2 weeks") if use else {})


def test_a_person_made_from_the_template_on_a_phone_is_read_without_complaint() -> None:
    text = person_template("Log").replace("{{date:YYYY-MM-DD}}", "2026-11-22")
    note = parse_note("Friends of mine/Ana.md", text, Settings())
    assert note.person_rule
    assert note.diagnostics == ()
    # The template itself is YAML, too: Obsidian and git hosts show it without an error.
    assert parse_note("People/Ana.md", person_template("Log"), Settings()).find("met") is not None
