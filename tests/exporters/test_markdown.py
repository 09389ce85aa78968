"""One document: every note stands under its person, and none can break out of its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.conftest import Cli
from vault_crm.core.body import lines_of

Make = Callable[[str], Path]

VAULT = """
=== People/Ana.md
---
name: Ana *Sousa*
aliases: [Nana, "1. `x`"]
how_met: "<!-- hidden %% [x] done"
next: "[x] call ✅ 2026-11-01"
next_time: "# loud"
---
# Ana

Text.

## Log

- 2026-10-27 dinner

```python
# no heading
=== People/Ben.md
---
cadence: monthly
---
#### Small

%% a note to myself
=== People/Cleo.md
<!-- never closed
=== People/Dora.md
---
tags: [family]
---
"""

EXPECTED = """\
<!-- vault-crm:export -->
# People

## Ana \\*Sousa\\*

- aliases:
    - Nana
    - 1\\. \\`x\\`
- how_met: &lt;!-- hidden %&#37; [x] done
- next: \\[x] call ✅ 2026-11-01
- next_time: \\# loud

### Ana

Text.

#### Log

- 2026-10-27 dinner

```python
# no heading
```

## Ben

- cadence: monthly

### Small

%% a note to myself
%%

## Cleo

<!-- never closed
-->

## Dora

- tags: family
"""


def test_everybody_in_one_document(vault: Make, cli: Cli) -> None:
    vault(VAULT)
    text = cli("export markdown").stdout
    assert text == EXPECTED
    headings = [line.text for line in lines_of(text) if line.kind == "heading" and line.level == 2]
    assert headings == ["## Ana \\*Sousa\\*", "## Ben", "## Cleo", "## Dora"]
    assert not any(
        "[x]" in line.masked and line.masked.lstrip().startswith("- [x]") for line in lines_of(text)
    )
