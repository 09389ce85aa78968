"""The plan of an import as a text that the user edits, in the manner of `git rebase -i`.

One line a person: `VERB NUMBER NAME -> TARGET | CADENCE  # what would come of it`. Only the verb, the target
and the cadence count; a line that is deleted is skipped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace

from vault_crm.core.cadence import format_cadence
from vault_crm.core.cadence import parse_cadence
from vault_crm.core.intake.decide import Row
from vault_crm.core.intake.decide import Verb
from vault_crm.core.intake.targets import Targets
from vault_crm.core.settings import Settings
from vault_crm.core.text import BOM
from vault_crm.core.triage import columns_of
from vault_crm.core.triage import one_line
from vault_crm.core.triage import padded

VERBS: tuple[Verb, ...] = ("new", "same", "unsure", "skip")
_ALSO: Mapping[str, Verb] = {"drop": "skip", "d": "skip", "s": "skip", "merge": "same"}
_WIDEST = 28  # columns that names are padded to; longer ones stand out
_LONGEST = 60

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


@dataclass(frozen=True, slots=True)
class PlanProblem:
    """A line of the edited plan that cannot be understood; while there is one, nothing is done."""

    line: int
    message: str


def counts_of(rows: Sequence[Row]) -> str:
    """`12 new, 3 same, 1 unsure, 40 skip`: what stands in a plan."""
    found = Counter(row.verb for row in rows)
    return ", ".join(f"{found[verb]} {verb}" for verb in VERBS if found[verb])


def format_plan(rows: Sequence[Row], title: str, remark: Callable[[Row], str]) -> str:
    """The plan as a text. `remark` says what would come of a row, as a comment. Reading it back unchanged
    gives the same rows."""
    lines = [_line(row, remark(row)) for row in rows]
    width = max((columns_of(left) for left, _ in lines if columns_of(left) <= 110), default=0)
    body = [f"{padded(left, width)}  # {right}" if right else left.rstrip() for left, right in lines]
    return HEADER.format(title=one_line(title)) + "".join(line.rstrip() + "\n" for line in body)


def shown_name(row: Row) -> str:
    """A row's name as it stands in the plan: one line, without what parts the columns."""
    name = one_line(row.name).replace("->", "- >").replace("|", "\N{FULLWIDTH VERTICAL LINE}")
    name = name.replace("#", "\N{FULLWIDTH NUMBER SIGN}") or "(no name)"
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "\N{HORIZONTAL ELLIPSIS}"


def _line(row: Row, remark: str) -> tuple[str, str]:
    left = f"{row.verb:6} {row.number:>4} {padded(shown_name(row), _WIDEST)}"
    target = row.target or (row.candidates[0] if len(row.candidates) == 1 else "")
    if target and row.verb != "skip":
        left += f" -> {Targets.shown(target.removeprefix('#'))}"
    elif row.verb == "unsure":
        left += " -> ?"
    if row.cadence:
        left += f" | {Targets.shown(row.cadence)}"
    return left, one_line(remark)


def parse_plan(
    text: str, rows: Sequence[Row], targets: Targets, settings: Settings, *, check_names: bool = False
) -> tuple[tuple[Row, ...], tuple[PlanProblem, ...]]:
    """The rows as the edited plan wants them, those whose line is gone as `skip`; and every line that cannot
    be understood. `check_names`: a plan that was made earlier must be about the same people."""
    by_number = {row.number: row for row in rows}
    found: dict[int, Row] = {}
    problems: list[PlanProblem] = []
    for number, line in enumerate(text.removeprefix(BOM).split("\n"), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            row = _parse_line(line, by_number, targets, settings, check_names)
            if row.number in found:
                raise ValueError(f"{row.number} stands here twice")
            found[row.number] = row
        except ValueError as problem:
            problems.append(PlanProblem(number, str(problem)))
    gone = {n: replace(row, verb="skip", why="taken out of the plan") for n, row in by_number.items()}
    joined, more = _joined({**gone, **found})
    return joined, (*problems, *more)


def _parse_line(
    line: str, by_number: Mapping[int, Row], targets: Targets, settings: Settings, check_names: bool
) -> Row:
    words = line.partition("  #")[0].split(None, 2)
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
    """(whether there is a cadence, target, cadence): the last bar parts them."""
    before, bar, after = behind.rpartition("|")
    if not bar:
        return False, " ".join(behind.split()), ""
    return True, " ".join(before.split()), " ".join(after.split())


def _target(row: Row, verb: Verb, said: str, targets: Targets) -> str:
    if verb == "new":
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


def _joined(rows: Mapping[int, Row]) -> tuple[tuple[Row, ...], tuple[PlanProblem, ...]]:
    """Rows that are the same as another row's person get that row's verb and target."""
    done: dict[int, Row] = {}
    problems = []
    for number, row in sorted(rows.items()):
        seen = {number}
        lead = row
        while lead.verb == "same" and lead.target.startswith("#") and lead.target[1:].isdigit():
            there = rows.get(int(lead.target[1:]))
            if there is None or there.number in seen or there.verb not in ("new", "same"):
                what = f"{number} is to be the same as {lead.target[1:]}, which is nobody new or known here"
                problems.append(PlanProblem(0, what))
                break
            seen.add(there.number)
            lead = there
        done[number] = row if lead is row else replace(row, verb=lead.verb, target=lead.target)
    return tuple(done[number] for number in sorted(done)), tuple(problems)
