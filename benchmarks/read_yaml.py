"""The reference for a cold index: reads every note once, and every frontmatter with PyYAML's C loader.

python benchmarks/read_yaml.py VAULT
python benchmarks/read_yaml.py VAULT --no-yaml

No log is read, no link found, nothing kept: what any program must do at least that asks PyYAML. Without YAML
each note is asked for its time stamps, too, and that is all: what any program in Python must do at least that
looks at a vault for the first time, and wants to know later what has changed.
"""

from __future__ import annotations

import os
import sys

PART = 1 << 16  # bytes: most notes in one


def read_note(path: str) -> bytes:
    """The bytes of a file, in the quickest way that Python has."""
    fd = os.open(path, os.O_RDONLY)
    raw = part = os.read(fd, PART)
    while len(part) == PART:
        part = os.read(fd, PART)
        raw += part
    os.close(fd)
    return raw


def read_all(root: str) -> int:
    """The number of notes that have a frontmatter."""
    import yaml

    count = 0
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name[0] != "."]
        for name in files:
            if not name.endswith(".md"):
                continue
            raw = read_note(f"{folder}/{name}")
            if raw.startswith((b"---\n", b"---\r\n")):
                count += 1
                try:
                    yaml.load(raw[4 : raw.find(b"\n---", 3) + 1], yaml.CSafeLoader)
                except (yaml.YAMLError, UnicodeDecodeError):
                    continue
    return count


def read_bytes(root: str) -> int:
    """The number of notes."""
    count = 0
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name[0] != "."]
        for name in files:
            if name.endswith(".md"):
                count += 1
                fd = os.open(f"{folder}/{name}", os.O_RDONLY)
                os.read(fd, PART)
                os.fstat(fd)
                os.close(fd)
    return count


if __name__ == "__main__":
    print(read_bytes(sys.argv[1]) if "--no-yaml" in sys.argv else read_all(sys.argv[1]))
