"""Of a period in which a month is missing there is no comparison and no file, on any page and in no way of sending it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.support import studio
from tests.support.house import House
from tests.support.looks import buttons, everything, go_to, is_sound, settle, texts
from tests.support.taken import Taken

AppOf = Callable[..., AppTest]
Housed = Callable[..., House]


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Taken:
    return Taken(monkeypatch)


def opened(housed: Housed, app_of: AppOf, missing: str) -> tuple[House, AppTest]:
    house = housed()
    ana = next(one for one in house.world.users.values() if one.name == "Ana Kovač")
    atlas = next(one for one in house.world.projects.values() if one.name == "Atlas")
    house.world.add_entry(ana, studio.NOON.replace(month=10, day=30), studio.NOON.replace(month=10, day=30, hour=13), project=atlas)
    house.front.fail("detailed", "500", when=lambda asked: asked.month == missing)
    page = app_of(house.front, studio.KEY)
    page.query_params |= {"period": "custom", "from": "2026-10-26", "to": "2026-11-08", "compare": "previous", "rounding": "up-15"}
    return house, settle(page.run())


# A comparison of 26 October – 8 November: 12–25 October.
@pytest.mark.parametrize("missing", ["2026-10", "2026-11"])
def test_a_part_is_neither_compared_nor_taken_away(housed: Housed, app_of: AppOf, taken: Taken, missing: str) -> None:
    house, page = opened(housed, app_of, missing)
    for name in ("overview", "billable", "detailed", "weekly"):
        if name == "weekly":
            page.query_params["week"] = "2026-10-28"
        settle(go_to(page, name))
        assert is_sound(page)
        assert "Not a total" in texts(page) or "can't be read" in texts(page)
        files = page.get("download_button")
        assert {file.proto.disabled for file in files} <= {True}
        assert taken.files() == {}
        assert "against the exact total" not in texts(page)
        assert not [metric for metric in page.metric if "vs" in metric.proto.delta_description]
        assert not [
            column for table in page.table for column in table.value if str(column) in ("Change", "12–25 Oct 2026", "19–25 Oct 2026")
        ]
        assert "Copy for e-mail" not in everything(page)
        assert "entries ·" not in " ".join(line for line in texts(page).splitlines() if "Oct" in line and "gray" in line)
    house.front.heal()
    settle(buttons(page)["Retry"].click().run())
    assert len(taken.files()) == 7, "they come with the month"


def test_a_comparison_that_is_not_there_is_no_zero(housed: Housed, app_of: AppOf) -> None:
    _, page = opened(housed, app_of, "2026-10")
    page.query_params |= {"from": "2026-11-01", "to": "2026-11-14"}
    settle(page.run())
    for name in ("overview", "billable", "detailed", "weekly"):
        settle(go_to(page, name))
        assert is_sound(page)
        assert not [column for table in page.table for column in table.value if str(column) == "Change"]
        if name == "detailed":
            assert "18–31 Oct 2026: not there yet" in texts(page)
