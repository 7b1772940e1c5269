"""Replies that drip byte by byte: no single recv takes long, and the whole is left all the same."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler

import pytest

from clockify import errors
from clockify.api.deadline import Deadline, _bounded, _BoundedReader, _in_force
from clockify.api.transport import Request, Transport, build_session
from clockify.settings import ApiKey
from tests.unit.api_fakes import KEY_TEXT, Behaviour, FakeTime, Misbehaving, send


@pytest.fixture
def misbehaving() -> Iterator[Misbehaving]:
    with Misbehaving() as server:
        yield server


def drip(*whole: bytes) -> Behaviour:
    """Send the first part at once and then byte after byte, never so slowly that a single recv would time out."""
    at_once, slowly = (b"", *whole)[-2:]

    def act(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(at_once)
        for byte in slowly * 1000:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
            if handler.server.closing.wait(0.01):  # type: ignore[attr-defined]
                return

    return act


DRIPS: dict[str, Behaviour] = {
    "status line": drip(b"H"),
    "headers": drip(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"),
    "body": drip(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n[", b" "),
    "body without a length": drip(b"HTTP/1.1 200 OK\r\n\r\n[", b" "),
    "packed body": drip(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x08\0\0\0\0\0\x03", b"a-name-in-the-header"),
    "chunks": drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "length of a chunk": drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
}


@pytest.mark.parametrize("part", DRIPS)
def test_a_reply_that_drips_is_left_when_its_time_is_over(misbehaving: Misbehaving, part: str) -> None:
    misbehaving.behaviour = DRIPS[part]
    client = misbehaving.client(patience=0.15)
    begun = time.monotonic()
    with pytest.raises(errors.TransportError, match=r"^Clockify did not answer within 0\.15 seconds\.$") as caught:
        client.user()
    assert time.monotonic() - begun < 2
    assert (caught.value.__cause__, caught.value.__context__, len(misbehaving.paths)) == (None, None, 1)
    # The connection is gone; the next request has a new one, and a time of its own.
    misbehaving.behaviour = lambda handler: send(handler, 200, b'{"id": "u1"}')
    assert client.user() == {"id": "u1"}
    client.close()


def test_a_kept_connection_serves_one_time_limit_after_the_other(misbehaving: Misbehaving) -> None:
    def kept(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = False
        send(handler, 200, b'{"id": "u1"}', Connection="keep-alive")

    misbehaving.behaviour = kept
    session = build_session(misbehaving.url)
    transport = Transport(ApiKey(KEY_TEXT), session, connect_timeout=5, read_timeout=5)
    ports = set()
    for seconds in (5, 0.5, 60):
        deadline = Deadline(seconds)
        deadline.begin()
        assert transport.send(Request("GET", misbehaving.url), deadline).body == b'{"id": "u1"}'
        ports.add(misbehaving.peers[-1])
    assert len(ports) == 1
    transport.close()


def test_a_recv_waits_no_longer_than_there_is_time() -> None:
    clock, waits = FakeTime(), []
    deadline = Deadline(60, clock.monotonic)
    deadline.begin()

    class Socket:
        def gettimeout(self) -> float:
            return 30.0

        def settimeout(self, seconds: float) -> None:
            waits.append(seconds)

    reader = _BoundedReader(io.BytesIO(b"abc"), Socket(), deadline)  # type: ignore[arg-type]
    for seconds in (20, 20, 15):
        assert len(reader.read(1)) == 1
        clock.sleep(seconds)
    clock.sleep(5)
    with pytest.raises(TimeoutError):
        reader.read(1)
    assert waits == [30.0, 30.0, 20.0]
    reader.close()


def test_connections_are_bounded_once_however_often_they_are_asked_for() -> None:
    first = _bounded(HTTPConnection)
    assert _bounded(first) is first is _bounded(HTTPConnection) is not HTTPConnection


def test_a_deadline_is_in_force_for_what_is_sent_meanwhile() -> None:
    outer, inner = Deadline(1), Deadline(2)
    with outer.kept():
        with inner.kept():
            assert _in_force.get() is inner
        assert _in_force.get() is outer
    assert _in_force.get() is None
