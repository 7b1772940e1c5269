"""A file that somebody takes is his: at its address it is nobody else's, and his no longer than he is in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.guarded import ACCESS, Guarded, guarded_app
from tests.support.servers import AppServer, HostedServer
from tests.support.tabs import WAIT, WHOLE_NOVEMBER, Tab, Tabs

INSIDE = b"Borealis"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, chromium: Any) -> Iterator[Guarded]:
    with guarded_app(tmp_path_factory.mktemp("taken"), ACCESS, kind=HostedServer) as guarded:
        yield guarded


def take(visitor: Tab, url: str) -> str:
    """Take the list as a file; return the address at which it was."""
    visitor.open(f"{url}/detailed?{WHOLE_NOVEMBER}")
    with visitor.page.expect_download() as coming:
        visitor.page.locator(".st-key-download-entries-csv button").click(timeout=WAIT)
    assert INSIDE in coming.value.path().read_bytes()
    return str(coming.value.url)


def got(visitor: Tab, address: str) -> tuple[int, bytes]:
    """Ask for an address with a browser's own cookies."""
    reply = visitor.page.request.get(address)
    assert reply.headers["cache-control"] == "no-store"
    return reply.status, reply.body()


def test_who_signed_in_gets_it_from_any_tab_and_nobody_else_a_byte(guarded: Guarded, tab: Tabs) -> None:
    ada, grace, nobody = tab(), tab(), tab()
    guarded.sign_in(ada, "ada")
    guarded.sign_in(grace, "grace")
    nobody.open(guarded.app.url)
    address = take(ada, guarded.app.url)
    signs = {str(visitor.page.locator("link[rel~=icon]").first.get_attribute("href")) for visitor in (ada, grace)}
    assert len(signs) == 2 and all("/media/" in one for one in signs)  # even the tab's own sign has another address for each
    for other in (grace, nobody):
        status, body = got(other, address)
        assert status == 404
        assert INSIDE not in body
    beside = tab(beside=ada)
    beside.page.goto(f"{guarded.app.url}/health")
    assert got(beside, address)[0] == 200
    assert INSIDE in got(beside, address)[1]

    copied = [one for one in ada.page.context.cookies() if one["name"].startswith("_streamlit_user")]
    assert copied
    ada.open(f"{guarded.app.url}/settings")
    ada.press("Sign out")
    ada.page.wait_for_url(f"{guarded.provider.url}/**")
    assert got(beside, address)[0] == 404
    nobody.page.context.add_cookies(copied)
    assert got(nobody, address)[0] == 404


@pytest.mark.nightly
def test_it_is_gone_with_the_tab_for_which_it_was_made(guarded: Guarded, tab: Tabs) -> None:
    ada = tab()
    guarded.sign_in(ada, "ada")
    beside = tab(beside=ada)
    beside.page.goto(f"{guarded.app.url}/health")
    address = take(ada, guarded.app.url)
    assert got(beside, address)[0] == 200
    ada.page.close()
    beside.page.wait_for_timeout(500)
    assert got(beside, address)[0] == 404


@pytest.mark.nightly
def test_nobody_hands_a_file_to_anothers_tab(guarded: Guarded, tab: Tabs) -> None:
    ada, grace = tab(), tab()
    guarded.allow(f'{ACCESS}\nlead_emails = ["ada@example.com"]')
    guarded.sign_in(ada, "ada")
    guarded.sign_in(grace, "grace")
    ada.open(f"{guarded.app.url}/settings")
    chosen = ada.page.locator("input[type=file]").first
    with ada.page.expect_request(lambda request: "/upload_file/" in request.url and request.method == "PUT") as sent:
        chosen.set_input_files({"name": "logo.png", "mimeType": "image/png", "buffer": b"no picture"})
    reply = sent.value.response()
    assert reply and reply.status == 204
    address, token = sent.value.url, sent.value.headers["x-xsrftoken"]
    theirs = next(one["value"] for one in grace.page.context.cookies() if one["name"] == "_streamlit_xsrf")
    for headers in ({"X-Xsrftoken": theirs}, {"X-Xsrftoken": token}, {}):
        file = {"file": {"name": "x.png", "mimeType": "image/png", "buffer": b"another"}}
        assert grace.page.request.put(address, multipart=file, headers=headers).status == 404
        assert grace.page.request.delete(address, headers=headers).status == 404
    large = {"file": {"name": "x.png", "mimeType": "image/png", "buffer": b"x" * 1_100_000}}
    assert ada.page.request.put(address, multipart=large, headers={"X-Xsrftoken": token}).status == 413
    assert ada.page.request.delete(address, headers={"X-Xsrftoken": token}).status == 204


def test_where_nobody_signs_in_it_is_its_browsers(app_server: Callable[..., AppServer], tab: Tabs) -> None:
    app = app_server(HostedServer)
    one, other = tab(), tab()
    address = take_any(one, app.url)
    other.open(app.url)
    beside = tab(beside=one)
    beside.page.goto(f"{app.url}/health")
    assert [got(visitor, address)[0] for visitor in (beside, other)] == [200, 404]
    (name,) = [cookie for cookie in one.page.context.cookies() if cookie["name"] == "clockify-browser"]
    assert (name["httpOnly"], name["sameSite"]) == (True, "Strict")


@pytest.mark.nightly
def test_under_streamlit_run_the_first_who_asks_gets_it_alone(app_server: Callable[..., AppServer], tab: Tabs) -> None:
    app = app_server()
    one, other = tab(), tab()
    address = take_any(one, app.url)
    for visitor in (one, other):
        assert visitor.page.request.get(address).status == 404
    assert take_any(one, app.url) != address  # the same file, and another address


def take_any(visitor: Tab, url: str) -> str:
    visitor.open(f"{url}/detailed")
    with visitor.page.expect_download() as coming:
        visitor.page.locator(".st-key-download-entries-csv button").click(timeout=WAIT)
    assert Path(coming.value.path()).stat().st_size > 1000
    return str(coming.value.url)
