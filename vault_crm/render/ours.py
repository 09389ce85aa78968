"""Our own templates as plain Python: a page that is made of them alone needs no Jinja2.

Made of `templates/` by `UPDATE_GOLDENS=1 pytest tests/render/test_ours.py`; never edit it by hand. A template
that is not the one a function was made of is run by Jinja2 instead (`templates.Templates.render`).
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from typing import Any

_Put = Callable[[str], object]
_Values = Mapping[str, Any]


def _overdue(values: _Values, put: _Put) -> None:
    for section in values["sections"]:
        PAGES[section](values, put)
        put("\n\n")


def _blocks_person(put: _Put, p: Any, due: Any = False) -> None:
    if p.guard:
        put(f"{p.guard}\n")
    put(f"- [ ] {p.link}\n")
    for text in p.ask:
        put(f"    - ask: {text}\n")
    if p.met:
        put(f"    - met: {p.met}")
        _blocks_rhythm(put, p)
        put("\n")
    elif due or p.promised:
        put(f"    - due: {p.due}, last {p.last or 'not yet'}\n")
    else:
        put(f"    - last: {p.last or 'not yet'}")
        _blocks_rhythm(put, p)
        put("\n")
    for text in p.soon:
        put(f"    - soon: {text}\n")


def _blocks_rhythm(put: _Put, p: Any) -> None:
    if p.cadence:
        put(f" ({p.cadence})")


def _blocks_people(put: _Put, list_: Any, heading: Any, command: Any, due: Any = False) -> None:
    if list_.shown:
        put(f"## {heading}\n\n")
        for p in list_.shown:
            _blocks_person(put, p, due)
        _blocks_more(put, list_, command)
        put("\n")


def _blocks_more(put: _Put, list_: Any, command: Any) -> None:
    if list_.more:
        put(f"\nand {list_.more} more: `vault-crm {command}`\n")


def _new_dashboard(values: _Values, put: _Put) -> None:
    put(
        f"# {values['title']}\n\nTick a name when you have been in touch; what you write after it goes into "
        f"the log. `snooze 2 weeks` and `pause` work there, too.\n\n{values['begin']}\n{values['end']}\n"
    )


def _person(values: _Values, put: _Put) -> None:
    put("---\n")
    for key in values["keys"]:
        put(f"{key}:\n")
    put(f"\n# kept by vault-crm\n{values['last_contact']}:\n---\n\n## {values['log_heading']}\n\n")


def _sections_00_summary(values: _Values, put: _Put) -> None:
    put(f"{values['summary']}\n")


def _sections_10_long_overdue(values: _Values, put: _Put) -> None:
    _blocks_people(put, values["long_overdue"], "It has been a while", "overdue")
    put("\n")


def _sections_20_overdue(values: _Values, put: _Put) -> None:
    _blocks_people(put, values["overdue"], "Overdue", "overdue")
    put("\n")


def _sections_30_due_soon(values: _Values, put: _Put) -> None:
    _blocks_people(put, values["due_soon"], "Due soon", "upcoming", due=True)
    put("\n")


def _sections_40_never_contacted(values: _Values, put: _Put) -> None:
    _blocks_people(put, values["never"], "Never contacted", "list status:never")
    put("\n")


def _sections_50_dates(values: _Values, put: _Put) -> None:
    if values["dates"].shown:
        put("## Birthdays and dates\n\n")
        for d in values["dates"].shown:
            put(f"- {d.on} {d.weekday} {d.link}{d.words}\n")
        _blocks_more(put, values["dates"], "upcoming")
        put("\n")


def _sections_60_needs_attention(values: _Values, put: _Put) -> None:
    if values["attention"].shown:
        put("## Needs attention\n\n")
        for a in values["attention"].shown:
            put(f"- {a.link} line {a.line}: {a.words}\n")
        _blocks_more(put, values["attention"], "check")
        put("\n")


def _sections_70_lately(values: _Values, put: _Put) -> None:
    if values["lately"]:
        put("## Lately\n\n")
        for c in values["lately"]:
            put(f"- {c.on} {c.link}{c.words}\n")


# The text of each template (its checksum) that this was made of, and what writes it.
MADE_OF = {
    "OVERDUE.md.j2": 1821242877,
    "blocks.md.j2": 3726264963,
    "new-dashboard.md.j2": 1717407175,
    "person.md.j2": 1633018065,
    "sections/00-summary.md.j2": 3107230650,
    "sections/10-long-overdue.md.j2": 127096296,
    "sections/20-overdue.md.j2": 1991677282,
    "sections/30-due-soon.md.j2": 1669362750,
    "sections/40-never-contacted.md.j2": 2257209194,
    "sections/50-dates.md.j2": 3884354554,
    "sections/60-needs-attention.md.j2": 3700935398,
    "sections/70-lately.md.j2": 532987668,
}
PAGES: dict[str, Callable[[_Values, _Put], None]] = {
    "OVERDUE.md.j2": _overdue,
    "new-dashboard.md.j2": _new_dashboard,
    "person.md.j2": _person,
    "sections/00-summary.md.j2": _sections_00_summary,
    "sections/10-long-overdue.md.j2": _sections_10_long_overdue,
    "sections/20-overdue.md.j2": _sections_20_overdue,
    "sections/30-due-soon.md.j2": _sections_30_due_soon,
    "sections/40-never-contacted.md.j2": _sections_40_never_contacted,
    "sections/50-dates.md.j2": _sections_50_dates,
    "sections/60-needs-attention.md.j2": _sections_60_needs_attention,
    "sections/70-lately.md.j2": _sections_70_lately,
}
