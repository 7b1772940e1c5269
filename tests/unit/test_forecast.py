from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from statistics import fmean, stdev
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clockify.frames import CUBE_DTYPES, empty_cube
from clockify.periods import WEEKDAYS, week_of
from clockify.reports.forecast import Chance, UsedUp, course, outlook, pace_to_land, used_up, weeks_ahead
from clockify.reports.pace import Band, Pace, Weekly, paces, t_90, weekly
from clockify.reports.record import Record, record_of

HOUR = 3600
TODAY = date(2026, 11, 25)  # a Wednesday
MONDAY = date(2026, 11, 23)
WEEK = timedelta(weeks=1)
STEADY = [40] * 12


def cube(*rows: tuple[str, str, float], **others: Any) -> pd.DataFrame:
    """Project, day and hours a row."""
    columns = {"project_id": [row[0] for row in rows], "day": [row[1] for row in rows], "seconds": [round(row[2] * HOUR) for row in rows]}
    rest = {"user_id": "u", "task_id": "", "billable": True, "rate": 0, "currency": "EUR", "amount_ticks": 0, "entries": 1}
    return pd.DataFrame(columns | rest | others)[list(CUBE_DTYPES)].astype(CUBE_DTYPES) if rows else empty_cube()


def weeks_cube(weeks: Sequence[float], project: str = "p") -> pd.DataFrame:
    """Finished weeks up to Monday, 23 November, the last one last, each on its Thursday."""
    days = [MONDAY - WEEK * (len(weeks) - place) + timedelta(days=3) for place in range(len(weeks))]
    return cube(*((project, str(day), count) for day, count in zip(days, weeks, strict=True) if count))


def history_of(weeks: Sequence[float], **more: Any) -> Weekly:
    return weekly(weeks_cube(weeks), today=TODAY, week_start="MONDAY", **more)


def pace_of(weeks: Sequence[float], **more: Any) -> Pace:
    return paces(history_of(weeks, **more))["p"]


def plain_t(free: float) -> float:
    """Nine of ten lie below: the density summed up by Simpson's rule, and halved until it fits."""
    scale = math.exp(math.lgamma((free + 1) / 2) - math.lgamma(free / 2)) / math.sqrt(free * math.pi)

    def below(t: float) -> float:
        heights = [(1 + (t * step / 200) ** 2 / free) ** (-(free + 1) / 2) for step in range(201)]
        return 0.5 + scale * t / 600 * (heights[0] + heights[-1] + 4 * sum(heights[1:-1:2]) + 2 * sum(heights[2:-1:2]))

    low, high = 0.0, 5.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) < 0.9 else (low, middle)
    return low


def plain_band(weeks: Sequence[float], ahead: float) -> tuple[float, float]:
    """The formula of the forecast in plain Python: the middle, and how far the band reaches."""
    count, mean = len(weeks), fmean(weeks)
    apart = [one - mean for one in weeks]
    squares = sum(one * one for one in apart)
    if squares < 1e-6:
        return ahead * mean, 0.0
    likeness = sum(one * other for one, other in pairwise(apart)) / squares
    likeness = min(max(likeness + (1 + 3 * likeness) / count, 0), 0.8)
    sticks = (1 + likeness) / (1 - likeness)
    free = max(count / sticks - 1, 3)
    return ahead * mean, plain_t(free) * stdev(weeks) * math.sqrt(ahead * sticks * (1 + ahead / count))


@pytest.mark.parametrize(("free", "known"), [(3, 1.638), (5, 1.476), (8, 1.397), (11, 1.363), (30, 1.310), (60, 1.296)])
def test_students_t_as_tables_have_it(free: int, known: float) -> None:
    assert round(float(t_90(np.array([free]))[0]), 3) == known


def test_students_t_between_and_beyond_whole_degrees() -> None:
    free = [*range(3, 61), 3.2, 3.5, 4.5, 6.7, 10.99, 25.5]
    assert t_90(np.array(free)) == pytest.approx([plain_t(one) for one in free], abs=2e-3)
    assert t_90(np.arange(3, 61)) == pytest.approx([plain_t(one) for one in range(3, 61)], abs=2e-6)
    assert t_90(np.array([-1.0, 0, 2.9, 60, 1e9])).tolist() == [1.637744] * 3 + [1.295821] * 2


def test_weeks_end_before_the_one_that_runs() -> None:
    frame = cube(
        ("p", "2026-11-22", 3),  # Sunday
        ("p", "2026-11-16", 1),
        ("p", "2026-11-15", 5),
        ("p", "2026-11-23", 50),  # the running week
        ("p", "2026-12-24", 50),  # written down ahead
        ("q", "2026-11-01", 7),
    )
    found = weekly(frame, today=TODAY, week_start="MONDAY")
    assert (found.ids, found.starts) == (("p", "q"), tuple(MONDAY - WEEK * back for back in (4, 3, 2, 1)))
    assert (found.sums // HOUR).tolist() == [[0, 0, 5, 4], [7, 0, 0, 0]]
    assert found.begins.tolist() == [2, 0]
    sundays = weekly(frame, today=TODAY, week_start="SUNDAY")
    assert (sundays.sums // HOUR).tolist()[0] == [0, 0, 6]
    assert (sundays.ids, sundays.starts[-1]) == (("p", "q"), date(2026, 11, 15))
    on_sunday = weekly(frame, today=date(2026, 11, 22), week_start="MONDAY")
    assert on_sunday.starts[-1] == date(2026, 11, 9)


def test_only_the_last_weeks_and_the_beginning_of_all() -> None:
    found = history_of([1, 0, 2, 3, 4], most=3)
    assert (found.sums // HOUR).tolist() == [[2, 3, 4]]
    assert found.begins.tolist() == [0]
    several = pd.concat([weeks_cube([1, 0, 2, 3, 4], "p"), weeks_cube([5], "q"), weeks_cube([2, 2], "r")])
    assert weekly(several, today=TODAY, week_start="MONDAY", most=2).begins.tolist() == [0, 1, 0]


def test_amounts_of_one_currency_and_billable_time() -> None:
    frame = cube(("p", "2026-11-17", 1), ("p", "2026-11-18", 1), ("p", "2026-11-18", 2))
    frame = frame.assign(currency=["EUR", "USD", "EUR"], amount_ticks=[5, 7, 0], billable=[True, True, False]).astype(CUBE_DTYPES)
    today = {"today": TODAY, "week_start": "MONDAY"}
    assert [weekly(frame, currency=code, **today).sums.sum() for code in ("EUR", "USD", "CHF")] == [5, 7, 0]
    assert weekly(frame, billable_only=True, **today).sums.tolist() == [[2 * HOUR]]


def test_nothing_gives_nothing() -> None:
    for frame in (empty_cube(), cube(("p", "2026-11-24", 5))):
        found = weekly(frame, today=TODAY, week_start="MONDAY")
        assert found.sums.shape[1] == 0
        assert paces(found) == {}
        assert record_of(found) == Record(0, 0)
        assert record_of(found).share is None


def test_seven_weeks_are_too_few() -> None:
    assert paces(history_of([40] * 7)) == {}
    assert paces(history_of([40] + [0] * 6)) == {}
    assert pace_of([40] * 8).weeks == 8
    assert used_up(1, None, today=TODAY) is None
    assert outlook(1, None, date(2026, 12, 1), today=TODAY) is None


def test_weeks_without_time_count_from_the_beginning() -> None:
    assert pace_of([40] + [0] * 7).mean == 5 * HOUR
    assert pace_of([99, *STEADY]) == pace_of(STEADY)  # twelve are looked at


def test_a_steady_project_is_used_up_on_a_day() -> None:
    """40 hours a week are 8 a working day: 100 hours are used up on the thirteenth after Wednesday, 25 November."""
    pace = pace_of(STEADY)
    assert pace.band(2.4) == Band(96 * HOUR, 96 * HOUR, 96 * HOUR)
    assert used_up(100 * HOUR, pace, today=TODAY) == UsedUp(*[date(2026, 12, 14)] * 3)
    assert used_up(96 * HOUR, pace, today=TODAY) == UsedUp(*[date(2026, 12, 11)] * 3)
    assert used_up(96 * HOUR + 1, pace, today=TODAY) == UsedUp(*[date(2026, 12, 14)] * 3)
    # Seven fifths of 50 are a little less than 70 to a computer.
    assert used_up(70 * HOUR, pace_of([50] * 12), today=TODAY) == UsedUp(*[date(2026, 12, 4)] * 3)
    # The same with Thursday and Friday off; then where people work from Sunday to Thursday: 26, 29 … 10, 13, 14.
    off = [date(2026, 11, 26), date(2026, 11, 27), date(2026, 11, 29)]
    assert used_up(100 * HOUR, pace, today=TODAY, off=off) == UsedUp(*[date(2026, 12, 16)] * 3)
    gulf = frozenset({"SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY"})
    assert used_up(100 * HOUR, pace, today=TODAY, weekdays=gulf) == UsedUp(*[date(2026, 12, 14)] * 3)
    # Every day a working day: 40/7 a day, so the eighteenth.
    assert used_up(100 * HOUR, pace, today=TODAY, weekdays=()) == UsedUp(*[date(2026, 12, 13)] * 3)


def test_weeks_that_go_up_and_down() -> None:
    """30 and 50 in turn: mean 40, deviation √(1200/11) = 10.4447, nothing that sticks, t of 11 is 1.36343.

    A week ahead the band reaches 1.36343 · 10.4447 · √(13/12) = 14.822 hours.
    """
    band = pace_of([30, 50] * 6).band(1)
    assert [band.low / HOUR, band.middle / HOUR, band.high / HOUR] == pytest.approx([25.178, 40, 54.822], abs=1e-3)
    wider = paces(history_of([30, 50] * 6), 2.0)["p"].band(1)
    assert [wider.low / HOUR, wider.middle / HOUR, wider.high / HOUR] == pytest.approx([10.356, 40, 69.644], abs=1e-3)
    assert pace_of([30, 50] * 6).band(0) == Band(0, 0, 0)


def test_a_change_of_level_widens_it() -> None:
    """Six weeks of 10 and six of 30: likeness 0.75 + 3.25/12, cut to 0.8; sticks 9; t of 3; 51.317 · √(h(1 + h/12)) hours."""
    pace = pace_of([10] * 6 + [30] * 6)
    assert (pace.sticks, pace.t) == (pytest.approx(9), 1.637744)
    band = pace.band(4)
    assert (band.low, band.middle / HOUR, band.high / HOUR) == (0, 80, pytest.approx(80 + 51.317 * math.sqrt(16 / 3), abs=0.01))
    # The upper line is at 498.5 after 12.2 weeks and 505.7 after 12.4; the middle one at 500 after 25; the lower at 453 after 104.
    found = used_up(500 * HOUR, pace, today=TODAY)
    assert found == UsedUp(date(2027, 2, 19), date(2027, 5, 19), None)
    assert found is not None and found.is_open
    nearer = used_up(400 * HOUR, pace, today=TODAY)
    assert nearer is not None and nearer.latest is not None and date(2028, 6, 1) < nearer.latest < TODAY + 104 * WEEK


def test_speeding_up() -> None:
    """1 to 12 hours: squares 143, neighbours 96.25, likeness 0.6731 + 3.0192/12 → 0.8; deviation √13; at 4 weeks 40.9 hours either way."""
    band = pace_of(list(range(1, 13))).band(4)
    reach = 1.637744 * math.sqrt(13) * math.sqrt(48)
    assert [band.low, band.middle / HOUR, band.high / HOUR] == pytest.approx([0, 26, 26 + reach], abs=1e-3)


def test_stopped_is_never_used_up() -> None:
    stopped = pace_of([40] * 12 + [0] * 12)
    assert stopped.band(50) == Band(0, 0, 0)
    assert used_up(1, stopped, today=TODAY) == UsedUp(None, None, None)
    assert not UsedUp(None, None, None).is_open


@pytest.mark.parametrize("left", [0, -5])
def test_already_over(left: int) -> None:
    for pace in (None, pace_of(STEADY)):
        assert used_up(left, pace, today=TODAY) == UsedUp(TODAY, TODAY, TODAY, already=True)


def test_days_off_make_a_week_shorter_not_the_pace() -> None:
    scale = {MONDAY - WEEK * 3: 0.8, MONDAY - WEEK * 5: 0.5, MONDAY - WEEK * 6: 0.0}
    weeks = [40, 40, 40, 40, 40, 40, 40, 0, 20, 40, 32, 40, 40]
    pace = pace_of(weeks, scale=scale)
    assert (pace.weeks, pace.mean, pace.spread) == (12, 40 * HOUR, 0)
    assert len(history_of(weeks, scale=scale).starts) == 12
    assert pace_of(weeks).mean < 38 * HOUR
    # Without the week in which nobody worked there are only seven.
    assert paces(history_of([40, 40, 40, 0, 40, 40, 40, 40], scale={MONDAY - WEEK * 5: 0.0})) == {}


def test_what_a_week_may_take() -> None:
    friday_week = date(2026, 12, 5)  # up to Friday, 4 December: seven working days after today
    assert pace_to_land(70, friday_week, today=TODAY) == 50
    assert pace_to_land(71, friday_week, today=TODAY) == 50
    assert pace_to_land(70, friday_week, today=TODAY, off=[date(2026, 11, 26), date(2026, 11, 28)]) == 58
    assert pace_to_land(-3, friday_week, today=TODAY) == 0
    for end in (date(2026, 11, 26), TODAY, date(2026, 1, 1)):
        assert pace_to_land(70, end, today=TODAY) is None
    assert weeks_ahead(friday_week, today=TODAY) == 1.4
    assert weeks_ahead(TODAY, today=TODAY) == 0


def test_how_a_cycle_will_end() -> None:
    end, pace = date(2026, 12, 1), pace_of([30, 50] * 6)  # Thursday, Friday and Monday: 0.6 of a week, 24 hours
    reach = 1.36343 * math.sqrt(1200 / 11) * math.sqrt(0.6 * 12.6 / 12)
    found = outlook(0, pace, end, today=TODAY)
    assert found is not None
    assert [found.rest.low / HOUR, found.rest.middle / HOUR, found.rest.high / HOUR] == pytest.approx(
        [24 - reach, 24, 24 + reach], abs=1e-3
    )
    cases = {found.rest.low - 1: "likely over", found.rest.low: "could go either way", found.rest.high - 1: "could go either way"}
    for left, words in (cases | {found.rest.high: "likely within", -1: "likely over"}).items():
        chance = outlook(left, pace, end, today=TODAY)
        assert chance is not None and chance.chance == words
    last_day = outlook(0, pace, date(2026, 11, 26), today=TODAY)
    assert last_day is not None and (last_day.rest, last_day.chance) == (Band(0, 0, 0), Chance.LIKELY_WITHIN)


def test_the_course_is_flat_where_nobody_works() -> None:
    found = course(pace_of(STEADY), date(2026, 12, 1), today=TODAY, off=[date(2026, 11, 27)])
    assert [(str(day), band.middle // HOUR) for day, band in found] == [
        ("2026-11-25", 0),
        ("2026-11-26", 8),
        ("2026-11-27", 8),
        ("2026-11-28", 8),
        ("2026-11-29", 8),
        ("2026-11-30", 16),
        ("2026-12-01", 24),
    ]


SERIES = st.lists(st.integers(0, 100), min_size=8, max_size=30)


@settings(max_examples=60, deadline=None)
@given(SERIES, st.sampled_from([0.2, 1, 1.4, 4, 26]))
def test_the_band_is_the_formula(weeks: list[int], ahead: float) -> None:
    weeks[0] += 1  # it begins there
    pace = pace_of(weeks)
    middle, reach = plain_band(weeks[-12:], ahead)
    band = pace.band(ahead)
    # The interpolated t is off by less than a part in a thousand.
    assert [band.low / HOUR, band.middle / HOUR, band.high / HOUR] == pytest.approx(
        [max(middle - reach, 0), middle, middle + reach], abs=1e-3 + reach * 2e-3
    )


@settings(max_examples=60, deadline=None)
@given(SERIES, st.integers(-10, 10**7), st.frozensets(st.sampled_from(WEEKDAYS)), st.integers(0, 800), st.floats(1, 20))
def test_never_a_day_in_the_past_and_in_order(weeks: list[int], left: int, weekdays: frozenset[str], later: int, wider: float) -> None:
    weeks[0] += 1
    today = TODAY + timedelta(days=later)
    found = used_up(left, paces(history_of(weeks), wider)["p"], today=today, weekdays=weekdays)
    assert found is not None
    days = [found.earliest, found.middle, found.latest]
    known = [day for day in days if day is not None]
    assert days == sorted(known) + [None] * (3 - len(known))
    assert all(today + timedelta(days=1) <= day <= today + 104 * WEEK for day in known) or found.already
    if weekdays and not found.already:
        assert {WEEKDAYS[day.weekday()] for day in known} <= weekdays


def plain_record(rows: Sequence[Sequence[int]], scale: Sequence[float]) -> list[tuple[float, float]]:
    """Each try: how far off it was and how far the band reached, in plain Python; rows in seconds."""
    found = []
    for row in rows:
        begun = next((place for place, one in enumerate(row) if one), len(row))
        for at in range(begun + 12, len(row) - 3):
            before = [one / part for one, part in zip(row[at - 12 : at], scale[at - 12 : at], strict=True)]
            if any(before):
                middle, reach = plain_band(before, sum(scale[at : at + 4]))
                found.append((abs(sum(row[at : at + 4]) - middle), reach))
    return found


def drawn_history(seed: int, projects: int = 6, weeks: int = 40) -> Weekly:
    """Weeks of every kind: late beginnings, levels that change, many empty ones, days off, one row without anything."""
    random = np.random.default_rng(seed)
    sums = random.gamma(2, 20_000, (projects, weeks)) * (random.random((projects, weeks)) < random.random((projects, 1)))
    sums[:, weeks // 2 :] *= random.uniform(0.3, 3, (projects, 1))
    begins = random.integers(0, weeks // 2, projects)
    sums[np.arange(weeks) < begins[:, None]] = 0
    whole = sums.astype(np.int64)
    whole[0] = 0
    scale = np.where(random.random(weeks) < 0.2, 0.6, 1.0)
    begins = np.array([next((place for place, one in enumerate(row) if one), weeks) for row in whole.tolist()])
    starts = tuple(MONDAY - WEEK * (weeks - place) for place in range(weeks))
    return Weekly(tuple(f"p{place}" for place in range(projects)), starts, whole, scale, begins)


@pytest.mark.parametrize("seed", range(8))
def test_the_record_is_what_plain_python_counts(seed: int) -> None:
    history = drawn_history(seed)
    tries = plain_record(history.sums.tolist(), history.scale.tolist())
    found = record_of(history)
    assert (found.of, found.held) == (len(tries), sum(off <= reach for off, reach in tries))
    assert found.share == Fraction(found.held, found.of)
    wide_enough = sum(off <= reach * found.wider * 1.002 for off, reach in tries)
    assert found.held_wider * 4 >= found.of * 3
    assert wide_enough * 4 >= len(tries) * 3
    if found.wider > 1:  # and no wider than it has to be
        assert sum(off <= reach * found.wider * 0.998 for off, reach in tries) * 4 < len(tries) * 3
        assert found.held * 4 < found.of * 3


def test_a_record_of_a_few_that_can_be_counted() -> None:
    """16 weeks are one try, 17 two; 15 none. Steady weeks hold to the second, and a week too much is off by all of it."""
    assert record_of(history_of([40] * 15)) == Record(0, 0)
    assert record_of(history_of([40] * 16)) == Record(1, 1, 1.0, 1)
    assert record_of(history_of([40] * 17)) == Record(2, 2, 1.0, 2)
    assert record_of(history_of([0, *[40] * 15])) == Record(0, 0)  # begun a week later
    # 30 and 50 in turn, 4 weeks ahead 160 ± 1.36343 · 10.4447 · √(16/3) = 32.89; what came was 226.7: off by 66.7, 2.03 times too far.
    jump = record_of(history_of([30, 50] * 6 + [56.675] * 4))
    assert (jump.held, jump.of, jump.held_wider) == (0, 1, 1)
    assert jump.wider == pytest.approx(66.7 / 32.888, rel=1e-3)


def test_steady_weeks_that_break_off_cannot_be_widened() -> None:
    broken = record_of(history_of([40] * 12 + [10] * 4))
    assert broken == Record(0, 1, 1.0, 0)


def test_what_has_stopped_makes_no_record() -> None:
    """Of 40 weeks, 12 worked and 28 empty: the tries whose twelve weeks have time in them, the last of them 11 empty ones."""
    found = record_of(history_of([30, 50] * 6 + [0] * 28))
    assert found.of == 12
    assert record_of(history_of([40] + [0] * 60)).of == 1


def test_days_off_are_in_the_record_too() -> None:
    """Four weeks at half strength after twelve full ones take 80 of 160 hours, as foreseen."""
    scale = {MONDAY - WEEK * back: 0.5 for back in (1, 2, 3, 4)}
    assert record_of(history_of([40] * 12 + [20] * 4, scale=scale)) == Record(1, 1, 1.0, 1)
    assert record_of(history_of([40] * 12 + [20] * 4)).held == 0


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("pq"), st.integers(-100, 30), st.integers(1, 9)), max_size=30),
    st.sampled_from(WEEKDAYS),
    st.integers(0, 6),
)
def test_weeks_have_what_their_days_have(rows: list[tuple[str, int, int]], week_start: str, later: int) -> None:
    today = TODAY + timedelta(days=later)
    dated = [(project, today + timedelta(days=back), count) for project, back, count in rows]
    found = weekly(cube(*((project, str(day), count) for project, day, count in dated)), today=today, week_start=week_start)
    for project, sums in zip(found.ids, found.sums.tolist(), strict=True):
        for start, one in zip(found.starts, sums, strict=True):
            assert week_of(start, week_start).start == start
            assert one == HOUR * sum(count for own, day, count in dated if own == project and start <= day < start + WEEK)
    finished = [count for _, day, count in dated if day < week_of(today, week_start).start]
    assert found.sums.sum() == HOUR * sum(finished)
    assert not found.starts or found.starts[-1] + WEEK == week_of(today, week_start).start


def test_a_large_workspace_takes_no_time() -> None:
    history = drawn_history(1, 800, 64)
    begun = perf_counter()
    record = record_of(history)
    found = paces(history, record.wider)
    took = perf_counter() - begun
    assert record.of > 20_000 and len(found) == (history.begins <= 64 - 8).sum()
    assert took < 3, took  # a tenth of a second
