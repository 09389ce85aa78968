"""`new`: a note from the template, never over one that is there, whatever the name and the values hold."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import assume
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.conftest import Cli
from tests.vaults import tree_bytes
from vault_crm.core.model import Vault
from vault_crm.core.names import safe_stem
from vault_crm.core.newnote import free_path
from vault_crm.core.newnote import is_person
from vault_crm.core.newnote import plan_person
from vault_crm.core.newnote import with_names
from vault_crm.core.note import parse_note
from vault_crm.core.settings import Settings
from vault_crm.core.text import decode
from vault_crm.core.vault import assemble

TODAY = "--today=2026-11-22"
VAULT = """
=== Friends/Ana Sousa.md
---
cadence: 2 weeks
aliases: [Nita]
---
"""

Make = Callable[[str], Path]


def test_a_new_note(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    run = cli(
        TODAY, "new", "Ben Okafor", "--cadence", "3w", "--tag", "family", "--tag", "music",
        "--how-met", "choir: altos", "--met", "2026-11-01", "--email", "ben@example.org",
        "--birthday", "05-12",
    )  # fmt: skip
    assert run.code == 0, run.stderr
    assert run.stderr == "Ben Okafor: a new note, Friends/Ben Okafor.md; next due 2026-11-22\n"
    text = (root / "Friends/Ben Okafor.md").read_text()
    assert text == (
        "---\ntags:\n  - family\n  - music\ncadence: 3 weeks\nhow_met: \"choir: altos\"\nmet: 2026-11-01\n"
        "email: ben@example.org\nbirthday: 05-12\n\n# kept by vault-crm\nlast_contact:\n---\n\n## Log\n\n"
    )  # fmt: skip


def test_words_without_quotes_are_one_name(vault: Make, cli: Cli) -> None:
    root = vault("")
    assert cli(TODAY, "new", "Ben", "Okafor").code == 0
    assert (root / "People/Ben Okafor.md").exists()


@pytest.mark.parametrize("name", ["Ana Sousa", "ana sousa", "Nita", "Aná Sousa"])
def test_somebody_who_is_there_is_not_made_twice(name: str, vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    before = tree_bytes(root)
    run = cli(TODAY, "new", name)
    assert run.code == 5
    assert "Ana Sousa (Friends/Ana Sousa.md)" in run.stderr
    assert tree_bytes(root) == before


def test_another_of_the_same_name_gets_a_file_of_its_own(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    before = tree_bytes(root)
    assert cli(TODAY, "new", "ana sousa", "--anyway", "--company", "Harbour Books").code == 0
    made = root / "Friends/ana sousa (Harbour Books).md"
    assert "name: ana sousa\n" in made.read_text()
    assert "aliases: [ana sousa]\n" in made.read_text() or "  - ana sousa\n" in made.read_text()
    assert tree_bytes(root)["Friends/Ana Sousa.md"] == before["Friends/Ana Sousa.md"]


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("README", "Person README"),
        ("2026-11-22", "Person 2026-11-22"),
        ("People", "Person People"),
        ("CON", "CON_"),
        ("a/b", "a-b"),
        ("Zoë [work]", "Zoë (work)"),
        ("..", "Unnamed"),
        ("-rf", "rf"),
    ],
)
def test_a_name_no_file_can_bear(name: str, stem: str, vault: Make, cli: Cli) -> None:
    root = vault("")
    run = cli(TODAY, "new", "--", name)
    assert run.code == 0, run.stderr
    assert [p.name for p in (root / "People").iterdir()] == [f"{stem}.md"]
    assert cli(TODAY, "list", "--paths").stdout == f"People/{stem}.md\n"
    assert cli(TODAY, "show", "--", name).code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Ben --cadence 2x", "--cadence: "),
        ("Ben --birthday 13-45", "--birthday: "),
        ("Ben --tag 'a b'", "--tag: "),
        ("' '", "cannot be a name"),
        ("", "Missing argument"),
    ],
)
def test_bad_values_are_refused_before_anything_is_made(words: str, said: str, vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    before = tree_bytes(root)
    run = cli(f"{TODAY} new {words}")
    assert (run.code, said in run.stderr) == (2, True), run.stderr
    assert tree_bytes(root) == before


def test_a_folder_of_ones_own(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    assert cli(TODAY, "new", "Ben", "--folder", "Notes/Work").code == 0
    assert cli(TODAY, "list", "--paths").lines == ["Friends/Ana Sousa.md", "Notes/Work/Ben.md"]
    assert cli(TODAY, "new", "Cem", "--folder", "../elsewhere").code == 5
    assert not (root.parent / "elsewhere").exists()


def test_a_note_that_no_rule_would_take_for_a_person_gets_the_tag() -> None:
    plan = plan_person("Notes/Ben.md", "# Ben\n", "Ben", {"tags": ("choir",)}, Settings())
    assert decode(plan.changes[0].result or b"") == "---\ntags:\n  - person\n  - choir\n---\n# Ben\n"


def test_dry_run_and_undo(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    before = tree_bytes(root)
    assert "+++ b/Friends/Ben.md" in cli(TODAY, "new", "Ben", "--dry-run").lines
    assert tree_bytes(root) == before
    cli(TODAY, "new", "Ben")
    assert cli("undo").code == 0
    assert tree_bytes(root) == before


def test_the_vaults_own_template_and_key_style(vault: Make, cli: Cli) -> None:
    root = vault("""
    === .vault-crm/config.toml
    keys = "kebab"
    === .vault-crm/templates/person.md.j2
    ---
    created: {{ today }}
    {% for key in keys %}
    {{ key }}:
    {% endfor %}
    ---
    # {{ name }}
    """)
    assert cli(TODAY, "new", "Ben", "--how-met", "choir").code == 0
    assert (root / "People/Ben.md").read_text() == (
        "---\ncreated: 2026-11-22\ncadence:\nhow-met: choir\n---\n# Ben\n"
    )


def test_a_template_that_fails_is_named(vault: Make, cli: Cli) -> None:
    root = vault("=== .vault-crm/templates/person.md.j2\n---\n{{ nothing }}\n---\n")
    before = tree_bytes(root)
    run = cli(TODAY, "new", "Ben")
    assert run.code == 7
    assert ".vault-crm/templates/person.md.j2:2" in run.stderr
    assert tree_bytes(root) == before


def test_twins_by_case_and_accents_encoding_are_the_same_path() -> None:
    nfd = unicodedata.normalize("NFD", "People/ZOË.md")
    vault = Vault(notes={nfd: parse_note(nfd, "", Settings())})
    assert free_path(vault, "People", "Zoë", ()) == "People/Zoë (another).md"
    assert free_path(vault, "People", "Zoë", ("Harbour / Books",)) == "People/Zoë (Harbour - Books).md"
    assert free_path(vault, "", "Zoë", ()) == "Zoë.md"


any_name = (
    st.text(min_size=1, max_size=30)
    .map(lambda t: " ".join(t.split()))
    .filter(lambda t: t and t.isprintable())
)


@hypothesis_settings(max_examples=150, suppress_health_check=[HealthCheck.filter_too_much])
@given(any_name, any_name)
def test_whatever_the_name_the_note_reads_back_as_that_person(name: str, city: str) -> None:
    path = f"People/{safe_stem(name)}.md"
    template = "---\ncadence:\ncity:\n---\n\n## Log\n\n"
    values = with_names(path, name, {"city": city, "cadence": "2 weeks"})
    plan = plan_person(path, template, name, values, Settings())
    assume(is_person(plan, Settings()))  # `new` calls 0001/01/01, a daily note's name, `Person 0001-01-01`
    note = parse_note(path, decode(plan.changes[0].result or b""), Settings())
    assert [d for d in note.diagnostics if d.severity == "error"] == []
    person = assemble({path: note}, Settings()).people[0]
    assert unicodedata.normalize("NFC", person.name) == unicodedata.normalize("NFC", name)
    assert person.text("city") == " ".join(city.split())


def test_what_is_no_note_and_has_the_name_already_is_left_alone(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    (root / "Friends/Ben Okafor.md").mkdir()
    run = cli(TODAY, "new", "Ben Okafor")
    assert run.code == 5
    assert run.stderr == (
        "vault-crm: Friends/Ben Okafor.md: not changed: there is a file of this name already\n"
        "  nothing was written; choose another name, or move that file away\n"
    )


def test_where_no_editor_can_be_opened_nothing_is_made(vault: Callable[[str], Path], cli: Cli) -> None:
    root = vault("=== People/Ana.md\n")
    run = cli("new", "Zoe", "--edit")
    assert run.code == 2
    assert "$EDITOR" in run.stderr
    assert not (root / "People/Zoe.md").exists()
