"""One handoff: whom it is about, and what is written when it is decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from vault_crm.cli.app import App
from vault_crm.cli.handoff_files import Read
from vault_crm.cli.handoff_talk import Answers
from vault_crm.cli.handoff_talk import ask_all
from vault_crm.cli.handoff_talk import guests_of
from vault_crm.cli.handoff_talk import keep_all
from vault_crm.cli.outcome import commit_done
from vault_crm.cli.outcome import show_diff
from vault_crm.core.handoff.harvest import harvest
from vault_crm.core.handoff.humans import Directory
from vault_crm.core.handoff.humans import record_of
from vault_crm.core.intake.decide import Options
from vault_crm.core.intake.decide import decide
from vault_crm.core.intake.make import Made
from vault_crm.core.intake.make import make
from vault_crm.core.intake.meanwhile import heed_newcomers
from vault_crm.core.model import Value
from vault_crm.core.model import Vault
from vault_crm.core.plan import Plan
from vault_crm.render.person import person_text
from vault_crm.store.handoffs import read_decided
from vault_crm.store.handoffs import remember_decided
from vault_crm.store.journal import JournalEntry


class Handoff:
    """The files that were read, and the guests: everybody about whom is to be decided."""

    def __init__(self, app: App, read: Read, since: date | None, again: bool) -> None:
        self.app = app
        self.read = read
        self.since = since
        decided = read_decided(app.store.root, app.store.history())
        self.last = None if again else decided.last
        known = frozenset() if again else decided.keys
        self.harvest = harvest(read.deals, Directory(read.contacts), known, since)
        humans = self.harvest.humans
        records = [record_of(human) for human in humans]
        rows = decide(records, app.vault, app.settings, Options())
        self._known = app.vault.by_path.keys()
        self.guests = guests_of(app, rows, humans, records)
        self.made = Made(Plan(""))
        self.remembered = True

    def keep_all(self, cadence: str) -> Answers:
        """The answers of somebody who keeps everybody."""
        return keep_all(self.guests, cadence)

    def ask(self, cadence: str) -> Answers:
        """The user's answers."""
        return ask_all(self.app, self.guests, cadence)

    def show(self, answers: Answers) -> None:
        """The diff of what would be written."""
        show_diff(self.app, self._make(self.app.vault, answers))

    def carry_out(self, answers: Answers) -> None:
        """Writes the notes of those who are kept, as one change, and remembers what was decided.

        Raises EditRefused, Stale, CannotSave; then nothing is written or remembered."""
        applied = self.app.store.change(lambda vault: self._make(vault, answers))
        for warning in applied.warnings:
            self.app.say(warning)
        keys = {key for guest in (*answers.kept, *answers.gone) for key in guest.keys}
        if keys:
            entry = self._entry(applied.journal_id)
            self.remembered = remember_decided(self.app.store.root, keys, self.app.today, entry)
        if applied.paths:
            self.app.refresh_dashboards()
        commit_done(self.app, self.made.plan.title)

    def _entry(self, journal_id: str) -> JournalEntry | None:
        if not journal_id:
            return None
        return next((entry for entry in self.app.store.history() if entry.id == journal_id), None)

    def _make(self, vault: Vault, answers: Answers) -> Plan:
        app = self.app
        kept = [guest.row for guest in answers.kept]
        rows = heed_newcomers(kept, self._known, vault, app.settings, app.store.read)
        people = "1 person" if len(rows) == 1 else f"{len(rows)} people"
        title = f"handoff {'+'.join(dict.fromkeys(self.read.sources))}: {people}"

        def template(name: str, values: Mapping[str, Value]) -> str:
            return person_text(app.store, name, values, app.today)

        self.made = make(title, rows, vault, app.store.read, template, app.settings, app.today)
        return self.made.plan
