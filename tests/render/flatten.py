"""Makes `vault_crm/render/ours.py` of `templates/`: what Jinja2 would do, written out as plain Python.

Only what our own templates use is known here; anything else is a KeyError.
"""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Iterable
from collections.abc import Iterator
from zlib import crc32

from jinja2 import Environment
from jinja2 import nodes

from vault_crm.render.templates import Sources

WIDTH = 110
HEAD = '''"""Our own templates as plain Python: a page that is made of them alone needs no Jinja2.

Made of `templates/` by `UPDATE_GOLDENS=1 pytest tests/render/test_ours.py`; never edit it by hand. A template
that is not the one a function was made of is run by Jinja2 instead (`templates.Templates.render`).
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from typing import Any

_Put = Callable[[str], object]
_Values = Mapping[str, Any]'''


def flatten(sources: Sources, environment: Environment) -> str:
    """The module's text. Raises KeyError for anything that none of our templates needed so far."""
    out = [HEAD]
    made = {}
    for name in sorted(sources):
        template = environment.parse(sources[name])
        writer = _Writer(name)
        macros = [node for node in template.body if isinstance(node, nodes.Macro)]
        body = [node for node in template.body if not isinstance(node, nodes.Macro)]
        out += [line for macro in macros for line in writer.macro(macro)]
        if not macros:
            made[name] = _function(name)
            out += ["", "", f"def {made[name]}(values: _Values, put: _Put) -> None:", *writer.block(body, 1)]
    out += ["", "", "# The text of each template (its checksum) that this was made of, and what writes it."]
    out += [
        "MADE_OF = {",
        *(f'    "{name}": {crc32(sources[name].encode())},' for name in sorted(sources)),
        "}",
    ]
    out += ["PAGES: dict[str, Callable[[_Values, _Put], None]] = {"]
    return "\n".join([*out, *(f'    "{name}": {call},' for name, call in made.items()), "}", ""])


def _function(name: str) -> str:
    return "_" + "".join(c if c.isalnum() else "_" for c in name.removesuffix(".md.j2").lower())


class _Writer:
    """One template's lines of Python. `_own` are the names that are set where a line stands: the others are
    looked up among the values."""

    def __init__(self, name: str) -> None:
        self._prefix = _function(name)
        self._own: set[str] = set()
        self._macros: dict[str, str] = {}

    def macro(self, node: nodes.Macro) -> Iterator[str]:
        plain = [_name(arg.name) for arg in node.args]
        firsts = len(plain) - len(node.defaults)
        given = [f"{arg}: Any" for arg in plain[:firsts]]
        pairs = zip(plain[firsts:], node.defaults, strict=True)
        given += [f"{arg}: Any = {self._value(value)}" for arg, value in pairs]
        self._own = {arg.name for arg in node.args}
        yield from ("", "", f"def {self._prefix}_{node.name}(put: _Put, {', '.join(given)}) -> None:")
        yield from self.block(node.body, 1)
        self._own = set()

    def block(self, body: Iterable[nodes.Node], depth: int) -> list[str]:
        lines = [line for node in body for line in self._node(node, depth)]
        return lines or ["    " * depth + "pass"]

    def _node(self, node: nodes.Node, depth: int) -> Iterator[str]:
        space = "    " * depth
        if isinstance(node, nodes.Output):
            yield from self._output(node, depth)
        elif isinstance(node, nodes.If):
            yield f"{space}if {self._value(node.test)}:"
            yield from self.block(node.body, depth + 1)
            for other in node.elif_:
                yield f"{space}elif {self._value(other.test)}:"
                yield from self.block(other.body, depth + 1)
            if node.else_:
                yield f"{space}else:"
                yield from self.block(node.else_, depth + 1)
        elif isinstance(node, nodes.For) and isinstance(node.target, nodes.Name):
            if node.else_ or node.test or node.recursive:
                raise KeyError(node)
            yield f"{space}for {_name(node.target.name)} in {self._value(node.iter)}:"
            self._own.add(node.target.name)
            yield from self.block(node.body, depth + 1)
            self._own.discard(node.target.name)
        elif isinstance(node, nodes.Include):
            yield f"{space}PAGES[{self._value(node.template)}](values, put)"
        elif isinstance(node, nodes.FromImport) and isinstance(node.template, nodes.Const):
            home = _function(node.template.value)
            assert all(isinstance(name, str) for name in node.names)
            self._macros |= {str(name): f"{home}_{name}" for name in node.names}
        else:
            raise KeyError(node)

    def _output(self, node: nodes.Output, depth: int) -> Iterator[str]:
        """What stands between two calls is one text."""
        text: list[str] = []
        for part in node.nodes:
            if isinstance(part, nodes.TemplateData):
                text.append(_quoted(part.data))
            elif isinstance(part, nodes.Call) and isinstance(part.node, nodes.Name):
                yield from _put(text, depth)
                text = []
                given = [self._value(arg) for arg in part.args]
                given += [f"{_name(pair.key)}={self._value(pair.value)}" for pair in part.kwargs]
                call = self._macros.get(part.node.name, f"{self._prefix}_{part.node.name}")
                yield "    " * depth + f"{call}({', '.join(['put', *given])})"
            else:
                text.append("{" + self._value(part).replace('"', "'") + "}")
        yield from _put(text, depth)

    def _value(self, node: nodes.Node) -> str:
        if isinstance(node, nodes.Name):
            return _name(node.name) if node.name in self._own else f'values["{node.name}"]'
        if isinstance(node, nodes.Const):
            return '"' + _quoted(node.value) + '"' if isinstance(node.value, str) else repr(node.value)
        if isinstance(node, nodes.Getattr):
            return f"{self._value(node.node)}.{node.attr}"
        if isinstance(node, nodes.Or):
            return f"{self._value(node.left)} or {self._value(node.right)}"
        raise KeyError(node)


def _name(name: str) -> str:
    return (
        f"{name}_"
        if hasattr(builtins, name) or keyword.iskeyword(name) or name in ("put", "values")
        else name
    )


def _quoted(text: str) -> str:
    """A text between double quotes. What would need more care than this stands in none of ours."""
    assert text.replace("\n", "").isprintable()
    assert not set(text) & set('"\\{}')
    return text.replace("\n", "\\n")


def _put(text: list[str], depth: int) -> Iterator[str]:
    if not text:
        return
    space = "    " * depth
    mark = "f" if any(part.startswith("{") for part in text) else ""
    line = f'{space}put({mark}"{"".join(text)}")'
    if len(line) <= WIDTH:
        yield line
        return
    yield f"{space}put("
    rest = "".join(text)
    while rest:
        most = WIDTH - len(space) - 8
        at = len(rest) if len(rest) <= most else rest.rindex(" ", 0, most) + 1
        yield f'{space}    {"f" if "{" in rest[:at] else ""}"{rest[:at]}"'
        rest = rest[at:]
    yield f"{space})"
