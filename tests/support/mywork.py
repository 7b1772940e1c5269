"""One person's own entries of November 2026 in Belgrade, written by hand, and the projects they are of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd

from clockify.directory import directory_of
from clockify.frames import listed_entries_frame, running_entries_frame
from clockify.periods import Period

ZONE = "Europe/Belgrade"
WEEK = Period(date(2026, 11, 23), date(2026, 11, 30))
MON, TUE, WED, THU, FRI, SAT, SUN = (WEEK.start + timedelta(days=number) for number in range(7))
NOW = datetime(2026, 11, 26, 13, 17, tzinfo=UTC)
SIGN_IN, METER, STAND_UP = ("portal", "sign-in"), ("portal", "meter"), ("internal", "")
DIRECTORY = directory_of(
    users=[],
    clients=[],
    projects=[
        {
            "id": "portal",
            "name": "Customer portal",
            "billable": True,
            "tasks": [{"id": "sign-in", "name": "Sign-in"}, {"id": "meter", "name": "meter"}],
        },
        {"id": "internal", "name": "Internal", "billable": False},
        {"id": "audit", "name": "accessibility audit", "billable": True},
        {"id": "spring", "name": "Spring", "archived": True},
    ],
    tags=[{"id": "remote", "name": "Remote"}],
    default_currency="EUR",
)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of a winter day, an hour ahead of UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour - 1, minutes=minute)


def entry(id: str, key: tuple[str, str], start: datetime, hours: float | None, note: str = "", **more: Any) -> dict[str, Any]:
    """One row as Clockify lists it; without hours it is a timer that runs."""
    end = None if hours is None else f"{start + timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ}"
    row = {"id": id, "userId": "ana", "projectId": key[0] or None, "taskId": key[1] or None, "description": note, "billable": True}
    span = {"start": f"{start:%Y-%m-%dT%H:%M:%SZ}", "end": end, "duration": None}
    return row | {"timeInterval": span, "type": "REGULAR", "isLocked": False, "tagIds": None, "hourlyRate": None} | more


def frame(*rows: dict[str, Any], zone: str = ZONE) -> pd.DataFrame:
    """Finished entries as a frame."""
    return listed_entries_frame(rows, zone=zone, currencies={}, default_currency="EUR")


def timers(*rows: dict[str, Any], now: datetime = NOW) -> pd.DataFrame:
    """Timers that run as a frame."""
    return running_entries_frame(rows, now=now, zone=ZONE, currencies={}, default_currency="EUR")
