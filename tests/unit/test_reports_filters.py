from __future__ import annotations

from datetime import date

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from clockify.directory import Directory, Kind, Project
from clockify.frames import CUBE_DTYPES, daily_cube, empty_cube, empty_entries
from clockify.periods import Period
from clockify.reports.filters import Filters, apply_filters, in_period
from clockify.reports.keys import as_categorical, by_tag

PROJECTS = {"p1": Project("p1", "Portal", client_id="c1"), "p2": Project("p2", "Care", client_id="c2"), "p3": Project("p3", "Own")}
DIRECTORY = Directory({kind: {} for kind in Kind}, PROJECTS)


def cube(*rows: tuple[str, str, str, bool]) -> pd.DataFrame:
    columns = {"day": [row[0] for row in rows], "user_id": [row[1] for row in rows], "project_id": [row[2] for row in rows]}
    rest = {
        "task_id": "",
        "billable": [row[3] for row in rows],
        "rate": 0,
        "currency": "EUR",
        "seconds": 60,
        "amount_ticks": 0,
        "entries": 1,
    }
    return pd.DataFrame(columns | rest).astype(CUBE_DTYPES)


ROWS = cube(
    ("2026-11-01", "u1", "p1", True),
    ("2026-11-02", "u2", "p2", False),
    ("2026-11-03", "u1", "p3", True),
    ("2026-11-04", "u2", "", False),
)


def kept(filters: Filters) -> list[str]:
    return [day.strftime("%d") for day in apply_filters(ROWS, filters, DIRECTORY)["day"]]


def test_no_filter_gives_the_same_frame() -> None:
    assert Filters().is_empty
    assert apply_filters(ROWS, Filters(), DIRECTORY) is ROWS
    assert apply_filters(ROWS, Filters(people=("u1", "u2")), DIRECTORY) is ROWS


def test_billable_no_is_a_filter() -> None:
    assert not Filters(billable=False).is_empty
    assert kept(Filters(billable=False)) == ["02", "04"]


def test_client_is_that_of_the_project_and_none_can_be_chosen() -> None:
    assert kept(Filters(clients=("c1",))) == ["01"]
    assert kept(Filters(clients=("",))) == ["03", "04"]
    assert kept(Filters(projects=("",))) == ["04"]
    assert kept(Filters(clients=("c2", ""))) == ["02", "03", "04"]


def test_fields_must_all_match() -> None:
    assert kept(Filters(people=("u1",), clients=("",))) == ["03"]
    assert kept(Filters(people=("u1",), clients=("c2",))) == []
    assert kept(Filters(people=("nobody",))) == []


def test_filtering_keeps_dtypes_and_leaves_the_frame_alone() -> None:
    before = ROWS.copy(deep=True)
    result = apply_filters(ROWS, Filters(people=("u1",)), DIRECTORY)
    assert result.dtypes.astype(str).to_dict() == ROWS.dtypes.astype(str).to_dict()
    pd.testing.assert_frame_equal(ROWS, before)


def test_empty_frames_pass() -> None:
    for empty in (empty_cube(), empty_entries()):
        assert apply_filters(empty, Filters(people=("u1",), billable=True), DIRECTORY).empty
        assert in_period(empty, Period(date(2026, 1, 1), date(2026, 2, 1))).empty
    assert daily_cube(empty_entries()).empty
    assert by_tag(empty_entries())["tag_id"].cat.categories.dtype == "str"


def test_period_has_its_first_day_and_not_its_end() -> None:
    inside = in_period(ROWS, Period(date(2026, 11, 2), date(2026, 11, 4)))
    assert inside["day"].dt.day.tolist() == [2, 3]
    assert in_period(ROWS, Period(date(2026, 11, 1), date(2026, 11, 5))) is ROWS


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from(["u1", "u2"]), st.sampled_from(["p1", "p2", "p3", "", "lost"]), st.booleans()), max_size=12),
    st.sets(st.sampled_from(["u1", "u2"])),
    st.sets(st.sampled_from(["c1", "c2", ""])),
    st.sets(st.sampled_from(["p1", "p3", "lost", ""])),
    st.sampled_from([None, True, False]),
)
def test_filters_agree_with_plain_python(
    rows: list[tuple[str, str, bool]], people: set[str], clients: set[str], projects: set[str], billable: bool | None
) -> None:
    frame = cube(*(("2026-11-01", *row) for row in rows))
    client = {"p1": "c1", "p2": "c2"}
    expected = [
        row
        for row in rows
        if (not people or row[0] in people)
        and (not clients or client.get(row[1], "") in clients)
        and (not projects or row[1] in projects)
        and (billable is None or row[2] is billable)
    ]
    found = apply_filters(frame, Filters(tuple(people), tuple(clients), tuple(projects), billable), DIRECTORY)
    assert list(zip(found["user_id"], found["project_id"], found["billable"], strict=True)) == expected


def test_a_missing_id_is_none() -> None:
    assert as_categorical(pd.Series(["p1", None, "p1"])).tolist() == ["p1", "", "p1"]


@settings(max_examples=40)
@given(st.lists(st.lists(st.sampled_from(["t1", "t2", "t3"]), max_size=4), max_size=10))
def test_by_tag_repeats_an_entry_for_each_of_its_tags(tags: list[list[str]]) -> None:
    frame = pd.DataFrame({"tag_ids": pd.Series([",".join(some) for some in tags], dtype="category"), "place": range(len(tags))})
    found = by_tag(frame)
    expected = [(place, tag) for place, some in enumerate(tags) for tag in (dict.fromkeys(some) or [""])]
    assert list(zip(found["place"], found["tag_id"], strict=True)) == expected
