"""Cadences as people type them (docs/vault-format.md, section 4).

We accept what a person would write; we write words: `3 months` is what Obsidian's Bases and Dataview read.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from vault_crm.core.dates import add
from vault_crm.core.dates import clip
from vault_crm.core.dates import find_amount
from vault_crm.core.dates import plain_amount
from vault_crm.core.late import late
from vault_crm.core.model import Cadence
from vault_crm.core.model import Value
from vault_crm.core.settings import Settings

NEVER = Cadence(0, "never")
MAX_YEARS = 100
_DAYS: Mapping[str, float] = {
    "day": 1.0,
    "week": 7.0,
    "month": 30.436875,
    "year": 365.2425,
    "never": math.inf,
}
_NEVER_WORDS = frozenset({
    "never", "none", "no", "off", "false", "paused", "n/a", "as needed", "when needed", "ad hoc",
    "on demand",
})  # fmt: skip
_FLAG_WORDS = frozenset(("yes", "on", "true"))
_ADVERBS: Mapping[str, Cadence] = {
    "daily": Cadence(1, "day"),
    "weekly": Cadence(1, "week"),
    "fortnightly": Cadence(2, "week"),
    "biweekly": Cadence(2, "week"),
    "monthly": Cadence(1, "month"),
    "bimonthly": Cadence(2, "month"),
    "quarterly": Cadence(3, "month"),
    "half yearly": Cadence(6, "month"),
    "halfyearly": Cadence(6, "month"),
    "semiannually": Cadence(6, "month"),
    "semiannual": Cadence(6, "month"),
    "yearly": Cadence(1, "year"),
    "annually": Cadence(1, "year"),
    "annual": Cadence(1, "year"),
}
_OTHER = {
    "other": 2,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
    "sixth": 6,
    "6th": 6,
}
_COUNTS = {"once": 1, "twice": 2, "thrice": 3, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_TIMES = late(
    r"(?:(once|twice|thrice)|([0-9]{1,3}|two|three|four|five|six) ?(?:times|x)) ?(?:a|an|per|each|every|/) ?"
    r"(week|month|quarter|year)"
)


class CadenceProblem(ValueError):
    """A cadence that cannot be read: a stable code, what is wrong, and what would be right."""

    def __init__(self, message: str, hint: str, code: str = "bad-cadence") -> None:
        super().__init__(f"{message}; {hint}")
        self.code = code
        self.message = message
        self.hint = hint


def parse_cadence(value: Value, settings: Settings) -> Cadence | None:
    """The cadence that a property's value means; None if it is empty or null.

    `true` is the settings' default, `false` is never; a tier's name is that tier's cadence. Raises
    CadenceProblem for what cannot be read, for zero and negative ones, and for more than a hundred years.
    """
    if value is None or isinstance(value, bool):
        return None if value is None else _parse_flag(value, settings)
    if isinstance(value, tuple):
        if len(value) > 1:
            raise CadenceProblem(f"{len(value)} cadences are given", "keep the one that you mean")
        return parse_cadence(value[0], settings) if value else None
    if isinstance(value, dict):
        raise CadenceProblem("a cadence is one line of text", 'write it like "3 months"')
    folded = _fold(value)
    if not folded:
        return None
    tier = settings.tier_cadence(folded)
    if tier is not None:
        return _parse_from_settings(tier, f'the tier "{clip(value)}"', "cadence.tiers")
    if folded in _FLAG_WORDS:
        return _parse_flag(True, settings)
    return parse_words(value)


def parse_words(text: str) -> Cadence:
    """A cadence in words alone, without the settings' tiers. Raises CadenceProblem."""
    folded = _fold(text)
    found = find_cadence(folded)
    if found is None:
        raise CadenceProblem(f'cadence "{clip(text)}" is not understood', _hint(folded))
    if found.never:
        return found
    if found.every < 1:
        raise CadenceProblem(
            f'cadence "{clip(text)}" is no time at all',
            'write it like "2 weeks", or "never" for no reminders',
        )
    if days_of(found) > MAX_YEARS * _DAYS["year"]:
        raise CadenceProblem(
            f'cadence "{clip(text)}" is longer than {MAX_YEARS} years', 'write "never" for no reminders'
        )
    return found


@lru_cache(maxsize=1024)  # a vault has few cadences and many people
def find_cadence(folded: str) -> Cadence | None:
    """The cadence of a text in lower case with single spaces, None if it is not understood; zero is kept."""
    plain = plain_amount(folded)
    if plain is not None:
        return plain
    if folded.replace("-", " ") in _NEVER_WORDS:
        return NEVER
    text = re.sub(r"^(?:about|around|roughly|approximately|~) ?", "", folded)
    adverb = text.replace("-", " ")
    adverb = re.sub(r"^(bi|semi) ", r"\1", adverb)
    if adverb in _ADVERBS:
        return _ADVERBS[adverb]
    times = _TIMES.fullmatch(text)
    if times:
        return _times_a(times)
    text = re.sub(r"^(?:once )?(?:every|each|per|in) ", "", text)
    first, _, rest = text.partition(" ")
    if first in _OTHER:
        one = find_amount(rest)
        return Cadence(_OTHER[first] * one.every, one.unit) if one and one.every else None
    number = re.fullmatch(r"(-?[0-9]{1,9})(?:\.0+)?", text)
    return Cadence(int(number[1]), "day") if number else find_amount(text.removesuffix("."))


def cadence_warning(value: Value) -> str:
    """What to say about a cadence that is read but may mean something else: 'biweekly', a bare `m`."""
    if isinstance(value, tuple) and len(value) == 1:
        value = value[0]
    if not isinstance(value, str):
        return ""
    folded = _fold(value)
    adverb = folded.replace("-", "").replace(" ", "")
    if adverb in ("biweekly", "bimonthly"):
        unit = adverb[2:-2]
        return f'"{clip(value)}" can mean twice a {unit}; it is read as "2 {unit}s"'
    bare = re.fullmatch(r"(?:every )?([0-9]{1,9}) ?m", folded) if folded[-1:] == "m" else None
    if bare:
        right = format_cadence(Cadence(int(bare[1]), "month"))
        return f'"{clip(value)}" is read as months; in Obsidian m is a minute, so write "{right}"'
    return ""


def format_cadence(cadence: Cadence) -> str:
    """What we write: `3 months`, `1 week`, `never`. `parse_cadence` gives the same cadence back."""
    if cadence.never:
        return "never"
    return f"{cadence.every} {cadence.unit}" + ("" if cadence.every == 1 else "s")


def say_cadence(cadence: Cadence) -> str:
    """What we say: `every 3 months`, `every week`, `never`."""
    if cadence.never:
        return "never"
    return f"every {cadence.unit}" if cadence.every == 1 else f"every {format_cadence(cadence)}"


def days_of(cadence: Cadence) -> float:
    """Its length in days, for ratios: a month is 30.436875 days, a year 365.2425; `never` is infinite."""
    return cadence.every * _DAYS[cadence.unit] if not cadence.never else math.inf


def due_after(day: date, cadence: Cadence) -> date:
    """The day that is one cadence after `day`, by the calendar; `date.max` if never."""
    return add(day, cadence.every, cadence.unit)


def _fold(text: str) -> str:
    return " ".join(text.split()).casefold().strip("\"'").strip()


def _parse_flag(value: bool, settings: Settings) -> Cadence:
    if not value:
        return NEVER
    return _parse_from_settings(settings.default_cadence, "`true`", "cadence.default")


def _parse_from_settings(text: str, what: str, key: str) -> Cadence:
    try:
        return parse_words(text)
    except CadenceProblem as problem:
        raise CadenceProblem(
            f'{what} means "{clip(text)}", which is not understood',
            f"mend {key} in .vault-crm/config.toml",
        ) from problem


def _times_a(found: re.Match[str]) -> Cadence | None:
    """`3 times a year`: whole months where they fit, else days, rounded down to be at least that often."""
    word = found[1] or found[2]
    count = int(word) if word.isdecimal() else _COUNTS[word]
    unit = found[3]
    if count == 1:
        return find_amount(unit)
    months = {"year": 12, "quarter": 3}.get(unit, 0)
    if count and months and months % count == 0:
        return Cadence(months // count, "month")
    length = months * _DAYS["month"] if months else _DAYS[unit]
    return Cadence(int(length // count), "day") if count and length >= count else None


def _hint(folded: str) -> str:
    number = re.match(r"([0-9]{1,3})(?: ?x| ?times)?$", folded.split("/")[0].strip())
    if number and int(number[1]):
        count = int(number[1])
        week, month = (format_cadence(Cadence(count, unit)) for unit in ("week", "month"))
        return f'write "{week}" or "{month}"'
    if "{{" in folded or "<%" in folded:
        return 'that is a template\'s placeholder; write it like "3 months"'
    near = _near(folded)
    return (
        f'did you mean "{near}"?' if near else 'write it like "2 weeks", "3 months" or "1 year", or "never"'
    )


def _near(folded: str) -> str:
    import difflib

    words = [
        *_ADVERBS,
        "every week",
        "every month",
        "every year",
        "twice a year",
        "as needed",
        "never",
        "paused",
    ]
    if len(folded) > 40:
        return ""
    counted = re.fullmatch(r"([0-9]{1,3}) ?([a-z]+)", folded)
    if counted:
        units = difflib.get_close_matches(counted[2], ("days", "weeks", "months", "years"), 1, 0.7)
        return f"{counted[1]} {units[0]}" if units else ""
    return next(iter(difflib.get_close_matches(folded, words, 1, 0.75)), "")
