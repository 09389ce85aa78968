"""How a value is written as YAML: plain where every common reader then reads the same text, else in quotes.

`style` is the `Node.kind` of the old value. A plain value stays plain if it can (single quotes if it
cannot), a double-quoted one stays so, a single-quoted one too, unless the quotes were there out of need. So
setting a value and setting the old one back gives the old bytes. New values get double quotes, as Obsidian
writes them, and only if they need any.
"""

from __future__ import annotations

import re

from vault_crm.core.late import late

# What may stand in YAML as it is, but for the line breaks of YAML 1.1, tabs and the BOM.
_ODD = late("[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_HALF = late("[\ud800-\udfff]")
_START = late(r"[,\[\]{}#&*!|>'\"%@`]|[-?:](?: |$)")
_INSIDE = late(r":(?: |$)| #")
_FLOW = late(r"[,\[\]{}]|^[-?:]")
_WORD = late(r"(?:true|false|null|~|=|<<)\Z", re.IGNORECASE)
# What readers of YAML 1.1, or of numbers, would change: yes/no, 01234, +49151, 0x1F, 12:30, 1_000, 1e5, .5
_CHANGED = late(
    r"(?:yes|no|on|off)\Z|[-+]?\.(?:inf|nan)\Z|[-+]?0[bxo][0-9a-f_]+\Z|---|\.\.\."
    r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?\Z"
    r"|(?=[-+.]*[0-9])[-+]?(?:[0-9][0-9_]*)?\.?[0-9_]*(?:e[-+]?[0-9]+)?\Z",
    re.IGNORECASE,
)
_NUMBER = late(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]*[1-9])?\Z")
_NAMED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}


def _is_odd(text: str) -> bool:
    """Whether something in it cannot stand in YAML as it is. Nothing that Python calls printable is odd, and
    asking Python is far quicker than making a pattern of all of Unicode."""
    return not text.isprintable() and bool(_ODD.search(text))


def needs_quotes(text: str, flow: bool = False) -> bool:
    """Whether a plain `text` would be read as something else (`flow`: within [ ])."""
    if not text or text != text.strip(" ") or _is_odd(text) or _START.match(text) or _INSIDE.search(text):
        return True
    return bool(_WORD.match(text)) or (flow and bool(_FLOW.search(text)))


def changes_elsewhere(text: str) -> bool:
    """Whether other programs would read a plain `text` as a number or truth value, and may rewrite it."""
    return bool(_CHANGED.match(text)) and not _NUMBER.match(text)


def double_quoted(text: str) -> str:
    """`text` in double quotes, with escapes for what is invisible. Raises ValueError on half characters."""
    if not text.isprintable() and _HALF.search(text):
        raise ValueError("it holds bytes that are not UTF-8")
    return '"' + "".join(_escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    if char in _NAMED:
        return _NAMED[char]
    if not _is_odd(char):
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def single_quoted(text: str) -> str:
    """`text` in single quotes; falls back to double ones for what these cannot hold."""
    if _is_odd(text):
        return double_quoted(text)
    return "'" + text.replace("'", "''") + "'"


def format_scalar(value: str | bool | None, style: str = "", old: str = "", flow: bool = False) -> str:
    """The YAML text of a value in the place of an `old` text whose `Node.kind` was `style` ('' for a new
    one).

    None is the empty text. Raises ValueError for text that is not Unicode.
    """
    if value is None:
        return "null" if flow else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if style == '"' and not _is_odd(old):
        return double_quoted(value)
    if style == "'" and not needs_quotes(old, flow):
        return single_quoted(value)
    if style in ("plain", "'", '"'):
        return single_quoted(value) if needs_quotes(value, flow) else value
    # `<%` begins what Templater runs in a new note, wherever it stands; so it stands there as an escape.
    plain = not needs_quotes(value, flow) and not changes_elsewhere(value) and "<%" not in value
    return value if plain else double_quoted(value).replace("<%", r"<\x25")


def format_key(key: str) -> str:
    """The YAML text of a key. Raises ValueError if it cannot be one."""
    if not key.strip() or _is_odd(key) or len(key) > 256:
        raise ValueError("this cannot be the name of a property")
    plain = not needs_quotes(key) and not changes_elsewhere(key) and not _FLOW.search(key)
    return key if plain else double_quoted(key)
