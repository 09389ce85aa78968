"""`python -m benchmarks`: everything that is promised about speed, measured."""

from __future__ import annotations

import sys

from benchmarks.bench_speed import main

if __name__ == "__main__":
    sys.exit(main())
