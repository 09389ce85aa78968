"""What a command does and takes; the same as `vault-crm COMMAND --help`."""

from __future__ import annotations

import click

from vault_crm.cli.app import App


@click.command()
@click.argument("name", required=False, metavar="[COMMAND]")
@click.pass_context
def command(context: click.Context, name: str | None) -> None:
    """What COMMAND does and takes; without one, which commands there are."""
    top = context.find_root()
    app = context.ensure_object(App)
    if name is None:
        app.out(top.get_help())
        return
    group = top.command
    assert isinstance(group, click.Group)
    _, found, _ = group.resolve_command(top, [name])
    if found is not None:
        with click.Context(found, info_name=name, parent=top) as inner:
            app.out(found.get_help(inner))
