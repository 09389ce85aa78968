"""The command line's frame: one file a command, imported only when it is called."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from collections.abc import Container
from collections.abc import Sequence
from datetime import date
from importlib import import_module
from typing import Any
from typing import NoReturn

import click

from vault_crm import __version__
from vault_crm.cli.app import App
from vault_crm.cli.frame import answer
from vault_crm.cli.frame import complain
from vault_crm.errors import UsageError

COMMANDS = os.path.join(os.path.dirname(__file__), "commands")
_FIRST_LINE = 400  # bytes of a module that are enough to hold its docstring's first line


def command_names() -> list[str]:
    """The names of all commands, from the files in `commands/`."""
    return sorted(
        entry.name[:-3].replace("_", "-")
        for entry in os.scandir(COMMANDS)
        if entry.name.endswith(".py") and not entry.name.startswith("_")
    )


def summary_of(name: str) -> str:
    """The first line of a command module's docstring, without importing it, so that `--help` stays quick."""
    with open(f"{COMMANDS}/{name.replace('-', '_')}.py", "rb", buffering=0) as file:
        head = file.read(_FIRST_LINE)
    return head.partition(b'"""')[2].partition(b'"""')[0].strip().partition(b"\n")[0].decode()


class Formatter(click.HelpFormatter):
    """click's, which imports all of `shutil` to ask how wide the terminal is."""

    def __init__(
        self, indent_increment: int = 2, width: int | None = None, max_width: int | None = None
    ) -> None:
        if width is None and click.formatting.FORCED_WIDTH is None:
            width = max(min(_columns(), max_width or 80) - 2, 50)
        super().__init__(indent_increment, width, max_width)


def _columns() -> int:
    """The terminal's width as `shutil.get_terminal_size` has it."""
    said = os.environ.get("COLUMNS", "")
    columns = int(said) if said.isdecimal() else 0
    if columns <= 0:
        try:
            columns = os.get_terminal_size(sys.__stdout__.fileno()).columns if sys.__stdout__ else 0
        except (AttributeError, ValueError, OSError):
            columns = 0
    return columns or 80


class Context(click.Context):
    """A context whose help is laid out by our formatter."""

    formatter_class = Formatter


def _show_help(ctx: click.Context, param: click.Parameter, value: bool) -> None:  # noqa: ARG001
    if value and not ctx.resilient_parsing:
        click.echo(ctx.get_help(), color=ctx.color)
        ctx.exit()


def _show_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:  # noqa: ARG001
    if value and not ctx.resilient_parsing:
        click.echo(f"vault-crm {__version__}", color=ctx.color)
        ctx.exit()


def help_option() -> click.Option:
    """`--help`, in words that click would look up in catalogues of translations, which takes a while."""
    return _eager(["-h", "--help"], _show_help, "Show this message and exit.")


def _eager(names: list[str], callback: Callable[..., None], meaning: str) -> click.Option:
    return click.Option(
        names, is_flag=True, expose_value=False, is_eager=True, callback=callback, help=meaning
    )


class Commands(click.Group):
    """The lazy group: `commands/NAME.py` holds `command`; its docstring's first line is the short help."""

    context_class = Context

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return command_names()

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in command_names():
            return None
        module = import_module(f"vault_crm.cli.commands.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        command.name = cmd_name
        taken = {word for param in command.params for word in param.opts}
        ours = [*shared_options(hidden=True), *([help_option()] if command.add_help_option else ())]
        command.params += [option for option in ours if not taken & set(option.opts)]
        command.add_help_option = False
        command.context_class = Context
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        command = self.get_command(ctx, args[0])
        if command is not None:
            return args[0], command, negations_kept(command, args[1:])
        if ctx.resilient_parsing:
            return None, None, args[1:]
        from difflib import get_close_matches

        near = get_close_matches(args[0], command_names(), 3)
        hint = f"did you mean {' or '.join(near)}?" if near else "`vault-crm --help` lists the commands"
        raise UsageError(f"no command {args[0]!r}", hint)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """Names with their lines as `--help` has them; click would import every command for its own."""
        from click.shell_completion import CompletionItem

        names = [name for name in command_names() if name.startswith(incomplete)]
        items = [CompletionItem(name, help=summary_of(name)) for name in names]
        return items + click.Command.shell_complete(self, ctx, incomplete)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, summary_of(name)) for name in self.list_commands(ctx)]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)


def negations_kept(command: click.Command, args: list[str]) -> list[str]:
    """The arguments, a query's negations (`-tag:work`, `-paused`) written as `!tag:work`, so that they are
    not taken for options. What begins like one of the command's own short options stays an option."""
    if not any(param.name == "query" for param in command.params):
        return args
    flags = {word: isinstance(p, click.Option) and p.is_flag for p in command.params for word in p.opts}
    kept: list[str] = []
    for at, word in enumerate(args):
        before = args[at - 1] if at else ""
        if before == "--":
            return [*kept, *args[at:]]
        is_value = before in flags and not flags[before]
        kept.append("!" + word[1:] if not is_value and _is_negation(word, flags) else word)
    return kept


def _is_negation(word: str, options: Container[str]) -> bool:
    if len(word) < 3 or not word.startswith("-") or word.startswith("--"):
        return False
    key = re.match(r"-[^\W\d]\w*[:<>=]", word)
    return bool(key) or (word[:2] not in options and word[:2] != "-h")


def _keep_vault(ctx: click.Context, param: click.Parameter, value: str | None) -> None:  # noqa: ARG001
    if value is not None:
        ctx.ensure_object(App).vault_given = value


def _keep_today(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    if value is None:
        return
    try:
        ctx.ensure_object(App).today_given = date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is not a day; write YYYY-MM-DD", ctx, param) from None


def _keep_verbose(ctx: click.Context, param: click.Parameter, value: bool) -> None:  # noqa: ARG001
    if value:
        ctx.ensure_object(App).verbose = True


def _keep_colour(ctx: click.Context, param: click.Parameter, value: str | None) -> None:  # noqa: ARG001
    if value is not None:
        ctx.ensure_object(App).colour = value


class Folder(click.ParamType):  # type: ignore[type-arg]
    """`click.Path()`, made only where it is needed: it has its own name translated, which takes a while."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value if os.access(value, os.R_OK) else click.Path().convert(value, param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        return click.Path().shell_complete(ctx, param, incomplete)


def shared_options(hidden: bool = False) -> list[click.Option]:
    """The options of the whole program; also taken behind a command, where help does not repeat them."""
    common: dict[str, Any] = {"expose_value": False, "hidden": hidden, "is_eager": True}
    return [
        click.Option(
            ["-C", "--vault", "vault_dir"], metavar="DIR", callback=_keep_vault, type=Folder(),
            help="The folder of your notes. Else $VAULT_CRM_VAULT, else the nearest vault upwards.", **common,
        ),
        click.Option(
            ["--today", "today_text"], metavar="YYYY-MM-DD", callback=_keep_today,
            help="Take this day for today.", **common,
        ),
        click.Option(
            ["--color", "--colour", "colour_mode"], type=click.Choice(["auto", "always", "never"]),
            callback=_keep_colour, help="Colours; auto: on a terminal, without NO_COLOR.", **common,
        ),
        click.Option(
            ["-v", "--verbose", "be_verbose"], is_flag=True, callback=_keep_verbose,
            help="Say more; show where the program failed.", **common,
        ),
    ]  # fmt: skip


@click.pass_context
def _home(ctx: click.Context, as_json: bool) -> int | None:
    if ctx.invoked_subcommand is not None:
        if as_json:
            raise UsageError(
                "--json belongs behind the command", f"vault-crm {ctx.invoked_subcommand} --json"
            )
        return None
    from vault_crm.cli.home import show_home

    return show_home(ctx.ensure_object(App), as_json)


HELP = """People as Markdown notes: whom have I not talked to in a while?

Without a command: the home screen. These options are taken before and behind a command.
"""

main = Commands(
    name="vault-crm",
    help=HELP,
    callback=_home,
    invoke_without_command=True,
    context_settings={"max_content_width": 100},
    params=[
        *shared_options(),
        click.Option(["--json", "as_json"], is_flag=True, help="The home screen as JSON."),
        _eager(["--version"], _show_version, "Show the version and exit."),
        help_option(),
    ],
    add_help_option=False,
)


def run(args: Sequence[str] | None = None) -> NoReturn:
    """The console script: runs a command and exits with its code."""
    sys.exit(run_command(list(sys.argv[1:] if args is None else args)))


def run_command(args: list[str]) -> int:
    """Run a command; all errors are printed here and nowhere else. Returns the exit code."""
    app = App()

    def work() -> int:
        try:
            result = main.main(args, prog_name="vault-crm", standalone_mode=False, obj=app)
        except click.ClickException as error:
            path = (
                error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "vault-crm"
            )
            complain(error.format_message(), f"see `{path} --help`")
            return error.exit_code
        except click.Abort:
            raise KeyboardInterrupt from None
        return result if isinstance(result, int) else 0

    return answer(app, work)
