"""Rendering when git is done: what the hooks of `vault-crm git install` start, in the background.

git runs its hooks before it is done: it has yet to put autostashed changes back, or to remove a rebase's
folder. A dashboard that is written before that would be in its way.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from vault_crm.git.place import detached
from vault_crm.git.place import uncommitted
from vault_crm.git.repo import at_work
from vault_crm.git.repo import git_folder
from vault_crm.git.repo import unmerged

if TYPE_CHECKING:
    from vault_crm.cli.app import App

_PATIENCE = 60.0  # seconds; a rebase that stops for longer starts the hooks again when it is finished
_STEP = 0.1


def render_after_git(app: App) -> bool:
    """Renders once git is done; True if it did. Nothing is done where a watcher is at work, git waits for
    the user, or a commit of the past is checked out, which a changed dashboard would be in the way of
    leaving.

    Ticks are taken in only of dashboards that are as committed: on any other somebody may be typing.
    """
    from vault_crm.render.update import refresh_dashboards
    from vault_crm.render.update import update

    folder = git_folder(app.root)
    if app.watched or folder is None or not _is_done(folder) or unmerged(app.root) or detached(app.root):
        return False
    paths = [path for path in app.dashboards() if (app.root / path).exists()]
    if uncommitted(app.root, paths):
        refresh_dashboards(app.store, app.today, app.explicit_today)
    else:
        update(app.store, app.today, app.explicit_today)
    return True


def _is_done(folder: Path) -> bool:
    until = time.monotonic() + _PATIENCE
    while at_work(folder):
        if time.monotonic() >= until:
            return False
        time.sleep(_STEP)
    return True
