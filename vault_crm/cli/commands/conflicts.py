"""What devices left where they did not agree: find it, and merge it.

Conflict copies of sync programs, git's markers in notes, and files that git calls unmerged.
"""

from __future__ import annotations

import click

from vault_crm.cli.app import App
from vault_crm.cli.app import dry_run_option
from vault_crm.cli.app import json_option
from vault_crm.errors import UsageError


@click.command("conflicts")
@click.option(
    "--fix", is_flag=True, help="Merge what can be merged; each time the diff first, then a question."
)
@click.option("--yes", is_flag=True, help="With --fix: do not ask.")
@dry_run_option
@json_option
@click.pass_obj
def command(app: App, fix: bool, yes: bool, dry_run: bool, as_json: bool) -> int:
    """Conflict copies of sync programs, notes with git's markers in them, and what git calls unmerged.

    With --fix each is merged by property and by log entry, as vault-crm merges two devices in git, and shown
    as a diff. After a yes the note is written and a copy moves to .trash/; one `undo` takes it all back.
    Where both sides say something else in the same place nothing is decided for you: it is said where.
    Exit code 1 if anything is left to settle.
    """
    from vault_crm.cli.settling import Settling
    from vault_crm.cli.settling import as_document
    from vault_crm.cli.settling import show

    if yes and not fix:
        raise UsageError("--yes belongs to --fix", "vault-crm conflicts --fix --yes")
    if as_json and fix and not (yes or dry_run):
        raise UsageError("--fix with --json cannot ask", "vault-crm conflicts --fix --yes --json")
    run = Settling(app)
    asked = fix or dry_run
    run.decide(yes or not fix or dry_run, quiet=as_json or not asked)
    if fix and not dry_run:
        run.write()
    if as_json:
        app.json(as_document(app, run))
    else:
        show(app, run, asked)
    return 1 if run.remaining else 0
