"""Which dashboards a vault has, and which template makes each of them."""

from __future__ import annotations

import posixpath
import re

from vault_crm.core.dashboard.markers import BEGIN
from vault_crm.core.dashboard.markers import END
from vault_crm.core.dashboard.markers import NOT_OURS
from vault_crm.core.dashboard.markers import find_generated
from vault_crm.core.record import record
from vault_crm.core.settings import IN_ONE_LINE
from vault_crm.core.settings import Settings
from vault_crm.core.settings import breaks_lines
from vault_crm.errors import BadSettings
from vault_crm.errors import EditRefused
from vault_crm.errors import TemplateProblem
from vault_crm.render.templates import FOLDER
from vault_crm.render.templates import MAIN
from vault_crm.render.templates import Templates

_HINT = "write a path in the vault, such as `Dashboards/Family.md`"
_OUTPUT = re.compile(r"\{#-?\s*output:\s*(.+?)\s*-?#\}\s*\Z")


@record
class Output:
    """A dashboard file and the template it is made from."""

    path: str
    template: str


def outputs_of(templates: Templates, settings: Settings) -> tuple[Output, ...]:
    """The main dashboard, then one for each template of the vault whose first line is `{# output: PATH #}`.

    Raises TemplateProblem (for the settings' own, BadSettings) if a path is none that a dashboard may have,
    or if two templates have the same.
    """
    main = settings.dashboard_file.removeprefix("./")
    if problem := _path_problem(main):
        raise BadSettings(".vault-crm/config.toml", f"dashboard.file: {problem}", _HINT)
    found = [Output(main, MAIN)]
    for name in sorted(templates.own):
        first = templates.own[name].partition("\n")[0]
        output = _OUTPUT.match(first)
        if not output or not name.endswith(".md.j2") or name == MAIN:
            continue
        where = f"{FOLDER}/{name}:1"
        path = output[1].removeprefix("./")
        if problem := _path_problem(path):
            raise TemplateProblem(where, problem, _HINT)
        if any(path.casefold() == other.path.casefold() for other in found):
            raise TemplateProblem(where, f"another template writes {path} already", "choose another name")
        found.append(Output(path, name))
    return tuple(found)


def _path_problem(path: str) -> str:
    """Why a dashboard may not be there; '' if it may."""
    parts = path.split("/")
    if path.startswith(("/", "~")) or "\\" in path or ":" in path or ".." in parts or "\0" in path:
        return f"{path} leads out of the vault"
    if breaks_lines(path):
        return f"{path!r} {IN_ONE_LINE}"
    if any(part.startswith(".") for part in parts):
        return f"{path} lies in a hidden folder"
    if not path.endswith(".md") or posixpath.normpath(path) != path:
        return f"{path} is not the path of a Markdown note"
    return ""


def is_blank(text: str) -> bool:
    """True for a text in which there is nothing to lose."""
    return not text.strip("\ufeff \t\r\n")


def refuse_foreign(output: Output, text: str) -> None:
    """Raises EditRefused for a file that holds something, but no markers: it is somebody's, not ours."""
    if is_blank(text) or find_generated(text) is not None:
        return
    if output.template == MAIN:
        choose = (
            'choose another name (`file = "People overdue.md"` under `[dashboard]` in .vault-crm/config.toml)'
        )
    else:
        choose = f"choose another name in the first line of {FOLDER}/{output.template}"
    raise EditRefused(
        output.path,
        0,
        NOT_OURS,
        f"{choose}, or put the lines {BEGIN} and {END} where the list shall stand",
    )
