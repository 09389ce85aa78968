"""Columns of a table that nobody knows: what they are is asked, and kept as a dialect of the vault's own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING

import click

from vault_crm.cli import console
from vault_crm.core.fields import field_of
from vault_crm.core.intake.record import Trouble
from vault_crm.core.names import fold
from vault_crm.core.plan import FileChange
from vault_crm.core.plan import Plan
from vault_crm.core.record import field
from vault_crm.core.record import record
from vault_crm.core.record import replace
from vault_crm.core.verify import Allowed
from vault_crm.errors import EditRefused
from vault_crm.errors import UsageError
from vault_crm.importers import Wanted
from vault_crm.importers.tables.columns import WORDS
from vault_crm.importers.tables.columns import Column
from vault_crm.importers.tables.columns import Target
from vault_crm.importers.tables.columns import parse_target
from vault_crm.importers.tables.dialects import DialectImporter
from vault_crm.importers.tables.rows import get_columns
from vault_crm.importers.tables.saying import dialect_text
from vault_crm.importers.tables.sheet import Sheet

if TYPE_CHECKING:
    from vault_crm.cli.app import App
    from vault_crm.cli.intake_files import Input

_NAMED = 8  # columns that are named at once
_LOOKED_AT = 200  # rows in which an example of a column is looked for
_DIALECT = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
_WORD = re.compile(r"[a-z0-9]+")
_HELP = """\
  a property: email, phone, company, role, birthday, how_met, met, introduced_by, city, website, tags ...
  name, or given and family; street, postcode, city, country; nickname
  note: prose below the properties       own: shoe_size: a property of your own
  Enter leaves the column out; Ctrl-C stops, and nothing is changed"""


@record(frozen=False)
class Asked:
    """What is known of the columns by now: `wanted` with the answers, and the table they were about."""

    wanted: Wanted
    tables: list[tuple[DialectImporter, Sheet]] = field(default_factory=list)
    answered: bool = False


def ask_columns(app: App, inputs: Sequence[Input], wanted: Wanted, generic: str, ask: bool) -> Asked:
    """The tables of no known program, and what the user says of columns of which nobody knows what they
    are."""
    asked = Asked(wanted)
    for one in inputs:
        if not isinstance(one.importer, DialectImporter) or one.importer.dialect.name != generic:
            continue
        sheet = one.importer.sheet(one.source, asked.wanted)
        asked.tables.append((one.importer, sheet))
        columns = get_columns(one.importer.dialect, sheet.header, asked.wanted.columns)
        unknown = [column for column in columns if not column.known and column.name.strip()]
        examples = _examples(sheet, unknown)
        unknown = [column for column in unknown if column.index in examples]
        if ask and unknown:
            known = [column.name for column in columns if column.targets and column.name.strip()]
            if known:
                app.say(f"{one.source.name}: understood: {_some(known)}")
            answers = _answers(app, sheet, unknown, examples)
            asked.wanted = replace(asked.wanted, columns={**asked.wanted.columns, **answers})
            asked.answered = True
    return asked


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")


def _examples(sheet: Sheet, columns: Sequence[Column]) -> dict[int, str]:
    """For columns that hold something: the first of it."""
    found: dict[int, str] = {}
    for row in islice(sheet.rows(), _LOOKED_AT):
        if isinstance(row, Trouble):
            continue
        for column in columns:
            text = " ".join(row.cells[column.index].split())
            if text and column.index not in found:
                found[column.index] = text[:40]
    return found


def _answers(app: App, sheet: Sheet, columns: Sequence[Column], examples: dict[int, str]) -> dict[str, str]:
    count = "one column is" if len(columns) == 1 else f"{len(columns)} columns are"
    app.say(
        f"{sheet.source.name}: {count} unknown. What is each? (Enter leaves it out, ? shows what there is)"
    )
    return {column.name: _answer(app, column, examples[column.index]) for column in columns}


def _answer(app: App, column: Column, example: str) -> str:
    question = console.clean(f"  {column.name} (such as {example})")
    while True:
        text = str(click.prompt(question, default="", show_default=False, err=True)).strip()
        if text == "?":
            app.say(_HELP)
            continue
        try:
            if not text or _is_meant(app, text, parse_target(text)):
                return text
        except ValueError as problem:
            app.say(f"  {problem}")


def _is_meant(app: App, text: str, target: Target) -> bool:
    """False for what was a slip: a word that is no destination would become a property of the user's own."""
    if text.startswith("own") or target.what in WORDS or field_of(target.what):
        return True
    return app.confirm(f"  {target.what} would be a property of your own. Is it?", default=True)


def save_dialect(app: App, asked: Asked, name: str) -> None:
    """Keeps what is known of the table's columns under `.vault-crm/dialects/`, as a change of its own; asks
    for a name where questions were answered. Raises UsageError, EditRefused."""
    question = "Keep these answers for the next file of this kind? A name for it (Enter: no)"
    asking = not name and asked.answered and len(asked.tables) == 1 and app.can_ask()
    while True:
        if asking:
            name = str(click.prompt(question, default="", show_default=False, err=True)).strip()
        if not name:
            return
        try:
            _save_dialect(app, asked, name)
            return
        except UsageError as error:
            if not asking:
                raise
            app.say(f"  {error.message}; {error.hint}")


def _save_dialect(app: App, asked: Asked, title: str) -> None:
    name = "-".join(_WORD.findall(fold(title)))
    if not _DIALECT.fullmatch(name):
        raise UsageError(f"{title!r} is no name for a dialect", "letters, digits and dashes: book-club")
    if len(asked.tables) != 1:
        raise UsageError("a dialect is saved from one table that no dialect knows yet")
    importer, sheet = asked.tables[0]
    columns = get_columns(importer.dialect, sheet.header, asked.wanted.columns)
    mapping = {column.name: target_text(column.targets[0]) for column in columns if column.targets}
    mapping |= {column.name: "" for column in columns if not column.targets and column.why}
    mapping |= {column: target for column, target in asked.wanted.columns.items() if not target}
    path = f".vault-crm/dialects/{name}.toml"
    text = dialect_text(name, title, sheet.header, mapping)
    base = _current(app, path)
    if base is not None and base != text.encode():
        raise UsageError(f"{path} is there already", "choose another name, or change it in an editor")
    if base is None:
        change = FileChange(path, None, text.encode(), Allowed(anything=True))
        app.store.apply(Plan(f"dialect {name}", (change,)))
        app.say(f"{app.shown_path(path)}: files with these columns are known from now on")


def _current(app: App, path: str) -> bytes | None:
    try:
        return app.store.read(path)
    except EditRefused:
        return None


def target_text(target: Target) -> str:
    """A destination as a dialect writes it."""
    group = f"{target.group}." if target.group else ""
    return f"{group}{target.what}" + (f": {target.label}" if target.label else "")
