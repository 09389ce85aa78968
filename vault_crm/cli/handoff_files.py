"""The files of a handoff: which holds deals and which contacts, and what is in them."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

from vault_crm.core.handoff.deal import Deal
from vault_crm.core.handoff.humans import Numbered
from vault_crm.core.handoff.won import fold_stage
from vault_crm.core.intake.record import Record
from vault_crm.core.intake.record import Trouble
from vault_crm.core.intake.record import Unused
from vault_crm.core.record import field
from vault_crm.core.record import record
from vault_crm.core.words import Span
from vault_crm.errors import UsageError
from vault_crm.importers import Wanted
from vault_crm.importers import recognise
from vault_crm.importers.source import Source
from vault_crm.importers.tables.deals import DealsFile
from vault_crm.importers.tables.deals import deals_dialects
from vault_crm.importers.tables.deals import numbers_in
from vault_crm.importers.tables.deals import open_deals
from vault_crm.importers.tables.deals import read_deals
from vault_crm.importers.tables.dialects import Dialect
from vault_crm.importers.tables.dialects import all_dialects
from vault_crm.importers.tables.sheet import open_sheet

_HINT_MAP = "say what its columns mean, as in --map 'Project=deal' --map 'Client=people' --map 'State=state'"


@record(frozen=False)
class Read:
    """What the files hold: deals, the CRM's contacts, what could not be read, and the columns that have no
    destination, by their file."""

    sources: list[str] = field(default_factory=list)
    deals: list[Deal] = field(default_factory=list)
    contacts: list[Numbered] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    unused: dict[str, list[Unused]] = field(default_factory=dict)


@record
class Asked:
    """What the user says of the files: the deals' source by name, what columns mean, and which stages are
    won."""

    name: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    won: Sequence[str] = ()


def read_files(names: Sequence[str], asked: Asked, own: Mapping[str, str]) -> Read:
    """All files of a handoff. Raises UsageError for one that cannot be a part of it, BadSettings."""
    sources = [Source(Path(name), name) for name in dict.fromkeys(names)]
    dialects = [_deals_dialect(source, asked, own, sources) for source in sources]
    if not any(dialects):
        _refuse_unreadable(sources)
        named = ", ".join(names)
        raise UsageError(f"{named}: there are no deals in it", f"{_HINT_MAP}; contacts come in with `import`")
    read = Read()
    for source, dialect in zip(sources, dialects, strict=True):
        try:
            if dialect is not None:
                _read_deals(source, dialect, asked, read)
            else:
                _read_contacts(source, own, read)
        except OSError as error:
            read.troubles.append(
                Trouble(Span(source.name, 0), f"it cannot be read: {error.strerror or error}")
            )
    return read


def _deals_dialect(
    source: Source, asked: Asked, own: Mapping[str, str], sources: Sequence[Source]
) -> Dialect | None:
    """The dialect of a file of deals; None if it is none. The first file is one if the user says so."""
    first = source is sources[0]
    if asked.name and first:
        known = {one.name: one for one in all_dialects(own) if one.kind == "deals"}
        if asked.name not in known:
            names = ", ".join(sorted(known))
            raise UsageError(f"there is no source of deals called {asked.name!r}", f"--from may be: {names}")
        return known[asked.name]
    try:
        found = deals_dialects(source, own)
    except OSError as error:
        raise UsageError(f"{source.name}: it cannot be read: {error.strerror or error}") from None
    if len(found) > 1:
        names = " and ".join(one.name for one in found)
        raise UsageError(f"{source.name}: both {names} say that it is theirs", "say which with --from NAME")
    if not found and first and asked.columns:
        return Dialect("deals", kind="deals")
    return found[0] if found else None


def _refuse_unreadable(sources: Sequence[Source]) -> None:
    """A workbook, a picture, an empty file: raises UsageError that says so."""
    for source in sources:
        if problem := open_sheet(source).problem:
            raise UsageError(f"{source.name}: {problem}")


def _read_deals(source: Source, dialect: Dialect, asked: Asked, read: Read) -> None:
    try:
        file = open_deals(source, dialect, asked.columns)
    except ValueError as problem:
        raise UsageError(f"--map: {problem}", _HINT_MAP) from None
    _refuse_silent(file, asked)
    read.sources.append(dialect.name)
    won = frozenset(fold_stage(stage) for stage in asked.won)
    for found in read_deals(file, won):
        if isinstance(found, Deal):
            read.deals.append(found)
        elif isinstance(found, Trouble):
            read.troubles.append(found)
        else:
            read.unused.setdefault(source.name, []).append(found)


def _refuse_silent(file: DealsFile, asked: Asked) -> None:
    """A file that does not say who, or whether a deal was won, is no use. Raises UsageError."""
    name = file.sheet.source.name
    if not file.sheet.header:
        return  # why there is none is said by its rows
    if not file.names_people:
        raise UsageError(
            f"{name}: no column says who is behind a deal",
            "export it with the contact's name and email, or say which with --map 'COLUMN=people'",
        )
    if not file.tells_won and not asked.won:
        raise UsageError(
            f"{name}: no column says whether a deal was won",
            "if all of them were: --won any; else say which column does with --map 'COLUMN=state'",
        )


def _read_contacts(source: Source, own: Mapping[str, str], read: Read) -> None:
    wanted = Wanted(dialects=own)
    importer = recognise(source, wanted)
    if importer is None:
        _refuse_unreadable([source])
        raise UsageError(
            f"{source.name}: neither deals nor contacts are recognised in it",
            "the files are: DEALS.csv, and the CRM's contacts or any address book",
        )
    dialect = next((one for one in all_dialects(own) if one.name == importer.NAME), None)
    numbers = numbers_in(source, dialect) if dialect else {}
    for found in importer.read(source, wanted):
        if isinstance(found, Record):
            read.contacts.append(Numbered(numbers.get(found.span.line, ""), found))
        elif isinstance(found, Trouble):
            read.troubles.append(found)
        else:
            read.unused.setdefault(source.name, []).append(found)
