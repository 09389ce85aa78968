"""Names that dated notes and logs link to, and nobody bears: a typo, or somebody without a note."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vault_crm.checks import Context
from vault_crm.core.links import Resolver
from vault_crm.core.links import stem_of
from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Note
from vault_crm.core.model import Person
from vault_crm.core.model import Span
from vault_crm.core.names import fold
from vault_crm.core.names import names_of
from vault_crm.core.people import people_folder
from vault_crm.core.record import field
from vault_crm.core.record import record
from vault_crm.core.vault import resolver_of

_MOST = 20  # names that are said each on its own; a vault may link to what is no note on purpose
_NEAR = 0.85
# What stands in a name in small letters.
_SMALL = (
    "af al ap bin bint da dal dalla das de degli dei del della den der di do dos du e el ibn la las le les "
    "lo los san st te ten ter van vom von y z zu zum zur"
)
_PARTICLES = frozenset(_SMALL.split())
_ONE_NAME = re.compile(r"[^\W\d_a-z][^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]*)*\.?")


@record(frozen=False)
class _Unknown:
    """A name that leads nowhere, as it is written where it looks most like one ('' if it never does), and
    every place of it."""

    name: str = ""
    places: list[Span] = field(default_factory=list)


def check(context: Context) -> Iterator[Diagnostic]:
    """One hint for each name, at the first place; those linked most often first, and not too many of them."""
    if not context.settings.dated_notes:
        return
    bearers = {fold(name): person for person in context.vault.people for name in names_of(person)}
    found = _find(context, resolver_of(context.vault), frozenset(bearers))
    ordered = sorted(found, key=lambda one: (-len(one.places), one.places[0], one.name))
    for one in ordered[:_MOST]:
        yield Diagnostic("unknown-name", "info", one.places[0], _message(one), _hint(one, bearers))
    rest = ordered[_MOST:]
    if rest:
        message = f"{len(rest)} more names are linked in dated notes, and nobody is called so: {_few(rest)}"
        yield Diagnostic("unknown-name", "info", rest[0].places[0], message, "each is linked seldom")


def _few(rest: list[_Unknown]) -> str:
    return ", ".join(one.name for one in rest[:5]) + (", ..." if len(rest) > 5 else "")


def _message(one: _Unknown) -> str:
    count = len(one.places)
    often = "once" if count == 1 else "twice" if count == 2 else f"{count} times"
    return f"nobody is called {one.name}, linked {often} where contact is noted"


def _hint(one: _Unknown, bearers: dict[str, Person]) -> str:
    from difflib import get_close_matches

    wanted = fold(one.name)
    near = [wanted] if wanted in bearers else get_close_matches(wanted, bearers, n=1, cutoff=_NEAR)
    if near:
        person = bearers[near[0]]
        alias = f"add {one.name} to the aliases of {person.name}"
        return f"if that is {person.name}: link [[{stem_of(person.path)}]], or {alias}"
    return f'`vault-crm new "{one.name}"` makes a note, and then these days count'


def _find(context: Context, resolver: Resolver, bearers: frozenset[str]) -> list[_Unknown]:
    unknown: dict[str, _Unknown] = {}
    judged: dict[tuple[str, str], bool] = {}
    for note in context.vault.notes.values():
        folder = note.path.rpartition("/")[0]
        for target, span, surely in _targets(note):
            nowhere = judged.get((folder, target))
            if nowhere is None:
                nowhere = judged[folder, target] = _nowhere(resolver, target, note.path)
            if not nowhere:
                continue
            name = " ".join(stem_of(target).split())
            one = unknown.setdefault(fold(name), _Unknown())
            one.places.append(span)
            known = fold(name) in bearers  # without case and accents, which links do not forgive
            placed = surely or bool(people_folder(target + ".md", context.settings))
            if known or _like_a_name(name) or (placed and _ONE_NAME.fullmatch(name)):
                one.name = one.name or name
    return [one for one in unknown.values() if one.name]


def _targets(note: Note) -> Iterator[tuple[str, Span, bool]]:
    """What a note links where contact is noted; True for whom it names as people (`attendees`)."""
    stem = stem_of(note.path)
    for mention in note.mentions:
        # the text of a mention in a property is the note's title
        yield mention.target, mention.span, bool(mention.text) and mention.text in stem
    for entry in note.log:
        for target in entry.links:
            yield target, entry.span, False


def _nowhere(resolver: Resolver, target: str, path: str) -> bool:
    return resolver.resolve(target, path) is None and not resolver.ambiguous(target, path)


def _like_a_name(text: str) -> bool:
    """True for two to five words, each with a capital letter but for particles (`Vincent van Gogh`)."""
    words = text.split()
    if not 2 <= len(words) <= 5 or not all(_WORD.fullmatch(word) for word in words):
        return False
    large = [word for word in words if not word[0].islower()]
    shouted = all(len(word) > 1 and word.isupper() and word.isascii() for word in words)
    return len(large) >= 2 and not shouted and all(w in large or w.casefold() in _PARTICLES for w in words)
