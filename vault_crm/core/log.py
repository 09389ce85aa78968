"""The log of a person's note: reading it (`logread`), adding to it (`logedit`), one grammar (`logline`)."""

from __future__ import annotations

from vault_crm.core.logedit import add_entry
from vault_crm.core.logedit import find_entry
from vault_crm.core.logread import LogEntry
from vault_crm.core.logread import LogView
from vault_crm.core.logread import read_log

__all__ = ["LogEntry", "LogView", "add_entry", "find_entry", "read_log"]
