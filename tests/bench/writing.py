"""What logging time costs in requests to Clockify, action by action."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from clockify.demo import RunningServer, agency_world, create_app, serve
from clockify.demo.keys import OWNER_KEY
from clockify.desk import writing
from clockify.desk.desk import Desk
from clockify.desk.viewer import Viewer
from clockify.desk.visit import Visit
from clockify.periods import Month, local_day
from clockify.settings import ApiKey, Settings
from clockify.writes import Draft, Written
from tests.bench.stage import Figure, Stage

READ_SECONDS = 60.0


def measure(stage: Stage) -> Iterator[Figure]:
    """Log, start, change, stop, delete, take back, and write ten cells of a week; figures and timers are looked at after each."""
    now = datetime.now(UTC).replace(microsecond=0)
    with serve(create_app(agency_world(now))) as server:
        settings = Settings(key=ApiKey(OWNER_KEY), api_url=server.api_url, reports_url=server.reports_url)
        desk = Desk(settings, stage.new_folder("writing"))
        try:
            visit = _visit(desk)
            for what, act in _acts(visit, now).items():
                seen = len(server.requests)
                _check(act())
                _look(visit)
                yield Figure(what, _asked(server, seen))
        finally:
            desk.close()


def _visit(desk: Desk) -> Visit:
    account = desk.account(desk.settings)
    account.open()
    mirror = desk.mirror(account, None, None)
    job = mirror.ensure_lists()
    if job:
        mirror.wait_for(job, READ_SECONDS)
    mirror.wait(mirror.open_months([Month.of(local_day(desk.now(), mirror.zone))]), READ_SECONDS)
    return Visit(desk, Viewer("You"), desk.settings, account, mirror)


def _acts(visit: Visit, now: datetime) -> dict[str, Callable[[], list[Written]]]:
    """Return what is done, in its order; each finds what the ones before it made."""
    start = now - timedelta(hours=3)
    hour, longer = (
        Draft(start, start + timedelta(hours=1), description="bench"),
        Draft(start, start + timedelta(hours=2), description="bench"),
    )
    timer, done, new = Draft(now, description="timer"), list[Written](), writing.new_id

    def keep(written: Written) -> list[Written]:
        done.append(written)
        return [written]

    def ten() -> list[Written]:
        cells = [Draft(start + number * timedelta(minutes=5), start + (number + 1) * timedelta(minutes=5)) for number in range(10)]
        return [writing.log_time(visit, new(), cell) for cell in cells]

    return {
        "log an entry": lambda: keep(writing.log_time(visit, new(), hour)),
        "change it": lambda: keep(writing.change_entry(visit, new(), done[0].entry_id, longer, hour)),
        "take the change back": lambda: [writing.undo(visit, new(), done[1])],
        "delete it": lambda: keep(writing.delete_entry(visit, new(), done[0].entry_id, hour)),
        "take the deletion back": lambda: [writing.undo(visit, new(), done[2])],
        "start a timer": lambda: keep(writing.start_timer(visit, new(), timer)),
        "stop it": lambda: [writing.stop_timer(visit, new(), done[3].entry_id, timer)],
        "ten cells of a timesheet": ten,
    }


def _look(visit: Visit) -> None:
    """Look at the figures as a page does."""
    if visit.mirror is not None:
        visit.mirror.ensure_lists()
        visit.mirror.open_months([Month.of(local_day(visit.desk.now(), visit.mirror.zone))])
        visit.access.running(visit.desk.now())


def _check(written: list[Written]) -> None:
    if not all(one.is_done for one in written):
        raise RuntimeError("it was not done")


def _asked(server: RunningServer, seen: int) -> str:
    fresh = [f"{method} {path.rsplit('/', 1)[-1] if path.endswith('time-entries') else 'entry'}" for method, path in server.requests[seen:]]
    return f"{len(fresh)} ({', '.join(dict.fromkeys(fresh))})"
