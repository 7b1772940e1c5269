"""Time and money added up exactly: integer seconds × integer minor units an hour, divided once at the end."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from clockify.demo.entities import Entry
from clockify.demo.world import World

SECONDS_PER_HOUR = 3600
Money = dict[str, int]
"""Kind of amount → minor units × seconds."""


@dataclass(slots=True)
class Sum:
    """What some entries add up to; money per currency, never across."""

    seconds: int = 0
    billable_seconds: int = 0
    entries: int = 0
    earned: dict[str, int] = field(default_factory=dict)
    cost: dict[str, int] = field(default_factory=dict)

    def add(self, other: "Sum") -> None:
        """Take another sum in."""
        self.seconds += other.seconds
        self.billable_seconds += other.billable_seconds
        self.entries += other.entries
        for currency, earned in other.earned.items():
            self.earned[currency] = self.earned.get(currency, 0) + earned
            self.cost[currency] = self.cost.get(currency, 0) + other.cost[currency]

    def add_entry(self, entry: Entry, currency: str) -> None:
        """Take one entry in."""
        seconds = entry.seconds
        self.seconds += seconds
        self.entries += 1
        earned = 0
        if entry.billable:
            self.billable_seconds += seconds
            earned = seconds * (entry.rate or 0)
        self.earned[currency] = self.earned.get(currency, 0) + earned
        self.cost[currency] = self.cost.get(currency, 0) + seconds * (entry.cost_rate or 0)

    def by_currency(self, kind: str) -> dict[str, float]:
        """Return minor units per currency for EARNED, COST or PROFIT, possibly fractional."""
        if kind == "EARNED":
            return {currency: minor(value) for currency, value in sorted(self.earned.items())}
        if kind == "COST":
            return {currency: minor(value) for currency, value in sorted(self.cost.items())}
        return {currency: minor(value - self.cost[currency]) for currency, value in sorted(self.earned.items())}

    def total(self, kind: str) -> float:
        """Return minor units over all currencies: Clockify does add them up here."""
        earned, cost = sum(self.earned.values()), sum(self.cost.values())
        return minor({"EARNED": earned, "COST": cost, "PROFIT": earned - cost}[kind])


def minor(product: int) -> float:
    """Turn minor units × seconds into minor units: the only division."""
    return product / SECONDS_PER_HOUR


def sum_of(entries: Iterable[Entry], world: World) -> Sum:
    """Add entries up."""
    currencies = currency_table(world)
    total = Sum()
    for entry in entries:
        total.add_entry(entry, currencies[entry.project_id])
    return total


def currency_table(world: World) -> dict[str | None, str]:
    """Return the currency for each project id, and for None."""
    return {project_id: world.currency_of(project_id) for project_id in (*world.projects, None)}


def amounts_json(total: Sum, kinds: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the `amounts` array of a row or of the totals."""
    return [{"type": kind, "value": total.total(kind), "amountByCurrency": currencies_json(total, kind)} for kind in kinds]


def currencies_json(total: Sum, kind: str) -> list[dict[str, Any]]:
    """Return one object per currency."""
    return [{"currency": currency, "amount": amount} for currency, amount in total.by_currency(kind).items()]


def totals_json(total: Sum, kinds: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the `totals` array: empty without entries; without kinds the money is null and empty."""
    if not total.entries:
        return []
    return [
        {
            "_id": "",
            "totalTime": total.seconds,
            "totalBillableTime": total.billable_seconds,
            "entriesCount": total.entries,
            "totalAmount": total.total(kinds[0]) if kinds else None,
            "numOfCurrencies": len(total.earned),
            "totalAmountByCurrency": currencies_json(total, kinds[0]) if kinds else {},
            "amounts": amounts_json(total, kinds),
        }
    ]
