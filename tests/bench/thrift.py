"""What it costs in requests to keep a copy in step with edits, by plan and by what a page holds; and a year on FREE."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from clockify.demo import RunningServer, agency_world, create_app, serve
from clockify.periods import Month
from tests.bench.stage import Figure, Stage
from tests.support.databases import Place
from tests.support.edits import Editor
from tests.support.mirrors import Copy, count_requests, mirror_of

NOW = datetime(2026, 11, 30, 14, tzinfo=UTC)
YEAR = tuple(Month(2026, 11).after(-back) for back in range(12))
CAPS = (50, 200, 1000)
PLANS = {"paid": "STANDARD_2021", "FREE": "FREE"}


class _Clock:
    def __init__(self) -> None:
        self.moment = NOW

    def __call__(self) -> datetime:
        return self.moment


def measure(stage: Stage) -> Iterator[Figure]:
    """Count requests: three months of about 420 entries read, checked, edited and refreshed; then twelve months at once."""
    for name, plan in PLANS.items():
        for cap in CAPS:
            with serve(
                create_app(agency_world(NOW, people=6, entries=5_460), plan=plan, detailed_page_cap=cap, requests_per_hour=10_000)
            ) as server:
                yield from _of_edits(stage, f"{name}, {cap} a page", server)
    for cap in CAPS[1:]:
        with serve(create_app(agency_world(NOW, people=6, entries=5_460), plan="FREE", detailed_page_cap=cap)) as server:
            yield _of_year(stage, cap, server)


def _of_edits(stage: Stage, what: str, server: RunningServer) -> Iterator[Figure]:
    clock, months = _Clock(), YEAR[:3]
    with mirror_of(server, Place(None, stage.new_folder(f"edits {what}")), clock=clock) as copy:
        asked = [len(server.requests)]
        _until_there(copy, months, clock)
        asked.append(len(server.requests))
        clock.moment += timedelta(hours=2)
        copy.read(*months)
        copy.settle(*months)
        asked.append(len(server.requests))
        Editor(server, datetime(2026, 9, 2, tzinfo=UTC), NOW, seed=1).edit(10)
        asked.append(len(server.requests))
        clock.moment += timedelta(hours=2)
        copy.read(*months, person=True)
        copy.settle(*months)
        read, checked, refreshed = asked[1] - asked[0], asked[2] - asked[1], len(server.requests) - asked[3]
        yield Figure(f"{what}, three months: read · check · Refresh", f"{read} · {checked} · {refreshed}")


def _of_year(stage: Stage, cap: int, server: RunningServer) -> Figure:
    clock = _Clock()
    with mirror_of(server, Place(None, stage.new_folder(f"year {cap}")), clock=clock) as copy:
        _until_there(copy, YEAR, clock)
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(count_requests(server).items()))
        return Figure(f"FREE, {cap} a page, a year of 5,000 entries within the hour ", f"{len(server.requests)} ({kinds})")


def _until_there(copy: Copy, months: tuple[Month, ...], clock: _Clock) -> None:
    """Open months until all are there, as a page that is looked at does."""
    for _ in range(50):
        if not copy.read(*months).missing:
            return
        if copy.mirror.next_free_at():
            clock.moment += timedelta(minutes=61)
    raise RuntimeError("the months could not be read")
