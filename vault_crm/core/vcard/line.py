"""One content line of a card: `group.NAME;PARAM=value:value` (RFC 6350, 3.3)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from vault_crm.core.vcard.text import split_value
from vault_crm.core.vcard.text import unescape_text

Params = tuple[tuple[str, tuple[str, ...]], ...]

_PLAIN = re.compile(r"(?:([\w-]+)\.)?([\w-]+)[ \t]*((?:;[^:\"]*)?):(.*)", re.DOTALL | re.ASCII)
# `X-messaging/irc-All` (Kontact), `X-GOOGLE TALK` (Highrise): names that are none.
_HEAD = re.compile(r"(?:([\w-]+)\.)?([\w-]+|[Xx]-[\w /-]*[\w/-])[ \t]*(;.*)?", re.DOTALL | re.ASCII)
# As RFC 6350, 3.3 has it: every program reads it, and it stays as it is.
_STRICT = re.compile(
    r"""(?:[\w-]+\.)?[\w-]+(?:;[\w-]+=(?:"[^"]*"|[^",;:]*)(?:,(?:"[^"]*"|[^",;:]*))*)*:""", re.ASCII
)
_NO_NAME = re.compile(r"[^\w-]+", re.ASCII)
_QUOTED = re.compile(r'"[^"]*"')
# vCard 2.1 leaves the names of parameters out.
_ENCODINGS = frozenset({"BASE64", "B", "QUOTED-PRINTABLE", "Q", "8BIT", "7BIT"})
_PLACES = frozenset({"INLINE", "URL", "CONTENT-ID", "CID"})
# Names are the same in any case (RFC 6350, 3.3), but not every program knows that of Apple's.
_SPELLED = {"X-ABLABEL": "X-ABLabel"}
_NEEDS_QUOTES = frozenset(':;,"')


@dataclass(frozen=True)
class Line:
    """A content line. `name` and the parameters' names are upper-case, values are escaped as in vCard 3.0 and
    4.0; `raw` is the whole line as it was, without folds, '' if not every program could read it like that;
    `number` is its place in the file."""

    name: str
    value: str
    params: Params = ()
    group: str = ""
    raw: str = ""
    number: int = 0

    @cached_property
    def text(self) -> str:
        """The value as one text."""
        return unescape_text(self.value).strip()

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The components of a structured value (those of a name, an address), unescaped."""
        return tuple(unescape_text(part).strip() for part in split_value(self.value, ";"))

    @cached_property
    def items(self) -> tuple[str, ...]:
        """The items of a list, unescaped; none is empty."""
        items = (unescape_text(part).strip() for part in split_value(self.value, ","))
        return tuple(item for item in items if item)

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The values of TYPE in lower case, each once (also those of `TYPE="home,work"`)."""
        words = (word.strip().casefold() for value in self.param("TYPE") for word in value.split(","))
        return tuple(dict.fromkeys(word for word in words if word))

    def param(self, name: str) -> tuple[str, ...]:
        """The values of a parameter."""
        return tuple(value for key, values in self.params if key == name for value in values)

    def first(self, name: str) -> str:
        """The first value of a parameter, '' if there is none."""
        return next(iter(self.param(name)), "")

    @cached_property
    def written(self) -> str:
        """The whole line, unfolded."""
        return self.raw or format_line(self.name, self.value, self.params, self.group)


def parse_line(text: str, number: int = 0) -> Line:
    """A content line from its text, unfolded. Raises ValueError if it is none."""
    plain = _PLAIN.fullmatch(text)
    if plain is not None:
        group, name, params, value = plain.groups()
    else:
        head, value = _cut(text)
        found = _HEAD.fullmatch(head)
        if found is None:
            raise ValueError("this is no line of a card; it should look like NAME:value")
        group, name, params = found.groups()
    raw = text if _STRICT.match(text) else ""
    name = _NO_NAME.sub("-", name.upper())
    return Line(name, value, _parse_params(params) if params else (), group or "", raw, number)


def _cut(text: str) -> tuple[str, str]:
    """What stands before and behind the first colon that is not quoted."""
    bare = _QUOTED.sub(lambda found: "x" * len(found[0]), text)
    at = bare.find(":")
    if at < 0:
        at = text.find(":")  # a quote that nobody closed
    if at < 0:
        raise ValueError("there is no colon in this line; it should look like NAME:value")
    return text[:at], text[at + 1 :]


def _parse_params(text: str) -> Params:
    found = []
    for param in _split_quoted(text[1:], ";"):
        name, equals, value = param.partition("=")
        name = name.strip().upper()
        name = _NO_NAME.sub("-", name) if equals else name
        if not equals:
            name, value = _nameless(name), name
        if name and value.strip():
            values = tuple(_unquote(item) for item in _split_quoted(value, ","))
            found.append((name, values))
    return tuple(found)


def _nameless(word: str) -> str:
    if word in _ENCODINGS:
        return "ENCODING"
    return "VALUE" if word in _PLACES else "TYPE"


def _split_quoted(text: str, at: str) -> list[str]:
    if '"' not in text:
        return text.split(at)
    masked = _QUOTED.sub(lambda found: "x" * len(found[0]), text)
    parts, start = [], 0
    for piece in masked.split(at):
        parts.append(text[start : start + len(piece)])
        start += len(piece) + 1
    return parts


def _unquote(text: str) -> str:
    bare = text.strip()
    if len(bare) >= 2 and bare[0] == bare[-1] == '"':
        bare = bare[1:-1]
    if "^" in bare:  # RFC 6868
        bare = bare.replace("^n", " ").replace("^'", '"').replace("^^", "^")
    return bare


def format_line(
    name: str, value: str, params: Iterable[tuple[str, Iterable[str]]] = (), group: str = ""
) -> str:
    """A content line, not folded. `value` is escaped already; parameters are quoted where they must be."""
    name = _SPELLED.get(name, name)
    head = "".join(f";{key}={','.join(_quote(item) for item in items)}" for key, items in params)
    return f"{group}.{name}{head}:{value}" if group else f"{name}{head}:{value}"


def _quote(value: str) -> str:
    plain = " ".join(value.replace('"', "'").split())
    return f'"{plain}"' if _NEEDS_QUOTES & set(plain) else plain
