"""Settings: one table that is the dataclass itself; the loader, the documentation and `init` all read it.

`.vault-crm/config.toml` of the vault wins over the user's own settings, these over the defaults. Nothing in a
settings file is ever executed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vault_crm.core.record import field
from vault_crm.core.record import fields
from vault_crm.core.record import record
from vault_crm.errors import BadSettings


def _setting(key: str, default: Any, doc: str, *, parse: bool = False, choices: tuple[str, ...] = ()) -> Any:
    """A setting: its TOML key, default and meaning; `parse` marks those that change what a note's bytes
    mean."""
    metadata = {"key": key, "doc": doc, "parse": parse, "choices": choices, "default": default}
    if isinstance(default, dict):
        return field(default_factory=dict, metadata=metadata)
    return field(default=default, metadata=metadata)


@record
class Conventions:
    """What the vault's own Obsidian configuration says; read by `store.obsidian`, part of the parse settings.

    Folders are vault-relative without a trailing slash. `daily_format` is moment.js's. `ignore` are
    `userIgnoreFilters`: path prefixes, or regular expressions between slashes.
    """

    daily_folder: str = ""
    daily_format: str = "YYYY-MM-DD"
    daily_known: bool = False
    template_folders: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    markdown_links: bool = False


@record
class Settings:
    """Every setting. A field's metadata holds its TOML key ('section.name'), its meaning and its choices."""

    people: tuple[str, ...] = _setting(
        "people", (), "Folders whose notes are people; by default any named People, Contacts or Friends.",
        parse=True,
    )  # fmt: skip
    timezone: str = _setting(
        "timezone",
        "",
        "An IANA zone that makes all devices agree on what day it is; empty: the device's own.",
    )
    keys: str = _setting(
        "keys", "snake", "How a new key is spelled: last_contact, last-contact, lastContact or Last contact.",
        choices=("snake", "kebab", "camel", "words"),
    )  # fmt: skip
    new_people: str = _setting(
        "new_people", "", "Where `new` puts people; empty: the first people folder, else People."
    )
    default_cadence: str = _setting(
        "cadence.default", "3 months", "The cadence meant by `cadence: true` (a flag that some vaults use)."
    )
    tiers: Mapping[str, str] = _setting(
        "cadence.tiers", {}, 'Cadences by name, for `tier` or as a cadence: "inner circle" = "2 weeks".'
    )  # fmt: skip
    tags: Mapping[str, str] = _setting(
        "cadence.tags", {}, 'Default cadences by tag, the first that a person has wins: family = "2 weeks".'
    )  # fmt: skip
    folders: Mapping[str, str] = _setting(
        "cadence.folders", {}, 'Default cadences by folder: "People/Work" = "3 months".'
    )
    soon_days: int = _setting(
        "agenda.soon_days",
        7,
        "How many days ahead is 'due soon' (and never more than a quarter of the cadence).",
    )
    dates_days: int = _setting("agenda.dates_days", 14, "How many days ahead birthdays and dates are shown.")
    leap_day: str = _setting(
        "agenda.leap_day", "02-28", "Where 29 February is shown in other years.", choices=("02-28", "03-01")
    )
    log_heading: str = _setting(
        "log.heading", "Log", "The heading that is made where a person has no log yet.", parse=True
    )
    log_headings: tuple[str, ...] = _setting(
        "log.headings",
        (),
        "More headings under which a log stands (Log, Interactions, ... are known).",
        parse=True,
    )
    not_contact: tuple[str, ...] = _setting(
        "log.not_contact", ("attempt",), "Types of interaction that do not count as contact."
    )
    dated_notes: bool = _setting(
        "evidence.dated_notes", True, "Whether links in daily and meeting notes count as contact."
    )
    plain_names: bool = _setting(
        "evidence.plain_names", False, "Whether full names without a link count, too.", parse=True
    )
    daily_folder: str = _setting(
        "daily.folder",
        "",
        "The folder of the daily notes, if Obsidian's own settings do not say it.",
        parse=True,
    )
    daily_format: str = _setting(
        "daily.format", "", "Their name, in moment.js's letters: YYYY-MM-DD.", parse=True
    )
    template_folders: tuple[str, ...] = _setting(
        "templates.folders", (), "Folders of note templates (never read), beside Obsidian's own.", parse=True
    )
    dashboard_file: str = _setting("dashboard.file", "OVERDUE.md", "The dashboard, relative to the vault.")
    dashboard_links: str = _setting(
        "dashboard.links", "markdown", "How the dashboard links people.", choices=("markdown", "wiki")
    )
    dashboard_limit: int = _setting("dashboard.limit", 25, "People a section; 0: all.")
    dashboard_context: str = _setting(
        "dashboard.context",
        "full",
        "'names' leaves out what was said and what to ask.",
        choices=("full", "names"),
    )
    dashboard_tracked: str = _setting(
        "dashboard.tracked", "auto",
        "Whether an untouched line stands before each person, so that git merges ticks: auto asks git.",
        choices=("auto", "yes", "no"),
    )  # fmt: skip
    in_touch: str = _setting(
        "dashboard.in_touch", "in touch", "What a tick without a word puts into the log."
    )
    writer: str = _setting(
        "dashboard.writer",
        "",
        "The one device that writes the dashboard (its host name, or $VAULT_CRM_DEVICE there); the others "
        "read and tick. Empty: every device.",
    )
    settle: int = _setting(
        "watch.settle",
        30,
        "Seconds for which a dashboard must have been left alone before the watcher takes its ticks in.",
    )
    git_commit: bool = _setting(
        "git.commit",
        False,
        "Whether each change that vault-crm makes is one git commit, of the files it touched (docs/git.md).",
    )
    notify_at: str = _setting(
        "notify.at", "", "When the watcher sends its one notification a day, as '09:00'; empty: never."
    )
    conventions: Conventions = field(default_factory=Conventions)

    def tier_cadence(self, name: str) -> str | None:
        """The cadence text of a tier, by name without case; None if there is no such tier."""
        wanted = " ".join(name.split()).casefold()
        for tier, cadence in self.tiers.items():
            if " ".join(tier.split()).casefold() == wanted:
                return cadence
        return None

    def parse_key(self) -> str:
        """A text that changes whenever a setting changes what a note's bytes mean: part of the cache's
        key."""
        parts = [(f.name, getattr(self, f.name)) for f in fields(self) if f.metadata.get("parse")]
        return repr([*parts, self.conventions])


def setting_fields() -> tuple[tuple[str, Any], ...]:
    """(TOML key, dataclass field) of every setting, in the table's order."""
    return tuple((f.metadata["key"], f) for f in fields(Settings) if "key" in f.metadata)


IN_ONE_LINE = "has a line break or another control character in it"


def breaks_lines(name: str) -> bool:
    """True for a file's name that cannot stand in one line of a `.gitignore`, or steers a terminal."""
    return any((c < " " and c != "\t") or "\x7f" <= c <= "\x9f" or c in "\u2028\u2029" for c in name)


def _flatten(data: Mapping[str, Any], known: set[str], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in data.items():
        key = prefix + name
        if isinstance(value, Mapping) and key not in known:
            flat.update(_flatten(value, known, key + "."))
        else:
            flat[key] = value
    return flat


def _checked(where: str, key: str, value: Any, default: Any, choices: tuple[str, ...]) -> Any:
    if isinstance(default, bool):
        kind, right = "true or false", isinstance(value, bool)
    elif isinstance(default, int):
        kind = "a whole number from 0 up"
        right = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    elif isinstance(default, str):
        kind, right = "a text in quotes", isinstance(value, str)
    elif isinstance(default, tuple):
        if isinstance(value, str):
            value = [value]
        kind = "a list of texts"
        right = isinstance(value, list) and all(isinstance(v, str) for v in value)
        value = tuple(value) if right else value
    else:
        kind = "a table of texts"
        right = isinstance(value, Mapping) and all(isinstance(v, str) for v in value.values())
        value = dict(value) if right else value
    if not right:
        raise BadSettings(where, f"{key} = {value!r} is not {kind}")
    if choices and value not in choices:
        raise BadSettings(where, f"{key} = {value!r} is not one of {', '.join(choices)}")
    return value


def parse_settings(
    data: Mapping[str, Any], where: str, base: Settings | None = None
) -> tuple[Settings, tuple[str, ...]]:
    """Settings from a parsed TOML document, on top of `base`; and a warning for each key that nobody knows.

    Raises BadSettings, naming the key and what it should be, if a value is of the wrong kind.
    """
    table = dict(setting_fields())
    values: dict[str, Any] = {f.name: getattr(base, f.name) for f in fields(Settings)} if base else {}
    warnings = []
    for key, value in _flatten(data, set(table)).items():
        if key not in table:
            from difflib import get_close_matches

            near = get_close_matches(key, table, 1)
            warnings.append(
                f"{where}: unknown setting {key}" + (f"; did you mean {near[0]}?" if near else "")
            )
            continue
        found = table[key]
        meta = found.metadata
        values[found.name] = _checked(where, key, value, meta["default"], meta["choices"])
        if key == "dashboard.file" and breaks_lines(value):
            raise BadSettings(where, f"{key} = {value!r} {IN_ONE_LINE}")
    return Settings(**values), tuple(warnings)
