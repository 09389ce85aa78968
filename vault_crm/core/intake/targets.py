"""What a user may write behind `->` in the plan of an import: a person, or a place for a new note."""

from __future__ import annotations

from vault_crm.core.intake.decide import Row
from vault_crm.core.intake.places import may_be_person
from vault_crm.core.model import Vault
from vault_crm.core.names import find_people
from vault_crm.core.names import safe_stem
from vault_crm.core.newnote import path_key
from vault_crm.core.newnote import taken_paths
from vault_crm.core.settings import Settings
from vault_crm.core.triage import one_line


class Targets:
    """The people of a vault by path or name, and where new notes go."""

    def __init__(self, vault: Vault, folder: str, settings: Settings) -> None:
        self._vault = vault
        self._folder = folder
        self._settings = settings
        self._taken = taken_paths(vault, settings)
        self._shown = {self.shown(path): path for path in vault.by_path}

    @staticmethod
    def shown(path: str) -> str:
        """A path as it stands in the plan, where a bar parts columns, and a number sign begins a remark."""
        text = one_line(path).replace("|", "\N{FULLWIDTH VERTICAL LINE}")
        return text.replace(" #", " \N{FULLWIDTH NUMBER SIGN}")

    def person_path(self, said: str) -> str:
        """The path of the person whose note or name this is. Raises ValueError."""
        if said in self._shown:
            return self._shown[said]
        match = find_people(self._vault, said)
        if not match.exact or not match.people:
            near = ", ".join(person.path for person in match.people[:3])
            raise ValueError(f"nobody has the note or name {said!r}" + (f"; perhaps {near}?" if near else ""))
        if len(match.people) > 1:
            paths = ", ".join(person.path for person in match.people)
            raise ValueError(f"{said!r} may be any of {paths}; write which")
        return match.people[0].path

    def new_path(self, row: Row, said: str) -> str:
        """The path for a new note: as the user wrote it, every part made safe; the row's own where there is
        none; '' leaves it to be found. Raises ValueError for one that is taken, or would be nobody's."""
        if said in ("", "?"):
            return row.target if row.verb == "new" else ""
        if said in {self.shown(path) for path in row.candidates} | {path[1:] for path in row.candidates}:
            return ""  # the line still says whom they might have been
        if said in self._shown:
            raise ValueError(f"{said} is there already: write `same` to add to it, or another path")
        parts = [part for part in said.replace("\\", "/").split("/") if part not in ("", ".")]
        if said.startswith("/") or ".." in parts or not parts:
            raise ValueError(f"{said!r} is no path in the vault")
        if any(part.startswith(".") for part in parts):
            raise ValueError(f"{said!r} would be hidden: a part of it begins with a dot")
        folder = [safe_stem(part) for part in parts[:-1]]
        stem = safe_stem(parts[-1].removesuffix(".md"))
        where = "/".join(folder) if folder else ("" if said.endswith(".md") else self._folder)
        path = f"{where}/{stem}.md" if where else f"{stem}.md"
        if path_key(path) in self._taken:
            raise ValueError(f"{path} is taken: write another path, or `same` for a person who is there")
        if not may_be_person(path, self._settings):
            raise ValueError(f"a note {path} would not be taken for a person's: write another path")
        return path
