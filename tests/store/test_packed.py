"""The packed file: each part alone, nothing that does not add up, and never an error where it cannot be."""

from __future__ import annotations

import marshal
import os
import signal
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from vault_crm.store.packed import open_packed
from vault_crm.store.packed import write_packed
from vault_crm.store.packed import write_whole

LARGE = bytes(range(256)) * 1000  # more than is read at once


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache/roster"


def written(path: Path) -> bytes:
    parts = {"one": (b"first, ", b"second"), "large": (LARGE,), "values": (marshal.dumps(("a", 1)),)}
    assert write_packed(str(path), {"day": 7}, parts) is not None
    return path.read_bytes()


def test_what_was_written_is_read(path: Path) -> None:
    written(path)
    packed = open_packed(str(path))
    assert packed is not None
    assert packed.head == {"day": 7}
    assert packed.raw("one") == b"first, second"
    assert packed.raw("large") == LARGE
    assert packed.values("values") == ("a", 1)


def test_which_file_it_is(path: Path) -> None:
    identity = write_packed(str(path), {}, {})
    packed, st = open_packed(str(path)), path.stat()
    assert packed is not None
    assert identity == packed.identity == (st.st_ino, st.st_mtime_ns, st.st_size)
    assert write_packed(str(path), {}, {}) != identity


def test_it_stays_the_one_that_was_opened(path: Path) -> None:
    written(path)
    packed = open_packed(str(path))
    assert packed is not None
    write_packed(str(path), {"day": 8}, {"large": (b"",)})
    assert packed.raw("large") == LARGE
    path.unlink()
    assert packed.values("values") == ("a", 1)


def test_there_is_none(path: Path) -> None:
    assert open_packed(str(path)) is None
    path.mkdir(parents=True)
    assert open_packed(str(path)) is None


def test_wherever_it_is_cut_off_it_is_not_believed(path: Path) -> None:
    raw = written(path)
    for size in (*range(200), *range(200, len(raw), 9973)):
        path.write_bytes(raw[:size])
        packed = open_packed(str(path))
        if packed is None:
            continue
        with pytest.raises(ValueError, match=r"cut short|damaged"):
            [packed.raw(name) for name in ("one", "large", "values")]


def test_wherever_a_bit_is_turned_it_is_not_believed(path: Path) -> None:
    raw = written(path)
    places = [*range(300), *range(300, len(raw), 4999), *range(len(raw) - 20, len(raw))]
    for at in places:
        path.write_bytes(raw[:at] + bytes([raw[at] ^ 1 << at % 8]) + raw[at + 1 :])
        packed = open_packed(str(path))
        if packed is not None:
            with pytest.raises(ValueError, match="damaged"):
                [packed.raw(name) for name in ("one", "large", "values")]


def test_a_damaged_length_asks_for_no_memory(path: Path) -> None:
    resource = pytest.importorskip("resource")
    raw = bytearray(written(path))
    at = raw.index(b"\n") + 1
    raw[at : at + 4] = b"\xff\xff\xff\x7f"
    path.write_bytes(raw)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert open_packed(str(path)) is None
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


@pytest.mark.parametrize("head", [(), (1, 2), "text", None, {"day": 1}, b"\x00"])
def test_a_head_of_something_else(path: Path, head: object) -> None:
    written(path)
    packed = marshal.dumps(head)
    lengths = len(packed).to_bytes(4, "little") + zlib.crc32(packed).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().partition(b"\n")[0] + b"\n" + lengths + packed)
    assert open_packed(str(path)) is None


# -- where it cannot be written


def test_where_a_file_stands_in_the_way_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("")
    assert write_packed(str(tmp_path / "cache/roster"), {}, {}) is None


def test_where_a_folder_stands_in_its_way(path: Path) -> None:
    path.mkdir(parents=True)
    assert write_packed(str(path), {}, {}) is None
    assert os.listdir(path.parent) == [path.name]


def test_where_the_folder_is_read_only(path: Path) -> None:
    raw = written(path)
    path.parent.chmod(0o500)
    if os.access(path.parent, os.W_OK):
        pytest.skip("the superuser may write everywhere")
    try:
        assert write_packed(str(path), {"day": 8}, {}) is None
        assert path.read_bytes() == raw
    finally:
        path.parent.chmod(0o700)


def test_on_a_full_disk_the_old_one_stays(path: Path) -> None:
    resource = pytest.importorskip("resource")
    raw = written(path)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 12, before[1]))
    try:
        assert write_packed(str(path), {"day": 8}, {"large": (LARGE,)}) is None
        assert write_whole(str(path), [LARGE]) is None
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert path.read_bytes() == raw
    assert os.listdir(path.parent) == [path.name]


_WRITER = """
import sys
from vault_crm.store.packed import write_packed
path, name = sys.argv[1:]
while True:
    for number in range(40):
        assert write_packed(path, {"of": name * number}, {"large": (name.encode() * 300_000,)})
    print("40", flush=True)
"""


def test_of_two_that_write_at_once_no_reader_sees_a_torn_file(path: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITER, str(path), name], stdout=subprocess.PIPE)
        for name in "xy"
    ]
    seen = set()
    try:
        for writer in writers:
            assert writer.stdout is not None
            writer.stdout.readline()
        while len(seen) < 20:
            packed = open_packed(str(path))
            assert packed is not None
            large = packed.raw("large")
            assert large == large[:1] * 300_000
            assert set(packed.head["of"]) <= {large[:1].decode()}
            seen.add(packed.identity)
    finally:
        for writer in writers:
            writer.send_signal(signal.SIGKILL)
            writer.communicate()
    assert open_packed(str(path)) is not None
