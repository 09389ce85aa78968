"""One dialect as a value (see `dialects` for what it may say), and what it makes of a header."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from typing import Literal

from vault_crm.core.names import fold
from vault_crm.core.record import field
from vault_crm.core.record import record
from vault_crm.importers.tables.columns import Column
from vault_crm.importers.tables.columns import RuleBook
from vault_crm.importers.tables.columns import columns_in


@record
class Dialect:
    """One dialect, read. `recognise` are sets of folded column names; `books` are rules by language ('' for
    all), `orders` the date orders by language."""

    name: str
    title: str = ""
    clicks: str = ""
    kind: Literal["contacts", "deals"] = "contacts"
    separator: str = ""
    strip: str = ""
    empty: frozenset[str] = frozenset()
    orders: Mapping[str, str] = field(default_factory=dict)
    wish: Literal["new", "known", "skip"] = "new"
    why: str = ""
    properties: bool = False
    recognise: tuple[frozenset[str], ...] = ()
    without: frozenset[str] = frozenset()
    split: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    books: Mapping[str, RuleBook] = field(default_factory=dict)

    def fits(self, header: Iterable[str]) -> bool:
        """True if these are the columns of a file of this dialect."""
        names = {fold(name) for name in header}
        return not names & self.without and any(known <= names for known in self.recognise)

    def language_of(self, header: Iterable[str]) -> str:
        """The language whose rules know most of the columns; '' if none knows more than the common ones."""
        names = list(header)
        counts = {
            language: sum(book.find(name) is not None for name in names)
            for language, book in self.books.items()
            if language
        }
        best = max(counts, key=lambda language: counts[language], default="")
        return best if best and counts[best] else ""

    def order_of(self, header: Iterable[str]) -> str:
        """The order of dates in a file with these columns: 'dmy', 'mdy', 'ymd', '' if nobody says."""
        return self.orders.get(self.language_of(header), self.orders.get("", ""))


def columns_of(
    dialect: Dialect, header: Iterable[str], mapped: Mapping[str, str] | None = None
) -> tuple[Column, ...]:
    """What becomes of each column of a header; `Column.known` is False where nobody says. `mapped` is the
    user's `--map`. Raises ValueError for a destination that there is none of."""
    names = tuple(header)
    first = dialect.language_of(names)
    books = [dialect.books[first]] if first else []
    books += [book for language, book in dialect.books.items() if not language]
    books += [book for language, book in dialect.books.items() if language and language != first]
    return columns_in(names, books, mapped or {}, by_property=dialect.properties)
