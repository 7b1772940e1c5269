"""Plans and the rolling hour."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from clockify.api.quota import UNKNOWN_PLAN, Intent, MemoryLedger, free_at, plan_of, used

TWO = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)


def minutes_before(*minutes: float) -> list[datetime]:
    return [TWO - timedelta(minutes=each) for each in minutes]


@pytest.mark.parametrize("name", ["TRIAL", "BASIC_2021", "STANDARD_2021", "PRO_2021", "ENTERPRISE_2021", "BUNDLE_2024"])
def test_named_plans_are_paid(name: str) -> None:
    plan = plan_of({"featureSubscriptionType": name})
    assert (plan.name, plan.is_free, plan.requests_per_hour, plan.report_days) == (name, False, None, 366)


@pytest.mark.parametrize("name", ["BUNDLE_YEAR_2024", "STANDARD_YEAR_2021", "PRO_2021_YEAR", "SPECIAL", "SELF_HOSTED"])
def test_yearly_and_special_plans_are_paid(name: str) -> None:
    assert not plan_of({"featureSubscriptionType": name}).is_free


@pytest.mark.parametrize("workspace", [{}, {"featureSubscriptionType": None}, {"featureSubscriptionType": "FREE"}])
def test_free_and_old_free_have_30_requests_and_31_days(workspace: dict[str, object]) -> None:
    plan = plan_of(workspace)
    assert (plan.is_free, plan.requests_per_hour, plan.report_days, plan.kept) == (True, 30, 31, 6)


@pytest.mark.parametrize("name", ["PLATINUM_2031", "free", "PRO", "XPRO_2021", "PRO_2021 ", 7, ["PRO_2021"]])
def test_a_plan_nobody_knows_counts_as_free(name: object) -> None:
    assert plan_of({"featureSubscriptionType": name}).is_free


def test_features_tell_the_range_before_the_name_does() -> None:
    assert plan_of({"featureSubscriptionType": "FREE", "features": ["ONE_YEAR_RANGE_REPORTS"]}).report_days == 366
    assert plan_of({"featureSubscriptionType": "BASIC_2021", "features": ["ONE_MONTH_RANGE_REPORTS"]}).report_days == 31
    both = ["ONE_MONTH_RANGE_REPORTS", "ONE_YEAR_RANGE_REPORTS"]
    assert plan_of({"featureSubscriptionType": "BASIC_2021", "features": both}).report_days == 366
    assert plan_of({"featureSubscriptionType": "BASIC_2021", "features": None}).report_days == 366


def test_a_free_plan_keeps_six_requests_for_people() -> None:
    plan = plan_of({})
    assert plan.limit_for(Intent.PERSON) == 30
    assert plan.limit_for(Intent.BACKGROUND) == 24
    # What somebody waits for on screen may take four of the six, so that two are left for his own click.
    assert plan.limit_for(Intent.VIEWER) == 28
    assert plan == UNKNOWN_PLAN


def test_the_setting_raises_the_allowance_of_a_free_plan_alone() -> None:
    older = plan_of({}, 300)
    assert (older.limit_for(Intent.PERSON), older.limit_for(Intent.BACKGROUND)) == (300, 294)
    assert plan_of({"featureSubscriptionType": "PRO_2021"}, 300).limit_for(Intent.BACKGROUND) is None


def test_a_tiny_allowance_leaves_the_background_one_request() -> None:
    tiny = plan_of({}, 4)
    assert (tiny.limit_for(Intent.PERSON), tiny.limit_for(Intent.BACKGROUND)) == (4, 1)


def test_requests_go_one_by_one_on_free_and_by_eight_on_paid() -> None:
    assert plan_of({}).requests_at_once == 1
    assert plan_of({"featureSubscriptionType": "TRIAL"}).requests_at_once == 8


def test_the_hour_begins_just_after_the_same_time_an_hour_ago() -> None:
    assert used(minutes_before(60, 59, 1, 0), TWO) == 3
    assert used([], TWO) == 0


@pytest.mark.parametrize("limit", [0, 1])
def test_a_limit_below_one_counts_as_one(limit: int) -> None:
    now = datetime(2026, 11, 21, 14, tzinfo=UTC)
    assert free_at([], now, limit) is None
    assert free_at([now - timedelta(minutes=10)], now, limit) == now + timedelta(minutes=50)


def test_nothing_has_to_be_waited_for_under_the_limit() -> None:
    assert free_at(minutes_before(50, 40), TWO, 3) is None
    assert free_at(minutes_before(60, 50, 40), TWO, 3) is None


def test_the_next_request_is_free_when_enough_old_ones_are_an_hour_old() -> None:
    # Three in the hour, three allowed: the oldest (13:10) has to leave.
    assert free_at(minutes_before(10, 50, 30), TWO, 3) == datetime(2026, 11, 21, 14, 10, tzinfo=UTC)
    # Four in the hour, two allowed: the third oldest (13:50) has to leave as well.
    assert free_at(minutes_before(50, 40, 10, 5), TWO, 2) == datetime(2026, 11, 21, 14, 50, tzinfo=UTC)


def test_at_the_moment_that_was_named_a_request_is_free() -> None:
    moments = minutes_before(50, 30)
    named = free_at(moments, TWO, 2)
    assert named is not None
    assert free_at(moments, named, 2) is None
    assert free_at(moments, named - timedelta(microseconds=1), 2) == named


def test_the_ledger_records_until_the_limit_and_nothing_after() -> None:
    ledger = MemoryLedger()
    assert ledger.claim(now=TWO, limit=2) is None
    assert ledger.claim(now=TWO + timedelta(minutes=10), limit=2) is None
    assert ledger.claim(now=TWO + timedelta(minutes=20), limit=2) == TWO + timedelta(hours=1)
    assert ledger.used(TWO + timedelta(minutes=20)) == 2
    assert ledger.claim(now=TWO + timedelta(hours=1), limit=2) is None


def test_the_ledger_counts_without_a_limit_too() -> None:
    ledger = MemoryLedger()
    assert [ledger.claim(now=TWO, limit=None) for _ in range(40)] == [None] * 40
    assert ledger.used(TWO) == 40
    assert ledger.claim(now=TWO, limit=30) == TWO + timedelta(hours=1)


def test_threads_never_claim_more_than_the_limit() -> None:
    ledger = MemoryLedger()
    # The clock is read before the ledger is reached, so moments arrive out of order.
    moments = [TWO + timedelta(milliseconds=each % 7) for each in range(200)]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda moment: ledger.claim(now=moment, limit=24), moments))
    assert answers.count(None) == 24
