"""Settings and the status line on webhooks: not set up, heard, not heard any more; and for whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from clockify.app.shell import door, resources
from clockify.demo.happenings import ADDED, DELETED, Happening
from clockify.demo.hooks import body_of
from clockify.desk.viewer import Viewer
from tests.support import studio
from tests.support.house import House
from tests.support.looks import go_to, is_sound, settle, texts

AppOf = Callable[..., AppTest]
Housed = Callable[..., House]
TOKENS = {"CLOCKIFY_WEBHOOK_TOKENS": "the-token-of-the-first-webhook,the-token-of-the-other-one"}


def tell(house: House, event: str = ADDED, **changes: Any) -> None:
    """Let a webhook tell of half an hour of Ben's on Atlas this morning."""
    ben = next(one for one in house.world.users.values() if one.name == "Ben Okafor")
    atlas = next(one for one in house.world.projects.values() if one.name == "Atlas")
    start = datetime(2026, 11, 18, 8, tzinfo=UTC)
    entry = house.world.make_entry(ben, start, 1800, project=atlas, description="told")._replace(id="5" * 24, **changes)
    hooks = resources.desk().hooks(demo=False)
    hooks.take(event, body_of(house.world, Happening(event, entry, False)))
    assert hooks.wait(20)


def status(page: AppTest) -> str:
    return next(one.value for one in page.caption if "requests" in one.value)


@pytest.mark.parametrize(("plan", "count"), [("FREE", 3), ("STANDARD_2021", 5)])
def test_where_nothing_is_set_up_the_card_says_what_to_paste(housed: Housed, app_of: AppOf, plan: str, count: int) -> None:
    page = app_of(housed(plan=plan).front, studio.KEY, CLOCKIFY_PUBLIC_URL="https://hours.example.com").run()
    go_to(page, "settings")
    assert is_sound(page)
    assert "Not set up" in texts(page)
    assert "https://hours.example.com/webhooks/clockify" in [one.value for one in page.code]
    (events,) = [one.value for one in page.markdown if "`NEW_TIME_ENTRY`" in one.value]
    assert events.count("\n") + 1 == count
    assert ("`NEW_TIMER_STARTED`" in events) is ("`TIME_ENTRY_DELETED`" in events) is (count == 5)
    assert ("three webhooks" in texts(page)) is (count == 3)


def test_what_was_told_is_named_in_words_and_pages_say_that_they_are_live(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    page = settle(app_of(house.front, studio.KEY, **TOKENS).run())
    assert "live" not in status(page)
    tell(house)
    tell(house, DELETED)
    page = settle(page.run())
    assert ":green[●] live" in status(page)
    go_to(page, "settings")
    assert is_sound(page)
    assert "Heard just now." in texts(page)
    rows = page.dataframe[0].value
    assert rows["What"].tolist() == ["entry deleted", "time logged"]
    assert set(rows["Who"]) == {"Ben Okafor"}
    assert set(rows["Project"]) == {"Atlas"}
    assert set(rows["Day"]) == {"Wed 18 Nov"}
    assert rows["What it did"].tolist() == ["shown at once", "shown at once"]


def test_after_hours_of_silence_nothing_is_live(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    page = settle(app_of(house.front, studio.KEY, **TOKENS).run())
    tell(house)
    house.clock.pass_by(hours=5)
    page = settle(page.run())
    assert "live" not in status(page)
    go_to(page, "settings")
    assert "Last heard 5 h ago, so pages are checked by requests as often as without" in texts(page)


def test_who_may_not_write_things_down_sees_no_card(housed: Housed, app_of: AppOf, monkeypatch: pytest.MonkeyPatch) -> None:
    house = housed()
    ana = next(one.id for one in house.world.users.values() if one.name == "Ana Kovač")
    monkeypatch.setattr(door, "admit", lambda _: Viewer("Ana", people=frozenset({ana})))
    page = settle(app_of(house.front, studio.KEY, **TOKENS).run())
    tell(house)
    go_to(page, "settings")
    assert is_sound(page)
    assert "Clockify tells what changes" not in texts(page)


def test_no_token_is_on_the_page(housed: Housed, app_of: AppOf) -> None:
    page = go_to(app_of(housed().front, studio.KEY, **TOKENS).run(), "settings")
    assert "Nothing was heard yet" in texts(page)
    assert not any(token in texts(page) for token in TOKENS["CLOCKIFY_WEBHOOK_TOKENS"].split(","))


def test_a_demo_that_stands_still_says_so(demo_app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "_is_at_this_machine", lambda: True)
    page = go_to(demo_app.run(), "settings")
    assert "The demo stands still." in texts(page)
