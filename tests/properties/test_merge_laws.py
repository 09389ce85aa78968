"""The laws of merging a note: what holds for any three texts, and what a merge of sound notes has to mean.

For more examples: `VAULT_CRM_EXAMPLES=20000 pytest tests/properties/test_merge_laws.py`. The yardstick is a
three-way merge of lines of our own (`merging.text_merge`), which is what git does, and is held against git.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings

from tests.properties import merging
from tests.properties.merging import LATER
from tests.properties.merging import PATH
from tests.properties.merging import Told
from tests.properties.merging import Triple
from tests.properties.merging import made
from tests.properties.merging import split_marked
from vault_crm.core.body import lines_of
from vault_crm.core.dates import parse_date
from vault_crm.core.fields import field_of
from vault_crm.core.frontmatter.block import body_start
from vault_crm.core.frontmatter.block import find_block
from vault_crm.core.frontmatter.block import load_block
from vault_crm.core.frontmatter.shape import BlockProblem
from vault_crm.core.frontmatter.shape import Pair
from vault_crm.core.log.read import read_log
from vault_crm.core.merge.file import merge_file
from vault_crm.core.merge.file import merge_two
from vault_crm.core.merge.marks import Clash
from vault_crm.core.merge.marks import Marks
from vault_crm.core.merge.marks import Merged
from vault_crm.core.merge.marks import Pieces
from vault_crm.core.merge.marks import TextMerge
from vault_crm.core.merge.marks import clashes_in
from vault_crm.core.merge.marks import swapped
from vault_crm.core.note import parse_note
from vault_crm.core.settings import Settings
from vault_crm.core.text import BOM
from vault_crm.core.text import decode
from vault_crm.core.text import encode
from vault_crm.core.text import split_lines
from vault_crm.git import textmerge

EXAMPLES = int(os.environ.get("VAULT_CRM_EXAMPLES", "450"))
SETTINGS = Settings()
MARKS = Marks(31)
BLANK = BOM + " \t\r\n\f\v\x1c\x1d\x1e\x85\u2028\u2029\xa0"
_BULLET = re.compile(r"^(?:[-*+]|\d+[.)])\s+")
_NO_WORDS = re.compile(r"(?:-{3,}|\.{3,})$|(?:<{7,}|={7,}|>{7,}|\|{7,})(?: |$)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_FENCE = re.compile(r"^\ufeff?(?:---|\.\.\.)", re.MULTILINE)
FOLDER = Path(__file__).parent.parent / "corpus"
CORPUS = {path.name: decode(path.read_bytes()) for path in sorted(FOLDER.glob("*.md"))}
SMALL = tuple(text for text in CORPUS.values() if len(text) < 4000)


def many(part: int) -> settings:
    """A share of the examples."""
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    return settings(max_examples=max(10, EXAMPLES // part), deadline=None, suppress_health_check=quiet)


def merge(base: str, left: str, right: str, text_merge: TextMerge = merging.text_merge) -> Merged:
    """The merge under test, with marks that stand in no note."""
    return merge_file(PATH, base, left, right, text_merge, SETTINGS, MARKS)


# --- what a text says


def lines_in(text: str) -> Counter[str]:
    """The lines that say something, without what ends them; fences, rules and marks of merges do not."""
    bare = (line.strip(BLANK) for line in split_lines(text))
    return Counter(line for line in bare if line and not _NO_WORDS.match(line))


@lru_cache(maxsize=256)
def find_pairs(text: str) -> tuple[Pair, ...] | None:
    """The properties of a frontmatter that is sound; None if it is not."""
    try:
        block = find_block(text)
        pairs = load_block(block.text) if block else ()
    except BlockProblem:
        return None
    keys = [pair.key for pair in pairs]
    return pairs if len(set(keys)) == len(keys) else None


@dataclass(frozen=True)
class Saying:
    """What a note says: its properties, its log, and all its lines below the frontmatter."""

    properties: dict[str, object]
    log: frozenset[tuple[object, ...]]
    lines: frozenset[str]


def saying(text: str) -> Saying:
    """What a text says, as far as a merge must keep it: how often alike lines stand there is left out."""
    pairs = find_pairs(text) or ()
    values: dict[str, object] = {
        pair.key: tuple(sorted(map(repr, pair.value))) if isinstance(pair.value, tuple) else pair.value or ()
        for pair in pairs
    }
    log = frozenset((i.on, i.kind, i.text) for i in parse_note(PATH, text, SETTINGS).log)
    start = body_start(text) if find_pairs(text) is not None else 0
    return Saying(values, log, frozenset(lines_in(text[start:])))


@lru_cache(maxsize=256)
def troubles(text: str) -> frozenset[str]:
    """The codes of what is wrong with a note; in its body, only errors are."""
    end = text.count("\n", 0, body_start(text))
    return frozenset(
        found.code
        for found in parse_note(PATH, text, SETTINGS).diagnostics
        if found.severity == "error" or (found.severity == "warning" and found.span.line <= end)
    )


def is_sound(*texts: str) -> bool:
    """True if nothing is wrong with the frontmatter of any of these."""
    return all(find_pairs(text) is not None and not troubles(text) for text in texts)


# --- laws for any three texts


def identities(case: Triple, text_merge: TextMerge = merging.text_merge) -> None:
    """What one side alone changed is taken to the byte."""
    base, left, right = case.base, case.left, case.right
    for text in (base, left, right):
        assert merge(text, text, text, text_merge) == Merged(text)
    assert merge(base, base, right, text_merge) == Merged(right)
    assert merge(base, left, base, text_merge) == Merged(left)
    assert merge(base, right, right, text_merge) == Merged(right)


def symmetry(case: Triple, merged: Merged, text_merge: TextMerge) -> None:
    """Exchanging the sides exchanges the sides of what clashes, and nothing else."""
    other = merge(case.base, case.right, case.left, text_merge)
    assert other.clashes == merged.clashes
    if merged.clean:
        assert other.text == merged.text
    assert split_marked(other.text, MARKS.size) == swapped(split_marked(merged.text, MARKS.size))


def marks_are_counted(merged: Merged) -> Pieces:
    """The clashes that are told are those that are marked. Returns the text in pieces."""
    pieces = split_marked(merged.text, MARKS.size)
    assert clashes_in(pieces) == merged.clashes
    encode(merged.text)
    return pieces


def without_base(pieces: Pieces) -> str:
    """All that stands in a merged text, but for what stood there before."""
    return "".join(p if isinstance(p, str) else f"{p.left}\n{p.right}\n" for p in pieces)


def nothing_added_is_lost(case: Triple, pieces: Pieces, plain: str) -> None:
    """Each line that a side added is there, or marked; of sound frontmatter each comment and each value.
    `plain` is what git alone makes of it: in that, a line is a line, wherever the frontmatter ends."""
    text = without_base(pieces)
    texts = _three(case)
    sound = (
        _undressed([text]) != [plain]
        and _fronts_are_told(case)
        and all(find_pairs(t) is not None for t in texts)
    )
    there = _without_bullets(lines_in(text))
    comments = sound and not any(_has_blocks_of_lines(t) for t in texts)
    old, *sides = (_without_bullets(_own_lines(t, sound, comments)) for t in texts)
    for side in sides:
        missing = {line for line, count in (side - old).items() if there[line] < count}
        if _has_marks(case):  # of two dates that stood in a stopped merge, the later is enough
            missing = {line for line in missing if field_of(line.partition(":")[0]) not in LATER}
        assert {line for line in missing if not _goes_on(line, there)} == set()
    if sound:
        _no_value_is_lost(case, text)


def _goes_on(line: str, there: Iterable[str]) -> bool:
    """True for an entry of the log that stands there with more words."""
    return bool(_DATE.search(line)) and any(line in other for other in there)


def _without_bullets(lines: Counter[str]) -> Counter[str]:
    """The lines, entries of a log without what they begin with: another bullet says nothing new."""
    bare: Counter[str] = Counter()
    for line, count in lines.items():
        bare[_BULLET.sub("", line) if _DATE.search(line) else line] += count
    return bare


def _fronts_are_told(case: Triple) -> bool:
    """True if it is clear in each version what its frontmatter is: where one stands, and in no other version
    is anything that became, or was, one of its fences."""
    blocks = [body_start(text) > 0 for text in _three(case)]
    fences = [_FENCE.search(text) is not None for text in _three(case)]
    whole = [block or not fence for block, fence in zip(blocks, fences, strict=True)]
    return all(whole) or (blocks[1] and blocks[2])


def _own_lines(text: str, sound: bool, comments: bool) -> Counter[str]:
    """The lines; without those of properties if they are looked at as properties."""
    if not sound:
        return lines_in(text)
    start = body_start(text)
    front = lines_in(text[:start]).items()
    return lines_in(text[start:]) + Counter({line: n for line, n in front if comments and line[0] == "#"})


def _has_blocks_of_lines(text: str) -> bool:
    """True if a value goes over lines of its own, in which `#` begins no comment."""
    return any(pair.style in ("|", ">") for pair in find_pairs(text) or ())


def _values(text: str) -> dict[str, Pair]:
    return {pair.key: pair for pair in find_pairs(text) or ()}


def _texts_of(pair: Pair) -> set[str]:
    value = pair.value
    if isinstance(value, tuple):
        return {each for each in value if isinstance(each, str)}
    return {value} if isinstance(value, str) else set()


def _no_value_is_lost(case: Triple, text: str) -> None:
    old, left, right = map(_values, (case.base, case.left, case.right))
    for mine, theirs in ((left, right), (right, left)):
        for key, pair in mine.items():
            was = " ".join(_texts_of(old[key])) if key in old else ""
            other = theirs.get(key)
            if other and _later(pair, other) is not None:
                continue
            gone = {each for each in _texts_of(pair) if not (_stands_in(each, text) or _stands_in(each, was))}
            assert gone == set(), key


def _stands_in(value: str, text: str) -> bool:
    """True if each of its words stands there; quotes and escapes are written in more than one way."""
    return all(word in text for word in re.findall(r"\w+", value))


def _later(one: Pair, two: Pair) -> str | None:
    """The later of two dates of a property that only moves on; None if it is no such property."""
    if field_of(one.key) not in LATER or not isinstance(one.value, str) or not isinstance(two.value, str):
        return None
    try:
        days = parse_date(one.value), parse_date(two.value)
    except ValueError:
        return None
    if days[0] is None or days[1] is None:
        return None
    return one.value if days[0] > days[1] else two.value


def properties_are_merged(case: Triple, merged: Merged, text_merge: TextMerge) -> None:
    """In a clean result each property has the value of the side that changed it; two different changes are
    clean only for lists and dates that move on. Only for sound notes all of which have a frontmatter."""
    texts = _three(case)
    if not merged.clean or _has_marks(case) or not is_sound(*texts) or not _fronts_are_told(case):
        return
    assert is_sound(merged.text)
    if _undressed([merged.text]) == [without_base(text_merge(*_undressed(texts)))]:
        return  # git alone does as well
    old, left, right, new = map(_values, (case.base, case.left, case.right, merged.text))
    for key in {*old, *left, *right}:
        b, one, two = (each.get(key) for each in (old, left, right))
        values = [None if each is None else (_meant(each),) for each in (b, one, two)]
        got = None if key not in new else (_meant(new[key]),)
        if values[1] == values[2] or values[2] == values[0]:
            assert got == values[1], key
        elif values[1] == values[0]:
            assert got == values[2], key
        else:
            _both_changed(b, one, two, new[key])
    assert set(new) <= {*left, *right}


def _undressed(texts: Iterable[str]) -> list[str]:
    return [text.removeprefix(BOM).replace("\r\n", "\n") for text in texts]


def _meant(pair: Pair) -> object:
    """The value; blank lines at the end of a block of lines say nothing."""
    return pair.value.rstrip("\n") if isinstance(pair.value, str) else pair.value


def _both_changed(old: Pair | None, one: Pair | None, two: Pair | None, new: Pair) -> None:
    if one is None or two is None:
        kept = one or two
        assert kept is not None
        # A day that was moved on is not taken back.
        assert field_of(kept.key) in LATER
        assert new.value == kept.value
        return
    was = old.value if old else None
    if isinstance(one.value, tuple) and isinstance(two.value, tuple) and not isinstance(was, str):
        before, left, right = (
            {*map(repr, v)} if isinstance(v, tuple) else set() for v in (was, one.value, two.value)
        )
        items = new.value or ()
        assert isinstance(items, tuple)
        assert {*map(repr, items)} == (before & left & right) | (left - before) | (right - before)
        return
    best = _later(one, two)
    if best is not None:
        assert isinstance(new.value, str)
        assert parse_date(new.value) == parse_date(best)
        return
    single = all(isinstance(p.value, str) and p.style in ("plain", "'", '"') for p in (one, two))
    assert not single, f"{one.key}: {one.value!r} and {two.value!r} were merged to {new.value!r}"


def nothing_is_made_up(case: Triple, pieces: Pieces) -> None:
    """Each line stands in one of the three, but for lists that unite: these have items of the three."""
    texts = (case.base, case.left, case.right)
    known = {line for text in texts for line in lines_in(text)}
    words = {word for text in texts for word in _tokens(text)}
    text = without_base(pieces)
    odd = [line for line in lines_in(text) if line not in known]
    for line in odd:
        assert re.match(r"-|[^\s:]+.*:|.*[\[,]", line), f"{line!r} stands in none of the three"
        assert set(_tokens(line)) <= words


def _tokens(text: str) -> list[str]:
    return [token for token in re.split(r"[\s\[\],]+", text) if token]


def a_clean_result_is_sound(case: Triple, merged: Merged) -> None:
    """What was right on both sides is right after it."""
    if merged.clean and not _has_marks(case) and is_sound(case.base, case.left, case.right):
        assert troubles(merged.text) <= troubles(case.left) | troubles(case.right)


def _has_marks(case: Triple) -> bool:
    """True if a merge stopped in one of them, was committed so, and is settled first."""
    return any("<<<<<<<" in text for text in _three(case))


def again_changes_nothing(case: Triple, merged: Merged, text_merge: TextMerge) -> None:
    """What is merged already is not merged once more."""
    fronts = [lines_in(text[: body_start(text)]) for text in _three(case)]
    bodies = [lines_in(text[body_start(text) :]) for text in _three(case)]
    if not merged.clean or any(front & body for front in fronts for body in bodies):
        return  # a fence came or went or was moved: properties have become text
    if _has_marks(case):
        return
    for side in (case.left, case.right):
        again = merge(case.base, merged.text, side, text_merge)
        if lines_in(again.text) != lines_in(merged.text):
            # Where a line stands several times, a diff may take one of them for another.
            assert text_merge(case.base, merged.text, side) != (merged.text,), again.text


def never_worse_than_git(case: Triple, merged: Merged, text_merge: TextMerge) -> None:
    """What git merges to a sound note is merged here, too, and says the same."""
    pieces = text_merge(*_three(case))
    boms = {text.startswith(BOM) for text in _three(case)}
    if (
        clashes_in(pieces)
        or _has_marks(case)
        or len(boms) > 1
        or any(BOM in text[1:] for text in _three(case))
    ):
        return  # a first line with a BOM is another line for git
    plain = without_base(pieces)
    sound = is_sound(*_three(case))
    if sound and not is_sound(plain):
        return
    assert merged.clean, f"git alone makes it\n{plain}"
    # What one side moved and the other deleted is gone here, and may be there once more for git.
    old, left, right = map(lines_in, _three(case))
    gone = {line for line in old if left[line] < old[line] or right[line] < old[line]}
    if not sound or set(lines_in(merged.text)) - gone != set(lines_in(plain)) - gone:
        assert set(_body_lines(merged.text, sound)) - gone == set(_body_lines(plain, sound)) - gone


def _body_lines(text: str, sound: bool) -> Counter[str]:
    return lines_in(text[body_start(text) :] if sound else text)


def _three(case: Triple) -> tuple[str, str, str]:
    return case.base, case.left, case.right


def check_all(case: Triple, text_merge: TextMerge = merging.text_merge) -> Merged:
    """All laws that hold for any three texts."""
    merged = merge(*_three(case), text_merge)
    pieces = marks_are_counted(merged)
    plain = without_base(text_merge(*_undressed(_three(case))))
    identities(case, text_merge)
    symmetry(case, merged, text_merge)
    nothing_added_is_lost(case, pieces, plain)
    nothing_is_made_up(case, pieces)
    properties_are_merged(case, merged, text_merge)
    a_clean_result_is_sound(case, merged)
    again_changes_nothing(case, merged, text_merge)
    never_worse_than_git(case, merged, text_merge)
    return merged


# --- laws for sound notes whose edits are known


def means_both(told: Told, merged: Merged) -> None:
    """Where the sides touched different things, the result is both their edits, and nothing is marked."""
    if not told.apart or not is_sound(*_three(told.texts)):
        return
    deleted = any(op.name.startswith("delete") for op in (*told.left, *told.right, *told.both))
    for side in (told.texts.left, told.texts.right):
        again = merge(told.texts.base, merged.text, side)
        # What stands where an entry was deleted may be taken for it: that is asked then, not settled.
        assert again.clean or deleted
        assert not again.clean or _without_flow(again.text) == _without_flow(merged.text)
    wanted = str(told.wanted)
    assert merged.clean
    assert saying(merged.text) == saying(wanted)
    assert _without_flow(merged.text) == _without_flow(wanted)


def _without_flow(text: str) -> Counter[str]:
    """The lines without lists (how they are written is not told), and without comments that belong to
    nothing below them."""
    odd = re.compile(r"\w+:(?: \[.*\])?(?:  #.*)?|- item-\d+|# same")
    return Counter({line: n for line, n in lines_in(text).items() if not odd.fullmatch(line)})


def follows_the_file(told: Told, merged: Merged) -> None:
    """Line endings, BOM and the end of the file follow the side that changed them."""
    if not merged.clean:
        return
    base, left, right = (
        told.base,
        *(merging.do_all(told.base, (*ops, *told.both)) for ops in (told.left, told.right)),
    )
    newline = left.newline if left.newline != base.newline else right.newline
    assert {line[len(line.rstrip("\r\n")) :] for line in split_lines(merged.text)} <= {newline, ""}
    bom = left.bom if left.bom != base.bom else right.bom
    assert merged.text.startswith(BOM) == (bom and bool(merged.text.strip(BOM)))
    final = left.final if left.final != base.final else right.final
    if merged.text.strip():
        assert merged.text.endswith("\n") == final


def keeps_the_order(told: Told, merged: Merged) -> None:
    """A log that is in order on both sides is in order after it; but for an entry that git could unite of two
    edits: it stays where it stood."""
    one, two = ({touch for op in ops for touch in op.touches} for ops in (told.left, told.right))
    if not merged.clean or any("log" in touch for touch in one & two):
        return
    versions = [told.texts.base, told.texts.left, told.texts.right]
    logs = [_log_days(text) for text in versions]
    if any(len(log) > 1 for log in logs):
        return
    days = [log[0] for log in logs if log]
    result = _log_days(merged.text)
    for reverse in (True, False):
        if all(each == sorted(each, reverse=reverse) for each in days) and any(len(set(d)) > 1 for d in days):
            assert [sorted(each, reverse=reverse) for each in result] == result


def _log_days(text: str) -> list[list[object]]:
    view = read_log(PATH, lines_of(text, body_start(text)), SETTINGS)
    return [
        [entry.interaction.on for entry in section.entries] for section in view.sections if section.entries
    ]


def clashes_are_told(told: Told, merged: Merged) -> None:
    """An entry that both changed differently, or one changed and the other deleted, is never settled; unless
    git alone settles it, which takes one entry for another now and then."""
    if _undressed([merged.text]) == [without_base(merging.text_merge(*_undressed(_three(told.texts))))]:
        return
    sides = [merging.do_all(told.base, (*ops, *told.both)) for ops in (told.left, told.right)]
    for section in told.base.sections:
        for entry in section.entries:
            if entry.below or "\n" in entry.form:
                continue
            left, right = (
                next((e for s in side.sections for e in s.entries if e.ident == entry.ident), None)
                for side in sides
            )
            same_day = all(each is None or each.on == entry.on for each in (left, right))
            if left != right and entry not in (left, right) and same_day:
                assert not merged.clean, f"{entry} became {left} and {right}"


def check_told(told: Told, text_merge: TextMerge = merging.text_merge) -> None:
    """All laws there are for a merge whose meaning is known."""
    merged = check_all(told.texts, text_merge)
    means_both(told, merged)
    follows_the_file(told, merged)
    keeps_the_order(told, merged)
    clashes_are_told(told, merged)


# --- the tests


@many(1)
@given(made(merging.make_told))
def test_sound_notes(told: Told) -> None:
    check_told(told)


@many(1)
@given(made(merging.make_rough(SMALL)))
def test_rough_notes(case: Triple) -> None:
    check_all(case)


@pytest.mark.parametrize("name", CORPUS)
def test_notes_of_the_corpus(name: str) -> None:
    """Each odd note, with the same few edits in every run."""
    text = CORPUS[name]
    make = merging.make_rough([text], made_up=False)
    for seed in range(4 if len(text) < 4000 else 1):
        check_all(merging.seeded(make, seed))


@many(4)
@given(made(merging.make_told))
def test_both_sides_made_the_note(told: Told) -> None:
    """Without a base all lines of both are there."""
    _, left, right = _three(told.texts)
    merged = check_all(Triple("", left, right))
    text = without_base(split_marked(merged.text, MARKS.size))
    _has_lines(text, left, right)


def _has_lines(text: str, *sides: str) -> None:
    there = lines_in(text)
    missing = {line for side in sides for line in saying(side).lines if line not in there}
    assert {line for line in missing if not _goes_on(line, there)} == set()


@many(4)
@given(made(merging.make_told))
def test_two_versions_without_a_base(told: Told) -> None:
    """Nothing of either goes; what both have is there once."""
    _, left, right = _three(told.texts)
    merged = merge_two(PATH, left, right, merging.text_merge, SETTINGS, MARKS)
    other = merge_two(PATH, right, left, merging.text_merge, SETTINGS, MARKS)
    pieces = marks_are_counted(merged)
    assert split_marked(other.text, MARKS.size) == swapped(pieces)
    assert merge_two(PATH, left, left, merging.text_merge, SETTINGS, MARKS) == Merged(left)
    text = without_base(pieces)
    _has_lines(text, left, right)
    _no_value_is_lost(Triple("", left, right), text)


@many(8)
@given(made(merging.make_told))
def test_the_style_of_marks_changes_only_marks(told: Told) -> None:
    """`merge.conflictStyle = diff3` shows more, but clashes in the same notes."""
    case = told.texts
    shown = check_all(case, merging.text_merge_diff3)
    assert shown.clean == merge(*_three(case)).clean
    if shown.clean:
        assert shown == merge(*_three(case))


@many(10)
@given(made(merging.make_rough(SMALL)))
def test_with_gits_own_merge(case: Triple) -> None:
    """The laws with the text merge that is used in earnest."""
    check_all(case, textmerge.text_merge)


@many(10)
@given(made(merging.make_told))
def test_sound_notes_with_gits_own_merge(told: Told) -> None:
    check_told(told, textmerge.text_merge)


# --- the yardstick itself


@many(10)
@given(made(merging.make_rough(SMALL)))
def test_the_yardstick_is_what_git_does(case: Triple) -> None:
    """Where git and the merge by lines that the laws are judged by both settle everything, they agree."""
    ours, gits = (merge_texts(*_three(case)) for merge_texts in (merging.text_merge, textmerge.text_merge))
    if not clashes_in(ours) and not clashes_in(gits):
        assert ours == gits


@many(10)
@given(made(merging.make_rough(SMALL)))
def test_the_yardstick_keeps_both_sides(case: Triple) -> None:
    """Taking one side of each clash, and all else as it is, leaves out nothing that this side added."""
    for merge_texts in (merging.text_merge, merging.text_merge_diff3):
        pieces = merge_texts(*_three(case))
        assert merge_texts(case.base, case.right, case.left) == swapped(pieces)
        for side, name in ((case.left, "left"), (case.right, "right")):
            chosen = lines_in("".join(p if isinstance(p, str) else getattr(p, name) for p in pieces))
            assert not (lines_in(side) - lines_in(case.base)) - chosen


# --- what must never be settled


@pytest.mark.parametrize(
    ("base", "left", "right"),
    [
        pytest.param("cadence: 1 month", "cadence: 2 weeks", "cadence: 3 months", id="two values"),
        pytest.param("", "cadence: 2 weeks", "cadence: 3 months", id="two new values"),
        pytest.param("cadence: 1 month", "", "cadence: 3 months", id="removed and changed"),
        pytest.param("bio: |\n  one", "bio: |\n  two", "bio: |\n  three", id="two blocks of lines"),
        pytest.param("tags: friend", "tags: [friend, choir]", "tags: work", id="a list and a word"),
        pytest.param("next_contact: soon", "next_contact: later", "next_contact: 2026-02-02", id="no date"),
    ],
)
def test_a_clash_in_the_frontmatter_is_marked_there(base: str, left: str, right: str) -> None:
    case = Triple(*(f"---\nname: Ada\n{text}\n\ncity: Graz\n---\nBody.\n" for text in (base, left, right)))
    merged = check_all(case)
    pieces = split_marked(merged.text, MARKS.size)
    assert [type(piece) for piece in pieces] == [str, Clash, str]
    assert str(pieces[0]).startswith("---\nname: Ada\n")
    assert str(pieces[2]).endswith("city: Graz\n---\nBody.\n")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("- 2026-03-01 call: she moves in May", "- 2026-03-01 call: she moves to Rome"),
        ("", "- 2026-03-01 call: she moves to Rome"),
        ("- 2026-03-01 call: she moves\n  - to Rome", ""),
    ],
)
def test_a_clash_in_the_log_is_marked_there(left: str, right: str) -> None:
    def note(entry: str) -> str:
        entry = entry and entry + "\n"
        return f"## Log\n\n- 2026-05-01 tea\n{entry}- 2026-01-01 walk\n\n## Notes\n\nProse.\n"

    merged = check_all(Triple(note("- 2026-03-01 call: she moves"), note(left), note(right)))
    pieces = split_marked(merged.text, MARKS.size)
    assert [type(piece) for piece in pieces] == [str, Clash, str]
    assert str(pieces[0]).endswith("- 2026-05-01 tea\n")
    assert str(pieces[2]).startswith("- 2026-01-01 walk\n")


def test_a_renamed_log_gets_what_the_other_side_logged() -> None:
    rest = "- 2026-03-01 tea\n- 2026-02-01 walk\n"
    case = Triple(
        f"## Log\n\nBy hand.\n\n{rest}",
        f"## Timeline\n\nBy hand.\n\n- 2026-04-01 call\n{rest}",
        f"## Log\n\nBy hand.\n\n- 2026-05-01 lunch\n- 2026-03-15 card\n{rest}",
    )
    merged = check_all(case)
    days = "- 2026-05-01 lunch\n- 2026-04-01 call\n- 2026-03-15 card\n"
    assert merged == Merged(f"## Timeline\n\nBy hand.\n\n{days}{rest}")
    for side in (case.left, case.right):
        assert merge(case.base, merged.text, side) == merged
