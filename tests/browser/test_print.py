"""What the browser's own print leaves out, and what stays."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from tests.support.agency import LAST, Job
from tests.support.browsing import expect

CONTROLS = ("stSidebar", "stHeader", "stButton", "stDownloadButton", "stPopover", "stButtonGroup", "stTextInput", "stPagination")
KEPT = {
    "/": ("kpi-tracked", "bars", "share-legend", "summary-table", "status-line"),
    "/billable": ("kpi-billable", "billable-table"),
    "/detailed": ("entries-table",),
    "/weekly": ("week-table",),
}


@pytest.mark.parametrize("path", list(KEPT))
def test_controls_are_left_out_and_figures_stay(job: Job, path: str) -> None:
    job.go(path, LAST)
    page = job.sight.page
    expect(page.get_by_test_id("stSidebar")).to_be_visible()
    for key in KEPT[path]:
        expect(job.sight.under(key).first).to_be_visible()
    expect(page.locator(".stTable table").last).to_be_visible()
    expect(page.locator("[data-testid=stMain] [data-testid=stSkeleton]")).to_have_count(0)
    page.emulate_media(media="print")
    try:
        for name in CONTROLS:
            assert not [one for one in page.locator(f".{name}, [data-testid={name}]").all() if one.is_visible()], name
        lists = [one.locator("input").first.input_value() for one in page.locator(".stSelectbox").all() if one.is_visible()]
        assert lists == (["day", "project"] if path == "/" else [])
        expect(page.locator("h1").first).to_be_visible()
        for key in KEPT[path]:
            expect(job.sight.under(key).first).to_be_visible()
        wide = page.evaluate(
            "[...document.querySelectorAll('.stTable table')].map(one => one.scrollWidth - one.closest('.stTable').clientWidth)"
        )
        assert max(wide) <= 1
        sheets = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
        assert "Refresh" not in sheets[0].extract_text()
    finally:
        page.emulate_media(media="screen")
