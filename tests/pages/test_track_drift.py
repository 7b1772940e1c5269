"""What moves while somebody logs time: the clock, the day, another tab, the key that writes, and what he can't see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from clockify.app.cards import track_form
from clockify.app.cards.track import Track
from clockify.app.shell.session import KEY as SESSION
from clockify.demo.entities import Entry
from clockify.settings import ApiKey
from tests.pages.test_track_lost import use_up
from tests.support import studio
from tests.support.house import House
from tests.support.looks import settle
from tests.support.track import called, choose_more, fill, open_track, press, project, says, spans, user

AppOf = Callable[..., AppTest]
Housed = Callable[..., House]


@pytest.fixture
def house(housed: Housed) -> House:
    return housed()


def add(house: House, name: str, start: datetime, **span: float) -> Entry:
    ana = house.world.users[user(house.world, "Ana Kovač")]
    return house.world.add_entry(ana, start, start + timedelta(**span), description=name)


@pytest.mark.parametrize(
    ("start", "minutes", "stands"),
    [
        # Saturday noon to Sunday 12:30, but 2:00 to 3:00 on Sunday never was: on the clock half an hour more than a day.
        (datetime(2026, 3, 28, 11, tzinfo=UTC), 1410, "23 h 30 min"),
        (datetime(2026, 3, 23, 9, tzinfo=UTC), 1440, "24 h"),
    ],
)
def test_an_entry_keeps_its_length_when_only_its_words_are_changed(
    house: House, app_of: AppOf, start: datetime, minutes: int, stands: str
) -> None:
    house.clock.moment = datetime(2026, 3, 29, 16, tzinfo=UTC)
    entry = add(house, "Watch", start, minutes=minutes)
    page = open_track(app_of, house)
    page = page.button_group(key="week-day").set_value(start.date()).run()
    page = choose_more(page, entry, "Edit")
    assert page.text_input(key="track-duration").value == stands
    press(fill(page, description="Watch, both"), "track-save")
    changed = called(house.world, "Watch, both")
    assert (changed.start, changed.seconds) == (int(start.timestamp()), minutes * 60)


def test_a_timer_keeps_its_start_when_the_clock_has_shown_it_twice_since(house: House, app_of: AppOf) -> None:
    house.clock.moment = begun = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # the first 02:30 in Belgrade
    page = press(open_track(app_of, house), "timer-start")
    house.clock.pass_by(hours=3)
    page = press(fill(press(page.run(), "timer-change"), description="Night shift"), "track-save")
    assert called(house.world, "Night shift").start == int(begun.timestamp())
    # Whoever changes the time means the last one that was.
    press(fill(press(page, "timer-change"), start="02:40"), "track-save")
    assert called(house.world, "Night shift").start == int(datetime(2026, 10, 25, 1, 40, tzinfo=UTC).timestamp())


def test_what_another_tab_has_logged_meanwhile_moves_a_length_and_is_looked_at_first(house: House, app_of: AppOf) -> None:
    one, other = open_track(app_of, house), open_track(app_of, house)
    other = fill(other, description="Review", when="1")
    press(fill(one, description="Sketches", when="9-10:30"), "track-save")
    other = press(other, "track-save")
    assert spans(house.world, "Review") == []
    assert "has changed meanwhile" in says(other)
    assert "= 1 h · 10:30–11:30" in says(other)
    press(other, "track-save")
    assert spans(house.world, "Review") == [("18 10:30", 3600)]


def test_what_lies_on_a_day_of_a_month_that_was_not_read_is_read_before_it_is_logged(house: House, app_of: AppOf) -> None:
    add(house, "Summer", datetime(2026, 8, 10, 7, tzinfo=UTC), hours=2)
    page = open_track(app_of, house)
    house.front.fail("detailed", "500")
    page = settle(fill(page, description="Late", day=date(2026, 8, 10), when="9:30-10"))
    assert "August 2026 isn't read here yet" in says(page)
    house.front.heal()
    house.clock.pass_by(minutes=5)
    page = settle(settle(page.run()))
    assert "Overlaps with Summer 09:00–11:00 by 30 min" in says(page)
    page = fill(page, when="1")
    assert "= 1 h · 11:00–12:00" in says(page)
    press(page, "track-save")
    assert spans(house.world, "Late") == [("10 11:00", 3600)]


def test_who_puts_another_key_in_logs_for_its_user_and_nobody_before_him(house: House, app_of: AppOf) -> None:
    page = open_track(app_of, house)
    page = fill(page, description="Drawings", when="9-10", project=project(house.world, "Atlas"))
    held = page.session_state[SESSION]
    held.pen_key, held.pen_fingerprint = ApiKey(studio.MEMBER), "another"
    page = page.run()
    assert "Log time · for Ben Okafor" in says(page)
    assert (page.text_input(key="track-description").value, page.text_input(key="track-duration").value) == ("Drawings", "9-10")
    press(page, "track-save")
    assert called(house.world, "Drawings").user_id == user(house.world, "Ben Okafor")
    held.pen_key = held.pen_fingerprint = None
    assert "Log time · for Ana Kovač" in says(page.run())


def test_an_edit_for_which_no_request_was_free_is_sent_at_the_next_press(housed: Housed, app_of: AppOf) -> None:
    house = housed(plan="FREE")
    entry = add(house, "Plans", datetime(2026, 11, 18, 8, tzinfo=UTC), hours=1)
    page = choose_more(open_track(app_of, house), entry, "Edit")
    use_up(house)
    page = press(fill(page, when="9-11"), "track-save")
    assert "Not sent yet" in says(page)
    house.clock.pass_by(minutes=61)
    page = press(page.run(), "track-save")
    assert "Changed Plans 2:00" in says(page)
    assert spans(house.world, "Plans") == [("18 09:00", 7200)]


def test_what_waited_for_a_request_is_sent_as_it_stands_in_the_form_by_then(housed: Housed, app_of: AppOf) -> None:
    house = housed(plan="FREE")
    page = open_track(app_of, house)
    use_up(house)
    page = press(fill(page, description="Drawings", when="9-10", project=project(house.world, "Atlas")), "track-save")
    house.clock.pass_by(minutes=61)
    press(fill(page, billable=False), "track-save")
    assert [(one.billable, one.seconds) for one in house.world.entries if one.description == "Drawings"] == [(False, 3600)]


def test_a_button_that_is_pressed_again_says_what_waits(housed: Housed, app_of: AppOf) -> None:
    house = housed(plan="FREE")
    page = press(open_track(app_of, house), "timer-start")
    use_up(house)
    house.clock.pass_by(minutes=5)
    page = press(press(page.run(), "timer-stop"), "timer-stop")
    assert "waits already and was not sent yet" in says(page)
    assert "it isn't known yet" not in says(page)


def test_a_part_of_the_page_that_runs_alone_after_midnight_has_all_of_it_run(
    house: House, app_of: AppOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    real = track_form.must_run_again

    def noted(track: Track) -> bool:
        if not asked:
            asked.append(real(track))
            house.clock.pass_by(minutes=15)
            asked.append(real(track))
        return real(track)

    monkeypatch.setattr(track_form, "must_run_again", noted)
    house.clock.moment = datetime(2026, 11, 22, 22, 50, tzinfo=UTC)  # Sunday, ten to midnight in Belgrade
    page = open_track(app_of, house)
    assert asked == [False, True]
    assert "Monday 23 Nov, today" in says(page)


def test_what_is_typed_first_after_midnight_is_of_the_new_day_and_stays(house: House, app_of: AppOf) -> None:
    house.clock.moment = datetime(2026, 11, 22, 22, 50, tzinfo=UTC)
    page = open_track(app_of, house)
    house.clock.pass_by(minutes=15)
    page = fill(page, when="0:30")
    assert (page.date_input(key="track-day").value, page.text_input(key="track-duration").value) == (date(2026, 11, 23), "0:30")


def test_whose_key_writes_what_the_page_cannot_see_is_told_so_and_named(house: House, app_of: AppOf) -> None:
    add(house, "Mine", datetime(2026, 11, 18, 8, tzinfo=UTC), hours=1)
    page = open_track(app_of, house, studio.MEMBER)
    held = page.session_state[SESSION]
    held.pen_key, held.pen_fingerprint = ApiKey(studio.KEY), "another"
    page = fill(page.run(), description="Drawings", when="9-10")
    assert "Log time · for Ana Kovač" in says(page)
    assert "Your own week can't be shown here" in says(page) and "doesn't see your time, so overlaps" in says(page)
    assert "Timesheet" not in says(page) and "Nothing is logged" not in says(page)
    assert not [one for one in page.button if one.key in ("timer-start", "timesheet-write")]
    page = press(page, "track-save")
    assert "Logged Drawings 1:00" in says(page)
    assert called(house.world, "Drawings").user_id == user(house.world, "Ana Kovač")


def test_a_description_of_thousands_of_letters_takes_a_line_and_arrives_whole(house: House, app_of: AppOf) -> None:
    words = "long " * 599 + "way"
    page = press(fill(open_track(app_of, house), description=words, when="9-10"), "track-save")
    assert called(house.world, words)
    assert words[:150] in says(page) and words[:200] not in says(page)
    assert words[:200] not in says(fill(page, when="9-10"))


def test_a_description_of_two_lines_stays_so_unless_somebody_types_into_it(house: House, app_of: AppOf) -> None:
    entry = add(house, "Drawings\nof the roof", datetime(2026, 11, 18, 8, tzinfo=UTC), hours=1)
    page = choose_more(open_track(app_of, house), entry, "Edit")
    assert page.text_input(key="track-description").value == "Drawings of the roof"
    page = press(fill(page, when="9-11"), "track-save")
    changed = house.world.entry(entry.id)
    assert (changed.description, changed.seconds) == ("Drawings\nof the roof", 7200)
    page = press(fill(choose_more(page, entry, "Edit"), description="Drawings of the roof!"), "track-save")
    assert house.world.entry(entry.id).description == "Drawings of the roof!"
