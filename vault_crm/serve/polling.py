"""Where the file system's events are known not to tell of every change, so that a look every few seconds must
do: network drives, Windows drives under WSL, folders shared into a container or a virtual machine."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from vault_crm.core.record import record

POLL = 2.0  # seconds between two looks

_NETWORK = {
    *("nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "ncpfs", "afs", "afpfs", "coda", "ceph", "webdav"),
    *("davfs", "lustre", "gfs2", "ocfs2", "glusterfs", "beegfs", "orangefs", "acfs", "ftp"),
    *("fuse.sshfs", "fuse.rclone", "fuse.glusterfs", "fuse.ceph", "fuse.davfs", "fuse.davfs2"),
    *("fuse.gvfsd-fuse", "fuse.kio-fuse", "fuse.s3fs", "fuse.curlftpfs", "fuse.google-drive-ocamlfuse"),
    *("fuse.smbnetfs", "fuse.juicefs", "fuse.seadrive", "fuse.onedriver", "macfuse", "osxfuse"),
}
_SHARED = {
    *("9p", "virtiofs", "vboxsf", "vmhgfs", "fuse.vmhgfs-fuse", "prl_fs", "prl_fs_freeze", "hgfs"),
    *("fakeowner", "grpcfuse", "fuse.grpcfuse", "osxfs", "fuse.osxfs", "fuse.portal"),
}
_WINDOWS_DRIVE = re.compile(r"[A-Za-z]:(\\|/|$)")
_ESCAPED = re.compile(r"\\([0-7]{3})")
_MAC_MOUNT = re.compile(r"(?P<source>.*?) on (?P<point>/.*) \((?P<kind>[^,()]+)[^()]*\)")


@record
class Mount:
    """A mounted file system: where, of which kind, and from what."""

    point: str
    kind: str
    source: str = ""
    options: str = ""


def why_poll(root: Path) -> str:
    """Why events cannot be relied on for this folder, as a sentence about it ('it lies on a network drive
    (nfs4)'); '' if nothing is known against them."""
    full = os.path.realpath(root)
    if sys.platform == "win32":
        return _why_on_windows(full)
    return why_poll_there(full, read_mounts())


def why_poll_there(full: str, mounts: Iterable[Mount]) -> str:
    """`why_poll` for a path without links, given what is mounted, in the order of mounting."""
    holding = [mount for mount in mounts if _holds(mount.point, full)]
    if not holding:
        return ""
    mount = max(reversed(holding), key=lambda mount: len(mount.point))  # of two in one place the later
    kind = mount.kind
    drive = _WINDOWS_DRIVE.match(mount.source) or "aname=drvfs" in mount.options
    if kind == "drvfs" or (kind in _SHARED and drive):
        return f"it lies on a Windows drive under WSL ({kind})"
    if kind in _SHARED:
        return f"it lies in a folder shared into a container or a virtual machine ({kind})"
    if kind in _NETWORK:
        return f"it lies on a network drive ({kind.removeprefix('fuse.')})"
    return ""


def read_mounts() -> list[Mount]:
    """What is mounted here, in the order of mounting; [] if the system does not tell."""
    try:
        text = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return _mounts_of_a_mac() if sys.platform == "darwin" else []
    return parse_mountinfo(text)


def parse_mountinfo(text: str) -> list[Mount]:
    """Linux's /proc/self/mountinfo (proc(5)); lines that are not understood are passed over."""
    found = []
    for line in text.splitlines():
        before, dash, after = line.partition(" - ")
        first, last = before.split(" "), after.split(" ")
        if dash and len(first) >= 6 and len(last) >= 2:
            found.append(Mount(_plain(first[4]), last[0], _plain(last[1]), " ".join(last[2:])))
    return found


def parse_mac_mounts(text: str) -> list[Mount]:
    """What `mount` prints on macOS: `//ada@nas/notes on /Volumes/notes (smbfs, nodev)`."""
    lines = (_MAC_MOUNT.fullmatch(line) for line in text.splitlines())
    return [Mount(line["point"], line["kind"].strip(), line["source"]) for line in lines if line]


def _mounts_of_a_mac() -> list[Mount]:
    import subprocess

    try:
        done = subprocess.run(["/sbin/mount"], capture_output=True, timeout=5, check=False)
    except (OSError, subprocess.SubprocessError):
        return []
    return parse_mac_mounts(done.stdout.decode("utf-8", "surrogateescape"))


def _holds(point: str, full: str) -> bool:
    return full == point or full.startswith(point.rstrip("/") + "/")


def _plain(text: str) -> str:
    """mountinfo writes a space as `\\040`."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 8)), text)


def _why_on_windows(full: str) -> str:
    """Windows tells of changes on its own drives and, mostly, on shares of Windows; not on those of WSL."""
    start = full.replace("/", "\\").removeprefix("\\\\?\\UNC").lstrip("\\").casefold()
    if full.startswith("\\\\") and start.startswith(("wsl$\\", "wsl.localhost\\")):
        return "it lies in a folder of WSL, seen from Windows"
    return ""
