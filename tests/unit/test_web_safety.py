"""Whom the server answers, and what every answer carries."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from clockify.web.safety import FIXED_HEADERS, Address, Safety, content_policy
from tests.support.asgi import Answer, ask

PUBLIC = Address("https://dash.example.com")
PAGE = "<html><script>let a = 1</script></html>"


async def home(_: Request) -> Response:
    answer = PlainTextResponse("in")
    answer.set_cookie("one", "1", httponly=True)
    answer.set_cookie("two", "2", secure=True)
    return answer


async def own(_: Request) -> Response:
    return PlainTextResponse("in", headers={"Content-Security-Policy": "default-src 'none'"})


async def broken(_: Request) -> Response:
    raise LookupError("broken")


async def socket(websocket: WebSocket) -> None:
    await websocket.accept()


ROUTES = [Route("/", home), Route("/own", own), Route("/broken", broken), WebSocketRoute("/ws", socket)]


def seen(
    path: str = "/", address: Address | None = PUBLIC, host: str | None = "localhost:8501", origin: str | None = None, **terms: Any
) -> Answer:
    headers = [("host", host)] if host is not None else []
    headers += [("origin", origin)] if origin is not None else []
    return ask(
        Safety(Starlette(routes=ROUTES), lambda: address, content_policy(PAGE)), path, headers=terms.pop("headers", headers), **terms
    )


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8501", "127.0.0.1:1", "[::1]:8501", "dash.example.com", "Dash.Example.com.", "dash.example.com:443"]
)
def test_its_own_names_are_answered(host: str) -> None:
    assert seen(host=host).status == 200


FOREIGN = (
    *(None, "", "evil.test", "evil.test:8501", "dash.example.com.evil.test", "dash.example.com..", "localhost@evil.test"),
    *("localhost evil", "a/localhost", "localhost:8501:1", "localhost:", "169.254.169.254", "192.0.2.7"),
    "ⅼocalhost".encode().decode("latin-1"),
)


@pytest.mark.parametrize("host", FOREIGN)
def test_any_other_name_is_answered_by_a_bare_400(host: str | None) -> None:
    answer = seen(host=host)
    assert (answer.status, answer.body, answer.headers) == (400, b"", [("content-length", "0")])
    assert seen(host=host, path="/ws", kind="websocket").status == 1008


def test_two_names_at_once_are_none() -> None:
    assert seen(headers=[("host", "localhost"), ("host", "localhost")]).status == 400


def test_the_network_comes_by_the_address_of_the_socket_where_it_is_listened_on() -> None:
    everywhere, here = Address(None, "0.0.0.0"), Address(None)
    for server in (("192.0.2.7", 8501), ("::ffff:192.0.2.7", 8501)):
        assert seen(host="192.0.2.7:8501", address=everywhere, server=server).status == 200
        assert seen(host="192.0.2.8:8501", address=everywhere, server=server).status == 400
        assert seen(host="192.0.2.7:8501", address=here, server=server).status == 400
    assert seen(host="dash", address=Address(None, "dash")).status == 200


def test_while_settings_cant_be_used_every_name_leads_to_the_page_that_says_so() -> None:
    assert seen(host="evil.test", address=None).status == 200


@pytest.mark.parametrize(
    ("host", "origin", "opens"),
    [
        ("localhost:8501", None, True),
        ("localhost:8501", "http://localhost:8501", True),
        ("dash.example.com", "https://dash.example.com", True),
        ("127.0.0.1:8501", "https://dash.example.com", True),  # a proxy that passes on a Host of its own
        ("dash.example.com", "http://dash.example.com", False),  # somebody between could have written that page
        ("localhost:8501", "http://dash.example.com", False),
        ("localhost:8501", "http://localhost:3000", False),
        ("localhost:8501", "null", False),
        ("localhost:8501", "", False),
        ("localhost:8501", "localhost:8501", False),
        ("localhost:8501", "http://evil.test", False),
        ("localhost:8501", "https://dash.example.com.evil.test", False),
        ("localhost:8501", "file://localhost:8501", False),
    ],
)
def test_a_websocket_is_opened_by_the_servers_own_pages_alone(host: str, origin: str | None, opens: bool) -> None:
    assert seen("/ws", host=host, origin=origin, kind="websocket", scheme="ws").status == (101 if opens else 1008)


def test_two_origins_open_none() -> None:
    twice = [("host", "localhost"), ("origin", "http://localhost"), ("origin", "http://localhost")]
    assert seen("/ws", headers=twice, kind="websocket").status == 1008


@pytest.mark.parametrize(("path", "status"), [("/", 200), ("/nothing", 404)])
def test_every_answer_carries_every_header_once(path: str, status: int) -> None:
    answer = seen(path)
    assert answer.status == status
    for name, value in FIXED_HEADERS.items():
        assert answer.one(name) == value
    assert answer.one("content-security-policy").startswith("default-src 'none'; ")


def test_so_does_a_fault() -> None:
    answers: list[Answer] = []
    app = Safety(Starlette(routes=ROUTES), lambda: PUBLIC, content_policy(PAGE))

    async def caught(scope: Any, receive: Any, send: Any) -> None:
        with pytest.raises(LookupError):
            await app(scope, receive, send)

    answers.append(ask(caught, "/broken"))
    assert answers[0].status == 500
    assert answers[0].one("x-content-type-options") == "nosniff"


def test_a_stricter_policy_of_a_pages_own_stays() -> None:
    assert seen("/own").one("content-security-policy") == "default-src 'none'"


def test_the_policy_names_the_pages_own_script_and_nothing_that_is_made_of_text() -> None:
    parts = dict(part.split(" ", 1) for part in content_policy(PAGE).split("; "))
    digest = base64.b64encode(hashlib.sha256(b"let a = 1").digest()).decode()
    assert f"'sha256-{digest}'" in parts["script-src"]
    assert "unsafe-inline" not in parts["script-src"]
    assert "'unsafe-eval'" not in parts["script-src"]
    assert {parts[name] for name in ("default-src", "base-uri", "form-action", "frame-ancestors")} == {"'none'"}
    assert not [value for value in parts.values() if "http" in value or "*" in value]


def test_streamlits_page_has_one_script_of_its_own_in_it() -> None:
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf8")
    assert content_policy(page).count("'sha256-") == page.count("<script>") == 1


def test_over_https_every_cookie_is_secure_and_the_browser_told_to_stay_there() -> None:
    for answer in (seen(host="dash.example.com"), seen(scheme="https")):
        assert [value.lower().count("secure") for value in answer.all("set-cookie")] == [1, 1]
        assert answer.one("strict-transport-security").startswith("max-age=")
    plain = seen(address=Address(None))
    assert [value.lower().count("secure") for value in plain.all("set-cookie")] == [0, 1]
    assert plain.all("strict-transport-security") == []
    assert [value.lower().count("secure") for value in seen().all("set-cookie")] == [0, 1]  # at the machine itself, over http


def test_nothing_is_held_back_on_the_way() -> None:
    """Each part is passed on before the next is made."""
    order: list[str] = []

    async def parts() -> Any:
        for number in range(3):
            order.append(f"made {number}")
            yield str(number).encode()

    async def streamed(_: Request) -> Response:
        return StreamingResponse(parts())

    app = Safety(Starlette(routes=[Route("/", streamed)]), lambda: PUBLIC, "default-src 'none'")

    async def noting(scope: Any, receive: Any, send: Any) -> None:
        async def sending(message: Any) -> None:
            if message.get("body"):
                order.append(f"sent {message['body'].decode()}")
            await send(message)

        await app(scope, receive, sending)

    assert ask(noting, "/").body == b"012"
    assert order == [f"{what} {number}" for number in range(3) for what in ("made", "sent")]
