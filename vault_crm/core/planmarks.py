"""What is wrong with an edited plan, written into it under each line that cannot be understood."""

from __future__ import annotations

from collections.abc import Iterable

_MARK = "#^ "


def marked(text: str, problems: Iterable[tuple[int, str]]) -> tuple[str, int]:
    """The plan with a comment under each of these lines (from 1; 0 is the whole plan, which has it on top),
    and the line to look at first."""
    said: dict[int, list[str]] = {}
    for at, message in problems:
        said.setdefault(at, []).append(message)
    lines = text.split("\n")
    done = [_MARK + message for message in said.get(0, ())]
    first = 1
    for number, line in enumerate(lines, 1):
        done.append(line)
        if number in said:
            first = len(done) if first == 1 else first
            done += [_MARK + message for message in said[number]]
    return "\n".join(done), first


def unmarked(text: str) -> str:
    """The plan without these comments."""
    return "\n".join(line for line in text.split("\n") if not line.startswith(_MARK))
