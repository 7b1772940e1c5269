"""Jobs: one a name, in lanes, together; what failed rests, and is tried again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Event

import pytest

from clockify.errors import AuthenticationError, ClockifyError, RateLimited, ServerError, StoreError
from clockify.mirror.jobs import Job, Jobs, Progress
from tests.support.looks import wait_for
from tests.support.studio import NOON, Clock

SECONDS = 20.0
Make = Callable[..., Jobs]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make(clock: Clock) -> Iterator[Make]:
    """Jobs with the clock; half a chance spreads nothing."""
    made = []

    def jobs(*, jitter: float = 0.5, **terms: object) -> Jobs:
        made.append(Jobs(clock, jitter=lambda: jitter, **terms))  # type: ignore[arg-type]
        return made[-1]

    yield jobs
    for one in made:
        one.close()


def nothing(_: Progress) -> None:
    pass


def failing(fault: ClockifyError) -> Callable[[Progress], None]:
    def work(_: Progress) -> None:
        raise fault

    return work


def server_error() -> ServerError:
    return ServerError("Clockify failed on its side.", status=503)


def ended(jobs: Jobs, job: Job) -> Job:
    assert jobs.wait([job], SECONDS)
    return job


# Lanes


def test_a_lane_runs_its_width_in_the_order_of_starting(make: Make) -> None:
    jobs, gate = make(), Event()
    order: list[int] = []

    def work(number: int) -> Callable[[Progress], None]:
        def act(_: Progress) -> None:
            order.append(number)
            assert gate.wait(SECONDS)

        return act

    started = [jobs.start(f"m{number}", work(number), lane="ana", width=1) for number in range(5)]
    wait_for(lambda: order == [0])
    assert all(job.is_running for job in started), "a queued one counts as running"
    assert jobs.start("m4", nothing, lane="ana", width=1) is started[4]
    gate.set()
    assert jobs.wait(started, SECONDS)
    assert order == [0, 1, 2, 3, 4]


def test_a_lane_never_runs_more_than_its_width(make: Make) -> None:
    jobs, gate, running, most = make(), Event(), [], []

    def work(_: Progress) -> None:
        running.append(1)
        most.append(len(running))
        assert gate.wait(SECONDS)
        running.pop()

    started = [jobs.start(f"m{number}", work, lane="ana", width=3) for number in range(12)]
    wait_for(lambda: len(most) == 3)
    gate.set()
    assert jobs.wait(started, SECONDS)
    assert len(most) == 12
    assert max(most) == 3


def test_what_waits_in_a_lane_takes_no_thread_from_others(make: Make) -> None:
    jobs, gate = make(workers=2), Event()
    months = [jobs.start(f"m{number}", lambda _: gate.wait(SECONDS) and None, lane="ana", width=1) for number in range(24)]
    for lane in ("ben", ""):
        ended(jobs, jobs.start(f"lists of {lane}", nothing, lane=lane))
    assert all(job.is_running for job in months)
    gate.set()
    assert jobs.wait(months, SECONDS)


def test_a_fault_lets_the_next_in(make: Make) -> None:
    jobs = make()
    first = jobs.start("a", failing(server_error()), lane="ana", width=1)
    second = jobs.start("b", nothing, lane="ana", width=1)
    assert jobs.wait([first, second], SECONDS)
    assert (type(first.fault), second.fault) == (ServerError, None)


# Together


def test_one_job_for_several_names(make: Make) -> None:
    jobs, done = make(), []
    found = jobs.start_together(["a", "b", "a"], lambda names, progress: done.append(names))
    assert found["a"] is found["b"]
    assert found["a"].names == ("a", "b")
    ended(jobs, found["a"])
    assert done == [("a", "b")]
    assert jobs.get("a") is jobs.get("b") is found["a"]
    assert jobs.start_together([], lambda names, progress: done.append(names)) == {}


def test_who_runs_or_rests_is_kept_out(make: Make) -> None:
    jobs, gate, done = make(), Event(), []
    running = jobs.start("a", lambda _: gate.wait(SECONDS) and None)
    resting = ended(jobs, jobs.start("b", failing(server_error())))
    found = jobs.start_together(["a", "b", "c", "d"], lambda names, progress: done.append(names))
    assert (found["a"], found["b"]) == (running, resting)
    assert ended(jobs, found["c"]) is found["d"]
    assert done == [("c", "d")]
    kept = jobs.start_together(["a", "b"], lambda names, progress: done.append(names))
    assert kept == {"a": running, "b": resting}
    assert len(done) == 1, "none remained, so nothing was started"
    asked = jobs.start_together(["a", "b"], lambda names, progress: done.append(names), at_once=True)
    assert asked["a"] is running
    assert ended(jobs, asked["b"]).names == ("b",)
    gate.set()


def test_faults_are_kept_name_by_name(make: Make, clock: Clock) -> None:
    jobs, fault = make(), server_error()
    both = ended(jobs, jobs.start_together(["2026-10:ana", "2026-11:ana"], lambda names, progress: failing(fault)(progress))["2026-10:ana"])
    assert both.fault is fault
    ended(jobs, jobs.start("2026-10:ana", nothing, at_once=True))
    moment = NOON.timestamp()
    assert (jobs.fault_since("2026-10:ana", moment), jobs.fault_since("2026-11:ana", moment)) == (None, fault)
    assert jobs.fault_since("2026-11:ana", moment + 1) is None
    jobs.forgive("6-11:ana")
    assert jobs.get("2026-11:ana") is None
    assert jobs.get("2026-10:ana") is not None


# Rests


@pytest.mark.parametrize(("jitter", "factor"), [(0.5, 1.0), (0.0, 0.8), (0.999999999, 1.2)])
def test_rests_double_up_to_a_minute_until_a_success(make: Make, clock: Clock, jitter: float, factor: float) -> None:
    jobs = make(jitter=jitter)

    def rest() -> float:
        job = ended(jobs, jobs.start("a", failing(server_error())))
        assert job.retry_at
        length = (job.retry_at - clock()).total_seconds()
        clock.moment = job.retry_at - timedelta(microseconds=1)
        assert jobs.start("a", nothing) is job, "it rests"
        clock.moment = job.retry_at
        return length

    meant = [5, 10, 20, 40, 60, 60, 60]
    assert [rest() for _ in meant] == [pytest.approx(min(seconds * factor, 60), abs=1e-5) for seconds in meant]
    assert ended(jobs, jobs.start("a", nothing)).fault is None
    assert rest() == pytest.approx(5 * factor, abs=1e-5)


def test_names_that_failed_apart_rest_as_the_one_that_failed_most(make: Make, clock: Clock) -> None:
    jobs = make()
    for _ in range(2):
        job = ended(jobs, jobs.start("a", failing(server_error())))
        clock.moment = job.retry_at or clock.moment
    both = jobs.start_together(["a", "b"], lambda names, progress: failing(server_error())(progress))
    job = ended(jobs, both["a"])
    assert job.retry_at == clock() + timedelta(seconds=20)


def test_a_used_up_hour_rests_until_a_request_is_free(make: Make, clock: Clock) -> None:
    jobs, later = make(jitter=0.9), NOON + timedelta(minutes=40)
    job = ended(jobs, jobs.start("a", failing(RateLimited("No request is free.", retry_at=later))))
    assert job.retry_at == later
    unknown = ended(jobs, jobs.start("b", failing(RateLimited("No request is free."))))
    assert unknown.retry_at == NOON + timedelta(seconds=5 * 1.16)


def test_what_trying_cannot_mend_is_not_tried_until_somebody_asks(make: Make, clock: Clock) -> None:
    jobs = make()
    job = ended(jobs, jobs.start("a:ana", failing(AuthenticationError("Clockify doesn't know this API key.", status=401))))
    assert job.fault
    clock.pass_by(days=30)
    assert job.retry_at is None
    assert jobs.next_try([job.fault]) is None
    jobs.try_again([job.fault])
    jobs.forgive(":ana", mendable=True)
    assert jobs.start("a:ana", nothing) is job
    assert ended(jobs, jobs.start("a:ana", nothing, at_once=True)).fault is None


def test_a_reload_forgives_what_can_be_mended_and_no_limit_of_requests(make: Make) -> None:
    jobs = make()
    faults = {
        "store:ana": StoreError("The local copy can't be read or written."),
        "hour:ana": RateLimited("No request is free.", retry_at=NOON + timedelta(minutes=40)),
        "store:ben": StoreError("The local copy can't be read or written."),
    }
    assert jobs.wait([jobs.start(name, failing(fault)) for name, fault in faults.items()], SECONDS)
    jobs.forgive(":ana", mendable=True)
    assert [name for name in faults if jobs.get(name)] == ["hour:ana", "store:ben"]
    jobs.forgive(":ana")
    assert [name for name in faults if jobs.get(name)] == ["store:ben"]


def test_a_clock_that_was_set_back_prolongs_no_rest(make: Make, clock: Clock) -> None:
    jobs = make()
    job = ended(jobs, jobs.start("a", failing(server_error())))
    clock.pass_by(hours=-2)
    assert jobs.start("a", nothing) is not job


def test_what_failed_so_is_begun_again_when_it_has_rested(make: Make, clock: Clock) -> None:
    jobs, tries = make(), []

    def work(names: tuple[str, ...], _: Progress) -> None:
        tries.append(names)
        if len(tries) == 1:
            raise server_error()

    failed = ended(jobs, jobs.start_together(["a", "b"], work)["a"])
    assert failed.fault
    assert jobs.next_try([failed.fault]) == NOON + timedelta(seconds=5)
    assert jobs.next_try([server_error()]) is None, "another fault that reads alike isn't that one"
    jobs.try_again([failed.fault])
    assert len(tries) == 1, "too early"
    ended(jobs, jobs.start("a", nothing, at_once=True))
    clock.pass_by(seconds=5)
    jobs.try_again([failed.fault])
    job = jobs.get("b")
    assert job and job is not failed
    assert ended(jobs, job).fault is None
    assert tries == [("a", "b"), ("b",)]
    assert jobs.next_try([failed.fault]) is None


def test_a_kept_fault_keeps_nothing_of_what_led_to_it(make: Make) -> None:
    def work(_: Progress) -> None:
        try:
            raise ValueError("with half a month in its frame")
        except ValueError as cause:
            raise server_error() from cause

    jobs = make()
    fault = ended(jobs, jobs.start("a", work)).fault
    assert fault
    assert (fault.__traceback__, fault.__cause__, fault.__context__) == (None, None, None)


# Quiet moments


def test_a_quiet_moment_is_when_no_job_runs(make: Make) -> None:
    gate, quiet = Event(), []
    jobs = make(when_idle=lambda: quiet.append(1))
    long = jobs.start("long", lambda _: gate.wait(SECONDS) and None, lane="ana", width=1)
    queued = jobs.start("queued", nothing, lane="ana", width=1)
    ended(jobs, jobs.start("short", nothing))
    assert not quiet
    gate.set()
    assert jobs.wait([long, queued], SECONDS)
    wait_for(lambda: len(quiet) == 1)


def test_what_a_job_failed_with_is_logged(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    def fail(_: Progress) -> None:
        raise server_error()

    jobs = make()
    ended(jobs, jobs.start("a", fail))
    assert [record.getMessage() for record in caplog.records] == ["a: ServerError 503"]


def test_what_fails_at_a_quiet_moment_is_logged(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise ValueError("no")

    jobs = make(when_idle=fail)
    assert ended(jobs, jobs.start("a", nothing)).fault is None
    wait_for(lambda: "when no job runs failed" in caplog.text)
    assert ended(jobs, jobs.start("b", nothing)).fault is None
