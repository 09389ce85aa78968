"""What may differ after an edit, and nothing else: every edited note is read again before it is written."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from vault_crm.core.frontmatter.block import body_start
from vault_crm.core.record import record
from vault_crm.core.text import BOM
from vault_crm.core.text import split_lines
from vault_crm.errors import EditRefused

if TYPE_CHECKING:
    from vault_crm.core.model import Note
    from vault_crm.core.model import Property
    from vault_crm.core.settings import Settings


@record
class Allowed:
    """What a change may touch: `properties` by key as spelled, so many new entries in the log, and so many
    other new lines in the body.

    `new_note` is a note that did not exist; `anything` is for files that are the tool's own (dashboards) and
    for undo, which puts back bytes that were there before.
    """

    properties: frozenset[str] = frozenset()
    log_added: int = 0
    lines_added: int = 0
    new_note: bool = False
    anything: bool = False


NOTHING = Allowed()


def check_change(path: str, old_text: str, new_text: str, allowed: Allowed, settings: Settings) -> None:
    """Reads both texts and raises EditRefused if anything but what is `allowed` differs."""
    if allowed.anything or allowed.new_note or old_text == new_text:
        return
    from vault_crm.core.frontmatter.read import read_properties
    from vault_crm.core.note import parse_note

    old_properties, _ = read_properties(path, old_text)
    new_properties, _ = read_properties(path, new_text)
    _same_properties(path, old_properties, new_properties, allowed)
    _same_block_lines(path, (old_text, old_properties), (new_text, new_properties), allowed)
    first = old_text.count("\n", 0, body_start(old_text)) + 1
    _same_body(path, _body(old_text), _body(new_text), allowed, first)
    old, new = parse_note(path, old_text, settings), parse_note(path, new_text, settings)
    _same_log(path, old, new, allowed)
    _no_new_errors(path, old, new)


def _same_properties(
    path: str, old: tuple[Property, ...], new: tuple[Property, ...], allowed: Allowed
) -> None:
    kept = [(p.key, p.value) for p in old if p.key not in allowed.properties]
    found = [(p.key, p.value) for p in new if p.key not in allowed.properties]
    if kept == found:
        return
    added = next((key for key, _ in found if key not in {p.key for p in old}), "")
    if added:
        raise EditRefused(path, 0, f"the edit would also add {added}")
    changed = next((pair[0] for pair, other in zip(kept, [*found, None], strict=False) if pair != other), "")
    line = next((p.key_span.line for p in old if p.key == changed), 0)
    raise EditRefused(path, line, f"the edit would also change {changed or 'the properties'}")


def _body(text: str) -> str:
    # A BOM stands before the block, and before the body only where there is no block (yet).
    return text[body_start(text) :].removeprefix(BOM)


def _outside(text: str, properties: tuple[Property, ...], allowed: Allowed) -> list[str]:
    """The block's lines but for those of the allowed properties; comments and blank lines always count."""
    lines = split_lines(text[: body_start(text)])
    starts = [p.key_span.line - 1 for p in properties]
    drop: set[int] = set()
    for number, prop in enumerate(properties):
        if prop.key not in allowed.properties:
            continue
        after = [start for start in starts[number + 1 :] if start > starts[number]]
        end = after[0] if after else max(starts[number] + 1, len(lines) - 1)
        while end > starts[number] + 1 and _blank_or_comment(lines[end - 1]):
            end -= 1
        drop.update(range(starts[number], end))
    return [line for at, line in enumerate(lines) if at not in drop]


def _blank_or_comment(line: str) -> bool:
    return line.strip() == "" or line.lstrip().startswith("#")


def _same_block_lines(
    path: str,
    old: tuple[str, tuple[Property, ...]],
    new: tuple[str, tuple[Property, ...]],
    allowed: Allowed,
) -> None:
    if not body_start(old[0]):  # a note without frontmatter may get a block; its properties were compared
        return
    before, after = _outside(*old, allowed), _outside(*new, allowed)
    for number, line in enumerate(before):
        if number >= len(after) or not _same_line(line, after[number]):
            where = split_lines(old[0]).index(line) + 1
            raise EditRefused(path, where, "the edit would also change this line of the frontmatter")
    if len(after) > len(before):
        raise EditRefused(path, 0, "the edit would add a line to the frontmatter that was not asked for")


def _same_body(path: str, old: str, new: str, allowed: Allowed, first: int) -> None:
    """`first` is the number of the body's first line in the old note."""
    if old == new:
        return
    if not allowed.log_added and not allowed.lines_added:
        raise EditRefused(path, first, "the edit would also change the text below the frontmatter")
    old_lines = split_lines(old)
    new_lines = split_lines(new)
    added = []
    at = 0
    for line in new_lines:
        if at < len(old_lines) and _same_line(old_lines[at], line):
            at += 1
        else:
            added.append(line)
    if at < len(old_lines):
        line = old_lines[at].strip()
        raise EditRefused(path, first + at, f"the edit would also change the line {line!r}")
    # An entry is one line, or a dated heading and a line; a log that is not there yet is one heading more.
    most = allowed.lines_added + (2 * allowed.log_added + 1 if allowed.log_added else 0)
    if sum(1 for line in added if line.strip()) > most:
        raise EditRefused(path, first, "the edit would add more lines than asked for")


def _same_line(old: str, new: str) -> bool:
    return old == new if old.endswith("\n") else old == new.rstrip("\r\n")


def _same_log(path: str, old: Note, new: Note, allowed: Allowed) -> None:
    before = Counter((i.on, i.kind, i.text, i.links) for i in old.log)
    after = Counter((i.on, i.kind, i.text, i.links) for i in new.log)
    lost = before - after
    if lost:
        on, _kind, text, _links = next(iter(lost))
        raise EditRefused(path, 0, f"the edit would change the log entry of {on}: {text!r}")
    if not old.person_rule and not new.person_rule:
        return  # only people's logs are read
    gained = (after - before).total()
    if old.person_rule and gained != allowed.log_added:
        raise EditRefused(
            path, 0, f"after the edit the log would have {gained} new entries instead of {allowed.log_added}"
        )


def _no_new_errors(path: str, old: Note, new: Note) -> None:
    known = Counter(d.code for d in old.diagnostics if d.severity == "error")
    for diagnostic in new.diagnostics:
        if diagnostic.severity != "error":
            continue
        if not known[diagnostic.code]:
            raise EditRefused(path, diagnostic.span.line, f"after the edit: {diagnostic.message}")
        known[diagnostic.code] -= 1
