"""After an edit the note is read again: whatever differs beside what was asked for is refused."""

from __future__ import annotations

import pytest

from vault_crm.core.settings import Settings
from vault_crm.core.verify import Allowed
from vault_crm.core.verify import check_change
from vault_crm.errors import EditRefused

NOTE = """\
---
# who she is
name: Ana
last_contact: 2026-01-02 # by phone
tags:
  - family

cadence: monthly
---

# Ana

Likes tea.

## Log

- 2026-01-02 call: tea
- 2025-11-20 walk
"""
SET = Allowed(properties=frozenset({"last_contact"}))
LOG = Allowed(properties=frozenset({"last_contact"}), log_added=1)


def check(new: str, allowed: Allowed, old: str = NOTE) -> None:
    check_change("People/Ana.md", old, new, allowed, Settings())


ADDED = NOTE.replace("## Log\n\n", "## Log\n\n- 2026-11-22 lunch: cake\n")


@pytest.mark.parametrize("fence", ["---", "--- ", "..."])
def test_a_closing_fence_that_is_the_last_line_may_get_its_newline(fence: str) -> None:
    old = f"---\ncadence: monthly\n{fence}"
    check(f"{old}\n\n## Log\n\n- 2026-11-22 tea\n", Allowed(log_added=1), old)
    with pytest.raises(EditRefused):
        check(f"{old} \n\n## Log\n\n- 2026-11-22 tea\n", Allowed(log_added=1), old)


@pytest.mark.parametrize(
    ("new", "allowed"),
    [
        (NOTE, Allowed()),
        (NOTE.replace("2026-01-02 #", "2026-11-22 #"), SET),
        (NOTE.replace("2026-01-02 # by phone", "2026-11-22"), SET),
        (NOTE.replace("last_contact: 2026-01-02 # by phone\n", ""), SET),
        (NOTE.replace("cadence", "next: tea\ncadence"), Allowed(properties=frozenset({"next"}))),
        (NOTE.replace("  - family\n", "  - family\n  - tea\n"), Allowed(properties=frozenset({"tags"}))),
        (ADDED, LOG),
        (ADDED.replace("2026-01-02 #", "2026-11-22 #"), LOG),
        (NOTE + "- 2025-01-01 letter\n", LOG),
        ("something else", Allowed(anything=True)),
        ("a new note", Allowed(new_note=True)),
    ],
)
def test_what_was_asked_for_is_allowed(new: str, allowed: Allowed) -> None:
    check(new, allowed)


@pytest.mark.parametrize(
    ("new", "allowed", "said"),
    [
        (NOTE.replace("monthly", "weekly"), SET, "cadence"),
        (NOTE.replace("cadence: monthly\n", ""), SET, "cadence"),
        (NOTE.replace("cadence", "role: x\ncadence"), SET, "also add role"),
        (NOTE.replace("name: Ana", "name: 'Ana'"), SET, "line of the frontmatter"),
        (NOTE.replace("# who she is\n", ""), SET, "line of the frontmatter"),
        (NOTE.replace("family\n\n", "family\n"), SET, "line of the frontmatter"),
        (NOTE.replace("cadence", "# new\ncadence"), SET, "frontmatter"),
        (NOTE.replace("Likes tea.", "Likes coffee."), SET, "below the frontmatter"),
        (NOTE + "\n", SET, "below the frontmatter"),
        (NOTE.replace("\n", "\r\n"), SET, "line of the frontmatter"),
        (ADDED, SET, "below the frontmatter"),
        (ADDED.replace("Likes tea.\n", ""), LOG, "Likes tea"),
        (ADDED.replace("- 2025-11-20 walk\n", ""), LOG, "2025-11-20 walk"),
        (ADDED.replace("tea\n- 2025", "tea, too\n- 2025"), LOG, "call: tea"),
        (ADDED + "- 2025-01-01 letter\n", LOG, "2 new entries"),
        (NOTE.replace("Likes tea.", "Likes tea.\nAnd\nmuch\nmore."), LOG, "0 new entries"),
        (NOTE.replace("# Ana\n", "# Ana\n\n- 2026-11-22 lunch\n"), LOG, "0 new entries"),
        (ADDED + "one\ntwo\nthree\nfour\n", LOG, "more lines"),
        (NOTE.replace("2026-01-02 # by phone", "[unclosed"), SET, "frontmatter"),
        (NOTE.replace("---\n\n# Ana", "\n\n# Ana"), SET, "change name"),
    ],
)
def test_anything_else_is_refused(new: str, allowed: Allowed, said: str) -> None:
    with pytest.raises(EditRefused, match=said):
        check(new, allowed)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_note_without_frontmatter_may_get_a_block(end: str) -> None:
    old = f"# Ana{end}Likes tea."
    block = f"---{end}last_contact: 2026-11-22{end}---{end}"
    check(block + old, SET, old)
    check("\ufeff" + block + old, SET, "\ufeff" + old)
    with pytest.raises(EditRefused, match="also add role"):
        check(block.replace("last", f"role: x{end}last") + old, SET, old)
    with pytest.raises(EditRefused, match="below the frontmatter"):
        check(block + old.replace("tea", "coffee"), SET, old)


def test_the_first_log_entry_may_bring_its_heading_and_a_last_newline() -> None:
    old = "---\ncadence: weekly\n---\nLikes tea."
    check(old + "\n\n## Log\n\n- 2026-11-22 call\n", Allowed(log_added=1), old)


def test_an_error_that_was_there_before_is_no_hindrance() -> None:
    old = NOTE.replace("cadence", "role: a\nrole: b\ncadence")
    check(old.replace("2026-01-02 #", "2026-11-22 #"), SET, old)


def test_the_refusal_names_file_and_line() -> None:
    with pytest.raises(EditRefused) as refused:
        check(NOTE.replace("monthly", "weekly"), SET)
    assert (refused.value.path, refused.value.line) == ("People/Ana.md", 8)


def test_a_note_with_a_bom_and_no_frontmatter_takes_an_entry() -> None:
    old = "\ufeff# Ana\n"
    log = "\n## Log\n\n- 2026-11-22 lunch\n"
    block = "\ufeff---\nlast_contact: 2026-11-22\n---\n"
    check(old + log, LOG, old)
    check(block + old[1:] + log, LOG, old)
    with pytest.raises(EditRefused, match="below the frontmatter"):
        check(block + "\n" + old[1:], SET, old)


def test_a_line_that_would_change_is_named() -> None:
    with pytest.raises(EditRefused, match=r"People/Ana\.md:13: .*Likes tea"):
        check(ADDED.replace("Likes tea", "Likes coffee"), LOG)
