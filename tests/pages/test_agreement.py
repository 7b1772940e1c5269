"""The sentence "agrees with Clockify" opens to ours beside theirs: what was kept of the check, and on a button's word more.

The studio's November: Ana 2:00 on Atlas (200 EUR) and 0:30 Internal, Ben 1:30 on Atlas (150 EUR) and 3:00 on Borealis
(240 USD): 7:00, 350 EUR and 240 USD.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from clockify.app.shell import door
from clockify.desk.viewer import Viewer
from tests.support import studio
from tests.support.house import House
from tests.support.looks import buttons, everything, go_to, is_sound, notices, settle, texts
from tests.support.mirrors import count_requests

AppOf = Callable[..., AppTest]
Housed = Callable[..., House]

WHOLE = {"Hours here": "7:00:00", "Hours in Clockify": "7:00:00", "Hours apart": "0"}
MONEY = {"Amount here": "€350.00 + $240.00", "Amount in Clockify": "€350.00 + $240.00", "Amount apart": "0"}


def opened(page: AppTest) -> AppTest:
    """Open the sentence, as a click on it does."""
    page.session_state["agreement"] = True
    return page.run()


def table(page: AppTest, place: int) -> list[dict[str, str]]:
    frame: pd.DataFrame = page.dataframe[place].value
    return frame.to_dict("records")


@pytest.mark.parametrize("name", ["overview", "billable"])
def test_it_opens_to_the_totals_of_the_check_and_asks_for_nothing(housed: Housed, app_of: AppOf, name: str) -> None:
    house = housed()
    page = go_to(app_of(house.front, studio.KEY).run(), name)
    assert [one.label for one in page.expander] == ["1–30 Nov 2026 agrees with Clockify"]
    assert len(page.dataframe) == 0
    asked = len(house.front.behind.requests)
    opened(page)
    assert is_sound(page)
    assert table(page, 0) == [{"Month": "November 2026", "Result": "same"} | WHOLE | MONEY]
    assert "every row was compared at 13:00" in texts(page)
    assert "Clockify wasn't asked for its sums by person and project" in texts(page)
    assert len(house.front.behind.requests) == asked


def test_one_request_brings_them_by_person_and_project(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    page = opened(app_of(house.front, studio.KEY).run())
    asked = len(house.front.behind.requests)
    buttons(page)["Ask Clockify by person and project: 1 request"].click().run()
    assert is_sound(page)
    assert count_requests(house.front.behind, asked) == {"summary": 1}
    rows = table(page, 1)
    assert [(row["Person"], row["Project"], row["Hours here"], row["Hours in Clockify"], row["Result"]) for row in rows] == [
        ("Ben Okafor", "Borealis", "3:00:00", "3:00:00", "same"),
        ("Ana Kovač", "Atlas", "2:00:00", "2:00:00", "same"),
        ("Ben Okafor", "Atlas", "1:30:00", "1:30:00", "same"),
        ("Ana Kovač", "Internal", "0:30:00", "0:30:00", "same"),
        ("Together", "", "7:00:00", "7:00:00", "same"),
    ]
    assert [row["Amount in Clockify"] for row in rows] == ["$240.00", "€200.00", "€150.00", "0.00", "€350.00 + $240.00"]


def test_what_has_changed_in_clockify_since_is_said_by_a_word(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    page = opened(app_of(house.front, studio.KEY).run())
    studio.log_one_hour_more(house.world)
    buttons(page)["Ask Clockify by person and project: 1 request"].click().run()
    first, *_, last = table(page, 1)
    assert (first["Person"], first["Result"], first["Hours apart"], first["Amount apart"]) == (
        "Ben Okafor",
        "differs",
        "1:00:00 less here",
        "€100.00 less here",
    )
    assert (last["Person"], last["Hours here"], last["Hours in Clockify"]) == ("Together", "7:00:00", "8:00:00")
    # A check reads the month again; the sums of its older rows are gone with them.
    house.clock.pass_by(minutes=6)
    settle(page.run())
    assert table(page, 0)[0]["Hours in Clockify"] == "8:00:00"
    assert len(page.dataframe) == 1


def test_a_fault_is_said_and_nothing_is_lost(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    page = opened(app_of(house.front, studio.KEY).run())
    house.front.fail("summary", "403")
    buttons(page)["Ask Clockify by person and project: 1 request"].click().run()
    assert is_sound(page)
    assert any("Clockify's sums didn't come." in said for said in notices(page))
    assert table(page, 0)[0]["Result"] == "same"


def test_several_months_add_up(housed: Housed, app_of: AppOf) -> None:
    page = app_of(housed().front, studio.KEY)
    page.query_params["period"], page.query_params["from"], page.query_params["to"] = "custom", "2026-10-01", "2026-11-30"
    opened(page.run())
    assert [one.label for one in page.expander] == ["1 Oct – 30 Nov 2026 agrees with Clockify"]
    assert [(row["Month"], row["Hours here"], row["Hours in Clockify"]) for row in table(page, 0)] == [
        ("November 2026", "7:00:00", "7:00:00"),
        ("October 2026", "4:00:00", "4:00:00"),
        ("Together", "11:00:00", "11:00:00"),
    ]


def test_of_a_month_that_is_missing_between_others_nothing_is_said(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    house.front.fail("detailed", "500", when=lambda asked: asked.month == "2026-10")
    page = app_of(house.front, studio.KEY)
    page.query_params |= {"period": "custom", "from": "2026-09-01", "to": "2026-11-30"}
    page.run()
    assert [one.label for one in page.expander] == ["September 2026 and November 2026 agree with Clockify"]
    house.front.heal()
    buttons(page)["Retry"].click().run()
    assert [one.label for one in settle(page).expander] == ["1 Sep – 30 Nov 2026 agrees with Clockify"]


def test_a_member_has_nothing_to_compare_with_and_is_told(housed: Housed, app_of: AppOf) -> None:
    house = housed(plan="FREE")
    house.front.fail("detailed", "403")
    page = opened(app_of(house.front, studio.MEMBER).run())
    assert is_sound(page)
    assert [one.label for one in page.expander] == ["1–30 Nov 2026 has nothing of Clockify's to compare with"]
    assert "Clockify gives no sums to compare with" in texts(page)
    assert "every row was compared" not in texts(page)
    assert not [label for label in buttons(page) if label.startswith("Ask Clockify")]


@pytest.mark.parametrize("sees_money", [True, False])
def test_who_sees_only_his_own_time_sees_his_rows_and_no_totals(
    housed: Housed, app_of: AppOf, monkeypatch: pytest.MonkeyPatch, sees_money: bool
) -> None:
    house = housed()
    ben = next(one.id for one in house.world.users.values() if one.name == "Ben Okafor")
    monkeypatch.setattr(door, "admit", lambda _: Viewer("Ben", people=frozenset({ben}), sees_money=sees_money))
    page = opened(app_of(house.front, studio.KEY).run())
    assert len(page.dataframe) == 0
    buttons(page)["Ask Clockify by person and project: 1 request"].click().run()
    assert is_sound(page)
    assert [(row["Person"], row["Hours in Clockify"]) for row in table(page, 0)] == [
        ("Ben Okafor", "3:00:00"),
        ("Ben Okafor", "1:30:00"),
        ("Together", "4:30:00"),
    ]
    assert ("Amount here" in page.dataframe[0].value) is sees_money
    assert "Ana Kov" not in everything(page)
