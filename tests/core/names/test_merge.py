"""Two notes about one person become one: nothing that either says is lost, and what is unclear is asked."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import assume
from hypothesis import given
from hypothesis import strategies as st

from tests.core.names.test_rename import SETTINGS
from tests.core.names.test_rename import Files
from tests.core.names.test_rename import applied
from tests.core.names.test_rename import files_of
from tests.core.names.test_rename import vault_of
from tests.vaults import split_vault
from vault_crm.core.intake.keys import email_key
from vault_crm.core.mergenotes import Merging
from vault_crm.core.mergenotes import plan_merge
from vault_crm.core.mergepeople import Differences
from vault_crm.core.mergepeople import Side
from vault_crm.core.model import text_items
from vault_crm.core.note import parse_note
from vault_crm.core.text import decode
from vault_crm.errors import EditRefused

FIRST, SECOND = "People/Ana Martins.md", "People/Ana M.md"


def merge(
    files: Files, keep: dict[str, Side] | None = None, first: str = FIRST, second: str = SECOND
) -> tuple[Merging, Files]:
    vault = vault_of(files)
    people = vault.by_path[first], vault.by_path[second]
    done = plan_merge(vault, *people, files.__getitem__, SETTINGS, keep)
    return done, applied(files, done.plan.changes)


def merged(one: str, other: str, keep: dict[str, Side] | None = None) -> str:
    _, after = merge({FIRST: one.encode(), SECOND: other.encode()}, keep)
    assert list(after) == [FIRST]
    return decode(after[FIRST])


def front(lines: str) -> str:
    return f"---\n{lines}\n---\n"


# properties of the first, of the second, and of the one that is made of both (but for the alias)
FRONTS = {
    "cadence: 3 months": ("city: Porto", "cadence: 3 months\ncity: Porto"),
    "email: a@example.org": ("email: [A@example.org, b@example.org]",
                             "email:\n  - a@example.org\n  - b@example.org"),
    "phone: '+351 555 0134'": ("tel: 00351 555 0134", "phone: '+351 555 0134'"),
    "tags:\n  - friend": ("tags: [client, friend]", "tags:\n  - friend\n  - client"),
    "last_contact: 2026-01-01": ("last_contacted: 2026-02-01", "last_contact: 2026-02-01"),
    "last_contact: 2026-03-01": ("last_contacted: 2026-02-01", "last_contact: 2026-03-01"),
    "met: 2019-05-04": ("first_met: 2018-01-01", "met: 2018-01-01"),
    "birthday: 05-12": ("dob: 1984-05-12", "birthday: 1984-05-12"),
    "cadence: quarterly": ("cadence: 3 months", "cadence: quarterly"),
    "private: false": ("private: true", "private: true"),
    "company: Nordlys AB": ("org: '[[Nordlys]]'", "company: '[[Nordlys]]'"),
    "role:": ("role: editor", "role: editor"),
    "role: editor": ("role: ", "role: editor"),
    "uid: a": ("uid: b", "uid:\n  - a\n  - b"),
    "x: 1 # one": ("y: 2 # two", "x: 1 # one\ny: 2 # two"),
    "email: a@example.org # home": ("email: b@example.org # work",
                                    "email: [a@example.org, b@example.org] # home\n# work"),
    "name: Ana Martins": ("name: A. Martins", "name: Ana Martins"),
}  # fmt: skip


@pytest.mark.parametrize("one", FRONTS)
def test_properties(one: str) -> None:
    other, both = FRONTS[one]
    text = merged(front(one), front(other))
    bare = re.sub(r"aliases:(?:(?:\n  - .*)+| .*)\n", "", text)
    assert sorted(bare.split("\n")) == sorted(front(both).split("\n"))


def test_the_names_of_the_second_become_aliases() -> None:
    text = merged(front("aliases: [Nana]"), front("name: A. Martins\naliases: [nana, ana martins, Annie]"))
    assert text == front("aliases: [Nana, A. Martins, Annie, Ana M]")


CONFLICTS = {
    "company: Nordlys": "company: Harbour",
    "cadence: 3 months": "cadence: 2 weeks",
    "birthday: 1984-05-12": "birthday: 1985-05-12",
    "role: editor": "job: writer",
    "last_contact: soon": "last_contact: 2026-01-01",
    "own: 1": "own: 2",
    "paused: true": "paused: false",
}


@pytest.mark.parametrize("one", CONFLICTS)
def test_what_both_say_differently_is_the_users_to_choose(one: str) -> None:
    other = CONFLICTS[one]
    key = one.partition(":")[0]
    with pytest.raises(Differences) as differences:
        merged(front(one), front(other))
    found = differences.value.found[0]
    assert (found.key, found.first, found.second) == (key, *(t.partition(": ")[2] for t in (one, other)))
    assert (found.first_line, found.second_line) == (2, 2)
    assert merged(front(one), front(other), {key: "first"}).startswith(f"---\n{one}\n")
    assert merged(front(one), front(other), {key: "second"}).startswith(
        f"---\n{key}: {other.partition(': ')[2]}\n"
    )


def test_a_cadence_does_not_push_a_tier_aside() -> None:
    inner, files = "tier: inner circle", {FIRST: front("tier: Inner Circle").encode()}
    settings = replace(SETTINGS, tiers={"inner circle": "2 weeks"})

    def done(cadence: str, keep: dict[str, Side] | None = None) -> str:
        both = files | {SECOND: front(f"cadence: {cadence}").encode()}
        vault = vault_of(both)
        people = vault.by_path[FIRST], vault.by_path[SECOND]
        plan = plan_merge(vault, *people, both.__getitem__, settings, keep).plan
        return decode(applied(both, plan.changes)[FIRST]).casefold()

    for same in ("", "every 2 weeks", "inner circle"):
        assert "cadence" not in done(same)
    with pytest.raises(Differences) as differences:
        done("1 month")
    assert [(d.key, d.first, d.second) for d in differences.value.found] == [
        ("tier", "Inner Circle", "1 month")
    ]
    assert "cadence" not in done("1 month", {"tier": "first"})
    assert f"{inner}\ncadence: 1 month\n" in done("1 month", {"cadence": "second"})


def test_bodies_are_woven_together() -> None:
    done, after = merge(
        files_of("""
            === People/Ana Martins.md
            # Ana Martins

            Met in Porto.

            ## Log

            - 2026-03-14 call
            - 2026-01-01 coffee with [[Ana M]]
            === People/Ana M.md
            # Ana M

            Likes beans.

            ## Log

            - 2026-05-01 mail
            - 2026-03-14 call

            ## From the address book

            > Two
            > lines.
            === n.md
            [[Ana M]] [[ana m|her]] [Ana M](People/Ana%20M.md)
        """)
    )
    assert {path: decode(raw) for path, raw in after.items()} == split_vault("""
        === People/Ana Martins.md
        ---
        aliases:
          - Ana M
        ---
        # Ana Martins

        Met in Porto.

        Likes beans.

        ## Log

        - 2026-05-01 mail
        - 2026-03-14 call
        - 2026-01-01 coffee with [[Ana Martins]]

        ## From the address book

        > Two
        > lines.
        === n.md
        [[Ana Martins]] [[Ana Martins|her]] [Ana Martins](People/Ana%20Martins.md)
    """)
    assert done.links == {"People/Ana Martins.md": 1, "n.md": 3}


def test_a_file_name_in_small_letters_is_not_what_a_reader_reads() -> None:
    """Where a link said a name, the name is still to be read; an embedded note has no words."""
    _, after = merge(
        files_of("""
            === People/Ana Martins.md
            === People/ana.md
            ---
            name: Ana
            ---
            === n.md
            [[Ana Martins]], [[Ana Martins#Log]], [[Ana Martins|her]], ![[Ana Martins]], [[ana martins]]
        """),
        first="People/ana.md",
        second="People/Ana Martins.md",
    )
    assert decode(after["n.md"]) == (
        "[[ana|Ana Martins]], [[ana#Log|Ana Martins]], [[ana|her]], ![[ana]], [[ana]]\n"
    )


def test_links_from_another_folder_go_on_leading_there() -> None:
    _, after = merge(
        files_of("""
            === People/Ana Martins.md
            === People/Work/Ana M.md
            [a](../Ben.md) [b](../../img/x.png) [c](Cleo.md) [[Cleo]] ![d](../../n.md#h) [e](People/Ben.md)
            === People/Work/Cleo.md
            === People/Ben.md
            === n.md
            [[People/Work/Ana M]] [x](People/Work/Ana%20M.md)
        """),
        second="People/Work/Ana M.md",
    )
    assert decode(after[FIRST]).endswith(
        "[a](Ben.md) [b](../img/x.png) [c](Work/Cleo.md) [[Cleo]] ![d](../n.md#h) [e](People/Ben.md)\n"
    )
    assert decode(after["n.md"]) == "[[People/Ana Martins]] [x](People/Ana%20Martins.md)\n"


@pytest.mark.parametrize(
    "odd", ["a: &x 1", "email: &x a@example.org\nb: *x", "<<<<<<< a", "a: [", "email: a\nemail: b"]
)
def test_what_cannot_be_read_is_refused(odd: str) -> None:
    one = front("email: c@example.org")
    for pair in ((one, front(odd)), (front(odd), one)):
        if pair[0] == front("a: &x 1"):
            continue  # nobody needs to touch it
        with pytest.raises(EditRefused):
            merged(*pair)


PROPERTIES = {
    "email": ["a@example.org", "[a@example.org, b@example.org]", "B@example.org # work"],
    "tags": ["[friend]", "\n  - friend\n  - client"],
    "cadence": ["3 months", "quarterly"],
    "last_contact": ["2026-01-01", "2026-02-01"],
    "x": ["1", "'[[Ben]]' # c", "\n  - a\n  # b\n  - c"],
    "aliases": ["[Nana]", "Annie"],
    "phone": ["'+351 555 0134'", "555 0199"],
}
LINES = [
    *(
        "# Ana M",
        "# Ana Martins",
        "Likes beans.",
        "Met in Porto.",
        "## Log",
        "- 2026-01-01 coffee",
        "",
        "> quote",
    ),
    *("- 2026-02-01 call: [[Ben]]", "- 2026-01-01 coffee", "## Notes", "- [ ] task", "```", "code", "a | b"),
    *("### 2026-03-01", "%% c %%", "<!-- x -->", "- item", "  - below"),
]


@st.composite
def notes(draw: st.DrawFn) -> str:
    keys = draw(st.lists(st.sampled_from(sorted(PROPERTIES)), unique=True, max_size=4))
    lines = [f"{key}: {draw(st.sampled_from(PROPERTIES[key]))}" for key in keys]
    head = front("\n".join(draw(st.sampled_from([lines, ["# a comment", *lines]])))) if lines else ""
    body = "\n".join(draw(st.lists(st.sampled_from(LINES), max_size=10)))
    text = head + body + draw(st.sampled_from(["", "\n"]))
    return draw(st.sampled_from(["", "\ufeff"])) + text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


@given(notes(), notes())
def test_nothing_that_either_note_says_is_lost(one: str, other: str) -> None:
    keep: dict[str, Side] = {"x": "first"}
    try:
        text = merged(one, other, keep)
    except EditRefused as refused:
        assume("lost" in refused.reason or "merged" in refused.reason or "never closed" in refused.reason)
        return
    bare = {line.strip().lstrip("\ufeff") for line in text.splitlines()}
    for side in (one, other):
        note, both = (parse_note(FIRST, each, SETTINGS) for each in (side, text))
        for line in side.lstrip("\ufeff").splitlines():
            if line.strip() in LINES and line.strip() and line != "# Ana M":
                assert line.strip() in bare
            if "# " in line and not line.startswith("#"):
                assert line.partition("# ")[2] in text or side is other
        assert {(e.on, e.text) for e in note.log} <= {(e.on, e.text) for e in both.log}
        for prop in note.properties:
            found = both.find(prop.field) if prop.field else None
            if found is None or prop.field in ("cadence", "last_contact"):
                assert any(p.key == prop.key for p in both.properties)
                continue
            there = {email_key(item) or item.casefold() for item in text_items(found.value)}
            assert {email_key(item) or item.casefold() for item in text_items(prop.value)} <= there
