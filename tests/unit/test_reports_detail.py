from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pytest

from clockify.directory import Directory, Kind, Project
from clockify.frames import empty_entries, report_entries_frame, running_entries_frame
from clockify.render.formats import HourStyle
from clockify.render.palette import LIGHT
from clockify.render.tables.entries import CHECK, NO_DESCRIPTION, TIMER, entry_cards, entry_table
from clockify.reports.detail import Order, Search, detailed_rows, find_entries, places_in
from tests.support.stylers import displayed_cells

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
    assert FOUR["id"].iloc[places_in(FOUR, order, DIRECTORY)].tolist() == ids
    assert not places_in(empty_entries(), order, DIRECTORY).size


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
    assert rows["seconds"].tolist() == [7200, 3615, 1800, 10800]
    assert rows["rate"].tolist() == [10000, 8000, 0, 0]
    # 8 033.333 cents are 28 919 998.8 ticks of a 3 600th.
    assert rows["amount_ticks"].tolist() == [20000 * 3600, 28_919_999, 0, 0]
    nothing = detailed_rows(empty_entries(), DIRECTORY, BELGRADE)
    assert list(nothing) == list(rows)
    assert entry_table(nothing.assign(running=False), DIRECTORY, LIGHT).places == []


def told(rows: pd.DataFrame, **terms: Any) -> list[tuple[str, ...]]:
    """Return the cells of a page as they are displayed."""
    shown = displayed_cells(entry_table(rows, DIRECTORY, LIGHT, **terms).table)
    return [tuple(text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{WORD JOINER}", "") for text in row) for row in shown.to_numpy()]


def test_a_row_says_when_who_what_and_how_much() -> None:
    rows = detailed_rows(FOUR, DIRECTORY, BELGRADE).assign(running=False)
    assert told(rows) == [
        (
            "2 Nov · 09:00–11:00",
            "zoe",
            "●",
            "Atlas · Acme",
            r"Review 100\% \(v2\.0\)",
            r"Design · Urgent\, On site",
            "2.00",
            "€200.00",
            CHECK,
        ),
        ("2 Nov · 23:30–00:30 +1 d", "Ana", "●", "borealis", "STRASSE Straße", "On site", "1.00", r"\$80.33", CHECK),
        ("3 Nov · 10:00–10:30", "zoe", "●", "Atlas · Acme", NO_DESCRIPTION, "", "0.50", "–", ""),
        ("4 Nov · 10:00–13:00", "Ana", "", "", "review", "", "3.00", "–", ""),
    ]
    assert [row[0].split(" · ")[0] for row in told(rows, with_year=True)] == ["2 Nov 2026", "2 Nov 2026", "3 Nov 2026", "4 Nov 2026"]
    assert [row[6] for row in told(rows, style=HourStyle.CLOCK)] == ["2:00:00", "1:00:15", "0:30:00", "3:00:00"]
    assert {len(row) for row in told(rows, money=False)} == {8}
    assert not {"€200.00", "–"} & set(told(rows, money=False)[0])


def test_what_a_timer_earns_and_when_it_ends_is_not_known() -> None:
    rows = detailed_rows(FOUR.iloc[:1], DIRECTORY, BELGRADE).assign(running=True)
    ((when, *_, hours, amount, check),) = told(rows)
    assert (when, hours, amount, check) == (f"2 Nov · 09:00–{TIMER}", "2.00", "", CHECK)


def test_on_a_phone_a_row_has_two_lines_and_a_day_its_sum() -> None:
    rows = detailed_rows(FOUR.iloc[::-1], DIRECTORY, BELGRADE).assign(running=False)
    days = {date(2026, 11, 2): 9999, date(2026, 11, 3): 1800, date(2026, 11, 4): 10800}
    cards = entry_cards(rows, DIRECTORY, LIGHT, days=days)
    assert cards.places == [None, 0, None, 1, None, 2, 3]
    shown = displayed_cells(cards.table).to_numpy().tolist()
    # A day's sum is that of all its entries, also of those on another page of the list.
    assert [tuple(shown[place][1:]) for place in (0, 2, 4)] == [
        ("**Wed 4 Nov**", "**3.00**"),
        ("**Tue 3 Nov**", "**0.50**"),
        ("**Mon 2 Nov**", "**2.78**"),
    ]
    assert shown[6] == [
        "●",
        "**Review 100\\% \\(v2\\.0\\)**  \n:gray[:small[zoe · 09:00–11:00 · Atlas · Acme]]",
        "**2.00**  \n:gray[:small[€200.00]]",
    ]
    assert shown[3][2] == "**0.50**  \n:gray[:small[–]]"
    assert NO_DESCRIPTION in shown[3][1]
    by_length = entry_cards(rows, DIRECTORY, LIGHT, money=False)
    assert by_length.places == [0, 1, 2, 3]
    first = displayed_cells(by_length.table).to_numpy().tolist()[0]
    assert first == ["", "**review**  \n:gray[:small[Ana · 4 Nov · 10:00–13:00]]", "**3.00**"]
    assert entry_cards(rows.iloc[:0], DIRECTORY, LIGHT, days={}).places == []


def test_a_running_timer_ends_now_and_one_of_the_future_has_not_begun() -> None:
    now = datetime(2026, 11, 18, 12, tzinfo=UTC)
    timers = [
        {"id": "r1", "userId": "u1", "projectId": "p1", "timeInterval": {"start": "2026-11-18T11:15:00Z", "end": None, "duration": None}},
        {"id": "r2", "userId": "u1", "timeInterval": {"start": "2026-11-18T12:00:01Z", "end": None, "duration": None}},
    ]
    frame = running_entries_frame(timers, now=now, zone=BELGRADE, currencies={"p1": "USD"}, default_currency="EUR")
    assert frame[["id", "seconds", "currency"]].to_dict("records") == [{"id": "r1", "seconds": 45 * 60, "currency": "USD"}]
    assert running_entries_frame([], now=now, zone=BELGRADE, currencies={}, default_currency="EUR").empty
