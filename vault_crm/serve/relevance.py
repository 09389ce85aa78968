"""Which paths of a vault matter to the watcher: a change anywhere else rings nothing."""

from __future__ import annotations

from vault_crm.store.obsidian import CONVENTION_FILES

# What git does is seen in these; `refs` and `objects` follow them.
_GIT = {"HEAD", "index", "index.lock", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "BISECT_LOG"}
_GIT_FOLDERS = ("rebase-merge/", "rebase-apply/", "sequencer/")
# `workspace.json` is not among them: Obsidian writes it all the time.
_OBSIDIAN = {*CONVENTION_FILES, "core-plugins.json"}


def relevant(path: str) -> bool:
    """True if a change of this path (vault-relative, with '/', a folder with one at its end) can change
    anything for us: a note, a folder, our own or Obsidian's settings, what git is about.

    Temporaries of editors and sync programs begin with a dot or do not end in `.md`, as do vim's swap and
    `4913` files; what they are renamed to counts.
    """
    first, slash, rest = path.partition("/")
    if first == ".vault-crm":
        return not rest or not _temporary(rest.rstrip("/").rpartition("/")[2], rest.endswith("/"))
    if first == ".git":
        return not rest or rest in _GIT or rest in _GIT_FOLDERS
    if first.startswith("."):
        return bool(slash) and (not rest or rest in _OBSIDIAN)
    if "/." in path:
        return False
    return path.endswith("/") or not path or path[-3:].lower() == ".md"


def _temporary(name: str, folder: bool) -> bool:
    """True for what editors leave beside a settings file or a template."""
    return not folder and (name.startswith((".", "#")) or name.endswith(("~", ".tmp")) or name == "4913")
