"""The frame round every command: what goes wrong is printed here and nowhere else, and becomes an exit code.

It does not need the command line library: the plainest questions are answered without.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable

from vault_crm.cli import console
from vault_crm.cli.app import App
from vault_crm.errors import VaultCrmError


def answer(app: App, work: Callable[[], int]) -> int:
    """Do it; the exit code. Every error is said on standard error, also mistakes of the program."""
    _speak_safely()
    try:
        return work()
    except VaultCrmError as error:
        complain(app.located(error.message), error.hint)
        return error.exit_code
    except KeyboardInterrupt:
        complain("stopped", "")
        return 130
    except BrokenPipeError:
        # The reader (`head`) has seen enough. Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except Exception as error:
        return _bug(error, app.verbose)
    finally:
        _commit_rest(app)


def _commit_rest(app: App) -> None:
    """What a command has written and not committed itself, also one that could not do all it was to do."""
    if "store" in vars(app) and app.store.wrote:  # a command that only asked has nothing to load for this
        from vault_crm.cli.outcome import commit_done

        commit_done(app)


def _speak_safely() -> None:
    """What the terminal's encoding cannot say is escaped, not a crash; a pipe gets UTF-8 on Windows, too."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            in_pipe = os.name == "nt" and not stream.isatty()
            stream.reconfigure(errors="backslashreplace", encoding="utf-8" if in_pipe else None)


def complain(message: str, hint: str) -> None:
    """What went wrong, and how to go on, on standard error."""
    lines = f"vault-crm: {message}" + (f"\n  {hint}" if hint else "")
    console.write_text(sys.stderr, console.clean_lines(lines) + "\n")


def _bug(error: Exception, verbose: bool) -> int:
    if verbose:
        import traceback

        console.write_text(sys.stderr, console.clean_lines(traceback.format_exc()))
    what = f"{type(error).__name__}: {error}".partition("\n")[0]
    hint = f"please report it at {_issues()}" + ("" if verbose else ", with what `-v` shows")
    complain(f"this is a mistake of the program, not yours: {what}", hint)
    return 70


def _issues() -> str:
    """Where to report a mistake: the package's own metadata know it."""
    from importlib import metadata

    try:
        urls = metadata.metadata("vault-crm").get_all("Project-URL") or []
    except metadata.PackageNotFoundError:
        urls = []
    found = [url.partition(", ")[2] for url in urls if url.lower().startswith("issues")]
    return found[0] if found else "the project's issue tracker"
