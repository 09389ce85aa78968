"""Text from notes as Markdown: whatever a name or a note holds, it stays text, on its own line.

Escaped is what CommonMark, GitHub, Obsidian and its Dataview and Templater plugins would act upon, and no
more: the dashboard is read raw, too. The result holds no line break, control character, tag, comment or
link.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata

LIMIT = 120
MOST = 2000

# Compiled by `re` when one is needed first: most texts need none of them.
_INVISIBLE = (
    "[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u180e\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_BROKEN = "[\ud800-\udfff\ufffe\uffff]"
_SPECIAL = (
    r"[\\`*\[\]<~|$]"
    r"|&(?=#?\w+;)"
    r"|%(?=%)|=(?==)|:(?=:)"
    r"|(?<![^\W_])_|_(?![^\W_])"  # inside a word it is only an underscore
    r"|(?<!\w)#(?=\S)|(?<!\S)\^"
    r"|\A(?:[-+](?=[-+\s]|\Z)|>|#(?=\s|\Z))|(?<=\A\d)[.)](?=\s|\Z)|(?<=\A\d\d)[.)](?=\s|\Z)"
)
# Signs that mean nothing to Markdown in a text that begins with a letter, one `:` among them.
_DULL = str.maketrans("", "", " ,;:.?!'\"/()+-–—…’‘“”·")
_DULL_IN_HREF = str.maketrans("", "", "-._~/,+@ ")
_WIKI = r"!?\[\[([^\[\]|]*)(?:\|([^\[\]]*))?\]\]"
_LINK = r"!?\[([^\[\]]*)\]\((?:<[^<>]*>|[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+\"[^\"]*\")?\)"
_STRONG = r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1"
_NOT_IN_WIKILINKS = frozenset("#^|\\<>&")
_NOT_IN_HREF = r"[^\w\-.~/,+@]"


def one_line(text: str, limit: int = 0) -> str:
    """A text on one line: every kind of break and space becomes one space; controls, text direction marks
    and characters without a look go; with a limit it is cut to so many characters, the last of them `…`."""
    text = " ".join(text.split())
    if not text.isprintable() or "\u115f" in text:
        text = re.sub(_INVISIBLE, "", re.sub(_BROKEN, "\ufffd", text))
        text = " ".join(text.split())
    if limit and len(text) > limit:
        text = _cut(text, limit - 1).rstrip(" ,;:.–—-") + "…"
    return text


def _cut(text: str, length: int) -> str:
    """The beginning of a text, not cut within a letter with its marks or a joined emoji."""
    while length > 1 and (
        unicodedata.category(text[length]) in ("Mn", "Me", "Mc", "Sk")
        or "\u200d" in text[length - 1 : length + 1]
    ):
        length -= 1
    space = text.rfind(" ", max(0, length - 12), length + 1)
    return text[: space if space > 0 else length]


def plain(text: str) -> str:
    """A text without its links and bold type: `coffee with [[Ben Okafor|Ben]]` is `coffee with Ben`. Of a
    text that is longer than anybody reads, only the beginning is kept."""
    text = text[:MOST]
    if "[" in text:
        text = re.sub(_WIKI, lambda m: m[2] or m[1].rsplit("/", 1)[-1].removesuffix(".md"), text)
        text = re.sub(_LINK, r"\1", text)
    if "**" in text or "__" in text:
        text = re.sub(_STRONG, r"\2", text)
    return text


def md(text: str, limit: int = LIMIT) -> str:
    """A text from a note, as Markdown that shows just this text, on one line, cut to `limit` characters."""
    text = one_line(text, limit)
    if text[:1].isalpha() and text.translate(_DULL).isalnum() and "::" not in text:
        return text
    return re.sub(_SPECIAL, _escaped, text)


def _escaped(found: re.Match[str]) -> str:
    char = found[0]
    if char == "<" and found.string.startswith("%", found.end()):
        return "&lt;"  # Templater runs `<%` in files that are new, escaped or not
    if char == "%":
        return "&#37;"  # a backslash does not always break Obsidian's comments
    return ":\\" if char == ":" else "\\" + char


def href(path: str) -> str:
    """A path as a Markdown link's target: letters and digits of any script stay readable, all else is
    percent-encoded, also what only looks like a path (`javascript:`)."""
    if path.translate(_DULL_IN_HREF).isalnum():
        return path.replace(" ", "%20")
    return re.sub(_NOT_IN_HREF, _percent_encoded, path)


def _percent_encoded(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "surrogateescape"))


def relative(path: str, from_path: str) -> str:
    """A vault-relative path as seen from another note's folder."""
    folder = posixpath.dirname(from_path)
    return posixpath.relpath(path, folder) if folder else path


def link(text: str, path: str, from_path: str, style: str = "markdown") -> str:
    """A link to a note, in the settings' style. What a wikilink cannot bear gets a Markdown link."""
    target = path.removesuffix(".md")
    if style == "wiki" and md(target, 0) == target and not set(target) & _NOT_IN_WIKILINKS:
        shown = re.sub(r"[\[\]|\\`<>$%^#*~=]+", " ", one_line(text, LIMIT))
        shown = " ".join(shown.replace("::", ":").split())
        return f"[[{target}|{shown}]]" if shown and shown != target else f"[[{target}]]"
    shown = md(text) or md(posixpath.basename(path).removesuffix(".md")) or "no name"
    return f"[{shown}]({href(relative(path, from_path))})"


def comment(path: str) -> str:
    """A comment line with a path: the line that nobody edits, before each person where git merges."""
    return f"<!-- {href(path).replace('--', '-%2D')} -->"
