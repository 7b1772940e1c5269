"""People and plans by mouse: a cell leads to its entries, a plan opens, a week is marked, a capacity is typed in."""

from __future__ import annotations

import re
from collections import Counter

from tests.browser.test_drill import shows_entries
from tests.support.agency import LAST, Job
from tests.support.browsing import expect
from tests.support.reckoning import entries_in


def test_a_cell_leads_to_its_entries_and_a_total_to_all_of_a_person(job: Job) -> None:
    ben = job.user("Ben Osei")
    own = entries_in(job.world, job.month, people=[ben])
    spent = Counter(entry.project_id for entry in own if entry.project_id)
    project = spent.most_common(1)[0][0]
    name = job.world.projects[project].name
    job.go("/team", LAST)
    cell = job.sight.under("heatmap", f'path[aria-label^="{name}"][aria-label*="Ben Osei"]').first
    cell.click()
    shows_entries(job, [entry for entry in own if entry.project_id == project])
    job.go("/team", LAST)
    job.sight.under("heatmap", 'path[aria-label^="Total, Ben Osei"]').first.click()
    shows_entries(job, own)


def test_a_row_of_people_leads_to_his_entries(job: Job) -> None:
    job.go("/team", LAST)
    job.sight.under("team-table", "tbody tr").filter(has_text="Ben Osei").click()
    shows_entries(job, entries_in(job.world, job.month, people=[job.user("Ben Osei")]))


def test_a_plan_that_is_clicked_opens(job: Job) -> None:
    job.go("/projects")
    row = job.sight.under("budget-table", "tbody tr").filter(has_text="Customer portal")
    row.click()
    expect(job.sight.under("forecast")).to_contain_text("120.00 h a month")
    expect(job.sight.under("forecast")).to_contain_text("Cycles")


def choose_first(job: Job) -> None:
    """Tick the box of the first person of the week."""
    job.sight.settled()
    job.sight.under("week-done", ".stDataFrameGlideDataEditor").first.click(position={"x": 18, "y": 35 + 17})


def test_a_week_that_is_marked_says_so_and_opens_again(job: Job) -> None:
    job.go("/team", LAST)
    card = job.sight.under("week-done")
    expect(card).to_contain_text(re.compile(r"(\d+) of \1 weeks not looked through"))
    choose_first(job)
    button = job.sight.under("done-mark").get_by_role("button")
    expect(button).to_be_enabled()
    button.click()
    expect(job.sight.under("team-table")).to_contain_text(re.compile("1 of [456] weeks looked through"))
    job.sight.settled()
    choose_first(job)
    again = job.sight.under("done-open").get_by_role("button")
    expect(again).to_be_enabled()
    again.click()
    expect(job.sight.under("team-table")).not_to_contain_text("weeks looked through")


def test_usual_hours_that_are_written_down_change_who_is_short(job: Job) -> None:
    """40 hours a week until changed; of 1 hour a week nobody who worked is short."""
    job.go("/settings")
    job.sight.under("noted").get_by_text("Usual", exact=True).click()
    field = job.sight.page.get_by_label("Hours a week, a person")
    for hours in ("1", "40"):
        field.fill(hours)
        field.press("Tab")
        job.sight.under("notes").get_by_role("button", name="Save", exact=True).click()
        expect(job.sight.under("notes")).to_contain_text("Saved.")
        job.sight.settled()
        if hours == "1":
            job.sight.follow("/team")
            expect(job.sight.figure("kpi-capacity")).to_have_text(re.compile(r"^\d\d?\.\d h$"))
            job.sight.follow("/settings")
            job.sight.under("noted").get_by_text("Usual", exact=True).click()
            field = job.sight.page.get_by_label("Hours a week, a person")
            expect(field).to_have_value("1.00")
