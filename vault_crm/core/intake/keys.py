"""By what a person is known again: e-mail, telephone, profile, name. Values are the same if their keys are.

A key of '' means that the value identifies nobody.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

from vault_crm.core.names import fold

_PREFIX = re.compile(r"(?i)^(mailto|tel|sms):")
_NOT_DIGIT = re.compile(r"\D+")
_EXTENSION = re.compile(r"(?i)(;.*|(?:ext\.?|x|#)\s*\d+\s*)$")
# The last digits tell two telephones apart wherever the country's prefix or its trunk zero is left out.
_TELLING_DIGITS = 9
_FEWEST_DIGITS = 6
# Hosts on which a page is one person's own; elsewhere many people share an address (their company's).
_PROFILES = (
    "linkedin.com/in/", "xing.com/profile/", "github.com/", "gitlab.com/", "twitter.com/", "x.com/",
    "facebook.com/", "instagram.com/", "mastodon.social/@", "bsky.app/profile/", "orcid.org/", "keybase.io/",
    "t.me/", "about.me/", "threads.net/@", "youtube.com/@", "medium.com/@",
)  # fmt: skip
_TITLES = (
    "mr mrs ms dr prof professor herr frau mme madame monsieur phd md mba msc bsc esq cpa pmp jr ii iii iv"
)
_UNTELLING = frozenset(_TITLES.split())
# Titles that may be names or initials elsewhere: only in front, and only where a whole name is left.
_IN_FRONT = frozenset(["m", "miss", "sir", "dame", "don", "sr", "sra"])
_FORMS = (
    "ltd limited inc llc gmbh ag sa sas sarl bv nv oy ab as aps kg ohg ug plc corp co company srl spa lda sl"
)
_COMPANY_FORMS = frozenset(_FORMS.split())
_WORDS = re.compile(r"[^\w]+")


def email_key(text: str) -> str:
    """An address without case, `mailto:` and what stands around it (`Ana <ana@example.org>`)."""
    inner = re.search(r"<([^<>]*)>\s*$", text)
    bare = _PREFIX.sub("", (inner[1] if inner else text).strip()).casefold()
    return bare if bare.count("@") == 1 and not bare.startswith("@") and not bare.endswith("@") else ""


def emails_in(text: str) -> tuple[str, ...]:
    """The addresses of a text: several, parted by commas or semicolons as people type them, or the text."""
    parts = tuple(part.strip() for part in text.replace(";", ",").split(","))
    return parts if len(parts) > 1 and all(email_key(part) for part in parts) else (text,)


def phone_key(text: str) -> str:
    """The last nine digits of a number, without its extension; '' if there are fewer than six."""
    digits = _NOT_DIGIT.sub("", _EXTENSION.sub("", _PREFIX.sub("", text.strip())))
    return digits[-_TELLING_DIGITS:] if len(digits) >= _FEWEST_DIGITS else ""


def profile_key(text: str) -> str:
    """The address of a page that is one person's own (LinkedIn, GitHub ...), without scheme, `www.` or a
    country's subdomain, query, closing slash and percent-encoding; '' for every other page."""
    bare = re.sub(r"(?i)^[a-z][a-z0-9+.-]*://", "", text.strip()).partition("?")[0].partition("#")[0]
    if "%" in bare:
        bare = unicodedata.normalize("NFC", unquote(bare))
    bare = re.sub(r"^(www|m|mobile|[a-z]{2})\.", "", bare.casefold()).rstrip("/")
    found = next((host for host in _PROFILES if bare.startswith(host)), "")
    rest = bare.removeprefix(found)
    return bare if found and rest and "/" not in rest else ""


def name_key(text: str) -> str:
    """A name's words, folded and sorted, without honorifics and suffixes: `Martins, Ana` is `Ana Martins`."""
    words = [word for word in _WORDS.split(fold(text)) if word]
    telling = [w for w in words if w not in _UNTELLING] or words
    if len(telling) > 2 and telling[0] in _IN_FRONT:
        telling = telling[1:]
    return " ".join(sorted(telling))


def company_key(text: str) -> str:
    """A company's name without brackets of a link, case, and legal form."""
    bare = text.replace("[[", "").replace("]]", "").rpartition("|")[2]
    words = [word for word in _WORDS.split(fold(bare)) if word]
    return " ".join([w for w in words if w not in _COMPANY_FORMS] or words)


def names_agree(one: str, other: str) -> bool:
    """True if two names may be one person's: one's words are all in the other's, or they share a first or
    last name and differ elsewhere only by an initial. An empty name agrees with all."""
    a, b = name_key(one).split(), name_key(other).split()
    if not a or not b or set(a) <= set(b) or set(b) <= set(a):
        return True
    left, right = [w for w in a if w not in b], [w for w in b if w not in a]
    shared = len(a) - len(left)
    return shared > 0 and all(any(_short_for(x, y) for y in right) for x in left)


def _short_for(one: str, other: str) -> bool:
    return (len(one) == 1 or len(other) == 1) and one[0] == other[0]
