"""Running a template: sandboxed, bounded, every failure with its file and line. The only use of Jinja2."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from collections.abc import Mapping
from contextlib import nullcontext
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache
from jinja2 import Environment
from jinja2 import FunctionLoader
from jinja2 import StrictUndefined
from jinja2 import TemplateError
from jinja2 import TemplateNotFound
from jinja2 import nodes
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator
from jinja2.compiler import Frame
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from vault_crm.errors import TemplateProblem
from vault_crm.errors import VaultCrmError
from vault_crm.render.bounds import SECONDS
from vault_crm.render.bounds import bounded
from vault_crm.render.bounds import check_call
from vault_crm.render.bounds import joined
from vault_crm.render.bounds import not_too_large
from vault_crm.render.bounds import time_limit
from vault_crm.render.templates import Templates
from vault_crm.render.templates import yaml_text

MAX_OUTPUT = 20_000_000
_PREFIX = "template:"
_MOST_COMPILED = 200


def render(templates: Templates, name: str, context: Mapping[str, Any]) -> str:
    """A template's text with these values. Raises TemplateProblem, naming file and line."""
    try:
        with time_limit(_PREFIX, SECONDS) if templates.own else nullcontext():
            return _generate(templates, name, context)
    except TemplateNotFound as error:
        raise TemplateProblem(templates.shown(name), f"there is no template {error.name}") from None
    except Exception as error:
        raise _problem(templates, name, error) from None


def _generate(templates: Templates, name: str, context: Mapping[str, Any]) -> str:
    parts: list[str] = []
    size = 0
    for part in _environment(templates).get_template(name).generate(**context):
        size += len(part)
        if size > MAX_OUTPUT:
            raise SecurityError("its output has no end")
        parts.append(part)
    return "".join(parts)


def _problem(templates: Templates, name: str, error: Exception) -> TemplateProblem:
    where, line = getattr(error, "name", None) or name, getattr(error, "lineno", None)
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename.startswith(_PREFIX):
            where, line = frame.filename.removeprefix(_PREFIX), frame.lineno
    where = str(where).removeprefix(_PREFIX)
    place = f"{templates.shown(where)}:{line}" if line else templates.shown(where)
    if isinstance(error, RecursionError | MemoryError):
        return TemplateProblem(place, "it never comes to an end; does it include itself?")
    if isinstance(error, TemplateError | VaultCrmError):
        return TemplateProblem(place, str(error.message or error), getattr(error, "hint", ""))
    return TemplateProblem(place, f"{type(error).__name__}: {error}")


class _CodeGenerator(CodeGenerator):
    """Writes `~` so that what it makes has bounds."""

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802 (its name there)
        self.write("environment.join_texts((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")


class _Compiled(BytecodeCache):
    """The code that templates were compiled to, kept while the program runs. It is a function of a template's
    name and text; what a template makes of values, and what it imports, lives for one rendering only."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def get_bucket(self, environment: Environment, name: str, _filename: str | None, source: str) -> Bucket:
        bucket = Bucket(environment, name, source)  # the text itself takes the place of its checksum
        bucket.code = self._kept.get((name, source))
        return bucket

    def set_bucket(self, bucket: Bucket) -> None:
        if len(self._kept) >= _MOST_COMPILED:
            self._kept.clear()  # somebody is writing templates
        if bucket.code is not None:
            self._kept[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


class Sandbox(ImmutableSandboxedEnvironment):
    """No attribute of Python's own, no change of a value, and no text or number without bounds."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})
    code_generator_class = _CodeGenerator
    join_texts = staticmethod(joined)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.filters = {name: bounded(name, call) for name, call in self.filters.items()}
        del self.globals["lipsum"]

    def call(self, __context: Any, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        name = str(getattr(__obj, "__name__", ""))
        owner = getattr(getattr(__obj, "__wrapped__", __obj), "__self__", None)
        check_call(name, (owner, *args), kwargs)
        return not_too_large(super().call(__context, __obj, *args, **kwargs))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "+":
            return not_too_large(super().call_binop(context, operator, left, right))
        numbers = all(isinstance(x, int | float) and abs(x) < 2**31 for x in (left, right))
        if operator == "**" or not numbers:
            raise SecurityError(f"{operator} is for numbers only")
        return super().call_binop(context, operator, left, right)


def _environment(templates: Templates) -> Sandbox:
    def load(name: str) -> tuple[str, str, Callable[[], bool]]:
        text = templates.find(name)
        if text is None:
            raise TemplateNotFound(name)
        return text, _PREFIX + name, lambda: True

    environment = Sandbox(
        loader=FunctionLoader(load),
        undefined=StrictUndefined,
        autoescape=False,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=_COMPILED,
    )
    environment.filters["yaml"] = yaml_text
    return environment
