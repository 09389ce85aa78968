"""Beside every importer and dialect stands a sample (`tests/importers/NAME/sample*`) and what it says
(`sample*.records.txt`). Adding an importer is adding its file and its sample.

`pytest tests/importers --update-transcripts` writes these texts anew; read what changed.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.importers.samples import say_found
from vault_crm.importers import Wanted
from vault_crm.importers import importers
from vault_crm.importers import recognise
from vault_crm.importers.source import Source

HERE = Path(__file__).parent
SAMPLES = sorted(path for path in HERE.glob("[a-z]*/sample*") if not path.name.endswith(".records.txt"))


def test_every_importer_has_its_sample() -> None:
    assert {one.NAME for one in importers(Wanted())} == {path.parent.name for path in SAMPLES}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_sample_is_recognised_and_read(path: Path, request: pytest.FixtureRequest) -> None:
    source = Source(path, path.name)
    # that of any CSV claims none: it is the user who says what the columns are
    importer = recognise(source, Wanted(), "csv" if path.parent.name == "csv" else "")
    assert importer is not None
    assert path.parent.name == importer.NAME
    said = say_found(importer.read(source, Wanted()))
    golden = path.with_suffix(path.suffix + ".records.txt")
    if request.config.getoption("--update-transcripts"):
        golden.write_text(said, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == said
