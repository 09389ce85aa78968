"""Writes docs/commands.md from the command line itself: `python -m tests.docs_commands`."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import click

from vault_crm.cli.main import command_names
from vault_crm.cli.main import main
from vault_crm.cli.main import summary_of

PAGE = Path(__file__).parents[1] / "docs" / "commands.md"

HEAD = """\
# Commands

`vault-crm` without a command shows the home screen. Data goes to standard output, talk to standard error;
there are no colours where nobody looks (a pipe, `NO_COLOR`, `TERM=dumb`), dates are ISO and nothing is cut
in a pipe.

A NAME is a name or alias, without case and accents; any unique part of one; or the note's path, from
the vault or from the current folder. Words that are one name together need no quotes. If several people fit,
they are listed and nothing is done. Shells complete names: see [completion](#completion).

A QUERY is any number of segments, all of which must fit: `tag:family`, `company:acme`, `city:lisbon` (any
property), `status:overdue`, `due<14d`, `last>6mo`, `cadence:none`, free words; `-` before a segment turns
it round, a comma in a value is *or*.

Every command that asks has `--json` ([the shape](json.md)); every command that writes has `--dry-run`, and
`undo` takes back what it did.

| exit code | |
|---|---|
| 0 | done |
| 1 | findings: `check`, `render --check`, `git status`, `conflicts`, `merge-file` |
| | `import`: a card or line that could not be read; the rest came in |
| | whether a watcher is at work: `service status`, `watch` |
| | also an editor that failed, and output that could not be written |
| 2 | the command line cannot be understood |
| 3 | no vault, or bad settings |
| 4 | no such person, or several |
| 5 | an edit was refused; file and line are named, nothing was written |
| 6 | nothing could be imported |
| 7 | a template cannot be used |
| 70 | a mistake of the program; `-v` shows where |
| 130, 141 | stopped with Ctrl-C (`watch`, which is ended that way: 0); the reader of a pipe went away |

## Options of every command

They stand before or behind the command.
"""


def page() -> str:
    """The whole page."""
    context = click.Context(main, info_name="vault-crm", **main.context_settings)
    blocks = [HEAD, *options(main, context)]
    blocks += ["", "| command | |", "|---|---|"]
    blocks += [f"| [{name}](#{name}) | {summary_of(name)} |" for name in command_names()]
    for name in command_names():
        command = main.get_command(context, name)
        assert command is not None
        blocks += ["", *section(name, command, click.Context(command, parent=context, info_name=name))]
    return tidy("\n".join(blocks) + "\n")


def section(name: str, command: click.Command, context: click.Context) -> Iterator[str]:
    """One command: how it is called, what it does, its options."""
    usage = " ".join(["vault-crm", name, *command.collect_usage_pieces(context)])
    yield from (f"## {name}", "", f"    {usage}", "")
    for block in inspect.cleandoc(command.help or "").split("\n\n"):
        if block.startswith("\b"):  # click's sign for 'leave these lines alone'
            yield from ("", *(f"    {line}" for line in block.split("\n")[1:]), "")
        else:
            yield from ("", *block.split("\n"), "")
    yield from options(command, context)


def options(command: click.Command, context: click.Context) -> Iterator[str]:
    """A table of options."""
    rows = [p for p in command.get_params(context) if isinstance(p, click.Option) and not p.hidden]
    yield from ("", "| option | |", "|---|---|")
    for option in rows:
        value = "" if option.is_flag else " " + option.make_metavar(context)
        words = ", ".join(f"`{word}{value}`" for word in words_of(option))
        default = f" Default: {option.default}." if option.show_default else ""
        cells = (words, f"{option.help or ''}{default}")
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def words_of(option: click.Option) -> list[str]:
    """An option's words, the short ones first: some versions of click have those of help in any order."""
    opts = sorted(option.opts, key=len) if "--help" in option.opts else option.opts
    return [*opts, *option.secondary_opts]


def tidy(text: str) -> str:
    """No two empty lines in a row."""
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
