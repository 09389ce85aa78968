"""The base of two copies, found among a note's earlier versions; when in doubt the older one, and nothing is
taken for removed that only was never there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.linear import is_within
from vault_crm.core.merge.bases import find_base
from vault_crm.core.merge.file import merge_file
from vault_crm.core.text import split_lines
from vault_crm.git.textmerge import text_merge

V1 = "---\ncadence: monthly\nlast_contact: 2026-09-01\n---\n# Ada\nMet in Lisbon.\n- 2026-09-01 call\n"
V2 = V1.replace("monthly", "weekly")
V3 = V2.replace("2026-09-01\n---", "2026-10-01\n---") + "- 2026-10-01 walk\n"
HISTORY = (V1, V2, V3)


def test_nothing_is_like_them() -> None:
    assert find_base((), V1, V2) is None
    assert find_base(("something else\n",), V1, V2) is None


def test_an_earlier_version_is_its_own_base() -> None:
    assert find_base(HISTORY, V3, V1) == V1
    assert find_base(HISTORY, V3 + "- 2026-10-05 mail\n", V2) == V2


def test_a_copy_that_is_the_later_version() -> None:
    assert find_base(HISTORY, V1, V3) == V1


def test_a_version_that_came_back_is_the_latest() -> None:
    assert find_base((V1, V2, V1), V1, V2) == V2


def test_the_version_that_a_copy_was_made_from() -> None:
    assert find_base(HISTORY, V3, V2 + "- 2026-09-20 mail\n") == V2
    assert find_base(HISTORY, V3, V1 + "- 2026-09-20 mail\n") == V1


def test_a_side_that_goes_back_on_a_change_may_never_have_seen_it() -> None:
    """Both logged the same walk, so the copy seems to come from the latest version, and to have gone back to
    the old cadence. It may as well come from the first: who is right is not decided here."""
    copy = V1.replace("2026-09-01\n---", "2026-10-01\n---") + "- 2026-10-01 walk\n- 2026-10-02 mail\n"
    base = find_base(HISTORY, V3, copy)
    assert base == V3.replace("cadence: weekly\n", "")
    assert not merge_file("A.md", base, V3, copy, text_merge).clean


def test_two_entries_at_the_same_place_are_two() -> None:
    ours = V1.replace("2026-09-01\n---", "2026-11-05\n---") + "- 2026-11-05 walk\n"
    copy = V1.replace("2026-09-01\n---", "2026-11-02\n---") + "- 2026-11-02 lunch\n"
    assert find_base((V1, ours), ours, copy) == V1


def test_an_entry_that_goes_on_in_the_copy_is_the_same_entry() -> None:
    copy = V3.replace("2026-09-01 call", "2026-09-01 call, about the fair")
    assert find_base(HISTORY, V3 + "- 2026-11-05 walk\n", copy) == V3


def test_the_same_day_on_both_devices_is_no_evidence() -> None:
    ours = V2.replace("2026-09-01\n---", "2026-10-01\n---") + "- 2026-10-01 walk\n"
    copy = V1.replace("2026-09-01\n---", "2026-10-01\n---") + "- 2026-10-01 mail\n"
    assert find_base((V1, V2, ours), ours, copy) == V1


PLANS = "A long line about her plans for the winter.\n"
OTHER = PLANS.replace("winter", "spring")


def test_a_paragraph_that_the_copy_rewrote_is_changed_not_removed() -> None:
    history = (V3, V3 + PLANS, V3 + PLANS + "- 2026-10-09 mail\n")
    copy = V3 + OTHER + "- 2026-10-09 mail\n- 2026-10-10 lunch\n"
    assert find_base(history, history[-1] + "- 2026-10-11 walk\n", copy) == history[-1]


def test_a_paragraph_that_the_copy_never_shows_was_not_there() -> None:
    assert find_base((*HISTORY, V3 + PLANS), V3 + PLANS, V3 + OTHER) == V3


def test_what_a_copy_just_does_not_have_stays() -> None:
    copy = V2.replace("2026-09-01\n---", "2026-10-01\n---") + "- 2026-10-01 walk in the park\n"
    ours = V3 + "- 2026-10-03 lunch\n"
    history = (*HISTORY, ours)
    base = find_base(history, ours, copy)
    assert base is not None
    assert "lunch" not in base


def test_what_git_saw_removed_is_removed() -> None:
    ours = V3.replace("Met in Lisbon.\n", "")
    copy = V3 + "- 2026-10-05 mail\n"
    assert find_base((*HISTORY, ours), ours, copy) == V3


def test_lines_that_the_work_tree_just_does_not_have_stay() -> None:
    """A sync program may have put an older note into the work tree, edited on another device."""
    ours = V2 + "- 2026-09-30 letter\n"
    copy = V3 + "- 2026-10-05 mail\n"
    base = find_base(HISTORY, ours, copy)
    assert base is not None
    assert "walk" not in base


def written(numbers: list[int]) -> str:
    return "".join(f"{n} {WORDS[n % 7]}\n" for n in numbers)


WORDS = ("apples", "bread", "cherry", "dates", "eggplant", "figs and nuts", "grapes")
LINES = st.lists(st.integers(0, 30), max_size=12, unique=True)


@given(st.lists(LINES, max_size=6), LINES, LINES)
def test_the_base_is_made_of_a_version(versions: list[list[int]], ours: list[int], theirs: list[int]) -> None:
    *history, mine, yours = (written(numbers) for numbers in (*versions, ours, theirs))
    base = find_base(history, mine, yours)
    if base is not None:
        assert any(set(split_lines(base)) <= set(split_lines(text)) for text in history)


@given(st.lists(LINES, max_size=6), LINES, st.sets(st.integers(0, 30)))
def test_what_only_one_side_has_is_no_removal(
    versions: list[list[int]], ours: list[int], gone: set[int]
) -> None:
    """A copy that only lacks lines, and that git never saw, takes nothing away."""
    mine, yours = written(ours), written([n for n in ours if n not in gone])
    history = [text for text in map(written, versions) if text not in (mine, yours)]
    base = find_base(history, mine, yours)
    for one, other in ((mine, yours), (yours, mine)):
        merged = merge_file("list.txt", base or "", one, other, text_merge)
        assert set(split_lines(mine)) <= set(split_lines(merged.text))


@given(st.lists(LINES, min_size=1, max_size=5), st.data())
def test_two_versions_come_from_the_older(versions: list[list[int]], data: st.DataObject) -> None:
    texts = list(dict.fromkeys(written(numbers) for numbers in versions))
    older = data.draw(st.integers(0, len(texts) - 1))
    newer = data.draw(st.integers(older, len(texts) - 1))
    assert find_base(texts, texts[older], texts[newer]) == texts[older]
    assert find_base(texts, texts[newer], texts[older]) == texts[older]


def test_long_texts_that_were_written_anew_are_compared_in_a_moment() -> None:
    """Lines of the same letters: only a full comparison tells them apart."""
    shared = "Met in Lisbon, at the fair.\n"
    base = shared + "".join(f"{'words and ' * 100}{n}\n" for n in range(100))
    copy = base.replace("words", "sdwro").replace("and", "dna")
    assert find_base((base,), base + "- 2026-01-01 call\n", copy) == shared
    assert is_within(3, lambda: find_base((base,), base + "- 2026-01-01 call\n", copy))


def test_an_edited_paragraph_is_the_same_paragraph_however_long_it_is() -> None:
    long = "She told me at length about the fair in Lisbon. " * 20
    base = V1.replace("Met in Lisbon.", long)
    copy = base.replace("the fair", "the old fair", 1)
    assert find_base((base,), base + "- 2026-10-01 walk\n", copy) == base
