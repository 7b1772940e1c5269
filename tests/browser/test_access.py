"""The same page for everybody: by keyboard, on a phone, at night."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from tests.support.agency import CARDS, LAST, Job
from tests.support.browsing import Sight, expect


def test_the_keyboard_reaches_everything_in_reading_order(job: Job) -> None:
    job.go("/", LAST)
    expect(job.sight.under("download-summary-csv", "button")).to_be_enabled()
    job.sight.page.get_by_role("link", name="Overview").focus()
    stops = []
    for _ in range(40):
        stops.append(job.sight.page.evaluate(FOCUSED))
        job.sight.page.keyboard.press("Tab")
    wanted = ["Overview", "Detailed", "Weekly", "Billable", "Settings", "Period", "‹", "›", "People", "Clients", "Projects", "All"]
    wanted += ["Refresh", "Options", "Step", "Billable", "Share by", "Group by", "Then by", "Sort by", "Summary CSV"]
    reached = iter(stops)
    assert [name for name in wanted if name not in reached] == [], " | ".join(stops)


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
        assert phone.complaints == []


def test_at_night_the_page_and_its_charts_are_dark(job: Job) -> None:
    page = job.sight.page
    for scheme, back in (("dark", "rgb(18, 24, 31)"), ("light", "rgb(255, 255, 255)")):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        expect(page.get_by_test_id("stApp")).to_have_css("background-color", back)
        job.go("/", LAST)  # charts follow with the next run of the script
        expect(job.sight.under("bars", "svg.marks")).to_have_css("background-color", back)
