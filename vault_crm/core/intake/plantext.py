"""The plan of an import as a text that the user edits, in the manner of `git rebase -i`.

One line a person: `VERB NUMBER NAME -> TARGET | CADENCE  # what would come of it`. Only the verb, the target
and the cadence count; a line that is deleted is skipped.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence

from vault_crm.core.cadence import format_cadence
from vault_crm.core.cadence import parse_cadence
from vault_crm.core.intake.decide import Row
from vault_crm.core.intake.decide import Verb
from vault_crm.core.intake.targets import Targets
from vault_crm.core.record import record
from vault_crm.core.record import replace
from vault_crm.core.settings import Settings
from vault_crm.core.text import BOM
from vault_crm.core.triage import columns_of
from vault_crm.core.triage import one_line
from vault_crm.core.triage import padded

VERBS: tuple[Verb, ...] = ("new", "same", "unsure", "skip")
_ALSO: Mapping[str, Verb] = {"drop": "skip", "d": "skip", "s": "skip", "merge": "same"}
_WIDEST = 28  # columns that names are padded to; longer ones stand out
_FAREST = 48  # the same for targets
_LONGEST = 60
_REMARK = re.compile(r"\s#(?:\s|$)")

HEADER = """\
# {title}
#
# One line a person. Change the first word, the target behind ->, or the cadence behind |:
#   new      a new note, at the path behind -> (write | 3 months behind it for a cadence)
#   same     the person whose note or name stands behind ->: only what their note lacks is added
#   unsure   nothing, until you make it new or same
#   skip     nothing; so does deleting the line
# -> 12 stands for the person with number 12. What follows # is for you to read.
# Save and close to go on; an empty plan changes nothing. `vault-crm undo` takes it all back.
#
"""
IDLE = """
# As it stands, nothing happens to {count}:
"""


@record
class PlanProblem:
    """A line of the edited plan that cannot be understood; while there is one, nothing is done."""

    line: int
    message: str


def counts_of(rows: Sequence[Row]) -> str:
    """`12 new, 3 same, 1 unsure, 40 skip`: what stands in a plan."""
    found = Counter(row.verb for row in rows)
    return ", ".join(f"{found[verb]} {verb}" for verb in VERBS if found[verb])


def format_plan(
    rows: Sequence[Row],
    title: str,
    remark: Callable[[Row], str],
    idle: Callable[[Row], bool] = lambda _: False,
) -> str:
    """The plan as a text. `remark` says what would come of a row, as a comment; those to whom nothing would
    happen (`idle`) stand at the end. Reading it back unchanged gives the same rows."""
    cells = [_cells(row) for row in rows]
    names = min(max((columns_of(name) for name, _, _ in cells), default=0), _WIDEST)
    lines = [f"{row.verb:6} {row.number:>4} {padded(name, names)}{target}"
             for row, (name, target, _) in zip(rows, cells, strict=True)]  # fmt: skip
    if any(cadence for _, _, cadence in cells):
        width = _width(lines, names + _FAREST)
        lines = [
            f"{padded(line, width)}{cadence}" for line, (_, _, cadence) in zip(lines, cells, strict=True)
        ]
    width = _width(lines, 110)
    said = [one_line(remark(row)) for row in rows]
    lines = [
        f"{padded(line, width)}  # {more}" if more else line for line, more in zip(lines, said, strict=True)
    ]
    busy = [not idle(row) for row in rows]
    text = HEADER.format(title=one_line(title)) + _listed(
        line for line, on in zip(lines, busy, strict=True) if on
    )
    rest = [line for line, on in zip(lines, busy, strict=True) if not on]
    return text + (IDLE.format(count=_people(len(rest))) + _listed(rest) if rest else "")


def _width(lines: Iterable[str], most: int) -> int:
    return max((columns_of(line) for line in lines if columns_of(line) <= most), default=0)


def _listed(lines: Iterable[str]) -> str:
    return "".join(line.rstrip() + "\n" for line in lines)


def _people(count: int) -> str:
    return "this person" if count == 1 else f"these {count:,} people"


def shown_name(row: Row) -> str:
    """A row's name as it stands in the plan: one line, without what parts the columns."""
    name = one_line(row.name).replace("->", "- >").replace("|", "\N{FULLWIDTH VERTICAL LINE}")
    name = name.replace("#", "\N{FULLWIDTH NUMBER SIGN}") or "(no name)"
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "\N{HORIZONTAL ELLIPSIS}"


def _cells(row: Row) -> tuple[str, str, str]:
    """A row's name, target and cadence, as they stand in the plan."""
    target = row.target or (row.candidates[0] if len(row.candidates) == 1 else "")
    if target and row.verb != "skip":
        target = f" -> {Targets.shown(target.removeprefix('#'))}"
    else:
        target = " -> ?" if row.verb == "unsure" else ""
    return shown_name(row), target, f" | {Targets.shown(row.cadence)}" if row.cadence else ""


def parse_plan(
    text: str, rows: Sequence[Row], targets: Targets, settings: Settings, *, check_names: bool = False
) -> tuple[tuple[Row, ...], tuple[PlanProblem, ...]]:
    """The rows as the edited plan wants them, those whose line is gone as `skip`; and every line that cannot
    be understood. `check_names`: a plan that was made earlier must be about the same people."""
    by_number = {row.number: row for row in rows}
    found: dict[int, Row] = {}
    lines: dict[int, int] = {}
    problems: list[PlanProblem] = []
    for number, line in enumerate(text.removeprefix(BOM).split("\n"), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            row = _parse_line(line, by_number, targets, settings, check_names)
            if row.number in found:
                raise ValueError(f"{row.number} stands here twice")
            found[row.number] = row
            lines[row.number] = number
        except ValueError as problem:
            problems.append(PlanProblem(number, str(problem)))
    gone = {n: replace(row, verb="skip", why="taken out of the plan") for n, row in by_number.items()}
    joined, more = _joined({**gone, **found}, lines)
    return joined, tuple(sorted((*problems, *more), key=lambda problem: problem.line))


def _parse_line(
    line: str, by_number: Mapping[int, Row], targets: Targets, settings: Settings, check_names: bool
) -> Row:
    words = _REMARK.split(line, maxsplit=1)[0].split(None, 2)
    verb = _verb(words[0])
    if len(words) < 2 or not words[1].isascii() or not words[1].isdigit() or int(words[1]) not in by_number:
        raise ValueError("a line begins with a verb and the number that stood there, such as `skip 12`")
    row = by_number[int(words[1])]
    rest = words[2] if len(words) > 2 else ""
    name, _, behind = f" {rest} ".partition(" -> ")
    if check_names and " ".join(name.split("|")[0].split()) != " ".join(shown_name(row).split()):
        raise ValueError(
            f"{row.number} is {shown_name(row)} by now: the file or the vault has changed; make the plan anew"
        )
    said, target, cadence = _parts(behind if behind else name.partition("|")[1] + name.partition("|")[2])
    if verb in ("unsure", "skip"):
        return replace(row, verb=verb, why=row.why if verb == row.verb else "your choice")
    return replace(
        row,
        verb=verb,
        target=_target(row, verb, target, targets),
        cadence=_cadence(cadence, settings) if said else "",
        why=row.why if verb == row.verb else "your choice",
    )


def _verb(word: str) -> Verb:
    said = word.casefold()
    fitting: list[Verb] = [verb for verb in VERBS if verb.startswith(said)]
    if said in _ALSO:
        return _ALSO[said]
    if len(fitting) == 1:
        return fitting[0]
    raise ValueError(f"{word!r} is none of {', '.join(VERBS)}")


def _parts(behind: str) -> tuple[bool, str, str]:
    """(whether there is a cadence, target, cadence): bars part them, and the last cadence counts."""
    target, *cadences = behind.split("|")
    return bool(cadences), " ".join(target.split()), " ".join(cadences[-1].split()) if cadences else ""


def _target(row: Row, verb: Verb, said: str, targets: Targets) -> str:
    if verb == "new":
        if said in ("", "?") and not row.name and not row.target:
            raise ValueError(f"{row.number} has no name; write one, as in -> People/Ada Lovelace.md")
        return targets.new_path(row, said)
    if said in ("", "?"):
        raise ValueError(
            f"same as whom? Write the note or the name of a person behind ->, as in -> {_eg(row)}"
        )
    if said.removeprefix("#").isdigit():
        return "#" + said.removeprefix("#")
    return targets.person_path(said)


def _eg(row: Row) -> str:
    return Targets.shown(row.candidates[0].removeprefix("#")) if row.candidates else "People/Ada Lovelace.md"


def _cadence(text: str, settings: Settings) -> str:
    if text in ("", "-"):
        return ""
    cadence = parse_cadence(text, settings)
    if cadence is None:
        return ""
    return text if settings.tier_cadence(text) is not None else format_cadence(cadence)


def _joined(
    rows: Mapping[int, Row], lines: Mapping[int, int]
) -> tuple[tuple[Row, ...], tuple[PlanProblem, ...]]:
    """Rows that are the same as another row's person get that row's verb and target."""
    done: dict[int, Row] = {}
    problems = []
    for number, row in sorted(rows.items()):
        seen = {number}
        lead = row
        while lead.verb == "same" and lead.target.startswith("#") and lead.target[1:].isdigit():
            there = rows.get(int(lead.target[1:]))
            if there is None or there.number in seen or there.verb not in ("new", "same"):
                problems.append(PlanProblem(lines.get(number, 0), _no_lead(number, lead, there)))
                break
            seen.add(there.number)
            lead = there
        done[number] = row if lead is row else replace(row, verb=lead.verb, target=lead.target)
    return tuple(done[number] for number in sorted(done)), tuple(problems)


def _no_lead(number: int, lead: Row, there: Row | None) -> str:
    other = lead.target[1:]
    if there is None:
        return f"{number} is to be the same as {other}, but no line has that number"
    if there.verb in ("skip", "unsure"):
        what = f"{number} is to be the same as {other}, and that one is {there.verb}"
        return f"{what}; make {other} new, or skip both"
    return f"{number} and {other} are each to be the same as the other; make one of them new"
