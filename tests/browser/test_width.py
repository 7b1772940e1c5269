"""Wide or narrow is the window's width, not the browser's name, and follows it without a click."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.support.agency import Job
from tests.support.browsing import PHONE, expect
from tests.support.nightly import at_night

OpenAt = Callable[..., tuple[Any, list[int]]]


@pytest.fixture
def open_at(job: Job, chromium: Any) -> Iterator[OpenAt]:
    """Open the overview in a window of a width: its page, and a list that grows with each message it sends."""
    with ExitStack() as stack:

        def opened(width: int, path: str = "", **browser: Any) -> tuple[Any, list[int]]:
            context = chromium.new_context(viewport={"width": width, "height": 900}, locale="en-GB", **browser)
            stack.callback(context.close)
            page, sent = context.new_page(), []
            page.on("websocket", lambda socket: socket.on("framesent", lambda message: sent.append(len(message))))
            page.goto(f"{job.sight.address}{path}")
            settled(page)
            return page, sent

        yield opened


def settled(page: Any) -> None:
    quiet = page.locator("[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]")
    for _ in range(2):
        expect(quiet).to_have_count(1)
        expect(page.locator(".st-key-refresh")).to_have_count(1)
        page.wait_for_timeout(300)


def is_wide(page: Any) -> None:
    """Refresh has its word, and stands in the line of the status."""
    expect(page.locator(".st-key-status-line .st-key-refresh")).to_have_count(1)
    expect(page.locator(".st-key-refresh").get_by_role("button")).to_contain_text("Refresh")
    settled(page)


def is_narrow(page: Any) -> None:
    """The period and Refresh, a sign alone, stand beside the title, and the status stands below."""
    expect(page.locator(".st-key-status-line .st-key-refresh")).to_have_count(0)
    expect(page.locator(".st-key-refresh").get_by_role("button")).not_to_contain_text("Refresh")
    settled(page)
    title = middle(page.locator("h1").first)
    assert abs(title - middle(page.locator(".st-key-refresh"))) < 12
    assert abs(title - middle(page.get_by_text(re.compile(r"^1–\d\d \w{3} \d{4}$")))) < 12  # "1–30 Nov 2026", and nothing beside it
    assert middle(page.locator(".st-key-status-line")) > title + 12


def middle(place: Any) -> float:
    box = place.bounding_box()
    return float(box["y"] + box["height"] / 2)


def test_a_narrow_window_of_a_desktop_is_narrow_and_follows_when_it_is_widened(open_at: OpenAt) -> None:
    page, _ = open_at(390)
    is_narrow(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    is_wide(page)
    page.set_viewport_size({"width": 639, "height": 900})
    is_narrow(page)
    page.set_viewport_size({"width": 640, "height": 900})
    is_wide(page)


def test_on_a_phone_the_bars_are_chosen_behind_a_button_and_their_title_says_of_what_they_are(open_at: OpenAt) -> None:
    page, _ = open_at(390, user_agent=PHONE, has_touch=True)
    bars = page.locator(".st-key-bars")
    expect(bars).to_contain_text("Hours per day")
    expect(page.get_by_label("Step", exact=True)).to_have_count(0)
    page.locator(".st-key-bars-by").get_by_role("button").click()
    expect(page.get_by_label("Step", exact=True)).to_be_visible()
    page.locator(".st-key-colour-by").get_by_text("Person", exact=True).click()
    expect(bars).to_contain_text("Hours per day by person")


def test_on_a_phone_whose_week_and_which_are_chosen_behind_a_button_that_says_both(open_at: OpenAt) -> None:
    page, _ = open_at(390, user_agent=PHONE, has_touch=True, path="/weekly")
    button = page.locator(".st-key-week-choose").get_by_role("button")
    expect(page.get_by_label("Person", exact=True)).to_have_count(0)
    week = int(re.findall(r"week (\d+)", button.inner_text())[0])
    page.locator(".st-key-week-earlier").get_by_role("button").click()
    expect(button).to_contain_text(f"week {week - 1}" if week > 1 else "week 5")
    button.click()
    expect(page.get_by_label("Person", exact=True)).to_be_visible()


@pytest.mark.nightly
def test_a_tablet_that_lies_is_wide_and_narrow_when_it_stands(open_at: OpenAt) -> None:
    page, _ = open_at(1024, user_agent=PHONE, has_touch=True)
    is_wide(page)
    page.set_viewport_size({"width": 600, "height": 960})
    is_narrow(page)


@pytest.mark.parametrize(("width", "browser"), [at_night(1280, {}, id="1280"), (390, {"user_agent": PHONE, "has_touch": True})])
def test_where_the_width_is_what_was_taken_for_granted_the_page_runs_once(open_at: OpenAt, width: int, browser: dict[str, Any]) -> None:
    page, sent = open_at(width, **browser)
    is_wide(page) if width == 1280 else is_narrow(page)
    assert len(sent) == 1


@pytest.mark.nightly
def test_on_every_page_it_is_still_known_and_takes_no_room(open_at: OpenAt) -> None:
    page, sent = open_at(390)
    is_narrow(page)
    assert len(sent) == 2
    for name in ("detailed", "billable", "overview"):
        before = len(sent)
        page.evaluate(
            "path => { history.pushState({}, '', path); dispatchEvent(new PopStateEvent('popstate')); }",
            f"/{name}".replace("/overview", "/"),
        )
        expect(page.locator("h1").first).to_have_text(name.capitalize())
        is_narrow(page)
        assert len(sent) == before + 1
    box = page.locator(".st-key-window").bounding_box()
    assert box["height"] == 0
    assert page.locator("[data-testid=stMain] .st-key-window").count() == 0
