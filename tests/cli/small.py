"""A small vault with somebody in every state on 22 November 2026, a Sunday. Everybody is made up."""

from __future__ import annotations

TODAY = "2026-11-22"

SMALL = """
=== .vault-crm/config.toml
[cadence.tags]
family = "2 weeks"
=== People/grandma-ilse.md
---
name: Grandma Ilse
tags: [family]
next: how did the cataract appointment go?
---
## Log

- 2026-10-20 call: knee is better, walks to the market again
- 2026-10-06 call: she is waiting for the appointment
=== People/tomasz-wilk.md
---
name: Tomasz Wilk
cadence: monthly
next: does he like it in Gdańsk?
city: Gdańsk
---
## Log

- 2026-06-02 message: new job at the port authority
=== People/mara-lindqvist.md
---
name: Mara Lindqvist
cadence: 90 days
relationship: former client
company: "[[Nordlys]]"
next: is the sabbatical on, and from when?
events:
  - 2027-04-01 sabbatical starts
---
## Log

- 2026-03-14 call: should she take the CMO offer?
- 2026-01-27 mail: the year's plans
=== People/priya-raman.md
---
name: Priya Raman
cadence: 3 months
---
## Log

- 2026-02-11 coffee: she read my portfolio
=== People/ben-okafor.md
---
name: Ben Okafor
aliases: [Benji]
cadence: 2 weeks
birthday: 1988-11-25
email: ben@example.org
next: the interview at the conservatory
---
## Log

- 2026-11-05 coffee
=== People/ana-sousa.md
---
name: Ana Sousa
cadence: 3 weeks
events:
  - 2016-12-03 moved to Porto
  - 12-03 wedding
---
=== People/lucia-ferrer.md
---
name: Lucía Ferrer
cadence: monthly
birthday: 11-30
city: Valencia
next: which of the two flats?
---
## Log

- 2026-10-15 call: flat hunting in Valencia
=== People/dad.md
---
name: Dad
tags: [family]
---
## Log

- 2026-11-10 call: the boiler
=== People/eli-brandt.md
---
name: Eli Brandt
cadence: monthly
last_contact: 2026-10-26
---
=== People/ines-koch.md
---
name: Ines Koch
cadence: 4 months
introduced_by: "[[Sam Whitlock]]"
---
=== People/oskar-blom.md
---
name: Oskar Blom
cadence: monthly
city: Malmö
tags: [work]

last_contact: 2026-02-30
---
=== People/tom-reyes.md
---
name: Tom Reyes
tags: [work]
cadence: 2x
---
=== People/kim-park.md
---
name: Kim Park
---
=== People/sam-whitlock.md
---
name: Sam Whitlock
cadence: 6 months
snooze_until: 2027-01-10
last_contact: 2026-04-30
---
=== People/ruth-adeyemi.md
---
name: Ruth Adeyemi
cadence: 6 months
last_contact: 2026-10-28
city: Leeds
---
=== People/viktor-hale.md
---
name: Viktor Hale
cadence: monthly
paused: true
last_contact: 2026-01-05
---
=== People/old-mr-fenn.md
---
name: Old Mr Fenn
cadence: yearly
died: 2025-02-03
---
=== Daily/2026-10-27.md
Picked up the kids with [[ana-sousa|Ana]], then soup.
=== Daily/2026-11-01.md
Thought of Lucia and her flats.
"""
