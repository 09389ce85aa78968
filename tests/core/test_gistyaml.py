"""The frontmatter that few write, read for gists without YAML: what is read, and what is left to YAML."""

from __future__ import annotations

import subprocess
import sys

import pytest

from vault_crm.core.gistplain import VALUE
from vault_crm.core.gistplain import PlainBlocks
from vault_crm.core.gistread import GistReader
from vault_crm.core.note import parse_note
from vault_crm.core.settings import Settings
from vault_crm.core.text import decode

SETTINGS = Settings(tiers={"close": "2 weeks"})
ANA = "People/Ana Moura.md"

# What plugins and people write, and what it says of one field.
SAID = [
    ("how_met", "how_met: |\n  at school\n\n    in Porto\n", "at school\n\n  in Porto\n"),
    ("how_met", "how_met: |-\n  at school\n\nrole: x", "at school"),
    ("how_met", "how_met: |+\n  at school\n\n\nrole: x", "at school\n\n\n"),
    ("how_met", "how_met: >\n  at school\n  in Porto\n\n\n  or so\nrole: x", "at school in Porto\n\nor so\n"),
    ("how_met", "how_met: >-\n    # no comment\n    a: b\n# one", "# no comment a: b"),
    ("how_met", "how_met: >+\n at school \n in Porto\n", "at school  in Porto\n\n"),
    ("how_met", "how_met: an evening class\n  in Porto\n  or so\n", "an evening class in Porto or so"),
    ("how_met", "how_met: 'it''s long # ago'  # said Bo", "it's long # ago"),
    ("how_met", 'how_met: "a \\"b\\" \\\\ c\\td: e"', 'a "b" \\ c\td: e'),
    ("how_met", "how_met: [[Porto School]]", "[[Porto School]]"),
    ("how_met", "how_met: {{place}}", "{{place}}"),
    ("how_met", "how_met: <% tp.date.now() %>", "<% tp.date.now() %>"),
    ("next", "next:\n# soon\n- 'it''s: sold?'\n\n- \"[[Ben]]\" # too\n-", ("it's: sold?", "[[Ben]]", None)),
    ("next", "next: ['a, b', \"c\", d e, -5, true]", ("a, b", "c", "d e", "-5", True)),
    ("tags", "address:\n  city: Porto\n  street: {name: Mill Lane, no: 7}\ntags: [a]", ("a",)),
    ("tags", "people_met:\n- who: Bo\n  when:\n    - 2020\n-   who: Cy\ntags:\n- a", ("a",)),
    ("tags", "longform:\n  form: x\n  scenes:\n  - one\n  - text: |-\n      two\n  not: []\ntags: a", "a"),
    ("tags", "mapmarkers: [[default, [1.5, -8]], {a: [b, {c: d}]}]\ntags: a", "a"),
    ("tags", "TEL[CELL]: +31\nN.FN: x\nR&D: y\n2nd: z\n📞: 1\na - b: 2\ntags: a", "a"),
    ("last_contact", "last_contact: >-\n  2026-01-02\nx: {{a b}}", "2026-01-02"),
]  # fmt: skip

LEFT_TO_YAML = [
    "x: |2\n  a",
    "x: |\n\n  a",
    "x: |\n",
    "x: |\na: b",
    "x: |\n  a\n b",
    "x: |\n  a\n   ",
    "how_met: >\n  a\n   b",
    "how_met: {a: b}",
    "how_met:\n  a: b",
    "next:\n- a: b",
    "next: [[a], [b]]",
    "x: a\n  b: c",
    "x: a\n\n  b",
    "x: a # b\n  c",
    "x: a\n  b # c",
    "x: 'a'#c",
    "x: [a,\n  b]",
    "x: 'a\n  b'",
    'x: "\\x41"',
    'x: "a"b',
    "x: {a}",
    "x: {a: }",
    "x: {: a}",
    "x: {a:b}",
    "x: {a: b} c",
    "x: {<<: a}",
    "x: &a b",
    "x: *a",
    "x: !t a",
    "x:\n  <<: a",
    "x:\n  a: b\n c: d",
    "x:\n  a: b\n   c: d",
    "x:\n  - a\n - b",
    "x:\n  - a\n  b: c",
    "x:\n- - a",
    "x:\n-\n  a: b",
    "x:\n  ? a",
    "x:\n  a",
    "x: y\nx: z",
    "how_met: a\nhow we met: b",
    "x: {{a}} b",
    "x: - a",
    "x: a: b",
    "x: a:",
    "x: @a",
    "x: a\u2028b",
    "x: a\tb",
    "x: a\u00a0b",
    "  x: a",
    "'x': a",
    "? x",
    "...",
    "x:\n" + "\n".join(f"{' ' * n}a:" for n in range(1, 30)),
]


def reads_alike(text: str) -> bool:
    """True if the fast reader reads a note; it says then what the full one says."""
    reader = GistReader(SETTINGS)
    gist = reader.fast(ANA, text.encode())
    expected = reader.of_note(parse_note(ANA, decode(text.encode()), SETTINGS))
    assert gist is None or repr(gist) == repr(expected)
    return gist is not None


@pytest.mark.parametrize(("field", "block", "value"), SAID)
def test_the_forms_of_a_few_are_read(field: str, block: str, value: object) -> None:
    rows = PlainBlocks().rows(block)
    assert rows is not None
    assert rows[field][VALUE] == value
    assert reads_alike(f"---\n{block}\n---\n## Log\n- 2026-01-02 call: x\n")


@pytest.mark.parametrize("block", LEFT_TO_YAML)
def test_what_is_odd_is_left_to_yaml(block: str) -> None:
    assert PlainBlocks().rows(block) is None
    assert not reads_alike(f"---\n{block}\n---\n")


@pytest.mark.parametrize(("field", "block", "value"), SAID)
def test_line_ends_of_two_bytes_change_nothing(field: str, block: str, value: object) -> None:
    text = f"---\n{block}\n---\n# Ana\n\n## Log\n\n- 2026-01-02 call: about [[Ben]]\n  - and more\n"
    reader = GistReader(SETTINGS)
    crlf = text.replace("\n", "\r\n")
    assert reads_alike(crlf)
    assert reader.fast(ANA, crlf.encode()) == reader.fast(ANA, text.encode())
    daily = "---\ntags: a\n---\n- lunch with [[Ana Moura]]\n".replace("\n", "\r\n")
    assert reader.fast("2026-01-02.md", daily.encode()) == reader.of_note(
        parse_note("2026-01-02.md", daily, SETTINGS)
    )
    assert field in PlainBlocks().rows(block)  # type: ignore[operator]
    assert value != field


@pytest.mark.parametrize("text", ["---\rname: Ana\r---\r", "words\rmore\r\n", "---\nname: A\r\r\n---\n"])
def test_line_ends_that_are_none_are_left_to_the_full_reader(text: str) -> None:
    assert not reads_alike(text)


def test_yaml_is_not_loaded_for_the_forms_of_a_few() -> None:
    program = (
        "import sys\n"
        "from vault_crm.core.gistread import GistReader\n"
        "from vault_crm.core.settings import Settings\n"
        "reader = GistReader(Settings())\n"
        "block = 'a: |\\n  b\\nc:\\n  d: {e: f}\\nhow_met: >-\\n  x\\n  y\\n'\n"
        "for end in ('\\n', '\\r\\n'):\n"
        "    note = f'---\\n{block}---\\n## Log\\n- 2026-01-02 x\\n'.replace('\\n', end)\n"
        "    assert reader.read('People/Ana.md', note.encode())[12] == (('how_met', 'x y'),)\n"
        "print('yaml' in sys.modules, 'vault_crm.core.note' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"
