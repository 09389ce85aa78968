"""Adding to the log: one line more, in the order and fashion that the log already has; every other byte
stays.

The result is read again before it is handed out: it must hold the old interactions and exactly the new one,
and every old line must still be what it was. Else the edit is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NoReturn

from vault_crm.core.body import find_unclosed
from vault_crm.core.body import lines_of
from vault_crm.core.conflict import refuse_conflict
from vault_crm.core.frontmatter.block import find_block
from vault_crm.core.frontmatter.shape import BlockProblem
from vault_crm.core.late import late
from vault_crm.core.log.line import find_lead
from vault_crm.core.log.line import line_words
from vault_crm.core.log.line import own_line
from vault_crm.core.log.line import readings
from vault_crm.core.log.line import undated
from vault_crm.core.log.place import LogPlace
from vault_crm.core.log.place import are_apart
from vault_crm.core.log.place import find_place
from vault_crm.core.log.read import LogEntry
from vault_crm.core.log.read import LogSection
from vault_crm.core.log.read import LogView
from vault_crm.core.log.read import fold_heading
from vault_crm.core.log.read import log_names
from vault_crm.core.log.read import read_log
from vault_crm.core.model import Edit
from vault_crm.core.model import Interaction
from vault_crm.core.settings import Settings
from vault_crm.core.text import BOM
from vault_crm.core.text import LineIndex
from vault_crm.core.text import newline_of
from vault_crm.errors import EditRefused

_CALLOUT = late(r"\[!([^\[\]]*)\][-+]?(.*)")
_NUMBER = late(r"([0-9]+)([.)])")


def add_entry(path: str, text: str, on: date, kind: str, words: str, settings: Settings) -> Edit:
    """The edit that adds one interaction to a note's log, making the log at the note's end if there is
    none.

    `kind` is one or two words of letters or ''; newlines in `words` become spaces. Raises EditRefused with
    the line to blame if the note cannot take the entry: a fence or a comment that is never closed, a log in
    a callout.
    """
    try:
        said = line_words(kind, words)
    except ValueError as error:
        raise EditRefused(path, 0, str(error), "a type is a word like call, or two like video call") from None
    log = _OpenLog(path, text, settings)
    edit = log.add(on, said)
    log.verify(edit, on, said)
    return edit


def find_entry(view: LogView, on: date, kind: str, text: str) -> Interaction | None:
    """The interaction that `add_entry` would make, if the log already holds it: same day, type and words."""
    try:
        wanted = {(kind.casefold(), said) for kind, said in readings(line_words(kind, text))}
    except ValueError:
        return None
    for found in view.interactions:
        if found.on == on and (found.kind.casefold(), found.text) in wanted:
            return found
    return None


class _OpenLog:
    """A note's log with everything that an addition needs to know."""

    def __init__(self, path: str, text: str, settings: Settings) -> None:
        self.path = path
        self.text = text
        self.settings = settings
        try:
            self.start = _body_start(text)
        except BlockProblem as problem:
            line = LineIndex(text).place(problem.offset)[0]
            raise EditRefused(path, line, problem.message, problem.hint) from None
        self.lines = lines_of(text, self.start)
        refuse_conflict(path, text)
        self.view = read_log(path, self.lines, settings)

    # -- where

    def add(self, on: date, said: str) -> Edit:
        """The edit, not yet verified."""
        main = self.view.main
        if main is None:
            self._refuse_callout()
            return self._new_log(on, said)
        if not main.entries:
            return self._first_entry(main, on, said)
        place = find_place(self.view, self.lines, on)
        body = self._block(place.like, on, said) if place.like.level else [self._line(place, on, said)]
        return self._insert(place, body, are_apart(main, self.lines))

    # -- what

    def _line(self, place: LogPlace, on: date, said: str) -> str:
        like = place.like
        lead = like.lead
        number = _NUMBER.search(lead)
        if number and place.heading:
            lead = lead.replace(number.group(), f"1{number[2]}", 1)
        elif number and place.after:
            lead = lead.replace(number.group(), f"{int(number[1]) + 1}{number[2]}", 1)
        return (lead + undated(like.head.pre) + on.isoformat() + _post(like, on) + said).rstrip()

    def _block(self, like: LogEntry, on: date, said: str) -> list[str]:
        head = like.lead + undated(like.head.pre) + on.isoformat() + _post(like, on)
        if not like.below or not said:
            return [(head + said).rstrip()]
        return [head.rstrip(), *([""] if like.gap else []), own_line(said)]

    def _insert(self, place: LogPlace, body: list[str], apart: bool) -> Edit:
        if place.heading:
            body = [place.heading, *([""] if self.view.blank_after_heading else []), *body]
            apart = True
        if not place.after:
            at = self.lines[place.at].start
            return self._lines_at(at, [*body, *([""] if apart else [])])
        return self._after(place.at, [*([""] if apart else []), *body])

    def _lines_at(self, at: int, body: Sequence[str]) -> Edit:
        newline = newline_of(self.text, at)
        return Edit(at, at, "".join(line + newline for line in body))

    def _after(self, index: int, body: Sequence[str]) -> Edit:
        """Whole lines after a line of the body; a missing newline at the note's end stays missing."""
        stop = self.text.find("\n", self.lines[index].end)
        if stop >= 0:
            return self._lines_at(stop + 1, body)
        return self._at_end(body)

    def _at_end(self, body: Sequence[str]) -> Edit:
        newline = newline_of(self.text, len(self.text))
        at = len(self.text)
        bare = not self.text.removeprefix(BOM)
        if bare or self.text.endswith("\n"):
            return Edit(at, at, "".join(line + newline for line in body))
        return Edit(at, at, "".join(newline + line for line in body))

    def _first_entry(self, main: LogSection, on: date, said: str) -> Edit:
        """Into a log that has no entry yet: before its first list item, else below what stands there."""
        stop = next(
            (at for at in range(main.first + 1, main.stop) if self.lines[at].kind == "heading"), main.stop
        )
        inside = range(main.first + 1, stop)
        plain = f"{on.isoformat()} {said}".rstrip()
        for at in inside:
            lead = find_lead(self.lines[at].text) if self.lines[at].kind == "text" else None
            if lead is not None:
                indent = self.lines[at].text[: len(self.lines[at].text) - len(self.lines[at].text.lstrip())]
                return self._lines_at(self.lines[at].start, [f"{indent}{lead.bullet} {plain}"])
        entry = f"- {plain}"
        written = [at for at in inside if self.lines[at].kind != "blank"]
        if written:
            last = written[-1]
        elif len(inside):
            last = inside[0]
            tail = [""] if len(inside) == 1 and stop < len(self.lines) else []
            return self._after(last, [entry, *tail])
        else:
            last = main.first
        directly = last + 1 < len(self.lines) and self.lines[last + 1].kind != "blank"
        return self._after(last, ["", entry, *([""] if directly else [])])

    def _new_log(self, on: date, said: str) -> Edit:
        heading = self.settings.log_heading.strip().lstrip("#").strip() or "Log"
        body = [f"## {heading}", "", f"- {on.isoformat()} {said}".rstrip()]
        above = self.text.removeprefix(BOM).rpartition("\n")
        last_line = above[2] or above[0].rpartition("\n")[2]
        return self._at_end(["", *body] if last_line.strip() else body)

    # -- refusing

    def _refuse_callout(self) -> None:
        names = log_names(self.settings)
        for line in self.lines:
            if line.kind != "quote":
                continue
            words = line.text.lstrip("> \t")
            callout = _CALLOUT.match(words)
            titles = callout.groups() if callout else ((words,) if words.startswith("#") else ())
            if any(title.strip() and fold_heading(title) in names for title in titles):
                raise EditRefused(
                    self.path,
                    line.number,
                    "the log stands in a quote or callout",
                    "take the > off its lines, or write the entry by hand",
                )

    def verify(self, edit: Edit, on: date, said: str) -> None:
        """Reads the result again. Raises EditRefused unless it holds just the new interaction more."""
        result = self.text[: edit.start] + edit.text + self.text[edit.end :]
        try:
            lines = lines_of(result, _body_start(result))
        except BlockProblem:
            self._refuse(edit)
        view = read_log(self.path, lines, self.settings)
        before = [_said(i) for i in self.view.interactions]
        after = [_said(i) for i in view.interactions]
        number = edit.text.count("\n")
        first = LineIndex(self.text).place(edit.start)[0] + (not self._begins_line(edit.start))
        old = [(line.text, line.kind, line.masked) for line in self.lines]
        kept = [
            (line.text, line.kind, line.masked) for line in lines if not first <= line.number < first + number
        ]
        new = [_said(i) for i in view.interactions if first <= i.span.line < first + number]
        if kept == old and len(after) == len(before) + 1 and len(new) == 1:
            at = after.index(new[0])
            rest = after[:at] + after[at + 1 :]
            if rest == before and new[0][0] == on and new[0][1:3] in readings(said):
                return
        self._refuse(edit)

    def _begins_line(self, at: int) -> bool:
        return at == 0 or self.text[at - 1] == "\n" or self.text[:at] == BOM

    def _refuse(self, edit: Edit) -> NoReturn:
        unclosed = find_unclosed(self.text, self.start)
        if unclosed is not None:
            raise EditRefused(
                self.path,
                unclosed.line,
                f"the {unclosed.what} that begins here is never closed, so the log would be a part of it",
                f"close the {unclosed.what}",
            )
        line = LineIndex(self.text).place(edit.start)[0]
        raise EditRefused(
            self.path,
            self.view.heading_line or line,
            "the new line would not be read as an entry of the log",
            "write it by hand, or move the log below a heading of its own",
        )


def _body_start(text: str) -> int:
    block = find_block(text)
    return block.after if block else 0


def _said(found: Interaction) -> tuple[date, str, str, tuple[str, ...]]:
    return found.on, found.kind, found.text, found.links


def _post(like: LogEntry, on: date) -> str:
    return like.head.post.replace("\0", on.isoformat())
