"""axe-core finds nothing of ours on any page, by day or at night, wide or on a phone."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from clockify.app.shell.navigation import FIRST, PAGES
from tests.support.agency import LAST, Job
from tests.support.axe import axe_source, violations
from tests.support.browsing import Sight, expect
from tests.support.nightly import by_turns

LOOKS = [(1280, False), (390, True), (1280, True), (390, False)]
# What a page opens without leaving it, by the key of its button or sentence.
OPENS = ("agreement summary", "bars-by button", "options button")


@pytest.fixture(scope="session")
def source() -> str:
    return axe_source()


@pytest.mark.parametrize(("name", "look"), by_turns(list(PAGES), LOOKS, 1))
def test_axe_finds_nothing_of_ours(job: Job, chromium: Any, source: str, name: str, look: tuple[int, bool]) -> None:
    width, dark = look
    with Sight(chromium, job.sight.address, width=width, dark=dark) as sight:
        page = sight.open(f"/{'' if name == FIRST else name}?{urlencode([LAST])}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
        assert violations(page, source) == []
        for what in OPENS:
            opener = page.locator(f".st-key-{what}").first
            if opener.count():
                opener.click()
                sight.settled()
                assert violations(page, source) == [], what


def test_axe_is_run_on_every_page_of_the_menu(job: Job) -> None:
    job.go("/", LAST)
    links = job.sight.page.get_by_test_id("stSidebarNav").get_by_role("link")
    assert {link.get_attribute("href").rpartition("/")[2] for link in links.all()} == {"" if one == FIRST else one for one in PAGES}


def test_axe_sees_what_is_wrong(job: Job, source: str) -> None:
    """The test above would notice: a picture without words is found."""
    job.go("/settings")
    job.sight.page.evaluate("document.querySelector('[data-testid=stMain]').append(document.createElement('button'))")
    assert [one["rule"] for one in violations(job.sight.page, source)] == ["button-name"]
