"""The JSON shape as commands know it; it is made in `core.shape`, because exporters write it, too."""

from __future__ import annotations

from vault_crm.core.shape import VERSION as VERSION
from vault_crm.core.shape import Json as Json
from vault_crm.core.shape import birthday_text as birthday_text
from vault_crm.core.shape import date_json as date_json
from vault_crm.core.shape import event_json as event_json
from vault_crm.core.shape import evidence_json as evidence_json
from vault_crm.core.shape import head as head
from vault_crm.core.shape import interaction_json as interaction_json
from vault_crm.core.shape import people_json as people_json
from vault_crm.core.shape import person_json as person_json
from vault_crm.core.shape import problem_json as problem_json
from vault_crm.core.shape import value_json as value_json
