"""A process is killed at any moment of a read, a check or a change: what the next one finds is whole and right."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from clockify.demo import RunningServer, agency_world
from tests.support.databases import Place
from tests.support.edits import Editor, raw_rows, stored_rows
from tests.support.killing import BEGINS, MONTHS, WORK, start
from tests.support.mirrors import Copy, mirror_of
from tests.support.nightly import by_turns
from tests.support.studio import Clock

Serve = Callable[..., RunningServer]
PATIENCE = 10.0


def is_sound(copy: Copy) -> None:
    """Every month that is there can be opened, its cube is the sum of its rows, and no entry is there twice."""
    frames = []
    for month, state in copy.mirror.states().items():
        entries, cube = copy.mirror.entries(month, state.version), copy.mirror.cube(month, state.version)
        assert entries is not None and cube is not None and copy.mirror.names(month, state.version) is not None
        assert (len(entries), int(entries["seconds"].sum())) == (int(cube["entries"].sum()), int(cube["seconds"].sum()))
        assert len(entries) == state.entries_count
        frames.append(entries)
    stored_rows(frames)


def kill_again_and_again(place: Place, served: Serve, kind: str, times: int) -> None:
    world = agency_world(BEGINS, people=3, entries=900)
    server, dice = served(world, detailed_page_cap=20), Random(f"{kind}{times}{place.url is None}")
    editor = Editor(server, datetime(2026, 8, 2, tzinfo=UTC), BEGINS, seed=times)
    with mirror_of(server, place, clock=Clock(BEGINS)) as copy:
        copy.read(*MONTHS)
    for number in range(times):
        editor.edit(2)
        process = start(kind, server, place)
        time.sleep(0.15 + dice.random() * 0.9)
        assert process.is_alive(), "it was at work"
        process.kill()
        process.join(20)
        with mirror_of(server, place, clock=Clock(BEGINS + timedelta(days=1 + number))) as copy:
            is_sound(copy)
            begun = time.monotonic()
            opening = copy.read(*MONTHS, person=True)
            copy.settle(*MONTHS)
            # Whoever held the months is dead, and that is known.
            assert time.monotonic() - begun < PATIENCE
            assert not opening.faults
            is_sound(copy)
            rows = stored_rows([copy.entries(month) for month in MONTHS])
            assert rows == raw_rows(server, "2026-08-01", "2026-11-30", "Europe/Belgrade")


@pytest.mark.parametrize(("place", "kind"), by_turns(["sqlite", "postgresql"], list(WORK), 2), indirect=["place"])
def test_whoever_is_killed_leaves_a_whole_copy(place: Place, served: Serve, kind: str) -> None:
    kill_again_and_again(place, served, kind, times=1)


@pytest.mark.nightly
@pytest.mark.parametrize("kind", WORK)
def test_whoever_is_killed_twenty_times_leaves_a_whole_copy(place: Place, served: Serve, kind: str) -> None:
    kill_again_and_again(place, served, kind, times=20)
