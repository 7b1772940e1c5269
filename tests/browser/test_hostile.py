"""Names that look like markup in a real browser: nothing runs, nothing is fetched, every name is read as text."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest

from clockify.demo import create_app, reports, routes, serve
from tests.conftest import keyed
from tests.support.browsing import Sight, expect, seen
from tests.support.hostile import LABELS, Hostile, hostile_world, readable
from tests.support.nightly import at_night
from tests.support.servers import AppServer

FILTERS = {"people": "person", "clients": "client", "projects": "project"}
PERIOD = ("period", "last-month")
FORMULA_SIGNS = tuple("=+-@")
# Kinds of elements that no text of ours has where a name stands.
MARKUP = "img, a, script, iframe, strong, em, code, del, h1, h2, h3, ul, ol, li, blockquote, .katex, [class*=badge], [role=img]"


@dataclass
class Scene:
    """The workspace, a tab that looks at it, and what was asked of the address that its names lead to."""

    hostile: Hostile
    sight: Sight
    asked: list[str]


@pytest.fixture(scope="module")
def lure() -> Iterator[tuple[str, list[str]]]:
    """The address in the names, and the paths that somebody asked there."""
    asked: list[str] = []

    class Lure(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Lure) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


@pytest.fixture(scope="module")
def scene(chromium: Any, lure: tuple[str, list[str]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One app and one tab for all tests of this file; each begins by going where it wants to be."""
    folder = tmp_path_factory.mktemp("hostile")
    hostile = hostile_world(datetime.now(ZoneInfo("Europe/Belgrade")).date(), lure[0])
    with serve(create_app(hostile.world)) as server, AppServer(folder, "", keyed(server, folder)) as app, Sight(chromium, app.url) as sight:
        sight.open(f"/?{urlencode([PERIOD])}")
        yield Scene(hostile, sight, lure[1])


@pytest.fixture(autouse=True)
def harmless(scene: Scene) -> Iterator[None]:
    """After each test: no script of a name ran, nothing was fetched from elsewhere, nobody complained."""
    yield
    assert scene.sight.page.evaluate("window.pwned") is None
    assert scene.sight.foreign == []
    assert scene.asked == []
    assert scene.sight.complaints == []


def go(scene: Scene, path: str, *parameters: tuple[str, str]) -> None:
    scene.sight.follow(f"{path}?{urlencode([PERIOD, *parameters])}")


def names_in(scene: Scene, key: str, column: int) -> Counter[str]:
    """Return the names in a table; nothing but text may stand with them."""
    cells = scene.sight.under(key, f"tbody td.col{column}")
    assert cells.locator(MARKUP).count() == 0
    return Counter(seen(text) for text in cells.all_inner_texts())


def shown(scene: Scene, *kinds: str) -> Counter[str]:
    return Counter(scene.hostile.shown(kind, label) for kind in kinds for label in LABELS)


def some(scene: Scene, number: int) -> Iterator[list[str]]:
    """Return the labels, so many at a time."""
    for first in range(0, len(LABELS), number):
        yield list(LABELS[first : first + number])


def only(scene: Scene, parameter: str, labels: Iterable[str]) -> list[tuple[str, str]]:
    """Return the parameters that leave the time of these labels' people, clients or projects."""
    return [(parameter, scene.hostile.things(FILTERS[parameter])[label].id) for label in labels]


@pytest.mark.parametrize(
    ("first", "then", "kinds", "column", "rest"),
    [
        ("Client", "Project", ("client", "project"), 1, ["Total"]),
        at_night("Person", "Nothing", ("person",), 0, ["Total"], id="person"),
        at_night("Task", "Nothing", ("task",), 0, ["No task", "Total"], id="task"),
        ("Tag", "Nothing", ("tag",), 0, ["Untagged", "Total"]),
    ],
)
def test_the_summary_shows_names_as_text(first: str, then: str, kinds: tuple[str, ...], column: int, rest: list[str], scene: Scene) -> None:
    go(scene, "/", ("group-by", first), ("group-by-then", then))
    expect(scene.sight.under("summary-table", f"th.col{column}")).to_contain_text(first)
    if then == "Project":
        scene.sight.under("open-summary-client", "button").click()
        expect(scene.sight.under("summary-table", "tbody tr")).to_have_count(2 * len(LABELS) + 1)
    assert names_in(scene, "summary-table", column) == shown(scene, *kinds) + Counter(rest)
    assert seen(scene.sight.under("kpi-amount").inner_text()).endswith("+ 1 more, in the table")


@pytest.mark.nightly
def test_sentence_chips_and_legend_show_names_as_text(scene: Scene) -> None:
    for labels in some(scene, 2):
        go(scene, "/", *(pair for parameter in FILTERS for pair in only(scene, parameter, labels)))
        names = [", ".join(scene.hostile.told(kind, label) for label in labels) for kind in FILTERS.values()]
        sentence = scene.sight.page.locator("[data-testid=stCaptionContainer]", has_text="billable and non-billable")
        assert seen(sentence.inner_text()).startswith(" · ".join([*names, "billable and non-billable"]))
        assert sentence.locator(MARKUP).count() == 0
        for parameter, kind in FILTERS.items():
            chips = scene.sight.under(parameter, ".react-aria-ComboBox [data-tag]")
            plain = [re.sub(r" · [0-9a-f]{6}$| \(archived\)$", "", text) for text in chips.all_inner_texts()]
            assert plain == [scene.hostile.told(kind, label) for label in labels]
            assert chips.locator(MARKUP).count() == 0
        assert names_in(scene, "share", 1) == Counter(scene.hostile.told("project", label) for label in labels)


@pytest.mark.nightly
def test_chart_tooltips_show_names_as_text(scene: Scene) -> None:
    page = scene.sight.page
    for labels in some(scene, 6):
        go(scene, "/", ("colour-by", "Project"), *only(scene, "projects", labels))
        for label in labels:
            name = scene.hostile.told("project", label)
            bar = scene.sight.under("bars", f"[aria-roledescription=bar][aria-label*={json.dumps(name, ensure_ascii=False)}]").first
            bar.hover()
            told = page.locator("#vg-tooltip-element.visible")
            expect(told.locator("tr", has_text="Name").locator("td.value")).to_have_text(name)
            assert told.locator("*:not(table, tbody, tr, td)").count() == 0
        signs = scene.sight.under("bars", ".role-legend-label text")
        legend = signs.all_text_contents()
        assert len(legend) == len(labels)
        edge = scene.sight.under("bars", "svg.marks").evaluate("one => one.getBoundingClientRect().right")
        assert max(signs.evaluate_all("all => all.map(one => one.getBoundingClientRect().right)")) <= edge
        assert all(any(scene.hostile.told("project", label).startswith(text.rstrip("…")) for label in labels) for text in legend)


@pytest.mark.nightly
def test_options_of_the_sidebar_show_names_as_text(scene: Scene) -> None:
    go(scene, "/")
    for parameter, kind in FILTERS.items():
        scene.sight.page.get_by_label(parameter.capitalize(), exact=True).click()
        listed = scene.sight.page.get_by_role("listbox")
        found: set[str] = set()
        for _ in range(3):  # only what is in sight is drawn
            found |= set(listed.get_by_role("option").all_inner_texts())
            assert listed.locator(MARKUP).count() == 0
            listed.get_by_role("option").last.scroll_into_view_if_needed()
        names = {re.sub(r" · [0-9a-f]{6}$| \(archived\)$", "", text) for text in found}
        assert {scene.hostile.told(kind, label) for label in LABELS} <= names
        scene.sight.page.keyboard.press("Escape")


@pytest.mark.nightly
def test_the_billable_page_shows_names_as_text(scene: Scene) -> None:
    go(scene, "/billable")
    scene.sight.under("open-billable", "button").click()
    expect(scene.sight.under("open-billable")).to_contain_text("Close all")
    own = {"EUR subtotal", "GBP subtotal", "USD subtotal", "All hours"} | {f"{scene.hostile.clients['image'].currency} subtotal"}
    assert names_in(scene, "billable-table", 1) == shown(scene, "client", "project") + Counter(own)
    for labels in some(scene, 6):
        go(scene, "/billable", *only(scene, "projects", labels))
        warning = scene.sight.page.get_by_test_id("stAlert")
        told = [f"{scene.hostile.shown('project', label)} ({scene.hostile.shown('client', label)})" for label in labels]
        assert sorted(seen(warning.inner_text()).split("count as zero: ")[1].split(". Set a rate")[0]) == sorted(", ".join(told))
        assert warning.locator(MARKUP).count() == 1  # our own bold words


@pytest.mark.nightly
def test_settings_show_user_and_workspace_as_text(scene: Scene) -> None:
    go(scene, "/settings")
    account = scene.sight.under("account")
    expect(account).to_contain_text("Signed in to Clockify as")
    text = seen(account.inner_text())
    assert f"{scene.hostile.shown('person', LABELS[0])} {scene.hostile.people[LABELS[0]].email}" in text
    assert f"Workspace {scene.hostile.world.name} Key" in text
    assert account.locator(MARKUP).count() == 1  # the title of the card


def test_files_hold_names_as_they_are_and_no_formula(scene: Scene) -> None:
    go(scene, "/")
    name, file = scene.sight.downloaded("download-summary-csv")
    first, last = scene.hostile.month.period.start, scene.hostile.month.period.last_day
    assert name == f"Clockify_Time_Report_Summary_{first:%d_%m_%Y}-{last:%d_%m_%Y}.csv"
    rows = rows_of(file)
    assert Counter(row["Project"] for row in rows) == Counter([*raw(scene, "project"), ""])
    assert Counter(row["Client"] for row in rows) == Counter([*raw(scene, "client"), "Total"])
    go(scene, "/billable")
    rows = rows_of(scene.sight.downloaded("download-billable-csv")[1])
    assert Counter(row["Project"] for row in rows if row["Project"]) == Counter(raw(scene, "project"))
    rows = rows_of(scene.sight.downloaded("download-entries-csv")[1])
    billable = scene.hostile.entries(lambda entry: entry.billable)
    assert Counter(row["Description"] for row in rows) == Counter(entry.description for entry in billable)
    for column, kind, times in (("Person", "person", 2), ("Client", "client", 2), ("Project", "project", 2), ("Task", "task", 2)):
        assert Counter(row[column] for row in rows) == Counter(raw(scene, kind) * times)
    assert Counter(row["Tags"] for row in rows) == Counter([*raw(scene, "tag"), *[""] * len(LABELS)])


def rows_of(file: bytes) -> list[dict[str, str]]:
    """Read a CSV as an importer does, and take the apostrophes off that keep a spreadsheet from reckoning."""
    rows = list(csv.DictReader(io.StringIO(file.decode("utf-8"), newline="")))
    assert len(rows) > len(LABELS)
    assert not [cell for row in rows for cell in row.values() if cell.startswith(FORMULA_SIGNS)]
    return [{name: re.sub("'([=+@-])", r"\1", cell) for name, cell in row.items()} for row in rows]


def raw(scene: Scene, kind: str) -> list[str]:
    """Return the names as they were typed; what has nothing to be read is called unknown."""
    things = scene.hostile.things(kind)
    return [(thing.name or "") if readable(thing.name or "") else scene.hostile.shown(kind, label) for label, thing in things.items()]


def test_differences_from_clockify_show_names_as_text(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    go(scene, "/")
    honest, counted = routes.summary_report, reports.totals_json
    lied_about = ("markdown", "latex", "html", "image", "directive")
    pairs = {(scene.hostile.people[label].id, scene.hostile.projects[label].id) for label in lied_about}

    def lying(*asked: Any, **terms: Any) -> dict[str, Any]:
        report = honest(*asked, **terms)
        for row, child in ((one, child) for one in report["groupOne"] for child in one["children"]):
            child["duration"] += 60 * ((row["_id"], child["_id"]) in pairs)
        return report

    with monkeypatch.context() as patched:
        patched.setattr(routes, "summary_report", lying)
        patched.setattr(reports, "totals_json", lambda *asked: [one | {"totalTime": one["totalTime"] + 60} for one in counted(*asked)])
        scene.sight.under("refresh", "button").first.click()
        warning = scene.sight.page.get_by_test_id("stAlert")
        expect(warning).to_contain_text("Clockify's own sums differ from these.")
        month = scene.hostile.month.label()
        lines = {seen(line) for line in warning.inner_text().split("\n")}
        for label in lied_about:
            what, who = scene.hostile.told("project", label), scene.hostile.told("person", label)
            assert f"{month}, {what}, {who}: 0:01:00 h less here." in lines
        assert warning.locator(MARKUP).count() == 1  # our own bold words
    scene.sight.under("refresh", "button").first.click()
    expect(warning).to_have_count(0)


@pytest.mark.nightly
def test_a_phone_shows_every_figure_without_scrolling_sideways(scene: Scene, chromium: Any) -> None:
    with Sight(chromium, scene.sight.address, width=390, height=844) as phone:
        page = phone.open(f"/?{urlencode([PERIOD, *only(scene, 'projects', ['long', 'markdown', 'html'])])}")
        expect(phone.under("summary-table", "table")).to_be_visible()
        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
        for key in ("summary-table", "share"):
            table = phone.under(key, "[data-testid=stTable] > div").first
            assert table.evaluate("one => one.scrollWidth - one.clientWidth") == 0
        assert phone.foreign == phone.complaints == []


def test_names_add_no_element(scene: Scene, chromium: Any, tmp_path: Path) -> None:
    """The pages of a workspace with tame names are built of exactly the same elements."""
    today = datetime.now(ZoneInfo("Europe/Belgrade")).date()
    tame = hostile_world(today, "", tame=True).world
    with serve(create_app(tame)) as server, AppServer(tmp_path, "", keyed(server, tmp_path)) as app, Sight(chromium, app.url) as other:
        for sight in (scene.sight, other):  # new sessions: what one opened in a table stays open in his own
            sight.open(f"/?{urlencode([PERIOD])}")
        for path in ("/billable", "/settings", "/"):
            for sight in (scene.sight, other):
                sight.follow(f"{path}?{urlencode([PERIOD])}")
                drawn = sight.under("share", "svg.marks").or_(sight.under("billable-table", "table")).or_(sight.under("months", "canvas"))
                expect(drawn.first).to_be_visible()
            for _ in range(100):  # charts are drawn a little after the rest
                if elements(scene.sight) == elements(other):
                    break
                other.page.wait_for_timeout(100)
            assert elements(scene.sight) == elements(other)


def elements(sight: Sight) -> Counter[str]:
    """Count the elements of a page by their kinds."""
    everything = sight.page.locator("[data-testid=stMain] *, [data-testid=stSidebar] *")
    return Counter(everything.evaluate_all("all => all.map(one => one.tagName)"))
