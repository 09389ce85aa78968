"""Merging any file of a vault: a dashboard by person, a note by meaning, anything else as plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vault_crm.core.merge.marks import Marks
from vault_crm.core.merge.marks import Merged
from vault_crm.core.merge.marks import TextMerge
from vault_crm.core.merge.note import merge_dressed
from vault_crm.core.merge.note import merge_note
from vault_crm.core.merge.note import shared_text

if TYPE_CHECKING:
    from vault_crm.core.settings import Settings
    from vault_crm.core.words import LogWords


def merge_file(
    path: str,
    base: str,
    ours: str,
    theirs: str,
    text_merge: TextMerge,
    settings: Settings | LogWords | None = None,
    marks: Marks | None = None,
) -> Merged:
    """The three-way merge of a file of this path (texts as `core.text.decode` makes them).

    `base` is '' where both sides made the file. Never raises, whatever the texts.
    """
    marks = marks or Marks()
    if _is_dashboard(ours) and _is_dashboard(theirs):
        from vault_crm.core.merge.dashboard import merge_dashboard

        return merge_dashboard(base, ours, theirs, text_merge, marks)
    if path.casefold().endswith(".md"):
        return merge_note(base, ours, theirs, text_merge, settings, marks)
    return merge_dressed(base, ours, theirs, text_merge, marks)


def merge_two(
    path: str,
    ours: str,
    theirs: str,
    text_merge: TextMerge,
    settings: Settings | LogWords | None = None,
    marks: Marks | None = None,
) -> Merged:
    """The merge of two versions whose base nobody knows (a sync program's copy): what only one of them has
    counts as added, so nothing of either goes; what differs in the same place is a clash."""
    base = shared_text(ours, theirs)
    return merge_file(path, base, ours, theirs, text_merge, settings, marks)


def _is_dashboard(text: str) -> bool:
    if "vault-crm:begin" not in text:
        return False
    from vault_crm.core.dashboard.markers import MarkerProblem
    from vault_crm.core.dashboard.markers import find_generated

    try:
        return find_generated(text) is not None
    except MarkerProblem:
        return False
