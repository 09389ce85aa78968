"""A person gets another name: the note, and every link to it, wherever it stands.

What a link means is decided by the same rules as everywhere (`core.links.Resolver`), before and after: no
link may mean another note afterwards. Links that could mean several notes are left alone and named.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence

from vault_crm.core.body import heading_text
from vault_crm.core.body import lines_of
from vault_crm.core.dashboard.markers import MarkerProblem
from vault_crm.core.dashboard.markers import find_generated
from vault_crm.core.frontmatter.block import body_start
from vault_crm.core.links import Resolver
from vault_crm.core.links import fold_target
from vault_crm.core.linkspots import Spot
from vault_crm.core.model import Person
from vault_crm.core.model import Vault
from vault_crm.core.newname import NewName
from vault_crm.core.newname import edit_names
from vault_crm.core.newname import new_name
from vault_crm.core.plan import FileChange
from vault_crm.core.plan import Plan
from vault_crm.core.record import field
from vault_crm.core.record import record
from vault_crm.core.relink import Relinked
from vault_crm.core.relink import Retarget
from vault_crm.core.relink import Unlink
from vault_crm.core.relink import relink
from vault_crm.core.settings import Settings
from vault_crm.core.text import decode
from vault_crm.core.text import encode
from vault_crm.core.vault import link_names
from vault_crm.core.vault import resolver_of
from vault_crm.core.verify import Allowed
from vault_crm.errors import EditRefused

Read = Callable[[str], bytes]

_ANYTHING = Allowed(anything=True)
_RUN = re.compile(r"[A-Za-z0-9]{2,}")
_LONGEST_SIGN = 18  # bytes of a letter with a mark, each of them with a percent sign
_NOT_IN_LINK = re.compile(r"[\[\]|#^`\\]|%%|<!--")


@record
class Renaming:
    """What a renaming comes to: the plan, and how many links change in which note.

    `pages` are what is made of the dashboards' generated parts once the plan is applied: they are written
    anew all the time, so that nobody could take that back, and nobody needs to.
    """

    plan: Plan
    names: NewName
    links: Mapping[str, int] = field(default_factory=dict)
    pages: tuple[FileChange, ...] = ()


def plan_rename(
    vault: Vault,
    person: Person,
    name: str,
    read: Read,
    settings: Settings,
    alias: bool = True,
    pages: Collection[str] = (),
) -> Renaming:
    """The note under its new name, and all links to it; `pages` are the paths of dashboards. Raises
    UsageError, EditRefused."""
    names = new_name(vault, person, name)
    old, new = edit_names(names, read(person.path), settings, alias)
    aliases = _names_after(vault, person, names, alias)
    links = Relinker(
        resolver_of(vault), _after(vault, names, aliases), names.old_path, names.new_path,
        _says(names), {names.old: _linkable(names)},
    )  # fmt: skip
    own = links.relink(person.path, new)
    others = relink_all(vault, read, links, pages, without=(person.path,))
    counts = {names.new_path: len(own.changed), **others.counts}
    changes = (*_moved(names, encode(old), encode(own.text)), *others.changes)
    notes = (*links.notes, *_headings(names, own.text))
    plan = Plan(f"rename {names.old} to {names.new}", tuple(c for c in changes if c.base != c.result), notes)
    return Renaming(plan, names, {path: n for path, n in counts.items() if n}, others.pages)


def _moved(names: NewName, old: bytes, new: bytes) -> Iterator[FileChange]:
    if not names.moves:
        yield FileChange(names.old_path, old, new, _ANYTHING)
    else:
        yield FileChange(names.new_path, None, new, _ANYTHING)
        yield FileChange(names.old_path, old, None, _ANYTHING)


def _says(names: NewName) -> dict[str, str]:
    """What links say now and shall say: the file's name, for to Obsidian no other one leads there; then the
    person's, if that is another."""
    return {names.old_stem: names.new_stem} | (
        {names.old: _linkable(names)} if names.old != names.old_stem else {}
    )


def _linkable(names: NewName) -> str:
    """The new name as a link can say it."""
    return names.new_stem if _NOT_IN_LINK.search(names.new) else names.new


def _names_after(vault: Vault, person: Person, names: NewName, alias: bool) -> Mapping[str, Sequence[str]]:
    found = {
        name: [path for path in paths if path != person.path]
        for name, paths in link_names(vault.notes, vault.by_path).items()
    }
    kept = (names.new, *person.aliases, *((names.old,) if alias else ()))
    for name in kept:
        found.setdefault(name, []).append(names.new_path)
    return found


def _after(vault: Vault, names: NewName, aliases: Mapping[str, Sequence[str]]) -> Resolver:
    paths = (names.new_path if path == names.old_path else path for path in vault.notes)
    return Resolver(paths, aliases)


def _headings(names: NewName, text: str) -> Iterator[str]:
    """Headings that still say the old name: the user's words, which stay."""
    if f"# {names.old}" not in text:
        return
    for line in lines_of(text, body_start(text)):
        if line.kind == "heading" and heading_text(line).strip() == names.old:
            yield f"{names.new_path}:{line.number}: the heading still says {names.old}"


# -- links, for a renaming and for a merging alike


class Relinker:
    """Rewrites the links that mean one note, so that they mean another (its new name; who takes it up).

    `says` are the words that links use for it, and what they shall say; `shows` the words that readers see,
    where they shall say something else. A link that would mean another note than before gets its path.
    """

    def __init__(
        self,
        before: Resolver,
        after: Resolver,
        old_path: str,
        new_path: str,
        says: Mapping[str, str],
        shows: Mapping[str, str] | None = None,
    ) -> None:
        self._before, self._after = before, after
        self._old, self._new = old_path, new_path
        self._says = {fold_target(words): new for words, new in reversed([*says.items()])}
        self._exactly = says
        self._shows = {**says, **(shows or {})}
        self._hint = _hint_of((*says, *says.values()))
        self.notes: list[str] = []

    def may_matter(self, raw: bytes) -> bool:
        """False for a note in which no link of ours can be; most notes are not read any further."""
        if b"[[" not in raw and b"](" not in raw and b"]:" not in raw:
            return False
        return self._hint.search(raw.lower()) is not None

    def relink(self, path: str, text: str, but: range = range(0)) -> Relinked:
        """A note with its links rewritten, all but those within these characters. Raises EditRefused."""
        found = relink(path, text, lambda spot: None if spot.start in but else self._rewrite(path, spot))
        if found.left and self.may_matter(encode(text[: body_start(text)])):
            self.notes.append(f"{found.left}; links in its properties are left as they are")
        return found

    def _rewrite(self, path: str, spot: Spot) -> Retarget | Unlink | None:
        meant = self._before.resolve(spot.target, path)
        here = self._new if path == self._old else path
        if meant is None:
            if self._old in self._before.ambiguous(spot.target, path):
                self.notes.append(
                    f"{here}:{spot.line}: {spot.source} could mean several notes; left as it is"
                )
            return None
        if meant != self._old:
            means = self._after.resolve(spot.target, here)
            return None if means == meant else self._by_path(spot, meant, here)
        folder, slash, last = spot.target.rpartition("/")
        ending = last[-3:] if last[-3:].lower() == ".md" else ""
        words = last.removesuffix(ending)
        new = self._says.get(fold_target(words))
        if new is None or fold_target(words) == fold_target(new):
            if self._leads(spot.target, here) and words not in self._exactly:
                return None
            new = new or next(iter(self._exactly.values()))
        target = f"{folder}{slash}{new}{ending}"
        elsewhere = slash and self._old.rpartition("/")[0] != self._new.rpartition("/")[0]
        if elsewhere or not self._leads(target, here):
            return self._by_path(spot, self._new, here, new)
        shown = self._shows.get(spot.shown) if spot.shown_at >= 0 else self._readable(spot, words, new)
        if target == spot.target and shown is None:
            return None
        return Retarget(target, shown)

    def _readable(self, spot: Spot, words: str, new: str) -> str | None:
        """What a reader sees where a wikilink said a name and would only say a slug now."""
        if spot.form != "wiki" or spot.embed or words == words.lower() or new != new.lower():
            return None
        says = self._shows.get(words, words)
        return words if says == new else says

    def _leads(self, target: str, here: str) -> bool:
        return self._after.resolve(target, here) == self._new

    def _by_path(self, spot: Spot, path: str, here: str, shown: str = "") -> Retarget | None:
        """The link with the whole path, the same words shown; the way there from the note's own folder in a
        Markdown link, as every program but Obsidian reads it."""
        target = path if spot.form != "wiki" else path[:-3]
        if spot.form != "wiki":
            target = relative_path(path, here)
        if self._after.resolve(target, here) != path:
            self.notes.append(f"{here}:{spot.line}: {spot.source} is left as it is: no link would be clear")
            return None
        if spot.form == "wiki" and spot.shown_at < 0 and "/" not in spot.target:
            return Retarget(target, shown or spot.target)
        return Retarget(target, self._shows.get(spot.shown) if spot.shown_at >= 0 else None)


def relative_path(path: str, here: str) -> str:
    """The way from the folder of the note `here` to another note, as Markdown links say it."""
    parts, folder = path.split("/"), here.split("/")[:-1]
    same = 0
    while same < min(len(parts) - 1, len(folder)) and parts[same] == folder[same]:
        same += 1
    return "/".join([*[".."] * (len(folder) - same), *parts[same:]])


def _hint_of(words: Iterable[str]) -> re.Pattern[bytes]:
    """What stands in every spelling of a link that says one of these words, whatever the case, the encoding
    of accents, and percent signs: its plain letters and digits in order, with not too much between them."""
    return re.compile(b"|".join(sorted({_hint(word) for word in words})))


def _hint(word: str) -> bytes:
    out, at = b"", -1
    for run in _RUN.finditer(word):
        gap = run.start() - at
        out += b"" if at < 0 else b"[^\n]{1,%d}?" % (_LONGEST_SIGN * gap)
        out += run.group().lower().encode()
        at = run.end()
    return out + b"(?![a-z0-9])" if at == len(word) else out


@record
class RelinkedNotes:
    """The notes of a vault whose links change, how many in each; `pages` as in `Renaming`."""

    changes: tuple[FileChange, ...]
    counts: Mapping[str, int]
    pages: tuple[FileChange, ...]


def relink_all(
    vault: Vault, read: Read, links: Relinker, pages: Collection[str], without: Collection[str] = ()
) -> RelinkedNotes:
    """Every note of the vault whose links change. One that cannot be read is named and left alone; one that
    cannot be changed is refused, and with it the whole (EditRefused)."""
    changes: list[FileChange] = []
    later: list[FileChange] = []
    counts: dict[str, int] = {}
    for path in vault.notes:
        if path in without:
            continue
        try:
            raw = read(path)
        except EditRefused as refused:
            links.notes.append(f"{path}: {refused.reason}; links in it are left as they are")
            continue
        if not links.may_matter(raw):
            continue
        text = decode(raw)
        generated = _generated(text) if path in pages else range(0)
        found = links.relink(path, text, generated)
        if found.changed:
            changes.append(FileChange(path, raw, encode(found.text), _ANYTHING))
            counts[path] = len(found.changed)
        if generated and (inside := links.relink(path, found.text)).changed:
            later.append(FileChange(path, encode(found.text), encode(inside.text), _ANYTHING))
    return RelinkedNotes(tuple(changes), counts, tuple(later))


def _generated(text: str) -> range:
    """The characters of a dashboard's generated part; none if that cannot be told."""
    try:
        part = find_generated(text)
    except MarkerProblem:
        return range(0)
    return range(part.start, part.end) if part is not None else range(0)
