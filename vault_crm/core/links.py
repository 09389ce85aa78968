"""Links in a line, and which note a link means.

Wikilinks as Obsidian reads them (`[[Name]]`, `[[Folder/Name|shown]]`, `[[Name#Heading]]`, `\\|` in tables,
embeds) and Markdown links (`[shown](People/Name%20X.md)`, in `<...>` or not, `.md` optional). External
addresses and links within the note are no links to a note.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple
from unicodedata import normalize

# Each piece stops at the next bracket, so that a line of 500 kB of them is read in linear time.
_LINK = (
    r"(?P<bang>!?)(?:"
    r"\[\[(?P<wiki>[^\[\]]+)\]\]"
    r"|\[(?P<shown>[^\[\]]*)\]\([ \t]*+"
    r"(?:<(?P<angle>[^<>]*)>|(?P<bare>[^\s()<>]*+(?:\([^\s()]*\)[^\s()<>]*)*))"
    r"(?:[ \t]++(?:\"[^\"()]*\"|'[^'()]*'))?[ \t]*+\)"
    r")"
)
_SCHEME = r"[A-Za-z][A-Za-z0-9+.-]+:"
_PERCENT = r"(?:%[0-9A-Fa-f]{2})+"
# Resolving links needs none of them.
_compiled = lru_cache(maxsize=3)(re.compile)


class Link(NamedTuple):
    """A link: `target` without heading and block reference, `shown` what a reader sees; columns from 1."""

    target: str
    shown: str
    col: int
    end_col: int
    embed: bool = False


def links_in(masked: str) -> list[Link]:
    """The links of a line (or of a property's text) whose code and comments are blanked out."""
    if "[[" not in masked and "](" not in masked:
        return []
    found = []
    for match in _compiled(_LINK).finditer(masked):
        if _escaped(masked, match.start()):
            continue
        wiki = match.group("wiki")
        if wiki is not None:
            target, shown = _wiki(wiki)
        else:
            angle = match.group("angle")
            target, shown = _markdown(
                angle if angle is not None else match.group("bare"), match.group("shown")
            )
        if target:
            embed = bool(match.group("bang"))
            found.append(Link(target, shown, match.start() + 1, match.end() + 1, embed))
    return found


def shown_text(masked: str) -> str:
    """A line with every link replaced by what a reader sees of it, and embeds left out."""
    links = links_in(masked)
    if not links:
        return masked
    parts: list[str] = []
    at = 0
    for link in links:
        parts.append(masked[at : link.col - 1])
        parts.append("" if link.embed else link.shown)
        at = link.end_col - 1
    parts.append(masked[at:])
    return "".join(parts)


def without_links(masked: str) -> str:
    """A line with every link blanked out, of the same length."""
    parts: list[str] = []
    at = 0
    for link in links_in(masked):
        parts += (masked[at : link.col - 1], " " * (link.end_col - link.col))
        at = link.end_col - 1
    return "".join(parts) + masked[at:]


def _escaped(text: str, at: int) -> bool:
    before = at
    while before and text[before - 1] == "\\":
        before -= 1
    return (at - before) % 2 == 1


def _wiki(inner: str) -> tuple[str, str]:
    target, bar, alias = inner.partition("|")
    if bar and target.endswith("\\"):
        target = target[:-1]
    name = target.partition("#")[0].strip()
    return name, alias.strip() or name


def _markdown(address: str, shown: str) -> tuple[str, str]:
    if _compiled(_SCHEME).match(address) or address.startswith(("#", "//")):
        return "", ""
    target = _compiled(_PERCENT).sub(_decode, address.partition("#")[0]).strip()
    return target, shown.strip() or target


def _decode(match: re.Match[str]) -> str:
    return bytes.fromhex(match.group().replace("%", "")).decode("utf-8", "replace")


def stem_of(path: str) -> str:
    """A note's name without its folders and `.md`, however that is written: what a link says."""
    name = path.rpartition("/")[2]
    return name[:-3] if name[-3:].lower() == ".md" else name


def fold_target(text: str) -> str:
    """A link target or path as links are compared: NFC, without case, without `.md`."""
    if not text.isascii():
        text = normalize("NFC", text).casefold()
    else:
        text = text.lower()
    return text[:-3] if text.endswith(".md") else text


class Resolver:
    """Which note a link means: an exact path, else a unique file name, else a unique name or alias.

    `paths` are all notes of the vault, `names` maps each further name (alias, `name`, title) to the notes
    that bear it. Dictionaries, made once: a look-up costs the same among ten notes and a hundred thousand.
    """

    def __init__(self, paths: Iterable[str], names: Mapping[str, Iterable[str]]) -> None:
        ordered = sorted(paths)
        self._exact = frozenset(ordered)
        folded = _fold_all(ordered)
        self._paths = _Groups(folded, ordered)
        self._stems = _Groups([path.rpartition("/")[2] for path in folded], ordered)
        self._names: dict[str, list[str]] = {}
        for name, bearers in names.items():
            known = self._names.setdefault(_fold_name(name), [])
            known += [path for path in bearers if path not in known]

    def resolve(self, target: str, from_path: str) -> str | None:
        """The path of the note that a link in `from_path` means; None if there is none, or if several fit."""
        found = self._candidates(target, from_path)
        return found[0] if len(found) == 1 else None

    def ambiguous(self, target: str, from_path: str = "") -> tuple[str, ...]:
        """The notes that the target could mean, if they are several; else empty."""
        found = self._candidates(target, from_path)
        return tuple(found) if len(found) > 1 else ()

    def _candidates(self, target: str, from_path: str) -> list[str]:
        wanted = target.partition("#")[0].strip()
        if not wanted:
            return []
        for path in _places(wanted, from_path):
            for exact in (path, path + ".md"):
                if exact in self._exact:
                    return [exact]
            if found := self._paths.find(fold_target(path)):
                return found
        return self._by_name(wanted)

    def _by_name(self, wanted: str) -> list[str]:
        folded = fold_target(wanted.lstrip("/"))
        while folded.startswith(("./", "../")):
            folded = folded.partition("/")[2]
        found = self._stems.find(folded.rpartition("/")[2])
        if "/" in folded:
            # A part of a path, as Obsidian writes it for names that are not unique; else a folder that moved.
            ends = [path for path in found if fold_target(path).endswith("/" + folded)]
            return ends or found
        return found or self._names.get(_fold_name(wanted), [])


class _Groups:
    """Which paths have a key; most keys have one, so that hardly any list is made."""

    def __init__(self, keys: Sequence[str], paths: Sequence[str]) -> None:
        self._one = dict(zip(reversed(keys), reversed(paths), strict=True))
        self._more: dict[str, list[str]] = {}
        if len(self._one) < len(paths):
            for key, path in zip(keys, paths, strict=True):
                if self._one[key] != path:
                    self._more.setdefault(key, [self._one[key]]).append(path)

    def find(self, key: str) -> list[str]:
        if key in self._more:
            return self._more[key]
        return [self._one[key]] if key in self._one else []


def _fold_all(paths: Sequence[str]) -> list[str]:
    """`fold_target` of every path; those of plain ASCII all at once, which is much faster."""
    plain = [path for path in paths if path.isascii()]
    folded = iter(_fold_plain(plain))
    return [next(folded) if path.isascii() else fold_target(path) for path in paths]


def _fold_plain(paths: Sequence[str]) -> list[str]:
    joined = "\n".join(paths)
    if not paths or joined.count("\n") >= len(paths):
        return [fold_target(path) for path in paths]
    return (joined.lower() + "\n").replace(".md\n", "\n")[:-1].split("\n")


def _fold_name(name: str) -> str:
    if name.isascii():
        return " ".join(name.lower().split())
    return " ".join(normalize("NFC", name).casefold().split())


def _places(wanted: str, from_path: str) -> list[str]:
    """The paths that a target may spell out: from the vault's root, then from the note's own folder."""
    folder = from_path.rpartition("/")[0]
    if "/" not in wanted and wanted not in (".", ".."):
        return [wanted, f"{folder}/{wanted}"] if folder else [wanted]
    places = [] if wanted.startswith(("./", "../")) else [wanted.strip("/")]
    if not wanted.startswith("/"):
        relative = normal_path(f"{folder}/{wanted}" if folder else wanted)
        if relative and relative not in places:
            places.append(relative)
    return places


def normal_path(path: str) -> str:
    """A path without `.` and `..`; '' if it leaves the vault."""
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return ""
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
