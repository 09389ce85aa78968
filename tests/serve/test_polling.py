"""Where events are known to be of no use: by what is mounted there."""

from __future__ import annotations

from pathlib import Path

import pytest

from vault_crm.serve.polling import Mount
from vault_crm.serve.polling import _why_on_windows
from vault_crm.serve.polling import parse_mac_mounts
from vault_crm.serve.polling import parse_mountinfo
from vault_crm.serve.polling import read_mounts
from vault_crm.serve.polling import why_poll
from vault_crm.serve.polling import why_poll_there

SHARED = "it lies in a folder shared into a container or a virtual machine"

LAPTOP = r"""
22 28 0:21 / /proc rw,nosuid,nodev,noexec,relatime shared:12 - proc proc rw
28 1 254:1 / / rw,relatime shared:1 - ext4 /dev/mapper/root rw
31 28 0:27 / /home rw,relatime shared:5 master:3 - btrfs /dev/sda2 rw,subvol=/@home
40 31 0:50 / /home/ada/NAS rw,relatime shared:300 - nfs4 nas:/export/notes rw,vers=4.2
41 31 0:51 / /home/ada/My\040Share rw,relatime shared:301 - cifs //nas/My\040Share rw,vers=3.1.1
42 31 0:52 / /home/ada/far rw,relatime shared:302 - fuse.sshfs ada@example.org:/notes rw,user_id=1000
43 31 0:53 / /home/ada/secret rw,nosuid,nodev,relatime shared:303 - fuse.gocryptfs /home/ada/.secret rw
44 40 8:17 / /home/ada/NAS/stick rw,relatime shared:304 - vfat /dev/sdb1 rw
""".strip()

WSL = r"""
28 1 8:32 / / rw,relatime - ext4 /dev/sdc rw
60 28 0:50 / /mnt/c rw,noatime - 9p C:\134 rw,aname=drvfs;path=C:\;uid=1000;symlinkroot=/mnt/,trans=fd
61 28 0:51 / /mnt/d rw,noatime - virtiofs drvfsaD rw,aname=drvfs
62 28 0:52 / /mnt/e rw,noatime - drvfs E: rw
""".strip()

CONTAINER = r"""
700 600 0:60 / / rw,relatime master:1 - overlay overlay rw,lowerdir=/a,upperdir=/b
701 700 0:61 /notes /vault rw,relatime - fuse.grpcfuse grpcfuse rw
702 700 0:62 / /virtio rw,relatime - virtiofs share0 rw
703 700 0:63 / /machine rw,relatime - 9p host rw,trans=virtio
704 700 254:1 /srv /bound rw,relatime - ext4 /dev/vda1 rw
""".strip()

MAC = """
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled, nobrowse, protect)
//ada@nas._smb._tcp.local/notes on /Volumes/My notes (old) (smbfs, nodev, nosuid, mounted by ada)
nas:/export on /Volumes/export (nfs)
map auto_home on /System/Volumes/Data/home (autofs, automounted, nobrowse)
""".strip()


@pytest.mark.parametrize(
    ("mountinfo", "path", "why"),
    [
        (LAPTOP, "/home/ada/notes", ""),
        (LAPTOP, "/srv/notes", ""),
        (LAPTOP, "/home/ada/NAS", "it lies on a network drive (nfs4)"),
        (LAPTOP, "/home/ada/NAS/notes", "it lies on a network drive (nfs4)"),
        (LAPTOP, "/home/ada/NASA", ""),
        (LAPTOP, "/home/ada/NAS/stick/notes", ""),
        (LAPTOP, "/home/ada/My Share/notes", "it lies on a network drive (cifs)"),
        (LAPTOP, "/home/ada/far", "it lies on a network drive (sshfs)"),
        (LAPTOP, "/home/ada/secret/notes", ""),
        (WSL, "/home/ada/notes", ""),
        (WSL, "/mnt/c/Users/Ada/notes", "it lies on a Windows drive under WSL (9p)"),
        (WSL, "/mnt/d/notes", "it lies on a Windows drive under WSL (virtiofs)"),
        (WSL, "/mnt/e/notes", "it lies on a Windows drive under WSL (drvfs)"),
        (CONTAINER, "/home", ""),
        (CONTAINER, "/bound", ""),
        (CONTAINER, "/vault", f"{SHARED} (fuse.grpcfuse)"),
        (CONTAINER, "/virtio", f"{SHARED} (virtiofs)"),
        (CONTAINER, "/machine/x", f"{SHARED} (9p)"),
        ("", "/home", ""),
        ("nonsense\n1 2 - \n", "/home", ""),
    ],
)  # fmt: skip
def test_by_what_linux_says_is_mounted(mountinfo: str, path: str, why: str) -> None:
    assert why_poll_there(path, parse_mountinfo(mountinfo)) == why


def test_by_what_macos_says_is_mounted() -> None:
    mounts = parse_mac_mounts(MAC)
    assert len(mounts) == 5
    assert why_poll_there("/Users/ada/notes", mounts) == ""
    assert why_poll_there("/Volumes/My notes (old)/x", mounts) == "it lies on a network drive (smbfs)"
    assert why_poll_there("/Volumes/export", mounts) == "it lies on a network drive (nfs)"


def test_of_two_mounts_in_one_place_the_later_counts() -> None:
    local, far = Mount("/mnt", "ext4"), Mount("/mnt", "nfs")
    assert why_poll_there("/mnt/notes", [local, far]) == "it lies on a network drive (nfs)"
    assert why_poll_there("/mnt/notes", [far, local]) == ""


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("C:\\Users\\Ada\\notes", ""),
        ("\\\\nas\\notes", ""),
        ("\\\\wsl$\\Debian\\home\\ada", "it lies in a folder of WSL, seen from Windows"),
        ("\\\\wsl.localhost\\Debian\\home\\ada", "it lies in a folder of WSL, seen from Windows"),
        ("\\\\?\\UNC\\wsl.localhost\\Debian\\home", "it lies in a folder of WSL, seen from Windows"),
    ],
)
def test_on_windows(path: str, why: str) -> None:
    assert _why_on_windows(path) == why


def test_a_folder_here_is_judged_by_its_own_mount(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path, target_is_directory=True)
    assert why_poll(tmp_path) == why_poll(link) == why_poll(tmp_path / "not there yet")
    if Path("/proc/self/mountinfo").exists():
        assert any(mount.point == "/" for mount in read_mounts())
