"""A front before a served world that breaks what it is told to break, on real sockets.

`Front(server)` passes requests on; `front.fail("detailed", "500")` breaks one endpoint until
`front.heal()`. `front.hold(...)` keeps requests back at a gate, and `front.hooks` are called
when the world has answered and before the reply leaves; `front.rewrites` put something else into it. Every request is noted, with its key.
"""

from __future__ import annotations

import http.client
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from clockify.api.client import Clockify
from clockify.api.transport import build_session
from clockify.demo import RunningServer

ENDPOINTS = {
    "user": r"GET /api/v1/user",
    "workspaces": r"GET /api/v1/workspaces",
    "users": r"GET /api/v1/workspaces/\w+/users",
    "projects": r"GET /api/v1/workspaces/\w+/projects",
    "tags": r"GET /api/v1/workspaces/\w+/tags",
    "in-progress": r"GET /api/v1/workspaces/\w+/time-entries/status/in-progress",
    "time-entries": r"GET /api/v1/workspaces/\w+/user/\w+/time-entries",
    "create": r"POST /api/v1/workspaces/\w+/time-entries",
    "create for others": r"POST /api/v1/workspaces/\w+/user/\w+/time-entries",
    "entry": r"GET /api/v1/workspaces/\w+/time-entries/\w+",
    "update": r"PUT /api/v1/workspaces/\w+/time-entries/\w+",
    "delete": r"DELETE /api/v1/workspaces/\w+/time-entries/\w+",
    "stop": r"PATCH /api/v1/workspaces/\w+/user/\w+/time-entries",
    "detailed": r"POST /report/v1/workspaces/\w+/reports/detailed",
    "summary": r"POST /report/v1/workspaces/\w+/reports/summary",
}
WRITES = ("create", "create for others", "update", "delete", "stop")
# These leave a client waiting, so its patience is cut short.
HANGING = ("timeout", "late", "stored, then silence")
CUT = "cut while sending"
HASTE = 0.05
PATIENCE = 20.0
RETRY_AFTER = 600
Json = dict[str, Any]


@dataclass(frozen=True)
class Exchange:
    """A request as it came in: which endpoint, with which key, and the body of a report."""

    endpoint: str
    path: str
    key: str | None
    body: Json

    @property
    def page(self) -> int:
        """The page of a detailed report that was asked for."""
        return int((self.body.get("detailedFilter") or {}).get("page", 1))

    @property
    def month(self) -> str:
        """The month of a report that was asked for: "2026-11"."""
        return str(self.body.get("dateRangeStart", ""))[:7]


When = Callable[[Exchange], bool]


class Front:
    """An HTTP server on loopback between a client and a served world."""

    def __init__(self, behind: RunningServer) -> None:
        self.behind = behind
        self.exchanges: list[Exchange] = []
        self.hooks: list[Callable[[Exchange], None]] = []
        self.rewrites: dict[str, Callable[[Json], Json]] = {}
        self.elsewhere: list[str | None] = []
        self.healed, self.came = threading.Event(), threading.Event()
        self._faults: dict[str, tuple[str, When]] = {}
        self._gates: list[tuple[str, When, threading.Event]] = []
        self._servers = [_Server(("127.0.0.1", 0), partial(_Handler, self)), _Server(("127.0.0.1", 0), partial(_Elsewhere, self))]
        self.url, self.foreign_url = (f"http://127.0.0.1:{one.server_port}" for one in self._servers)
        self.api_url, self.reports_url = self.url + "/api/v1", self.url + "/report/v1"

    def __enter__(self) -> Self:
        self._threads = [threading.Thread(target=one.serve_forever, kwargs={"poll_interval": 0.01}) for one in self._servers]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.reset()
        for server, thread in zip(self._servers, self._threads, strict=True):
            server.shutdown()
            thread.join()
            server.server_close()

    def fail(self, endpoint: str, kind: str, when: When = lambda _: True, *, beside: bool = False) -> None:
        """Answer an endpoint with a fault of `FAULTS` from now on, and no other one, unless it is broken `beside` them."""
        self.healed.clear()
        self.came.clear()
        self._faults = (self._faults if beside else {}) | {endpoint: (kind, when)}

    def heal(self) -> None:
        """Answer as the world does; whoever hangs is let go."""
        self._faults = {}
        self.healed.set()

    def reset(self) -> None:
        """Heal, open the gates, forget what was noted."""
        self.heal()
        for _, _, gate in self._gates:
            gate.set()
        self._gates, self.exchanges, self.hooks, self.elsewhere = [], [], [], []
        self.rewrites = {}

    @contextmanager
    def hold(self, endpoint: str, when: When = lambda _: True) -> Iterator[threading.Event]:
        """Keep requests of an endpoint waiting until the gate is set, at the latest at the end."""
        gate = threading.Event()
        self._gates.append((endpoint, when, gate))
        try:
            yield gate
        finally:
            gate.set()

    def fault_for(self, exchange: Exchange) -> str | None:
        """Return the fault that a request meets."""
        kind, when = self._faults.get(exchange.endpoint, ("", bool))
        return kind if kind and when(exchange) else None

    def wait_at_gates(self, exchange: Exchange) -> None:
        """Wait as long as a gate that is meant for this request is closed."""
        for endpoint, when, gate in list(self._gates):
            if endpoint == exchange.endpoint and when(exchange):
                gate.wait(PATIENCE)

    def hangs(self, method: str, url: str) -> bool:
        """Does this request meet silence now? Only then is a client's patience cut short."""
        return self._kind(method, urlsplit(url).path) in HANGING

    def cuts(self, method: str, path: str) -> bool:
        """Is the connection cut now while this request is being sent?"""
        return self._kind(method, path) == CUT

    def _kind(self, method: str, path: str) -> str:
        return self._faults.get(endpoint_of(method, path), ("", bool))[0]

    def connect(self, key: Any, **terms: Any) -> Clockify:
        """Make a client that doesn't sleep before it repeats, and hardly waits for who is silent."""
        session = build_session(self.url)
        session.mount("http://", _Hasty(self, pool_maxsize=8))
        return Clockify(key, session=session, sleep=lambda _: None, **terms)

    def count(self, endpoint: str) -> int:
        """Count the requests of an endpoint so far."""
        return sum(one.endpoint == endpoint for one in self.exchanges)


def endpoint_of(method: str, path: str) -> str:
    """Return the name under which `ENDPOINTS` has a request, "" for another."""
    return next((name for name, pattern in ENDPOINTS.items() if re.fullmatch(pattern, f"{method} {path}")), "")


class _Hasty(HTTPAdapter):
    """Gives up at once on a request that is known to hang, so that a time-out costs no time."""

    def __init__(self, front: Front, **terms: Any) -> None:
        super().__init__(**terms)
        self._front = front

    def send(self, request: requests.PreparedRequest, *args: Any, **terms: Any) -> requests.Response:
        if self._front.hangs(str(request.method), str(request.url)):
            terms["timeout"] = (PATIENCE, HASTE)
        return super().send(request, *args, **terms)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that left: that is what faults are for."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def __init__(self, front: Front, *args: Any) -> None:
        self.front = front
        super().__init__(*args)

    def do_GET(self) -> None:
        length, path = int(self.headers.get("Content-Length") or 0), urlsplit(self.path).path
        if self.front.cuts(self.command, path):
            self.rfile.read(length // 2)
            self.front.exchanges.append(Exchange(endpoint_of(self.command, path), self.path, self.headers.get("X-Api-Key"), {}))
            self.close_connection = True
            return
        raw = self.rfile.read(length)
        body = json.loads(raw) if raw else {}
        exchange = Exchange(endpoint_of(self.command, path), self.path, self.headers.get("X-Api-Key"), body)
        self.exchange = exchange
        self.front.exchanges.append(exchange)
        self.front.wait_at_gates(exchange)
        kind = self.front.fault_for(exchange)
        if kind:
            FAULTS[kind](self, raw)
            return
        reply = self.ask(raw)
        for hook in list(self.front.hooks):
            hook(exchange)
        rewrite = self.front.rewrites.get(exchange.endpoint)
        if rewrite:
            reply = (reply[0], json.dumps(rewrite(json.loads(reply[1]))).encode(), reply[2])
        self.answer(*reply)

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815

    def ask(self, raw: bytes) -> tuple[int, bytes, dict[str, str]]:
        """Return what the world answers."""
        kept = {name: self.headers[name] for name in ("X-Api-Key", "Content-Type", "Accept") if name in self.headers}
        # A connection for each: one that is kept could be closed at the other end just now, and break what should work.
        with closing(http.client.HTTPConnection(urlsplit(self.front.behind.url).netloc)) as upstream:
            upstream.request(self.command, self.path, raw or None, kept)
            reply = upstream.getresponse()
            headers = {name: reply.headers[name] for name in ("Last-Page", "Retry-After") if name in reply.headers}
            return reply.status, reply.read(), headers

    def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None, *, length: int | None = None) -> None:
        """Send a reply; `length` is what it claims to have."""
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        if status != 204:
            self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        pass


class _Elsewhere(_Handler):
    """Another host, which would be glad of a key."""

    def do_GET(self) -> None:
        self.front.elsewhere.append(self.headers.get("X-Api-Key"))
        self.answer(200, b"{}")

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815


def _refusing(status: int, code: int, **headers: str) -> Callable[[_Handler, bytes], None]:
    """Refuse as Clockify does, and echo what was submitted, the key above all."""

    def act(handler: _Handler, _: bytes) -> None:
        message = f"Invalid value [{handler.headers.get('X-Api-Key')}] at {handler.path}"
        handler.answer(
            status, json.dumps({"message": message, "code": code}).encode(), {n.replace("_", "-"): v for n, v in headers.items()}
        )

    return act


def _hang(handler: _Handler, _: bytes) -> None:
    handler.front.healed.wait(PATIENCE)
    handler.close_connection = True


def _drop(handler: _Handler, _: bytes) -> None:
    handler.close_connection = True


def _cut(handler: _Handler, raw: bytes) -> None:
    """Send half of the JSON and say so."""
    status, body, headers = handler.ask(raw)
    handler.answer(status, body[: len(body) // 2], headers)


def _cut_off(handler: _Handler, raw: bytes) -> None:
    """Promise the whole reply, send half of it, hang up."""
    status, body, headers = handler.ask(raw)
    handler.answer(status, body[: len(body) // 2], headers, length=len(body))
    handler.close_connection = True


def _redirect(handler: _Handler, _: bytes) -> None:
    handler.answer(302, b"", {"Location": handler.front.foreign_url + handler.path})


def _store_and(then: Callable[[_Handler, bytes], None]) -> Callable[[_Handler, bytes], None]:
    """Let the world do what was asked, and then lose its reply."""

    def act(handler: _Handler, raw: bytes) -> None:
        handler.ask(raw)
        for hook in list(handler.front.hooks):
            hook(handler.exchange)
        then(handler, raw)

    return act


def _late(handler: _Handler, raw: bytes) -> None:
    """Keep what was asked until it is let go, when the client has long given up, and let the world do it then."""
    handler.front.healed.wait(PATIENCE)
    handler.ask(raw)
    handler.front.came.set()
    handler.close_connection = True


FAULTS: dict[str, Callable[[_Handler, bytes], None]] = {
    "401": _refusing(401, 4003),
    "403": _refusing(403, 501),
    "404": _refusing(404, 3000),
    "429": _refusing(429, 429),
    "429 with Retry-After": _refusing(429, 429, Retry_After=str(RETRY_AFTER)),
    "500": _refusing(500, 0),
    "timeout": _hang,
    "dropped": _drop,
    "cut JSON": _cut,
    "cut off": _cut_off,
    "redirect": _redirect,
    "400": _refusing(400, 501),
    "503": _refusing(503, 0),
    "late": _late,
    "stored, then silence": _store_and(_hang),
    "stored, then dropped": _store_and(_drop),
    "stored, then 500": _store_and(_refusing(500, 0)),
    "stored, then 504": _store_and(_refusing(504, 0)),
}
