"""Templates: whose counts, what they may do, and how a mistake in one is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.render.pages import DEFAULTS
from tests.render.pages import TODAY
from tests.render.pages import friends
from tests.vaults import tree_bytes
from vault_crm.core.agenda import agenda
from vault_crm.errors import TemplateProblem
from vault_crm.render.dashboard import render_body
from vault_crm.render.outputs import outputs_of
from vault_crm.render.templates import MAIN
from vault_crm.render.templates import PERSON
from vault_crm.render.templates import Templates
from vault_crm.render.templates import built_in
from vault_crm.render.templates import read_own
from vault_crm.render.templates import tidy
from vault_crm.render.templates import yaml_text
from vault_crm.render.update import update
from vault_crm.render.view import AttentionView
from vault_crm.render.view import ContactView
from vault_crm.render.view import DateView
from vault_crm.render.view import Listing
from vault_crm.render.view import Page
from vault_crm.render.view import PersonView
from vault_crm.store.store import Store

Make = Callable[[str], Path]


def body(own: dict[str, str]) -> str:
    """The main dashboard's generated part with these templates of the vault's own."""
    templates = Templates(own)
    output = outputs_of(templates, DEFAULTS)[0]
    return render_body(output, agenda(friends(), TODAY, DEFAULTS), DEFAULTS, templates, False)


def problem(text: str) -> TemplateProblem:
    """What is said about a main template with a mistake in it."""
    with pytest.raises(TemplateProblem) as found:
        body({MAIN: text})
    assert found.value.exit_code == 7
    return found.value


def test_our_own_templates_are_all_there() -> None:
    names = set(built_in())
    assert {MAIN, PERSON, "blocks.md.j2", "new-dashboard.md.j2"} <= names
    assert Templates({}).sections == (
        "sections/00-summary.md.j2",
        "sections/10-long-overdue.md.j2",
        "sections/20-overdue.md.j2",
        "sections/30-due-soon.md.j2",
        "sections/40-never-contacted.md.j2",
        "sections/50-dates.md.j2",
        "sections/60-needs-attention.md.j2",
        "sections/70-lately.md.j2",
    )


def test_sections_go_by_number_then_name() -> None:
    own = {f"sections/{name}.md.j2": "x" for name in ("100-z", "9-a", "25-b", "25-a", "nonumber")}
    own["sections/20-overdue.md.j2"] = " \n"
    names = [name.removeprefix("sections/").removesuffix(".md.j2") for name in Templates(own).sections]
    assert names == [
        "00-summary", "9-a", "10-long-overdue", "25-a", "25-b", "30-due-soon", "40-never-contacted",
        "50-dates",
        "60-needs-attention", "70-lately", "100-z",
    ]  # fmt: skip


def test_texts_that_reach_a_template_are_safe_to_print() -> None:
    own = {MAIN: "{% for p in find('') %}{{ p.name }} {{ p.fields.get('how_met', '') }}\n{% endfor %}"}
    assert "Gus Mora the climbing gym\n" in body(own)
    assert "Noa Feld\n" in body(own)


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("x\n{% for %}\n", "OVERDUE.md.j2:2", "Expected"),
        ("x\n\n{{ nosuch }}\n", "OVERDUE.md.j2:3", "'nosuch' is undefined"),
        ("{{ 1 / 0 }}", "OVERDUE.md.j2:1", "ZeroDivisionError"),
        ("\n{% include 'gone.md.j2' %}", "OVERDUE.md.j2", "there is no template gone.md.j2"),
        ("{% include 'OVERDUE.md.j2' %}", "OVERDUE.md.j2:1", "never comes to an end"),
        ("x\n{{ find('due<') }}", "OVERDUE.md.j2:2", "due<"),
        ("- [x] [[Ana]]\n", "OVERDUE.md.j2", "a ticked box"),
        ("<!-- vault-crm:end -->\n", "OVERDUE.md.j2", "a marker line"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, where: str, what: str) -> None:
    found = problem(text)
    assert found.message.startswith(f".vault-crm/templates/{where}: ")
    assert what in found.message


def test_a_mistake_in_a_section_is_told_with_the_sections_place() -> None:
    with pytest.raises(TemplateProblem) as found:
        body({"sections/25-x.md.j2": "ok\n{{ nosuch.name }}\n"})
    assert found.value.message.startswith(".vault-crm/templates/sections/25-x.md.j2:2: ")


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ find.__globals__ }}",
        "{{ cycler.__init__.__globals__.os }}",
        "{{ overdue.shown[0].__class__ }}",
        "{{ sections.__class__ }}",
        "{{ 'a' * 2000000000 }}",
        "{{ 10 ** 10 ** 10 }}",
        "{{ '%999999999d' % 1 }}",
        "{% for a in range(999999999) %}x{% endfor %}",
        "{% set x = [] %}{{ x.append(1) }}",
        "{{ '%999999999d'|format(1) }}",
        "{{ '{:>999999999}'.format(1) }}",
        "{{ 'a'|center(999999999) }}",
        "{{ 'a'.ljust(999999999) }}",
        "{{ [1]|batch(99999999, 'x')|list }}",
        "{{ [1]|slice(99999999)|list }}",
        "{{ lipsum(9) }}",
        "{% set a = 'aaaaaaaa' %}" + "{% set a = a ~ a %}" * 40,
        "{% set n = namespace(x='aaaa') %}{% for i in range(60) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
        "{% set n = namespace(x=[1]) %}{% for i in range(60) %}{% set n.x = n.x + n.x %}{% endfor %}",
        "{% set n=namespace(x='aa') %}{% for i in range(9) %}{% set n.x=n.x.replace('a',n.x) %}{% endfor %}",
        "{% set n=namespace(x='aa') %}{% for i in range(9) %}{% set n.x = n.x|list|join(n.x) %}{% endfor %}",
        "{% for a in range(99999) %}{% for b in range(99999) %}xxxxxxxxxxxxxxxxxxxx{% endfor %}{% endfor %}",
    ],
)
def test_a_template_can_do_nothing_but_write_text(text: str) -> None:
    problem(text)


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% for a in range(99999) %}{% set x = range(99999)|sort|list %}{% endfor %}",
        "{% for a in range(99999) %}{% for b in range(999) %}{% set x = find('a') %}{% endfor %}{% endfor %}",
    ],
)
def test_a_template_that_does_not_end_is_ended(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vault_crm.render.sandbox.SECONDS", 0.2)
    assert "it runs longer than 0.2 seconds" in problem(text).message


def test_bounds_are_far_from_what_templates_do() -> None:
    text = (
        "{{ ['a', 'b']|join(', ')|upper|replace('A', 'c') }} {{ '%05d'|format(3) }} {{ [3, 1]|sort|first }}"
        " {{ 'x'.join(['a', 'b']) }} {{ '{:>3}'.format(1) }} {{ 1 + 2 }}{{ 'a' ~ 1 }}"
        " {{ [[7]]|map('first')|join }} {{ [4]|random }} {{ overdue.shown|selectattr('met')|list|length }}"
    )
    assert body({MAIN: text}) == "c, B 00003 1 axb   1 3a1 7 4 0\n"


def test_the_last_good_dashboard_stays(vault: Make) -> None:
    root = vault("=== People/Ana.md\n---\ncadence: weekly\n---\n")
    update(Store.open(root), TODAY)
    (root / ".vault-crm/templates/sections").mkdir(parents=True)
    (root / ".vault-crm/templates/sections/05-x.md.j2").write_text("{{ nosuch }}")
    before = tree_bytes(root)
    with pytest.raises(TemplateProblem):
        update(Store.open(root), TODAY)
    assert tree_bytes(root) == before


def test_templates_outside_of_the_vault_are_not_read(vault: Make, tmp_path: Path) -> None:
    root = vault("=== .vault-crm/templates/ours.md.j2\nx\n=== .vault-crm/templates/.hidden/y.md.j2\ny\n")
    (tmp_path / "secret.md.j2").write_text("secret")
    (root / ".vault-crm/templates/link.md.j2").symlink_to(tmp_path / "secret.md.j2")
    assert set(read_own(root, Store.open(root).read).own) == {"ours.md.j2"}


def test_a_template_that_is_not_text(vault: Make) -> None:
    root = vault("=== .vault-crm/templates/x.md.j2\nx\n")
    (root / ".vault-crm/templates/x.md.j2").write_bytes(b"caf\xe9")
    with pytest.raises(TemplateProblem, match=r"x\.md\.j2: it is not UTF-8 text"):
        read_own(root, Store.open(root).read)


def test_templates_with_windows_newlines_are_read_like_any_other(vault: Make) -> None:
    root = vault("=== .vault-crm/templates/x.md.j2\n{# output: X.md #}\r\nhello\r\n")
    update(Store.open(root), TODAY)
    assert "hello\n<!-- vault-crm:end -->" in (root / "X.md").read_text()


def test_tidying() -> None:
    assert tidy("\n\na  \n\n \n\n\nb\n\n") == "a\n\nb\n"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (True, "true"),
        ("Ana Sousa", "Ana Sousa"),
        ("2026-03-14", "2026-03-14"),
        ("3 months", "3 months"),
        ("no", '"no"'),
        ("a: b", '"a: b"'),
        ('say "hi"', '"say \\"hi\\""'),
        ("[[Ana]]", '"[[Ana]]"'),
        ("01234", '"01234"'),
        ("two\nlines", '"two\\u000Alines"'),
        (("family", "x, y"), '[family, "x, y"]'),
    ],
)
def test_values_for_frontmatter(value: object, written: str) -> None:
    assert yaml_text(value) == written


@given(st.text())
def test_any_text_reads_back_from_frontmatter(text: str) -> None:
    written = yaml_text(text)
    assert "\n" not in written
    read = yaml.safe_load(f"key: {written}\nother: 1\n")
    assert str(read["key"]) == text
    assert read["other"] == 1


DOCS = (Path(__file__).parent.parent.parent / "docs/templates.md").read_text(encoding="utf-8")


def documented(table: str) -> set[str]:
    """The names in the first column of the first table after a text."""
    rows = DOCS.partition(table)[2].partition("\n| ")[2].split("\n\n")[0].split("\n")
    names = ",".join(row.strip("| ").split("|")[0] for row in rows[2:])
    return {name.strip(" `").partition("(")[0] for name in names.split(",")}


def test_the_page_about_templates_names_all_that_a_template_sees() -> None:
    page = Page(agenda(friends(), TODAY, DEFAULTS), DEFAULTS, "OVERDUE.md", False, with_fields=True)
    assert documented("### What a template sees") == set(page.context(()))
    assert documented("\nA person:") == {field.name for field in fields(PersonView)}
    for view in (DateView, AttentionView, ContactView, Listing):
        assert all(f"`{field.name}`" in DOCS or f"`.{field.name}`" in DOCS for field in fields(view))
    assert all(f"counts.{name}`" in DOCS for name in page.context(())["counts"])


def test_the_dashboard_in_the_page_about_templates_works(vault: Make) -> None:
    example = DOCS.partition("```jinja\n")[2].partition("```")[0]
    root = vault("=== People/Fay.md\n---\ntags: [family]\ncadence: weekly\n---\n")
    (root / ".vault-crm/templates").mkdir()
    (root / ".vault-crm/templates/family.md.j2").write_text(example)
    update(Store.open(root), TODAY)
    text = (root / "Dashboards/Family.md").read_text()
    assert "## Family\n\n- [ ] [Fay](../People/Fay.md)\n    - last: not yet (every week)\n<!--" in text
