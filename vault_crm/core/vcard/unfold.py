"""Physical lines to logical ones: folds, soft breaks of quoted-printable, pictures that are left out.

All of it in bytes: a fold may cut a character in two (older programs count octets).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Iterator

from vault_crm.core.record import record

_LONGEST = 1 << 20  # bytes of one line
_LARGEST = 5 << 20  # bytes of a picture in BASE64; larger files are not read in a vault
_PICTURES = frozenset({b"PHOTO", b"LOGO", b"SOUND", b"X-MS-CARDPICTURE", b"X-ADDRESSBOOKSERVER-PHOTO"})
_PHOTOS = frozenset({b"PHOTO", b"X-MS-CARDPICTURE"})
_BASE64 = re.compile(rb"[A-Za-z0-9+/]+={0,2}[ \t]*")
_ENCODED = re.compile(rb"[;=](?:B|BASE64)(?:;|$)")
_BOM = b"\xef\xbb\xbf"


@record
class Logical:
    """An unfolded line. `left_out` is the name of a picture that nobody wanted, `cut` is True for a line
    that is too long; neither has its value."""

    number: int
    raw: bytes
    left_out: str = ""
    cut: bool = False


def unfold(lines: Iterable[bytes], photos: bool) -> Iterator[Logical]:
    """The logical lines of a file; blank ones are left out. A soft break (`=` at the end of a line of
    quoted-printable) is taken away, an unindented BASE64 block is one line."""
    current: _Growing | None = None
    number, whole = 0, True
    for piece in lines:
        started, whole = whole, piece.endswith(b"\n")
        if not started:
            if current is not None:
                current.add(piece.rstrip(b"\r\n"))
            continue
        number += 1
        text = piece.rstrip(b"\r\n")
        if current is not None and current.takes(text):
            continue
        if current is not None:
            yield current.logical()
        bare = text.removeprefix(_BOM)
        current = _Growing(number, bare, photos) if bare.strip() else None
    if current is not None:
        yield current.logical()


class _Growing:
    """A logical line that may go on."""

    def __init__(self, number: int, first: bytes, photos: bool) -> None:
        self._number = number
        self._photos = photos
        self._pieces: list[bytes] = []
        self._size = 0
        self._name = b""
        self._colon = False
        self._picture = self._printable = self._binary = self._cut = False
        self.add(first)

    def add(self, text: bytes) -> None:
        """The line goes on with this."""
        if self._colon and (self._picture or self._cut):
            return
        self._pieces.append(text)
        self._size += len(text)
        if not self._colon:
            self._look()
        if self._size > (_LARGEST if self._binary else _LONGEST):
            self._cut = True
            self._pieces = [self._pieces[0][:200]]

    def takes(self, text: bytes) -> bool:
        """True if the next physical line belonged to this one, and was taken."""
        if self._printable and self._pieces[-1].endswith(b"="):
            if not text.strip() or text.strip().upper() == b"END:VCARD":
                return False
            self._pieces[-1] = self._pieces[-1][:-1]
            self.add(text)
            return True
        if text[:1] in (b" ", b"\t"):  # also if nothing follows: a text may have many spaces
            self.add(text[1:])
            return True
        if self._binary and _BASE64.fullmatch(text):
            self.add(text)
            return True
        return False

    def logical(self) -> Logical:
        """The line as it is now."""
        if self._picture:
            return Logical(self._number, b"", left_out=self._name.decode("ascii", "replace"))
        raw = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        return Logical(self._number, raw, cut=self._cut)

    def _look(self) -> None:
        """As soon as the name and the parameters are there: what kind of line it is."""
        raw = b"".join(self._pieces)
        at = raw.find(b":")
        if at < 0:
            return
        self._colon = True
        head = raw[:at].upper()
        self._printable = b"QUOTED-PRINTABLE" in head
        self._name = re.split(rb"[;\s]", head, maxsplit=1)[0].rpartition(b".")[2]
        value = raw[at + 1 : at + 20].lstrip().lower()
        self._binary = bool(_ENCODED.search(head)) or value.startswith(b"data:")
        unwanted = not self._photos or self._name not in _PHOTOS
        self._picture = self._binary and self._name in _PICTURES and unwanted
        if self._picture:
            self._pieces = []
