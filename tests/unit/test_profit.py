"""Earned, cost and what is left, by hand and against sums in plain Python."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clockify.frames import daily_cube, empty_cube
from clockify.plans import CostRate, in_force
from clockify.reports.profit import PROFIT_DTYPES, By, cost_of, profit, profit_total
from tests.support.people import DIRECTORY, ROWS, Row, cube_of, entries_of

HOUR = 3600
MAY, JUNE = date(2026, 5, 20), date(2026, 6, 2)
RATES = [CostRate("ana", 3000, "EUR"), CostRate("ana", 4000, "EUR", JUNE), CostRate("ben", 500, "USD", MAY)]


def test_by_hand() -> None:
    rows = [
        Row(MAY, "ana", "p1", HOUR, 10_000, billable=True),
        Row(JUNE, "ana", "p1", 2 * HOUR),  # not billable, and costs all the same
        Row(JUNE, "ben", "p1", HOUR, 8_000, billable=True),  # paid in dollars, earned in euros
        Row(JUNE, "ben", "p3", HOUR, 9_000, "USD", billable=True),
        Row(JUNE, "cleo", "p3", 60),
    ]
    found = profit(cube_of(rows), RATES, DIRECTORY, By.PROJECT)
    assert found[["id", "label", "seconds", "uncosted_seconds"]].to_numpy().tolist() == [
        ["p1", "Portal", 4 * HOUR, 0],
        ["p3", "shop", HOUR + 60, 60],
    ]
    money = {name: [ticks // HOUR for ticks in found[name]] for name in list(found)[4:]}
    assert money == {
        "amount_ticks:EUR": [18_000, 0],
        "cost_ticks:EUR": [11_000, 0],
        "margin_ticks:EUR": [7_000, 0],
        "amount_ticks:USD": [0, 9_000],
        "cost_ticks:USD": [0, 500],
        "margin_ticks:USD": [0, 8_500],
        "other_cost_ticks:USD": [500, 0],
    }
    total = profit_total(found).iloc[0]
    assert (total["label"], total["seconds"], total["margin_ticks:USD"]) == ("Total", 5 * HOUR + 60, 8_500 * HOUR)


def test_a_rate_holds_from_its_day_and_nobody_elses_counts() -> None:
    days = [date(2026, 5, 19), MAY, date(2026, 6, 1), JUNE]
    cube = cube_of([Row(day, user, seconds=1) for user in ("ana", "ben", "cleo", "") for day in days])
    costs = cost_of(cube, RATES)
    found = {(row.user_id, row.day.date()): ticks for row, ticks in zip(cube.itertuples(), costs["cost_ticks"], strict=True)}
    assert [found["ana", day] for day in days] == [3000, 3000, 3000, 4000]
    assert [found["ben", day] for day in days] == [0, 500, 500, 500]
    assert costs["costed"].sum() == 7
    assert [found["cleo", day] for day in days] == [found["", day] for day in days] == [0] * 4
    late = cost_of(cube, [CostRate("ana", 9, "EUR", date(2027, 1, 1)), CostRate("ben", 7, "EUR")])
    assert sorted(late["cost_ticks"].tolist()) == [0] * 12 + [7] * 4


def test_of_two_rates_from_one_day_the_first_counts_and_ever_is_the_first_day_there_is() -> None:
    twice = [CostRate("ana", 5, "EUR", MAY), CostRate("ana", 6, "EUR", MAY), CostRate("ana", 9, "EUR", date.max)]
    assert cost_of(cube_of([Row(JUNE, seconds=1)]), twice)["cost_ticks"].tolist() == [5]
    ever = [CostRate("ana", 5, "EUR", None), CostRate("ana", 6, "EUR", date.min)]
    assert cost_of(cube_of([Row(JUNE, seconds=1)]), ever)["cost_ticks"].tolist() == [5]


def test_an_hour_that_costs_nothing_is_costed() -> None:
    found = profit(cube_of([Row(MAY)]), [CostRate("ana", 0, "EUR")], DIRECTORY, By.PERSON)
    assert found["uncosted_seconds"].tolist() == [0]
    assert profit(cube_of([Row(MAY)]), [], DIRECTORY, By.PERSON)["uncosted_seconds"].tolist() == [HOUR]


def test_groups_and_their_order() -> None:
    rows = [
        Row(JUNE, "ana", "p4", 3 * HOUR, 10_000, billable=True),
        Row(MAY, "ben", "p3", HOUR, 9_000, billable=True),
        Row(MAY, "gone", "p2", 2 * HOUR, 4_500, billable=True),
        Row(MAY, "gone", "p1", 0, 4_500, billable=True),
    ]
    cube = cube_of(rows)
    assert profit(cube, RATES, DIRECTORY, By.CLIENT)["label"].tolist() == ["Zeta", "Acme", "No client"]  # more time for as much
    assert profit(cube, RATES, DIRECTORY, By.PROJECT)["id"].tolist() == ["p4", "p2", "p3"]
    assert profit(cube, RATES, DIRECTORY, By.PERSON)["label"].tolist() == ["Ana", "Unknown person gone", "ben"]
    months = profit(cube, RATES, DIRECTORY, By.MONTH)
    assert months[["id", "label"]].to_numpy().tolist() == [["2026-05", "May 2026"], ["2026-06", "June 2026"]]


@pytest.mark.parametrize("by", list(By))
def test_nothing(by: By) -> None:
    found = profit(empty_cube(), RATES, DIRECTORY, by)
    assert found.empty and found.dtypes.astype(str).to_dict() == PROFIT_DTYPES
    assert profit_total(found).to_numpy().tolist() == [["", "Total", 0, 0]]
    assert profit(cube_of([Row(MAY, seconds=0)]), RATES, DIRECTORY, by).empty


def test_cost_without_earnings_has_its_columns() -> None:
    found = profit(cube_of([Row(MAY, "ben", "p1", HOUR, currency="USD")]), RATES, DIRECTORY, By.PROJECT)
    assert list(found)[4:] == ["amount_ticks:USD", "cost_ticks:USD", "margin_ticks:USD"]
    assert found.iloc[0, 4:].tolist() == [0, 500 * HOUR, -500 * HOUR]


COST_RATES = st.lists(
    st.builds(
        CostRate,
        user_id=st.sampled_from(["ana", "ben", "gone", "zoe"]),
        cents=st.integers(0, 10_000),
        currency=st.sampled_from(["EUR", "USD", "RSD"]),
        first=st.one_of(st.none(), st.dates(date(2028, 2, 15), date(2028, 3, 12)), st.just(date.min), st.just(date.max)),
    ),
    max_size=8,
)


def group_of(row: Row, by: By) -> str:
    client = {"p1": "c1", "p2": "c1", "p3": "c2"}.get(row.project, "")
    return {By.PROJECT: row.project, By.PERSON: row.user, By.CLIENT: client, By.MONTH: f"{row.day:%Y-%m}"}[by]


@settings(max_examples=25)
@given(st.lists(ROWS, max_size=30), COST_RATES, st.sampled_from(By))
def test_every_figure_is_a_plain_sum(rows: list[Row], rates: list[CostRate], by: By) -> None:
    sums: Counter[tuple[str, str]] = Counter()
    for row in rows:
        group, rate = group_of(row, by), in_force([one for one in rates if one.user_id == row.user], row.day)
        sums[group, "seconds"] += row.seconds
        sums[group, f"amount_ticks:{row.currency}"] += row.ticks
        sums[group, f"margin_ticks:{row.currency}"] += row.ticks
        if rate is None:
            sums[group, "uncosted_seconds"] += row.seconds
        elif rate.currency == row.currency:
            sums[group, f"cost_ticks:{row.currency}"] += rate.cents * row.seconds
            sums[group, f"margin_ticks:{row.currency}"] -= rate.cents * row.seconds
        else:
            sums[group, f"other_cost_ticks:{rate.currency}"] += rate.cents * row.seconds
    found = profit(cube_of(rows), rates, DIRECTORY, by)
    told = {(row["id"], name): figure for row in found.to_dict("records") for name, figure in row.items() if name not in ("id", "label")}
    assert {key: figure for key, figure in told.items() if figure} == {key: figure for key, figure in sums.items() if figure}
    assert not found["id"].duplicated().any()
    assert (found.dtypes.iloc[2:] == "int64").all()


@given(st.lists(ROWS, max_size=20), COST_RATES)
def test_entries_cost_what_their_cube_does(rows: list[Row], rates: list[CostRate]) -> None:
    entries = entries_of(rows)
    before = entries.copy()
    assert cost_of(entries, rates)["cost_ticks"].sum() == cost_of(daily_cube(entries), rates)["cost_ticks"].sum()
    pd.testing.assert_frame_equal(entries, before)
    assert cost_of(entries[::-1], rates).index.equals(entries.index[::-1])
