"""The freshness plan as a pure function: design.md's table at its edges, order, and requests that run out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from clockify.mirror.freshness import Action, Ages, Step, ages_of, list_age, plan_months
from clockify.mirror.snapshots import MonthState, RowTimes, Verdict
from clockify.mirror.thrift import are_lists_cheaper, is_checked_by_sums
from clockify.periods import Month

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER = (Month(2026, number) for number in (9, 10, 11, 12))
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def state(month: Month, checked_at: datetime, rows_at: datetime | None = None, verdict: Verdict | None = None) -> MonthState:
    at = checked_at.timestamp()
    rows = RowTimes((rows_at or checked_at).timestamp())
    return MonthState(month, "v", "report", False, 1, rows, at, verdict or Verdict(True, at))


def planned(
    month: Month, checked_at: datetime, now: datetime = NOW, *, rows_at: datetime | None = None, zone: str = "UTC", is_free: bool = False
) -> list[Step]:
    known = {month: state(month, checked_at, rows_at)}
    return plan_months([month], known, now=now, zone=zone, is_free=is_free, requests_left=None)


# October ended at midnight before 1 November: 44 days ago on 15 December, 45 on the 16th.
@pytest.mark.parametrize(
    ("month", "today", "paid", "free"),
    [
        (NOVEMBER, "2026-11-01", (5 * MINUTE, 15 * MINUTE), (15 * MINUTE, HOUR)),
        (NOVEMBER, "2026-11-30", (5 * MINUTE, 15 * MINUTE), (15 * MINUTE, HOUR)),
        (NOVEMBER, "2026-12-01", (HOUR, 6 * HOUR), (6 * HOUR, DAY)),
        (OCTOBER, "2026-11-01", (HOUR, 6 * HOUR), (6 * HOUR, DAY)),
        (OCTOBER, "2026-12-15", (HOUR, 6 * HOUR), (6 * HOUR, DAY)),
        (OCTOBER, "2026-12-16", (DAY, 7 * DAY), (7 * DAY, 30 * DAY)),
        (Month(2020, 2), "2026-11-21", (DAY, 7 * DAY), (7 * DAY, 30 * DAY)),
        (DECEMBER, "2026-11-21", (5 * MINUTE, 15 * MINUTE), (15 * MINUTE, HOUR)),
    ],
)
def test_the_table(month: Month, today: str, paid: tuple[timedelta, timedelta], free: tuple[timedelta, timedelta]) -> None:
    now, second = datetime.fromisoformat(f"{today}T12:00:00+00:00"), timedelta(seconds=1)
    for is_free, (check, rows) in ((False, paid), (True, free)):
        assert ages_of(month, now, "UTC", is_free=is_free) == Ages(check, rows)
        assert planned(month, now - check + second, now, is_free=is_free) == []
        assert planned(month, now - check, now, is_free=is_free) == [Step(month, Action.CHECK)]
        # Sums that agree say nothing of the rows: these have an age of their own.
        assert planned(month, now, now, rows_at=now - rows + second, is_free=is_free) == []
        assert planned(month, now, now, rows_at=now - rows, is_free=is_free) == [Step(month, Action.RENEW)]


@pytest.mark.parametrize(("is_free", "check", "rows"), [(False, 15 * MINUTE, HOUR), (True, HOUR, 4 * HOUR)])
def test_while_webhooks_are_heard_the_running_month_is_checked_less_often(is_free: bool, check: timedelta, rows: timedelta) -> None:
    assert ages_of(NOVEMBER, NOW, "UTC", is_free=is_free, heard=True) == Ages(check, rows)
    for month in (OCTOBER, Month(2020, 2)):
        assert ages_of(month, NOW, "UTC", is_free=is_free, heard=True) == ages_of(month, NOW, "UTC", is_free=is_free)
    assert list_age("running", is_free=is_free, heard=True) == check
    assert list_age("projects", is_free=is_free, heard=True) == list_age("projects", is_free=is_free)


def steps_for(verdict: Verdict, *, is_free: bool, heard: bool, minutes: float) -> list[Action]:
    checked = NOW - minutes * MINUTE
    known = {NOVEMBER: state(NOVEMBER, checked, verdict=replace(verdict, at=checked.timestamp()))}
    steps = plan_months([NOVEMBER], known, now=NOW, zone="UTC", is_free=is_free, requests_left=None, heard=heard)
    return [step.action for step in steps]


def test_what_webhooks_put_in_is_not_checked_every_minute() -> None:
    pending = Verdict(None, 0.0, is_pending=True)
    assert steps_for(pending, is_free=False, heard=True, minutes=14) == []
    assert steps_for(pending, is_free=False, heard=True, minutes=15) == [Action.CHECK]
    assert steps_for(pending, is_free=True, heard=True, minutes=59) == []


@pytest.mark.parametrize("heard", [True, False])
def test_a_day_that_is_doubted_is_read_soon(heard: bool) -> None:
    doubted = Verdict(None, 0.0, is_pending=True, doubted=("2026-11-03",))
    assert steps_for(doubted, is_free=False, heard=heard, minutes=0.9) == []
    assert steps_for(doubted, is_free=False, heard=heard, minutes=1) == [Action.CHECK]
    # On the free plan no sooner than a check where nothing is heard costs anyway, or nearly so.
    free = 20 if heard else 15
    assert steps_for(doubted, is_free=True, heard=heard, minutes=free - 0.1) == []
    assert steps_for(doubted, is_free=True, heard=heard, minutes=free) == [Action.CHECK]


def test_today_is_that_of_the_report_zone() -> None:
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert ages_of(DECEMBER, new_year, "UTC", is_free=False).check == 5 * MINUTE
    assert ages_of(DECEMBER, new_year, "Europe/Belgrade", is_free=False).check == HOUR
    assert ages_of(Month(2027, 1), new_year, "Europe/Belgrade", is_free=False).check == 5 * MINUTE


@pytest.mark.parametrize(("is_free", "seconds", "action"), [(False, 59, None), (False, 60, Action.CHECK), (True, 60, None)])
def test_what_was_put_in_is_checked_after_a_minute_where_requests_are_not_counted(
    is_free: bool, seconds: int, action: Action | None
) -> None:
    checked = NOW - timedelta(seconds=seconds)
    known = {NOVEMBER: state(NOVEMBER, checked, verdict=Verdict(None, checked.timestamp(), is_pending=True))}
    steps = plan_months([NOVEMBER], known, now=NOW, zone="UTC", is_free=is_free, requests_left=None)
    assert [step.action for step in steps] == ([action] if action else [])


def test_days_that_found_no_request_are_asked_for_again_after_a_minute() -> None:
    checked = NOW - MINUTE
    known = {NOVEMBER: state(NOVEMBER, checked, verdict=Verdict(False, checked.timestamp(), days=("2026-11-03",)))}
    steps = plan_months([NOVEMBER], known, now=NOW, zone="UTC", is_free=True, requests_left=None)
    assert [step.action for step in steps] == [Action.CHECK]


def test_a_check_that_lies_ahead_by_more_than_its_age_is_stale() -> None:
    assert planned(NOVEMBER, NOW + 4 * MINUTE) == []
    assert planned(NOVEMBER, NOW + 5 * MINUTE) == [Step(NOVEMBER, Action.CHECK)]


@pytest.mark.parametrize(
    ("kind", "paid", "free"), [("running", 5 * MINUTE, 15 * MINUTE), ("projects", HOUR, 6 * HOUR), ("user", HOUR, 6 * HOUR)]
)
def test_lists(kind: str, paid: timedelta, free: timedelta) -> None:
    assert (list_age(kind, is_free=False), list_age(kind, is_free=True)) == (paid, free)


def test_missing_months_first_and_those_near_today_before_distant_ones() -> None:
    wanted = [SEPTEMBER, DECEMBER, Month(2025, 12), NOVEMBER, OCTOBER]
    stored = {month: state(month, NOW - 2 * DAY, NOW) for month in (NOVEMBER, Month(2025, 12))}
    steps = plan_months(wanted, stored, now=NOW, zone="UTC", is_free=False, requests_left=None)
    assert [(step.action, step.month) for step in steps] == [
        (Action.READ, OCTOBER),
        (Action.READ, SEPTEMBER),
        (Action.READ, DECEMBER),
        (Action.CHECK, NOVEMBER),
        (Action.CHECK, Month(2025, 12)),
    ]
    assert not any(step.waits for step in steps)


@pytest.mark.parametrize(("left", "waits"), [(3, [False, False, False]), (2, [False, False, True]), (0, [True, True, True])])
def test_what_finds_no_request_left_waits(left: int, waits: list[bool]) -> None:
    stored = {NOVEMBER: state(NOVEMBER, NOW - DAY, NOW)}
    steps = plan_months([NOVEMBER, OCTOBER, SEPTEMBER], stored, now=NOW, zone="UTC", is_free=True, requests_left=left)
    assert [step.month for step in steps] == [OCTOBER, SEPTEMBER, NOVEMBER]
    assert [step.waits for step in steps] == waits


@pytest.mark.parametrize(("left", "waits"), [(5, [False, False]), (4, [False, True]), (3, [True, True])])
def test_a_month_that_is_known_to_cost_more_waits_for_all_of_it(left: int, waits: list[bool]) -> None:
    steps = plan_months([OCTOBER, SEPTEMBER], {}, now=NOW, zone="UTC", is_free=True, requests_left=left, prices={OCTOBER: 4})
    assert [(step.month, step.waits) for step in steps] == list(zip((OCTOBER, SEPTEMBER), waits, strict=True))


def test_what_is_only_compared_with_comes_last_and_cannot_use_what_is_kept_for_what_is_looked_at() -> None:
    left = {"requests_left": 1, "left_for_missing": 2}
    steps = plan_months([SEPTEMBER, OCTOBER], {}, now=NOW, zone="UTC", is_free=True, beside=[NOVEMBER], **left)  # type: ignore[arg-type]
    assert [(step.month, step.waits) for step in steps] == [(OCTOBER, False), (SEPTEMBER, False), (NOVEMBER, True)]


def test_refresh_takes_every_stored_month_as_stale_and_reads_none_without_need() -> None:
    stored = {month: state(month, NOW) for month in (OCTOBER, NOVEMBER)}
    steps = plan_months([OCTOBER, NOVEMBER], stored, now=NOW, zone="UTC", is_free=True, requests_left=9, check_now=True)
    assert [(step.month, step.action) for step in steps] == [(NOVEMBER, Action.CHECK), (OCTOBER, Action.CHECK)]


def test_nothing_is_planned_for_months_that_nobody_looks_at() -> None:
    stored = {month: state(month, NOW - 99 * DAY) for month in (SEPTEMBER, OCTOBER)}
    assert plan_months([], stored, now=NOW, zone="UTC", is_free=False, requests_left=None) == []


@pytest.mark.parametrize(
    ("months", "entries", "pages", "people", "cheaper"),
    [
        (1, 1500, 8, 1, True),  # two pages of his list and a summary
        (1, 1500, 3, 1, False),
        (1, 1500, 4, 1, True),
        (12, 5025, 37, 6, True),  # one page each, and a summary a month
        (12, 5025, 18, 6, False),
        (1, 10, 5, 0, False),  # nobody is known
    ],
)
def test_lists_are_read_where_they_cost_less(months: int, entries: int, pages: int, people: int, cheaper: bool) -> None:
    assert are_lists_cheaper(months, entries, pages, people) is cheaper


@pytest.mark.parametrize(
    ("entries", "is_counted", "by_sums"),
    [
        # Of at most ten pages a month is read again, or of four where each request counts: that is what summaries may cost.
        (10_000, False, False),
        (10_001, False, True),
        (4_000, True, False),
        (4_001, True, True),
    ],
)
def test_a_month_of_few_pages_is_read_again_and_a_larger_one_compared(entries: int, is_counted: bool, by_sums: bool) -> None:
    month = replace(state(NOVEMBER, NOW), entries_count=entries)
    assert is_checked_by_sums(month, 1000, is_counted=is_counted) is by_sums
