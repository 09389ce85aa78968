"""A log of plain lines: cut when it has grown, read from its end, half a line never shown."""

from __future__ import annotations

from pathlib import Path

from vault_crm.store import logfile


def test_a_log_grows_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "log"
    assert logfile.last_lines(path, 3) == ([], 0)
    for words in ("one", "two\nthree", "four \udcff"):
        with logfile.open_log(path) as log:
            print(words, file=log)
    assert logfile.last_lines(path, 2) == (["three", "four \\udcff"], path.stat().st_size)
    assert logfile.last_lines(path, 0)[0] == []
    assert logfile.last_lines(path, 99)[0] == ["one", "two", "three", "four \\udcff"]


def test_half_a_line_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"one\ntw")
    lines, end = logfile.last_lines(path, 9)
    assert lines == ["one"]
    path.write_bytes(b"one\ntwo\n\xff\n")
    lines, end = logfile.lines_after(path, end)
    assert lines == ["two", "\ufffd"]
    assert logfile.lines_after(path, end) == ([], end)


def test_a_log_that_was_cut_is_read_from_its_start(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("one\ntwo\n")
    _, end = logfile.last_lines(path, 9)
    path.write_text("new\n")
    assert logfile.lines_after(path, end) == (["new"], 4)
    path.unlink()
    assert logfile.lines_after(path, 4) == ([], 0)


def test_a_log_that_has_grown_keeps_its_end(tmp_path: Path) -> None:
    path = tmp_path / "log"
    lines = [f"line {number}" for number in range(120_000)]
    path.write_text("\n".join(lines) + "\n")
    assert path.stat().st_size > logfile.LARGEST
    with logfile.open_log(path) as log:
        print("the last", file=log)
    kept = path.read_text().splitlines()
    assert logfile.KEPT * 0.9 < path.stat().st_size < logfile.KEPT * 1.1
    assert kept[-1] == "the last"
    assert kept[:-1] == lines[-len(kept) + 1 :]
    with logfile.open_log(path):
        assert path.read_text().splitlines() == kept
