"""A week, laid out by hand."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pandas as pd
import pytest

from clockify.directory import Directory, Kind, Project
from clockify.frames import report_entries_frame
from clockify.periods import Period, week_of
from clockify.reports.rounding import Direction, Rounding, rounded
from clockify.reports.weekly import Line, week_grid, weekly_report

WEEK = Period(date(2026, 3, 23), date(2026, 3, 30))
NAMES = {
    Kind.USER: {"ana": "Ana", "ben": "Ben"},
    Kind.CLIENT: {},
    Kind.PROJECT: {"p1": "Portal", "p2": "Shop"},
    Kind.TASK: {"k1": "Design"},
    Kind.TAG: {},
}
DIRECTORY = Directory(NAMES, {one: Project(one, name) for one, name in NAMES[Kind.PROJECT].items()})


def entries_of(*rows: tuple[str, str, str | None, str, float]) -> pd.DataFrame:
    """Rows of (person, start in Belgrade, project, description, minutes)."""
    listed = []
    for place, (person, start, project, description, minutes) in enumerate(rows):
        begin = pd.Timestamp(start, tz="Europe/Belgrade")
        interval = {
            "start": begin.isoformat(),
            "end": (begin + pd.Timedelta(minutes=minutes)).isoformat(),
            "duration": round(minutes * 60),
        }
        listed.append(
            {
                "_id": f"e{place}",
                "userId": person,
                "projectId": project,
                "description": description,
                "timeInterval": interval,
                "billable": project is not None,
                "currency": "EUR",
            }
        )
    return report_entries_frame(listed, zone="Europe/Belgrade", currencies={}, default_currency="EUR")


ENTRIES = entries_of(
    ("ana", "2026-03-24 13:00", "p1", "Menu", 60),
    ("ana", "2026-03-24 09:00", "p2", "Basket", 150),
    ("ana", "2026-03-24 16:00", "p1", "Menu", 30),
    ("ben", "2026-03-24 10:00", None, "", 15),
    ("ana", "2026-03-29 23:30", "p1", "Release", 120),  # over midnight: Sunday's, wholly
    ("ana", "2026-03-30 00:30", "p1", "Next week", 60),
)


def test_seven_days_with_their_lines_in_the_order_of_the_day() -> None:
    week = weekly_report(ENTRIES, WEEK, DIRECTORY)
    assert week.title == "Week of 23 March 2026"
    assert [day.label for day in week.days][:2] == ["Monday, 23 March 2026", "Tuesday, 24 March 2026"]
    assert [day.seconds // 60 for day in week.days] == [0, 255, 0, 0, 0, 0, 120]
    tuesday = [(line.person, line.project, line.description, line.seconds // 60, line.billable) for line in week.days[1].lines]
    assert tuesday == [
        ("Ana", "Shop", "Basket", 150, True),
        ("Ben", "No project", "", 15, False),
        ("Ana", "Portal", "Menu", 90, True),
    ]
    assert (week.totals.seconds // 60, week.totals.billable_seconds // 60, week.totals.entries) == (375, 360, 5)


def test_an_empty_week_has_seven_empty_days() -> None:
    week = weekly_report(ENTRIES, Period(date(2026, 5, 4), date(2026, 5, 11)), DIRECTORY)
    assert [day.lines for day in week.days] == [()] * 7
    assert week.totals.seconds == 0


def test_the_grid_adds_up_by_project_and_by_person() -> None:
    by_project = week_grid(ENTRIES, WEEK, DIRECTORY, Kind.PROJECT)
    assert by_project["label"].tolist() == ["Portal", "Shop", "No project"]
    assert (by_project["total"] // 60).tolist() == [210, 150, 15]
    by_person = week_grid(ENTRIES, WEEK, DIRECTORY, Kind.USER)
    assert (by_person[date(2026, 3, 24)] // 60).tolist() == [240, 15]
    assert by_person["label"].tolist() == ["Ana", "Ben"]
    assert week_grid(ENTRIES, Period(date(2026, 5, 4), date(2026, 5, 11)), DIRECTORY, Kind.USER).empty


def test_the_week_begins_where_the_profile_says() -> None:
    week = weekly_report(ENTRIES, week_of(date(2026, 3, 24), "SUNDAY"), DIRECTORY)
    assert week.title == "Week of 22 March 2026"
    assert [day.label for day in week.days][::6] == ["Sunday, 22 March 2026", "Saturday, 28 March 2026"]
    assert week.totals.seconds == 255 * 60  # Tuesday alone; the release of Sunday the 29th is the next week's


def test_projects_of_a_week_the_largest_first_and_none_last() -> None:
    parts = weekly_report(ENTRIES, WEEK, DIRECTORY).by_project
    found = [(part.project_id, part.label, part.seconds // 60, part.share) for part in parts]
    assert found == [
        ("p1", "Portal", 210, Fraction(210, 375)),
        ("p2", "Shop", 150, Fraction(150, 375)),
        ("", "No project", 15, Fraction(15, 375)),
    ]
    much_of_none = entries_of(("ana", "2026-03-24 09:00", None, "", 300), ("ana", "2026-03-24 15:00", "p1", "", 5))
    assert [part.project_id for part in weekly_report(much_of_none, WEEK, DIRECTORY).by_project] == ["p1", ""]


@pytest.mark.parametrize(
    ("minutes", "by_minutes", "by_hundredths"),
    [
        ([15, 30, 45], True, True),
        ([20, 20, 20], True, False),  # 0.33 each, 1.00 together
        ([20, 40], True, True),  # 0.33 + 0.67
        ([20.5, 20.5], False, True),  # 21 and 21, 41 together; 0.34 and 0.34, 0.68
        ([20.5, 20], True, False),  # 21 + 20, 40.5 is 41; 0.34 + 0.33, 0.675 is 0.68
    ],
)
def test_whether_what_is_shown_adds_up(minutes: list[float], by_minutes: bool, by_hundredths: bool) -> None:
    frame = entries_of(*[("ana", f"2026-03-24 {9 + place:02}:00", "p1", f"{place}", long) for place, long in enumerate(minutes)])
    for who in ("", "Ana"):
        week = weekly_report(frame, WEEK, DIRECTORY, who=who)
        assert (week.adds_up(60), week.adds_up(36)) == (by_minutes, by_hundredths)


def test_people_have_to_add_up_too() -> None:
    """Ten minutes and a half of each of two: 11 and 11, 21 together."""
    frame = entries_of(("ana", "2026-03-24 09:00", "p1", "", 10.5), ("ben", "2026-03-24 09:00", "p1", "", 10.5))
    assert not weekly_report(frame, WEEK, DIRECTORY).adds_up(60)


def test_the_week_of_everybody_person_by_person() -> None:
    whole = weekly_report(ENTRIES, WEEK, DIRECTORY)
    found = [
        (part.person_id, part.label, part.seconds // 60, [(day.day.day, day.seconds // 60, len(day.lines)) for day in part.days])
        for part in whole.sections
    ]
    assert found == [("ana", "Ana", 360, [(24, 240, 2), (29, 120, 1)]), ("ben", "Ben", 15, [(24, 15, 1)])]
    (alone,) = weekly_report(ENTRIES[ENTRIES["user_id"] == "ana"], WEEK, DIRECTORY, who="Ana").sections
    assert (alone.person_id, alone.label, alone.seconds // 60, [day.day.day for day in alone.days]) == ("", "", 360, [24, 29])
    nothing = weekly_report(ENTRIES.iloc[:0], WEEK, DIRECTORY)
    assert nothing.sections == weekly_report(ENTRIES.iloc[:0], WEEK, DIRECTORY, who="Ana").sections == ()
    assert nothing.adds_up(36)


def test_people_of_one_name_stay_two_and_stand_by_name() -> None:
    twins = Directory(NAMES | {Kind.USER: {"a2": "ana", "a1": "Ana", "b": "Alma"}}, DIRECTORY.projects)
    frame = entries_of(*[(one, f"2026-03-24 {hour:02}:00", "p1", "", 10) for hour, one in ((9, "a2"), (10, "a1"), (11, "b"))])
    assert [part.person_id for part in weekly_report(frame, WEEK, twins).sections] == ["b", "a1", "a2"]


def test_equal_sums_stand_by_name_then_id_and_none_last() -> None:
    twins = Directory(NAMES | {Kind.PROJECT: {"p1": "beta", "p2": "alpha", "p3": "Alpha"}}, {})
    rows = [("ana", f"2026-03-24 {hour:02}:00", project, "", 10) for hour, project in ((9, "p1"), (10, "p3"), (11, "p2"))]
    frame = entries_of(*rows, ("ana", "2026-03-24 12:00", None, "", 60))
    assert week_grid(frame, WEEK, twins, Kind.PROJECT)["id"].tolist() == ["p2", "p3", "p1", ""]
    assert [part.project_id for part in weekly_report(frame, WEEK, twins).by_project] == ["p2", "p3", "p1", ""]


def test_who_is_asked_for_has_a_row_even_without_time() -> None:
    grid = week_grid(ENTRIES, WEEK, DIRECTORY, Kind.USER, also=("cleo", "ben"))
    assert grid[["id", "label", "total"]].to_numpy().tolist() == [
        ["ana", "Ana", 360 * 60],
        ["ben", "Ben", 15 * 60],
        ["cleo", "Unknown person cleo", 0],
    ]


def test_what_is_rounded_to_nothing_has_no_row_unless_asked_for() -> None:
    down = rounded(ENTRIES, Rounding(Direction.DOWN, 30))  # Ben's quarter of an hour
    assert week_grid(down, WEEK, DIRECTORY, Kind.USER)["id"].tolist() == ["ana"]
    assert week_grid(down, WEEK, DIRECTORY, Kind.USER, also=("ben",))["id"].tolist() == ["ana", "ben"]


def test_rounded_entries_are_what_is_added_up() -> None:
    up = weekly_report(rounded(ENTRIES, Rounding(Direction.UP, 60)), WEEK, DIRECTORY)
    # Tuesday: 60 → 60, 150 → 180, 30 → 60, 15 → 60; Sunday: 120 stays.
    assert [day.seconds // 60 for day in up.days] == [0, 360, 0, 0, 0, 0, 120]
    assert up.totals.seconds == 480 * 60
    down = weekly_report(rounded(ENTRIES, Rounding(Direction.DOWN, 30)), WEEK, DIRECTORY)
    assert [part.label for part in down.by_project] == ["Portal", "Shop"]
    assert [line.seconds for line in down.days[1].lines if line.person == "Ben"] == [0]


def test_equal_things_are_one_line_whatever_spaces_they_end_in() -> None:
    twice = entries_of(("ana", "2026-03-24 09:00", "p1", "Menu", 10), ("ana", "2026-03-24 11:00", "p1", "Menu ", 20))
    assert [(line.description, line.seconds // 60) for line in weekly_report(twice, WEEK, DIRECTORY).days[1].lines] == [("Menu", 30)]


def test_lines_begun_together_stay_as_they_came() -> None:
    frame = entries_of(*[("ana", "2026-03-24 09:00", "p1", f"{number * 37 % 40}", 1) for number in range(40)])
    assert [line.description for line in weekly_report(frame, WEEK, DIRECTORY).days[1].lines] == frame["description"].tolist()


def test_a_line_names_its_task_where_it_has_one() -> None:
    tasks = pd.Series(["k1", ""], dtype="category")
    frame = entries_of(("ana", "2026-03-24 09:00", "p1", "", 1), ("ana", "2026-03-24 10:00", "p1", "", 1)).assign(task_id=tasks)
    assert [line.task for line in weekly_report(frame, WEEK, DIRECTORY).days[1].lines] == ["Design", ""]


def test_what_stands_behind_a_project() -> None:
    assert Line("ana", "Ana", "p1", "Portal", "Design", "", True, 60).notes == ["Design"]
    assert Line("ana", "Ana", "p1", "Portal", "Design", "Menu", True, 60).notes == ["Design", "Menu"]


def test_the_grids_columns_are_there_without_rows() -> None:
    full, empty = (week_grid(frame, WEEK, DIRECTORY, Kind.PROJECT) for frame in (ENTRIES, ENTRIES.iloc[:0]))
    days = [date(2026, 3, day) for day in range(23, 30)]
    assert list(full.columns) == list(empty.columns) == ["id", "label", *days, "total"]
    assert full.dtypes.tolist() == empty.dtypes.tolist()
    assert {str(full[day].dtype) for day in days} == {"int64"}


def test_half_a_character_in_a_name_is_a_question_mark() -> None:
    broken = Directory(NAMES | {Kind.PROJECT: {"p1": "a\ud800b"}}, {})
    assert weekly_report(ENTRIES, WEEK, broken).by_project[0].label == "a?b"
    assert week_grid(ENTRIES, WEEK, broken, Kind.PROJECT)["label"][0] == "a?b"
