"""Merging two people: the texts of their notes woven together, the links to the one that goes, one plan."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Mapping

from vault_crm.core.actions import Draft
from vault_crm.core.body import find_unclosed
from vault_crm.core.body import heading_text
from vault_crm.core.body import lines_of
from vault_crm.core.frontmatter.block import body_start
from vault_crm.core.frontmatter.block import find_block
from vault_crm.core.linediff import compare_lines
from vault_crm.core.links import Resolver
from vault_crm.core.links import normal_path
from vault_crm.core.links import stem_of
from vault_crm.core.linkspots import Spot
from vault_crm.core.merge.body import merge_bodies
from vault_crm.core.merge.dress import undress
from vault_crm.core.merge.kept import lost_lines
from vault_crm.core.merge.marks import Clash
from vault_crm.core.merge.marks import Piece
from vault_crm.core.merge.marks import Pieces
from vault_crm.core.merge.note import shared_lines
from vault_crm.core.merge.propparts import CannotSplit
from vault_crm.core.merge.propparts import Front
from vault_crm.core.merge.propparts import comments_in
from vault_crm.core.merge.propparts import split_front
from vault_crm.core.mergepeople import Fronts
from vault_crm.core.mergepeople import Side
from vault_crm.core.mergepeople import add_aliases
from vault_crm.core.model import Person
from vault_crm.core.model import Vault
from vault_crm.core.names import fold
from vault_crm.core.names import names_of
from vault_crm.core.note import parse_note
from vault_crm.core.person import is_id
from vault_crm.core.plan import FileChange
from vault_crm.core.plan import Plan
from vault_crm.core.record import field
from vault_crm.core.record import record
from vault_crm.core.relink import Retarget
from vault_crm.core.relink import relink
from vault_crm.core.rename import Relinker
from vault_crm.core.rename import relative_path
from vault_crm.core.rename import relink_all
from vault_crm.core.settings import Settings
from vault_crm.core.text import BOM
from vault_crm.core.text import decode
from vault_crm.core.text import encode
from vault_crm.core.text import newline_of
from vault_crm.core.text import split_lines
from vault_crm.core.vault import link_names
from vault_crm.core.verify import Allowed
from vault_crm.errors import EditRefused

_ANYTHING = Allowed(anything=True)


@record
class Merging:
    """What a merging comes to; as `core.rename.Renaming`."""

    plan: Plan
    first: Person
    second: Person
    links: Mapping[str, int] = field(default_factory=dict)
    pages: tuple[FileChange, ...] = ()


def plan_merge(
    vault: Vault,
    first: Person,
    second: Person,
    read: Callable[[str], bytes],
    settings: Settings,
    keep: Mapping[str, Side] | None = None,
    pages: Collection[str] = (),
) -> Merging:
    """One note of two: `first` stays, `second` goes, its names become aliases, links to it lead to the first.

    `keep` says by property whose value counts where both differ. Raises Differences where it does not say;
    EditRefused where the notes cannot be woven together without losing something.
    """
    notes: list[str] = []
    old_first, old_second = read(first.path), read(second.path)
    before, after = _resolvers(vault, first, second)
    moved = _at_home(before, first, second, decode(old_second))
    fronts = Fronts(
        Draft(first.path, old_first, settings),
        Draft(second.path, encode(moved), settings),
        settings,
        keep or {},
        notes,
    )
    fronts.settle()
    ours, theirs = (decode(draft.change().result or b"") for draft in (fronts.first, fronts.second))
    text = _woven(first, second, ours, _titled(second, theirs, ours), settings)
    text = _with_comments(text, moved)
    draft = Draft(first.path, encode(text), settings)
    add_aliases(draft, _names(second), names_of(first))
    text = decode(draft.change().result or b"")
    _check(first, text, settings, (ours, theirs))
    says = {stem_of(second.path): stem_of(first.path), second.name: stem_of(first.path)}
    links = Relinker(before, after, second.path, first.path, says)
    own = links.relink(first.path, text)
    others = relink_all(vault, read, links, pages, without=(first.path, second.path))
    changes = (
        FileChange(first.path, old_first, encode(own.text), _ANYTHING),
        FileChange(second.path, old_second, None, _ANYTHING),
        *others.changes,
    )
    counts = {path: n for path, n in {first.path: len(own.changed), **others.counts}.items() if n}
    plan = Plan(f"merge {second.name} into {first.name}", changes, (*notes, *links.notes))
    return Merging(plan, first, second, counts, others.pages)


def _names(person: Person) -> tuple[str, ...]:
    """What somebody is called; the file's name only if it says something else than these."""
    stem = stem_of(person.path)
    plain = fold(stem.replace("-", " ").replace("_", " "))
    known = {fold(name.replace("-", " ")) for name in (person.name, *person.aliases)}
    return (person.name, *person.aliases, *(() if is_id(stem) or plain in known else (stem,)))


def _resolvers(vault: Vault, first: Person, second: Person) -> tuple[Resolver, Resolver]:
    names = link_names(vault.notes, vault.by_path)
    after = {
        name: tuple(dict.fromkeys(first.path if path == second.path else path for path in paths))
        for name, paths in names.items()
    }
    left = [path for path in vault.notes if path != second.path]
    return Resolver(vault.notes, names), Resolver(left, after)


def _at_home(before: Resolver, first: Person, second: Person, text: str) -> str:
    """The second note's text with links that count from its own folder made to count from the first's."""
    folder = second.path.rpartition("/")[0]
    if first.path.rpartition("/")[0] == folder:
        return text

    def moved(spot: Spot) -> Retarget | None:
        meant = before.resolve(spot.target, second.path)
        if spot.form != "wiki":
            there = normal_path(f"{folder}/{spot.target}")
            if there == meant or spot.target.startswith(("./", "../")):
                return Retarget(relative_path(there, first.path)) if there else None
        if meant is None or before.resolve(spot.target, first.path) == meant:
            return None
        return Retarget(meant[:-3] if spot.form == "wiki" else relative_path(meant, first.path))

    return relink(second.path, text, moved).text


def _titled(second: Person, theirs: str, ours: str) -> str:
    """The second text under the first one's title, if that has one; a heading that says only who it is about
    goes, for the name becomes an alias."""
    names = {fold(name) for name in names_of(second)}
    title, lines = _title(ours), lines_of(theirs, body_start(theirs))
    head = f"{title}\n\n" if title else ""
    at = next((n for n, line in enumerate(lines) if line.kind != "blank"), None)
    if at is None:
        return theirs
    start = lines[at].start
    if lines[at].kind == "heading" and lines[at].level == 1 and fold(heading_text(lines[at])) in names:
        after = next((line for line in lines[at + 1 :] if line.kind != "blank"), None)
        return theirs[:start] + head + (theirs[after.start :] if after else "")
    return theirs[:start] + head + theirs[start:]


def _title(text: str) -> str:
    """The heading of the first level that a note begins with."""
    first = next((line for line in lines_of(text, body_start(text)) if line.kind != "blank"), None)
    return first.text if first is not None and first.kind == "heading" and first.level == 1 else ""


# -- the texts


def _woven(first: Person, second: Person, ours: str, theirs: str, settings: Settings) -> str:
    for path, side in ((first.path, ours), (second.path, theirs)):
        if (unclosed := find_unclosed(side, body_start(side))) is not None:
            reason = f"this {unclosed.what} is never closed, so it would swallow what the other note says"
            raise EditRefused(path, unclosed.line, reason, "close it first")
    front, own = _with_properties(second.path, ours, theirs), ours[body_start(ours) :].removeprefix(BOM)
    body = theirs[body_start(theirs) :].removeprefix(BOM)
    texts = undress(shared_lines(own, body), own, body)
    pieces = merge_bodies(texts.base, texts.left, texts.right, _by_lines, settings)
    woven = "".join(piece if isinstance(piece, str) else _both(piece.left, piece.right) for piece in pieces)
    text = front + texts.put_on(woven)
    for path, side in ((second.path, theirs), (first.path, ours)):
        if lost := lost_lines(path, side, "", text):
            said = side.split("\n")[lost[0] - 1].strip()
            raise EditRefused(path, 0, f"merged, {said!r} would be lost", "take it into the other note first")
    return text


def _with_properties(path: str, ours: str, theirs: str) -> str:
    """The first note's frontmatter, with the lines of what is left in the second's behind its own."""
    front = _front_of(theirs)
    if front.broken is not None and front.broken.strip():
        hint = "take its properties over in an editor"
        raise EditRefused(path, 2, "lines of its properties depend on one another", hint)
    block = find_block(ours)
    there = ours[block.start : block.end] if block else ""
    parts = [part.text for part in front.parts if not (part.key.startswith("\0") and part.text in there)]
    lines = "".join(part if part.endswith("\n") else part + "\n" for part in parts)
    newline = newline_of(ours)
    lines = lines.replace("\n", newline)
    if block is not None:
        return ours[: block.end] + lines + ours[block.end : block.after]
    mark = BOM if ours.startswith(BOM) else ""
    return f"{mark}---{newline}{lines}---{newline}" if lines else mark


def _front_of(text: str) -> Front:
    """A note's frontmatter in parts, its lines ending in LF."""
    try:
        return split_front(text.removeprefix(BOM).replace("\r\n", "\n"))[0]
    except CannotSplit:
        return Front()


def _with_comments(text: str, theirs: str) -> str:
    """The merged text with what the second note said in comments behind values that went into others."""
    block = find_block(text)
    if block is None:
        return text
    said = (
        comment
        for part in _front_of(theirs).parts
        if part.node is not None
        for comment in comments_in(part.own, part.node, part.offset)
    )
    lines = "".join(f"{comment}{block.newline}" for comment in said if comment not in block.text)
    return text[: block.end] + lines + text[block.end :]


def _by_lines(base: str, left: str, right: str) -> Pieces:
    """The merge of two texts of which nobody knows what they come from: what only one of them has was
    added; `base` is what they share."""
    if base in (left, right):
        text = right if left == base else left
        return (text,) if text else ()
    a, b = split_lines(left), split_lines(right)
    pieces: list[Piece] = []
    for region in compare_lines(a, b):
        this = "".join(a[region.a_start : region.a_end])
        that = "".join(b[region.b_start : region.b_end])
        pieces.append(this if region.same or not that else that if not this else Clash(this, that))
    return tuple(pieces)


def _both(ours: str, theirs: str) -> str:
    """Both texts, one below the other, as two paragraphs; two quotes go on as one."""
    newline = newline_of(ours + theirs)
    head, tail = ours.rstrip("\r\n"), theirs.lstrip("\r\n")
    if not head or not tail:
        return ours + theirs
    above, below = head.rpartition("\n")[2].lstrip(), tail.partition("\n")[0].lstrip()
    between = newline * 2
    if above.startswith(">") and below.startswith(">"):
        between = f"{newline}>{newline}"
    elif above[:2] in ("- ", "* ") and below[:2] == above[:2]:
        between = newline
    return head + between + tail


def _check(first: Person, text: str, settings: Settings, sides: tuple[str, str]) -> None:
    """The merged note is read again: a person's, without new mistakes, and with every contact of both."""
    note = parse_note(first.path, text, settings)
    told = {(entry.on, entry.text) for entry in note.log}
    for side in sides:
        for entry in parse_note(first.path, side, settings).log:
            if (entry.on, entry.text) not in told:
                raise EditRefused(first.path, 0, f"merged, the contact of {entry.on} would be lost")
    known = {d.code for d in first.note.diagnostics}
    worse = next((d for d in note.diagnostics if d.severity == "error" and d.code not in known), None)
    if worse is not None:
        raise EditRefused(first.path, worse.span.line, f"merged, {worse.message}")
    if not note.person_rule:
        raise EditRefused(first.path, 0, "merged, it would not be taken for a person's note")
