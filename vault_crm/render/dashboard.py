"""One dashboard: its template's text, the user's words woven in, and the file around it."""

from __future__ import annotations

import posixpath

from vault_crm.core.dashboard.markers import BEGIN
from vault_crm.core.dashboard.markers import END
from vault_crm.core.dashboard.markers import MarkerProblem
from vault_crm.core.dashboard.markers import is_marker
from vault_crm.core.dashboard.markers import replace_generated
from vault_crm.core.dashboard.shown import Shown
from vault_crm.core.dashboard.ticks import read_body
from vault_crm.core.model import Agenda
from vault_crm.core.settings import Settings
from vault_crm.errors import EditRefused
from vault_crm.errors import TemplateProblem
from vault_crm.render.outputs import Output
from vault_crm.render.outputs import is_blank
from vault_crm.render.outputs import refuse_foreign
from vault_crm.render.templates import Templates
from vault_crm.render.templates import tidy
from vault_crm.render.view import Page


def render_body(
    output: Output, agenda: Agenda | Shown, settings: Settings, templates: Templates, guarded: bool
) -> str:
    """What stands between the markers, without anything of the user's. Raises TemplateProblem."""
    own = templates.customised
    page = Page(agenda, settings, output.path, guarded, with_fields=own)
    body = tidy(templates.render(output.template, page.context(templates.sections)))
    if own and (any(map(is_marker, body.split("\n"))) or any(e.ticked for e in read_body(body).entries)):
        raise TemplateProblem(
            templates.shown(output.template), "it writes a ticked box or a marker line; these are the user's"
        )
    return body


def compose(output: Output, old: str | None, templates: Templates, body: str) -> str:
    """The whole file: around the markers what the user has there, between them this body.

    Raises EditRefused if the file is somebody else's (no markers) or its markers are damaged.
    """
    if old is None or is_blank(old):
        title = posixpath.basename(output.path).removesuffix(".md")
        title = "Overdue" if title == "OVERDUE" else title
        old = templates.render("new-dashboard.md.j2", {"title": title, "begin": BEGIN, "end": END})
    try:
        refuse_foreign(output, old)
        return replace_generated(old, body)
    except MarkerProblem as problem:
        raise EditRefused(output.path, problem.line, problem.reason, problem.hint) from None
