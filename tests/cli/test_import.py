"""`import`: the plan in an editor, questions about columns, pictures, and what must never happen."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.vaults import tree_bytes
from vault_crm.store.program import program_of

TODAY = "--today=2026-11-22"
VAULT = """
=== .vault-crm/config.toml
=== People/Ben Okafor.md
---
email: ben@example.org   # the old one
company: Northwind
---

## Log

- 2026-10-01 coffee
"""
LIST = "Name,Email,Company\nAna Martins,ana@example.org,Harbour Books\nBen Okafor,ben@example.org,Acme\n"

Make = Callable[[str], Path]


@pytest.fixture
def terminal(home: Path, vault: Make) -> Callable[..., tuple[int, str]]:
    """Runs a command at a terminal of its own, with an editor that runs `edit` over the plan's `text`, and
    with these answers typed ahead; gives the exit code and what was shown."""
    pty = pytest.importorskip("pty")
    pytest.importorskip("termios")

    def run(*words: str, edit: str = "", answers: str = "", save: bool = True) -> tuple[int, str]:
        program = home / "editor.py"
        program.write_text(
            "import sys, pathlib\nfile = pathlib.Path(sys.argv[-1])\ntext = file.read_text()\n"
            f"{edit}\n" + ("file.write_text(text)\n" if save else "")
        )
        shown_as = {"TERM": "dumb", "COLUMNS": "200", "TMPDIR": str(home)}
        env = {**os.environ, "EDITOR": f"{sys.executable} {program}", **shown_as}
        outer, inner = pty.openpty()
        os.write(outer, answers.encode())
        done = subprocess.Popen(
            [*program_of(), TODAY, *words], stdin=inner, stdout=inner, stderr=inner, env=env, close_fds=True
        )
        os.close(inner)
        shown = bytearray()
        while True:
            try:
                piece = os.read(outer, 65536)
            except OSError:  # Linux says so that nobody has the other end any more
                break
            if not piece:
                break
            shown += piece
        os.close(outer)
        return done.wait(), shown.decode().replace("\r\n", "\n")

    return run


def test_the_plan_is_edited_and_then_carried_out(
    vault: Make, terminal: Callable[..., tuple[int, str]]
) -> None:
    root = vault(VAULT)
    (root / "list.csv").write_text(LIST)
    edit = "text = text.replace('new  ', 'skip ').replace('same  ', 'sa    ')"
    code, shown = terminal("import", "list.csv", edit=edit)
    assert code == 0
    assert "2 people from list.csv (csv): 1 new, 1 same" in shown
    assert "1 person had everything already; 1 person skipped" in shown
    assert not (root / "People/Ana Martins.md").exists()


def test_a_plan_that_cannot_be_read_is_opened_again(
    vault: Make, terminal: Callable[..., tuple[int, str]]
) -> None:
    root = vault(VAULT)
    (root / "list.csv").write_text(LIST)
    before = tree_bytes(root)
    code, shown = terminal("import", "list.csv", edit="text = text + 'bogus 1'", answers="y\nn\n")
    assert code == 2
    assert shown.count("'bogus' is none of new, same, unsure, skip") == 2
    assert tree_bytes(root) == before


def test_a_plan_that_somebody_worked_on_is_kept_when_they_give_up(
    vault: Make, terminal: Callable[..., tuple[int, str]], cli: Cli
) -> None:
    root = vault(VAULT)
    (root / "list.csv").write_text(LIST)
    code, shown = terminal("import", "list.csv", edit="text = text.replace('new  ', 'bogus')", answers="n\n")
    assert (code, "nothing was changed; your plan is kept" in shown) == (2, True), shown
    kept = Path(shown.rpartition("--plan ")[2].split()[0])
    assert (kept.stat().st_mode & 0o77, kept.parent.stat().st_mode & 0o77) == (0, 0)
    kept.write_text(kept.read_text().replace("bogus", "new  "))
    assert cli(f"{TODAY} import list.csv --plan {kept}").code == 0
    assert (root / "People/Ana Martins.md").exists()


def test_what_is_wrong_stands_in_the_plan_when_it_is_opened_again(
    vault: Make, terminal: Callable[..., tuple[int, str]]
) -> None:
    root = vault(VAULT)
    (root / "list.csv").write_text(LIST)
    edit = (
        "again = 'bogus' in text\npathlib.Path('seen').write_text(text)\n"
        "text = text.replace('bogus', 'sk') if again else text.replace('new  ', 'bogus')"
    )
    code, shown = terminal("import", "list.csv", edit=edit, answers="y\n")
    assert code == 0, shown
    assert "Ana Martins -> People/Ana Martins.md  #" in shown + (root / "seen").read_text()
    assert "\n#^ 'bogus' is none of new, same, unsure, skip\n" in (root / "seen").read_text()
    assert not (root / "People/Ana Martins.md").exists()


def test_a_plan_that_was_not_saved_is_asked_about(
    vault: Make, terminal: Callable[..., tuple[int, str]]
) -> None:
    root = vault(VAULT)
    (root / "list.csv").write_text(LIST)
    before = tree_bytes(root)
    code, shown = terminal("import", "list.csv", save=False, answers="\n")
    assert code == 2
    assert "nothing was changed" in shown
    assert tree_bytes(root) == before
    assert terminal("import", "list.csv", save=False, answers="y\n")[0] == 0
    assert (root / "People/Ana Martins.md").exists()
    # Now nobody lacks anything, and there is no plan to look at.
    code, shown = terminal("import", "list.csv", edit="raise SystemExit(1)")
    assert (code, "2 people had everything already" in shown) == (0, True)
    assert "no note was changed" in shown


def test_whoever_comes_in_while_the_plan_is_open_is_not_made_twice(
    vault: Make, terminal: Callable[..., tuple[int, str]]
) -> None:
    root = vault(VAULT)
    (root / "list.csv").write_text(LIST)
    note = "---\\nemail: ana@example.org\\n---\\n"
    code, shown = terminal(
        "import", "list.csv", edit=f"pathlib.Path('People/Ana Martins.md').write_text('{note}')"
    )
    assert (code, "1 person got what their notes lacked" in shown) == (0, True), shown
    assert sorted(path.name for path in (root / "People").iterdir()) == ["Ana Martins.md", "Ben Okafor.md"]
    assert "company: Harbour Books" in (root / "People/Ana Martins.md").read_text()


def test_of_acquaintances_some_can_be_chosen(vault: Make, terminal: Callable[..., tuple[int, str]]) -> None:
    root = vault(VAULT)
    (root / "Connections.csv").write_text(
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
        "Ana,Martins,https://www.linkedin.com/in/ana,,Harbour Books,Editor,03 Mar 2019\n"
        "Cem,Aydın,https://www.linkedin.com/in/cem,,Acme,Baker,03 Mar 2019\n"
    )
    edit = (
        "first = text.index('Editor, Harbour Books; ')\n"
        "text = text[:first].replace('skip     ', 'n        ') + text[first:]"
    )
    code, shown = terminal("import", "Connections.csv", edit=edit)
    assert code == 0, shown
    assert "1 person new" in shown
    assert (root / "People/Ana Martins.md").exists()


def test_a_source_that_knows_nothing_of_a_file_is_said_once(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    card = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ana\r\nN:Martins;Ana;;;\r\nEND:VCARD\r\n"
    (root / "a.vcf").write_text(card * 50)
    run = cli(f"{TODAY} import a.vcf --from google")
    assert (run.code, run.stderr.count("a.vcf")) == (6, 1)
    assert "none of its columns is known to google" in run.stderr


def test_two_acquaintances_of_one_name_are_nobody_to_decide_about(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    (root / "Connections.csv").write_text(
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
        "Ana,Martins,https://www.linkedin.com/in/ana,,Harbour Books,Editor,03 Mar 2019\n"
        "Ana,Martins,https://www.linkedin.com/in/ana2,,Acme,Baker,03 Mar 2019\n"
        "Ben,Okafor,https://www.linkedin.com/in/ben,,Acme,Baker,03 Mar 2019\n"
    )
    run = cli(f"{TODAY} import Connections.csv")
    assert "1 unsure, 2 skip" in run.stdout
    assert "Baker, Acme; a connection, no messages both ways" in run.stdout
    assert "1 new, 2 unsure" in cli(f"{TODAY} import Connections.csv --all").stdout


def test_a_cadence_does_not_push_a_tier_aside(vault: Make, cli: Cli) -> None:
    root = vault(
        '=== .vault-crm/config.toml\n[cadence.tiers]\n"inner circle" = "2 weeks"\n'
        "=== People/Ben Okafor.md\n---\nemail: ben@example.org\ntier: inner circle\n---\n"
    )
    (root / "list.csv").write_text("Name,Email,Cadence\nBen Okafor,ben@example.org,3 months\n")
    before = tree_bytes(root)
    assert cli(f"{TODAY} import list.csv --apply").code == 0
    assert tree_bytes(root) == before


def test_a_dialect_of_a_plan_that_was_given_up_is_not_kept(
    vault: Make, terminal: Callable[..., tuple[int, str]]
) -> None:
    root = vault(VAULT)
    (root / "club.csv").write_text("Wer;Mail;Buch\nAna Martins;ana@example.org;Middlemarch\n")
    code, shown = terminal("import", "club.csv", edit="sys.exit(1)", answers="name\nnote: Book\nclub\n")
    assert (code, "nothing was changed" in shown) == (1, True)
    assert not (root / ".vault-crm/dialects").exists()
    code, shown = terminal("import", "club.csv", answers="name\nnote: Book\n!!\nBücher & Tee\n")
    assert code == 0, shown
    assert "understood: Mail" in shown
    assert "'!!' is no name for a dialect" in shown
    assert 'title = "Bücher & Tee"' in (root / ".vault-crm/dialects/bucher-tee.toml").read_text()


def test_who_has_no_name_gets_one_in_the_plan(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    (root / "a.vcf").write_text("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:\r\nTEL:+44 555 0100\r\nEND:VCARD\r\n")
    assert "(no name)  # +44 555 0100; it has no name" in cli(f"{TODAY} import a.vcf").stdout
    (root / "plan.txt").write_text("new 1 (no name)\n")
    run = cli(f"{TODAY} import a.vcf --plan plan.txt")
    assert (run.code, "line 1: 1 has no name; write one" in run.stderr) == (2, True)
    (root / "plan.txt").write_text("new 1 (no name) -> People/The plumber.md\n")
    assert cli(f"{TODAY} import a.vcf --plan plan.txt").code == 0
    text = (root / "People/The plumber.md").read_text()
    assert "phone: +44 555 0100" in text
    assert "name:" not in text
    assert "aliases" not in text


def test_many_new_people_are_asked_about_once_more(
    vault: Make, terminal: Callable[..., tuple[int, str]]
) -> None:
    root = vault(VAULT)
    rows = "".join(f"Person{n} Made{n},p{n}@example.org\n" for n in range(30))
    (root / "list.csv").write_text("Name,Email\n" + rows)
    code, shown = terminal("import", "list.csv", answers="n\n")
    assert (code, len(list((root / "People").iterdir()))) == (2, 1)
    assert "Make 30 new notes?" in shown
    code, shown = terminal("import", "list.csv", answers="\n")
    assert (code, len(list((root / "People").iterdir()))) == (0, 31)


def test_unknown_columns_are_asked_for_and_kept_as_a_dialect(
    vault: Make, terminal: Callable[..., tuple[int, str]], cli: Cli
) -> None:
    root = vault(VAULT)
    (root / "club.csv").write_text("Wer;Firma;Lieblingsbuch\nAna Martins;Harbour Books;Middlemarch\n")
    code, shown = terminal("import", "club.csv", answers="?\nnmae\nn\nname\n\nbook-club\n")
    assert code == 0, shown
    assert "such as Middlemarch" in shown
    assert "company: Harbour Books" in (root / "People/Ana Martins.md").read_text()
    assert "Middlemarch" not in (root / "People/Ana Martins.md").read_text()
    run = cli(f"{TODAY} import club.csv")
    assert run.code == 0
    assert "1 person from club.csv (book-club): 1 same" in run.stdout


def test_what_came_through_a_pipe(vault: Make) -> None:
    root = vault(VAULT)
    words = [*program_of(), TODAY, "import", "-", "--apply"]
    run = subprocess.run(words, input=LIST.encode(), capture_output=True, check=False)
    assert run.returncode == 0, run.stderr
    assert (root / "People/Ana Martins.md").exists()


def test_pictures_stand_beside_the_notes_and_go_with_an_undo(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    picture = base64.b64encode(b"\xff\xd8\xff\xe0made up").decode()
    photo = f"PHOTO;ENCODING=b;TYPE=JPEG:{picture}"
    card = f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:%s\r\nEMAIL:%s\r\n{photo}\r\nEND:VCARD\r\n"
    (root / "cards").mkdir()
    (root / "cards/a.vcf").write_text(card % ("Ana Martins", "ana@example.org"))
    (root / "cards/b.vcf").write_text(card % ("Ben Okafor", "ben@example.org"))
    (root / "cards/notes.txt").write_text("nothing to import")
    (root / "cards/c.vcf").write_text(card % ("Eli Brandt", "eli@example.org"))
    (root / "People/Ben Okafor.jpg").write_bytes(b"mine")
    (root / "People/Eli Brandt.PNG").write_bytes(b"a large picture of mine" * 300_000)
    before = tree_bytes(root)
    assert cli(f"{TODAY} import cards --apply").code == 0
    assert sorted(p.name for p in root.glob("People/*.jpg")) == ["Ben Okafor.jpg"]
    cli(f"{TODAY} undo")
    run = cli(f"{TODAY} import cards --apply --photos")
    assert run.code == 0
    assert "1 file of no known kind passed over" in run.stderr
    assert (root / "People/Ana Martins.jpg").read_bytes().startswith(b"\xff\xd8\xff")
    assert (root / "People/Ben Okafor.jpg").read_bytes() == b"mine"
    assert sorted(path.name for path in root.glob("People/Eli*.*")) == ["Eli Brandt.PNG", "Eli Brandt.md"]
    after = tree_bytes(root)
    assert cli(f"{TODAY} import cards --apply --photos").code == 0
    assert tree_bytes(root) == after
    cli(f"{TODAY} undo")
    assert tree_bytes(root) == before


def test_a_note_that_resists_is_left_alone_and_the_rest_comes_in(vault: Make, cli: Cli) -> None:
    root = vault(VAULT + "=== People/Eli Brandt.md\n---\nemail: eli@example.org\nphone: [\n---\n")
    (root / "list.csv").write_text(LIST + "Eli Brandt,eli@example.org,Acme\n")
    broken = (root / "People/Eli Brandt.md").read_bytes()
    run = cli(f"{TODAY} import list.csv --apply")
    assert "1 person left as they are, for the reason below" in run.stderr
    assert "1 person had everything already" in run.stderr  # Ben; nothing is said of Eli that is not so
    assert (root / "People/Ana Martins.md").exists()
    assert (root / "People/Eli Brandt.md").read_bytes() == broken
    assert "Traceback" not in run.stderr


def test_update_renews_only_what_the_same_source_wrote(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    note = root / "People/Ana Martins.md"
    header = "Name,Email,Phone,Company,Role,City\n"
    (root / "list.csv").write_text(
        header + "Ana Martins,ana@example.org,555 0100 11,Harbour Books,editor,Porto\n"
    )
    cli(f"{TODAY} import list.csv --apply")
    note.write_text(note.read_text().replace("role: editor", "role: chief editor"))
    (root / "list.csv").write_text(header + "Ana Martins,ana@example.org,555 0100 22,Acme,writer,\n")
    cli(f"{TODAY} import list.csv --apply")
    assert "company: Harbour Books" in note.read_text()  # without --update, only gaps are filled
    run = cli(f"{TODAY} import list.csv --apply --update")
    text = note.read_text()
    assert "company: Acme" in text
    assert "role: chief editor" in text  # changed by hand
    assert "city: Porto" in text  # no longer told is not taken away
    assert "555 0100 22" in text
    assert "555 0100 11" not in text
    assert "company: Harbour Books is now Acme" in run.stderr
    assert "company: Northwind" in (root / "People/Ben Okafor.md").read_text()


def test_after_an_undo_nothing_counts_as_written_by_the_source(vault: Make, cli: Cli) -> None:
    root = vault(VAULT.replace("company: Northwind\n", ""))
    (root / "list.csv").write_text(LIST)
    cli(f"{TODAY} import list.csv --apply")
    cli(f"{TODAY} undo")
    note = root / "People/Ben Okafor.md"
    note.write_text(note.read_text().replace("---\n\n##", "company: Acme\n---\n\n##"))
    (root / "list.csv").write_text(LIST.replace("Acme", "Elsewhere"))
    cli(f"{TODAY} import list.csv --apply --update")
    assert "company: Acme" in note.read_text()


HOSTILE = """\
Name,Email,Company,Notes
../../../etc/passwd,a@example.org,"x
---
cadence: daily",<!-- vault-crm:begin -->
"=cmd|' /C calc'!A0",b@example.org,"[[Ben Okafor]]","## Log
- 2026-11-01 call: never happened
- [x] task ✅ 2026-11-02"
\x1b]0;title\x07\x1b[31mred,c@example.org,"{{ 7*7 }}{% include 'x' %}",%%
.hidden,d@example.org,"!!python/object/apply:os.system [id]",```
con,e@example.org,&anchor *alias,"> quoted"
README,f@example.org,"- item",#tag
2026-11-22,g@example.org,"true",null
"""


def test_a_hostile_file_makes_plain_notes_in_the_people_folder(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    (root / "list.csv").write_text(HOSTILE)
    before = tree_bytes(root)
    run = cli(f"{TODAY} import list.csv --apply")
    assert "\x1b" not in run.stdout + run.stderr
    new = sorted(set(tree_bytes(root)) - set(before))
    assert len(new) == 7, run.stderr
    assert all(Path(path).parent == Path("People") and path.endswith(".md") for path in new)
    assert not any(Path(path).name.startswith(".") for path in new)
    people = cli(f"{TODAY} list --json").stdout
    assert people.count('"problems"') == 8
    assert "daily" not in "".join(line for line in people.splitlines() if "cadence" in line)
    assert cli(f"{TODAY} check").code == 0
    assert "never happened" not in cli(f"{TODAY} why =cmd").stdout
    again = tree_bytes(root)
    cli(f"{TODAY} import list.csv --apply")
    assert tree_bytes(root) == again


def test_only_asking_changes_nothing(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    (root / "list.csv").write_text(LIST)
    before = tree_bytes(root)
    assert cli(f"{TODAY} import list.csv").code == 0
    assert cli(f"{TODAY} import list.csv --dry-run").code == 0
    run = cli(f"{TODAY} import list.csv --dry-run --apply --save-dialect x")
    assert "+email: ana@example.org" in run.stdout
    assert tree_bytes(root) == before


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("", 6, "the file is empty"),
        ("Name,Email\n", 0, "nobody is in it"),
        ("\0\0\0", 6, "this is no text"),
        ("BEGIN:VCARD\nVERSION:3.0\n", 6, "nothing could be imported"),
    ],
)
def test_files_with_nothing_in_them(vault: Make, cli: Cli, text: str, code: int, said: str) -> None:
    root = vault(VAULT)
    (root / "file").write_text(text)
    run = cli(f"{TODAY} import file --apply")
    assert (run.code, said in run.stderr) == (code, True), run.stderr
