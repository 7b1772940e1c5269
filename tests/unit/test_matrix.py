"""Who worked on what: cells, rows and columns against sums in plain Python."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clockify.directory import Directory, Kind
from clockify.frames import CUBE_DTYPES, empty_cube, empty_entries
from clockify.reports.filters import Filters, apply_filters
from clockify.reports.matrix import Head, fewer_people, matrix, matrix_rows
from clockify.reports.rounding import Direction, Rounding, rounded, rounded_seconds
from clockify.reports.shares import OTHER
from tests.support.people import DIRECTORY, ROWS, Row, cube_of, entries_of

DAY = date(2026, 11, 2)
KINDS = [Kind.PROJECT, Kind.CLIENT, Kind.TASK]


def key_of(row: Row, kind: Kind) -> str:
    if kind is Kind.CLIENT:
        return {"p1": "c1", "p2": "c1", "p3": "c2"}.get(row.project, "")
    return row.project if kind is Kind.PROJECT else row.task


def test_a_table_by_hand() -> None:
    rows = [Row(DAY, "ben", "p2", 100), Row(DAY, "ana", "p2", 50), Row(DAY, "ana", "p1", 300), Row(DAY, "gone", "", 900)]
    found = matrix(cube_of(rows), DIRECTORY, Kind.PROJECT, also=["cleo", "ana"])
    assert found.rows == (Head("p1", "Portal"), Head("p2", "Shop"), Head("", "No project"))
    assert found.people == (Head("ana", "Ana"), Head("ben", "ben"), Head("cleo", "Cleo"), Head("gone", "Unknown person gone"))
    assert found.seconds.tolist() == [[300, 0, 0, 0], [50, 100, 0, 0], [0, 0, 0, 900]]
    assert (found.row_totals, found.person_totals, found.total) == ([300, 150, 900], [350, 100, 0, 900], 1350)
    assert found.others == ()


def test_the_rest_is_one_row_before_no_project() -> None:
    rows = [Row(DAY, "ana", one, seconds) for one, seconds in [("p1", 5), ("p2", 40), ("p3", 40), ("p4", 7), ("", 99)]]
    found = matrix(cube_of(rows), DIRECTORY, Kind.PROJECT, most=2)
    assert [(row.id, row.label) for row in found.rows] == [
        ("p2", "Shop"),  # equal time and letters: by id
        ("p3", "shop"),
        (OTHER, "Other (2)"),
        ("", "No project"),
    ]
    assert found.row_totals == [40, 40, 12, 99]
    assert found.others == ("p4", "p1")


def test_a_single_rest_is_shown_by_itself() -> None:
    rows = [Row(DAY, "ana", one, seconds) for one, seconds in [("p1", 3), ("p2", 2), ("p3", 1)]]
    assert [row.id for row in matrix(cube_of(rows), DIRECTORY, Kind.PROJECT, most=2).rows] == ["p1", "p2", "p3"]


def test_people_of_one_name_stay_two_and_tasks_of_one_name_bear_their_project() -> None:
    rows = [
        Row(DAY, "twin", "p1", 30, task="k1"),
        Row(DAY, "ana", "p4", 20, task="k2"),
        Row(DAY, "ana", "p4", 10, task="k3"),
        Row(DAY, "ana", "p4", 5),
    ]
    found = matrix(cube_of(rows), DIRECTORY, Kind.TASK)
    assert [row.label for row in found.rows] == ["Design · Portal", "Design · Inside", "Build", "No task"]
    assert [one.id for one in found.people] == ["ana", "twin"]


def test_a_task_that_is_called_like_none_is_told_apart_from_none() -> None:
    named = Directory(DIRECTORY.names | {Kind.TASK: {"k1": "No task"}}, DIRECTORY.projects)
    found = matrix(cube_of([Row(DAY, "ana", "p1", 30, task="k1"), Row(DAY, "ana", "p4", 20)]), named, Kind.TASK)
    assert [row.label for row in found.rows] == ["No task · Portal", "No task"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("empty", [empty_cube(), empty_entries(), cube_of([Row(DAY, seconds=0)])], ids=["cube", "entries", "no time"])
def test_no_time_has_no_rows_but_the_people_that_are_asked_for(kind: Kind, empty: pd.DataFrame) -> None:
    found = matrix(empty, DIRECTORY, kind, also=["ben", "ana"])
    assert (found.rows, [one.id for one in found.people], found.seconds.shape) == ((), ["ana", "ben"], (0, 2))
    assert (found.row_totals, found.person_totals, found.total) == ([], [0, 0], 0)
    assert matrix_rows(empty, DIRECTORY).empty


ROUNDINGS = st.builds(Rounding, st.sampled_from(Direction), st.sampled_from([1, 6, 15, 30]))
FILTERS = st.builds(
    Filters,
    people=st.sampled_from([(), ("ana",), ("ben", "gone", "")]),
    projects=st.sampled_from([(), ("p1", ""), ("p3", "lost")]),
    billable=st.sampled_from([None, True, False]),
)


@settings(max_examples=200)
@given(st.lists(ROWS, max_size=30), FILTERS, ROUNDINGS, st.sampled_from([Kind.PROJECT, Kind.CLIENT]), st.integers(1, 4))
def test_every_cell_row_and_column_is_a_plain_sum(rows: list[Row], filters: Filters, rounding: Rounding, kind: Kind, most: int) -> None:
    kept = [
        row
        for row in rows
        if (not filters.people or row.user in filters.people)
        and (not filters.projects or row.project in filters.projects)
        and filters.billable in (None, row.billable)
    ]
    lengths = rounded_seconds(entries_of(kept)["seconds"].to_numpy(), rounding).tolist() if kept else []
    cells: Counter[tuple[str, str]] = Counter()
    for row, seconds in zip(kept, lengths, strict=True):
        cells[key_of(row, kind), row.user] += seconds
    found = matrix(apply_filters(rounded(entries_of(rows), rounding), filters, DIRECTORY), DIRECTORY, kind, most=most)
    things, people = [row.id for row in found.rows], [one.id for one in found.people]
    for number, thing in enumerate(things):
        mine = found.others if thing == OTHER else (thing,)
        for place, person in enumerate(people):
            assert found.seconds[number, place] == sum(cells[one, person] for one in mine)
        assert found.row_totals[number] == sum(seconds for (one, _), seconds in cells.items() if one in mine)
    for place, person in enumerate(people):
        assert found.person_totals[place] == sum(seconds for (_, one), seconds in cells.items() if one == person)
    assert found.total == sum(lengths)
    assert set(people) == {one for (_, one), seconds in cells.items() if seconds}
    assert sorted([*found.others, *(one for one in things if one != OTHER)]) == sorted({one for (one, _), sum_ in cells.items() if sum_})
    shown = [total for one, total in zip(things, found.row_totals, strict=True) if one not in (OTHER, "")]
    assert shown == sorted(shown, reverse=True) and len(shown) <= most + 1


@given(st.lists(ROWS, max_size=30))
def test_a_file_has_every_pair_that_has_time(rows: list[Row]) -> None:
    pairs: Counter[tuple[str, str]] = Counter()
    for row in rows:
        pairs[row.user, row.project] += row.seconds
    found = matrix_rows(cube_of(rows), DIRECTORY)
    listed = [(row.person_id, row.project_id) for row in found.itertuples()]
    assert dict(zip(listed, found["seconds"].tolist(), strict=True)) == {pair: seconds for pair, seconds in pairs.items() if seconds}
    assert len(listed) == len(set(listed))
    people = list(dict.fromkeys(person for person, _ in listed))
    assert people == [one for one in ["ana", "twin", "ben", "cleo", "gone", ""] if one in people]
    for person in people:
        projects = [project for one, project in listed if one == person]
        assert projects == [one for one in ["p4", "p1", "p2", "p3", "lost", ""] if one in projects]


def test_names_in_a_file_are_as_clockify_has_them_and_halves_of_characters_are_asked_about() -> None:
    names = DIRECTORY.names | {Kind.PROJECT: {"p1": "Shop", "p2": "Shop"}, Kind.USER: {"ana": "An\ud800a"}}
    found = matrix_rows(cube_of([Row(DAY, "ana", "p1"), Row(DAY, "ana", "p2"), Row(DAY, "ana", "")]), Directory(names, DIRECTORY.projects))
    assert found["project"].tolist() == ["Shop", "Shop", "No project"]
    assert found["person"].tolist() == ["An?a"] * 3
    assert list(found) == ["person_id", "person", "project_id", "project", "seconds"]


def test_the_frame_is_not_touched_and_its_order_means_nothing() -> None:
    cube = cube_of([Row(DAY, "ana", "p1", 5), Row(DAY, "ben", "p2", 6)])
    before = cube.copy()
    turned = matrix(cube[::-1], DIRECTORY, Kind.PROJECT)
    assert turned.seconds.tolist() == matrix(cube, DIRECTORY, Kind.PROJECT).seconds.tolist()
    pd.testing.assert_frame_equal(cube, before)
    assert cube.dtypes.astype(str).to_dict() == CUBE_DTYPES


def crowd(*seconds: int) -> list[Row]:
    return [Row(DAY, f"u{place}", "p1" if place % 2 else "p2", one) for place, one in enumerate(seconds)]


def test_fewer_people_are_the_largest_in_their_order_and_the_rest_together() -> None:
    whole = matrix(cube_of(crowd(10, 50, 20, 50, 30)), DIRECTORY, Kind.PROJECT, also=["zoe"])
    shown, others = fewer_people(whole, 3)
    names = [head.id for head in whole.people]
    assert [head.id for head in shown.people] == [*(one for one in names if one in ("u1", "u3", "u4")), OTHER]
    assert shown.people[-1].label == "Other (3)"
    assert others == tuple(one for one in names if one in ("u0", "u2", "zoe"))
    assert (shown.rows, shown.row_totals, shown.total) == (whole.rows, whole.row_totals, 160)
    assert shown.person_totals[-1] == 30


@pytest.mark.parametrize("most", [4, 5, 100])
def test_one_more_than_fit_stays_as_it_is(most: int) -> None:
    whole = matrix(cube_of(crowd(1, 2, 3, 4, 5)), DIRECTORY, Kind.PROJECT)
    assert fewer_people(whole, most) == (whole, ())


def test_fewer_of_nobody_are_nobody() -> None:
    whole = matrix(empty_cube(), DIRECTORY, Kind.PROJECT)
    assert fewer_people(whole, 3) == (whole, ())
