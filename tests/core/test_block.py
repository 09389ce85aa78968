"""Where frontmatter begins and ends, and what its YAML says: as typed, with positions, on both loaders."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import frontmatter
import pytest

from tests.linear import is_within
from vault_crm.core.frontmatter import handler
from vault_crm.core.frontmatter.block import find_block
from vault_crm.core.frontmatter.block import load_block
from vault_crm.core.frontmatter.handler import PlainHandler
from vault_crm.core.frontmatter.shape import MAX_BLOCK
from vault_crm.core.frontmatter.shape import BlockProblem


@pytest.fixture(params=handler.LOADERS, ids=lambda loader: loader.__name__, autouse=True)
def _each_loader(request: pytest.FixtureRequest) -> Iterator[None]:
    with handler.loading_with(request.param):
        yield


def values(text: str) -> dict[str, Any]:
    return {pair.key: pair.value for pair in load_block(text)}


def problem(text: str) -> BlockProblem:
    with pytest.raises(BlockProblem) as caught:
        load_block(text)
    return caught.value


# --- the fences


@pytest.mark.parametrize(
    ("text", "inside", "body"),
    [
        ("---\na: 1\n---\nbody", "a: 1\n", "body"),
        ("---\n---\n", "", ""),
        ("---\n---", "", ""),
        ("\ufeff---\na: 1\n---\n", "a: 1\n", ""),
        ("---\r\na: 1\r\n---\r\nb\r\n", "a: 1\r\n", "b\r\n"),
        ("--- \t\na: 1\n---  \nb", "a: 1\n", "b"),
        ("---\na: 1\n...\n---\n", "a: 1\n", "---\n"),
        ("---\na: |\n  ---\n----\n---\n", "a: |\n  ---\n----\n", ""),
        ("---\na: x\u2028---\x0c---\n---\n", "a: x\u2028---\x0c---\n", ""),
    ],
)
def test_a_block_is_found(text: str, inside: str, body: str) -> None:
    block = find_block(text)
    assert block is not None
    assert (block.text, text[block.after :]) == (inside, body)
    assert text[block.start : block.end] == inside
    assert block.newline == ("\r\n" if "\r\n" in text else "\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "body",
        "\n---\na: 1\n---\n",
        " ---\na: 1\n---\n",
        "----\na\n----\n",
        "--- a\n---\n",
        "+++\n+++\n",
        "---x\n",
    ],
)
def test_no_block(text: str) -> None:
    assert find_block(text) is None


@pytest.mark.parametrize("text", ["---", "---\n", "---\na: 1\n", "\ufeff---\r\na: 1", "---\na: 1\n ---\n"])
def test_a_fence_that_is_never_closed(text: str) -> None:
    with pytest.raises(BlockProblem) as caught:
        find_block(text)
    assert caught.value.code == "unclosed-frontmatter"


def test_the_largest_block() -> None:
    line = "a: " + "x" * (MAX_BLOCK - 4) + "\n"
    assert find_block(f"---\n{line}---\n") is not None
    with pytest.raises(BlockProblem) as caught:
        find_block(f"---\n{line}b\n---\n")
    assert caught.value.code == "frontmatter-too-large"


# --- values


def test_scalars_are_what_the_user_typed() -> None:
    typed = ["01234", "no", "12:30", "2026-02-30", "0x1DA9430", "1.10", "1_000", "+4915112345678", ".nan"]
    typed += ["1e5", "tRUE", "2026-01-02T10:30:00+02:00", "--05-12", "12345678901234567890123"]
    text = "".join(f"k{number}: {value}\n" for number, value in enumerate(typed))
    assert list(values(text).values()) == typed


def test_true_false_and_nothing() -> None:
    text = "a: true\nb: False\nc: TRUE\nd: null\ne: ~\nf:\n"
    text += "g: 'true'\nh: \"null\"\ni: ''\nj: NULL # c\nk: yes\n"
    wanted = [True, False, True, None, None, None, "true", "null", "", None, "yes"]
    assert values(text) == dict(zip("abcdefghijk", wanted, strict=True))


def test_keys_are_text() -> None:
    text = "content: 1\nhandler: 2\nself: 3\non: 4\n1: 5\n2026-01-02: 6\nnull: 7\n"
    text += "\"a: b\": 8\n'c': 9\n? d\n: 10\n"
    keys = ["content", "handler", "self", "on", "1", "2026-01-02", "null", "a: b", "c", "d"]
    assert list(values(text)) == keys


@pytest.mark.parametrize(
    ("yaml", "value"),
    [
        ("[[Ana]]", "[[Ana]]"),
        ("[[People/Ana Sá|Ana]]", "[[People/Ana Sá|Ana]]"),
        ("[[Sá, Ana]]", "[[Sá, Ana]]"),
        ("[[Ana#Log]] # c", "[[Ana#Log]]"),
        ("[[[Ana]], [[Ben]]]", ("[[Ana]]", "[[Ben]]")),
        ("[[[Ana]], x]", ("[[Ana]]", "x")),
        ("\n  - [[Ana]]\n  - x", ("[[Ana]]", "x")),
        ('[["a"], b]', (("a",), "b")),
        ('[["a", b]]', (("a", "b"),)),
        ("{{date}}", "{{date}}"),
        ("{{date:YYYY-MM-DD}}", "{{date:YYYY-MM-DD}}"),
        ("{a: {b: [c]}}", {"a": {"b": ("c",)}}),
        ("{[x]: 1, {y: z}: 2, ~: 3}", {"[x]": "1", "{y: z}": "2", "~": "3"}),
    ],
)
def test_links_and_collections(yaml: str, value: object) -> None:
    assert values(f"k: {yaml}\nlast: x\n") == {"k": value, "last": "x"}


@pytest.mark.parametrize(
    ("yaml", "value"),
    [
        ("!!python/object/apply:os.system [x]", ("x",)),
        ("!!python/name:os.system", "!!python/name:os.system"),
        ("!!binary aGk=", "aGk="),
        ("!!timestamp soon", "soon"),
        ("!!int abc", "abc"),
        ("!important", "!important"),
        ("!!bool true", "true"),
    ],
)
def test_tags_do_nothing(yaml: str, value: object) -> None:
    pairs = load_block(f"k: {yaml}\n")
    assert pairs[0].value == value
    assert "a tag" in pairs[0].editable


def test_positions_count_characters() -> None:
    text = "é: 😀 x # 😀\r\nlist:\r\n- 'a'\r\nempty:   \r\nq: \"2\"\r\n"
    found = {
        pair.key: (text[pair.key_start : pair.key_end], text[pair.start : pair.end])
        for pair in load_block(text)
    }
    assert found["é"] == ("é", "😀 x")
    assert found["list"][1].startswith("- 'a'")
    assert found["empty"] == ("empty", "")
    assert found["q"] == ("q", '"2"')


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("k: &a x\n", "an anchor"),
        ("a: &a x\nk: *a\n", "an alias"),
        ("k: [&a x]\n", "an anchor"),
        ("k: |\n  x\n", "a block of lines"),
        ("k: one\n  two\n", "several lines"),
        ("k: 'one\n  two'\n", "several lines"),
        ("k: [a,\n  b]\n", "several lines"),
        ("k: {a: b}\n", "a mapping"),
        ("k:\n  a: b\n", "a mapping"),
        ("k: 1\nk: 2\n", "2 times"),
        ("{k: 1}\n", "{ } mapping"),
        ("&x k: 1\n", "not plain text"),
    ],
)
def test_what_must_not_be_edited(text: str, reason: str) -> None:
    assert [reason in pair.editable for pair in load_block(text) if pair.key == "k"][-1]


def test_what_may_be_edited() -> None:
    text = "a: 1\nb: 'x'\nc:\nd: [[Ana]]\ne:\n  - x\n  - 'y'\nf: [x]\n\"g\" : ~\n"
    assert [pair.editable for pair in load_block(text)] == [""] * 7


# --- what cannot be read


def deep(count: int) -> str:
    return "k: " + "[" * count + "]" * count + "\n"


def bomb(levels: int, width: int) -> str:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, levels)]
    return "\n".join(lines) + "\n"


MERGE_BOMB = "a: &a {x: 1}\n" + "".join(
    f"b{n}: &b{n} {{<<: [{', '.join(['*a' if n == 0 else f'*b{n - 1}'] * 9)}]}}\n" for n in range(9)
)


@pytest.mark.parametrize(
    "text",
    [
        deep(65),
        deep(20_000),
        "[" * 60_000,
        "{a: " * 15_000,
        "- " * 30_000,
        "k:\n" + "".join(" " * n + "- \n" for n in range(1, 300)),
        bomb(9, 9),
        bomb(26, 2),
        MERGE_BOMB,
        "a: &a x\nk:\n  <<: [*a]\n",
        "a: &a [*a]\n",
        "a: &a x\n" + "".join(f"b{n}: *a\n" for n in range(51)),
        "k: [" + "x," * 20_000 + "]\n",
    ],
    ids=lambda text: text[:12],
)
def test_too_complex(text: str) -> None:
    assert problem(text).code == "yaml-too-complex"


def test_not_too_complex() -> None:
    assert values(deep(60))["k"]
    assert len(load_block("a: &a x\n" + "".join(f"b{n}: *a\n" for n in range(50)))) == 51
    assert values("a: &a {x: 1}\nk:\n  <<: *a\n  y: 2\n")["k"] == {"<<": {"x": "1"}, "y": "2"}


@pytest.mark.skipif(sys.platform == "win32", reason="no stack limit to set")
def test_deep_nesting_does_not_kill_a_small_stack() -> None:
    """libyaml's own composer crashes the process on this; 256 kB is a thread's stack on some systems."""
    script = (
        "import threading\n"
        "from vault_crm.core.frontmatter.read import read_properties\n"
        "threading.stack_size(262144)\n"
        "texts = ['[' * 60000, '{a: ' * 15000, '- ' * 30000]\n"
        "found = []\n"
        "def run():\n"
        "    for text in texts:\n"
        "        found.append(read_properties('x', f'---\\n{text}\\n---\\n')[1][0].code)\n"
        "thread = threading.Thread(target=run); thread.start(); thread.join()\n"
        "print(*found)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=120
    )
    assert (done.returncode, done.stdout.split()) == (0, ["yaml-too-complex"] * 3)


@pytest.mark.parametrize(
    ("text", "code", "at", "said"),
    [
        ("a: 1\nb: x: y\n", "broken-yaml", ": y", "a colon followed by a space"),
        ("a: 1\nb: {{title}} x\n", "template-placeholder", "{{title}}", "placeholder"),
        ("b: <% tp.x({a: 1}) %>: c\n", "template-placeholder", "<%", "placeholder"),
        ("{{title}}: x\ny\n", "broken-yaml", "y", "no colon"),
        ("a:\n\tb: 1\n", "broken-yaml", "\tb", "a tab stands in the indentation"),
        ("a: @ben\n", "broken-yaml", "@ben", "cannot begin with @"),
        ("a: `x`\n", "broken-yaml", "`x`", "cannot begin with `"),
        ("a: %x\n", "broken-yaml", "%x", "cannot begin with %"),
        ("a:\n  - ok\n  - @ben\n", "broken-yaml", "@ben", "cannot begin with @"),
        ("a: [[A]], [[B]]\n", "broken-yaml", "[[A]]", "links"),
        ("a: [[A]] and me\n", "broken-yaml", "[[A]]", "links"),
        ("a: [x, y\nb: 1\n", "broken-yaml", "[x", "bracket"),
        ('a: "x" y\n', "broken-yaml", '"x"', "quotes"),
        ("a: 'x\nb: 1\n", "broken-yaml", "'x", "quotes"),
        ("a: *b*\n", "broken-yaml", "*b", "cannot begin with *"),
        ("name: Ana\nfoo\nb: 1\n", "broken-yaml", "foo", "no colon"),
        ("tel:123\nb: 1\n", "broken-yaml", ":123", "space is missing"),
        ("last_contact: -\n", "broken-yaml", "-", "a lone -"),
        ("birthday: ?\nname: Ana\n", "broken-yaml", "?", "a lone ?"),
        ("tags: - a\n- b\n", "broken-yaml", "- a", "a list begins"),
        ("a: 1\n  b: 2\n", "broken-yaml", "b: 2", "indented deeper"),
        ("a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> x\n", "conflict-markers", "<<<<<<<", "merge"),
        (
            "a: 1\r\n<<<<<<< HEAD\r\nb: 1\r\n=======\r\nb: 2\r\n>>>>>>> x\r\n",
            "conflict-markers",
            "<<<<<<<",
            "merge",
        ),
        ("a: x\udce9\n", "not-utf8", "\udce9", "UTF-8"),
        ("a: x\0\n", "broken-yaml", "\0", "U+0000"),
        ("a: x\x1b[0m\n", "broken-yaml", "\x1b", "U+001B"),
        ("a: x\ufeff\n", "broken-yaml", "\ufeff", "U+FEFF"),
        ("a: x\u2028y\nb: 1\n", "broken-yaml", "\u2028", "U+2028"),
        ('a: "\\ud83d"\n', "broken-yaml", '"', "half a character"),
        ("a: 1\n--- # two\nb: 2\n", "broken-yaml", "--- # two", "second YAML document"),
        ("- a\n", "not-a-mapping", "- a", "a list"),
        ("just words\n", "broken-yaml", "just", "no colon"),
        ('"quoted"\n', "not-a-mapping", '"quoted"', "text"),
        ("{{title}}\n", "template-placeholder", "{{title}}", "placeholder"),
        ("a: x\n? [q\n", "broken-yaml", "", "not valid YAML"),
    ],
)
def test_problems_are_explained(text: str, code: str, at: str, said: str) -> None:
    found = problem(text)
    assert found.code == code
    assert said in found.message
    assert text.startswith(at, found.offset)
    assert found.hint


def test_a_hint_shows_the_mended_line() -> None:
    assert problem("how_met: at work: the old office\n").hint.endswith('`how_met: "at work: the old office"`')
    assert problem("a:\n  - @ben\n").hint.endswith('`- "@ben"`')
    assert problem("friends: [[A]], [[B]]\n").hint == 'write `friends: ["[[A]]", "[[B]]"]`'


@pytest.mark.parametrize(
    "text",
    [
        'a: "\\U99999999"\n',
        "%YAML 1e999\n",
        "%YAML 9.9\n",
        "%TAG ! x\n",
        "a: !<x\n",
        "\x85",
        "&a",
        "*a",
        "?",
        "!!",
    ],
)
def test_nothing_but_block_problems(text: str) -> None:
    try:
        load_block(text)
    except BlockProblem as found:
        caught = found
    else:
        return
    assert caught.code
    assert 0 <= caught.offset <= len(text)


@pytest.mark.parametrize("filler", ["\n", " \n", "\t\n", "\r\n", " "])
def test_a_cause_is_looked_for_in_linear_time(filler: str) -> None:
    text = "friends: [[Ana]], [[\n" + filler * 20_000 + "b: c: d\n"
    assert problem(text).code == "broken-yaml"
    assert is_within(2, lambda: problem(text))


# --- python-frontmatter


def test_values_come_through_python_frontmatter() -> None:
    text = "---\nzip: 01234\nwhen: 2026-02-30\nlinks:\n  - [[Ana]]\n---\nbody\n"
    metadata, body = frontmatter.parse(text, handler=PlainHandler())
    assert metadata == {"zip": "01234", "when": "2026-02-30", "links": ("[[Ana]]",)}
    assert body == "body"
    assert issubclass(PlainHandler, frontmatter.default_handlers.YAMLHandler)
    assert PlainHandler().load("a: no\n") == {"a": "no"}


def test_export_keeps_order_and_reads_back() -> None:
    metadata = {
        "name": "Žofie 😀",
        "last_contact": "2026-11-22",
        "zip": "01234",
        "paused": True,
        "notes": None,
    }
    metadata |= {"aliases": ("Z", "no"), "company": "[[Acme]]", "how_met": "x: y\nz", "cadence": "3 months"}
    metadata |= {"empty": (), "long": "word " * 60 + "end", "on": "x"}
    text = PlainHandler().export(metadata)
    assert list(values(text).items()) == list(metadata.items())
    shown = [
        "name: Žofie 😀",
        "last_contact: 2026-11-22",
        'zip: "01234"',
        "paused: true",
        "notes:",
        "aliases:",
    ]
    assert text.split("\n")[:7] == [*shown, "  - Z"]


def test_the_block_room_needs_no_yaml_until_it_reads() -> None:
    script = "import sys, vault_crm.core.frontmatter.block, vault_crm.core.frontmatter\n"
    script += "print('yaml' in sys.modules, 'frontmatter' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
