"""Our own files, read back: to the second and the tick what they were made of, in three currencies."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clockify.directory import EMPTY_DIRECTORY
from clockify.render.files import rows as rows_module
from clockify.render.files.comma import entries_csv
from clockify.render.files.json_file import entries_json
from clockify.render.files.xlsx import entries_xlsx
from clockify.reports.measures import totals_of
from clockify.reports.rounding import EXACT, Direction, Rounding, rounded
from tests.support.files import Span, csv_rows, facts_of, frame_of, seconds_in, sheet_rows, ticks_in, totals_sheet

ZONE = "America/St_Johns"
BEGIN = datetime(2026, 10, 1, tzinfo=UTC)
SPANS = st.lists(
    st.builds(
        Span,
        start=st.integers(0, 60 * 86_400).map(lambda seconds: (BEGIN + timedelta(seconds=seconds)).isoformat()),
        seconds=st.integers(0, 100_000),
        rate=st.none() | st.integers(0, 10**7),
        currency=st.sampled_from(["EUR", "USD", "GBP"]),
        description=st.text(st.characters(codec="utf-8"), max_size=8),
    ),
    max_size=12,
)
ROUNDINGS = st.sampled_from([EXACT, Rounding(Direction.UP, 6), Rounding(Direction.NEAREST, 15)])
Read = tuple[int, dict[str, int]]


@pytest.fixture(autouse=True)
def short_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a few rows be several pieces."""
    monkeypatch.setattr(rows_module, "PIECE", 5)


def added(rows: Iterable[tuple[int, Any, str]]) -> Read:
    """Add seconds and, by currency, ticks up; what earns nothing has none."""
    seconds, ticks = 0, Counter[str]()
    for some, amount, currency in rows:
        seconds += some
        ticks[currency] += ticks_in(amount or 0)
    return seconds, {code: one for code, one in ticks.items() if one}


def meant(frame: pd.DataFrame) -> Read:
    totals = totals_of(frame)
    return totals.seconds, {code: ticks for code, ticks in totals.amounts.items() if ticks}


@settings(max_examples=40, deadline=None)
@given(SPANS, ROUNDINGS)
def test_csv(spans: list[Span], rounding: Rounding) -> None:
    frame = rounded(frame_of(spans, ZONE), rounding)
    rows = csv_rows(entries_csv(frame, EMPTY_DIRECTORY, ZONE))
    assert added((int(row["Seconds"]), row["Amount"], row["Currency"]) for row in rows) == meant(frame)
    for code, ticks in totals_of(frame).amounts.items():
        column = sum((Fraction(row["Amount"]) for row in rows if row["Currency"] == code), Fraction(0))
        # The column's own sum is the total, rounded once to its eighth place.
        assert column == Fraction((ticks * 2 * 10**8 + 360_000) // 720_000, 10**8)


@settings(max_examples=40, deadline=None)
@given(SPANS, ROUNDINGS)
def test_json(spans: list[Span], rounding: Rounding) -> None:
    exact = frame_of(spans, ZONE)
    frame = rounded(exact, rounding)
    found = json.loads(entries_json(frame, EMPTY_DIRECTORY, facts_of(exact, ZONE, rounding)))
    assert added((one["seconds"], one["amount"], one["currency"]) for one in found["entries"]) == meant(frame)
    assert [one["description"] for one in found["entries"]] == frame["description"].tolist()
    for name, shown in (("totals", frame), ("exact_totals", exact)):
        head = found["header"][name]
        assert (head["seconds"], {code: ticks_in(text) for code, text in head["amounts"].items() if ticks_in(text)}) == meant(shown)
    assert found["header"]["rounding"] == rounding.key


@settings(max_examples=25, deadline=None)
@given(SPANS, ROUNDINGS)
def test_xlsx(spans: list[Span], rounding: Rounding) -> None:
    exact = frame_of(spans, ZONE)
    frame = rounded(exact, rounding)
    content = entries_xlsx(frame, EMPTY_DIRECTORY, facts_of(exact, ZONE, rounding))
    rows = sheet_rows(content, "Entries")
    assert added((seconds_in(row["Duration"]), row["Amount"], row["Currency"]) for row in rows) == meant(frame)
    assert [row["Start"].isoformat() for row in rows] == [one.tz_convert(ZONE).tz_localize(None).isoformat() for one in frame["start"]]
    totals = totals_sheet(content)
    assert totals["Rounding"][0] == rounding.label
    assert tuple(map(seconds_in, totals["Duration"])) == (meant(frame)[0], meant(exact)[0])
    for code, ticks in totals_of(exact).amounts.items():
        assert tuple(map(ticks_in, totals[f"Amount ({code})"])) == (totals_of(frame).amounts.get(code, 0), ticks)
