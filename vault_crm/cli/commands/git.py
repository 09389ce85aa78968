"""Set this clone up so that pulls neither stop nor conflict."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING
from typing import Any

import click

from vault_crm.cli.app import App
from vault_crm.cli.outcome import show_diff
from vault_crm.core.record import replace
from vault_crm.errors import UsageError

if TYPE_CHECKING:
    from vault_crm.git.condition import Finding
    from vault_crm.git.setup import Steps
    from vault_crm.git.setup import Way

_WAYS: dict[Way, str] = {
    "every-device": "tracked, every device writes it: a phone without vault-crm can read and tick it",
    "one-device": "tracked, one device writes it; the others read and tick",
    "ignored": "not tracked: every device makes its own",
}
# What is said beside a line of configuration that does not speak for itself.
_MEANING = {
    "merge.vault-crm.driver": "vault-crm merges notes; if that fails for any reason, git merges them as text",
    "rebase.autostash": "a pull puts uncommitted changes aside, and back again",
    "pull.rebase": "a plain `git pull` merges; without a word about it, git would stop and ask",
}


@click.command("git")
@click.argument(
    "action",
    type=click.Choice(["install", "status", "uninstall"]),
    required=False,
    metavar="{install|status|uninstall}",
)
@click.option("-y", "--yes", is_flag=True, help="With install and uninstall: do not ask.")
@click.option(
    "--dashboard", "way", type=click.Choice(list(_WAYS)), help="With install: how the dashboard travels."
)
@click.option(
    "--writer", metavar="DEVICE", help="With --dashboard one-device: which one; else this, or as it is set."
)
@click.option(
    "--hooks/--no-hooks", default=None, help="With install: have git bring the dashboard up to date, too."
)
@click.option("--dry-run", is_flag=True, help="With install and uninstall: show all changes; do nothing.")
@click.option("--json", "as_json", is_flag=True, help="With status: as JSON, in a documented shape.")
@click.pass_obj
def command(
    app: App,
    action: str | None,
    yes: bool,
    way: Way | None,
    writer: str | None,
    hooks: bool | None,
    dry_run: bool,
    as_json: bool,
) -> int | None:
    """Set this clone up for git on several devices; once on each of them.

    \b
    install     merge driver, autostash and how to pull in this clone's git
                configuration, .gitattributes and .gitignore in the vault, how
                the dashboard travels, hooks if you want them; shows it all
                first, then asks
    status      what is set up here and what is not; exit code 1 if something
                is not, or if git waits for something
    uninstall   put back what install changed here, and nothing else

    What is written into the vault can be taken back with `undo`, too. Nothing is committed or pushed.
    """
    given = {
        "--yes": yes, "--dashboard": way is not None, "--writer": writer is not None,
        "--hooks": hooks is not None, "--dry-run": dry_run, "--json": as_json,
    }  # fmt: skip
    fits = {"install": set(given) - {"--json"}, "status": {"--json"}, "uninstall": {"--yes", "--dry-run"}}
    if action is None:
        _help(given)
        return None
    for option in (option for option, is_given in given.items() if is_given):
        if option not in fits[action]:
            raise UsageError(f"{option} does not belong to `git {action}`")
    if writer is not None and way != "one-device":
        raise UsageError("--writer belongs to `--dashboard one-device`")
    if action == "status":
        return _status(app, as_json)
    if action == "uninstall":
        _uninstall(app, yes, dry_run)
        return None
    _install(app, way, writer, hooks, yes, dry_run)
    return None


def _help(given: dict[str, bool]) -> None:
    """Without a word, what the words are."""
    if any(given.values()):
        raise UsageError("which of them: install, status or uninstall?", "vault-crm git --help")
    click.echo(click.get_current_context().get_help())


# -- install


def _install(
    app: App, way: Way | None, writer: str | None, hooks: bool | None, yes: bool, dry_run: bool
) -> None:
    from vault_crm.git.setup import Wish
    from vault_crm.git.setup import chosen_way
    from vault_crm.git.setup import plan_install
    from vault_crm.store.device import device_name
    from vault_crm.store.program import program_of

    boards = app.dashboards()
    asks = app.can_ask() and not yes and not dry_run
    before = chosen_way(app.store, boards)
    if way is None:
        way = _ask_way(before or "every-device") if asks else before or "every-device"
    if hooks is None and asks and before is None:
        hooks = app.confirm("Have hooks render the dashboard again when git has pulled?")
    writer = writer or app.settings.writer or device_name()
    if way == "one-device" and not writer:
        raise UsageError("this device has no name", "say which one writes the dashboard: --writer NAME")
    steps = plan_install(app.store, Wish(program_of(), boards, way, writer, hooks))
    if steps.empty:
        app.say("everything is set up already")
        for note in steps.notes:
            app.say(note)
    elif not _done(app, steps, "Set this clone up?", yes, dry_run):
        return
    _what_is_wrong(app, boards)
    if not steps.empty and not steps.waits:
        _next_steps(app, boards if way != "ignored" else (), writer if way == "one-device" else "")


def _ask_way(default: Way) -> Way:
    click.echo("How shall the dashboard travel?", err=True)
    for name, what in _WAYS.items():
        click.echo(f"  {name:<12}  {what}", err=True)
    choice = click.Choice(list(_WAYS))
    chosen: Way = click.prompt("Which", type=choice, default=default, err=True, show_choices=False)
    return chosen


def _next_steps(app: App, boards: tuple[str, ...], writer: str) -> None:
    """What the user has to commit and push for it to reach the other devices, `boards` among it."""
    from vault_crm.git.place import has_remote
    from vault_crm.git.place import uncommitted
    from vault_crm.store.device import other_writer

    files = [".gitattributes", ".gitignore", ".vault-crm/config.toml", *boards]
    there = [path for path in files if (app.root / path).exists()]
    waits = other_writer(replace(app.settings, writer=writer))
    new = [] if waits else [path for path in boards if path not in there]
    if changed := [*uncommitted(app.root, there), *new]:
        words = ["vault-crm render"] if new else []
        words += [f"git add -- {shlex.join(changed)}", "git commit"]
        words += ["git push"] if has_remote(app.root) else []
        app.say(f"next: {' && '.join(words)}; then `vault-crm git install` on each other computer")


def _what_is_wrong(app: App, boards: tuple[str, ...]) -> None:
    """What is not right even now: something else in the repository says otherwise."""
    for finding in (finding for finding in _findings(app, boards) if not finding.ok):
        app.warn(finding.what)
        if finding.hint:
            app.say(f"  {finding.hint}")


# -- uninstall


def _uninstall(app: App, yes: bool, dry_run: bool) -> None:
    from vault_crm.git.setup import plan_uninstall

    steps = plan_uninstall(app.store, app.dashboards())
    if steps.empty:
        app.say("nothing is set up here")
        for note in steps.notes:
            app.say(note)
    elif _done(app, steps, "Put everything back as it was?", yes, dry_run) and steps.plan.changes:
        app.say("`vault-crm git install` sets it up again; `undo` would bring back the vault's files only")


# -- both


def _done(app: App, steps: Steps, question: str, yes: bool, dry_run: bool) -> bool:
    """Shows what would change and does it after a yes; True if it was done."""
    from vault_crm.git.setup import carry_out

    if steps.plan.changes:
        app.out("In the vault; other devices have it, too, once it is committed:")
        show_diff(app, steps.plan)
    for title, lines in _own_lines(steps).items():
        if lines:
            app.out(title)
            app.out("\n".join(lines))
    if not steps.plan.notes:
        for note in steps.notes:
            app.say(note)
    if dry_run:
        return False
    if not yes and not app.can_ask():
        raise UsageError("this would be changed", "--yes does it, --dry-run only shows it")
    if not yes and not app.confirm(question, default=True):
        app.say("nothing was changed")
        return False
    carry_out(app.store, steps)
    for change in steps.plan.changes:
        did = "removed" if change.result is None else "wrote" if change.base is None else "changed"
        app.say(f"{did} {app.shown_path(change.path)}")
    if any(not change.ours for change in steps.config):
        app.say("changed this clone's git configuration")
    if steps.info:
        app.say(f"{'removed' if steps.info.new is None else 'wrote'} {steps.info.path}")
    for hook in steps.hooks:
        app.say(f"{'removed' if hook.new is None else 'wrote'} {hook.path}")
    return True


def _own_lines(steps: Steps) -> dict[str, list[str]]:
    """What changes outside the vault's files, as commands and sentences."""
    from vault_crm.git.ownconfig import SET

    config = []
    named = {change.key for change in steps.config if change.after}
    for change in steps.config:
        if change.ours:
            continue  # only written down for uninstall
        if not change.after:
            config.append(f"git config --unset-all {change.key}")
        config += [f"git config {change.key} {shlex.quote(value)}" for value in change.after]
        if SET + change.key in named and change.key in _MEANING:
            config.append(f"    ({_MEANING[change.key]})")
    own = []
    if steps.info:
        own.append(f"{'write' if steps.info.new is not None else 'remove'} {steps.info.path}")
        own += [f"  {line}" for line in steps.info.added]
    own += map(str, steps.hooks)
    return {
        "In this clone's git configuration, which stays here:": config,
        "In git's own folder, which stays here:": own,
    }


# -- status


def _findings(app: App, boards: tuple[str, ...]) -> tuple[Finding, ...]:
    from vault_crm.git.condition import look
    from vault_crm.store.device import device_name

    return look(app.store, boards, device_name())


def _status(app: App, as_json: bool) -> int:
    findings = _findings(app, app.dashboards())
    ok = all(finding.ok for finding in findings)
    if as_json:
        app.json(_json(app, findings, ok))
        return 0 if ok else 1
    for finding in findings:
        app.out(f"{'ok' if finding.ok else 'no':<3} {finding.what}")
        if finding.hint:
            app.out(f"      {finding.hint}")
    return 0 if ok else 1


def _json(app: App, findings: tuple[Finding, ...], ok: bool) -> dict[str, Any]:
    rows = [
        {"name": each.name, "ok": each.ok, "what": each.what, "hint": each.hint or None} for each in findings
    ]
    return {"version": 1, "vault": str(app.root), "ok": ok, "findings": rows}
