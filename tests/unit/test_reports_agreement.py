"""Ours beside Clockify's: by person and project, to the second and the cent."""

from __future__ import annotations

import pandas as pd
import pytest

from clockify.frames import daily_cube, empty_cube, report_entries_frame
from clockify.render.tables.agreement import agreement_table
from clockify.reports.agreement import Beside, Sum, by_pair, sum_of, together


def cube() -> pd.DataFrame:
    """Ana: 2 h on Atlas for 200 EUR, half an hour on nothing; Ben: 1 h on Atlas for 100 EUR."""
    rows = []
    for number, (user, project, minutes) in enumerate((("ana", "atlas", 120), ("ana", None, 30), ("ben", "atlas", 60))):
        start = f"2026-11-0{number + 2}T09:00:00Z"
        span = {"start": start, "end": start, "duration": minutes * 60}
        money = {"amount": minutes / 60 * 10_000, "rate": 10_000} if project else {"amount": 0, "rate": 0}
        rows.append(
            {"_id": str(number), "userId": user, "projectId": project, "billable": bool(project), "currency": "EUR", "timeInterval": span}
            | money
        )
    return daily_cube(report_entries_frame(rows, zone="UTC", currencies={}, default_currency="EUR"))


def theirs(money: bool = True) -> dict[tuple[str, str], Sum]:
    return {
        ("ana", "atlas"): sum_of(7200, {"EUR": 20_000.0}, money=money),
        ("ana", ""): sum_of(1800, {"EUR": 0.0}, money=money),
        ("ben", "atlas"): sum_of(3600, {"EUR": 10_000.0}, money=money),
    }


def test_what_agrees_agrees_and_adds_up() -> None:
    rows = by_pair(cube(), theirs(), money=True)
    assert [(row.user_id, row.project_id, row.agrees) for row in rows] == [
        ("ana", "atlas", True),
        ("ben", "atlas", True),
        ("ana", "", True),
    ]
    whole = together(rows)
    # 3:30 h and 300 EUR, in ticks of 1/3600 cent.
    assert whole.ours == whole.theirs == Sum(12_600, {"EUR": 30_000 * 3600})


def test_what_differs_comes_first_and_each_side_may_lack_a_row() -> None:
    changed = theirs() | {("ana", ""): sum_of(1801, {"EUR": 0.0}, money=True), ("cleo", "atlas"): sum_of(60, {"EUR": 1.0}, money=True)}
    del changed["ben", "atlas"]
    rows = by_pair(cube(), changed, money=True)
    assert [(row.user_id, row.seconds_apart, row.ticks_apart) for row in rows] == [
        ("ben", 3600, {"EUR": 10_000 * 3600}),
        ("ana", -1, {}),
        ("cleo", -60, {"EUR": -3600}),
        ("ana", 0, {}),
    ]
    table = agreement_table({"Person": [row.user_id for row in rows]}, rows)
    assert table.to_dict("records")[0] == {
        "Person": "ben",
        "Result": "differs",
        "Hours here": "1:00:00",
        "Hours in Clockify": "0:00:00",
        "Hours apart": "1:00:00 more here",
        "Amount here": "€100.00",
        "Amount in Clockify": "0.00",
        "Amount apart": "€100.00 more here",
    }
    assert table["Hours apart"].tolist() == ["1:00:00 more here", "0:00:01 less here", "0:01:00 less here", "0"]
    assert table["Result"].tolist() == ["differs", "differs", "differs", "same"]


@pytest.mark.parametrize(("cents", "agrees"), [(20_000.49, True), (19_999.51, True), (20_000.5, False), (19_999.5, False)])
def test_less_than_half_a_cent_is_no_difference(cents: float, agrees: bool) -> None:
    assert Beside("", "", Sum(1, {"EUR": 20_000 * 3600}), sum_of(1, {"EUR": cents}, money=True)).agrees is agrees


def test_without_money_nobody_compares_it() -> None:
    rows = by_pair(cube(), theirs(money=False), money=False)
    assert [row.ours.ticks for row in rows] == [row.theirs.ticks for row in rows] == [None] * 3
    assert together(rows).ours == Sum(12_600, None)
    assert list(agreement_table({}, rows).columns) == ["Result", "Hours here", "Hours in Clockify", "Hours apart"]


def test_nothing_beside_nothing() -> None:
    assert by_pair(empty_cube(), {}, money=True) == []
    assert together([]) == Beside("", "", Sum(0, {}), Sum(0, {}))
    assert list(agreement_table({"Month": []}, []).columns) == ["Month", "Result", "Hours here", "Hours in Clockify", "Hours apart"]
