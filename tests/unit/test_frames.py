"""JSON to frames: replies written by hand after the captured shapes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest

from clockify.frames import (
    CUBE_DTYPES,
    ENTRY_DTYPES,
    concat_frames,
    daily_cube,
    empty_cube,
    empty_entries,
    listed_entries_frame,
    listed_part,
    report_entries_frame,
    report_part,
    running_entries_frame,
)

ZONE = "Europe/Belgrade"


def report_row(**changes: Any) -> dict[str, Any]:
    row = {
        "_id": "e1",
        "description": "Kick-off",
        "userId": "u1",
        "billable": True,
        "projectId": "p1",
        "taskId": None,
        "tagIds": None,
        "timeInterval": {"start": "2026-10-31T23:50:00+01:00", "end": "2026-11-01T01:50:10+01:00", "duration": 7210},
        "amount": 40055.555555555555,
        "rate": 20000.0,
        "currency": "EUR",
        "type": "REGULAR",
        "isLocked": False,
    }
    return row | changes


def listed_row(**changes: Any) -> dict[str, Any]:
    row = {
        "id": "e2",
        "description": "",
        "userId": "u2",
        "billable": True,
        "projectId": None,
        "taskId": None,
        "tagIds": ["t2", "t1"],
        "timeInterval": {"start": "2026-11-01T22:30:00Z", "end": "2026-11-01T23:30:00Z", "duration": "PT1H"},
        "hourlyRate": {"amount": 9000, "currency": "USD"},
    }
    return row | changes


def frame_of(*rows: dict[str, Any], zone: str = ZONE) -> pd.DataFrame:
    return report_entries_frame(rows, zone=zone, currencies={"p2": "GBP"}, default_currency="CHF")


def listed_of(*rows: dict[str, Any], zone: str = ZONE) -> pd.DataFrame:
    return listed_entries_frame(rows, zone=zone, currencies={"p2": "GBP"}, default_currency="CHF")


def dtypes(frame: pd.DataFrame) -> dict[str, str]:
    return {name: str(dtype) for name, dtype in frame.dtypes.items()}


@pytest.mark.parametrize("frame", [frame_of(report_row()), listed_of(listed_row()), empty_entries(), frame_of()], ids=range(4))
def test_columns_and_dtypes_are_those_promised(frame: pd.DataFrame) -> None:
    assert dtypes(frame) == ENTRY_DTYPES


def test_an_entry_belongs_to_the_local_day_of_its_start() -> None:
    # 23:50 in Belgrade on 31 October is 22:50 UTC: still October there, and 1 November in Auckland.
    assert frame_of(report_row())["day"].iloc[0] == pd.Timestamp("2026-10-31")
    assert frame_of(report_row(), zone="Pacific/Auckland")["day"].iloc[0] == pd.Timestamp("2026-11-01")


def test_money_of_a_report_is_taken_as_reported() -> None:
    row = frame_of(report_row(amount=123.0)).iloc[0]
    assert (row["rate"], row["amount_ticks"], row["seconds"]) == (20000, 123 * 3600, 7210)
    assert frame_of(report_row()).iloc[0]["amount_ticks"] == 7210 * 20000


def test_money_of_a_list_is_rate_times_seconds_where_billable() -> None:
    assert listed_of(listed_row()).iloc[0][["rate", "amount_ticks", "currency"]].tolist() == [9000, 9000 * 3600, "USD"]
    assert listed_of(listed_row(billable=False)).iloc[0]["amount_ticks"] == 0
    assert listed_of(listed_row(hourlyRate=None)).iloc[0][["rate", "amount_ticks", "currency"]].tolist() == [0, 0, "CHF"]


def test_a_row_without_currency_gets_its_projects() -> None:
    frame = frame_of(report_row(currency=None, projectId="p2"), report_row(_id="e9", currency=None, projectId="p7"))
    assert sorted(frame["currency"]) == ["CHF", "GBP"]


def test_a_clock_change_does_not_change_how_long_it_took() -> None:
    # 25 October 2026, 00:30 UTC to 02:30 UTC: two hours, though the clock shows one (02:30 to 03:30).
    interval = {"start": "2026-10-25T00:30:00Z", "end": "2026-10-25T02:30:00Z", "duration": "PT2H"}
    assert listed_of(listed_row(timeInterval=interval)).iloc[0]["seconds"] == 7200


def test_running_timers_are_left_out() -> None:
    running = {"start": "2026-11-01T08:00:00Z", "end": None, "duration": None}
    assert listed_of(listed_row(timeInterval=running)).empty
    assert frame_of(report_row(timeInterval=running)).empty


def test_hidden_amounts_are_nothing_rather_than_a_failure() -> None:
    assert frame_of(report_row(amount=None, rate=None)).iloc[0][["rate", "amount_ticks"]].tolist() == [0, 0]


def test_entries_are_ordered_by_start() -> None:
    early = {"start": "2026-10-01T08:00:00Z", "end": "2026-10-01T09:00:00Z", "duration": 3600}
    assert frame_of(report_row(), report_row(_id="e0", timeInterval=early))["id"].tolist() == ["e0", "e1"]


def test_tags_keep_their_order_and_none_is_empty() -> None:
    assert listed_of(listed_row(), listed_row(id="e3", tagIds=None))["tag_ids"].tolist() == ["t2,t1", ""]


def test_the_cube_adds_up_what_has_the_same_keys() -> None:
    twin = report_row(_id="e4", timeInterval={"start": "2026-10-31T08:00:00Z", "end": "2026-10-31T08:00:50Z", "duration": 50}, amount=0)
    other = report_row(_id="e5", billable=False, amount=0)
    cube = daily_cube(frame_of(report_row(), twin, other))
    assert dtypes(cube) == CUBE_DTYPES
    found = cube[["billable", "seconds", "amount_ticks", "entries"]].to_dict("records")
    assert sorted(found, key=lambda row: row["billable"]) == [
        {"billable": False, "seconds": 7210, "amount_ticks": 0, "entries": 1},
        {"billable": True, "seconds": 7260, "amount_ticks": 7210 * 20000, "entries": 2},
    ]


def test_no_entries_give_the_empty_cube() -> None:
    assert dtypes(daily_cube(empty_entries())) == CUBE_DTYPES == dtypes(empty_cube())


def test_months_under_each_other_keep_their_categories() -> None:
    both = concat_frames([frame_of(report_row()), empty_entries(), listed_of(listed_row())], empty_entries())
    assert dtypes(both) == ENTRY_DTYPES
    assert both["user_id"].tolist() == ["u1", "u2"]
    assert both["seconds"].sum() == 7210 + 3600


def test_no_months_give_the_empty_frame() -> None:
    assert dtypes(concat_frames([], empty_cube())) == CUBE_DTYPES


def test_a_cube_is_ordered_by_its_keys_whatever_the_order_of_the_entries() -> None:
    late = report_row(_id="e3", userId="u0", timeInterval={"start": "2026-11-02T08:00:00Z", "end": "2026-11-02T09:00:00Z"})
    early = report_row(_id="e4", userId="u9", timeInterval={"start": "2026-10-30T08:00:00Z", "end": "2026-10-30T09:00:00Z"})
    same_day = report_row(_id="e5", userId="u0", timeInterval={"start": "2026-10-30T10:00:00Z", "end": "2026-10-30T11:00:00Z"})
    entries = frame_of(late, early, same_day).sample(frac=1, random_state=3)
    cube = daily_cube(entries)
    assert list(zip(cube["day"].dt.day, cube["user_id"], strict=True)) == [(30, "u0"), (30, "u9"), (2, "u0")]


def test_frames_put_together_count_their_rows_anew() -> None:
    one, other = frame_of(report_row()), frame_of(report_row(_id="e3"), report_row(_id="e4"))
    assert concat_frames([one, other], empty_entries()).index.tolist() == [0, 1, 2]


@pytest.mark.parametrize(("read", "row"), [(frame_of, report_row), (listed_of, listed_row)], ids=["report", "list"])
def test_what_says_nothing_of_a_lock_is_open(read: Any, row: Any) -> None:
    told = {name: value for name, value in row().items() if name != "isLocked"}
    assert read(told, row(_id="e8", id="e8", isLocked=True))["locked"].tolist() == [False, True]


@pytest.mark.parametrize(("read", "row"), [(report_part, report_row), (listed_part, listed_row)], ids=["report", "list"])
def test_an_entry_that_ends_before_it_begins_is_not_understood(read: Any, row: Any) -> None:
    back = {"start": "2026-11-01T10:00:01Z", "end": "2026-11-01T10:00:00Z", "duration": None}
    nothing = {"start": "2026-11-01T10:00:00Z", "end": "2026-11-01T10:00:00Z", "duration": None}
    part = read([row(timeInterval=back), row(_id="e9", id="e9", timeInterval=nothing)], currencies={}, default_currency="CHF")
    assert (part.unread, part.count) == (1, 1)


def test_a_timer_whose_start_cannot_be_read_is_no_row() -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    timers = [listed_row(timeInterval={"start": start, "end": None}) for start in ("soon", None, "2026-11-20T11:00:00Z")]
    frame = running_entries_frame(timers, now=now, zone="UTC", currencies={}, default_currency="CHF")
    assert frame["seconds"].tolist() == [3600]
