"""Who may be here twice: by what they share, never for what many share."""

from __future__ import annotations

import pytest

from tests.core.names.test_rename import vault_of
from vault_crm.core.doubles import find_doubles


def doubles(**fronts: str) -> list[str]:
    files = {
        f"People/{name.replace('_', ' ')}.md": f"---\n{front}\n---\n".encode()
        for name, front in fronts.items()
    }
    return [
        f"{d.first.name} + {d.second.name}: {', '.join(d.reasons)}"
        + (f"; but {', '.join(d.against)}" if d.against else "")
        + ("" if d.sure else "?")
        for d in find_doubles(vault_of(files))
    ]


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("uid: a", "uid: a", "the same UID"),
        ("website: https://www.linkedin.com/in/ana/", "url: linkedin.com/in/ana?x=1",
         "the same profile (linkedin.com/in/ana)"),
        ("email: a@example.org", "mail: [A@Example.org]", "the same e-mail (a@example.org)"),
        ("phone: +351 555 0134", "mobile: 00351-555-0134", "the same phone"),
        ("company: Nordlys AB", "org: '[[Nordlys]]'", "the same name and company"),
        ("email: a@example.org\nuid: x", "email: a@example.org\nuid: y",
         "the same e-mail (a@example.org); but different UIDs?"),
        ("email: a@example.org\nbirthday: 05-12", "email: a@example.org\nbirthday: 05-13",
         "the same e-mail (a@example.org); but different birthdays?"),
        ("cadence: monthly", "city: Porto", ""),
        ("email: info@example.org", "email: ana@example.org", ""),
    ],
)  # fmt: skip
def test_reasons(one: str, other: str, said: str) -> None:
    assert doubles(Ana_Martins=one, Ana_M=other) == ([f"Ana Martins + Ana M: {said}"] if said else [])


def test_one_name_for_two() -> None:
    same = "Ana Martins + Ana Martins: the same name"
    alias = "name: Ana Martins"
    assert doubles(a=f"{alias}\nx: 1", b=alias) == [f"{same}?"]
    assert doubles(a=f"{alias}\nbirthday: 05-12", b=f"{alias}\nbirthday: 1984-05-12") == [
        f"{same} and birthday"
    ]
    assert doubles(a=f"{alias}\nbirthday: 05-12", b=f"{alias}\nbirthday: 05-13") == []
    assert doubles(a=f"{alias}\norg: X\nx: 1", b=f"{alias}\norg: Y") == [f"{same}; but different companies?"]
    assert doubles(Ana_M="aliases: [Ana Sousa]\nx: 1", Ana_Sousa="") == [
        "Ana M + Ana Sousa: the same name (Ana Sousa)?"
    ]


def test_other_birthdays_tell_people_of_like_names_apart() -> None:
    """Nobody is told that they have one birthday and different ones; initials of colleagues say nothing."""
    alias = "name: Ana Martins"
    assert doubles(a=f"{alias}\nbirthday: 1984-05-12", b=f"{alias}\nbirthday: 1961-05-12") == []
    many = {f"a{year}": f"{alias}\nbirthday: {year}-05-12" for year in range(1950, 1953)}
    assert doubles(**many, b=alias, c=alias, d=alias, e=alias) == []  # seven: the name alone says nothing
    born = ("org: Acme\nbirthday: 1984-05-12\nx: 1", "org: Acme\nbirthday: 1961-05-13")
    assert doubles(Ana_Martins=born[0], A_Martins=born[1]) == []
    assert doubles(a=f"{alias}\n{born[0]}", b=f"{alias}\n{born[1]}") == [
        "Ana Martins + Ana Martins: the same name and company; but different birthdays?"
    ]


def test_short_forms_of_a_name_with_one_day_of_birth() -> None:
    born = "birthday: 1988-11-25"
    said = "the same birthday and part of the name"
    assert doubles(Ben_Okafor=f"{born}\nx: 1", Benjamin_Okafor=born) == [
        f"Ben Okafor + Benjamin Okafor: {said}"
    ]
    assert doubles(Ana_Martins=f"{born}\nx: 1", Ana_M=born) == [f"Ana Martins + Ana M: {said}"]
    assert doubles(Ben_Okafor=born, Bea_Okafor=born) == []  # twins
    assert doubles(Ben_Okafor="birthday: 11-25", Benjamin_Okafor="birthday: 11-25") == []


def test_a_family_and_an_office_are_nobody_twice() -> None:
    assert (
        doubles(Ana_Martins="phone: 555 0134", Leo_Martins="phone: 555 0134", Rui_Sousa="phone: 555 0134")
        == []
    )
    office = {f"P{n}_Martins": "email: info@example.org" for n in range(5)}
    assert doubles(**office) == []


def test_time_is_linear_in_people() -> None:
    # a thousand of one name, one company, one number: no pair of them is looked at
    many = {f"n{n}": "name: Ana Martins\ncompany: Nordlys\nphone: 555 0134" for n in range(1000)}
    assert doubles(**many) == []
