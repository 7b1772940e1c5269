"""What a proxy or a service manager asks: does the process live, and can it do its work?"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from clockify.desk.desk import Desk
from clockify.errors import ClockifyError, ConfigurationError
from clockify.web.routing import routes_at

# Whoever asks more often gets the last answer: nobody is to keep the database busy by asking.
KEPT_SECONDS = 2.0


def health_routes(desk: Callable[[], Desk], clock: Callable[[], float] = time.monotonic) -> list[Route]:
    """Return `/health` (asks nothing of anybody) and `/ready` (503 where settings or the database can't be used)."""
    readiness = Readiness(desk, clock)

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def ready(_: Request) -> Response:
        problems = await run_in_threadpool(readiness.problems)
        return JSONResponse({"status": "not ready", "not": problems}, 503) if problems else JSONResponse({"status": "ready"})

    return [*routes_at("/health", health, ["GET"]), *routes_at("/ready", ready, ["GET"])]


class Readiness:
    """What keeps the process from its work; safe to share between threads."""

    def __init__(self, desk: Callable[[], Desk], clock: Callable[[], float]) -> None:
        self._desk, self._clock = desk, clock
        self._lock = threading.Lock()
        self._kept: tuple[float, list[str]] | None = None

    def problems(self) -> list[str]:
        """Return what can't be used: "settings", "database"; which of them, and why, stands on the page and in the log."""
        with self._lock:
            if self._kept is None or self._clock() - self._kept[0] > KEPT_SECONDS:
                self._kept = (self._clock(), self._look())
            return self._kept[1]

    def _look(self) -> list[str]:
        try:
            self._desk().check_database()
        except ConfigurationError:
            return ["settings"]
        except ClockifyError:
            return ["database"]
        return []
