"""What a vault's own Obsidian configuration says. Read, never written; what cannot be read is passed over."""

from __future__ import annotations

from typing import TYPE_CHECKING
from typing import Any

from vault_crm.core.settings import Conventions
from vault_crm.store.tree import DiskTree
from vault_crm.store.tree import Tree

if TYPE_CHECKING:
    from pathlib import Path

    from vault_crm.store.places import Place

# The files that are read here, relative to the configuration folder.
CONVENTION_FILES = (
    "app.json",
    "community-plugins.json",
    "daily-notes.json",
    "templates.json",
    "plugins/periodic-notes/data.json",
    "plugins/templater-obsidian/data.json",
)

_DEFAULT_DAILY = "YYYY-MM-DD"
_MAX_BYTES = 4 << 20


def config_folder_of(tree: Tree) -> str:
    """Obsidian's configuration folder: `.obsidian`, or one that the user named otherwise (`.obsidian-mobile`,
    `.config`); its name always begins with a dot, and Obsidian keeps these two files in each. '' if there is
    none."""
    if tree.is_file(".obsidian/app.json"):
        return ".obsidian"
    try:
        names = [name for name in tree.names() if name.startswith(".")]
    except OSError:
        return ""
    for name in sorted(names, key=lambda name: not name.startswith(".obsidian")):
        usual_name = name.startswith(".obsidian") or tree.is_file(f"{name}/core-plugins.json")
        if usual_name and tree.is_file(f"{name}/app.json"):
            return name
    return ".obsidian" if tree.is_folder(".obsidian") else ""


class _Configuration:
    """The JSON files of one configuration folder, each read once, with the warnings that came up."""

    def __init__(self, tree: Tree, folder: str) -> None:
        self._tree = tree
        self._folder = folder
        self.warnings: list[str] = []

    def _json(self, name: str) -> Any:
        path = f"{self._folder}/{name}"
        try:
            raw = self._tree.read(path, _MAX_BYTES)
        except OSError as error:
            self._warn(path, error.strerror or str(error))
            return None
        if raw is None:
            return None
        import json

        try:
            return json.loads(raw.decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            self._warn(path, f"not valid JSON: {error}")
            return None

    def _warn(self, path: str, problem: str) -> None:
        self.warnings.append(f"{path}: passed over: {problem}")

    def table(self, name: str) -> dict[str, Any]:
        """A file that should hold an object; {} if it does not."""
        data = self._json(name)
        return data if isinstance(data, dict) else {}

    def plugin_on(self, name: str) -> bool:
        """True if a community plugin is switched on."""
        enabled = self._json("community-plugins.json")
        return isinstance(enabled, list) and name in enabled


def _text(table: dict[str, Any], key: str) -> str:
    value = table.get(key)
    return value.strip() if isinstance(value, str) else ""


def _folder(text: str) -> str:
    return "/".join(part for part in text.replace("\\", "/").split("/") if part not in ("", "."))


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str) and item) if isinstance(value, list) else ()


def _daily(config: _Configuration) -> tuple[str, str, bool]:
    """(folder, format, known) of daily notes: periodic notes' if it is on and cares for days, else the
    core's."""
    if config.plugin_on("periodic-notes"):
        daily = config.table("plugins/periodic-notes/data.json").get("daily")
        if isinstance(daily, dict) and daily.get("enabled"):
            return _folder(_text(daily, "folder")), _text(daily, "format") or _DEFAULT_DAILY, True
    core = config.table("daily-notes.json")
    known = bool(_text(core, "folder") or _text(core, "format"))
    return _folder(_text(core, "folder")), _text(core, "format") or _DEFAULT_DAILY, known


def _templates(config: _Configuration) -> tuple[str, ...]:
    folders = [_folder(_text(config.table("templates.json"), "folder"))]
    if config.plugin_on("templater-obsidian"):
        folders.append(
            _folder(_text(config.table("plugins/templater-obsidian/data.json"), "templates_folder"))
        )
    return tuple(dict.fromkeys(folder for folder in folders if folder))


def read_conventions(root: Place) -> tuple[Conventions, tuple[str, ...]]:
    """What Obsidian's configuration in this vault says, and warnings about files that cannot be read."""
    return conventions_in(DiskTree(root))


def conventions_in(tree: Tree) -> tuple[Conventions, tuple[str, ...]]:
    """The same of a vault whose files are elsewhere."""
    folder = config_folder_of(tree)
    if not folder:
        return Conventions(), ()
    config = _Configuration(tree, folder)
    app = config.table("app.json")
    daily_folder, daily_format, known = _daily(config)
    found = Conventions(
        daily_folder=daily_folder,
        daily_format=daily_format,
        daily_known=known,
        template_folders=_templates(config),
        ignore=_texts(app.get("userIgnoreFilters")),
        markdown_links=app.get("useMarkdownLinks") is True,
    )
    return found, tuple(dict.fromkeys(config.warnings))


def convention_files(root: Path) -> tuple[Path, ...]:
    """The files that `read_conventions` may read in this vault, whether or not they are there."""
    folder = config_folder_of(DiskTree(root)) or ".obsidian"
    return tuple(root / folder / name for name in CONVENTION_FILES)
