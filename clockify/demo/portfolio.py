"""More clients and projects than anybody knows by heart: an agency of hundreds of projects, whose names repeat."""

from __future__ import annotations

from clockify.demo.agency import BUILD, CLIENTS, DESIGN, PLANS, Plan

_FIRST = ("Adria", "Borealis", "Cobalt", "Danube", "Everest", "Falcon", "Granite", "Harbour", "Iris", "Juniper")
_SECOND = ("Foods", "Insurance", "Logistics", "Pharma")
_CURRENCIES = ("EUR", "EUR", "EUR", "USD", "GBP")
# What every client has: without his name beside it nobody knows which one is meant.
_NAMES = ("Maintenance", "Website", "Retainer", "Support", "Campaign", "Newsletter", "Analytics", "Hosting", "Onboarding", "Workshop")
_COLORS = ("#03A9F4", "#8BC34A", "#FF9800", "#E91E63", "#9C27B0", "#607D8B", "#00BCD4", "#3F51B5", "#FF5722", "#795548", "#009688")


def clients_for(projects: int) -> tuple[tuple[str, str], ...]:
    """Return the name and the currency of each client that so many projects have."""
    more = sorted({plan.client for plan in plans_for(projects)[len(PLANS) :]} - {name for name, _ in CLIENTS})
    return (*CLIENTS, *((name, _CURRENCIES[number % len(_CURRENCIES)]) for number, name in enumerate(more)))


def plans_for(projects: int) -> tuple[Plan, ...]:
    """Return so many projects: the agency's own first, then one name after the other for one client after the other."""
    return (*PLANS[:projects], *(_plan(number) for number in range(projects - len(PLANS))))


def _plan(number: int) -> Plan:
    firms = [name for name, _ in CLIENTS] + [f"{first} {second}" for second in _SECOND for first in _FIRST]
    turn, place = divmod(number, len(firms))
    name = _NAMES[turn % len(_NAMES)] + (f" {turn // len(_NAMES) + 1}" if turn >= len(_NAMES) else "")
    over = number % 7 == 3
    return Plan(
        name,
        firms[place],
        _COLORS[number % len(_COLORS)],
        rate=None if number % 23 == 5 else 8200 + 350 * (number % 13),
        # A few get a good part of the work, most of them a little.
        weight=9 if number % 17 == 0 else 4 if number % 5 == 0 else 2,
        tasks=DESIGN if number % 2 else BUILD,
        alive=(12, 3 + number % 5) if over else (12 - number % 4, 0),
        archived=over,
        hours=None if number % 3 else 120 + 10 * (number % 40),
        budget=None if number % 11 else 1_500_000 + 50_000 * (number % 30),
    )
