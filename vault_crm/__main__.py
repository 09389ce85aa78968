"""`python -m vault_crm` is the same as `vault-crm`."""

from __future__ import annotations

from vault_crm.cli.main import run

if __name__ == "__main__":
    run()
