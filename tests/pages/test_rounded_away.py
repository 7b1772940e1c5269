"""Where rounding down leaves nothing of any entry, every page still stands, says zero, and makes its files."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.support import studio
from tests.support.house import House
from tests.support.looks import figures, go_to, is_sound, settle, texts
from tests.support.taken import Taken

AppOf = Callable[..., AppTest]
Housed = Callable[..., House]


@pytest.mark.parametrize("compare", ["all", "previous"])
def test_nothing_left_of_any_entry_breaks_no_page(housed: Housed, app_of: AppOf, monkeypatch: pytest.MonkeyPatch, compare: str) -> None:
    taken, house = Taken(monkeypatch), housed()
    for place, entry in enumerate(list(house.world.entries)):
        house.world.edit_entry(entry.id, seconds=600 + place)
    page = app_of(house.front, studio.KEY)
    page.query_params |= {"rounding": "down-30", "compare": compare, "week": "2026-11-04"}
    settle(page.run())
    assert figures(page)["Tracked"] == "0.0 h"
    assert "each entry rounded down to 30 min: −0.67 h" in texts(page)
    for name in ("overview", "billable", "detailed", "weekly"):
        assert is_sound(settle(go_to(page, name)))
        files = taken.files()
        assert len(files) >= 5
        assert all(len(file) > 60 for file in files.values())
        for show in ("Projects × days", "People × days") if name == "weekly" else ():
            page.segmented_control(key="show").set_value(show)
            assert is_sound(page.run())
        for group in ("Tag", "Day", "Person") if name == "overview" else ():
            page.selectbox(key="group-by").select(group)
            assert is_sound(page.run())
