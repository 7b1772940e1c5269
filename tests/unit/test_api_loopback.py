"""The client against a server of this machine that misbehaves: real sockets, real time-outs of a moment."""

from __future__ import annotations

import gzip
import logging
import traceback
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from clockify import errors
from clockify.api.deadline import Deadline
from clockify.api.transport import Request, Transport, build_session
from clockify.settings import ApiKey
from tests.unit.api_fakes import FREE, KEY_TEXT, PAID, Behaviour, Misbehaving, detailed, send


@pytest.fixture
def misbehaving() -> Iterator[Misbehaving]:
    with Misbehaving() as server:
        yield server


def redirect(handler: BaseHTTPRequestHandler) -> None:
    send(handler, 302, b"moved", Location=f"http://127.0.0.1:{handler.server.server_port}/elsewhere")  # type: ignore[attr-defined]


def senseless_redirect(handler: BaseHTTPRequestHandler) -> None:
    send(handler, 301, b"moved", Location="http://[half an address")


def cut_off(handler: BaseHTTPRequestHandler) -> None:
    send(handler, 200, b'{"id": "u1"', Content_Length="500")


def cut_off_chunks(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[{},{\r\n")


def drop(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.close()


def garbage(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"SSH-2.0-hello\r\n\r\n")


def html(handler: BaseHTTPRequestHandler) -> None:
    send(handler, 200, b"<html>Please sign in to this hotel's network</html>")


def bad_gzip(handler: BaseHTTPRequestHandler) -> None:
    send(handler, 200, b"not packed at all", Content_Encoding="gzip")


def refuse(handler: BaseHTTPRequestHandler) -> None:
    # Clockify echoes what was submitted; here it even echoes the key.
    key = handler.headers["X-Api-Key"]
    send(handler, 400, f'{{"message": "Invalid value [{key}]", "code": 3000}}'.encode())


def unknown_key(handler: BaseHTTPRequestHandler) -> None:
    send(handler, 401, f'{{"message": "{handler.headers["X-Api-Key"]} does not exist", "code": 4003}}'.encode())


FAULTS: dict[Behaviour, type[errors.ClockifyError]] = {
    redirect: errors.RedirectRefused,
    senseless_redirect: errors.RedirectRefused,
    cut_off: errors.TransportError,
    cut_off_chunks: errors.TransportError,
    drop: errors.TransportError,
    garbage: errors.TransportError,
    html: errors.MalformedReply,
    bad_gzip: errors.MalformedReply,
    refuse: errors.RequestRejected,
    unknown_key: errors.AuthenticationError,
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_each_fault_is_its_error(misbehaving: Misbehaving, fault: Behaviour) -> None:
    misbehaving.behaviour = fault
    client = misbehaving.client()
    with pytest.raises(errors.ClockifyError) as caught:
        client.user()
    assert type(caught.value) is FAULTS[fault]
    client.close()


@pytest.mark.parametrize("fault", [redirect, senseless_redirect])
def test_a_redirect_is_never_followed(misbehaving: Misbehaving, fault: Behaviour) -> None:
    misbehaving.behaviour = fault
    client = misbehaving.client()
    with pytest.raises(errors.RedirectRefused):
        detailed(client)
    assert misbehaving.paths == ["/report/v1/workspaces/w1/reports/detailed"]
    client.close()


def test_a_silent_server_is_left_after_the_time_out(misbehaving: Misbehaving) -> None:
    misbehaving.behaviour = lambda _: misbehaving.closing.wait(5) and None
    client = misbehaving.client(read_timeout=0.05)
    with pytest.raises(errors.TransportError, match=r"^Clockify did not answer within 0\.05 seconds\.$"):
        client.user()
    assert len(misbehaving.paths) == 2
    client.close()


@pytest.mark.parametrize("fault", [cut_off, cut_off_chunks])
def test_half_a_reply_is_never_taken_for_a_whole_one(misbehaving: Misbehaving, fault: Behaviour) -> None:
    misbehaving.behaviour = fault
    client = misbehaving.client()
    with pytest.raises(errors.TransportError, match="cut off on the way"):
        client.user()
    client.close()


def test_a_server_that_stops_in_the_middle_is_left_too(misbehaving: Misbehaving) -> None:
    def stall(handler: BaseHTTPRequestHandler) -> None:
        send(handler, 200, b"[", Content_Length="500")
        misbehaving.closing.wait(5)

    misbehaving.behaviour = stall
    client = misbehaving.client(read_timeout=0.05)
    with pytest.raises(errors.TransportError):
        client.workspaces()
    client.close()


def test_nobody_at_the_address() -> None:
    server = Misbehaving()
    server.server.server_close()
    client = server.client()
    with pytest.raises(errors.TransportError, match="failed or was dropped"):
        client.user()
    client.close()


def test_a_packed_reply_without_end_is_bounded(misbehaving: Misbehaving) -> None:
    # 3 MB of spaces travel as 3 KB.
    misbehaving.behaviour = lambda handler: send(handler, 200, gzip.compress(b" " * 3_000_000), Content_Encoding="gzip")
    transport = Transport(ApiKey(KEY_TEXT), build_session(misbehaving.url), connect_timeout=5, read_timeout=5, max_body=1_000_000)
    with pytest.raises(errors.MalformedReply, match="larger than any report"):
        transport.send(Request("GET", misbehaving.url), Deadline(60))
    transport.close()


def test_a_failure_in_passing_costs_one_more_request(misbehaving: Misbehaving) -> None:
    def second_time_lucky(handler: BaseHTTPRequestHandler) -> None:
        drop(handler) if len(misbehaving.paths) == 1 else send(handler, 200, b'{"id": "u1"}')

    misbehaving.behaviour = second_time_lucky
    client = misbehaving.client()
    assert client.user() == {"id": "u1"}
    client.close()


class TestTheKey:
    @pytest.mark.parametrize("plan", [FREE, PAID])
    @pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
    def test_no_fault_shows_it(self, misbehaving: Misbehaving, fault: Behaviour, plan: Any, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        misbehaving.behaviour = fault
        client = misbehaving.client(plan=plan)
        try:
            client.in_progress(workspace_id="w1")
        except errors.ClockifyError as error:
            shown = told_of(error)
        client.close()
        assert misbehaving.keys[0] == KEY_TEXT
        assert any(record.name.startswith("urllib3") for record in caplog.records)
        for text in (*shown, caplog.text, *misbehaving.paths, repr(client), str(client), repr(vars(client))):
            assert KEY_TEXT not in text

    def test_the_network_error_behind_is_not_kept(self, misbehaving: Misbehaving) -> None:
        misbehaving.behaviour = drop
        client = misbehaving.client()
        with pytest.raises(errors.TransportError) as caught:
            client.user()
        assert (caught.value.__cause__, caught.value.__context__) == (None, None)
        client.close()

    def test_neither_environment_nor_netrc_changes_what_is_sent(
        self, misbehaving: Misbehaving, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
    ) -> None:
        netrc = tmp_path / "netrc"
        netrc.write_text("machine 127.0.0.1 login somebody password something\n", encoding="utf-8")
        monkeypatch.setenv("NETRC", str(netrc))
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        seen: list[str | None] = []

        def answer(handler: BaseHTTPRequestHandler) -> None:
            seen.append(handler.headers.get("Authorization"))
            send(handler, 200, b'{"id": "u1"}')

        misbehaving.behaviour = answer
        client = misbehaving.client()
        assert client.user() == {"id": "u1"}
        assert seen == [None]
        client.close()

    def test_a_session_trusts_the_environment_only_away_from_this_machine(self) -> None:
        assert build_session("https://api.clockify.me/api/v1", "https://reports.api.clockify.me/v1").trust_env
        assert not build_session("https://api.clockify.me/api/v1", "http://[::1]:8900/report/v1").trust_env

    def test_no_cookie_is_kept(self, misbehaving: Misbehaving) -> None:
        cookies: list[str | None] = []

        def answer(handler: BaseHTTPRequestHandler) -> None:
            cookies.append(handler.headers.get("Cookie"))
            send(handler, 200, b'{"id": "u1"}', Set_Cookie="session=abc; Path=/")

        misbehaving.behaviour = answer
        client = misbehaving.client()
        client.user()
        client.user()
        assert cookies == [None, None]
        client.close()


def told_of(error: BaseException) -> list[str]:
    """Return everything that an error could show: its text, its parts, its traceback with the values of all variables."""
    with_values = traceback.TracebackException.from_exception(error, capture_locals=True)
    return [str(error), repr(error), repr(vars(error)), traceback.format_exc(), *with_values.format()]
