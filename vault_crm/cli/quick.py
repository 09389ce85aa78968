"""The plainest command lines, understood without the command line library.

`import click` takes longer than looking at 2,000 notes. So the home screen, `overdue`, `log`, `snooze`,
`set`, `search` and `render` with their usual options, each said once and in full, are understood here.
Whatever else stands on the command line is left to `vault_crm.cli.main`, which would understand these words
in the same way.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import TYPE_CHECKING
from typing import Any

if TYPE_CHECKING:
    from vault_crm.cli.app import App

_EVERYWHERE = {"-C": "vault_dir", "--vault": "vault_dir", "--today": "today_text"}
# command -> its options that take a word, by the argument that they fill
_COMMANDS: Mapping[str, Mapping[str, str]] = {
    "": {},  # the home screen
    "overdue": {},
    "log": {"-m": "message", "--message": "message", "--on": "on", "--type": "kind", "--next": "next_"},
    "snooze": {"--until": "until", "--for": "span"},
    "set": {},
    "search": {},
    "render": {},
}
_DRY = {"--dry-run": "dry_run"}
# those that take none
_FLAGS: Mapping[str, Mapping[str, str]] = {
    "log": _DRY,
    "snooze": _DRY,
    "set": _DRY,
    "render": {**_DRY, "--check": "check", "--stdout": "to_stdout"},
}
_FEWEST = {"": 0, "overdue": 0, "log": 1, "snooze": 1, "set": 3, "search": 1, "render": 0}  # own words


def understood(words: Sequence[str]) -> tuple[str, list[str], dict[str, Any]] | None:
    """The command, its own words and its options, if they are plain; None if they need the whole command
    line."""
    if list(words) == ["--version"]:
        return "--version", [], {}
    command, own, options = "", [], dict[str, Any]()
    rest = iter(words)
    for word in rest:
        key = _EVERYWHERE.get(word) or _COMMANDS[command].get(word)
        if key is not None:
            value = next(rest, None)
            if value is None or key in options or (value[:1] == "-" and (key, value) != ("message", "-")):
                return None
            options[key] = value
        elif (flag := _FLAGS.get(command, {}).get(word)) is not None:
            options[flag] = True
        elif not word or word[0] == "-":
            return None
        elif command:
            own.append(word)
        elif word in _COMMANDS:
            command = word
        else:
            return None
    if len(own) < _FEWEST[command] or (own and not _FEWEST[command]):
        return None
    return command, own, options


def answered(words: Sequence[str]) -> int | None:
    """Do what plain words say; the exit code, or None if they are for the whole command line."""
    if os.name == "nt":
        return None
    if "_VAULT_CRM_COMPLETE" in os.environ:
        from vault_crm.cli.completing import completed

        return completed(os.environ)
    said = understood(words)
    if said is None:
        return None
    command, own, options = said
    from vault_crm.cli.app import App

    app = App()
    if not _placed(app, options.pop("vault_dir", None), options.pop("today_text", None)):
        return None
    from vault_crm.cli.frame import answer

    return answer(app, lambda: _finished(lambda: _do(app, command, own, options)))


def _placed(app: App, vault: str | None, today: str | None) -> bool:
    """Tells the app which vault and which day; False if that cannot be, which is not for us to say."""
    if vault is not None:
        if not os.access(vault, os.R_OK):
            return False
        app.vault_given = vault
    if today is not None:
        from datetime import date

        try:
            app.today_given = date.fromisoformat(today)
        except ValueError:
            return False
    return True


def _do(app: App, command: str, own: Sequence[str], options: Mapping[str, Any]) -> int | None:
    if not command:
        from vault_crm.cli.home import show_home

        return show_home(app, False)
    if command == "--version":
        from vault_crm import __version__

        app.out(f"vault-crm {__version__}")
    elif command == "overdue":
        from vault_crm.cli.late import show_late

        show_late(app)
    elif command == "log":
        from vault_crm.cli.log_work import log_people

        log_people(app, tuple(own), **options)
    elif command == "snooze":
        from vault_crm.cli.snooze_work import snooze_people

        snooze_people(app, tuple(own), **options)
    elif command == "search":
        from vault_crm.cli.search_work import search_words

        search_words(app, own)
    elif command == "render":
        from vault_crm.cli.render_work import render_pages

        return render_pages(app, **options)
    else:
        from vault_crm.cli.set_work import set_words

        set_words(app, tuple(own), **options)
    return None


def _finished(work: Callable[[], int | None]) -> int:
    """The exit code, interruptions as click has them."""
    try:
        return work() or 0
    except (KeyboardInterrupt, EOFError):
        sys.stderr.write("\n")  # a line of its own behind ^C
        raise KeyboardInterrupt from None
    except BrokenPipeError:  # Python would complain once more when it flushes at exit
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except BrokenPipeError:
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return 1
    except RuntimeError as error:
        if type(error).__module__ == "click.exceptions":  # Abort: a question was not answered
            raise KeyboardInterrupt from None
        raise
