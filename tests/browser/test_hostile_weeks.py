"""Names that look like markup in the list, on an entry's card, in a week and on its way into other programs: text, and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.browser import test_hostile as base
from tests.browser.test_hostile import MARKUP, Scene, go
from tests.support.browsing import expect, seen
from tests.support.hostile import LABELS
from tests.support.nightly import at_night

# One app over the hostile workspace, and after each test the proof that nothing ran and nothing was fetched.
lure, scene, harmless = base.lure, base.scene, base.harmless
PAD = "<div id=rich contenteditable style='min-height:9em'></div><textarea id=plain></textarea>"


def mondays(scene: Scene) -> Iterator[date]:
    """Return the weeks that the month's entries are in: a day each label, from the first on."""
    first = scene.hostile.month.period.start
    monday = first - timedelta(days=first.weekday())
    while monday < first + timedelta(days=len(LABELS)):
        yield monday
        monday += timedelta(days=7)


def names_of(scene: Scene, key: str, column: int) -> list[str]:
    cells = scene.sight.under(key, f"tbody td.col{column}")
    assert cells.locator(MARKUP).count() == 0
    return [seen(text) for text in cells.all_inner_texts()]


@pytest.mark.nightly
@pytest.mark.parametrize("labels", [LABELS[::3], at_night(LABELS, id="all")])
def test_an_entrys_card_shows_names_as_text(scene: Scene, labels: tuple[str, ...]) -> None:
    page = scene.sight.page
    for label in labels:
        go(scene, "/detailed", ("tasks", scene.hostile.tasks[label].id), ("tags", scene.hostile.tags[label].id))
        people, where, _, tasks = (names_of(scene, "entries-table", column) for column in (1, 3, 4, 5))
        assert people == [seen(scene.hostile.shown("person", label))]
        assert seen(scene.hostile.shown("project", label)) in where[0]
        assert seen(scene.hostile.shown("task", label)) in tasks[0]
        scene.sight.under("entries-table", "tbody tr").first.locator("td").first.click()
        card = page.get_by_role("dialog").locator("table")
        expect(card).to_be_visible()
        assert card.locator(MARKUP.replace("code, ", "")).count() == 0  # the id is code of ours
        cells = [seen(text) for text in card.locator("td").all_inner_texts()]
        fields = dict(zip(cells[::2], cells[1::2], strict=True))
        for field, kind in (("Person", "person"), ("Client", "client"), ("Project", "project"), ("Task", "task"), ("Tags", "tag")):
            assert fields[field] == seen(scene.hostile.shown(kind, label))
        page.keyboard.press("Escape")


@pytest.mark.nightly
def test_rates_in_a_currency_of_any_name_are_text(scene: Scene) -> None:
    days = scene.hostile.month.after(-1).period
    scene.sight.follow(f"/billable?period=custom&from={days.start}&to={days.last_day}")
    table = scene.sight.under("billable-table", "table")
    expect(table).to_contain_text("All hours")
    assert table.locator("td:not(.col0)").locator(MARKUP).count() == 0
    assert scene.hostile.clients["image"].currency in seen(table.inner_text())


@pytest.mark.nightly
def test_a_comparison_shows_names_as_text(scene: Scene) -> None:
    for path, key in (("/", "summary-table"), ("/billable", "billable-table")):
        go(scene, path, ("compare", "previous"), ("rounding", "up-30"))
        expect(scene.sight.under(key, "thead")).to_contain_text("Change")
        assert scene.sight.under(key, "tbody td:not(.col0)").locator(MARKUP).count() == 0


@pytest.mark.parametrize(("show", "kind"), [("Projects × days", "project"), at_night("People × days", "person", id="people")])
def test_the_grid_shows_names_as_text(scene: Scene, show: str, kind: str) -> None:
    found: Counter[str] = Counter()
    for monday in mondays(scene):
        go(scene, "/weekly", ("week", monday.isoformat()), ("of", "everyone"), ("show", show))
        # The grid of the address before may still stand there.
        expect(scene.sight.under("week-grid", "th.col0")).to_have_text(kind.capitalize())
        found.update(name.removesuffix(" · nothing logged") for name in names_of(scene, "week-grid", 0))
    assert {name for name in found if name != "Total"} | {"Total"} == {seen(scene.hostile.told(kind, label)) for label in LABELS} | {
        "Total"
    }


def test_the_report_its_projects_and_its_text_show_names_as_text(scene: Scene) -> None:
    found: Counter[str] = Counter()
    for monday in mondays(scene):
        go(scene, "/weekly", ("week", monday.isoformat()), ("of", "everyone"), ("show", "Report"))
        expect(scene.sight.under("week-table", "table")).to_be_visible()
        assert scene.sight.under("week-table", "tbody td:not(.col0)").locator(MARKUP).count() == 0
        found.update(names_of(scene, "week-projects", 1))
        scene.sight.page.get_by_role("button", name="Plain text").click()
        text = scene.sight.page.get_by_test_id("stPopoverBody")
        plain = seen(text.locator("code").inner_text())
        assert text.locator("img, a, script").count() == 0
        scene.sight.page.keyboard.press("Escape")
        assert all(name in plain for name in names_of(scene, "week-projects", 1))
    assert set(found) == {seen(scene.hostile.told("project", label)) for label in LABELS}


def test_what_is_printed_and_pasted_runs_nothing_and_fetches_nothing(scene: Scene, tmp_path: Path) -> None:
    page = scene.sight.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for monday in mondays(scene):
        go(scene, "/weekly", ("week", monday.isoformat()), ("of", "everyone"))
        with page.expect_popup() as coming:
            page.get_by_role("button", name="Print view").click()
        check_report(coming.value)
        coming.value.close()
        page.get_by_role("button", name="Copy for e-mail").click()
        expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
        pad = page.context.new_page()
        pad.set_content(PAD)
        pad.click("#rich")
        pad.keyboard.press("Control+V")
        expect(pad.locator("#rich")).to_contain_text("Week total")
        assert pad.locator("#rich").locator("img, a, script, iframe").count() == 0
        pad.close()
        file = tmp_path / f"{monday}.html"
        file.write_bytes(scene.sight.downloaded("download-weekly-html")[1])
        tab = page.context.new_page()
        tab.goto(file.as_uri())
        check_report(tab)
        tab.close()


def check_report(tab: Any) -> None:
    """A report in a tab of its own: no element that a name could have made, and nothing ran."""
    tab.wait_for_load_state("load")
    expect(tab.locator("body")).to_contain_text("Week total")
    assert tab.locator("img, a, script, iframe, b, i, em, strong, code").count() == 0
    assert tab.evaluate("window.pwned") is None
