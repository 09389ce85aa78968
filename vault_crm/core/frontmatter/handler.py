"""PlainHandler: python-frontmatter's YAML handler, reading what the user typed.

YAML 1.1 makes `no` false, `01234` 668, `12:30` 750 and refuses the whole note for `2026-02-30`. Here a
scalar is its text; only true/false and null/empty mean something (see `core.frontmatter.nodes`). Positions
come with the values.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from typing import cast

import yaml
from frontmatter.default_handlers import YAMLHandler

from vault_crm.core.frontmatter.nodes import Builder
from vault_crm.core.frontmatter.problems import explain
from vault_crm.core.frontmatter.problems import explain_text
from vault_crm.core.frontmatter.scalars import format_scalar
from vault_crm.core.frontmatter.shape import BlockProblem
from vault_crm.core.frontmatter.shape import Loaded


class _PlainLoader:
    """The part of a PyYAML loader that `yaml.load` calls."""

    text: str

    def get_single_data(self) -> Loaded:
        get_event = cast("Callable[[], Any]", self.get_event)  # type: ignore[attr-defined]
        return Builder(self.text, get_event).document()


class PurePlainLoader(_PlainLoader, yaml.BaseLoader):
    """On PyYAML's own parser: for devices without libyaml."""

    def __init__(self, stream: str) -> None:
        self.text = stream
        yaml.BaseLoader.__init__(self, stream)


LOADERS: list[Any] = [PurePlainLoader]  # the first is used

if yaml.__with_libyaml__:

    class FastPlainLoader(_PlainLoader, yaml.CBaseLoader):
        """On libyaml."""

        def __init__(self, stream: str) -> None:
            self.text = stream
            yaml.CBaseLoader.__init__(self, stream)

    LOADERS.insert(0, FastPlainLoader)


class PlainDumper(yaml.SafeDumper):
    """Writes texts as `core.frontmatter.scalars` does, so that dates stay plain and what needs quotes has
    them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)  # list items are indented, as Obsidian writes them


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    quoted = format_scalar(text).startswith('"')
    return dumper.represent_scalar(_TEXT, text, style='"' if quoted else None)


def _represent_plain(dumper: yaml.SafeDumper, value: object) -> yaml.ScalarNode:
    """Dates and numbers as their text; true, false and nothing as YAML 1.2 writes them."""
    word = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return dumper.represent_scalar(_TEXT, word)


_TEXT = "tag:yaml.org,2002:str"
PlainDumper.yaml_implicit_resolvers = {}
PlainDumper.add_representer(str, _represent_text)
PlainDumper.add_representer(tuple, yaml.SafeDumper.represent_list)
for _kind in (type(None), bool, int, float, date):
    PlainDumper.add_representer(_kind, _represent_plain)


class PlainHandler(YAMLHandler):
    """`load` gives the values as typed (a `Loaded`, which is a dict); `export` writes keys in the order
    given.

    `load` raises BlockProblem, never a YAML error.
    """

    def load(self, fm: str, **kwargs: object) -> Loaded:
        kwargs.setdefault("Loader", LOADERS[0])
        loader = kwargs["Loader"]
        try:
            return cast("Loaded", super().load(fm, **kwargs))
        except yaml.YAMLError as problem:
            raise explain(fm, problem, lambda part: _parses(part, loader)) from None
        except BlockProblem as problem:
            if problem.code != "not-a-mapping":
                raise
            raise explain_text(fm, problem) from None
        except (
            ValueError,
            OverflowError,
            RecursionError,
        ) as problem:  # \U99999999, %YAML 1e999: not YAMLErrors
            raise BlockProblem("broken-yaml", 0, f"the frontmatter cannot be read: {problem}") from None

    def export(self, metadata: dict[str, object], **kwargs: object) -> str:
        kwargs.setdefault("Dumper", PlainDumper)
        kwargs.setdefault("sort_keys", False)
        kwargs.setdefault("width", 1_000_000)
        return super().export(metadata, **kwargs)


def _parses(part: str, loader: Any) -> bool:
    try:
        yaml.load(part, Loader=loader)
    except (yaml.YAMLError, BlockProblem, ValueError, OverflowError, RecursionError):
        return False
    return True


@contextmanager
def loading_with(loader: Any) -> Iterator[None]:
    """Reads through the given loader of `LOADERS`: the two differ in what they forgive (tabs)."""
    before = LOADERS[0]
    LOADERS[0] = loader
    try:
        yield
    finally:
        LOADERS[0] = before
