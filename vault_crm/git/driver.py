"""The merge driver: what git is told to run for a note that both sides changed, and what runs then.

git starts it once for each such file of each commit of a rebase, so it imports as little as it can, and no
command line library. Whatever goes wrong in it, git's own merge is made instead: a driver that just fails
would leave *ours* without a mark, and the next commit would lose *theirs*.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass

CONFLICT = 10  # not 1, with which a Python that crashes ends
TROUBLE = 3
# The driver merges, or says that it left marks; on anything else (no such program, a crash, a kill) git's own
# merge is made, into a file of its own first: a full disk must not leave half of one. An exit above 128
# says to git that nothing was merged.
_FALLBACK = (
    "case $? in 0) exit 0;; 10) exit 1;; esac; "
    "git merge-file -p --marker-size=%L -L ours -L base -L theirs %A %O %B >%A.tmp; r=$?; "
    "test $r -lt 128 && mv -f %A.tmp %A && exit $r; rm -f %A.tmp; exit 129"
)


def driver_command(program: Sequence[str]) -> str:
    """The value of `merge.vault-crm.driver` for a program and its first words (`/usr/bin/vault-crm`).

    git replaces the placeholders and quotes what it puts there for the shell: quotes of ours around `%P`
    would undo that, and let a file's name run commands. A git before 2.44 leaves `%S %X %Y` (labels) as
    they are.
    """
    import shlex

    words = " ".join(shlex.quote(word) for word in program).replace("%", "%%")
    called = "merge-file --driver --marker-size %L -L %X -L %S -L %Y --path %P -- %A %O %B"
    return f"{words} {called}; {_FALLBACK}"
