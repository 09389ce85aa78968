"""How three versions of a dashboard become one: no tick and no word of the user's goes, and nothing between
the markers is a conflict."""

from __future__ import annotations

import pytest

from vault_crm.core.dashboard.markers import BEGIN
from vault_crm.core.dashboard.markers import END
from vault_crm.core.dashboard.ownlines import KEPT_HEADING
from vault_crm.core.merge.boardpage import read_page
from vault_crm.core.merge.boardweave import stacked
from vault_crm.core.merge.dashboard import merge_dashboard
from vault_crm.core.merge.file import merge_file
from vault_crm.core.merge.file import merge_two
from vault_crm.core.merge.marks import Clash
from vault_crm.core.merge.marks import Marks
from vault_crm.core.merge.marks import Merged
from vault_crm.core.merge.marks import Pieces
from vault_crm.git.textmerge import text_merge

ANA = "<!-- People/ana.md -->\n- [ ] [Ana](People/ana.md)\n    - ask: the boat\n    - last: 2026-10-27 call\n"
BEN = "<!-- People/ben.md -->\n- [ ] [Ben](People/ben.md)\n    - last: 2026-09-01 coffee\n"
CLEO = "<!-- People/cleo.md -->\n- [ ] [Cleo](People/cleo.md)\n    - last: 2026-03-14 tea\n"
DEE = "<!-- People/dee.md -->\n- [ ] [Dee](People/dee.md)\n    - due: 2026-11-24, last 2026-11-17 call\n"


def body(*blocks: str, count: int | None = None, heading: str = "## Overdue") -> str:
    """What stands between the markers of a page with these people."""
    return f"**{len(blocks) if count is None else count} overdue**\n\n{heading}\n\n{''.join(blocks)}"


def board(inside: str, head: str = "# Overdue\n\n", tail: str = "") -> str:
    """A whole page."""
    return f"{head}{BEGIN}\n{inside}{END}\n{tail}"


def ticked(block: str, words: str = "") -> str:
    """The block with a tick, and words behind the link."""
    return noted(block.replace("[ ]", "[x]"), words)


def noted(block: str, words: str) -> str:
    """The block with words behind the link."""
    return block.replace(".md)\n", f".md) {words}\n" if words else ".md)\n")


def no_git(base: str, left: str, right: str) -> Pieces:
    """Instead of git, where it must not be asked."""
    raise AssertionError((base, left, right))


def inside_of(text: str) -> str:
    """What stands between the markers."""
    return text.split(f"{BEGIN}\n")[1].split(END)[0]


def merge(base: str, ours: str, theirs: str) -> str:
    """The merge of three bodies; it must not depend on the sides, and come to rest."""
    versions = [board(text) for text in (base, ours, theirs)]
    merged = merge_dashboard(*versions, no_git)
    assert merged.clean
    assert merge_dashboard(versions[0], versions[2], versions[1], no_git) == merged
    for other in versions[1:]:
        assert merge_dashboard(versions[0], merged.text, other, no_git).text == merged.text
        assert merge_dashboard(versions[0], other, merged.text, no_git).text == merged.text
    return inside_of(merged.text)


def test_a_tick_here_and_a_removal_there() -> None:
    base = body(ANA, BEN, CLEO)
    merged = merge(base, body(BEN, CLEO), body(ANA, ticked(BEN, "lunch"), CLEO, count=3))
    assert merged == body(ticked(BEN, "lunch"), CLEO)


def test_ticks_of_neighbours() -> None:
    base = body(ANA, BEN, CLEO)
    merged = merge(base, body(ticked(ANA), BEN, CLEO), body(ANA, ticked(BEN, "lunch"), CLEO))
    assert merged == body(ticked(ANA), ticked(BEN, "lunch"), CLEO)


def test_both_sides_took_different_people_off_the_list() -> None:
    base = body(ANA, BEN, CLEO, DEE)
    assert merge(base, body(BEN, CLEO, DEE), body(ANA, BEN, DEE)) == body(BEN, DEE, count=3)


def test_a_tick_that_one_side_took_into_the_note_is_gone() -> None:
    base = body(ticked(ANA, "lunch"), BEN)
    assert merge(base, body(BEN), body(ticked(ANA, "lunch"), ticked(BEN))) == body(ticked(BEN))


def test_also_when_the_other_side_put_a_day_on_it_or_rendered_it_anew() -> None:
    base = body(ticked(ANA, "lunch"), BEN)
    later = ticked(ANA, "lunch ✅ 2026-11-20").replace("the boat", "the boat trip")
    assert merge(base, body(BEN), body(later, BEN, DEE)) == body(BEN, DEE, count=3)


def test_a_tick_that_both_sides_put_a_day_on_is_one_tick() -> None:
    base = body(ticked(ANA, "lunch"), BEN)
    sides = [body(ticked(ANA, f"lunch ✅ 2026-11-{day}"), BEN) for day in (21, 20)]
    assert merge(base, *sides) == body(ticked(ANA, "lunch ✅ 2026-11-20"), BEN)


def test_words_that_were_added_to_a_tick_which_the_other_side_took_in_stay_alone() -> None:
    base = body(ticked(ANA, "lunch"), BEN)
    merged = merge(base, body(BEN), body(ticked(ANA, "lunch") + "    - and cake\n", BEN))
    assert merged == body(ticked(ANA) + "    - and cake\n", BEN, count=1)


def test_a_block_that_the_other_side_wrote_on_stays_in_its_place() -> None:
    merged = merge(body(ANA, BEN, CLEO), body(ANA, CLEO), body(ANA, noted(BEN, "snooze 2 weeks"), CLEO))
    assert merged == body(ANA, noted(BEN, "snooze 2 weeks"), CLEO, count=2)


def test_its_section_comes_back_with_it() -> None:
    base = body(ANA) + f"\n## Due soon\n\n{DEE}"
    merged = merge(base, body(ANA), body(ANA) + f"\n## Due soon\n\n{ticked(DEE)}")
    assert merged == body(ANA) + f"\n## Due soon\n\n{ticked(DEE)}"


def test_somebody_who_moved_to_another_section_takes_the_tick_along() -> None:
    base = body(ANA) + f"\n## Due soon\n\n{DEE}"
    merged = merge(base, body(ANA, DEE), body(ANA) + f"\n## Due soon\n\n{ticked(DEE, 'tea')}")
    assert merged == body(ANA, ticked(DEE, "tea"))


def test_the_same_words_on_both_sides_are_there_once() -> None:
    words = "    - next: the flat\n"
    merged = merge(body(ANA, BEN), body(ticked(ANA, "lunch"), BEN), body(ticked(ANA, "lunch") + words, BEN))
    assert merged == body(ticked(ANA, "lunch") + words, BEN)


def test_words_of_both_sides_below_one_person() -> None:
    merged = merge(body(ANA), body(ANA + "    - next: the flat\n"), body(ANA + "    - snooze 2 weeks\n"))
    assert sorted(merged.splitlines()[-2:]) == ["    - next: the flat", "    - snooze 2 weeks"]
    assert merged.startswith(body(ANA))


def test_words_of_both_sides_behind_one_link() -> None:
    merged = merge(body(ANA), body(noted(ANA, "bring the book")), body(noted(ANA, "pause")))
    assert merged == body(noted(ANA, "pause") + "    - bring the book\n")


def test_a_tick_without_words_and_one_with_words_are_one_tick() -> None:
    merged = merge(body(ANA), body(ticked(ANA)), body(ticked(ANA, "lunch")))
    assert merged == body(ticked(ANA, "lunch"))


def test_a_tick_with_a_day_and_one_without_are_one_tick() -> None:
    day = "✅ 2026-11-20"
    merged = merge(body(ANA), body(ticked(ANA, f"lunch {day}")), body(ticked(ANA, "lunch")))
    assert merged == body(ticked(ANA, f"lunch {day}"))
    bare = "".join(ticked(ANA).splitlines(True)[:2])
    assert f"{bare.rstrip()} {day}\n" in merge(body(ANA), body(ticked(ANA, day)), body(bare))


def test_two_ticks_with_different_words_are_two_contacts() -> None:
    merged = merge(body(ANA, BEN), body(ticked(ANA, "call: dogs"), BEN), body(ticked(ANA, "lunch"), BEN))
    assert merged == body(ticked(ANA, "lunch"), "- [x] [Ana](People/ana.md) call: dogs\n", BEN, count=2)


def test_two_ticks_of_the_tasks_plugin_on_different_days_are_two_contacts() -> None:
    merged = merge(body(ANA), body(ticked(ANA, "✅ 2026-11-20")), body(ticked(ANA, "✅ 2026-11-21")))
    assert merged.count("- [x] [Ana]") == 2
    assert "✅ 2026-11-20" in merged
    assert "✅ 2026-11-21" in merged


def test_what_the_other_side_wrote_without_a_tick_is_no_word_of_the_tick() -> None:
    merged = merge(body(ANA), body(ticked(ANA, "lunch")), body(noted(ANA, "bring the book")))
    assert merged == body(ticked(ANA, "lunch"), "- [ ] [Ana](People/ana.md) bring the book\n", count=1)
    merged = merge(body(ANA, BEN), body(ticked(ANA), BEN), body(ANA + "    - snooze 2 weeks\n", ticked(BEN)))
    own = "- [ ] [Ana](People/ana.md)\n    - snooze 2 weeks\n"
    assert merged == body(ticked(ANA), own, ticked(BEN), count=2)


def test_a_word_that_one_side_took_away_is_gone() -> None:
    base = body(noted(ANA, "bring the book"), BEN)
    merged = merge(base, body(ANA, BEN), body(noted(ANA, "bring the book"), ticked(BEN)))
    assert merged == body(ANA, ticked(BEN))


def test_text_that_one_side_ticked_and_the_other_removed() -> None:
    base = body(noted(ANA, "bring the book"))
    merged = merge(base, body(ANA), body(ticked(ANA, "bring the book")))
    assert merged == body(ticked(ANA, "bring the book"))


def test_a_tick_that_is_taken_back() -> None:
    merged = merge(body(ticked(ANA), BEN), body(ANA, BEN), body(ticked(ANA), ticked(BEN)))
    assert merged == body(ANA, ticked(BEN))


def test_the_users_own_lines() -> None:
    own = "- [x] [Dee](People/dee.md) lunch with [[Ben]]\n"
    mail = "\ncall the plumber\n"
    merged = merge(body(ANA, BEN), body(own, ANA, BEN, count=2), body(ANA, BEN) + mail)
    assert merged == body(own, ANA, BEN, count=2) + mail


def test_an_own_line_meets_the_block_that_the_other_side_wrote() -> None:
    merged = merge(body(ANA), body(ANA, count=1) + "- [x] [Dee](People/dee.md) lunch\n", body(ANA, DEE))
    assert merged == body(ANA, ticked(DEE, "lunch"))


def test_what_was_typed_behind_a_line_that_the_other_side_wrote_anew() -> None:
    typed = ANA.replace("10-27 call", "10-27 call she was ill")
    renewed = ANA.replace("10-27 call", "11-02 dinner")
    assert merge(body(ANA, BEN), body(typed, BEN), body(renewed, DEE)) == body(
        renewed + "    - she was ill\n", DEE
    )


def test_lines_of_a_template_of_ones_own_are_merged_by_line() -> None:
    base = body(ANA + "    - zuletzt: gestern\n", BEN)
    left = body(ticked(ANA, "lunch") + "    - zuletzt: gestern\n", BEN)
    right = body(ANA + "    - zuletzt: heute\n", BEN)
    assert merge(base, left, right) == body(ticked(ANA, "lunch") + "    - zuletzt: heute\n", BEN)


def test_of_two_lines_of_the_tool_the_later_one_stays() -> None:
    early, late = (ANA.replace("2026-10-27", day) for day in ("2026-11-02", "2026-11-09"))
    assert merge(body(ANA, BEN), body(late, BEN), body(early, ticked(BEN))) == body(late, ticked(BEN))


def test_counts_and_dates_are_no_conflict() -> None:
    base = body(ANA, count=9) + "\nand 8 more: `vault-crm overdue`\n\n## Lately\n\n- 2026-11-01 [Ben](b.md)\n"
    left = body(ANA, count=8) + "\nand 7 more: `vault-crm overdue`\n\n## Lately\n\n- 2026-11-02 [Dee](d.md)\n"
    right = body(ANA, BEN, count=7) + "\n## Lately\n\n- 2026-11-03 [Cleo](c.md)\n- 2026-11-01 [Ben](b.md)\n"
    merged = merge(base, left, right)
    assert merged.startswith("**8 overdue**\n\n## Overdue\n\n" + ANA + BEN)
    assert "more:" not in merged
    assert sorted(merged.splitlines()[-2:]) == ["- 2026-11-02 [Dee](d.md)", "- 2026-11-03 [Cleo](c.md)"]


def test_code_blocks_below_a_person_stay_whole() -> None:
    code = "    ```\n    - [x] no tick\n    ```\n"
    merged = merge(body(ANA, BEN), body(ANA + code, BEN), body(ANA + "    - next: x\n", ticked(BEN)))
    assert code in merged
    assert "    - next: x\n" in merged


def test_two_open_code_blocks_do_not_swallow_what_is_between_them() -> None:
    fence = "    ```\n"
    merged = merge(body(ANA, BEN, CLEO), body(ANA + fence, BEN, CLEO), body(ANA, ticked(BEN), CLEO + fence))
    assert merged.count(fence) == 2
    assert "- [x] [Ben](People/ben.md)" in merged


def test_a_line_does_not_slip_below_a_tick_of_the_other_side() -> None:
    merged = merge(body(ANA), body(ANA + "    - [x] [[Ben]] tea\n"), body(ANA + "        - deep\n"))
    assert merged == body(ANA + "        - deep\n    - [x] [[Ben]] tea\n")


def test_where_it_would_slip_all_the_same_it_stands_apart() -> None:
    pages = [
        read_page(text)
        for text in (body(ANA), body(ANA + "    - [x] [[Ben]] tea\n"), body(ANA + "        - deep\n", BEN))
    ]
    assert stacked(*pages) == f"{pages[1].body}\n{KEPT_HEADING}\n\n{ANA}        - deep\n"


def test_what_a_stopped_merge_left_there_is_read_and_its_marks_go() -> None:
    stopped = body(f"<<<<<<< HEAD\n{ticked(ANA)}=======\n{noted(ANA, 'pause')}>>>>>>> there\n", BEN, count=2)
    merged = merge_dashboard(
        board(body(ANA, BEN)), board(stopped), board(body(ANA, ticked(BEN))), no_git
    ).text
    assert "<<<<<<<" not in merged
    assert "=======" not in merged
    assert "- [x] [Ana](People/ana.md)\n" in merged
    assert "- [ ] [Ana](People/ana.md) pause\n" in merged
    assert ticked(BEN) in merged


def test_both_sides_made_the_page() -> None:
    merged = merge_dashboard("", board(body(ticked(ANA), BEN)), board(body(BEN, CLEO)), no_git)
    assert merged == Merged(board(body(ticked(ANA), BEN, CLEO, count=2)))


def test_outside_the_markers_it_is_text() -> None:
    base = board(body(ANA), "# Overdue\n\nhello\n\n", "\nbye\n")
    ours = board(body(ticked(ANA)), "# Overdue\n\nhello you\n\n", "\nbye\n")
    theirs = board(body(ANA, BEN), "# Overdue\n\nhello there\n\n", "\nbye\nbye\n")
    merged = merge_dashboard(base, ours, theirs, text_merge, Marks())
    head = "# Overdue\n\n<<<<<<< ours\nhello you\n=======\nhello there\n>>>>>>> theirs\n\n"
    assert merged == Merged(board(body(ticked(ANA), BEN), head, "\nbye\nbye\n"), 1)
    swapped = merge_dashboard(base, theirs, ours, text_merge, Marks())
    assert swapped.clashes == 1
    assert inside_of(swapped.text) == inside_of(merged.text)


def test_a_clash_beside_a_marker_leaves_the_marker_alone() -> None:
    base, ours, theirs = (board(body(ANA), f"{word}\n", f"{word}\n") for word in ("one", "two", "three"))
    merged = merge_dashboard(base, ours, theirs, text_merge)
    assert merged.clashes == 2
    assert f">>>>>>> theirs\n{BEGIN}\n" in merged.text
    assert f"{END}\n<<<<<<< ours\n" in merged.text


@pytest.mark.parametrize("damage", [END, BEGIN])
def test_damaged_markers_make_it_a_text(damage: str) -> None:
    base, theirs = board(body(ANA)), board(body(ticked(ANA)))
    ours = board(body(ANA, BEN)).replace(damage, "")
    whole = (Clash(ours, theirs, base),)
    given: list[tuple[str, str, str]] = []

    def plain(old: str, left: str, right: str) -> Pieces:
        given.append((old, left, right))
        return whole if left == ours else (Clash(theirs, ours, base),)

    assert merge_dashboard(base, ours, theirs, plain).clashes == 1
    assert given == [(base, *sorted((ours, theirs)))]


def test_a_damaged_base_is_no_reason_to_give_up() -> None:
    base = board(body(ANA)).replace(END, "")
    merged = merge_dashboard(base, board(body(ticked(ANA), BEN)), board(body(ANA, ticked(BEN))), text_merge)
    assert merged == Merged(board(body(ticked(ANA), ticked(BEN))))


def test_windows_newlines_a_bom_and_a_missing_last_newline_follow_who_changed_them() -> None:
    base, ours, theirs = (
        board(text) for text in (body(ANA, BEN), body(ticked(ANA), BEN), body(ANA, ticked(BEN)))
    )
    both = board(body(ticked(ANA), ticked(BEN)))
    changed = "\ufeff" + ours.replace("\n", "\r\n")
    assert merge_dashboard(base, changed, theirs, no_git).text == "\ufeff" + both.replace("\n", "\r\n")
    assert merge_dashboard(base, ours.removesuffix("\n"), theirs, no_git).text == both.removesuffix("\n")


def test_mixed_newlines_are_no_trouble() -> None:
    base, ours, theirs = (
        board(text) for text in (body(ANA, BEN), body(ticked(ANA), BEN), body(ANA, ticked(BEN)))
    )
    mixed = ours.replace("Overdue\n\n", "Overdue\r\n\n", 1)
    merged = merge_dashboard(base, mixed, theirs, text_merge)
    assert merged == Merged(board(body(ticked(ANA), ticked(BEN)), "# Overdue\r\n\n"))


def test_the_three_easy_cases_are_copies() -> None:
    base, ours, theirs = board(body(ANA)), board(body(ticked(ANA))), board(body(BEN))
    assert merge_dashboard(base, base, theirs, no_git).text == theirs
    assert merge_dashboard(base, ours, base, no_git).text == ours
    assert merge_dashboard(base, ours, ours, no_git).text == ours


def test_any_file_with_markers_is_a_dashboard() -> None:
    versions = [board(text) for text in (body(ANA, BEN), body(ticked(ANA), BEN), body(ANA, ticked(BEN)))]
    assert merge_file("Lists/work.md", *versions, no_git).text == board(body(ticked(ANA), ticked(BEN)))


def test_a_copy_without_a_known_base_loses_nothing() -> None:
    one, other = board(body(ticked(ANA, "lunch"), BEN)), board(body(BEN, noted(CLEO, "pause")))
    merged = merge_two("OVERDUE.md", one, other, text_merge)
    assert ticked(ANA, "lunch") in merged.text
    assert noted(CLEO, "pause") in merged.text
