"""Every state of the figures beside the good one: what it says, and what it tells people to do next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from clockify.app.shell import resources
from clockify.demo import MANAGER_KEY
from clockify.desk import commands
from clockify.periods import Preset
from tests.support import studio
from tests.support.faults import Exchange
from tests.support.house import House
from tests.support.looks import buttons, figures, go_to, is_sound, notices, settle, texts, wait_for

AppOf = Callable[..., AppTest]
Housed = Callable[..., House]


def months_in_progress() -> dict[str, tuple[int, int | None]]:
    """Return how far the months are that are being read."""
    found = {name[:7]: job.progress for name, job in resources.desk().jobs._jobs.items() if name[:2] == "20" and job.is_running}
    return {month: (progress.done, progress.of) for month, progress in found.items()}


# Loading


def test_while_a_cold_month_is_read_clockifys_own_totals_stand_there(
    housed: Housed, app_of: AppOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "PATIENCE_SECONDS", 0)
    house = housed(detailed_page_cap=1)
    late = lambda asked: asked.month == "2026-11" and asked.page > 2  # noqa: E731
    with house.front.hold("detailed", late) as gate:
        page = app_of(house.front, studio.KEY).run()
        wait_for(lambda: months_in_progress() == {"2026-11": (2, 4)})
        page.run()
        assert is_sound(page)
        assert [bar.proto.text for bar in page.get("progress")] == ["Reading November 2026, 2 of 4 pages"]
        assert [bar.proto.value for bar in page.get("progress")] == [50]
        # Four entries, 7:00 h, 6:30 billable: what Clockify's totals say before the rows are there.
        assert figures(page) == {"Tracked": "7.0 h", "Billable": "6.5 h", "Amount": "€350", "Entries": "4"}
        assert {metric.delta for metric in page.metric} == {"as Clockify reports it"}
        assert r"\$240" in texts(page) or "$240" in texts(page)
        assert not page.table
        assert not page.get("vega_lite_chart")
        gate.set()
        settle(page)
    assert figures(page) == studio.NOVEMBER
    assert not page.get("progress")
    assert page.table


def test_totals_of_whole_months_never_stand_for_less(housed: Housed, app_of: AppOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "PATIENCE_SECONDS", 0)
    house = housed(detailed_page_cap=1)
    page = app_of(house.front, studio.KEY)
    page.query_params["billable"] = "yes"
    with house.front.hold("detailed", lambda asked: asked.month == "2026-11" and asked.page > 1):
        page.run()
        wait_for(lambda: months_in_progress() == {"2026-11": (1, 4)})
        page.run()
        assert [bar.proto.text for bar in page.get("progress")] == ["Reading November 2026, 1 of 4 pages"]
        assert figures(page) == {}
        assert page.get("skeleton")
    assert figures(settle(page))["Tracked"] == "6.5 h"


def test_several_cold_months_are_counted_together(housed: Housed, app_of: AppOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "PATIENCE_SECONDS", 0)
    house = housed(detailed_page_cap=1)
    with house.front.hold("detailed"):
        page = app_of(house.front, studio.KEY).run()
        assert [bar.proto.text for bar in page.get("progress")] == ["Reading 2 months, October 2026 to November 2026 …"]
        assert figures(page) == {}
        assert is_sound(page)
    assert figures(settle(page)) == studio.NOVEMBER


# Empty, no key, bad key


def test_a_period_without_time_says_so_and_what_to_do(housed: Housed, app_of: AppOf) -> None:
    page = app_of(housed().front, studio.KEY)
    page.query_params["period"] = "custom"
    page.query_params["from"], page.query_params["to"] = "2026-08-03", "2026-08-09"
    page.run()
    assert is_sound(page)
    assert figures(page) == {}
    assert "No time entries in 3–9 Aug 2026." in texts(page)
    assert "Choose an earlier or a wider period in the sidebar." in texts(page)


def test_filters_that_leave_nothing_can_be_cleared(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    borealis = next(one.id for one in house.world.projects.values() if one.name == "Borealis")
    page = app_of(house.front, studio.KEY)
    page.query_params["projects"], page.query_params["billable"] = borealis, "no"
    page.run()
    assert figures(page) == {}
    assert "No time entries in 1–30 Nov 2026." in texts(page)
    assert "Choose an earlier or a wider period in the sidebar, or clear the filters." in texts(page)
    next(one for one in page.button if one.key == "clear-filters-here").click().run()
    assert figures(page) == studio.NOVEMBER


def test_nothing_in_a_part_is_not_nothing_in_the_whole(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    house.front.fail("detailed", "500", when=lambda asked: asked.month in ("2026-10", "2026-11"))
    page = app_of(house.front, studio.KEY)
    page.query_params["period"] = "this-quarter"
    page.run()
    assert "No time entries in Q4 2026" not in texts(page)
    assert "No time entries in what could be read of Q4 2026." in texts(page)
    assert "Not a total" in texts(page)


# Rights


def test_a_member_sees_his_own_time_and_is_told(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    page = app_of(house.front, studio.MEMBER).run()
    # Ben: 1:30 and 3:00 of the 7:00 hours.
    assert figures(page) == {"Tracked": "4.5 h", "Billable": "4.5 h", "Amount": "–", "Average per day": "0.4 h"}
    said = "\n".join(notices(page))
    assert "This key may see only its own user's time" in said
    assert "An admin's key shows everybody's." in said
    assert "not verifiable" in texts(page)
    assert is_sound(page)


def test_where_reports_are_refused_people_are_read_one_by_one(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    house.front.fail("detailed", "403")
    page = app_of(house.front, studio.KEY).run()
    assert figures(page) == studio.NOVEMBER
    said = "\n".join(notices(page))
    assert "entries were read person by person. Time of people who have left is not in them" in said
    assert is_sound(page)


@pytest.mark.parametrize("name", ["overview", "billable"])
def test_hidden_amounts_are_called_hidden(housed: Housed, app_of: AppOf, name: str) -> None:
    page = go_to(app_of(housed().front, MANAGER_KEY).run(), name)
    assert is_sound(page)
    assert not [value for label, value in figures(page).items() if label.startswith("Amount") and value != "–"]
    assert "€" not in texts(page)
    said = "\n".join(notices(page))
    assert "Clockify hides amounts from this key. An admin's key" in said
    if name == "overview":
        assert figures(page) == {**studio.NOVEMBER, "Amount": "–"}
        assert page.metric[2].delta == "hidden from this key"


# Requests


def test_a_used_up_hour_says_how_many_minutes_to_wait(housed: Housed, app_of: AppOf) -> None:
    house = housed(plan="FREE")
    page = app_of(house.front, studio.KEY, CLOCKIFY_REQUESTS_PER_HOUR="12").run()
    # Seven requests are used, and Refresh takes three: two of twelve are kept even from who looks at other months.
    assert figures(page) == studio.NOVEMBER
    buttons(page)["Refresh"].click().run()
    house.clock.pass_by(minutes=50)
    page.query_params["period"] = "last-year"
    page.run()
    assert is_sound(page)
    assert figures(page) == {}
    said = "\n".join(notices(page))
    assert "can't be read yet." in said
    assert "The next one is free in 10 minutes, at 14:00; the page goes on then." in said
    served = len(house.front.exchanges)
    house.clock.pass_by(minutes=11)
    page.run()
    settle(page)
    assert len(house.front.exchanges) > served


def test_clockifys_own_refusal_says_how_many_minutes_to_wait(housed: Housed, app_of: AppOf) -> None:
    # The demo's Retry-After is a second more than the hour.
    house = housed(requests_per_hour=5)
    page = app_of(house.front, studio.KEY).run()
    (said,) = notices(page)
    assert "Clockify takes no more requests for now. The next request is free in 61 minutes" in said
    assert figures(page) == {}
    assert "Retry" in buttons(page)


def test_on_free_a_long_period_is_shown_in_part_and_never_as_a_total(housed: Housed, app_of: AppOf) -> None:
    house = housed(plan="FREE")
    page = app_of(house.front, studio.KEY, CLOCKIFY_REQUESTS_PER_HOUR="13")
    page.query_params["period"] = "this-year"
    page.run()
    assert is_sound(page)
    # Eleven for who looks, less six for who, where and lists: five months, November back to July.
    assert figures(page) == {
        "Tracked, 5 of 12 months": "12.0 h",
        "Billable, 5 of 12 months": "10.5 h",
        "Amount, 5 of 12 months": "€750",
        "Average per day, 5 of 12 months": "0.1 h",
    }
    # A point a week, of the weeks that begin between 1 July and today: what wasn't read is no zero.
    assert [len(metric.proto.chart_data) for metric in page.metric] == [20, 20, 0, 20]
    said = "\n".join(notices(page))
    assert "Not a total: the figures below are without January–June 2026 and December 2026." in said
    assert "the page goes on then." in said
    assert {file.proto.disabled for file in page.get("download_button")} == {True}
    go_to(page, "billable")
    assert all("5 of 12 months" in label for label in figures(page))
    assert {file.proto.disabled for file in page.get("download_button")} == {True}


def test_a_refresh_without_a_free_request_says_so_and_keeps_what_is_there(housed: Housed, app_of: AppOf) -> None:
    house = housed(plan="FREE")
    page = app_of(house.front, studio.KEY, CLOCKIFY_REQUESTS_PER_HOUR="14").run()
    for _ in range(3):
        house.clock.pass_by(minutes=1)
        buttons(page)["Refresh"].click().run()
    # Timers and two months cost three requests each time: 8 + 3 + 3 = 14.
    assert len(house.front.exchanges) == 14
    assert figures(page) == studio.NOVEMBER
    (said,) = notices(page)
    assert "No request is free now. All requests of this hour are used, so nothing could be checked." in said
    assert "The next request is free in 57 minutes, at 14:00." in said


# Offline, timers, differences


def test_offline_the_old_figures_stay_with_their_age(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    page = app_of(house.front, studio.KEY).run()
    house.clock.pass_by(days=2, hours=1)
    house.front.fail("detailed", "dropped")
    settle(page.run())
    # Two working days later: 7 h on 14 of them.
    assert figures(page) == studio.NOVEMBER | {"Average per day": "0.5 h"}
    said = "\n".join(notices(page))
    assert "Showing what was read before: October–November 2026, last checked 2 days ago." in said
    assert "The connection to Clockify failed or was dropped. Check the network connection, then try again." in said


def test_a_refresh_that_fails_late_is_watched_and_said(housed: Housed, app_of: AppOf, monkeypatch: pytest.MonkeyPatch) -> None:
    house = housed()
    page = app_of(house.front, studio.KEY).run()
    monkeypatch.setattr(commands, "PATIENCE_SECONDS", 0)
    house.clock.pass_by(minutes=1)
    house.front.fail("detailed", "dropped")
    with house.front.hold("detailed"):
        buttons(page)["Refresh"].click().run()
        # No month's age asks for a check, yet one is under way.
        assert "checking now …" in texts(page)
        assert not notices(page)
    settle(page)
    (said,) = notices(page)
    assert "Showing what was read before: October–November 2026" in said


def test_a_running_timer_stands_apart_and_in_no_total(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    ben = next(one for one in house.world.users.values() if one.name == "Ben Okafor")
    house.world.add_running(ben, studio.NOON - timedelta(hours=9))
    page = app_of(house.front, studio.KEY).run()
    assert "running, in no total: Ben Okafor" in texts(page)
    assert figures(page) == studio.NOVEMBER
    # What isn't on screen isn't running there: other people's, and other months.
    page.multiselect(key="people").set_value([one for one in page.multiselect(key="people").options if one.startswith("Ana")]).run()
    assert "running, in no total" not in texts(page)
    page.multiselect(key="people").set_value([])
    page.selectbox(key="period").set_value(Preset.LAST_MONTH).run()
    assert "running, in no total" not in texts(page)


@pytest.mark.parametrize("name", ["overview", "detailed", "billable"])
def test_a_day_of_nothing_but_a_timer_shows_it(housed: Housed, app_of: AppOf, name: str) -> None:
    house = housed()
    ben = next(one for one in house.world.users.values() if one.name == "Ben Okafor")
    atlas = next(one for one in house.world.projects.values() if one.name == "Atlas")
    # Since 9:30 in Belgrade, and it is 13:00 there.
    house.world.add_running(ben, studio.NOON - timedelta(hours=3, minutes=30), project=atlas, description="*wires* & $tape$")
    page = app_of(house.front, studio.KEY)
    page.query_params["period"] = "today"
    go_to(page.run(), name)
    assert is_sound(page)
    said = texts(page)
    assert "No time entries" not in said
    assert "Nothing finished on 18 Nov 2026, but 1 timer runs:" in said
    assert "Ben Okafor · Atlas · *wires* & $tape$ · since 09:30, 3.50 h so far" in said
    assert figures(page) == {}


def test_a_timer_of_long_ago_is_shown_with_its_age(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    ben = next(one for one in house.world.users.values() if one.name == "Ben Okafor")
    house.world.add_running(ben, studio.NOON - timedelta(hours=1))
    page = app_of(house.front, studio.KEY).run()
    house.clock.pass_by(hours=4)
    house.front.fail("in-progress", "500")
    settle(page.run())
    assert "running, in no total: Ben Okafor, as of 4 h ago" in texts(page)


def test_a_difference_names_project_person_and_how_much(housed: Housed, app_of: AppOf) -> None:
    house = housed(detailed_page_cap=1)
    (entry,) = [one for one in house.world.entries if one.seconds == 90 * 60]

    def grow(asked: Exchange) -> None:
        """Make Ben's entry, which is on page 2, a minute longer after the totals were taken, and again when it has been read."""
        if asked.endpoint == "detailed" and asked.month == "2026-11" and asked.page in (1, 2):
            now = house.world.entry(entry.id)
            house.world.edit_entry(entry.id, seconds=now.seconds + 60)

    house.front.hooks.append(grow)
    page = app_of(house.front, studio.KEY).run()
    assert is_sound(page)
    (said,) = notices(page)
    # Read twice, and in the end Clockify is a minute ahead, which earns 100 EUR ÷ 60.
    assert "Clockify's own sums differ from these." in said
    assert "November 2026, Atlas, Ben Okafor: 0:01:00 h less here, amount EUR -1.67." in said
    assert "Refresh reads these months again" in said
    assert "differs from Clockify" in texts(page)
    house.front.hooks.clear()
    house.clock.pass_by(minutes=1)
    buttons(page)["Refresh"].click().run()
    assert not notices(page)
    assert "verified 13:01" in texts(page)
