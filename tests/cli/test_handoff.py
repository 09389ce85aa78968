"""`handoff`: from a sales CRM's won deals to the people behind them."""

from __future__ import annotations

import base64
import csv
import json
import re
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from tests.conftest import Cli
from tests.conftest import Run
from tests.vaults import tree_bytes

TODAY = "--today=2026-11-22"
SAMPLES = Path(__file__).parent.parent / "importers"
VAULT = """
=== People/Cleo Brandt.md
---
email: cleo@example.org
company: Fjord Ltd
how_met: at the fair
next: the boat
---
## Log

- 2026-10-20 call: the boat
=== deals.csv
Record ID,Deal Name,Deal Stage,Close Date,Amount,Associated Contact,Associated Company
7001,Website relaunch,Closed Won,2025-03-12 09:14,12500,Ana Martins (ana@example.org),Nordlys AS
7002,Online shop,Won,2026-01-20,9000,Ana Martins (ana@example.org);Ben Okafor (ben@example.org),Nordlys AS
7003,Brochure,Closed Lost,2026-02-01 10:00,400,Dee Holm (dee@example.org),Fjord Ltd
7004,Brand book,Closed Won,2024-03-15 10:00,2000,Cleo Brandt (cleo@example.org),Fjord Ltd
=== contacts.csv
Record ID,First Name,Last Name,Email,Phone Number,Job Title,Company Name,Lifecycle Stage
5101,Ana,Martins,ana@example.org,+47 555 0100,CMO,Nordlys AS,Customer
5103,Cleo,Brandt,cleo@example.org,+47 555 0199,CEO,Fjord Ltd,Customer
"""

Make = Callable[[str], Path]


def handoff(cli: Cli, *words: str, answers: str | None = None) -> Run:
    """`answers` are typed on a terminal, one a line; without them it is a pipe."""
    terminal = (100, 40) if answers is not None else None
    return cli(TODAY, "handoff", *words, stdin=(answers or "").replace("|", "\n") + "\n", terminal=terminal)


def keep(cli: Cli, *words: str) -> Run:
    return handoff(cli, *words, "--apply", "--keep-all")


def people(root: Path) -> set[str]:
    return {path.name for path in (root / "People").iterdir()}


def test_each_human_is_asked_about_once(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    run = handoff(cli, "deals.csv", "contacts.csv", answers="k|two kids, sails|4 months|l|l")
    assert run.code == 0
    assert "3 people behind 3 won deals" in run.stderr
    for line in (
        "1/3  Ana Martins, CMO, Nordlys AS",
        "     client: Website relaunch, 2025; Online shop, 2026",
        "     ana@example.org, +47 555 0100",
    ):
        assert run.stderr.count(line) == 1
    assert people(root) == {"Ana Martins.md", "Cleo Brandt.md"}
    ana = (root / "People/Ana Martins.md").read_text(encoding="utf-8")
    for line in (
        'how_met: "client: Website relaunch, 2025; Online shop, 2026"',
        "cadence: 4 months",
        "next: two kids, sails",
        "role: CMO",
        "email: ana@example.org",
        "phone: +47 555 0100",
        "company: Nordlys AS",
    ):
        assert line in ana.splitlines()
    assert ana.endswith("## Log\n\n"), "no contact is invented"


def test_enter_keeps_with_the_default_rhythm(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    run = handoff(cli, "deals.csv", answers="||||||")
    assert run.code == 0
    ben = (root / "People/Ben Okafor.md").read_text(encoding="utf-8")
    assert "cadence: 120 days" in ben
    assert "next:" not in ben
    assert re.search(r"next_contact: 202\d-\d\d-\d\d", ben), "no avalanche: the first dates are spread"


def test_q_stops_and_keeps_what_was_decided(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    run = handoff(cli, "deals.csv", answers="l|q")
    assert people(root) == {"Cleo Brandt.md"}
    assert "1 person let go" in run.stderr
    again = handoff(cli, "deals.csv", answers="q")
    assert "Ana Martins" not in again.stderr
    assert "since the last handoff on 2026-11-22" in again.stderr
    assert "Ben Okafor" in again.stderr


def test_an_answer_that_is_none_is_asked_again(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    run = handoff(cli, "deals.csv", answers="what|k||4 foo|-|q")
    assert "k keeps, l lets go, q stops here" in run.stderr
    assert 'cadence "4 foo" is not understood' in run.stderr
    ana = (root / "People/Ana Martins.md").read_text(encoding="utf-8")
    assert "cadence:\n" in ana
    assert "next_contact" not in ana


def test_a_stopped_talk_writes_nothing(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    before = tree_bytes(root)
    assert handoff(cli, "deals.csv", answers="k|x").code == 130
    assert tree_bytes(root) == before
    assert "3 people" in handoff(cli, "deals.csv").stderr


def test_somebody_known_gets_what_is_missing_and_no_contact(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    run = keep(cli, "deals.csv", "contacts.csv")
    assert "Cleo Brandt: added role, phone (People/Cleo Brandt.md)" in run.stderr
    cleo = (root / "People/Cleo Brandt.md").read_text(encoding="utf-8")
    assert "how_met: at the fair\n" in cleo
    assert "next: the boat\n" in cleo
    assert "cadence" not in cleo
    assert cleo.endswith("## Log\n\n- 2026-10-20 call: the boat\n")


def test_somebody_known_with_everything_is_not_asked_about(vault: Make, cli: Cli) -> None:
    vault(VAULT)
    run = handoff(cli, "deals.csv", answers="l|l")
    assert run.code == 0
    assert "Cleo Brandt: in your vault already, with nothing to add" in run.stderr
    assert "2 people let go" in run.stderr
    assert "everybody behind them is decided about" in handoff(cli, "deals.csv").stderr


NAMESAKE = (
    VAULT
    + """
=== People/ben.md
---
name: Ben Okafor
---
"""
)


def test_a_mere_namesake_is_asked_about(vault: Make, cli: Cli) -> None:
    root = vault(NAMESAKE)
    run = handoff(cli, "deals.csv", answers="l|1|")
    assert "this may be somebody in your vault (only the name is the same):" in run.stderr
    assert "1  Ben Okafor  People/ben.md" in run.stderr
    assert "email: ben@example.org" in (root / "People/ben.md").read_text(encoding="utf-8")
    assert people(root) == {"Cleo Brandt.md", "ben.md"}


def test_a_mere_namesake_may_be_somebody_new(vault: Make, cli: Cli) -> None:
    root = vault(NAMESAKE)
    assert handoff(cli, "deals.csv", answers="l|k|||").code == 0
    assert people(root) == {"Cleo Brandt.md", "ben.md", "Ben Okafor.md"}
    assert (root / "People/ben.md").read_text(encoding="utf-8") == "---\nname: Ben Okafor\n---\n"


def test_scripts_leave_a_mere_namesake_for_another_time(vault: Make, cli: Cli) -> None:
    root = vault(NAMESAKE)
    for _ in range(2):
        run = keep(cli, "deals.csv")
        assert "Ben Okafor: left for another time (only the name is the same)" in run.stderr
    assert people(root) == {"Cleo Brandt.md", "ben.md", "Ana Martins.md"}


def test_nothing_happens_in_a_pipe_until_it_is_told(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    before = tree_bytes(root)
    run = handoff(cli, "deals.csv", "contacts.csv")
    assert run.code == 0
    assert "1/3  Ana Martins, CMO, Nordlys AS\n" in run.stdout
    assert "nothing was changed" in run.stderr
    assert handoff(cli, "deals.csv", "--keep-all").code == 0
    dry = handoff(cli, "deals.csv", "--keep-all", "--dry-run")
    assert "+++ b/People/Ana Martins.md" in dry.stdout
    assert tree_bytes(root) == before
    assert "3 people" in handoff(cli, "deals.csv").stderr, "nothing was remembered either"


def test_keeping_all_asks_once_in_a_terminal(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    run = handoff(cli, "deals.csv", "--keep-all", answers="n")
    assert run.stdout.count("Ana Martins, Nordlys AS") == 1
    assert "Keep all 3? [Y/n]" in run.stderr
    assert "nothing was changed" in run.stderr
    assert people(root) == {"Cleo Brandt.md"}
    handoff(cli, "deals.csv", "--keep-all", answers="y")
    assert "Ana Martins.md" in people(root)


def test_since_the_last_handoff_and_undo_brings_it_back(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    before = tree_bytes(root)
    keep(cli, "deals.csv")
    after = tree_bytes(root)
    again = keep(cli, "deals.csv")
    assert "3 won deals, since the last handoff on 2026-11-22, and everybody behind them" in again.stderr
    assert tree_bytes(root) == after
    assert cli(TODAY, "undo").code == 0
    assert tree_bytes(root) == before
    assert "3 people behind 3 won deals\n" in handoff(cli, "deals.csv").stderr
    keep(cli, "deals.csv")
    assert tree_bytes(root) == after


def test_a_new_deal_brings_its_people_only(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    keep(cli, "deals.csv")
    with open(root / "deals.csv", "a", encoding="utf-8") as file:
        file.write("7009,Poster,Closed Won,2026-11-20,1,Eli Stone,Fjord Ltd\n")
    run = handoff(cli, "deals.csv")
    assert "1 person behind 1 won deal, since the last handoff on 2026-11-22" in run.stderr
    assert "1/1  Eli Stone, Fjord Ltd" in run.stdout


def test_again_and_since(vault: Make, cli: Cli) -> None:
    vault(VAULT)
    assert (
        "2 people behind 2 won deals since 2025-01-01"
        in handoff(cli, "deals.csv", "--since=2025-01-01").stderr
    )
    keep(cli, "deals.csv")
    run = handoff(cli, "deals.csv", "--again")
    assert "3 people behind 3 won deals\n" in run.stderr
    assert "in your vault already (the same e-mail address): People/Ana Martins.md" in run.stdout
    late = handoff(cli, "deals.csv", "--since=2026-06-01").stderr
    assert "no won deals since 2026-06-01" in late
    assert "3 deals were won before that" in late


def test_what_cannot_be_remembered_is_said(vault: Make, cli: Cli, home: Path) -> None:
    root = vault(VAULT)
    keep(cli, "deals.csv", "--since=2026-01-01")
    [file] = (home / ".local/state").rglob("handoffs.json")
    file.unlink()
    file.mkdir()
    run = keep(cli, "deals.csv")
    assert "could not be remembered" in run.stderr
    assert run.code == 0
    assert (root / "People/Ana Martins.md").exists()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"version": 1, "handoffs": [{"day": "x"}, 3]}', '{"version": 9}']
)
def test_a_damaged_memory_asks_once_more(vault: Make, cli: Cli, home: Path, text: str) -> None:
    vault(VAULT)
    keep(cli, "deals.csv")
    [file] = (home / ".local/state").rglob("handoffs.json")
    file.write_text(text, encoding="utf-8")
    assert "3 people behind 3 won deals\n" in handoff(cli, "deals.csv").stderr


# -- never an amount, stage, probability or score

WORTH = """12500;12,500;12.500;closedwon;gewonnen;87;negotiations;verhandlung;sales pipeline;sam sales;
    closed won;probability;lifecycle;amount;score;stage;customer;new business"""


def written(home: Path, root: Path) -> str:
    """Everything that was written: notes, and the state folder with what is packed in it."""
    texts = [path.read_bytes() for folder in (root / "People", home / ".local") for path in folder.rglob("*")
             if path.is_file()]  # fmt: skip
    for path in (home / ".local").rglob("journal/*.json"):
        for change in json.loads(path.read_bytes())["files"]:
            packed = change["result"]
            texts.append(zlib.decompress(base64.b64decode(packed)) if packed else b"")
    return b"\n".join(texts).decode("utf-8", "replace")


@pytest.mark.parametrize("name", ["hubspot", "salesforce", "pipedrive", "zoho"])
def test_nothing_of_the_pipeline_is_written(vault: Make, cli: Cli, home: Path, name: str) -> None:
    root = vault("=== People/x.md\n---\ncadence: monthly\n---\n")
    files = [SAMPLES / "deals" / f"{name}-deals.csv", SAMPLES / name / "sample.csv"]
    run = keep(cli, *map(str, files))
    assert run.code == 0
    everything = written(home, root).casefold()
    assert "ana martins" in everything
    assert "website relaunch, 2025" in everything
    numbers = re.sub(r'"at": [\d.]+|"keys": \[[^]]*\]|"(base|result)": "[^"]*"', "", everything)
    assert [
        word
        for word in map(str.strip, WORTH.split(";"))
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", numbers)
    ] == []
    for column in ("Amount", "Deal - Value"):
        if column in files[0].read_text(encoding="utf-8"):
            assert f"{column}" in run.stderr
    assert "what a deal was worth is kept nowhere" in run.stderr
    assert "people are at no stage here" in run.stderr


# -- files

OWN = """
=== People/x.md
---
cadence: monthly
---
=== projects.csv
Project;Client;Done;Fee
Website;Ana Martins;yes;100
Shop;Ben Okafor;no;3
"""


def test_any_table_by_saying_what_its_columns_mean(vault: Make, cli: Cli) -> None:
    root = vault(OWN)
    assert "there are no deals in it" in handoff(cli, "projects.csv").stderr
    run = keep(cli, "projects.csv", "--map=Project=deal", "--map=Client=people", "--map=Done=won")
    assert people(root) == {"x.md", "Ana Martins.md"}
    assert "Fee: nobody told us what is in them" in run.stderr


def test_a_dialect_of_the_vaults_own(vault: Make, cli: Cli) -> None:
    dialect = """
=== .vault-crm/dialects/studio.toml
kind = "deals"
[recognise]
all = ["Project", "Client"]
[columns]
Project = "deal"
Client = "people"
Done = "won"
[nowhere]
Fee = "paid is paid"
"""
    root = vault(OWN + dialect)
    run = keep(cli, "projects.csv")
    assert people(root) == {"x.md", "Ana Martins.md"}
    assert "Fee: paid is paid" in run.stderr


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ("nowhere.csv", 2, "nowhere.csv: it cannot be read"),
        (".", 2, "it cannot be read"),
        ("contacts.csv", 2, "there are no deals in it"),
        ("sheet.xlsx", 2, "this is a workbook; open it in its program and save it as CSV (UTF-8)"),
        ("deals.csv notes.txt", 2, "neither deals nor contacts are recognised in it"),
        ("deals.csv --from=hubspot", 2, "there is no source of deals called 'hubspot'"),
        ("deals.csv --map=Amount=money", 2, "'money' is none of"),
        ("deals.csv --map=Sum=deal", 2, "deals.csv has no column 'Sum'"),
        ("deals.csv --map=deal", 2, "is no COLUMN=MEANING"),
        ("deals.csv --cadence=foo", 2, "--cadence: cadence"),
        ("deals.csv --since=soonish", 2, "--since:"),
        ("deals.csv --apply", 2, "--apply goes with --keep-all"),
        ("silent.csv", 2, "no column says whether a deal was won"),
        ("nobody.csv", 2, "no column says who is behind a deal"),
    ],
)
def test_what_is_no_handoff_is_said(vault: Make, cli: Cli, words: str, code: int, message: str) -> None:
    root = vault(
        VAULT
        + "=== notes.txt\nhello\n=== sheet.xlsx\nPK\x03\x04\n"
        + "=== silent.csv\nDeal Name,Closing Date,Contact Name\na,2025-01-01,Ana Martins\n"
        + "=== nobody.csv\nDeal Name,Deal Stage\na,Won\n"
    )
    before = tree_bytes(root)
    run = handoff(cli, *words.split())
    assert (run.code, "Traceback" in run.stderr) == (code, False)
    assert message in run.stderr
    assert tree_bytes(root) == before


def test_stages_of_ones_own(vault: Make, cli: Cli) -> None:
    root = vault(
        VAULT + "=== own.csv\nDeal Name,Deal Stage,Associated Contact\na,Signed,Eli Stone\nb,Lost,Fay Lund\n"
    )
    assert (
        "they say: Signed (1), Lost (1); if one of these means won: --won 'STAGE'"
        in handoff(cli, "own.csv").stderr
    )
    keep(cli, "own.csv", "--won=signed")
    assert people(root) == {"Cleo Brandt.md", "Eli Stone.md"}
    keep(cli, "own.csv", "--won=any")
    assert people(root) == {"Cleo Brandt.md", "Eli Stone.md", "Fay Lund.md"}


def test_a_row_that_cannot_be_read_stops_nothing(vault: Make, cli: Cli) -> None:
    root = vault(
        VAULT + "=== more.csv\nDeal Name,Deal Stage,Associated Contact\na,Won,Eli Stone,x,y\nb,Won,Fay Lund\n"
    )
    run = keep(cli, "more.csv")
    assert run.code == 1
    assert "more.csv:2: this row has 5 cells, the header 3" in run.stderr
    assert people(root) == {"Cleo Brandt.md", "Fay Lund.md"}


def test_a_deal_that_names_nobody_is_named(vault: Make, cli: Cli) -> None:
    vault(
        VAULT
        + "=== more.csv\nDeal Name,Deal Stage,Associated Contact,Associated Contact IDs\na,Won,,\nb,Won,,17\n"
    )
    run = handoff(cli, "more.csv")
    assert "won, but naming nobody: a (more.csv:2)" in run.stderr
    assert "nobody says what these are called: 17; give the CRM's contacts as well" in run.stderr


def test_a_handoff_is_one_commit(vault: Make, cli: Cli, shell: Callable[[str], Run]) -> None:
    vault("=== .vault-crm/config.toml\n[git]\ncommit = true\n" + VAULT)
    shell(
        "git init -q && git config user.name A && git config user.email a@example.org"
        " && git add . && git commit -qm x"
    )
    keep(cli, "deals.csv")
    assert shell("git log -1 --format=%s").stdout == "handoff hubspot-deals: 3 people\n"
    assert shell("git status --porcelain").stdout == ""


# -- a file of somebody else's

HOSTILE = st.text(st.characters(codec="utf-8"), max_size=40) | st.sampled_from(
    [
        *(
            "../../etc/passwd",
            "a\nlast_contact: 2026-01-01",
            "]] | [[x",
            "- 2026-01-01 call: x",
            "\x1b[31mred",
        ),
        *(
            "%%",
            "<!--",
            "---\ncadence: daily",
            "=1+1",
            "'",
            '"',
            "{{ 7 * 7 }}",
            "# heading",
            "\u202eevil",
            "CON",
        ),
        *(".hidden", "a/b", "#tag", "a: b", "\u2028x", "2026-11-22", "README"),
    ]
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=HOSTILE, name=HOSTILE, company=HOSTILE)
def test_no_cell_ends_up_elsewhere(vault: Make, cli: Cli, title: str, name: str, company: str) -> None:
    root = vault("=== People/x.md\n---\ncadence: monthly\n---\n")
    for path in (root / "People").iterdir():
        path.unlink()
    with open(root / "d.csv", "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Deal Name", "Deal Stage", "Associated Contact", "Associated Company"])
        rows.writerow([title, "Won", name or "Ana", company])
    before = {path for path in root.rglob("*") if path.is_file()}
    run = keep(cli, "d.csv", "--again")
    assert run.code in (0, 1, 2, 6)
    assert "Traceback" not in run.stderr
    assert "\x1b" not in run.stderr + run.stdout
    new = {path for path in root.rglob("*") if path.is_file()} - before
    assert all(path.parent == root / "People" and path.suffix == ".md" for path in new)
    listed = json.loads(cli(TODAY, "list", "--json").stdout)["people"]
    assert len(listed) == len(new)
    for person in listed:
        assert person["last_contact"] is None
        assert person["status"] not in ("attention", "never")
