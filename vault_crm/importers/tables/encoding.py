"""In which encoding a file's text is: a byte order mark, UTF-8, UTF-16, else what reads most like words.

Spreadsheets still write the code page of their system: Windows-125x, Mac Roman, DOS, or one of East Asia.
Such a file says nowhere which it is, so each is tried and what comes out is judged: letters of its languages
are for it, signs and capitals within words are against it.
"""

from __future__ import annotations

import codecs
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
# Those of other scripts, with the letters that are most frequent in them.
_OTHER_SCRIPTS = {
    "cp1251": "аеиоунтсрвлкм",
    "cp1253": "αειοςντρσκλπάίό",
    "cp1255": "יוהלאמרבתנ",
    "cp1256": "اليمنرودبتهس",
}
_WIDE = ("shift_jis", "cp949", "gb18030", "big5")
# The first bytes of their everyday characters.
_EVERYDAY = {"shift_jis": (0x88, 0x97), "cp949": (0xB0, 0xC8), "gb18030": (0xB0, 0xD7), "big5": (0xA4, 0xC6)}


def encoding_of(path: Path) -> str:
    """The encoding of a file's text, by a name that `codecs` knows. Reads as much of it as it needs, in
    pieces. Raises OSError."""
    with open(path, "rb") as file:
        head = file.read(_CHUNK)
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    return _utf16(head) or ("utf-8" if _is_utf8(path) else code_page_of(path))


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
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
    for chunk in _chunks(path):
        text = decode(chunk, len(chunk) < _CHUNK)
        if text.isascii():
            continue
        bad = text.count("\ufffd")
        broken += bad
        right += sum(char > "\x7f" for char in text) - bad
        if broken > 200 and broken > right:
            return False
    return broken == 0 or right > 20 * broken


def _chunks(path: Path) -> Iterator[bytes]:
    with open(path, "rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def code_page_of(path: Path) -> str:
    """The encoding of those lines that are no UTF-8: files are put together from others. Raises OSError."""
    sample = b""
    for chunk in _chunks(path):
        sample += b"\n".join(line for line in chunk.splitlines() if not _is_text(line))
        if len(sample) > _ENOUGH:
            break
    judged = {name: _judge_page(sample[:_ENOUGH], name, letters) for name, letters in _PAGES.items()}
    judged |= {name: _judge_wide(sample, name) for name in _WIDE}
    return max(judged, key=lambda name: judged[name])


def _is_text(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _judge_page(sample: bytes, name: str, letters: str) -> float:
    """What speaks for a code page, per character that is not ASCII."""
    text = f" {sample.decode(name, 'replace')} "
    score, count, run = 0.0, 0, 0
    for place, char in enumerate(text):
        if char < "\x80":
            run = 0
            continue
        count, run = count + 1, run + 1
        before, after = text[place - 1], text[place + 1]
        score += _weight(char, before, letters)
        if char.isalpha():
            score -= _misfit(char, before, after, run, name in _OTHER_SCRIPTS)
            score += 0.5 if name in _OTHER_SCRIPTS and char.lower() in _OTHER_SCRIPTS[name] else 0
    return score / count if count else 0.0


def _weight(char: str, before: str, letters: str) -> float:
    if char == "\ufffd" or unicodedata.category(char) == "Cc":
        return -6.0
    if not char.isalpha():
        return 0.5 if char in letters else -2.0 if before.isalpha() else -0.5
    weight = 2.0 if char in letters else -0.5
    return weight - 3.0 if char.isupper() and before.islower() else weight


def _misfit(char: str, before: str, after: str, run: int, other_script: bool) -> float:
    """What is odd about a letter where it stands. No word mixes scripts, no Latin one has three letters with
    marks on end, and names begin with a capital where there are any."""
    if not other_script:
        return 1.5 if run > 2 else 0.0
    mixed = any(near.isascii() and near.isalpha() for near in (before, after))
    return 4.0 if mixed else 0.7 if char.islower() and not before.isalpha() else 0.0


def _judge_wide(sample: bytes, name: str) -> float:
    """What speaks for an encoding of East Asia: it can be read, and most of it are the usual characters."""
    text = sample.decode(name, "replace")
    wide = [char for char in text if char > "\x7f"]
    if not wide or text.count("\ufffd") > 1:  # the last one may be cut in half
        return -9.0
    usual = sum(_usual(char, name) for char in wide)
    return (2.7 if name == "cp949" else 2.6) * (2 * usual / len(wide) - 1)


def _usual(char: str, name: str) -> bool:
    if "\u3040" <= char <= "\u30ff":
        return name == "shift_jis"
    raw = char.encode("gb2312" if name == "gb18030" else name, "ignore")
    first, last = _EVERYDAY[name]
    return len(raw) == 2 and first <= raw[0] <= last and (name in ("shift_jis", "big5") or raw[1] > 0xA0)
