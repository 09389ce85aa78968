#!/usr/bin/env python3
"""Try vault-crm from a fresh checkout, with nothing but Python (3.11 or newer) installed.

    python3 try.py                 the overdue list of the example vault, on 22 November 2026
    python3 try.py COMMAND ...     any other command in a copy of that vault: why ben, log ben -m "..."
    python3 try.py test            all tests

The first run makes an environment of its own in .venv/, with uv where that is installed, else with venv. The
copy is in build/try/; `python3 try.py` alone makes it afresh. vault-crm touches nothing else in the checkout
or in your home: index, undo journal and settings of these runs are in build/try/, too. (pip and uv
may keep what they download in their own caches, as always.)
"""
# No `from __future__`: an older Python must come as far as saying that it is too old.
# ruff: noqa: I002, UP021

import hashlib
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ENVIRONMENT = os.path.join(HERE, ".venv")
STAMP = os.path.join(ENVIRONMENT, "made-by-try")
PLAYGROUND = os.path.join(HERE, "build", "try")
TODAY = "2026-11-22"
KINDS = ("CACHE", "STATE", "CONFIG")
IN_A_TERMINAL = (
    "import sys; sys.stdout.isatty = lambda: True; from vault_crm.cli.main import run; sys.exit(run())"
)
TERMINAL = {"COLUMNS": "80", "LINES": "24", "NO_COLOR": "1"}
OLDEST = (3, 11)
WINDOWS = os.name == "nt"


def main(words: list) -> int:
    if words[:1] in (["-h"], ["--help"]):
        print(__doc__.strip())
        return 0
    if words[:1] == ["test"]:
        prepare("[test]")
        return run(
            [in_environment("python"), "-m", "pytest", "-n", "auto", "-rs", *words[1:]],
            dict(os.environ),
            HERE,
        )
    if words == ["env"]:
        prepare("[test]")
        return 0
    prepare("")
    return vault_crm(words)


def vault_crm(words: list) -> int:
    """Runs a command in the copy of the example vault; without one, `overdue` in a fresh copy."""
    copy = os.path.join(PLAYGROUND, "example_vault")
    if not words:
        shutil.rmtree(PLAYGROUND, ignore_errors=True)
    if not os.path.isdir(copy):
        shutil.copytree(os.path.join(HERE, "example_vault"), copy)
    own = {f"XDG_{kind}_HOME": os.path.join(PLAYGROUND, kind.lower()) for kind in KINDS}
    if not words and not sys.stdout.isatty():
        # what a terminal shows, also in a log or a pipe: it is what README.md shows
        shown = [in_environment("python"), "-c", IN_A_TERMINAL]
        own.update(TERMINAL)
    else:
        shown = [in_environment("vault-crm")]
    return run([*shown, "--today", TODAY, *(words or ["overdue"])], dict(os.environ, **own), copy)


def run(command: list, env: dict, folder: str) -> int:
    try:
        return subprocess.run(command, cwd=folder, env=env).returncode
    except KeyboardInterrupt:
        return 130


def in_environment(program: str) -> str:
    return os.path.join(ENVIRONMENT, *(["Scripts", program + ".exe"] if WINDOWS else ["bin", program]))


def prepare(extra: str) -> None:
    """Makes the environment; brings it up to date if pyproject.toml or the checkout's place has changed."""
    with open(os.path.join(HERE, "pyproject.toml"), "rb") as file:
        wanted = hashlib.sha256(file.read() + os.fsencode(HERE)).hexdigest()
    if works(in_environment("python")) and stamp() in ((wanted, extra), (wanted, "[test]")):
        return
    uv = shutil.which("uv")
    python = new_enough_python()
    if python is None and uv is None:
        version = ".".join(str(part) for part in sys.version_info[:2])
        stop(f"this is Python {version}; vault-crm needs 3.11 or newer (or uv, which brings its own)")
    fresh = not works(in_environment("python"))
    say("setting up .venv, once; this takes up to a minute" if fresh else "bringing .venv up to date")
    if fresh:
        make_environment(uv, python)
    install(uv, extra)
    with open(STAMP, "w") as file:
        file.write(wanted + "\n" + extra + "\n")


def stamp() -> tuple:
    """What the environment was made from: (digest, extra)."""
    try:
        with open(STAMP) as file:
            lines = file.read().split("\n")
    except OSError:
        return ("", "")
    return (lines[0], lines[1]) if len(lines) > 1 else ("", "")


def works(python: str) -> bool:
    """True if it is a Python that is new enough."""
    ask = f"import sys; sys.exit(sys.version_info < {OLDEST!r})"
    try:
        done = subprocess.run([python, "-c", ask], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except OSError:
        return False
    return done.returncode == 0


def new_enough_python() -> "str | None":
    """This Python, or a newer one beside it (macOS' own python3 is 3.9)."""
    if sys.version_info >= OLDEST:
        return sys.executable
    for minor in range(20, OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found and works(found):
            return found
    return None


def make_environment(uv: "str | None", python: "str | None") -> None:
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)  # without a working Python it is of no use to anybody
    if uv:
        made = quietly([uv, "venv", "--quiet", "--no-project", "--python", python or ">=3.11", ENVIRONMENT])
        if made.returncode:
            stop("uv could not make an environment:\n" + made.stdout)
        return
    if quietly([python, "-m", "venv", ENVIRONMENT]).returncode:
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        stop("this Python cannot make environments: install uv, or python3-venv (apt install python3-venv)")


def install(uv: "str | None", extra: str) -> None:
    python = in_environment("python")
    if uv:
        how = [uv, "pip", "install", "--quiet", "--python", python]
    else:
        how = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    done = quietly([*how, "--editable", HERE + extra])
    if done.returncode:
        stop("what vault-crm needs could not be installed (is there a network?):\n" + done.stdout)


def quietly(command: list) -> subprocess.CompletedProcess:
    """Runs it and keeps what it says, in case it fails."""
    return subprocess.run(
        command,
        cwd=HERE,
        env=dict(os.environ, PIP_USER="0"),  # a pip that is set to install for the user would refuse
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
    )


def say(text: str) -> None:
    sys.stderr.write("try.py: " + text + "\n")
    sys.stderr.flush()


def stop(text: str) -> None:
    say(text.rstrip())
    sys.exit(1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
