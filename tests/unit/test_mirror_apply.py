"""Entries put in and taken out one by one, at no request, while others read and check; on both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from clockify.demo import MANAGER_KEY, RunningServer
from clockify.demo.replies import Writer
from clockify.mirror.changes import Change
from clockify.mirror.months import Gone
from clockify.periods import Month
from tests.support.databases import Place
from tests.support.edits import raw_rows, stored_rows
from tests.support.faults import Exchange, Front
from tests.support.mirrors import Copy, count_requests, mirror_of
from tests.support.nightly import at_night
from tests.support.studio import Clock, studio

Serve = Callable[..., RunningServer]

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
NOVEMBER_BEGINS = datetime(2026, 11, 1, tzinfo=UTC).timestamp()


def rows_of(copy: Copy) -> dict[str, tuple[object, ...]]:
    return stored_rows([copy.entries(month) for month in sorted(copy.mirror.states())])


def truth(server: RunningServer) -> dict[str, tuple[object, ...]]:
    return raw_rows(server, "2026-10-01", "2026-11-30", "Europe/Belgrade")


def listed(server: RunningServer, entry_id: str) -> dict[str, Any]:
    """Return an entry as Clockify's main API gives it."""
    return Writer(server.world, True).entry(server.world.entry(entry_id))


def edited(server: RunningServer, **changes: Any) -> Change:
    """Edit the longest entry of November and return what tells of it."""
    entry = max((one for one in server.world.entries if one.start > NOVEMBER_BEGINS), key=lambda one: one.seconds)
    server.world.edit_entry(entry.id, **changes)
    return Change(entry.id, listed(server, entry.id))


def test_a_new_an_edited_and_a_deleted_entry_are_there_at_once(place: Place, served: Serve) -> None:
    server, clock = served(studio()), Clock()
    with mirror_of(server, place, clock=clock) as copy:
        before = copy.read(OCTOBER, NOVEMBER).states
        world = server.world
        ana = next(iter(world.users.values()))
        start = datetime(2026, 11, 17, 23, 30, tzinfo=UTC)
        fresh = world.add_entry(ana, start, start + timedelta(hours=2), project=next(iter(world.projects.values())), description="new")
        gone = min(world.entries, key=lambda one: one.seconds)
        world.delete_entry(gone.id)
        asked = len(server.requests)
        clock.pass_by(seconds=10)
        copy.mirror.apply([Change(fresh.id, listed(server, fresh.id)), edited(server, description="edited"), Change(gone.id, None)])
        assert len(server.requests) == asked
        assert rows_of(copy) == truth(server)
        states = copy.mirror.states()
        assert states[OCTOBER] == before[OCTOBER], "what isn't touched keeps its version"
        assert states[NOVEMBER].version != before[NOVEMBER].version
        assert (states[NOVEMBER].verdict.agrees, states[NOVEMBER].verdict.is_pending) == (None, True)
        assert states[NOVEMBER].rows == before[NOVEMBER].rows
        cube = copy.cube(NOVEMBER)
        assert cube is not None
        assert int(cube["seconds"].sum()) == sum(row[3] for row in rows_of(copy).values() if row[0].month == 11)  # type: ignore[misc, attr-defined]
        # A minute later it is compared with Clockify's own.
        clock.pass_by(minutes=1)
        assert copy.read(NOVEMBER).states[NOVEMBER].verdict.agrees is True


def test_an_entry_that_moves_between_months_is_in_one(place: Place, served: Serve) -> None:
    server = served(studio())
    with mirror_of(server, place, clock=Clock()) as copy:
        copy.read(OCTOBER, NOVEMBER)
        # 31 October, 23:30 UTC, is November in Belgrade (UTC+1); half an hour before 23:00 it is October.
        for moment in (datetime(2026, 10, 31, 23, 30, tzinfo=UTC), datetime(2026, 10, 31, 22, 59, 59, tzinfo=UTC)):
            copy.mirror.apply([edited(server, start=int(moment.timestamp()), seconds=9 * 3600)])
            assert rows_of(copy) == truth(server)


def test_what_is_no_entry_of_a_month_changes_none(place: Place, served: Serve) -> None:
    server = served(studio())
    with mirror_of(server, place, clock=Clock()) as copy:
        before = copy.read(OCTOBER, NOVEMBER).states
        world = server.world
        timer = world.add_running(next(iter(world.users.values())), datetime(2026, 11, 18, 9, tzinfo=UTC))
        copy.mirror.apply([Change("nobody", None), Change(timer.id, Writer(world, True).entry(timer, running=True))])
        copy.mirror.apply([])
        assert copy.mirror.states() == before


def test_an_entry_that_is_started_again_is_in_no_month(place: Place, served: Serve) -> None:
    server = served(studio())
    with mirror_of(server, place, clock=Clock()) as copy:
        copy.read(NOVEMBER)
        entry = server.world.entries[-1]
        copy.mirror.apply([Change(entry.id, Writer(server.world, True).entry(entry, running=True))])
        assert entry.id not in rows_of(copy)


def test_amounts_that_a_key_may_not_see_stay_hidden(place: Place, served: Serve) -> None:
    server = served(studio())
    with mirror_of(server, place, key=MANAGER_KEY, clock=Clock()) as copy:
        copy.read(NOVEMBER)
        copy.mirror.apply([edited(server, description="edited")])
        assert {row[10:12] for row in rows_of(copy).values()} == {(0, 0)}
        assert "edited" in {row[8] for row in rows_of(copy).values()}


@pytest.mark.parametrize("is_stored", [True, False])
def test_a_read_under_way_neither_loses_to_a_change_nor_undoes_it(place: Place, served: Serve, is_stored: bool) -> None:
    """The page has left Clockify before the change and arrives after it."""
    clock = Clock()
    with Front(served(studio())) as front, mirror_of(front, place, clock=clock) as copy:
        server = front.behind
        if is_stored:
            copy.read(NOVEMBER)
        clock.pass_by(minutes=6)
        # Something that only the read brings.
        (other,) = [one for one in server.world.entries if one.seconds == 90 * 60]
        server.world.edit_entry(other.id, description="seen by the read")
        gone = min((one for one in server.world.entries if one.start > NOVEMBER_BEGINS), key=lambda one: one.seconds)
        told: list[Change] = []

        def change(exchange: Exchange) -> None:
            if exchange.endpoint == "detailed" and not told:
                told.append(edited(server, description="put in meanwhile"))
                server.world.delete_entry(gone.id)
                copy.mirror.apply([told[0], Change(gone.id, None)])

        front.hooks.append(change)
        opening = copy.mirror.open_months([NOVEMBER], person=is_stored)
        assert copy.mirror.wait(opening, 60)
        assert told
        words = {row[8] for row in rows_of(copy).values()}
        assert {"seen by the read", "put in meanwhile"} <= words
        assert gone.id not in rows_of(copy)
        state = copy.mirror.states()[NOVEMBER]
        assert state.verdict.is_pending, "nobody has compared this very content"
        clock.pass_by(minutes=2)
        copy.read(NOVEMBER)
        assert rows_of(copy) == raw_rows(server, "2026-11-01", "2026-11-30", "Europe/Belgrade")


@pytest.mark.parametrize("place", [at_night("sqlite"), "postgresql"], indirect=True)
def test_many_who_change_at_once_lose_nothing(place: Place, served: Serve) -> None:
    server = served(studio())
    with mirror_of(server, place, clock=Clock()) as one, mirror_of(server, place, clock=Clock()) as other:
        one.read(OCTOBER, NOVEMBER)
        world = server.world
        ana = next(iter(world.users.values()))
        starts = [datetime(2026, 11, 3, 8, tzinfo=UTC) + timedelta(hours=number) for number in range(12)]
        entries = [world.add_entry(ana, start, start + timedelta(minutes=30)) for start in starts]
        changes = [Change(entry.id, listed(server, entry.id)) for entry in entries]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda pair: (one, other)[pair[0] % 2].mirror.apply([pair[1]]), enumerate(changes)))
        assert rows_of(one) == truth(server)
        assert count_requests(server)["detailed"] == 4, "two months, and the test's own look in two pages"


def test_a_version_that_was_replaced_can_be_opened_for_an_hour_and_not_longer(place: Place, served: Serve) -> None:
    server, clock = served(studio()), Clock()
    with mirror_of(server, place, clock=clock) as copy:
        old = copy.read(NOVEMBER).states[NOVEMBER]
        copy.mirror.apply([edited(server, description="edited")])
        entries = copy.mirror.entries(NOVEMBER, old.version)
        assert entries is not None
        assert set(entries["description"]) == {"work"}
        clock.pass_by(minutes=61)
        copy.mirror.apply([edited(server, description="again")])
        clock.pass_by(minutes=61)
        copy.mirror.apply([edited(server, description="and again")])
        assert copy.mirror.entries(NOVEMBER, old.version) is None
        with pytest.raises(Gone):
            copy.store.months.frame(copy.mirror.scope, NOVEMBER, old.version, "cube")
        assert NOVEMBER in copy.mirror.states(), "what is gone by its version is no damage"
