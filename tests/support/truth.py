"""The figures worked out by another road: raw replies of the detailed report, plain Python, whole numbers and fractions.

Nothing of the app's own reading, frames, money or reports is used here, and no pandas.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import requests

from clockify.demo import OWNER_KEY, RunningServer

DAY = timedelta(days=1)
NOBODY = {"person": "No person", "client": "No client", "project": "No project", "task": "No task", "tag": "Untagged"}
Keys = tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """A row of the detailed report; `ids` and `names` by kind, `cents` exact."""

    id: str
    start: datetime
    seconds: int
    ids: dict[str, tuple[str, ...]]
    names: dict[str, tuple[str, ...]]
    billable: bool
    rate: int
    cents: Fraction
    currency: str
    description: str


@dataclass(frozen=True)
class Wish:
    """What passes: ids, "" for those without one; an empty tuple lets everybody pass."""

    people: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    billable: bool | None = None

    def passes(self, entry: Entry) -> bool:
        """Does an entry pass?"""
        chosen = (("person", self.people), ("client", self.clients), ("project", self.projects))
        named = all(entry.ids[kind][0] in wanted for kind, wanted in chosen if wanted)
        return named and self.billable in (None, entry.billable)


@dataclass
class Sums:
    """Sums of some entries; cents by currency, of those that have billable time or an amount."""

    seconds: int = 0
    billable: int = 0
    entries: int = 0
    cents: dict[str, Fraction] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        """Take one entry in."""
        self.seconds += entry.seconds
        self.entries += 1
        self.billable += entry.seconds if entry.billable else 0
        if entry.billable or entry.cents:
            self.cents[entry.currency] = self.cents.get(entry.currency, Fraction(0)) + entry.cents


def fetch_entries(server: RunningServer, first: date, end: date) -> list[Entry]:
    """Read every entry of a range of at most a year's length, page by page, in UTC."""
    world = requests.get(f"{server.api_url}/workspaces", headers={"X-Api-Key": OWNER_KEY}, timeout=30).json()[0]
    rows: list[dict[str, Any]] = []
    while True:
        body = {
            "dateRangeStart": f"{first}T00:00:00.000",
            "dateRangeEnd": f"{end - DAY}T23:59:59.999",
            "timeZone": "UTC",
            "detailedFilter": {"page": len(rows) // 1000 + 1, "pageSize": 1000},
        }
        address = f"{server.reports_url}/workspaces/{world['id']}/reports/detailed"
        reply = requests.post(address, json=body, headers={"X-Api-Key": OWNER_KEY}, timeout=30).json()
        rows += reply["timeentries"]
        if not reply["totals"] or len(rows) == reply["totals"][0]["entriesCount"]:
            return [_entry(row) for row in rows]


def sums_of(entries: Iterable[Entry]) -> Sums:
    """Add entries up."""
    sums = Sums()
    for entry in entries:
        sums.add(entry)
    return sums


def sums_by(entries: Iterable[tuple[date, Entry]], *kinds: str) -> dict[Keys, Sums]:
    """Add entries up by their ids of some kinds, or "day"; an entry with two tags counts for each of them."""
    found: dict[Keys, Sums] = defaultdict(Sums)
    for day, entry in entries:
        for keys in product(*[(day.isoformat(),) if kind == "day" else entry.ids[kind] for kind in kinds]):
            found[keys].add(entry)
    return found


def names_of(entries: Iterable[Entry]) -> dict[tuple[str, str], str]:
    """Return the name of each (kind, id); what is missing has its words."""
    names = {(kind, ""): words for kind, words in NOBODY.items()}
    for entry in entries:
        for kind, ids in entry.ids.items():
            names |= {(kind, one): name for one, name in zip(ids, entry.names[kind], strict=True) if one}
    return names


def half_up(figure: Fraction, places: int = 0) -> Fraction:
    """Round half up to some places."""
    scale = 10**places
    return Fraction((figure * scale + Fraction(1, 2)).__floor__(), scale)


# Days by what is true of them, found by looking at each day there is


def preset_days(preset: str, today: date) -> list[date]:
    """Return the days a preset means in a week that begins on Monday."""
    week, before = (today.isocalendar()[:2], (today - 7 * DAY).isocalendar()[:2])
    last_month = today.replace(day=1) - DAY
    is_meant: dict[str, Callable[[date], bool]] = {
        "today": lambda day: day == today,
        "yesterday": lambda day: day == today - DAY,
        "this-week": lambda day: day.isocalendar()[:2] == week,
        "last-week": lambda day: day.isocalendar()[:2] == before,
        "this-month": lambda day: (day.year, day.month) == (today.year, today.month),
        "last-month": lambda day: (day.year, day.month) == (last_month.year, last_month.month),
        "last-30-days": lambda day: 0 <= (today - day).days < 30,
        "this-quarter": lambda day: (day.year, (day.month + 2) // 3) == (today.year, (today.month + 2) // 3),
        "last-quarter": lambda day: (day.year * 4 + (day.month - 1) // 3) == (today.year * 4 + (today.month - 1) // 3) - 1,
        "this-year": lambda day: day.year == today.year,
        "last-year": lambda day: day.year == today.year - 1,
    }
    return [day for day in _every_day(today) if is_meant[preset](day)]


def days_before(days: Sequence[date], today: date) -> list[date]:
    """Return the equal period before: as many months for whole months, else as many days; while it runs, as many days as are over."""
    months = sorted({(day.year, day.month) for day in days})
    whole = [day for day in _every_day(today) if (day.year, day.month) in months] == list(days)
    if whole:
        earlier = sorted({(day.year, day.month) for day in _every_day(today) if day < days[0]})[-len(months) :]
        before = [day for day in _every_day(today) if (day.year, day.month) in earlier]
    else:
        before = [day - len(days) * DAY for day in days]
    return as_many(before, days, today)


def as_many(before: list[date], days: Sequence[date], today: date) -> list[date]:
    """Leave as many days as are over of a running period, at least one."""
    return before[: max(len(days_over(days, today)), 1)] if today in days else before


def days_over(days: Sequence[date], today: date) -> list[date]:
    """Leave the days that are over."""
    return [day for day in days if day < today]


def days_worked(days: Sequence[date], weekdays: Collection[str]) -> int:
    """Count working days; all days where none is one."""
    return sum(f"{day:%A}".upper() in weekdays for day in days) or len(days)


def _every_day(today: date) -> list[date]:
    first = date(today.year - 3, 1, 1)
    return [first + number * DAY for number in range((date(today.year + 2, 1, 1) - first).days)]


def _entry(row: dict[str, Any]) -> Entry:
    seconds, rate = int(row["timeInterval"]["duration"]), int(row["rate"])
    cents = Fraction(rate * seconds, 3600)
    # The reply's decimal is this fraction as a double; nobody is to believe in one that isn't.
    assert abs(Fraction(row["amount"]) - cents) < Fraction(1, 10**6)
    assert row["billable"] or not cents
    tags = row.get("tags") or [{"_id": "", "name": ""}]
    ids = {kind: (row.get(f"{field}Id") or "",) for kind, field in _FIELDS.items()} | {"tag": tuple(tag["_id"] for tag in tags)}
    names = {kind: (row.get(f"{field}Name") or "",) for kind, field in _FIELDS.items()} | {"tag": tuple(tag["name"] for tag in tags)}
    start = datetime.fromisoformat(row["timeInterval"]["start"])
    return Entry(row["_id"], start, seconds, ids, names, row["billable"], rate, cents, row["currency"], row["description"])


_FIELDS = {"person": "user", "client": "client", "project": "project", "task": "task"}


def by_day(entries: Iterable[Entry], zone: str) -> list[tuple[date, Entry]]:
    """Cut days: an entry belongs to the day on which it starts in a zone."""
    place = ZoneInfo(zone)
    return [(entry.start.astimezone(place).date(), entry) for entry in entries]
