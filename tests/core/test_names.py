"""Whom a name means, and safe file names."""

from __future__ import annotations

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.made import person
from tests.core.made import vault
from vault_crm.core.model import Person
from vault_crm.core.model import Vault
from vault_crm.core.names import find_people
from vault_crm.core.names import fold
from vault_crm.core.names import safe_stem
from vault_crm.core.names import take_names
from vault_crm.errors import AmbiguousPerson
from vault_crm.errors import NoSuchPerson


@pytest.fixture
def friends() -> Vault:
    return vault(
        person("Ana María Sousa", aliases=("Anita", "Mrs. Sousa")),
        person("Ana Brandt"),
        person("Ben Okafor", aliases=("Benny",)),
        person("Zoë Łódzka-Weiß"),
        person("Tomasz Wilk", path="People/twilk.md"),
        person("Mara Lindqvist"),
        person("María Lindqvist"),
        person("Noor El-Amin", path="Work/noor el-amin.md"),
        person("Jonas Weidner", gone=True),
        person("Jonah Weidner"),
        person("Sam", path="People/Sam.md"),
        person("Sam", path="Work/Sam.md"),
        person("山田 太郎"),
        person("Дмитрий Орлов"),
    )


def names(people: tuple[Person, ...]) -> list[str]:
    return [p.name for p in people]


FOUND = [
    # what is typed, who is found
    ("Ben Okafor", ["Ben Okafor"]),
    ("ben", ["Ben Okafor"]),
    ("BENNY", ["Ben Okafor"]),
    ("anita", ["Ana María Sousa"]),
    ("ana maria sousa", ["Ana María Sousa"]),
    ("sousa ana", ["Ana María Sousa"]),
    ("an so", ["Ana María Sousa"]),
    ("ana", ["Ana Brandt", "Ana María Sousa"]),
    ("zoe", ["Zoë Łódzka-Weiß"]),
    ("lodzka", ["Zoë Łódzka-Weiß"]),
    ("weiss", ["Zoë Łódzka-Weiß"]),
    ("twilk", ["Tomasz Wilk"]),
    ("okaf", ["Ben Okafor"]),
    ("kafor", ["Ben Okafor"]),
    ("amin", ["Noor El-Amin"]),
    ("mara lindqvist", ["Mara Lindqvist"]),
    ("maría", ["Ana María Sousa", "María Lindqvist"]),
    ("People/twilk.md", ["Tomasz Wilk"]),
    ("./People/twilk", ["Tomasz Wilk"]),
    ("People/Sam.md", ["Sam"]),
    ("sam", ["Sam", "Sam"]),
    ("太郎", ["山田 太郎"]),
    ("дмитрии", ["Дмитрий Орлов"]),
    ("  ben   okafor ", ["Ben Okafor"]),
]


@pytest.mark.parametrize(("typed", "expected"), FOUND)
def test_whom_a_name_means(friends: Vault, typed: str, expected: list[str]) -> None:
    match = find_people(friends, typed)
    assert sorted(names(match.people)) == sorted(expected)
    assert not match.typo


TYPOS = [
    ("Tomaz Wilk", "Tomasz Wilk"),
    ("okafro", "Ben Okafor"),
    ("lindqwist mara", None),
    ("Beny", "Ben Okafor"),
]


@pytest.mark.parametrize(("typed", "expected"), TYPOS)
def test_a_typo_is_said(friends: Vault, typed: str, expected: str | None) -> None:
    match = find_people(friends, typed)
    assert names(match.people) == ([expected] if expected else [])
    assert match.typo is (expected is not None)


def test_an_exact_name_beats_a_part() -> None:
    people = vault(person("Ann"), person("Anna"), person("Ann-Kathrin"))
    assert names(find_people(people, "ann").people) == ["Ann"]
    assert find_people(people, "ann").exact
    assert names(find_people(people, "ann k").people) == ["Ann-Kathrin"]
    assert names(find_people(people, "an").people) == ["Ann", "Ann-Kathrin", "Anna"]


def test_a_name_as_it_is_written_beats_one_without_its_accents() -> None:
    people = vault(person("Ana"), person("Aña"))
    assert names(find_people(people, "Aña").people) == ["Aña"]
    assert names(find_people(people, "ANA").people) == ["Ana", "Aña"]


def test_who_is_gone_is_a_typo_only_for_want_of_others(friends: Vault) -> None:
    assert names(find_people(friends, "Jonax Weidner").people) == ["Jonah Weidner"]
    assert names(find_people(friends, "jonas").people) == ["Jonas Weidner"]


def test_nobody_near() -> None:
    match = find_people(vault(person("Ana Brandt"), person("Ben Okafor")), "Ada Brand")
    assert match.typo or match.near == ("Ana Brandt",)
    assert find_people(vault(person("Ana")), "xyzzy").near == ()
    assert find_people(vault(), "Ana").people == ()
    assert find_people(vault(person("Ana")), "").people == ()


TAKEN = [
    (["Ana", "María", "Sousa", "Ben"], ["Ana María Sousa", "Ben Okafor"]),
    (["ben", "ana", "brandt", "zoe"], ["Ben Okafor", "Ana Brandt", "Zoë Łódzka-Weiß"]),
    (["ben okafor", "mara lindqvist"], ["Ben Okafor", "Mara Lindqvist"]),
    (["Noor", "El-Amin"], ["Noor El-Amin"]),
    (["Work/noor", "el-amin.md", "ben"], ["Noor El-Amin", "Ben Okafor"]),
    (["山田", "太郎"], ["山田 太郎"]),
]


@pytest.mark.parametrize(("words", "expected"), TAKEN)
def test_words_that_are_one_name_are_taken_together(
    friends: Vault, words: list[str], expected: list[str]
) -> None:
    assert [m.people[0].name for m in take_names(friends, words)] == expected


def test_the_longest_name_is_taken_first() -> None:
    people = vault(person("Mary Jane"), person("Jane van Dyke"), person("Mary Ellen"))
    matches = take_names(people, ["Mary Ellen", "Jane", "van", "Dyke"])
    assert [m.name for m in matches] == ["Mary Ellen", "Jane van Dyke"]


def test_an_argument_with_a_space_is_a_name_of_its_own() -> None:
    people = vault(person("Ana Sousa Lima"), person("Ana Sousa"), person("Lima"))
    assert [m.name for m in take_names(people, ["Ana Sousa", "Lima"])] == ["Ana Sousa", "Lima"]
    assert [m.name for m in take_names(people, ["Ana", "Sousa", "Lima"])] == ["Ana Sousa Lima"]


def test_all_or_none(friends: Vault) -> None:
    with pytest.raises(AmbiguousPerson) as several:
        take_names(friends, ["ben", "ana"])
    assert several.value.candidates == (
        ("Ana Brandt", "People/Ana Brandt.md"),
        ("Ana María Sousa", "People/Ana María Sousa.md"),
    )
    with pytest.raises(NoSuchPerson):
        take_names(friends, ["ben", "qwertz"])


# -- fold


FOLDS = [
    ("Zoë", "zoe"), ("STRASSE", "straße"), ("Łódź", "lodz"), ("Ærø", "aero"), ("İstanbul", "ıstanbul"),
    ("Ａｎａ", "ana"), ("ﬁn", "fin"), ("O’Neil", "o'neil"), ("a\u200bna", "ana"), ("Zoe\u0308", "Zoë"),
    ("  a \u00a0 b ", "a b"), ("שָׁלוֹם", "שלום"), ("Ёлка", "елка"), ("Đặng", "dang"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), FOLDS)
def test_folded_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("が", "か"), ("हिन्दी", "हनद"), ("กี่", "ก"), ("Ana", "Ann")])
def test_letters_of_a_script_are_kept(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text())
def test_fold_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_fold_knows_no_case_and_no_form(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


# -- file names


STEMS = [
    ("Ana Sousa", "Ana Sousa"),
    ("Zoe\u0308", "Zoë"),
    ("a/b", "a-b"),
    ("..", "Unnamed"),
    ("", "Unnamed"),
    ("-rf", "rf"),
    ("CON", "CON_"),
    ("nul.txt", "nul_.txt"),
    ("COM¹", "COM¹_"),
    ("[x]", "(x)"),
    ("What? #1 ^a", "What 1 a"),
    ("50%%", "50%"),
    ("Dr. Who.", "Dr. Who"),
    ("\u202eevil\x00\n", "evil"),
    ('Ana "Nana" Sousa', "Ana 'Nana' Sousa"),
    ("../../etc/passwd", "etc-passwd"),
    ("👩‍🚀 Eva", "👩🚀 Eva"),
    ("Ana.md", "Ana"),
]


@pytest.mark.parametrize(("name", "stem"), STEMS)
def test_safe_stems(name: str, stem: str) -> None:
    assert safe_stem(name) == stem


nasty = st.text(st.one_of(st.characters(), st.sampled_from('/\\:*?"<>|#^[]%. -~conulCOM1¹md')), max_size=300)


@given(nasty)
def test_a_safe_stem_is_a_legal_name_everywhere(name: str) -> None:
    stem = safe_stem(name)
    assert safe_stem(stem) == stem
    assert 0 < len(stem.encode("utf-8")) <= 200
    assert unicodedata.normalize("NFC", stem) == stem
    assert not set(stem) & set('/\\:*?"<>|#^[]')
    assert "%%" not in stem
    assert stem == stem.strip(" .")
    assert stem[0] not in "-~"
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs") for char in stem)
    assert stem.split(".")[0].casefold() not in {"con", "prn", "aux", "nul", "com1", "lpt9", "com¹"}
    assert not stem.lower().endswith(".md")


def test_names_are_light_to_import() -> None:
    code = "import sys, vault_crm.core.names; print('difflib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
