"""What a user means by the words on and below a tick line: a contact and its date, or a command."""

from __future__ import annotations

import re
from datetime import date
from datetime import timedelta

from vault_crm.core.dashboard.ticks import Entry
from vault_crm.core.dashboard.ticks import bare_line
from vault_crm.core.dashboard.ticks import is_bullet
from vault_crm.core.dates import add
from vault_crm.core.dates import parse_span
from vault_crm.core.dates import parse_until
from vault_crm.core.late import late
from vault_crm.core.record import record

_DAY = r"\d{4}-\d{1,2}-\d{1,2}"
_DONE = late(rf"(?:✅\ufe0f?\s*({_DAY})|[\[(]completion::\s*({_DAY})\s*[\])])")
# Other dates that the Tasks plugin may put on a line it has touched; they say nothing about contact.
_CREATED = late(rf"(?:➕\ufe0f?\s*{_DAY}|[\[(]created::\s*{_DAY}\s*[\])])")
_FIRST_DAY = late(
    rf"(?:\*\*|\(?\[\[)?({_DAY})(?:\*\*|\]\]\)?)?(?:[ T]\d{{1,2}}:\d\d(?!\d))?(?=[\s:,;.–—-]|\Z)[\s:,;–—-]*"
)
_KIND = late(r"([^\W\d_]+(?: [^\W\d_]+)?):\s+(?=\S)")
_SNOOZE = late(r"snoozed?\b:?\s*(.*)", re.IGNORECASE)
_PAUSE = late(r"paused?\.?\Z", re.IGNORECASE)
_PAUSE_UNTIL = late(r"paused?\s+(?:until|till|for)\b", re.IGNORECASE)
_NEXT = late(r"next(?: time)?:\s*(.*)", re.IGNORECASE)
_LEAD = " \t:;,–—-"


@record
class Wish:
    """What an entry asks for. `on` is the date the user (or the Tasks plugin) wrote, None if none; `taken`
    are the numbers of the words that are commands (`ticks.without_lines`); `problem` says what is not
    understood."""

    contact: bool = False
    on: date | None = None
    kind: str = ""
    words: str = ""
    snooze_until: date | None = None
    pause: bool = False
    next_words: str = ""
    taken: frozenset[int] = frozenset()
    problem: str = ""

    @property
    def waits(self) -> bool:
        """True if there is something to do, or to say."""
        return self.contact or bool(self.taken) or bool(self.problem)


def read_wish(entry: Entry, today: date) -> Wish:
    """What an entry asks for. Text without a tick asks for nothing yet; a tick is always a contact, also
    where a command stands with it. Dates that are said (`until friday`) are counted from `today`."""
    done, behind = _done_on(entry.behind)
    words: list[str] = []
    taken: set[int] = set()
    found: dict[str, date | str | bool] = {}
    problem, last = "", -1
    for number, line in enumerate((behind.strip(_LEAD + "\ufe0f"), *map(bare_line, entry.below))):
        if not line:
            continue
        try:
            command = _command(line, today)
        except ValueError as error:
            problem = problem or str(error)
            continue
        if command:
            name, value = command
            if isinstance(value, str) and name in found:
                value = join_words([str(found[name]), value])
            found[name] = value
            taken.add(number)
        elif number > 1 and number - 1 == last and not is_bullet(entry.below[number - 1]):
            words[-1] += f" {line}"
            last = number
        else:
            words.append(line)
            last = number
    on, kind, text, odd = _contact(words, done, today) if entry.ticked else (None, "", "", "")
    return Wish(
        contact=entry.ticked,
        on=on,
        kind=kind,
        words=text,
        snooze_until=until if isinstance(until := found.get("snooze"), date) else None,
        pause=bool(found.get("pause")),
        next_words=str(found.get("next", "")),
        taken=frozenset(taken),
        problem=problem or odd,
    )


def _done_on(text: str) -> tuple[str, str]:
    """The date of a `✅ DATE`, as written, and the text without it."""
    text = _CREATED.sub("", text)
    found = _DONE.search(text)
    if not found:
        return "", text
    return found[1] or found[2], text[: found.start()] + text[found.end() :]


def dated(entry: Entry) -> bool:
    """True if a tick line says on which day it was done, so that nothing needs to be found out about it."""
    done, behind = _done_on(entry.behind)
    first = next((line for line in (behind.strip(_LEAD), *map(bare_line, entry.below)) if line), "")
    return bool(done) or bool(_FIRST_DAY.match(first))


def _command(line: str, today: date) -> tuple[str, date | str | bool] | None:
    """The command that a line is; None if it is plain text. Raises ValueError if it only looks like one."""
    if found := _NEXT.fullmatch(line):
        return ("next", found[1].strip()) if found[1].strip() else None
    if _PAUSE.match(line):
        return ("pause", True)
    if _PAUSE_UNTIL.match(line):
        raise ValueError(f"a pause has no end; write `snooze{line[line.index(' ') :]}`, or `pause` alone")
    if found := _SNOOZE.fullmatch(line):
        return ("snooze", _snooze(found[1].strip(), today))
    return None


def _snooze(words: str, today: date) -> date:
    example = "write `snooze 2 weeks`, `snooze 2027-01-10` or `snooze until friday`"
    if not words:
        raise ValueError(f"snooze until when? {example}")
    bare = words.removesuffix(".")
    try:
        span = parse_span(bare)
        until = add(today, span.every, span.unit)
    except ValueError:
        try:
            until = parse_until(bare, today)
        except ValueError:
            raise ValueError(f"`snooze {words}` is not clear; {example}") from None
    if until <= today:
        raise ValueError(f"`snooze {words}` is not in the future; {example}")
    return until


def _contact(words: list[str], done: str, today: date) -> tuple[date | None, str, str, str]:
    """(date, kind, text, problem) of a contact. A date the user wrote first is taken out of the text."""
    day = done
    if words and not done and (found := _FIRST_DAY.match(words[0])):
        day = found[1]
        words = [words[0][found.end() :], *words[1:]]
    text = join_words(words)
    kind = ""
    if found := _KIND.match(text):
        kind, text = found[1], text[found.end() :]
    if not day:
        return None, kind, text, ""
    try:
        on = date(*map(int, day.split("-")))
    except ValueError:
        return None, kind, text, f"{day} is not a day of the calendar"
    if on > today + timedelta(days=1):
        return None, kind, text, f"{day} is in the future; it is filed when the day has come"
    return on, kind, text, ""


def join_words(lines: list[str]) -> str:
    """Several lines as one: `lunch` and `talked about schools` become `lunch; talked about schools`."""
    out = ""
    for line in (" ".join(line.split()) for line in lines):
        if out and line:
            out += " " if out[-1] in ".,;:!?…–—" else "; "
        out += line
    return out
