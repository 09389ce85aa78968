"""Everything out again: vCard, CSV, JSON, calendar, Markdown, SQLite."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import click

from vault_crm.cli import console
from vault_crm.cli.app import App
from vault_crm.cli.app import query_argument
from vault_crm.cli.asof import as_of_option
from vault_crm.errors import UsageError
from vault_crm.exporters import Context
from vault_crm.exporters import exporter_names
from vault_crm.exporters import get_exporter

ALL = "all"
STEM = "people"  # of the files that `export all` makes
_BLOCK = 1 << 16

_HELP = """Write everyone, or whom a QUERY finds, in a FORMAT of other programs.

\b
{formats}

Without -o it goes to standard output. -o FILE is replaced in one step, and left alone if nothing changed;
-o DIR/ makes one file a person (vcard, vcard4). `export all DIR` gives everything at once.

\b
vault-crm export vcard -o contacts.vcf
vault-crm export ics -o birthdays.ics
vault-crm export csv tag:family
"""


def _help_text(command: click.Command) -> str:  # noqa: ARG001
    names = exporter_names()
    wide = max(len(name) for name in (*names, ALL))
    rows = [f"{name:<{wide}}  {get_exporter(name).DOC}" for name in names]
    return _HELP.format(formats="\n".join([*rows, f"{ALL:<{wide}}  All of these, into a folder."]))


class ExportCommand(click.Command):
    """Its help lists the formats that there are; they are looked at only when somebody asks for help."""

    help = property(_help_text, lambda command, value: None)  # noqa: ARG005


def _complete_formats(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001
    return [name for name in (*exporter_names(), ALL) if name.startswith(incomplete)]


@click.command("export", cls=ExportCommand)
@click.argument("format_name", metavar="FORMAT", shell_complete=_complete_formats)
@query_argument
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(),
    help="The file to write, or a folder (`cards/`) for one file a person.",
)  # fmt: skip
@click.option("--raw", is_flag=True, help="csv: cells as they are, also those that a spreadsheet would run.")
@click.option("--alarm", metavar="SPAN", help="ics: remind so long before, such as 2d or 1 week.")
@as_of_option
@click.pass_obj
def command(
    app: App, format_name: str, query: tuple[str, ...], output: str | None, raw: bool, alarm: str | None
) -> None:
    given = {name: value for name, value in (("raw", "yes" if raw else ""), ("alarm", alarm or "")) if value}
    if format_name == ALL:
        _export_all(app, query, output, given)
        return
    exporter = _exporter(format_name)
    _refuse_foreign(exporter, given)
    context = _context(app, query, given)
    if output is None or output == "-":
        _to_stdout(app, exporter, context)
    elif output.endswith(("/", os.sep)) or os.path.isdir(output):
        _one_each(app, exporter, context, Path(output))
    else:
        _write(app, Path(output), exporter.export(context), _count(context))


def _exporter(name: str) -> ModuleType:
    try:
        return get_exporter(name)
    except KeyError:
        raise UsageError(
            f"there is no format called {name!r}", f"there are {', '.join((*exporter_names(), ALL))}"
        ) from None


def _refuse_foreign(exporter: ModuleType, given: Iterable[str]) -> None:
    """An option of another format does nothing, and whoever gave it should know."""
    for name in given:
        if name not in getattr(exporter, "OPTIONS", ()):
            having = [n for n in exporter_names() if name in getattr(get_exporter(n), "OPTIONS", ())]
            raise UsageError(f"--{name} belongs to {' and '.join(having)}, not to {exporter.NAME}")


def _context(app: App, query: Sequence[str], options: dict[str, str]) -> Context:
    from vault_crm.cli.listing import find_items
    from vault_crm.cli.listing import sorted_by
    from vault_crm.store.photos import Photos

    items = sorted_by(find_items(app, query), "name")
    photo = Photos(app.store).find
    if query and not items:
        app.say(f"nobody fits {' '.join(query)}, so nobody is in it")
    return Context(items, app.vault, app.agenda, app.settings, app.today, app.store.read, options, photo)


def _count(context: Context) -> str:
    return "1 person" if len(context.items) == 1 else f"{len(context.items)} people"


# -- where it goes


def _to_stdout(app: App, exporter: ModuleType, context: Context) -> None:
    """Bytes as they are into a pipe or file; on a terminal, text that can do no harm there."""
    if not app.screen.terminal:
        for block in _blocks(exporter.export(context)):
            console.write_bytes(block)
        return
    if getattr(exporter, "BINARY", False):
        hint = f"vault-crm export {exporter.NAME} -o {STEM}{exporter.ENDING}"
        raise UsageError(f"{exporter.NAME} is nothing that a terminal can show", hint)
    for piece in exporter.export(context):
        text = piece.decode("utf-8", "replace").replace("\r\n", "\n")
        console.write_text(sys.stdout, console.clean_lines(text))


def _blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of a size that is worth a call of the system."""
    held = bytearray()
    for piece in pieces:
        held += piece
        if len(held) >= _BLOCK:
            yield bytes(held)
            held.clear()
    yield bytes(held)


def _write(app: App, path: Path, pieces: Iterable[bytes], what: str) -> None:
    from vault_crm.store.outfile import write_out

    _refuse_place(app, path)
    changed = write_out(path, pieces)
    app.say(f"{path}: {what}" + ("" if changed else " (as it was)"))


def _refuse_place(app: App, path: Path) -> None:
    """A file in the vault's hidden folders would be taken for settings, or for something of git's, and there
    is no undo; a Markdown document in a people folder would be taken for a person's note."""
    from vault_crm.core.people import person_rule

    try:
        inside = Path(os.path.realpath(path)).relative_to(app.root.resolve())
    except ValueError:
        return
    if any(part.startswith(".") for part in inside.parts):
        raise UsageError(f"{path} lies in a hidden folder of the vault", "choose another folder")
    rule = person_rule(inside.as_posix(), (), app.settings) if inside.suffix.lower() == ".md" else ""
    if rule:
        raise UsageError(f"{path} would be taken for a person's note ({rule})", "choose another folder")


def _one_each(app: App, exporter: ModuleType, context: Context, folder: Path) -> None:
    from vault_crm.store.cardfolder import CardFolder
    from vault_crm.store.outfile import make_folder
    from vault_crm.store.outfile import write_out

    if not hasattr(exporter, "one_each"):
        hint = f"name a file in it: -o {folder / (STEM + exporter.ENDING)}"
        raise UsageError(f"{folder} is a folder, and {exporter.NAME} makes one file", hint)
    _refuse_place(app, folder)
    make_folder(folder)
    written: set[str] = set()
    changed = 0
    foreign: list[str] = []
    there = CardFolder(folder, exporter.ENDING)
    for name, raw in exporter.one_each(context):
        place = there.place(plain_name(name), raw)
        if place is None:
            foreign.append(name)
            continue
        changed += write_out(folder / place, (raw,))
        written.add(place.casefold())
    app.say(f"{folder}: {_count(context)}, {changed} written, {len(written) - changed} as they were")
    if foreign:
        from vault_crm.core.names import few_names

        app.say(f"left alone, because another program's card is there: {few_names(foreign)}")
    _say_others(app, folder, exporter.ENDING, written)


def plain_name(name: str) -> str:
    """A file name that stays in its folder. Raises ValueError: such an exporter has a mistake."""
    if not name or name != os.path.basename(name) or name.startswith(".") or "\0" in name:
        raise ValueError(f"{name!r} is no file name")
    return name


def _say_others(app: App, folder: Path, ending: str, written: set[str]) -> None:
    """Nothing is deleted there, but a card of somebody who is no longer in the vault should be seen."""
    there = sorted(entry.name for entry in os.scandir(folder) if entry.name.endswith(ending))
    others = [name for name in there if name.casefold() not in written and not name.startswith(".")]
    if others:
        from vault_crm.core.names import few_names

        app.say(f"also there, from elsewhere or an earlier export: {few_names(others)}")


def _export_all(app: App, query: tuple[str, ...], output: str | None, given: dict[str, str]) -> None:
    """`export all DIR`: one file for each format; the folder is the first word behind, or -o."""
    from vault_crm.store.outfile import make_folder

    if output is None:
        if not query:
            raise UsageError("say which folder the files shall go to", "vault-crm export all DIR")
        output, query = query[0], query[1:]
    if not output:  # `"$DIR"` of a script, and nothing in it
        raise UsageError("'' is no folder", "vault-crm export all DIR")
    folder = Path(output)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is not a folder", "vault-crm export all DIR")
    context = _context(app, query, given)
    _refuse_place(app, folder)
    make_folder(folder)
    for exporter, name in _names():
        _write(app, folder / name, exporter.export(context), _count(context))


def _names() -> Iterator[tuple[Any, str]]:
    taken: set[str] = set()
    for name in exporter_names():
        exporter = get_exporter(name)
        file_name = STEM + exporter.ENDING
        if file_name in taken:
            file_name = f"{STEM}-{name}{exporter.ENDING}"
        taken.add(file_name)
        yield exporter, file_name
