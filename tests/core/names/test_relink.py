"""Changing links: exactly their characters, in every way in which a link can be written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault_crm.core.linkspots import Spot
from vault_crm.core.linkspots import find_spots
from vault_crm.core.relink import Relinked
from vault_crm.core.relink import Retarget
from vault_crm.core.relink import Unlink
from vault_crm.core.relink import relink
from vault_crm.errors import EditRefused

OLD, NEW = "Ana Sousa", "Ana Martins"


def renamed(text: str, new: str = NEW) -> str:
    def rewrite(spot: Spot) -> Retarget | None:
        if OLD not in spot.target:
            return None
        shown = new if spot.shown_at >= 0 and spot.shown == OLD else None
        return Retarget(spot.target.replace(OLD, new), shown)

    return relink("Notes/a.md", text, rewrite).text


def without(text: str) -> Relinked:
    return relink("Notes/a.md", text, lambda spot: Unlink("someone") if OLD in spot.target else None)


# a line before, and after the name has changed
BODY = {
    "[[Ana Sousa]]": "[[Ana Martins]]",
    "[[Ana Sousa|her]] and ![[Ana Sousa]]": "[[Ana Martins|her]] and ![[Ana Martins]]",
    "[[Ana Sousa#Log]] [[Ana Sousa#^a1|x]]": "[[Ana Martins#Log]] [[Ana Martins#^a1|x]]",
    "[[ People/Ana Sousa.md |her]]": "[[ People/Ana Martins.md |her]]",
    "| [[Ana Sousa\\|her]] | b |": "| [[Ana Martins\\|her]] | b |",
    "[her](People/Ana%20Sousa.md)": "[her](People/Ana%20Martins.md)",
    '[Ana Sousa](../People/Ana%20Sousa.md#log "t")': '[Ana Martins](../People/Ana%20Martins.md#log "t")',
    "[her](<Ana Sousa>) ![[Ana Sousa.md]]": "[her](<Ana Martins>) ![[Ana Martins.md]]",
    "[![x](x.png)](Ana%20Sousa.md)": "[![x](x.png)](Ana%20Martins.md)",
    "[a [b] c](Ana%20Sousa.md)": "[a [b] c](Ana%20Martins.md)",
    "[ana]: People/Ana%20Sousa.md 'her'": "[ana]: People/Ana%20Martins.md 'her'",
    "> quoted [[Ana Sousa]]": "> quoted [[Ana Martins]]",
    "# with [[Ana Sousa]]": "# with [[Ana Martins]]",
    "- [ ] ask [[Ana Sousa]] `[[Ana Sousa]]`": "- [ ] ask [[Ana Martins]] `[[Ana Sousa]]`",
    "[[Ana Sousa]] <!-- [[Ana Sousa]] --> %%[[Ana Sousa]]%%":
        "[[Ana Martins]] <!-- [[Ana Sousa]] --> %%[[Ana Sousa]]%%",
}  # fmt: skip
STAYS = (
    "Ana Sousa", "`[[Ana Sousa]]`", "\\[[Ana Sousa]]", "    [[Ana Sousa]]", "[[Ana Sousa", "[[#Ana Sousa]]",
    "[x](https://example.org/Ana%20Sousa.md)", "[x](#Ana%20Sousa)", "[^1]: Ana%20Sousa.md", "[x] (Ana Sousa)",
    "```\n[[Ana Sousa]]\n```", "%%\n[[Ana Sousa]]\n%%",
)  # fmt: skip
FRONT = {
    'a: "[[Ana Sousa]]"': 'a: "[[Ana Martins]]"',
    "a: '[[Ana Sousa|it''s her]]'": "a: '[[Ana Martins|it''s her]]'",
    "a: [[Ana Sousa]] # [[Ana Sousa]]": "a: [[Ana Martins]] # [[Ana Sousa]]",
    "a: [[[Ana Sousa]], [[Ben]]]": "a: [[[Ana Martins]], [[Ben]]]",
    "a:\n  - [[Ana Sousa]]\n  - '[[Ben]]'": "a:\n  - [[Ana Martins]]\n  - '[[Ben]]'",
    'a: ["[[Ana Sousa]]", [[Ana Sousa#x]]]': 'a: ["[[Ana Martins]]", [[Ana Martins#x]]]',
    "a: met [[Ana Sousa]] there": "a: met [[Ana Martins]] there",
    "a: |\n  x [[Ana Sousa]]\n  y": "a: |\n  x [[Ana Martins]]\n  y",
    "a: {b: '[[Ana Sousa]]'}": "a: {b: '[[Ana Martins]]'}",
    'a: "\\"[[Ana Sousa]]\\" [x](Ana%20Sousa.md)"': 'a: "\\"[[Ana Martins]]\\" [x](Ana%20Martins.md)"',
}


@pytest.mark.parametrize("before", BODY)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_in_the_body(before: str, newline: str) -> None:
    around = "---{0}x: 1{0}---{0}\ufefffirst{0}{0}{1}{0}{0}last [[Ben]]"
    assert renamed(around.format(newline, before)) == around.format(newline, BODY[before])


@pytest.mark.parametrize("text", STAYS)
def test_what_is_no_link_to_a_note_stays(text: str) -> None:
    assert renamed(f"a\n\n{text}\n") == f"a\n\n{text}\n"


@pytest.mark.parametrize("before", FRONT)
def test_in_properties(before: str) -> None:
    around = "---\n# [[Ana Sousa]]\nk: v\n{}\nz: 'w'\n---\nbody"
    assert renamed(around.format(before)) == around.format(FRONT[before])


def test_a_name_that_needs_quotes_gets_them_where_it_stands() -> None:
    text = (
        "---\na: [[Ana Sousa]]\nb: '[[Ana Sousa]]'\n---\n[x](Ana%20Sousa.md) [[Ana Sousa]] [y](<Ana Sousa>)\n"
    )
    assert renamed(text, "Seán: O'Brien (x), 5%") == (
        "---\na: \"[[Seán: O'Brien (x), 5%]]\"\nb: '[[Seán: O''Brien (x), 5%]]'\n---\n"
        "[x](Seán%3A%20O%27Brien%20%28x%29,%205%25.md) [[Seán: O'Brien (x), 5%]] "
        "[y](<Seán: O'Brien (x), 5%25>)\n"
    )


def test_letters_beyond_ascii_are_encoded_as_the_link_had_them() -> None:
    assert renamed("[x](Jos%C3%A9/Ana%20Sousa.md)", "Zoë").endswith("Zo%C3%AB.md)")
    assert renamed("[x](José/Ana%20Sousa.md)", "Zoë").endswith("José/Zoë.md)")


def test_a_link_becomes_words() -> None:
    text = (
        "---\na: [[Ana Sousa]]\nb: ['[[Ana Sousa]]', [[Ben]]]\n---\n"
        "Saw [[Ana Sousa|her]] [and [[Ana Sousa]] too](Ana%20Sousa.md).\n[a]: Ana%20Sousa.md\n"
    )
    found = without(text)
    assert found.text == (
        "---\na: someone\nb: ['someone', [[Ben]]]\n---\nSaw someone someone.\n[a]: #\n"
    )  # fmt: skip
    assert OLD not in found.text


@pytest.mark.parametrize("words", ["> x", "%%", "<!--", "[[Ben]]", "# x"])
def test_words_that_would_mean_something_else_are_refused(words: str) -> None:
    with pytest.raises(EditRefused) as refused:
        relink("a.md", "a\n\n[[Ana Sousa]]\n\n`b` %% --> c\n", lambda _: Unlink(words))
    assert refused.value.line == 3


@pytest.mark.parametrize("target", ["a]]b", "a|b", "a#b", "a\nb", "%%"])
def test_a_target_that_no_wikilink_can_say_is_refused(target: str) -> None:
    with pytest.raises(EditRefused):
        relink("a.md", "[[Ana Sousa]]", lambda _: Retarget(target))


def test_frontmatter_that_cannot_be_read_is_named_and_the_body_is_changed() -> None:
    text = "---\na: [[Ana Sousa]\nb: *x\n---\n[[Ana Sousa]]\n"
    found = relink("a.md", text, lambda _: Retarget(NEW))
    assert found.text == "---\na: [[Ana Sousa]\nb: *x\n---\n[[Ana Martins]]\n"
    assert found.left.startswith("a.md:")


SIGNS = "--- \n \r\n ` `` [[ ]] ]( ) | <!-- --> %% > - # \\ a: \" ' [ \ufeff \udc80 é"
PIECES = st.sampled_from([*BODY, *STAYS, *FRONT, *SIGNS.split(" ")])
TEXTS = st.lists(PIECES, max_size=14).flatmap(
    lambda parts: st.sampled_from(["", "\n", " "]).map(lambda gap: gap.join(parts))
)


@given(TEXTS)
def test_every_link_can_be_changed_and_changed_back(text: str) -> None:
    spots = find_spots(text).spots
    for spot in spots:
        assert text[spot.start : spot.end] == spot.source
        assert spot.start <= spot.at <= spot.at_end <= spot.end
    try:
        changed = relink("a.md", text, lambda spot: Retarget(spot.target + "x"))
    except EditRefused as refused:
        if "no wikilink can say" in refused.reason:
            return  # nor should it ever have said that
        raise
    back = relink("a.md", changed.text, lambda spot: Retarget(spot.target[:-1]))
    assert len(back.changed) == len(changed.changed) == len(spots)
    same = [spot.target for spot in find_spots(back.text).spots]
    assert same == [spot.target for spot in spots]


@given(TEXTS)
def test_a_link_that_goes_takes_nothing_with_it(text: str) -> None:
    try:
        found = without(text)
    except EditRefused:
        return  # with that word instead, the lines around would read otherwise
    assert not any(OLD in spot.target for spot in find_spots(found.text).spots)
    # those that stood in the words of one that went have gone with it
    rest = iter([spot.target for spot in find_spots(text).spots if OLD not in spot.target])
    assert all(spot.target in rest for spot in find_spots(found.text).spots)
