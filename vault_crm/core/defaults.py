"""Where a cadence comes from: the note's own, its tier's, its first known tag's, its deepest known
folder's."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence

from vault_crm.core.cadence import CadenceProblem
from vault_crm.core.cadence import cadence_warning
from vault_crm.core.cadence import parse_cadence
from vault_crm.core.model import Cadence
from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Note
from vault_crm.core.model import Property
from vault_crm.core.model import Span
from vault_crm.core.model import flat_text
from vault_crm.core.record import record
from vault_crm.core.settings import Settings

SETTINGS_PATH = ".vault-crm/config.toml"


@record
class CadenceDefaults:
    """The settings' cadences, read once for the whole vault. Keys are folded: tags and folders in lower case,
    `folders` with the deepest first. `diagnostics` tell of settings that cannot be read; these give nobody a
    cadence."""

    settings: Settings
    tags: Mapping[str, Cadence]
    folders: Sequence[tuple[str, str, Cadence]]
    diagnostics: tuple[Diagnostic, ...] = ()


@record
class CadenceSource:
    """A cadence and where it comes from: 'own', 'tier close', 'tag family', 'folder Family'; '' if there is
    none."""

    cadence: Cadence | None = None
    source: str = ""
    span: Span | None = None


Report = Callable[[Diagnostic, bool], None]


def read_defaults(settings: Settings) -> CadenceDefaults:
    """The settings' cadences by tag and by folder."""
    problems: list[Diagnostic] = []
    tags = {}
    for tag, text in settings.tags.items():
        cadence = _from_settings(f"cadence.tags: {tag}", text, settings, problems)
        if cadence is not None:
            tags[tag.lstrip("#").strip("/ ").casefold()] = cadence
    folders = []
    for folder, text in settings.folders.items():
        cadence = _from_settings(f"cadence.folders: {folder}", text, settings, problems)
        if cadence is not None:
            bare = folder.removeprefix("./").strip("/")
            folders.append((bare.casefold() + "/" if bare else "", bare, cadence))
    folders.sort(key=lambda entry: -len(entry[0]))
    for tier, text in settings.tiers.items():
        _from_settings(f"cadence.tiers: {tier}", text, settings, problems)
    return CadenceDefaults(settings, tags, folders, tuple(problems))


def _from_settings(where: str, text: str, settings: Settings, problems: list[Diagnostic]) -> Cadence | None:
    try:
        return parse_cadence(text, settings)
    except CadenceProblem as problem:
        span = Span(SETTINGS_PATH, 1)
        problems.append(Diagnostic("bad-cadence", "error", span, f"{where}: {problem.message}", problem.hint))
        return None


def tag_matches(wanted: str, tag: str) -> bool:
    """True if a tag is the wanted one or nested with it: `family` fits family, person/family and
    family/close.

    Both are in lower case and without `#`.
    """
    return wanted == tag or f"/{wanted}/" in f"/{tag}/"


def read_cadence(
    note: Note,
    by_field: Mapping[str, Sequence[Property]],
    tags: Sequence[str],
    defaults: CadenceDefaults,
    report: Report,
) -> CadenceSource:
    """The person's cadence. One that cannot be read is reported as a blocker, and nothing takes its place."""
    for prop in by_field.get("cadence", ()):
        found, unreadable = _read(prop, prop.value, "own", defaults.settings, report)
        if unreadable or found.cadence is not None:
            return found
    for prop in by_field.get("tier", ()):
        name = flat_text(prop.value)
        text = defaults.settings.tier_cadence(name) if name else None
        if text is not None:
            return _read(prop, text, f"tier {name}", defaults.settings, report)[0]
        if name and defaults.settings.tiers:
            known = ", ".join(defaults.settings.tiers)
            report(
                Diagnostic(
                    "unknown-tier",
                    "warning",
                    prop.span,
                    f'no tier is called "{name}"',
                    f"the settings know {known}",
                ),
                False,
            )
    source = default_cadence(note.path, tags, defaults)
    if source.source.startswith("tag ") and by_field.get("tags"):
        return CadenceSource(source.cadence, source.source, by_field["tags"][0].span)
    return source


def default_cadence(path: str, tags: Sequence[str], defaults: CadenceDefaults) -> CadenceSource:
    """The cadence of a person who states none: by the first tag that has one, else by the deepest folder."""
    return _from_tag(tags, defaults) or _from_folder(path, defaults) or CadenceSource()


def _read(
    prop: Property, value: object, source: str, settings: Settings, report: Report
) -> tuple[CadenceSource, bool]:
    """The cadence of a property, and True if it cannot be read."""
    try:
        cadence = parse_cadence(value, settings)  # type: ignore[arg-type]
    except CadenceProblem as problem:
        report(Diagnostic(problem.code, "error", prop.span, problem.message, problem.hint), True)
        return CadenceSource(span=prop.span), True
    if cadence is None:
        return CadenceSource(), False
    if source == "own":
        warning = cadence_warning(prop.value)
        if warning:
            what, _, hint = warning.partition("; ")
            report(Diagnostic("ambiguous-cadence", "warning", prop.span, what, hint), False)
    return CadenceSource(cadence, source, prop.span), False


def _from_tag(tags: Sequence[str], defaults: CadenceDefaults) -> CadenceSource | None:
    if not defaults.tags or not tags:
        return None
    folded = [tag.casefold() for tag in tags]
    for wanted, cadence in defaults.tags.items():
        if any(tag_matches(wanted, tag) for tag in folded):
            return CadenceSource(cadence, f"tag {wanted}")
    return None


def _from_folder(path: str, defaults: CadenceDefaults) -> CadenceSource | None:
    folded = path.casefold()
    for prefix, folder, cadence in defaults.folders:
        if folded.startswith(prefix):
            return CadenceSource(cadence, f"folder {folder}")
    return None
