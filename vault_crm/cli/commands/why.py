"""Why somebody is (or is not) on the list: each piece of evidence, the cadence, and the sum that decides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from typing import Any

import click

from vault_crm.cli import console
from vault_crm.cli import wording
from vault_crm.cli.app import App
from vault_crm.cli.app import json_option
from vault_crm.cli.app import name_argument
from vault_crm.cli.asof import as_of_option
from vault_crm.cli.console import Line

if TYPE_CHECKING:
    from vault_crm.core.explain import Explanation
    from vault_crm.core.explain import Piece
    from vault_crm.core.model import Person
    from vault_crm.core.model import Span


@click.command()
@name_argument
@json_option
@as_of_option
@click.pass_obj
def command(app: App, name: tuple[str, ...], as_json: bool) -> None:
    """Why somebody is (or is not) on the list.

    Each piece of evidence with its file and line and whether it counts, the cadence and where it comes from,
    and the sum that decides.
    """
    from vault_crm.core.agenda import item_of
    from vault_crm.core.explain import explain

    item = item_of(_with_names(app, app.person(name)), app.today, app.settings)
    explained = explain(item, app.today, app.settings)
    if as_json:
        app.json(_json(app, explained))
        return
    app.out_lines(explanation(app, explained))


def _with_names(app: App, person: Person) -> Person:
    """The person with what names them without a link: shown, but not counted unless the settings say so."""
    from vault_crm.core.plainnames import with_plain_names

    names = (person.name, *person.aliases)
    return with_plain_names(app.vault, app.store.read, app.settings, names).by_path.get(person.path, person)


def explanation(app: App, explained: Explanation) -> Iterator[Line]:
    """The answer: the status first, then what it was worked out from."""
    item = explained.item
    yield [(item.person.name, "title"), (f"  {item.status}: ", ""), (explained.reason, "")]
    yield []
    for problem in item.person.blockers:
        yield [("to mend   ", "dim"), (_place(app, problem.span), "dim"), (f": {problem.message}", "bad")]
    cadence = explained.cadence or "none"
    source = f", from {explained.cadence_from}" if explained.cadence_from else ""
    where = f"  ({_place(app, explained.cadence_span)})" if explained.cadence_span else ""
    yield [("cadence   ", "dim"), (cadence + source, ""), (where, "dim")]
    for number, line in enumerate(explained.sums):
        yield [("sum       " if number == 0 else "          ", "dim"), (line, "")]
    yield []
    if not explained.pieces:
        yield [("no evidence of any contact", "")]
    else:
        yield [("EVIDENCE", "title")]
    places = max((console.width(_place(app, piece.evidence.span)) for piece in explained.pieces), default=0)
    for piece in explained.pieces:
        yield _piece(app, piece, places)


def _piece(app: App, piece: Piece, places: int) -> Line:
    found = piece.evidence
    sign = {"decides": "* ", "counts": "  "}.get(piece.verdict, "- ")
    source = found.how if found.how != "property" else "last_contact"
    words = ": ".join(part for part in (found.kind, wording.say_text(found.text)) if part)
    why = f"  ({piece.verdict}{': ' + piece.reason if piece.reason else ''})" if sign != "  " else ""
    room = None
    if app.screen.columns is not None:
        room = max(app.screen.columns - places - len(source) - len(why) - 18, 12)
    return [
        (f"{sign}{found.on.isoformat()}  ", "name" if piece.verdict == "decides" else ""),
        (console.pad(_place(app, found.span), places) + "  ", "dim"),
        (source, ""),
        (f"  {console.cut(console.clean(words), room)}" if words else "", ""),
        (why, "soon" if piece.verdict == "decides" else "dim"),
    ]


def _place(app: App, span: Span) -> str:
    return f"{app.shown_path(span.path)}:{span.line}"


def _json(app: App, explained: Explanation) -> dict[str, Any]:
    from vault_crm.cli import shape

    span = explained.cadence_span
    return {
        **shape.people_json(app.today, [explained.item], whole=True),
        "why": {
            "reason": explained.reason,
            "sums": list(explained.sums),
            "cadence": explained.cadence or None,
            "cadence_from": explained.cadence_from or None,
            "cadence_path": span.path if span else None,
            "cadence_line": span.line if span else None,
            "pieces": [
                {**shape.evidence_json(piece.evidence), "verdict": piece.verdict, "reason": piece.reason}
                for piece in explained.pieces
            ],
        },
    }
