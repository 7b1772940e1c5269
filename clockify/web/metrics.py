"""Numbers for Prometheus, on an address of their own: read when somebody scrapes, at no request to Clockify."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, ProcessCollector, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Receive, Scope, Send

from clockify.desk.desk import Desk
from clockify.desk.gauges import Gauges, read_gauges
from clockify.desk.runs import BOUNDS, RUNS
from clockify.errors import ClockifyError, ConfigurationError

log = logging.getLogger(__name__)


def serve_metrics(desk: Callable[[], Desk], port: int, host: str = "127.0.0.1") -> Callable[[], None]:
    """Answer scrapes on a port of their own until what is returned is called; nothing asks who scrapes, so keep it inside.

    Raises ConfigurationError if nothing can listen there.
    """
    try:
        server, thread = start_http_server(port, addr=host, registry=metrics_registry(desk))
    except (OSError, OverflowError) as fault:
        raise ConfigurationError(f"--metrics-port {port} on {host} can't be used ({fault}).") from None

    def stop() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return stop


def metrics_registry(desk: Callable[[], Desk]) -> CollectorRegistry:
    """Return what a scrape reads: the process itself, and what is ours."""
    registry = CollectorRegistry(auto_describe=False)
    ProcessCollector(registry=registry)
    registry.register(Readings(desk))
    return registry


class Readings(Collector):
    """Reads our numbers at each scrape."""

    def __init__(self, desk: Callable[[], Desk]) -> None:
        self._desk = desk

    def collect(self) -> Iterator[Metric]:
        """Yield what can be read now; `clockify_scrape_failed` says whether something could not."""
        yield from _of_people()
        failed = GaugeMetricFamily("clockify_scrape_failed", "1 if something could not be read, and is missing here", 1)
        try:
            desk = self._desk()
            found = [*_of_copies(read_gauges(desk)), *_of_deliveries(desk)]
        except ClockifyError as fault:
            log.warning("metrics: %s", type(fault).__name__)
            yield failed
        except Exception:
            # The server of scrapes would print it with its text.
            log.exception("metrics: a scrape failed")
            yield failed
        else:
            yield from found
            yield GaugeMetricFamily("clockify_scrape_failed", failed.documentation, 0)


class OpenTabs:
    """Counts the tabs that are connected, as middleware: each holds one websocket."""

    _lock = threading.Lock()
    count = 0

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and count a websocket while it is open."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        _add_tabs(1)
        try:
            await self._app(scope, receive, send)
        finally:
            _add_tabs(-1)


def _add_tabs(number: int) -> None:
    with OpenTabs._lock:
        OpenTabs.count += number


def _of_people() -> Iterator[Metric]:
    yield GaugeMetricFamily("clockify_sessions", "Tabs that are connected to this process", OpenTabs.count)
    runs = RUNS.durations()
    buckets = [*((str(bound), count) for bound, count in zip(BOUNDS, runs.up_to, strict=True)), ("+Inf", runs.count)]
    yield HistogramMetricFamily("clockify_run_seconds", "Runs of the script: a click, or a tick of an open page", buckets, runs.seconds)
    yield GaugeMetricFamily("clockify_runs_under_way", "Runs of the script at this moment", runs.under_way)


def _of_copies(gauges: Gauges) -> Iterator[Metric]:
    if gauges.is_store_read is not None:
        yield GaugeMetricFamily("clockify_database_up", "1 if the local copy could be read", int(gauges.is_store_read))
    jobs = GaugeMetricFamily("clockify_jobs", "Jobs behind the page: running, or failed and to be tried again", labels=["state"])
    for state, count in gauges.jobs.items():
        jobs.add_metric([state], count)
    caches = GaugeMetricFamily("clockify_cache_bytes", "What is kept in memory", labels=["cache"])
    for name, size in gauges.caches.items():
        caches.add_metric([name], size)
    yield from (jobs, caches, *_of_requests(gauges), *_of_months(gauges))


def _of_requests(gauges: Gauges) -> Iterator[Metric]:
    used = GaugeMetricFamily("clockify_requests_used", "Requests to Clockify within the last hour", labels=["workspace"])
    left = GaugeMetricFamily("clockify_requests_left", "Requests that are free now, where the plan limits them", labels=["workspace"])
    for workspace, requests in gauges.requests.items():
        used.add_metric([workspace], requests.used)
        if requests.left is not None:
            left.add_metric([workspace], requests.left)
    yield from (used, left)


def _of_months(gauges: Gauges) -> Iterator[Metric]:
    names = ["workspace", "copy", "month"]
    rows = GaugeMetricFamily("clockify_month_rows_age_seconds", "Age of a stored month's oldest rows", labels=names)
    checks = GaugeMetricFamily("clockify_month_check_age_seconds", "Time since a stored month was held against Clockify", labels=names)
    verdicts = GaugeMetricFamily(
        "clockify_month_verdict", "1 for what holds: agrees, differs, pending, unchecked", labels=[*names, "verdict"]
    )
    for copy, months in gauges.months.items():
        for month in months:
            place = [*copy, month.month]
            rows.add_metric(place, month.rows_age)
            checks.add_metric(place, month.check_age)
            verdicts.add_metric([*place, month.verdict], 1)
    yield from (rows, checks, verdicts)


def _of_deliveries(desk: Desk) -> Iterator[Metric]:
    """Count webhooks by what became of them."""
    family = CounterMetricFamily("clockify_deliveries", "Webhook deliveries since the start, by what became of them", labels=["outcome"])
    for outcome, count in desk.hooks(demo=desk.settings.is_demo).counts().items():
        family.add_metric([str(outcome)], count)
    yield family
