"""What changed in a week since it was marked done, and what is no change."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify.frames import ENTRY_DTYPES, empty_entries
from clockify.reports.reviewed import What, changed_since, in_bounds, noted, summed, unpacked
from tests.support.people import Row, entries_of

MONDAY = date(2026, 11, 16)
PAID = replace(Row(MONDAY), billable=True, rate=10_000)


def week(*changes: dict[str, Any], without: str = "") -> pd.DataFrame:
    """Three entries of an hour, e0 to e2, each with what a change of its id says."""
    categories = [name for name, kind in ENTRY_DTYPES.items() if kind == "category"]
    frame = entries_of([PAID, PAID, Row(MONDAY, currency="USD")]).astype(dict.fromkeys(categories, "object"))
    frame["tag_ids"] = ["t2,t1", "", ""]
    for change in changes:
        for name, value in change.items():
            frame.loc[frame["id"] == change["id"], name] = value
    return frame[frame["id"] != without].astype(ENTRY_DTYPES)


BEFORE = noted(week())


def told(now: pd.DataFrame, *, money: bool = True, before: bytes = BEFORE) -> list[tuple[str, What, tuple[str, ...], int, dict[str, int]]]:
    changes = changed_since(before, now, money=money)
    return [(one.entry.id, one.what, one.changed, one.seconds, one.ticks) for one in changes]


def test_the_same_week_has_no_changes() -> None:
    assert told(week()) == []
    assert told(week(), money=False) == []
    assert noted(empty_entries()) == noted(empty_entries()) and changed_since(noted(empty_entries()), empty_entries(), money=True) == []


def test_order_names_and_locks_are_no_change() -> None:
    now = week({"id": "e0", "tag_ids": "t1,t2"}, {"id": "e1", "locked": True, "rate": 9_999, "type": "BREAK"})
    assert noted(now[::-1]) == BEFORE
    assert told(now[::-1]) == []


@pytest.mark.parametrize(
    ("name", "value", "fields"),
    [
        ("description", "Menu", ("description",)),
        ("project_id", "p2", ("project_id",)),
        ("task_id", "k1", ("task_id",)),
        ("tag_ids", "t1", ("tag_ids",)),
        ("start", pd.Timestamp("2026-11-16T00:00:01", tz="UTC"), ("start",)),
        ("billable", False, ("billable",)),
    ],
)
@pytest.mark.parametrize("money", [True, False])
def test_what_is_a_change(name: str, value: Any, fields: tuple[str, ...], money: bool) -> None:
    assert told(week({"id": "e0", name: value}), money=money) == [("e0", What.CHANGED, fields, 0, {})]


def test_time_and_money_before_and_after() -> None:
    now = week({"id": "e0", "seconds": 5400, "amount_ticks": 54_000_000})
    (change,) = changed_since(BEFORE, now, money=True)
    assert change.before and change.after
    assert (change.before.seconds, change.after.seconds, change.seconds) == (3600, 5400, 1800)
    assert (change.before.amount_ticks, change.after.amount_ticks, change.ticks) == (36_000_000, 54_000_000, {"EUR": 18_000_000})
    (unpaid,) = changed_since(BEFORE, now, money=False)
    assert (unpaid.changed, unpaid.seconds, unpaid.ticks) == (("seconds",), 1800, {})


def test_without_the_right_to_money_none_shows_and_none_is_a_change() -> None:
    now = week({"id": "e0", "amount_ticks": 1}, {"id": "e1", "currency": "USD"}, without="e2")
    (gone,) = changed_since(BEFORE, now, money=False)
    assert gone.what is What.DELETED and gone.before
    assert (gone.before.amount_ticks, gone.before.currency) == (None, None)
    assert [one[:3] for one in told(now)] == [
        ("e0", What.CHANGED, ("amount_ticks",)),
        ("e1", What.CHANGED, ("currency",)),
        ("e2", What.DELETED, ()),
    ]
    assert told(now)[1][4] == {"EUR": -36_000_000, "USD": 36_000_000}


def test_a_mark_without_money_is_compared_without() -> None:
    without = noted(week().assign(amount_ticks=0), money=False)
    assert told(week(), before=without) == []
    assert b"EUR" not in gzip.decompress(without)
    assert told(week({"id": "e0", "seconds": 1}), before=without) == [("e0", What.CHANGED, ("seconds",), -3599, {})]


def test_added_and_deleted_and_their_sum() -> None:
    added = changed_since(noted(week(without="e1")), week(without="e2"), money=True)
    assert [(one.entry.id, one.what) for one in added] == [("e1", What.ADDED), ("e2", What.DELETED)]
    assert added[0].before is None and added[1].after is None
    assert summed(added) == (0, {"EUR": 36_000_000})
    assert summed([]) == (0, {})


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ENTRIES = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.sampled_from(["a", "b", "c", "d", "e"]),
            "seconds": st.integers(0, 9),
            "tags": st.lists(st.sampled_from(["t1", "t2", "t3"]), unique=True),
            "description": TEXTS,
            "amount_ticks": st.integers(-5, 10**15),
            "currency": st.sampled_from(["EUR", "USD"]),
            "start": st.datetimes(datetime(2026, 11, 16), datetime(2026, 11, 22)),
        }
    ),
    max_size=5,
    unique_by=lambda one: one["id"],
)


def frame_of(rows: list[dict[str, Any]]) -> pd.DataFrame:
    frame = entries_of([Row(MONDAY) for _ in rows])
    if not rows:
        return frame
    starts = pd.DatetimeIndex([row["start"].replace(tzinfo=UTC) for row in rows]).as_unit("us")
    columns = {name: [row[name] for row in rows] for name in ("id", "seconds", "description", "amount_ticks", "currency")}
    return frame.assign(**columns, start=starts, tag_ids=[",".join(row["tags"]) for row in rows]).astype(ENTRY_DTYPES)


@given(ENTRIES, ENTRIES, st.booleans())
def test_any_two_weeks_are_compared_as_plain_values(before: list[dict[str, Any]], after: list[dict[str, Any]], money: bool) -> None:
    def plain(rows: list[dict[str, Any]]) -> dict[str, tuple[Any, ...]]:
        paid = ("amount_ticks", "currency") if money else ()
        return {one["id"]: (set(one["tags"]), *(one[name] for name in ("seconds", "description", "start", *paid))) for one in rows}

    old, new = plain(before), plain(after)
    changes = changed_since(noted(frame_of(before)), frame_of(after), money=money)
    found = {one.entry.id: one.what for one in changes}
    expected = {one: What.ADDED for one in new if one not in old} | {one: What.DELETED for one in old if one not in new}
    assert found == expected | {one: What.CHANGED for one in old if one in new and old[one] != new[one]}
    seconds, ticks = summed(changes)
    assert seconds == sum(one["seconds"] for one in after) - sum(one["seconds"] for one in before)
    if not money:
        assert ticks == {}
    for code in ("EUR", "USD") if money else ():
        sums = [sum(one["amount_ticks"] for one in rows if one["currency"] == code) for rows in (before, after)]
        assert ticks.get(code, 0) == sums[1] - sums[0]


@given(ENTRIES)
def test_equal_entries_give_equal_bytes_and_come_back(rows: list[dict[str, Any]]) -> None:
    turned = [row | {"tags": row["tags"][::-1]} for row in rows[::-1]]
    assert noted(frame_of(rows)) == noted(frame_of(turned))
    assert [(one.id, one.description, one.start) for one in unpacked(noted(frame_of(rows)))] == sorted(
        (row["id"], row["description"], row["start"].replace(tzinfo=UTC)) for row in rows
    )


BAD = [
    b"",
    b"nonsense",
    gzip.compress(b"{}", mtime=0),
    gzip.compress(b'{"form":2,"rows":[]}', mtime=0),
    gzip.compress(b'{"form":1,"rows":[[1]]}', mtime=0),
    BEFORE[:-9],
]


@pytest.mark.parametrize("content", [*BAD, gzip.compress(json.dumps([1]).encode(), mtime=0)])
def test_what_isnt_ours_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="can't be read"):
        changed_since(content, week(), money=True)


def test_entries_of_a_week_are_those_that_start_in_its_bounds() -> None:
    frame = entries_of([Row(MONDAY), Row(MONDAY), Row(MONDAY)])
    start, end = datetime(2026, 11, 15, 23, tzinfo=UTC), datetime(2026, 11, 22, 23, tzinfo=UTC)  # a week of Belgrade
    starts = [start, end - (end - start) / 7, end]
    frame = frame.assign(start=pd.DatetimeIndex(starts).as_unit("us"))
    assert in_bounds(frame, start, end)["id"].tolist() == ["e0", "e1"]
    assert in_bounds(frame, end, end).empty
    assert in_bounds(empty_entries(), start, end).empty
    wide = in_bounds(frame, start, datetime(2027, 1, 1, tzinfo=UTC))
    assert wide is frame
