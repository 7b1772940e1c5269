"""A month of more than ten pages is checked by its sums: what they see, what they can't, and what is said of that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from clockify.demo import RunningServer, World
from clockify.demo.entities import Entry
from clockify.errors import ReportsRefused
from clockify.mirror import roads as roads_of_a_month
from clockify.mirror.changes import Change
from clockify.mirror.merging import newest_days
from clockify.periods import Month, Period
from tests.support.databases import Place
from tests.support.edits import raw_rows, stored_rows
from tests.support.faults import FAULTS, Front
from tests.support.mirrors import Copy, count_requests, mirror_of
from tests.support.nightly import at_night
from tests.support.studio import Clock

Serve = Callable[..., RunningServer]

NOW = datetime(2026, 11, 30, 14, tzinfo=UTC)
OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
HOUR = timedelta(hours=1)
# Twelve entries a page: a day of six is half of one.
TERMS = {"detailed_page_cap": 12}
SUMMARIES = {"summary": 3}


def office() -> World:
    """Two people, six entries of an hour on each of 25 days of November: 150, thirteen pages; two in October."""
    world = World.empty(zone="UTC")
    ana, ben = world.add_user("Ana", role="OWNER"), world.add_user("Ben")
    client = world.add_client("Acme", "EUR")
    atlas, borealis = (world.add_project(name, client, rate=6000) for name in ("Atlas", "Borealis"))
    design = world.add_task(atlas, "Design")
    world.add_tag("Urgent")
    for day in range(1, 26):
        for number in range(6):
            start = datetime(2026, 11, day, 8 + number, tzinfo=UTC)
            task = design if number == 5 else None
            project = borealis if number == 4 else atlas
            world.add_entry((ana, ben)[number % 2], start, start + HOUR, project=project, task=task, description=f"work {number}")
    for day in (5, 6):
        world.add_entry(ana, datetime(2026, 10, day, 9, tzinfo=UTC), datetime(2026, 10, day, 10, tzinfo=UTC), project=atlas)
    return world


def entry(world: World, day: int, number: int) -> Entry:
    start = datetime(2026, 11, day, 8 + number, tzinfo=UTC).timestamp()
    return next(one for one in world.entries if one.start == start)


def leave(copy: Copy, clock: Clock, requests: int) -> None:
    """Use the hour up, but for so many requests of a person's thirty."""
    for number in range(30 - requests):
        copy.store.claim_request(copy.mirror.workspace.id, clock.moment - timedelta(seconds=number), None)


def rows_of(copy: Copy) -> dict[str, tuple[object, ...]]:
    return stored_rows([copy.entries(month) for month in sorted(copy.mirror.states())])


def truth(served: Serve, world: World) -> dict[str, tuple[object, ...]]:
    return raw_rows(served(world), "2026-10-01", "2026-11-30", "UTC")


def project_id(world: World, name: str) -> str:
    return next(one.id for one in world.projects.values() if one.name == name)


def swap(world: World) -> None:
    one, other = entry(world, 7, 0), entry(world, 7, 2)
    world.edit_entry(one.id, description=other.description)
    world.edit_entry(other.id, description=one.description, seconds=1800)
    world.edit_entry(one.id, seconds=5400)


def delete_day(world: World) -> None:
    for number in range(6):
        world.delete_entry(entry(world, 9, number).id)


# What is changed, and how many pages are read for it: a day and its neighbours fit one.
EDITS: dict[str, tuple[Callable[[World], object], int]] = {
    "description": (lambda world: world.edit_entry(entry(world, 3, 0).id, description="other words"), 1),
    "tag": (lambda world: world.edit_entry(entry(world, 3, 0).id, tag_ids=tuple(world.tags)), 1),
    "task": (lambda world: world.edit_entry(entry(world, 3, 5).id, task_id=None), 1),
    "project": (lambda world: world.edit_entry(entry(world, 3, 4).id, project_id=project_id(world, "Atlas")), 1),
    "person": (lambda world: world.edit_entry(entry(world, 3, 0).id, user_id=entry(world, 3, 1).user_id), 1),
    "day": (lambda world: world.edit_entry(entry(world, 3, 0).id, start=entry(world, 3, 0).start + 86_400), 1),
    "week": (lambda world: world.edit_entry(entry(world, 3, 0).id, start=entry(world, 3, 0).start + 7 * 86_400), 2),
    "deleted": (lambda world: world.delete_entry(entry(world, 3, 0).id), 1),
    "a deleted day": (delete_day, 1),
    "length": (lambda world: world.edit_entry(entry(world, 3, 0).id, seconds=1), 1),
    "rate": (lambda world: world.edit_entry(entry(world, 3, 0).id, rate=6001), 1),
    "swapped words and lengths": (swap, 1),
    "over midnight": (lambda world: world.edit_entry(entry(world, 3, 0).id, start=entry(world, 3, 0).start + 15 * 3600 + 1800), 0),
}


@pytest.mark.parametrize("kind", [kind if place % 2 else at_night(kind, id=kind) for place, kind in enumerate(EDITS)])
def test_a_check_finds_the_days_and_reads_no_others(served: Serve, tmp_path_factory: pytest.TempPathFactory, kind: str) -> None:
    edit, pages = EDITS[kind]
    world, clock = office(), Clock(NOW)
    server = served(world, **TERMS)
    with mirror_of(server, Place(None, tmp_path_factory.mktemp("data")), clock=clock) as copy:
        copy.read(NOVEMBER)
        edit(world)
        clock.pass_by(minutes=5)
        asked = len(server.requests)
        state = copy.read(NOVEMBER).states[NOVEMBER]
        # An entry that begins half an hour before midnight stays on its day: sums don't see the hour of a day.
        assert count_requests(server, asked) == SUMMARIES | ({"detailed": pages} if pages else {})
        assert state.verdict.agrees is True
        assert state.checked_at == clock.moment.timestamp()
        assert state.rows_at() == NOW.timestamp(), "sums alone make no row newer"
        if pages:
            assert stored_rows([copy.entries(NOVEMBER)]) == raw_rows(served(world), "2026-11-01", "2026-11-30", "UTC")


def test_a_time_of_day_is_seen_by_refresh_and_by_the_age_of_rows(served: Serve, tmp_path_factory: pytest.TempPathFactory) -> None:
    world, clock = office(), Clock(NOW)
    server = served(world, **TERMS)
    with mirror_of(server, Place(None, tmp_path_factory.mktemp("data")), clock=clock) as copy:
        copy.read(NOVEMBER)
        for refresh, minutes in ((True, 1), (False, 15)):
            moved = entry(world, 3, 0) if refresh else entry(world, 4, 0)
            world.edit_entry(moved.id, start=moved.start + 60)
            clock.pass_by(minutes=minutes)
            copy.read(NOVEMBER, person=refresh)
            state = copy.settle(NOVEMBER).states[NOVEMBER]
            assert state.rows_at() == clock.moment.timestamp()
            assert stored_rows([copy.entries(NOVEMBER)]) == raw_rows(served(world), "2026-11-01", "2026-11-30", "UTC")


def test_what_no_day_shows_makes_the_month_be_read(served: Serve, tmp_path_factory: pytest.TempPathFactory) -> None:
    """An entry of no rate that becomes billable, and one that becomes two: each sum of each day stays."""
    world, clock = office(), Clock(NOW)
    free = world.edit_entry(entry(world, 3, 0).id, rate=0, billable=False)
    server = served(world, **TERMS)
    with mirror_of(server, Place(None, tmp_path_factory.mktemp("data")), clock=clock) as copy:
        copy.read(NOVEMBER)
        world.edit_entry(free.id, billable=True)
        clock.pass_by(minutes=5)
        copy.read(NOVEMBER)
        half = world.edit_entry(entry(world, 5, 0).id, seconds=1800)
        ana, start = world.users[half.user_id], datetime(2026, 11, 5, 8, 30, tzinfo=UTC)
        world.add_entry(ana, start, start + HOUR / 2, project=world.projects[half.project_id or ""], description=half.description)
        clock.pass_by(minutes=5)
        copy.read(NOVEMBER)
        assert stored_rows([copy.entries(NOVEMBER)]) == raw_rows(served(world), "2026-11-01", "2026-11-30", "UTC")


def test_an_entry_that_moves_to_another_month_is_in_one_at_every_moment(place: Place, served: Serve) -> None:
    world, clock = office(), Clock(NOW)
    server = served(world, **TERMS)
    with mirror_of(server, place, clock=clock) as copy:
        copy.read(OCTOBER, NOVEMBER)
        publish, seen = copy.store.months.publish, []

        def looked_at(*args: object, **terms: object) -> object:
            done = publish(*args, **terms)  # type: ignore[arg-type]
            seen.append(rows_of(copy))
            return done

        copy.store.months.publish = looked_at  # type: ignore[method-assign, assignment]
        moved = entry(world, 3, 0)
        for start in (moved.start - 30 * 86_400, moved.start):
            world.edit_entry(moved.id, start=start)
            clock.pass_by(seconds=30)
            copy.read(OCTOBER, NOVEMBER, person=True)
            copy.settle(OCTOBER, NOVEMBER)
            assert all(moved.id in rows and len(rows) == 152 for rows in seen)
            assert rows_of(copy) == truth(served, world)
        assert len(seen) >= 2


@pytest.mark.parametrize("kind", [kind if place % 2 else at_night(kind, id=kind) for place, kind in enumerate(FAULTS) if kind != "timeout"])
def test_a_fault_of_a_summary_leaves_what_is_there(served: Serve, tmp_path_factory: pytest.TempPathFactory, kind: str) -> None:
    clock = Clock(NOW)
    with Front(served(office(), **TERMS)) as front, mirror_of(front, Place(None, tmp_path_factory.mktemp("data")), clock=clock) as copy:
        before = copy.read(NOVEMBER).states[NOVEMBER]
        front.fail("summary", kind)
        clock.pass_by(minutes=6)
        opening = copy.read(NOVEMBER)
        assert opening.states[NOVEMBER] == before
        # What broke is told as what it is; only a refusal says that reports are refused.
        assert isinstance(opening.faults[NOVEMBER], ReportsRefused) is (kind == "403")
        front.heal()
        copy.mirror.retry()
        assert copy.read(NOVEMBER, person=True).states[NOVEMBER].checked_at == clock.moment.timestamp()


def test_on_free_the_newest_days_come_first_and_the_rest_is_said_to_wait(place: Place, served: Serve) -> None:
    world, clock = office(), Clock(NOW)
    server = served(world, plan="FREE", clock=clock, **TERMS)
    with mirror_of(server, place, clock=clock) as copy:
        copy.read(NOVEMBER)
        clock.pass_by(minutes=61)
        for day in (2, 9, 16, 23):
            world.edit_entry(entry(world, day, 0).id, description="other words")
        leave(copy, clock, 5)
        # Five are left: three summaries, and two days.
        state = copy.read(NOVEMBER, person=True).states[NOVEMBER]
        assert state.verdict.agrees is False
        assert state.verdict.days == ("2026-11-02", "2026-11-09")
        found = {row[0]: row for row in rows_of(copy).values() if row[8] == "other words"}
        assert set(found) == {date(2026, 11, 16), date(2026, 11, 23)}
        assert state.rows_at(state.month.period) == NOW.timestamp()
        clock.pass_by(minutes=61)
        state = copy.read(NOVEMBER).states[NOVEMBER]
        assert (state.verdict.agrees, state.verdict.days) == (True, ())
        assert rows_of(copy) == raw_rows(served(world), "2026-11-01", "2026-11-30", "UTC")


def test_on_free_without_requests_for_the_sums_the_newest_days_are_read(place: Place, served: Serve) -> None:
    world, clock = office(), Clock(NOW)
    server = served(world, plan="FREE", clock=clock, **TERMS)
    with mirror_of(server, place, clock=clock) as copy:
        copy.read(NOVEMBER)
        clock.pass_by(minutes=61)
        for day in (21, 22, 25):
            world.edit_entry(entry(world, day, 0).id, description="other words")
        leave(copy, clock, 2)
        # Two are left, for twenty-four rows: those of four days.
        state = copy.read(NOVEMBER, person=True).states[NOVEMBER]
        assert {row[0].day for row in rows_of(copy).values() if row[8] == "other words"} == {22, 25}
        assert (state.verdict.agrees, state.verdict.is_pending) == (None, True)
        assert state.rows_at(Period(date(2026, 11, 22), date(2026, 12, 1))) == clock.moment.timestamp()
        assert state.rows_at(Period(date(2026, 11, 21), date(2026, 11, 23))) == NOW.timestamp()


def test_a_task_may_be_called_like_none(place: Place, served: Serve) -> None:
    world, clock = office(), Clock(NOW)
    (design,) = world.tasks.values()
    world.tasks[design.id] = replace(design, name="(Without task)")
    server = served(world, clock=clock, **TERMS)
    with mirror_of(server, place, clock=clock) as copy:
        copy.read(NOVEMBER)
        clock.pass_by(minutes=6)
        asked = len(server.requests)
        assert copy.read(NOVEMBER).states[NOVEMBER].verdict.agrees
        assert count_requests(server, asked) == SUMMARIES, "no day differs"


@pytest.mark.parametrize(("most", "first"), [(2, None), (3, 25), (4, 25), (5, 24), (6, 24), (7, 22)])
def test_the_newest_days_are_as_many_as_fit(most: int, first: int | None) -> None:
    counts = {date(2026, 11, 25): 3, date(2026, 11, 24): 2, date(2026, 11, 22): 2}
    found = newest_days(NOVEMBER, counts, most)
    if first is None:
        assert found is None
    else:
        # Days without time between them come along, and those after the last.
        assert found is not None
        assert found.end == date(2026, 12, 1)
        assert {day for day in counts if found.start <= day} == {day for day in counts if day.day >= first}


def test_on_free_days_of_more_pages_than_are_left_are_not_begun(place: Place, served: Serve) -> None:
    world, clock = office(), Clock(NOW)
    server = served(world, plan="FREE", clock=clock, **TERMS)
    with mirror_of(server, place, clock=clock) as copy:
        copy.read(NOVEMBER)
        clock.pass_by(minutes=61)
        for day in (22, 23, 24, 25):
            world.edit_entry(entry(world, day, 0).id, description="other words")
        leave(copy, clock, 4)
        asked = len(server.requests)
        # Four are left: three summaries, and one of the two pages that these neighbours have.
        state = copy.read(NOVEMBER, person=True).states[NOVEMBER]
        assert count_requests(server, asked) == SUMMARIES
        assert state.verdict.days == ("2026-11-22", "2026-11-23", "2026-11-24", "2026-11-25")


def test_lists_are_taken_where_they_cost_less_than_all_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = SimpleNamespace(has_lists=lambda *_: False)
    store = SimpleNamespace(months=SimpleNamespace(states=lambda _: {}))
    roads = SimpleNamespace(lists=SimpleNamespace(ids=lambda _: ["ana"]), store=store, scope=None, page_size=500)
    missing = [NOVEMBER.after(-back) for back in range(3)]
    # Three months of two pages are six requests. Ana's list has a thousand to a page, and each month a summary.
    for typical, is_cheaper in ((1000, False), (600, True)):
        monkeypatch.setattr(roads_of_a_month, "typical_count", lambda _, typical=typical: typical)
        assert roads_of_a_month.Roads._takes_lists(roads, counted, NOVEMBER, missing) is is_cheaper  # type: ignore[arg-type]


def test_a_doubted_day_is_read_whatever_its_sums_say(served: Serve, place: Place) -> None:
    """An hour that began an hour later: no sum of its day shows that."""
    world, clock = office(), Clock(NOW)
    server = served(world, **TERMS)
    with mirror_of(server, place, clock=clock) as copy:
        copy.read(NOVEMBER)
        for day in (3, 5):
            world.edit_entry(entry(world, day, 5).id, start=entry(world, day, 5).start + 3600)
        copy.mirror.apply([Change("", None, doubted=("2026-11-03T08:00:00Z",))])
        clock.pass_by(minutes=1)
        asked = len(server.requests)
        copy.read(NOVEMBER)
        copy.settle(NOVEMBER)
        assert count_requests(server, asked) == SUMMARIES | {"detailed": 1}
        assert copy.state(NOVEMBER).verdict.doubted == ()
        apart = set(rows_of(copy).items()) ^ set(truth(served, world).items())
        assert {one for one, _ in apart} & rows_of(copy).keys() == {entry(world, 5, 6).id}, "nobody doubted that one"
