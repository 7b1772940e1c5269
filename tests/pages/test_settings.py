"""Settings: three groups of cards, the plan by its name, the months that have begun; the filters rest meanwhile."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.support import studio
from tests.support.house import House
from tests.support.looks import figures, go_to, is_sound, settle, texts
from tests.support.taken import Taken

AppOf = Callable[..., AppTest]
Housed = Callable[..., House]


def test_cards_stand_under_three_headings(housed: Housed, app_of: AppOf) -> None:
    page = go_to(app_of(housed().front, studio.KEY).run(), "settings")
    assert [one.value for one in page.header] == ["This installation", "This browser session", "This workspace"]


@pytest.mark.parametrize(("plan", "name"), [("STANDARD_YEAR_2021", "Standard"), ("FREE", "Free"), ("ENTERPRISE_2021", "Enterprise")])
def test_the_plan_bears_the_name_that_people_know(housed: Housed, app_of: AppOf, plan: str, name: str) -> None:
    page = go_to(app_of(housed(plan=plan).front, studio.KEY).run(), "settings")
    assert f":gray[Plan]  \n{name}" in [one.value for one in page.markdown]


def test_months_have_begun_and_the_current_one_comes_first(housed: Housed, app_of: AppOf) -> None:
    page = app_of(housed().front, studio.KEY)
    page.query_params["period"] = "this-quarter"
    go_to(settle(page.run()), "settings")
    assert is_sound(page)
    # October to December was opened, and as much of the quarter before as is over of this one, July and August. There is
    # nothing in these, so September was asked whether anything was before October.
    months = ["November 2026", "October 2026", "September 2026", "August 2026", "July 2026"]
    assert list(page.dataframe[0].value["Month"]) == months
    assert page.selectbox(key="month-again").options == months


def test_filters_rest_on_settings_and_hold_what_they_held(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    atlas = next(one.id for one in house.world.projects.values() if one.name == "Atlas")
    ben = next(one.id for one in house.world.users.values() if one.name == "Ben Okafor")
    page = app_of(house.front, studio.KEY)
    page.query_params["projects"], page.query_params["people"], page.query_params["billable"] = atlas, ben, "yes"
    page.query_params["period"] = "this-quarter"
    before = figures(page.run())
    assert before["Tracked"] == "1.5 h", "Ben on Atlas, in November"
    go_to(page, "settings").run()
    assert [one.label for one in page.sidebar.multiselect] == [one.label for one in page.sidebar.radio] == []
    assert [one.label for one in page.sidebar.selectbox] == [one.label for one in page.sidebar.button] == []
    assert figures(go_to(page, "overview")) == before
    assert page.query_params["period"] == "this-quarter"


@pytest.mark.parametrize(("billable", "said"), [("", "billable time"), ("yes", "billable time"), ("no", "non-billable only")])
def test_the_sums_of_billable_are_said_to_be_of_billable_time(
    housed: Housed, app_of: AppOf, monkeypatch: pytest.MonkeyPatch, billable: str, said: str
) -> None:
    taken = Taken(monkeypatch)
    page = app_of(housed().front, studio.KEY)
    if billable:
        page.query_params["billable"] = billable
    page.run()
    assert ("billable and non-billable" in texts(page)) is not bool(billable)
    taken.files()
    words = f"Everyone · all clients · all projects · {said}"
    assert words in texts(go_to(page, "billable"))
    assert [json.loads(file)["header"]["filters"] for key, file in taken.files().items() if key == "entries-json"] == [words]
