"""A client's report in the browser: chosen by mouse, typed on, printed, taken away, and read by axe."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import urlencode

import pytest
from pypdf import PdfReader

from tests.support.agency import LAST, Job
from tests.support.axe import axe_source, violations
from tests.support.browsing import Sight, expect
from tests.support.nightly import at_night
from tests.support.reckoning import entries_in, seconds


def hours_of(job: Job, client: str) -> str:
    entries = [one for one in entries_in(job.world, job.month) if one.project_id and job.world.projects[one.project_id].client_id == client]
    return f"{(seconds(entries) + 18) // 36 / 100:,.2f}"


def test_a_client_is_chosen_and_what_is_typed_is_in_the_file_taken_next(job: Job) -> None:
    page, helios = job.sight.page, job.client("Helios Energy")
    job.go("/client", LAST)
    job.sight.choose("Client", "Helios Energy")
    assert ("clients", helios) in job.sight.query
    expect(job.sight.under("client-paper")).to_contain_text(hours_of(job, helios))
    expect(job.sight.under("client-bars", "[aria-roledescription=bar]").first).to_be_visible()
    job.sight.under("client-notes-form", "button").click()
    page.locator(".st-key-client-notes-typed textarea").press_sequentially("Thank you, *really*")
    expect(job.sight.under("client-notes")).to_contain_text("Thank you, *really*")
    page.keyboard.press("Escape")
    with page.expect_download() as download:
        job.sight.under("client-pdf", "button").click()
    assert download.value.suggested_filename == f"time-report-helios-energy-{job.month.first:%Y-%m}.pdf"
    paper = " ".join(" ".join(sheet.extract_text().split()) for sheet in PdfReader(download.value.path()).pages)
    assert "Notes Thank you, *really*" in paper and f"Hours {hours_of(job, helios)}" in paper


def test_on_paper_is_the_paper_alone(job: Job) -> None:
    page = job.sight.page
    job.go("/client", LAST, ("clients", job.client("Helios Energy")))
    expect(job.sight.under("client-paper", "table").last).to_be_visible()
    page.evaluate("window.print = () => { window.printed = true; }")
    page.get_by_role("button", name="Print").click()
    assert page.evaluate("window.printed")
    page.emulate_media(media="print")
    try:
        for gone in ("stSidebar", "stHeader", "stPopover", "stDownloadButton", "stSelectbox"):
            assert not [one for one in page.locator(f".{gone}, [data-testid={gone}]").all() if one.is_visible()], gone
        for key in ("client-toolbar", "client-hidden", "status-line"):
            expect(job.sight.under(key).first).not_to_be_visible()
        expect(job.sight.under("client-paper", "h2").first).to_be_visible()
        first = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages[0].extract_text()
        assert "Helios Energy" in first and "Work done" in first and "Client report" not in first and "does not see" not in first
    finally:
        page.emulate_media(media="screen")


@pytest.mark.parametrize(("width", "dark"), [(1280, False), at_night(390, True), at_night(1280, True), at_night(390, False)])
def test_axe_finds_nothing_on_the_paper_and_its_switches(job: Job, chromium: Any, width: int, dark: bool) -> None:
    source = axe_source()
    with Sight(chromium, job.sight.address, width=width, dark=dark) as sight:
        page = sight.open(f"/client?{urlencode([LAST, ('clients', job.client('Helios Energy'))])}")
        expect(sight.under("client-paper", "table").last).to_be_visible()
        assert violations(page, source) == []
        sight.under("client-shown", "button").first.click()
        sight.settled()
        assert violations(page, source) == []
        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width
