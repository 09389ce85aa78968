"""The files of an import: which there are, which program each comes from, and what is in them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path

from vault_crm.cli.progress import progress
from vault_crm.core.intake.record import Found
from vault_crm.core.intake.record import Record
from vault_crm.core.intake.record import Trouble
from vault_crm.core.intake.record import Unused
from vault_crm.core.record import field
from vault_crm.core.record import record
from vault_crm.core.words import Span
from vault_crm.errors import NothingToImport
from vault_crm.errors import UsageError
from vault_crm.importers import Importer
from vault_crm.importers import Wanted
from vault_crm.importers import recognise
from vault_crm.importers.source import Source

GENERIC = "csv"  # the dialect for a table of which nobody knows where it comes from
_ENOUGH = {"name", "given", "family", "email", "nickname"}


@record
class Wish:
    """What the user says of the files: what importers are told, the source by name ('' if it is to be seen
    from the files), and whether there is somebody to ask."""

    wanted: Wanted
    source: str = ""
    may_ask: bool = False


@record
class Input:
    """One file and the importer that reads it."""

    source: Source
    importer: Importer


@record(frozen=False)
class Harvest:
    """What the files hold: records, what could not be read, columns without a destination (by source), and
    files of a folder that are nobody's."""

    records: list[Record] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    unused: dict[str, dict[str, Unused]] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)
    files: int = 0
    passed_over: list[str] = field(default_factory=list)


@contextmanager
def stdin_file(names: Sequence[str]) -> Iterator[dict[str, Path]]:
    """Where what comes through the pipe can be read several times, if `-` is one of the names."""
    if "-" not in names:
        yield {}
        return
    if sys.stdin.isatty():
        raise UsageError("- stands for what comes through a pipe, and nothing does")
    from vault_crm.store.scratch import scratch_copy

    with scratch_copy("stdin", sys.stdin.buffer) as path:
        yield {"-": path}


def find_inputs(names: Sequence[str], piped: Mapping[str, Path], wish: Wish, harvest: Harvest) -> list[Input]:
    """The files that the user named, those of a folder one by one, each with its importer. Raises UsageError
    for one that cannot be read, NothingToImport for one that nobody knows."""
    inputs: list[Input] = []
    for name in dict.fromkeys(names):
        path = piped.get(name) or Path(name)
        if path.is_dir():
            inputs += _in_folder(path, name, wish, harvest)
            continue
        if not path.exists():
            raise UsageError(f"there is no file {name!r}")
        source = Source(path, "standard input" if name in piped else name)
        inputs.append(Input(source, _importer(source, wish)))
    return inputs


def _importer(source: Source, wish: Wish) -> Importer:
    try:
        found = recognise(source, wish.wanted, wish.source)
        if found is None:
            _refuse_deals(source, wish.wanted)
            found = _generic(source, wish)
        elif wish.source and not _knows_a_column(found, source, wish):
            raise NothingToImport(
                f"{source.name}: none of its columns is known to {wish.source}",
                "leave out --from, or say what they are with --map COLUMN=property",
            )
    except OSError as error:
        raise UsageError(f"{source.name}: it cannot be read: {error.strerror or error}") from None
    if found is None:
        problem = _why_no_table(source)
        if problem:
            raise NothingToImport(
                f"{source.name}: {problem}", "--from NAME says what it is, if it is not that"
            )
        raise NothingToImport(
            f"{source.name}: what program it comes from cannot be told",
            "say which with --from NAME; for a table: --map COLUMN=property for each column",
        )
    return found


def _knows_a_column(importer: Importer, source: Source, wish: Wish) -> bool:
    """False for a table of which no column has a destination, by a dialect that the user chose."""
    from vault_crm.importers.tables.dialects import DialectImporter
    from vault_crm.importers.tables.rows import get_columns

    if not isinstance(importer, DialectImporter) or (wish.may_ask and importer.dialect.name == GENERIC):
        return True
    sheet = importer.sheet(source, wish.wanted)
    columns = get_columns(importer.dialect, sheet.header, wish.wanted.columns)
    return bool(sheet.problem) or any(column.targets for column in columns)


def _why_no_table(source: Source) -> str:
    """Why a file is no table at all ('it is a workbook ...'); '' if it might be one."""
    from vault_crm.importers.tables.sheet import open_sheet

    try:
        return open_sheet(source).problem
    except OSError as error:
        return f"it cannot be read: {error.strerror or error}"


def _refuse_deals(source: Source, wanted: Wanted) -> None:
    from vault_crm.importers.tables.dialects import find_deals

    deals = find_deals(source, wanted.dialects)
    if deals is not None:
        raise UsageError(
            f"{source.name}: these are deals ({deals.title or deals.name}), not people",
            f"`vault-crm handoff {source.name}` brings in the people behind those that were won",
        )


def _generic(source: Source, wish: Wish) -> Importer | None:
    """The importer for a table that no dialect claims, if its columns or the user say who is meant, or can
    be asked."""
    from vault_crm.importers.tables.dialects import DialectImporter
    from vault_crm.importers.tables.dialects import all_dialects
    from vault_crm.importers.tables.rows import get_columns

    dialect = next((one for one in all_dialects(wish.wanted.dialects) if one.name == GENERIC), None)
    if dialect is None:
        return None
    generic = DialectImporter(dialect)
    header = generic.sheet(source, wish.wanted).header
    columns = get_columns(dialect, header, wish.wanted.columns)
    known = {target.what for column in columns for target in column.targets}
    return generic if known & _ENOUGH or (wish.may_ask and len(header) > 1) else None


def _in_folder(folder: Path, name: str, wish: Wish, harvest: Harvest) -> Iterator[Input]:
    """The files of a folder that some importer claims: a collection of cards, an unpacked archive."""
    try:
        paths = sorted(
            path
            for path in folder.rglob("*")
            if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        )
    except OSError as error:
        raise UsageError(f"{name}: it cannot be read: {error.strerror or error}") from None
    cards = None if wish.source else _vcard(wish.wanted)
    any_found = False
    for path in paths:
        source = Source(path, str(Path(name) / path.relative_to(folder)))
        try:
            card = cards if path.suffix.casefold() == ".vcf" else None
            found = card or recognise(source, wish.wanted, wish.source)
        except (OSError, UsageError) as error:
            harvest.troubles.append(Trouble(Span(source.name, 0), getattr(error, "message", str(error))))
            continue
        if found is None:
            harvest.passed_over.append(source.name)
        else:
            any_found = True
            yield Input(source, found)
    if not any_found and not harvest.troubles:
        raise NothingToImport(f"{name}: there is no file in it that can be imported")


def _vcard(wanted: Wanted) -> Importer | None:
    from vault_crm.importers import importers

    return next((one for one in importers(wanted) if one.NAME == "vcard"), None)


def read_inputs(inputs: Sequence[Input], wanted: Wanted, harvest: Harvest) -> None:
    """Everything that the files hold, into the harvest. Raises UsageError for a `--map` that cannot be."""
    for found, name in progress(_found(inputs, wanted, harvest), 0, "reading"):
        if isinstance(found, Record):
            if found.name or found.values or found.note:
                harvest.records.append(found)
        elif isinstance(found, Trouble):
            harvest.troubles.append(found)
        else:
            harvest.unused.setdefault(name, {}).setdefault(found.name, found)


def _found(inputs: Sequence[Input], wanted: Wanted, harvest: Harvest) -> Iterator[tuple[Found, str]]:
    for one in inputs:
        harvest.files += 1
        if one.importer.NAME not in harvest.sources:
            harvest.sources.append(one.importer.NAME)
        try:
            for found in one.importer.read(one.source, wanted):
                yield found, one.importer.NAME
        except OSError as error:
            where = Span(one.source.name, 0)
            yield Trouble(where, f"it cannot be read: {error.strerror or error}"), one.importer.NAME
