"""The door with a sign-in: a browser, and a real OpenID Connect provider on loopback."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from tests.support.guarded import ACCESS, PEOPLE, Guarded, guarded_app
from tests.support.nightly import at_night
from tests.support.oidc import CLIENT_SECRET, COOKIE_SECRET
from tests.support.studio import KEY
from tests.support.tabs import WAIT, WHOLE_NOVEMBER, Tabs


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, chromium: Any) -> Iterator[Guarded]:
    with guarded_app(tmp_path_factory.mktemp("guarded"), ACCESS) as guarded:
        yield guarded


@pytest.mark.parametrize("path", [at_night("", id="start"), at_night("settings", id="settings"), f"billable?{WHOLE_NOVEMBER}"])
def test_who_has_not_signed_in_sees_a_button_at_every_address(guarded: Guarded, tab: Tabs, path: str) -> None:
    visitor = tab()
    visitor.open(f"{guarded.app.url}/{path}")
    visitor.assert_outside("Clockify dashboard")
    assert (
        visitor.page.get_by_role("button").all_inner_texts() == ["login\n\nSign in"]
        or visitor.page.get_by_role("button", name="Sign in").count() == 1
    )
    assert (visitor.page.get_by_text("open your link once more").count() == 1) is bool(path)


@pytest.mark.parametrize(
    ("who", "says"),
    [
        ("eve", "is not on this dashboard's list"),
        at_night("una", "doesn't say that una", id="una"),
        at_night("max", "doesn't say that max", id="max"),
    ],
)
def test_who_may_not_come_in_is_told_so_at_every_address(guarded: Guarded, tab: Tabs, who: str, says: str) -> None:
    visitor = tab()
    guarded.sign_in(visitor, who)
    visitor.assert_outside("No access")
    assert says in visitor.page.get_by_test_id("stAlert").inner_text()
    for path in (f"billable?{WHOLE_NOVEMBER}", "settings"):
        visitor.open(f"{guarded.app.url}/{path}")
        visitor.assert_outside("No access")
    visitor.press("Sign in as somebody else")
    visitor.press("End session")  # at the provider
    visitor.page.wait_for_url(f"{guarded.app.url}/**")
    visitor.settle()
    visitor.assert_outside("Clockify dashboard")


def test_who_may_comes_in_follows_links_and_signs_out_of_every_tab(guarded: Guarded, tab: Tabs) -> None:
    visitor = tab()
    guarded.sign_in(visitor, "ada")
    assert visitor.title == "Overview"
    visitor.open(f"{guarded.app.url}/?{WHOLE_NOVEMBER}")
    visitor.assert_inside()

    other = tab(beside=visitor)
    other.open(f"{guarded.app.url}/settings?{WHOLE_NOVEMBER}")
    card = other.page.locator(".st-key-viewer")
    assert "Ada Lovelace" in card.inner_text()
    assert "Ada\u2060@Example.com" in card.inner_text()
    other.press("Sign out")
    other.page.wait_for_url(f"{guarded.provider.url}/**")
    other.press("End session")
    other.page.wait_for_url(f"{guarded.app.url}/**")
    other.settle()
    other.received.clear()
    other.open(f"{guarded.app.url}/?{WHOLE_NOVEMBER}")
    other.assert_outside("Clockify dashboard")

    visitor.received.clear()
    visitor.page.get_by_test_id("stSidebarNavLink").filter(has_text="Billable").click()
    visitor.page.get_by_role("button", name="Sign in").wait_for(timeout=WAIT)
    visitor.settle()
    visitor.assert_outside("Clockify dashboard")


def test_a_cookie_is_worth_what_its_signature_is(guarded: Guarded, tab: Tabs) -> None:
    ada = {**PEOPLE[0], "iss": guarded.provider.url, "iat": time.time(), "origin": guarded.app.url, "is_logged_in": True}
    signed = {secret: create_signed_value(secret, "_streamlit_user", json.dumps(ada)).decode() for secret in (COOKIE_SECRET, "guessed")}
    signed["changed"] = signed[COOKIE_SECRET][:-4] + signed["guessed"][-4:]
    for secret, title in (("guessed", "Clockify dashboard"), ("changed", "Clockify dashboard"), (COOKIE_SECRET, "Overview")):
        visitor = tab()
        visitor.page.context.add_cookies([{"name": "_streamlit_user", "value": signed[secret], "url": guarded.app.url}])
        visitor.open(guarded.app.url)
        assert visitor.title == title, secret


def test_no_secret_is_on_a_page_in_the_log_or_on_the_way(guarded: Guarded, tab: Tabs) -> None:
    visitor, addresses = tab(), []
    visitor.page.on("request", lambda request: addresses.append(request.url))
    guarded.sign_in(visitor, "ada")
    pages = []
    for path in ("", "billable", "settings"):
        visitor.open(f"{guarded.app.url}/{path}?{WHOLE_NOVEMBER}")
        pages.append(visitor.page.content())
    visitor.press("Sign out")
    visitor.page.wait_for_url(f"{guarded.provider.url}/**")
    (token,) = parse_qs(urlsplit(visitor.page.url).query)["id_token_hint"]
    (code,) = [parse_qs(urlsplit(url).query)["code"][0] for url in addresses if "/oauth2callback?" in url and "code=" in url]
    secrets = {"key": KEY, "cookie secret": COOKIE_SECRET, "client secret": CLIENT_SECRET, "ID token": token, "code": code}
    shown, sent, printed = "\n".join(pages), b"".join(visitor.received), guarded.app.log
    assert b"Borealis" in sent  # what is on the way to the browser can be read here
    for name, secret in secrets.items():
        assert secret not in shown, f"{name} on a page"
        assert secret.encode() not in sent, f"{name} on the way to the browser"
        assert secret not in printed, f"{name} in the log"
    own = [url for url in addresses if url.startswith(guarded.app.url)]
    assert not [url for url in own if KEY in url or token in url or COOKIE_SECRET in url or CLIENT_SECRET in url]
    assert "Traceback" not in printed
