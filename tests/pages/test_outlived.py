"""Callbacks run before the script, and so before the door: one who is in no longer runs no command and takes no file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from clockify.app.cards import connection
from clockify.app.shell import door, header, resources, states
from clockify.desk.desk import Desk
from clockify.desk.signin import NotAdmitted, sign_in_id
from clockify.mirror.account import Account
from tests.support.house import House
from tests.support.looks import buttons, figures, go_to, is_sound, settle
from tests.support.nightly import by_turns
from tests.support.studio import KEY, NOON
from tests.support.taken import Taken

AppOf = Callable[..., AppTest]
Housed = Callable[..., House]

AUTH: dict[str, Any] = {
    "redirect_uri": "https://dash.example.com/oauth2callback",
    "cookie_secret": "0123456789abcdef0123456789abcdef",
    "client_id": "dashboard",
    "client_secret": "shh-shh",
    "server_metadata_url": "https://id.example.com/openid",
}
ADA: dict[str, Any] = {
    "is_logged_in": True,
    "iss": "https://id.example.com",
    "sub": "1",
    "email": "ada@example.com",
    "email_verified": True,
    "name": "Ada",
    "iat": int((NOON - timedelta(hours=1)).timestamp()),
}


@pytest.fixture
def house(housed: Housed) -> House:
    return housed()


@pytest.fixture
def page(house: House, app_of: AppOf) -> AppTest:
    """The app for Ada, who has signed in; not run yet."""
    page = app_of(house.front, KEY, CLOCKIFY_OPEN="")
    page.secrets.update({"auth": AUTH, "access": {"allowed_emails": ["ada@example.com"], "admin_emails": ["ada@example.com"]}})
    page.user = ADA
    return page


def ended(page: AppTest, house: House) -> None:
    resources.desk().endings.end(sign_in_id(ADA))


def expired(page: AppTest, house: House) -> None:
    house.clock.pass_by(hours=11)


def removed(page: AppTest, house: House) -> None:
    page.secrets["access"] = {"allowed_emails": ["grace@example.com"]}


def paste(page: AppTest, key: str) -> None:
    page.text_input(key="pasted-key").set_value(key)
    buttons(page)["Use this key"].click()


def refresh(page: AppTest, house: House) -> None:
    page.run().button(key="refresh").click()


def retry(page: AppTest, house: House) -> None:
    house.front.fail("detailed", "500")
    settle(page.run()).button(key="retry").click()


def retry_all(page: AppTest, house: House) -> None:
    house.front.fail("user", "500")
    page.run().button(key="retry").click()


def read_again(page: AppTest, house: House) -> None:
    go_to(page.run(), "settings").button(key="read-again").click()


def use_key(page: AppTest, house: House) -> None:
    paste(go_to(page.run(), "settings"), KEY)


def forget_key(page: AppTest, house: House) -> None:
    use_key(page, house)
    page.run().button(key="forget-key").click()


def forget_bad_key(page: AppTest, house: House) -> None:
    paste(go_to(page.run(), "settings"), "nobody-has-this-key")
    go_to(page.run(), "overview").button(key="forget-key-here").click()


WAYS = {"ended": ended, "expired": expired, "removed": removed}
# A click on the way, and what it has done.
COMMANDS: dict[str, tuple[Callable[[AppTest, House], None], ModuleType | type, str]] = {
    "refresh": (refresh, header, "refresh"),
    "retry": (retry, states, "retry_failed"),
    "retry_all": (retry_all, Account, "retry"),
    "read_again": (read_again, connection, "read_again"),
    "use_key": (use_key, connection, "paste_key"),
    "forget_key": (forget_key, Desk, "forget_key"),
    "forget_bad_key": (forget_bad_key, Desk, "forget_key"),
}


@pytest.mark.parametrize(
    ("command", "way"), by_turns(list(COMMANDS), list(WAYS), 1, always=["refresh"]) + [(one, "in") for one in COMMANDS]
)
def test_a_command_is_run_for_one_who_is_in_alone(
    page: AppTest,
    house: House,
    monkeypatch: pytest.MonkeyPatch,
    way: str,
    command: str,
) -> None:
    click, place, name = COMMANDS[command]
    click(page, house)
    house.front.heal()
    if way != "in":
        WAYS[way](page, house)
    calls: list[str] = []
    monkeypatch.setattr(place, name, lambda *_, **__: calls.append(name))
    house.front.exchanges.clear()
    page.run()
    if way == "in":
        assert calls
        return
    assert calls == []
    assert house.front.exchanges == []
    assert not page.exception
    assert not page.sidebar.children
    assert figures(page) == {}
    assert set(buttons(page)) <= {"Sign in", "Sign in as somebody else"}


@pytest.mark.parametrize(("name", "way"), by_turns(["overview", "billable", "detailed", "weekly"], list(WAYS), 1))
def test_no_file_of_a_page_is_made_for_one_who_is_out(
    page: AppTest, house: House, monkeypatch: pytest.MonkeyPatch, way: str, name: str
) -> None:
    taken = Taken(monkeypatch)
    # Outside of a run AppTest has no secrets; in a process of its own a file is made with those on the disk (tests/browser).
    monkeypatch.setattr(door, "secrets_section", lambda section: page.secrets.get(section))
    page.query_params["week"] = "2026-11-02"
    assert is_sound(go_to(page.run(), name))
    offered = dict(taken.offered)
    assert len(taken.files()) >= 5  # for one who is in, each is made
    WAYS[way](page, house)
    for make in offered.values():
        with pytest.raises(NotAdmitted):
            make()
