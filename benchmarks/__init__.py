"""Figures that are claimed are measured here. Not part of the package; see benchmarks/README.md."""
