"""The demo's own life: believable, bounded, and never at odds with itself."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from clockify.demo import OWNER_KEY, agency_world
from clockify.demo.happenings import ADDED, EVENTS, STARTED, STOPPED, UPDATED
from clockify.demo.holder import Demo
from clockify.demo.hooks import Hook, Sender
from clockify.demo.life import Life
from clockify.demo.request import Terms

BELGRADE = ZoneInfo("Europe/Belgrade")
MORNING = datetime(2026, 3, 30, 9, 40, tzinfo=BELGRADE)  # a Monday, two days before a month ends
KEPT = ("start", "seconds", "user_id", "project_id", "description")


class Lived:
    """A demo that has lived from one moment for some hours of simulated time."""

    def __init__(self, begin: datetime, hours: float, seed: int = 1) -> None:
        self.now, self.life, self.events = begin, Life(seed), Counter()
        self.demo = Demo(lambda now: agency_world(now), Terms("STANDARD_2021", 1000), (), lambda: self.now, life=self.life)
        self.first = [entry for entry in self.demo.world.entries if entry.start < self.midnight(begin)]
        self.owner = self.demo.world.keys[OWNER_KEY]
        self.demo.world.listeners.append(lambda happening: self.events.update([happening.event]))
        self.changes_by_day: Counter = Counter()
        self.run(begin + timedelta(hours=hours))

    def run(self, end: datetime) -> None:
        while self.now < end:
            self.now += timedelta(seconds=self.life.pause())
            world = self.demo.world
            self.changes_by_day[self.now.date()] += self.life.step(world, self.now)
            instant = self.now.timestamp()
            assert all(timer.start <= instant for timer in world.running)
            assert all(entry.start + entry.seconds <= instant for entry in world.between(int(instant) - 86400, int(instant) + 86400))

    @staticmethod
    def midnight(moment: datetime) -> int:
        return int(datetime.combine(moment.astimezone(BELGRADE).date(), time(), BELGRADE).timestamp())

    @property
    def of_days(self) -> dict:
        """Every finished entry since the first day's midnight, by person."""
        found = defaultdict(list)
        for entry in self.demo.world.entries:
            found[entry.user_id].append(entry)
        return found


@pytest.fixture(scope="module")
def week() -> Lived:
    return Lived(MORNING, hours=24 * 3)


def test_nobodys_entries_overlap(week: Lived) -> None:
    since = week.midnight(MORNING)
    for user_id, entries in week.of_days.items():
        own = sorted(entry for entry in entries if entry.start >= since)
        timers = [timer for timer in week.demo.world.running if timer.user_id == user_id]
        assert len(timers) <= 1
        ends = [entry.start + entry.seconds for entry in own]
        starts = [entry.start for entry in [*own[1:], *timers]]
        assert all(end <= start for end, start in zip(ends, starts, strict=False)), user_id


def test_a_day_has_a_few_hundred_changes_and_no_more(week: Lived) -> None:
    whole_days = [week.changes_by_day[day] for day in sorted(week.changes_by_day)[1:-1]]
    assert len(whole_days) == 2
    assert all(200 <= changes <= 500 for changes in whole_days)


def test_nobody_works_more_than_people_do(week: Lived) -> None:
    by_day: Counter = Counter()
    for entry in week.demo.world.between(week.midnight(MORNING), int(week.now.timestamp())):
        by_day[entry.user_id, datetime.fromtimestamp(entry.start, BELGRADE).date()] += entry.seconds
    assert max(by_day.values()) <= 10 * 3600
    # Somebody has done a day's work, too: the life is no mere flicker.
    assert sum(by_day.values()) >= 3 * 6 * 3600


def test_what_was_before_the_process_never_moves(week: Lived) -> None:
    since = week.midnight(MORNING)
    later = [entry for entry in week.demo.world.entries if entry.start < since]
    assert [tuple(getattr(one, name) for name in KEPT) for one in later] == [
        tuple(getattr(one, name) for name in KEPT) for one in week.first
    ]


def test_a_day_that_has_ended_stays_as_it_was_lived() -> None:
    lived = Lived(MORNING, hours=13)
    midnight = datetime(2026, 3, 31, tzinfo=BELGRADE)
    lived.run(midnight)
    before = {one.id: one for one in lived.demo.world.between(lived.midnight(MORNING), int(midnight.timestamp()) - 1)}
    assert all(timer.start >= midnight.timestamp() for timer in lived.demo.world.running)
    lived.run(datetime(2026, 4, 2, 12, 0, tzinfo=BELGRADE))
    after = {one.id: one for one in lived.demo.world.between(lived.midnight(MORNING), int(midnight.timestamp()) - 1)}
    assert [tuple(getattr(one, name) for name in KEPT) for one in after.values()] == [
        tuple(getattr(one, name) for name in KEPT) for one in before.values()
    ]


def test_every_kind_of_change_is_made_and_new_ones_are_as_long_as_people_log() -> None:
    lived = Lived(MORNING, hours=5)
    assert {STARTED, STOPPED, ADDED, UPDATED} <= set(lived.events) <= set(EVENTS)
    assert min(lived.events[name] for name in (STARTED, STOPPED, ADDED, UPDATED)) >= 5
    known = {one.id for one in lived.first}
    new = [one for one in lived.demo.world.entries if one.id not in known and one.start > MORNING.timestamp()]
    assert new
    assert all(one.seconds >= 5 * 60 for one in new)
    assert all(one.seconds <= 100 * 60 for one in new)


def test_the_owners_time_is_left_alone(week: Lived) -> None:
    assert not any(one.user_id == week.owner for one in week.demo.world.between(int(MORNING.timestamp()), int(week.now.timestamp())))


def test_the_same_seed_lives_the_same_life() -> None:
    one, same, other = Lived(MORNING, 3), Lived(MORNING, 3), Lived(MORNING, 3, seed=2)
    assert one.demo.world.entries == same.demo.world.entries
    assert one.demo.world.entries != other.demo.world.entries


def test_where_only_the_owner_is_nothing_happens() -> None:
    life, world = Life(), agency_world(MORNING, people=1, former=False)
    assert not any(life.step(world, MORNING + timedelta(minutes=number)) for number in range(20))


def test_a_timer_that_ran_on_from_another_day_is_thrown_away() -> None:
    lived = Lived(MORNING, hours=1)
    assert lived.demo.world.running
    timers = {timer.id for timer in lived.demo.world.running}
    lived.now += timedelta(days=2)  # the machine slept
    for _ in range(8):
        lived.now += timedelta(minutes=1)
        lived.life.step(lived.demo.world, lived.now)
    assert not timers & ({one.id for one in lived.demo.world.entries} | {one.id for one in lived.demo.world.running})


def test_what_is_done_at_once_by_the_life_reaches_the_webhooks() -> None:
    now = [MORNING]
    sender = Sender([Hook("http://127.0.0.1:9/", event, "t" * 16) for event in EVENTS])
    demo = Demo(lambda moment: agency_world(moment), Terms("FREE", 1000), (), lambda: now[0], sender=sender, life=Life())
    life, noted = demo.life, []
    demo.world.listeners.append(noted.append)
    for _ in range(20):
        now[0] += timedelta(seconds=life.pause())
        life.step(demo.world, now[0])
    assert len(noted) >= 15
    assert sender._noted.qsize() == len(noted)
