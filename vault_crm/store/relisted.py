"""Folders that have changed, although the same notes are in them: a save by rename changes its folder, and so
does every file that an editor puts beside a note for a moment. Then only these folders are listed again."""

from __future__ import annotations

import os
import time
from collections.abc import Collection
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any
from typing import NamedTuple

from vault_crm.store.stamps import racy_after

_MANY = 16  # from here on, a walk over everything is as quick


class Relisted(NamedTuple):
    """The folders that were listed again, with their time stamps (ctime_ns) from before, and those of them in
    which something may come without showing."""

    folders: Mapping[str, int]
    unsure: Collection[str]


NOTHING = Relisted({}, ())


def relist(top: str, head: Mapping[str, Any], paths: Sequence[str]) -> Relisted | None:
    """Lists the folders again that have changed since, or may have; None if something in one has come or gone
    that matters, or many have changed."""
    known: Mapping[str, int] = head["folders"]
    stat = os.stat
    try:
        changed = [path for path, altered in known.items() if stat(top + path).st_ctime_ns != altered]
        again = list(dict.fromkeys((*changed, *head["unsure_folders"])))
        if not again:
            return NOTHING
        if len(again) > _MANY or head["odd"]:  # what could not be looked into may be open now
            return None
        names = {prefix: set[str]() for prefix in again}
        for path in (*paths, *head["shared"]):
            folder, slash, name = path.rpartition("/")
            if folder + slash in names:
                names[folder + slash].add(name)
        now = time.time_ns()  # before any is listed: what comes later than this shows
        found = {prefix: _listed(top, prefix, names[prefix], known, head["skipped"]) for prefix in again}
    except OSError:
        return None
    if None in found.values():
        return None
    fresh = {prefix: altered for prefix, altered in found.items() if altered is not None}
    return Relisted(fresh, tuple(p for p, altered in fresh.items() if now - altered <= racy_after(altered)))


def _listed(
    top: str, prefix: str, names: Collection[str], known: Mapping[str, int], skipped: Collection[str]
) -> int | None:
    """A folder's time stamp, if nothing but these notes and the known folders is in it. Raises OSError."""
    altered = os.stat(top + prefix).st_ctime_ns
    with os.scandir(top + prefix) as entries:
        for entry in entries:
            name = entry.name
            if name[0] == ".":
                continue
            if name in names:
                if entry.is_symlink():  # where it leads to is for a walk to say
                    return None
                continue
            if name[-3:].lower() == ".md":
                return None
            path = prefix + name
            if path.casefold() in skipped:
                continue
            # a folder that is another one by now, or a link to it
            if entry.is_dir(follow_symlinks=False) is not (path + "/" in known):
                return None
    return altered
