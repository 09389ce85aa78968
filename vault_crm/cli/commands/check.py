"""Every problem in the vault, where it is, and how to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from vault_crm.cli import console
from vault_crm.cli.app import App
from vault_crm.cli.app import dry_run_option
from vault_crm.core import diagnostics as shapes
from vault_crm.core.model import Diagnostic
from vault_crm.errors import EditRefused

if TYPE_CHECKING:
    from vault_crm.checks import Context

_FORMATS = ("text", "json", "github", "quickfix")
_STYLES = {"error": "late", "warning": "due", "info": "dim"}


@click.command("check")
@click.option(
    "--format", "shape", type=click.Choice(_FORMATS), default="text", help="How to say it; quickfix is vim's."
)
@click.option(
    "--level",
    type=click.Choice(shapes.SEVERITIES),
    help="Show only what is at least this grave; info: hints in full, too.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--fix", is_flag=True, help="Mend what can be mended without a doubt, as one change.")
@dry_run_option
@click.pass_obj
def command(app: App, shape: str, level: str | None, as_json: bool, fix: bool, dry_run: bool) -> int:
    """Every problem in the vault: file:line:column, a stable code, the line itself, and how to mend it.

    Exit code 1 if there is an error; warnings and hints alone are 0. docs/errors.md explains every code.
    """
    found = find_diagnostics(app)
    if fix:
        _mend(app, found, dry_run)
        if dry_run:
            return 0
        found = find_diagnostics(app)
    least = shapes.SEVERITIES.index(level or "info")
    shown = [d for d in found if shapes.SEVERITIES.index(d.severity) <= least]
    _show(app, shown, "json" if as_json else shape, short_hints=level is None)
    app.say(shapes.count_text(found))
    if app.settings.git_commit:
        from vault_crm.git.commit import why_never

        if why := why_never(app.root):
            app.say(f"[git] commit = true, but {why}")
    return 1 if any(d.severity == "error" for d in found) else 0


def find_diagnostics(app: App) -> tuple[Diagnostic, ...]:
    """Everything that is odd in the vault today."""
    from vault_crm.checks import find_all

    return find_all(context_of(app))


def context_of(app: App) -> Context:
    """What the checks look at."""
    from vault_crm.checks import Context

    def read(path: str) -> bytes:
        try:
            return app.store.read(path)
        except EditRefused:
            return b""

    return Context(app.vault, app.agenda, app.settings, app.today, read, app.store.warnings)


def _show(app: App, found: Sequence[Diagnostic], shape: str, short_hints: bool) -> None:
    if shape == "json":
        body = [shapes.as_json(d) for d in found]
        app.json(
            {
                "version": 1,
                "today": app.today.isoformat(),
                "counts": shapes.counts_of(found),
                "diagnostics": body,
            }
        )
    elif shape == "quickfix":
        for diagnostic in found:
            app.out(console.clean(shapes.head_of(diagnostic, app.shown_path)))
    elif shape == "github":
        for diagnostic in found:
            app.out(console.clean(shapes.format_github(diagnostic, app.shown_path)))
    else:
        hints = [d for d in found if short_hints and d.severity == "info"]
        _show_text(app, [d for d in found if d not in hints], hints)


def _show_text(app: App, found: Sequence[Diagnostic], hints: Sequence[Diagnostic]) -> None:
    """What is shown in full, then the hints, a line each: there may be hundreds."""
    lines = _Lines(context_of(app))
    for number, diagnostic in enumerate(found):
        shown = shapes.format_text(
            diagnostic, lines.get(diagnostic), console.clean, console.width, app.shown_path
        )
        style = _STYLES[diagnostic.severity]
        out = [((shown[0], style),), *(((text, "dim" if "^" in text else ""),) for text in shown[1:])]
        app.out_lines([*([()] if number else []), *out])
    if hints and found:
        app.out_lines([()])
    app.out_lines([(console.clean(shapes.head_of(hint, app.shown_path)), "dim")] for hint in hints)


class _Lines:
    """Lines of notes as they are now; of each file only the last one asked for is kept."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._path = ""
        self._lines: list[str] = []

    def get(self, diagnostic: Diagnostic) -> str:
        """The line that a diagnostic is about; '' where showing it would say nothing (a file as a whole)."""
        from vault_crm.core.text import decode

        span = diagnostic.span
        if span.path != self._path:
            self._path = span.path
            self._lines = decode(self._context.read(span.path)).split("\n")
        whole = span.line == 1 and span.col == 1 and not span.end_col and not diagnostic.source
        if whole or not 1 <= span.line <= len(self._lines):
            return ""
        line = self._lines[span.line - 1]
        return line.removeprefix("\ufeff") if span.line == 1 else line


def _mend(app: App, found: Sequence[Diagnostic], dry_run: bool) -> None:
    """Makes the fixes that are without a doubt, a refused one never keeping the others from being made."""
    from vault_crm.cli.outcome import commit_done
    from vault_crm.cli.outcome import show_diff
    from vault_crm.core.fixes import plan_fixes

    plan = plan_fixes(app.store.read, app.vault, found, app.settings)
    if dry_run:
        show_diff(app, plan)
        return
    app.store.change(lambda vault: plan_fixes(app.store.read, vault, found, app.settings))
    for note in plan.notes:
        app.say(note)
    if plan.changes:
        count = f"{len(plan.changes)} {'note' if len(plan.changes) == 1 else 'notes'}"
        app.say(f"mended {count}; `vault-crm undo` takes it back")
        app.refresh_dashboards()
        commit_done(app, f"check: mended {count}")
    else:
        app.say("nothing here can be mended without you")
