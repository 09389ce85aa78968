"""Our own templates as plain Python make what Jinja2 makes of them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.render.flatten import flatten
from tests.render.pages import DEFAULTS
from tests.render.pages import TODAY
from tests.render.pages import friends
from tests.render.pages import with_settings
from vault_crm.core.agenda import agenda
from vault_crm.core.settings import Settings
from vault_crm.render import ours
from vault_crm.render import templates
from vault_crm.render.sandbox import _environment
from vault_crm.render.sandbox import render as run_by_jinja
from vault_crm.render.templates import MAIN
from vault_crm.render.templates import PERSON
from vault_crm.render.templates import Templates
from vault_crm.render.templates import built_in
from vault_crm.render.view import AttentionView
from vault_crm.render.view import ContactView
from vault_crm.render.view import DateView
from vault_crm.render.view import Listing
from vault_crm.render.view import Page
from vault_crm.render.view import PersonView

OURS = Templates({})
FILE = Path(ours.__file__)

texts = st.text(max_size=20)
several = st.lists(texts, max_size=3).map(tuple)
people = st.builds(
    PersonView,
    name=texts, link=texts, status=texts, guard=texts, ask=several, last=texts, due=texts, met=texts,
    promised=st.booleans(), cadence=texts, soon=several,
)  # fmt: skip


def listings(items: st.SearchStrategy[Any]) -> st.SearchStrategy[Listing]:
    return st.builds(Listing, st.lists(items, max_size=3).map(tuple), st.sampled_from((0, 0, 1, 2000)))


pages = st.fixed_dictionaries(
    {
        "sections": st.just(OURS.sections),
        "summary": texts,
        **dict.fromkeys(("long_overdue", "overdue", "due_soon", "never"), listings(people)),
        "dates": listings(st.builds(DateView, texts, texts, texts, texts)),
        "attention": listings(st.builds(AttentionView, texts, st.integers(1, 99999), texts)),
        "lately": st.lists(st.builds(ContactView, texts, texts, texts), max_size=3).map(tuple),
    }
)


def written_out(name: str, values: Mapping[str, Any]) -> str:
    parts: list[str] = []
    ours.PAGES[name](values, parts.append)
    return "".join(parts)


def test_they_are_made_of_the_templates() -> None:
    """`UPDATE_GOLDENS=1 pytest tests/render/test_ours.py` makes them anew."""
    made = flatten(built_in(), _environment(OURS))
    if os.environ.get("UPDATE_GOLDENS"):
        FILE.write_text(made, encoding="utf-8")
    assert FILE.read_text(encoding="utf-8") == made


@given(pages)
def test_a_page_is_the_one_that_jinja_makes(values: Mapping[str, Any]) -> None:
    assert written_out(MAIN, values) == run_by_jinja(OURS, MAIN, values)


@given(texts, texts, texts)
def test_a_new_dashboard_is_the_one_that_jinja_makes(title: str, begin: str, end: str) -> None:
    values = {"title": title, "begin": begin, "end": end}
    assert written_out("new-dashboard.md.j2", values) == run_by_jinja(OURS, "new-dashboard.md.j2", values)


@given(several, texts, texts)
def test_a_new_note_is_the_one_that_jinja_makes(keys: tuple[str, ...], last: str, heading: str) -> None:
    values = {"keys": keys, "last_contact": last, "log_heading": heading}
    assert written_out(PERSON, values) == run_by_jinja(OURS, PERSON, values)


@pytest.mark.parametrize("settings", [DEFAULTS, with_settings(dashboard_limit=2)])
def test_a_vault_with_every_section(settings: Settings) -> None:
    made = agenda(friends(), TODAY, settings)
    values = Page(made, settings, "OVERDUE.md", guarded=True, with_fields=False).context(OURS.sections)
    assert OURS.render(MAIN, values) == run_by_jinja(OURS, MAIN, values)
    assert "## Never contacted" in OURS.render(MAIN, values)


def test_a_vault_without_templates_of_its_own_needs_no_jinja() -> None:
    code = (
        "import sys; from vault_crm.render.templates import Templates; "
        "print(Templates({}).render('new-dashboard.md.j2', {'title': 'T', 'begin': 'B', 'end': 'E'})); "
        "print('jinja2' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("# T\n")
    assert done.stdout.endswith("\nFalse\n")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (MAIN, "mine"),
        ("blocks.md.j2", "{% macro people(list, heading, command) %}mine{% endmacro %}"),
        ("sections/20-overdue.md.j2", "mine"),
    ],
)
def test_a_template_of_the_vault_counts(name: str, text: str) -> None:
    """Whichever of the templates it is: each may be a part of the page."""
    listing = Listing((PersonView("Ana", "[Ana](Ana.md)", "overdue"),))
    values = {"sections": ("sections/20-overdue.md.j2",), "overdue": listing}
    assert "Ana" in OURS.render(MAIN, values)
    assert "mine" in Templates({name: text}).render(MAIN, values)


def test_a_note_of_the_vaults_own_says_nothing_about_pages() -> None:
    own = Templates({PERSON: "mine"})
    assert own.render(PERSON, {}) == "mine"
    assert own.render("new-dashboard.md.j2", {"title": "T", "begin": "B", "end": "E"}).startswith("# T\n")


def test_a_template_that_somebody_edits_is_run_as_it_is(tmp_path: Path) -> None:
    """In a checkout, before the functions are made anew."""
    shutil.copytree(FILE.parents[1], tmp_path / "vault_crm", ignore=shutil.ignore_patterns("__pycache__"))
    for name, text in built_in().items():
        file = tmp_path / "templates" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace("summary", "summary|upper"), encoding="utf-8")
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from vault_crm.render.templates import Templates; "
        "print(Templates({}).render('sections/00-summary.md.j2', {'summary': 'edited'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout == "EDITED\n\n"


def test_a_page_without_end_is_the_sandbox_s_to_judge() -> None:
    with pytest.raises(templates.TemplateProblem, match="no end"):
        OURS.render("sections/00-summary.md.j2", {"summary": "x" * 21_000_000})
