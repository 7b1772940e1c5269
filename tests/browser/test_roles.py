"""What a role sees in a real browser, of every byte that was sent to it, and what becomes of an open tab when the role goes."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from clockify.demo import create_app, serve
from tests.conftest import keyed
from tests.support.faults import Front
from tests.support.guarded import PEOPLE, Guarded, guarded_app
from tests.support.oidc import COOKIE_SECRET, Provider
from tests.support.servers import AppServer
from tests.support.studio import KEY, studio
from tests.support.tabs import WAIT, WHOLE_NOVEMBER, Tab, Tabs

ACCESS = 'allowed_domains = ["example.test"]\nallowed_emails = ["grace@example.com"]'
ADMINS = f'{ACCESS}\nadmin_emails = ["grace@example.com"]'
OTHERS = ("Ana Kov", "Mia", "ana@example", "mia@example")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, chromium: Any) -> Iterator[Guarded]:
    with guarded_app(tmp_path_factory.mktemp("roles"), ADMINS) as guarded:
        yield guarded


def menu(tab: Tab) -> list[str]:
    return [text.split("\n")[-1] for text in tab.page.get_by_test_id("stSidebarNavLink").all_inner_texts()]


def sent(tab: Tab) -> bytes:
    return b"".join(tab.received)


def test_a_member_is_sent_nothing_of_others_at_any_address(guarded: Guarded, tab: Tabs) -> None:
    visitor = tab()
    guarded.sign_in(visitor, "ben")
    for path in ("", "team", "billable", "projects", "client", "detailed"):
        visitor.open(f"{guarded.app.url}/{path}?{WHOLE_NOVEMBER}")
        assert visitor.title == ("Detailed" if path == "detailed" else "Overview"), path
    assert menu(visitor) == ["Overview", "Detailed", "Weekly", "Track", "Settings"]
    assert b"Borealis" in sent(visitor), "what is on the way to the browser can be read here"
    assert not [name for name in OTHERS if name.encode() in sent(visitor)]


def test_a_role_that_is_taken_away_is_gone_at_the_open_tabs_next_action(guarded: Guarded, tab: Tabs) -> None:
    visitor = tab()
    guarded.sign_in(visitor, "grace")
    visitor.open(f"{guarded.app.url}/team?{WHOLE_NOVEMBER}")
    assert visitor.title == "People" and b"Ana Kov" in sent(visitor)
    guarded.allow(ACCESS)
    visitor.received.clear()
    visitor.page.get_by_test_id("stSidebarNavLink").filter(has_text="Weekly").click()
    visitor.page.get_by_text("your address is nobody's in this Clockify workspace").wait_for(timeout=WAIT)
    visitor.settle()
    assert menu(visitor) == ["Overview", "Settings"]
    assert not [name for name in (*OTHERS, "Borealis", "Tiny studio") if name.encode() in sent(visitor)]
    guarded.allow(ADMINS)


@pytest.mark.nightly
def test_a_sign_out_holds_in_another_process_that_shares_the_database(tmp_path: Path, tab: Tabs) -> None:
    with ExitStack() as stack:
        front = stack.enter_context(Front(stack.enter_context(serve(create_app(studio())))))
        provider = stack.enter_context(Provider(PEOPLE))
        secrets, settings = provider.secrets(ADMINS), keyed(front, tmp_path, KEY)
        one, two = (stack.enter_context(AppServer(tmp_path, secrets, settings)) for _ in range(2))
        # Behind a proxy both have one address; here the same sign-in needs a cookie for each of two.
        issued, tabs = time.time(), []
        for app in (one, two):
            claims = {**PEOPLE[4], "iss": provider.url, "iat": issued, "origin": app.url, "is_logged_in": True}
            value = create_signed_value(COOKIE_SECRET, "_streamlit_user", json.dumps(claims)).decode()
            visitor = tab()
            visitor.page.context.add_cookies([{"name": "_streamlit_user", "value": value, "url": app.url}])
            visitor.open(f"{app.url}/settings")
            assert visitor.title == "Settings"
            tabs.append(visitor)
        here, there = tabs
        here.press("Sign out")
        there.page.wait_for_timeout(4000)
        there.received.clear()
        there.page.get_by_test_id("stSidebarNavLink").filter(has_text="Detailed").click()
        there.page.get_by_role("button", name="Sign in").wait_for(timeout=WAIT)
        there.settle()
        there.assert_outside("Clockify dashboard")
