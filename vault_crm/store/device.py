"""What this device is called, and whether it is the one that writes the dashboards."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vault_crm.core.settings import Settings


def device_name(env: Mapping[str, str] = os.environ) -> str:
    """The name of this device: $VAULT_CRM_DEVICE, else its host name up to the first dot (what comes behind
    it changes with the network). '' if it has none."""
    named = env.get("VAULT_CRM_DEVICE", "").strip()
    if named:
        return named
    host = os.uname().nodename if hasattr(os, "uname") else env.get("COMPUTERNAME", "")
    return host.partition(".")[0]


def other_writer(settings: Settings, env: Mapping[str, str] = os.environ) -> str:
    """The one device that writes the dashboards, if that is not this one; '' if this one may write them
    (docs/vault-format.md, section 9)."""
    writer = settings.writer.strip()
    own = device_name(env).casefold()
    return "" if not writer or own in {writer.casefold(), writer.partition(".")[0].casefold()} else writer
