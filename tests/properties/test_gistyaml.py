"""The law of the frontmatter that few write: what is read of it without YAML is what YAML reads, always."""

from __future__ import annotations

from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings as check
from hypothesis import strategies as st

from vault_crm.core.frontmatter.block import pairs_of
from vault_crm.core.frontmatter.block import read_block
from vault_crm.core.gistplain import KEY
from vault_crm.core.gistplain import PLACE
from vault_crm.core.gistplain import VALUE
from vault_crm.core.gistplain import PlainBlocks
from vault_crm.core.gistread import GistReader
from vault_crm.core.note import parse_note
from vault_crm.core.settings import Settings
from vault_crm.core.text import LineIndex
from vault_crm.core.text import decode

SETTINGS = Settings(tiers={"close": "2 weeks"}, tags={"friend": "1 month"})
BLOCKS, READER, REFERENCE = PlainBlocks(), GistReader(SETTINGS), GistReader(SETTINGS)

KEYS = st.sampled_from([
    "how_met", "next", "tags", "aliases", "relationship", "events", "wedding", "birthday", "last_contact",
    "cadence", "tier", "paused", "type", "date", "email", "x1", "x2", "x3", "TEL[CELL]", "N.FN", "R&D",
    "O'Neil", "a/b", "2nd", "größe", "📞x",
])  # fmt: skip
ODD_KEYS = st.sampled_from(
    ["<<", "'q'", '"q"', "? k", "- k", "true", "a#b", "a #b", "[k]", "{k}", "k, l", "x ", " x"]
)
TEXTS = st.sampled_from([
    "Ana", "friend, work", "2026-01-02", "05-12", "2 weeks", "close", "true", "null", "no", "12:30",
    "http://x/y", "'it''s'", '"a \\"b\\""', '"a\\\\"', '"a\\nb"', "'a # b'", '"a: b"', "[[Ana]]", "[[Ana|A]]",
    "[[A, B]]", '[["A"]]', "{{date}}", "{{a b}}", "<% tp.x %>", "{a: b, c: 1}", "{a: {b: [c, {d: e}]}}",
    '{"a": b, c: "d, e"}', "[]", "[a, 'b, c', -5]", "[[a], [b]]", "[a, [b]]", "x  # y", "-5", "",
])  # fmt: skip
ODD_TEXTS = st.sampled_from([
    '"a\\x41"', '"a"b', "'a'#c", "[a", "{a}", "{a: }", "{a:b}", "{: a}", "{a: b: c}", "{<<: a}", "{a: b} c",
    "[a: b]", "[a, ]", "[a,, b]", "{{a}} b", "{ {a} }", "&a b", "*a", "!t a", "@a", "%a", "- x", "a:", "a: b",
    "~", "#a", "|2", "> x", "|- # c", "? a", "a\tb", "a\u00a0b", "a\u2028b", "a\x85b", "\ufeff", "---", "...",
])  # fmt: skip
VALUES = st.one_of(*[TEXTS] * 6, ODD_TEXTS)
INDENTS = st.sampled_from(["  ", "  ", "    ", " "])
WORDS = st.sampled_from([
    "text", "text ", "a: b", "- a", "# no comment", "2026-01-02", "friend, work", '"q', "[x", "  deeper", "",
    "", "    ", "---", "...", "é",
])  # fmt: skip
PROPERTY = st.builds("{}: {}".format, KEYS, VALUES)
LISTED = st.builds(
    lambda key, pad, items: "\n".join([f"{key}:", *(f"{pad}- {item}" for item in items)]),
    KEYS,
    INDENTS | st.just(""),
    st.lists(VALUES, min_size=1, max_size=3),
)
LINES = st.builds(
    lambda key, style, pad, lines: "\n".join([f"{key}: {style}", *(pad + line for line in lines)]),
    KEYS,
    st.sampled_from(["|", ">", "|-", ">-", "|+", ">+", "| ", ">- "]),
    INDENTS,
    st.lists(WORDS, min_size=1, max_size=4),
)
FOLDED = st.builds(lambda key, pad, words: f"{key}: some\n{pad}{words}", KEYS, INDENTS, WORDS)


def _indented(pad: str, text: str) -> str:
    return "\n".join(pad + line for line in text.split("\n"))


def _below(key: str, pad: str, inner: list[str], item: bool) -> str:
    text = "\n".join(inner)
    return f"{key}:\n" + (
        f"{pad}- {_indented(pad + '  ', text).lstrip(' ')}" if item else _indented(pad, text)
    )


NESTED = st.recursive(
    st.one_of(PROPERTY, LISTED, LINES),
    lambda inner: st.builds(_below, KEYS, INDENTS, st.lists(inner, min_size=1, max_size=3), st.booleans()),
    max_leaves=5,
)
ODD_LINES = st.one_of(
    st.builds("{}: {}".format, ODD_KEYS, VALUES),
    st.sampled_from(["# comment", "  # comment", "", "  ", "words", "  more", "  - a", "- a", "  a: b"]),
)
FORMS = st.one_of(NESTED, NESTED, LINES, LISTED, FOLDED, PROPERTY, PROPERTY)


def _key(form: str) -> str:
    return form.partition(":")[0]


SOUND = st.lists(FORMS, min_size=1, max_size=5, unique_by=_key)
ROUGH = st.lists(st.one_of(FORMS, FORMS, ODD_LINES), min_size=1, max_size=5)
TEXT = st.one_of(SOUND, SOUND, ROUGH).map("\n".join)
CUTS = st.lists(
    st.tuples(
        st.integers(0, 120),
        st.integers(0, 2),
        st.sampled_from([
            "-", "#", "'", '"', ":", ",", "[", "]", "{", "}", "|", ">", "&", "*", "!", "?", "%", "~", "\\",
            "\n", "\r", "\t", "\r\n", "\u2028", "\x85", "\ufeff", "é", " ", "  ", "",
        ]),
    ),
    max_size=2,
)  # fmt: skip
BODIES = st.sampled_from([
    "", "words [[Ben]]\n",
    "# Ana\n\n## Log\n\n- 2026-03-14 call: x\n- 2026-01-27 tea with [[Ben]]\n  - late\n",
    "- [ ] call [[Cy]]\n- lunch with [[Ana]]\n", "## 2026-01-02\n[[Ben]]\n",
])  # fmt: skip
PATHS = st.sampled_from(
    ["People/Ana Moura.md"] * 4 + ["People/k3x9.md", "x.md", "2026-01-02.md", "Meetings/x.md"]
)


def cut(text: str, cuts: list[tuple[int, int, str]]) -> str:
    for at, length, new in cuts:
        text = text[:at] + new + text[at + length :]
    return text


@check(max_examples=700, suppress_health_check=[HealthCheck.too_slow])
@given(block=TEXT, cuts=st.just([]) | CUTS)
def test_rows_are_what_yaml_reads(block: str, cuts: list[tuple[int, int, str]]) -> None:
    block = cut(block, cuts)
    rows = BLOCKS.rows(block)
    if rows is None:
        return
    text = f"---\n{block}\n---\n"
    pairs = pairs_of(read_block(block + "\n"), block + "\n")  # raises nothing
    index = LineIndex(text)
    assert len({pair.key for pair in pairs}) == len(pairs)
    expected = {}
    for pair in pairs:
        means = BLOCKS.meaning(pair.key)
        assert means is not None
        assert not pair.odd_key
        if means:
            assert means not in expected
            line, col = index.place(4 + pair.start)
            last, end = index.place(4 + pair.end)
            expected[means] = pair.key, pair.value, (line, col, end if last == line else 0)
    assert rows.keys() == expected.keys()
    for means, row in rows.items():
        key, value, place = expected[means]
        assert (row[KEY], repr(row[VALUE])) == (key, repr(value))  # True is not 1
        assert value is None or row[PLACE] == place


@check(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(
    path=PATHS,
    block=TEXT,
    body=BODIES,
    end=st.sampled_from(["\n", "\r\n", "\r\n"]),
    cuts=st.just([]) | CUTS,
)
def test_gists_are_what_the_full_reader_says(
    path: str, block: str, body: str, end: str, cuts: list[tuple[int, int, str]]
) -> None:
    text = cut(f"---\n{block}\n---\n{body}".replace("\n", end), cuts)
    raw = text.encode()
    gist = READER.fast(path, raw)
    if gist is not None:
        assert repr(gist) == repr(REFERENCE.of_note(parse_note(path, decode(raw), SETTINGS)))
