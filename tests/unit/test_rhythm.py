"""Seconds by weekday and hour, against a walk second by second or minute by minute."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clockify.frames import empty_entries
from clockify.reports.rhythm import RHYTHM_DTYPES, rhythm
from tests.support.people import spans

Span = tuple[datetime, datetime]


def frame(spans_: list[Span]) -> pd.DataFrame:
    rows = pd.DataFrame({"start": [start for start, _ in spans_], "end": [end for _, end in spans_]}, dtype="datetime64[us, UTC]")
    return rows.assign(seconds=900) if spans_ else empty_entries()


def cells_of(found: pd.DataFrame) -> dict[tuple[int, int], int]:
    rows = zip(found["weekday"].tolist(), found["hour"].tolist(), found["seconds"].tolist(), strict=True)
    return {(weekday, hour): seconds for weekday, hour, seconds in rows if seconds}


def walked(spans_: list[Span], zone: str) -> dict[tuple[int, int], int]:
    """Step from full minute to full minute of UTC, and look at the clock on the wall."""
    cells: Counter[tuple[int, int]] = Counter()
    place = ZoneInfo(zone)
    for start, end in spans_:
        at = start
        while at < end:
            until = min(at.replace(second=0) + timedelta(minutes=1), end)
            local = at.astimezone(place)
            cells[local.weekday(), local.hour] += int((until - at).total_seconds())
            at = until
    return {cell: seconds for cell, seconds in cells.items() if seconds}


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_an_evening_over_midnight_into_a_week() -> None:
    # Sunday 15 November 2026, 22:40:10 in Belgrade, to Monday 1:05
    found = rhythm(frame([(utc("2026-11-15T21:40:10"), utc("2026-11-16T00:05"))]), "Europe/Belgrade")
    assert cells_of(found) == {(6, 22): 1190, (6, 23): 3600, (0, 0): 3600, (0, 1): 300}
    assert found.dtypes.astype(str).to_dict() == RHYTHM_DTYPES
    assert list(zip(found["weekday"], found["hour"], strict=True)) == [(day, hour) for day in range(7) for hour in range(24)]


def test_the_hour_that_is_left_out_has_no_time() -> None:
    # 29 March 2026: after 1:59:59 comes 3:00 in Belgrade
    found = cells_of(rhythm(frame([(utc("2026-03-29T00:30"), utc("2026-03-29T01:30"))]), "Europe/Belgrade"))
    assert found == {(6, 1): 1800, (6, 3): 1800}


def test_the_hour_that_comes_twice_has_both() -> None:
    # 25 October 2026: 2:00 to 2:59:59 comes twice in Belgrade
    found = cells_of(rhythm(frame([(utc("2026-10-24T23:30"), utc("2026-10-25T02:30"))]), "Europe/Belgrade"))
    assert found == {(6, 1): 1800, (6, 2): 7200, (6, 3): 1800}


def test_start_and_end_count_and_not_rounded_seconds() -> None:
    start = utc("2026-11-16T09:00")
    assert cells_of(rhythm(frame([(start, start + timedelta(seconds=61))]), "UTC")) == {(0, 9): 61}


def test_what_is_less_than_a_second_is_cut_off() -> None:
    start = utc("2026-11-16T09:59:58.900000")
    assert cells_of(rhythm(frame([(start, utc("2026-11-16T10:00:01.100000"))]), "UTC")) == {(0, 9): 2, (0, 10): 1}


def test_nothing_and_what_ends_before_it_starts() -> None:
    assert rhythm(empty_entries(), "Europe/Belgrade")["seconds"].tolist() == [0] * 168
    at = utc("2026-11-16T09:00")
    backwards = frame([(at, at - timedelta(hours=3)), (at, at), (at, at + timedelta(hours=1))])
    assert cells_of(rhythm(backwards, "UTC")) == {(0, 9): 3600}
    assert set(rhythm(empty_entries(), "UTC").dtypes.astype(str)) == {"int64"}


def test_a_change_off_the_quarter_keeps_the_sum() -> None:
    # 30 October 2005 in St John's: at 0:01 back to 23:01 of Saturday
    some = [(utc("2005-10-30T01:30"), utc("2005-10-30T05:30"))]
    assert sum(cells_of(rhythm(frame(some), "America/St_Johns")).values()) == 4 * 3600


def test_years_without_entries_cost_nothing() -> None:
    far = [(utc("0001-01-01T10:00"), utc("0001-01-01T11:00")), (utc("9999-12-31T10:00"), utc("9999-12-31T11:00"))]
    assert sum(cells_of(rhythm(frame(far), "UTC")).values()) == 7200


ZONES = {
    "Europe/Belgrade": ("2026-03-29", "2026-10-25"),
    "Australia/Lord_Howe": ("2026-04-05", "2026-10-04"),  # by half an hour
    "Asia/Kathmandu": ("2026-03-29", "2026-10-25"),  # three quarters off, no changes
    "Africa/Cairo": ("2026-04-24", "2026-10-30"),  # at midnight
}


@pytest.mark.parametrize("zone", list(ZONES))
@pytest.mark.parametrize("change", [0, 1], ids=["spring", "autumn"])
@settings(max_examples=25)
@given(st.data())
def test_cells_are_what_the_clock_on_the_wall_shows(zone: str, change: int, data: st.DataObject) -> None:
    day = datetime.fromisoformat(ZONES[zone][change])
    some = data.draw(st.lists(spans(zone, day - timedelta(days=2), day + timedelta(days=1)), max_size=4))
    found = rhythm(frame(some), zone)
    assert cells_of(found) == walked(some, zone)
    assert found["seconds"].sum() == sum((end - start).total_seconds() for start, end in some)
