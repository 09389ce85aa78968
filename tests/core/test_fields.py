"""The table of properties: every spelling of docs/vault-format.md is read, and none means two things."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vault_crm.core.fields import FIELDS
from vault_crm.core.fields import field_of
from vault_crm.core.fields import fold_key
from vault_crm.core.fields import get_field
from vault_crm.core.fields import spell

CONTRACT = Path(__file__).parents[2] / "docs" / "vault-format.md"


def contract_rows() -> dict[str, set[str]]:
    """Canonical name -> other spellings, from the table in section 3 of the contract."""
    section = CONTRACT.read_text(encoding="utf-8").split("## 3. Properties")[1].split("## 4.")[0]
    rows: dict[str, set[str]] = {}
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        names = re.findall(r"`(\w+)`", cells[0]) if line.startswith("| `") else []
        groups = cells[1].split(";") if len(cells) > 1 else []
        for i, name in enumerate(names):
            # one group of spellings a name; tags and aliases share one
            own = groups[i] if len(groups) == len(names) else cells[1]
            rows[name] = {word.strip() for word in own.split(",") if word.strip()}
    return rows


def test_the_table_is_the_contract() -> None:
    rows = contract_rows()
    assert {field.name for field in FIELDS} == set(rows)
    for name, others in rows.items():
        if name in ("tags", "aliases"):
            continue
        assert {fold_key(other) for other in others} - {fold_key(name)} == {
            fold_key(other) for other in get_field(name).also
        } - {fold_key(name)}, name
    both = set(get_field("tags").also) | set(get_field("aliases").also)
    assert both == rows["tags"] == rows["aliases"]


def test_no_spelling_means_two_things() -> None:
    seen: dict[str, str] = {}
    for field in FIELDS:
        for key in (field.name, *field.also):
            assert seen.setdefault(fold_key(key), field.name) == field.name, key


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("last_contact", "last_contact"),
        ("last-contact", "last_contact"),
        ("lastContact", "last_contact"),
        ("Last Contact", "last_contact"),
        ("LAST CONTACTED", "last_contact"),
        ("prm-last-contacted", "last_contact"),
        ("Contact Frequency", "cadence"),
        ("E-Mail", "email"),
        ("tag", "tags"),
        ("alias", "aliases"),
        ("dates", "events"),
        ("date", ""),
        ("zip", ""),
        ("", ""),
    ],
)
def test_any_spelling_is_read(key: str, name: str) -> None:
    assert field_of(key) == name


@pytest.mark.parametrize(
    ("style", "spelled"),
    [
        ("snake", "last_contact"),
        ("kebab", "last-contact"),
        ("camel", "lastContact"),
        ("words", "Last contact"),
    ],
)
def test_a_new_key_is_written_in_the_vaults_style(style: str, spelled: str) -> None:
    assert spell("last_contact", style) == spelled


@pytest.mark.parametrize("style", ["snake", "kebab", "camel", "words"])
@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_what_is_spelled_is_read_again(field: object, style: str) -> None:
    name = field.name  # type: ignore[attr-defined]
    assert field_of(spell(name, style)) == name


def test_every_field_says_what_it_means() -> None:
    for field in FIELDS:
        assert field.doc.endswith("."), field.name
        assert field.example, field.name
