"""The law of the house: who may import whom, who may write, who may ask for the day, and how long things get.

docs/architecture.md has the picture. What is tested here is read from the source, not run.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest

from tests import docs_update
from vault_crm.core.fields import FIELDS
from vault_crm.core.settings import Settings
from vault_crm.core.settings import setting_fields

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "vault_crm"
MODULES = sorted(PACKAGE.rglob("*.py"))

# cli → serve → render, importers, exporters, checks, git → store → core; everybody may know the errors
ROOMS = dict.fromkeys(("__init__", "errors", "core"), 0)
ROOMS |= {"store": 1, "git": 2, "render": 2, "checks": 2, "importers": 2, "exporters": 2}
ROOMS |= {"serve": 3, "cli": 4, "__main__": 5}
NOT_IN_CORE = {
    *("click", "jinja2", "rich", "watchdog"),
    *(
        "os",
        "io",
        "pathlib",
        "shutil",
        "tempfile",
        "subprocess",
        "socket",
        "sqlite3",
        "time",
        "glob",
        "fcntl",
    ),
}
WRITERS = {
    *("write_text", "write_bytes", "mkdir", "makedirs", "rmdir", "unlink", "rename", "renames", "touch"),
    *("symlink", "symlink_to", "hardlink_to", "chmod", "chown", "ftruncate", "utime", "rmtree"),
    *("copyfile", "copytree", "copy2", "mkstemp", "mkdtemp", "NamedTemporaryFile", "TemporaryDirectory"),
}
# words that others use, too: only as os.NAME or shutil.NAME
WRITERS_OF_OS = {"replace", "open", "write", "remove", "removedirs", "link", "truncate", "move", "copy"}
NEVER_IMPORTED = {
    *(
        "socket",
        "socketserver",
        "ssl",
        "http",
        "ftplib",
        "smtplib",
        "imaplib",
        "poplib",
        "xmlrpc",
        "webbrowser",
    ),
    *("requests", "httpx", "aiohttp", "urllib3", "pickle", "shelve", "dill"),
}
EXECUTING = {
    ("", "eval"),
    ("", "exec"),
    ("", "compile"),
    ("os", "system"),
    ("os", "popen"),
    ("yaml", "unsafe_load"),
}
CLOCKS = {"today", "now", "utcnow"}
MAX_MODULE = 400
MAX_FUNCTION = 60


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room_of(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports_of(path: Path) -> Iterator[tuple[str, int]]:
    """(dotted module, line) of every import, also of those inside functions and under TYPE_CHECKING."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name_of(path)}:{node.lineno}: relative import"
            module = node.module or ""
            if module == "vault_crm":
                yield from ((f"vault_crm.{alias.name}", node.lineno) for alias in node.names)
            else:
                yield module, node.lineno


def calls_of(path: Path) -> Iterator[tuple[ast.Call, str, str]]:
    """(call, the name before the last dot or '', the name called)."""
    for node in ast.walk(tree_of(path)):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name):
            yield node, "", node.func.id
        elif isinstance(node.func, ast.Attribute):
            owner = node.func.value
            yield node, owner.id if isinstance(owner, ast.Name) else "?", node.func.attr


def test_every_module_is_in_a_room() -> None:
    assert MODULES
    assert {room_of(path) for path in MODULES} <= set(ROOMS)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_points_up(path: Path) -> None:
    """`cli → serve → render, importers, exporters, checks, git → store → core`."""
    up = [
        f"{name_of(path)}:{line} imports {module}"
        for module, line in imports_of(path)
        if module.startswith("vault_crm.")
        and not module.startswith("vault_crm.__")
        and ROOMS[module.split(".")[1]] > ROOMS[room_of(path)]
    ]
    assert up == []


@pytest.mark.parametrize("path", [p for p in MODULES if room_of(p) == "core"], ids=name_of)
def test_the_core_is_pure(path: Path) -> None:
    """No disk, no clock, no terminal."""
    found = [
        f"{name_of(path)}:{line} imports {module}"
        for module, line in imports_of(path)
        if module.split(".")[0] in NOT_IN_CORE
    ]
    found += [
        f"{name_of(path)}:{call.lineno} calls open"
        for call, owner, name in calls_of(path)
        if (owner, name) == ("", "open")
    ]
    assert found == []


def writes(call: ast.Call, owner: str, name: str) -> bool:
    """True if a call could change what is on disk."""
    if owner == "console" or any(ast.unparse(word) == "os.devnull" for word in call.args[:1]):
        return False  # to the terminal, and to nowhere
    if name in WRITERS:
        return True
    if owner in ("os", "shutil") and name in WRITERS_OF_OS:
        return True
    if name not in ("open", "fdopen") or owner == "Store":
        return False
    at = 1 if owner in ("", "os", "io", "codecs", "gzip") else 0
    modes = [word.value for word in call.keywords if word.arg == "mode"] + call.args[at : at + 1]
    said = [mode.value for mode in modes if isinstance(mode, ast.Constant) and isinstance(mode.value, str)]
    return len(said) < len(modes) or any(set(mode) & set("wax+") for mode in said)


@pytest.mark.parametrize("path", [p for p in MODULES if room_of(p) != "store"], ids=name_of)
def test_only_the_store_writes(path: Path) -> None:
    found = [
        f"{name_of(path)}:{call.lineno} calls {name}"
        for call, owner, name in calls_of(path)
        if writes(call, owner, name)
    ]
    assert found == []


@pytest.mark.parametrize(
    "path", [p for p in MODULES if room_of(p) != "cli" and p.name != "clock.py"], ids=name_of
)
def test_only_the_command_line_and_the_watchers_clock_ask_what_day_it_is(path: Path) -> None:
    found = [
        f"{name_of(path)}:{call.lineno} calls {owner}.{name}"
        for call, owner, name in calls_of(path)
        if owner in ("date", "datetime", "dt") and name in CLOCKS
    ]
    assert found == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_network_and_nothing_of_a_vault_is_executed(path: Path) -> None:
    """README.md, "What it never does". Pickles are code, too; a shell would read file names as commands."""
    found = [
        f"{name_of(path)}:{line} imports {module}"
        for module, line in imports_of(path)
        if module.split(".")[0] in NEVER_IMPORTED or module == "urllib.request"
    ]
    for call, owner, name in calls_of(path):
        shell = any(word.arg == "shell" for word in call.keywords)
        if (owner, name) in EXECUTING or shell:
            found.append(f"{name_of(path)}:{call.lineno} calls {name}{' with a shell' if shell else ''}")
    assert found == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_and_functions_stay_small(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").count("\n")
    long = [f"{name_of(path)} has {lines} lines"] if lines > MAX_MODULE else []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            length = node.end_lineno - node.lineno + 1
            if length > MAX_FUNCTION:
                long.append(f"{name_of(path)}:{node.lineno} {node.name} has {length} lines")
    assert long == []


@pytest.mark.parametrize(
    ("code", "is_a_write"),
    [
        ("open(path)", False),
        ("open(path, 'rb')", False),
        ("open(path, encoding='utf-8')", False),
        ("open(path, 'w')", True),
        ("open(path, mode='r+')", True),
        ("open(path, mode)", True),
        ("path.open()", False),
        ("path.open('ab')", True),
        ("os.open(path, flags)", True),
        ("os.replace(a, b)", True),
        ("text.replace('a', 'b')", False),
        ("path.write_text('x')", True),
        ("path.unlink()", True),
        ("sys.stdout.write('x')", False),
    ],
)
def test_what_counts_as_a_write(code: str, is_a_write: bool, tmp_path: Path) -> None:
    file = tmp_path / "code.py"
    file.write_text(code, encoding="utf-8")
    [(call, owner, name)] = calls_of(file)
    assert writes(call, owner, name) is is_a_write


def test_generated_pages_are_up_to_date() -> None:
    for name, page in docs_update.PAGES.items():
        text = (docs_update.DOCS / name).read_text(encoding="utf-8")
        assert text == page(), f"docs/{name} has fallen behind: python tests/docs_update.py"


def test_every_setting_and_every_property_is_documented() -> None:
    settings = (docs_update.DOCS / "settings.md").read_text(encoding="utf-8")
    properties = (docs_update.DOCS / "properties.md").read_text(encoding="utf-8")
    assert {f.name for f in fields(Settings)} - {"conventions"} == {
        field.name for _, field in setting_fields()
    }
    assert [key for key, _ in setting_fields() if f"| `{key}` |" not in settings] == []
    assert [field.name for field in FIELDS if f"| `{field.name}` |" not in properties] == []


def test_every_module_stands_in_the_picture_of_the_house() -> None:
    """Commands and checks are found by being there; everything else has its line in docs/architecture.md."""
    page = (docs_update.DOCS / "architecture.md").read_text(encoding="utf-8")
    package = docs_update.DOCS.parent / "vault_crm"
    found = [path for path in package.rglob("*.py") if not {"commands", "checks"} & set(path.parts)]
    assert len(found) > 90
    assert [path.name for path in found if path.name not in page and path.stem[:2] != "__"] == []
