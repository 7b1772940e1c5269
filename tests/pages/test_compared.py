"""What a period is compared with on the pages: days that are over, and only where data doesn't begin later.

The studio has one hour on 8 September 2026, four on 5 October, and in November 2:00 on the 2nd, 1:30 on the 3rd,
3:00 on the 10th and 0:30 on the 12th.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from clockify.app.shell import look
from tests.support import studio
from tests.support.house import House
from tests.support.looks import figures, go_to, settle, texts

Housed = Callable[..., House]
AppOf = Callable[..., AppTest]


def opened(app_of: AppOf, house: House, **parameters: str) -> AppTest:
    page = app_of(house.front, studio.KEY)
    page.query_params |= parameters
    return settle(page.run())


def changes(page: AppTest) -> list[str]:
    return [metric.delta for metric in page.metric]


def test_where_data_begins_with_the_period_nothing_is_compared(housed: Housed, app_of: AppOf) -> None:
    page = opened(app_of, housed(), period="custom", **{"from": "2026-09-01", "to": "2026-09-30"})
    assert "No comparison, data from 8 Sep 2026." in texts(page)
    assert changes(page)[0] == "no comparison"
    # One hour on the 17 working days from the 8th on; 22 there are in September.
    assert changes(page)[-1] == "17 working days"
    assert figures(page)["Average per day"] == "0.1 h"
    page.query_params["compare"] = "previous"
    go_to(page.run(), "detailed")
    assert "1–31 Aug 2026: no comparison, data from 8 Sep 2026" in texts(page)


def test_whether_data_began_or_somebody_was_away_is_looked_up(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    page = opened(app_of, house, period="last-month")
    assert "No comparison, data from 8 Sep 2026." in texts(page)


def test_where_all_of_the_period_before_is_empty_it_is_looked_up_when_data_begins(housed: Housed, app_of: AppOf) -> None:
    # Of October to December what is over stands against July and August, and September, in neither, has the first hour.
    page = opened(app_of, housed(), period="this-quarter")
    settle(page.run())
    assert "No comparison, data from 8 Sep 2026." in texts(page)


def test_who_was_away_is_compared_with(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    ben = next(one for one in house.world.users.values() if one.name == "Ben Okafor")
    august = datetime(2026, 8, 20, 9, tzinfo=UTC)
    house.world.add_entry(ben, august, august + timedelta(hours=1))
    page = opened(app_of, house, period="last-month")
    assert "No comparison" not in texts(page)
    assert changes(page)[0] == ":gray[↑ 300%]"  # 4 hours after 1


def test_a_running_month_is_compared_up_to_yesterday(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    house.clock.moment = datetime(2026, 11, 12, 12, tzinfo=UTC)
    page = opened(app_of, house, compare="previous")
    assert figures(page)["Tracked"] == "7.0 h"
    # Until the 11th 6:30 after 4:00; with today's half hour it would be 75 %.
    assert changes(page)[0] == ":gray[↑ 63%]"
    assert page.metric[0].proto.delta_description == "vs 1–11 Oct"
    # 6:30 on the eight working days from the 2nd to the 11th.
    assert (figures(page)["Average per day"], page.metric[-1].proto.delta_description) == ("0.8 h", "8 working days")
    go_to(page, "detailed")
    assert "1–11 Nov 2026: 3 entries · 6.50 h · 6.50 h billable" in texts(page)
    assert "1–11 Oct 2026: 1 entry · 4.00 h · 4.00 h billable" in texts(page)


def test_before_a_day_has_ended_there_is_nothing_to_compare(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    house.clock.moment = datetime(2026, 11, 2, 12, tzinfo=UTC)
    page = opened(app_of, house, period="today", compare="previous")
    assert "No comparison before a day has ended." in texts(page)
    assert figures(page) == {"Tracked": "2.0 h", "Billable": "2.0 h", "Amount": "€200", "Average per day": "–"}
    assert changes(page)[-1] == "no working day has ended"


def test_of_a_period_to_come_no_day_has_ended(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    house.clock.moment = datetime(2026, 11, 1, 12, tzinfo=UTC)
    page = opened(app_of, house, period="custom", **{"from": "2026-11-02", "to": "2026-11-12"})
    assert figures(page) == {"Tracked": "7.0 h", "Billable": "6.5 h", "Amount": "€350", "Average per day": "–"}
    assert changes(page)[-1] == "no working day has ended"
    assert "No comparison before a day has ended." in texts(page)


def test_behind_a_phones_button_a_search_is_still_told(housed: Housed, app_of: AppOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look, "is_narrow", lambda: True)
    page = go_to(opened(app_of, housed()), "detailed")
    assert [one.proto.popover.label for one in popovers(page)] == ["Search and sort"]
    page.text_input(key="search").set_value("work").run()
    assert [one.proto.popover.label for one in popovers(page)] == ["Search and sort · in force"]


def popovers(page: AppTest) -> list[Any]:
    """Return the buttons that open something in the search's place."""
    return [one for one in page.get("popover") if "earch" in one.proto.popover.label]
