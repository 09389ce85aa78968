"""What vCard 2.1 does in its own way, said as vCard 3.0 does: quoted-printable, CHARSET, BASE64 texts,
parameters without a name. Telephones write such lines into vCard 3.0 as well."""

from __future__ import annotations

import binascii
import codecs
import re

from vault_crm.core.record import replace
from vault_crm.core.vcard.line import Line
from vault_crm.core.vcard.line import Params
from vault_crm.core.vcard.line import parse_line
from vault_crm.core.vcard.photo import PICTURES
from vault_crm.core.vcard.text import split_value

_CHARSET = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,29}")
_BREAK = re.compile(r"\r\n|\r|\n")
_NAMELESS = re.compile(r";[^=:;\"]+(?=[;:])")
_PRINTABLE = frozenset({"QUOTED-PRINTABLE", "Q"})
_TEXTS = frozenset({"FN", "N", "NOTE", "TITLE", "ROLE", "ORG", "ADR", "LABEL", "NICKNAME", "CATEGORIES"})
_BROKEN = "\N{REPLACEMENT CHARACTER}"
_STRUCTURED = frozenset({"N", "ADR", "ORG"})


def decode_line(raw: bytes, number: int, fallback: str) -> Line:
    """A content line from its bytes, unfolded, in the syntax of vCard 3.0 and 4.0.

    It is UTF-8 unless it cannot be; then it is what its CHARSET says, else `fallback`. Raises ValueError if
    it is no content line.
    """
    text = _decode(raw, "", fallback)
    line = parse_line(text, number)
    if not line.params:
        return line
    encoding = line.first("ENCODING").upper()
    charset = line.first("CHARSET")
    printable = encoding in _PRINTABLE
    if not printable and not charset and not _NAMELESS.search(text[: len(text) - len(line.value)]):
        return _text_of_base64(line, fallback) if encoding else line
    value = line.value
    if printable:
        value = _decode(binascii.a2b_qp(_value_of(raw)), charset, fallback)
    elif charset and not _is_utf8(raw):
        value = _decode(_value_of(raw), charset, fallback)
    params = _kept_params(line.params, printable)
    plain = replace(line, value=_one_line(line.name, value, printable), params=params, raw="")
    return _text_of_base64(plain, fallback)


def old_commas(line: Line) -> Line:
    """A line of vCard 2.1, where a comma in a component needs no escape, as later versions write it."""
    if line.name not in _STRUCTURED or "," not in line.value:
        return line
    value = "\\,".join(split_value(line.value, ","))
    return line if value == line.value else replace(line, value=value, raw="")


def _value_of(raw: bytes) -> bytes:
    return raw.partition(b":")[2]


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return not raw.isascii()


def _decode(raw: bytes, charset: str, fallback: str) -> str:
    """The text of bytes: as their charset says, else UTF-8, else the fallback."""
    for name in (charset, "utf-8"):
        if (text := _decoded(raw, name)) is not None:
            return text
    text = _cut_utf8(raw) or _decoded(raw, fallback)
    return raw.decode("latin-1") if text is None else text


def _decoded(raw: bytes, charset: str) -> str | None:
    if not _CHARSET.fullmatch(charset):
        return None
    try:
        return codecs.decode(raw, charset) if _is_text(charset) else raw.decode()
    except (UnicodeError, LookupError):
        return None


def _cut_utf8(raw: bytes) -> str:
    """UTF-8 in which a character was cut in two, as a program does that counts octets; '' if it is none."""
    text = raw.decode("utf-8", "replace")
    broken = text.count(_BROKEN)
    whole = sum(not char.isascii() for char in text) - broken
    return text.rstrip(_BROKEN) if whole > broken else ""


def _is_text(name: str) -> bool:
    """True if a charset of this name is one: `codecs` knows others, such as zlib."""
    return bool(getattr(codecs.lookup(name), "_is_text_encoding", True))


def _one_line(name: str, value: str, printable: bool) -> str:
    if not printable:
        return value
    if name in ("FN", "TITLE", "ROLE", "NOTE", "LABEL"):  # `\n` of a decoded text is that text's own
        value = value.rstrip("\r\n")
    return _BREAK.sub(r"\\n", value)


def _kept_params(params: Params, printable: bool) -> Params:
    """The parameters that still mean something: not how the text was encoded."""
    kept: list[tuple[str, list[str]]] = []
    for name, values in params:
        if name == "CHARSET" or (name == "ENCODING" and (printable or values[0].upper() in ("8BIT", "7BIT"))):
            continue
        if kept and name == "TYPE" == kept[-1][0]:
            kept[-1][1].extend(values)
        else:
            kept.append((name, [*values]))
    return tuple((name, tuple(values)) for name, values in kept)


def _text_of_base64(line: Line, fallback: str) -> Line:
    """A text that was written in BASE64, as text; what says to be BASE64 and is not, without saying so (other
    programs read nothing of a file with such a line); else the line itself."""
    if line.name in PICTURES or line.first("ENCODING").upper() not in ("B", "BASE64"):
        return line
    params = tuple(param for param in line.params if param[0] != "ENCODING")
    try:
        raw = binascii.a2b_base64("".join(line.value.split()))
    except (binascii.Error, ValueError):
        return replace(line, params=params, raw="")
    if line.name not in _TEXTS:
        return line
    value = _BREAK.sub(r"\\n", _decode(raw, "", fallback))
    return replace(line, value=value, params=params, raw="")
