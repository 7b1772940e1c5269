"""What the committed proxy configuration does, before two small servers that tell what reached them."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.conftest import unavailable
from tests.support.databases import free_port
from tests.support.hosting import NAMES, STICKY, Proxy, find_proxy, trusting

TOKEN = "tOken-0123456789abcdef"


class Told(BaseHTTPRequestHandler):
    """Answers with what it was asked."""

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = [[name.casefold(), value] for name, value in self.headers.items()]
        body = json.dumps({"port": self.server.server_port, "headers": headers}).encode()  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


class Backends:
    """The two servers; each can be stopped and started."""

    def __init__(self) -> None:
        self.ports = dict(zip(NAMES, (free_port(), free_port()), strict=True))
        self._running: dict[str, ThreadingHTTPServer] = {}

    def start(self, name: str) -> None:
        server = self._running[name] = ThreadingHTTPServer(("127.0.0.1", self.ports[name]), Told)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self, name: str) -> None:
        server = self._running.pop(name, None)
        if server:
            server.shutdown()
            server.server_close()


@pytest.fixture(scope="module")
def backends() -> Iterator[Backends]:
    found = Backends()
    for name in NAMES:
        found.start(name)
    yield found
    for name in NAMES:
        found.stop(name)


@pytest.fixture(scope="module")
def proxy(backends: Backends, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    if find_proxy() is None:
        unavailable("proxy", "no HAProxy found (Debian: apt-get install haproxy)")
    with Proxy(tmp_path_factory.mktemp("proxy"), list(backends.ports.values())) as running:
        running.wait("/")
        yield running


class Answer:
    def __init__(self, reply: http.client.HTTPResponse) -> None:
        self.status, self.headers, self.body = reply.status, reply.headers, reply.read()

    @property
    def told(self) -> dict[str, Any]:
        return dict(json.loads(self.body))

    @property
    def cookie(self) -> str | None:
        return self.headers["Set-Cookie"]


def ask(proxy: Proxy, path: str, method: str = "GET", *, plain: bool = False, body: bytes | None = None, **headers: str) -> Answer:
    if plain:
        connection = http.client.HTTPConnection("127.0.0.1", proxy.plain_port, timeout=20)
    else:
        connection = http.client.HTTPSConnection("localhost", proxy.port, timeout=20, context=trusting())
    try:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        return Answer(connection.getresponse())
    finally:
        connection.close()


def test_a_browser_stays_where_its_cookie_says_and_others_are_shared_out(proxy: Proxy, backends: Backends) -> None:
    first = [ask(proxy, "/") for _ in range(8)]
    assert {one.told["port"] for one in first} == set(backends.ports.values())
    for one in first:
        assert one.cookie is not None
        pair, *flags = one.cookie.split("; ")
        name, _, process = pair.partition("=")
        assert name == STICKY
        assert backends.ports[process] == one.told["port"]
        assert {"HttpOnly", "Secure", "SameSite=Lax"} <= set(flags)
        again = ask(proxy, "/detailed", Cookie=pair)
        assert again.told["port"] == one.told["port"]
        assert again.cookie is None, "it has one"
        assert not [value for kind, value in again.told["headers"] if STICKY in value], "the app sees nothing of it"


def test_a_browser_whose_process_is_gone_is_taken_to_the_other(proxy: Proxy, backends: Backends) -> None:
    backends.stop("p1")
    try:
        # At once, before any check has noticed.
        answer = ask(proxy, "/", Cookie=f"{STICKY}=p1")
        assert answer.told["port"] == backends.ports["p2"]
        assert str(answer.cookie).startswith(f"{STICKY}=p2")
    finally:
        backends.start("p1")


def test_what_a_visitor_says_of_his_way_is_not_believed(proxy: Proxy) -> None:
    false = {"X_Forwarded_For": "10.0.0.1", "X_Forwarded_Proto": "http", "X_Forwarded_Host": "evil.test", "X_Real_Ip": "10.0.0.1"}
    answer = ask(proxy, "/", **false, Forwarded="for=10.0.0.1", X_Forwarded_Prefix="/evil", X_Forwarded_User="boss")
    given = [(name, value) for name, value in answer.told["headers"] if "forwarded" in name or "real-ip" in name]
    true = [("x-forwarded-for", "127.0.0.1"), ("x-forwarded-host", f"localhost:{proxy.port}"), ("x-forwarded-proto", "https")]
    assert sorted(given) == true


def test_in_the_open_there_is_a_way_to_https_and_none_for_secrets(proxy: Proxy) -> None:
    page = ask(proxy, "/detailed?x=1", plain=True)
    assert (page.status, str(page.headers["Location"])[:8]) == (308, "https://")
    for path in (f"/c/{TOKEN}", "/webhooks/clockify"):
        assert ask(proxy, path, "POST", plain=True, body=b"{}").status == 403


def test_no_path_no_query_and_no_address_is_logged(proxy: Proxy) -> None:
    ask(proxy, f"/c/{TOKEN}?secret={TOKEN}")
    ask(proxy, f"/webhooks/clockify?{TOKEN}", "POST", body=b"{}", Clockify_Signature=TOKEN)
    ask(proxy, f"/media/{TOKEN}.csv", Cookie=TOKEN, Referer=TOKEN, User_Agent=TOKEN)
    ask(proxy, f"/c/{TOKEN}", plain=True)
    end = time.monotonic() + 5
    while proxy.log.count('"first":"media"') < 1 and time.monotonic() < end:
        time.sleep(0.05)
    assert TOKEN not in proxy.log
    lines = [json.loads(line) for line in proxy.log.splitlines() if line.startswith("{")]
    assert {"c", "webhooks", "media"} <= {line["first"] for line in lines}
    assert "127.0.0.1:" not in "".join(line for line in proxy.log.splitlines() if line.startswith("{"))
    assert {"at", "method", "first", "status", "ms", "bytes", "process", "end"} == set(lines[-1])


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [("/webhooks/clockify", 262_145, 413), ("/webhooks/clockify", 262_144, 200), ("/", 262_145, 200), ("/", 10_485_761, 413)],
)
def test_bodies_have_their_limits(proxy: Proxy, path: str, size: int, status: int) -> None:
    # The size is said, and nothing is sent after it: who is refused is refused before.
    body = b"x" * size if status == 200 else None
    answer = ask(proxy, path, "POST", body=body, Content_Length=str(size))
    assert answer.status == status


@pytest.mark.parametrize("path", ["/metrics", "/ready", "/_stcore/metrics"])
def test_numbers_stay_inside(proxy: Proxy, path: str) -> None:
    assert ask(proxy, path).status == 404


def test_where_no_process_answers_people_are_told_and_the_page_looks_again(proxy: Proxy, backends: Backends) -> None:
    for name in NAMES:
        backends.stop(name)
    try:
        answer = ask(proxy, "/")
        assert (answer.status, answer.headers["Content-Type"]) == (503, "text/html; charset=utf-8")
        assert b"Nothing is lost" in answer.body and b"http-equiv=refresh" in answer.body
    finally:
        for name in NAMES:
            backends.start(name)
