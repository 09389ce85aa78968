"""The vault that the user's own settings name: remembered as long as these are the same, byte for byte."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.store.test_trust import opened_below
from vault_crm.errors import BadSettings
from vault_crm.errors import NoVault
from vault_crm.store.places import cache_place
from vault_crm.store.places import config_place
from vault_crm.store.places import default_vault
from vault_crm.store.places import find_place


@pytest.fixture
def config(home: Path) -> Path:
    """The user's own settings, which name a vault."""
    for name in ("one", "two"):
        (home / name).mkdir()
    file = Path(config_place()) / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text('vault = "~/one"\n')
    return file


def place(home: Path) -> str:
    """Which vault it is for a command that is run elsewhere."""
    return os.path.relpath(find_place(None, os.environ, "/"), home.resolve())


def memory() -> Path:
    return Path(cache_place()) / "vault"


def test_it_is_parsed_once(home: Path, config: Path) -> None:
    assert place(home) == "one"
    before = memory().stat()
    assert place(home) == "one"
    assert memory().stat() == before


def test_another_vault_in_as_many_bytes_at_the_same_time(home: Path, config: Path) -> None:
    assert place(home) == "one"
    before = config.stat()
    config.write_text('vault = "~/two"\n')
    os.utime(config, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert place(home) == "two"
    config.write_text('vault = "~/one"\n')
    assert place(home) == "one"


def test_no_vault_any_more(home: Path, config: Path) -> None:
    assert place(home) == "one"
    config.write_text("# nothing\n")
    with pytest.raises(NoVault):
        place(home)
    config.unlink()
    with pytest.raises(NoVault):
        place(home)


@pytest.mark.parametrize("text", ["vault = 7\n", "vault = [", "vault = '\xff'"])
def test_settings_that_cannot_be_understood(home: Path, config: Path, text: str) -> None:
    assert place(home) == "one"
    config.write_text(text, encoding="latin-1")
    for _ in range(2):
        with pytest.raises(BadSettings):
            place(home)


def test_settings_that_cannot_be_read(home: Path, config: Path) -> None:
    """Nobody is told that there is no vault, where it only cannot be seen which it is."""
    assert place(home) == "one"
    config.unlink()
    config.mkdir()
    with pytest.raises(BadSettings, match="cannot be read"):
        place(home)


def test_long_settings(home: Path, config: Path) -> None:
    config.write_text("# a comment\n" * 20_000 + 'vault = "~/two"\n')
    assert place(home) == "two"
    assert not memory().exists()


def test_whatever_becomes_of_the_memory(home: Path, config: Path) -> None:
    assert place(home) == "one"
    raw = memory().read_bytes()
    for at in range(len(raw)):
        memory().write_bytes(raw[:at] + bytes([raw[at] ^ 1 << at % 8]) + raw[at + 1 :])
        assert place(home) == "one"
        memory().write_bytes(raw[:at])
        assert place(home) == "one"
    memory().unlink()
    memory().mkdir()
    assert place(home) == "one"


def test_without_a_cache_folder(home: Path, config: Path) -> None:
    Path(cache_place()).parent.mkdir(parents=True, exist_ok=True)
    Path(cache_place()).write_text("")
    assert [place(home), place(home)] == ["one", "one"]


def test_each_of_several_settings_has_its_own(
    home: Path, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert place(home) == "one"
    other = home / "elsewhere/vault-crm/config.toml"
    other.parent.mkdir(parents=True)
    other.write_text('vault = "~/two"\n')
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "elsewhere"))
    assert place(home) == "two"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    assert place(home) == "one"


def test_the_file_is_read_by_every_command(home: Path, config: Path) -> None:
    assert default_vault(os.environ) == "~/one"
    with opened_below(config.parents[1]) as seen:
        assert default_vault(os.environ) == "~/one"
    assert seen == [str(config.resolve())]
