"""A vault as it stood in a commit, read straight from git's objects. Nothing is checked out.

What is asked is answered as a checkout of that commit would answer it. Notes that are in the work tree as
they were then are taken from the index where that is certain; everything else is read from git."""

from __future__ import annotations

import os
from collections.abc import Iterator
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from vault_crm.errors import BadSettings
from vault_crm.errors import EditRefused
from vault_crm.git.objects import LINK
from vault_crm.git.objects import REPOSITORY
from vault_crm.git.objects import Blob
from vault_crm.git.objects import CannotLookBack
from vault_crm.git.objects import Entry
from vault_crm.git.objects import Objects
from vault_crm.git.objects import filtered
from vault_crm.git.objects import follow
from vault_crm.git.objects import list_tree
from vault_crm.git.objects import read_filtered
from vault_crm.git.run import call_git
from vault_crm.store.files import MAX_NOTE
from vault_crm.store.files import refuse_large
from vault_crm.store.scan import can_be_note
from vault_crm.store.settings import read_settings
from vault_crm.store.settings import settings_in
from vault_crm.store.settings import template_folders
from vault_crm.store.store import Applied
from vault_crm.store.store import Store
from vault_crm.store.tree import DiskTree

if TYPE_CHECKING:
    from datetime import date

    from vault_crm.core.model import Note
    from vault_crm.core.model import Vault
    from vault_crm.core.plan import Plan
    from vault_crm.core.settings import Settings
    from vault_crm.git.moments import Moment

_NOT_HERE = "git does not have its text of then on this device"
_LFS = b"version https://git-lfs.github.com/"


class PastStore(Store):
    """The vault as it stood in a commit: it can be asked whatever a `Store` can be asked, and takes no
    change. Make it with `PastStore.at`, and close it."""

    def __init__(
        self,
        root: Path,
        settings: Settings,
        warnings: tuple[str, ...],
        commit: str,
        entries: Mapping[str, Entry],
        objects: Objects,
    ) -> None:
        super().__init__(root, settings, warnings)
        self._commit = commit
        self._entries = entries
        self._objects = objects
        self._notes = find_notes(entries, objects, template_folders(settings))

    @classmethod
    def at(cls, root: Path, moment: Moment) -> PastStore:
        """The vault in a folder at a moment, with the settings of then. Raises CannotLookBack, GitMissing,
        BadSettings."""
        root = root.resolve()
        entries = list_tree(root, moment.commit)
        if not entries and _prefix(root):
            raise CannotLookBack(
                f"in the commit {moment.commit[:10]} of {moment.made}, git had nothing of {root.name} yet",
                "`vault-crm history NAME` shows since when it knows somebody",
            )
        objects = Objects(root)
        try:
            settings, warnings = settings_in(PastTree(root, entries, objects))
            inner = [path for path, entry in entries.items() if entry.mode == REPOSITORY and _seen(path)]
            more = [f"{path}: a repository of its own; its notes of then are not read" for path in inner]
            return cls(root, settings, (*warnings, *more), moment.commit, entries, objects)
        except BadSettings as error:
            objects.close()
            where, _, problem = error.message.partition(": ")
            raise BadSettings(f"{where} of {moment.commit[:10]}", problem, error.hint) from None
        except BaseException:
            objects.close()
            raise

    def close(self) -> None:
        """Ends the git process that reads."""
        self._objects.close()

    def roster(self, today: date, keep: bool = True) -> None:  # noqa: ARG002
        """Nothing is kept of another time."""
        return

    def load(self) -> Vault:
        """Everything the notes said. Kept for this process."""
        if self._vault is None:
            self._vault = self._load_all()
        return self._vault

    def read(self, path: str) -> bytes:
        """A note's bytes of then. Raises EditRefused if there was none, or it was too large."""
        entry = self._notes.get(path)
        blob = self._objects.read(entry.oid, MAX_NOTE) if entry is not None else None
        if blob is not None and blob.size > MAX_NOTE:
            raise EditRefused(path, 0, f"it is larger than {MAX_NOTE >> 20} MB")
        found = self._as_in_work_tree(path, blob)
        if found is None:
            raise EditRefused(path, 0, "git does not have this file of then")
        return found.raw

    def _apply(self, plan: Plan, journal: bool, undoes: str) -> Applied:  # noqa: ARG002
        raise EditRefused(plan.changes[0].path, 0, "what was is not changed")

    # -- loading

    def _load_all(self) -> Vault:
        from vault_crm.core.vault import assemble
        from vault_crm.store.cache import quiet_gc
        from vault_crm.store.copies import find_copies
        from vault_crm.store.notes import without_ignored

        with quiet_gc():
            copies = find_copies(self._notes, self._notes, self._read_raw)
            wanted = {path: entry for path, entry in self._notes.items() if path not in copies}
            notes = same_notes(self.root, self._commit, self._entries, self.settings)
            notes = {path: note for path, note in notes.items() if path in wanted}
            notes |= self._parsed([path for path in wanted if path not in notes])
            ordered = {path: notes[path] for path in sorted(notes)}
            return assemble(without_ignored(ordered, self.settings.conventions.ignore), self.settings)

    def _read_raw(self, path: str) -> bytes:
        try:
            return self.read(path)
        except EditRefused as error:
            raise FileNotFoundError(path) from error

    def _parsed(self, paths: list[str]) -> dict[str, Note]:
        from vault_crm.store.notes import parse_large
        from vault_crm.store.notes import parse_raw
        from vault_crm.store.notes import stub_note
        from vault_crm.store.scan import unreadable

        notes: dict[str, Note] = {}
        for path, blob in self._blobs(paths):
            found = self._as_in_work_tree(path, blob)
            if found is None or not _is_text(found):
                large = blob is not None and blob.size > MAX_NOTE
                why = f"larger than {MAX_NOTE >> 20} MB" if large else _NOT_HERE
                notes[path] = stub_note(path, unreadable(path, why), self.settings)
            else:
                parse = parse_large if found.size > MAX_NOTE else parse_raw
                notes[path] = parse(path, found.raw, self.settings)
        return notes

    def _blobs(self, paths: list[str]) -> Iterator[tuple[str, Blob | None]]:
        """The notes as git keeps them; of those that are too large to be read whole, the beginning."""
        from vault_crm.store.notes import LARGE_HEAD

        blobs = self._objects.read_many((self._notes[path].oid for path in paths), MAX_NOTE)
        for path, blob in zip(paths, blobs, strict=True):
            if blob is not None and blob.size > MAX_NOTE:
                blob = blob._replace(raw=blob.raw[:LARGE_HEAD])
            yield path, blob

    def _as_in_work_tree(self, path: str, blob: Blob | None) -> Blob | None:
        """A note through the filter that the user's git has for it (git-crypt, an encoding): as it would
        stand in the work tree."""
        if blob is None or path not in self._filters:
            return blob
        return read_filtered(self.root, _prefix(self.root) + path, blob)

    @cached_property
    def _filters(self) -> frozenset[str]:
        return filtered(self.root, self._notes)


def _is_text(blob: Blob) -> bool:
    """False for what only points to a text that is elsewhere, or that nobody here can read."""
    return not blob.raw.startswith((_LFS, b"\0GITCRYPT\0"))


def _prefix(root: Path) -> str:
    """The vault's folder in its repository, with a slash at the end; '' if it is the repository's top."""
    return os.fsdecode(call_git(root, "rev-parse", "--show-prefix").out).removesuffix("\n")


def _seen(path: str, skipped: frozenset[str] = frozenset()) -> bool:
    """False for what lies in a dot-folder, or a folder of note templates (in any case)."""
    if path.startswith(".") or "/." in path:
        return False
    folders = path.casefold().split("/")
    return not skipped or all("/".join(folders[:n]) not in skipped for n in range(1, len(folders)))


def find_notes(
    entries: Mapping[str, Entry], objects: Objects, template_folders: tuple[str, ...] = ()
) -> dict[str, Entry]:
    """The notes among the files of a commit: what `store.scan` finds in a checkout of it. A link counts if it
    leads to a note of the vault that is not read anyway."""
    skipped = frozenset(folder.casefold() for folder in template_folders)
    notes: dict[str, Entry] = {}
    links = []
    for path, entry in entries.items():
        if path[-3:].lower() == ".md" and entry.mode != REPOSITORY and _seen(path, skipped):
            if entry.mode == LINK:
                links.append(path)
            else:
                notes[path] = entry
    for path in links:
        target = follow(entries, objects, path)
        if target is not None and can_be_note(target) and target not in notes:
            notes[path] = entries[target]
    return notes


class PastTree:
    """A commit's files, for reading the settings. What git is told to ignore (a `.obsidian` that every device
    has for itself) is as it is on this device, as it would be after a `git checkout` here."""

    def __init__(self, root: Path, entries: Mapping[str, Entry], objects: Objects) -> None:
        self._root = root
        self._entries = entries
        self._objects = objects
        self._disk = DiskTree(root)

    def read(self, path: str, limit: int = 0) -> bytes | None:
        """See `Tree`."""
        target = follow(self._entries, self._objects, path)
        if target is None:
            return self._disk.read(path, limit) if self._is_own(path) else None
        blob = self._objects.read(self._entries[target].oid, limit or MAX_NOTE)
        if blob is None or (limit and blob.size > limit):
            return None
        refuse_large(path, blob.size)
        return blob.raw

    def names(self) -> list[str]:
        """See `Tree`."""
        return sorted({path.partition("/")[0] for path in self._entries} | set(self._disk.names()))

    def is_file(self, path: str) -> bool:
        """See `Tree`."""
        return follow(self._entries, self._objects, path) is not None or self._is_own(path)

    def is_folder(self, path: str) -> bool:
        """See `Tree`."""
        return self._disk.is_folder(path) or any(name.startswith(f"{path}/") for name in self._entries)

    def _is_own(self, path: str) -> bool:
        return (
            path not in self._entries
            and self._disk.is_file(path)
            and not call_git(self._root, "check-ignore", "--quiet", "--", path).code
        )


# -- what is in the work tree as it was then


def same_notes(root: Path, commit: str, entries: Mapping[str, Entry], settings: Settings) -> dict[str, Note]:
    """The notes of which the work tree has the same text as the commit, as the index knows them.

    A note counts only if the index holds what was read from the very file that git compared: its fingerprint
    is the same in the index, before git looked and afterwards. {} where the settings of then read notes in
    another way, or the index is cold."""
    from vault_crm.store.cache import Index
    from vault_crm.store.cache import cache_key
    from vault_crm.store.load import index_path
    from vault_crm.store.scan import scan

    try:
        if read_settings(root)[0].parse_key() != settings.parse_key():
            return {}
    except BadSettings:
        return {}
    index = Index(index_path(root), cache_key(settings))
    if not len(index):
        return {}
    before = scan(root, template_folders(settings)).files
    changed = _changed_since(root, commit)
    if changed is None:
        return {}
    after = scan(root, template_folders(settings)).files
    notes = {}
    for path, entry in entries.items():
        current = before.get(path)
        if current is None or current != after.get(path) or path in changed or entry.mode == LINK:
            continue
        note = index.find_fresh(path, current)
        if note is not None:
            notes[path] = note
    return notes


def _changed_since(root: Path, commit: str) -> frozenset[str] | None:
    """The paths whose text in the work tree may not be the commit's; None if git cannot say. What git was
    told not to look at (`assume-unchanged`, `skip-worktree`) is among them."""
    ways = ("-c", "core.trustctime=true", "-c", "core.checkStat=default", "-c", "diff.autoRefreshIndex=true")
    options = ("--relative", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--ignore-submodules=all")
    differing = call_git(root, *ways, "diff", *options, commit, "--", timeout=60)
    flags = call_git(root, "ls-files", "-v", "-z", timeout=60)
    if differing.code or flags.code:
        return None
    unseen = [row[2:] for row in flags.out.split(b"\0") if row and row[:1] != b"H"]
    return frozenset(os.fsdecode(path) for path in (*differing.out.split(b"\0"), *unseen))
