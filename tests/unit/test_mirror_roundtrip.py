"""A month from Clockify into the database and out again, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from clockify.demo import RunningServer, agency_world
from clockify.periods import Month
from tests.support.databases import Place
from tests.support.mirrors import mirror_of

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)


def test_a_month_is_read_once_and_verified(place: Place, served: Callable[..., RunningServer]) -> None:
    server = served(agency_world(NOW))
    with mirror_of(server, place, clock=lambda: NOW) as copy:
        october = Month(2026, 10)
        opening = copy.read(october)
        state = opening.states[october]
        assert (state.source, state.verdict.agrees) == ("report", True)
        before = len(server.requests)
        copy.read(october)
        assert len(server.requests) == before
