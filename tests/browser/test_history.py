"""The browser's back and forward, many times and far: they go through what was seen, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from clockify.desk.choice import NAMES
from tests.support.agency import LAST, Job
from tests.support.browsing import Sight, expect

PAUSE_MILLISECONDS = 300
Seen = tuple[str, list[tuple[str, str]]]


@pytest.fixture
def job(agency: Job, chromium: Any) -> Iterator[Job]:
    """A tab of one's own: Chromium keeps fifty steps of a tab, and those of other tests' would be among them."""
    with Sight(chromium, agency.sight.address) as sight:
        yield replace(agency, sight=sight)
        assert (sight.foreign, sight.complaints) == ([], [])


def seen(job: Job) -> Seen:
    """Return the page's title and the filters in the address, once it is quiet.

    Pressed again before the run has even begun, Streamlit itself loses steps: what an overtaken run sends late is a step of its own.
    """
    job.sight.page.wait_for_timeout(PAUSE_MILLISECONDS)
    job.sight.settled()
    return job.sight.page.get_by_role("heading", level=1).inner_text().strip(), sorted(one for one in job.sight.query if one[0] in NAMES)


def once(steps: list[Seen]) -> list[Seen]:
    """Leave out what is as the step before."""
    return [step for place, step in enumerate(steps) if place == 0 or step != steps[place - 1]]


def place(job: Job) -> int:
    """Return where in the browser's history we are."""
    return int(job.sight.page.evaluate("navigation.currentEntry.index"))


def lead(job: Job, row: int) -> Seen:
    """Click a row of the summary, which leads to its entries."""
    job.sight.under("summary-table", "tbody tr").nth(row).click()
    expect(job.sight.page.get_by_role("heading", name="Detailed")).to_be_visible()
    return seen(job)


def turn_back(job: Job) -> Seen:
    job.sight.page.get_by_role("button", name="Back to Overview").click()
    expect(job.sight.page.get_by_role("heading", name="Overview")).to_be_visible()
    return seen(job)


def walk(job: Job, *beside: tuple[str, str]) -> list[Seen]:
    """Go from the overview to entries and back, filter it, go again, then to Billable; return what was seen.

    Streamlit leaves steps of its own in the browser's history, one or two at each change of page: there nothing new is to be seen.
    """
    job.sight.open(f"/?{urlencode([LAST, *beside])}")
    overview = seen(job)
    assert overview == ("Overview", [LAST])
    first = lead(job, 1)
    assert turn_back(job) == overview
    job.sight.under("billable").get_by_text("Yes", exact=True).click()
    expect(job.sight.page.get_by_text("billable only")).to_be_visible()
    filtered = seen(job)
    second = lead(job, 2)
    assert turn_back(job) == filtered
    assert first[0] == second[0] == "Detailed" and first != second
    job.sight.page.get_by_role("link", name="Billable").click()
    expect(job.sight.page.get_by_role("heading", name="Billable")).to_be_visible()
    billable = seen(job)
    assert billable == ("Billable", filtered[1])
    return [overview, first, overview, filtered, second, filtered, billable]


def step_by_step(job: Job, presses: int) -> list[Seen]:
    """Go back so many steps, one by one, and return what was seen at each."""
    back = []
    for _ in range(presses):
        job.sight.page.go_back()
        back.append(seen(job))
    return back


@pytest.mark.nightly
def test_ten_backs_and_ten_forwards_go_through_what_was_seen(job: Job) -> None:
    # A group in the address is Streamlit's own: one more step for it at each change of page.
    beside = [("group-by", "Person")]
    job.sight.open(f"/?{urlencode([LAST, *beside])}")
    begun = place(job)
    shown = walk(job, *beside)
    # How many steps Streamlit leaves of its own depends on how fast it is, so to and fro until there were ten.
    presses, done = place(job) - begun, 0
    assert presses >= len(shown) - 1
    while done < 10:
        assert once([shown[-1], *step_by_step(job, presses)]) == shown[::-1]
        forward = []
        for _ in range(presses):
            job.sight.page.go_forward()
            forward.append(seen(job))
        assert once([shown[0], *forward]) == shown
        done += presses


@pytest.mark.nightly
def test_a_jump_over_several_steps_leads_to_what_was_seen_there(job: Job) -> None:
    job.sight.open(f"/?{urlencode([LAST])}")
    begun = place(job)
    shown = walk(job)
    presses = place(job) - begun
    steps = [shown[-1], *step_by_step(job, presses)][::-1]
    assert once(steps) == shown
    for to in (3, presses, 2, presses - 1, 1, 4, 0, 5):
        job.sight.page.evaluate("by => history.go(by)", begun + to - place(job))
        assert seen(job) == steps[to]
