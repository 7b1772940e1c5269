"""What goes in front of files: who asks is known, a browser has a name, and nobody hands files to another's tab."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from clockify.desk.owners import BROWSER_COOKIES, asking
from clockify.web.files import FileGuard
from tests.support.asgi import Answer, ask

METHODS = ["GET", "PUT", "DELETE", "OPTIONS"]
reached: list[str] = []


async def inner(request: Request) -> Response:
    reached.append(request.url.path)
    who = asking.get() or {}
    return PlainTextResponse(" ".join(who.values()), headers={"Cache-Control": "public"})


def is_of_session(session_id: str, cookies: Mapping[str, str]) -> bool:
    return cookies.get("who") == session_id


def seen(path: str, method: str = "GET", cookie: str = "", *, https: bool = False) -> Answer:
    reached.clear()
    app = FileGuard(Starlette(routes=[Route("/{rest:path}", inner, methods=METHODS)]), is_of_session, lambda _: https)
    return ask(app, path, method, [("host", "localhost"), *([("cookie", cookie)] if cookie else [])])


def test_whose_browser_asks_is_known_while_it_is_answered_and_no_longer() -> None:
    assert seen("/media/x.csv", cookie="who=ada; b=2").body == b"ada 2"
    known: list[Mapping[str, str] | None] = []

    async def noting(scope: Any, receive: Any, send: Any) -> None:
        known.append(asking.get())

    async def afterwards(scope: Any, receive: Any, send: Any) -> None:
        await FileGuard(noting, is_of_session, lambda _: False)(scope, receive, send)
        known.append(asking.get())

    ask(afterwards, "/", headers=[("host", "localhost"), ("cookie", "who=ada")])
    assert known == [{"who": "ada"}, None]


def test_no_file_is_stored_anywhere_on_the_way() -> None:
    assert seen("/media/x.csv").all("cache-control") == ["no-store"]
    assert seen("/base/media/x.csv").all("cache-control") == ["no-store"]
    assert seen("/static/x.js").all("cache-control") == ["public"]


@pytest.mark.parametrize(("https", "name", "secure"), [(False, BROWSER_COOKIES[1], False), (True, BROWSER_COOKIES[0], True)])
def test_a_browser_gets_a_name_that_no_script_reads_and_no_other_site_sends(https: bool, name: str, secure: bool) -> None:
    first, second = (seen("/_stcore/host-config", https=https).one("set-cookie") for _ in range(2))
    assert first != second
    value, *terms = first.split("; ")
    assert value.startswith(f"{name}=") and len(value) > len(name) + 40
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(terms)
    assert ("Secure" in terms) is secure


@pytest.mark.parametrize("name", BROWSER_COOKIES)
def test_who_has_a_name_keeps_it(name: str) -> None:
    assert seen("/_stcore/host-config", cookie=f"{name}=abc").all("set-cookie") == []


def test_it_is_given_where_another_sites_link_cant_lead() -> None:
    """The first page comes without the cookie after a link in a mail; it must not be made anew there."""
    assert seen("/").all("set-cookie") == []
    assert seen("/media/x.csv").all("set-cookie") == []


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_file_is_handed_in_by_the_tabs_own_browser_alone(method: str) -> None:
    path = "/_stcore/upload_file/ada/f1"
    assert seen(path, method, "who=ada").status == 200
    for cookie in ("who=grace", ""):
        answer = seen(path, method, cookie)
        assert (answer.status, answer.taken, reached) == (404, 0, [])


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/agent/interact", "/_stcore/agent/openapi.json", "/base/_stcore/metrics"])
def test_what_tells_of_the_process_is_closed(path: str) -> None:
    assert seen(path).status == 404
    assert reached == []


def test_the_rest_is_left_alone() -> None:
    for path in ("/_stcore/health", "/", "/detailed", "/_stcore/metricsx"):
        assert (seen(path).status, reached) == (200, [path])


def test_websockets_pass() -> None:
    async def accept(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})

    assert ask(FileGuard(accept, is_of_session, lambda _: False), "/_stcore/stream", kind="websocket").status == 101
