"""Rosters for tests: brought up to date as commands do it, held against the whole vault, and old at will."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from vault_crm.core.agenda import agenda
from vault_crm.core.rows import STATUS
from vault_crm.core.rows import UNTIL
from vault_crm.core.rows import Row
from vault_crm.core.rows import row_of
from vault_crm.store.glance import glance
from vault_crm.store.glance import roster_path
from vault_crm.store.load import load_vault
from vault_crm.store.packed import open_packed
from vault_crm.store.roster import Roster
from vault_crm.store.rosterfile import bring_up
from vault_crm.store.rosterfile import save_roster
from vault_crm.store.store import Store

TODAY = date(2026, 3, 1)
Rows = dict[str, Row]


def said_of(row: Row) -> Row:
    """What a row must agree in with every other of the same person on the same day."""
    return row[:4] if row[STATUS] in ("gone", "attention") else row[:UNTIL]


def expected(root: Path, today: date = TODAY) -> Rows:
    """Everybody's row, by the whole vault and without any cache."""
    store = Store.open(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(root.parent / "no cache" / os.urandom(4).hex()))
        vault = load_vault(store.root, store.settings)
    items = agenda(vault, today, store.settings).items
    return {item.person.path: said_of(row_of(item)) for item in items}


def found(root: Path, today: date = TODAY, keep: bool = True) -> Rows:
    """Everybody's row, as a command that begins now gets it."""
    store = Store.open(root)
    roster = bring_up(store.root, store.settings, today, glance(str(store.root)), keep)
    assert roster is not None
    return {path: said_of(row) for path, row in roster.rows.items()}


def kept(root: Path) -> Roster:
    """The roster that is kept."""
    store = Store.open(root)
    packed = open_packed(roster_path(str(store.root)))
    assert packed is not None
    return Roster(str(store.root), store.settings, packed)


def keep(roster: Roster) -> None:
    """Writes a roster in place of the one that is kept."""
    assert roster._packed is not None
    assert save_roster(roster, roster._packed) is not None


def let_time_pass(root: Path) -> None:
    """The roster is kept as if everything had been old when it was written; the clock has ticked since."""
    roster = kept(root)
    roster.unsure, roster.unsure_folders = set(), ()
    keep(roster)
    tick(root)


def tick(root: Path) -> None:
    """Waits until the clock of the file system has ticked."""
    scratch = root.parent / "scratch"
    scratch.write_text("")
    now = scratch.stat().st_ctime_ns
    while scratch.stat().st_ctime_ns == now:
        os.utime(scratch)
    scratch.unlink()


def old_vault(root: Path) -> Path:
    """Brings the roster of a vault up to date, a while ago."""
    assert found(root) == expected(root)
    let_time_pass(root)
    look = glance(str(root.resolve()))
    assert look is not None
    assert look.fresh
    return root
