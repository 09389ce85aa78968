"""GistReader: a note's path and bytes -> its gist (`core.gist`)."""

from __future__ import annotations

from vault_crm.core.defaults import read_defaults
from vault_crm.core.evidence import EvidenceFinder
from vault_crm.core.gist import Gist
from vault_crm.core.gist import gist_of
from vault_crm.core.model import Note
from vault_crm.core.note import parse_note
from vault_crm.core.settings import Settings
from vault_crm.core.text import decode


class GistReader:
    """Reads gists under one set of settings; it is made once a run."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._defaults = read_defaults(settings)
        self._finder = EvidenceFinder(settings)

    def read(self, path: str, raw: bytes) -> Gist:
        """The gist of a note's bytes, whatever they are."""
        found = self.fast(path, raw)
        return self._full(path, raw) if found is None else found

    def fast(self, path: str, raw: bytes) -> Gist | None:  # noqa: ARG002
        """The same gist in a fraction of the time; None for a note with anything unusual in it."""
        return None

    def of_note(self, note: Note) -> Gist:
        """The gist of a note that was read in full."""
        return gist_of(note, self._defaults, self._finder)

    def _full(self, path: str, raw: bytes) -> Gist:
        return self.of_note(parse_note(path, decode(raw), self._settings))
