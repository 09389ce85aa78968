"""The promise: one property changes, every other byte stays, or nothing is changed and the reason is said.

Over generated frontmatter and over the collected notes of tests/corpus, with both YAML loaders. For more
examples: `VAULT_CRM_EXAMPLES=20000 pytest tests/properties/test_frontmatter_edits.py`. The oracle knows
nothing of our code but `read_block`: it compares lines, and the event streams of PyYAML itself.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck
from hypothesis import assume
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from vault_crm.core.frontmatter import handler
from vault_crm.core.frontmatter.block import find_block
from vault_crm.core.frontmatter.block import read_block
from vault_crm.core.frontmatter.edit import append_item
from vault_crm.core.frontmatter.edit import remove_item
from vault_crm.core.frontmatter.edit import set_property
from vault_crm.core.frontmatter.edit import unset_property
from vault_crm.core.frontmatter.read import read_properties
from vault_crm.core.frontmatter.scalars import double_quoted
from vault_crm.core.frontmatter.scalars import needs_quotes
from vault_crm.core.frontmatter.shape import BlockProblem
from vault_crm.core.frontmatter.shape import Loaded
from vault_crm.core.model import Edit
from vault_crm.core.text import apply_edits
from vault_crm.core.text import decode
from vault_crm.core.text import encode
from vault_crm.errors import EditRefused

EXAMPLES = int(os.environ.get("VAULT_CRM_EXAMPLES", "120"))
CORPUS = sorted((Path(__file__).parent.parent / "corpus").glob("*.md"))
LOADERS = [pytest.param(loader, id=loader.__name__) for loader in handler.LOADERS]
many = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

KEYS = ["name", "cadence", "last_contact", "tags", "aliases", "Last contact", "on", "1", "next", "🎂", "q"]
WORDS = [
    "3 months", "2026-11-22", "01234", "no", "true", "null", "~", "12:30", "[[Ana Sá]]", "x: y", "a #b",
    "- a", "-5", "-", "it's", 'say "hi"', "@x", "%", "`", "*a*", "&a", "!a", "|", ">", "{{date}}",
    "a\u2028b", "a\nb", "a\tb", "a\r\nb", " a ", "a\u00a0", "---", "...", "key:", "#", "C:\\x", "\x07",
    "\x85", "=", "<<", "?", "? a", ":", ":a", "[a]", "a, b", "x" * 3000, "", "--05-12", "\U0010ffff",
    "https://example.org/?a=1#b", "\\", "'", '"', "😀", "é", "<% x %>", "\ufeff", "\ufffe",
]  # fmt: skip
any_text = st.one_of(
    st.sampled_from(WORDS), st.text(max_size=12).filter(lambda t: not re.search("[\ud800-\udfff]", t))
)


# --- generated notes


def _quote_single(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


PLAIN = [
    "Ana Sá",
    "3 months",
    "2026-01-02",
    "01234",
    "no",
    "12:30",
    "true",
    "~",
    "-5",
    "a, b",
    "é😀",
    "x#y",
    "http://a.b/#c",
]
scalars = st.one_of(
    st.sampled_from(PLAIN),
    st.sampled_from(PLAIN).map(_quote_single),
    st.sampled_from(PLAIN).map(lambda text: f'"{text}"'),
    st.sampled_from(
        ['"x: y"', "'it''s # fine'", '"a\\nb"', "", "[[Ana Sá]]", "{{date}}", '"[[Ben]]"', "[]", "[ ]"]
    ),
)
items = st.sampled_from(
    ["friend", "'choir'", '"book club"', "[[Ana]]", "x # soon", "", "2026-01-02", '"x, y"']
)
flow_items = st.sampled_from(["friend", "'choir'", '"book club"', "[[Ana]]", "2026-01-02", '"x, y"', "😀"])
gaps = st.sampled_from(["", " ", "   "])
comments = st.sampled_from(["", "", " # why", "   # 'é' \"", "  "])


@st.composite
def properties(draw: st.DrawFn, key: str, root: str) -> list[str]:
    """The lines of one property, as people and plugins write them."""
    shown = draw(st.sampled_from([key, key, key, f'"{key}"', f"'{key}'"]))
    head = f"{root}{shown}{draw(st.sampled_from(['', '', ' ']))}:"
    kind = draw(st.sampled_from(["scalar"] * 5 + ["list", "list", "flow", "block", "map", "long", "anchor"]))
    comment = draw(comments)
    if kind == "scalar":
        value = draw(scalars)
        return [head + (" " + draw(gaps) + value if value else draw(gaps)) + comment]
    if kind == "flow":
        inner = draw(st.lists(flow_items, max_size=4))
        return [f"{head} [{draw(gaps)}{draw(st.sampled_from([',', ', '])).join(inner)}{draw(gaps)}]{comment}"]
    if kind == "list":
        indent = (
            root + draw(st.sampled_from(["", "  ", "    ", " "])) + "-" + draw(st.sampled_from([" ", "   "]))
        )
        lines = []
        for item in draw(st.lists(items, min_size=1, max_size=4)):
            lines += [(indent + item) if item else indent.rstrip()]
            lines += draw(st.sampled_from([[], [], [], [""], [root + "  # between"]]))
        return [head + comment, *lines]
    if kind == "block":
        mark = draw(st.sampled_from(["|", ">", "|-", "|+", ">-"]))
        return [
            f"{head} {mark}{comment.rstrip()}",
            f"{root}  one",
            "",
            f"{root}  two: 2",
            *draw(st.sampled_from([[], [""]])),
        ]
    if kind == "map":
        return draw(
            st.sampled_from(
                [[head, f"{root}  cadence: nested", f"{root}  b: [c]"], [f"{head} {{cadence: x, b: y}}"]]
            )
        )
    if kind == "anchor":
        return [f"{head} {draw(st.sampled_from(['&a x', '!tag x', '&b [x]', '!!str 1']))}{comment}"]
    return draw(
        st.sampled_from(
            [[f"{head} one", f"{root}  two{comment}"], [f'{head} "one', f'{root}   two"{comment}']]
        )
    )


@st.composite
def notes(draw: st.DrawFn) -> str:
    """A whole note with sound frontmatter; newlines, BOM, comments, blank lines and bodies vary."""
    root = draw(st.sampled_from(["", "", "", "  "]))
    lines = ["---" + draw(st.sampled_from(["", "", " ", "\t"]))]
    for key in draw(st.lists(st.sampled_from(KEYS), max_size=6)):
        lines += draw(properties(key, root))
        lines += draw(st.sampled_from([[], [], [], [""], ["# note"], [root + "# é", ""], ["   "]]))
    lines.append(draw(st.sampled_from(["---", "---", "...", "--- "])))
    newline = draw(st.sampled_from(["\n", "\n", "\r\n", "mixed"]))
    ends = [draw(st.sampled_from(["\n", "\r\n"])) if newline == "mixed" else newline for _ in lines]
    head = draw(st.sampled_from(["", "", "\ufeff"])) + "".join(map("".join, zip(lines, ends, strict=True)))
    body = draw(
        st.sampled_from(
            ["", "body", "\nbody\r\n---\nname: no\n---\n", "\udce9\udcff\n", "a\u2028b\x0cc\rd\n", "\0"]
        )
    )
    return head if body else head.removesuffix(draw(st.sampled_from(["", ends[-1]])))


# --- the oracle


def attempt(edit: Callable[..., Edit], text: str, *args: Any) -> str | None:
    """The text after an edit, None if it was refused; a refusal always says where and why."""
    try:
        found = edit("People/x.md", text, *args)
    except EditRefused as refused:
        said = refused
    else:
        if found.start == found.end and not found.text:
            return text
        return apply_edits(text, [found])
    assert said.path == "People/x.md"
    assert said.reason
    assert 0 <= said.line <= text.count("\n") + 1
    return None


def events_of(text: str) -> list[tuple[Any, ...]]:
    """PyYAML's events of the block, without places: (kind, value, tag, anchor, style) each."""
    block = find_block(text)
    if block is None:
        return []
    pure = handler.LOADERS[0] is handler.PurePlainLoader
    stream = yaml.parse(block.text, Loader=yaml.SafeLoader if pure else yaml.CSafeLoader)
    names = ("value", "tag", "anchor", "style")
    return [(type(event).__name__, *(getattr(event, name, None) or "" for name in names)) for event in stream]


def values_of(text: str) -> Loaded:
    block = find_block(text)
    return read_block(block.text) if block else Loaded()


def readable(text: str) -> bool:
    try:
        values_of(text)
    except BlockProblem:
        return False
    return True


def holds(before: str, after: str, key: str, wanted: Any, gone: bool = False) -> None:
    """Raises AssertionError if anything but one property differs, or if it does not have the wanted value."""
    old, new = values_of(before), values_of(after)
    assert [k for k in old if k != key] == [k for k in new if k != key]
    assert {k: v for k, v in old.items() if k != key} == {k: v for k, v in new.items() if k != key}
    assert (key not in new) if gone else (key in new and new[key] == wanted)
    assert rest_of_events(before, key) == rest_of_events(after, key)
    one_place(before, after, key)
    encode(after)


def rest_of_events(text: str, key: str) -> list[Any]:
    """The events without those of one property; the frame of the block is left out, an empty block has
    none.
    """
    frame = ("StreamStartEvent", "DocumentStartEvent", "DocumentEndEvent", "StreamEndEvent")
    inner = [event for event in events_of(text) if event[0] not in frame][1:-1]
    kept: list[Any] = []
    at = 0
    while at < len(inner):
        key_end = _after(inner, at)
        value_end = _after(inner, key_end)
        if inner[at][1] != key:
            kept += inner[at:value_end]
        at = value_end
    return kept


def _after(events: list[tuple[Any, ...]], at: int) -> int:
    depth = 0
    while True:
        depth += events[at][0].endswith("StartEvent") - events[at][0].endswith("EndEvent")
        at += 1
        if depth == 0:
            return at


def one_place(before: str, after: str, key: str) -> None:
    """The lines that differ are one run of lines, and every comment and every line of the body is still
    there.
    """
    old, new = before.split("\n"), after.split("\n")
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    stop = 0
    while stop < min(len(old), len(new)) - start and old[-1 - stop] == new[-1 - stop]:
        stop += 1
    block = find_block(before)
    if block is None:  # a block of its own, and the whole note below it
        body = before.removeprefix("\ufeff")
        assert after.endswith(body)
        assert re.fullmatch(r"\ufeff?---\r?\n(?:[^\n]*\n)+---\r?\n", after[: len(after) - len(body)])
        return
    lines = before[: block.after].count("\n") + 1
    assert start <= lines
    changed = old[start : len(old) - stop]
    spans = [(p.key_span.line, p.key) for p in read_properties("x", before)[0]]
    for number in range(start + 1, start + len(changed) + 1):
        owner = [name for line, name in spans if line <= number]
        assert owner
        assert owner[-1] == key


def comes_back(text: str, key: str, through: Any) -> bool:
    """Whether setting `through` and then the old value again must give the old bytes: quotes that are a
    choice and not a need, and escapes, are lost where another kind of value stood in between."""
    block = find_block(text)
    assert block
    node = next(entry.value for entry in read_block(block.text).entries if entry.name == key)
    source = block.text[node.start : node.end]
    if isinstance(node.value, bool):
        return source in ("true", "false") and through is not None
    if node.kind == "empty":
        return True
    if not isinstance(node.value, str) or node.kind not in ("plain", "'", '"'):
        return False
    if through is None or isinstance(through, tuple):
        return False
    if isinstance(through, bool):
        return node.kind == "plain" and not needs_quotes(node.value)
    if node.kind == '"':
        return source == f'"{node.value}"' and "\\" not in source and double_quoted(through) == f'"{through}"'
    if node.kind == "'":
        return needs_quotes(node.value) or not needs_quotes(through)
    return not needs_quotes(node.value)


def removed_lines(before: str, after: str) -> list[str]:
    """The run of lines that is gone. Raises AssertionError if `after` is not `before` without one run of
    lines.
    """
    old, new = before.split("\n"), after.split("\n")
    start = 0
    while start < len(new) and old[start] == new[start]:
        start += 1
    count = len(old) - len(new)
    while start and old[:start] + old[start + count :] != new:
        start -= 1
    assert old[:start] + old[start + count :] == new
    while start and old[start - 1] == old[start + count - 1] and ":" not in old[start]:
        start -= 1
    return old[start : start + count]


# --- the laws


@pytest.mark.parametrize("loader", LOADERS)
class TestGenerated:
    @many
    @given(text=notes(), key=st.sampled_from(KEYS), value=st.one_of(any_text, st.booleans(), st.none()))
    def test_set_a_scalar(self, loader: Any, text: str, key: str, value: Any) -> None:
        with handler.loading_with(loader):
            assume(readable(text))
            after = attempt(set_property, text, key, value)
            if after is None or after == text:
                return
            holds(text, after, key, value)
            assert attempt(set_property, after, key, value) == after  # once is enough
            old = values_of(text)
            if key not in old:
                gone = attempt(unset_property, after, key)
                assert gone == text
            elif comes_back(text, key, value):
                assert attempt(set_property, after, key, old[key]) == text

    @many
    @given(text=notes(), key=st.sampled_from(KEYS), value=st.lists(any_text, max_size=4).map(tuple))
    def test_set_a_list(self, loader: Any, text: str, key: str, value: Any) -> None:
        with handler.loading_with(loader):
            assume(readable(text))
            after = attempt(set_property, text, key, value)
            if after is None or after == text:
                return
            holds(text, after, key, value)
            assert attempt(set_property, after, key, value) == after
            if key not in values_of(text):
                assert attempt(unset_property, after, key) == text

    @many
    @given(text=notes(), key=st.sampled_from(KEYS))
    def test_unset(self, loader: Any, text: str, key: str) -> None:
        with handler.loading_with(loader):
            assume(readable(text))
            after = attempt(unset_property, text, key)
            if after is None or after == text:
                return
            holds(text, after, key, None, gone=True)
            removed = removed_lines(text, after)
            assert key in removed[0]
            assert not re.match(
                r"\s*(#|$)", removed[-1]
            )  # what belongs to nothing, or to what follows, stays
            assert attempt(unset_property, after, key) == after

    @many
    @given(text=notes(), key=st.sampled_from(KEYS), item=any_text)
    def test_append_and_remove_an_item(self, loader: Any, text: str, key: str, item: str) -> None:
        with handler.loading_with(loader):
            assume(readable(text))
            old = values_of(text).get(key)
            after = attempt(append_item, text, key, item)
            if after is None or after == text:
                return
            wanted = (*old, item) if isinstance(old, tuple) else (item,) if old is None else (old, item)
            holds(text, after, key, wanted)
            assert attempt(append_item, after, key, item) == after
            back = attempt(remove_item, after, key, item)
            assert back is not None
            if isinstance(old, tuple):
                assert back == text
            elif old is None and key in values_of(text) and not tilde(text, key):
                assert attempt(set_property, after, key, None) == text
            holds(after, back, key, wanted[:-1] or values_of(back)[key])


def tilde(text: str, key: str) -> bool:
    """`~`, which a list replaces, does not come back."""
    block = find_block(text)
    assert block
    return next(e for e in read_block(block.text).entries if e.name == key).value.kind == "plain"


def bytes_of(path: Path) -> str:
    return decode(path.read_bytes())


def edits_of(text: str) -> list[tuple[Callable[..., Edit], str, Any]]:
    """Edits that a corpus note is put through: its own keys and new ones, with plain and with difficult
    values.
    """
    keys = [prop.key for prop in read_properties("x", text)[0][:12]]
    keys += ["brand_new", "on"]
    found: list[tuple[Callable[..., Edit], str, Any]] = []
    for key in keys:
        for value in ("2026-11-22", 'x: "y" #z', "[[Ana]]", True, None, ("a", "b, c")):
            found.append((set_property, key, value))
        found += [(append_item, key, "new item"), (unset_property, key, None)]
    return found


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize("path", CORPUS, ids=[path.stem for path in CORPUS])
def test_the_corpus_keeps_every_byte(path: Path, loader: Any) -> None:
    text = bytes_of(path)
    with handler.loading_with(loader):
        sound = sound_note(text)
        for edit, key, value in edits_of(text):
            after = attempt(edit, text, key) if edit is unset_property else attempt(edit, text, key, value)
            if after is None or after == text:
                continue
            assert sound
            old = values_of(text)
            if edit is set_property:
                holds(text, after, key, value)
                if find_block(text) and (key not in old or comes_back(text, key, value)):
                    back = (unset_property, key) if key not in old else (set_property, key, old[key])
                    assert attempt(back[0], after, *back[1:]) == text
            elif edit is unset_property:
                holds(text, after, key, None, gone=True)
            else:
                items = old.get(key)
                known = items if isinstance(items, tuple) else () if items is None else (items,)
                holds(text, after, key, (*known, value))


def sound_note(text: str) -> bool:
    try:
        block = find_block(text)
        return block is None or read_block(block.text) is not None
    except BlockProblem:
        return False


# --- the laws have teeth


def by_regex_in_the_file(path: str, text: str, key: str, value: str) -> Edit:
    """What a quick script does."""
    found = re.search(rf"^{re.escape(key)}:.*$", text, re.MULTILINE)
    return Edit(found.start(), found.end(), f"{key}: {value}") if found else Edit(0, 0, "")


def through_dump(path: str, text: str, key: str, value: str) -> Edit:
    """What python-frontmatter's `load` and `dump` do."""
    block = find_block(text)
    if block is None:
        return Edit(0, 0, "")
    values = dict(read_block(block.text))
    values[key] = value
    return Edit(block.start, block.end, yaml.safe_dump(values, allow_unicode=True))


def by_marks_without_proof(path: str, text: str, key: str, value: str) -> Edit:
    """The right place, the bare value, and no second look."""
    block = find_block(text)
    if block is None:
        return Edit(0, 0, "")
    for entry in read_block(block.text).entries:
        if entry.name == key:
            return Edit(block.start + entry.value.start, block.start + entry.value.end, value)
    return Edit(block.end, block.end, f"{key}: {value}\n")


@pytest.mark.parametrize("wrong", [by_regex_in_the_file, through_dump, by_marks_without_proof])
def test_wrong_ways_to_edit_are_caught(wrong: Callable[..., Edit]) -> None:
    caught = set()
    for path in CORPUS:
        text = bytes_of(path)
        if not sound_note(text) or find_block(text) is None:
            continue
        for key in [p.key for p in read_properties("x", text)[0]]:
            for value in ("2026-11-22", "x: y"):
                after = attempt(wrong, text, key, value)
                try:
                    if after is not None and after != text:
                        holds(text, after, key, value)
                except (AssertionError, BlockProblem, yaml.YAMLError, KeyError, IndexError):
                    caught.add(path.name)
    assert len(caught) >= 20


def test_generated_notes_are_mostly_edited() -> None:
    """The laws above would hold for an editor that refuses everything; this one must not."""
    done = 0
    total = 0

    @settings(max_examples=60, deadline=None, database=None, derandomize=True)
    @given(text=notes(), key=st.sampled_from(KEYS))
    def count(text: str, key: str) -> None:
        nonlocal done, total
        if readable(text):
            total += 1
            done += attempt(set_property, text, key, "2031-01-01") is not None

    count()
    assert done > total * 0.6
