"""What is on the disk: every note's path and fingerprint, and what was passed over and why. Opens no file."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from typing import TYPE_CHECKING
from typing import TypeAlias

from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Span
from vault_crm.core.record import field
from vault_crm.core.record import record
from vault_crm.store.stamps import racy_after

if TYPE_CHECKING:
    from vault_crm.store.places import Place

# Changes whenever the file does: (mtime_ns, ctime_ns, size, inode).
Fingerprint: TypeAlias = tuple[int, int, int, int]

_HAS_FLAGS = hasattr(os.stat_result, "st_flags")
_DATALESS = 0x40000000  # macOS: SF_DATALESS, an iCloud file whose bytes are not on this device


def fingerprint(st: os.stat_result) -> Fingerprint:
    """A stat result as a fingerprint."""
    return (st.st_mtime_ns, st.st_ctime_ns, st.st_size, st.st_ino)


def racy(current: Fingerprint) -> int:
    """For how many nanoseconds after its time stamps a file may change without showing it."""
    return racy_after(current[1])


def dataless(st: os.stat_result) -> bool:
    """True if reading the file would have to download it first (or fail)."""
    return _HAS_FLAGS and bool(st.st_size and getattr(st, "st_flags", 0) & _DATALESS)


@record(frozen=False)
class Scan:
    """`files` are the notes to read, `evicted` those whose bytes are in the cloud only. `folders` are those
    that were looked into ('' is the vault itself, others end in '/'), with their ctime_ns from before:
    whatever comes or goes in one, and who may look into it, changes that. `devices` are those they lie on.
    `shared` are the notes that can be changed under a name elsewhere, of which no event tells here: links and
    hard links, with what they lead to (None: to nothing)."""

    files: dict[str, Fingerprint] = field(default_factory=dict)
    evicted: dict[str, Fingerprint] = field(default_factory=dict)
    folders: dict[str, int] = field(default_factory=dict)
    devices: set[int] = field(default_factory=set)
    shared: dict[str, Fingerprint | None] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)


# Instead of the fingerprint of a note that was not asked for it.
NOT_ASKED: Fingerprint = (0, 0, 0, 0)


def scan(root: Place, template_folders: tuple[str, ...] = (), ask: bool = True) -> Scan:
    """Walks the vault without following folder links; what cannot be looked into is a diagnostic.

    Without `ask` plain files are taken by their name alone (NOT_ASKED), if that cannot fetch one from the
    cloud: for somebody who opens each of them anyway, and then hears of hard links, too."""
    ask = ask or _HAS_FLAGS
    found = Scan()
    links: list[tuple[str, str]] = []
    skipped = {folder.casefold() for folder in template_folders}
    folders = [("", os.fspath(root))]
    while folders:
        prefix, folder = folders.pop()
        for entry in _entries(prefix, folder, found):
            name = entry.name
            if name[0] == ".":
                continue
            path = prefix + name
            try:
                if not ask and name[-3:] == ".md" and entry.is_file(follow_symlinks=False):
                    found.files[path] = NOT_ASKED
                    continue
                if name[-3:].lower() == ".md":
                    if entry.is_symlink():
                        links.append((path, entry.path))
                        continue
                    st = entry.stat(follow_symlinks=False)
                    if not stat.S_ISDIR(st.st_mode):
                        _take(found, path, st)
                        continue
                elif not entry.is_dir(follow_symlinks=False):
                    continue
                if not skipped or path.casefold() not in skipped:
                    folders.append((path + "/", entry.path))
            except FileNotFoundError:
                continue
            except OSError as error:
                found.diagnostics.append(_unreadable(path, error))
    for path, full in links:
        _take_link(found, os.path.realpath(root), path, full)
    return found


def _entries(prefix: str, folder: str, found: Scan) -> Iterator[os.DirEntry[str]]:
    try:
        st = os.stat(folder)
        found.folders[prefix] = st.st_ctime_ns
        found.devices.add(st.st_dev)
        with os.scandir(folder) as entries:
            yield from entries
    except FileNotFoundError:
        return
    except OSError as error:
        found.diagnostics.append(_unreadable(prefix.rstrip("/") or ".", error))


def _take(found: Scan, path: str, st: os.stat_result) -> None:
    if not stat.S_ISREG(st.st_mode):
        return  # a pipe, socket or device is no note and is never opened
    if st.st_nlink > 1:
        found.shared[path] = fingerprint(st)
    if dataless(st):
        found.evicted[path] = fingerprint(st)
    else:
        found.files[path] = fingerprint(st)


def _take_link(found: Scan, top: str, path: str, full: str) -> None:
    """A linked note counts if it leads to a note of the vault; one that is scanned anyway is not taken twice.

    Links travel, and what is logged is written through them: to a hook of git's, if it were a note."""
    if path[-3:].lower() != ".md":
        return
    found.shared[path] = None
    try:
        real = os.path.realpath(full, strict=True)
        st = os.stat(real)
        found.shared[path] = fingerprint(st)
    except OSError as error:
        if os.path.islink(full):
            reason = (
                "it points to nothing" if isinstance(error, FileNotFoundError) else "it goes round in circles"
            )
            found.diagnostics.append(
                _diagnostic(path, "unreadable-file", "warning", f"this link cannot be followed: {reason}",
                            "mend the link or remove it")
            )  # fmt: skip
        return
    if not real.startswith(os.path.join(top, "")):
        found.diagnostics.append(
            _diagnostic(path, "link-outside", "warning", "it is a link out of the vault, so it is not read",
                        "copy the note into the vault")
        )  # fmt: skip
        return
    inner = os.path.relpath(real, top).replace(os.sep, "/")
    if not can_be_note(inner):
        found.diagnostics.append(
            _diagnostic(path, "link-outside", "warning",
                        "it is a link to something hidden, or to what is no note, so it is not read",
                        "a link may lead to a note (*.md) of the vault that lies in no hidden folder")
        )  # fmt: skip
        return
    if inner not in found.files and inner not in found.evicted:
        _take(found, path, st)


def can_be_note(path: str) -> bool:
    """True for the path (in the vault) of a `*.md` that is not hidden, and lies in no hidden folder."""
    return path[-3:].lower() == ".md" and not path.startswith(".") and "/." not in path


def _unreadable(path: str, error: OSError) -> Diagnostic:
    return unreadable(path, error.strerror or str(error))


def unreadable(path: str, reason: str) -> Diagnostic:
    """A file or folder that the operating system does not let us read."""
    return _diagnostic(
        path,
        "unreadable-file",
        "error",
        f"cannot be read: {reason}",
        "check its permissions; the rest is read",
    )


def _diagnostic(path: str, code: str, severity: str, message: str, hint: str) -> Diagnostic:
    return Diagnostic(code, "error" if severity == "error" else "warning", Span(path, 1), message, hint)
