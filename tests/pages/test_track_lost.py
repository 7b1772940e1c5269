"""What was not done, or of which nobody knows: said on Track, kept, looked up and sent by a button alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from clockify.app.shell import resources
from tests.support.house import House
from tests.support.looks import is_sound, wait_for
from tests.support.track import fill, open_track, press, says, spans

AppOf = Callable[..., AppTest]
Housed = Callable[..., House]
ONCE = [("18 09:00", 3600)]


@pytest.fixture
def house(housed: Housed) -> House:
    return housed()


def open_filled(app_of: AppOf, house: House) -> AppTest:
    page = fill(open_track(app_of, house), description="Drawings", when="9-10")
    house.front.exchanges.clear()
    return page


def held(page: AppTest) -> tuple[str, str]:
    return page.text_input(key="track-duration").value, page.text_input(key="track-description").value


def use_up(house: House) -> None:
    """Use the requests of this hour up, as another process would."""
    while resources.desk().store.claim_request(house.world.id, house.clock(), 30) is None:
        pass


def creates(house: House) -> int:
    return sum(one.endpoint == "create" for one in house.front.exchanges)


def test_an_answer_that_was_lost_is_looked_up(house: House, app_of: AppOf) -> None:
    page = open_filled(app_of, house)
    house.front.fail("create", "stored, then dropped")
    page = press(page, "track-save")
    assert "Logged Drawings 1:00" in says(page)
    assert (spans(house.world, "Drawings"), creates(house)) == (ONCE, 1)
    assert held(page)[0] == ""


def test_one_of_which_nobody_knows_stands_on_top_until_it_is_looked_up(house: House, app_of: AppOf) -> None:
    page = open_filled(app_of, house)
    house.front.fail("create", "late")
    page = press(page, "track-save")
    assert "Not known whether Clockify has it: Log Drawings 1:00" in says(page)
    assert held(page) == ("9-10", "Drawings")
    assert [one.proto.url for one in page.get("link_button")] == ["https://app.clockify.me/tracker"]
    for _ in range(3):
        page = press(page, "track-save")
        assert "on its way already" in says(page)
    house.front.heal()
    wait_for(lambda: spans(house.world, "Drawings") == ONCE)
    look = next(button for button in page.button if (button.key or "").startswith("look-"))
    page = look.click().run()
    assert "Not known" not in says(page)
    assert (spans(house.world, "Drawings"), creates(house)) == (ONCE, 1)
    assert held(page)[0] == ""
    assert is_sound(page)


def test_what_clockify_refuses_is_said_and_stays_in_the_form(house: House, app_of: AppOf) -> None:
    page = open_filled(app_of, house)
    house.front.fail("create", "403")
    page = press(page, "track-save")
    assert "Not done. Clockify doesn't let this key do that" in says(page).replace("\\", "")
    assert held(page) == ("9-10", "Drawings")
    page = press(press(page, "track-save"), "track-save")
    assert not [button for button in page.button if (button.key or "").startswith("again-")], "pressed thrice it is one entry still"
    house.front.heal()
    page = press(page, "track-save")
    assert "Logged Drawings 1:00" in says(page)
    assert spans(house.world, "Drawings") == ONCE
    assert "Not done" not in says(page)


def test_without_a_free_request_the_form_says_when_and_sends_at_the_press_of_a_button(housed: Housed, app_of: AppOf) -> None:
    house = housed(plan="FREE")
    page = open_track(app_of, house)
    use_up(house)
    page = fill(page, description="Drawings", when="9-10")
    assert "No request is free until" in says(page)
    page = press(page, "track-save")
    assert "Not sent yet" in says(page)
    assert (held(page), spans(house.world, "Drawings")) == (("9-10", "Drawings"), [])
    house.clock.pass_by(minutes=61)
    page = page.run()
    assert spans(house.world, "Drawings") == []
    page = press(page, "track-save")
    assert "Logged Drawings 1:00" in says(page)
    assert spans(house.world, "Drawings") == ONCE
    assert "Not sent yet" not in says(page)
