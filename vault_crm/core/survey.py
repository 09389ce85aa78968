"""What `init` finds in a vault: who is taken for a person and why, how the vault spells, dates and links.

A survey only counts. It proposes default cadences, but never chooses one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from collections.abc import Mapping
from datetime import date

from vault_crm.core.actions import key_style
from vault_crm.core.cadence import format_cadence
from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Note
from vault_crm.core.model import Person
from vault_crm.core.model import Vault
from vault_crm.core.record import field
from vault_crm.core.record import record
from vault_crm.core.settings import Settings

# Words in the names of tags and folders, and a cadence that people usually mean by them. First match wins.
USUAL: tuple[tuple[tuple[str, ...], str], ...] = (
    (("partner", "parent", "parents"), "1 week"),
    (("family", "inner", "close", "best"), "2 weeks"),
    (("friend", "friends", "freunde", "amigos"), "1 month"),
    (("mentor", "mentors", "mentee", "mentees"), "2 months"),
    (
        ("colleague", "colleagues", "work", "team", "neighbour", "neighbours", "neighbor", "neighbors"),
        "3 months",
    ),
    (("client", "clients", "customer", "customers", "former", "alumni", "university"), "4 months"),
    (("acquaintance", "acquaintances", "network", "weak", "conference"), "1 year"),
)
# Tags and folders that only say that a note is a person; a cadence for everybody is not proposed.
PLAIN = frozenset({"person", "people", "contact", "contacts"})
DATED = frozenset({"daily note", "meeting", "dated note", "name in a daily note"})
# The codes of diagnostics that hide a note's whole frontmatter.
UNREADABLE = frozenset(
    [
        "broken-yaml",
        "unclosed-frontmatter",
        "frontmatter-too-large",
        "yaml-too-complex",
        "not-a-mapping",
        "not-utf8",
        "nul-bytes",
        "conflict-markers",
    ]
)
SHOWN_FIELDS = ("cadence", "last_contact", "next_contact", "snooze_until", "birthday")


@record
class Proposal:
    """A default cadence that `init` proposes for a tag or folder; `why` says where it comes from."""

    kind: str
    name: str
    people: int
    cadence: str
    why: str


@record
class Survey:
    """What a vault looks like. Counts are of notes; `spellings` maps fields to (key, count) pairs."""

    notes: int = 0
    people: int = 0
    rules: tuple[tuple[str, int], ...] = ()
    spellings: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    keys: str = ""
    daily_notes: int = 0
    meetings: int = 0
    daily_folder: str = ""
    daily_format: str = ""
    daily_known: bool = False
    templates: tuple[str, ...] = ()
    markdown_links: bool = False
    unreadable: tuple[Diagnostic, ...] = ()
    with_contact: int = 0
    from_dated: int = 0
    without_cadence: int = 0
    proposals: tuple[Proposal, ...] = ()


def survey(vault: Vault, settings: Settings, today: date) -> Survey:
    """Counts what `init` shows."""
    people = vault.people
    conventions = settings.conventions
    last = [_last_how(person, today) for person in people]
    return Survey(
        notes=len(vault.notes),
        people=len(people),
        rules=tuple(Counter(p.note.person_rule for p in people).most_common()),
        spellings=_spellings(people),
        keys=_key_style(people),
        daily_notes=sum(1 for n in vault.notes.values() if n.dated_as == "daily note"),
        meetings=sum(1 for n in vault.notes.values() if n.dated_as == "meeting"),
        daily_folder=settings.daily_folder or conventions.daily_folder,
        daily_format=settings.daily_format or conventions.daily_format,
        daily_known=bool(settings.daily_format) or conventions.daily_known,
        templates=tuple(dict.fromkeys((*settings.template_folders, *conventions.template_folders))),
        markdown_links=conventions.markdown_links,
        unreadable=_unreadable(vault.notes.values()),
        with_contact=sum(1 for how in last if how),
        from_dated=sum(1 for how in last if how in DATED),
        without_cadence=sum(
            1 for p in people if p.cadence is None and not (p.gone or p.paused or p.blockers)
        ),
        proposals=(*_tag_proposals(people), *_folder_proposals(people)),
    )


def _last_how(person: Person, today: date) -> str:
    return next((e.how for e in person.evidence if e.counts and e.on <= today), "")


def _spellings(people: Iterable[Person]) -> Mapping[str, tuple[tuple[str, int], ...]]:
    counts: dict[str, Counter[str]] = {name: Counter() for name in SHOWN_FIELDS}
    for person in people:
        for prop in person.note.properties:
            if prop.field in counts:
                counts[prop.field][prop.key] += 1
    return {name: tuple(found.most_common()) for name, found in counts.items() if found}


def _key_style(people: Iterable[Person]) -> str:
    styles = Counter(key_style([p.key for p in person.note.properties]) for person in people)
    del styles[""]
    return styles.most_common(1)[0][0] if styles else ""


def _unreadable(notes: Iterable[Note]) -> tuple[Diagnostic, ...]:
    """The first diagnostic of each note whose frontmatter cannot be read, in path order."""
    found = (next((d for d in note.diagnostics if d.code in UNREADABLE), None) for note in notes)
    return tuple(sorted((d for d in found if d is not None), key=lambda d: d.span))


def usual_cadence(name: str) -> str:
    """The cadence that a tag or folder of this name usually means; '' if its name says nothing."""
    # The last part of `person/mentor` or `Friends/Work` says more than what stands before it.
    for part in reversed(name.casefold().split("/")):
        words = set(part.replace("-", " ").replace("_", " ").split())
        for known, cadence in USUAL:
            if words & set(known):
                return cadence
    return ""


def _proposal(kind: str, name: str, members: list[Person]) -> Proposal | None:
    own = Counter(
        format_cadence(p.cadence)
        for p in members
        if p.cadence and p.cadence_from == "own" and not p.cadence.never
    )
    cadence, count = own.most_common(1)[0] if own else ("", 0)
    if count > 1:
        return Proposal(kind, name, len(members), cadence, f"{count} of them have it already")
    usual = usual_cadence(name)
    return Proposal(kind, name, len(members), usual, "what its name suggests") if usual else None


def _tag_proposals(people: Iterable[Person]) -> list[Proposal]:
    groups: dict[str, list[Person]] = {}
    for person in people:
        for tag in person.tags:
            if tag.casefold() not in PLAIN:
                groups.setdefault(tag, []).append(person)
    return _proposals("tag", groups)


def _folder_proposals(people: Iterable[Person]) -> list[Proposal]:
    groups: dict[str, list[Person]] = {}
    for person in people:
        folder = person.path.rpartition("/")[0]
        if folder and folder.rpartition("/")[2].casefold() not in PLAIN:
            groups.setdefault(folder, []).append(person)
    return _proposals("folder", groups)


def _proposals(kind: str, groups: Mapping[str, list[Person]]) -> list[Proposal]:
    made = (_proposal(kind, name, members) for name, members in groups.items())
    return sorted((p for p in made if p is not None), key=lambda p: (-p.people, p.name))[:12]


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def describe(found: Survey) -> list[str]:
    """The survey in lines for a person to read."""
    lines = [f"{_count(found.notes, 'note')}, {_count(found.people, 'person', 'people')}"]
    lines += [f"  {count:>5,}  by {rule}" for rule, count in found.rules]
    if not found.people:
        lines.append(
            "  Nobody yet. People are notes in a folder People, Contacts or Friends, or with the tag person;"
        )
        lines.append("  `--people DIR` names another folder.")
    if found.spellings:
        said = (", ".join(f"{key} ({n:,})" for key, n in keys) for keys in found.spellings.values())
        lines.append(f"Properties: {' · '.join(said)}")
    lines += _describe_dated(found)
    lines.append(f"Templates: {', '.join(found.templates) if found.templates else 'no folder for them'}")
    lines.append(f"Links: {'[Markdown](links.md)' if found.markdown_links else '[[wikilinks]]'}")
    lines += _describe_unreadable(found)
    if found.without_cadence:
        lines.append(
            f"{_count(found.without_cadence, 'person has', 'people have')} no cadence; nobody is reminded of"
            " them until you choose one (`vault-crm triage` helps)"
        )
    return lines


def _describe_dated(found: Survey) -> list[str]:
    if not found.daily_notes and not found.meetings:
        return ["Daily notes: none found"]
    where = f"in {found.daily_folder}" if found.daily_folder else "in the whole vault"
    source = "as Obsidian's settings say" if found.daily_known else "by their names"
    lines = [f"Daily notes: {found.daily_notes:,} {where}, {found.daily_format} ({source})"]
    if found.meetings:
        lines.append(f"Meeting notes: {found.meetings:,}")
    come = "comes" if found.from_dated == 1 else "come"
    lines.append(
        f"  {found.from_dated:,} of {_count(found.with_contact, 'last contact')} {come} from dated notes"
        " (`vault-crm why NAME` shows which; dated_notes = false switches it off)"
    )
    return lines


def _describe_unreadable(found: Survey) -> list[str]:
    if not found.unreadable:
        return []
    count = len(found.unreadable)
    lines = [f"{_count(count, 'note has', 'notes have')} frontmatter that cannot be read:"]
    lines += [f"  {d.span.path}:{d.span.line}: {d.message}" for d in found.unreadable[:5]]
    if count > 5:
        lines.append(f"  and {count - 5:,} more: `vault-crm check`")
    return lines
