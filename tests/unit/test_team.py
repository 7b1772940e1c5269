"""How each person is doing, by hand and against sums in plain Python."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clockify.frames import empty_cube
from clockify.money import round_half_up
from clockify.periods import Period
from clockify.plans import DaysOff, Notes, Target, Usual
from clockify.reports.capacity import capacity_days
from clockify.reports.team import TEAM_DTYPES, Status, sparks, status_of, team, team_total
from tests.support.people import DIRECTORY, EIGHT, ROWS, WORKWEEK, Row, cube_of, days_from, full_week

WEEK = Period(date(2026, 11, 16), date(2026, 11, 23))  # from a Monday
OVER = date(2026, 12, 1)
HOUR = 3600


def rows_of(
    rows: list[Row],
    people: list[str],
    notes: Notes | None = None,
    *,
    until: date = OVER,
    period: Period = WEEK,
    known: list[str] | None = None,
) -> pd.DataFrame:
    notes = notes or Notes()
    capacity = capacity_days(people if known is None else known, period, notes, WORKWEEK)
    return team(cube_of(rows), capacity, people, DIRECTORY, notes, until=until)


def worked(user: str, *hours: float, **more: object) -> list[Row]:
    """Hours of a week's days, from Monday."""
    return [Row(WEEK.start + timedelta(days=place), user, seconds=int(one * HOUR), **more) for place, one in enumerate(hours)]  # type: ignore[arg-type]


def test_a_week_by_hand() -> None:
    notes = Notes(
        capacities=(full_week("ben", day=4 * HOUR),),
        days_off=(DaysOff("ana", date(2026, 11, 20), date(2026, 11, 22)),),
        targets=(Target("ana", utilization=75), Target("ben", billability=50)),
        usual=Usual(utilization=90),
    )
    rows = [*worked("ana", 6, 8, 0, 10, rate=100, billable=True), *worked("ana", 1), *worked("ben", 4, 4, 4, 4, 4, 2)]
    found = rows_of(rows, ["ben", "ana", "cleo"], notes).set_index("user_id")
    ana, ben, cleo = (found.loc[one] for one in ("ana", "ben", "cleo"))
    assert found["label"].tolist() == ["Ana", "ben", "Cleo"]
    assert (ana["seconds"], ana["billable_seconds"], ana["capacity_seconds"], ana["off_seconds"]) == (
        25 * HOUR,
        24 * HOUR,
        32 * HOUR,
        EIGHT,
    )
    assert (ana["missing_seconds"], ana["overtime_seconds"], ana["empty_days"]) == (9 * HOUR, 0, 1)  # 1 + 0 + 8; Thursday's two don't help
    assert (ana["utilization"], ana["billability"]) == (25 / 32, 24 / 25)
    assert (ana["target_utilization"], ana["status"]) == (75, Status.ON_TARGET)
    assert (ben["utilization"], ben["overtime_seconds"], ben["missing_seconds"]) == (1.1, 2 * HOUR, 0)
    assert (ben["target_utilization"], ben["target_billability"], ben["status"]) == (90, 50, Status.ABOVE)
    assert found["is_usual"].tolist() == [True, False, True]
    assert (cleo["utilization"], cleo["missing_seconds"], cleo["empty_days"], cleo["status"]) == (0, 40 * HOUR, 5, Status.MISSING_TIME)
    assert pd.isna(cleo["billability"]) and pd.isna(cleo["target_billability"])


def test_only_days_that_have_ended_are_held_against_capacity() -> None:
    tuesday = date(2026, 11, 17)
    found = rows_of(worked("ana", 8, 3), ["ana"], Notes(days_off=(DaysOff("ana", date(2026, 11, 18), WEEK.last_day),)), until=tuesday).iloc[
        0
    ]
    assert (found["seconds"], found["ended_seconds"], found["capacity_seconds"], found["missing_seconds"]) == (11 * HOUR, EIGHT, EIGHT, 0)
    assert (found["utilization"], found["off_seconds"]) == (1, 0)
    before = rows_of(worked("ana", 8, 3), ["ana"], until=WEEK.start).iloc[0]
    assert pd.isna(before["utilization"]) and before["status"] == Status.NONE and before["is_usual"]


def test_a_person_who_is_deleted_and_has_time_is_there_but_isnt_held_against_anything() -> None:
    found = rows_of([*worked("gone", 30), *worked("", 1), *worked("ana", 8)], ["ana"])
    assert found["label"].tolist() == ["Ana", "Unknown person gone", "No person"]
    gone = found.iloc[1]
    assert (gone["seconds"], gone["ended_seconds"], gone["overtime_seconds"], gone["missing_seconds"]) == (30 * HOUR, 30 * HOUR, 0, 0)
    assert pd.isna(gone["utilization"]) and gone["status"] == Status.NONE and not gone["is_usual"]
    total = team_total(found, Usual()).iloc[0]
    assert total["utilization"] == 8 / 40  # not 39 / 40
    assert total["seconds"] == 39 * HOUR


def test_money_is_by_currency_and_the_rate_is_over_all_tracked_hours() -> None:
    rows = [
        Row(WEEK.start, "ana", seconds=HOUR, rate=10_000, billable=True),
        Row(WEEK.start, "ana", seconds=2 * HOUR, rate=0, billable=False),
        Row(WEEK.start, "ana", seconds=1, rate=3, billable=True, currency="USD"),
        Row(WEEK.start, "ben", seconds=0, rate=3, billable=True),
    ]
    found = rows_of(rows, ["ana", "ben"])
    assert list(found)[len(TEAM_DTYPES) :] == ["amount_ticks:EUR", "amount_ticks:USD", "rate_cents:EUR", "rate_cents:USD"]
    assert found["amount_ticks:EUR"].tolist() == [10_000 * HOUR, 0]
    assert found["amount_ticks:USD"].tolist() == [3, 0]
    assert found["rate_cents:EUR"].tolist() == [3333, pd.NA]  # 36 000 000 ÷ 10 801 s = 3333.02
    assert found["rate_cents:USD"].tolist() == [0, pd.NA]
    total = team_total(found, Usual()).iloc[0]
    assert (total["amount_ticks:EUR"], total["rate_cents:EUR"]) == (10_000 * HOUR, 3333)


HALVES = [(5, 10, 1), (3, 10, 0), (15, 10, 2), (25, 10, 3)]


@pytest.mark.parametrize(("ticks", "seconds", "cents"), HALVES)
def test_a_rate_is_rounded_half_up_once(ticks: int, seconds: int, cents: int) -> None:
    row = Row(WEEK.start, seconds=ticks, rate=1, billable=True)  # so many ticks
    cube = cube_of([row, Row(WEEK.start, seconds=seconds)]).assign(seconds=[0, seconds])
    found = team(cube, capacity_days(["ana"], WEEK, Notes(), WORKWEEK), ["ana"], DIRECTORY, Notes(), until=OVER)
    assert found["rate_cents:EUR"].tolist() == [cents] == [int(round_half_up(str(ticks / seconds), 0))]


@pytest.mark.parametrize(
    ("tracked", "capacity", "empty", "target", "status"),
    [
        (88, 100, 3, 90, Status.ON_TARGET),  # two points below still reach it
        (100, 100, 0, 90, Status.ON_TARGET),
        (101, 100, 0, 90, Status.ABOVE),
        (87, 100, 0, 90, Status.BELOW),
        (87, 100, 1, 90, Status.MISSING_TIME),
        (879, 1000, 0, 90, Status.BELOW),
        (0, 100, 1, None, Status.MISSING_TIME),
        (50, 100, 0, None, Status.NONE),
        (50, 100, 0, pd.NA, Status.NONE),
        (50, 0, 0, 90, Status.NONE),
    ],
)
def test_status(tracked: int, capacity: int, empty: int, target: int | None, status: Status) -> None:
    assert status_of(tracked, capacity, empty, target) is status


def test_nobody_and_nothing() -> None:
    found = rows_of([], [])
    assert found.empty and found.dtypes.astype(str).to_dict() == TEAM_DTYPES
    total = team_total(found, Usual(utilization=80)).iloc[0]
    assert (total["seconds"], total["label"], total["target_utilization"]) == (0, "Team", 80)
    assert pd.isna(total["utilization"]) and pd.isna(total["billability"]) and not total["is_usual"]
    assert rows_of([], ["ben"])["capacity_seconds"].tolist() == [40 * HOUR]
    assert list(team_total(found, Usual())) == list(found)


@settings(max_examples=50)
@given(st.lists(ROWS, max_size=30), st.dates(date(2028, 2, 18), date(2028, 3, 14)))
def test_every_figure_is_a_plain_sum(rows: list[Row], until: date) -> None:
    period = Period(date(2028, 2, 20), date(2028, 3, 13))
    notes = Notes(capacities=(full_week("ana", day=3 * HOUR),), days_off=(DaysOff("ben", date(2028, 2, 26), date(2028, 3, 1)),))
    people = ["ana", "ben", "cleo"]
    found = rows_of(rows, people, notes, until=until, period=period)
    by_day: Counter[tuple[str, date]] = Counter()
    for row in rows:
        by_day[row.user, row.day] += row.seconds
    assert set(found["user_id"]) == {*people, *(user for (user, _), seconds in by_day.items() if seconds)}
    for one in found.to_dict("records"):
        user = one["user_id"]
        mine = [row for row in rows if row.user == user]
        assert one["seconds"] == sum(row.seconds for row in mine)
        assert one["billable_seconds"] == sum(row.seconds for row in mine if row.billable)
        assert one["ended_seconds"] == sum(row.seconds for row in mine if row.day < until)
        wanted = {day: 0 for day in days_from(period.start, period.days) if day < until}
        for day in wanted:
            is_off = user == "ben" and date(2028, 2, 26) <= day <= date(2028, 3, 1)
            if user in people and day.weekday() < 5 and not is_off:
                wanted[day] = 3 * HOUR if user == "ana" else EIGHT
        capacity = sum(wanted.values())
        assert one["capacity_seconds"] == capacity
        assert one["missing_seconds"] == sum(max(0, seconds - by_day[user, day]) for day, seconds in wanted.items())
        assert one["overtime_seconds"] == (max(0, one["ended_seconds"] - capacity) if user in people else 0)
        assert one["empty_days"] == sum(1 for day, seconds in wanted.items() if seconds and not by_day[user, day])
        assert pd.isna(one["utilization"]) if not capacity else one["utilization"] == one["ended_seconds"] / capacity
        for code in ("EUR", "USD"):
            ticks = sum(row.ticks for row in mine if row.currency == code)
            assert one.get(f"amount_ticks:{code}", 0) == ticks
            if one["seconds"] and f"rate_cents:{code}" in one:
                assert abs(Fraction(ticks, one["seconds"]) - one[f"rate_cents:{code}"]) <= Fraction(1, 2)
    total = team_total(found, notes.usual).iloc[0]
    for name in ("seconds", "capacity_seconds", "missing_seconds", "overtime_seconds"):
        assert total[name] == sum(found[name].tolist())


@given(st.lists(ROWS, max_size=30), st.sampled_from(["MONDAY", "SUNDAY", "SATURDAY"]), st.dates(date(2028, 2, 25), date(2028, 3, 15)))
def test_sparks_are_plain_sums_of_weeks(rows: list[Row], week_start: str, last_day: date) -> None:
    people = ["twin", "nobody", "ana"]
    found = sparks(cube_of(rows), people, last_day, weeks=3, week_start=week_start)
    first = next(day for day in (last_day - timedelta(days=back) for back in range(7)) if f"{day:%A}".upper() == week_start)
    starts = [first - timedelta(days=14), first - timedelta(days=7), first]
    assert list(found) == ["user_id", *starts]
    assert found["user_id"].tolist() == people
    for place, user in enumerate(people):
        for start in starts:
            days = [day for day in days_from(start, 7) if day <= last_day]
            assert found[start].iloc[place] == sum(row.seconds for row in rows if row.user == user and row.day in days)


def test_sparks_have_twelve_weeks_also_of_nothing() -> None:
    found = sparks(empty_cube(), ["ana"], date(2026, 11, 18))
    assert list(found)[1:] == [date(2026, 11, 16) - timedelta(weeks=back) for back in range(11, -1, -1)]
    assert found.iloc[0, 1:].tolist() == [0] * 12
    assert sparks(empty_cube(), [], date(2026, 11, 18)).empty
