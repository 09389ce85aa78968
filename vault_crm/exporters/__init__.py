"""From the vault to the files of other programs; one module a format, found by being here.

A module has `NAME`, `ENDING` (of its file, '.vcf'), `DOC` (one line for the help) and
`export(context) -> Iterator[bytes]`, pieces that are written one after the other; `BINARY = True` if a
terminal cannot show it; `one_each(context) -> Iterator[tuple[str, bytes]]` if it can also write one file a
person (file name, bytes); `OPTIONS`, the names of the options that it takes (`raw`, `alarm`).
"""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from datetime import date
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from vault_crm.core.model import AgendaItem
from vault_crm.core.model import Vault
from vault_crm.core.record import field
from vault_crm.core.record import record
from vault_crm.core.settings import Settings

if TYPE_CHECKING:
    from vault_crm.core.intake.record import Photo
    from vault_crm.core.model import Agenda

_NO_CHARACTER = re.compile("[\ud800-\udfff]")


@record
class Context:
    """What an exporter may look at: the people to write (`items`, in the order of names), and the whole vault
    around them. `read` gives a note's current bytes by its path, `photo` the picture beside it; `options` are
    the format's own (`raw`, `alarm`)."""

    items: tuple[AgendaItem, ...]
    vault: Vault
    agenda: Agenda
    settings: Settings
    today: date
    read: Callable[[str], bytes]
    options: Mapping[str, str] = field(default_factory=dict)
    photo: Callable[[str], Photo | None] = lambda path: None  # noqa: ARG005


def exporter_names() -> tuple[str, ...]:
    """The names of all formats, from the files in this folder."""
    return tuple(sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_")))


def get_exporter(name: str) -> ModuleType:
    """The module of a format. Raises KeyError."""
    if name not in exporter_names():
        raise KeyError(name)
    return import_module(f"{__name__}.{name}")


def pieces(name: str, context: Context) -> Iterator[bytes]:
    """What a format makes of the people, in pieces. Raises KeyError."""
    found: Iterator[bytes] = get_exporter(name).export(context)
    return found


def encoded(text: str) -> bytes:
    """A text as UTF-8; bytes of a note that were no UTF-8 are U+FFFD."""
    return _NO_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", text).encode()
