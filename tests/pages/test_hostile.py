"""Names that look like markup, as everything that has a name: they change their own text and no figure.

What the browser makes of the escaped text is seen in `tests/browser/test_hostile.py`.
"""

from __future__ import annotations

import json
import re
import string
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from clockify.demo import RunningServer, reports, routes
from clockify.demo.entities import Entry
from clockify.render.markdown import escape_markdown
from clockify.render.tables.styling import name_column
from tests.support.hostile import (
    CURRENCY,
    FOURTEEN,
    KINDS,
    LABELS,
    TWIN,
    TWINS,
    Hostile,
    hostile_name,
    hostile_world,
    readable,
    start_timer,
)
from tests.support.shown import fields_of, figures, found_in, markdown_of, shape, texts_of, unescaped

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
    return datetime.now(ZoneInfo("Europe/Belgrade")).date()


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
    dangerous = {name for name in raw if not set(string.punctuation).isdisjoint(name)} | {CURRENCY.format(address=ADDRESS)}
    texts = list(markdown_of(page))
    assert len(texts) > 10
    assert not [(name, text) for text in texts for name in dangerous if name in text]
    return page


def seconds(entries: Iterable[Entry]) -> int:
    return sum(entry.seconds for entry in entries)


def hours(entries: Iterable[Entry]) -> str:
    """Write hours as a card does, by another road than the app's."""
    return f"{(Decimal(seconds(entries)) / 3600).quantize(Decimal('0.1'), ROUND_HALF_UP):,} h"


def tracked(page: AppTest) -> str:
    assert page.metric[0].label == "Tracked"
    return str(page.metric[0].value)


def entries_of(kind: str, identifier: str, hostile: Hostile) -> list[Entry]:
    return hostile.entries(lambda entry: identifier in ids_in(entry, kind, hostile))


def ids_in(entry: Entry, kind: str, hostile: Hostile) -> Collection[str]:
    """Return what an entry belongs to, "" for none."""
    project = hostile.world.projects[entry.project_id or ""]
    one = {"person": entry.user_id, "client": project.client_id, "project": project.id, "task": entry.task_id}
    return entry.tag_ids or ("",) if kind == "tag" else (one[kind] or "",)


def rows_of(page: AppTest, table: int) -> Counter[tuple[str, int]]:
    """Return the name and the seconds of each row of a table, without the total."""
    frame = page.table[table].value
    names = [unescaped(cell) for cell in frame[name_column(frame)]]
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
        expected[hostile.told(kind, label), seconds(entries_of(kind, thing.id, hostile))] += 1
    if kind in WITHOUT:
        expected[WITHOUT[kind], seconds(entries_of(kind, "", hostile))] += 1
    assert found == expected


def test_clients_and_projects_to_invoice_bear_their_names(page: AppTest, hostile: Hostile) -> None:
    went(page)
    went(page.switch_page("pages/billable.py")).button(key="open-billable").click()
    found = unescaped_names(went(page))
    expected = Counter(hostile.shown(kind, label) for kind in ("client", "project") for label in LABELS)
    assert expected == found


def unescaped_names(page: AppTest) -> Counter[str]:
    """Return the names in the table of the billable page, without its sums."""
    frame = page.table[0].value
    # A client may be called "Total" here; sums stand without a swatch and without entries of their own kind.
    names = [unescaped(cell) for cell in frame["Client / project"]]
    return Counter(name for name in names if not name.endswith(" subtotal") and name != "All hours")


def test_filters_find_each_by_its_id_and_say_its_name(page: AppTest, hostile: Hostile) -> None:
    for label in LABELS:
        person, client = hostile.people[label].id, hostile.clients[label].id
        page.query_params |= {"people": person, "clients": client}
        words = went(page).caption[1].value.split(" · ")
        assert [unescaped(word) for word in words[:2]] == [hostile.shown("person", label), hostile.shown("client", label)]
        assert tracked(page) == hours(
            entry for entry in entries_of("person", person, hostile) if client in ids_in(entry, "client", hostile)
        )


def test_charts_take_names_as_values_alone(page: AppTest, hostile: Hostile) -> None:
    page.query_params["colour-by"] = "Project"
    for label, project in hostile.projects.items():
        page.query_params["projects"] = project.id
        shown = hostile.told("project", label)
        assert went(page).caption[1].value.startswith(f"Everyone · all clients · {escape_markdown(shown)} · ")
        assert tracked(page) == hours(entries_of("project", project.id, hostile))
        bars, donut = (chart.proto for chart in page.get("vega_lite_chart"))
        assert texts_of(bars, "series") == texts_of(donut, "name") == {shown}
        assert f"tracked; {shown} " in bars.alt
        assert f"hours: {shown} " in donut.alt
        for chart in (bars, donut):
            assert set(fields_of(json.loads(chart.spec))) <= FIELDS
        (legend,) = found_in(json.loads(bars.spec), "labelExpr", lambda text: "datum.label" in text)
        assert json.loads(legend.removesuffix("[datum.label]")) == {project.id: shown}


@pytest.mark.parametrize("kind", FILTERS.values())
def test_two_of_one_name_stay_two(kind: str, hostile: Hostile) -> None:
    """What the tests above compare with differs for them."""
    first, second = (hours(entries_of(kind, hostile.things(kind)[twin].id, hostile)) for twin in TWINS)
    assert first != second


@pytest.mark.nightly
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
    assert "running, in no total" not in page.caption[1].value, "nobody's timer runs in a month that is over"
    page.query_params |= {"period": "custom", "from": f"{hostile.month.period.start}", "to": f"{today}"}
    for pair in zip(LABELS[::2], LABELS[1::2], strict=True):
        hostile.world.running.clear()
        for label in pair:
            start_timer(hostile, label)
        page.button(key="refresh").click()
        running = went(page).caption[1].value.split(":blue[:material/timer:] running, in no total: ")[1]
        assert {unescaped(name) for name in re.split(r"(?<!\\), ", running)} == {hostile.shown("person", label) for label in pair}


def test_where_clockify_differs_is_named(page: AppTest, hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    """Clockify's sums are made to say more of a few people at a time than its rows do."""
    lied_about: list[tuple[str, str]] = []
    honest, counted = routes.summary_report, reports.totals_json

    def lying(*asked: Any, **terms: Any) -> dict[str, Any]:
        report = honest(*asked, **terms)
        for row, child in ((one, child) for one in report["groupOne"] for child in one["children"]):
            if (row["_id"], child["_id"]) in lied_about:
                child["duration"] += 60
                child["amounts"][0]["amountByCurrency"][0]["amount"] += 250
        return report

    monkeypatch.setattr(routes, "summary_report", lying)
    monkeypatch.setattr(reports, "totals_json", lambda *asked: [one | {"totalTime": one["totalTime"] + 60} for one in counted(*asked)])
    went(page)
    for some in (LABELS[:5], LABELS[5:10], LABELS[10:15]):
        lied_about[:] = [(hostile.people[label].id, hostile.projects[label].id) for label in some]
        page.button(key="refresh").click()
        (warning,) = went(page).warning
        assert told(warning.value, hostile) == {(hostile.told("project", label), hostile.told("person", label)) for label in some}


def told(warning: str, hostile: Hostile) -> set[tuple[str, str]]:
    """Return project and person of each line of a warning; all lines tell the same time and amount."""
    found = set()
    for line in warning.split("  \n")[1:]:
        month, project, rest = re.split(r"(?<!\\), ", line, maxsplit=2)
        person, difference = re.split(r"(?<!\\): ", rest)
        time, amount = re.split(r"(?<!\\), ", difference)
        currency = amount.removeprefix("amount ").removesuffix(" -2.50.")
        assert (month, time) == (hostile.month.label(), "0:01:00 h less here")
        assert unescaped(currency) in {client.currency for client in hostile.clients.values()}
        found.add((unescaped(project), unescaped(person)))
    return found


@pytest.mark.nightly
def test_settings_name_the_user_and_the_workspace(hostile: Hostile, app_of: Open, served: Serve, tmp_path: Path) -> None:
    server, owner = served(hostile.world), hostile.people["markdown"]
    for label in FOURTEEN:
        st.cache_resource.clear()
        hostile.world.name = hostile_name(label, "project", ADDRESS)
        owner = hostile.people["markdown"] = hostile.world.edit(owner, name=hostile_name(label, "person", ADDRESS) or None)
        page = app_of(server, DATABASE_URL=f"sqlite:///{tmp_path / label}.sqlite").run()
        markdown = [element.value for element in went(page.switch_page("pages/settings.py")).markdown]
        texts = dict(text.split("  \n") for text in markdown if "  \n" in text)
        user, email = texts[":gray[Signed in to Clockify as]"].removesuffix("]").split(" :gray[")
        assert (unescaped(user), unescaped(email)) == (hostile.shown("person", "markdown"), owner.email)
        assert unescaped(texts.get(":gray[Workspace]", "")) == readable(hostile.world.name)


def test_options_of_the_sidebar_are_plain_and_all_different(page: AppTest, hostile: Hostile) -> None:
    went(page)
    for parameter, kind in FILTERS.items():
        options = page.multiselect(key=parameter).options
        names = [re.sub(rf"({re.escape(TWIN)}) · [0-9a-f]{{6}}| \(archived\)$", r"\1", option) for option in options]
        assert Counter(names) == Counter(hostile.told(kind, label) for label in LABELS) + Counter(page_own(kind))
        assert len(set(options)) == len(options)


def page_own(kind: str) -> list[str]:
    return [] if kind == "person" else [f"No {kind}"]


def test_pages_have_the_figures_and_the_form_of_a_tame_workspace(
    hostile: Hostile, today: date, app_of: Open, served: Serve, tmp_path: Path
) -> None:
    worlds = {"hostile": hostile, "tame": hostile_world(today, ADDRESS, tame=True)}
    seen = {}
    for word, built in worlds.items():
        st.cache_resource.clear()
        page = app_of(served(built.world), DATABASE_URL=f"sqlite:///{tmp_path / word}.sqlite")
        page.query_params["period"] = "last-month"
        seen[word] = []
        for name in PAGES:
            if name != "overview":
                page.switch_page(f"pages/{name}.py")
            seen[word] += [figures(went(page)), shape(page.main), shape(page.sidebar)]
    assert seen["hostile"] == seen["tame"]
    assert len(str(seen["tame"])) > 5000
