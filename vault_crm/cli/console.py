"""What may reach a terminal or a pipe, and how it looks there.

Every word of a vault is somebody else's: an e-mail, an import, a shared note. `clean` makes it harmless, and
nothing is printed that did not pass it. Layout is lists of lines, and a line a list of (text, style) pieces;
the same lines are plain text in a pipe and coloured on a terminal.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from collections.abc import Sequence
from typing import IO
from typing import TypeAlias

from vault_crm.core.record import record
from vault_crm.errors import CannotPrint

Piece: TypeAlias = tuple[str, str]
Line: TypeAlias = Sequence[Piece]

# Invisible, but part of names and emoji in several scripts; they move no cursor and turn no text round.
_JOINERS = "\u200c\u200d"
_SGR = {
    "": "",
    "title": "\x1b[1m",
    "name": "\x1b[1m",
    "late": "\x1b[31m",
    "due": "\x1b[33m",
    "soon": "\x1b[36m",
    "ask": "\x1b[32m",
    "dim": "\x1b[2m",
    "bad": "\x1b[35m",
}
_RESET = "\x1b[0m"


def clean(text: str) -> str:
    """One line of text from a vault, safe for any terminal: controls, escapes and bidirectional overrides are
    made visible (`\\x1b`, `\\u202e`), bytes that are no UTF-8 are U+FFFD; tabs and odd spaces stay."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _shown(c) for c in text)


def _shown(char: str) -> str:
    if char in _JOINERS or char == "\t":
        return char
    import unicodedata

    code = ord(char)
    category = unicodedata.category(char)
    if category == "Cs":
        return "\ufffd"
    if category == "Zs":
        return char
    if char == "\n":
        return "\\n"
    if char == "\r":
        return "\\r"
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def clean_lines(text: str) -> str:
    """Several lines, each cleaned; newlines (and a carriage return right before one) stay."""
    if text.isprintable():
        return text
    return "\n".join(
        clean(line[:-1]) + "\r" if line.endswith("\r") else clean(line) for line in text.split("\n")
    )


def clean_json(text: str) -> str:
    """JSON text that is safe for a terminal, too: what cannot be seen becomes JSON's own escapes."""
    if text.isascii() and "\x7f" not in text:
        return text
    return "".join(c if c.isprintable() or c == "\n" else _json_escape(c) for c in text)


def _json_escape(char: str) -> str:
    if "\ud800" <= char <= "\udfff":
        return "\ufffd"
    return "".join(f"\\u{int.from_bytes(unit, 'big'):04x}" for unit in _utf16(char))


def _utf16(char: str) -> list[bytes]:
    raw = char.encode("utf-16-be")
    return [raw[i : i + 2] for i in range(0, len(raw), 2)]


def width(text: str) -> int:
    """How many columns a terminal gives a text: two for wide East Asian letters and emoji, none for marks."""
    if text.isascii():
        return len(text)
    return sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    import unicodedata

    if char in _JOINERS or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def pad(text: str, columns: int) -> str:
    """The text, filled with spaces to that many columns."""
    return text + " " * max(0, columns - width(text))


def cut(text: str, columns: int | None) -> str:
    """The text in at most that many columns, '…' where something is missing; None: never cut (a pipe)."""
    if columns is None or width(text) <= columns:
        return text
    kept, used = [], 0
    for char in text:
        used += _columns(char)
        if used > columns - 1:
            break
        kept.append(char)
    return "".join(kept).rstrip() + "…" if columns > 0 else ""


def wrap(text: str, columns: int | None) -> list[str]:
    """The text in lines of at most that many columns, broken at spaces; a longer word is left whole."""
    if columns is None or width(text) <= columns:
        return [text]
    lines, line = [], ""
    for word in text.split(" "):
        if line and width(line) + 1 + width(word) > columns:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line]


@record
class Screen:
    """Where output goes. `columns` is None in a pipe: there nothing is cut and dates are ISO."""

    columns: int | None = None
    rows: int | None = None
    colour: bool = False

    @property
    def terminal(self) -> bool:
        """True if somebody looks at it; False in a pipe or file."""
        return self.columns is not None


def screen_of(stream: IO[str], colour: str = "auto") -> Screen:
    """The screen behind a stream. `colour` is auto, always or never; auto honours NO_COLOR and TERM=dumb."""
    terminal = stream.isatty()
    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    coloured = colour == "always" or (colour == "auto" and terminal and not plain)
    if not terminal:
        return Screen(colour=coloured)
    try:
        size = os.get_terminal_size(stream.fileno())
        columns, rows = size.columns, size.lines
    except (OSError, ValueError):
        columns, rows = 0, 0
    columns = _number(os.environ.get("COLUMNS")) or columns or 80
    rows = _number(os.environ.get("LINES")) or rows or 24
    return Screen(max(columns, 30), rows, coloured)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def format_line(line: Line, colour: bool) -> str:
    """One line as text, its pieces cleaned, with colours or without; never with trailing spaces."""
    pieces = [(clean(text), style) for text, style in line if text]
    if not colour:
        return "".join(text for text, _ in pieces).rstrip()
    while pieces and not pieces[-1][0].strip():
        pieces.pop()
    if pieces:
        pieces[-1] = (pieces[-1][0].rstrip(), pieces[-1][1])
    return "".join(
        f"{_SGR[style]}{text}{_RESET}" if style and text.strip() else text for text, style in pieces
    )


def from_here(full: str) -> str:
    """A path relative to the current folder, if possible."""
    try:
        return os.path.relpath(full)
    except ValueError:  # another drive
        return os.path.normpath(full)


def write_text(stream: IO[str], text: str) -> None:
    """Write and flush. Raises CannotPrint (not for standard error), BrokenPipeError."""
    with _told(stream):
        stream.write(text)
        stream.flush()


def write_bytes(data: bytes) -> None:
    """Bytes to standard output as they are (JSON is UTF-8 whatever the locale). Raises as write_text."""
    with _told(sys.stdout):
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


@contextlib.contextmanager
def _told(stream: IO[str]) -> Iterator[None]:
    """A full disk behind standard output is told once; Python would complain again at exit."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if stream is not sys.stderr:  # there, nobody could be told
            raise CannotPrint(error.strerror or str(error)) from None
