"""Figures worked out from a world's entries in plain Python, by another road than the app's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from clockify.demo import World
from clockify.demo.entities import Entry

SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£"}


@dataclass(frozen=True)
class Span:
    """Days, both included."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        """Return every day."""
        return [self.first + timedelta(days=step) for step in range((self.last - self.first).days + 1)]

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """Return what a link to these days says."""
        return [("period", "custom"), ("from", self.first.isoformat()), ("to", self.last.isoformat())]


def month_before(day: date, steps: int = 1) -> Span:
    """Return the whole month so many before a day's own."""
    last = day.replace(day=1) - timedelta(days=1)
    return Span(last.replace(day=1), last) if steps == 1 else month_before(last, steps - 1)


def local_day(entry: Entry, world: World) -> date:
    """Return the day on which an entry starts."""
    return datetime.fromtimestamp(entry.start, world.zone).date()


def entries_in(
    world: World,
    span: Span,
    *,
    people: Collection[str] = (),
    clients: Collection[str | None] = (),
    projects: Collection[str | None] = (),
    billable: bool | None = None,
) -> list[Entry]:
    """Return the entries of some days that pass the filters; no filter lets all pass."""
    client_of = {project.id: project.client_id for project in world.projects.values()}
    return [
        entry
        for entry in world.entries
        if span.first <= local_day(entry, world) <= span.last
        and (not people or entry.user_id in people)
        and (not clients or client_of.get(entry.project_id or "") in clients)
        and (not projects or entry.project_id in projects)
        and billable in (None, entry.billable)
    ]


def seconds(entries: Iterable[Entry]) -> int:
    """Add the time up."""
    return sum(entry.seconds for entry in entries)


def ticks(entries: Iterable[Entry], world: World) -> dict[str, int]:
    """Add the money of billable entries up, by currency: cents an hour times seconds."""
    sums: dict[str, int] = {}
    for entry in entries:
        if entry.billable:
            currency = world.currency_of(entry.project_id)
            sums[currency] = sums.get(currency, 0) + (entry.rate or 0) * entry.seconds
    return sums


def hours(spent: int | Decimal) -> str:
    """Write seconds as a card does: "1,231.3 h"."""
    return f"{(Decimal(spent) / 3600).quantize(Decimal('0.1'), ROUND_HALF_UP):,} h"


def exact(spent: int) -> str:
    """Write seconds as a table does: "1,231.25"."""
    return f"{(Decimal(spent) / 3600).quantize(Decimal('0.01'), ROUND_HALF_UP):,}"


def money(amount: int, currency: str) -> str:
    """Write ticks as a card does: "€1,235"."""
    return f"{SYMBOLS[currency]}{(Decimal(amount) / 360_000).quantize(Decimal(1), ROUND_HALF_UP):,}"


def cards(entries: list[Entry], world: World) -> dict[str, str]:
    """Return the sums on the overview's cards by their keys."""
    amounts = ticks(entries, world)
    largest = max(amounts, key=lambda code: amounts[code])
    return {
        "kpi-tracked": hours(seconds(entries)),
        "kpi-billable": hours(seconds(entry for entry in entries if entry.billable)),
        "kpi-amount": money(amounts[largest], largest),
    }


def workdays(days: Iterable[date]) -> int:
    """Count Mondays to Fridays."""
    return sum(day.weekday() < 5 for day in days)


def people_and_tags(entries: list[Entry], world: World) -> list[list[str]]:
    """Return names and hours as a table by person and tag has them: the largest first, what has no tag last."""
    by_person: dict[str, Counter[str]] = {}
    for entry in entries:
        tags = by_person.setdefault(entry.user_id, Counter())
        tags.update(dict.fromkeys(entry.tag_ids or ("",), entry.seconds))
    whole = Counter({person: seconds(entry for entry in entries if entry.user_id == person) for person in by_person})
    rows = []
    for person, spent in whole.most_common():
        rows.append([world.users[person].name or "", exact(spent)])
        parts = sorted(by_person[person].items(), key=lambda one: (not one[0], -one[1], world.tags[one[0]].name if one[0] else ""))
        rows += [[world.tags[tag].name if tag else "Untagged", exact(part)] for tag, part in parts]
    return rows


def sums_line(entries: list[Entry], world: World) -> str:
    """Return the sums as the detailed page writes them: "467 entries · 743.76 h · 609.60 h billable · €25,316.54"."""
    count = f"{len(entries):,} {'entry' if len(entries) == 1 else 'entries'}"
    billable = seconds(entry for entry in entries if entry.billable)
    amounts = sorted(((amount, code) for code, amount in ticks(entries, world).items() if amount), reverse=True)
    texts = [f"{SYMBOLS[code]}{(Decimal(amount) / 360_000).quantize(Decimal('0.01'), ROUND_HALF_UP):,}" for amount, code in amounts]
    return " · ".join([count, f"{exact(seconds(entries))} h", f"{exact(billable)} h billable", *texts])
