"""Settings takes a key to log time with, for one browser session: whose it is, whose it isn't, and away with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from clockify.app.shell import door
from clockify.app.shell.session import KEY as SESSION
from clockify.desk.pens import pen
from tests.pages.test_door import ACCESS, ADA, AUTH
from tests.support import studio
from tests.support.house import House
from tests.support.looks import buttons, everything, figures, go_to, is_sound, notices, texts

AppOf = Callable[..., AppTest]
Housed = Callable[..., House]
BUTTON = "Log time with this key"


def settings_of(house: House, app_of: AppOf, email: str = "", **environment: str) -> AppTest:
    """Open Settings at the machine, or signed in with an address."""
    page = app_of(house.front, studio.KEY, **({"CLOCKIFY_OPEN": ""} if email else {}) | environment)
    if email:
        page.secrets.update({"auth": AUTH, "access": ACCESS | {"allowed_emails": [email]}})
        page.user = ADA | {"email": email}
    return go_to(page.run(), "settings")


def put_in(page: AppTest, key: str) -> AppTest:
    next(one for one in page.text_input if one.label == "Your Clockify API key").set_value(key)
    return buttons(page)[BUTTON].click().run()


def held(page: AppTest) -> Any:
    return page.session_state[SESSION]


def test_who_signed_in_with_another_address_logs_time_with_a_key_of_his_own(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    page = settings_of(house, app_of, "ben@example.test")
    assert is_sound(page) and "Whoever logs time does it with their own key." in texts(page)
    asked_before = len(house.front.exchanges)
    put_in(page, f" {studio.MEMBER}\n")
    assert is_sound(page) and not notices(page)
    assert "Time is logged as Ben Okafor" in texts(page)
    assert [one.endpoint for one in house.front.exchanges[asked_before:]] == ["user", "workspaces"]
    page.run()
    assert len(house.front.exchanges) == asked_before + 2, "it is asked once"
    assert studio.MEMBER not in everything(page)
    own = {"Tracked": "4.5 h", "Billable": "4.5 h", "Amount": "–", "Average per day": "0.4 h"}
    assert figures(go_to(page, "overview")) == own, "of what the installation's key sees, his own time is shown"
    writer = pen(held(page).looking)
    assert writer and (writer.name, writer.is_own_key) == ("Ben Okafor", True)
    go_to(page, "settings")
    buttons(page)["Forget this key"].click().run()
    assert is_sound(page) and held(page).pen_key is None and BUTTON in buttons(page)


def test_a_key_of_somebody_else_is_taken_with_a_warning(housed: Housed, app_of: AppOf) -> None:
    page = put_in(settings_of(housed(), app_of, "mia@example.test"), studio.MEMBER)
    (said,) = notices(page)
    assert "and this key is another person's" in said


@pytest.mark.parametrize(
    ("key", "said"), [("nobody-has-this-key", "doesn't know this API key"), ("two words", "characters that no key has")]
)
def test_what_is_no_key_is_not_taken(housed: Housed, app_of: AppOf, key: str, said: str) -> None:
    page = put_in(settings_of(housed(), app_of, "ben@example.test"), key)
    (found,) = notices(page)
    assert said in found and held(page).pen_key is None
    assert "nobody-has" not in everything(page)


def test_at_the_machine_the_installations_key_does(housed: Housed, app_of: AppOf) -> None:
    page = settings_of(housed(), app_of)
    assert "Time can be logged with the key of this installation." in texts(page)


def test_who_was_let_in_by_something_in_front_needs_a_key_of_his_own(
    housed: Housed, app_of: AppOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = app_of(housed().front, studio.KEY)
    monkeypatch.setattr(door, "_is_at_this_machine", lambda: False)
    page = go_to(page.run(), "settings")
    assert "Whoever logs time does it with their own key." in texts(page)
    assert pen(held(page).looking) is None


def test_a_session_that_looks_through_its_own_key_and_the_demo_need_no_second_one(housed: Housed, app_of: AppOf) -> None:
    page = go_to(app_of(housed().front, "").run(), "settings")
    assert BUTTON not in buttons(page)
