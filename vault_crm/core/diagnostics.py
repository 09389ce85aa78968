"""Diagnostics as text: for people (with the line and a caret), vim's quickfix, GitHub and JSON."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from typing import Any

from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Span
from vault_crm.core.record import replace

SEVERITIES = ("error", "warning", "info")
COLUMNS = 100  # how much of a long line is shown


def sorted_diagnostics(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """In order of path, line and column, each once."""
    unique = {(d.span, d.code, d.message): d for d in found}
    return tuple(
        sorted(unique.values(), key=lambda d: (d.span.path, d.span.line, d.span.col, d.code, d.message))
    )


def head_of(found: Diagnostic, shown: Callable[[str], str] = str) -> str:
    """`People/ada.md:4:10: error: cadence "2x" is not understood [bad-cadence]`: one line, whatever is in
    it."""
    span = found.span
    message = " ".join(found.message.split())
    return f"{shown(span.path)}:{span.line}:{span.col}: {found.severity}: {message} [{found.code}]"


def format_text(
    found: Diagnostic,
    line: str,
    clean: Callable[[str], str],
    width: Callable[[str], int],
    shown: Callable[[str], str] = str,
) -> list[str]:
    """The head, then the line itself with a caret under the span, then the hint.

    `line` is the line that the span is about, as it is in the file ('' to leave it out). `clean` makes text
    safe for a terminal and `width` counts its columns, so that the caret stands right under tabs and wide
    characters. `shown` is a path as the user can open it.
    """
    lines = [clean(head_of(found, shown))]
    if line.strip():
        lines += [f"    {part}" for part in _with_caret(line.rstrip("\r\n"), found.span, clean, width)]
    if found.hint:
        lines += [f"  {clean(part)}" for part in found.hint.splitlines()]
    return lines


def _with_caret(
    line: str, span: Span, clean: Callable[[str], str], width: Callable[[str], int]
) -> tuple[str, str]:
    start = min(max(span.col - 1, 0), len(line))
    end = min(span.end_col - 1, len(line)) if span.end_col else len(line)
    left, right = _window(len(line), start, end)
    end = min(max(end, start + 1), right)
    before, inside = line[left:start], line[start:end]
    text = ("…" if left else "") + clean(line[left:right]) + ("…" if right < len(line) else "")
    indent = " " if left else ""
    for char in before:
        indent += "\t" if char == "\t" else " " * width(clean(char))
    return text, indent + "^" * max(1, width(clean(inside.replace("\t", " "))))


def _window(length: int, start: int, end: int) -> tuple[int, int]:
    """Which characters of a line are shown: all of a short one, else those around the span."""
    if length <= COLUMNS:
        return 0, length
    left = max(0, min(start - COLUMNS // 3, length - COLUMNS))
    if end <= COLUMNS * 2 // 3:
        left = 0
    return left, min(length, left + COLUMNS)


def format_github(found: Diagnostic, shown: Callable[[str], str] = str) -> str:
    """A workflow command that GitHub shows beside the line."""
    level = {"error": "error", "warning": "warning"}.get(found.severity, "notice")
    span = found.span
    place = f"file={_property(shown(span.path))},line={span.line},col={span.col}"
    title = _property(f"vault-crm: {found.code}")
    text = found.message + (f"\n{found.hint}" if found.hint else "")
    return f"::{level} {place},title={title}::{_escaped(text)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def as_json(found: Diagnostic) -> dict[str, Any]:
    """One diagnostic in the documented JSON shape."""
    span = found.span
    fix = found.fix
    return {
        "code": found.code,
        "severity": found.severity,
        "path": span.path,
        "line": span.line,
        "col": span.col,
        "end_col": span.end_col or None,
        "message": found.message,
        "hint": found.hint,
        "fix": {"property": fix.key, "value": fix.value, "title": fix.title} if fix else None,
    }


def count_text(found: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning`; 'nothing to mend' if there is none."""
    counts = counts_of(found)
    said = [f"{n} {what}{'' if n == 1 or what == 'info' else 's'}" for what, n in counts.items() if n]
    return ", ".join(said) or "nothing to mend"


def counts_of(found: Iterable[Diagnostic]) -> Mapping[str, int]:
    """How many there are of each severity, the gravest first."""
    counts = dict.fromkeys(SEVERITIES, 0)
    for diagnostic in found:
        counts[diagnostic.severity] += 1
    return counts


def with_path(found: Diagnostic, path: str) -> Diagnostic:
    """The same diagnostic at another path."""
    return replace(found, span=replace(found.span, path=path))
