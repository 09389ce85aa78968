"""Whether vim or neovim holds unsaved text of a file: their swap files say so."""

from __future__ import annotations

import os
from collections.abc import Iterator
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vault_crm.store.places import Place

# A swap file's first block: 'b0VIM ' at 0, the process at 24, and 0x55 at 1007 while the buffer has unsaved
# text.
_MAGIC = b"b0VIM "
_PID = slice(24, 28)
_DIRTY = 1007
_FOLDERS = (
    ".local/state/nvim/swap",
    ".local/share/nvim/swap",
    ".vim/swap",
    ".vim/swp",
    ".vim/swapfiles",
    ".vim/tmp",
    ".vim/tmp/swap",
    ".cache/vim/swap",
    ".local/state/vim/swap",
    "tmp",
)


def unsaved_swap(path: Place, env: Mapping[str, str] = os.environ) -> str:
    """The editor that holds unsaved text of this file, as 'vim, process 1234'; '' if none is known."""
    for swap in _swap_files(os.path.realpath(path), env):
        pid = _pid(swap, dirty=True)
        if pid and _alive(pid):
            return f"{'neovim' if 'nvim' in swap else 'vim'}, process {pid}"
    return ""


def open_swap(path: Place, env: Mapping[str, str] = os.environ) -> bool:
    """True if vim or neovim has this file open, with unsaved text or without."""
    pids = (_pid(swap, dirty=False) for swap in _swap_files(os.path.realpath(path), env))
    return any(pid and _alive(pid) for pid in pids)


def _swap_files(full: str, env: Mapping[str, str]) -> Iterator[str]:
    folder, name = os.path.split(full)
    encoded = full.replace("/", "%")
    places = [(folder, f".{name}.sw"), (folder, f".{name.lstrip('.')}.sw")]
    home = os.path.expanduser("~")
    state = env.get("XDG_STATE_HOME")
    swaps = [os.path.join(home, known) for known in _FOLDERS]
    if state:
        swaps += [os.path.join(state, "nvim", "swap"), os.path.join(state, "vim", "swap")]
    places += [(place, start) for place in swaps for start in (f"{encoded}.sw", f"{name}.sw")]
    seen = set()
    for place, start in places:
        for last in "ponmlkj":
            swap = os.path.join(place, start + last)
            if swap in seen:
                continue
            seen.add(swap)
            if not os.path.lexists(swap):
                break  # they are counted down: without .swp there is no .swo
            yield swap


def _pid(swap: str, dirty: bool) -> int:
    """The process of a swap file (with unsaved text); 0 if there is none, or it is no swap file."""
    from vault_crm.store.files import read_start

    try:
        head = read_start(swap, _DIRTY + 1)
    except OSError:
        return 0
    if not head.startswith(_MAGIC) or len(head) <= _DIRTY or (dirty and head[_DIRTY] != 0x55):
        return 0
    return int.from_bytes(head[_PID], "little")


def _alive(pid: int) -> bool:
    if os.name == "nt":
        return True  # asking would end it there; better one wait too many
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
