"""What is kept of Clockify's own sums: those that came with the rows or with the check, and by person and project only of the same rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction

import pytest

from clockify.demo import RunningServer, World, agency_world
from clockify.demo.entities import Entry
from clockify.mirror.reported import Reported, reported
from clockify.mirror.snapshots import Pair, Theirs
from clockify.periods import Month
from tests.support import studio
from tests.support.databases import Place
from tests.support.mirrors import Copy, count_requests, mirror_of, there
from tests.support.studio import Clock

Serve = Callable[..., RunningServer]
NOVEMBER = Month(2026, 11)
NOW = datetime(2026, 11, 30, 14, tzinfo=UTC)


def theirs(copy: Copy, month: Month = NOVEMBER) -> Theirs:
    found = copy.mirror.theirs(month, copy.version(month))
    assert found is not None
    return found


def by_pair(found: Theirs) -> dict[tuple[str, str], int]:
    return {(one.user_id, one.project_id): one.seconds for one in there_of(found)}


def there_of(found: Theirs) -> tuple[Pair, ...]:
    assert found.pairs is not None
    return found.pairs


def month_of(world: World, month: Month) -> list[Entry]:
    return [entry for entry in world.entries if Month.of(datetime.fromtimestamp(entry.start, world.zone).date()) == month]


def meant(world: World, month: Month) -> Counter[tuple[str, str]]:
    """Add the world's own entries up by person and project."""
    sums: Counter[tuple[str, str]] = Counter()
    for entry in month_of(world, month):
        sums[entry.user_id, entry.project_id or ""] += entry.seconds
    return sums


def test_with_a_report_its_totals_are_kept_and_no_pairs(place: Place, served: Serve) -> None:
    with mirror_of(served(studio.studio()), place, clock=Clock()) as copy:
        copy.read(NOVEMBER)
        found = theirs(copy)
        assert reported(found.totals) == Reported(7 * 3600, 6 * 3600 + 1800, 4, {"EUR": 35_000, "USD": 24_000})
        assert found.pairs is None


def test_one_request_brings_the_pairs_which_a_check_of_the_same_rows_leaves(place: Place, served: Serve) -> None:
    world, clock = studio.studio(), Clock()
    server = served(world)
    with mirror_of(server, place, clock=clock) as copy:
        copy.read(NOVEMBER)
        clock.pass_by(minutes=1)
        asked, at = len(server.requests), clock.moment.timestamp()
        assert copy.mirror.wait_for(copy.mirror.compare(NOVEMBER), 60)
        assert count_requests(server, asked) == {"summary": 1}
        found = theirs(copy)
        assert (by_pair(found), found.at) == (meant(world, NOVEMBER), at)
        money = {one.project_id: one.cents for one in there_of(found) if one.cents}
        atlas, borealis = (next(one.id for one in world.projects.values() if one.name == name) for name in ("Atlas", "Borealis"))
        assert sum(Fraction(one.cents["EUR"]) for one in there_of(found) if one.project_id == atlas and one.cents) == 35_000
        assert money[borealis] == {"USD": 24_000}
        clock.pass_by(minutes=6)
        copy.read(NOVEMBER)
        assert theirs(copy) == found
        # Of other rows nobody has asked yet.
        studio.log_one_hour_more(world)
        clock.pass_by(minutes=6)
        copy.read(NOVEMBER)
        now = theirs(copy)
        assert now.pairs is None
        assert reported(now.totals) == Reported(8 * 3600, 7 * 3600 + 1800, 4, {"EUR": 45_000, "USD": 24_000})


def test_of_a_version_that_is_gone_there_is_nothing(place: Place, served: Serve) -> None:
    with mirror_of(served(studio.studio()), place, clock=Clock()) as copy:
        copy.read(NOVEMBER)
        assert copy.mirror.theirs(NOVEMBER, "another") is None
        asked = copy.mirror.compare(Month(2025, 1))
        assert copy.mirror.wait_for(asked, 60)
        assert asked.fault is None


@pytest.mark.parametrize("plan", ["FREE", "STANDARD_2021"])
def test_lists_and_sums_keep_what_their_summary_said(place: Place, served: Serve, plan: str) -> None:
    world, clock = agency_world(NOW, people=3, entries=900, former=False), Clock(NOW)
    server = served(world, plan=plan, detailed_page_cap=5, requests_per_hour=1000, clock=clock)
    october = Month(2026, 10)
    with mirror_of(server, place, clock=clock) as copy:
        copy.read(NOVEMBER, october)
        roads = count_requests(server)
        assert (roads["time-entries"] > 0) is (plan == "FREE"), "FREE reads by lists, where pages are small"
        for month in (NOVEMBER, october):
            assert reported(theirs(copy, month).totals).seconds == sum(meant(world, month).values())  # type: ignore[union-attr]
            used = {entry.task_id for entry in month_of(world, month) if entry.task_id}
            named = {one: name for one, name in copy.names(month)["task"].items() if name}
            assert named == {one: world.tasks[one].name for one in used} != {}
            assert theirs(copy, month).pairs is None or by_pair(theirs(copy, month)) == meant(world, month)
        some = month_of(world, NOVEMBER)[0]
        world.edit_entry(some.id, seconds=some.seconds + 60)
        clock.pass_by(minutes=6)
        before = len(server.requests)
        copy.read(NOVEMBER, person=True)
        assert count_requests(server, before)["summary"] >= 3, "checked by its sums"
        now = theirs(copy)
        assert reported(now.totals).seconds == sum(meant(world, NOVEMBER).values())  # type: ignore[union-attr]
        assert now.pairs is None or by_pair(now) == meant(world, NOVEMBER)
        assert int(there(copy.mirror.cube(NOVEMBER, copy.version(NOVEMBER)))["seconds"].sum()) == sum(meant(world, NOVEMBER).values())
