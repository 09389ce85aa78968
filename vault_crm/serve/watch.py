"""One beat of the watcher: look, take ticks in, write dashboards. The clock is passed in.

Every beat looks at the disk as any command does, so that a missed event costs a minute and nothing else. No
failure ends it: the reason is said once, the last good dashboard stays, and the next beat tries again.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from datetime import datetime
from pathlib import Path
from typing import Any

from vault_crm.core.agenda import Reckoned
from vault_crm.core.model import Agenda
from vault_crm.core.model import Vault
from vault_crm.errors import VaultCrmError
from vault_crm.render.outputs import outputs_of
from vault_crm.render.tend import Tended
from vault_crm.render.tend import tend
from vault_crm.serve.clock import Clock
from vault_crm.serve.desk import Desk
from vault_crm.serve.gitwait import GitWait
from vault_crm.serve.news import News
from vault_crm.serve.news import Say
from vault_crm.serve.news import Troubles
from vault_crm.serve.nudges import Nudges
from vault_crm.serve.setup import Setup
from vault_crm.store.live import HOLD
from vault_crm.store.live import LiveVault
from vault_crm.store.watching import Identity

HEARTBEAT = 60.0  # seconds: nothing is ever out of date for longer
AWAY = 5.0  # seconds between two looks for a vault that is not there
AGAIN = 15.0  # seconds after which a failed round is tried again
MOMENT = 1.0  # the same, where somebody else was just writing
CONFIRM = 10.0  # seconds after which many missing people are believed to be gone


@dataclass(frozen=True, slots=True)
class Beat:
    """What a beat came to: in how many seconds the next is due, whether the vault is there, how many notes
    had changed, and whether everything that was there to do is done."""

    next: float
    there: bool = True
    changed: int = 0
    clean: bool = False


class Watch:
    """The watcher of one vault. `vouch` is handed the index's identity when it holds all there is.

    `settle` (seconds) takes the place of the setting if it is given.
    """

    def __init__(
        self,
        root: Path,
        clock: Clock,
        say: Say,
        vouch: Callable[[Identity], bool],
        settle: float | None = None,
    ) -> None:
        self._root = root
        self._clock = clock
        self._say = say
        self._vouch = vouch
        self._settle = settle
        self.troubles = Troubles(self._tell)
        self._git = GitWait(root)
        self._nudges = Nudges(root, clock, self._tell, self.troubles)
        self._setup: Setup | None = None
        self._away = False
        self._fresh_start()
        self.filed = self.wrote = 0

    def _fresh_start(self) -> None:
        """Everything that depends on the settings."""
        self._live: LiveVault | None = None
        self._desk: Desk | None = None
        self._known = Reckoned()
        self._tended: tuple[Vault, date] | None = None
        self._owed = True
        self._confirmed: int | None = None
        self._missing_since: float | None = None
        self._overdue: dict[str, str] = {}
        self._stuck: set[tuple[str, str]] = set()
        self._passing = self._waiting = False
        self.agenda: Agenda | None = None

    # -- the beat

    def beat(self) -> Beat:
        """Does what there is to do now. Never raises for anything that is on the disk or that somebody
        wrote."""
        try:
            beat = self._beat()
        except VaultCrmError as error:
            self.troubles.begin("round", error.message, error.hint)
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            self.troubles.begin("round", f"{where}{error.strerror or error}")
        except Exception as error:
            # It must go on all the same: the next change of a note may be past whatever this was.
            why = f"this is a mistake of the program, not yours: {type(error).__name__}: {error}"
            self.troubles.begin("round", why, "please report it, with what `vault-crm -v check` shows")
        else:
            self.troubles.end("round")
            return beat
        self._owed = True
        return Beat(AGAIN)

    def _beat(self) -> Beat:
        if not self._is_there():
            return Beat(AWAY, there=False)
        now = self._clock.monotonic()
        waited = self._git.waiting
        if why := self._git.reason(now):
            self.troubles.begin("git", f"{why}: nothing is written until that is over", name="waiting")
            return Beat(self._git.pause(now))
        setup = self._set_up()
        today = self._clock.now(setup.store.settings.timezone).date()
        live, desk = self._live, self._desk
        assert live is not None
        assert desk is not None
        live.believe_next = waited  # git is done: what is gone now is gone
        setup.store.forget()
        vault = setup.store.load()
        changed = len(live.last.changed)
        if self._git.unsettled(vault):
            why = "a merge is not settled: nothing is written until it is"
            self.troubles.begin("git", why, name="waiting")
            return Beat(AWAY, changed=changed)
        self.troubles.end("git")
        if self._too_many_missing(len(vault.people)):
            return Beat(CONFIRM, changed=changed)
        self._round(setup, desk, vault, today)
        if self.agenda is not None:
            self._nudges.consider(setup.store.settings.notify_at, self.agenda)
        clean = self._publish(live, desk)
        return Beat(self._next(live, desk), changed=changed, clean=clean)

    def _is_there(self) -> bool:
        if self._root.is_dir():
            if self._away:
                self._away = False
                self._owed = True
                self._live = None  # perhaps another disk, with other times
            self.troubles.end("away")
            return True
        self._away = True
        self.troubles.begin("away", f"{self._root} is not there", "it goes on as soon as it is back")
        return False

    def _set_up(self) -> Setup:
        """The settings and templates as they are now. Bad ones leave the last good ones in force."""
        setup = self._setup
        if setup is None or setup.changed():
            try:
                self._setup = setup = Setup.read(self._root)
            except VaultCrmError as error:
                if setup is None:
                    raise
                setup.seen()
                self.troubles.begin("settings", error.message, error.hint)
            else:
                self.troubles.end("settings")
                for number, warning in enumerate(setup.store.warnings):
                    self.troubles.begin(f"setting {number}", warning)
                overdue, confirmed = self._overdue, self._confirmed
                self._fresh_start()
                self._overdue, self._confirmed = overdue, confirmed
        if self._live is None:
            settings = setup.store.settings
            self._live = LiveVault(self._root, settings, self._clock.monotonic)
            settle = float(settings.settle) if self._settle is None else self._settle
            self._desk = Desk(self._root, self._clock, settle)
            setup.store.load_through(self._live.load)
        return setup

    def _too_many_missing(self, people: int) -> bool:
        """True while more than a fifth of the people (at least five) are gone and no later look has confirmed
        it; if all of them are, for good: a disk that is not mounted looks just like that."""
        before = self._confirmed
        if before is None or before - people < 5 or (before - people) * 5 <= before:
            self._confirmed, self._missing_since = people, None
            self.troubles.end("missing")
            return False
        now = self._clock.monotonic()
        if self._missing_since is None:
            self._missing_since = now
        if people and now - self._missing_since >= CONFIRM:
            self._confirmed, self._missing_since = people, None
            self.troubles.end("missing")
            return False
        gone = "all people are" if not people else f"{before - people} of {before} people are"
        self.troubles.begin("missing", f"{gone} gone: the dashboard stays as it is for now", name="waiting")
        return True

    # -- the round

    def _round(self, setup: Setup, desk: Desk, vault: Vault, today: date) -> None:
        """Takes ticks in and writes, if there is any reason to."""
        desk.may_create = bool(vault.people)
        paths = [output.path for output in outputs_of(setup.templates, setup.store.settings)]
        desk.observe(paths)
        before = self._tended
        if before is None or before[0] is not vault or before[1] != today:
            desk.owe()
        elif not (self._owed or self._waiting or desk.waiting):
            return
        if before is not None and before[1] != today:
            self._tell("day", today=today.isoformat())
        self._owed = False
        tended = tend(setup.store, today, setup.templates, desk, self._known)
        self._tended = (setup.store.load(), today)
        self._tell_all(desk, tended)

    def _tell_all(self, desk: Desk, tended: Tended) -> None:
        before, self._overdue = self._overdue, _overdue(tended.agenda)
        first, self.agenda = self.agenda is None, tended.agenda
        overdue = len(self._overdue)
        desk.written(tended.written)
        for path, way in tended.done:
            desk.done(path, way)
        done: list[str] = []
        for path, filed in tended.filed:
            desk.noted(person.path for person in filed.people)
            if not filed.again:
                self.filed += 1
                names = [person.name for person in filed.people]
                done += names
                self._tell(
                    "filed",
                    people=names, what=filed.what, briefly=filed.briefly, **{"from": path}, overdue=overdue,
                )  # fmt: skip
        came = [] if first else _more(self._overdue, before)
        went = [] if first else _more(before, self._overdue)
        for path in tended.written:
            self.wrote += 1
            self._tell("wrote", path=path, came=came, went=went, filed=done, overdue=overdue)
            came = went = []
        stuck = {(one.path, one.why): one for one in tended.stuck}  # on whatever line it stands by now
        for key in stuck.keys() - self._stuck:
            one = stuck[key]
            self._tell("stuck", path=one.path, line=one.line, why=one.why)
        self._stuck = set(stuck)
        for trouble in tended.troubles:
            self._owed = True
            if not trouble.passing:
                self.troubles.begin(f"page {trouble.path}", trouble.why, trouble.hint)
        lasting = {f"page {trouble.path}" for trouble in tended.troubles}
        self.troubles.end_others("page ", lasting)
        self._passing = any(trouble.passing for trouble in tended.troubles)
        self._waiting = bool(tended.waiting)

    def _publish(self, live: LiveVault, desk: Desk) -> bool:
        """Saves the index and vouches for it, if it holds all there is; whether there is nothing left to
        do."""
        identity = live.save()
        published = identity is not None and self._vouch(identity)
        idle = not (desk.waiting or self._owed or self._waiting or live.last.held)
        return published and idle

    def _next(self, live: LiveVault, desk: Desk) -> float:
        waits = [HEARTBEAT]
        if live.last.held:
            waits.append(HOLD / 2)
        if self._owed:
            waits.append(MOMENT if self._passing else AGAIN)
        if self._waiting:
            waits.append(MOMENT)
        if (moment := desk.next()) is not None:
            waits.append(moment)
        return min(waits)

    # -- words

    def now(self) -> datetime:
        """The time at which something is said: the vault's zone if it has one."""
        setup = self._setup
        try:
            return self._clock.now(setup.store.settings.timezone if setup else "")
        except VaultCrmError:
            return self._clock.now()

    def _tell(self, name: str, **facts: Any) -> None:
        self._say(News(name, self.now(), facts))

    @property
    def root_id(self) -> tuple[int, int] | None:
        """Which folder the vault's path leads to now: (device, inode); None if there is none."""
        try:
            st = os.stat(self._root)
        except OSError:
            return None
        return st.st_dev, st.st_ino


def _overdue(agenda: Agenda) -> dict[str, str]:
    """Who is overdue: path -> name."""
    return {item.person.path: item.person.name for item in agenda.with_status("overdue", "long-overdue")}


def _more(these: Mapping[str, str], than: Mapping[str, str]) -> list[str]:
    """The names that are only among the first: whose note merely has another path neither came nor went."""
    known = Counter(than.values())
    names = []
    for name in these.values():
        if known[name]:
            known[name] -= 1
        else:
            names.append(name)
    return names
