"""Laws of merging dashboards: never a conflict between the markers, nothing of the user's lost or doubled,
the same whoever merges, and at rest after once."""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from tests.core.made import vault
from tests.render.pages import friend
from tests.render.pages import page
from vault_crm.core.dashboard.markers import BEGIN
from vault_crm.core.dashboard.markers import END
from vault_crm.core.dashboard.ticks import is_tick
from vault_crm.core.dashboard.ticks import read_body
from vault_crm.core.dashboard.ticks import read_dashboard
from vault_crm.core.merge.boardpage import said_in
from vault_crm.core.merge.boardpage import split_stamp
from vault_crm.core.merge.dashboard import merge_dashboard
from vault_crm.core.merge.marks import Clash
from vault_crm.core.merge.marks import Pieces
from vault_crm.render.weave import Frame
from vault_crm.render.weave import Kept
from vault_crm.render.weave import weave
from vault_crm.render.whose import LinkedPeople

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
EVERYBODY = vault(*(friend(str(n), "weekly", f"2026-0{n + 1}-01", text="x" * n) for n in range(4)))
PEOPLE = LinkedPeople(EVERYBODY, "OVERDUE.md", False)
PAGES: dict[tuple[frozenset[int], bool], str] = {}
TYPED = st.sampled_from([
    "    - lunch", "\t- tabs", "  two", "at the margin", "    ```", "```", "- [ ] a box", "    - [x] done",
    "- [x] [[0]] lunch", "    - [x] [[1]] tea", "- [ ] [0](People/0.md) the boat", "- [x] [[Nobody]]",
    "    - ask: old", "- last: old", "    - vault-crm: old hint", "<!-- People/0.md -->", "===", "> quote",
    "* [X] lunch with [[0]] and [[1]]", "    - next: x", "---", "1. [x] [[0]]", "    - a", "    - b", "",
    "- [x] [1](People/1.md) call", "- [x] [2](People/2.md) tea ✅ 2026-11-20", "- [/] [[1]]",
    "=======", "<<<<<<< HEAD", "## Mine", "## Overdue",
])  # fmt: skip
TICKS = st.sampled_from(["", " lunch", " call: dogs", " ✅ 2026-11-20", " ✅ 2026-11-21"])
NOTES = st.sampled_from([" lunch", " snooze 2 weeks", " next: x"])


def whole(base: str, left: str, right: str) -> Pieces:
    """A text merge that knows nothing."""
    return (Clash(left, right, base),)


def rendered(who: set[int], guarded: bool) -> str:
    """What stands between the markers when these people are overdue."""
    key = (frozenset(who), guarded)
    if key not in PAGES:
        text = page(vault(*(p for n, p in enumerate(EVERYBODY.people) if n in who)), guarded=guarded)
        PAGES[key] = text[text.index(BEGIN) + len(BEGIN) + 1 : text.index(END)]
    return PAGES[key]


@st.composite
def edited(draw: st.DrawFn, body: str) -> str:
    """The page after a user was at it."""
    lines = body.split("\n")
    for _ in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from(["insert", "tick", "tick", "note", "delete", "type"]))
        boxes = [n for n, line in enumerate(lines) if "- [ ] [" in line]
        labels = [n for n, line in enumerate(lines) if "- last:" in line]
        if kind == "insert":
            at = draw(st.integers(0, len(lines)))
            lines[at:at] = draw(st.lists(TYPED, min_size=1, max_size=3))
        elif kind == "tick" and boxes:
            at = draw(st.sampled_from(boxes))
            lines[at] = lines[at].replace("[ ]", "[x]", 1) + draw(TICKS)
        elif kind == "note" and boxes:
            lines[draw(st.sampled_from(boxes))] += draw(NOTES)
        elif kind == "delete" and lines:
            del lines[draw(st.integers(0, len(lines) - 1))]
        elif kind == "type" and labels:
            lines[draw(st.sampled_from(labels))] += draw(st.sampled_from([" typed", " more"]))
    return "\n".join(lines)


@st.composite
def renewed(draw: st.DrawFn, body: str, guarded: bool) -> str:
    """The page after a rendering that took some of it into the notes."""
    frame = Frame(
        PEOPLE.path_of,
        lambda path: f"[{EVERYBODY.by_path[path].name}]({path})",
        lambda path: f"<!-- {path} -->" * guarded,
    )
    read = read_body(body)
    stays = [Kept(e, PEOPLE.path_of(e)) for e in read.entries if not e.untouched and not draw(st.booleans())]
    return weave(
        rendered(draw(st.sets(st.integers(0, 3))), guarded), stays, [t for _, t in read.loose], frame
    )


@st.composite
def versions(draw: st.DrawFn) -> tuple[str, str, str]:
    """A page, and what two devices made of it."""
    guarded = draw(st.booleans())
    base = draw(edited(rendered(draw(st.sets(st.integers(0, 3))), guarded)))
    out = [base]
    for _ in range(2):
        side = base
        if draw(st.booleans()):
            side = draw(renewed(side, guarded))
        if draw(st.booleans()):
            side = draw(edited(side))
        out.append(side)
    base, ours, theirs = (f"# Overdue\n\n{BEGIN}\n{text.rstrip()}\n{END}\n" for text in out)
    return base, ours, theirs


def said(text: str) -> Counter[tuple[str, str]]:
    """Every word and tick of the user's, with whom it is about."""
    read = read_dashboard(text)
    found = Counter(("", line.strip()) for _, line in read.loose)
    for entry in read.entries:
        who = entry.head.target.removesuffix(".md") if entry.head else entry.text.strip()
        found.update((who, said_in(line)) for line in entry.below if line.strip())
        if entry.head and entry.behind:
            found.update((who, part) for part in split_stamp(said_in(entry.behind)) if part)
        if entry.ticked:
            found[who, "[x]"] += 1
    return found


def is_plain(text: str) -> bool:
    """True for a page with its summary, on which nobody and no line is there twice, or below another one."""
    heads = [entry.head.target for entry in read_dashboard(text).entries if entry.head]
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    nested = any(line[:1].isspace() and is_tick(line) and "[[" in line for line in text.split("\n"))
    return not nested and "\n**" in text and len({*heads}) == len(heads) and len({*lines}) == len(lines)


@UNHURRIED
@given(versions())
def test_nothing_is_lost_or_doubled_and_nothing_is_a_conflict(texts: tuple[str, str, str]) -> None:
    base, ours, theirs = texts
    merged = merge_dashboard(base, ours, theirs, whole)
    assert merged.clean
    assert merge_dashboard(base, theirs, ours, whole) == merged
    before, one, other, after = (said(text) for text in (base, ours, theirs, merged.text))
    for word in one.keys() | other.keys():
        # The day on a tick that was there already is the tool's; of two, the earlier stays.
        if word[1].startswith("✅") and (word[0], "[x]") in before:
            continue
        if word not in before or (word in one and word in other):
            assert after[word], word
    if all(map(is_plain, texts)):
        assert merge_dashboard(base, merged.text, theirs, whole) == merged
        assert merge_dashboard(base, ours, merged.text, whole) == merged
        for word in (one.keys() | other.keys()) - before.keys():
            assert word[1] == "[x]" or word[1].startswith("✅") or after[word] <= max(one[word], other[word])


@UNHURRIED
@given(st.sets(st.integers(0, 3)), st.data())
def test_what_one_side_took_in_does_not_come_back(who: set[int], data: st.DataObject) -> None:
    """A tick that is in the note already stays off the page, if nobody wrote on it since."""
    fresh = rendered(who, True)
    base = "\n".join(
        line.replace("[ ]", "[x]", 1) + data.draw(TICKS)
        if "- [ ] [" in line and data.draw(st.booleans())
        else line
        for line in fresh.split("\n")
    )
    untouched = data.draw(renewed(base, True))
    taken = rendered(data.draw(st.sets(st.integers(0, 3))), True)
    texts = [f"{BEGIN}\n{text}{END}\n" for text in (base, taken, untouched)]
    merged = merge_dashboard(texts[0], texts[1], texts[2], whole)
    assert merged.clean
    assert not any(entry.ticked for entry in read_dashboard(merged.text).entries)


@UNHURRIED
@given(versions(), st.sampled_from(["\r\n", "\n"]), st.booleans())
def test_newlines_and_a_bom_change_nothing(texts: tuple[str, str, str], newline: str, bom: bool) -> None:
    base, ours, theirs = texts
    dressed = "\ufeff" * bom + ours.replace("\n", newline)
    merged = merge_dashboard(base, dressed, theirs, whole).text
    assert (
        merged.removeprefix("\ufeff").replace("\r\n", "\n") == merge_dashboard(base, ours, theirs, whole).text
    )
