"""The law of the fast reader: for every note whatever, it says what the full one says, or nothing."""

from __future__ import annotations

from functools import cache

from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings as check
from hypothesis import strategies as st

from vault_crm.core.gistread import GistReader
from vault_crm.core.note import parse_note
from vault_crm.core.settings import Conventions
from vault_crm.core.settings import Settings
from vault_crm.core.text import decode

SETTINGS = (
    Settings(),
    Settings(
        tiers={"close": "2 weeks", "broken": "zzz"},
        tags={"friend": "1 month"},
        folders={"People/Work": "3 weeks", "Notes": "broken"},
        not_contact=("call", ""),
        log_heading="Talks",
        log_headings=("Notes",),
    ),
    Settings(people=("Notes", "."), daily_folder="Daily", template_folders=("Notes/T",)),
    Settings(conventions=Conventions(daily_folder="Daily", daily_known=True, daily_format="YYYY/DD-MM")),
)
PEOPLE = st.sampled_from(["People/Ana Moura.md", "People/Work/Bo  X.md", "Notes/Zoe.md", "Cy.md"])
PATHS = PEOPLE | PEOPLE | st.sampled_from([
    "People/Ana Moura.md", "People/Work/Bo  X.md", "People/k3x9.md", "People/Éva.md", "People/people.md",
    "People/2026-03-14.md", "People/2026-03-14 Ana.md", "Notes/x.md", "Notes/T/x.md", "x.md", "README.md",
    "Meetings/x.md", "Meetings/2026-01-01 y.md", "Meetings/People/x.md", "Templates/x.md", "2026-01-01.md",
    "Meetings/Templates/x.md", "People/Templates/x.md", "Templates/2026-01-01.md",
    "2026-01-01 trip.md", "2026-02-30.md", "Daily/2026/14-03.md", "Daily/2026-01-01.md", "People/X.MD",
])  # fmt: skip
KEYS = st.sampled_from([
    "name", "Name", "title", "aliases", "alias", "tags", "tag", "groups", "cadence", "frequency",
    "last_contact",
    "Last Contact", "next_contact", "snooze_until", "met", "paused", "archived", "private", "tier", "next",
    "birthday", "died", "events", "wedding", "relationship", "how_met", "introduced_by", "type", "categories",
    "date", "attendees", "people", "prm-x", "email", "größe", "true", "1a", "- a", "  b", "'c'", "a b",
])  # fmt: skip
VALUES = st.sampled_from([
    "", " ", "Ana", "Ana # of Porto", "a b", "friend", "person/close", "friend, work", "#friend",
    "meeting", "book",
    "2026-01-02", "2026-01-02  ", "2026-1-2", "2026-02-30", "2019", "05-12", "1604-05-12", '"[[2026-01-02]]"',
    "2026-01-02T10:30", "06-14 fair", "2027-04-01 sabbatical", "2 weeks", "weekly", "nonsense", "close",
    "broken",
    "true", "no", "null", "~", "-", "-5", "- x", "[]", "[a, b]", "[friend, Work]", "[a,b]", "[a, ]",
    "[a, -b]",
    '["a, b"]', "['a', null]", "[[Ana]]", '"[[Ana]]"', '"a: b"', "'it''s'", '"a\\n"', '"a" b', "a: b", "a:",
    "a:b", "12:30", "http://x/y", "{a: b}", "|", ">", "&a b", "*a", "!t a", "@a", "`a`", "%a", ",",
    "{{x}}", "<%x",
    "x\ty", "x\u00a0y", "x\u2028y", "$x", "/x", ".", "...", "---", "=", "<<",
])  # fmt: skip
ITEMS = st.builds(lambda pad, value: f"{pad}- {value}", st.sampled_from(["", "  ", "    "]), VALUES)
PROPERTY = st.builds(lambda key, value: f"{key}: {value}", KEYS, VALUES)
HEADED = st.builds(lambda key, items: "\n".join([f"{key}:", *items]), KEYS, st.lists(ITEMS, max_size=3))
ODD_HEAD = st.sampled_from(["", "# comment", "  # comment", "words", "  more", "---", "...", "\t", "a:\r"])
PLAIN_KEYS = (
    *(
        "name",
        "aliases",
        "tags",
        "cadence",
        "last_contact",
        "next_contact",
        "met",
        "birthday",
        "paused",
        "died",
    ),
    *("tier", "next", "events", "wedding", "how_met", "relationship", "email", "categories", "snooze_until"),
)
PLAIN_VALUES = st.sampled_from(
    [
        *(
            "",
            "Ana",
            "friend",
            "friend, work",
            "2026-01-02",
            "2026-1-2",
            "2019",
            "05-12",
            "06-14 fair",
            "2 weeks",
        ),
        *(
            "close",
            "true",
            "no",
            "[friend, Work]",
            '"[[Ana]]"',
            "'a b'",
            "a:b",
            "x # said",
            '["a", b]',
            "2 weeks  ",
        ),
        *("\n- a\n- b", "\n  - 2027-04-01 sabbatical\n  - \n", " \n- friend"),
    ]
)


def _sound(keys: list[str]) -> st.SearchStrategy[str]:
    values = st.tuples(*[PLAIN_VALUES] * len(keys))
    return values.map(lambda said: "\n".join(map("{}: {}".format, keys, said)).replace(": \n", ":\n"))


SOUND = st.lists(st.sampled_from(PLAIN_KEYS), max_size=6, unique=True).flatmap(_sound)
WILD = st.lists(st.one_of(PROPERTY, PROPERTY, PROPERTY, HEADED, ODD_HEAD), max_size=6).map("\n".join)
BLOCKS = st.one_of(SOUND, SOUND, SOUND, st.builds(lambda a, b: f"{a}\n{b}", SOUND, WILD), WILD)

DAYS = st.sampled_from([
    "2026-01-02", "2026-03-14", "2026-03-14", "2025-11-20", "2026-02-30", "**2026-04-01**", "[[2026-04-02]]",
    "[[Daily/2026-04-03|x]]", "(date:: 2026-04-04)", "2026-05-05T10:30", "2026-05-06x", "14.3.2026",
    "_2026-06-01:_",
])  # fmt: skip
WORDS = st.sampled_from([
    "", " ", " call: x", ": y", " 10:30 tea", " at 10:30 tea: two", " attempt: no answer", " Phone call : z",
    " with [[Ben]] and [[Cy Young|Cy]]", " [[Ben#x]], [[Ben]] ![[Pic]]", " [Dan](People/Dan.md)",
    " #no-contact",
    " **mail**: x", " `code` [[Ben]]", " a <!-- b", " %%", "\tx", " \u00a0x ", " [[2026-01-02]]", " [x",
    " ✅ 2026-01-02",
    " [[Ana.md]] [[2026-01-02.md]]", " \\[[Ben]]", " [[ Ben ]]x", " x" * 120 + " [[Ben]]", " é: ü",
])  # fmt: skip
LEADS = st.sampled_from(
    ["- ", "- ", "- ", "* ", "+ ", "1. ", "- [ ] ", "- [x] ", "  - ", "\t- ", "", "    ", "> "]
)
ENTRY = st.builds(lambda lead, day, words: lead + day + words, LEADS, DAYS, WORDS)
LINE = st.builds(lambda lead, words: lead + words.lstrip(" "), LEADS, WORDS)
HEADING = st.sampled_from([
    "## Log", "## Log", "### Log", "# Log 📞", "## Notes", "## Talks", "# Ana", "### 2026-01-02 call",
    "  ## Log",
    "\t# Log", "#tag", "## 2026-01-02 with [[Fay]]", "## With [[Fay]]", "> ## Log", "- # Log",
])  # fmt: skip
ODD_LINE = st.sampled_from([
    "", "", "```", "~~~", "<!--", "-->", "%%", "---", "===", "<<<<<<< a", "=======", ">>>>>>> b",
    "words", "| a | b |",
    "\r", "  ", "\ufeff", "<!-- vault-crm:begin -->",
])  # fmt: skip
PLAIN_WORDS = st.sampled_from(
    [
        *(
            "",
            " ",
            " call: x",
            ": y",
            " 10:30 tea",
            " At 9:00 x",
            " attempt: no answer",
            " Phone call : z",
            " call",
            " x.",
        ),
        *(
            " with [[Ben]]",
            " [[Ben]] and [[Cy Young|Cy]]",
            " [Dan](People/Dan.md) #no-contact",
            " **mail**: x",
            " [x",
        ),
    ]
)
PLAIN_DAYS = st.sampled_from(["2026-01-02", "2026-03-14", "2025-11-20", "2024-02-29", "2026-10-30"])
SOUND_ENTRY = st.builds(
    lambda lead, day, words: lead + day + words, st.sampled_from(["- ", "- ", "* "]), PLAIN_DAYS, PLAIN_WORDS
)
BELOW = st.sampled_from(["", "", "  - and more", "    words", "\t- x", "  "])
ENTRIES = st.lists(st.one_of(*[SOUND_ENTRY] * 8, BELOW), max_size=8)
LINKED = st.sampled_from(
    [
        *(
            "- lunch with [[Ben]]",
            "[[Ben]], [[Cy]] and [[Ben]]",
            "* x [[Cy Young|Cy]]",
            "- [ ] ask [[Dan]]",
            "  - or [[Eve]]",
        ),
        *(
            "- [x] saw [[Fay]]",
            "## With [[Gil]]",
            "words",
            "",
            " - [[Hal]] ",
            "- [[I 2]] [[2026-01-02]]",
            "1. [[Jo]] #no-contact",
        ),
    ]
)
LOGS = ENTRIES.map(
    lambda lines: "\n".join(["# Ana", "", "## Log", "", *lines, "", "## Notes", "- 2027-01-01 no"])
)
SAID = st.lists(LINKED, max_size=6).map("\n".join)
ROUGH = st.lists(st.one_of(ENTRY, ENTRY, ENTRY, LINE, HEADING, ODD_LINE), max_size=9).map("\n".join)
BODIES = st.one_of(
    LOGS, LOGS, LOGS, SAID, SAID, st.builds(lambda a, b: f"{a}\n{b}", ENTRIES.map("\n".join), ROUGH), ROUGH
)
FENCES = st.sampled_from(["---\n"] * 40 + ["---\r\n", "--- \n", "----\n", "\ufeff---\n", ""])
NOTES = st.builds(
    lambda opened, block, closed, body, end: f"{opened}{block}\n{closed}{body}{end}".encode(),
    FENCES,
    BLOCKS,
    st.sampled_from(["---\n"] * 40 + ["---", "...\n", "---\n\n", "--- \n", ""]),
    BODIES,
    st.sampled_from(["\n", ""]),
)
NO_CUTS: st.SearchStrategy[list[tuple[int, int, bytes]]] = st.just([])
BARE = BODIES.map(str.encode)
CUTS = st.lists(
    st.tuples(
        st.integers(0, 400),
        st.integers(0, 3),
        st.sampled_from([b"", b"\n", b" ", b"-", b"#", b":", b"[", b"]", b"\r", b"\t", b"\0", b"\xff",
        b"\xc3", b'"', b"`"])
        | st.binary(max_size=2),
    ),
    max_size=3,
)  # fmt: skip


@cache
def readers(number: int) -> tuple[GistReader, GistReader]:
    """One that reads fast (and remembers from note to note), and the full one."""
    return GistReader(SETTINGS[number]), GistReader(SETTINGS[number])


@check(max_examples=1200, suppress_health_check=[HealthCheck.too_slow])
@given(
    path=PATHS,
    raw=NOTES | BARE,
    cuts=NO_CUTS | NO_CUTS | CUTS,
    number=st.sampled_from([0, 0, *range(len(SETTINGS))]),
)
def test_what_is_read_fast_is_what_is_read_in_full(
    path: str, raw: bytes, cuts: list[tuple[int, int, bytes]], number: int
) -> None:
    for at, length, new in cuts:
        raw = raw[:at] + new + raw[at + length :]
    reader, reference = readers(number)
    gist = reader.fast(path, raw)
    if gist is not None:
        expected = reference.of_note(parse_note(path, decode(raw), SETTINGS[number]))
        assert gist == expected
        assert repr(gist) == repr(expected)  # True is not 1
