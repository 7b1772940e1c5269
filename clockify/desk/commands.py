"""What somebody who looks can have done: check now, try again, read a month anew."""

from __future__ import annotations

from collections.abc import Sequence

from clockify.api.quota import Intent
from clockify.desk.visit import Visit
from clockify.errors import RateLimited
from clockify.mirror.jobs import Job
from clockify.mirror.mirror import Mirror
from clockify.mirror.opening import Opening
from clockify.mirror.zoned import base_of
from clockify.periods import Month

# A small month is there within this time, so that nobody sees a skeleton flash by.
PATIENCE_SECONDS = 1.5
READ_AGAIN_SECONDS = 30.0


def refresh(visit: Visit, months: Sequence[Month]) -> None:
    """Check every month on screen now, because a person asked; RateLimited if no request is left for that."""
    mirror = _mirror(visit)
    free_at = mirror.next_free_at(Intent.PERSON)
    if free_at:
        raise RateLimited("All requests of this hour are used, so nothing could be checked.", retry_at=free_at)
    _ask(mirror, months, lists=True)


def retry(visit: Visit, opening: Opening) -> None:
    """Ask again for what failed, at once and for a person; what didn't fail costs nothing."""
    forgive(visit)
    failed = [month for month in opening.wanted if month in opening.faults]
    _ask(_mirror(visit), failed, lists=opening.lists_fault is not None)


def forgive(visit: Visit, *, mendable: bool = False) -> None:
    """Let everything that failed be tried again at once; `mendable`: only what that can help, and no limit of requests forbids."""
    for one in (visit.account, visit.mirror):
        if one:
            one.retry(mendable=mendable)


def read_again(visit: Visit, month: Month) -> Job:
    """Read a month whatever its age, and wait for it a while."""
    mirror = base_of(_mirror(visit))
    job = mirror.read_again(month)
    mirror.wait_for(job, READ_AGAIN_SECONDS)
    return job


def wait(visit: Visit, opening: Opening) -> None:
    """Wait a moment for the months that are being read."""
    _mirror(visit).wait(opening, PATIENCE_SECONDS)


def wait_for_lists(visit: Visit) -> Job | None:
    """Start reading the lists that are stale, and wait a moment for them; return the job if there was one."""
    mirror = _mirror(visit)
    job = mirror.ensure_lists()
    if job:
        mirror.wait_for(job, PATIENCE_SECONDS)
    return job


def read_timers(visit: Visit) -> None:
    """Read who has a timer running now, one request, because somebody looks; wait a moment for it, and raise what kept it away."""
    mirror = _mirror(visit)
    job = mirror.read_timers()
    mirror.wait_for(job, PATIENCE_SECONDS)
    if job.fault:
        raise job.fault


def _ask(mirror: Mirror, months: Sequence[Month], *, lists: bool) -> None:
    """Ask Clockify for a person, and wait a moment for the answers."""
    job = mirror.ensure_lists(person=True) if lists else None
    mirror.wait(mirror.open_months(months, person=True), PATIENCE_SECONDS)
    if job:
        mirror.wait_for(job, PATIENCE_SECONDS)


def _mirror(visit: Visit) -> Mirror:
    if visit.mirror is None:
        raise LookupError("there is no mirror")
    return visit.mirror
