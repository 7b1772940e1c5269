"""The overview, run as a page."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from tests.support import studio
from tests.support.house import House
from tests.support.looks import buttons, figures, settle, texts
from tests.support.taken import Taken


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Taken:
    return Taken(monkeypatch)


def test_demo_opens_with_four_figures_and_says_what_it_is(demo_app: AppTest) -> None:
    demo_app.query_params["period"] = "last-month"  # on the first of a month this one is empty
    page = demo_app.run()
    assert not page.exception
    assert [metric.label for metric in page.metric] == ["Tracked", "Billable", "Amount", "Average per day"]
    assert "Demo workspace" in texts(page)
    assert "made-up figures" in texts(page)


def test_who_logged_nothing_stands_among_the_people(housed: Callable[..., House], app_of: Callable[..., AppTest], taken: Taken) -> None:
    page = app_of(housed().front, studio.KEY)
    page.query_params |= {"group-by": "Person", "group-by-then": "Project"}
    page.run()
    table = page.table[-1].value
    names = table["Person / project"].tolist()
    assert names[-2].startswith("Mia Berg · ") and "nothing logged" in names[-2]
    assert (table["Hours"].tolist()[-2], table["Entries"].tolist()[-2]) == (0.0, 0)
    assert figures(page) == studio.NOVEMBER  # and changes no average
    taken.files()
    page.selectbox(key="group-by-then").select("Nothing").run()
    last = list(csv.DictReader(io.StringIO(taken.files()["summary-csv"].decode())))[-2]
    assert (last["Person"], last["Duration"], last["Entries"]) == ("Mia Berg", "0:00:00", "0")
    page.radio(key="billable").set_value("No").run()
    assert not [name for name in page.table[-1].value["Person"] if "Mia" in name]


@pytest.mark.parametrize(("plan", "renamed"), [("STANDARD_2021", True), ("FREE", False)])
def test_refresh_reads_names_again_where_requests_are_not_counted(
    housed: Callable[..., House], app_of: Callable[..., AppTest], plan: str, renamed: bool
) -> None:
    house = housed(plan=plan)
    page = app_of(house.front, studio.KEY).run()
    atlas = next(one for one in house.world.projects.values() if one.name == "Atlas")
    house.world.projects[atlas.id] = replace(atlas, name="Atlas II")
    house.clock.pass_by(minutes=1)
    asked = len(house.front.exchanges)
    buttons(page)["Refresh"].click().run()
    settle(page)
    assert ("Atlas II" in page.multiselect(key="projects").options) is renamed
    # Timers and two months; users, projects and tags beside them.
    assert len(house.front.exchanges) - asked == (6 if renamed else 3)


@pytest.mark.parametrize(
    ("first", "last", "label", "beside"),
    [
        ("2026-07-01", "2026-09-30", "Q3 2026", "vs Q2"),
        # The demo begins with November 2025, so of the fourth quarter before it a month is lacking.
        ("2026-01-01", "2026-03-31", "Q1 2026", ""),
        ("2026-08-01", "2026-10-31", "1 Aug – 31 Oct 2026", "vs 92 days before"),
    ],
)
def test_quarters_are_called_by_their_names(demo_app: AppTest, first: str, last: str, label: str, beside: str) -> None:
    demo_app.query_params |= {"period": "custom", "from": first, "to": last}
    page = settle(demo_app.run())
    assert label in texts(page)
    assert page.metric[0].proto.delta_description == beside
    assert ("No comparison, data from Nov 2025." in texts(page)) is (not beside)
