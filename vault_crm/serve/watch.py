"""One beat of the watcher: look, take ticks in, write dashboards. The clock is passed in.

Every beat looks at the disk as any command does, so that a missed event costs a minute and nothing else. No
failure ends it: the reason is said once, the last good dashboard stays, and the next beat tries again.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable
from collections.abc import Iterable
from datetime import date
from datetime import datetime
from pathlib import Path
from typing import Any

from vault_crm.core.agenda import Reckoned
from vault_crm.core.model import Agenda
from vault_crm.core.model import Vault
from vault_crm.core.record import record
from vault_crm.core.record import replace
from vault_crm.errors import VaultCrmError
from vault_crm.git.repo import travels
from vault_crm.render.tend import REPORT
from vault_crm.render.tend import Tended
from vault_crm.render.tend import mistake
from vault_crm.render.tend import tend
from vault_crm.serve.clock import Clock
from vault_crm.serve.commits import Commits
from vault_crm.serve.desk import Desk
from vault_crm.serve.gitwait import GitWait
from vault_crm.serve.missing import CONFIRM
from vault_crm.serve.missing import Missing
from vault_crm.serve.news import News
from vault_crm.serve.news import Say
from vault_crm.serve.news import Troubles
from vault_crm.serve.news import more_names
from vault_crm.serve.news import overdue_names
from vault_crm.serve.nudge import send
from vault_crm.serve.nudges import Nudges
from vault_crm.serve.setup import Setup
from vault_crm.store.live import HOLD
from vault_crm.store.live import LiveVault
from vault_crm.store.watching import Identity

HEARTBEAT = 60.0  # seconds: nothing is ever out of date for longer
AHEAD = 0.2  # seconds spent on reading while git still writes
AWAY = 5.0  # seconds between two looks for a vault that is not there
AGAIN = 15.0  # seconds after which a failed round is tried again
MOMENT = 1.0  # the same, where somebody else was just writing


@record
class Beat:
    """What a beat came to: in how many seconds the next is due, whether the vault is there, whether it was
    looked at, how many notes had changed, how many of these nothing had been known about, and whether
    everything that was there to do is done."""

    next: float
    there: bool = True
    looked: bool = False
    changed: int = 0
    fresh: int = 0
    clean: bool = False


@record
class _Basis:
    """What the pages were made from."""

    vault: Vault
    today: date
    tracked: tuple[bool, ...]


class Watch:
    """The watcher of one vault. `vouch` is handed the index's identity when it holds all there is, and None
    when it does not (any more).

    `settle` (seconds) takes the place of the setting if it is given; `deliver` as in `Nudges`.
    """

    def __init__(
        self,
        root: Path,
        clock: Clock,
        say: Say,
        vouch: Callable[[Identity | None, Identity | None], bool],
        settle: float | None = None,
        deliver: Callable[[str, str], str] = send,
    ) -> None:
        self._root = root
        self._clock = clock
        self._say = say
        self._vouch = vouch
        self._settle = settle
        self.troubles = Troubles(self._tell)
        self._missing = Missing(self.troubles)
        self._git = GitWait(root)
        self._nudges = Nudges(root, clock, self._tell, self.troubles, deliver)
        self._commits = Commits(clock, self.troubles)
        self._desk = Desk(root, clock)
        self._setup: Setup | None = None
        self._lost_since: float | None = None
        self._here: tuple[int, int] | None = None
        self._overdue: dict[str, str] = {}
        self._stuck: dict[str, set[str]] = {}
        self._since: dict[str, float] = {}
        self._tried = 0.0
        self._early: frozenset[str] | None = None
        self._fresh_start()
        self.filed = self.wrote = 0

    def _fresh_start(self) -> None:
        """Everything that depends on the settings."""
        self._live: LiveVault | None = None
        self._known = Reckoned()
        self._tended: _Basis | None = None
        self._owed = True
        self._passing = self._waiting = self._wrote = False
        self.agenda: Agenda | None = None

    # -- the beat

    def look_early(self) -> None:
        """Looks, and does nothing about what it sees: a `beat` that is told that this look was late enough
        need not look again. Never raises."""
        setup, live = self._setup, self._live
        self._early = None
        with contextlib.suppress(Exception):  # the beat will find the same, and say it
            if setup is None or live is None or self._here != self.root_id or setup.changed():
                return
            waited = self._git.waiting
            if self._git.reason(self._clock.monotonic()):
                live.read_ahead(AHEAD)
                return
            live.believe_next = waited  # git is done: what is gone now is gone
            held = live.last.held
            setup.store.forget()
            setup.store.load()
            self._early = held

    def beat(self, looked: bool = False) -> Beat:
        """Does what there is to do now. Never raises for anything that is on the disk or that somebody wrote.

        `looked`: nothing has happened since the last `look_early` began.
        """
        early, self._early = self._early if looked else None, None
        try:
            beat = self._beat(early)
        except VaultCrmError as error:
            self.troubles.begin("round", error.message, error.hint)
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            self.troubles.begin("round", f"{where}{error.strerror or error}")
        except Exception as error:
            # It must go on all the same: the next change of a note may be past whatever this was.
            self.troubles.begin("round", mistake(error), REPORT)
        else:
            self.troubles.end("round")
            return beat
        self._owed = True
        return Beat(AGAIN)

    def _beat(self, early: frozenset[str] | None) -> Beat:
        """`early` is what was held before an early look, None if there was none."""
        if not self._is_there():
            return Beat(AWAY, there=False)
        now = self._clock.monotonic()
        waited = self._git.waiting
        if why := self._git.reason(now):
            if self._git.takes_long(now):
                self.troubles.begin("git", f"{why}: nothing is written until that is over", name="waiting")
            return Beat(self._git.pause(now))
        before = self._live
        setup = self._set_up()
        today = self._clock.now(setup.store.settings.timezone).date()
        live, desk = self._live, self._desk
        assert live is not None
        if early is None or live is not before or waited:
            live.believe_next = waited  # git is done: what is gone now is gone
            early = live.last.held
            setup.store.forget()
        vault = setup.store.load()
        if live.last.changed or live.last.held:
            self._vouch(None, None)  # also where nothing rang
        seen = Beat(HEARTBEAT, True, True, len(live.last.changed), len(live.last.changed - early))
        if self._git.unsettled(vault):
            why = "a merge is not settled: nothing is written until it is"
            self.troubles.begin("git", why, name="waiting")
            return replace(seen, next=AWAY)
        self.troubles.end("git")
        if self._missing.too_many(len(vault.people), now):
            return replace(seen, next=CONFIRM)
        self._round(setup, desk, vault, today)
        self._commits.settle(setup.store)
        if self.agenda is not None:
            self._nudges.consider(setup.store.settings.notify_at, self.agenda)
        clean = self._publish(live, desk, today)
        return replace(seen, next=self._next(live, desk), clean=clean)

    def _is_there(self) -> bool:
        here = self.root_id
        if here != self._here:
            self._here = here
            self._owed = True
            # Another disk, or the empty folder where one was: what was held is not there.
            self._live = self._setup = None
        if here is None:
            self.troubles.begin("away", f"{self._root} is not there", "it goes on as soon as it is back")
        else:
            self.troubles.end("away")
        return here is not None

    def _set_up(self) -> Setup:
        """The settings and templates as they are now. Bad ones leave the last good ones in force."""
        setup = self._setup
        if setup is None or self._has_changed(setup):
            try:
                fresh = Setup.read(self._root)
                self._clock.now(fresh.store.settings.timezone)
            except VaultCrmError as error:
                if setup is None:
                    raise
                setup.seen()
                self.troubles.begin("settings", error.message, error.hint)
            else:
                self._setup = setup = fresh
                self._fresh_start()
                self.troubles.end("settings")
                for warning in setup.store.warnings:
                    self.troubles.begin(f"setting {warning}", warning)
                self.troubles.end_others("setting ", {f"setting {one}" for one in setup.store.warnings})
        if self._live is None:
            settings = setup.store.settings
            self._live = LiveVault(self._root, settings, self._clock.monotonic)
            self._desk.settle = float(settings.settle) if self._settle is None else self._settle
            setup.store.load_through(self._live.load)
        return setup

    def _has_changed(self, setup: Setup) -> bool:
        """Whether to read the settings again. Where a file of theirs is gone or empty, an editor may be
        half-way through saving it: that is believed a moment later."""
        if not setup.changed() or not setup.lost():
            self._lost_since = None
            return setup.changed()
        now = self._clock.monotonic()
        if self._lost_since is None:
            self._lost_since = now
        if now - self._lost_since < HOLD:
            return False
        self._lost_since = None
        return True

    # -- the round

    def _round(self, setup: Setup, desk: Desk, vault: Vault, today: date) -> None:
        """Takes ticks in and writes, if there is any reason to."""
        held = self._live is not None and self._live.last.held
        desk.may_create = bool(vault.people) and not held  # where notes just vanished, nothing is put
        paths = setup.pages(self.troubles)
        desk.observe(paths)
        self._wrote = False
        before, tracked = self._tended, _tracked(setup, paths)
        if before is None or before.vault is not vault or (before.today, before.tracked) != (today, tracked):
            desk.owe()
        elif not (self._owed or self._waiting or desk.waiting or self._try_again()):
            return
        if before is not None and before.today != today:
            self._tell("day", today=today.isoformat())
        self._owed = False
        self._tried = self._clock.monotonic()
        desk.begin()
        tended = tend(setup.store, today, setup.templates, desk, self._known)
        # What changed while this wrote makes another vault at the next look.
        self._tended = _Basis(tended.vault, today, tracked)
        self._tell_all(desk, tended)
        self._keep_troubles(tended, paths)
        self._wrote = bool(tended.written)

    def _try_again(self) -> bool:
        """True from time to time while a line of a page waits: perhaps its note was read-only, and is not any
        more."""
        return any(self._stuck.values()) and self._clock.monotonic() - self._tried >= HEARTBEAT / 2

    def _tell_all(self, desk: Desk, tended: Tended) -> None:
        before, self._overdue = self._overdue, overdue_names(tended.agenda)
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
                self._commits.ticked(names)
                self._tell(
                    "filed",
                    people=names, what=filed.what, briefly=filed.briefly, **{"from": path}, overdue=overdue,
                )  # fmt: skip
        came = [] if first else more_names(self._overdue, before)
        went = [] if first else more_names(before, self._overdue)
        for path in tended.written:
            self.wrote += 1
            self._tell("wrote", path=path, came=came, went=went, filed=done, overdue=overdue)
            came = went = []

    def _keep_troubles(self, tended: Tended, paths: list[str]) -> None:
        """What is wrong with each page, and with lines on it: told once, on whatever line it stands by
        now."""
        stuck = {path: self._stuck.get(path, set()) for path in paths}
        stuck |= {path: set() for path, way in tended.done if way != "take"}
        for one in tended.stuck:
            if one.why not in self._stuck.get(one.path, ()) and one.why not in stuck[one.path]:
                self._tell("stuck", path=one.path, line=one.line, why=one.why)
            stuck[one.path].add(one.why)
        self._stuck = stuck
        now = self._clock.monotonic()
        troubles = {f"page {trouble.path}": trouble for trouble in reversed(tended.troubles)}
        self._since = {key: self._since.get(key, now) for key in troubles}
        self._passing = False
        for key, trouble in troubles.items():
            self._owed = True
            if trouble.passing and now - self._since[key] < CONFIRM:
                self._passing = True
            else:
                self.troubles.begin(key, trouble.why, trouble.hint)
        self.troubles.end_others("page ", set(troubles))
        self._waiting = bool(tended.waiting)

    def _publish(self, live: LiveVault, desk: Desk, today: date) -> bool:
        """Saves the index and vouches for it, if it holds all there is; whether there is nothing left to do.
        Where something was just written there is another look in a moment, and that saves."""
        if self._wrote:
            return False
        identity = live.save()
        roster = live.save_roster(today) if identity is not None else None
        published = self._vouch(identity, roster) and identity is not None
        held = live.last.held or self._lost_since is not None
        return published and not (desk.waiting or self._owed or self._waiting or held)

    def _next(self, live: LiveVault, desk: Desk) -> float:
        waits = [HEARTBEAT]
        if live.last.held or self._lost_since is not None:
            waits.append(HOLD / 2)
        if self._owed:
            waits.append(MOMENT if self._passing else AGAIN)
        if self._waiting or self._wrote:
            waits.append(MOMENT)
        if (moment := desk.next()) is not None:
            waits.append(moment)
        elif desk.waiting and not self._owed:
            waits.append(MOMENT)  # the time for it came while this beat went on
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
        # What is said is no reason to stop what is done.
        with contextlib.suppress(Exception):
            self._say(News(name, self.now(), facts))

    @property
    def root_id(self) -> tuple[int, int] | None:
        """Which folder the vault's path leads to now: (device, inode); None if there is none."""
        try:
            st = os.stat(self._root)
        except OSError:
            return None
        return (st.st_dev, st.st_ino) if stat.S_ISDIR(st.st_mode) else None


def _tracked(setup: Setup, paths: Iterable[str]) -> tuple[bool, ...]:
    """Which of the dashboards git keeps, where that makes a difference to them."""
    if setup.store.settings.dashboard_tracked != "auto":
        return ()
    return tuple(travels(setup.store.root, path) for path in paths)
