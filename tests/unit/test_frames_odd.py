"""Odd rows, one by one: what can be understood is, what can't is counted, and nothing becomes a silent zero."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest

from clockify.columns import listed_columns, report_columns
from clockify.directory import Kind
from clockify.frames import Part, entries_of, listed_part, report_entries_frame, report_part, running_entries_frame

Row = dict[str, Any]

START, END = "2026-11-02T08:00:00Z", "2026-11-02T10:54:00Z"
SECONDS = 10_440  # 2 h 54 min
RATE = 4500
# 2.9 hours at 45.00
CENTS = 13_050


def interval(**changes: Any) -> Row:
    return {"start": START, "end": END, "duration": SECONDS} | changes


def report_row(**changes: Any) -> Row:
    row = {"_id": "e1", "description": "Kick-off", "userId": "u1", "billable": True, "projectId": "p1", "taskId": "k1", "tagIds": ["t1"]}
    money = {"amount": 13_050, "rate": 4500.0, "currency": "EUR"}
    return row | money | {"timeInterval": interval(), "type": "REGULAR", "isLocked": False} | changes


def listed_row(**changes: Any) -> Row:
    row = {"id": "e1", "description": "Kick-off", "userId": "u1", "billable": True, "projectId": "p1", "taskId": "k1", "tagIds": ["t1"]}
    money = {"hourlyRate": {"amount": 4500, "currency": "EUR"}}
    return row | money | {"timeInterval": interval(duration="PT2H54M"), "type": "REGULAR", "isLocked": False} | changes


def without(row: Row, *names: str) -> Row:
    return {name: value for name, value in row.items() if name not in names}


def part_of(*rows: Any) -> Part:
    return report_part(rows, currencies={"p2": "GBP"}, default_currency="CHF")


def listed_of(*rows: Any) -> Part:
    return listed_part(rows, currencies={"p2": "GBP"}, default_currency="CHF")


def only(part: Part) -> pd.Series[Any]:
    assert (part.count, part.unread, part.running) == (1, 0, 0)
    return entries_of([part], zone="Europe/Belgrade").iloc[0]


def is_unread(row: Any, read: Any = part_of) -> bool:
    """Tell whether a row is counted as unread, beside a good one that stays."""
    part = read(row, report_row(_id="good", id="good"))
    assert (part.count, entries_of([part], zone="UTC")["id"].tolist()) in ((1, ["good"]), (2, ["e1", "good"]))
    return part.unread == 1 and part.count == 1


def test_the_rows_of_these_tests_are_usual_ones() -> None:
    assert report_columns([report_row()]) is not None
    assert listed_columns([listed_row()]) is not None
    for row in (only(part_of(report_row())), only(listed_of(listed_row()))):
        assert (row["seconds"], row["rate"], row["amount_ticks"], row["currency"]) == (SECONDS, RATE, CENTS * 3600, "EUR")


# Durations


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [
        ("PT2H54M", 10_440),
        ("PT1H30M5S", 5405),
        ("PT26S", 26),
        ("PT0S", 0),
        ("PT79H12M", 285_120),
        ("P1DT1H", 90_000),
        ("P2D", 172_800),
        ("PT1M30.9S", 90),
        (7210.0, 7210),
        (7210.9, 7210),
        ("7210", 7210),
        (0, 0),
        (None, SECONDS),
        ("", SECONDS),
    ],
)
def test_a_reports_duration_in_any_spelling(duration: Any, seconds: int) -> None:
    assert only(part_of(report_row(timeInterval=interval(duration=duration))))["seconds"] == seconds


def test_a_missing_duration_is_the_time_between() -> None:
    assert only(part_of(report_row(timeInterval={"start": START, "end": END})))["seconds"] == SECONDS
    # Over the change to winter time: 02:30 summer to 02:30 winter is one hour.
    clocks = {"start": "2026-10-25T02:30:00+02:00", "end": "2026-10-25T02:30:00+01:00"}
    assert only(part_of(report_row(timeInterval=clocks)))["seconds"] == 3600


def test_a_reports_own_duration_wins_over_its_times_and_a_lists_times_over_its_duration() -> None:
    assert only(part_of(report_row(timeInterval=interval(duration=60))))["seconds"] == 60
    assert only(listed_of(listed_row(timeInterval=interval(duration="PT1M"))))["seconds"] == SECONDS


@pytest.mark.parametrize(
    "duration", ["P", "PT", "PT5", "2:54", "-PT5M", "PT1.5H", "P1Y", True, [], {}, -1, 3.2e8, float("nan"), float("inf"), "1e999999999"]
)
def test_a_duration_nobody_can_mean_is_unread(duration: Any) -> None:
    assert is_unread(report_row(timeInterval=interval(duration=duration)))


def test_ten_years_are_absurd() -> None:
    long = interval(start="2015-01-01T00:00:00Z", end="2026-01-01T00:00:00Z", duration="PT1H")
    assert is_unread(listed_row(timeInterval=long), listed_of)
    assert is_unread(report_row(timeInterval=without(long, "duration")))


# Timestamps


@pytest.mark.parametrize(
    "start", ["2026-11-02T08:00:00Z", "2026-11-02T09:00:00+01:00", "2026-11-02T08:00:00.000Z", "2026-11-02T03:00-05:00", "20261102T080000Z"]
)
def test_a_moment_in_any_spelling(start: str) -> None:
    assert only(part_of(report_row(timeInterval=interval(start=start))))["start"] == pd.Timestamp("2026-11-02T08:00:00Z")


def test_fractions_of_a_second_stay_in_the_moment() -> None:
    row = only(listed_of(listed_row(timeInterval=interval(start="2026-11-02T08:00:00.250Z", end="2026-11-02T08:00:02.1234567Z"))))
    assert (row["start"].microsecond, row["end"].microsecond, row["seconds"]) == (250_000, 123_456, 1)


@pytest.mark.parametrize("moment", ["2026-11-02T08:00:00", "2026-11-02", "yesterday", "0001-01-01T00:00:00+14:00", 1_793_000_000, [], True])
@pytest.mark.parametrize("side", ["start", "end"])
def test_a_moment_without_offset_or_sense_is_unread(side: str, moment: Any) -> None:
    odd = interval(**{side: moment})
    assert is_unread(report_row(timeInterval=odd))
    assert is_unread(listed_row(timeInterval=odd), listed_of)


@pytest.mark.parametrize("whole", [None, "PT1H", [], {}, 5, {"end": END}, {"start": None, "end": None}, interval(start=END, end=START)])
def test_an_interval_that_is_none_is_unread(whole: Any) -> None:
    assert is_unread(report_row(timeInterval=whole))
    assert is_unread(listed_row(timeInterval=whole), listed_of)
    assert is_unread(without(report_row(), "timeInterval"))


def test_running_timers_are_counted_apart() -> None:
    part = listed_of(listed_row(timeInterval=interval(end=None, duration=None)), listed_row(id="e2"), {"id": "e3"})
    assert (part.count, part.running, part.unread) == (1, 1, 1)


def test_running_timers_that_make_no_sense_are_left_out() -> None:
    running = {"start": "2026-11-02T09:00:00+01:00", "end": None, "duration": None}
    timers: list[Any] = [listed_row(timeInterval=running), listed_row(timeInterval=None), {}, None, listed_row(timeInterval={"start": "x"})]
    # As text "2026-11-02T09:00:00+01:00" comes after 08:30 UTC; as a moment it is half an hour before.
    now = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
    found = running_entries_frame(timers, now=now, zone="UTC", currencies={}, default_currency="EUR")
    assert found["seconds"].tolist() == [1800]


@pytest.mark.parametrize("start", ["1899-12-31T23:00:00Z", "2199-12-31T23:00:00Z"])
def test_another_century_is_a_slip(start: str) -> None:
    end = (datetime.fromisoformat(start) + timedelta(hours=2)).isoformat()
    assert is_unread(report_row(timeInterval=interval(start=start, end=end)))
    assert is_unread(listed_row(timeInterval=interval(start=start, end=end)), listed_of)


# Money


@pytest.mark.parametrize(
    ("changes", "rate", "cents", "currency"),
    [
        ({"rate": {"amount": 4500, "currency": "USD"}, "currency": None}, 4500, CENTS, "USD"),
        ({"rate": {"amount": 4500, "currency": "USD"}}, 4500, CENTS, "EUR"),
        ({"rate": None}, 0, CENTS, "EUR"),
        ({"rate": "4500.0"}, 4500, CENTS, "EUR"),
        ({"rate": 4499.7}, 4500, CENTS, "EUR"),
        # 4.5 ticks: half goes up, as money does.
        ({"amount": 0.00125}, 4500, Fraction(5, 3600), "EUR"),
        ({"amount": "13050"}, 4500, CENTS, "EUR"),
        ({"amount": {"amount": 13_050, "currency": "USD"}, "currency": ""}, 4500, CENTS, "USD"),
        ({"amount": None, "rate": None}, 0, 0, "EUR"),
        ({"amount": None, "rate": None, "amounts": []}, 0, 0, "EUR"),
        ({"amount": None, "rate": None, "amounts": [{"type": "COST", "value": 77}]}, 0, 0, "EUR"),
        ({"amount": None}, 4500, CENTS, "EUR"),
        ({"amount": None, "billable": False}, 4500, 0, "EUR"),
        ({"amount": 0}, 4500, 0, "EUR"),
        ({"amount": -50.5}, 4500, -50.5, "EUR"),
        ({"currency": {"id": "x", "code": "GBP"}}, 4500, CENTS, "GBP"),
        ({"currency": None}, 4500, CENTS, "CHF"),
        ({"currency": None, "projectId": "p2"}, 4500, CENTS, "GBP"),
    ],
)
def test_money_in_any_spelling(changes: Row, rate: int, cents: float | Fraction, currency: str) -> None:
    row = only(part_of(report_row(**changes)))
    assert (row["rate"], row["amount_ticks"], row["currency"]) == (rate, cents * 3600, currency)


def test_an_amount_that_stands_in_a_list_alone() -> None:
    bare = without(report_row(rate=None), "amount", "currency")
    earned = {"type": "EARNED", "value": 999.5, "amountByCurrency": [{"currency": "USD", "amount": 999.5}]}
    cost = {"type": "COST", "value": 1, "amountByCurrency": [{"currency": "JPY", "amount": 1}]}
    row = only(part_of(bare | {"amounts": [cost, earned]}))
    assert (row["amount_ticks"], row["currency"]) == (3_598_200, "USD")
    assert only(part_of(bare | {"amounts": [without(earned, "value")]}))["amount_ticks"] == 3_598_200
    assert only(part_of(bare | {"amounts": [without(earned, "amountByCurrency", "type")]}))["amount_ticks"] == 3_598_200
    # What the row itself says goes before the list.
    assert only(part_of(report_row(amounts=[earned])))["amount_ticks"] == CENTS * 3600


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": float("nan")},
        {"amount": float("inf")},
        {"amount": True},
        {"amount": "much"},
        {"amount": "NaN"},
        {"amount": []},
        {"amount": 1e13},
        {"amount": 10**400},
        {"amount": None, "amounts": "13050"},
        {"amount": None, "amounts": [13_050]},
        {"amount": None, "amounts": [{"type": "EARNED", "value": float("nan")}]},
        # An entry earns in one currency.
        {
            "amount": None,
            "amounts": [{"value": 3, "amountByCurrency": [{"currency": "EUR", "amount": 1}, {"currency": "USD", "amount": 2}]}],
        },
        {"rate": True},
        {"rate": []},
        {"rate": float("nan")},
        {"rate": {"amount": "dear"}},
        {"rate": -1e13},
        {"currency": 5},
        {"currency": ["EUR"]},
        {"billable": "perhaps"},
        {"billable": []},
        {"isLocked": 7},
    ],
)
def test_a_figure_that_would_have_to_be_guessed_is_unread(changes: Row) -> None:
    assert is_unread(report_row(**changes))


@pytest.mark.parametrize(
    "rate", [{"amount": float("nan")}, {"amount": True}, {"amount": "dear"}, [], True, {"amount": 10**12}, {"amount": 10**20}]
)
def test_a_lists_rate_that_would_have_to_be_guessed_is_unread(rate: Any) -> None:
    assert is_unread(listed_row(hourlyRate=rate), listed_of)


@pytest.mark.parametrize("rate", [4500, "4500", {"amount": 4500.0}, {"amount": "4500", "currency": None}])
def test_a_lists_rate_in_any_spelling(rate: Any) -> None:
    row = only(listed_of(listed_row(hourlyRate=rate)))
    assert (row["rate"], row["amount_ticks"], row["currency"]) == (RATE, CENTS * 3600, "CHF")


@pytest.mark.parametrize(
    ("billable", "cents"),
    [(True, CENTS), ("true", CENTS), (1, CENTS), (False, 0), ("false", 0), (None, 0), (0, 0)],
)
def test_billable_in_any_spelling(billable: Any, cents: int) -> None:
    assert only(listed_of(listed_row(billable=billable)))["amount_ticks"] == cents * 3600
    assert only(part_of(report_row(billable=billable)))["billable"] == bool(cents)


def test_billable_missing_is_not_billable() -> None:
    assert not only(part_of(without(report_row(), "billable")))["billable"]


# Who and what


@pytest.mark.parametrize(
    ("changes", "tag_ids"),
    [
        ({"tagIds": ["t2", "t1"]}, "t2,t1"),
        ({"tagIds": "t1"}, "t1"),
        ({"tagIds": None}, ""),
        ({"tagIds": []}, ""),
        ({"tagIds": [None, "t1"]}, "t1"),
        ({"tagIds": ["t1", ""]}, "t1"),
        ({"tagIds": None, "tags": [{"_id": "t5", "name": "five"}, {"id": "t6", "name": "six"}]}, "t5,t6"),
        ({"tagIds": [], "tags": [{"_id": "t5", "name": "five"}]}, "t5"),
        ({"tagIds": ["t1"], "tags": [{"_id": "t5", "name": "five"}]}, "t1"),
        ({"tagIds": None, "tags": [{"name": "nameless"}]}, "nameless"),
        ({"tagIds": None, "tags": "urgent, later"}, "urgent,later"),
        ({"tagIds": None, "tags": ["urgent", "later"]}, "urgent,later"),
        ({"tagIds": None, "tags": {"id": "t7", "name": "seven"}}, "t7"),
        ({"tagIds": None, "tags": []}, ""),
    ],
)
def test_tags_in_any_spelling(changes: Row, tag_ids: str) -> None:
    for part in (part_of(report_row(**changes)), listed_of(listed_row(**changes))):
        assert only(part)["tag_ids"] == tag_ids


def test_tags_of_text_keep_their_name() -> None:
    names = part_of(report_row(tagIds=None, tags=["urgent", "later"])).names
    assert names[Kind.TAG] == {"urgent": "urgent", "later": "later"}


def test_the_other_spelling_of_the_id() -> None:
    assert only(part_of(without(report_row(id="e7"), "_id")))["id"] == "e7"
    assert only(listed_of(without(listed_row(_id="e7"), "id")))["id"] == "e7"


@pytest.mark.parametrize("identifier", [None, "", [], True])
def test_a_row_without_id_is_unread(identifier: Any) -> None:
    assert is_unread(report_row(_id=identifier))
    assert is_unread(listed_row(id=identifier), listed_of)


def test_people_and_projects_given_as_objects() -> None:
    row = without(report_row(), "userId", "projectId", "taskId") | {
        "user": {"id": "u5", "name": "Ana"},
        "project": {"_id": "p2", "name": "Portal", "color": "#112233", "clientId": "c5", "clientName": "Acme"},
        "task": {"id": "k5", "name": "Design"},
        "currency": None,
    }
    part = part_of(row)
    found = only(part)
    assert (found["user_id"], found["project_id"], found["task_id"], found["currency"]) == ("u5", "p2", "k5", "GBP")
    assert part.names == {
        Kind.USER: {"u5": "Ana"},
        Kind.CLIENT: {"c5": "Acme"},
        Kind.PROJECT: {"p2": "Portal"},
        Kind.TASK: {"k5": "Design"},
        Kind.TAG: {},
        "project_facts": {"p2": ["c5", "#112233"]},
    }


def test_a_project_in_pieces_does_not_lose_the_row() -> None:
    assert only(part_of(report_row(project=[], user={}, task=None)))["project_id"] == "p1"
    assert only(part_of(report_row(project=[1], projectName={})))["project_id"] == "p1"
    assert only(part_of(report_row(projectId=None, project={"id": "", "name": ""})))["project_id"] == ""


@pytest.mark.parametrize(
    ("description", "text"), [(None, ""), (5, "5"), (5.5, "5.5"), ("", ""), ("Zürich 🎉", "Zürich 🎉"), ("half \ud83c", "half ?")]
)
def test_descriptions(description: Any, text: str) -> None:
    assert only(part_of(report_row(description=description)))["description"] == text


@pytest.mark.parametrize(("kind", "shown"), [("SABBATICAL", "SABBATICAL"), (None, "REGULAR"), ("", "REGULAR")])
def test_a_type_nobody_knows_passes_through(kind: Any, shown: str) -> None:
    assert only(part_of(report_row(type=kind)))["type"] == shown


@pytest.mark.parametrize("row", [None, [], "row", 5, {}])
def test_what_is_no_row_is_unread(row: Any) -> None:
    assert is_unread(row)
    assert is_unread(row, listed_of)


def test_a_webhooks_body_is_a_listed_row() -> None:
    body = without(listed_row(), "taskId", "tagIds", "type") | {
        "hourlyRate": None,
        "currentlyRunning": False,
        "project": {"name": "Internal", "clientId": "c1", "color": "#009688", "clientName": "House", "id": "p1"},
        "task": {"name": "Research", "projectId": "p1", "id": "k9"},
        "user": {"id": "u1", "name": "Sample Person", "status": "ACTIVE"},
        "tags": [{"id": "t9", "name": "cloud", "workspaceId": "w1"}],
    }
    part = listed_of(body)
    row = only(part)
    assert (row["task_id"], row["tag_ids"], row["type"], row["amount_ticks"]) == ("k9", "t9", "REGULAR", 0)
    assert part.names[Kind.USER] == {"u1": "Sample Person"}
    assert part.names[Kind.TAG] == {"t9": "cloud"}
    assert part.names[Kind.CLIENT] == {"c1": "House"}
    assert part.names["project_facts"] == {"p1": ["c1", "#009688"]}


def test_a_frame_keeps_what_can_be_understood() -> None:
    rows = [report_row(), report_row(_id="e2", amount=float("nan")), report_row(_id="e3")]
    assert report_entries_frame(rows, zone="UTC", currencies={}, default_currency="EUR")["id"].tolist() == ["e1", "e3"]
