"""The grid of a week: its rows, its cells, and what is locked in it."""

from __future__ import annotations

from datetime import datetime, timedelta

from clockify.reports.weeksheet import Sheet, sheet
from tests.support.mywork import (
    DIRECTORY,
    FRI,
    METER,
    MON,
    NOW,
    SIGN_IN,
    STAND_UP,
    SUN,
    THU,
    TUE,
    WED,
    WEEK,
    ZONE,
    at,
    entry,
    frame,
    timers,
)

HOUR = 3600
LAST = timedelta(days=7)
AUDIT = ("audit", "")
ENTRIES = frame(
    entry("e1", SIGN_IN, at(TUE, 9), 3, "Roles", tagIds=["remote"]),
    entry("e2", STAND_UP, at(WED, 9), 0.5, "Stand-up"),
    entry("e3", STAND_UP, at(WED, 15), 1, "Retro"),
    entry("e4", SIGN_IN, at(SUN, 23), 2),
)
BEFORE = frame(entry("b1", METER, at(MON - LAST, 9), 8), entry("b2", ("", ""), at(TUE - LAST, 9), 8))


def grid(**given: object) -> Sheet:
    return sheet(ENTRIES, BEFORE, WEEK, DIRECTORY, ZONE, **given)  # type: ignore[arg-type]


def test_the_grid_starts_with_last_weeks_rows_and_not_its_hours() -> None:
    made = grid()
    assert [row.key for row in made.rows] == [METER, SIGN_IN, STAND_UP, ("", "")]
    assert [row.seconds for row in made.rows] == [0, 5 * HOUR, 1.5 * HOUR, 0]
    assert made.seconds == 6.5 * HOUR
    assert all(not cell.entries for cell in made.rows[0].cells)


def test_rows_that_somebody_added_come_last_and_stay_there() -> None:
    assert [row.key for row in grid(added=[AUDIT, METER]).rows] == [SIGN_IN, STAND_UP, ("", ""), AUDIT, METER]
    assert [row.key for row in grid(added=[SIGN_IN, SIGN_IN]).rows][-2:] == [("", ""), SIGN_IN]


def test_a_cell_has_its_time_its_entry_and_its_note() -> None:
    cell = grid().cell((SIGN_IN, TUE))
    assert (cell.seconds, cell.entry_ids, cell.note, cell.is_editable) == (3 * HOUR, ("e1",), "Roles", True)
    draft = cell.entries[0].draft
    assert (draft.start, draft.end, draft.tag_ids, draft.billable) == (at(TUE, 9), at(TUE, 12), ("remote",), True)
    assert type(draft.start) is datetime and draft.start.utcoffset() == timedelta(0)
    # An entry that passes midnight belongs to the day on which it starts.
    assert grid().cell((SIGN_IN, SUN)).seconds == 2 * HOUR


def test_a_cell_of_several_entries_is_none_to_type_into() -> None:
    cell = grid().cell((STAND_UP, WED))
    assert (cell.seconds, cell.entry_ids, cell.note) == (1.5 * HOUR, ("e2", "e3"), "Stand-up; Retro")
    assert cell.is_several and not cell.is_editable


def test_one_locked_day_locks_that_day_and_not_the_week() -> None:
    made = grid(locked_before=at(TUE, 0))
    assert made.locked_days == {MON}
    assert [[cell.is_locked for cell in row.cells] for row in made.rows] == [[True, *[False] * 6]] * 4
    # A day of which only a part is locked is open, its old entries are not.
    part = grid(locked_before=at(TUE, 10))
    assert part.locked_days == {MON}
    assert part.cell((SIGN_IN, TUE)).is_locked and not part.cell((METER, TUE)).is_locked


def test_no_lock_binds_an_admin() -> None:
    locked = frame(entry("e1", SIGN_IN, at(TUE, 9), 3, isLocked=True))
    for given, expected in (({}, True), ({"may_write_locked": True}, False)):
        made = sheet(locked, BEFORE, WEEK, DIRECTORY, ZONE, locked_before=at(WED, 0), **given)
        assert made.cell((SIGN_IN, TUE)).is_locked is expected
        assert made.cell((METER, MON)).is_locked is expected


def test_an_entry_that_clockify_locked_or_made_itself_locks_its_cell() -> None:
    for more in ({"isLocked": True}, {"type": "TIME_OFF"}, {"type": "HOLIDAY"}):
        made = sheet(frame(entry("e1", SIGN_IN, at(TUE, 9), 3, **more)), BEFORE, WEEK, DIRECTORY, ZONE)
        assert made.cell((SIGN_IN, TUE)).is_locked and not made.cell((SIGN_IN, WED)).is_locked
    made = sheet(frame(entry("e1", SIGN_IN, at(TUE, 9), 3, type="BREAK")), BEFORE, WEEK, DIRECTORY, ZONE)
    assert made.cell((SIGN_IN, TUE)).is_editable


def test_a_timer_that_runs_is_in_its_cell_and_not_in_its_time() -> None:
    made = grid(running=timers(entry("t1", SIGN_IN, at(THU, 13, 5), None, "Now")))
    cell = made.cell((SIGN_IN, THU))
    assert (cell.seconds, cell.entry_ids, cell.is_running, cell.is_editable) == (0, ("t1",), True, False)
    assert cell.entries[0].draft.end is None and cell.entries[0].end == NOW
    assert made.seconds == grid().seconds


def test_an_empty_week_after_an_empty_week_has_no_rows() -> None:
    made = sheet(frame(), frame(), WEEK, DIRECTORY, ZONE)
    assert (made.rows, made.seconds, made.days[0], made.days[-1]) == ((), 0, MON, SUN)
    assert made.cell((METER, FRI)).is_editable
