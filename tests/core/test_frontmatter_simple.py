"""Blocks that are read without a YAML parser are read as YAML reads them, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from vault_crm.core.frontmatter.block import pairs_of
from vault_crm.core.frontmatter.block import read_block
from vault_crm.core.frontmatter.handler import LOADERS
from vault_crm.core.frontmatter.handler import loading_with
from vault_crm.core.frontmatter.simple import simple_block
from vault_crm.core.frontmatter.simple import simple_pairs

KEYS = ("name", "last contact", "größe", "k_1", "true", "x-y", "on", "1a", "'q'", "null")
VALUES = (
    *(
        "x",
        "2 weeks",
        "2026-01-01",
        "true",
        "null",
        "No",
        "12:30",
        "+49 30",
        "(x)",
        "é",
        "🎂",
        "_",
        "...",
        "~",
    ),
    *('"q"', "'s'", '"a" # c', '"a"b', '"a\\n"', "'it''s'", '"[[L]]"', "it's", 'a"b', '""'),
    *("🟢 ok", "=x", "$5", "<b>", "<< a", "-x y", "--x", "→ b", "«x» #c", "[a,,b]", "[,]"),
    *("[a, b]", "[]", "[ ]", "[a,]", "[a b , c]", "[[L]]", "[a: b]", "[true, null]", "[a-b, c.d]", "[a#b]"),
    *("[_,(a)]", "[ a,b ]", "[a # b]", "[- a]", "[a/b]", '["a", b]', "x [y]", "a, b", "{a}", "[a  b]"),
    *("a: b", "a:b", "a:", "http://x/y", "a #c", "a # c", "a#c", "# c", "", "  ", "a  b", "a ", "x\u00a0"),
    *("- x", "-5", "|", ">", "&a", "*a", "!t", "a\tb", "?", "? a", "%", "@x", "`", "=", "<<", "---", "a\r"),
)
LINES = st.one_of(
    st.builds(lambda k, gap, v: f"{k}:{gap}{v}", st.sampled_from(KEYS), st.sampled_from([" ", "  ", ""]),
              st.sampled_from(VALUES)),
    st.builds(lambda i, v: f"{i}- {v}", st.sampled_from(["  ", "", "    "]), st.sampled_from(VALUES)),
    st.builds(lambda i, v: f"{i}# {v}", st.sampled_from(["  ", ""]), st.sampled_from(VALUES)),
    st.sampled_from(["", "  ", "\t", *VALUES, *KEYS]),
)  # fmt: skip
BLOCKS = st.builds(
    lambda lines, end, newline: ("\n".join(lines) + end).replace("\n", newline),
    st.lists(LINES, max_size=5),
    st.sampled_from(["\n", ""]),
    st.sampled_from(["\n", "\n", "\r\n"]),
)


@pytest.mark.parametrize("loader", LOADERS)
@settings(max_examples=400)
@given(text=BLOCKS)
def test_what_is_simple_is_read_as_yaml_reads_it(loader: type, text: str) -> None:
    found = simple_pairs(text)
    if found is None:
        return
    with loading_with(loader):
        loaded = read_block(text)
    expected = pairs_of(loaded, text)
    block = simple_block(text)
    assert block is not None
    assert (block, block.entries, block.flow) == (loaded, loaded.entries, loaded.flow)
    assert found == expected
    assert [pair.node for pair in found] == [pair.node for pair in expected]


def test_the_usual_note_is_simple() -> None:
    block = (
        "name: Ada Lovelace # née Byron\ncadence: 2 weeks\nlast_contact: 2026-01-01\n\n# reach\n"
        'email: "ada@example.org"\nwebsite: https://example.org/~ada\ntags: [friend, maths]\naliases:\n'
        "  - Countess\n  - 'A. L.'\nprivate: true\nphone:\nlinks:\n- \"[[Ben Okafor]]\"\n"
    )
    found = simple_pairs(block)
    assert found is not None
    assert [(pair.key, pair.value, pair.style) for pair in found] == [
        ("name", "Ada Lovelace", "plain"),
        ("cadence", "2 weeks", "plain"),
        ("last_contact", "2026-01-01", "plain"),
        ("email", "ada@example.org", '"'),
        ("website", "https://example.org/~ada", "plain"),
        ("tags", ("friend", "maths"), "flow list"),
        ("aliases", ("Countess", "A. L."), "list"),
        ("private", True, "plain"),
        ("phone", None, "empty"),
        ("links", ("[[Ben Okafor]]",), "list"),
    ]


def test_line_ends_of_two_bytes_leave_a_block_simple() -> None:
    block = "name: Ada\r\naliases:\r\n  - Countess\r\n\r\n# reach\r\nphone:\r\nemail: a\n"
    found = simple_pairs(block)
    assert found is not None
    assert found == pairs_of(read_block(block), block)
    assert [block[pair.start : pair.end] for pair in found[::3]] == ["Ada", "a"]
    assert simple_pairs("a: b\r") is None


@pytest.mark.parametrize(
    "block",
    [
        "a: b: c\n",
        "a: b\n  c\n",
        "a: |\n  text\n",
        "a: 1\na: 2\n",
        "a: &x b\n",
        "a:\n  b: c\n",
        "a:\n  - b\n    - c\n",
        "a: b\n- c\n",
        "a: {{date}}\n",
        "a: [[Ben]]\n",
        "<<<<<<< ours\na: 1\n=======\na: 2\n>>>>>>> theirs\n",
        "a: b\rc: d\r\n",
        "a: \udcff\n",
        "a:\tb\n",
        "just text\n",
    ],
)
def test_anything_else_is_left_to_yaml(block: str) -> None:
    assert simple_pairs(block) is None


def test_a_simple_block_says_what_yaml_would_say_also_at_its_end() -> None:
    for block in ("", "\n", "# only this\n", "a:", "a:\n  - b", "a: [b]"):
        assert simple_pairs(block) == pairs_of(read_block(block), block)


def test_long_runs_of_spaces_take_no_time() -> None:
    """What would cost a pattern the square of a line's length is not tried."""
    assert simple_pairs("a: b" + " " * 60_000 + ": c\n") is None
