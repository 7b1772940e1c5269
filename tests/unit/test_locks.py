"""What a workspace's settings force and lock; the days were counted on a calendar by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from clockify.locks import NO_RULEBOOK, AutomaticLock, rulebook_of
from clockify.writes import NO_RULES, Rules

ZONE = "Europe/Belgrade"
NOW = datetime(2026, 11, 26, 13, 17, tzinfo=UTC)  # a Thursday


def test_what_is_forced_is_read() -> None:
    settings = {"forceProjects": True, "forceTasks": True, "forceDescription": True, "forceTags": True}
    assert rulebook_of(settings).at(NOW, ZONE) == Rules(True, True, True, True)
    assert rulebook_of(dict.fromkeys(settings, False)).at(NOW, ZONE) == NO_RULES


def test_a_lock_by_hand_is_its_moment() -> None:
    rules = rulebook_of({"lockTimeEntries": "2026-10-31T23:00:00Z", "lockTimeZone": "Europe/Belgrade"}).at(NOW, "Asia/Tokyo")
    assert rules.locked_before == datetime(2026, 10, 31, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("lock", "today", "first"),
    [
        # Weeks from Monday are locked on Wednesday: on the Tuesday the week before is still open.
        (AutomaticLock("WEEKLY", "WEDNESDAY", "MONDAY"), date(2026, 11, 24), date(2026, 11, 16)),
        (AutomaticLock("WEEKLY", "WEDNESDAY", "MONDAY"), date(2026, 11, 25), date(2026, 11, 23)),
        (AutomaticLock("WEEKLY", "WEDNESDAY", "MONDAY"), date(2026, 11, 29), date(2026, 11, 23)),
        (AutomaticLock("WEEKLY", "MONDAY", "MONDAY"), date(2026, 11, 23), date(2026, 11, 23)),
        # Weeks from Sunday, locked on Saturday: the last day of the next one.
        (AutomaticLock("WEEKLY", "SATURDAY", "SUNDAY"), date(2026, 11, 27), date(2026, 11, 15)),
        (AutomaticLock("WEEKLY", "SATURDAY", "SUNDAY"), date(2026, 11, 28), date(2026, 11, 22)),
        (AutomaticLock("MONTHLY", day_of_month=15), date(2026, 11, 14), date(2026, 10, 1)),
        (AutomaticLock("MONTHLY", day_of_month=15), date(2026, 11, 15), date(2026, 11, 1)),
        (AutomaticLock("MONTHLY", day_of_month=31), date(2026, 11, 29), date(2026, 10, 1)),
        (AutomaticLock("MONTHLY", day_of_month=31), date(2026, 11, 30), date(2026, 11, 1)),
        (AutomaticLock("MONTHLY", day_of_month=5), date(2026, 1, 4), date(2025, 12, 1)),
        (AutomaticLock("OLDER_THAN", count=5, unit="DAYS"), date(2026, 11, 26), date(2026, 11, 21)),
        (AutomaticLock("OLDER_THAN", count=2, unit="WEEKS"), date(2026, 11, 26), date(2026, 11, 12)),
        (AutomaticLock("OLDER_THAN", count=1, unit="MONTHS"), date(2026, 3, 31), date(2026, 2, 28)),
        (AutomaticLock("OLDER_THAN", count=12, unit="MONTHS"), date(2026, 11, 26), date(2025, 11, 26)),
    ],
)
def test_an_automatic_lock_moves_with_the_days(lock: AutomaticLock, today: date, first: date) -> None:
    assert lock.first_open_day(today) == first


def test_a_lock_counts_the_days_of_its_own_zone() -> None:
    settings = {"automaticLock": {"type": "OLDER_THAN", "olderThanPeriod": "DAYS", "olderThanValue": 1}}
    late = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)  # the 27th in Belgrade, the 26th in New York
    assert rulebook_of(settings).at(late, ZONE).locked_before == datetime(2026, 11, 25, 23, tzinfo=UTC)
    abroad = rulebook_of(settings | {"lockTimeZone": "America/New_York"})
    assert abroad.at(late, ZONE).locked_before == datetime(2026, 11, 25, 5, tzinfo=UTC)


def test_of_two_locks_the_later_counts() -> None:
    automatic = {"type": "MONTHLY", "dayOfMonth": 1}
    for by_hand, expected in (("2026-10-01T00:00:00Z", datetime(2026, 10, 31, 23, tzinfo=UTC)), ("2026-11-20T00:00:00Z", None)):
        found = rulebook_of({"automaticLock": automatic, "lockTimeEntries": by_hand}).at(NOW, ZONE)
        assert found.locked_before == (expected or datetime.fromisoformat(by_hand))


@pytest.mark.parametrize(
    "settings",
    [
        None,
        "x",
        [],
        {},
        {"lockTimeEntries": None, "automaticLock": None, "lockTimeZone": None, "forceProjects": None},
        {"lockTimeEntries": "yesterday", "forceTasks": "true", "forceTags": 1},
        {"lockTimeEntries": "2026-10-31T23:00:00"},
        {"lockTimeEntries": 5, "automaticLock": "WEEKLY"},
        {"lockTimeEntries": "0001-01-01T00:00:00Z"},
        {"automaticLock": {}},
        {"automaticLock": {"type": "YEARLY", "dayOfMonth": 1}},
        {"automaticLock": {"type": "WEEKLY", "changeDay": "Someday", "firstDay": "MONDAY"}},
        {"automaticLock": {"type": "WEEKLY", "changeDay": "MONDAY", "firstDay": None}},
        {"automaticLock": {"type": "MONTHLY", "dayOfMonth": 32}},
        {"automaticLock": {"type": "MONTHLY", "dayOfMonth": True}},
        {"automaticLock": {"type": "MONTHLY", "dayOfMonth": "1"}},
        {"automaticLock": {"type": "OLDER_THAN", "olderThanPeriod": "YEARS", "olderThanValue": 1}},
        {"automaticLock": {"type": "OLDER_THAN", "olderThanPeriod": "DAYS", "olderThanValue": 0}},
        {"automaticLock": {"type": "OLDER_THAN", "olderThanPeriod": "DAYS", "olderThanValue": 10**9}},
        {"lockTimeZone": "Mars/Base"},
        {"lockTimeZone": "../etc"},
    ],
)
def test_what_makes_no_sense_forces_and_locks_nothing(settings: object) -> None:
    assert rulebook_of(settings).at(NOW, ZONE) == NO_RULES


def test_without_settings_there_are_no_rules() -> None:
    assert NO_RULEBOOK.at(NOW, ZONE) == NO_RULES
