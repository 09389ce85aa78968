"""Apply what was ticked and typed in the dashboards, then write them."""

from __future__ import annotations

import click

from vault_crm.cli.app import App
from vault_crm.cli.app import dry_run_option
from vault_crm.cli.app import json_option
from vault_crm.cli.render_work import refuse_odd
from vault_crm.cli.render_work import render_pages


@click.command("render")
@click.option(
    "--check", is_flag=True, help="Write nothing; exit 1 if a dashboard is stale or a tick is waiting."
)
@click.option("--stdout", "to_stdout", is_flag=True, help="Print the dashboard; write nothing.")
@dry_run_option
@json_option
@click.option("--after-git", is_flag=True, hidden=True)  # for hooks: in the background, once git is done
@click.pass_obj
def command(
    app: App, check: bool, to_stdout: bool, dry_run: bool, as_json: bool, after_git: bool
) -> int | None:
    """Apply ticks, and what stands behind or below them, to the notes; then bring the dashboards up to
    date."""
    refuse_odd(check, to_stdout, dry_run, as_json)
    if after_git:
        from vault_crm.cli.aftergit import render_after_git

        return 0 if render_after_git(app) else 1
    return render_pages(app, check, to_stdout, dry_run, as_json)
