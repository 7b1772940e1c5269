"""The same page for everybody: by keyboard, on a phone, at night."""

from __future__ import annotations

import csv
import io
import re
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.support.agency import CARDS, LAST, Job
from tests.support.browsing import Sight, expect
from tests.support.reckoning import entries_in


def test_the_keyboard_reaches_everything_in_reading_order(job: Job) -> None:
    job.go("/", LAST)
    expect(job.sight.under("download-summary-csv", "button")).to_be_enabled()
    expect(job.sight.under("colour-by", "button").first).to_be_visible()  # its part of Streamlit's script is loaded on its own
    job.sight.page.get_by_role("link", name="Overview").focus()
    stops = []
    for _ in range(40):
        stops.append(job.sight.page.evaluate(FOCUSED))
        job.sight.page.keyboard.press("Tab")
    wanted = ["Overview", "Detailed", "Weekly", "Billable", "Settings", "Period", "‹", "›", "People", "Clients", "Projects", "All"]
    wanted += ["Refresh", "Options", "Step", "Billable", "Share by", "Group by", "Then by", "Sort by", "Summary CSV"]
    reached = iter(stops)
    assert [name for name in wanted if name not in reached] == [], " | ".join(stops)


def test_a_whole_job_is_done_without_a_mouse(job: Job) -> None:
    page, ana = job.sight.page, job.user("Ana Kovač")
    job.go("/", LAST)
    everything = entries_in(job.world, job.month)
    job.shows(everything, job.month.days)
    # Group, and open the parts of the first group in place.
    reach(job, "Group by")
    page.keyboard.type("Person")
    page.keyboard.press("Enter")
    job.sight.settled()
    assert ("group-by", "Person") in job.sight.query
    reach_row(job, "summary-table")
    first = job.sight.under("summary-table", "tbody tr").first
    was = first.get_attribute("data-open")
    assert was in ("true", "false")
    page.keyboard.press("ArrowLeft" if was == "true" else "ArrowRight")
    expect(first).to_have_attribute("data-open", "false" if was == "true" else "true")
    job.sight.settled()
    # Filter.
    reach(job, "People", within=".st-key-people")
    page.keyboard.type("Ana Kovač")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    own = entries_in(job.world, job.month, people=[ana])
    job.shows(own, job.month.days)
    # Another page, one entry of it, and a file.
    reach(job, "Detailed")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Detailed")).to_be_visible()
    job.sight.settled()
    reach_row(job, "entries-table")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Ana Kovač")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    reach(job, "CSV")
    with page.expect_download() as coming:
        page.keyboard.press("Enter")
    text = coming.value.path().read_text(encoding="utf-8-sig")
    assert sum(int(row["Seconds"]) for row in csv.DictReader(io.StringIO(text))) == sum(entry.seconds for entry in own)


def reach(job: Job, name: str, *, within: str = "body") -> None:
    """Press Tab until what bears the name has the focus, `within` an element; the page goes round once at most."""
    for _ in range(MOST_STOPS):
        if job.sight.page.evaluate(FOCUSED) == name and job.sight.page.evaluate(f"!!document.activeElement.closest('{within}')"):
            return
        job.sight.page.keyboard.press("Tab")
    raise AssertionError(f"{name} is never reached")


def reach_row(job: Job, table: str) -> None:
    """Press Tab until a row of a table has the focus."""
    within = f"document.activeElement.matches('.st-key-{table} tbody tr')"
    for _ in range(MOST_STOPS):
        if job.sight.page.evaluate(within):
            return
        job.sight.page.keyboard.press("Tab")
    raise AssertionError(f"no row of {table} is ever reached")


MOST_STOPS = 150
# Icons are words in small letters, before or after the button's own.
FOCUSED = r"""() => {
    const one = document.activeElement;
    const words = one.innerText.trim().split('\n').filter(line => !/^[a-z_]*$/.test(line.trim()));
    return one.getAttribute('aria-label') || words.pop() || one.closest('label')?.innerText || one.tagName;
}"""


def test_a_phone_stacks_cards_and_opens_the_sidebar(job: Job, chromium: Any) -> None:
    with Sight(chromium, job.sight.address, width=390, height=844) as phone:
        page = phone.open(f"/?{urlencode([LAST])}")
        expect(phone.under("summary-table", "table")).to_be_visible()
        boxes = [phone.under(key).bounding_box() for key in CARDS]
        assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes)
        assert len({round(box["y"]) for box in boxes if box}) == 2
        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
        page.get_by_test_id("stExpandSidebarButton").click()
        expect(page.get_by_label("Period", exact=True)).to_be_in_viewport()
        page.get_by_label("People", exact=True).tap()
        option = page.get_by_role("option", name="Ana Kovač")
        for _ in range(3):  # the sidebar slides in with the list; on a busy machine a tap may fall through
            option.tap()
            phone.settled()
            if phone.query != [LAST]:
                break
        expect(page).to_have_url(re.compile(f"people={job.user('Ana Kovač')}"))
        page.keyboard.press("Escape")  # shut the list
        page.get_by_role("link", name="Detailed").tap()
        expect(page.get_by_role("heading", name="Detailed", exact=True)).to_be_visible()
        expect(page.get_by_label("Period", exact=True)).not_to_be_in_viewport()
        assert phone.complaints == []


@pytest.mark.nightly
def test_at_night_the_page_and_its_charts_are_dark(job: Job) -> None:
    page = job.sight.page
    for scheme, back in (("dark", "rgb(18, 24, 31)"), ("light", "rgb(255, 255, 255)")):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        expect(page.get_by_test_id("stApp")).to_have_css("background-color", back)
        job.go("/", LAST)  # charts follow with the next run of the script
        expect(job.sight.under("bars", "svg.marks")).to_have_css("background-color", back)
