"""What an import says: what could not be read, how it ended, and what of the files has no place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from collections.abc import Sequence
from typing import TYPE_CHECKING

from vault_crm.core.intake.record import Trouble
from vault_crm.core.intake.record import Unused

if TYPE_CHECKING:
    from vault_crm.cli.app import App
    from vault_crm.cli.intake_files import Harvest
    from vault_crm.core.intake.decide import Row
    from vault_crm.core.intake.make import Made

_MOST = 20  # lines of one kind


def say_troubles(app: App, troubles: Sequence[Trouble]) -> None:
    """What could not be read: file, line, reason, and how to mend it."""
    for trouble in troubles[:_MOST]:
        place = f"{trouble.span.path}:{trouble.span.line}" if trouble.span.line else trouble.span.path
        app.say(f"{place}: {trouble.message}" + (f" ({trouble.hint})" if trouble.hint else ""))
    if len(troubles) > _MOST:
        app.say(f"and {len(troubles) - _MOST} more that could not be read")


def read_line(harvest: Harvest, rows: int) -> str:
    """`214 people from contacts.vcf (vcard)`: what the plan is about; where several records tell of one
    person, how many they are, too."""
    files = list({record.span.path: None for record in harvest.records})
    names = ", ".join(files[:2]) + (f" and {len(files) - 2} more files" if len(files) > 2 else "")
    records = len(harvest.records)
    told = f" ({records:,} records)" if records != rows else ""
    return f"{people(rows)}{told} from {names} ({', '.join(harvest.sources)})"


def people(count: int) -> str:
    """`1 person`, `12 people`."""
    return f"{count:,} {'person' if count == 1 else 'people'}"


def say_done(app: App, made: Made, rows: Iterable[Row], folder: str) -> None:
    """How it ended, calmly."""
    rows = tuple(rows)
    counts = Counter(row.verb for row in rows)
    done = set(made.filled) | set(made.renewed)
    resisting = {error.path for error in made.refused} - done - set(made.new)
    filled = len(done)
    there = counts["same"] - filled - len(resisting & {row.target for row in rows if row.verb == "same"})
    parts = []
    if made.new:
        where = _where(made, folder)
        parts.append(f"{people(len(made.new))} new{where}")
    if filled:
        parts.append(f"{people(filled)} got what their notes lacked")
    if there > 0:
        parts.append(f"{people(there)} had everything already")
    if resisting:
        parts.append(f"{people(len(resisting))} left as they are, for the reason below")
    if counts["unsure"]:
        parts.append(f"{people(counts['unsure'])} unsure, left alone")
    if counts["skip"]:
        parts.append(f"{people(counts['skip'])} skipped")
    app.say("; ".join(parts) if parts else "there is nothing to do")
    for path, renewals in list(made.renewed.items())[:_MOST]:
        for renewal in renewals:
            app.say(f"{app.shown_path(path)}: {renewal.name}: {renewal.old} is now {renewal.new}")
    for error in made.refused[:_MOST]:
        app.say(error.message)
    if len(made.refused) > _MOST:
        app.say(f"and {len(made.refused) - _MOST} more that were left as they are")


def _where(made: Made, folder: str) -> str:
    if len(made.new) == 1:
        return f", {next(iter(made.new))}"
    folders = {path.rpartition("/")[0] for path in made.new}
    return f" in {next(iter(folders)) or 'the vault'}/" if len(folders) == 1 else f", mostly in {folder}/"


def say_unused(app: App, harvest: Harvest) -> None:
    """What of the files has no place here, and why, once a reason."""
    for source, unused in harvest.unused.items():
        reasons: dict[str, list[str]] = {}
        for one in unused.values():
            reasons.setdefault(_reason(one), []).append(one.name)
        for reason, names in reasons.items():
            shown = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
            app.say(f"{source}: not taken over: {shown} ({reason})")
    if harvest.passed_over:
        count = len(harvest.passed_over)
        app.say(f"{count} file{'' if count == 1 else 's'} of no known kind passed over")


def _reason(unused: Unused) -> str:
    return unused.why or "nobody knows what it is; --map COLUMN=property says it"
