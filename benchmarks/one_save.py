"""What one save costs beyond the look at every note: measured inside a process that has all its imports.

python benchmarks/one_save.py VAULT ROUNDS      prints for each round the seconds beyond the walk, as JSON

The environment says where the index is (XDG_CACHE_HOME); the vault's first plain note of a person is changed.
"""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import date
from pathlib import Path

from vault_crm.store.glance import glance
from vault_crm.store.rosterfile import bring_up
from vault_crm.store.store import Store

HEADING = b"## Log\n\n"
WARM_UP = 2


def rounds_of(root: Path, count: int) -> list[float]:
    """Each round: a new line in a log, and a walk that finds it. What is timed comes then: the note is read,
    everybody brought up to date, the index written."""
    settings, today = Store.open(root).settings, date.today()
    person = next(path for path in sorted((root / "People").rglob("*.md")) if HEADING in path.read_bytes())
    found = []
    for number in range(count + WARM_UP):
        line = f"- {today} call: number {number}\n".encode()
        person.write_bytes(person.read_bytes().replace(HEADING, HEADING + line, 1))
        look = glance(os.fspath(root))
        if look is None or not look.same or not look.changed:
            raise SystemExit("the walk did not find just the save")
        begun = time.perf_counter()
        if bring_up(root, settings, today, look) is None:
            raise SystemExit("this vault is not kept")
        found.append(time.perf_counter() - begun)
    return found[WARM_UP:]


if __name__ == "__main__":
    place = Path(sys.argv[1]).resolve()
    bring_up(place, Store.open(place).settings, date.today())
    time.sleep(0.1)
    print(json.dumps(rounds_of(place, int(sys.argv[2]))))
