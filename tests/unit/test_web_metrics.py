"""What a scrape tells: figures that can be checked by hand, at no request, without a name, and also when things fail."""

from __future__ import annotations

import asyncio
import socket
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from clockify.api.quota import Intent
from clockify.demo import RunningServer
from clockify.desk.desk import Desk
from clockify.desk.runs import BOUNDS, RUNS, Runs
from clockify.errors import ClockifyError, ConfigurationError, ServerError, StoreError
from clockify.mirror.jobs import Progress
from clockify.periods import Month
from clockify.settings import ApiKey, Settings
from clockify.web.metrics import OpenTabs, Readings, serve_metrics
from tests.support.databases import free_port
from tests.support.studio import KEY, Clock, studio

Serve = Callable[..., RunningServer]
NOVEMBER = Month(2026, 11)
Samples = dict[tuple[str, tuple[str, ...]], float]


@contextmanager
def scraped(desk: Callable[[], Desk]) -> Iterator[Callable[[], str]]:
    port = free_port()
    stop = serve_metrics(desk, port)
    try:

        def scrape() -> str:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as reply:
                return str(reply.read().decode())

        yield scrape
    finally:
        stop()


def samples(text: str) -> Samples:
    """Return each value by its name and the values of its labels but for the hashes, whatever they are."""
    found: Samples = {}
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            labels = tuple(value for name, value in sorted(one.labels.items()) if name not in ("workspace", "copy"))
            found[one.name, labels] = one.value
    return found


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(served: Serve) -> RunningServer:
    return served(studio())


@pytest.fixture
def desk(server: RunningServer, tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    settings = Settings(key=ApiKey(KEY), api_url=server.api_url, reports_url=server.reports_url)
    opened = Desk(settings, tmp_path, clock)
    yield opened
    opened.close()


def look(desk: Desk, *months: Month) -> None:
    account = desk.account(desk.settings)
    account.open()
    mirror = desk.mirror(account, None, None)
    # Shown in another zone it is the same copy.
    desk.mirror(account, None, None, chosen="Asia/Tokyo")
    assert mirror.wait_for(mirror.ensure_lists() or pytest.fail("the lists are not there yet"), 60)
    assert mirror.wait(mirror.open_months(months), 60)


def test_before_anybody_looks_there_is_little_to_tell(desk: Desk) -> None:
    with scraped(lambda: desk) as scrape:
        found = samples(scrape())
    assert found["clockify_jobs", ("running",)] == found["clockify_scrape_failed", ()] == 0
    assert not [name for name, _ in found if "month" in name or "database" in name]


def test_requests_and_months_are_what_the_server_saw_and_when(desk: Desk, server: RunningServer, clock: Clock) -> None:
    look(desk, NOVEMBER, Month(2026, 10))
    asked = len(server.requests)
    (mirror,) = desk.mirrors()
    clock.pass_by(seconds=100)
    with scraped(lambda: desk) as scrape:
        text = scrape()
    found = samples(text)
    assert found["clockify_requests_used", ()] == asked == len(server.requests), "a scrape costs none"
    left = mirror.requests_left(Intent.PERSON)
    assert found.get(("clockify_requests_left", ())) == (None if left is None else left)
    for month in ("2026-10", "2026-11"):
        assert found["clockify_month_verdict", (month, "agrees")] == 1
        assert found["clockify_month_rows_age_seconds", (month,)] == 100
        assert found["clockify_month_check_age_seconds", (month,)] == 100
    assert found["clockify_database_up", ()] == 1
    assert text.count("clockify_requests_used{") == 1


def test_no_id_no_name_and_no_key_is_told(desk: Desk) -> None:
    look(desk, NOVEMBER)
    with scraped(lambda: desk) as scrape:
        text = scrape()
    (mirror,) = desk.mirrors()
    words = [mirror.scope.workspace_id, mirror.scope.user_id, mirror.scope.zone, mirror.workspace.name, mirror.profile.name, KEY]
    assert [word for word in words if word in text] == []
    assert "workspace=" in text


def test_jobs_that_fail_are_counted(desk: Desk) -> None:
    def fail(_: Progress) -> None:
        raise ServerError("no", status=500)

    desk.jobs.wait([desk.jobs.start("one", fail), desk.jobs.start("two", lambda _: None)], 10)
    with scraped(lambda: desk) as scrape:
        found = samples(scrape())
    assert (found["clockify_jobs", ("failed",)], found["clockify_jobs", ("running",)]) == (1, 0)


@pytest.mark.parametrize("fault", [StoreError("no"), ConfigurationError("SECRET"), RuntimeError("SECRET")])
def test_what_fails_is_said_and_the_rest_is_told(desk: Desk, capfd: pytest.CaptureFixture[str], fault: Exception) -> None:
    look(desk, NOVEMBER)

    def broken() -> Desk:
        if not isinstance(fault, StoreError):
            raise fault
        desk.store.close()
        return desk

    with scraped(broken) as scrape:
        found = samples(scrape())
    assert ("clockify_run_seconds_count", ()) in found
    if isinstance(fault, StoreError):
        assert (found["clockify_database_up", ()], found["clockify_scrape_failed", ()]) == (0, 0)
        assert ("clockify_jobs", ("running",)) in found
    else:
        assert found["clockify_scrape_failed", ()] == 1
    assert "SECRET" not in "".join(capfd.readouterr())


def test_each_run_is_in_every_bucket_that_holds_it() -> None:
    runs = Runs()
    for seconds in (0.0, BOUNDS[0], 0.3, 99.0):
        runs._under_way += 1
        runs._note(seconds)
    found = runs.durations()
    assert found.up_to == tuple(sum(seconds <= bound for seconds in (0.0, BOUNDS[0], 0.3, 99.0)) for bound in BOUNDS)
    assert (found.count, found.under_way, round(found.seconds, 6)) == (4, 0, 99.325)


def test_a_run_that_fails_is_counted_too() -> None:
    before = RUNS.durations()
    with pytest.raises(ClockifyError), RUNS.measured():
        assert RUNS.durations().under_way == before.under_way + 1
        time.sleep(0.01)
        raise ClockifyError("no")
    after = RUNS.durations()
    assert (after.count - before.count, after.under_way) == (1, before.under_way)
    assert after.seconds - before.seconds >= 0.01


def test_tabs_are_counted_while_they_are_connected() -> None:
    seen = []

    async def app(scope: object, receive: object, send: object) -> None:
        seen.append(OpenTabs.count)
        raise OSError

    async def visit(kind: str) -> None:
        with pytest.raises(OSError):
            await OpenTabs(app)({"type": kind}, None, None)  # type: ignore[arg-type]

    before = OpenTabs.count
    for kind in ("websocket", "http"):
        asyncio.run(visit(kind))
    assert (seen, OpenTabs.count) == ([before + 1, before], before)


def test_every_metric_says_what_it_is(desk: Desk) -> None:
    assert all(metric.documentation and metric.name.startswith("clockify_") for metric in Readings(lambda: desk).collect())


def test_a_port_that_is_taken_is_said_in_a_sentence(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"--metrics-port {port} on 127.0.0.1 can't be used"):
            serve_metrics(lambda: desk, port)
