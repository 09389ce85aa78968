"""`--as-of`: a question is answered as the vault stood on a day, or in a revision of git's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from typing import TypeVar

import click

from vault_crm.cli.app import App

Command = TypeVar("Command", bound=Callable[..., Any])


def as_of_option(command: Command) -> Command:
    """`--as-of REV|DATE`: the command's App then answers for the vault of that time."""
    return click.option(
        "--as-of", metavar="REV|DATE", expose_value=False, callback=_go_back,
        help="As your notes stood then, by git: a day ('last friday') or a revision (HEAD~5).",
    )(command)  # fmt: skip


def _go_back(ctx: click.Context, param: click.Parameter, value: str | None) -> None:  # noqa: ARG001
    if value is None or ctx.resilient_parsing:
        return
    from vault_crm.git.moments import get_moment
    from vault_crm.git.past import PastStore

    app = ctx.ensure_object(App)
    moment = get_moment(app.root, value, lambda: app.today)
    store = PastStore.at(app.root, moment)
    ctx.call_on_close(store.close)
    already = app.store.warnings if "store" in vars(app) else ()  # said when it was opened
    app.go_back(store, moment.on, {"commit": moment.commit, "date": moment.made.isoformat()})
    if moment.remark:
        app.warn(moment.remark)
    for warning in store.warnings:
        if warning not in already:
            app.warn(warning)
    app.say(f"as of {moment.on}: {moment.commit[:10]} of {moment.made}, {moment.subject}")
