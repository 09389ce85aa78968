"""Pictures in cards: BASE64 in 2.1 and 3.0, a data URI in 4.0."""

from __future__ import annotations

import binascii
import re

from vault_crm.core.intake.record import Photo
from vault_crm.core.vcard.line import Line

PICTURES = frozenset({"PHOTO", "X-MS-CARDPICTURE"})
_DATA = re.compile(r"(?i)data:[^,]*;base64\\?,")
# The format is told by the bytes; what the card says of it is often wrong.
_SIGNS = ((b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"GIF8", "gif"))


def photo_in(line: Line) -> Photo | None:
    """The picture that a line holds; None if it holds none, or only says where one is."""
    if line.name not in PICTURES:
        return None
    data = _DATA.match(line.value)
    if data is None and line.first("ENCODING").upper() not in ("B", "BASE64"):
        return None
    try:
        raw = binascii.a2b_base64("".join(line.value[data.end() if data else 0 :].split()))
    except (binascii.Error, ValueError):
        return Photo("", b"")
    return Photo(picture_ending(raw), raw)


def picture_ending(raw: bytes) -> str:
    """The ending of a picture's file by its first bytes, '' if it is no picture that we know."""
    if raw[:4] == b"RIFF" and raw[8:12] == b"WEBP":
        return "webp"
    return next((ending for sign, ending in _SIGNS if raw.startswith(sign)), "")
