from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import pytest

from clockify.directory import Directory, Kind, Project
from clockify.frames import empty_entries, report_entries_frame, running_entries_frame
from clockify.render.formats import HourStyle
from clockify.render.palette import LIGHT
from clockify.render.tables.entries import entry_table
from clockify.reports.detail import Order, Search, detailed_rows, find_entries, ordered

NAMES = {
    Kind.USER: {"u1": "zoe", "u2": "Ana"},
    Kind.CLIENT: {"c1": "Acme"},
    Kind.PROJECT: {"p1": "Atlas", "p2": "borealis"},
    Kind.TASK: {"t1": "Design"},
    Kind.TAG: {"g1": "Urgent", "g2": "On site"},
}
PROJECTS = {"p1": Project("p1", "Atlas", client_id="c1", color="#1C6EA4"), "p2": Project("p2", "borealis")}
DIRECTORY = Directory(NAMES, PROJECTS)
BELGRADE = "Europe/Belgrade"


def entry(number: int, start: str, end: str, **more: object) -> dict[str, object]:
    seconds = int((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds())
    return {
        "_id": f"e{number}",
        "timeInterval": {"start": start, "end": end, "duration": seconds},
        "userId": "u1",
        "billable": False,
        "currency": "EUR",
        "type": "REGULAR",
    } | more


def rows_of(*entries: dict[str, object]) -> pd.DataFrame:
    return report_entries_frame(entries, zone=BELGRADE, currencies={}, default_currency="EUR")


FOUR = rows_of(
    entry(
        1,
        "2026-11-02T08:00:00Z",
        "2026-11-02T10:00:00Z",
        projectId="p1",
        taskId="t1",
        description="Review 100% (v2.0)",
        tagIds=["g1", "g2"],
        billable=True,
        rate=10000,
        amount=20000,
    ),
    entry(
        2,
        "2026-11-02T22:30:00Z",
        "2026-11-02T23:30:15Z",
        projectId="p2",
        userId="u2",
        description="STRASSE Straße",
        tagIds=["g2"],
        billable=True,
        rate=8000,
        amount=8033.333,
        currency="USD",
    ),
    entry(3, "2026-11-03T09:00:00Z", "2026-11-03T09:30:00Z", projectId="p1"),
    entry(4, "2026-11-04T09:00:00Z", "2026-11-04T12:00:00Z", userId="u2", description="review"),
)


def found(search: Search) -> list[str]:
    return find_entries(FOUR, search)["id"].tolist()


@pytest.mark.parametrize(
    ("search", "ids"),
    [
        (Search(), ["e1", "e2", "e3", "e4"]),
        (Search("review"), ["e1", "e4"]),
        (Search("  REVIEW "), ["e1", "e4"]),
        (Search("100% (v2.0)"), ["e1"]),  # no pattern
        (Search("v2x0"), []),
        (Search("strasse"), ["e2"]),
        (Search(tasks=("t1",)), ["e1"]),
        (Search(tags=("g2",)), ["e1", "e2"]),
        (Search(tags=("g1", "nobody")), ["e1"]),
        (Search(without=("project",)), ["e4"]),
        (Search(without=("task", "description")), ["e3"]),
        (Search(without=("tag",)), ["e3", "e4"]),
        (Search("review", without=("project",)), ["e4"]),
        (Search("review", tags=("g1",), tasks=("t1",)), ["e1"]),
    ],
)
def test_a_search_leaves(search: Search, ids: list[str]) -> None:
    assert found(search) == ids
    assert find_entries(empty_entries(), search).empty


@pytest.mark.parametrize(
    ("order", "ids"),
    [
        (Order.NEWEST, ["e4", "e3", "e2", "e1"]),
        (Order.OLDEST, ["e1", "e2", "e3", "e4"]),
        (Order.LONGEST, ["e4", "e1", "e2", "e3"]),
        # EUR and USD stand one after the other: 200 EUR, nothing, nothing, then 80.33 USD.
        (Order.AMOUNT, ["e1", "e4", "e3", "e2"]),
        (Order.PERSON, ["e4", "e2", "e3", "e1"]),  # Ana before zoe, whatever the letters' size
        (Order.PROJECT, ["e3", "e1", "e2", "e4"]),  # no project last
        (Order.CLIENT, ["e3", "e1", "e4", "e2"]),
        (Order.DESCRIPTION, ["e3", "e4", "e1", "e2"]),
    ],
)
def test_entries_are_ordered_by(order: Order, ids: list[str]) -> None:
    assert ordered(FOUR, order, DIRECTORY)["id"].tolist() == ids
    assert ordered(empty_entries(), order, DIRECTORY).empty


def test_rows_are_read_as_people_do() -> None:
    rows = detailed_rows(FOUR, DIRECTORY, BELGRADE)
    second = rows.iloc[1]
    # 22:30 UTC is 23:30 in Belgrade; an hour and 15 seconds later it is the day after.
    assert (str(second["day"]), str(second["start"]), str(second["end"])) == (
        "2026-11-02 00:00:00",
        "2026-11-02 23:30:00",
        "2026-11-03 00:30:15",
    )
    assert (second["person"], second["client"], second["project"], second["task"], second["tags"]) == ("Ana", "", "borealis", "", "On site")
    assert rows["tags"].tolist() == ["Urgent, On site", "On site", "", ""]
    assert rows["client"].tolist() == ["Acme", "", "Acme", ""]
    assert rows["hours"].tolist() == [2.0, 3615 / 3600, 0.5, 3.0]
    assert rows["rate"].fillna(-1).tolist() == [100.0, 80.0, -1, -1]
    assert rows["amount"].round(2).tolist() == [200.0, 80.33, 0.0, 0.0]
    nothing = detailed_rows(empty_entries(), DIRECTORY, BELGRADE)
    assert list(nothing) == list(rows)
    assert nothing["client"].cat.categories.dtype == "str"


def test_the_table_has_swatches_of_our_own_making_and_no_money_for_who_may_not_see_it() -> None:
    rows = detailed_rows(FOUR, DIRECTORY, BELGRADE)
    table = entry_table(rows, DIRECTORY, LIGHT, style=HourStyle.CLOCK, money=False)
    assert not {"rate", "amount", "currency"} & set(table)
    assert table["duration"].tolist() == ["2:00:00", "1:00:15", "0:30:00", "3:00:00"]
    assert table["swatch"].tolist()[3] == ""
    assert all(one.startswith("data:image/svg+xml,") and "%231C6EA4" in one for one in table["swatch"].tolist()[::2][:1])
    assert entry_table(rows, DIRECTORY, LIGHT)["amount"].round(2).tolist() == [200.0, 80.33, 0.0, 0.0]


def test_a_running_timer_ends_now_and_one_of_the_future_has_not_begun() -> None:
    now = datetime(2026, 11, 18, 12, tzinfo=UTC)
    timers = [
        {"id": "r1", "userId": "u1", "projectId": "p1", "timeInterval": {"start": "2026-11-18T11:15:00Z", "end": None, "duration": None}},
        {"id": "r2", "userId": "u1", "timeInterval": {"start": "2026-11-18T12:00:01Z", "end": None, "duration": None}},
    ]
    frame = running_entries_frame(timers, now=now, zone=BELGRADE, currencies={"p1": "USD"}, default_currency="EUR")
    assert frame[["id", "seconds", "currency"]].to_dict("records") == [{"id": "r1", "seconds": 45 * 60, "currency": "USD"}]
    assert running_entries_frame([], now=now, zone=BELGRADE, currencies={}, default_currency="EUR").empty


def test_names_of_entries_that_are_not_there_are_not_in_the_table() -> None:
    table = entry_table(detailed_rows(FOUR.iloc[2:3], DIRECTORY, BELGRADE), DIRECTORY, LIGHT)
    categories = {name: table[name].cat.categories.tolist() for name in ("person", "client", "project", "task", "tags", "currency")}
    assert categories == {"person": ["zoe"], "client": ["Acme"], "project": ["Atlas"], "task": [""], "tags": [""], "currency": ["EUR"]}
    assert len(table["swatch"].cat.categories) == 1
