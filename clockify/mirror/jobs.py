"""Work behind the page: one job a name, its progress and its fault kept for whoever looks, and what failed tried again."""

from __future__ import annotations

import logging
import random
import threading
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from clockify.errors import ClockifyError, RateLimited, ReplyError
from clockify.mirror.reported import Reported, reported

log = logging.getLogger(__name__)

# What has failed rests so many seconds, twice as long after each further failure, at most the second; give or take a fifth.
FIRST_REST, LONGEST_REST = 5.0, 60.0
SPREAD = 0.2

Clock = Callable[[], datetime]


@dataclass
class Progress:
    """How far a job is; `totals` are Clockify's own, once its first page is there. They stand for everybody's exact time."""

    done: int = 0
    of: int | None = None
    totals: Reported | None = None
    finished: set[str] = field(default_factory=set)

    def finish(self, names: Iterable[str]) -> None:
        """Take note of names whose part of the work is done: no later fault is theirs."""
        self.finished |= set(names)

    def note(self, done: int, of: int | None, totals: dict[str, Any]) -> None:
        """Take a page's news."""
        self.done, self.of = done, of
        self.totals = reported(totals) or self.totals


Work = Callable[[tuple[str, ...], Progress], None]


@dataclass(eq=False)
class Job:
    """A piece of work under one name or several: queued or at work until `future` is done, failed if `fault` is set.

    `retry_at`: when it may be tried again after a fault; None means not by itself.
    """

    names: tuple[str, ...]
    lane: str
    width: int
    work: Work | None
    progress: Progress = field(default_factory=Progress)
    future: Future[None] = field(default_factory=Future)
    fault: ClockifyError | None = None
    ended_at: datetime | None = None
    retry_at: datetime | None = None

    @property
    def is_running(self) -> bool:
        """Is it still at work, or about to be?"""
        return not self.future.done()

    def fault_of(self, name: str) -> ClockifyError | None:
        """Return the fault, unless the part of that name was done before."""
        return None if name in self.progress.finished else self.fault


class Jobs:
    """The jobs of one process; whoever starts a running one's name joins it."""

    def __init__(
        self,
        clock: Clock,
        workers: int = 16,
        *,
        jitter: Callable[[], float] = random.random,
        when_idle: Callable[[], object] | None = None,
    ) -> None:
        """`jitter` (from [0, 1)) spreads the rests; `when_idle` is called in a worker's thread when the last job has ended."""
        self._clock, self._jitter, self._when_idle = clock, jitter, when_idle
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="mirror")
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._failures: Counter[str] = Counter()
        # By lane: what waits, kept here so that it takes no thread away from other lanes, and how many are in the pool.
        self._queued: defaultdict[str, deque[Job]] = defaultdict(deque)
        self._admitted: Counter[str] = Counter()

    def start(self, name: str, work: Callable[[Progress], None], *, at_once: bool = False, lane: str = "", width: int = 8) -> Job:
        """Start a job, or return the one of that name that runs, or that failed and rests.

        `at_once`: a person asked, so an earlier fault doesn't hold it back. The jobs of a `lane` run
        `width` at a time, in the order in which they were started; those of lane "" as the pool has room.
        """
        return self.start_together((name,), lambda _, progress: work(progress), at_once=at_once, lane=lane, width=width)[name]

    def start_together(self, names: Sequence[str], work: Work, *, at_once: bool = False, lane: str = "", width: int = 8) -> dict[str, Job]:
        """Start one job for all those names that have none which runs, or failed and rests; return the job of each name."""
        with self._lock:
            kept = {name: job for name in names if (job := self._jobs.get(name)) and self._stands(name, job, at_once)}
            fresh = tuple(dict.fromkeys(name for name in names if name not in kept))
            if fresh:
                kept |= dict.fromkeys(fresh, self._begin(fresh, work, lane, width))
        return kept

    def get(self, name: str) -> Job | None:
        """Return the job of that name, running or ended."""
        with self._lock:
            return self._jobs.get(name)

    def fault_since(self, name: str, moment: float) -> ClockifyError | None:
        """Return how the job of that name failed, unless that was before a moment (seconds since 1970)."""
        job = self.get(name)
        return job.fault_of(name) if job and job.ended_at and job.ended_at.timestamp() >= moment else None

    def counts(self) -> dict[str, int]:
        """Return how many jobs are queued or at work, and how many have failed and not been started anew."""
        with self._lock:
            jobs = list(dict.fromkeys(self._jobs.values()))
        running = sum(job.is_running for job in jobs)
        return {"running": running, "failed": sum(job.fault is not None and not job.is_running for job in jobs)}

    def forgive(self, ending: str, *, mendable: bool = False) -> None:
        """Forget the faults of jobs whose names end so: the next start doesn't wait.

        `mendable`: only of those that trying again can mend, and that no limit of requests holds back.
        """
        with self._lock:
            self._jobs = {
                name: job
                for name, job in self._jobs.items()
                if job.is_running or not job.fault or not name.endswith(ending) or (mendable and not _is_mendable(job.fault))
            }

    def next_try(self, faults: Iterable[ClockifyError]) -> datetime | None:
        """Return when the first of the jobs that failed so may be tried again; None if none of them ever is by itself."""
        with self._lock:
            return min((job.retry_at for job in self._failed_so(faults) if job.retry_at), default=None)

    def names_of(self, faults: Iterable[ClockifyError]) -> list[str]:
        """Return the names of the jobs that failed so."""
        with self._lock:
            return [name for job in self._failed_so(faults) for name in job.names if self._jobs.get(name) is job]

    def are_running(self, names: Iterable[str]) -> bool:
        """Is any of these jobs at work?"""
        return any(job.is_running for job in map(self.get, names) if job)

    def try_again(self, faults: Iterable[ClockifyError]) -> None:
        """Begin again the work of those jobs that failed so and have rested."""
        with self._lock:
            for job in self._failed_so(faults):
                if job.work and not self._rests(job):
                    names = tuple(name for name in job.names if self._jobs.get(name) is job and job.fault_of(name))
                    self._begin(names, job.work, job.lane, job.width)

    def wait(self, jobs: Iterable[Job], seconds: float) -> bool:
        """Wait until all are done, at most so long; tell whether they are."""
        return not wait([job.future for job in jobs], timeout=seconds).not_done

    def close(self) -> None:
        """Let running jobs end, start no more."""
        with self._lock:
            self._queued.clear()
        self._pool.shutdown(wait=True, cancel_futures=True)

    # All below that changes what is shared is called under the lock.

    def _begin(self, names: tuple[str, ...], work: Work, lane: str, width: int) -> Job:
        job = Job(names, lane, width, work)
        self._jobs |= dict.fromkeys(names, job)
        self._queued[lane].append(job)
        self._admit(lane)
        return job

    def _admit(self, lane: str) -> None:
        """Hand the pool as many of a lane's jobs as may run."""
        queue = self._queued[lane]
        while queue and (not lane or self._admitted[lane] < queue[0].width):
            self._admitted[lane] += 1
            self._pool.submit(self._run, queue.popleft())
        if not queue:
            del self._queued[lane]

    def _run(self, job: Job) -> None:
        what = ", ".join(name.split(":")[0] for name in job.names)
        try:
            if job.work:
                job.work(job.names, job.progress)
        except ClockifyError as fault:
            job.fault = fault
            log.warning("%s: %s", what, _kind(fault))
        except Exception as bug:
            # A thread's exception would vanish, and the page would wait for ever.
            job.fault = ClockifyError(f"The app itself failed while reading ({type(bug).__name__}).")
            log.exception("%s failed", what)
        finally:
            self._end(job)

    def _end(self, job: Job) -> None:
        """Note how a job ended, and let the next one in."""
        with self._lock:
            job.ended_at = self._clock()
            self._count(job)
            self._admitted[job.lane] -= 1
            if not self._admitted[job.lane]:
                del self._admitted[job.lane]
            self._admit(job.lane)
            is_idle = not self._admitted
        job.future.set_result(None)
        if is_idle and self._when_idle:
            try:
                self._when_idle()
            except Exception:
                log.exception("what was to be done when no job runs failed")

    def _count(self, job: Job) -> None:
        """Count failures in a row, and say when a failed job may be tried again."""
        if job.fault is None:
            job.work = None
            for name in job.names:
                self._failures.pop(name, None)
            return
        # It is kept, and what led to it would be kept with it: half of a month's pages.
        job.fault.__traceback__ = job.fault.__context__ = job.fault.__cause__ = None
        self._failures.update(job.names)
        if isinstance(job.fault, RateLimited) and job.fault.retry_at:
            job.retry_at = job.fault.retry_at
        elif job.fault.can_retry and job.ended_at:
            job.retry_at = job.ended_at + rest_after(max(self._failures[name] for name in job.names), self._jitter())

    def _stands(self, name: str, job: Job, at_once: bool) -> bool:
        """Does a job keep its name from being started?"""
        return job.is_running or (job.fault_of(name) is not None and self._rests(job) and not at_once)

    def _rests(self, job: Job) -> bool:
        """Has it failed, and is it too early to try again by itself?"""
        if job.fault is None or job.ended_at is None:
            return False
        # Before its end: a clock was set back, and nobody knows how long it would rest.
        return job.retry_at is None or job.ended_at <= self._clock() < job.retry_at

    def _failed_so(self, faults: Iterable[ClockifyError]) -> list[Job]:
        """Return the jobs whose last faults are those very ones."""
        wanted = {id(fault) for fault in faults}
        return [job for job in dict.fromkeys(self._jobs.values()) if not job.is_running and id(job.fault) in wanted]


def rest_after(failures: int, jitter: float) -> timedelta:
    """Return how long what failed so many times in a row rests; `jitter` (from [0, 1)) spreads it, so that not all come back at once."""
    seconds = min(FIRST_REST * 2.0 ** min(failures - 1, 10), LONGEST_REST)
    return timedelta(seconds=min(seconds * (1 - SPREAD + 2 * SPREAD * jitter), LONGEST_REST))


def _kind(fault: ClockifyError) -> str:
    """Name a fault for the log, where no sentence belongs that may one day have a name in it."""
    status = f" {fault.status}" if isinstance(fault, ReplyError) else ""
    return f"{type(fault).__name__}{status}"


def _is_mendable(fault: ClockifyError) -> bool:
    return fault.can_retry and not (isinstance(fault, RateLimited) and fault.retry_at)
