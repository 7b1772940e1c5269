"""What Refresh and checks must see: each kind of edit on each road, and no state on the way that was never true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from clockify.demo import RunningServer
from clockify.mirror.months import Gone, Overtaken
from clockify.mirror.snapshots import RowTimes
from clockify.periods import Period
from tests.support.databases import Place
from tests.support.edits import raw_rows, stored_rows
from tests.support.mirrors import Copy, count_requests, mirror_of
from tests.support.nightly import at_night
from tests.support.studio import Clock
from tests.support.workshop import (
    IN_OCTOBER,
    MONTHS,
    NOVEMBER,
    NOW,
    SEEN_BY_SUMS,
    SEEN_IN_ROWS,
    Edit,
    workshop,
)

Serve = Callable[..., RunningServer]
Rows = dict[str, tuple[Any, ...]]

# Months of 25 entries: of one page, of five, of thirteen; the last are checked by their sums, and only then read.
PAGES = {"one page": 1000, "some pages": 5, "many pages": 2}


def shown(copy: Copy) -> Rows:
    """Return what is stored of both months, row by row; an entry that is there twice is an error."""
    return stored_rows([copy.entries(month) for month in MONTHS])


def meant(server: RunningServer) -> Rows:
    """Return what Clockify has, row by row."""
    return raw_rows(server, "2026-10-01", "2026-11-30", "Europe/Belgrade")


class Watch:
    """Looks at every state in which a copy can be seen: after each publishing."""

    def __init__(self, copy: Copy) -> None:
        self.states: list[Rows] = []
        self._copy, self._publish = copy, copy.store.months.publish
        copy.store.months.publish = self._publish_and_look  # type: ignore[method-assign]

    def _publish_and_look(self, *args: Any, **terms: Any) -> Overtaken | None:
        overtaken = self._publish(*args, **terms)
        if overtaken is None:
            self.states.append(self._look())
        return overtaken

    def _look(self) -> Rows:
        frames = []
        # One query gives the versions of one moment. Whoever replaces them meanwhile looks for himself.
        for month, state in self._copy.mirror.states(MONTHS).items():
            try:
                frames.append(self._copy.store.months.frame(self._copy.mirror.scope, month, state.version, "entries"))
                cube = self._copy.store.months.frame(self._copy.mirror.scope, month, state.version, "cube")
            except Gone:
                return {}
            for name in ("seconds", "amount_ticks"):
                by_day = (one.groupby("day")[name].sum().to_dict() for one in (frames[-1], cube))
                assert next(by_day) == next(by_day), "rows and sums of one version"
        return stored_rows(frames)

    def check(self, before: Rows, after: Rows) -> None:
        """Fail if what was there all the time ever wasn't, or if there was ever anything else."""
        seen = [state for state in self.states if state]
        assert seen
        for state in seen:
            assert before.keys() & after.keys() <= state.keys() <= before.keys() | after.keys()
            assert all(row in (before.get(identifier), after.get(identifier)) for identifier, row in state.items())


def settled(copy: Copy, clock: Clock) -> None:
    """Wait until nothing runs; a minute later what has been put or taken out without a check is checked, too."""
    copy.settle(*MONTHS)
    clock.pass_by(minutes=1)
    assert not copy.read(*MONTHS).faults
    copy.settle(*MONTHS)


@pytest.fixture
def here(tmp_path: Path) -> Place:
    """One kind of database is enough for what is decided before anything is stored."""
    return Place(None, tmp_path / "data")


def follow(server: RunningServer, place: Place, edit: Edit, *, person: bool, minutes: int = 0) -> None:
    """Read both months, edit, and check after some minutes: what is stored is what Clockify has, at every moment."""
    clock = Clock(NOW)
    with mirror_of(server, place, clock=clock) as copy:
        copy.read(*MONTHS)
        before = shown(copy)
        assert before == meant(server)
        edit(server.world)
        after = meant(server)
        assert after != before
        watch = Watch(copy)
        clock.pass_by(minutes=minutes, seconds=1)
        assert not copy.read(*MONTHS, person=person).faults
        copy.settle(*MONTHS)
        assert shown(copy) == after
        settled(copy, clock)
        assert shown(copy) == after
        watch.check(before, after)
        assert all(copy.state(month).verdict.agrees for month in MONTHS)


EVERY = SEEN_BY_SUMS | IN_OCTOBER | SEEN_IN_ROWS


# What moves rows from page to page. Months of few pages are read again whole, whatever was edited;
# of many pages the sums show which days to read, and each kind of edit shows in its own way.
MOVES = {"another week", "to October", "from October", "added", "deleted", "times moved within the day"}
# By day those and every third kind do on many pages, and the random edits (test_mirror_edits) are of every kind.
ON_PAGES = [
    (pytest.param if pages == "many pages" and (edit in MOVES or place % 3 == 1) else at_night)(pages, edit, id=f"{pages}-{edit}")
    for pages in PAGES
    for place, edit in enumerate(EVERY)
]


@pytest.mark.parametrize(("pages", "edit"), ON_PAGES)
def test_refresh_shows_what_clockify_has(here: Place, served: Serve, pages: str, edit: str) -> None:
    follow(served(workshop(), detailed_page_cap=PAGES[pages]), here, EVERY[edit], person=True)


# November is checked after 5 minutes and its rows renewed after 15; October after an hour.
# What Refresh sees by sums is seen without it, too: by day every third kind shows that.
@pytest.mark.parametrize("edit", [edit if place % 3 == 0 else at_night(edit, id=edit) for place, edit in enumerate(SEEN_BY_SUMS)])
def test_sums_show_which_days_to_read(here: Place, served: Serve, edit: str) -> None:
    follow(served(workshop(), detailed_page_cap=2), here, SEEN_BY_SUMS[edit], person=False, minutes=6)


@pytest.mark.parametrize("edit", IN_OCTOBER)
def test_sums_show_the_days_around_a_clock_change(here: Place, served: Serve, edit: str) -> None:
    follow(served(workshop(), detailed_page_cap=2), here, IN_OCTOBER[edit], person=False, minutes=61)


# What it costs, and what is said of it


@pytest.mark.parametrize(
    ("pages", "edit", "asked"),
    [
        ("one page", None, {"detailed": 1}),
        ("one page", "a new description", {"detailed": 1}),
        ("some pages", None, {"detailed": 5}),
        ("many pages", None, {"summary": 3}),
        # The 5th and the 7th have two entries, a page each; the 9th has three.
        ("many pages", "a new description", {"summary": 3, "detailed": 1}),
        ("many pages", "another tag", {"summary": 3, "detailed": 1}),
        ("many pages", "another task", {"summary": 3, "detailed": 1}),
        ("many pages", "swapped descriptions of two days", {"summary": 3, "detailed": 2}),
        ("many pages", "swapped descriptions of one day", {"summary": 3, "detailed": 2}),
        # No day's sum shows it, so it could be any of them.
        ("many pages", "billable without a rate", {"summary": 3, "detailed": 13}),
    ],
)
def test_a_check_reads_no_more_than_what_may_differ(
    here: Place, served: Serve, pages: str, edit: str | None, asked: dict[str, int]
) -> None:
    server, clock = served(workshop(), detailed_page_cap=PAGES[pages]), Clock(NOW)
    with mirror_of(server, here, clock=clock) as copy:
        version = copy.read(NOVEMBER).states[NOVEMBER].version
        if edit:
            SEEN_BY_SUMS[edit](server.world)
        clock.pass_by(minutes=5)
        before = len(server.requests)
        state = copy.read(NOVEMBER).states[NOVEMBER]
        assert count_requests(server, before) - Counter({"in-progress": 1}) == asked
        assert (state.version == version) is (edit is None), "unchanged content keeps its version"
        assert (state.verdict.agrees, state.checked_at) == (True, clock().timestamp())


def test_sums_that_agree_make_no_row_younger(place: Place, served: Serve) -> None:
    server, clock = served(workshop(), detailed_page_cap=2), Clock(NOW)
    with mirror_of(server, place, clock=clock) as copy:
        old = copy.read(NOVEMBER).states[NOVEMBER]
        SEEN_BY_SUMS["a new description"](server.world)
        clock.pass_by(minutes=5)
        state, now = copy.read(NOVEMBER).states[NOVEMBER], clock().timestamp()
        assert (state.checked_at, state.verdict.agrees, state.rows_at()) == (now, True, NOW.timestamp())
        fifth, sixth = date(2026, 11, 5), date(2026, 11, 6)
        # The day that was read is as young as its reading, and so is a period of that day alone.
        assert state.rows == RowTimes(NOW.timestamp(), ((fifth, now),))
        assert state.rows_at(Period(fifth, sixth)) == now
        assert state.rows_at(Period(fifth, date(2026, 11, 7))) == NOW.timestamp()
        assert old.rows_at(Period(fifth, sixth)) == NOW.timestamp()


def test_times_that_keep_every_sum_are_seen_by_refresh_or_when_the_rows_are_too_old(here: Place, served: Serve) -> None:
    server, clock = served(workshop(), detailed_page_cap=2), Clock(NOW)
    with mirror_of(server, here, clock=clock) as copy:
        copy.read(*MONTHS)
        old = shown(copy)
        SEEN_IN_ROWS["times moved within the day"](server.world)
        clock.pass_by(minutes=6)
        state = copy.read(*MONTHS).states[NOVEMBER]
        # The sums can't show it. They agree, and nothing else is said of the rows.
        assert (shown(copy), state.verdict.agrees, state.rows_at()) == (old, True, NOW.timestamp())
        clock.pass_by(minutes=9)
        copy.read(*MONTHS)
        assert shown(copy) == meant(server) != old
        assert copy.state(NOVEMBER).rows_at() == clock().timestamp()
        # And by Refresh at once.
        old = shown(copy)
        SEEN_IN_ROWS["over midnight from the same day"](server.world)
        clock.pass_by(minutes=1)
        copy.read(*MONTHS, person=True)
        copy.settle(*MONTHS)
        assert shown(copy) == meant(server) != old
        assert {copy.state(month).rows_at() for month in MONTHS} == {clock().timestamp()}
