"""People as rows: the two-line form of a terminal, the one-line form of a pipe, paths, lines of one's own."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING
from typing import Any
from typing import TypeVar

from vault_crm.cli import console
from vault_crm.cli import wording
from vault_crm.cli.console import Line
from vault_crm.core.rows import DUE
from vault_crm.core.rows import LAST
from vault_crm.core.rows import NAME
from vault_crm.core.rows import NEXT
from vault_crm.core.rows import STATUS
from vault_crm.core.rows import Row

if TYPE_CHECKING:
    from vault_crm.cli.app import App
    from vault_crm.core.model import AgendaItem

Command = TypeVar("Command", bound=Callable[..., Any])
MAX_NAME = 24
LEAST_SAID = 16  # columns of the last contact without which a birthday beside it gives way


def list_options(command: Command) -> Command:
    """`--paths` and `--format`: other forms of a list of people."""
    import click

    command = click.option(
        "--format", "line_format", metavar="LINE",
        help="A Jinja2 line for each person: '{{ name }}: {{ due }}' (the keys of the JSON).",
    )(command)  # fmt: skip
    return click.option(
        "--paths", is_flag=True, help="One path a line, relative to the current folder, for vim and xargs."
    )(command)


def find_items(
    app: App, query: Sequence[str], statuses: Sequence[str] = (), brief: bool = False
) -> tuple[AgendaItem, ...]:
    """The people that a query finds, of these statuses (none: any). Raises UsageError. `brief`: no more of
    them is wanted than lists show."""
    agenda = app.brief if brief and not query else app.agenda
    items = agenda.with_status(*statuses) if statuses else agenda.items
    if not query:
        return items
    from vault_crm.core.query.parse import parse_query

    wanted = parse_query(query)
    found = tuple(item for item in items if wanted.matches(item, app.today))
    if not found:
        for key, near in wanted.unknown_keys(app.vault.people).items():
            hint = f"; did you mean {near}?" if near else ""
            app.say(f"no note has a property {key}{hint}")
    return found


def sorted_by(items: Sequence[AgendaItem], order: str) -> tuple[AgendaItem, ...]:
    """People by `ratio` (the most pressing first), `due` (the oldest date first) or `name`."""
    from vault_crm.core.agenda import by_pressing
    from vault_crm.core.names import fold

    if order == "name":
        return tuple(sorted(items, key=lambda item: (fold(item.person.name), item.person.path)))
    if order == "due":
        return tuple(sorted(by_pressing(items), key=lambda item: item.due or date.max))
    return by_pressing(items)


def print_other_form(
    app: App, items: Sequence[AgendaItem], as_json: bool, paths: bool, line_format: str | None
) -> bool:
    """Print people as JSON, as paths or by a line of the user's own, if one of these is wanted."""
    if sum((as_json, paths, line_format is not None)) > 1:
        from vault_crm.errors import UsageError

        raise UsageError("only one of --json, --paths and --format makes sense")
    if as_json:
        from vault_crm.cli import shape

        app.json(shape.people_json(app.today, items))
    elif paths:
        app.out_lines([(app.shown_path(item.person.path), "")] for item in items)
    elif line_format is not None:
        print_formatted(app, items, line_format)
    else:
        return False
    return True


def print_formatted(app: App, items: Sequence[AgendaItem], line_format: str) -> None:
    """One line a person by a sandboxed Jinja2 line. Raises TemplateProblem if the line cannot be used."""
    from jinja2 import StrictUndefined
    from jinja2 import TemplateError

    from vault_crm.cli import shape
    from vault_crm.errors import TemplateProblem
    from vault_crm.render.sandbox import Sandbox

    hint = "the names are those of the JSON: name, due, days_overdue, cadence ... (docs/json.md)"
    environment = Sandbox(undefined=StrictUndefined, autoescape=False)
    try:
        template = environment.from_string(line_format)
        lines = [
            template.render(**shape.person_json(item, whole=True), today=app.today.isoformat())
            for item in items
        ]
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        raise TemplateProblem("--format", str(error), hint) from error
    except (RecursionError, MemoryError):
        raise TemplateProblem("--format", "it never comes to an end", hint) from None
    if lines:
        app.out("\n".join(lines))


def name_columns(names: Iterable[str], screen: console.Screen) -> int:
    """How wide the column of names is: as wide as the longest, on a terminal within reason."""
    longest = max((console.width(console.clean(name)) for name in names), default=0)
    if screen.columns is None:
        return longest
    return min(longest, MAX_NAME, max(12, screen.columns // 3))


def overdue_rows(rows: Sequence[Row], today: date, screen: console.Screen) -> Iterator[Line]:
    """Who is overdue: in a pipe one line each, nothing cut; on a terminal up to two."""
    names = name_columns((row[NAME] for row in rows), screen)
    if screen.columns is None:
        for row in rows:
            yield overdue_line(row, today, names)
        return
    spans = max((len(wording.say_span(days_late(row, today))) for row in rows), default=0)
    for row in rows:
        yield from card_rows(row, today, screen.columns, names, spans)


def overdue_texts(rows: Sequence[Row], today: date, screen: console.Screen) -> Iterator[str]:
    """The same lines for a pipe without colours, as texts that are clean already: where thousands are
    overdue, to put the pieces of each line together takes longer than all the rest."""
    names, clean, day = name_columns((row[NAME] for row in rows), screen), console.clean, today.toordinal()
    for row in rows:
        name = clean(row[NAME])
        name = name.ljust(names) if name.isascii() else console.pad(name, names)
        yield f"{name}  {clean(_overdue_words(row, day))}".rstrip()


def days_late(row: Row, today: date) -> int:
    """How many days somebody is overdue."""
    return today.toordinal() - row[DUE] if row[DUE] else 0


def overdue_line(row: Row, today: date, names: int, indent: str = "") -> Line:
    """One person on one line for a pipe: name, how long, due, last contact, what to ask."""
    words = _overdue_words(row, today.toordinal())
    return [(indent, ""), (console.pad(console.clean(row[NAME]), names), "name"), ("  " + words, "")]


def _overdue_words(row: Row, today: int) -> str:
    due = row[DUE]
    days = today - due if due else 0
    late = "1 day" if days == 1 else f"{days} days"
    words = f"{late:>9}  due: {wording.iso_day(due) if due else '-'}"
    if row[LAST]:
        words += f"  last: {wording.say_last_with(row, wording.iso_day(row[LAST]))}"
    if row[NEXT] and (asked := wording.say_next(row)):
        words += f"  ask: {asked}"
    return words


def card_rows(row: Row, today: date, columns: int, names: int, spans: int, extra: str = "") -> Iterator[Line]:
    """One person on a terminal: name, how long, what to ask; below it what was last said, and `extra`."""
    late = "late" if row[STATUS] == "long-overdue" else "due"
    head: list[console.Piece] = [
        ("  ", ""),
        (console.pad(console.cut(console.clean(row[NAME]), names), names), "name"),
        ("  ", ""),
        (f"{wording.say_span(days_late(row, today)):>{spans}}", late),
        ("   ", ""),
    ]
    left = sum(console.width(text) for text, _ in head)
    room = max(columns - left, 10)
    asked = wording.say_next(row)
    last = console.clean(wording.say_last(row, today, iso=False))
    beside = room - console.width(extra) - 2
    if last and extra and beside >= min(console.width(last), LEAST_SAID):
        last = console.cut(last, beside) + "; " + extra
    last = console.cut(last or extra, room)
    if asked:
        yield [*head, ("ask: ", "dim"), (console.cut(console.clean(asked), room - 5), "ask")]
        if last:
            yield [(" " * left, ""), (last, "dim")]
    else:
        yield [*head, (last, "dim")]


def table_rows(
    header: Sequence[str], rows: Sequence[Sequence[str]], screen: console.Screen, styles: Sequence[str] = ()
) -> Iterator[Line]:
    """Rows in aligned columns. A pipe gets no header and nothing cut; a terminal's first column gives way."""
    cells = [[console.clean(cell) or "-" for cell in row] for row in rows]
    shown = [list(header), *cells] if screen.terminal else cells
    widths = [max((console.width(row[i]) for row in shown), default=0) for i in range(len(header))]
    if screen.columns is not None:
        others = sum(widths[1:]) + 2 * (len(widths) - 1)
        widths[0] = min(widths[0], max(12, screen.columns - others))
    for number, row in enumerate(shown):
        heading = screen.terminal and number == 0
        line: list[console.Piece] = []
        for i, cell in enumerate(row):
            style = "dim" if heading else (styles[i] if i < len(styles) else "")
            text = console.cut(cell, widths[i]) if screen.terminal and i == 0 else cell
            line.append((console.pad(text, widths[i]) + "  ", style))
        yield line
