"""Settings that nobody knows or that mean nothing here, and Obsidian's where they cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vault_crm.checks import Context
from vault_crm.core.daytime import parse_at
from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Span
from vault_crm.core.people import people_folder
from vault_crm.core.record import replace
from vault_crm.core.text import decode
from vault_crm.store.settings import user_settings_path

CONFIG = ".vault-crm/config.toml"
_AT = re.compile(r"""^[^#]*\bat["']?\s*=""")


def check(context: Context) -> Iterator[Diagnostic]:
    """One warning for each; the file is the part before the first colon."""
    for warning in context.warnings:
        where, _, message = warning.partition(": ")
        path, _, line = where.rpartition(":")
        span = Span(path, int(line)) if path and line.isdecimal() else Span(where, 1)
        yield Diagnostic("odd-setting", "warning", span, message or warning)
    yield from _empty_folders(context)
    yield from _odd_time(context)


def _empty_folders(context: Context) -> Iterator[Diagnostic]:
    """A people folder that holds no note: with a slip of the keyboard there, everybody would be missing."""
    for folder in context.settings.people:
        only = replace(context.settings, people=(folder,))
        if any(people_folder(path, only) for path in context.vault.notes):
            continue
        lines = decode(context.read(CONFIG)).split("\n")
        line = next((number for number, text in enumerate(lines, 1) if folder in text), 1)
        message = f"people: there is no note in the folder {folder!r}"
        hint = "write the folder as it is called; `vault-crm new` makes the first note there"
        yield Diagnostic("odd-setting", "warning", Span(CONFIG, line), message, hint)


def _odd_time(context: Context) -> Iterator[Diagnostic]:
    """A `[notify] at` that is no time of day: the nudge would never come, and nobody would know why."""
    value = context.settings.notify_at
    try:
        parse_at(value)
    except ValueError as problem:
        lines = decode(context.read(CONFIG)).split("\n")
        places = [number for number, text in enumerate(lines, 1) if _AT.match(text)]
        exact = [number for number in places if value in lines[number - 1]]
        line = (exact or places or [0])[0]
        span = Span(CONFIG, line) if line else Span(str(user_settings_path()), 1)
        message = f"notify.at: {value!r} is no time of day, so there is no notification"
        yield Diagnostic("odd-setting", "warning", span, message, str(problem))
