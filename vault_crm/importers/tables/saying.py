"""Dialects as texts: for the documentation, and as TOML for a vault's own."""

from __future__ import annotations

import json
from collections.abc import Iterable
from collections.abc import Mapping

from vault_crm.core.names import fold
from vault_crm.importers.tables.columns import Rule
from vault_crm.importers.tables.columns import say_target
from vault_crm.importers.tables.dialect import Dialect


def becomes(dialect: Dialect, language: str | None = None) -> tuple[tuple[str, str], ...]:
    """(columns, what becomes of them), a pair for each thing that they become; of one language ('' for the
    first), or of all."""
    pairs: dict[str, list[str]] = {}
    books = dialect.books.values() if language is None else (dialect.books[language],)
    for rule in (rule for book in books for rule in book.rules):
        pairs.setdefault(_outcome(rule), []).append(rule.name)
    found = [(", ".join(dict.fromkeys(names)), outcome) for outcome, names in pairs.items()]
    if dialect.properties and not language:
        found.append(("a column that is called like a property, in any spelling", "that property"))
    return tuple(found)


def _outcome(rule: Rule) -> str:
    if rule.targets:
        return "; ".join(dict.fromkeys(say_target(target) for target in rule.targets))
    return f"nothing: {rule.why}"


def dialect_text(name: str, title: str, header: Iterable[str], mapping: Mapping[str, str]) -> str:
    """A dialect of a vault's own, as TOML, for files with this header: `mapping` says what becomes of its
    columns ('' for nothing). A file is of it if it has all of these columns."""
    columns = [column.strip() for column in dict.fromkeys(header) if column.strip()]
    said = {fold(column): target.strip() for column, target in mapping.items()}
    taken = [column for column in columns if said.get(fold(column))]
    left = [column for column in columns if said.get(fold(column)) == ""]
    lines = [
        "# What becomes of the columns of these files; `vault-crm import` reads it.",
        f"name = {_quoted(name)}",
        f"title = {_quoted(title)}",
        "",
        "[recognise]",
        f"header = [{', '.join(map(_quoted, columns))}]",
        "",
        "[columns]",
        *(f"{_quoted(column)} = {_quoted(said[fold(column)])}" for column in taken),
    ]
    if left:
        lines += ["", "[nowhere]", *(f'{_quoted(column)} = "left out"' for column in left)]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A text as TOML's basic string, whatever is in it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
