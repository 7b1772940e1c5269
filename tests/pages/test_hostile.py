"""Names that look like markup, as everything that has a name: they change their own text and no figure.

What the browser makes of the escaped text is seen in `tests/browser/test_hostile.py`.
"""

from __future__ import annotations

import json
import re
import string
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.testing.v1 import AppTest

from clockify.demo import RunningServer, reports, routes
from clockify.demo.entities import Entry
from clockify.render.markdown import escape_markdown
from tests.support.hostile import FOURTEEN, KINDS, LABELS, TWIN, TWINS, Hostile, hostile_name, hostile_world, readable, start_timer

ADDRESS = "http://127.0.0.1:9"
PAGES = ("overview", "billable", "settings")
GROUPS = {"person": "Person", "client": "Client", "project": "Project", "task": "Task", "tag": "Tag"}
WITHOUT = {"task": "No task", "tag": "Untagged"}
FILTERS = {"people": "person", "clients": "client", "projects": "project"}
FIELDS = {"id", "start", "name", "series", "label", "hours", "kind", "rank", "text", "total_text", "part", "total", "unit", "described"}
FIELDS |= {"billable_text", "other_text"}

Open = Callable[..., AppTest]
Serve = Callable[..., RunningServer]


@pytest.fixture
def today() -> date:
    return datetime.now(UTC).date()


@pytest.fixture
def hostile(today: date) -> Hostile:
    return hostile_world(today, ADDRESS)


@pytest.fixture
def page(hostile: Hostile, app_of: Open, served: Serve) -> AppTest:
    """The app over the hostile workspace; nothing has run yet."""
    opened = app_of(served(hostile.world))
    opened.query_params["period"] = "last-month"
    return opened


def went(page: AppTest) -> AppTest:
    """Run the page; no name may stand in any of its texts unescaped."""
    assert not page.run().exception
    raw = {hostile_name(label, kind, ADDRESS) for label in LABELS for kind in KINDS}
    dangerous = {name for name in raw if not set(string.punctuation).isdisjoint(name)}
    texts = list(markdown_of(page))
    assert len(texts) > 10
    assert not [(name, text) for text in texts for name in dangerous if name in text]
    return page


def markdown_of(page: AppTest) -> Iterator[str]:
    """Return every text of a page that Streamlit takes for Markdown."""
    for element in (*page.markdown, *page.caption, *page.warning, *page.info, *page.error, *page.success, *page.title):
        yield element.value
    for metric in page.metric:
        yield from (metric.label, metric.value, metric.delta, metric.proto.delta_description)
    for table in page.table:
        yield from (cell for column in table.value for cell in table.value[column] if isinstance(cell, str))
    for button in page.button:
        yield button.label


def unescaped(text: str) -> str:
    """Read Markdown in which every sign that could mean something is escaped; anything else is a defect."""
    signs, shown = iter(text.replace("\N{WORD JOINER}", "")), []
    for sign in signs:
        meant = next(signs) if sign == "\\" else sign
        assert (sign == "\\") is (meant in string.punctuation), text
        shown.append(meant)
    return "".join(shown)


def seconds(entries: Iterable[Entry]) -> int:
    return sum(entry.seconds for entry in entries)


def hours(entries: Iterable[Entry]) -> str:
    """Write hours as a card does, by another road than the app's."""
    return f"{(Decimal(seconds(entries)) / 3600).quantize(Decimal('0.1'), ROUND_HALF_UP):,} h"


def ids_in(entry: Entry, kind: str, hostile: Hostile) -> Collection[str]:
    """Return what an entry belongs to, "" for none."""
    project = hostile.world.projects[entry.project_id or ""]
    one = {"person": entry.user_id, "client": project.client_id, "project": project.id, "task": entry.task_id}
    return entry.tag_ids or ("",) if kind == "tag" else (one[kind] or "",)


def rows_of(page: AppTest, table: int) -> Counter[tuple[str, int]]:
    """Return the name and the seconds of each row of a table, without the total."""
    frame = page.table[table].value
    names = [unescaped(cell) for cell in frame[next(column for column in frame if column != " ")]]
    spans = [round(one * 3600) for one in frame["Hours"]]
    assert sum(spans[:-1]) >= spans[-1] == max(spans)
    return Counter(zip(names[:-1], spans[:-1], strict=True))


def test_escaped_names_are_read_as_they_are_meant() -> None:
    for label in FOURTEEN:
        for kind in KINDS:
            name = hostile_name(label, kind, ADDRESS)
            assert unescaped(escape_markdown(name)) == readable(name)
    assert len({hostile_name(label, "project", ADDRESS) for label in FOURTEEN}) == 14


@pytest.mark.parametrize("kind", GROUPS)
def test_each_group_is_a_row_with_its_name_and_hours(kind: str, page: AppTest, hostile: Hostile) -> None:
    page.query_params["group-by"] = GROUPS[kind]
    page.query_params["group-by-then"] = "Nothing"
    found = rows_of(went(page), 1)
    expected: Counter[tuple[str, int]] = Counter()
    for label, thing in hostile.things(kind).items():
        spent = seconds(entry for entry in hostile.entries() if thing.id in ids_in(entry, kind, hostile))
        expected[hostile.shown(kind, label), spent] += 1
    if kind in WITHOUT:
        expected[WITHOUT[kind], seconds(entry for entry in hostile.entries() if "" in ids_in(entry, kind, hostile))] += 1
    assert found == expected


def test_clients_and_projects_to_invoice_bear_their_names(page: AppTest, hostile: Hostile) -> None:
    went(page)
    found = unescaped_names(went(page.switch_page("pages/billable.py")))
    expected = Counter(hostile.shown(kind, label) for kind in ("client", "project") for label in LABELS)
    assert expected == found


def unescaped_names(page: AppTest) -> Counter[str]:
    """Return the names in the table of the billable page, without its sums."""
    frame = page.table[0].value
    # A client may be called "Total" here; sums stand without a swatch and without entries of their own kind.
    names = [unescaped(cell) for cell in frame["Client / project"]]
    return Counter(name for name in names if not name.endswith(" subtotal") and name != "All hours")


@pytest.mark.parametrize("parameter", FILTERS)
def test_a_filter_finds_each_by_its_id_and_says_its_name(parameter: str, page: AppTest, hostile: Hostile) -> None:
    kind, place = FILTERS[parameter], list(FILTERS).index(parameter)
    for label, thing in hostile.things(kind).items():
        page.query_params[parameter] = thing.id
        went(page)
        assert unescaped(page.caption[1].value.split(" · ")[place]) == hostile.shown(kind, label)
        wanted = hostile.entries(lambda entry, one=thing.id: one in ids_in(entry, kind, hostile))  # type: ignore[misc]
        assert (page.metric[0].label, page.metric[0].value) == ("Tracked", hours(wanted))
    found = {hours(hostile.entries(lambda entry, one=hostile.things(kind)[twin].id: one in ids_in(entry, kind, hostile))) for twin in TWINS}  # type: ignore[misc]
    assert len(found) == 2


def test_what_has_no_rate_is_named(page: AppTest, hostile: Hostile) -> None:
    went(page)
    page.switch_page("pages/billable.py")
    for label, project in hostile.projects.items():
        page.query_params["projects"] = project.id
        (warning,) = went(page).warning
        named = re.fullmatch(r"\*\*0\.0\d billable hours have no rate\*\* and count as zero: (.*) \((.*)\)\. Set a rate .*", warning.value)
        assert named
        assert unescaped(named[1]) == hostile.shown("project", label)
        assert unescaped(named[2]) == hostile.shown("client", label)


def test_whose_timer_runs_is_named(page: AppTest, hostile: Hostile, today: date) -> None:
    went(page)
    for label in LABELS:
        hostile.world.running.clear()
        start_timer(hostile, label, today)
        page.button(key="refresh").click()
        running = went(page).caption[1].value.split(":blue[:material/timer:] running, in no total: ")[1]
        assert unescaped(running) == hostile.shown("person", label)


def test_where_clockify_differs_is_named(page: AppTest, hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    """Clockify's sums are made to lie about a few people at a time; the page names them."""
    lied_about: list[str] = []
    honest, counted = routes.summary_report, reports.totals_json

    def lying(*asked: Any, **terms: Any) -> dict[str, Any]:
        report = honest(*asked, **terms)
        for row in report["groupOne"]:
            for child in row["children"]:
                child["duration"] += row["_id"] in lied_about and row["name"] == called[row["_id"]]
        return report

    def miscounted(*asked: Any) -> list[dict[str, Any]]:
        return [one | {"entriesCount": one["entriesCount"]} for one in counted(*asked)]

    called = {user.id: user.name or "" for user in hostile.people.values()}
    monkeypatch.setattr(routes, "summary_report", lying)
    monkeypatch.setattr(reports, "totals_json", miscounted)
    went(page)
    assert not page.warning
