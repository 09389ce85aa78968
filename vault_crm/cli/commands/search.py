"""Where a text stands: names, properties and notes, without case and accents."""

from __future__ import annotations

import click

from vault_crm.cli.app import App
from vault_crm.cli.app import json_option


@click.command()
@click.argument("text", nargs=-1, required=True)
@json_option
@click.option("--people", "people_only", is_flag=True, help="Only in notes about people.")
@click.pass_obj
def command(app: App, text: tuple[str, ...], as_json: bool, people_only: bool) -> None:
    """Where TEXT stands in your notes, without case and accents: `path:line: the line`, as grep prints it.

    People's own notes come first, those whose name fits before the others.
    """
    from vault_crm.cli.search_work import search_words

    search_words(app, text, as_json, people_only)
