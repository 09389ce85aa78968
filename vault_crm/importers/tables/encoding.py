"""In which encoding a file's text is: a byte order mark, UTF-8, UTF-16, else what reads most like words.

Spreadsheets still write the code page of their system: Windows-125x, Mac Roman, DOS, or one of East Asia.
Such a file says nowhere which it is, so each is tried and what comes out is judged: letters of its languages
are for it, signs and capitals within words are against it.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

_CHUNK = 65_536
_ENOUGH = 20_000  # bytes of words that are not ASCII; more tell nothing new
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The usual letters beyond ASCII of those who use a code page; earlier ones win where nothing else tells.
_PAGES = {
    "cp1252": "äöüßéèêëàâçîïôùûñáíóúìòãõåæøœœÄÖÜÉÈÀÂÇÅØÁÓÚÍÑÎÆŒ’–“”€",
    "cp1250": "ąćęłńóśźżĄĆĘŁŃŚŹŻčďěňřšťúůýžáéíČĎĚŇŘŠŤŮÝŽőűŐŰăâîşţĂÎŞŢđĐľĺŕäöüÄÖÜß’–„”",
    "cp1251": "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЁІЇЄҐђјљњћџЂЈЉЊЋЏ",
    "cp1253": "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΆΈΉΊΌΎΏ",
    "cp1254": "ğışçöüİŞÇÖÜĞâîû",
    "cp1255": "אבגדהוזחטיךכלםמןנסעףפץצקרשת",
    "cp1256": "ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأؤإئةى",
    "cp1257": "ąčęėįšųūžĄČĘĖĮŠŲŪŽāēģīķļņĀĒĢĪĶĻŅõäöüÕÄÖÜ",
    "mac_roman": "äöüßéèêëàâçîïôùûñáíóúìòãõåæøœÄÖÜÉÈÀÂÇÅØÁÓÚÍÑ’–“”",
    "cp850": "äöüßéèêëàâçîïôùûñáíóúìòãõåæøÄÖÜÉÈÀÂÇÅØÁÓÚÍÑ",
}
_WIDE = ("shift_jis", "gb18030", "big5", "cp949")
_WORD = re.compile(rb"[\x80-\xffA-Za-z'\-]*[\x80-\xff][\x80-\xffA-Za-z'\-]*")


def encoding_of(path: Path) -> str:
    """The encoding of a file's text, by a name that `codecs` knows. Reads as much of it as it needs, in
    pieces. Raises OSError."""
    with open(path, "rb") as file:
        head = file.read(_CHUNK)
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    return _utf16(head) or ("utf-8" if _is_utf8(path) else _code_page(path))


def _utf16(head: bytes) -> str:
    """UTF-16 without a mark: of text in Western letters, every other byte is zero."""
    head = head[: len(head) // 2 * 2]
    if not head:
        return ""
    low, high = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if high > half * 0.4 and low < half * 0.05:
        return "utf-16-le"
    return "utf-16-be" if low > half * 0.4 and high < half * 0.05 else ""


def _is_utf8(path: Path) -> bool:
    """True for UTF-8; a few broken characters in much that is right are a slip of one value, not of the
    whole."""
    broken, right = 0, 0
    for chunk in _lines(path):
        if chunk.isascii():
            continue
        text = chunk.decode("utf-8", "replace")
        bad = text.count("\ufffd")
        broken += bad
        right += sum(char > "\x7f" for char in text) - bad
        if broken > 200 and broken > right:
            return False
    return broken == 0 or right > 20 * broken


def _lines(path: Path) -> Iterator[bytes]:
    """The file in whole lines, many at a time; a chunk never ends within a character."""
    with open(path, "rb") as file:
        while chunk := file.read(_CHUNK):
            while chunk[-1] > 0x7F and (more := file.read(1)):
                chunk += more
            yield chunk


def _code_page(path: Path) -> str:
    sample = bytearray()
    for chunk in _lines(path):
        for word in _WORD.findall(chunk):
            sample += word + b" "
        if len(sample) > _ENOUGH:
            break
    judged = {name: _judge_page(bytes(sample), name, letters) for name, letters in _PAGES.items()}
    judged |= {name: _judge_wide(bytes(sample), name) for name in _WIDE}
    return max(judged, key=lambda name: judged[name])


def _judge_page(sample: bytes, name: str, letters: str) -> float:
    """What speaks for a code page, per byte that is not ASCII."""
    text = sample.decode(name, "replace")
    score, count, run = 0.0, 0, 0
    latin = name not in ("cp1251", "cp1253", "cp1255", "cp1256")
    before = " "
    for char in text:
        if char < "\x80":
            run = 0
        else:
            count, run = count + 1, run + 1
            score += _weight(char, before, letters)
            if latin and run > 2 and char.isalpha():
                score -= (
                    1.5  # no Latin word has three letters with marks on end, and Cyrillic has nothing else
                )
        before = char
    return score / count if count else 0.0


def _weight(char: str, before: str, letters: str) -> float:
    if char == "\ufffd" or unicodedata.category(char) == "Cc":
        return -6.0
    if not char.isalpha():
        return 0.5 if char in letters else -2.0 if before.isalpha() else -0.5
    weight = 2.0 if char in letters else -0.5
    return weight - 3.0 if char.isupper() and before.islower() else weight


def _judge_wide(sample: bytes, name: str) -> float:
    """What speaks for an encoding of East Asia: it can be read, and most of it are the usual characters."""
    try:
        text = sample.decode(name)
    except UnicodeDecodeError as problem:
        if problem.start < len(sample) - 3:
            return -9.0
        text = sample[: problem.start].decode(name)
    wide = [char for char in text if char > "\x7f"]
    usual = sum(_usual(char, name) for char in wide)
    return 2.2 * (2 * usual / len(wide) - 1) if wide else -9.0


def _usual(char: str, name: str) -> bool:
    if name == "cp949":
        return "\uac00" <= char <= "\ud7a3"
    if name == "shift_jis":
        if "\u3040" <= char <= "\u30ff":
            return True
        raw = char.encode("shift_jis", "ignore")
        return len(raw) == 2 and 0x88 <= raw[0] <= 0x97  # the everyday half of its characters
    raw = char.encode("gb2312" if name == "gb18030" else "big5", "ignore")
    return len(raw) == 2 and (0xB0 <= raw[0] <= 0xD7 if name == "gb18030" else 0xA4 <= raw[0] <= 0xC6)
