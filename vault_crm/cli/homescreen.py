"""The home screen on a terminal: one screen, as generous as its height and width allow."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

from vault_crm.cli import console
from vault_crm.cli import home
from vault_crm.cli import wording
from vault_crm.cli.console import Line
from vault_crm.cli.listing import card_rows
from vault_crm.cli.listing import name_columns
from vault_crm.core.record import record
from vault_crm.core.rows import row_of

if TYPE_CHECKING:
    from vault_crm.cli.app import App
    from vault_crm.core.model import Agenda
    from vault_crm.core.model import AgendaItem

WIDE = 112  # from here on, people stand on the left and everything else on the right
SIDE_BY_SIDE = 72  # from here on, 'due soon' and the dates share their lines
WIDEST = 150
NARROW_SIDE = 28
GUTTER = 3


@record
class Fit:
    """How much is shown: people in a section, whether they take two lines, and entries in the other sections
    (0: only their number, among the footers)."""

    people: int
    two_lines: bool
    others: int


# From generous to tight; the first that fits the terminal's height is taken.
FITS = (
    *(Fit(number, True, max(number, 6)) for number in (40, 25, 18, 12, 9, 7, 6, 5, 4)),
    Fit(4, True, 3), Fit(3, True, 3), Fit(6, False, 3), Fit(5, False, 3), Fit(4, False, 2), Fit(4, False, 0),
    Fit(3, False, 0), Fit(2, False, 0), Fit(1, False, 0),
)  # fmt: skip


@record
class Content:
    """Everything there is to show, worked out once for all sizes."""

    head: list[Line]
    long_overdue: tuple[AgendaItem, ...]
    overdue: tuple[AgendaItem, ...]
    soon: list[Line]
    dates: list[Line]
    never: list[Line]
    attention: list[Line]
    foot: list[Line]


def fitted(app: App, agenda: Agenda, waiting: int, screen: console.Screen) -> list[Line]:
    """The most generous layout that fits the terminal's height, with a line left for the prompt."""
    from vault_crm.core.agenda import by_dashboard

    columns = min(screen.columns or 80, WIDEST)
    content = Content(
        head=header(app, agenda, columns),
        long_overdue=by_dashboard(agenda.with_status("long-overdue")),
        overdue=by_dashboard(agenda.with_status("overdue")),
        soon=home.soon_rows(agenda, iso=False),
        dates=home.date_rows(agenda, iso=False),
        never=home.never_rows(app, agenda),
        attention=home.attention_rows(app, agenda),
        foot=list(home.footers(agenda, app, waiting)),
    )
    lines: list[Line] = []
    for fit in FITS:
        lines = laid_out(content, agenda, columns, fit)
        if len(lines) < (screen.rows or 24):
            break
    return lines


def laid_out(content: Content, agenda: Agenda, columns: int, fit: Fit) -> list[Line]:
    """The whole screen at one size."""
    entries = fit.others or 3
    soon = section("DUE SOON", content.soon, entries, "vault-crm upcoming")
    dates = section("BIRTHDAYS AND DATES", content.dates, entries, "vault-crm upcoming")
    never = section("NEVER CONTACTED", content.never, fit.others, "vault-crm list status:never")
    attention = section("NEEDS ATTENTION", content.attention, fit.others, "vault-crm check")
    if columns >= WIDE:
        others = stack(soon, dates, never)
        right = min(max(map(line_width, others), default=0), columns * 2 // 5)
        left = columns - right - GUTTER
        late = people(content, agenda, left if others else columns, fit)
        body = side_by_side(late, others, left, right) if late and others else late or others
        body = stack(body, attention)
    else:
        if columns >= SIDE_BY_SIDE and soon and dates:
            left = max(NARROW_SIDE, *(line_width(line) for line in soon))
            soon, dates = side_by_side(soon, dates, left, columns - left - GUTTER), []
        body = stack(people(content, agenda, columns, fit), soon, dates, never, attention)
    foot = content.foot if fit.others else [*brief(content), *content.foot]
    return [cut_line(line, columns) for line in stack(content.head, body, foot)]


def brief(content: Content) -> list[Line]:
    """One line instead of a section, where the screen is low."""
    lines: list[Line] = []
    if content.never:
        lines.append(
            [(f"{len(content.never)} never contacted: ", "dim"), ("vault-crm list status:never", "")]
        )
    if content.attention:
        word = "needs" if len(content.attention) == 1 else "need"
        lines.append([(f"{len(content.attention)} {word} attention: ", "bad"), ("vault-crm check", "")])
    return lines


def header(app: App, agenda: Agenda, columns: int) -> list[Line]:
    """The vault and the day; below it the counts."""
    root, day = console.clean(home.short_root(app)), wording.say_long_day(agenda.today)
    gap = columns - console.width(root) - len(day)
    if gap < 2:
        root = console.cut(root, max(columns - len(day) - 2, 8))
        gap = max(columns - console.width(root) - len(day), 2)
    return [
        [(root, "dim"), (" " * gap, ""), (day, "dim")],
        [],
        [(wording.say_counts(agenda), "title")],
    ]


def section(title: str, rows: Sequence[Line], limit: int, more: str) -> list[Line]:
    """A heading and its first rows; how many more there are, and the command that shows them."""
    if not rows or not limit:
        return []
    shown = cut_rows(len(rows), limit)
    lines: list[Line] = [[(title, "title")], *rows[:shown]]
    if len(rows) > shown:
        lines.append([(f"  {len(rows) - shown} more: {more}", "dim")])
    return lines


def cut_rows(number: int, limit: int) -> int:
    """How many of so many rows are shown: '1 more' would take the line that this one row needs."""
    return number if number <= limit + 1 else limit


def people(content: Content, agenda: Agenda, columns: int, fit: Fit) -> list[Line]:
    """The two sections of people who are overdue, in aligned columns."""
    groups = [
        ("IT HAS BEEN A WHILE", content.long_overdue[: cut_rows(len(content.long_overdue), fit.people)]),
        ("OVERDUE", content.overdue[: cut_rows(len(content.overdue), fit.people)]),
    ]
    missing = [len(content.long_overdue), len(content.overdue)]
    everybody = [item for _, items in groups for item in items]
    names = name_columns((item.person.name for item in everybody), console.Screen(columns))
    spans = max((len(wording.say_span(item.days_overdue)) for item in everybody), default=0)
    blocks = []
    for (title, items), number in zip(groups, missing, strict=True):
        rows: list[Line] = []
        for item in items:
            extra = say_dates_of(item, agenda)
            card = list(card_rows(row_of(item), agenda.today, columns, names, spans, extra))
            rows += card if fit.two_lines else card[:1]
        if number > len(items):
            rows.append([(f"  {number - len(items)} more: vault-crm overdue", "dim")])
        blocks.append([[(title, "title")], *rows] if rows else [])
    return stack(*blocks)


def say_dates_of(item: AgendaItem, agenda: Agenda) -> str:
    """`birthday on Wednesday`, if there is one soon: a good day to get in touch; '' if there is none."""
    found = []
    for coming in agenda.dates:
        if coming.person.path == item.person.path:
            days = (coming.on - agenda.today).days
            weekday = wording.WEEKDAYS[coming.on.weekday()]
            far = "on " + wording.say_day(coming.on, agenda.today, iso=False)
            found.append(f"{coming.what} {'today' if days == 0 else f'on {weekday}' if days < 7 else far}")
    return "; ".join(found)


def stack(*blocks: Sequence[Line]) -> list[Line]:
    """Blocks below each other, an empty line between them."""
    lines: list[Line] = []
    for block in blocks:
        if block:
            lines += [[], *block] if lines else list(block)
    return lines


def side_by_side(
    left: Sequence[Line], right: Sequence[Line], left_columns: int, right_columns: int
) -> list[Line]:
    """Two blocks beside each other."""
    lines: list[Line] = []
    for a, b in zip_longest(left, right, fillvalue=()):
        kept = cut_line(a, left_columns)
        fill = " " * (left_columns - line_width(kept) + GUTTER)
        lines.append([*kept, (fill, ""), *cut_line(b, right_columns)] if b else kept)
    return lines


def line_width(line: Line) -> int:
    """The columns that a line takes."""
    return sum(console.width(console.clean(text)) for text, _ in line)


def cut_line(line: Line, columns: int) -> Line:
    """The line in at most that many columns."""
    if line_width(line) <= columns:
        return line
    kept: list[console.Piece] = []
    for text, style in line:
        text = console.clean(text)
        if console.width(text) > columns:
            return [*kept, (console.cut(text, columns), style)]
        kept.append((text, style))
        columns -= console.width(text)
    return kept


RICH_STYLES = {
    "title": "bold", "name": "bold", "late": "red", "due": "yellow", "soon": "cyan", "ask": "green",
    "dim": "dim", "bad": "magenta",
}  # fmt: skip


def print_lines(lines: Sequence[Line], screen: console.Screen) -> None:
    """Print to the terminal through rich, which knows what colours it has."""
    from rich.console import Console
    from rich.text import Text

    paper = Console(
        width=screen.columns, no_color=not screen.colour, force_terminal=screen.colour or None,
        highlight=False, markup=False, emoji=False, soft_wrap=True,
    )  # fmt: skip
    for line in lines:
        text = Text(no_wrap=True, overflow="ignore", end="")
        for piece, style in line:
            text.append(console.clean(piece), RICH_STYLES.get(style, "") if screen.colour else "")
        text.rstrip()
        paper.print(text)
