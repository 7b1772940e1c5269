"""The overview, run as a page."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.support.looks import texts


def test_demo_opens_with_four_figures_and_says_what_it_is(demo_app: AppTest) -> None:
    page = demo_app.run()
    assert not page.exception
    assert [metric.label for metric in page.metric] == ["Tracked", "Billable", "Amount", "Average per day"]
    assert "Demo workspace" in texts(page)
    assert "made-up figures" in texts(page)
