"""The door in the running script: what stands on the page of those who aren't in, and that nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from clockify.app.shell import door, resources
from clockify.app.shell.session import KEY as SESSION
from clockify.demo import RunningServer
from tests.support.looks import buttons, everything, figures, notices, texts
from tests.support.studio import KEY, NOON, NOVEMBER, studio

Serve = Callable[..., RunningServer]
OpenApp = Callable[..., AppTest]

SECRET = "0123456789abcdef0123456789abcdef"
PROVIDER = {"client_id": "dashboard", "client_secret": "shh-shh", "server_metadata_url": "https://id.example.com/openid"}
AUTH: dict[str, Any] = {"redirect_uri": "https://dash.example.com/oauth2callback", "cookie_secret": SECRET, **PROVIDER}
ACCESS: dict[str, Any] = {"allowed_emails": ["ada@example.com"], "admin_emails": ["ada@example.com"]}
ADA: dict[str, Any] = {
    "is_logged_in": True,
    "iss": "https://id.example.com",
    "sub": "1",
    "email": "ada@example.com",
    "email_verified": True,
    "name": "Ada *Lovelace*",
    "iat": int((NOON - timedelta(hours=1)).timestamp()),
}
NOBODY = {"is_logged_in": False}
# What the studio's data has and no message of the door: if one of these reaches the browser, the door leaks.
INSIDE = ("Tiny studio", "Kovač", "Okafor", "Atlas", "Borealis", "Acme")


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is noon in the studio."""
    monkeypatch.setattr(resources, "now", lambda: NOON)


@pytest.fixture
def guarded(app_of: OpenApp, served: Serve) -> OpenApp:
    """The app on the studio, without CLOCKIFY_OPEN unless given, for a person: `guarded({"auth": …}, ADA)`."""
    server = served(studio(), clock=lambda: NOON)

    def make(secrets: dict[str, Any], user: dict[str, Any], **environment: str) -> AppTest:
        page = app_of(server, KEY, **{"CLOCKIFY_OPEN": ""} | environment)
        page.secrets.update(secrets)
        page.user = user
        return page

    return make


def assert_outside(page: AppTest) -> None:
    """Nothing of the data, of the sidebar or of the machinery is on the page, and the session holds nothing."""
    assert not page.exception
    assert not page.metric and not page.dataframe and not page.table and not page.get("vega_lite_chart")
    assert not page.sidebar.children
    assert not [name for name in (*INSIDE, KEY, SECRET, "shh-shh") if name in everything(page)]
    assert SESSION not in page.session_state


def assert_inside(page: AppTest) -> None:
    assert not page.exception
    assert figures(page) == NOVEMBER


def test_who_has_not_signed_in_is_invited_and_sees_nothing_else(guarded: OpenApp) -> None:
    page = guarded({"auth": AUTH, "access": ACCESS}, NOBODY, CLOCKIFY_OPEN="1").run()
    assert_outside(page)
    assert list(buttons(page)) == ["Sign in"]


def test_each_provider_with_a_name_has_its_button(guarded: OpenApp) -> None:
    shared = {name: value for name, value in AUTH.items() if name not in PROVIDER}
    page = guarded({"auth": {**shared, "google": PROVIDER, "okta": PROVIDER}, "access": ACCESS}, NOBODY).run()
    assert list(buttons(page)) == ["Sign in with Google", "Sign in with Okta"]


def test_who_is_on_the_list_sees_the_figures_and_finds_the_way_out(guarded: OpenApp) -> None:
    page = guarded({"auth": AUTH, "access": ACCESS}, ADA).run()
    assert_inside(page)
    page.switch_page("pages/settings.py").run()
    assert any("Ada \\*Lovelace\\*" in one.value and "ada" in one.value for one in page.markdown)
    assert page.button(key="sign-out").label == "Sign out"


@pytest.mark.parametrize(
    ("claims", "says"),
    [
        ({"email": "eve@evil.test"}, "is not on this dashboard's list"),
        ({"email": "ada@example.com@evil.test"}, "is not on this dashboard's list"),
        ({"email_verified": False}, "is verified"),
        ({"email_verified": "true"}, "is verified"),
        ({"email_verified": None}, "is verified"),
        ({"email": None}, "gave no e-mail address"),
    ],
)
def test_who_is_not_on_the_list_learns_why_and_sees_nothing_else(guarded: OpenApp, claims: dict[str, Any], says: str) -> None:
    page = guarded({"auth": AUTH, "access": ACCESS}, ADA | claims).run()
    assert_outside(page)
    assert says in notices(page, "error")[0]
    assert list(buttons(page)) == ["Sign in as somebody else"]


def test_a_hostile_address_is_shown_as_text(guarded: OpenApp) -> None:
    page = guarded({"auth": AUTH, "access": ACCESS}, ADA | {"email": "![x](https://evil.test/i.png)@evil.test"}).run()
    assert_outside(page)
    assert "![x](" not in page.error[0].value


def test_who_is_taken_off_the_list_is_out_at_the_next_click(guarded: OpenApp) -> None:
    page = guarded({"auth": AUTH, "access": ACCESS}, ADA).run()
    assert_inside(page)
    page.secrets["access"] = {"allowed_emails": ["grace@example.com"]}
    page.run()
    assert_outside(page)


def test_a_sign_in_of_yesterday_has_to_be_renewed(guarded: OpenApp, monkeypatch: pytest.MonkeyPatch) -> None:
    page = guarded({"auth": AUTH, "access": ACCESS}, ADA).run()
    assert_inside(page)
    monkeypatch.setattr(resources, "now", lambda: NOON + timedelta(hours=11))  # one hour ago, and eleven
    page.run()
    assert_outside(page)
    assert "more than 12 hours old" in texts(page)
    assert list(buttons(page)) == ["Sign in"]


def test_signing_out_ends_the_sign_in_in_every_tab_and_no_other(guarded: OpenApp) -> None:
    secrets = {"auth": AUTH, "access": ACCESS}
    other_tab, page = guarded(secrets, ADA).run(), guarded(secrets, ADA).run()
    page.switch_page("pages/settings.py").run()
    page.button(key="sign-out").click().run()
    assert_outside(page)
    assert page.user == NOBODY
    other_tab.run()
    assert other_tab.user["is_logged_in"]  # Streamlit didn't tell it
    assert_outside(other_tab)
    assert list(buttons(other_tab)) == ["Sign in"]
    assert_inside(guarded(secrets, ADA | {"iat": ADA["iat"] + 60}).run())
    assert_inside(guarded(secrets, ADA | {"sub": "2"}).run())


MISCONFIGURED: dict[str, tuple[dict[str, Any], str]] = {
    "no list": ({"auth": AUTH}, "lists nobody"),
    "an empty list": ({"auth": AUTH, "access": {"allowed_emails": []}}, "lists nobody"),
    "a text for a list": ({"auth": AUTH, "access": {"allowed_emails": "ada@example.com"}}, "must be a list"),
    "a text for a section": ({"auth": "google", "access": ACCESS}, "must be a section"),
    "an empty section": ({"auth": {}, "access": ACCESS}, "lacks"),
    "a list without sign-in": ({"access": ACCESS}, "no [auth] section"),
    "the example's empty secret": ({"auth": AUTH | {"cookie_secret": ""}, "access": ACCESS}, "lacks cookie_secret"),
    "a guessable secret": ({"auth": AUTH | {"cookie_secret": "xxx"}, "access": ACCESS}, "too short"),
}


@pytest.mark.parametrize("case", MISCONFIGURED)
def test_misconfigured_is_closed_even_if_open_and_even_to_one_who_is_signed_in(guarded: OpenApp, case: str) -> None:
    secrets, says = MISCONFIGURED[case]
    page = guarded(secrets, ADA, CLOCKIFY_OPEN="1").run()
    assert_outside(page)
    assert says in notices(page, "error")[0]
    assert not page.button


def test_without_authlib_nobody_comes_in(guarded: OpenApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "find_spec", lambda name: None)
    page = guarded({"auth": AUTH, "access": ACCESS}, ADA).run()
    assert_outside(page)
    assert "Authlib" in texts(page)


def test_without_sign_in_a_stranger_learns_what_to_set(guarded: OpenApp) -> None:
    page = guarded({}, NOBODY).run()
    assert_outside(page)
    assert all(name in texts(page) for name in ("[auth]", "[access]", "CLOCKIFY_OPEN=1", "secrets.toml.example"))
    assert not page.button


def test_opened_knowingly_nobody_is_asked(guarded: OpenApp) -> None:
    page = guarded({}, NOBODY, CLOCKIFY_OPEN="1").run()
    assert_inside(page)
    page.switch_page("pages/settings.py").run()
    assert not [one for one in page.button if one.key == "sign-out"]


def test_a_guest_of_the_demo_sees_it_and_can_paste_no_key(demo_app: AppTest) -> None:
    demo_app.run().switch_page("pages/settings.py").run()
    assert not demo_app.exception
    assert not demo_app.text_input
    assert any("to paste a key here" in one.value for one in demo_app.caption)
    assert not [one for one in demo_app.button if one.key == "sign-out"]
