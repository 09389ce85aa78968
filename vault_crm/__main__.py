"""Where the program starts: `vault-crm`, and `python -m vault_crm`, which is the same.

git starts the merge driver once for each file of each commit that it merges: it gets there without the
command line library, and leaves without taking the house down behind it.
"""

from __future__ import annotations

import os
import sys


def run() -> None:
    """The console script."""
    words = sys.argv[1:]
    if words[:2] == ["merge-file", "--driver"]:
        _drive(words[2:])
    from vault_crm.cli.quick import answered

    code = answered(words)
    if code is not None:
        sys.exit(code)
    from vault_crm.cli.main import run as run_commands

    run_commands(words)


def _drive(words: list[str]) -> None:
    import gc

    gc.disable()
    from vault_crm.git.driver import run_driver

    code = run_driver(words)
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    run()
