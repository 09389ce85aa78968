"""Whom a tick line means, and the same words as another person's note would say them."""

from __future__ import annotations

import re

from vault_crm.core.dashboard.ticks import Entry
from vault_crm.core.dashboard.ticks import note_links
from vault_crm.core.links import Link
from vault_crm.core.links import Resolver
from vault_crm.core.links import stem_of
from vault_crm.core.model import Person
from vault_crm.core.model import Vault
from vault_crm.core.names import find_people
from vault_crm.core.record import record
from vault_crm.render.markdown import href
from vault_crm.render.markdown import link as make_link
from vault_crm.render.markdown import relative

_DATE = re.compile(r"\d{4}-\d\d-\d\d\Z")


@record
class Whose:
    """The people that a tick line links, the one it begins with first; or why that is not clear."""

    people: tuple[Person, ...] = ()
    problem: str = ""


class LinkedPeople:
    """Finds people by the links of one dashboard."""

    def __init__(self, vault: Vault, from_path: str, markdown_links: bool) -> None:
        self._vault = vault
        self._from = from_path
        self._markdown = markdown_links
        names: dict[str, list[str]] = {}
        for person in vault.people:
            for name in (person.name, *person.aliases):
                names.setdefault(name, []).append(person.path)
        self._resolver = Resolver(vault.notes, names)

    def of(self, entry: Entry) -> Whose:
        """Everybody whom a tick line links. A link to a note that is no person is only text, unless the line
        begins with it and links nobody else."""
        found: dict[str, Person] = {}
        for link in entry.links:
            person, problem = self._one(link)
            if problem and (link is entry.head or "could be" in problem):
                return Whose(problem=problem)
            if person is not None:
                found.setdefault(person.path, person)
        if found:
            return Whose(tuple(found.values()))
        if not entry.links:
            return Whose(problem="this line links nobody; link a person's note, as in [[Ana Sousa]]")
        shown = entry.links[0].shown
        return Whose(problem=f'"{shown}" is nobody\'s note here; link the note of a person')

    def path_of(self, entry: Entry) -> str:
        """The path of the person whose line this is, '' if it does not begin with somebody's link."""
        person = self._one(entry.head)[0] if entry.head else None
        return person.path if person else ""

    def _one(self, link: Link) -> tuple[Person | None, str]:
        """The person behind a link; (None, '') for another note or a day."""
        path = self._resolver.resolve(link.target, self._from)
        if path is not None:
            return self._vault.by_path.get(path), ""
        several = self._resolver.ambiguous(link.target, self._from)
        people = [self._vault.by_path[path] for path in several if path in self._vault.by_path]
        if len(people) == 1:
            return people[0], ""
        if people:
            listed = ", ".join(p.path for p in people)
            return None, f'"{link.shown}" could be {listed}; link the path of the one you mean'
        if several or _DATE.search(link.target):
            return None, ""
        return self._by_name(link)

    def _by_name(self, link: Link) -> tuple[Person | None, str]:
        """A note that was renamed outside of the editor is found by the name that the line shows."""
        stem = stem_of(link.target)
        for name in dict.fromkeys((link.shown, stem)):
            match = find_people(self._vault, name)
            if match.exact and len(match.people) == 1:
                return self._vault.by_path[match.people[0].path], ""
            if match.exact:
                listed = ", ".join(p.path for p in match.people)
                return None, f'"{name}" could be {listed}; link the path of the one you mean'
        return None, f'nobody here is called "{link.shown}"; link a person\'s note, or delete this line'

    def words_for(self, words: str, person: Person, head: Person) -> str:
        """The words of a line that begins with `head`, as they shall stand in `person`'s own log: a link to
        that person becomes one to `head`, and addresses are counted from the note's folder."""
        out, at = [], 0
        for link in note_links(words):
            raw = words[link.col - 1 : link.end_col - 1]
            linked = self._one(link)[0]
            out.append(words[at : link.col - 1])
            if linked is not None and linked.path == person.path and head.path != person.path:
                out.append(self._note_link(head, person.path))
            elif raw.startswith("[["):
                out.append(raw)
            elif linked is not None:
                address = href(relative(linked.path, person.path))
                out.append(f"{raw[: raw.index('](') + 2]}{address})")
            else:
                out.append(raw)
            at = link.end_col - 1
        return "".join(out) + words[at:]

    def _note_link(self, person: Person, from_path: str) -> str:
        if self._markdown:
            return make_link(person.name, person.path, from_path)
        stem = stem_of(person.path)
        if self._resolver.resolve(stem, from_path) != person.path:
            return make_link(person.name, person.path, from_path, "wiki")
        return make_link(person.name, f"{stem}.md", from_path, "wiki")
