from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from clockify.directory import Directory, Kind, Project
from clockify.frames import CUBE_DTYPES, empty_cube
from clockify.reports.billing import BILLING_DTYPES, UNRATED_DTYPES, billing_rows, unrated

PROJECTS = {
    "p1": Project("p1", "Portal", client_id="c1"),
    "p2": Project("p2", "Care", client_id="c1"),
    "p3": Project("p3", "App", client_id="c2"),
    "p4": Project("p4", "Own"),
}
NAMES = {kind: {} for kind in Kind} | {
    Kind.CLIENT: {"c1": "Helios", "c2": "Kestrel"},
    Kind.PROJECT: {k: p.name for k, p in PROJECTS.items()},
}
DIRECTORY = Directory(NAMES, PROJECTS)
HOUR = 3600
Row = tuple[str, str, int, int, bool]


def cube(*rows: Row) -> pd.DataFrame:
    """Rows of (project, currency, rate, hours, billable)."""
    if not rows:
        return empty_cube()
    columns = {"project_id": [r[0] for r in rows], "currency": [r[1] for r in rows], "rate": [r[2] if r[4] else 0 for r in rows]}
    columns |= {"seconds": [r[3] * HOUR for r in rows], "billable": [r[4] for r in rows]}
    columns |= {"amount_ticks": [r[2] * r[3] * HOUR if r[4] else 0 for r in rows]}
    rest = {"day": "2026-11-02", "user_id": "u1", "task_id": "", "entries": 1}
    return pd.DataFrame(columns | rest).astype(CUBE_DTYPES)


MIXED = cube(
    ("p1", "EUR", 9800, 2, True),
    ("p1", "EUR", 9800, 3, False),
    ("p2", "EUR", 5000, 1, True),
    ("p2", "EUR", 6000, 1, True),
    ("p1", "USD", 100000, 3, True),
    ("p3", "EUR", 0, 4, True),
    ("p4", "EUR", 100, 1, True),
    ("", "EUR", 0, 1, True),
)


def test_rows_as_an_invoice_lists_them() -> None:
    rows = billing_rows(MIXED, DIRECTORY)
    found = [(r.level, r.label, r.currency, r.seconds // HOUR, r.entries, r.rates) for r in rows.itertuples()]
    assert found == [
        ("client", "Helios", "USD", 3, 1, 0),
        ("project", "Portal", "USD", 3, 1, 1),
        ("currency", "USD subtotal", "USD", 3, 1, 0),
        ("client", "Helios", "EUR", 4, 3, 0),
        ("project", "Portal", "EUR", 2, 1, 1),
        ("project", "Care", "EUR", 2, 2, 2),
        ("client", "Kestrel", "EUR", 4, 1, 0),
        ("project", "App", "EUR", 4, 1, 1),
        ("client", "No client", "EUR", 2, 2, 0),
        ("project", "Own", "EUR", 1, 1, 1),
        ("project", "No project", "EUR", 1, 1, 1),
        ("currency", "EUR subtotal", "EUR", 10, 6, 0),
        ("all", "All hours", "", 13, 7, 0),
    ]


def test_rates_and_amounts() -> None:
    rows = billing_rows(MIXED, DIRECTORY)
    assert rows["rate"].isna().tolist() == [True, False, True, True, False, True, True, True, True, False, True, True, True]
    assert rows["rate"][4] == 9800
    ticks = rows["amount_ticks"]
    assert (ticks[2], ticks[3], ticks[5], ticks[7]) == (300000 * HOUR, (19600 + 11000) * HOUR, 11000 * HOUR, 0)
    assert pd.isna(ticks.iloc[-1])
    assert rows["unrated_seconds"][7] == 4 * HOUR
    assert rows.dtypes.astype(str).to_dict() == BILLING_DTYPES


def test_what_has_no_rate() -> None:
    found = unrated(MIXED, DIRECTORY)
    assert found[["client", "project"]].values.tolist() == [["Kestrel", "App"], ["No client", "No project"]]
    assert found["seconds"].tolist() == [4 * HOUR, HOUR]
    assert found.dtypes.astype(str).to_dict() == UNRATED_DTYPES


def test_an_amount_without_a_rate_is_not_unrated() -> None:
    frame = cube(("p1", "EUR", 0, 1, True)).assign(amount_ticks=5)
    assert unrated(frame, DIRECTORY).empty
    assert billing_rows(frame, DIRECTORY)["unrated_seconds"].sum() == 0


def test_a_project_earns_with_some_hours_and_has_no_rate_for_others() -> None:
    # Clockify priced the first hour though it names no rate; the other two earn nothing.
    frame = cube(("p1", "EUR", 0, 1, True), ("p1", "EUR", 0, 2, True)).assign(amount_ticks=[5, 0])
    rows = billing_rows(frame, DIRECTORY)
    assert rows["unrated_seconds"].tolist() == [2 * HOUR] * 4  # client, project, currency, all
    assert rows["amount_ticks"].tolist()[:3] == [5, 5, 5]
    assert unrated(frame, DIRECTORY)[["project_id", "seconds", "entries"]].to_numpy().tolist() == [["p1", 2 * HOUR, 1]]


def test_a_second_without_a_rate_is_told_and_no_time_is_not() -> None:
    nothing = cube(("p3", "EUR", 0, 0, True))
    assert unrated(nothing, DIRECTORY).empty
    assert unrated(nothing.assign(seconds=1), DIRECTORY)["seconds"].tolist() == [1]


def test_equal_amounts_stand_by_hours_then_name_then_id() -> None:
    frame = cube(*((name, "EUR", 12 // hours, hours, True) for name, hours in (("x3", 1), ("x2", 1), ("x1", 1), ("x4", 2))))
    alike = Directory(NAMES | {Kind.PROJECT: {"x1": "B", "x2": "A", "x3": "A", "x4": "C"}}, {})
    rows = billing_rows(frame, alike)
    assert rows.loc[rows["level"] == "project", "project_id"].tolist() == ["x4", "x2", "x3", "x1"]


def test_projects_without_a_rate_stand_by_hours_then_name_then_id() -> None:
    frame = cube(*((name, "EUR", 0, hours, True) for name, hours in (("x3", 1), ("x2", 1), ("x1", 1), ("x4", 2))))
    alike = Directory(NAMES | {Kind.PROJECT: {"x1": "B", "x2": "A", "x3": "A", "x4": "C"}}, {})
    assert unrated(frame, alike)["project_id"].to_dict() == {0: "x4", 1: "x2", 2: "x3", 3: "x1"}


def test_nothing_billable() -> None:
    for frame in (empty_cube(), cube(("p1", "EUR", 100, 1, False))):
        assert billing_rows(frame, DIRECTORY).empty
        assert billing_rows(frame, DIRECTORY).dtypes.astype(str).to_dict() == BILLING_DTYPES
        assert unrated(frame, DIRECTORY).dtypes.astype(str).to_dict() == UNRATED_DTYPES


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["p1", "p2", "p3", "p4", ""]),
        st.sampled_from(["EUR", "USD"]),
        st.sampled_from([0, 9800, 7]),
        st.integers(0, 9),
        st.booleans(),
    ),
    max_size=12,
)


@settings(max_examples=30, deadline=None)
@given(ROWS)
def test_each_level_adds_up_to_the_same(rows: list[Row]) -> None:
    found = billing_rows(cube(*rows), DIRECTORY)
    billable = [row for row in rows if row[4]]
    hours = sum(row[3] for row in billable) * HOUR
    for level in ("project", "client", "currency", "all") if billable else ():
        assert found.loc[found["level"] == level, "seconds"].sum() == hours
    for currency in {row[1] for row in billable}:
        ticks = sum(row[2] * row[3] for row in billable if row[1] == currency) * HOUR
        own = found[found["currency"] == currency]
        for level in ("project", "client", "currency"):
            assert own.loc[own["level"] == level, "amount_ticks"].sum() == ticks
