"""Links as Obsidian and Markdown write them, and which note they mean."""

from __future__ import annotations

import pytest

from tests.linear import is_linear
from vault_crm.core.links import Resolver
from vault_crm.core.links import links_in
from vault_crm.core.links import shown_text
from vault_crm.core.links import without_links


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[[Ana]]", [("Ana", "Ana")]),
        ("[[ Ana ]]", [("Ana", "Ana")]),
        ("[[People/Ana Sousa|Ana]]", [("People/Ana Sousa", "Ana")]),
        ("| [[Ana\\|A]] |", [("Ana", "A")]),
        ("[[Ana#Log]] [[Ana#^abc|x]]", [("Ana", "Ana"), ("Ana", "x")]),
        ("[[#Log]] [[]] [[|x]]", []),
        ("[Ana](People/Ana%20Sousa.md)", [("People/Ana Sousa.md", "Ana")]),
        ("[Ana](<People/Ana Sousa.md>)", [("People/Ana Sousa.md", "Ana")]),
        ('[Ana](../People/Ana.md#Log "her")', [("../People/Ana.md", "Ana")]),
        ("[Ana](People/Ana)", [("People/Ana", "Ana")]),
        ("[Ana](Ana%20(work).md)", [("Ana (work).md", "Ana")]),
        ("[Zo%C3%AB](Zo%C3%AB.md)", [("Zoë.md", "Zo%C3%AB")]),
        ("[x](https://example.org/Ana.md) [m](mailto:a@example.org) [o](obsidian://open)", []),
        ("[x](#log) [x]() [x](//host/a)", []),
        ("\\[[Ana]] \\\\[[Ben]]", [("Ben", "Ben")]),
        ("[[Ana]][[Ben]]", [("Ana", "Ana"), ("Ben", "Ben")]),
        ("[[[Ana]]]", [("Ana", "Ana")]),
        ("[[Ana\nSousa", []),
        ("[ ] [[Ana]] [x] (y)", [("Ana", "Ana")]),
    ],
)
def test_links(text: str, found: list[tuple[str, str]]) -> None:
    assert [(link.target, link.shown) for link in links_in(text)] == found


def test_embeds_are_marked_and_columns_are_of_the_whole_link() -> None:
    first, second = links_in("a ![[Ana]] ![x](y.md)")
    assert (first.embed, first.col, first.end_col) == (True, 3, 11)
    assert second.embed


def test_text_as_it_is_read_and_without_its_links() -> None:
    line = "met [[Ana Sousa|Ana]] and [Ben](Ben.md) ![[pic]]!"
    assert shown_text(line) == "met Ana and Ben !"
    bare = without_links(line)
    assert len(bare) == len(line)
    assert bare.split() == ["met", "and", "!"]


PATHS = [
    "People/Ana Sousa.md",
    "People/Ben.md",
    "Work/Ben.md",
    "Work/Zoë.md",
    "Dr. Who.md",
    "Daily/2026-01-01.md",
    "People/Old/Cy.md",
]
NAMES = {
    "Ana": ["People/Ana Sousa.md"],
    "Benny": ["People/Ben.md", "Work/Ben.md"],
    "Cy Smith": ["People/Old/Cy.md"],
}


@pytest.mark.parametrize(
    ("target", "start", "path"),
    [
        ("People/Ana Sousa", "x.md", "People/Ana Sousa.md"),
        ("People/Ana Sousa.md", "x.md", "People/Ana Sousa.md"),
        ("/People/Ana Sousa.md", "Daily/x.md", "People/Ana Sousa.md"),
        ("people/ANA sousa", "x.md", "People/Ana Sousa.md"),
        ("../People/Ben.md", "Daily/2026-01-01.md", "People/Ben.md"),
        ("Ben", "Work/x.md", "Work/Ben.md"),
        ("./Ben.md", "People/Ana Sousa.md", "People/Ben.md"),
        ("../../Ben.md", "People/x.md", None),
        ("ana sousa", "Daily/x.md", "People/Ana Sousa.md"),
        ("Ana Sousa#Log", "x.md", "People/Ana Sousa.md"),
        ("Zoe\u0308", "x.md", "Work/Zoë.md"),
        ("Dr. Who", "x.md", "Dr. Who.md"),
        ("Ana", "x.md", "People/Ana Sousa.md"),
        ("cy  smith", "x.md", "People/Old/Cy.md"),
        ("Old/Cy", "x.md", "People/Old/Cy.md"),
        ("Moved/Cy", "x.md", "People/Old/Cy.md"),
        ("Ben", "Daily/x.md", None),
        ("Benny", "x.md", None),
        ("Nobody", "x.md", None),
        ("", "x.md", None),
        ("../..", "x.md", None),
    ],
)
def test_resolve(target: str, start: str, path: str | None) -> None:
    assert Resolver(PATHS, NAMES).resolve(target, start) == path


def test_what_is_ambiguous_names_its_candidates() -> None:
    resolver = Resolver(PATHS, NAMES)
    assert resolver.ambiguous("Ben") == ("People/Ben.md", "Work/Ben.md")
    assert resolver.ambiguous("Benny") == ("People/Ben.md", "Work/Ben.md")
    assert resolver.ambiguous("Ana") == ()
    assert resolver.ambiguous("Nobody") == ()


@pytest.mark.parametrize("more", [(), ("Zoë.md",), ("two\nlines.md",), ("a\nb.md", "Zoë.md")])
def test_one_odd_path_changes_nothing_for_the_others(more: tuple[str, ...]) -> None:
    resolver = Resolver(["b/Ana.md", "a/ANA.MD", *more, "Ben.md"], {})
    assert resolver.resolve("ben", "") == "Ben.md"
    assert resolver.resolve("A/ana", "") == "a/ANA.MD"
    assert resolver.ambiguous("ana") == ("a/ANA.MD", "b/Ana.md")
    for path in more:
        assert resolver.resolve(path.removesuffix(".md"), "x/y.md") == path


def test_twins_in_case_are_told_apart_by_the_exact_path_only() -> None:
    resolver = Resolver(["a/Ana.md", "a/ana.md"], {})
    assert resolver.resolve("a/ana", "x.md") == "a/ana.md"
    assert resolver.resolve("Ana", "a/x.md") == "a/Ana.md"
    assert resolver.resolve("a/ANA", "x.md") is None


@pytest.mark.parametrize(
    "piece", ["[", "[[a", "[](a(b)", "[a](b ", "[](a ", "[x](<", "\\[[a]]", "[a](b" + " " * 50]
)
def test_time_is_linear(piece: str) -> None:
    assert is_linear(lambda size: links_in("[[ ](" + piece * (size // len(piece))), 40_000)
