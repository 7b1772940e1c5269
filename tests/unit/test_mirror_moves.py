"""An entry that has moved to another month is in that one alone, whichever of the two is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from clockify.demo import RunningServer
from clockify.mirror.comparing import patched
from clockify.mirror.reading import Asking
from clockify.periods import Month, Period
from tests.support import studio
from tests.support.databases import Place
from tests.support.mirrors import mirror_of
from tests.support.studio import Clock

Serve = Callable[..., RunningServer]
NOVEMBER, OCTOBER, SEPTEMBER = Month(2026, 11), Month(2026, 10), Month(2026, 9)


@pytest.mark.parametrize("read", [(OCTOBER,), (OCTOBER, SEPTEMBER), (NOVEMBER, OCTOBER)])
def test_it_leaves_a_month_that_nobody_looks_at(place: Place, served: Serve, read: tuple[Month, ...]) -> None:
    world, clock = studio.studio(), Clock()
    with mirror_of(served(world), place, clock=clock) as copy:
        copy.read(NOVEMBER, OCTOBER, SEPTEMBER)
        moved = next(entry for entry in world.entries if entry.seconds == 3 * 3600)
        start = datetime(2026, 10, 20, 9, tzinfo=UTC).timestamp()
        world.edit_entry(moved.id, start=start)
        clock.pass_by(minutes=1)
        copy.read(*read, person=True)
        holding = [month for month in (NOVEMBER, OCTOBER, SEPTEMBER) if (copy.entries(month)["id"] == moved.id).any()]
        assert holding == [OCTOBER]
        sums = {month: int(copy.cube(month)["seconds"].sum()) for month in (NOVEMBER, OCTOBER)}
        assert sums == {NOVEMBER: 4 * 3600, OCTOBER: 7 * 3600}


def test_rows_that_nobody_understands_add_up(place: Place, served: Serve) -> None:
    with mirror_of(served(studio.studio()), place, clock=Clock()) as copy:
        copy.read(NOVEMBER)
        snapshot = copy.mirror._press.opened(copy.state(NOVEMBER))
        assert snapshot is not None
        days = Period(date(2026, 11, 2), date(2026, 11, 4))
        rows = Asking(copy.mirror._client.for_background(), copy.mirror._place()).rows(days)
        found = patched(replace(snapshot, unread=2), days, replace(rows, unread=1), 1.0)
        assert found.unread == 3
