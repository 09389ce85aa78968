"""Names without a link: looking at a note before reading it again changes nothing of what is found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from vault_crm.core.evidence import PlainNames
from vault_crm.core.evidence import words_of
from vault_crm.core.note import parse_note
from vault_crm.core.plainnames import with_plain_names
from vault_crm.core.record import replace
from vault_crm.core.settings import Settings
from vault_crm.core.vault import assemble

SETTINGS = Settings(people=("People/",))
NAMES = ("Ada Lind", "Ada Lind Berg", "Ana Ana", "Zoë O'Neil", "क" + "\u094d" * 31 + " Rao")
PEOPLE = {
    f"People/p{number}.md": f'---\nname: "{name}"\naliases: [Uncle {number}]\n---\n'
    for number, name in enumerate(NAMES)
}
BITS = (
    *NAMES, "Ada", "Lind", "Berg", "Ana", "zoe o’neil's", "Uncle 1", "Uncle", "uncle_2", "[[Ada Lind]]",
    "[[#Ada Lind]]", "[[ Ada Lind]]", "[[|Ada Lind]]", "[[x|Ada Lind]]", "[[", "]]", "\\", "`", "``", "%%",
    "<!--", "-->", "[a](b)", "[Ada](<https://x.example/[[Ada Lind]]>)", "](", " ", " ", " ", "\n", "\n\n",
    "\n- ", "\n> ", "\n# ", "\n    ", "word " * 80, "ß", "✅ 2026-01-02", "- [ ] ", "- [x] ", "\u0301" * 40,
    "\n---\n",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(BITS), max_size=14).map("".join)


@settings(max_examples=200)
@given(st.lists(TEXTS, min_size=1, max_size=3))
def test_a_glance_overlooks_nobody(texts: list[str]) -> None:
    notes = {f"Daily/2026-01-0{number}.md": text for number, text in enumerate(texts, 1)} | PEOPLE
    vault = assemble({p: parse_note(p, text, SETTINGS) for p, text in notes.items()}, SETTINGS)
    keeping = replace(SETTINGS, plain_names=True)
    read = {p: parse_note(p, text, keeping) for p, text in notes.items()}
    expected = {person.path: person.evidence for person in assemble(read, SETTINGS).people}
    found = with_plain_names(vault, lambda path: notes[path].encode(), SETTINGS)
    assert {person.path: person.evidence for person in found.people} == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ada met Ben", ["ada", "met", "ben"]),
        ("Zoë O'Neil's 'new' flat_mate: 2 m²!", ["zoe", "o'neil", "new", "flat", "mate", "2", "m2"]),
        ("' '' _ ", []),
        ("日本-語", ["日本", "語"]),
    ],
)
def test_words_are_letters_digits_and_apostrophes(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_the_longest_name_is_found_however_many_begin_alike() -> None:
    notes = {
        f"People/{name}.md": parse_note(f"People/{name}.md", "", SETTINGS)
        for name in ("Ada Lind", "Ada Lind Berg", "Ada Bo", *(f"Ada {chr(97 + n)}x" for n in range(20)))
    }
    names = PlainNames(assemble(notes, SETTINGS).people)
    assert names.find("Ada Lind Berg, Ada bo and ada lind") == tuple(
        f"People/{name}.md" for name in ("Ada Lind Berg", "Ada Bo", "Ada Lind")
    )
    assert names.find("Ada Ada Lind") == ("People/Ada Lind.md",)
    assert names.find("ada") == ()
