"""The week as tables of the page, read from the styler's own HTML."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from pandas.io.formats.style import Styler

from clockify.directory import Kind
from clockify.periods import Period
from clockify.render.formats import HourStyle
from clockify.render.palette import DARK, LIGHT, Palette
from clockify.render.tables.weekly import (
    CELLS_ROUNDED,
    WARMEST,
    by_project_table,
    columns_of,
    day_head,
    grid_footnote,
    heat_color,
    largest_parts,
    shown_days,
    week_grid_table,
    weekly_table,
)
from clockify.reports.beside import Before
from clockify.reports.folding import Folded
from clockify.reports.measures import Totals
from clockify.reports.weekly import week_grid, weekly_report
from tests.support.weeks import directory_of_two, entries_of

WEEK = Period(date(2026, 11, 23), date(2026, 11, 30))
EVIL = "![i](https://evil.invalid/x.png)"
SHOWN_EVIL = r"\!\[i\]\(https\:" + "\N{WORD JOINER}" + r"\/\/evil\.invalid\/x\.png\)"
DIRECTORY = directory_of_two("*Ben*", EVIL)


ENTRIES = entries_of(
    ("ana", "2026-11-23 09:00", "p1", "k1", "Menu", 9000),
    ("ben", "2026-11-23 13:00", None, None, "", 900),
    ("ana", "2026-11-25 09:00", "p2", None, "$x$", 2700),
)


def cells(styler: Styler) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", styler.to_html(), re.DOTALL)[1:]
    return [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in rows]


def styles(styler: Styler) -> dict[tuple[int, int], str]:
    styler._compute()  # type: ignore[attr-defined]  # as Streamlit does; to_html works on a copy
    return {cell: ";".join(f"{name}:{value}" for name, value in props) for cell, props in styler.ctx.items()}  # type: ignore[attr-defined]


def table(who: str = "", palette: Palette = LIGHT, narrow: bool = False, **more: Any) -> Styler:
    return weekly_table(weekly_report(ENTRIES, WEEK, DIRECTORY, who=who), DIRECTORY, palette, narrow=narrow, **more)


def grid(kind: Kind = Kind.PROJECT) -> pd.DataFrame:
    return week_grid(ENTRIES, WEEK, DIRECTORY, kind)


def test_the_week_as_it_is_shown() -> None:
    assert cells(table("Ana")) == [
        ["Monday, 23 November 2026", "", "2.75"],
        ["Portal", "Design · Menu", "2.50"],
        ["No project", ":gray[non-billable]", "0.25"],
        ["Wednesday, 25 November 2026", "", "0.75"],
        [SHOWN_EVIL, r"\$x\$", "0.75"],
        ["Week total", "", "3.50"],
    ]


def test_of_everybody_it_goes_person_by_person() -> None:
    assert cells(table(style=HourStyle.CLOCK)) == [
        [r"\*Ben\*", "", "0:15"],
        ["Monday, 23 November 2026", "", "0:15"],
        ["No project", ":gray[non-billable]", "0:15"],
        ["Ana", "", "3:15"],
        ["Monday, 23 November 2026", "", "2:30"],
        ["Portal", "Design · Menu", "2:30"],
        ["Wednesday, 25 November 2026", "", "0:45"],
        [SHOWN_EVIL, r"\$x\$", "0:45"],
        ["Week total", "", "3:30"],
    ]


@pytest.mark.parametrize("narrow", [False, True])
def test_folded_people_are_a_row_each_and_the_rest_one(narrow: bool) -> None:
    """Of the eight rows Ben's stands at 0, Ana's at 3."""
    shut, opened = ":material/keyboard_arrow_right:", ":material/keyboard_arrow_down:"
    rows = cells(table(narrow=narrow, folded=Folded([0, 1, 2], [True, None, None], [3])))
    assert [row[0] for row in rows] == [opened, "", "●" if narrow else "", shut, ""]
    assert [row[1] for row in rows][3:] == ["1 more", "Week total"]
    assert [row[-1] for row in rows] == ["0.25", "0.25", "0.25", "3.25", "3.50"]
    capped = cells(table(narrow=narrow, folded=Folded([0], [False], [3], capped=True)))
    assert [row[:2] for row in capped] == [[shut, r"\*Ben\*"], ["", "1 more, in the files"], ["", "Week total"]]


def test_on_a_phone_a_line_is_two_lines_what_and_how_long_and_beneath_it_on_what() -> None:
    shown = cells(table("Ana", narrow=True))
    assert shown[:3] == [
        ["", "Monday, 23 November 2026", "2.75"],
        ["●", "**Menu**  \n:gray[:small[Portal · Design]]", "2.50"],
        ["●", f':color[no description]{{foreground="{LIGHT.near}"}}  \n:gray[:small[No project · non-billable]]', "0.25"],
    ]


def test_times_are_numbers_that_stand_at_the_right() -> None:
    data = table("Ana").data  # type: ignore[attr-defined]
    assert data["Hours"].tolist() == [9900, 9000, 900, 2700, 2700, 12600]
    assert str(data["Hours"].dtype) == "int64"


@pytest.mark.parametrize(("palette", "tint", "orange"), [(LIGHT, "22", "#c2803d"), (DARK, "3d", "#bc4a24")])
def test_a_project_is_a_tag_in_its_own_hue(palette: Palette, tint: str, orange: str) -> None:
    found = styles(table("Ana", palette))
    assert f"background-color:{orange}{tint};border-left:3px solid {orange};border-radius:0.3rem" in found[1, 0]
    assert f"background-color:{palette.categorical[-1]}{tint}" in found[4, 0]
    assert "url" not in "".join(found.values())
    assert all("font-weight:600" in found[row, column] for row in (0, 3, 5) for column in range(3))
    assert all(palette.secondary in found[5, column] for column in range(3))
    assert "padding-top:0.9rem" in found[0, 0]


def test_the_grid_as_it_is_shown() -> None:
    styler = week_grid_table(grid(), LIGHT)
    assert list(styler.data.columns) == [  # type: ignore[attr-defined]
        *("Project", "Mon 23", "Tue 24", "Wed 25", "Thu 26", "Fri 27", "Sat 28", "Sun 29", "Total")
    ]
    assert cells(styler) == [
        ["Portal", "2.50", "", "", "", "", "", "", "2.50"],
        [SHOWN_EVIL, "", "", "0.75", "", "", "", "", "0.75"],
        ["No project", "0.25", "", "", "", "", "", "", "0.25"],
        ["Total", "2.75", "", "0.75", "", "", "", "", "3.50"],
    ]


def test_the_grid_by_person_in_clock_time_and_on_a_phone() -> None:
    assert cells(week_grid_table(grid(Kind.USER), LIGHT, Kind.USER, style=HourStyle.CLOCK))[0][:4] == ["Ana", "2:30", "", "0:45"]
    phone = week_grid_table(grid(Kind.USER), LIGHT, Kind.USER, narrow=True)
    assert list(phone.data.columns) == ["Person", "Total", "M\N{NO-BREAK SPACE}23", "W\N{NO-BREAK SPACE}25"]  # type: ignore[attr-defined]
    assert cells(phone)[0] == ["Ana", "3.3", "2.5", "0.8"]


def test_cells_are_shaded_by_their_size_and_totals_are_not() -> None:
    found = styles(week_grid_table(grid(), LIGHT))
    assert LIGHT.sequential[5] in found[0, 1]  # 2.5 h, the largest
    assert LIGHT.sequential[1] in found[1, 3]  # 0.75 h: 1.8 of six steps, the second
    assert LIGHT.sequential[0] in found[2, 1]  # 0.25 h: 0.6 of six
    assert found.get((0, 2), "") == ""
    assert "font-weight:600" in found[0, 8]
    assert all(f"background-color:{LIGHT.secondary}" in found[3, column] for column in range(9))


def luminance(color: str) -> float:
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_text_is_readable_on_each_shade_and_each_tag(palette: Palette) -> None:
    steps = WARMEST[palette.mode]
    shades = [heat_color(part, steps, palette) for part in range(1, steps + 1)]
    assert shades == list(palette.sequential[:steps])
    assert min(contrast(palette.text, shade) for shade in shades) >= 4.5
    amount = {"light": 0x22, "dark": 0x3D}[palette.mode] / 255
    for color in ("#000000", "#ffffff", "#ffff00", "#0000ff", "#ff0000", "#00ff00"):
        pairs = [(int(color[at : at + 2], 16), int(palette.background[at : at + 2], 16)) for at in (1, 3, 5)]
        tint = "#" + "".join(f"{round(own * amount + under * (1 - amount)):02x}" for own, under in pairs)
        assert contrast(palette.text, tint) >= 4.5


def test_nothing_has_no_shade() -> None:
    assert heat_color(0, 100, LIGHT) == heat_color(0, 0, LIGHT) == ""


def test_the_grid_says_where_cells_are_rounded() -> None:
    odd = week_grid(entries_of(("ana", "2026-11-23 09:00", "p1", None, "", 1230)), WEEK, DIRECTORY, Kind.USER)
    assert grid_footnote(odd) == CELLS_ROUNDED  # 0.341666… hours
    assert grid_footnote(odd, HourStyle.CLOCK) == CELLS_ROUNDED
    twenty = week_grid(entries_of(("ana", "2026-11-23 09:00", "p1", None, "", 1200)), WEEK, DIRECTORY, Kind.USER)
    assert (grid_footnote(twenty), grid_footnote(twenty, HourStyle.CLOCK)) == (CELLS_ROUNDED, "")
    assert grid_footnote(grid()) == ""
    assert grid_footnote(grid(), places=1) == CELLS_ROUNDED  # 0.75


def test_projects_beside_the_week() -> None:
    styler = by_project_table(weekly_report(ENTRIES, WEEK, DIRECTORY), DIRECTORY, LIGHT)
    assert cells(styler) == [
        ["●", "Portal", "2.50", "71%"],
        ["●", SHOWN_EVIL, "0.75", "21%"],
        ["●", "No project", "0.25", "7%"],
    ]
    found = styles(styler)
    assert [found[row, 0].split(";")[0] for row in range(3)] == ["color:#c2803d", "color:#4f591c", f"color:{LIGHT.none}"]


@pytest.mark.parametrize(("projects", "names", "more"), [(11, 11, None), (12, 10, ["", "2 more", "0.05", "4%"]), (0, 0, None)])
def test_the_ten_largest_projects_and_the_rest(projects: int, names: int, more: list[str] | None) -> None:
    """Minutes 1, 2, 3 … of as many projects: of twelve the smallest two are 3 of 78 minutes."""
    rows = [("ana", f"2026-11-23 09:{minutes:02}", f"x{minutes}", None, "", 60 * minutes) for minutes in range(1, projects + 1)]
    week = weekly_report(entries_of(*rows) if rows else ENTRIES.iloc[:0], WEEK, DIRECTORY)
    shown = cells(by_project_table(week, DIRECTORY, LIGHT))
    assert len(largest_parts(week)[0]) == names
    assert shown[names:] == ([more] if more else [])
    assert sum(float(row[2]) for row in shown) == pytest.approx(sum(range(projects + 1)) / 60, abs=0.06)


def test_who_logged_nothing_is_told_by_a_word_and_an_amber_zero() -> None:
    people = week_grid(ENTRIES, WEEK, DIRECTORY, Kind.USER, also=("cleo",))
    styler = week_grid_table(people, LIGHT, Kind.USER, idle=("cleo",))
    rows, found = cells(styler), styles(styler)
    assert rows[2] == [f'Unknown person cleo · :color[nothing logged]{{foreground="{LIGHT.near}"}}', *[""] * 7, "0.00"]
    assert f"color:{LIGHT.near}" in found[2, 8]
    assert not [place for place in ((0, 8), (1, 8), (3, 8)) if LIGHT.near in found[place]]
    assert "nothing logged" not in " ".join(row[0] for row in rows[:2])


@pytest.mark.parametrize("narrow", [False, True])
def test_a_week_without_time_has_no_rows(narrow: bool) -> None:
    nothing = weekly_report(ENTRIES.iloc[:0], WEEK, DIRECTORY)
    assert cells(weekly_table(nothing, DIRECTORY, LIGHT, narrow=narrow)) == []
    assert cells(by_project_table(nothing, DIRECTORY, LIGHT)) == []
    assert cells(week_grid_table(week_grid(ENTRIES.iloc[:0], WEEK, DIRECTORY, Kind.PROJECT), DARK, narrow=narrow)) == []
    assert grid_footnote(week_grid(ENTRIES.iloc[:0], WEEK, DIRECTORY, Kind.PROJECT)) == ""


def test_the_days_shown_are_those_that_head_the_columns() -> None:
    days = [date(2026, 11, 2) + timedelta(days=step) for step in range(7)]
    seconds = [0, 0, 3600, 0, 7200, 0, 0]
    grid = pd.DataFrame(
        {"id": ["p1"], "label": ["Atlas"], **{day: [one] for day, one in zip(days, seconds, strict=True)}, "total": [10800]}
    )
    for narrow, expected in ((False, days), (True, [days[2], days[4]])):
        assert shown_days(grid, narrow) == expected
        heads = [str(name) for name in week_grid_table(grid, LIGHT, narrow=narrow).data][1:]
        assert [name for name in heads if name != "Total"] == [day_head(day, narrow) for day in expected]
        # What a cell leads to: its own day, or from the total and what stands beside it the whole week.
        for before in (None, Before(Period(days[0] - timedelta(days=7), days[0]), {("p1",): 60}, {}, Totals(60, 0, 1, {}))):
            table = week_grid_table(grid, LIGHT, narrow=narrow, before=before)
            meant = {day_head(day, narrow): day for day in expected}
            assert columns_of(table, grid, narrow) == [meant.get(str(name)) for name in list(table.data)[1:]]
            assert [day for day in columns_of(table, grid, narrow) if day] == expected
            assert len(list(table.data)) == 2 + len(expected) + (2 if before else 0)
