"""A vault of made-up people, built without any note's text, and pages rendered of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tests.core.made import contacts
from tests.core.made import day
from tests.core.made import person
from tests.core.made import vault
from vault_crm.core.agenda import agenda
from vault_crm.core.model import Birthday
from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Event
from vault_crm.core.model import Evidence
from vault_crm.core.model import Person
from vault_crm.core.model import Span
from vault_crm.core.model import Vault
from vault_crm.core.settings import Settings
from vault_crm.render.dashboard import compose
from vault_crm.render.dashboard import render_body
from vault_crm.render.outputs import outputs_of
from vault_crm.render.templates import Templates

TODAY = date(2026, 11, 22)
DEFAULTS = Settings()
OURS = Templates({})


def friend(name: str, cadence: str, last: str = "", kind: str = "", text: str = "", **more: object) -> Person:
    """A person with one entry in the log, in a file named after them."""
    path = more.pop("path", "") or f"People/{name.lower().replace(' ', '-')}.md"
    assert isinstance(path, str)
    how = more.pop("how", "log")
    assert isinstance(how, str)
    evidence = contacts(path, last, how=how, kind=kind, text=text) if last else ()
    return person(name, cadence, path=path, evidence=evidence, **more)


def daily(on: str, text: str, how: str = "daily note", path: str = "") -> tuple[Evidence, ...]:
    """A contact that is written in another note."""
    return (Evidence(day(on), how, Span(path or f"Daily/{on}.md", 7), "", text),)


def friends() -> Vault:
    """Everybody that the goldens show."""
    bad = Diagnostic(
        "bad-date",
        "error",
        Span("People/oskar-blom.md", 7, 15),
        'last_contact: "2026-02-30" is not a day of the calendar',
        "write `2026-02-28`",
    )
    return vault(
        friend("Grandma Ilse", "2 weeks", "2026-10-20", "call", "knee is better, walks to the market again",
               next=("how did the cataract appointment go?",)),
        friend("Tomasz Wilk", "monthly", "2026-06-02", "message", "new job at the port authority",
               next=("does he like it in Gdańsk?",)),
        friend("Mara Lindqvist", "3 months", "2026-03-14", "call", "should she take the CMO offer?",
               next=("is the sabbatical on, and from when?",)),
        friend("Noa Feld", "monthly", "2026-08-01", "call", "the surgery", private=True, next=("the scar",),
               birthday=Birthday(11, 28, 1980), events=(Event("the trial", on=day("2026-12-01")),)),
        friend("Ben Okafor", "2 weeks", "2026-11-05", "", "coffee",
               next=("the interview at the conservatory",), birthday=Birthday(11, 25, 1988)),
        person("Ana Sousa", "3 weeks", path="People/Ana Sousa.md",
               evidence=daily("2026-10-27", "picked up the kids with [[Ana Sousa|Ana]]"),
               events=(Event("wedding anniversary", yearly=Birthday(12, 3, 2016)),)),
        friend("Lucía Ferrer", "monthly", "2026-10-15", "call", "flat hunting in Valencia",
               birthday=Birthday(11, 30)),
        friend("Nils Berg", "3 months", "2026-10-28", "call",
               next_contact="2026-11-20", next=("the contract",)),
        friend("Keiko Arai", "yearly", "2025-11-08", "letter",
               next=("her mother's recovery", "the tea house")),
        friend("Dad", "weekly", "2026-11-17", "call", "the boiler"),
        friend("Ruth Adeyemi", "6 months", "2026-05-28", "", "panel in Leeds"),
        friend("Ines Koch", "4 months", properties={"introduced_by": "[[Sam Whitlock]]"}),
        friend("Gus Mora", "2 months", properties={"how_met": "the climbing gym"}, met="2026-02-03"),
        friend("Pia Lund", "yearly"),
        friend("Oskar Blom", "monthly", "2026-01-02", blockers=(bad,)),
        person("Eva Roth", "monthly", path="People/eva-roth.md",
               evidence=daily("2026-11-21", "long walk with [[Eva Roth]]")),
        person("Paul Mbeki", "monthly", path="People/paul-mbeki.md",
               evidence=daily("2026-11-19", "lunch with Paul", "Ben Okafor's log", "People/ben-okafor.md")),
        friend("Uncle Jo", "", "2020-01-01"),
    )  # fmt: skip


def page(of: Vault, settings: Settings = DEFAULTS, today: date = TODAY, guarded: bool = False) -> str:
    """A new dashboard of these people."""
    output = outputs_of(OURS, settings)[0]
    made = agenda(of, today, settings)
    return compose(output, None, OURS, render_body(output, made, settings, OURS, guarded))


def with_settings(**changes: object) -> Settings:
    """The default settings with some changed."""
    return replace(DEFAULTS, **changes)  # type: ignore[arg-type]
