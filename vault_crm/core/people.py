"""Which notes are people, and by which rule (docs/vault-format.md, section 2)."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence
from unicodedata import normalize

from vault_crm.core.fields import fold_key
from vault_crm.core.late import late
from vault_crm.core.links import links_in
from vault_crm.core.links import stem_of
from vault_crm.core.model import Property
from vault_crm.core.model import text_items
from vault_crm.core.settings import Settings

PERSON_TAGS = frozenset({"person", "people", "contact"})
_PERSON_TYPES = frozenset({"person", "persons", "people", "contact", "contacts"})
_FOLDERS = frozenset({"people", "contacts", "friends"})
INDEXES = frozenset({"index", "_index", "readme", *_FOLDERS})
_TEMPLATES = frozenset({"templates", "_templates"})
_TYPE_KEYS = frozenset({"type", "fileclass", "categories"})
_TAG_KEYS = frozenset({"tags", "tag"})
_KEYS = frozenset({"cadence", "contactfrequency", "lasttalkedto"})
# What people are to each other: as a `type` these say more about a person, not that the note is none.
_RELATION_WORDS = """
    acquaintance advisor alumni alumnus aunt author boss boyfriend brother buddy child client
    classmate coach colleague connection cousin coworker customer daughter doctor family father
    fiance fiancee flatmate friend girlfriend grandfather grandmother grandparent human husband
    individual inlaw investor journalist kid lead manager member mentee mentor mother neighbor
    neighbour network nephew niece parent partner patient peer penpal personal professional prospect
    recruiter relation relative roommate sibling sister son spouse student supplier teacher teammate
    therapist tutor uncle vendor vip wife work
"""
_RELATIONS = frozenset(_RELATION_WORDS.split())
_OF = late(r"\s(?:of|from|at|in)\s")


def person_rule(path: str, properties: Sequence[Property], settings: Settings) -> str:
    """By which rule the note is a person: 'folder People', 'tag person/family', 'type person', 'property
    cadence'; '' if it is none. That a dated note is never a person is decided by `core.note`."""
    if never_person(path, settings):
        return ""
    folder = people_folder(path, settings)
    if folder and not (says_other(properties) or _is_index(path)):
        return f"folder {folder}"
    return own_rule(properties)


def own_rule(properties: Sequence[Property]) -> str:
    """By which rule a note is a person that does not lie in a people folder."""
    for tag in _tags(properties):
        if tag.split("/")[0].casefold() in PERSON_TAGS:
            return f"tag {tag}"
    for kind in _types(properties):
        if kind.casefold() in _PERSON_TYPES:
            return f"type {kind.casefold()}"
    return next((f"property {prop.key}" for prop in properties if is_persons_key(prop.key)), "")


def says_other(properties: Sequence[Property]) -> bool:
    """True if the note has a type, and it is nothing that a person can be."""
    types = _types(properties)
    return bool(types) and not any(_is_about_people(word) for word in types)


def other_type(path: str, properties: Sequence[Property], settings: Settings) -> Property | None:
    """The `type` because of which a note in a people folder is no person; None if that is not the reason."""
    if not people_folder(path, settings) or never_person(path, settings):
        return None
    if person_rule(path, properties, settings) or not says_other(properties):
        return None
    return next(prop for prop in properties if fold_key(prop.key) in _TYPE_KEYS and _words(prop))


def says_person(properties: Sequence[Property]) -> bool:
    """True if the note itself says that it is a person, by its type or a property that only people have."""
    return any(word.casefold() in _PERSON_TYPES for word in _types(properties)) or any(
        is_persons_key(prop.key) for prop in properties
    )


def people_folder(path: str, settings: Settings) -> str:
    """The people folder that a note lies in, as its path spells it; '' if in none."""
    parts = path.split("/")[:-1]
    if settings.people:
        for wanted in settings.people:
            names = [fold_name(part) for part in wanted.split("/") if part not in ("", ".")]
            if [fold_name(part) for part in parts[: len(names)]] == names:
                return "/".join(parts[: len(names)]) or "."
        return ""
    for number, part in enumerate(parts):
        if part.casefold() in _FOLDERS:
            return "/".join(parts[: number + 1])
    return ""


def in_folders(path: str, folders: Iterable[str]) -> bool:
    """True if a note lies in one of these vault-relative folders, or below."""
    folded = fold_name(path)
    return any(
        folded.startswith(fold_name(folder.strip("/")) + "/") for folder in folders if folder.strip("/. ")
    )


def never_person(path: str, settings: Settings) -> bool:
    """True for templates, and for notes that are called as indexes are."""
    parts = path.split("/")
    stem = fold_name(stem_of(path))
    if stem in INDEXES or any(part.casefold() in _TEMPLATES for part in parts[:-1]):
        return True
    if settings.people and len(parts) > 1 and stem == fold_name(parts[-2]) and _is_root(parts[:-1], settings):
        return True
    return in_folders(path, (*settings.template_folders, *settings.conventions.template_folders))


def _is_root(parts: Sequence[str], settings: Settings) -> bool:
    folder = fold_name("/".join(parts))
    return any(fold_name(wanted.strip("/")) == folder for wanted in settings.people)


def _is_index(path: str) -> bool:
    """True for a note that is named as its folder: an index, or one of a folder for each person; only what
    the note says of itself can tell."""
    parts = path.split("/")
    return len(parts) > 1 and bare_name(stem_of(path)) == bare_name(parts[-2])


def bare_name(name: str) -> str:
    """A name without the emoji, numbers and signs that order folders: `🗂️ People` and `01 - People` are
    People."""
    folded = fold_name(name)
    return folded.lstrip("".join(char for char in folded if not char.isalpha())) or folded


def is_persons_key(key: str) -> bool:
    folded = fold_key(key)
    return (
        folded in _KEYS
        or folded.startswith("lastcontact")
        or key.strip().casefold().startswith(("prm-", "prm_"))
    )


def _tags(properties: Iterable[Property]) -> list[str]:
    found = []
    for prop in properties:
        if fold_key(prop.key) in _TAG_KEYS:
            for item in text_items(prop.value):
                found += [word.strip("#/") for word in item.replace(",", " ").split()]
    return [tag for tag in found if tag]


def _types(properties: Iterable[Property]) -> list[str]:
    return [word for prop in properties if fold_key(prop.key) in _TYPE_KEYS for word in _words(prop)]


def type_words(properties: Iterable[Property]) -> list[str]:
    """What `type`, `fileClass` and `categories` say, and the tags, in lower case."""
    return [word.casefold() for word in (*_types(properties), *_tags(properties))]


def _words(prop: Property) -> list[str]:
    """The words of a type: plain, in a list, cut at commas, or the names of links."""
    found = []
    for item in text_items(prop.value):
        links = links_in(item)
        names = [stem_of(link.target) for link in links] or item.split(",")
        found += [" ".join(name.strip(" #\"'").split()) for name in names]
    return [word for word in found if word]


def _is_about_people(word: str) -> bool:
    """True for person words and for what a person can be to one: `friend`, `Former client`, `friend of
    Ana`; not for a `client project`."""
    parts = _OF.split(word.casefold())[0].replace("/", " ").replace("_", " ").replace("-", " ").split()
    last = parts[-1] if parts else ""
    return last in _PERSON_TYPES or last in _RELATIONS or last.removesuffix("s") in _RELATIONS


def fold_name(text: str) -> str:
    return text.lower() if text.isascii() else normalize("NFC", text).casefold()
