"""Text from notes as Markdown: it is shown as it is, and it can do nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from vault_crm.core.dashboard.ticks import note_links
from vault_crm.render import markdown
from vault_crm.render.markdown import comment
from vault_crm.render.markdown import href
from vault_crm.render.markdown import link
from vault_crm.render.markdown import md
from vault_crm.render.markdown import one_line
from vault_crm.render.markdown import plain

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("knee is better, walks to the market again", "knee is better, walks to the market again"),
        ("should she take the CMO offer?", "should she take the CMO offer?"),
        ("Gdańsk & Łódź (maybe) – C# or snake_case, 5:30", "Gdańsk & Łódź (maybe) – C# or snake_case, 5:30"),
        ("two\nlines\r\nand\ta tab", "two lines and a tab"),
        ("[[Ana]] **bold** `code`", r"\[\[Ana\]\] \*\*bold\*\* \`code\`"),
        ("<!-- x --> <b>", r"\<!-- x --> \<b>"),
        ("<% tp.file %> {{date}}", "&lt;% tp.file %> {{date}}"),
        ("`$= dv.pages()` `= this`", r"\`\$= dv.pages()\` \`= this\`"),
        ("a %%hidden%% b", "a &#37;%hidden&#37;% b"),
        ("==mark== ~~gone~~", r"\==mark\== \~\~gone\~\~"),
        ("key:: value", r"key:\: value"),
        ("#tag, C#, no.#1", r"\#tag, C#, no.\#1"),
        ("end ^block", r"end \^block"),
        ("a | b", r"a \| b"),
        ("_a_ a_b", r"\_a\_ a_b"),
        ("&amp; & &#91;", r"\&amp; & \&\#91;"),
        ("C:\\Users\\", "C:\\\\Users\\\\"),
        ("- [x] done", r"\- \[x\] done"),
        ("# head", r"\# head"),
        ("> quote", r"\> quote"),
        ("1. first", r"1\. first"),
        ("--- ", r"\---"),
        ("a\u202eb\u0000c\u2028d\ufeff", "abc d"),
        ("bad \udc80 byte", "bad \ufffd byte"),
        ("👩‍👩‍👧 नमस्ते", "👩‍👩‍👧 नमस्ते"),
    ],
)
def test_only_what_would_act_is_escaped(text: str, written: str) -> None:
    assert md(text) == written


def test_long_text_is_cut_between_words() -> None:
    text = "walks to the market " * 20
    assert len(one_line(text, 120)) <= 120
    assert one_line(text, 120).endswith(("market…", "the…", "to…", "walks…"))
    assert len(one_line("x" * 500, 120)) == 120
    assert one_line("e\u0301" * 200, 100)[-2:] in ("\u0301…", "e…")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("coffee with [[Ben Okafor]]", "coffee with Ben Okafor"),
        ("coffee with [[People/ben|Ben]]", "coffee with Ben"),
        ("coffee with [[People/ben.md]]", "coffee with ben"),
        ("see [the plan](https://example.org/a_(b)) now", "see the plan now"),
        ("**lunch** and __more__", "lunch and more"),
        ("a [half link", "a [half link"),
    ],
)
def test_links_and_bold_type_are_shown_as_their_words(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("People/ana-sousa.md", "People/ana-sousa.md"),
        ("People/Ana Sousa.md", "People/Ana%20Sousa.md"),
        ("People/Lucía.md", "People/Lucía.md"),
        ("People/a(b)[c]<d>#e?f%g.md", "People/a%28b%29%5Bc%5D%3Cd%3E%23e%3Ff%25g.md"),
        ("javascript:alert(1).md", "javascript%3Aalert%281%29.md"),
        ("Lucı\u0301a.md", "Lucı%CC%81a.md"),
    ],
)
def test_addresses(path: str, address: str) -> None:
    assert href(path) == address


def test_links_are_relative_to_the_dashboards_folder() -> None:
    assert link("Ana", "People/ana.md", "OVERDUE.md") == "[Ana](People/ana.md)"
    assert link("Ana", "People/ana.md", "Dashboards/Family.md") == "[Ana](../People/ana.md)"


def test_wikilinks_where_they_can_be() -> None:
    assert link("Ana Sousa", "People/Ana Sousa.md", "O.md", "wiki") == "[[People/Ana Sousa|Ana Sousa]]"
    assert link("Ana", "Ana.md", "O.md", "wiki") == "[[Ana]]"
    assert link("A|n]]a", "People/ana.md", "O.md", "wiki") == "[[People/ana|A n a]]"
    assert link("Ana", "People/a#b.md", "O.md", "wiki") == "[Ana](People/a%23b.md)"


def test_the_line_that_nobody_edits() -> None:
    assert comment("People/ana.md") == "<!-- People/ana.md -->"
    assert comment("People/a--> <b>.md") == "<!-- People/a-%2D%3E%20%3Cb%3E.md -->"


NASTY = st.text(
    st.one_of(
        st.sampled_from("[]()<>!`*_~#|\\\"'&;:=%^$-+.0123456789xX \t\n\r\u2028\u202e/{}@,"),
        st.characters(),
    ),
    max_size=60,
)
PIECES = st.lists(
    st.one_of(
        NASTY,
        st.sampled_from(
            [
                "- [x] [[Ana]]", "<!-- vault-crm:end -->", "![a](b)", "](x)", "[a](b.md)", "```", "\n\n# H\n",
                "<script>", "<% x %>", "%%", "\\", "http://a.b", "&lt;b&gt;", "[[", "]]", "a::b", "$$", "`",
            ]
        ),
    ),
    max_size=4,
).map("".join)  # fmt: skip


@given(PIECES)
def test_any_text_is_shown_as_itself_and_does_nothing(text: str) -> None:
    shown = one_line(text, 120)
    line = f"- x {md(text)} y"
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029]", line)
    tokens = [token for token in MARKDOWN.parse(line) if token.type == "inline"]
    assert len(tokens) == 1
    children = tokens[0].children or []
    assert {child.type for child in children} <= {"text", "text_special"}
    rendered = "".join(child.content for child in children)
    assert rendered == f"x {shown} y"
    for danger in ("<%", "%%", "::", "==", "<!--"):
        assert danger not in md(text).replace(r"\<!--", "")


@given(PIECES, PIECES.map(lambda text: text.replace("\x00", "") or "x"))
def test_any_name_and_any_path_make_one_link(name: str, path: str) -> None:
    path = f"People/{path}.md".encode("utf-8", "replace").decode()
    line = f"- [ ] {link(name, path, 'OVERDUE.md')} behind"
    (inline,) = (token for token in MARKDOWN.parse(line) if token.type == "inline")
    kinds = [child.type for child in inline.children or [] if child.type not in ("text", "text_special")]
    assert kinds == ["link_open", "link_close"]
    (found,) = note_links(line)
    assert line[found.end_col - 1 :] == " behind"
    assert comment(path).count("--") == 2


TEXTS = st.one_of(
    st.text(),
    st.text(
        st.sampled_from("aé1 ,;:.?!'\"/()+-–—…’_*#^%=&<>|$~[]`\\\u115f\u200b\ufeff\ud800\u0301\U0001f469")
    ),
    st.from_regex(r"[A-Za-z]\w* ?[ ,;:.?!'\"/()+–—…’-]+(\w+ ?)+", fullmatch=True),
)


@given(TEXTS)
def test_what_is_not_looked_at_closely_is_as_if_it_were(text: str) -> None:
    """Most texts hold no sign that could mean anything, and are told by that alone."""
    every = re.sub(markdown._INVISIBLE, "", re.sub(markdown._BROKEN, "\ufffd", " ".join(text.split())))
    assert one_line(text) == " ".join(every.split())
    assert md(text, 0) == re.sub(markdown._SPECIAL, markdown._escaped, one_line(text))
    if text.isprintable():
        assert href(text) == re.sub(markdown._NOT_IN_HREF, markdown._percent_encoded, text)
