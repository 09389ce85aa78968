"""The handoff: from deals that a sales CRM calls won to the people behind them.

Of the deals nothing is kept but their names.
"""

from __future__ import annotations
