"""A dialect from its TOML. A mistake is told with file and line."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from typing import Any

from vault_crm.core.names import fold
from vault_crm.errors import BadSettings
from vault_crm.importers.tables.columns import Rule
from vault_crm.importers.tables.columns import RuleBook
from vault_crm.importers.tables.columns import Target
from vault_crm.importers.tables.columns import make_rule
from vault_crm.importers.tables.columns import parse_target
from vault_crm.importers.tables.dialect import Dialect

_TEXTS = ("name", "title", "clicks", "kind", "separator", "strip", "wish", "why")
_TABLES = ("recognise", "split", "columns", "nowhere")
_CHOICES = {"kind": ("contacts", "deals"), "wish": ("new", "known", "skip")}
_ORDERS = ("dmy", "mdy", "ymd")


def load_dialect(name: str, text: str) -> Dialect:
    """A dialect from its TOML; `name` is its file's. Raises BadSettings with file and line."""
    from vault_crm.store.settings import parse_toml

    table = parse_toml(text.encode(), name)
    try:
        return _dialect(name, table)
    except _Mistake as mistake:
        where = f"{name}:{_line_of(text, mistake.word)}"
        raise BadSettings(where, mistake.problem, "docs/import.md says what a dialect may hold") from None


class _Mistake(ValueError):
    def __init__(self, word: str, problem: str) -> None:
        super().__init__(problem)
        self.word = word
        self.problem = problem


def _line_of(text: str, word: str) -> int:
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if line.lstrip().startswith((word, f'"{word}"', f"'{word}'", f"[{word}")):
            return number
    return next((number for number, line in enumerate(lines, 1) if word in line), 1)


def _dialect(file_name: str, table: dict[str, Any]) -> Dialect:
    for key in table:
        if key not in (*_TEXTS, *_TABLES, "empty", "order", "properties"):
            raise _Mistake(key, f"{key!r} is nothing that a dialect says")
    texts = {key: _text(table, key) for key in _TEXTS}
    for key, choices in _CHOICES.items():
        texts[key] = texts[key] or choices[0]
        if texts[key] not in choices:
            raise _Mistake(key, f"{key} is {' or '.join(choices)}, not {texts[key]!r}")
    recognise = _table(table, "recognise")
    without = recognise.pop("without", [])
    deals = texts["kind"] == "deals"
    return Dialect(
        name=texts["name"] or file_name.replace("\\", "/").rpartition("/")[2].removesuffix(".toml"),
        title=texts["title"] or texts["name"] or file_name,
        clicks=" ".join(texts["clicks"].split()),
        kind="deals" if deals else "contacts",
        separator=texts["separator"],
        strip=texts["strip"],
        empty=_folded(table.get("empty", []), "empty"),
        orders=_orders(table.get("order", "")),
        wish=texts["wish"],  # type: ignore[arg-type]
        why=texts["why"],
        properties=table.get("properties", False) is True,
        recognise=tuple(_folded(names, key) for key, names in recognise.items()),
        without=_folded(without, "without"),
        split={key: _separators(key, value) for key, value in _table(table, "split").items()},
        books=_books(_table(table, "columns"), _table(table, "nowhere"), deals),
    )


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise _Mistake(key, f"{key} is a text in quotation marks")
    return value


def _table(table: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = table.get(key, {})
    if not isinstance(value, dict):
        raise _Mistake(key, f"{key} is a table, [{key}]")
    return dict(value)


def _folded(names: Any, key: str) -> frozenset[str]:
    if not isinstance(names, list) or not all(isinstance(name, str) and name.strip() for name in names):
        raise _Mistake(key, f'{key} is a list of texts, like ["First Name", "Last Name"]')
    if key not in ("empty", "without") and not names:
        raise _Mistake(key, f"{key} names no column")
    return frozenset(fold(name) for name in names)


def _orders(value: Any) -> dict[str, str]:
    orders = value if isinstance(value, dict) else {"": value} if value != "" else {}
    for order in orders.values():
        if order not in _ORDERS:
            raise _Mistake("order", f"order is dmy, mdy or ymd, not {order!r}")
    return dict(orders)


def _separators(key: str, value: Any) -> tuple[str, ...]:
    several = [value] if isinstance(value, str) else value
    if not isinstance(several, list) or not all(isinstance(one, str) and one for one in several):
        raise _Mistake(key, f'{key} is split at a text or several, like ";" or [",", ";"]')
    try:
        return tuple(several) if parse_target(key, deals=True) else ()
    except ValueError as problem:
        raise _Mistake(key, str(problem)) from None


def _books(columns: dict[str, Any], nowhere: dict[str, Any], deals: bool) -> dict[str, RuleBook]:
    rules: dict[str, list[Rule]] = {"": []}
    for language, column, value in _by_language(columns):
        rules.setdefault(language, []).append(make_rule(column, _targets(column, value, deals)))
    for language, column, value in _by_language(nowhere):
        if not isinstance(value, str) or not value.strip():
            raise _Mistake(column, f"say in words why {column!r} has no destination")
        rules.setdefault(language, []).append(make_rule(column, (), value.strip()))
    return {language: RuleBook(some) for language, some in rules.items()}


def _by_language(table: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from ((key, column, inner) for column, inner in value.items())
        else:
            yield "", key, value


def _targets(column: str, value: Any, deals: bool) -> tuple[Target, ...]:
    several = [value] if isinstance(value, str) else value
    if not isinstance(several, list) or not several or not all(isinstance(one, str) for one in several):
        raise _Mistake(column, f"{column!r} becomes a destination in quotation marks, or several in a list")
    try:
        return tuple(parse_target(one, deals=deals) for one in several)
    except ValueError as problem:
        raise _Mistake(column, str(problem)) from None
