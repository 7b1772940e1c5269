"""Rates that are written down: only where Clockify has none, to the tick, in the row's own currency."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify.frames import daily_cube, empty_cube, empty_entries
from clockify.plans import Rate
from clockify.reports.rates import with_rates
from tests.support.people import ROWS, Row, cube_of, entries_of

DAY = date(2026, 11, 2)
RATES = [Rate("p1", 8_500), Rate("p3", 0)]


def test_by_hand() -> None:
    rows = [
        Row(DAY, project="p1", billable=True),  # has no rate: 85.00
        Row(DAY, project="p1", billable=True, rate=100),  # Clockify's own stays
        Row(DAY, project="p1"),  # isn't billable
        Row(DAY, project="p2", billable=True),  # nothing is written of it
        Row(DAY, project="p3", billable=True),  # nothing an hour
        Row(DAY, project="", billable=True),
        Row(DAY, project="p1", billable=True, currency="USD", seconds=1),
    ]
    found = with_rates(entries_of(rows), RATES)
    assert found["rate"].tolist() == [8_500, 100, 0, 0, 0, 0, 8_500]
    assert found["amount_ticks"].tolist() == [8_500 * 3600, 360_000, 0, 0, 0, 0, 8_500]
    assert found["currency"].tolist() == ["EUR"] * 6 + ["USD"]


@pytest.mark.parametrize("empty", [empty_cube(), empty_entries()])
def test_nothing_to_add_is_the_same_frame(empty: pd.DataFrame) -> None:
    assert with_rates(empty, RATES) is empty
    frame = entries_of([Row(DAY, project="p2", billable=True)])
    assert with_rates(frame, RATES) is frame
    assert with_rates(frame, []) is frame
    assert with_rates(frame, [Rate("p2", 0)]) is frame


@given(st.lists(ROWS, max_size=20), st.lists(st.builds(Rate, st.sampled_from(["p1", "p2", "p4", "x"]), st.integers(0, 10**6)), max_size=3))
def test_entries_and_their_cube_earn_the_same(rows: list[Row], rates: list[Rate]) -> None:
    entries, cube = entries_of(rows), cube_of(rows)
    before = entries.copy(deep=True)
    found = with_rates(entries, rates)
    pd.testing.assert_frame_equal(entries, before)
    assert found.dtypes.to_dict() == entries.dtypes.to_dict()
    cents = {one.project_id: one.cents for one in rates}
    wanted = [replace(row, rate=row.rate or cents.get(row.project, 0)).ticks for row in rows]
    assert found["amount_ticks"].tolist() == wanted
    assert with_rates(cube, rates)["amount_ticks"].sum() == daily_cube(found)["amount_ticks"].sum() == sum(wanted)
