"""The database goes away in the middle of a read, a check or a change, and comes back: nothing is lost, and nobody is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clockify.demo import RunningServer, agency_world
from clockify.errors import StoreError
from clockify.mirror.changes import Change
from clockify.periods import Month
from tests.conftest import unavailable
from tests.support.databases import Place, start_cluster
from tests.support.edits import Editor, raw_rows, stored_rows
from tests.support.mirrors import Copy, mirror_of
from tests.support.nightly import at_night
from tests.support.outages import Outage, full_disk, stopped_server
from tests.support.studio import Clock

Serve = Callable[..., RunningServer]

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MONTHS = tuple(Month(2026, 11).after(-back) for back in range(4))
# Whatever rests longest, rests a minute and a fifth.
LONGEST_REST = 73


@pytest.fixture(params=["full disk", at_night("stopped server")])
def failing(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Place, Outage]]:
    """A database, and how it goes away."""
    if request.param == "full disk":
        yield Place(None, tmp_path / "data"), full_disk()
        return
    found = start_cluster()
    if isinstance(found, str):
        unavailable("postgres", found)
    else:
        yield Place(found.new_database(), tmp_path / "data"), stopped_server(found)
        found.stop()


def truth(server: RunningServer) -> dict[str, tuple[object, ...]]:
    return raw_rows(server, "2026-08-01", "2026-11-30", "Europe/Belgrade")


def rows_of(copy: Copy) -> dict[str, tuple[object, ...]]:
    """Return every stored row, once each; every month is whole and as long as it says."""
    frames = {month: copy.mirror.entries(month, state.version) for month, state in copy.mirror.states().items()}
    for month, frame in frames.items():
        assert frame is not None
        assert len(frame) == copy.state(month).entries_count
    return stored_rows(list(frames.values()))


def wait_and_look(copy: Copy, clock: Clock) -> None:
    """Look as an open page does, until nothing is under way; no button is pressed."""
    clock.pass_by(seconds=LONGEST_REST)
    copy.mirror.ensure_lists()
    opening = copy.mirror.open_months(MONTHS)
    copy.jobs.try_again(opening.faults.values())
    assert not copy.settle(*MONTHS).faults


@pytest.mark.parametrize(
    ("kind", "moments"),
    [("read", (2,)), ("check", (15,)), *(at_night(kind, (0, 2, 7, 15), id=f"{kind} four") for kind in ("read", "check"))],
)
def test_a_read_and_a_check_go_on_when_the_database_is_back(
    failing: tuple[Place, Outage], served: Serve, moments: tuple[int, ...], kind: str
) -> None:
    place, outage = failing
    server, clock = served(agency_world(NOW, people=3, entries=900), detailed_page_cap=20), Clock(NOW)
    editor = Editor(server, datetime(2026, 8, 2, tzinfo=UTC), NOW, seed=7)
    with mirror_of(server, place, clock=clock) as copy:
        outage.watch(copy)
        if kind == "check":
            copy.read(*MONTHS)
        happened = 0
        for number in moments:
            editor.edit(3)
            if kind == "read":
                for month in copy.mirror.states():
                    copy.store.months.forget(copy.mirror.scope, month)
            before = copy.mirror.states()
            clock.pass_by(hours=2)
            outage.at(number)
            try:
                copy.mirror.open_months(MONTHS, person=True)
                copy.settle(*MONTHS)
            except StoreError:
                assert outage.has_happened
            happened += outage.has_happened
            outage.over()
            there = rows_of(copy)
            assert before.keys() <= copy.mirror.states().keys(), "what was there stays"
            assert kind == "read" or there
            wait_and_look(copy, clock)
            clock.pass_by(hours=2)
            wait_and_look(copy, clock)
            assert rows_of(copy) == truth(server)
        assert happened >= len(moments) - 1


def test_a_change_is_there_or_it_is_told(failing: tuple[Place, Outage], served: Serve) -> None:
    place, outage = failing
    server, clock = served(agency_world(NOW, people=3, entries=900)), Clock(NOW)
    with mirror_of(server, place, clock=clock) as copy:
        outage.watch(copy)
        copy.read(*MONTHS)
        happened = 0
        for number in range(6):
            before = rows_of(copy)
            changes = [moved(number, 9 + number % 2), Change(f"other{number}", entry(f"other{number}", 11, number))]
            outage.at(number)
            try:
                copy.mirror.apply(changes)
                is_told = False
            except StoreError:
                is_told = True
            happened += outage.has_happened
            assert outage.has_happened or not is_told
            outage.over()
            if is_told:
                assert rows_of(copy) == before, "all of it or nothing"
                copy.mirror.apply(changes)
            after = rows_of(copy)
            assert len(after) == len(before) + (2 if number == 0 else 1)
            assert after["wanderer"][0].month == 9 + number % 2  # type: ignore[attr-defined]
        assert happened >= 3


def moved(number: int, month: int) -> Change:
    """One entry wanders between two months."""
    return Change("wanderer", entry("wanderer", month, number))


def entry(identifier: str, month: int, number: int) -> dict[str, object]:
    """An entry of an hour, as Clockify's main API gives it; long words make it need room."""
    start, end = (f"2026-{month:02}-05T{hour:02}:00:00Z" for hour in (8, 9))
    words = "".join(chr(97 + (number * 7 + place * place * 31) % 26) for place in range(40_000))
    return {"id": identifier, "userId": "u", "billable": False, "timeInterval": {"start": start, "end": end}, "description": words}
