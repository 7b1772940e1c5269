"""What is written down as rows of a table for editing, and back: nothing changes by being looked at."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clockify.app.cards.noted_rows import COLUMNS, Names, editable, in_order, read, row_words
from clockify.branding import Branding
from clockify.clients import MINUTES, ClientRule, Direction, Pack, Scope
from clockify.directory import Directory, Kind, told_apart
from clockify.limits import MOST_CENTS, MOST_SECONDS
from clockify.plans import (
    DAY_SECONDS,
    KINDS,
    Capacity,
    CostRate,
    Cycle,
    DaysOff,
    Plan,
    Rate,
    Row,
    Target,
    Usual,
    clashes_in,
    problems_of,
)
from clockify.render.markdown import one_line
from tests.support.hostile import LABELS, hostile_name
from tests.support.noted import FULL, MARK

HOUR = 3600
NAMES = Names({"ana": "Ana Ölund", "bo": "Bo", "app": "App", "site": "Site", "acme": "Acme", "zoo": "Zoo"}, frozenset({"acme", "zoo"}))
CALLED = {f"{number:024}": hostile_name(label, "person", "https://evil.invalid") for number, label in enumerate(LABELS)}
DIRECTORY = Directory({kind: CALLED if kind is Kind.USER else {} for kind in Kind})
HOSTILE = [one_line(DIRECTORY.label(Kind.USER, one)) for one in CALLED]
SOME_DAY = st.dates(date(1990, 1, 1), date(2090, 1, 1))
DATES = st.none() | SOME_DAY
IDS = st.sampled_from([f"id{number}" for number in range(len(HOSTILE))] + ["gone", "*"])
PERCENT = st.none() | st.integers(1, 1000)
NOTE_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=200)
ROWS: dict[str, st.SearchStrategy[Row]] = {
    "capacities": st.builds(Capacity, IDS, st.tuples(*[st.integers(0, DAY_SECONDS)] * 7), DATES, DATES),
    "days_off": st.builds(DaysOff, IDS, SOME_DAY, SOME_DAY, NOTE_TEXTS),
    "targets": st.builds(Target, IDS, PERCENT, PERCENT),
    "cost_rates": st.builds(CostRate, IDS, st.integers(0, MOST_CENTS), st.sampled_from(["EUR", "USD", "JPY"]), DATES),
    "plans": st.one_of(
        st.builds(Plan, IDS, st.integers(1, MOST_SECONDS), st.none(), st.sampled_from(Cycle), st.booleans(), PERCENT, DATES),
        st.builds(Plan, IDS, st.none(), st.integers(1, MOST_CENTS), st.sampled_from(Cycle), st.booleans(), PERCENT, DATES),
    ),
    "rates": st.builds(Rate, IDS, st.integers(0, MOST_CENTS)),
    "client_rules": st.builds(ClientRule, IDS, st.sampled_from(Direction), st.sampled_from(MINUTES), st.sampled_from(Scope)),
    "packs": st.one_of(
        st.builds(Pack, SOME_DAY, IDS, st.just(""), st.integers(1, MOST_SECONDS), last=DATES),
        st.builds(
            Pack, SOME_DAY, st.just(""), IDS, st.none(), st.integers(1, MOST_CENTS), st.sampled_from(["EUR", "USD"]), DATES, NOTE_TEXTS
        ),
    ),
}


def table(kind: str, *lines: dict[str, Any]) -> pd.DataFrame:
    """An edited table: a line has what is named, and nothing else."""
    return pd.DataFrame([dict.fromkeys(COLUMNS[kind]) | line for line in lines], columns=list(COLUMNS[kind]), dtype="object")


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=30)
@given(st.data(), st.integers(1, 3))
def test_what_is_looked_at_comes_back_as_it_was(kind: str, data: st.DataObject, each: int) -> None:
    """To the second and the cent, whatever people and projects are called, the same name for `each` two or three of them included."""
    names = Names(told_apart({f"id{number}": HOSTILE[number // each] for number in range(len(HOSTILE))} | {"*": "Everybody"}))
    rows = [row for row in data.draw(st.lists(ROWS[kind], max_size=8)) if not problems_of(row)]
    taken = {place for place, _ in clashes_in(rows)}
    rows = [row for place, row in enumerate(rows) if place not in taken]
    shown = editable(kind, rows, names)
    assert list(shown) == list(COLUMNS[kind])
    assert read(kind, shown, names, "CHF") == (rows, [])


@pytest.mark.parametrize("kind", KINDS)
def test_no_rows_are_an_empty_table_with_its_types(kind: str) -> None:
    shown = editable(kind, [], NAMES)
    kinds = {"day": "object"}
    assert {name: str(one) for name, one in shown.dtypes.items()} == {name: kinds.get(one, one) for name, one in COLUMNS[kind].items()}
    assert read(kind, shown, NAMES, "EUR") == ([], [])


@pytest.mark.parametrize("kind", KINDS)
def test_one_row_of_each_kind_by_hand(kind: str) -> None:
    rows = list(getattr(FULL, kind))
    known = [row for row in rows if not problems_of(row)]
    assert read(kind, editable(kind, known, NAMES), NAMES, "EUR") == (known, [])


def test_cells_are_in_hours_and_money() -> None:
    shown = editable("capacities", [Capacity("ana", (27_000, 0, 0, 0, 0, 0, 36), None, date(2026, 6, 30))], NAMES)
    assert shown.iloc[0].tolist() == ["Ana Ölund", 7.5, 0, 0, 0, 0, 0, 0.01, None, date(2026, 6, 30)]
    shown = editable("plans", [Plan("app", cents=12_345, cycle=Cycle.MONTH)], NAMES).astype("object")
    assert shown.iloc[0].where(shown.iloc[0].notna(), None).tolist() == ["App", None, 123.45, "month", False, None, None]


@pytest.mark.parametrize(
    "value", [date(2026, 11, 5), "2026-11-05", "2026-11-05T00:00:00.000Z", datetime(2026, 11, 5), pd.Timestamp("2026-11-05")]
)
def test_a_day_may_come_in_any_of_an_editors_forms(value: Any) -> None:
    rows, problems = read("days_off", table("days_off", {"Person": "Bo", "From": value}), NAMES, "EUR")
    assert (rows, problems) == ([DaysOff("bo", date(2026, 11, 5), date(2026, 11, 5))], [])


def test_one_end_is_enough_for_a_single_day_and_none_is_not() -> None:
    lines = table("days_off", {"Person": "Bo", "Until": "2026-11-05", "Note": "x"}, {"Person": "Ana Ölund"})
    rows, problems = read("days_off", lines, NAMES, "EUR")
    assert rows[0] == DaysOff("bo", date(2026, 11, 5), date(2026, 11, 5), "x")
    assert problems == ["Line 2, Ana Ölund: The days are missing."]


def test_lines_without_anything_dont_count_and_the_others_keep_their_numbers() -> None:
    nothing: dict[str, Any] = {}
    lines = table("rates", nothing, {"Project": "App", "Rate an hour": 85}, {"Project": "  "}, {"Project": "App", "Rate an hour": 90})
    rows, problems = read("rates", lines, NAMES, "EUR")
    assert rows == [Rate("app", 8_500), Rate("app", 9_000)]
    assert problems == ["Line 4, App: This project has a rate already."]
    rows, problems = read("plans", table("plans", {"Rest carries over": False}), NAMES, "EUR")
    assert (rows, problems) == ([], [])


def test_a_currency_may_be_left_out_and_written_small() -> None:
    lines = table("cost_rates", {"Person": "Bo", "Cost an hour": 45}, {"Person": "Ana Ölund", "Cost an hour": 0.01, "Currency": " usd "})
    assert read("cost_rates", lines, NAMES, "CHF") == ([CostRate("bo", 4_500, "CHF"), CostRate("ana", 1, "USD")], [])


@pytest.mark.parametrize(
    ("kind", "line", "said"),
    [
        ("capacities", {"Person": "Bo", "Mon": 25}, "Line 1, Bo: A day has 0 to 24 hours."),
        ("capacities", {"Mon": 8}, "Line 1: The person is missing."),
        ("capacities", {"Person": "Bo", "From": "2026-02-01", "Until": "2026-01-01"}, "Line 1, Bo: The last day is before the first."),
        ("targets", {"Person": "Bo"}, "Line 1, Bo: A target needs utilization or billability, in percent."),
        ("plans", {"Project": "App", "Hours": 1, "Money": 1}, "Line 1, App: A plan is either hours or money."),
        (
            "plans",
            {"Project": "App", "Hours": 1, "Rest carries over": True},
            "Line 1, App: Only what begins anew can carry over: choose week, month, quarter or year.",
        ),
        ("client_rules", {"Rounded": "up"}, "Line 1: The client is missing."),
        ("client_rules", {"Client": "Zoo", "To minutes": 7}, "Line 1, Zoo: Time is rounded to one of 1, 5, 6, 10, 15, 30 minutes."),
        ("packs", {"Client": "Zoo", "Hours": 5}, "Line 1, Zoo: The first day is missing."),
        ("packs", {"Hours": 5, "From": "2026-01-01"}, "Line 1: The client or project is missing."),
        (
            "packs",
            {"Client": "Zoo", "Project": "App", "Hours": 5, "From": "2026-01-01"},
            "Line 1, App: A pack is either a client's or a project's.",
        ),
        ("rates", {"Rate an hour": 1}, "Line 1: The project is missing."),
        ("rates", {"Project": "App", "Rate an hour": -1}, "Line 1, App: A rate is 0 or more."),
    ],
)
def test_what_cant_be_right_is_said_by_line_and_name(kind: str, line: dict[str, Any], said: str) -> None:
    assert read(kind, table(kind, line), NAMES, "EUR")[1] == [said]


def test_a_name_that_nothing_knows_stands_for_itself() -> None:
    rows, problems = read("rates", table("rates", {"Project": "5f0000000000000000000bad", "Rate an hour": 1}), NAMES, "EUR")
    assert (rows, problems) == ([Rate("5f0000000000000000000bad", 100)], [])


def test_rows_stand_by_name_then_by_day() -> None:
    rows = [Capacity("bo", (0,) * 7), Capacity("ana", (1,) * 7, date(2026, 7, 1)), Capacity("ana", (2,) * 7, None, date(2026, 6, 30))]
    assert in_order(rows, NAMES) == (rows[2], rows[1], rows[0])


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (Capacity("bo", (8 * HOUR, 27_000, 0, 0, 0, 0, 0), date(2026, 11, 1)), "Bo: 8 7.5 0 0 0 0 0 2026-11-01"),
        (DaysOff("ana", date(2026, 12, 24), date(2026, 12, 31), "Skiing"), "Ana Ölund: 2026-12-24 2026-12-31 Skiing"),
        (Target("bo", None, 75), "Bo: 75"),
        (Plan("app", seconds=36_000, cycle=Cycle.MONTH, carries=True), "App: 10 month True"),
        (ClientRule("acme", Direction.NEAREST, 6, Scope.DAY), "Acme: a project's day to the nearest 6"),
        (
            Pack(date(2026, 1, 1), project_id="app", cents=500_050, currency="EUR", last=date(2026, 12, 31)),
            "App: 5000.5 EUR 2026-01-01 2026-12-31",
        ),
        (Branding("Team", "Gate 5\nOslo", b"...", "png", "#1b4d89"), "Team, Gate 5, Oslo, a logo (png), #1b4d89"),
        (Usual(), "40 and 40 h a week, warn at 80 %"),
        (MARK, "Ana Ölund: week of 2026-11-09"),
    ],
)
def test_a_row_in_words(row: Any, words: str) -> None:
    assert row_words(row, NAMES) == words
