"""Many deliveries, in any order, repeated, told to two processes at once: the copy is what a fresh reading brings, at no request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from clockify.deliveries import fold
from clockify.demo import RunningServer, agency_world
from clockify.periods import Month
from tests.support.databases import Place
from tests.support.edits import Editor, raw_rows, stored_rows
from tests.support.mirrors import SECONDS, Copy, mirror_of
from tests.support.nightly import at_night
from tests.support.studio import Clock
from tests.support.telling import Listener, Teller, Told, hooks_at, in_disorder

Serve = Callable[..., RunningServer]

NOW = datetime(2026, 11, 21, 14, tzinfo=UTC)
MONTHS = (Month(2026, 9), Month(2026, 10), Month(2026, 11))
FIRST = datetime(2026, 9, 1, 2, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Belgrade")


def truth(server: RunningServer) -> dict[str, tuple[object, ...]]:
    return raw_rows(server, "2026-09-01", "2026-11-30", "Europe/Belgrade")


def rows_of(copy: Copy) -> dict[str, tuple[object, ...]]:
    return stored_rows([copy.entries(month) for month in MONTHS])


def history(server: RunningServer, count: int, seed: int) -> list[Told]:
    """Edit until webhooks have told so much."""
    editor, listener, told = Editor(server, FIRST, NOW, seed), Listener(server), list[Told]()
    if count > 1000:
        # Else little were left.
        del editor.kinds["delete a day"]
    while len(told) < count:
        editor.edit(1)
        told += listener.told()
    return told


def timers_of(copy: Copy) -> set[str]:
    copy.mirror._lists.look()
    return set(copy.mirror.running(NOW)["id"])


def check(copy: Copy, server: RunningServer, clock: Clock, told: list[Told]) -> int:
    """Hold the copy against a fresh full read, before and after its next check; return how many entries were doubtful."""
    ids = sorted({body["id"] for _, body in told})
    noted = copy.store.inbox.of(server.world.id, ids)
    doubtful = {one for one in ids if fold(each.arrived for each in noted[one]).is_doubtful}
    ours, fresh = rows_of(copy), truth(server)
    wrong = {one for one in ours.keys() | fresh.keys() if ours.get(one) != fresh.get(one)}
    assert wrong <= doubtful
    days = {month: state.verdict.doubted for month, state in copy.mirror.states(MONTHS).items()}
    for one in wrong:
        for rows in (ours, fresh):
            day = rows[one][0] if one in rows else None
            assert day is None or str(day) in days[Month(day.year, day.month)], "the next check reads that day"  # type: ignore[attr-defined]
    assert timers_of(copy) ^ {one.id for one in server.world.running} <= doubtful
    clock.pass_by(minutes=1)
    if doubtful:
        copy.read(*MONTHS)
        copy.settle(*MONTHS)
    job = copy.mirror.ensure_lists()
    assert job is None or copy.mirror.wait_for(job, SECONDS)
    assert rows_of(copy) == truth(server)
    assert timers_of(copy) == {one.id for one in server.world.running}
    assert not any(state.verdict.doubted for state in copy.mirror.states(MONTHS).values())
    return len(doubtful)


CASES = [
    pytest.param("sqlite", 150, 20, id="sqlite-150"),
    at_night("postgresql", 150, 20, id="postgresql-150"),
    *(at_night(place, 7000, reach, id=f"{place}-7000-{reach}") for place in ("sqlite", "postgresql") for reach in (30, None)),
]


@pytest.mark.parametrize(("place", "count", "reach"), CASES, indirect=["place"])
def test_two_processes_are_told_all_of_it_in_disorder(place: Place, served: Serve, tmp_path: Path, count: int, reach: int | None) -> None:
    server, clock, dice = served(agency_world(NOW, people=7, entries=6800), detailed_page_cap=50), Clock(NOW), Random(count)
    with mirror_of(server, place, clock=clock) as copy:
        copy.read(*MONTHS)
        told = in_disorder(history(server, count, seed=count), dice, repeated=count * 3 // 7, reach=reach)
        asked, gate = len(server.requests), tmp_path / "go"
        tellers = [Teller(place, server.world.id, clock(), told[own::2], tmp_path / f"{own}.json", gate) for own in range(2)]
        for teller in tellers:
            teller.ready()
        gate.touch()
        for teller in tellers:
            teller.end()
        assert len(server.requests) == asked, "nobody asked Clockify"
        assert copy.store.inbox.waiting(1) == {}
        doubtful = check(copy, server, clock, told)
    noting, all_of_it = max(one.took for one in tellers), max(one.settled for one in tellers)
    entries = len({body["id"] for _, body in told})
    print(
        f"\n{len(told)} deliveries of {entries} entries: noted in {noting:.1f} s, in the copy after {all_of_it:.1f} s; doubtful: {doubtful}"
    )


KILLED = [pytest.param("postgresql", 150), at_night("sqlite", 150), at_night("sqlite", 3000), at_night("postgresql", 3000)]


@pytest.mark.parametrize(("place", "count"), KILLED, indirect=["place"])
def test_what_a_killed_process_left_is_taken_up(place: Place, served: Serve, tmp_path: Path, count: int) -> None:
    """Clockify sends again what had no answer; what was noted and not yet in the copy is taken up by whoever comes next."""
    server, clock, dice = served(agency_world(NOW, people=7, entries=6800), detailed_page_cap=50), Clock(NOW), Random(count)
    with mirror_of(server, place, clock=clock) as copy:
        copy.read(*MONTHS)
        told = in_disorder(history(server, count, seed=count + 1), dice, repeated=count * 3 // 7, reach=20)
        shares, gate = (told[::2], told[1::2]), tmp_path / "go"
        tellers = [Teller(place, server.world.id, clock(), share, tmp_path / f"{own}.json", gate) for own, share in enumerate(shares)]
        for teller in tellers:
            teller.ready()
        gate.touch()
        tellers[0].watch(len(shares[0]) // 2)
        noted = tellers[0].kill()
        tellers[1].end()
        with hooks_at(place, server.world.id, clock) as hooks:
            for event, body in shares[0][noted:]:
                hooks.take(event, body)
            assert hooks.wait(SECONDS)
        assert copy.store.inbox.waiting(1) == {}
        check(copy, server, clock, told)


def test_a_process_takes_up_at_its_start_what_waits(place: Place, served: Serve) -> None:
    server, clock = served(agency_world(NOW, people=3, entries=900)), Clock(NOW)
    with mirror_of(server, place, clock=clock) as copy:
        copy.read(*MONTHS)
        told = history(server, 20, seed=3)
        with hooks_at(place, server.world.id, clock) as hooks:
            hooks._ends.set()
            for event, body in told:
                hooks.take(event, body)
        assert copy.store.inbox.waiting(1) != {}
        with hooks_at(place, server.world.id, clock) as hooks:
            assert hooks.wait(SECONDS)
            assert hooks.counts()["applied"] > 0
        check(copy, server, clock, told)


def test_a_minute_is_nothing_to_a_delivery(place: Place) -> None:
    """An empty database knows no copy: what it is told does nothing, and says so."""
    with hooks_at(place, "w1", lambda: NOW + timedelta(minutes=1)) as hooks:
        interval = {"start": "2026-11-20T08:00:00Z", "end": "2026-11-20T09:00:00Z"}
        hooks.take("NEW_TIME_ENTRY", {"id": "e1", "workspaceId": "w1", "userId": "u1", "timeInterval": interval})
        assert hooks.wait(SECONDS)
        assert [one.outcome for one in hooks.recent("w1")] == ["ignored"]
