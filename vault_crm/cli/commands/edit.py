"""Open a person's note in your editor, at the log."""

from __future__ import annotations

import click

from vault_crm.cli.app import App
from vault_crm.cli.app import name_argument
from vault_crm.cli.editor import open_editor
from vault_crm.core.model import Person


@click.command("edit")
@name_argument
@click.pass_obj
def command(app: App, name: tuple[str, ...]) -> None:
    """Open NAME's note in $VISUAL or $EDITOR, at the latest entry of the log."""
    person = app.person(name)
    open_editor(app.shown_path(person.path), log_line(app, person))


def log_line(app: App, person: Person) -> int:
    """The line where the log begins: the latest entry, else below the heading, else the note's last line."""
    if person.log:
        return max(person.log, key=lambda entry: entry.on).span.line
    from vault_crm.core.body import lines_of
    from vault_crm.core.frontmatter.block import find_block
    from vault_crm.core.frontmatter.shape import BlockProblem
    from vault_crm.core.log.read import read_log
    from vault_crm.core.text import decode

    text = decode(app.store.read(person.path))
    try:
        block = find_block(text)
    except BlockProblem as problem:
        return text.count("\n", 0, problem.offset) + 1
    lines = lines_of(text, block.after if block else 0)
    heading = read_log(person.path, lines, app.settings).heading_line
    return heading or max(1, text.count("\n") + (not text.endswith("\n")))
