"""A plan: what shall be written, and the bytes it was made from. Every write of the tool is one.

`Store.apply` is the only writer; `--dry-run` shows `diff(plan)`, `undo` applies `inverse` of what was done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vault_crm.core.record import record
from vault_crm.core.text import decode
from vault_crm.core.text import encode
from vault_crm.core.text import newline_of
from vault_crm.core.text import split_lines
from vault_crm.core.verify import NOTHING
from vault_crm.core.verify import Allowed
from vault_crm.errors import EditRefused

if TYPE_CHECKING:
    from vault_crm.core.linediff import Region


@record
class FileChange:
    """One file's intended change. `base` None: the file must not exist yet; `result` None: it is removed.

    `allowed` says what may differ; whoever writes the change checks it (see `core.verify`).
    """

    path: str
    base: bytes | None
    result: bytes | None
    allowed: Allowed = NOTHING


@record
class Plan:
    """Changes that are made together or not at all. `notes` say to the user what is worth saying beside the
    diff ('last_contact stays: it is later'). A file stands in a plan once."""

    title: str
    changes: tuple[FileChange, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """True if applying it would not change a byte."""
        return all(change.base == change.result for change in self.changes)


def diff(plan: Plan) -> str:
    """The plan as a unified diff in git's style. Bytes that are no UTF-8 are shown as `\\xNN`. A plan that
    takes one file away and makes one moves it."""
    gone = [c for c in plan.changes if c.result is None and c.base is not None]
    made = [c for c in plan.changes if c.base is None and c.result is not None]
    if len(gone) != 1 or len(made) != 1:
        return "".join(diff_file(change) for change in plan.changes)
    rest = (c for c in plan.changes if c not in (gone[0], made[0]))
    return _moved(gone[0], made[0]) + "".join(diff_file(change) for change in rest)


def _moved(gone: FileChange, made: FileChange) -> str:
    head = f"diff --git a/{gone.path} b/{made.path}\nrename from {gone.path}\nrename to {made.path}\n"
    body = diff_file(FileChange(gone.path, gone.base, made.result))
    return head + body.replace(f"\n+++ b/{gone.path}\n", f"\n+++ b/{made.path}\n", 1)


def diff_file(change: FileChange) -> str:
    """One file's unified diff; '' if nothing changes."""
    if change.base == change.result:
        return ""
    from vault_crm.core.linediff import compare_lines
    from vault_crm.core.linediff import hunks

    old = split_lines(decode(change.base or b""))
    new = split_lines(decode(change.result or b""))
    out = [
        f"--- a/{change.path}\n" if change.base is not None else "--- /dev/null\n",
        f"+++ b/{change.path}\n" if change.result is not None else "+++ /dev/null\n",
    ]
    for group in hunks(compare_lines(old, new)):
        out.append(_header(group))
        for region in group:
            if region.same:
                out += [_shown(" ", line) for line in old[region.a_start : region.a_end]]
            else:
                out += [_shown("-", line) for line in old[region.a_start : region.a_end]]
                out += [_shown("+", line) for line in new[region.b_start : region.b_end]]
    return encode("".join(out)).decode("utf-8", "backslashreplace")


def _header(group: list[Region]) -> str:
    a = _range(group[0].a_start, group[-1].a_end)
    b = _range(group[0].b_start, group[-1].b_end)
    return f"@@ -{a} +{b} @@\n"


def _range(start: int, end: int) -> str:
    length = end - start
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"


def _shown(sign: str, line: str) -> str:
    return sign + (line if line.endswith("\n") else line + "\n\\ No newline at end of file\n")


def inverse(change: FileChange, current: bytes | None) -> FileChange:
    """The change that takes `change` back, made from the file's `current` bytes (None: there is no file).

    If the file has changed since, only the lines that `change` touched are put back, and only if they are
    still as it left them. Nothing left to take back gives a change whose base equals its result. Raises
    EditRefused, naming the line, if the places it touched have changed.
    """
    anything = Allowed(anything=True)
    if current == change.result:
        return FileChange(change.path, current, change.base, anything)
    if current == change.base:
        return FileChange(change.path, current, current, anything)
    if change.base is None:
        raise EditRefused(change.path, 0, "it has changed since it was made, so it is not removed")
    if change.result is None:
        raise EditRefused(change.path, 0, "there is another file in its place by now")
    if current is None:
        raise EditRefused(change.path, 0, "it is no longer there")
    texts = [split_lines(decode(raw)) for raw in (change.base, change.result, current)]
    restored = "".join(_put_back(change.path, *texts))
    return FileChange(change.path, current, encode(restored), anything)


def _put_back(path: str, base: list[str], result: list[str], current: list[str]) -> list[str]:
    from vault_crm.core.linediff import compare_lines

    since = compare_lines(result, current)
    out: list[str] = []
    at = 0
    for region in compare_lines(result, base):
        if region.same:
            continue
        start, end = _place(path, since, region, result, current)
        out += current[at:start]
        back = base[region.b_start : region.b_end]
        if back and end < len(current) and not back[-1].endswith("\n"):
            back[-1] += newline_of(current[end])  # it was the last line, and no longer is
        out += back
        at = end
    return out + current[at:]


def _place(
    path: str, since: list[Region], region: Region, result: list[str], current: list[str]
) -> tuple[int, int]:
    """Where the touched lines stand in the current text. An empty place is known by its neighbours."""
    for r in since:
        at_start = r.a_start == 0 and region.a_start == 0
        at_end = r.a_end == len(result) and region.a_end == len(result)
        if r.same and region.a_start == region.a_end:
            inside = (r.a_start < region.a_start or at_start) and (region.a_end < r.a_end or at_end)
        else:
            inside = r.same and r.a_start <= region.a_start and region.a_end <= r.a_end
        if inside:
            start = r.b_start + region.a_start - r.a_start
            end = r.b_start + region.a_end - r.a_start
            touched = result[region.a_start : region.a_end]
            # Somebody removed or doubled just such a line: which of them is ours can no longer be told.
            if any(result.count(line) != current.count(line) for line in touched):
                raise EditRefused(path, start + 1, "this line has changed since, so it is left as it is")
            return start, end
    line = next((r.b_start for r in since if not r.same and r.a_end >= region.a_start), 0)
    raise EditRefused(path, line + 1, "this place has changed since, so it is left as it is")
