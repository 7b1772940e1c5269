"""Many writes with a fault at every point, over real HTTP: no double, none lost, each named rightly, the copy equal to a fresh read."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from tests.support import studio
from tests.support.databases import Cluster, Place
from tests.support.faults import Front
from tests.support.mishaps import Runs
from tests.support.studio import Clock

BY_DAY, AT_NIGHT = 15, 1000


def run(front: Front, place: Place, clock: Clock, count: int, seed: int) -> Runs:
    runs = Runs(front, place, clock, seed)
    try:
        for _ in range(count):
            runs.run()
    finally:
        runs.close()
    return runs


@pytest.mark.parametrize("count", [pytest.param(BY_DAY, id="day"), pytest.param(AT_NIGHT, marks=pytest.mark.nightly, id="night")])
def test_no_fault_makes_two_or_loses_one(front: Front, tmp_path: Path, clock: Clock, count: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    runs = run(front, Place(None, tmp_path), clock, count, seed=17)
    assert len(runs.seen) > count * 0.4, "they were many different ones"
    assert studio.KEY not in caplog.text
    for path in tmp_path.rglob("*.sqlite*"):
        assert studio.KEY.encode() not in path.read_bytes(), path.name


@pytest.mark.parametrize("count", [pytest.param(3, id="day"), pytest.param(300, marks=pytest.mark.nightly, id="night")])
def test_no_fault_does_on_a_shared_server(front: Front, cluster: Cluster, tmp_path: Path, clock: Clock, count: int) -> None:
    run(front, Place(cluster.new_database(), tmp_path), clock, count, seed=18)
