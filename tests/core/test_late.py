"""Patterns that are made late are the patterns they would have been; what spares them says the same."""

from __future__ import annotations

import re
import sys

import pytest

from vault_crm.core.frontmatter import problems
from vault_crm.core.frontmatter import scalars
from vault_crm.core.late import late


def test_it_does_what_a_pattern_does() -> None:
    made, pattern = late(r"(a+)(?P<b>b)?", re.IGNORECASE), re.compile(r"(a+)(?P<b>b)?", re.IGNORECASE)
    for text in ("", "xaAb", "aa a", "AAB"):
        for _ in range(2):
            assert str(made.match(text)) == str(pattern.match(text))
            assert str(made.search(text, 1)) == str(pattern.search(text, 1))
            assert str(made.fullmatch(text)) == str(pattern.fullmatch(text))
            assert made.findall(text) == pattern.findall(text)
            assert [m.span() for m in made.finditer(text)] == [m.span() for m in pattern.finditer(text)]
            assert (made.sub("-", text), made.split(text)) == (pattern.sub("-", text), pattern.split(text))
    assert (made.pattern, made.groupindex, made.flags) == (pattern.pattern, pattern.groupindex, pattern.flags)


def test_a_mistake_in_one_is_told_when_it_is_used() -> None:
    broken = late("(")
    with pytest.raises(re.error):
        broken.match("x")


def test_nothing_printable_is_odd_in_yaml() -> None:
    """So that a glance spares the patterns that take the longest to make."""
    printable = "".join(char for char in map(chr, range(sys.maxunicode + 1)) if char.isprintable())
    assert len(printable) > 100_000
    for pattern in (scalars._ODD, scalars._HALF, problems._CONTROL, problems._BYTES):
        assert pattern.search(printable) is None
