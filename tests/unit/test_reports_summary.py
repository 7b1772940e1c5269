from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clockify.directory import Directory, Kind, Project
from clockify.frames import ENTRY_DTYPES, daily_cube, empty_cube, empty_entries
from clockify.reports.compare import amount_changes, average_change, billability_change, billable_change, change, tracked_change
from clockify.reports.grouping import day_label
from clockify.reports.keys import ids_of
from clockify.reports.measures import currencies_in, measured, sums_by
from clockify.reports.summary import Grouping, Sort, Totals, grouped, share_by, totals_of

PROJECTS = {
    "p1": Project("p1", "Website", client_id="c1"),
    "p2": Project("p2", "Website", client_id="c2"),  # of the same name
    "p3": Project("p3", "Inside"),
    "p4": Project("p4", "App", client_id="c1"),
}
NAMES = {
    Kind.USER: {"u1": "Ana", "u2": "bo"},
    Kind.CLIENT: {"c1": "Zeta", "c2": "Acme"},
    Kind.PROJECT: {key: project.name for key, project in PROJECTS.items()},
    Kind.TASK: {},
    Kind.TAG: {"t1": "design", "t2": "Review"},
}
DIRECTORY = Directory(NAMES, PROJECTS)


def entries(*rows: dict[str, Any]) -> pd.DataFrame:
    """Entries of an hour, billable at 100.00, unless a row says otherwise."""
    full: list[dict[str, Any]] = []
    for place, row in enumerate(rows):
        one: dict[str, Any] = {"id": f"e{place}", "day": "2026-11-02", "seconds": 3600, "user_id": "u1", "project_id": "p1", "task_id": ""}
        one |= {"tag_ids": "", "description": "", "billable": True, "rate": 10000, "currency": "EUR", "type": "REGULAR", "locked": False}
        one |= row
        one["start"] = one["end"] = pd.Timestamp(one["day"], tz="UTC")
        one["rate"] = one["rate"] if one["billable"] else 0
        one["amount_ticks"] = one["rate"] * one["seconds"]
        full.append(one)
    return pd.DataFrame(full, columns=list(ENTRY_DTYPES)).astype(ENTRY_DTYPES) if full else empty_entries()


WEEK = entries(
    {"project_id": "p1", "seconds": 7200, "tag_ids": "t1,t2"},
    {"project_id": "p2", "seconds": 3600, "user_id": "u2", "currency": "USD", "tag_ids": "t1"},
    {"project_id": "p3", "seconds": 1800, "billable": False, "day": "2026-11-03"},
    {"project_id": "", "seconds": 9000, "billable": False, "user_id": "u2", "day": "2026-11-03"},
    {"project_id": "p4", "seconds": 3600, "rate": 0, "day": "2026-11-01"},
)


def test_totals_by_hand() -> None:
    totals = totals_of(WEEK)
    assert (totals.seconds, totals.billable_seconds, totals.entries) == (25200, 14400, 5)
    assert totals.amounts == {"EUR": 7200 * 10000, "USD": 3600 * 10000}
    assert totals.billability == Fraction(4, 7)
    assert totals_of(daily_cube(WEEK)) == totals
    assert measured(WEEK).drop(columns="currency").dtypes.astype(str).tolist() == ["int64"] * 4
    assert measured(WEEK)["billable_seconds"].sum() == 14400
    assert billable_change(totals, Totals(billable_seconds=7200)).difference == 7200
    assert currencies_in(grouped(WEEK, Grouping.CLIENT, None, DIRECTORY)) == ["EUR", "USD"]


def test_a_currency_without_billable_time_is_not_named() -> None:
    assert totals_of(entries({"billable": False, "currency": "CHF"})).amounts == {}
    assert totals_of(entries({"rate": 0, "currency": "CHF"})).amounts == {"CHF": 0}
    second = {"rate": 0, "seconds": 1}
    assert totals_of(entries(second, {"billable": False}, {"billable": False})).amounts == {"EUR": 0}


@pytest.mark.parametrize("empty", [empty_cube(), empty_entries()])
def test_nothing_tracked(empty: pd.DataFrame) -> None:
    assert totals_of(empty) == Totals()
    assert totals_of(empty).billability is None
    filled = grouped(WEEK, Grouping.CLIENT, Grouping.PROJECT, DIRECTORY)
    bare = grouped(empty, Grouping.CLIENT, Grouping.PROJECT, DIRECTORY)
    assert bare.empty
    assert list(bare.columns) == list(filled.columns)[:8]
    assert [str(kind) for kind in bare.dtypes] == [str(kind) for kind in filled.dtypes][:8]
    shares = share_by(empty, Kind.PROJECT, DIRECTORY)
    assert shares.empty and [str(kind) for kind in shares.dtypes] == [str(kind) for kind in share_by(WEEK, Kind.PROJECT, DIRECTORY).dtypes]


def rows_of(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    return list(frame[["level", "label", "seconds"]].itertuples(index=False, name=None))


def test_two_levels_in_order_with_what_is_missing_last() -> None:
    frame = grouped(WEEK, Grouping.CLIENT, Grouping.PROJECT, DIRECTORY)
    assert rows_of(frame) == [
        (1, "Zeta", 10800),
        (2, "Website", 7200),
        (2, "App", 3600),
        (1, "Acme", 3600),
        (2, "Website", 3600),
        (1, "No client", 10800),
        (2, "Inside", 1800),
        (2, "No project", 9000),
    ]
    assert list(frame.columns[8:]) == ["amount_ticks:EUR", "amount_ticks:USD"]
    assert frame["amount_ticks:EUR"].tolist()[:3] == [72_000_000, 72_000_000, 0]
    assert frame["share"].tolist()[0] == pytest.approx(10800 / 25200, abs=1e-15)
    assert (frame["first_id"][0], frame["second_id"][0], frame["second_id"][1]) == ("c1", "", "p1")


def test_who_is_asked_for_has_a_row_of_the_first_level_and_none_below() -> None:
    """Bo 3:30 and Ana 3:30 by hours, then those with nothing by name; ids stand for lost names."""
    for then in (None, Grouping.PROJECT):
        frame = grouped(WEEK, Grouping.PERSON, then, DIRECTORY, also=["u9", "u1", "u8"])
        groups = frame[frame["level"] == 1]
        assert groups["first_id"].tolist() == ["u1", "u2", "u8", "u9"]
        assert groups["seconds"].tolist() == [12600, 12600, 0, 0]
        assert groups["entries"].tolist()[2:] == groups["amount_ticks:EUR"].tolist()[2:] == [0, 0]
        assert set(frame[frame["level"] == 2]["first_id"]) <= {"u1", "u2"}
        assert frame["share"].tolist()[-1] == 0
        assert frame.dtypes.equals(grouped(WEEK, Grouping.PERSON, then, DIRECTORY).dtypes)
    by_name = grouped(WEEK, Grouping.PERSON, None, DIRECTORY, Sort.NAME, also=["u9"])
    assert by_name["label"].tolist() == ["Ana", "bo", "Unknown person u9"]


def test_projects_of_one_name_stay_two() -> None:
    frame = grouped(WEEK, Grouping.PROJECT, None, DIRECTORY)
    assert rows_of(frame) == [(1, "Website", 7200), (1, "App", 3600), (1, "Website", 3600), (1, "Inside", 1800), (1, "No project", 9000)]
    assert frame["first_id"].tolist() == ["p1", "p4", "p2", "p3", ""]


def test_sorting_by_name_and_by_amount() -> None:
    by_name = grouped(WEEK, Grouping.CLIENT, None, DIRECTORY, Sort.NAME)
    assert by_name["label"].tolist() == ["Acme", "Zeta", "No client"]
    by_amount = grouped(WEEK, Grouping.PROJECT, None, DIRECTORY, "amount")
    assert by_amount["first_id"].tolist() == ["p1", "p2", "p4", "p3", ""]
    with pytest.raises(ValueError, match="not a valid Sort"):
        grouped(WEEK, Grouping.PROJECT, None, DIRECTORY, "colour")


def test_days_stay_in_their_order() -> None:
    frame = grouped(WEEK, Grouping.DAY, Grouping.PERSON, DIRECTORY, Sort.NAME)
    assert frame["label"].tolist() == ["Sun 1 Nov", "Ana", "Mon 2 Nov", "Ana", "bo", "Tue 3 Nov", "Ana", "bo"]
    assert frame["first_id"].tolist()[:3] == ["2026-11-01", "2026-11-01", "2026-11-02"]
    years = grouped(entries({"day": "2025-12-31"}, {"day": "2026-01-01"}), Grouping.DAY, None, DIRECTORY)
    assert years["label"].tolist() == ["Wed 31 Dec 2025", "Thu 1 Jan 2026"]


def test_an_entry_with_two_tags_counts_in_both_rows_and_once_in_the_total() -> None:
    frame = grouped(WEEK, Grouping.TAG, None, DIRECTORY)
    assert rows_of(frame) == [(1, "design", 10800), (1, "Review", 7200), (1, "Untagged", 14400)]
    assert totals_of(WEEK).seconds == 25200
    below = grouped(WEEK, Grouping.CLIENT, Grouping.TAG, DIRECTORY)
    assert rows_of(below)[:4] == [(1, "Zeta", 10800), (2, "design", 7200), (2, "Review", 7200), (2, "Untagged", 3600)]


def test_grouping_by_the_same_twice_is_one_level() -> None:
    twice = grouped(WEEK, Grouping.PERSON, Grouping.PERSON, DIRECTORY)
    pd.testing.assert_frame_equal(twice, grouped(WEEK, Grouping.PERSON, None, DIRECTORY))
    assert [one.label for one in Grouping] == ["Project", "Client", "Person", "Task", "Tag", "Day"]
    assert [one.label for one in Sort] == ["Hours", "Name", "Amount"]


def test_arguments_are_left_alone() -> None:
    before = WEEK.copy(deep=True)
    grouped(WEEK, Grouping.TAG, Grouping.DAY, DIRECTORY)
    share_by(WEEK, Kind.TAG, DIRECTORY)
    pd.testing.assert_frame_equal(WEEK, before)


def test_share_has_other_and_then_what_belongs_to_none() -> None:
    # 16,200 s belong to a project; half of them are 8,100: p1 has 7,200, with p4 10,800.
    share = share_by(WEEK, Kind.PROJECT, DIRECTORY, enough=Fraction(1, 2))
    assert share["id"].tolist() == ["p1", "p4", "other", ""]
    assert share["label"].tolist() == ["Website · Zeta", "App", "Other (2)", "No project"]
    assert share["seconds"].tolist() == [7200, 3600, 5400, 9000]
    assert share["share"].sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("sums", "shown", "last"),
    [
        ([50, 30, 10, 5, 5], 2, "Other (3)"),  # 80 of 100 are enough
        ([50, 29, 11, 5, 5], 3, "Other (2)"),  # 79 aren't
        ([60, 30, 10], 3, None),  # "Other (1)" would be that one itself
        ([10] * 20, 8, "Other (12)"),  # more than eight can't be told apart
        ([99, 1], 2, None),
        ([96, 2, 1, 1], 1, "Other (3)"),
        ([7], 1, None),
    ],
)
def test_as_many_have_a_share_of_their_own_as_reach_four_fifths(sums: list[int], shown: int, last: str | None) -> None:
    frame = entries(*({"project_id": f"p{number}", "seconds": seconds} for number, seconds in enumerate(sums)))
    share = share_by(frame, Kind.PROJECT, DIRECTORY)
    assert share["seconds"].tolist()[:shown] == sums[:shown]
    assert share["seconds"].sum() == sum(sums)
    assert len(share) == shown + (last is not None)
    assert last in (None, share["label"].iloc[-1])


def test_equal_ones_of_one_name_stand_by_id_whatever_order_they_were_read_in() -> None:
    frame = entries({"project_id": "p2"}, {"project_id": "p1"})
    frame["project_id"] = frame["project_id"].cat.reorder_categories(["p2", "p1"])
    assert share_by(frame, Kind.PROJECT, DIRECTORY)["id"].tolist() == ["p1", "p2"]
    assert grouped(frame, Grouping.PROJECT, None, DIRECTORY)["first_id"].tolist() == ["p1", "p2"]


def test_sums_of_a_currency_that_nothing_has_are_zero() -> None:
    people = ids_of(WEEK, Kind.USER, DIRECTORY)
    assert sums_by(WEEK, [people], ["CHF", "USD"]) == {("u1",): (12600, 10800, 3, 0, 0), ("u2",): (12600, 3600, 2, 0, 3600 * 10000)}


def test_sums_by_three_keys_are_named_in_their_order() -> None:
    keys = [ids_of(WEEK, kind, DIRECTORY) for kind in (Kind.USER, Kind.PROJECT, Kind.CLIENT)]
    assert list(sums_by(WEEK, keys, [])) == [("u1", "p1", "c1"), ("u2", "p2", "c2"), ("u1", "p3", ""), ("u2", "", ""), ("u1", "p4", "c1")]


def test_shares_of_some_rows_are_those_rows_own() -> None:
    share = share_by(WEEK.iloc[2:], Kind.USER, DIRECTORY)  # 1800 and 3600 s of Ana's, 9000 s of bo's
    assert dict(zip(share["id"], share["seconds"], strict=True)) == {"u2": 9000, "u1": 5400}


def test_a_day_is_named_without_its_year_unless_asked_for() -> None:
    assert day_label(date(2026, 11, 3)) == "Tue 3 Nov"
    assert day_label(date(2026, 11, 3), with_year=True) == "Tue 3 Nov 2026"


ROW = st.fixed_dictionaries(
    {
        "seconds": st.integers(0, 90_000),
        "user_id": st.sampled_from(["u1", "u2", "u3"]),
        "project_id": st.sampled_from(["p1", "p2", "p3", "p4", "", "lost"]),
        "billable": st.booleans(),
        "rate": st.sampled_from([0, 9800, 10001]),
        "currency": st.sampled_from(["EUR", "USD", "JPY"]),
        "day": st.sampled_from(["2026-11-01", "2026-11-02", "2026-12-31"]),
        "tag_ids": st.sampled_from(["", "t1", "t2,t1"]),
    }
)
KEYS = {
    Grouping.PROJECT: lambda row: [row["project_id"]],
    Grouping.CLIENT: lambda row: [DIRECTORY.client_of(row["project_id"])],
    Grouping.PERSON: lambda row: [row["user_id"]],
    Grouping.TASK: lambda row: [""],
    Grouping.TAG: lambda row: row["tag_ids"].split(","),
    Grouping.DAY: lambda row: [row["day"]],
}


@settings(max_examples=25, deadline=None)
@given(st.lists(ROW, max_size=15), st.sampled_from(list(Grouping)), st.sampled_from(list(Grouping)), st.sampled_from(list(Sort)))
def test_groups_agree_with_plain_sums(rows: list[dict[str, Any]], first: Grouping, then: Grouping, sort: Sort) -> None:
    expected: dict[tuple[int, str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    money: dict[tuple[int, str, str, str], int] = defaultdict(int)
    for row in rows:
        ones = [(1, one, "") for one in KEYS[first](row)]
        twos = [] if first is then else [(2, one, two) for one in KEYS[first](row) for two in KEYS[then](row)]
        for key in ones + twos:
            figures = (row["seconds"], row["seconds"] * row["billable"], 1)
            expected[key] = [a + b for a, b in zip(expected[key], figures, strict=True)]
            money[(*key, row["currency"])] += row["seconds"] * row["rate"] * row["billable"]
    frame = grouped(entries(*rows), first, then, DIRECTORY, sort)
    found = {
        (row["level"], row["first_id"], row["second_id"]): [row["seconds"], row["billable_seconds"], row["entries"]]
        for row in frame.to_dict("records")
    }
    assert found == dict(expected)
    for row in frame.to_dict("records"):
        for name in frame.columns[8:]:
            assert row[name] == money[(row["level"], row["first_id"], row["second_id"], name.removeprefix("amount_ticks:"))]
    tops = frame[frame["level"] == 1]["first_id"].tolist()
    assert "" not in tops[:-1]
    assert list(dict.fromkeys(frame["first_id"])) == tops


def test_changes() -> None:
    assert change(9, 10).ratio == Fraction(-1, 10)
    assert change(9, 0).ratio is None
    assert change(Fraction(83, 100), Fraction(82, 100)).points == 1
    now, before = Totals(7200, 3600, 2, {"EUR": 10, "USD": 5}), Totals(3600, 900, 1, {"EUR": 4, "CHF": 1})
    assert tracked_change(now, before).ratio == 1
    billability = billability_change(now, before)
    assert billability is not None and billability.points == 25
    assert billability_change(now, Totals()) is None
    assert average_change(now, 2, before, 3).difference == 3600 - 1200
    assert {code: (one.now, one.before) for code, one in amount_changes(now, before).items()} == {
        "CHF": (0, 1),
        "EUR": (10, 4),
        "USD": (5, 0),
    }
