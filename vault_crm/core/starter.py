"""The files that `init` writes: a short settings file, and a person template for Obsidian's templates."""

from __future__ import annotations

from collections.abc import Iterable

from vault_crm.core.fields import spell
from vault_crm.core.settings import Settings
from vault_crm.core.survey import Proposal
from vault_crm.core.survey import Survey
from vault_crm.core.text import newline_of
from vault_crm.core.text import split_lines


def toml_text(text: str) -> str:
    """A text as a TOML basic string, whatever is in it."""
    out = []
    for char in text:
        if char in '"\\':
            out.append("\\" + char)
        elif ord(char) < 0x20 or ord(char) == 0x7F:
            out.append(f"\\u{ord(char):04X}")
        elif 0xD800 <= ord(char) <= 0xDFFF:
            out.append("\N{REPLACEMENT CHARACTER}")
        else:
            out.append(char)
    return '"' + "".join(out) + '"'


def config_text(
    found: Survey, *, people: tuple[str, ...] = (), log_heading: str = "", use_proposals: bool = False
) -> str:
    """`.vault-crm/config.toml`: what differs from the defaults is set, the rest stands there as comments."""
    usual = Settings()
    lines = [
        "# Settings of this vault for vault-crm. All are optional; what stands behind a # is an example.",
        "# Nothing in this file is ever executed.",
        "",
        "# Folders whose notes are people. Without it: any folder named People, Contacts or Friends.",
        f"people = [{', '.join(toml_text(p) for p in people)}]" if people else '# people = ["People"]',
        "",
        "# How a new property is spelled: snake (last_contact), kebab (last-contact), camel, words.",
        f"keys = {toml_text(found.keys)}"
        if found.keys not in ("", usual.keys)
        else f'# keys = "{usual.keys}"',
        "",
        "[log]",
        "# The heading that is made where a person has no log yet.",
        f"heading = {toml_text(log_heading)}" if log_heading else f'# heading = "{usual.log_heading}"',
        "",
        "[evidence]",
        "# Whether links to people in daily and meeting notes count as contact.",
        "# dated_notes = true",
        "",
        "[dashboard]",
        f'# file = "{usual.dashboard_file}"',
        "",
    ]
    lines += _defaults("tags", found.proposals, "tag", use_proposals)
    lines += _defaults("folders", found.proposals, "folder", use_proposals)
    return "\n".join(lines).rstrip("\n") + "\n"


def _defaults(table: str, proposals: Iterable[Proposal], kind: str, use: bool) -> list[str]:
    mine = [p for p in proposals if p.kind == kind]
    what = "tag (the first that a person carries wins)" if kind == "tag" else "folder"
    lines = [
        f"[cadence.{table}]",
        f"# Default cadences by {what}; a person's own cadence always wins.",
    ]
    if not use and mine:
        lines.append("# Proposed; take the # away from those that you want.")
    for proposal in mine:
        line = f"{toml_text(proposal.name)} = {toml_text(proposal.cadence)}"
        lines.append(line if use else f"# {line}")
    if not mine:
        lines.append('# "family" = "2 weeks"' if kind == "tag" else '# "People/Work" = "3 months"')
    return [*lines, ""]


def person_template(log_heading: str, keys: str = "snake") -> str:
    """A person note for Obsidian's core Templates plugin: `{{date}}` is filled in on any device. Its keys are
    spelled in the vault's own style.

    Values in braces are quoted, because `{{` begins a mapping in YAML. A comment stands between what people
    edit and what the tool writes, so that git merges both without a conflict (docs/vault-format.md,
    section 9).
    """
    names = ("cadence", "relationship", "how_met", "met", "birthday", "last_contact")
    cadence, relationship, how_met, met, birthday, last_contact = (spell(name, keys) for name in names)
    return f"""\
---
tags:
  - person
{cadence}:
{relationship}:
{how_met}:
{met}: "{{{{date:YYYY-MM-DD}}}}"
{birthday}:
# below: written by vault-crm
{last_contact}:
---

## {log_heading}

"""


_IGNORES = "# vault-crm's dashboard: every device makes its own, until you choose otherwise"


def ignore_pattern(name: str) -> str:
    """A path as `.gitignore` means it literally: what git would read as a pattern is escaped, and a space at
    the end, which would be dropped."""
    literal = "".join("\\" + char if char in "\\*?[]" else char for char in name)
    return literal[:-1] + "\\ " if literal.endswith(" ") else literal


def ignore_line(text: str, name: str) -> str:
    """A `.gitignore` with a line for a file of the vault's root added at its end; every other byte stays."""
    newline = newline_of(text, len(text))
    gap = newline if text and not text.endswith("\n") else ""
    return f"{text}{gap}{_IGNORES}{newline}/{ignore_pattern(name)}{newline}"


def without_ignore_line(text: str, name: str) -> str:
    """A `.gitignore` without what `ignore_line` added to it; every other byte stays."""
    lines = split_lines(text)
    ours = [_IGNORES, f"/{ignore_pattern(name)}"]
    for at in range(len(lines) - 1):
        if [line.rstrip("\r\n") for line in lines[at : at + 2]] == ours:
            return "".join((*lines[:at], *lines[at + 2 :]))
    return text
