"""Writes the documentation that is generated from tables: docs/settings.md and docs/properties.md.

python tests/docs_update.py           writes what has changed
python tests/docs_update.py --check   writes nothing; exit code 1 if a page has fallen behind
"""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path
from typing import Any

from vault_crm.core.fields import FIELDS
from vault_crm.core.settings import setting_fields

DOCS = Path(__file__).resolve().parents[1] / "docs"

SETTINGS_HEAD = """\
# Settings

<!-- written by tests/docs_update.py from vault_crm/core/settings.py -->

All of them are optional. A vault's own stand in `.vault-crm/config.toml` and travel with its notes; yours,
for every vault, in `~/.config/vault-crm/config.toml`. The vault's win over yours, yours over the defaults. A
key that nobody knows is reported, with the nearest one that exists; a value of the wrong kind ends the
command with exit code 3.

In your own settings, `vault = "~/notes"` names the vault for commands that are run outside of one.

```toml
[cadence.tiers]
"inner circle" = "2 weeks"   # a note says: tier: inner circle

[cadence.tags]
family = "2 weeks"           # for those who carry the tag and have no cadence of their own

[log]
not_contact = ["attempt", "newsletter"]

[dashboard]
links = "wiki"
```
"""

PROPERTIES_HEAD = """\
# Properties

<!-- written by tests/docs_update.py from vault_crm/core/fields.py -->

What vault-crm understands in a note's frontmatter. Keys are compared without case, spaces, `-` and `_`:
`last_contact`, `last-contact`, `lastContact` and `Last Contact` are one. A key that is there keeps its
spelling. Every other property is yours: never touched, and searchable. The contract is
[vault-format.md](vault-format.md), section 3.

| property | also read | value | meaning | example |
|---|---|---|---|---|
"""

KINDS = {
    "text": "text",
    "texts": "text or list",
    "date": "date",
    "date-or-true": "date or true",
    "cadence": "cadence",
    "flag": "true or false",
    "birthday": "date, the year may be missing",
    "events": "list of `DATE text`",
    "link": "link or text",
    "links": "list of links",
    "tags": "list",
}


def say_default(value: Any) -> str:
    """A default as one would write it in TOML."""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, str):
        return f'`"{value}"`'
    if isinstance(value, tuple):
        return "`[" + ", ".join(f'"{item}"' for item in value) + "]`"
    return "none" if value == {} else f"`{value}`"


def settings_page() -> str:
    """docs/settings.md: a table for each section of the settings file."""
    parts = [SETTINGS_HEAD]
    for section, rows in groupby(
        setting_fields(), key=lambda row: row[0].rpartition(".")[0].partition(".")[0]
    ):
        parts.append(f"\n## {f'`[{section}]`' if section else 'At the top'}\n")
        parts.append("\n| key | default | meaning |\n|---|---|---|\n")
        for key, field in rows:
            meta = field.metadata
            choices = ", ".join(f"`{choice}`" for choice in meta["choices"])
            doc = meta["doc"].replace("|", "\\|")
            parts.append(
                f"| `{key}` | {say_default(meta['default'])} | {doc}{choices and f' One of {choices}.'} |\n"
            )
    return "".join(parts)


def properties_page() -> str:
    """docs/properties.md: one row a field."""
    rows = [
        f"| `{field.name}` | {', '.join(field.also)} | {KINDS[field.kind]} | {field.doc} "
        f"| `{field.example}` |\n"
        for field in FIELDS
    ]
    return PROPERTIES_HEAD + "".join(rows)


PAGES = {"settings.md": settings_page, "properties.md": properties_page}


def main(words: list[str]) -> int:
    stale = []
    for name, page in PAGES.items():
        path = DOCS / name
        text = page()
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in words:
            path.write_text(text, encoding="utf-8", newline="\n")
    for name in stale:
        print(f"docs/{name}: {'has fallen behind' if '--check' in words else 'written'}")
    return int(bool(stale) and "--check" in words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
