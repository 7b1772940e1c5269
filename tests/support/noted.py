"""Notes for tests: one row or two of every kind, and a clock that goes on by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from clockify.branding import Branding
from clockify.clients import ClientRule, Direction, Pack, Scope
from clockify.plans import KINDS, SINGLE, Capacity, CostRate, Cycle, DaysOff, Notes, Plan, Rate, Row, Target, Usual, WeekMark
from clockify.records.store import Records
from tests.support.databases import Place
from tests.support.pictures import png

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SPACE = "workspace"
HOUR = 3600

FIRST_HALF = Capacity("ana", (8 * HOUR,) * 5 + (0, 0), None, date(2026, 6, 30))
SECOND_HALF = Capacity("ana", (4 * HOUR, 27_001, 0, 0, 86_400, 1, 36), date(2026, 7, 1))
FULL = Notes(
    capacities=(FIRST_HALF, SECOND_HALF),
    days_off=(
        DaysOff("ana", date(2026, 12, 24), date(2026, 12, 31), 'Skiing, "at last"\n[[plan]] # ❄'),
        DaysOff("bo", date(1, 1, 2), date(1, 1, 2)),
    ),
    targets=(Target("ana", 80, 75), Target("bo", None, 1)),
    cost_rates=(CostRate("ana", 4_500, "EUR"), CostRate("ana", 5_001, "EUR", date(2026, 7, 1)), CostRate("bo", 0, "USD")),
    plans=(
        Plan("app", seconds=36_000_000_000, cycle=Cycle.WHOLE),
        Plan("site", seconds=1, cycle=Cycle.QUARTER, threshold=90),
        Plan("site", cents=10**13, cycle=Cycle.MONTH, carries=True, first=date(2026, 2, 1)),
    ),
    rates=(Rate("app", 8_500), Rate("site", 10**13)),
    client_rules=(ClientRule("acme", Direction.NEAREST, 6, Scope.DAY), ClientRule("zoo", Direction.UP, 30, Scope.LINE)),
    packs=(
        Pack(date(2026, 1, 1), "acme", seconds=3_601, note='Paid ahead, "as ever"'),
        Pack(date(2026, 2, 1), "acme", seconds=36_000, last=date(2027, 1, 31)),
        Pack(date(2026, 1, 1), project_id="site", cents=10**13, currency="EUR", last=date(2026, 12, 31)),
    ),
    branding=Branding("Ölund & Søn", 'Gate "5"\n[[plan]] # ❄\nlogo = 1', png(3, 2), "png", "#1b4d89"),
    usual=Usual(144_001, 3_600, 70, 75, None),
)
MARK = WeekMark(
    "ana",
    date(2026, 11, 9),
    datetime(2026, 11, 8, 23, tzinfo=UTC),
    datetime(2026, 11, 15, 23, tzinfo=UTC),
    "Europe/Berlin",
    "Ana Ölund",
    NOON + timedelta(microseconds=123_457),
    b"\x00packed\xff",
)


class Ticking:
    """A clock that is a second later each time it is asked."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def records_at(place: Place, **terms: Any) -> Records:
    return Records(place.url, place.folder, **({"clock": Ticking()} | terms))


def fill(records: Records, notes: Notes = FULL, space: str = SPACE) -> None:
    """Save every kind in a change of its own."""
    for kind in KINDS:
        records.save(space, kind, [], getattr(notes, kind), by="Ana")
    for kind in SINGLE:
        records.save(space, kind, [], [getattr(notes, kind)], by="Ana")


def content_of(records: Records, space: str = SPACE) -> Notes:
    """Return what is noted, without the number of its version."""
    return replace(records.notes(space), version=0)


def rows_of(notes: Notes) -> list[Row]:
    return [*(row for kind in KINDS for row in getattr(notes, kind)), *(getattr(notes, kind) for kind in SINGLE)]
