"""The dashboard as an input: damaged markers, and ticks that cannot be understood."""

from __future__ import annotations

from collections.abc import Iterator

from vault_crm.checks import Context
from vault_crm.core.dashboard.markers import NOT_OURS
from vault_crm.core.dashboard.markers import MarkerProblem
from vault_crm.core.dashboard.markers import find_generated
from vault_crm.core.dashboard.ticks import read_dashboard
from vault_crm.core.dashboard.wishes import read_wish
from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Span
from vault_crm.core.text import decode


def check(context: Context) -> Iterator[Diagnostic]:
    """Whatever would keep `render` from applying what a user wrote into the dashboard."""
    path = context.settings.dashboard_file
    text = decode(context.read(path))
    try:
        if text.strip("\ufeff \t\r\n") and find_generated(text) is None:
            hint = (
                "choose another `file` under [dashboard], or give it the two marker lines (docs/templates.md)"
            )
            yield Diagnostic("dashboard-markers", "warning", Span(path, 1), NOT_OURS, hint)
            return
        entries = read_dashboard(text).entries
    except MarkerProblem as problem:
        yield Diagnostic("dashboard-markers", "error", Span(path, problem.line), problem.reason, problem.hint)
        return
    for entry in entries:
        problem_text = read_wish(entry, context.today).problem
        if not problem_text and entry.ticked and not entry.links:
            problem_text = "this tick links nobody"
        if problem_text:
            yield Diagnostic(
                "unclear-tick",
                "warning",
                Span(path, entry.line),
                problem_text,
                "it stays until it says what to do: `snooze 2 weeks`, or `- [x] [[Name]] lunch`",
            )
