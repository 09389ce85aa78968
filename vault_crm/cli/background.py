"""A command without a terminal: `python -m vault_crm.cli.background LOG [NAME=VALUE]... -- WORDS...`

For a system that gives a background process neither variables nor a log (the scheduled task of
`service install` on Windows): sets the variables, sends all output to LOG and runs `vault-crm WORDS`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path


def main(words: Sequence[str]) -> int:
    """Runs the command; its exit code. Raises OSError if there can be no log."""
    log, *rest = words
    at = rest.index("--")
    for pair in rest[:at]:
        name, _, value = pair.partition("=")
        os.environ[name] = value
    from vault_crm.cli.main import run_command
    from vault_crm.store.logfile import open_log

    with open_log(Path(log)) as stream:
        sys.stdout = sys.stderr = stream
        try:
            return run_command(rest[at + 1 :])
        finally:
            sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
