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
from tests.support.studio import Clock

Serve = Callable[..., RunningServer]

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


@pytest.mark.parametrize(("page_cap", "most"), [(1000, 18), (200, 30)])
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
