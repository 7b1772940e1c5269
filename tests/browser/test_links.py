"""Links and clicks that lead to somebody whom Clockify's lists don't name any more, at the desk and on a phone."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from clockify.demo.names import FORMER
from tests.support.agency import Job
from tests.support.browsing import Sight, expect
from tests.support.nightly import at_night
from tests.support.reckoning import Span, entries_in, local_day, month_before, sums_line

NOWHERE = "5f0000000000000000c0ffee"


@pytest.fixture
def carl(job: Job) -> str:
    """The agency's former person."""
    return job.user(FORMER)


@pytest.fixture
def his_month(job: Job, carl: str) -> Span:
    """The last month in which he worked."""
    last = max(local_day(entry, job.world) for entry in job.world.entries if entry.user_id == carl)
    return next(month for back in range(1, 24) if last in (month := month_before(job.today, back)).days)


def test_a_deleted_persons_row_leads_to_his_entries_and_back_and_forward(job: Job, carl: str, his_month: Span) -> None:
    page = job.sight.page
    job.go("/", *his_month.parameters, ("group-by", "Person"))
    everybody, his = entries_in(job.world, his_month), entries_in(job.world, his_month, people=[carl])
    job.shows(everybody, his_month.days)
    job.sight.under("summary-table", "tbody tr").filter(has_text=FORMER).first.click()
    shown = job.sight.under("entries").get_by_text(sums_line(his, job.world), exact=True)
    expect(shown).to_be_visible()
    chosen = job.sight.under("people").get_by_text(FORMER)
    expect(chosen).to_be_visible()
    assert job.sight.query == [*his_month.parameters, ("people", carl)]
    page.go_back()
    job.shows(everybody, his_month.days)
    page.go_forward()
    expect(shown).to_be_visible()
    # He has no time in the month that runs: none is shown, not everybody's.
    job.sight.choose("Period", "This month")
    expect(job.sight.under("empty")).to_contain_text("No time entries in")
    expect(chosen).to_be_visible()
    assert job.sight.query == [("people", carl)]


@pytest.mark.parametrize("width", [1280, at_night(390, id="phone")])
def test_a_link_names_whom_it_shows_and_who_is_nowhere(job: Job, chromium: Any, carl: str, his_month: Span, width: int) -> None:
    link = [*his_month.parameters, ("people", carl), ("people", NOWHERE)]
    with Sight(chromium, job.sight.address, width=width, height=1000 if width > 500 else 844) as visitor:
        visitor.open(f"/?{urlencode(link)}")
        expect(visitor.page.get_by_text("Not known here, so left out of the link: 1 of the people.")).to_be_visible()
        expect(visitor.page.get_by_text(f"{FORMER} · all clients")).to_be_visible()
        assert visitor.query == link[:-1]
        visitor.follow(f"/?{urlencode([*his_month.parameters, ('people', NOWHERE)])}")
        expect(visitor.page.get_by_text("left out of the link: people. So everybody is shown.")).to_be_visible()
        assert visitor.query == his_month.parameters
        assert visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert visitor.complaints == []
