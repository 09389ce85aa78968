"""What must come of a history, worked out without the tool: which conflicts are real, and what must be there.

It knows the shape of the made-up notes (histories.py) and reads them with a few lines of its own, so that the
engine's reading is not judged by itself.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field

from tests.git.devices import Stages
from tests.git.devices import Touched
from tests.git.histories import LABELS
from tests.git.histories import PAGE
from tests.git.histories import SCALARS
from tests.git.histories import Op

# Of these the later one wins, and of these both sides' changes are kept: no conflict, whatever happens.
_LATER = {"last_contact", "snooze_until"}
_LISTS = {"tags"}
_TOKEN = re.compile(r"\bk\d{3}\b")
_MARKERS = re.compile(r"(<{7}|\|{7}|={7}|>{7})(?: .*)?\Z")
_ENTRY = re.compile(r"- (\d{4}-\d\d-\d\d)\b(.*)")


def read_parts(text: str) -> dict[str, str]:
    """A note as places with what stands there: `prop city`, `para Work`, `log k017`; in the note's order."""
    parts: dict[str, str] = {}
    section, key = "top", ""
    for line in text.split("\n"):
        if line == "---":
            section = "body" if section == "properties" else "properties"
        elif line.startswith("## "):
            section = line
        elif section == "properties" and line.startswith("  - "):
            parts[f"prop {key}"] += f"{line.strip()}\n"
        elif section == "properties" and ":" in line:
            key, _, value = line.partition(":")
            parts[f"prop {key}"] = value.strip()
        elif section == "body" and line:
            parts[f"para {line.partition(':')[0]}"] = line
        elif section == "## Log" and line:
            parts[f"log {name_of_entry(line)}"] = line
    return parts


def name_of_entry(line: str) -> str:
    """What an entry of the log is known by, also when more is written behind it."""
    return line.partition(", k")[0]


def real_clashes(stages: Stages) -> set[str]:
    """The places of a note that both sides changed, each in another way, and for which there is no rule."""
    base, ours, theirs = (read_parts(text or "") for text in (stages.base, stages.ours, stages.theirs))
    clashes = set()
    for place in {*base, *ours, *theirs}:
        was, mine, yours = base.get(place), ours.get(place), theirs.get(place)
        if was in (mine, yours) or mine == yours or place.removeprefix("prop ") in _LATER | _LISTS:
            continue
        if place.startswith("log") and was is None:
            continue  # two entries
        clashes.add(place)
    return clashes | _crowded(base, ours, theirs)


def _crowded(base: Mapping[str, str], ours: Mapping[str, str], theirs: Mapping[str, str]) -> set[str]:
    """A paragraph that came or went beside another change: git's text merge sees one place."""
    touched = [_near(base, side) for side in (ours, theirs)]
    if not touched[0] & touched[1]:
        return set()
    return {
        place
        for side in (ours, theirs)
        for place in {*base, *side}
        if place.startswith("para") and side.get(place) != base.get(place)
    }


def _near(base: Mapping[str, str], side: Mapping[str, str]) -> set[str]:
    """Paragraphs that a side changed; for one that came or went also those around it that both have."""
    near = {
        place for place in base if place.startswith("para") and side.get(place, base[place]) != base[place]
    }
    for here, there in ((side, base), (base, side)):
        order = [place for place in here if place.startswith("para")]
        for at, place in enumerate(order):
            if place not in there:
                near |= {place} if place in base else set()
                near |= {next((p for p in reversed(order[:at]) if p in there), "top")}
                near |= {next((p for p in order[at:] if p in there), "end")}
    return near


def hunks(marked: str) -> Iterator[tuple[list[str], list[str]]]:
    """(ours, theirs) of every conflict in a text."""
    sides: list[list[str]] | None = None
    which = 0
    for line in marked.split("\n"):
        found = _MARKERS.match(line)
        if found is None:
            if sides is not None:
                sides[which].append(line)
        elif line[0] == "<":
            sides, which = [[], [], []], 0
        elif line[0] == ">" and sides is not None:
            yield sides[0], sides[2]
            sides = None
        else:
            which = 1 if line[0] == "|" else 2


def places_in(stages: Stages) -> set[str]:
    """The places of a note on which there are conflict markers."""
    found = set()
    key, inside = "", False
    for line in stages.marked.split("\n"):
        if re.match(r"[\w]+:( |$)", line) and not line.startswith(LABELS):
            key = line.partition(":")[0]
        if mark := _MARKERS.match(line):
            inside = mark[1][0] != ">"
        elif inside:
            found.add(_place(line, key))
    return found - {""}


def _place(line: str, key: str) -> str:
    if not line:
        return ""
    if line.startswith("  - "):
        return f"prop {key}"
    if _ENTRY.match(line):
        return f"log {name_of_entry(line)}"
    if line.partition(":")[0] in LABELS or line.startswith("Idea "):
        return f"para {line.partition(':')[0]}"
    if re.match(r"[\w]+:( |$)", line):
        return f"prop {line.partition(':')[0]}"
    return f"frame {line}"


def generated(text: str) -> str:
    """What stands between a page's markers."""
    return text.partition("<!-- vault-crm:begin -->\n")[2].partition("<!-- vault-crm:end -->")[0]


def wrong_about(stages: Stages) -> str:
    """Why a conflict should not be there, or not be marked so; '' if it is real and well marked."""
    if stages.path == PAGE:
        if any(_MARKERS.match(line) for line in generated(stages.marked).split("\n")):
            return "a conflict between the dashboard's markers"
        heads = [
            (t or "").partition("<!-- vault-crm:begin")[0] for t in (stages.base, stages.ours, stages.theirs)
        ]
        return "" if len(set(heads)) == 3 else "a conflict outside the dashboard's markers, of one side only"
    if stages.ours is None or stages.theirs is None:
        return "a note is there on one side only"
    real = real_clashes(stages)
    if not real:
        return "a conflict where nothing clashes"
    if not list(hunks(stages.marked)):
        return "a conflict without markers"
    wide = places_in(stages) - real
    return f"markers also around {', '.join(sorted(wide))}; what clashes is {sorted(real)}" if wide else ""


def kind_of(stages: Stages) -> str:
    """Where a conflict is, in a word, for the figures."""
    if stages.path == PAGE:
        return "dashboard"
    if stages.ours is None or stages.theirs is None:
        return "rename"
    places = {place.partition(" ")[0] for place in places_in(stages)}
    order = ("prop", "log", "para", "frame")
    return next((kind for kind in order if kind in places), "other")


def settle(stages: Stages) -> str:
    """What a careful user makes of a conflict: what only one side changed stays changed; else of a property
    or a changed line ours, of new lines both."""
    if stages.ours is None or stages.theirs is None:
        return stages.ours if stages.ours is not None else stages.theirs or ""
    base, mine, yours = (read_parts(text or "") for text in (stages.base, stages.ours, stages.theirs))
    out: list[str] = []
    which = -1  # outside of a conflict
    ours: list[str] = []
    for line in stages.marked.split("\n"):
        if mark := _MARKERS.match(line):
            which = {"<": 0, "|": 1, "=": 2, ">": -1}[mark[1][0]]
            ours = [] if which == 0 else ours
        elif which == -1:
            out.append(line)
        elif which == 0:
            place = _place(line, "")
            ours.append(line)
            out.append(yours.get(place, line) if mine.get(place, "") == base.get(place) == line else line)
        elif which == 2 and line not in ours and (line.startswith("Idea ") or stages.path == PAGE):
            out += ["", line] if out and out[-1] else [line]
    return "\n".join(out)


@dataclass(frozen=True, slots=True)
class Done:
    """An op that was carried out, what it touched, and which ops its device knew by then."""

    op: Op
    touched: tuple[Touched, ...]
    knew: frozenset[int]


@dataclass(slots=True)
class Ledger:
    """What was done, and what every device knows of it."""

    knows: dict[int, set[int]] = field(default_factory=dict)
    hub: set[int] = field(default_factory=set)
    done: list[Done] = field(default_factory=list)
    clashed: set[tuple[str, str]] = field(default_factory=set)
    picked: bool = False

    def add(self, op: Op, touched: list[Touched]) -> None:
        """An op was carried out."""
        mine = self.knows.setdefault(op.device, set())
        self.done.append(Done(op, tuple(touched), frozenset(mine)))
        mine.add(op.number)

    def sync(self, device: int, style: str) -> None:
        """A device has pulled and pushed."""
        mine = self.knows.setdefault(device, set())
        self.hub |= mine
        mine |= self.hub
        self.picked |= style == "pick"

    def conflict(self, stages: Stages) -> None:
        """A real conflict, shown to the user."""
        uid = read_parts(stages.ours or stages.theirs or "").get("prop uid", "page")
        self.clashed |= {(uid, place.partition(" ")[2]) for place in real_clashes(stages)}

    def last_words(self) -> dict[tuple[str, str], list[Done]]:
        """For each place of each person the changes that no other change knew of."""
        at: dict[tuple[str, str], list[Done]] = {}
        for done in self.done:
            for uid, place, _ in done.touched:
                at.setdefault((uid, place), []).append(done)
        return {
            key: [d for d in all_ if not any(d.op.number in other.knew for other in all_)]
            for key, all_ in at.items()
        }


def find_faults(ledger: Ledger, files: Mapping[str, str]) -> Iterator[str]:
    """What is not as it must be in a vault in which everything has arrived and is rendered."""
    notes = {path: text for path, text in files.items() if path.startswith("People/")}
    by_uid: dict[str, str] = {}
    for path, text in notes.items():
        uid = read_parts(text).get("prop uid", "")
        if uid in by_uid:
            yield f"{path}: {uid} has two notes"
        by_uid[uid] = text
    for path, text in files.items():
        if any(_MARKERS.match(line) for line in text.split("\n")):
            yield f"{path}: conflict markers"
    page = files.get(PAGE, "")
    yield from _faults_of_page(page)
    names = {read_parts(text).get("prop uid", ""): path for path, text in notes.items()}
    for done in ledger.done:
        yield from _faults_of(done, by_uid.get(done.op.who, ""), notes, page, ledger)
        for uid, place, value in done.touched:
            if place == "name" and value not in names[uid] and not _outdone(ledger, done, "name"):
                yield f"{done.op}: the note is not called so"
    for (uid, place), last in ledger.last_words().items():
        yield from _faults_of_place(ledger, uid, place, last, by_uid)
    for path, text in notes.items():
        yield from _faults_of_log(path, text)


def _outdone(ledger: Ledger, done: Done, place: str) -> bool:
    return done not in ledger.last_words()[done.op.who, place]


def _faults_of_page(page: str) -> Iterator[str]:
    if page.count("<!-- vault-crm:begin -->") != 1 or page.count("<!-- vault-crm:end -->") != 1:
        yield "the page's markers are damaged"
    guards = [line for line in page.split("\n") if line.startswith("<!-- People/")]
    for guard in sorted({g for g in guards if guards.count(g) > 1}):
        yield f"twice on the page: {guard}"
    lines = page.split("\n")
    for at, line in enumerate(lines):
        below = itertools.takewhile(lambda text: text.startswith("  "), lines[at + 1 :])
        # Whose name has gone, or `snooze 2`: it stays, with a word on why.
        if re.match(r"\s*- \[[xX]\]", line) and not any("- vault-crm: " in text for text in below):
            yield f"a tick that is not taken in: {line}"


def _faults_of(done: Done, note: str, notes: Mapping[str, str], page: str, ledger: Ledger) -> Iterator[str]:
    op = done.op
    entries = [line for text in notes.values() for line in logs_of(text) if op.token in _TOKEN.findall(line)]
    mine = [line for line in logs_of(note) if op.token in _TOKEN.findall(line)]
    on_page = [line for line in generated(page).split("\n") if own_words(line, op.token)]
    if op.kind == "log":
        wanted = f"- {op.on.isoformat()} {op.place}: {op.words}"
        if len(entries) != 1 or mine != entries:
            yield f"{op}: {len(entries)} times in logs: {entries}"
        elif not mine[0].startswith(wanted):
            yield f"{op}: became {mine[0]}"
    elif op.kind in ("tick", "below", "own"):
        renamed = any(d.op.kind == "rename" and d.op.who == op.who for d in ledger.done)
        waits = renamed and not entries and len(on_page) == 1
        if len(entries) != 1 and not waits:
            yield f"{op}: {len(entries)} times in logs {entries}, and on the page {on_page}"
    elif op.kind == "jot" and not entries and not on_page:
        yield f"{op}: the words are gone"
    elif op.kind == "paragraph" and note.count(f"Idea {op.token}:") != 1:
        yield f"{op}: {note.count(f'Idea {op.token}:')} times in the note"
    elif op.kind == "tag" and note.count(f"  - {op.token}\n") != 1:
        yield f"{op}: the tag stands there {note.count(f'  - {op.token}')} times"
    elif op.kind == "untag" and f"  - {op.place}\n" in note:
        yield f"{op}: the tag is back"
    elif op.kind == "head" and page.partition("<!-- vault-crm:begin")[0].count(op.token) != 1:
        yield f"{op}: {page.partition('<!-- vault-crm:begin')[0].count(op.token)} times above the page"


def own_words(line: str, token: str) -> bool:
    """True if a user's words stand on a line of the page, and not the tool's line about a log."""
    return token in line and not re.match(r"\s*- (ask|last|due|soon|met): |- \d{4}-", line)


def logs_of(note: str) -> list[str]:
    """The entries of a note's log."""
    return [line for line in note.partition("## Log\n")[2].split("\n") if _ENTRY.match(line)]


def _faults_of_log(path: str, text: str) -> Iterator[str]:
    entries = logs_of(text)
    days = [line[2:12] for line in entries]
    if days != sorted(days, reverse=True):
        yield f"{path}: the log is out of order: {days}"
    if len(set(entries)) != len(entries):
        yield f"{path}: an entry stands there twice"
    last = read_parts(text).get("prop last_contact", "")
    if days and last < max(days):
        yield f"{path}: last_contact is {last}, and the log has {max(days)}"


def _faults_of_place(
    ledger: Ledger, uid: str, place: str, last: list[Done], by_uid: Mapping[str, str]
) -> Iterator[str]:
    if place not in (*SCALARS, *LABELS, "snooze_until"):
        return
    kind = "para" if place in LABELS else "prop"
    now = read_parts(by_uid.get(uid, "")).get(f"{kind} {place}", "")
    values = {value for done in last for _, where, value in done.touched if where == place}
    shown = {f"{place}: {value}." for value in values} if kind == "para" else values
    wished = any(d.op.kind == "wish" and d.op.who == uid for d in ledger.done)
    if now not in shown and not (place == "snooze_until" and wished):
        yield f"{uid} {place} is {now!r}, and was last set to {sorted(shown)}"
    if (
        place != "snooze_until"
        and len(values) > 1
        and (uid, place) not in ledger.clashed
        and not ledger.picked
    ):
        yield f"{uid} {place}: one of {sorted(values)} was chosen without a word"
