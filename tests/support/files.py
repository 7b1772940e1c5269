"""Entries written by hand, and independent readers of the files that are made of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

import openpyxl
import pandas as pd

from clockify.frames import report_entries_frame
from clockify.periods import Period
from clockify.render.facts import Facts
from clockify.reports.measures import totals_of
from clockify.reports.rounding import EXACT, Rounding, rounded

PERIOD = Period(date(2026, 10, 1), date(2026, 12, 1))
TICKS = 360_000  # in a unit of money


@dataclass(frozen=True)
class Span:
    """A time entry as Clockify's report has it; `rate` in cents an hour."""

    start: str
    seconds: int
    user: str = "u1"
    project: str | None = None
    task: str | None = None
    tags: tuple[str, ...] = ()
    description: str = ""
    rate: int | None = None  # None: not billable
    currency: str = "EUR"

    @property
    def ticks(self) -> int:
        """What it earns."""
        return (self.rate or 0) * self.seconds


def frame_of(spans: Sequence[Span], zone: str) -> pd.DataFrame:
    """Parse the spans as the app does."""
    return report_entries_frame([_reply(place, one) for place, one in enumerate(spans)], zone=zone, currencies={}, default_currency="EUR")


def facts_of(frame: pd.DataFrame, zone: str, rounding: Rounding = EXACT) -> Facts:
    """Return the head of a file of the rounded entries."""
    made = datetime(2026, 11, 21, 14, 2, tzinfo=UTC)
    return Facts("Detailed", "Studio", PERIOD, zone, "Everyone", rounding, totals_of(rounded(frame, rounding)), totals_of(frame), made)


def csv_rows(content: bytes) -> list[dict[str, str]]:
    """Read a file as Python's own reader does."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def header_of(content: bytes) -> list[str]:
    """Return the titles of a CSV file."""
    return next(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))


def sheet_rows(content: bytes, name: str) -> list[dict[str, Any]]:
    """Return a sheet's rows as openpyxl reads them."""
    sheet = openpyxl.load_workbook(io.BytesIO(content))[name]
    head, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    return [dict(zip(head, row, strict=True)) for row in rows]


def totals_sheet(content: bytes) -> dict[str, tuple[Any, Any]]:
    """Return the lines of the totals sheet: what is in the file, and exactly."""
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Totals"]
    return {row[0].value: (row[1].value, row[2].value) for row in sheet.iter_rows(max_col=3) if row[0].value}


def seconds_in(value: Any) -> int:
    """Read a duration of openpyxl: a timedelta, a time if under a day, or a number of days."""
    if isinstance(value, timedelta):
        return round(value.total_seconds())
    if isinstance(value, time):
        return value.hour * 3600 + value.minute * 60 + value.second
    return round(float(value) * 86_400)


def ticks_in(amount: Any) -> int:
    """Read an amount to the tick; anything a quarter of one away is an error of the file."""
    ticks = Fraction(amount) * TICKS
    assert abs(ticks - round(ticks)) < Fraction(1, 4)
    return round(ticks)


def _reply(place: int, one: Span) -> dict[str, Any]:
    begin = datetime.fromisoformat(one.start.replace("Z", "+00:00"))
    end = begin + timedelta(seconds=one.seconds)
    return {
        "_id": f"e{place:04}",
        "userId": one.user,
        "projectId": one.project,
        "taskId": one.task,
        "tagIds": list(one.tags),
        "description": one.description,
        "timeInterval": {"start": begin.isoformat(), "end": end.isoformat(), "duration": one.seconds},
        "billable": one.rate is not None,
        "rate": one.rate or 0,
        "amount": one.ticks / 3600,
        "currency": one.currency,
    }
