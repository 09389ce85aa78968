"""The plainest questions, answered without the command line library.

`import click` takes longer than looking at 2,000 notes. So `vault-crm overdue`, with nothing but a vault or a
day said, is understood here; whatever else stands on the command line is left to `vault_crm.cli.main`, which
would answer these words in the same way.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from collections.abc import Sequence

# options of the whole program, by the field that they fill
_OPTIONS = {"-C": "vault", "--vault": "vault", "--today": "today"}


def understood(words: Sequence[str]) -> Mapping[str, str] | None:
    """What the words say, if they are plain: `command`, and perhaps `vault` and `today`; None if they need
    the whole command line."""
    said: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        key = _OPTIONS.get(word, "command")
        if key in said:
            return None
        value = word if key == "command" else next(rest, "")
        if not value or value[0] == "-":
            return None
        said[key] = value
    return said if said.get("command") == "overdue" else None


def answered(words: Sequence[str]) -> int | None:
    """Answer a plain question; the exit code, or None if this is for the whole command line."""
    said = understood(words)
    if said is None or "_VAULT_CRM_COMPLETE" in os.environ or os.name == "nt":
        return None
    from vault_crm.cli.app import App

    app = App()
    if "vault" in said:
        if not os.access(said["vault"], os.R_OK):
            return None
        app.vault_given = said["vault"]
    if "today" in said:
        from datetime import date

        try:
            app.today_given = date.fromisoformat(said["today"])
        except ValueError:
            return None
    from vault_crm.cli.frame import answer
    from vault_crm.cli.late import show_late

    def work() -> int:
        try:
            show_late(app)
        except KeyboardInterrupt:
            sys.stderr.write("\n")  # as click does: a line of its own behind ^C
            raise
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1  # as click has it
        return 0

    return answer(app, work)
