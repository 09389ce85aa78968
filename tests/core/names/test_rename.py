"""A person gets another name: no link may mean anybody else afterwards, and nothing else may change."""

from __future__ import annotations

import unicodedata
from functools import partial
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vaults import split_vault
from vault_crm.core.linkspots import find_spots
from vault_crm.core.model import Value
from vault_crm.core.model import Vault
from vault_crm.core.note import parse_note
from vault_crm.core.plan import FileChange
from vault_crm.core.rename import Renaming
from vault_crm.core.rename import plan_rename
from vault_crm.core.settings import Settings
from vault_crm.core.text import decode
from vault_crm.core.text import encode
from vault_crm.core.vault import assemble
from vault_crm.core.vault import resolver_of
from vault_crm.errors import EditRefused
from vault_crm.errors import UsageError

SETTINGS = Settings()
Files = dict[str, bytes]


def vault_of(files: Files) -> Vault:
    notes = {path: parse_note(path, decode(raw), SETTINGS) for path, raw in sorted(files.items())}
    return assemble(notes, SETTINGS)


def rename(files: Files, path: str, new: str, alias: bool = True) -> tuple[Renaming, Files]:
    vault = vault_of(files)
    done = plan_rename(vault, vault.by_path[path], new, files.__getitem__, SETTINGS, alias)
    return done, applied(files, done.plan.changes)


def applied(files: Files, changes: tuple[FileChange, ...]) -> Files:
    after = dict(files)
    for change in changes:
        assert after.get(change.path) == change.base
        if change.result is None:
            del after[change.path]
        else:
            after[change.path] = change.result
    return after


def files_of(text: str) -> Files:
    return {path: encode(content) for path, content in split_vault(text).items()}


def test_note_links_and_alias() -> None:
    done, after = rename(
        files_of("""
            === People/Ana Sousa.md
            ---
            cadence: 3 weeks
            aliases: [Nana]
            ---
            # Ana Sousa
            See [[Ana Sousa#Log]].
            === Daily/2026-11-01.md
            Lunch with [[Ana Sousa]], [[Nana]] and [her](../People/Ana%20Sousa.md).
            === Daily/2026-11-02.md
            Nobody.
        """),
        "People/Ana Sousa.md",
        "Ana Martins",
    )
    assert {path: decode(raw) for path, raw in after.items()} == split_vault("""
        === People/Ana Martins.md
        ---
        cadence: 3 weeks
        aliases: [Nana, Ana Sousa]
        ---
        # Ana Sousa
        See [[Ana Martins#Log]].
        === Daily/2026-11-01.md
        Lunch with [[Ana Martins]], [[Nana]] and [her](../People/Ana%20Martins.md).
        === Daily/2026-11-02.md
        Nobody.
    """)
    assert done.links == {"People/Ana Martins.md": 1, "Daily/2026-11-01.md": 2}
    assert done.plan.notes == ("People/Ana Martins.md:5: the heading still says Ana Sousa",)


@pytest.mark.parametrize(
    ("stem", "front", "new", "path", "said"),
    [
        ("ana-sousa", "name: Ana Sousa", "Ana Roça", "ana-roca", "name: Ana Roça\naliases: [Ana Sousa]"),
        ("ana_sousa", "name: Ana Sousa", "Ben O'Hara", "ben_ohara", "name: Ben O'Hara\naliases: [Ana Sousa]"),
        ("Ana Sousa (Acme)", "name: Ana Sousa", "Ana M", "Ana M (Acme)", "name: Ana M\naliases: [Ana Sousa]"),
        ("Ana Sousa", "aliases: [Ana Martins]", "Ana Martins", "Ana Martins", "aliases: [Ana Sousa]"),
        ("ana sousa", "x: 1", "Ana Sousa", "Ana Sousa", "x: 1"),
        ("20260314", "title: Ana", "Ana M", "20260314", "title: Ana\naliases: [Ana M, Ana]\nname: Ana M"),
        ("Ana Sousa", "name: Ana Sousa", "Who? AC/DC", "Who AC-DC", "name: Who? AC/DC\naliases: [Ana Sousa]"),
        ("Ana", "x: 1", "AC/DC", "AC-DC", "x: 1\nname: AC/DC\naliases: [AC/DC, Ana]"),
    ],
)  # fmt: skip
def test_what_the_file_and_its_properties_say(stem: str, front: str, new: str, path: str, said: str) -> None:
    files = {f"People/{stem}.md": f"---\n{front}\n---\n".encode()}
    _, after = rename(files, f"People/{stem}.md", new)
    there, raw = next(iter(after.items()))
    assert there == f"People/{path}.md"
    assert _values(decode(raw)) == _values(f"---\n{said}\n---\n")
    assert vault_of(after).people[0].name == new


def _values(text: str) -> dict[str, Value]:
    properties = parse_note("People/x.md", text, SETTINGS).properties
    return {prop.key: prop.value for prop in properties}


def test_a_taken_or_impossible_name_is_refused() -> None:
    files = files_of("""
        === People/Ana.md
        === People/Ben.md
        === Ben Okafor.md
        === People/ben okafor (x).md
    """)
    for new, error in {
        "Ben": EditRefused, "BEN": EditRefused, "Ana": EditRefused, " ": UsageError, "a\x1bb": UsageError,
        "2026-11-01": EditRefused,
    }.items():  # fmt: skip
        with pytest.raises(error):
            rename(files, "People/Ana.md", new)


def test_without_an_alias_no_link_is_left_behind() -> None:
    files = files_of("""
        === People/ana-sousa.md
        ---
        name: Ana Sousa
        ---
        === Daily/2026-11-01.md
        [[Ana Sousa]] [[ana-sousa|Ana]] [Ana Sousa](../People/ana-sousa.md)
    """)
    _, after = rename(files, "People/ana-sousa.md", "Ana Martins", alias=False)
    assert decode(after["Daily/2026-11-01.md"]) == (
        "[[Ana Martins]] [[ana-martins|Ana]] [Ana Martins](../People/ana-martins.md)\n"
    )
    assert decode(after["People/ana-martins.md"]) == "---\nname: Ana Martins\n---\n"


def test_ambiguous_links_are_left_alone_and_named() -> None:
    files = files_of("""
        === People/Ana.md
        === Old/People/Ana.md
        === x/n.md
        [[Ana]] [[People/Ana]] [[Old/People/Ana]]
    """)
    done, after = rename(files, "People/Ana.md", "Ana Martins")
    assert decode(after["x/n.md"]) == "[[Ana]] [[People/Ana Martins]] [[Old/People/Ana]]\n"
    assert done.plan.notes == ("x/n.md:1: [[Ana]] could mean several notes; left as it is",)


def test_nobody_elses_links_change_their_meaning() -> None:
    files = files_of("""
        === People/Ana.md
        === Work/Ana Martins.md
        === People/Ben.md
        ---
        aliases: [Annie]
        ---
        === n.md
        [[Ana]] [[Ana Martins]] [[Annie]] [x](Work/Ana%20Martins.md) [[Ana Martins#h|the other]]
    """)
    _, after = rename(files, "People/Ana.md", "Ana Martins")
    assert decode(after["n.md"]) == (
        "[[People/Ana Martins|Ana Martins]] [[Work/Ana Martins|Ana Martins]] [[Annie]]"
        " [x](Work/Ana%20Martins.md) [[Work/Ana Martins#h|the other]]\n"
    )
    _, after = rename(files, "People/Ana.md", "Annie")
    assert decode(after["n.md"]).startswith("[[Annie]] [[Ana Martins]] [[People/Ben|Annie]] ")


@pytest.mark.parametrize(
    ("old", "new", "stem"),
    [
        (
            "Ann-Marie",
            "Ann Marie Blom",
            "Ann Marie Blom",
        ),  # the name is the file's: no program made this hyphen
        ("Ana", "A/B Martins", "A-B Martins"),
        ("Ana", "Ana Martins, Jr.", "Ana Martins, Jr"),
    ],
)
def test_a_link_says_the_file_s_name_where_nothing_else_was_one(old: str, new: str, stem: str) -> None:
    """Obsidian knows no aliases: `[[A/B Martins]]` would lead to a note that is not there."""
    files = {f"People/{old}.md": b"", "Notes/n.md": encode(f"[[{old}]] [[{old}|she]] [[{old}|{old}]]\n")}
    _, after = rename(files, f"People/{old}.md", new)
    assert f"People/{stem}.md" in after
    assert decode(after["Notes/n.md"]) == f"[[{stem}]] [[{stem}|she]] [[{stem}|{new}]]\n"


NAMES = ["Ana", "ana", "Ana Sousa", "ana-sousa", "Ben", "José", "Ana Martins", "Юлия", "O'Brien", "A, B"]
FOLDERS = ["", "People/", "People/Work/", "Notes/"]
PATHS = st.builds(lambda folder, name: f"{folder}{name}.md", st.sampled_from(FOLDERS), st.sampled_from(NAMES))
SPELLED = st.sampled_from([str, str.upper, partial(unicodedata.normalize, "NFD")])
TARGETS = st.builds(
    lambda spelled, target: spelled(target),
    SPELLED,
    st.one_of(PATHS, PATHS.map(lambda path: path[:-3]), st.sampled_from(NAMES), PATHS.map("../".__add__)),
)
LINKS = st.one_of(
    TARGETS.map("[[{}]]".format),
    TARGETS.map("[[{}|Ana]]".format),
    TARGETS.map("![[{}#h]]".format),
    TARGETS.map(lambda target: f"[Ana]({target.replace(' ', '%20')})"),
    TARGETS.map(lambda target: f"[Ana]({quote(target)})"),
    TARGETS.map("[x](<{}>)".format),
)
FRONTS = st.sampled_from(
    ["", "---\naliases: [Ana]\n---\n", "---\nname: Ana Sousa\n---\n", "---\naliases: Ana Martins\n---\n",
     "---\naliases:\n  - ben\n  - Ana Sousa\nx: '[[Ana]]'\ny: [[Ana Sousa]]\n---\n"]
)  # fmt: skip
NOTES = st.builds(
    lambda front, links, gap: encode(front + gap.join(links) + "\n"),
    FRONTS,
    st.lists(LINKS, max_size=5),
    st.sampled_from([" ", "\n", "\n- 2026-11-01 "]),
)
VAULTS = st.dictionaries(PATHS, NOTES, min_size=1, max_size=6)


def _meanings(files: Files) -> dict[str, list[str | None]]:
    resolver = resolver_of(vault_of(files))
    return {
        path: [resolver.resolve(spot.target, path) for spot in find_spots(decode(raw)).spots]
        for path, raw in files.items()
    }


@given(VAULTS, st.sampled_from(NAMES), st.booleans())
def test_no_link_means_anything_else_afterwards(files: Files, new: str, alias: bool) -> None:
    people = vault_of(files).people
    if not people:
        return
    old = people[0].path
    try:
        done, after = rename(files, old, new, alias)
    except EditRefused:
        return
    path = done.names.new_path
    before, now = _meanings(files), _meanings(after)
    now[old] = now.pop(path)
    if done.plan.notes:  # links that are left as they are, or a heading
        assert all(" as it is" in note or "heading" in note for note in done.plan.notes)
        return
    for place, meant in before.items():
        wanted = [path if target == old else target for target in meant]
        found = now[place]
        assert len(found) == len(wanted)
        # a link that led nowhere may find the new name
        assert all(w == f or (w is None and f == path) for w, f in zip(wanted, found, strict=True))
    for place, raw in files.items():
        if place != old:
            assert _without_links(raw) == _without_links(after[place])


def _without_links(raw: bytes) -> str:
    text = decode(raw)
    for spot in reversed(find_spots(text).spots):
        text = text[: spot.start] + "*" + text[spot.end :]
    return text.replace('"*"', "*")
