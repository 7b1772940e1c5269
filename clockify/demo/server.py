"""The HTTP side: routes, keys, allowances, and a server that runs in a thread."""

import asyncio
import json
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from clockify.demo.allowance import Allowance
from clockify.demo.holder import Clock, Demo, Methods, WorldSource
from clockify.demo.hooks import Hook, Sender
from clockify.demo.life import Life
from clockify.demo.request import Terms
from clockify.demo.routes import MAIN, REPORTS, Answer
from clockify.demo.world import World
from clockify.demo.writes import WRITES

API_ROOT, REPORTS_ROOT = "/api/v1", "/report/v1"
FREE_REQUESTS_PER_HOUR = 30
_HOUR = 3600.0
_SECOND = 1.0
_KEPT_REQUESTS = 10_000
_START_SECONDS = 10.0
# Whoever has sent half a request, and no more of it, keeps nobody from ending.
_END_SECONDS = 2

Sleep = Callable[[float], Awaitable[None]]


def utc_now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


def create_app(
    source: WorldSource,
    *,
    plan: str | None = "STANDARD_2021",
    detailed_page_cap: int = 1000,
    list_page_cap: int | None = None,
    refused_page_size: int | None = None,
    requests_per_hour: int | None = None,
    requests_per_second: int | None = None,
    retry_after: bool = True,
    delay: float = 0.0,
    clock: Clock = utc_now,
    sleep: Sleep = asyncio.sleep,
    others: Sequence[World] = (),
    hooks: Sequence[Hook] = (),
    life: float | None = None,
    seed: int = 1,
) -> Starlette:
    """Make the app for a world, or for a factory that makes one for a moment and again each local day.

    `plan` decides the limits as Clockify's `featureSubscriptionType` does; without `requests_per_hour` FREE has 30
    and a paid plan none. Beyond `requests_per_second` (Clockify's 50, over a rolling second of `clock`) a 429 comes
    without `Retry-After`. A page of the detailed report or of a list of entries has at most so many rows as the caps
    say, whatever was asked for; asking for more than `refused_page_size` is an error. Every reply waits `delay`
    seconds beside the others, after it was made: it shows the world as it was when the request came. `others` are
    further workspaces that the same keys open. `hooks` are told what happens, once the reply is out; with `life`, somebody changes
    something every so many seconds: both from when the app is served, by dice of that `seed`. `app.state` has `demo` (with `.world`)
    and `requests`, the `(method, path)` served so far.
    """
    terms = Terms(plan, detailed_page_cap, list_page_cap, refused_page_size)
    if requests_per_hour is None and terms.is_free:
        requests_per_hour = FREE_REQUESTS_PER_HOUR
    allowances = (
        Allowance(requests_per_second, _SECOND, retry_after=False),
        Allowance(requests_per_hour, _HOUR, retry_after=retry_after),
    )
    sender, lived = Sender(hooks, seed) if hooks else None, Life(seed, life) if life else None
    return _app(Demo(source, terms, allowances, clock, others, sender=sender, life=lived), lambda: sleep(delay))


def _app(demo: Demo, pause: Callable[[], Awaitable[None]]) -> Starlette:
    served: list[tuple[str, str]] = []

    async def respond(request: Request, methods: Methods) -> Response:
        served.append((request.method, request.url.path))
        if len(served) > 2 * _KEPT_REQUESTS:
            del served[:_KEPT_REQUESTS]
        request.scope["clockify.body"] = await request.body()
        answer = demo.answer(request, methods)
        await pause()
        reply = _reply(answer)
        if demo.sender:
            reply.background = BackgroundTask(demo.told)
        return reply

    app = Starlette(routes=[_route(path, methods, respond) for path, methods in _paths().items()])
    app.state.demo, app.state.requests = demo, served
    return app


def _paths() -> dict[str, Methods]:
    """Return what each path knows, its methods; the last one is any path that nothing serves."""
    paths: dict[str, Methods] = defaultdict(dict)
    for path, endpoint in MAIN.items():
        paths[API_ROOT + path]["GET"] = endpoint
    for (method, path), endpoint in WRITES.items():
        paths[API_ROOT + path][method] = endpoint
    for path, endpoint in REPORTS.items():
        paths[REPORTS_ROOT + path]["POST"] = endpoint
    return {**paths, "/{path:path}": {}}


def _route(path: str, methods: Methods, respond: Callable[[Request, Methods], Awaitable[Response]]) -> Route:
    async def endpoint(request: Request) -> Response:
        return await respond(request, methods)

    return Route(path, endpoint, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])


def _reply(answer: Answer) -> Response:
    if answer.body is None:
        return Response(None, answer.status, answer.headers)
    body = json.dumps(answer.body, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(body, answer.status, answer.headers, media_type="application/json")


class RunningServer:
    """An app served on loopback by a daemon thread. A context manager: leaving it stops the server."""

    def __init__(self, app: Starlette, port: int = 0, host: str = "127.0.0.1") -> None:
        self.app = app
        # Named TCP outright: asyncio switches Nagle's delay off only then, and 40 ms a reply are at stake.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind((host, port))
        self.url = f"http://{host}:{self._socket.getsockname()[1]}"
        self.api_url, self.reports_url = self.url + API_ROOT, self.url + REPORTS_ROOT
        quiet: dict[str, Any] = {"log_level": "warning", "access_log": False, "timeout_graceful_shutdown": _END_SECONDS}
        settings = uvicorn.Config(app, loop="asyncio", http="h11", ws="none", lifespan="off", **quiet)
        self._server = uvicorn.Server(settings)
        # Outside the main thread uvicorn leaves the signal handlers alone.
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="clockify-demo")
        self._thread.daemon = True

    @property
    def world(self) -> World:
        """Return the world that is served now, to be changed at will."""
        demo: Demo = self.app.state.demo
        return demo.world

    @property
    def requests(self) -> list[tuple[str, str]]:
        """Return the `(method, path)` of the requests served so far."""
        served: list[tuple[str, str]] = self.app.state.requests
        return served

    @property
    def _demo(self) -> Demo | None:
        """Return what holds the world; None if another app is served."""
        found: Demo | None = getattr(self.app.state, "demo", None)
        return found

    def start(self) -> "RunningServer":
        """Start and wait until requests are answered. Raises RuntimeError when that takes too long."""
        self._thread.start()
        deadline = time.monotonic() + _START_SECONDS
        while not self._server.started:
            if time.monotonic() > deadline or not self._thread.is_alive():
                self.stop()
                raise RuntimeError("the demo server did not start")
            time.sleep(0.005)
        if demo := self._demo:
            demo.start()
        return self

    def wait(self) -> None:
        """Wait until the server has been stopped."""
        self._thread.join()

    def stop(self) -> None:
        """Stop, and return once the threads have ended and the port is free."""
        if demo := self._demo:
            demo.stop()
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join()
        self._socket.close()

    def __enter__(self) -> "RunningServer":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()


def serve(app: Starlette, port: int = 0) -> RunningServer:
    """Serve an app on 127.0.0.1, port 0 meaning any free one, and return when it answers."""
    return RunningServer(app, port).start()
