"""Keep the dashboards true while you write, in any editor, and take ticks in."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vault_crm.cli.app import App
from vault_crm.errors import CannotPrint
from vault_crm.errors import UsageError

if TYPE_CHECKING:
    from vault_crm.serve.news import News
    from vault_crm.serve.news import Say


@click.command("watch")
@click.option("-q", "--quiet", is_flag=True, help="Say only what goes wrong.")
@click.option(
    "--json", "as_json", is_flag=True, help="One event a line, in a documented shape (docs/json.md)."
)
@click.option(
    "--poll",
    type=click.FloatRange(min=0.1, max=3600),
    is_flag=False,
    flag_value=2.0,
    metavar="[SECONDS]",
    help="Look every few seconds (2) instead of waiting for the system's events.",
)
@click.option(
    "--settle",
    type=click.FloatRange(min=0, max=86400),
    metavar="SECONDS",
    help="Leave a ticked dashboard alone for so long; by default as in the settings (30).",
)
@click.option("--wait", is_flag=True, help="If the folder is not there (yet), wait for it to be mounted.")
@click.option("--once", is_flag=True, help="Apply ticks, write the dashboards, and end.")
@click.pass_obj
def command(
    app: App,
    quiet: bool,
    as_json: bool,
    poll: float | None,
    settle: float | None,
    wait: bool,
    once: bool,
) -> int | None:
    """Keep the dashboards true while you write, in any editor, and take ticks in.

    Changes of notes reach OVERDUE.md at once; ticks and words in it reach the notes when it has been left
    alone for a while. Ends with Ctrl-C. `vault-crm service install` starts it with your session.
    """
    if once:
        return _once(poll, settle)
    if app.explicit_today:
        raise UsageError("--today goes with `watch --once` only: a watcher asks its own clock")
    from vault_crm.serve.clock import SystemClock
    from vault_crm.serve.loop import Options
    from vault_crm.serve.loop import Upgraded
    from vault_crm.serve.loop import run

    try:
        root = _named_root(app) if wait else app.root
        run(root, Options(poll, settle, app.verbose), SystemClock(), speaker(app, as_json, quiet))
    except Upgraded:
        _begin_again(app)
    return None


def _named_root(app: App) -> Path:
    """The vault's folder, where it should be if it is not there. Raises NoVault if none is named."""
    from vault_crm.errors import NoVault

    try:
        return app.root
    except NoVault:
        named = app.vault_given or os.environ.get("VAULT_CRM_VAULT")
        if not named or os.path.exists(named):
            raise
        return Path(os.path.abspath(named))


def _once(poll: float | None, settle: float | None) -> int | None:
    from vault_crm.cli.commands.render import command as render

    if poll is not None or settle is not None:
        raise UsageError("--once looks once and waits for nothing: without --poll and --settle")
    result: int | None = click.get_current_context().invoke(render)
    return result


def speaker(app: App, as_json: bool, quiet: bool) -> Say:
    """Who is told: standard output, a line for each thing that mattered."""
    from vault_crm.cli.watchlines import as_json as json_line
    from vault_crm.cli.watchlines import as_line

    # In a terminal, and in the journal, the day is there anyway.
    dated = not app.screen.terminal and "JOURNAL_STREAM" not in os.environ

    def say(news: News) -> None:
        if quiet and news.name not in ("problem", "waiting", "solved", "stuck"):
            return
        line = json_line(news) if as_json else as_line(news, app.verbose, dated)
        if line:
            try:
                app.out(line)
            except CannotPrint:
                return  # a full disk behind a log file must not end the watch
            except BrokenPipeError:
                # Nobody reads any more (`| head`): it ends as if it were told to.
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                signal.raise_signal(signal.SIGTERM)

    return say


def _begin_again(app: App) -> None:
    """Another version was installed over this one: the process goes on as that, with the same words."""
    app.say("vault-crm was installed anew: beginning again with the new version")
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
