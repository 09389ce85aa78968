"""Properties of a note: read with places and diagnostics, and changed one at a time: before and after."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.core.corpus_text import DIFFER
from tests.core.corpus_text import note_text
from vault_crm.core.frontmatter import handler
from vault_crm.core.frontmatter.block import find_block
from vault_crm.core.frontmatter.block import read_block
from vault_crm.core.frontmatter.edit import append_item
from vault_crm.core.frontmatter.edit import remove_item
from vault_crm.core.frontmatter.edit import set_property
from vault_crm.core.frontmatter.edit import unset_property
from vault_crm.core.frontmatter.proof import proven
from vault_crm.core.frontmatter.read import read_properties
from vault_crm.core.frontmatter.scalars import changes_elsewhere
from vault_crm.core.frontmatter.scalars import format_key
from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Edit
from vault_crm.core.text import apply_edits
from vault_crm.core.text import decode
from vault_crm.errors import EditRefused

CORPUS = Path(__file__).parent.parent / "corpus"
PATH = "People/ana.md"


@pytest.fixture(params=handler.LOADERS, ids=lambda loader: loader.__name__, autouse=True)
def _each_loader(request: pytest.FixtureRequest) -> Iterator[None]:
    with handler.loading_with(request.param):
        yield


def changed(text: str, edit: Edit) -> str:
    return apply_edits(text, [edit])


def fm(block: str) -> str:
    return f"---\n{block}---\nbody\n"


def set_to(block: str, key: str, value: Any) -> str:
    text = fm(block)
    after = changed(text, set_property(PATH, text, key, value))
    assert after.startswith("---\n")
    assert after.endswith("---\nbody\n")
    return after[4 : -len("---\nbody\n")]


def refusal(block: str, key: str, value: Any) -> EditRefused:
    with pytest.raises(EditRefused) as caught:
        set_property(PATH, fm(block), key, value)
    return caught.value


# --- reading


def test_properties_have_their_places() -> None:
    text = '\ufeff---\r\nname: Ana Sá # c\r\nLast contact: "2026-01-02"\r\n'
    text += "tags:\r\n  - friend\r\nnext:\r\n---\r\n"
    properties, diagnostics = read_properties(PATH, text)
    assert diagnostics == ()
    shown = [
        (
            p.key,
            p.field,
            p.value,
            (p.key_span.line, p.key_span.col),
            (p.span.line, p.span.col, p.span.end_col),
        )
        for p in properties
    ]
    assert shown == [
        ("name", "", "Ana Sá", (2, 1), (2, 7, 13)),
        ("Last contact", "last_contact", "2026-01-02", (3, 1), (3, 15, 27)),
        ("tags", "tags", ("friend",), (4, 1), (5, 3, 0)),
        ("next", "next", None, (6, 1), (6, 6, 0)),
    ]


def test_a_note_without_frontmatter() -> None:
    assert read_properties(PATH, "# Ana\n") == ((), ())
    assert read_properties(PATH, "") == ((), ())
    assert read_properties(PATH, "\udcff\udcfe-\0-\0-\0") == ((), ())


def one_diagnostic(block: str) -> Diagnostic:
    diagnostics = read_properties(PATH, fm(block))[1]
    assert len(diagnostics) == 1
    return diagnostics[0]


def test_a_broken_line_hides_only_itself() -> None:
    text = fm("name: Ana\naliases:\n  - A\nhow_met: at work: the office\ntags: [a]\npaused: true\n")
    properties, diagnostics = read_properties(PATH, text)
    assert {p.key: p.value for p in properties} == {
        "name": "Ana",
        "aliases": ("A",),
        "tags": ("a",),
        "paused": True,
    }
    assert [(d.code, d.severity, d.span.line, d.span.col) for d in diagnostics] == [
        ("broken-yaml", "error", 5, 17)
    ]
    assert diagnostics[0].source == "how_met: at work: the office"
    assert [p.span.line for p in properties] == [2, 4, 6, 7]


def test_an_unclosed_block_is_read_to_its_first_blank_line() -> None:
    text = "---\nname: Ana\ncadence: weekly\n\nhow_met: no property\n"
    properties, diagnostics = read_properties(PATH, text)
    assert [(p.key, p.value, p.span.line) for p in properties] == [
        ("name", "Ana", 2),
        ("cadence", "weekly", 3),
    ]
    assert [(d.code, d.span.line) for d in diagnostics] == [("unclosed-frontmatter", 1)]


def test_neither_side_of_a_conflict_is_taken() -> None:
    block = "name: Ana\n<<<<<<< HEAD\nlast_contact: 2026-01-01\n=======\n"
    block += "last_contact: 2026-02-01\n>>>>>>> b\ncadence: 1w\n"
    properties, diagnostics = read_properties(PATH, fm(block))
    assert [p.key for p in properties] == ["name", "cadence"]
    assert [(d.code, d.span.line) for d in diagnostics] == [("conflict-markers", 3)]


def test_of_duplicates_the_last_counts_and_both_lines_are_named() -> None:
    text = fm("cadence: weekly\nname: Ana\ncadence: monthly\n")
    properties, diagnostics = read_properties(PATH, text)
    assert [(p.key, p.value, p.span.line) for p in properties] == [
        ("name", "Ana", 3),
        ("cadence", "monthly", 4),
    ]
    assert [d.code for d in diagnostics] == ["duplicate-key"]
    assert "lines 2 and 4" in diagnostics[0].message


@pytest.mark.parametrize(
    ("block", "code", "place"),
    [
        ("name: {{title}}\n", "template-placeholder", (2, 7, 16)),
        ("x: <% tp.date.now() %>\n", "template-placeholder", (2, 4, 23)),
        ("? [a]\n: b\n", "unusable-key", (2, 3, 6)),
        ("tags: #friend\n", "value-is-comment", (2, 7, 14)),
        ("tags:\n  - a\n  - #b/c\n", "value-is-comment", (4, 5, 9)),
    ],
)
def test_warnings(block: str, code: str, place: tuple[int, int, int]) -> None:
    found = one_diagnostic(block)
    assert (found.code, found.severity) == (code, "warning")
    assert (found.span.line, found.span.col, found.span.end_col) == place
    assert found.hint


def test_no_warnings_for_ordinary_notes() -> None:
    block = "a: '{{x}}'\ntags: # the list\n  - b\nc: # how often\nd: x #y\ne: \"<% x %>\"\n# f\n"
    assert read_properties(PATH, fm(block))[1] == ()


def test_a_tab_that_only_libyaml_forgives() -> None:
    found = one_diagnostic("name: Ana\t# c\ncity: Lisbon\n")
    fast = handler.LOADERS[0] is not handler.PurePlainLoader
    assert found.code == ("tab-in-frontmatter" if fast else "broken-yaml")
    assert (found.span.line, found.span.col) == (2, 10)
    names = {p.key: p.value for p in read_properties(PATH, fm("name: Ana\t# c\ncity: Lisbon\n"))[0]}
    assert names == {"name": "Ana", "city": "Lisbon"}


def test_a_long_line_is_cut_around_the_place() -> None:
    found = one_diagnostic("how_met: " + "x" * 5000 + ": y " + "z" * 5000 + "\n")
    assert len(found.source) == 200
    assert "x: y z" in found.source


# --- setting


@pytest.mark.parametrize(
    ("before", "key", "value", "after"),
    [
        # an old value keeps its place, its quotes, its comment
        ("a: 1\nb: 2026-01-02 # c\n", "b", "2026-11-22", "a: 1\nb: 2026-11-22 # c\n"),
        ('b:   "2026-01-02"  # c\n', "b", "2026-11-22", 'b:   "2026-11-22"  # c\n'),
        ("b: '2026-01-02'\n", "b", "2026-11-22", "b: '2026-11-22'\n"),
        ('"b" : x  \n', "b", "y", '"b" : y  \n'),
        ("on: x\n1: y\n", "1", "z", "on: x\n1: z\n"),
        ("é: 😀😀 # 😀\n", "é", "x", "é: x # 😀\n"),
        ("b: [[Ana]]\n", "b", "[[Ben]]", 'b: "[[Ben]]"\n'),
        ("b: {{date}}\n", "b", "2026-11-22", "b: 2026-11-22\n"),
        ("b: []\n", "b", "x", "b: x\n"),
        ("b: 01234\n", "b", "09999", "b: 09999\n"),
        # empty values are filled where they are
        ("b:\n", "b", "x", "b: x\n"),
        ("b: \n", "b", "x", "b: x \n"),
        ("b:   # why\n", "b", "x", "b: x   # why\n"),
        ("b: ~ # why\n", "b", "x", "b: x # why\n"),
        # what would be read as something else is quoted
        ("b: x\n", "b", "x: y", "b: 'x: y'\n"),
        ("b: x\n", "b", "it's #1", "b: it's #1\n".replace("it's #1", "'it''s #1'")),
        ("b: x\n", "b", "true", "b: 'true'\n"),
        ("b: x\n", "b", "null", "b: 'null'\n"),
        ("b: x\n", "b", "", "b: ''\n"),
        ("b: x\n", "b", "a\nb", 'b: "a\\nb"\n'),
        ("b: x\n", "b", "\x07\u2028", 'b: "\\x07\\u2028"\n'),
        ('b: "x"\n', "b", 'say "hi"\\', 'b: "say \\"hi\\"\\\\"\n'),
        ("b: 'x'\n", "b", "it's", "b: 'it''s'\n"),
        ("b: x\n", "b", "--05-12", "b: --05-12\n"),
        ("b: x\n", "b", "😀 é", "b: 😀 é\n"),
        # true, false, nothing
        ("b: x # c\n", "b", True, "b: true # c\n"),
        ("b: true\n", "b", False, "b: false\n"),
        ("b: x # c\n", "b", None, "b: # c\n"),
        ("b: x\n", "b", None, "b:\n"),
        # a new property stands last
        ("a: 1\n", "b", "2026-11-22", "a: 1\nb: 2026-11-22\n"),
        ("a: 1\n# end\n\n", "b", True, "a: 1\n# end\n\nb: true\n"),
        ("", "b", "x", "b: x\n"),
        ("# only\n", "b", "x", "# only\nb: x\n"),
        ("  a: 1\n", "b", "x", "  a: 1\n  b: x\n"),
        ("a: |+\n  x\n\n", "b", "x", "a: |+\n  x\n\nb: x\n"),
        ("a:\n  b: nested\n", "b", "x", "a:\n  b: nested\nb: x\n"),
        ("a: 1\n", "b", None, "a: 1\nb:\n"),
        ("a: 1\n", "on", "no", 'a: 1\n"on": "no"\n'),
        ("a: 1\n", "b", "01234", 'a: 1\nb: "01234"\n'),
        ("a: 1\n", "b", "14", "a: 1\nb: 14\n"),
        ("a: 1\n", "Last contact", "[[X]]", 'a: 1\nLast contact: "[[X]]"\n'),
        # lists
        ("a: 1\n", "b", ("x", "y: z"), 'a: 1\nb:\n  - x\n  - "y: z"\n'),
        ("a:\n- 1\n", "b", ("x",), "a:\n- 1\nb:\n- x\n"),
        ("a:\n    -  1\n", "b", ("x",), "a:\n    -  1\nb:\n    -  x\n"),
        ("a: [1]\n", "b", ("x", "y, z"), 'a: [1]\nb: [x, "y, z"]\n'),
        ("a: 1\n", "b", (), "a: 1\nb: []\n"),
        ("b: # c\n", "b", ("x",), "b: # c\n  - x\n"),
        ("b: x\nc: 1\n", "b", ("x", "y"), "b:\n  - x\n  - y\nc: 1\n"),
        ("b: x # c\n", "b", ("x", "y"), "b: [x, y] # c\n"),
        ("b: [x, y] # c\n", "b", ("z",), "b: [z] # c\n"),
        ("b:\n  - x\n  - 'y'\nc: 1\n", "b", ("y", "z"), "b:\n  - 'y'\n  - z\nc: 1\n"),
        ("b: # c\n  - x\nc: 1\n", "b", "y", "b: y # c\nc: 1\n"),
        ("b:\n  - x\nc: 1\n", "b", (), "b: []\nc: 1\n"),
        ("b:\n  - x\nc: 1\n", "b", None, "b:\nc: 1\n"),
    ],
)  # fmt: skip
def test_set(before: str, key: str, value: Any, after: str) -> None:
    assert set_to(before, key, value) == after


@pytest.mark.parametrize(
    ("before", "key", "value"),
    [
        ("b: x\n", "b", "x"),
        ("b: 'x'\n", "b", "x"),
        ("b: TRUE\n", "b", True),
        ("b: ~\n", "b", None),
        ("b:\n  - x # c\n", "b", ("x",)),
        ("b: |\n  x\n", "b", "x\n"),
        ("b: [[Ana]]\n", "b", "[[Ana]]"),
    ],
)
def test_a_value_that_is_there_already_is_left_alone(before: str, key: str, value: Any) -> None:
    assert set_property(PATH, fm(before), key, value) == Edit(0, 0, "")


@pytest.mark.parametrize(
    ("block", "key", "value", "line", "reason"),
    [
        ("a: 1\nb: &x 1\n", "b", "2", 3, "an anchor"),
        ("a: &x 1\nb: *x\n", "b", "2", 3, "an alias"),
        ("b: !tag 1\n", "b", "2", 2, "a tag"),
        ("a: 1\nb: 1\nc: 1\nb: 2\n", "b", "3", 5, "2 times (lines 3 and 5)"),
        ("{b: 1}\n", "b", "2", 2, "{ } mapping"),
        ("{b: 1}\n", "c", "2", 2, "{ } mapping"),
        ("b: |\n  x\n", "b", "2", 2, "block of lines"),
        ("b: one\n  two\n", "b", "2", 2, "several lines"),
        ("b:\n  c: 1\n", "b", "2", 2, "a mapping"),
        ("a: 1\nb: x: y\n", "a", "2", 3, "colon followed by a space"),
        ("b:\n  - x # c\n", "b", ("y",), 3, "comments"),
        ("b:\n  - x\n\n  - y\n", "b", ("y",), 3, "comments"),
        ("b: [a,\n  b]\n", "b", ("y",), 2, "several lines"),
        ("? b\n: 1\nc: 2\n", "c", "3", 0, ""),
        ("a: x\udce9\n", "b", "2", 2, "not UTF-8"),
        ("a: 1\rb: 2\n", "b", "3", 2, "stand on one line"),
        ("c: 1\na: x\u2028b: 2\n", "c", "3", 3, "stand on one line"),
        ("- a\n", "b", "2", 2, "a list"),
        ("a: 1\n", "b", "x\udce9", 2, "cannot be written"),
        ("a: 1\n", "b\nc", "x", 2, "cannot be written"),
        ("a: 1\n", " ", "x", 2, "cannot be written"),
        ("a: 1\n", "b", "x" * 70_000, 3, "characters"),
    ],
)
def test_refused(block: str, key: str, value: Any, line: int, reason: str) -> None:
    if not reason:
        assert set_to(block, key, value) == block.replace("c: 2", "c: 3")
        return
    found = refusal(block, key, value)
    assert (found.path, found.line, found.exit_code) == (PATH, line, 5)
    assert reason in found.reason


def test_an_unclosed_fence_is_refused() -> None:
    with pytest.raises(EditRefused) as caught:
        set_property(PATH, "---\na: 1\n", "a", "2")
    assert (caught.value.line, "never closed" in caught.value.reason) == (1, True)


@pytest.mark.parametrize("text", ["\udcff\udcfe-\0-\0", "\udcfe\udcff\0-", "text \0 more"])
def test_what_is_no_utf8_text_gets_no_block(text: str) -> None:
    with pytest.raises(EditRefused):
        set_property(PATH, text, "a", "1")


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ("", "x", "---\nb: x\n---\n"),
        ("# Ana\n", "x", "---\nb: x\n---\n# Ana\n"),
        ("# Ana\r\n", "x", "---\r\nb: x\r\n---\r\n# Ana\r\n"),
        ("\ufeff# Ana", ("x", "y"), "\ufeff---\nb:\n  - x\n  - y\n---\n# Ana"),
        ("\n---\na: 1\n---\n", "x", "---\nb: x\n---\n\n---\na: 1\n---\n"),
        ("\udce9\n", "x", "---\nb: x\n---\n\udce9\n"),
    ],
)
def test_a_note_without_frontmatter_gets_a_block(before: str, value: Any, after: str) -> None:
    assert changed(before, set_property(PATH, before, "b", value)) == after


def test_a_value_that_is_too_long_gets_no_block() -> None:
    with pytest.raises(EditRefused, match="characters"):
        set_property(PATH, "# Ana\n", "b", "x" * 70_000)


def test_newlines_are_those_of_the_fence() -> None:
    text = "---\r\na: 1\n---\r\nbody\n"
    after = changed(text, set_property(PATH, text, "b", ("x", "y")))
    assert after == "---\r\na: 1\nb:\r\n  - x\r\n  - y\r\n---\r\nbody\n"


def test_the_last_fence_may_end_the_file() -> None:
    text = "---\na: 1\n---"
    assert changed(text, set_property(PATH, text, "b", "x")) == "---\na: 1\nb: x\n---"


# --- taking out


@pytest.mark.parametrize(
    ("before", "key", "after"),
    [
        ("a: 1\nb: 2 # c\nc: 3\n", "b", "a: 1\nc: 3\n"),
        ("b: 1\n", "b", ""),
        ("b:\n  - x\n  # in\n  - y # z\n# below\nc: 1\n", "b", "# below\nc: 1\n"),
        ("b:\n- x\n\nc: 1\n", "b", "\nc: 1\n"),
        ("b: |\n  x\n\n  y\n\n# below\nc: 1\n", "b", "\n# below\nc: 1\n"),
        ("b: >-\n  x\n  # text\nc: 1\n", "b", "c: 1\n"),
        ("b: one\n  two\nc: 1\n", "b", "c: 1\n"),
        ("b:\n  x:\n    - y\n  z: 1\n  # below\nc: 1\n", "b", "  # below\nc: 1\n"),
        ("b: [x,\n  y]\nc: 1\n", "b", "c: 1\n"),
        ("a: &x 1\nb: *x\n", "b", "a: &x 1\n"),
        ("b: !tag x\nc: 1\n", "b", "c: 1\n"),
        ("a: 1\n", "b", "a: 1\n"),
        ("  a: 1\n  b: 2\n", "b", "  a: 1\n"),
    ],
)
def test_unset(before: str, key: str, after: str) -> None:
    text = fm(before)
    assert changed(text, unset_property(PATH, text, key)) == fm(after)


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        ("b: &x 1\nc: *x\n", "anchor"),
        ("a: &x 1\nb: [*a, &x 2]\nc: *x\n", "anchor that is not there"),
        ("a: &y 1\nx: &x 1\nb: [*y, &x 2]\nc: *x\n", "more than this property"),
        ("b: 1\nb: 2\n", "2 times"),
        ("{b: 1, c: 2}\n", "{ } mapping"),
        ("? b\n: 1\n", "does not begin its line"),
        ("b: x: y\n", "colon"),
    ],
)
def test_unset_refused(block: str, reason: str) -> None:
    with pytest.raises(EditRefused) as caught:
        unset_property(PATH, fm(block), "b")
    assert reason in caught.value.reason
    assert caught.value.line


def test_unset_without_frontmatter() -> None:
    assert unset_property(PATH, "# Ana\n", "b") == Edit(0, 0, "")


# --- items


@pytest.mark.parametrize(
    ("before", "item", "after"),
    [
        ("tags:\n  - a\n  - b # c\n# d\n", "x", "tags:\n  - a\n  - b # c\n  - x\n# d\n"),
        ("tags:\n- a\nc: 1\n", "x", "tags:\n- a\n- x\nc: 1\n"),
        ("tags:\n    -   a\n", "x", "tags:\n    -   a\n    -   x\n"),
        ('tags:\n  - "a"\n', "x", 'tags:\n  - "a"\n  - "x"\n'),
        ("tags:\n  - 'a'\n  - b\n", "x", "tags:\n  - 'a'\n  - b\n  - x\n"),
        ("tags:\n  - a\n  -\n", "x", "tags:\n  - a\n  -\n  - x\n"),
        ("tags:\n  - {a: 1}\n", "x", "tags:\n  - {a: 1}\n  - x\n"),
        ("tags: [a, b] # c\n", "x, y", 'tags: [a, b, "x, y"] # c\n'),
        ("tags: [ a, ]\n", "x", "tags: [ a, x, ]\n"),
        ("tags: [ ]\n", "x", "tags: [ x]\n"),
        ("tags: []\n", "x", "tags: [x]\n"),
        ("tags:\n", "x", "tags:\n  - x\n"),
        ("tags: # c\nb: [1]\n", "x", "tags: [x] # c\nb: [1]\n"),
        ("tags: a\n", "x", "tags:\n  - a\n  - x\n"),
        ("tags: a # c\n", "x", "tags: [a, x] # c\n"),
        ("b: 1\n", "x", "b: 1\ntags:\n  - x\n"),
        ("tags: [a, x]\n", "x", "tags: [a, x]\n"),
        ("tags: x\n", "x", "tags: x\n"),
    ],
)
def test_append(before: str, item: str, after: str) -> None:
    text = fm(before)
    assert changed(text, append_item(PATH, text, "tags", item)) == fm(after)


def test_append_keeps_the_newline_of_the_list() -> None:
    text = "---\ntags:\r\n  - a\r\nb: 1\n---\n"
    assert (
        changed(text, append_item(PATH, text, "tags", "x")) == "---\ntags:\r\n  - a\r\n  - x\r\nb: 1\n---\n"
    )


@pytest.mark.parametrize(
    "block",
    [
        "tags: friend, family\n",
        "tags: friend family\n",
        "tags: [a,\n  b]\n",
        "tags:\n  - |\n    a\n",
        "tags:\n  - a\n    b\n",
        "tags:\n  - a: 1\n    b: 2\n",
        "tags: {a: 1}\n",
        "tags: true\n",
        "tags: &t [a]\n",
        "tags: *t\n",
        "tags: [a]\ntags: [b]\n",
    ],
)
def test_append_refused(block: str) -> None:
    with pytest.raises(EditRefused) as caught:
        append_item(PATH, fm(block), "tags", "x")
    assert caught.value.line


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("tags:\n  - a\n  - x # c\n  # d\n  - b\n", "tags:\n  - a\n  # d\n  - b\n"),
        ("tags:\n- x\nb: 1\n", "tags:\nb: 1\n"),
        ("tags: [a, x, b]\n", "tags: [a, b]\n"),
        ("tags: [x, b]\n", "tags: [b]\n"),
        ("tags: [a, 'x'] # c\n", "tags: [a] # c\n"),
        ("tags: [ x ]\n", "tags: [  ]\n"),
        ("tags: x\n", "tags:\n"),
        ("tags: y\n", "tags: y\n"),
        ("tags: [a]\n", "tags: [a]\n"),
        ("b: 1\n", "b: 1\n"),
    ],
)
def test_remove(before: str, after: str) -> None:
    text = fm(before)
    assert changed(text, remove_item(PATH, text, "tags", "x")) == fm(after)


@pytest.mark.parametrize(
    "block", ["tags: [x, x]\n", "tags:\n  -\n    x\n", "tags: &t [x]\n", "tags: [x,\n  y]\n"]
)
def test_remove_refused(block: str) -> None:
    with pytest.raises(EditRefused):
        remove_item(PATH, fm(block), "tags", "x")


# --- the proof that nothing else changed


@pytest.mark.parametrize(
    ("text", "old", "new", "why"),
    [
        ("---\na: 1\nb: 1\n---\nbody\n", "b: 1", "b: 2", ""),
        ("---\na: 1\nb: 1\n---\nbody\n", "b: 1", "b: 3", "read back"),
        ("---\na: 1\nb: 1\n---\nbody\n", "a: 1\nb: 1", "a: 2\nb: 2", "more than this property"),
        ("---\na: 1\nb: 1\n---\nbody\n", "b: 1\n---\nbody", "b: 2\n---\nwords", "text below"),
        ("---\na: 1\nb: 1\n---\nbody\n", "b: 1\n", "b: 2\n---\n", "text below"),
        ("---\na: 1\nb: 1\n---\nbody\n", "b: 1\n---", "b: 2\n...", "text below"),
        ("---\n{a: 1, b: 1}\n---\n", "{a: 1, b: 1}", "a: 1\nb: 2", "more than this property"),
        ("---\n# x\na: 1\nb: 1\n---\n", "# x\na: 1\nb: 1", "&m\na: 1\nb: 2", "more than this property"),
        ("---\na: 1\nb: 1\n---\n", "---\na: 1\nb: 1\n---", "a: 1\nb: 2", "move the frontmatter"),
        ("---\na: 1\nb: 1\n---\n", "---\na: 1\nb: 1", "--- \na: 1\nb: 2", "move the frontmatter"),
    ],
)
def test_the_proof_of_an_edit(text: str, old: str, new: str, why: str) -> None:
    block = find_block(text)
    assert block is not None
    at = text.index(old)
    found = proven(text, block, read_block(block.text), Edit(at, at + len(old), new), "b", "2")
    assert why in found
    assert bool(found) is bool(why)


# --- how values are written


@pytest.mark.parametrize(
    "text", ["no", "Yes", "01234", "+4915112345678", "0x1F", "12:30", "1_000", "1e5", ".5", "1.0", "off"]
)
def test_what_other_programs_would_change_is_quoted_when_new(text: str) -> None:
    assert changes_elsewhere(text)


@pytest.mark.parametrize(
    "text", ["2026-11-22", "14", "0", "-3", "1.5", "05-12", "--05-12", "3 months", "v1.0", "+49 151", "e5"]
)
def test_what_stays_plain(text: str) -> None:
    assert not changes_elsewhere(text)
    assert set_to("a: 1\n", "b", text) == f"a: 1\nb: {text}\n"


@pytest.mark.parametrize(
    ("key", "text"),
    [("Last contact", "Last contact"), ("a: b", '"a: b"'), ("on", '"on"'), ("1", "1"), ("[x]", '"[x]"')],
)
def test_keys_are_quoted_if_they_must_be(key: str, text: str) -> None:
    assert format_key(key) == text


# --- the collected notes, as a golden file: `python -m tests.core.corpus_text` writes it anew


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.md")), ids=lambda path: path.stem)
def test_the_corpus_reads_as_recorded(path: Path) -> None:
    if path.name in DIFFER and handler.LOADERS[0] is handler.PurePlainLoader:
        assert note_text(path) not in golden()
    else:
        assert note_text(path) in golden()


def test_the_golden_has_every_note() -> None:
    names = [line for line in golden().splitlines() if not line.startswith(" ")]
    assert names == sorted(path.name for path in CORPUS.glob("*.md"))


def golden() -> str:
    return (CORPUS / "reading.txt").read_text(encoding="utf-8")


def test_corpus_bytes_survive_git() -> None:
    """.gitattributes keeps newlines, BOMs and other bytes as they are."""
    assert b"\r\n" in (CORPUS / "crlf.md").read_bytes()
    assert (CORPUS / "bom.md").read_bytes().startswith(b"\xef\xbb\xbf")
    assert (CORPUS / "utf16.md").read_bytes()[:2] in (b"\xff\xfe", b"\xfe\xff")
    assert b"\xe9" in (CORPUS / "invalid-utf8-block.md").read_bytes()
    assert not decode((CORPUS / "no-final-newline.md").read_bytes()).endswith("\n")
