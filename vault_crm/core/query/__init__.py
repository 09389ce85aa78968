"""`tag:family due<14d -status:paused` -> a question that can be asked of everybody.

`parse` takes the words apart, `segments` and `daytests` make a test of each.
"""

from __future__ import annotations
