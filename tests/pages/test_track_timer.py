"""Timers on Track: started, changed, stopped, discarded and continued; the team's, and who sees whose.

It is 13:00 in Belgrade on Wednesday 18 November 2026.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from clockify.app.shell import door
from clockify.desk.viewer import Viewer
from tests.support.house import House
from tests.support.looks import buttons, go_to, is_sound, settle
from tests.support.track import called, choose_more, errors, fill, open_track, press, project, says, spans, user

AppOf = Callable[..., AppTest]
Housed = Callable[..., House]
MINUTES = 60


@pytest.fixture
def house(housed: Housed) -> House:
    return housed()


def start(page: AppTest, house: House, name: str = "Drawings") -> AppTest:
    page = page.text_input(key="timer-description").set_value(name).run()
    return press(page.selectbox(key="timer-project").set_value(project(house.world, "Atlas")).run(), "timer-start")


def test_a_timer_is_started_changed_and_stopped(house: House, app_of: AppOf) -> None:
    page = start(open_track(app_of, house), house)
    assert called(house.world, "Drawings").billable is True
    assert "Atlas · Acme · since 13:00 · billable" in says(page)
    house.clock.pass_by(minutes=30)
    page = press(page.run(), "timer-change")
    assert page.text_input(key="track-start").value == "13:00"
    assert errors(fill(page, start="13:50")) == ["A timer can't have begun later than now."]
    page = press(fill(page, start="12:45", description="Plans"), "track-save")
    assert "since 12:45" in says(page)
    page = press(page, "timer-stop")
    assert spans(house.world, "Plans") == [("18 12:45", 45 * MINUTES)]
    assert "My week · 0:45 of 40:00" in says(page)
    page = press(page, "track-undo")
    assert called(house.world, "Plans") in house.world.running
    assert is_sound(page)


def test_what_runs_is_discarded_only_when_asked_twice(house: House, app_of: AppOf) -> None:
    page = press(start(open_track(app_of, house), house), "timer-discard")
    assert len(house.world.running) == 1
    page = press(page, "timer-discard-no")
    page = press(press(page, "timer-discard"), "timer-discard-yes")
    assert house.world.running == []
    assert page.button(key="timer-start")


def test_an_earlier_entry_goes_on_as_a_timer_and_ends_the_one_that_runs(house: House, app_of: AppOf) -> None:
    page = press(fill(open_track(app_of, house), project=project(house.world, "Atlas"), description="Review", when="9-10"), "track-save")
    review = called(house.world, "Review")
    page = start(page, house)
    house.clock.pass_by(minutes=10)
    page = press(page.run(), f"continue-{review.id}")
    (timer,) = house.world.running
    assert (timer.description, timer.project_id, timer.billable) == ("Review", review.project_id, True)
    assert spans(house.world, "Drawings") == [("18 13:00", 10 * MINUTES)]
    assert "My week · 1:10 of 40:00" in says(page)


def test_more_than_ten_hours_are_flagged(house: House, app_of: AppOf) -> None:
    ben = house.world.users[user(house.world, "Ben Okafor")]
    house.world.add_running(ben, datetime(2026, 11, 17, 21, 10, tzinfo=UTC), description="Backups")
    page = open_track(app_of, house)
    (table,) = page.table
    row = table.value.iloc[0]
    assert (row["Person"], row["Since"], row["Running"]) == ("Ben Okafor", "17 Nov 22:10", "14:50")
    assert "over 10 h" in row["Status"]


def test_where_requests_are_few_timers_are_read_when_asked(housed: Housed, app_of: AppOf) -> None:
    house = housed(plan="FREE")
    page = open_track(app_of, house)
    assert "again every 60 s" not in says(page)
    house.world.add_running(
        house.world.users[user(house.world, "Ben Okafor")], datetime(2026, 11, 18, 11, tzinfo=UTC), description="Backups"
    )
    house.front.exchanges.clear()
    house.clock.pass_by(minutes=1)
    page = settle(buttons(page)["Read again"].click().run())
    assert "Running now · 1 of 3 people" in says(page)
    assert [one.endpoint for one in house.front.exchanges] == ["in-progress"]


def test_timers_that_cannot_be_read_again_say_so_and_come_back(house: House, app_of: AppOf) -> None:
    page = open_track(app_of, house)
    house.front.fail("in-progress", "500")
    house.clock.pass_by(minutes=1)
    page.run()
    assert "That is as of then: they can't be read now. Clockify failed on its side" in says(page)
    house.front.heal()
    house.world.add_running(house.world.users[user(house.world, "Ben Okafor")], house.clock.moment, description="Backups")
    page.run()
    assert "can't be read now" not in says(page)
    assert "Running now · 1 of 3 people" in says(page)


def test_timers_of_people_who_may_not_be_seen_do_not_show(house: House, app_of: AppOf, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, ben = (user(house.world, name) for name in ("Ana Kovač", "Ben Okafor"))
    for one in (ana, ben):
        house.world.add_running(house.world.users[one], datetime(2026, 11, 18, 11, tzinfo=UTC), description=f"of {one}")
    monkeypatch.setattr(door, "admit", lambda _: Viewer("Ben", people=frozenset({ben})))
    page = settle(go_to(settle(app_of(house.front).run()), "track"))
    assert f"of {ana}" not in says(page)
    assert "Ana" not in says(page)
    # The key is Ana's, whose time may not be seen: nothing can be logged with it here.
    assert not [one for one in page.button if one.key in ("track-save", "timer-start", "timer-stop")]
    assert "To log time, put your own Clockify key into this session" in page.info[0].value.replace("\\", "")


def test_a_menu_of_a_running_entry_stops_and_edits_it(house: House, app_of: AppOf) -> None:
    page = start(open_track(app_of, house), house)
    timer = called(house.world, "Drawings")
    page = choose_more(page, timer, "Edit")
    assert "Change the timer" in says(page)
    page = press(page, "track-cancel")
    house.clock.pass_by(minutes=5)
    press(page.run(), f"stop-{timer.id}")
    assert spans(house.world, "Drawings") == [("18 13:00", 5 * MINUTES)]


def test_the_week_is_made_anew_as_what_runs_grows(house: House, app_of: AppOf) -> None:
    page = start(open_track(app_of, house), house)
    for minutes, shown in ((45, "0:45"), (30, "1:15")):
        house.clock.pass_by(minutes=minutes)
        page = page.run()
        assert f"My week · 0:00 of 40:00 + {shown} running" in says(page)
    page = press(page, "timer-stop")
    assert "My week · 1:15 of 40:00" in says(page)
