"""Logging time: the form, what it says while it is typed, what it keeps, and that everything follows.

The studio: at noon (UTC) of Wednesday 18 November 2026, 13:00 in Belgrade. Ana's entries are called "work".
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from clockify.demo.world import World
from tests.support import studio
from tests.support.house import House
from tests.support.looks import figures, go_to, is_sound, settle
from tests.support.track import called, choose_more, errors, fill, open_track, press, project, says, spans, user

AppOf = Callable[..., AppTest]
Housed = Callable[..., House]
HOUR = 3600


@pytest.fixture
def house(housed: Housed) -> House:
    return housed()


@pytest.fixture
def page(house: House, app_of: AppOf) -> AppTest:
    return open_track(app_of, house)


def asked(house: House) -> list[str]:
    """Return which endpoints were asked since this was asked last."""
    found = [one.endpoint for one in house.front.exchanges]
    house.front.exchanges.clear()
    return found


def test_time_is_logged_and_every_page_follows_at_no_request_for_a_read(page: AppTest, house: House) -> None:
    asked(house)
    page = fill(page, project=project(house.world, "Atlas"), description="Drawings", when="9-10:30")
    assert "= 1 h 30 min · 09:00–10:30 · Europe/Belgrade" in says(page)
    page = press(page, "track-save")
    assert "Logged Drawings 1:30" in says(page)
    entry = called(house.world, "Drawings")
    assert (entry.seconds, entry.billable, house.world.projects[str(entry.project_id)].name) == (5400, True, "Atlas")
    assert spans(house.world, "Drawings") == [("18 09:00", 5400)]
    assert "My week · 1:30 of 40:00" in says(page)
    assert page.text_input(key="track-duration").value == ""
    # 7:00 + 1:30, 6:30 + 1:30, 350 + 150 EUR.
    shown = figures(go_to(page, "overview"))
    assert (shown["Tracked"], shown["Billable"]) == ("8.5 h", "8.0 h")
    assert asked(house) == ["create"]
    assert is_sound(page)


def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(page: AppTest, house: House) -> None:
    asked(house)
    assert errors(page) == []
    page = press(fill(page, description="Drawings", when="90"), "track-save")
    assert errors(page) == ["90: did you mean 90 min (90m) or 90 h (90h)?"]
    page = press(fill(page, when="9-10", day=date(2026, 11, 21)), "track-save")
    assert errors(page) == ["That is more than a day ahead: choose tomorrow or a day before."]
    assert (page.text_input(key="track-duration").value, page.text_input(key="track-description").value) == ("9-10", "Drawings")
    assert asked(house) == []


def test_what_is_typed_is_there_after_another_page(page: AppTest, house: House) -> None:
    atlas = project(house.world, "Atlas")
    page = fill(page, project=atlas, description="Drawings", when="1:3", day=date(2026, 11, 17), billable=False)
    page = go_to(go_to(page, "detailed"), "track")
    held = [page.selectbox(key="track-project").value, page.text_input(key="track-description").value]
    assert held == [atlas, "Drawings"]
    assert page.text_input(key="track-duration").value == "1:3"
    assert page.date_input(key="track-day").value == date(2026, 11, 17)
    assert page.toggle(key="track-billable").value is False


def test_an_earlier_description_fills_in_the_rest_but_moves_nothing_to_another_project(page: AppTest, house: House) -> None:
    page = fill(page, description="work · Atlas")
    held = [page.selectbox(key="track-project").value, page.text_input(key="track-description").value]
    assert held == [project(house.world, "Atlas"), "work"]
    assert page.toggle(key="track-billable").value is True
    # The latest "work" is of Internal: typed word by word under another project, it stays there.
    page = fill(page, description="x", project=project(house.world, "Borealis"))
    page = fill(page, description="work")
    assert page.selectbox(key="track-project").value == project(house.world, "Borealis")


def test_a_second_press_within_a_moment_means_the_same_and_later_it_asks(page: AppTest, house: House) -> None:
    for _ in range(2):
        page = press(fill(page, description="Drawings", when="9-10"), "track-save")
    assert spans(house.world, "Drawings") == [("18 09:00", HOUR)]
    house.clock.pass_by(seconds=20)
    page = press(fill(page, description="Drawings", when="9-10"), "track-save")
    assert "Press once more if you mean it twice" in says(page)
    assert len(spans(house.world, "Drawings")) == 1
    page = press(page, "track-save")
    assert len(spans(house.world, "Drawings")) == 2


def test_an_overlap_is_asked_about_and_can_be_repaired(page: AppTest, house: House) -> None:
    page = press(fill(page, description="Review", when="10-11"), "track-save")
    page = fill(page, description="Sign-in", when="9-10:30")
    (box,) = page.warning
    assert "Overlaps with **Review** 10:00–11:00 by 30 min" in box.value.replace("\\", "")
    page = press(page, "track-repair-0")
    assert not page.warning
    assert page.text_input(key="track-duration").value == "09:00-10:00"
    press(page, "track-save")
    assert spans(house.world, "Sign-in") == [("18 09:00", HOUR)]


def test_a_time_that_comes_twice_is_asked_about(page: AppTest, house: House) -> None:
    page = fill(page, description="Night shift", day=date(2026, 10, 25), when="2:30-5")
    assert "02:30 comes twice on 25 Oct" in says(page)
    page = press(page, "track-save")
    assert spans(house.world, "Night shift") == []
    page = press(press(page, "track-choice-1"), "track-save")
    assert [seconds for _, seconds in spans(house.world, "Night shift")] == [2.5 * HOUR]


def test_more_than_a_day_is_asked_about(page: AppTest, house: House) -> None:
    page = fill(page, description="Trip", day=date(2026, 11, 16), when="30h")
    assert "more than a day" in page.warning[0].value
    press(page, "track-save")
    assert [seconds for _, seconds in spans(house.world, "Trip")] == [30 * HOUR]


def test_an_entry_is_edited_copied_deleted_and_each_is_undone(page: AppTest, house: House) -> None:
    page = press(fill(page, project=project(house.world, "Atlas"), description="Review", when="10-11"), "track-save")
    entry = called(house.world, "Review")
    page = fill(page, description="Something else")
    page = choose_more(page, entry, "Edit")
    assert page.text_input(key="track-duration").value == "10:00-11:00"
    page = press(fill(page, when="10-12", description="Review, long"), "track-save")
    assert spans(house.world, "Review, long") == [("18 10:00", 2 * HOUR)]
    assert page.text_input(key="track-description").value == "Something else"
    page = press(page, "track-undo")
    assert spans(house.world, "Review") == [("18 10:00", HOUR)]

    page = choose_more(page, entry, "Copy to another day")
    page = page.date_input(key="entry-day").set_value(date(2026, 11, 16)).run()
    page = press(page, "entry-yes")
    assert spans(house.world, "Review") == [("16 10:00", HOUR), ("18 10:00", HOUR)]
    page = press(page, "track-undo")
    assert spans(house.world, "Review") == [("18 10:00", HOUR)]

    page = choose_more(page, entry, "Delete")
    assert len(spans(house.world, "Review")) == 1
    page = press(page, "entry-yes")
    assert spans(house.world, "Review") == []
    page = press(page, "track-undo")
    assert spans(house.world, "Review") == [("18 10:00", HOUR)]
    assert "My week · 1:00 of 40:00" in says(page)


def test_weeks_go_back_and_forth(page: AppTest) -> None:
    page = press(page, "my-week-earlier")
    assert "My week · 9–15 Nov 2026 · 0:30 of 40:00" in says(page)
    page = press(page, "my-week-later")
    assert "My week · 0:00 of 40:00" in says(page)
    assert page.button(key="my-week-later").disabled


def of_ben(world: World) -> int:
    return sum(one.user_id == user(world, "Ben Okafor") for one in world.entries)


def test_for_somebody_else_the_head_says_so(page: AppTest, house: House) -> None:
    before = of_ben(house.world)
    page = fill(page, person=user(house.world, "Ben Okafor"), description="Drawings", when="9-10")
    assert "Log time · for Ben Okafor" in says(page)
    press(page, "track-save")
    assert of_ben(house.world) == before + 1


def test_a_member_logs_for_nobody_else(house: House, app_of: AppOf) -> None:
    page = open_track(app_of, house, studio.MEMBER)
    assert "Log time · for Ben Okafor" in says(page)
    assert not [one for one in page.selectbox if one.key == "track-person"]
    press(fill(page, description="Drawings", when="9-10"), "track-save")
    assert spans(house.world, "Drawings") == [("18 09:00", HOUR)]


def test_the_day_after_midnight_is_the_local_one(house: House, app_of: AppOf) -> None:
    house.clock.moment += timedelta(hours=11, minutes=30)  # 00:30 on the 19th in Belgrade
    page = open_track(app_of, house)
    assert page.date_input(key="track-day").value == date(2026, 11, 19)
    house.clock.pass_by(days=1)
    assert page.run().date_input(key="track-day").value == date(2026, 11, 20)


def test_days_that_are_locked_say_so_and_take_no_time_of_a_member(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    house.world.settings["lockTimeEntries"] = "2026-11-16T23:00:00Z"  # up to Monday, in Belgrade
    page = open_track(app_of, house, studio.MEMBER)
    assert "up to Mon 16 Nov locked" in says(page)
    page = press(fill(page, description="Drawings", when="9-10", day=date(2026, 11, 16)), "track-save")
    assert errors(page) == ["Time before Tue 17 Nov 2026 is locked: choose a later day, or ask an admin."]
    assert spans(house.world, "Drawings") == []


def test_an_entry_of_the_hour_that_comes_twice_is_edited_without_being_asked_which(house: House, app_of: AppOf) -> None:
    ana = house.world.users[user(house.world, "Ana Kovač")]
    start = datetime(2026, 10, 25, 1, 15, tzinfo=UTC)  # the second 02:15 in Belgrade
    entry = house.world.add_entry(ana, start, start + timedelta(hours=2), description="Night shift")
    page = open_track(app_of, house)
    for _ in range(4):
        page = press(page, "my-week-earlier")
    page = settle(page)
    page = page.button_group(key="week-day").set_value(date(2026, 10, 25)).run()
    page = choose_more(page, entry, "Edit")
    assert "comes twice" not in says(page)
    press(fill(page, description="Night shift, long"), "track-save")
    assert called(house.world, "Night shift, long").start == int(start.timestamp())


def test_a_copy_that_would_overlap_or_lie_too_far_ahead_says_so_first(page: AppTest, house: House) -> None:
    page = press(fill(page, description="Review", when="10-11"), "track-save")
    page = press(fill(page, description="Sign-in", when="10:30-12", day=date(2026, 11, 17)), "track-save")
    page = choose_more(page, called(house.world, "Review"), "Copy to another day")
    page = page.date_input(key="entry-day").set_value(date(2026, 11, 17)).run()
    assert "Overlaps with Sign-in 10:30–12:00 by 30 min" in says(page)
    assert page.button(key="entry-yes").label == "Copy anyway"
    page = page.date_input(key="entry-day").set_value(date(2026, 12, 24)).run()
    assert "more than a day ahead" in says(page)
    assert not [one for one in page.button if one.key == "entry-yes"]


def test_a_timer_without_what_the_workspace_forces_is_not_stopped_yet(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    house.world.settings["forceDescription"] = True
    page = press(open_track(app_of, house), "timer-start")
    (timer,) = house.world.running
    page = press(page, "timer-stop")
    assert "Say what it was: this workspace wants a description on every entry" in says(page).replace("\\", "")
    assert house.world.running == [timer]
