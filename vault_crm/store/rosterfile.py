"""Where the roster lies between runs, and how it is brought up to date."""

from __future__ import annotations

import contextlib
import marshal
import os
from collections.abc import Iterable
from datetime import date
from operator import itemgetter
from typing import TYPE_CHECKING
from typing import Any

from vault_crm.core.rows import FOREVER
from vault_crm.core.rows import LATE
from vault_crm.core.rows import STATUS
from vault_crm.core.rows import UNTIL
from vault_crm.errors import VaultCrmError
from vault_crm.store.cache import quiet_gc
from vault_crm.store.counting import Counted
from vault_crm.store.counting import uncounted
from vault_crm.store.glance import Glance
from vault_crm.store.glance import Source
from vault_crm.store.glance import holds
from vault_crm.store.glance import paths_as_bytes
from vault_crm.store.glance import program_key
from vault_crm.store.glance import roster_path
from vault_crm.store.packed import Identity
from vault_crm.store.packed import Packed
from vault_crm.store.packed import open_packed
from vault_crm.store.packed import write_packed
from vault_crm.store.paths import vault_id
from vault_crm.store.roster import Roster
from vault_crm.store.roster import Unfit
from vault_crm.store.rosterparts import DAMAGE
from vault_crm.store.settings import settings_in
from vault_crm.store.settings import template_folders
from vault_crm.store.settings import user_settings_path
from vault_crm.store.tree import DiskTree
from vault_crm.store.watching import watcher_of

if TYPE_CHECKING:
    from vault_crm.core.settings import Settings
    from vault_crm.store.gists import Gists
    from vault_crm.store.places import Place

_SAID = ("sources", "warnings", "timezone", "vault_id", "settings")
_MOST = 1 << 18  # bytes of a settings file that are kept to compare it


def bring_up(
    root: Place,
    settings: Settings,
    today: date,
    look: Glance | None = None,
    keep: bool = True,
    counted: Counted = uncounted,
) -> Roster | None:
    """Everybody in a vault on a day; None if it is no vault for a roster. What was found out is kept for the
    next time, unless a watcher lives, who keeps it himself, or `keep` is False and another day is kept.
    `counted` tells how far a first look is."""
    text = os.fspath(root)
    with quiet_gc():
        roster, packed = begin_roster(text, settings, look)
        roster.counted = counted
        if packed is None:
            return _follow(roster, None, None, today, keep)
        try:
            found = _follow(roster, packed, look, today, keep)
        except DAMAGE:
            return _follow(_empty(text, settings, counted), None, None, today, keep)
    if found is not None:
        # of what is kept, parts are only read by who needs them
        found.anew = lambda: _follow(_empty(text, settings, counted), None, None, today, keep)
    return found


def _empty(root: str, settings: Settings, counted: Counted) -> Roster:
    roster = Roster(root, settings)
    roster.counted = counted
    return roster


def _follow(
    roster: Roster, packed: Packed | None, look: Glance | None, today: date, keep: bool
) -> Roster | None:
    try:
        roster.follow(look, today)
    except Unfit:
        return None
    same = packed is not None and look is not None and not roster.changed
    # A day that was only asked about (`--today`) does not push aside the one that is kept.
    wanted = packed is None or keep or packed.head["day"] == roster.day
    if wanted and not same and (packed is None or watcher_of(roster.root) is None):
        save_roster(roster, packed if look is not None else None)
    return roster


def begin_roster(
    root: str, settings: Settings, look: Glance | None, gists: Gists | None = None
) -> tuple[Roster, Packed | None]:
    """What is known already; nothing where that cannot be read, or was read under other settings."""
    packed = look.packed if look is not None else open_packed(roster_path(root))
    if packed is not None:
        head = packed.head
        known = head.get("root"), head.get("program"), head.get("settings")
        if known == (root, program_key(), repr(settings)):
            try:
                return Roster(root, settings, packed, gists), packed
            except DAMAGE:
                pass
    return Roster(root, settings, None, gists), None


def forget_roster(root: Place) -> None:
    """Removes what is kept of a vault's people; the next who asks reads the notes. Never raises."""
    with contextlib.suppress(OSError):
        os.unlink(roster_path(os.fspath(root)))


def is_there(root: str, identity: Identity | None) -> bool:
    """True if nobody has replaced or removed the roster of this identity."""
    try:
        st = os.stat(roster_path(root))
    except OSError:
        return False
    return (st.st_ino, st.st_mtime_ns, st.st_size) == identity


def save_roster(roster: Roster, before: Packed | None, complete: bool = False) -> Identity | None:
    """Writes the roster; `before`: the file whose settings still hold. Returns which file it is, None if it
    could not be kept. `complete`: a watcher may vouch for it."""
    if before is not None:
        roster.said = {key: before.head[key] for key in _SAID}
    elif roster.said is None or not all(holds(source) for source in roster.said["sources"]):
        roster.said = _settings_of(roster)
    said = roster.said
    if said is None:
        return None
    rest = [row for row in roster.rows.values() if row[STATUS] not in LATE]
    numbers = {path: at for at, path in enumerate(roster.paths)} if roster.unsure else {}
    head = {
        **said,
        "root": roster.root,
        "program": program_key(),
        "day": roster.day,
        "until": min(map(itemgetter(UNTIL), roster.rows.values()), default=FOREVER),
        "counts": roster.counts(),
        "folders": roster.folders,
        "unsure": sorted(numbers[path] for path in roster.unsure if path in numbers),
        "unsure_folders": roster.unsure_folders,
        "links": roster.links,
        "shared": roster.shared,
        "copies": roster.copies,
        "asked": sorted(roster.asked),
        "one_device": roster.one_device,
        "odd": roster.odd,
        "meant": roster.count_meant(),
        "skipped": tuple(folder.casefold() for folder in template_folders(roster.settings)),
        # Where time stamps may not tell yet, no event tells either of what is changed under another name.
        "complete": complete and roster.unsure.isdisjoint(roster.shared),
    }
    kept = dict(roster.unchanged_parts())
    parts: dict[str, Iterable[bytes]] = {
        "late": (kept.get("late") or marshal.dumps(roster.late()),),
        "paths": (kept.get("paths") or paths_as_bytes(roster.paths),),
        "prints": [column.tobytes() for column in roster.prints],
        "rest": (marshal.dumps(rest),),
        "meant": (kept.get("meant") or marshal.dumps(roster.meant),),
        **roster.buckets.parts(),
    }
    return write_packed(roster_path(roster.root), head, parts)


class RecordingTree:
    """A vault's files on the disk, and what was asked of them."""

    def __init__(self, root: Place) -> None:
        self._disk = DiskTree(root)
        self._root = os.fspath(root)
        self.asked: list[Source] = []

    def read(self, path: str, limit: int = 0) -> bytes | None:
        """See `Tree`."""
        try:
            raw = self._disk.read(path, limit)
        except OSError:
            self._note("read", path, False)  # which never holds: next time it is tried again
            raise
        self._note("read", path, raw)
        return raw

    def names(self) -> list[str]:
        """See `Tree`."""
        found = self._disk.names()
        self.asked.append(("hidden", self._root, tuple(name for name in found if name[0] == ".")))
        return found

    def is_file(self, path: str) -> bool:
        """See `Tree`."""
        found = self._disk.is_file(path)
        self._note("file", path, found)
        return found

    def is_folder(self, path: str) -> bool:
        """See `Tree`."""
        found = self._disk.is_folder(path)
        self._note("folder", path, found)
        return found

    def _note(self, kind: str, path: str, found: object) -> None:
        self.asked.append((kind, os.path.join(self._root, path), found))


def _settings_of(roster: Roster) -> dict[str, Any] | None:
    """What the settings were read from; None if they are others by now, or cannot be kept."""
    folder, name = os.path.split(user_settings_path())
    user, tree = RecordingTree(folder), RecordingTree(roster.root)
    try:
        user.read(name)
        settings, warnings = settings_in(tree)
    except (VaultCrmError, OSError):
        return None
    sources = list(dict.fromkeys([*user.asked, *tree.asked]))
    if settings != roster.settings or any(isinstance(s[2], bytes) and len(s[2]) > _MOST for s in sources):
        return None
    return {
        "sources": sources,
        "warnings": warnings,
        "timezone": settings.timezone,
        "vault_id": vault_id(roster.root),
        "settings": repr(settings),
    }
