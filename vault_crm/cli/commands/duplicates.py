"""People who may be in the vault twice, and why."""

from __future__ import annotations

import shlex

import click

from vault_crm.cli import shape
from vault_crm.cli.app import App
from vault_crm.cli.app import json_option
from vault_crm.core.doubles import Double
from vault_crm.core.doubles import find_doubles


@click.command("duplicates")
@json_option
@click.pass_obj
def command(app: App, as_json: bool) -> None:
    """People who may be in the vault twice, with the reasons; the likeliest first. Changes nothing.

    `vault-crm merge` makes one note of two; `vault-crm conflicts` looks for the copies of sync programs.
    """
    found = find_doubles(app.vault)
    if as_json:
        app.json({**shape.head(app.today), "duplicates": [_json_of(double) for double in found]})
        return
    if not found:
        app.say("nobody seems to be here twice")
        return
    perhaps = False
    for double in found:
        if not double.sure and not perhaps:
            perhaps = True
            if double is not found[0]:
                app.out()
            app.out("Perhaps:")
        app.out(_lines(app, double))
    app.say(_how(app, found[0]))


def _lines(app: App, double: Double) -> str:
    people = [f"{p.name} ({app.shown_path(p.path)})" for p in (double.first, double.second)]
    why = ", ".join(double.reasons)
    but = f"; but {', '.join(double.against)}" if double.against else ""
    return f"{people[0]}\n{people[1]}\n    {why}{but}"


def _how(app: App, double: Double) -> str:
    paths = " ".join(shlex.quote(app.shown_path(p.path)) for p in (double.first, double.second))
    return f"to make one note of two, the first of which stays: vault-crm merge {paths}"


def _json_of(double: Double) -> shape.Json:
    return {
        "people": [{"name": p.name, "path": p.path} for p in (double.first, double.second)],
        "sure": double.sure,
        "reasons": list(double.reasons),
        "against": list(double.against),
    }
