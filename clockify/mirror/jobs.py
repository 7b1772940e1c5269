"""Work behind the page: one thread a job, one job a name, its progress and its fault kept for whoever looks."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from clockify.errors import ClockifyError, RateLimited

log = logging.getLogger(__name__)

# A page that is looked at asks again on every rerun; what has just failed rests this long.
REST_AFTER_FAULT = timedelta(seconds=60)

Clock = Callable[[], datetime]


@dataclass
class Progress:
    """How far a job is; `totals` are Clockify's own, once its first page is there."""

    done: int = 0
    of: int | None = None
    totals: dict[str, Any] = field(default_factory=dict)

    def note(self, done: int, of: int | None, totals: dict[str, Any]) -> None:
        """Take a page's news."""
        self.done, self.of = done, of
        self.totals = totals or self.totals


@dataclass
class Job:
    """A piece of work: running until `future` is done, failed if `fault` is set."""

    name: str
    progress: Progress
    future: Future[None]
    fault: ClockifyError | None = None
    ended_at: datetime | None = None

    @property
    def is_running(self) -> bool:
        """Is it still at work?"""
        return not self.future.done()


class Jobs:
    """The jobs of one process; whoever starts a running one's name joins it."""

    def __init__(self, clock: Clock, workers: int = 8) -> None:
        self._clock = clock
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="mirror")
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}

    def start(self, name: str, work: Callable[[Progress], None], *, at_once: bool = False) -> Job:
        """Start a job, or return the one of that name that runs, or that failed just now.

        `at_once`: a person asked, so an earlier fault doesn't hold it back.
        """
        with self._lock:
            job = self._jobs.get(name)
            if job and (job.is_running or (self._rests(job) and not at_once)):
                return job
            progress = Progress()
            fresh = Job(name, progress, Future())
            self._jobs[name] = fresh
        self._pool.submit(self._run, fresh, work)
        return fresh

    def get(self, name: str) -> Job | None:
        """Return the job of that name, running or ended."""
        with self._lock:
            return self._jobs.get(name)

    def fault_since(self, name: str, moment: float) -> ClockifyError | None:
        """Return how the job of that name failed, unless that was before a moment (seconds since 1970)."""
        job = self.get(name)
        return job.fault if job and job.ended_at and job.ended_at.timestamp() >= moment else None

    def forgive(self, ending: str) -> None:
        """Forget the faults of jobs whose names end so: the next start doesn't wait."""
        with self._lock:
            self._jobs = {name: job for name, job in self._jobs.items() if job.is_running or not job.fault or not name.endswith(ending)}

    def wait(self, jobs: Iterable[Job], seconds: float) -> bool:
        """Wait until all are done, at most so long; tell whether they are."""
        return not wait([job.future for job in jobs], timeout=seconds).not_done

    def close(self) -> None:
        """Let running jobs end, start no more."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(self, job: Job, work: Callable[[Progress], None]) -> None:
        try:
            work(job.progress)
        except ClockifyError as fault:
            job.fault = fault
            log.warning("%s: %s (%s)", job.name.split(":")[0], type(fault).__name__, fault)
        except Exception as bug:
            # A thread's exception would vanish, and the page would wait for ever.
            job.fault = ClockifyError(f"The app itself failed while reading ({type(bug).__name__}).")
            log.exception("%s failed", job.name.split(":")[0])
        finally:
            job.ended_at = self._clock()
            job.future.set_result(None)

    def _rests(self, job: Job) -> bool:
        """Has it failed, and is it too early to try again by itself?"""
        if job.fault is None or job.ended_at is None:
            return False
        if isinstance(job.fault, RateLimited) and job.fault.retry_at:
            return self._clock() < job.fault.retry_at
        return self._clock() - job.ended_at < REST_AFTER_FAULT
