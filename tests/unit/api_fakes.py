"""A session without a network, a server that misbehaves, and a clock without time, for the tests of the api room."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import requests
from requests.adapters import BaseAdapter

from clockify.api import Clockify, DetailedReport, MemoryLedger, plan_of
from clockify.periods import Month
from clockify.settings import ApiKey

KEY_TEXT = "NotARealKey0123456789abcdefZZ"
NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
NOVEMBER = Month(2026, 11).period
PAID = plan_of({"featureSubscriptionType": "PRO_2021"})
FREE = plan_of({"featureSubscriptionType": "FREE"})


@dataclass
class Sent:
    """One request as it left."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    headers: dict[str, str]
    timeout: tuple[float, float]


Behaviour = Callable[[BaseHTTPRequestHandler], None]
Answer = Callable[[Sent], "tuple[int, Any] | tuple[int, Any, dict[str, str]] | Exception"]


class FakeServer(BaseAdapter):
    """An adapter that answers with what a function returns, and keeps what was sent."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer
        self.sent: list[Sent] = []

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Answer one prepared request."""
        parts = urlsplit(request.url or "")
        query = {name: values[-1] for name, values in parse_qs(str(parts.query)).items()}
        body = json.loads(request.body) if request.body else None
        sent = Sent(request.method or "", str(parts.path), query, body, dict(request.headers), kwargs["timeout"])
        self.sent.append(sent)
        answered = self.answer(sent)
        if isinstance(answered, Exception):
            raise answered
        return _response(request, *answered)

    def close(self) -> None:
        """Do nothing: there is nothing open."""


def _response(request: requests.PreparedRequest, status: int, content: Any, headers: dict[str, str] | None = None) -> requests.Response:
    response = requests.Response()
    response.status_code, response.request, response.url = status, request, request.url or ""
    response.headers.update(headers or {})
    response.raw = io.BytesIO(content if isinstance(content, bytes) else json.dumps(content).encode())
    return response


class Misbehaving:
    """A server that does what `behaviour` says, and counts requests by path."""

    def __init__(self) -> None:
        self.behaviour: Behaviour = lambda handler: send(handler, 404, b"")
        self.paths: list[str] = []
        self.keys: list[str | None] = []
        self.peers: list[tuple[str, int]] = []
        self.closing = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer.paths.append(self.path)
                outer.peers.append(self.client_address)
                outer.keys.append(self.headers.get("X-Api-Key"))
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                self.close_connection = True
                outer.behaviour(self)

            do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.closing = self.closing  # type: ignore[attr-defined]
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def client(self, **kwargs: Any) -> Clockify:
        """Return a client for it that doesn't really sleep."""
        settings: dict[str, Any] = {"plan": FREE, "ledger": MemoryLedger(), "read_timeout": 5.0, **kwargs}
        urls = {"api_url": f"{self.url}/api/v1", "reports_url": f"{self.url}/report/v1"}
        return Clockify(ApiKey(KEY_TEXT), sleep=lambda _: None, **urls, **settings)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()


def send(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content_Length": str(len(body)), "Connection": "close", **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


@dataclass
class FakeTime:
    """Time that passes only in `sleep`."""

    now: datetime = NOW
    slept: list[float] = field(default_factory=list)

    def clock(self) -> datetime:
        """Return the moment it is."""
        return self.now

    def monotonic(self) -> float:
        """Return the seconds that have passed."""
        return (self.now - NOW).total_seconds()

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


def clockify_with(answer: Answer, *, time: FakeTime | None = None, **kwargs: Any) -> tuple[Clockify, FakeServer]:
    """Return a client, on a paid plan unless told otherwise, and the server it talks to."""
    server, time, session = FakeServer(answer), time or FakeTime(), requests.Session()
    session.trust_env = False
    session.mount("https://", server)
    settings: dict[str, Any] = {"ledger": MemoryLedger(), "plan": PAID, "jitter": lambda: 0.0, **kwargs}
    return Clockify(ApiKey(KEY_TEXT), session=session, sleep=time.sleep, clock=time.clock, monotonic=time.monotonic, **settings), server


def numbered(first: int, last: int, key: str = "id") -> list[dict[str, Any]]:
    """Return rows with the ids first to last."""
    return [{key: f"row-{number}"} for number in range(first, last + 1)]


def pages_of(total: int, *, cap: int = 200, header: bool = True) -> Answer:
    """Answer like a paged list of so many rows."""
    rows = numbered(1, total)

    def answer(sent: Sent) -> tuple[int, Any, dict[str, str]]:
        page, size = int(sent.query["page"]), min(int(sent.query["page-size"]), cap)
        part = rows[(page - 1) * size : page * size]
        return 200, part, {"Last-Page": str(page * size >= total).lower()} if header else {}

    return answer


def detailed_of(total: int, *, cap: int = 1000) -> Answer:
    """Answer like a detailed report of so many entries."""
    rows = numbered(1, total, "_id")

    def answer(sent: Sent) -> tuple[int, Any]:
        asked = sent.body["detailedFilter"]
        size = min(asked["pageSize"], cap)
        part = rows[(asked["page"] - 1) * size : asked["page"] * size]
        return 200, {"totals": [{"entriesCount": total}], "timeentries": part}

    return answer


def refusing_above(most: int, inner: Answer) -> Answer:
    """Answer like another server that refuses page sizes above so many with 400."""

    def answer(sent: Sent) -> Any:
        return inner(sent) if size_of(sent) <= most else (400, {"message": "Page size is too large", "code": 501})

    return answer


def size_of(sent: Sent) -> int:
    """Return the page size that a request asks for."""
    return int(sent.body["detailedFilter"]["pageSize"] if sent.body else sent.query["page-size"])


def detailed(client: Clockify, **kwargs: Any) -> DetailedReport[Any]:
    """Read November."""
    return client.detailed_report(workspace_id="w1", period=NOVEMBER, time_zone="Europe/Berlin", **kwargs)
