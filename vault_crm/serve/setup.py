"""The settings and templates that hold in a vault, and whether they have changed since they were read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from vault_crm.render.boards import templates_of
from vault_crm.render.outputs import outputs_of
from vault_crm.render.templates import FOLDER
from vault_crm.render.templates import Templates
from vault_crm.render.update import say_writer
from vault_crm.serve.news import Troubles
from vault_crm.store.device import other_writer
from vault_crm.store.obsidian import convention_files
from vault_crm.store.settings import user_settings_path
from vault_crm.store.settings import vault_settings_path
from vault_crm.store.store import Store

_GONE = (0, 0, 0)  # as a file without bytes


class Setup:
    """A store and its templates, and how the files looked that they were read from."""

    def __init__(self, store: Store, templates: Templates, looks: dict[str, tuple[int, int, int]]) -> None:
        self.store = store
        self.templates = templates
        self._looks = self._latest = looks

    @classmethod
    def read(cls, root: Path) -> Setup:
        """Reads them. Raises NoVault, and BadSettings or TemplateProblem, also if they name no possible
        dashboard."""
        looks = _looks(root.resolve())
        store = Store.open(root)
        templates = templates_of(store)
        outputs_of(templates, store.settings)
        return cls(store, templates, looks)

    def pages(self, troubles: Troubles) -> list[str]:
        """The dashboards that are this device's to write. That another device writes them is told once."""
        settings = self.store.settings
        if writer := other_writer(settings):
            troubles.begin("writer", say_writer(settings, writer), name="waiting")
            return []
        troubles.end("writer")
        return [output.path for output in outputs_of(self.templates, settings)]

    def changed(self) -> bool:
        """True if any of the files differs from when it was read, or last looked at."""
        self._latest = _looks(self.store.root)
        return self._latest != self._looks

    def lost(self) -> bool:
        """True if one of the files is gone or empty that was not, when `changed` was asked last."""
        return any(look[1] and not self._latest.get(path, _GONE)[1] for path, look in self._looks.items())

    def seen(self) -> None:
        """What `changed` saw last could not be used; until it changes again, this is not to be tried
        again."""
        self._looks = self._latest


def _looks(root: Path) -> dict[str, tuple[int, int, int]]:
    found = {}
    for path in _files(root):
        try:
            st = os.stat(path)
        except OSError:
            continue
        found[os.fspath(path)] = (st.st_mtime_ns, st.st_size, st.st_ino)
    return found


def _files(root: Path) -> Iterator[Path | str]:
    yield vault_settings_path(root)
    yield user_settings_path()
    yield from convention_files(root)
    for folder, _, files in os.walk(root / FOLDER):
        yield from (os.path.join(folder, name) for name in files)
