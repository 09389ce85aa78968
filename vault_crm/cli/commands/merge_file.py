"""Merge three versions of a note by meaning, as the git driver does."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from vault_crm.cli import console
from vault_crm.cli.app import App

_FILE = click.Path(exists=True, dir_okay=False)


@click.command()
@click.argument("base", type=_FILE)
@click.argument("ours", type=_FILE)
@click.argument("theirs", type=_FILE)
@click.option("-p", "--path", metavar="PATH", help="The note's path; it says what kind of file this is.")
@click.option("-o", "--output", metavar="OUT", help="Write the result to this file, not to standard output.")
@click.option("--marker-size", metavar="N", default="", help="How long the marker lines are; 7 if not given.")
@click.option(
    "-L", "labels", metavar="LABEL", multiple=True, help="Names for OURS, BASE, THEIRS, in this order."
)
@click.option("--driver", is_flag=True, help="As git calls it: replace OURS, exit 10 for a conflict.")
@click.pass_obj
def command(
    app: App,
    base: str,
    ours: str,
    theirs: str,
    path: str | None,
    output: str | None,
    marker_size: str,
    labels: tuple[str, ...],
    driver: bool,
) -> int:
    """Merge three versions of a note by meaning, as the git driver does.

    BASE is what OURS and THEIRS were both made from; an empty file, or /dev/null, if there is none.
    Properties and log entries are merged one by one, text as git merges it. What both sides changed
    differently is marked as git marks it (merge.conflictStyle is honoured).

    Exit code: 0 merged, 1 conflicts are marked, 2 a wrong call. With --driver: 10 for conflicts.
    """
    from vault_crm.git.driver import Asked
    from vault_crm.git.driver import log_words_above
    from vault_crm.git.driver import merge_sides
    from vault_crm.git.driver import parse_size
    from vault_crm.git.driver import read_side
    from vault_crm.git.driver import run_driver
    from vault_crm.git.driver import three_labels
    from vault_crm.git.textmerge import text_merge_in

    size = parse_size(marker_size)
    names = three_labels(labels)
    if driver:
        return run_driver(_words(size, names, path or ours, (base, ours, theirs)))
    shown = (os.fspath(name) for name in (ours, base, theirs))
    named = tuple(label or file for label, file in zip(names, shown, strict=True))
    asked = Asked(base, ours, theirs, path or ours, size, named)
    place = os.path.abspath(asked.path)
    words = log_words_above(place, Path(place).anchor)
    sides = (read_side(base), read_side(ours), read_side(theirs))
    merged = merge_sides(asked, *sides, words, text_merge_in(Path.cwd()))
    if output is not None:
        _write(output, merged.text)
    elif sys.stdout.isatty():
        console.write_text(sys.stdout, console.clean_lines(merged.text))
    else:
        from vault_crm.core.text import encode

        console.write_bytes(encode(merged.text))
    if merged.clashes:
        app.say(f"{merged.clashes} {'conflict is' if merged.clashes == 1 else 'conflicts are'} marked")
    return int(bool(merged.clashes))


def _words(size: int, labels: tuple[str, ...], path: str, files: tuple[str, ...]) -> list[str]:
    """The words that `run_driver` takes."""
    named = [word for label in labels for word in ("-L", label)]
    return ["--marker-size", str(size), *named, "--path", path, "--", *files]


def _write(output: str, text: str) -> None:
    """Replaces the file, or makes it. Raises CannotSave, Stale, UsageError."""
    from vault_crm.core.text import encode
    from vault_crm.errors import UsageError
    from vault_crm.store.files import read_bytes
    from vault_crm.store.files import replace

    try:
        before = read_bytes(output) if os.path.lexists(output) else None
    except OSError as error:
        raise UsageError(f"{output}: cannot be written: {error.strerror or error}") from None
    replace(Path(output), before, encode(text))
