"""Whatever somebody edits in Clockify, the copy is what a fresh reading brings, row by row and field by field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from clockify.demo import RunningServer, agency_world
from clockify.periods import Month
from tests.support.databases import Place
from tests.support.edits import Editor, raw_rows, stored_rows
from tests.support.mirrors import Copy, mirror_of
from tests.support.nightly import at_night
from tests.support.studio import Clock

Serve = Callable[..., RunningServer]

NOW = datetime(2026, 11, 21, 14, tzinfo=UTC)
MONTHS = (Month(2026, 9), Month(2026, 10), Month(2026, 11))
FIRST, END = datetime(2026, 9, 1, 2, tzinfo=UTC), NOW


def rows_of(copy: Copy) -> dict[str, tuple[object, ...]]:
    """Return what is stored, row by row."""
    frames = [copy.mirror.entries(month, state.version) for month, state in sorted(copy.mirror.states(MONTHS).items())]
    assert len(frames) == len(MONTHS)
    return stored_rows(frames)


# Months of about 520 entries: 11 pages of 50, which are checked by sums first, three of 200, and one of 1000.
# What is seen doesn't depend on the database: by day one page cap on each is enough.
BY_DAY = {("sqlite", 200), ("postgresql", 50)}
CASES = [
    (pytest.param if edits == 100 and (place, cap) in BY_DAY else at_night)(place, edits, cap, seed, id=f"{place}-{edits}-{cap}")
    for place in ("sqlite", "postgresql")
    for edits in (100, 300)
    for seed, cap in enumerate((50, 200, 1000), start=1)
]


@pytest.mark.parametrize(("place", "edits", "page_cap", "seed"), CASES, indirect=["place"])
def test_random_edits_are_seen_by_refresh(place: Place, served: Serve, edits: int, page_cap: int, seed: int) -> None:
    world = agency_world(NOW, people=7, entries=6800 if page_cap == 50 else 3000)
    server, clock = served(world, detailed_page_cap=page_cap), Clock(NOW)
    editor = Editor(server, FIRST, END, seed)
    with mirror_of(server, place, clock=clock) as copy:
        copy.read(*MONTHS)
        assert rows_of(copy) == raw_rows(server, "2026-09-01", "2026-11-30", "Europe/Belgrade")
        while sum(editor.done.values()) < edits:
            editor.edit(30)
            clock.pass_by(seconds=40)
            opening = copy.read(*MONTHS, person=True)
            copy.settle(*MONTHS)
            assert not opening.faults
            assert rows_of(copy) == raw_rows(server, "2026-09-01", "2026-11-30", "Europe/Belgrade")
            assert all(state.verdict.agrees for state in copy.mirror.states(MONTHS).values())
    assert len(editor.done) == len(editor.kinds), "every kind of edit was made"
