"""Who is to be forgotten is found in other notes, and taken out of them without anything else changing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault_crm.core.forget import Traces
from vault_crm.core.forget import find_mentions
from vault_crm.core.forget import redact
from vault_crm.core.forget import tells_of
from vault_crm.core.forget import traces_of
from vault_crm.core.note import parse_note
from vault_crm.core.settings import Settings
from vault_crm.core.vault import assemble
from vault_crm.errors import EditRefused

SETTINGS = Settings()
LUCIA = "---\nname: Lucía Ferrer\naliases: [Lu, Lucía F. Ruiz]\nemail: [lu@example.org]\n---\n"
OTHERS = {
    "People/lucia.md": LUCIA,
    "People/May.md": "---\ncadence: monthly\n---\n",
    "People/Lucía Ferrer Soler.md": "---\ncadence: monthly\n---\n",
    "People/Ana One.md": "---\nname: Ana Sousa\n---\n",
    "People/Ana Two.md": "---\nname: Ana Sousa\n---\n",
    "People/田中.md": "---\ncadence: monthly\n---\n",
    "Trips/Porto with Lucía Ferrer.md": "x\n",
}
VAULT = assemble({path: parse_note(path, text, SETTINGS) for path, text in OTHERS.items()}, SETTINGS)


def of(path: str) -> Traces:
    return traces_of(VAULT.by_path[path], VAULT)


TRACES = of("People/lucia.md")


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("[[lucia]] rang", "someone rang"),
        ("[[Lucía Ferrer|Lu]]'s flat", "someone's flat"),
        ("![[People/lucia#Log]] [x](People/lucia.md) <!-- no -->", "someone someone <!-- no -->"),
        ("LUCIA FERRER and Lucía  Ferrer, Luci\u0301a Ferrer", "someone and someone, someone"),
        ("Lucía F. Ruiz moved", "someone moved"),
        ("with Lucía\nFerrer, on foot", "with someone\n, on foot"),
        ("> with Lucía\r\n  Ferrer", "> with someone\r\n  someone"),
        ("`Lucía Ferrer`", "`someone`"),
        ("## Call with Lucía Ferrer", "## Call with someone"),
        ("---\nwho: 'Lucía Ferrer' # hm\n---\n", "---\nwho: 'someone' # hm\n---\n"),
        (
            '---\nwho: [[lucia]]\nand: ["[[lucia|Lu]]", b]\n---\n',
            '---\nwho: someone\nand: ["someone", b]\n---\n',
        ),
        ("- 2026-01-02 call: [[lucia]] says hi", "- 2026-01-02 call: someone says hi"),
    ],
)
def test_what_is_taken_out(text: str, without: str) -> None:
    assert redact("note.md", text, TRACES, SETTINGS) == without
    assert find_mentions("note.md", text, TRACES)
    assert tells_of("note.md", text, TRACES)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Lu rang", "other name"),
        ("see [[Porto with Lucía Ferrer]]", "other name"),
        ("https://example.org/Lucía%20Ferrer?x=Lucía", ""),
        ("lu@example.org, LU@example.org", "address"),
        ("the file lucia", "other name"),
        ("Lucía Ferrer Soler rang", "other name"),
        ("lu, Luc, Lucía", ""),
        ("Lucía Ferrers", ""),
        ("[[nobody]]", ""),
    ],
)
def test_what_stays(text: str, what: str) -> None:
    assert redact("note.md", text, TRACES, SETTINGS) == text
    assert [mention.what for mention in find_mentions("note.md", text, TRACES)] == ([what] if what else [])


def test_each_line_is_listed_once_by_what_is_plainest() -> None:
    text = "---\nx: 1\n---\nLu and [[lucia]]\nnothing\nLu, Lucía Ferrer\nlu@example.org\n"
    found = find_mentions("note.md", text, TRACES)
    assert [(m.line, m.what, m.text) for m in found] == [
        (4, "link", "Lu and [[lucia]]"),
        (6, "name", "Lu, Lucía Ferrer"),
        (7, "address", "lu@example.org"),
    ]


def test_a_word_of_the_language_is_a_name_only_as_written() -> None:
    may = of("People/May.md")
    text = "May may come in Mayfair, says [[May]]"
    assert redact("n.md", text, may, SETTINGS) == "someone may come in Mayfair, says someone"


def test_a_name_that_somebody_else_bears_stays() -> None:
    ana = of("People/Ana One.md")
    assert ana.shared == ("Ana Sousa",)
    text = "[[Ana One]] and [[Ana Two]], [[Ana Sousa]], Ana Sousa"
    assert redact("n.md", text, ana, SETTINGS) == "someone and [[Ana Two]], [[Ana Sousa]], Ana Sousa"
    assert [m.what for m in find_mentions("n.md", "\n[[Ana Sousa]]\nAna Sousa", ana)] == [
        "link",
        "other name",
    ]


def test_a_script_without_spaces() -> None:
    assert redact("n.md", "昨日田中と話した", of("People/田中.md"), SETTINGS) == "昨日someoneと話した"


@pytest.mark.parametrize(
    "text",
    [
        "---\nLucía Ferrer: friend\n---\n",
        "---\na: &x Lucía Ferrer\nLucía Ferrer: *x\n---\n",
    ],
)
def test_where_more_would_change_it_is_refused(text: str) -> None:
    with pytest.raises(EditRefused):
        redact("note.md", text, TRACES, SETTINGS)


_PIECES = st.sampled_from([
    "Lucía Ferrer", "lucia ferrer", "[[lucia]]", "[[Lucía Ferrer|x]]", "[a](People/lucia.md)", "![[lucia]]",
    "[[", "]]", "`", "```\n", "<!--", "-->", "%%", "\n", "\n\n", "\r\n", "---\n", "a: ", "- ", "- [ ] ", "> ",
    "## Log\n", "    ", "- 2026-01-02 ", ": ", '"', "'", "#", "|", "[", "](", ")", "x", " ", "Lu", "Lucía",
    "Ferrer", "2026-01-02", "*", "&",
])  # fmt: skip


@given(st.lists(_PIECES, max_size=14).map("".join), st.booleans())
def test_whatever_the_text_only_words_go(text: str, person: bool) -> None:
    path = "People/other.md" if person else "Daily/2026-01-05.md"
    try:
        new = redact(path, text, TRACES, SETTINGS)
    except EditRefused:
        return
    assert new.count("\n") == text.count("\n")
    was, now = parse_note(path, text, SETTINGS), parse_note(path, new, SETTINGS)
    assert [p.key for p in was.properties] == [p.key for p in now.properties]
    assert [i.on for i in was.log] == [i.on for i in now.log]
    assert redact(path, new, TRACES, SETTINGS) == new
    if new == text:
        assert not any(m.what == "name" for m in find_mentions(path, text, TRACES))
