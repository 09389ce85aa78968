"""The merge driver: what git is told to run for a note that both sides changed, and what runs then.

git starts it once for each such file of each commit of a rebase, so it imports as little as it can, and no
command line library. Whatever goes wrong in it, git's own merge is made instead: a driver that just fails
would leave *ours* without a mark, and the next commit would lose *theirs*.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from collections.abc import Sequence
from typing import TYPE_CHECKING
from typing import Any
from typing import NamedTuple

from vault_crm.core.text import decode
from vault_crm.core.text import encode
from vault_crm.core.words import LogWords
from vault_crm.errors import BadSettings
from vault_crm.errors import UsageError
from vault_crm.errors import VaultCrmError

if TYPE_CHECKING:
    from vault_crm.core.merge.marks import Marks
    from vault_crm.core.merge.marks import Merged
    from vault_crm.core.merge.marks import TextMerge

CONFLICT = 10  # not 1, with which a Python that crashes ends
TROUBLE = 3
MARKER_SIZE = 7
MOST_SECONDS = 30  # for one file: git waits for a driver without an end
_MAX_SETTINGS = 1 << 20  # bytes
LABELS = ("ours", "base", "theirs")
# The driver merges, or says that it left marks; on anything else (no such program, a crash, a kill) git's own
# merge is made, into a file of its own first: a full disk must not leave half of one. An exit above 128
# says to git that nothing was merged.
_FALLBACK = (
    "case $? in 0) exit 0;; 10) exit 1;; esac; "
    "git merge-file -p --marker-size=%L -L ours -L base -L theirs %A %O %B >%A.tmp; r=$?; "
    "test $r -lt 128 && mv -f %A.tmp %A && exit $r; rm -f %A.tmp; exit 129"
)


def driver_command(program: Sequence[str]) -> str:
    """The value of `merge.vault-crm.driver` for a program and its first words (`/usr/bin/vault-crm`).

    git replaces the placeholders and quotes what it puts there for the shell: quotes of ours around `%P`
    would undo that, and let a file's name run commands. A git before 2.44 leaves `%X %S %Y` (the labels) as
    they are.
    """
    import shlex

    words = " ".join(shlex.quote(word) for word in program).replace("%", "%%")
    called = "merge-file --driver --marker-size %L -L %X -L %S -L %Y --path %P -- %O %A %B"
    return f"{words} {called}; {_FALLBACK}"


class Asked(NamedTuple):
    """What a merge is asked for: three files, the vault's name of them, and how clashes are marked."""

    base: str
    ours: str
    theirs: str
    path: str
    size: int
    labels: tuple[str, ...]

    @property
    def marks(self) -> Marks:
        """How clashes are marked: a label that is not given, or that git did not know, is the usual one."""
        from vault_crm.core.merge.marks import Marks

        known = ("" if label in ("%X", "%S", "%Y") else _one_line(label) for label in self.labels)
        ours, base, theirs = (label or usual for label, usual in zip(known, LABELS, strict=True))
        return Marks(self.size, ours, base, theirs)


def _one_line(text: str) -> str:
    """The text in one line, as a marker needs it; bytes that are no UTF-8 stay."""
    return "".join(c if c.isprintable() or "\udc80" <= c <= "\udcff" else " " for c in text)


def run_driver(arguments: Sequence[str]) -> int:
    """What git runs, with the words behind `merge-file --driver`: replaces OURS by the merged text.

    0: merged; 10: merged, with marks left; anything else: nothing was written. Never raises. What takes
    longer than `MOST_SECONDS` is ended by the system, even within one regular expression.
    """
    alarm = _set_alarm(MOST_SECONDS)
    try:
        asked = parse_words(arguments)
        base, ours, theirs = (read_side(path) for path in (asked.base, asked.ours, asked.theirs))
        if theirs in (base, ours):
            return 0
        text, clashes = (theirs, 0) if ours == base else _merge(asked, base, ours, theirs, os.curdir)
        from vault_crm.store.aside import replace_whole

        replace_whole(asked.ours, encode(text))
    except Exception as error:
        what = error.message if isinstance(error, VaultCrmError) else f"{type(error).__name__}: {error}"
        _say(f"vault-crm: git's own merge is made instead: {what}")
        return TROUBLE
    finally:
        alarm(0)
    return CONFLICT if clashes else 0


def _set_alarm(seconds: int) -> Callable[[int], object]:
    """Ends this process after that time, where the system can; what sets another time (0: never)."""
    # What `signal` is made of: that makes enumerations of all there are, which takes a while.
    inner: Any = __import__("_signal")
    try:
        inner.signal(inner.SIGALRM, inner.SIG_DFL)
        inner.alarm(seconds)
    except (AttributeError, ValueError):  # Windows; or not the main thread
        return lambda _: None
    alarm: Callable[[int], object] = inner.alarm
    return alarm


def _merge(asked: Asked, base: str, ours: str, theirs: str, top: str) -> tuple[str, int]:
    from vault_crm.git.textmerge import text_merge

    merged = merge_sides(asked, base, ours, theirs, log_words_above(asked.path, top), text_merge)
    return merged.text, merged.clashes


def merge_sides(
    asked: Asked, base: str, ours: str, theirs: str, words: LogWords, text_merge: TextMerge
) -> Merged:
    """The merge of three texts as it is asked for. Raises what `text_merge` raises."""
    from vault_crm.core.merge.file import merge_file

    return merge_file(asked.path, base, ours, theirs, text_merge, words, asked.marks)


def parse_words(words: Sequence[str]) -> Asked:
    """The words that git was told to write behind `merge-file --driver`. Raises UsageError."""
    values: dict[str, str] = {}
    labels: list[str] = []
    rest = list(words)
    while rest and rest[0] != "--":
        name = rest.pop(0)
        if name not in ("--marker-size", "-L", "--path", "-p") or not rest:
            raise UsageError(f"{name!r} is not known here; run `vault-crm git install` again")
        value = rest.pop(0)
        if name == "-L":
            labels.append(value)
        values[name.lstrip("-")[0]] = value
    if len(rest) != 4:
        raise UsageError("three files are needed: BASE OURS THEIRS")
    base, ours, theirs = rest[1:]
    size = parse_size(values.get("m", ""))
    return Asked(base, ours, theirs, values.get("p", ours), size, three_labels(labels))


def parse_size(text: str) -> int:
    """The length of marker lines; the usual one for ''. Raises UsageError."""
    if not text:
        return MARKER_SIZE
    if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text)):
        raise UsageError(f"a marker size is a number from 1 up, not {text!r}")
    return int(text)


def three_labels(labels: Sequence[str]) -> tuple[str, ...]:
    """The names for ours, base and theirs, '' for those that are not given. Raises UsageError."""
    if len(labels) > len(LABELS):
        raise UsageError("-L can be given three times: for OURS, BASE and THEIRS")
    return (*labels, *[""] * (len(LABELS) - len(labels)))


def read_side(path: str) -> str:
    """The text of one of the three files. Raises UsageError if it cannot be read."""
    try:
        with open(path, "rb") as file:
            return decode(file.read())
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}") from None


def log_words_above(path: str, top: str) -> LogWords:
    """Under which headings a log stands, by the settings of the vault that a file lies in: the nearest
    `.vault-crm/` from its folder upwards to `top`. Only the vault's own settings count, so that every device
    merges alike; the defaults hold where they cannot be read (a merge may just have left its marks there)."""
    found = _settings_file(path, top)
    if not found or "heading" not in read_side(found):
        return LogWords()
    from pathlib import Path

    from vault_crm.core.settings import parse_settings
    from vault_crm.store.settings import read_toml

    try:
        settings = parse_settings(read_toml(Path(found), found), found)[0]
    except BadSettings:
        return LogWords()
    return LogWords(settings.log_heading, settings.log_headings)


def _settings_file(path: str, top: str) -> str:
    top = os.path.abspath(top)
    folder = os.path.dirname(os.path.abspath(os.path.join(top, path)))
    while folder == top or folder.startswith(os.path.join(top, "")):
        if os.path.isdir(os.path.join(folder, ".vault-crm")):
            file = os.path.join(folder, ".vault-crm", "config.toml")
            return file if _is_small_file(file) else ""
        if folder == os.path.dirname(folder):
            break
        folder = os.path.dirname(folder)
    return ""


def _is_small_file(path: str) -> bool:
    """A link may lead anywhere: to a pipe, or to what no memory holds."""
    from stat import S_ISREG

    try:
        st = os.stat(path)
    except (OSError, ValueError):
        return False
    return S_ISREG(st.st_mode) and st.st_size <= _MAX_SETTINGS


def _say(text: str) -> None:
    """One line to standard error, which git shows: nothing of a vault's names may steer the terminal."""
    line = "".join(c if c.isprintable() else " " for c in text)
    sys.stderr.write(line.encode("ascii", "backslashreplace").decode("ascii") + "\n")
