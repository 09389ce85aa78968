"""A new person's note: where it goes, what it is called, and the template filled in by ordinary edits.

The template may be anything; every property is set by the same edits as in a note that exists, so that a
value never breaks the frontmatter.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Container
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import MutableMapping
from collections.abc import Sequence
from itertools import count

from vault_crm.core.actions import Draft
from vault_crm.core.actions import plan_new
from vault_crm.core.model import Person
from vault_crm.core.model import Value
from vault_crm.core.model import Vault
from vault_crm.core.names import fold
from vault_crm.core.names import names_of
from vault_crm.core.names import safe_stem
from vault_crm.core.note import parse_note
from vault_crm.core.person import is_id
from vault_crm.core.plan import Plan
from vault_crm.core.settings import Settings
from vault_crm.core.text import decode
from vault_crm.core.text import encode

DEFAULT_FOLDER = "People"
_STEM_BYTES = 200  # as `safe_stem` cuts


def people_folder(vault: Vault, settings: Settings) -> str:
    """Where a new person goes: as the settings say, else the folder in which most people are, else People."""
    if settings.new_people:
        return plain_folder(settings.new_people)
    if settings.people:
        return plain_folder(settings.people[0])
    folders: Counter[str] = Counter()
    for person in vault.people:
        rule, _, name = person.note.person_rule.partition(" ")
        if rule == "folder":
            folders[_down_to(person.path, name)] += 1
    return folders.most_common(1)[0][0] if folders else DEFAULT_FOLDER


def plain_folder(folder: str) -> str:
    """A folder as the paths of notes begin with it; '' for the vault itself (`.`, `/`). A path has one
    spelling only: by another one, nothing that is remembered of a note would be found."""
    return "/".join(part for part in folder.split("/") if part not in ("", "."))


def _down_to(path: str, folder: str) -> str:
    """The path of a note cut behind the folder of this name: `Notes/People` for
    `Notes/People/Work/ana.md`."""
    parts = path.split("/")[:-1]
    for depth, part in enumerate(parts, 1):
        if part.casefold() == folder.rpartition("/")[2].casefold():
            return "/".join(parts[:depth])
    return "/".join(parts)


def same_name(vault: Vault, name: str) -> tuple[Person, ...]:
    """Everybody who is called so already, by name, alias or file name, without case and accents."""
    wanted = fold(name)
    return tuple(p for p in vault.people if wanted in {fold(text) for text in names_of(p)})


def free_path(
    vault: Vault, folder: str, name: str, hints: Sequence[str], settings: Settings | None = None
) -> str:
    """A path for a new note that no file system takes for another's: case and accents' encoding do not tell
    apart.

    Where the name is taken, the first of the hints (a company, a city) stands behind it, else a plain word. A
    number alone is not used: ` 2.md` is what sync programs call their copies.
    """
    return free_among(taken_paths(vault, settings), folder, name, hints)


def taken_paths(vault: Vault, settings: Settings | None = None) -> set[str]:
    """The paths of all notes, as `free_among` compares them, and that of the dashboard, there or not."""
    board = {path_key(plain_folder(settings.dashboard_file))} if settings is not None else set()
    return {path_key(path) for path in vault.notes} | board


def free_among(
    taken: Container[str],
    folder: str,
    name: str,
    hints: Sequence[str],
    last: MutableMapping[str, int] | None = None,
) -> str:
    """`free_path` for one of many: whoever makes several notes adds the `path_key` of each to `taken`. `last`
    remembers the last number of each name, so that thousands of namesakes are not counted anew each time."""
    prefix = f"{folder}/" if folder else ""
    base = safe_stem(name)
    words = [word for word in (safe_stem(hint) for hint in hints if hint.strip()) if word]
    for ending in ("", *(f" ({word})" for word in words), " (another)"):
        path = f"{prefix}{_ended(base, ending)}.md"
        if path_key(path) not in taken:
            return path
    known = last if last is not None else {}
    for number in count(known.get(base, 2)):
        path = f"{prefix}{_ended(base, f' (another, {number})')}.md"
        if path_key(path) not in taken:
            break
    known[base] = number
    return path


def _ended(base: str, ending: str) -> str:
    """A stem with an ending, cut before it where both together would be too long for a file name."""
    room = max(_STEM_BYTES - len(ending.encode()), _STEM_BYTES // 2)
    return safe_stem(base.encode()[:room].decode(errors="ignore") + ending) if ending else base


def path_key(path: str) -> str:
    """A path as file systems compare it: case and the encoding of accents do not tell two apart."""
    return unicodedata.normalize("NFC", path).casefold()


def with_names(path: str, name: str, values: Mapping[str, Value]) -> Mapping[str, Value]:
    """The properties of a new note, with what keeps its person's real name.

    Where the file's name is not the person's, the real one stands in `name` and among the aliases, so that
    links that say it still find the note.
    """
    stem = path.rpartition("/")[2].removesuffix(".md")
    full = dict(values)
    if stem != name:
        full["aliases"] = (name, *(alias for alias in _items(values.get("aliases", ())) if alias != name))
    if stem != name or is_id(stem):  # a note whose file name is an id is called by its first heading
        full["name"] = name
    return full


def plan_person(path: str, template: str, name: str, values: Mapping[str, Value], settings: Settings) -> Plan:
    """The new note: the template with these properties set. Raises EditRefused where the template resists.

    A note that no rule would take for a person's gets the tag `person`.
    """
    draft = Draft(path, encode(template), settings)
    for key, value in values.items():
        if value not in (None, "", ()):
            draft.set(key, value)
    if not parse_note(path, _text_of(draft), settings).person_rule:
        draft.set("tags", ("person", *_items(values.get("tags", ()))))
    return plan_new(path, _text_of(draft), name)


def is_person(plan: Plan, settings: Settings) -> bool:
    """True if a rule takes the planned note for a person's."""
    return all(parse_note(c.path, decode(c.result or b""), settings).person_rule for c in plan.changes)


def _text_of(draft: Draft) -> str:
    return decode(draft.change().result or b"")


def _items(value: Value) -> Iterable[str]:
    items = value if isinstance(value, tuple) else (value,)
    return tuple(item for item in items if isinstance(item, str) and item)
