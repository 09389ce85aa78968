"""Templates are compiled once in a process; what they make lives for one rendering only."""

from __future__ import annotations

from typing import Any

import pytest

from vault_crm.errors import TemplateProblem
from vault_crm.render.sandbox import Sandbox
from vault_crm.render.templates import Templates

COUNTER = """
{%- set seen = namespace(n=0) %}
{%- set turn = cycler("one", "two") %}
{%- macro count() %}{% set seen.n = seen.n + 1 %}{{ seen.n }} {{ turn.next() }}{% endmacro -%}
"""


def render(main: str, **others: str) -> str:
    own = {"main": main, **others}
    return Templates(own).render("main", {"names": ("Ana", "Ben")})


def test_nothing_of_a_rendering_is_there_in_the_next_one() -> None:
    main = '{% import "counter" as c %}{% for name in names %}{{ c.count() }}, {% endfor %}'
    templates = Templates({"main": main, "counter": COUNTER})
    pages = [templates.render("main", {"names": ("Ana", "Ben")}) for _ in range(3)]
    assert pages == ["1 one, 2 two, "] * 3


def test_values_are_those_of_the_rendering() -> None:
    main = '{% from "hello" import hello with context %}{{ hello() }}'
    hello = "{% macro hello() %}Hello {{ name }}{% endmacro %}"
    templates = Templates({"main": main, "hello": hello})
    assert [templates.render("main", {"name": name}) for name in ("Ana", "Ben")] == ["Hello Ana", "Hello Ben"]


def test_a_template_that_changed_is_another_template() -> None:
    assert render("{{ names|first }}") == "Ana"
    assert render("{{ names|last }}") == "Ben"
    assert render('{% include "part" %}', part="a") == "a"
    assert render('{% include "part" %}', part="b") == "b"
    assert render("{{ names|first }}") == "Ana"


def test_one_text_under_two_names_says_the_right_place() -> None:
    for name in ("one", "two"):
        with pytest.raises(TemplateProblem, match=f"templates/{name}:2"):
            Templates({"main": f'{{% include "{name}" %}}', name: "\n{{ nobody }}"}).render("main", {})


def test_a_template_is_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    compile_it = Sandbox.compile

    def told(self: Sandbox, source: Any, name: str | None = None, *rest: Any, **more: Any) -> Any:
        compiled.append(str(name))
        return compile_it(self, source, name, *rest, **more)

    monkeypatch.setattr(Sandbox, "compile", told)
    for _ in range(3):
        assert (
            render('first {% include "part" %}', part="second, compiled once")
            == "first second, compiled once"
        )
    assert compiled == ["main", "part"]
    for n in range(500):  # somebody is writing one, for days
        assert render(f"{{{{ {n} }}}}") == str(n)
    assert len(compiled) == 502


def test_a_mistake_is_told_each_time() -> None:
    for _ in range(2):
        with pytest.raises(TemplateProblem, match="main:2"):
            render("\n{% if %}")
