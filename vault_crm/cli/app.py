"""What commands share: the vault, the day, output, and whom a name means.

The only place that reads the clock. A command's click context carries the `App` (`@click.pass_obj`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence
from datetime import date
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING
from typing import Any
from typing import TypeVar

from vault_crm.cli import console
from vault_crm.errors import BadSettings
from vault_crm.errors import VaultCrmError

if TYPE_CHECKING:
    from pathlib import Path

    import click

    from vault_crm.cli.lists import Lists
    from vault_crm.cli.near import Near
    from vault_crm.core.model import Agenda
    from vault_crm.core.model import Person
    from vault_crm.core.model import Vault
    from vault_crm.core.settings import Settings
    from vault_crm.store.glance import Glance
    from vault_crm.store.roster import Roster
    from vault_crm.store.store import Store

Command = TypeVar("Command", bound=Callable[..., Any])


class App:
    """One run of the command line. Everything is worked out when it is first asked for."""

    def __init__(self) -> None:
        self.vault_given: str | None = None
        self.today_given: date | None = None
        self.verbose = False
        self.colour = "auto"
        self.waited = False  # for an answer or for words, so that what we looked at may be long ago
        self._agenda: tuple[Vault, Agenda] | None = None
        self._as_of: dict[str, str] | None = None
        self._warned: set[str] = set()

    # -- the vault and the day

    @cached_property
    def place(self) -> str:
        """The vault's folder, as a text: its real path. Raises NoVault, BadSettings."""
        from vault_crm.store.places import find_place

        return find_place(self.vault_given, os.environ, os.getcwd())

    @cached_property
    def root(self) -> Path:
        """The vault's folder. Raises NoVault, BadSettings."""
        from pathlib import Path

        return Path(self.place)

    @cached_property
    def store(self) -> Store:
        """The store of the vault; its settings' warnings go to stderr. Raises NoVault, BadSettings."""
        from vault_crm.cli.progress import reading
        from vault_crm.store.store import Store

        store = Store.open(self.place)
        store.counted = reading
        self.warn_of_settings(store.warnings)
        return store

    def go_back(self, store: Store, on: date, as_of: dict[str, str]) -> None:
        """From now on everything is answered from this store (of the past), on that day if the user does not
        say another; JSON says so as `as_of`."""
        self.store = store
        self.today = self.today_given or on
        self._as_of = as_of

    @property
    def in_the_past(self) -> bool:
        """True if the answer is about another time (`--as-of`)."""
        return self._as_of is not None

    @property
    def settings(self) -> Settings:
        """The settings of the vault."""
        return self.store.settings

    @property
    def explicit_today(self) -> bool:
        """True if the user said what day it is (`--today`)."""
        return self.today_given is not None

    @cached_property
    def today(self) -> date:
        """The day that counts: `--today`, else the day in the settings' time zone, else the device's."""
        return self.today_given or self.real_today

    @cached_property
    def real_today(self) -> date:
        """The day by the clock, in the settings' time zone if there is one. Raises BadSettings."""
        return day_in(self.settings.timezone)

    @cached_property
    def look(self) -> Glance | None:
        """What has changed in the vault since its roster was written; None if there is none. Raises NoVault,
        BadSettings."""
        from vault_crm.store.glance import glance

        return None if self.in_the_past else glance(self.place)

    @cached_property
    def roster(self) -> Roster | None:
        """Everybody in short, as the vault was when we looked; None where that cannot be had for less than
        the whole. Raises NoVault, BadSettings."""
        from vault_crm.store.rosterfile import bring_up

        if self.in_the_past:
            return None
        store, keep = self.store, not self.explicit_today
        return bring_up(store.place, store.settings, self.today, self.look, keep, store.counted)

    @cached_property
    def lists(self) -> Lists:
        """Who is overdue today, and how many stand where. Raises NoVault, BadSettings."""
        from vault_crm.cli.lists import lists_of

        return lists_of(self)

    @property
    def vault(self) -> Vault:
        """The vault as it is on disk now."""
        return self.store.load()

    @property
    def agenda(self) -> Agenda:
        """Everybody's state on `today`."""
        from vault_crm.core.agenda import agenda

        vault = self.vault
        if self._agenda is None or self._agenda[0] is not vault:
            self._agenda = (vault, agenda(vault, self.today, self.settings))
        return self._agenda[1]

    @cached_property
    def brief_vault(self) -> Vault:
        """The vault as far as lists show it: errors, but no other diagnostics, and of people no more than is
        shown of them today."""
        from vault_crm.store.brief import brief_vault

        roster = self.roster
        return self.vault if roster is None else brief_vault(roster, self.today)

    @property
    def brief(self) -> Agenda:
        """Everybody's state on `today`, as far as lists show it."""
        from vault_crm.core.agenda import agenda

        return agenda(self.brief_vault, self.today, self.settings)

    @property
    def watched(self) -> bool:
        """True if a watcher is at work in the vault."""
        from vault_crm.store.watching import watcher_of

        return watcher_of(self.place) is not None

    # -- output: data to stdout, talk to stderr, and everything cleaned

    @cached_property
    def screen(self) -> console.Screen:
        """What standard output is: a terminal of some size, or a pipe."""
        return console.screen_of(sys.stdout, self.colour)

    def out(self, text: str = "") -> None:
        """Data: one or more lines to standard output."""
        console.write_text(sys.stdout, console.clean_lines(text) + "\n")

    def out_lines(self, lines: Iterable[console.Line]) -> None:
        """Data: styled lines to standard output, coloured where that is wanted."""
        text = "".join(console.format_line(line, self.screen.colour) + "\n" for line in lines)
        console.write_text(sys.stdout, text)

    def out_clean(self, lines: Iterable[str]) -> None:
        """Data: lines that were cleaned already."""
        console.write_text(sys.stdout, "".join([line + "\n" for line in lines]))

    def say(self, text: str) -> None:
        """Talk: one or more lines to standard error."""
        console.write_text(sys.stderr, console.clean_lines(text) + "\n")

    def warn(self, text: str) -> None:
        """A warning on standard error."""
        self.say(f"vault-crm: warning: {text}")

    def warn_of_settings(self, warnings: Iterable[str]) -> None:
        """What is odd about the settings is said once, whether they were read or are known."""
        for warning in warnings:
            if warning not in self._warned:
                self._warned.add(warning)
                self.warn(self.located(warning))

    def json(self, value: Any) -> None:
        """Data as JSON: UTF-8 whatever the locale, two spaces of indentation."""
        import json

        if self._as_of is not None and isinstance(value, dict):
            value = {**value, "as_of": self._as_of}
        text = json.dumps(value, ensure_ascii=False, indent=2)
        console.write_bytes(console.clean_json(text).encode() + b"\n")

    def can_ask(self) -> bool:
        """True if there is somebody to ask: standard input and error are a terminal."""
        there = sys.stdin.isatty() and sys.stderr.isatty()
        self.waited = self.waited or there
        return there

    def confirm(self, question: str, default: bool = False) -> bool:
        """Ask a yes/no question on the terminal; without one the answer is no."""
        if not self.can_ask():
            return False
        import click

        return click.confirm(console.clean(question), default=default, err=True)

    def shown_path(self, path: str) -> str:
        """A vault-relative path as the user can open it: relative to the current folder, if possible."""
        return console.from_here(os.path.join(self.place, path))

    def located(self, message: str) -> str:
        """A message that begins with a file of the vault (`People/ada.md:4: ...`), the file as the user can
        open it; any other as it is."""
        place, colon, rest = message.partition(": ")
        path = place.rstrip("0123456789").removesuffix(":") if ":" in place else place
        try:
            there = bool(colon) and os.path.isfile(os.path.join(self.place, path))
        except (VaultCrmError, OSError, ValueError):
            there = False
        return f"{self.shown_path(place)}: {rest}" if there else message

    # -- whom a name means

    def person(self, words: Sequence[str], for_writing: bool = False) -> Person:
        """The one person that all words together name. Raises NoSuchPerson, AmbiguousPerson."""
        from vault_crm.cli.whom import one_of

        return self.vault.by_path[one_of(self, self.vault, words, for_writing).path]

    def people(self, words: Sequence[str], for_writing: bool = False) -> tuple[Person, ...]:
        """The people that the words name, each once, in the order given; all of them or an error."""
        from vault_crm.cli.whom import each_of

        return tuple(self.vault.by_path[p.path] for p in each_of(self, self.vault, words, for_writing))

    @cached_property
    def near(self) -> Near:
        """The same for commands that are about a few people: the others are not looked at more closely."""
        from vault_crm.cli.near import near

        return near(self)

    def dashboards(self) -> tuple[str, ...]:
        """The paths of the vault's dashboards; the main one alone where a template is odd. Raises
        BadSettings."""
        from vault_crm.errors import TemplateProblem
        from vault_crm.render.boards import templates_of
        from vault_crm.render.outputs import outputs_of

        try:
            return tuple(output.path for output in outputs_of(templates_of(self.store), self.settings))
        except TemplateProblem as problem:
            self.warn(f"only {self.settings.dashboard_file} counts as a dashboard: {problem.message}")
            return (self.settings.dashboard_file,)

    def refresh_dashboards(self, written: Sequence[str] = ()) -> None:
        """Bring the dashboards that exist up to date after a change; what is odd about one is said. `written`
        are the notes that were changed, if that is all that this command did since it looked at the vault."""
        if self.watched:
            return  # it will, and it knows better what an editor is about to write there
        own_templates = os.path.join(self.place, ".vault-crm", "templates")
        page = os.path.join(self.place, self.settings.dashboard_file)
        if not os.path.exists(page) and not os.path.isdir(own_templates):
            return
        from vault_crm.render.update import refresh_dashboards

        def roster_now() -> Roster | None:
            roster = self.roster if written and not self.waited else None
            return roster if roster is not None and roster.take_in(written, self.today) else None

        for line in refresh_dashboards(self.store, self.today, self.explicit_today, roster_now):
            self.say(line)


def day_in(zone: str) -> date:
    """The day by the clock in a time zone, '' for the device's own. Raises BadSettings."""
    if not zone:
        return date.today()
    from zoneinfo import ZoneInfo

    try:
        return datetime.now(ZoneInfo(zone)).date()
    except (KeyError, ValueError, OSError) as error:
        hint = "use an IANA name such as 'Europe/Lisbon'"
        raise BadSettings("settings", f"timezone = {zone!r} is not a known time zone", hint) from error


# -- options and arguments that commands share


def json_option(command: Command) -> Command:
    """`--json`: the documented, versioned shape (docs/json.md)."""
    import click

    return click.option("--json", "as_json", is_flag=True, help="As JSON, in a documented shape.")(command)


def dry_run_option(command: Command) -> Command:
    """`--dry-run`: show the unified diff, write nothing."""
    import click

    return click.option("--dry-run", is_flag=True, help="Show the changes as a diff; write nothing.")(command)


def query_argument(command: Command) -> Command:
    """`[QUERY]...`: segments such as `tag:family due<14d -status:paused`."""
    import click

    return click.argument("query", nargs=-1, metavar="[QUERY]...")(command)


def complete_people(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
    """Names and aliases of people for the shell."""
    from click.shell_completion import CompletionItem

    from vault_crm.cli.everybody import names_that_fit

    before: list[str] = list(ctx.params.get(param.name or "") or ())
    found = names_that_fit(ctx.ensure_object(App), before, incomplete)
    return [CompletionItem(name, help=path) for name, path in found.items()]


def name_argument(command: Command) -> Command:
    """`NAME...`: the words of one person's name."""
    import click

    return click.argument("name", nargs=-1, required=True, metavar="NAME", shell_complete=complete_people)(
        command
    )


def names_argument(command: Command) -> Command:
    """`NAME...`: the names of one or more people."""
    import click

    return click.argument(
        "names", nargs=-1, required=True, metavar="NAME...", shell_complete=complete_people
    )(command)
