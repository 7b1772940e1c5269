"""A year on FREE: complete and checked within one hour's 30 requests, whatever a page holds; nothing is paid for twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from clockify.demo import RunningServer, World, agency_world
from clockify.periods import Month
from tests.support.databases import Place
from tests.support.edits import raw_rows, stored_rows
from tests.support.mirrors import Copy, count_requests, mirror_of
from tests.support.nightly import at_night
from tests.support.studio import Clock

Serve = Callable[..., RunningServer]
# What an hour allows is told alike by both databases (`test_mirror_ledger`); to click through hours takes long.
ON_SQLITE = pytest.mark.parametrize("place", ["sqlite"], indirect=True)

NOW = datetime(2026, 11, 30, 14, tzinfo=UTC)
YEAR = tuple(Month(2026, 11).after(-back) for back in range(12))


def year() -> World:
    """Six people and one who has left, more than 5 025 entries in the twelve months."""
    world = agency_world(NOW, people=6, entries=5_460)
    first = datetime(2025, 12, 1, tzinfo=world.zone).timestamp()
    assert sum(entry.start >= first for entry in world.entries) >= 5_025
    assert sum(user.status == "DELETED" for user in world.users.values()) == 1
    return world


def rows_of(copy: Copy) -> dict[str, tuple[object, ...]]:
    return stored_rows([copy.mirror.entries(month, state.version) for month, state in sorted(copy.mirror.states().items())])


@pytest.mark.parametrize(
    ("place", "page_cap", "most"),
    [at_night("sqlite", 1000, 18), ("sqlite", 200, 30), at_night("postgresql", 200, 30), at_night("postgresql", 1000, 18)],
    indirect=["place"],
)
def test_a_year_is_there_within_an_hour(place: Place, served: Serve, page_cap: int, most: int) -> None:
    world, clock = year(), Clock(NOW)
    server = served(world, plan="FREE", detailed_page_cap=page_cap, requests_per_hour=1000)
    with mirror_of(server, place, clock=clock) as copy:
        for _ in range(20):
            opening = copy.read(*YEAR)
            if not opening.missing:
                break
        assert not opening.missing
        print(page_cap, len(server.requests), count_requests(server))
        assert len(server.requests) <= most
        assert all(state.verdict.agrees and state.source == "report" for state in copy.mirror.states(YEAR).values())
        assert rows_of(copy) == raw_rows(served(world), "2025-12-01", "2026-11-30", "Europe/Belgrade")


def requests_by_hour(moments: list[datetime]) -> int:
    """Return the most requests in any rolling hour."""
    return max(sum(start <= other < start + timedelta(hours=1) for other in moments) for start in moments)


class Timed:
    """Notes when each request was served, by the test's own clock."""

    def __init__(self, server: RunningServer, clock: Clock) -> None:
        self._server, self._clock, self._seen = server, clock, 0
        self.moments: list[datetime] = []

    def note(self) -> None:
        fresh = len(self._server.requests) - self._seen
        self._seen += fresh
        self.moments += [self._clock.moment] * fresh


@pytest.mark.nightly
@ON_SQLITE
@pytest.mark.parametrize("page_cap", [200])
def test_hours_of_clicking_over_a_year_with_refresh_keep_to_thirty_an_hour(place: Place, served: Serve, page_cap: int) -> None:
    world, clock = year(), Clock(NOW)
    server = served(world, plan="FREE", detailed_page_cap=page_cap, clock=clock)
    timed = Timed(server, clock)
    with mirror_of(server, place, clock=clock) as copy:
        for minute in range(0, 190, 5):
            opening = copy.read(*YEAR, person=minute % 20 == 15)
            job = copy.mirror.ensure_lists(person=minute % 20 == 15)
            assert job is None or copy.mirror.wait_for(job, 60)
            copy.settle(*YEAR)
            timed.note()
            clock.pass_by(minutes=5)
            # Our own ledger holds back what Clockify would refuse.
            assert not [fault for fault in opening.faults.values() if "takes no more" in str(fault)]
        assert requests_by_hour(timed.moments) <= 30
        assert not copy.mirror.open_months(YEAR).missing
        assert rows_of(copy) == raw_rows(served(world), "2025-12-01", "2026-11-30", "Europe/Belgrade")


@pytest.mark.parametrize("place", ["sqlite", at_night("postgresql")], indirect=True)
def test_a_month_larger_than_an_hour_is_read_over_two_and_no_page_twice(place: Place, served: Serve) -> None:
    october = Month(2026, 10)
    world, clock = agency_world(NOW, people=9, entries=32_500, former=False), Clock(NOW)
    server = served(world, plan="FREE", detailed_page_cap=100, clock=clock)
    pages = -(-len(raw_rows(served(world), "2026-10-01", "2026-10-31", "Europe/Belgrade")) // 100)
    assert 24 < pages < 48
    with mirror_of(server, place, clock=clock) as copy:
        for _ in range(4):
            opening = copy.read(october)
            if not opening.missing:
                break
            clock.pass_by(minutes=61)
        assert not opening.missing
        assert count_requests(server)["detailed"] == pages
        state = opening.states[october]
        assert state.verdict.agrees
        # Its rows are as old as the first page.
        assert state.rows_at() == NOW.timestamp()


@pytest.mark.parametrize("place", ["sqlite", at_night("postgresql")], indirect=True)
def test_what_was_paid_for_outlives_the_process(place: Place, served: Serve) -> None:
    """The hour ends in the middle of the lists; another process goes on where the first one stopped."""
    world, clock = year(), Clock(NOW)
    server = served(world, plan="FREE", detailed_page_cap=200, clock=clock)
    with mirror_of(server, place, clock=clock) as copy:
        for number in range(19):
            copy.store.claim_request(copy.mirror.workspace.id, NOW - timedelta(minutes=59, seconds=number), None)
        assert copy.read(*YEAR).missing == YEAR[::-1]
        assert 0 < count_requests(server)["time-entries"] < 6
    clock.pass_by(minutes=10)
    with mirror_of(server, place, clock=clock) as copy:
        for _ in range(20):
            opening = copy.read(*YEAR)
        assert not opening.missing
        assert count_requests(server)["time-entries"] == 6
        assert rows_of(copy) == raw_rows(served(world), "2025-12-01", "2026-11-30", "Europe/Belgrade")


@ON_SQLITE
def test_refresh_on_free_sees_every_edit_of_the_year_or_says_how_old_the_rest_is(place: Place, served: Serve) -> None:
    world, clock = year(), Clock(NOW)
    server = served(world, plan="FREE", detailed_page_cap=200, clock=clock)
    with mirror_of(server, place, clock=clock) as copy:
        for _ in range(20):
            opening = copy.read(*YEAR)
        assert not opening.missing
        clock.pass_by(minutes=61)
        for entry in list(world.entries)[::400]:
            world.edit_entry(entry.id, description="edited")
        before = len(server.requests)
        opening = copy.read(*YEAR, person=True)
        assert len(server.requests) - before <= 30
        now = clock.moment.timestamp()
        fresh = {month for month, state in opening.states.items() if state.rows_at() == now}
        late = set(YEAR) - fresh
        # The newest months came first, and the others are named with the reason.
        assert fresh == set(YEAR[: len(fresh)])
        assert set(opening.faults) == late
        truth = raw_rows(served(world), "2025-12-01", "2026-11-30", "Europe/Belgrade")
        mine = rows_of(copy)
        assert all(mine[one] == row for one, row in truth.items() if Month(row[0].year, row[0].month) in fresh)
        assert len(fresh) >= 10


@ON_SQLITE
def test_the_last_requests_of_an_hour_go_to_the_newest_months(place: Place, served: Serve) -> None:
    world, clock = agency_world(NOW, people=2, entries=400), Clock(NOW)
    months = YEAR[:7]
    server = served(world, plan="FREE", clock=clock)
    with mirror_of(server, place, clock=clock) as copy:
        copy.read(*months)
        seen = []
        for _ in range(5):
            clock.pass_by(seconds=1)
            states = copy.read(*reversed(months), person=True).states
            seen.append([month for month in months if states[month].checked_at == clock.moment.timestamp()])
    assert all(fresh == list(months[: len(fresh)]) for fresh in seen)
    assert any(0 < len(fresh) < len(months) for fresh in seen), "one refresh is paid for in part"
    assert len(server.requests) <= 30
