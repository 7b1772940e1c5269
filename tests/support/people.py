"""People, projects and entries made by hand or at random, for the reports of people: plain rows beside their frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
from hypothesis import strategies as st

from clockify.directory import Directory, Kind, Project
from clockify.frames import ENTRY_DTYPES, daily_cube, empty_entries
from clockify.plans import Capacity

EIGHT = 8 * 3600
WORKWEEK = frozenset({"MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"})
PROJECTS = {
    "p1": Project("p1", "Portal", client_id="c1"),
    "p2": Project("p2", "Shop", client_id="c1"),
    "p3": Project("p3", "shop", client_id="c2"),
    "p4": Project("p4", "Inside"),
}
DIRECTORY = Directory(
    {
        Kind.USER: {"ana": "Ana", "ben": "ben", "cleo": "Cleo", "twin": "Ana"},
        Kind.CLIENT: {"c1": "Zeta", "c2": "Acme"},
        Kind.PROJECT: {key: one.name for key, one in PROJECTS.items()},
        Kind.TASK: {"k1": "Design", "k2": "Design", "k3": "Build"},
        Kind.TAG: {},
    },
    PROJECTS,
)


@dataclass(frozen=True)
class Row:
    """An entry in plain Python, by day of the zone UTC."""

    day: date
    user: str = "ana"
    project: str = "p1"
    seconds: int = 3600
    rate: int = 0
    currency: str = "EUR"
    task: str = ""
    billable: bool = False

    @property
    def ticks(self) -> int:
        return self.rate * self.seconds if self.billable else 0


def entries_of(rows: Sequence[Row]) -> pd.DataFrame:
    listed = []
    for place, row in enumerate(rows):
        start = datetime(row.day.year, row.day.month, row.day.day, tzinfo=UTC)
        rest = {"tag_ids": "", "description": "", "type": "REGULAR", "locked": False, "currency": row.currency}
        keys = {"user_id": row.user, "project_id": row.project, "task_id": row.task, "billable": row.billable}
        times = {"day": row.day, "start": start, "end": start + timedelta(seconds=row.seconds), "seconds": row.seconds}
        listed.append({"id": f"e{place}", **times, **keys, **rest, "rate": row.rate, "amount_ticks": row.ticks})
    return pd.DataFrame(listed, columns=list(ENTRY_DTYPES)).astype(ENTRY_DTYPES) if listed else empty_entries()


def cube_of(rows: Sequence[Row]) -> pd.DataFrame:
    return daily_cube(entries_of(rows))


def full_week(user: str, first: date | None = None, last: date | None = None, day: int = EIGHT) -> Capacity:
    """So long from Monday to Friday."""
    return Capacity(user, (day,) * 5 + (0, 0), first, last)


def days_from(start: date, count: int) -> list[date]:
    return [start + timedelta(days=number) for number in range(count)]


ROWS = st.builds(
    Row,
    day=st.dates(date(2028, 2, 20), date(2028, 3, 12)),  # a leap day in the middle
    user=st.sampled_from(["ana", "ben", "cleo", "twin", "gone", ""]),
    project=st.sampled_from(["p1", "p2", "p3", "p4", "lost", ""]),
    seconds=st.integers(0, 40_000),
    rate=st.sampled_from([0, 1, 5000, 9999]),
    currency=st.sampled_from(["EUR", "USD"]),
    billable=st.booleans(),
)


def spans(zone: str, first: datetime, last: datetime) -> st.SearchStrategy[tuple[datetime, datetime]]:
    """Starts and ends in UTC around a change of clocks, both given without a zone."""
    begun = st.datetimes(first, last).map(lambda at: at.replace(microsecond=0, tzinfo=ZoneInfo(zone)).astimezone(UTC))
    return st.tuples(begun, st.integers(0, 60 * 3600)).map(lambda both: (both[0], both[0] + timedelta(seconds=both[1])))
