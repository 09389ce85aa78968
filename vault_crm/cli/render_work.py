"""What `render` does: ticks are applied, the dashboards written; or only looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vault_crm.cli import console
from vault_crm.errors import UsageError

if TYPE_CHECKING:
    from vault_crm.cli.app import App
    from vault_crm.render.update import UpdateResult


def render_pages(
    app: App, check: bool = False, to_stdout: bool = False, dry_run: bool = False, as_json: bool = False
) -> int | None:
    """Apply what was ticked and typed, and write the dashboards; nothing is written where one of the other
    wishes is True. Returns the exit code. Raises UsageError, and what updating dashboards raises."""
    from vault_crm.render.update import say_held
    from vault_crm.render.update import say_writer
    from vault_crm.render.update import update

    refuse_odd(check, to_stdout, dry_run, as_json)
    writes = not (check or to_stdout or dry_run)
    result = update(app.store, app.today, explicit_today=app.explicit_today, apply=writes)
    if to_stdout:
        _print(app, result)
    elif result.elsewhere and not as_json:
        app.say(say_writer(app.settings, result.elsewhere))
    elif result.held:
        app.say(say_held(app.settings.dashboard_file, result.held))
        return 1
    elif dry_run:
        _diff(app, result)
    elif check:
        return _checked_json(app, result) if as_json else _checked(app, result)
    else:
        _done(app, result)
        if app.store.wrote:
            _commit(app, result)
    return None


def refuse_odd(check: bool, to_stdout: bool, dry_run: bool, as_json: bool) -> None:
    """Raises UsageError for wishes that do not go together."""
    if check + to_stdout + dry_run > 1:
        raise UsageError("--check, --stdout and --dry-run exclude each other")
    if as_json and not check:
        raise UsageError("--json says what --check finds", "vault-crm render --check --json")


def _commit(app: App, result: UpdateResult) -> None:
    from vault_crm.cli.outcome import commit_done
    from vault_crm.cli.outcome import named

    people = {person.path: person for filed in result.filed if not filed.again for person in filed.people}
    ticks = f"ticks: {named(list(people.values()))}"
    commit_done(app, ticks if people else "dashboard: brought up to date")


def _print(app: App, result: UpdateResult) -> None:
    from vault_crm.core.text import encode

    _path, text = result.texts[0]  # the main dashboard stands first
    if app.screen.terminal:
        app.out(text.removesuffix("\n"))
    else:
        console.write_bytes(encode(text))


def _diff(app: App, result: UpdateResult) -> None:
    """What the dashboards would be; ticks that wait are only named, because applying them changes notes
    first."""
    from vault_crm.cli.outcome import show_diff
    from vault_crm.core.plan import FileChange
    from vault_crm.core.plan import Plan
    from vault_crm.core.text import encode

    changes = []
    for path, text in result.texts:
        raw = app.store.read(path) if (app.root / path).exists() else None
        changes.append(FileChange(path, raw, encode(text)))
    show_diff(app, Plan("render", tuple(changes)))
    for one in result.waiting:
        app.say(f"would apply {app.shown_path(one.path)}:{one.line}: {one.text}")


def _checked(app: App, result: UpdateResult) -> int:
    for path in result.stale:
        app.out(f"{app.shown_path(path)}: not up to date")
    for one in result.waiting:
        app.out(f"{app.shown_path(one.path)}:{one.line}: waits to be applied: {one.text}")
    if not result.stale and not result.waiting:
        return 0
    app.say("`vault-crm render` brings this up to date")
    return 1


def _checked_json(app: App, result: UpdateResult) -> int:
    waiting = [{"path": one.path, "line": one.line, "text": one.text} for one in result.waiting]
    body = {"version": 1, "today": app.today.isoformat(), "stale": list(result.stale), "waiting": waiting}
    app.json(body)
    return 1 if result.stale or result.waiting else 0


def _done(app: App, result: UpdateResult) -> None:
    for filed in result.filed:
        app.say(str(filed))
    for stuck in result.stuck:
        app.say(f"left where it is: {app.shown_path(stuck.path)}:{stuck.line}: {stuck.why}")
    for path in result.written:
        app.say(f"wrote {app.shown_path(path)}")
    if not result.written:
        app.say(
            "the dashboard was up to date" if len(result.texts) == 1 else "the dashboards were up to date"
        )
