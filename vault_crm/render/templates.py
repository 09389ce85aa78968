"""Templates: the vault's own by name first, then ours; sandboxed, and given plain values only.

Texts that reach a template are Markdown already (`render.markdown.md`): it can print them anywhere.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from zlib import crc32

from vault_crm.core.dashboard.ownlines import OwnLines
from vault_crm.core.dashboard.ownlines import shapes_of
from vault_crm.core.record import record
from vault_crm.errors import TemplateProblem

FOLDER = ".vault-crm/templates"
MAIN = "OVERDUE.md.j2"
PERSON = "person.md.j2"

_SECTION = re.compile(r"sections/(\d+)-[^/]+\.md\.j2")
_LABEL = re.compile(r"^[ \t]*(?:\{%.*%\})?[-*+][ \t]+([^\W_][\w -]*):", re.MULTILINE)
_MOST = 1_000_000  # characters; whether more than that is too much is the sandbox's to say
_BLANKS = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")

# What templates there are: name ('sections/20-overdue.md.j2') -> its text.
Sources = Mapping[str, str]


@lru_cache(maxsize=1)
def built_in() -> Sources:
    """Our own templates: inside the package where it is installed, else the checkout's `templates/`."""
    package = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
    for above in (package, os.path.dirname(package)):
        top = os.path.join(above, "templates")
        if os.path.isfile(os.path.join(top, MAIN)):
            return {name: _text(_read(os.path.join(top, name)).decode()) for name in sorted(_names(top))}
    raise TemplateProblem(MAIN, "the program's own templates are missing", "install vault-crm again")


def _names(top: str) -> Iterator[str]:
    for folder, _, files in os.walk(top):
        inside = "" if folder == top else os.path.relpath(folder, top).replace(os.sep, "/") + "/"
        yield from (inside + file for file in files if file.endswith(".j2"))


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _text(text: str) -> str:
    return text.replace("\r\n", "\n").removeprefix("\ufeff")


@lru_cache(maxsize=1)
def _as_they_were() -> bool:
    """True if our own templates are those that `render.ours` was made of: not where somebody edits them."""
    from vault_crm.render.ours import MADE_OF

    return {name: crc32(text.encode()) for name, text in built_in().items()} == MADE_OF


def _written_out(name: str, context: Mapping[str, Any]) -> str | None:
    """What one of our own templates makes of these values, without Jinja2; None if that is not known."""
    if not _as_they_were():
        return None
    from vault_crm.render.ours import PAGES

    parts: list[str] = []
    PAGES[name](context, parts.append)
    text = "".join(parts)
    return text if len(text) <= _MOST else None


@record
class Templates:
    """The templates of one vault: its `own` by name, and ours below them."""

    own: Sources

    @property
    def sections(self) -> tuple[str, ...]:
        """The dashboard's sections in order of their numbers; an empty file of the vault's own removes
        one."""
        found = []
        for name in {**built_in(), **self.own}:
            number = _SECTION.fullmatch(name)
            if number and (name not in self.own or self.own[name].strip()):
                found.append((int(number[1]), name))
        return tuple(name for _, name in sorted(found))

    def find(self, name: str) -> str | None:
        """A template's text: the vault's own, else ours."""
        return self.own.get(name, built_in().get(name))

    @property
    def customised(self) -> bool:
        """True if anything on a dashboard may come from the vault's own templates."""
        return any(name != PERSON for name in self.own)

    @property
    def labels(self) -> frozenset[str]:
        """The words with which the vault's own templates label lines below a person: `- city: ...`."""
        return frozenset(label for text in self.own.values() for label in _LABEL.findall(text))

    def own_lines(self, written: frozenset[str] = frozenset()) -> OwnLines:
        """How to tell the tool's lines on this vault's dashboards from a user's. `written` are the lines that
        this device wrote there."""
        return OwnLines(self.labels, shapes_of(self.own.values()), written)

    def render(self, name: str, context: Mapping[str, Any]) -> str:
        """A template's text with these values. Raises TemplateProblem, naming file and line."""
        if name not in self.own and not self.customised:
            plain = _written_out(name, context)
            if plain is not None:
                return plain
        from vault_crm.render.sandbox import render

        return render(self, name, context)

    def shown(self, name: str) -> str:
        """A template as messages name it: the vault's own by its path in the vault."""
        return f"{FOLDER}/{name}" if name in self.own else f"templates/{name}"


def tidy(text: str) -> str:
    """A rendered page: one blank line between its parts, none at the ends, no space at the end of a line."""
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return _BLANKS.sub("\n\n", text).strip("\n") + "\n"


def read_own(root: Path, read: Callable[[str], bytes]) -> Templates:
    """The vault's own templates, read through `read` (vault-relative path -> bytes); links out of the vault
    are left out. Raises TemplateProblem if one is not UTF-8."""
    own: dict[str, str] = {}
    top = root / FOLDER
    for folder, folders, files in os.walk(top):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for file in sorted(files):
            full = Path(folder, file)
            if not file.endswith(".j2") or not full.resolve().is_relative_to(root.resolve()):
                continue
            name = full.relative_to(top).as_posix()
            try:
                own[name] = _text(read(f"{FOLDER}/{name}").decode("utf-8"))
            except UnicodeDecodeError:
                raise TemplateProblem(f"{FOLDER}/{name}", "it is not UTF-8 text") from None
    return Templates(own)


_PLAIN_YAML = re.compile(r"[^\W\d_][\w \-./@+]*\Z")
_YAML_WORDS = {"true", "false", "yes", "no", "on", "off", "null", "none", "y", "n", "nan", "inf"}


def yaml_text(value: Any) -> str:
    """A value for a line of frontmatter: plain where that is safe in any YAML, else in double quotes; lists
    in brackets. Nothing in it can begin another key or another line."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(yaml_text(str(item)) for item in value) + "]"
    text = str(value)
    if re.fullmatch(r"\d{4}-\d\d-\d\d|\d{1,4} [a-z]+", text):
        return text
    if _PLAIN_YAML.match(text) and text == text.strip() and text.casefold() not in _YAML_WORDS:
        return text
    return '"' + "".join(map(_yaml_char, text)) + '"'


def _yaml_char(char: str) -> str:
    code = ord(char)
    if char in '"\\':
        return "\\" + char
    if 0xD800 <= code < 0xE000:
        return "\ufffd"
    if char.isprintable() or (code > 0xFFFF and char.isalnum()) or code == 0x200D:
        return char
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"
