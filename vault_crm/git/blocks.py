"""Lines of ours in a file of the user's (`.gitattributes`, `.gitignore`): a block that says whose it is.

Every other line stays, to the byte. A text without a final newline gets a block without one, so that taking
the block out again gives the very text that was there.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence
from typing import TypeAlias

from vault_crm.core.record import record
from vault_crm.core.text import newline_of
from vault_crm.core.text import split_lines

BEGIN = "# vault-crm: begin"
END = "# vault-crm: end"
_SAYS = " (written by `vault-crm git install`, taken out by `vault-crm git uninstall`)"

IsOurs: TypeAlias = "Callable[[str], bool]"  # whether a line inside a block is one that we write


@record
class _Parts:
    """The text around the block, and the lines in it that are ours; others in it count as behind it.
    `numbers` are the lines of the block, its first and last one among them, counted from 1."""

    before: str
    ours: tuple[str, ...] = ()
    after: str = ""
    found: bool = False
    ended: bool = True  # by a newline
    numbers: tuple[int, ...] = ()


def block_lines(text: str, is_ours: IsOurs) -> tuple[str, ...]:
    """The lines of ours in a text's block; none if there is no block."""
    return _split(text, is_ours).ours


def block_place(text: str, is_ours: IsOurs) -> str:
    """Where the block stands, as it is said: 'line 3', 'lines 3-6', 'lines 3-5, 7'; '' if there is none."""
    numbers = _split(text, is_ours).numbers
    starts = [at for at in numbers if at - 1 not in numbers]
    ends = [at for at in numbers if at + 1 not in numbers]
    ranges = [str(a) if a == b else f"{a}-{b}" for a, b in zip(starts, ends, strict=True)]
    return f"line{'s' if len(numbers) > 1 else ''} {', '.join(ranges)}" if ranges else ""


def text_behind(text: str, is_ours: IsOurs) -> str:
    """What stands behind the block (and what somebody else wrote into it)."""
    return _split(text, is_ours).after


def set_block(text: str, lines: Sequence[str], is_ours: IsOurs, last: bool = False) -> str:
    """The text with these lines as its block, in place of the one that is there, else at the end; without
    lines, without a block. `last` puts it at the end in any case. What somebody wrote into the block
    stays."""
    parts = _split(text, is_ours)
    moves = last and bool(parts.after)
    if parts.found and not moves and parts.ours == tuple(lines):
        return text
    if not parts.found:
        return text + _block(text, lines) if lines else text
    if not lines:
        return _without(parts)
    if moves:
        rest = parts.before + parts.after
        return rest + _block(rest, lines)
    newline = newline_of(text, len(text))
    block = "".join(line + newline for line in (BEGIN + _SAYS, *lines, END))
    return parts.before + (block if parts.ended else block.removesuffix(newline)) + parts.after


def _block(text: str, lines: Sequence[str]) -> str:
    """The block as it is put at a text's end."""
    newline = newline_of(text, len(text))
    block = newline.join((BEGIN + _SAYS, *lines, END))
    return newline + block if text and not text.endswith("\n") else block + newline


def _without(parts: _Parts) -> str:
    if parts.after or parts.ended:
        return parts.before + parts.after
    return parts.before.removesuffix("\n").removesuffix("\r")


def _split(text: str, is_ours: IsOurs) -> _Parts:
    lines = split_lines(text)
    begin = next((at for at, line in enumerate(lines) if line.startswith(BEGIN)), -1)
    if begin < 0:
        return _Parts(text)
    end = next((at for at in range(begin, len(lines)) if _bare(lines[at]) == END), -1)
    ours: list[str] = []
    foreign: list[str] = []
    numbers = [begin + 1]
    at = begin + 1
    while at < end or (end < 0 and at < len(lines) and is_ours(_bare(lines[at]))):
        bare = _bare(lines[at])
        if is_ours(bare):
            ours.append(bare)
            numbers.append(at + 1)
        else:
            foreign.append(lines[at])
        at += 1
    if end >= 0:
        numbers.append(end + 1)
    after = "".join((*foreign, *lines[max(at, end + 1) :]))
    ended = lines[max(end, at - 1)].endswith("\n")
    return _Parts("".join(lines[:begin]), tuple(ours), after, True, ended, tuple(numbers))


def _bare(line: str) -> str:
    return line.rstrip("\r\n")
