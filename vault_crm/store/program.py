"""The words that start this very program, for what is set up to call it later: a service, a merge driver."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path


def program_of(python: str = sys.executable, env: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The words that start vault-crm: the script beside the Python that runs now, under the name that stays
    when it is upgraded if there is one on the path; else that Python itself."""
    for name in ("vault-crm", "vault-crm.exe"):
        script = Path(python).with_name(name)
        if not script.is_file():
            continue
        link = shutil.which("vault-crm", path=env.get("PATH"))
        stays = link is not None and os.path.isabs(link) and os.path.samefile(link, script)
        return (link if link is not None and stays else str(script),)
    return (python, "-P", "-m", "vault_crm")
