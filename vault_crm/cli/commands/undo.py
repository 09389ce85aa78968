"""Take back the last change that vault-crm made, or a chosen one."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence

import click

from vault_crm.cli import console
from vault_crm.cli.app import App
from vault_crm.cli.app import dry_run_option
from vault_crm.cli.outcome import commit_done
from vault_crm.cli.outcome import show_diff
from vault_crm.errors import UsageError

_MANY = 20  # files that are named one by one
_PLAIN = frozenset({"removed again", "put back", "every byte as it was"})  # nothing more to say of each


@click.command("undo")
@click.argument("change", metavar="[ID]", required=False)
@click.option("--list", "as_list", is_flag=True, help="Show what could be taken back, the latest first.")
@click.option("--json", "as_json", is_flag=True, help="With --list: as JSON, in a documented shape.")
@dry_run_option
@click.pass_obj
def command(app: App, change: str | None, as_list: bool, as_json: bool, dry_run: bool) -> None:
    """Take back the last change that vault-crm made in this vault, or the one with this ID (see --list).

    Only the places that the change touched are put back, and only if they are still as it left them.
    """
    if as_json and not as_list:
        raise UsageError("--json belongs to --list", "vault-crm undo --list --json")
    if as_list:
        if change is not None or dry_run:
            raise UsageError("--list stands alone")
        _show_json(app) if as_json else _show(app)
        return
    if dry_run:
        show_diff(app, app.store.plan_undo(change)[1])
        return
    applied = app.store.undo(change)
    app.say(applied.plan.title)
    for line in (*_told(applied.plan.notes, app.verbose), *applied.warnings):
        app.say(f"  {console.clean(line)}")
    if applied.paths:
        app.refresh_dashboards()
    commit_done(app, applied.plan.title)


def _told(notes: Sequence[str], everything: bool) -> Iterator[str]:
    """What became of each file; of many with the same lot, such as those of an import, how many they are."""
    if everything or len(notes) <= _MANY:
        yield from notes
        return
    lots: dict[str, list[str]] = {}
    for note in notes:
        lots.setdefault(note.rpartition(": ")[2], []).append(note)
    for lot, those in lots.items():
        if len(those) > 1 and lot in _PLAIN:
            yield f"{len(those):,} files: {lot} (-v names them)"
        else:
            yield from those


def _show(app: App) -> None:
    """What the journal holds, one change a line."""
    from datetime import datetime

    entries = app.store.history()
    if not entries:
        app.say("nothing to take back yet")
    for entry in entries:
        if not entry.readable:
            app.out(f"{entry.id}  (its entry in the journal cannot be read)")
            continue
        when = datetime.fromtimestamp(entry.at).strftime("%Y-%m-%d %H:%M")
        state = f" (taken back by {entry.undone_by})" if entry.undone_by else ""
        state += "" if entry.finished else " (was interrupted)"
        app.out(f"{entry.id}  {when}  {entry.title}{state}")


def _show_json(app: App) -> None:
    from datetime import datetime

    from vault_crm.cli import shape

    changes = [
        {
            "id": entry.id,
            "at": datetime.fromtimestamp(entry.at).astimezone().isoformat(timespec="seconds"),
            "title": entry.title,
            "paths": list(entry.paths),
            "undone_by": entry.undone_by or None,
            "finished": entry.finished,
            "readable": entry.readable,
        }
        for entry in app.store.history()
    ]
    app.json({**shape.head(app.today), "changes": changes})
