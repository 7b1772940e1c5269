"""What Streamlit adds to charts lies over nothing that a person wants to press."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.agency import LAST, Job
from tests.support.browsing import Sight
from tests.support.nightly import at_night


def overlap(one: dict[str, float], other: dict[str, float]) -> bool:
    return all(
        one[start] < other[start] + other[size] and other[start] < one[start] + one[size]
        for start, size in (("x", "width"), ("y", "height"))
    )


@pytest.mark.parametrize("width", [1280, at_night(1024, id="small")])
def test_the_toolbar_of_a_chart_lies_over_no_control(job: Job, chromium: Any, width: int) -> None:
    with Sight(chromium, job.sight.address, width=width) as sight:
        page = sight.open(f"/?{'='.join(LAST)}")
        for card in ("bars", "share"):
            sight.under(card, "[data-testid=stVegaLiteChart]").hover()
            toolbar = sight.under(card, "[data-testid=stElementToolbar]")
            toolbar.get_by_role("button").first.wait_for()
            controls = sight.under(card, "[data-testid=stSelectbox], [data-testid=stButtonGroup]")
            assert controls.count() > 0
            for control in controls.all():
                assert not overlap(toolbar.bounding_box() or {}, control.bounding_box() or {}), card
        assert page.locator("h1").inner_text() == "Overview"
