"""Plans and profit as tables: what stands in each cell, its colour, and names that mean harm."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd
import pytest

from clockify.directory import Directory, Kind, Project
from clockify.plans import CostRate, Cycle, Plan
from clockify.render.palette import LIGHT
from clockify.render.tables.budgets import BURN, LEFT, PROJECT, USED, budget_table, cycles_table, tasks_table
from clockify.render.tables.profit import profit_table
from clockify.reports.budgets import Budget, Foreseen, Source
from clockify.reports.burn import Burn, State, task_burns
from clockify.reports.cycles import cycles_of
from clockify.reports.forecast import Chance, Outlook, UsedUp
from clockify.reports.pace import Band
from clockify.reports.profit import By, profit, profit_total
from tests.support.people import DIRECTORY, Row, cube_of
from tests.support.stylers import shown_cells, styles_of

HOUR, TICKS = 3600, 360_000
TODAY = date(2026, 11, 18)
EVIL = "*a* [b](c) <i> $x$ :red[d]"
PLACE = Directory(
    {kind: {} for kind in Kind} | {Kind.PROJECT: {"p": "Portal", "e": EVIL}, Kind.CLIENT: {"c": "Acme_1"}, Kind.TASK: {"t": EVIL}},
    {"p": Project("p", "Portal", "c"), "e": Project("e", EVIL)},
)


def budget(used: int, planned: int, state: State = State.WITHIN, one: str = "p", **more: object) -> Budget:
    return Budget(
        Plan(one, seconds=planned * HOUR, cycle=more.pop("cycle", Cycle.WHOLE)),  # type: ignore[arg-type]
        more.pop("source", Source.CLOCKIFY),  # type: ignore[arg-type]
        Burn(one, used * HOUR, planned * HOUR, state),
        date(2026, 11, 1),
        **more,  # type: ignore[arg-type]
    )


def cells(rows: list[Budget], foreseen: dict[str, Foreseen] | None = None, *, narrow: bool = False) -> dict[str, list[str]]:
    return shown_cells(budget_table(rows, foreseen or {}, PLACE, LIGHT, today=TODAY, narrow=narrow))


def test_what_stands_in_a_row() -> None:
    found = cells([budget(150, 100, State.OVER), budget(90, 100, State.NEAR), budget(5, 100)])
    assert found[BURN] == ["150% over", "90% near", "5%"]
    assert found[USED] == ["150.00 h", "90.00 h", "5.00 h"]
    assert found[LEFT] == ["over by 50.00 h", "10.00 h left", "95.00 h left"]
    assert found["Foreseen"] == ["over", "–", "–"]
    assert found[PROJECT][0] == "**Portal** :gray[· Acme\\_1]  \n:gray[:small[100.00 h, Clockify's]]"


def test_what_is_known_in_part_says_so() -> None:
    part, over = budget(40, 100, knows_used=False), budget(150, 100, State.OVER, knows_used=False)
    carry = budget(40, 100, knows_carry=False, cycle=Cycle.MONTH, end=date(2026, 12, 1))
    neither = budget(140, 100, State.OVER, knows_carry=False, knows_used=False, cycle=Cycle.MONTH, end=date(2026, 12, 1))
    found = cells([part, over, carry, neither])
    assert found[BURN] == ["≥ 40%", "≥ 150% over", "≈ 40%", "≈ 140% over"]
    assert found[USED] == ["≥ 40.00 h", "≥ 150.00 h", "40.00 h", "≥ 140.00 h"]
    assert found[LEFT] == ["≤ 60.00 h left", "over by ≥ 50.00 h", "≈ 60.00 h left", "≈ over by 40.00 h"]
    assert found["Foreseen"] == ["–", "over", "–", "–"]


def test_money_and_what_is_beside_it() -> None:
    burn = Burn("p", 900 * TICKS, 1000 * TICKS, State.NEAR, True, "EUR")
    one = Budget(Plan("p", cents=100_000, cycle=Cycle.MONTH), Source.HERE, burn, date(2026, 11, 1), date(2026, 12, 1), others="GBP, USD")
    found = cells([one])
    assert found[USED] == ["€900 :gray[:small[+ GBP\\, USD]]"]
    assert found[LEFT] == ["€100 left"]
    assert "€1,000 a month, written down here" in found[PROJECT][0]


def test_plans_in_words() -> None:
    usual = budget(1, 40, source=Source.USUAL, cycle=Cycle.WEEK, end=date(2026, 11, 23))
    carried = budget(1, 12, cycle=Cycle.QUARTER, end=date(2027, 1, 1), carried=2 * HOUR)
    billable = budget(1, 12, billable_only=True)
    names = cells([usual, carried, billable])[PROJECT]
    assert [re.findall(r"small\[(.*)\]\]", one)[0] for one in names] == [
        "40.00 h a week, the usual week",
        "10.00 h a quarter and 2.00 h carried in, Clockify's",
        "12.00 h billable, Clockify's",
    ]


def test_what_is_foreseen_in_a_few_words() -> None:
    days = UsedUp(date(2026, 12, 10), date(2026, 12, 14), date(2026, 12, 18))
    month = budget(1, 12, one="e", cycle=Cycle.MONTH, end=date(2026, 12, 1))
    ahead = {"p": Foreseen(found=days), "e": Foreseen(found=days, outlook=Outlook(Band(1, 2, 3), Chance.EITHER))}
    assert cells([budget(1, 12), month], ahead)["Foreseen"] == ["14 Dec (10–18 Dec)", "could go either way"]
    assert cells([budget(1, 12), month], {"p": Foreseen(), "e": Foreseen()})["Foreseen"] == ["too little to say"] * 2


def test_colours_go_with_words() -> None:
    rows = [budget(150, 100, State.OVER), budget(90, 100, State.NEAR), budget(5, 100)]
    styles = styles_of(budget_table(rows, {}, PLACE, LIGHT, today=TODAY))
    for place, color in enumerate((LIGHT.over, LIGHT.near)):
        assert f"color:{color};" in styles[BURN][place].replace(" ", "") and f"{color}2%" in styles[BURN][place].replace(" ", "")
        assert color in styles[LEFT][place]
    assert LIGHT.billable in styles[BURN][2] and LIGHT.over not in styles[BURN][2]


def end_of_bar(one: Budget) -> float:
    (style,) = styles_of(budget_table([one], {}, PLACE, LIGHT, today=TODAY))[BURN]
    # The second picture is the filled part: transparent, colour from, colour to, transparent.
    return float(re.findall(r"(\d+(?:\.\d+)?)%", style.split("linear-gradient")[2])[2])


def test_a_bar_ends_at_half_as_much_again() -> None:
    none, half, all_of_it, most, more = (end_of_bar(budget(one, 100)) for one in (0, 50, 100, 150, 900))
    assert none == 2.0 and more == most == 64.0
    assert all_of_it - none == pytest.approx(2 * (half - none), abs=0.2)
    assert most - none == pytest.approx(1.5 * (all_of_it - none), abs=0.2)


def test_a_name_is_no_markdown() -> None:
    (name,) = cells([budget(1, 2, one="e")])[PROJECT]
    assert name.startswith(r"**\*a\* \[b\]\(c\) ") and ":red[" not in name and "<i>" not in name
    burns = task_burns({"t": HOUR}, {"t": 2 * HOUR})
    table = shown_cells(tasks_table(burns, PLACE, LIGHT))
    assert ":red[" not in table["Task"][0] and table[BURN] == ["200%"] and table[LEFT] == ["over by 1.00 h"]


def test_the_narrow_table_has_what_is_left_beneath() -> None:
    found = cells([budget(150, 100, State.OVER)], narrow=True)
    assert list(found) == [PROJECT, BURN] and found[BURN] == ["150% over  \n:gray[:small[over by 50.00 h]]"]


def test_no_plans_give_no_rows() -> None:
    assert cells([]) == {name: [] for name in (PROJECT, BURN, USED, LEFT, "Foreseen")}


def test_cycles_are_shown_newest_first() -> None:
    rows = [Row(date(2026, 9, 10), seconds=4 * HOUR), Row(date(2026, 10, 10), seconds=17 * HOUR), Row(date(2026, 11, 10), seconds=HOUR)]
    plan = Plan("p1", seconds=10 * HOUR, cycle=Cycle.MONTH, carries=True)
    cycles = cycles_of([plan], cube_of(rows), first=date(2026, 9, 10), today=TODAY, week_start="MONDAY").assign(project_id="p1")
    table = cycles_table(cycles, TODAY, LIGHT)
    assert shown_cells(table) == {
        "Cycle": ["1–30 Nov 2026, running", "1–31 Oct 2026", "1–30 Sep 2026"],
        "Planned": ["10.00 h"] * 3,
        "Carried in": ["−1.00 h", "6.00 h", "0.00 h"],
        "Used": ["1.00 h", "17.00 h", "4.00 h"],
        "Left": ["8.00 h", "−1.00 h", "6.00 h"],
        "Carried out": ["0.00 h", "−1.00 h", "6.00 h"],
    }
    assert [LIGHT.over in style for style in styles_of(table)["Left"]] == [False, True, False]


MAY = date(2026, 5, 20)
RATES = [CostRate("ana", 3000, "EUR"), CostRate("ben", 4000, "USD"), CostRate("cleo", 20_000, "EUR")]


def profit_cells(rows: list[Row], *, narrow: bool = False) -> dict[str, list[str]]:
    found = profit(cube_of(rows), RATES, DIRECTORY, By.PROJECT)
    whole = pd.concat([found, profit_total(found)], ignore_index=True)
    return shown_cells(profit_table(whole, By.PROJECT, LIGHT, narrow=narrow))


def test_profit_by_hand() -> None:
    """2 h for €100 that cost €30 each; an hour of Ben's that is paid in dollars; an hour of Cleo's for less than she costs."""
    found = profit_cells(
        [
            Row(MAY, "ana", "p1", 2 * HOUR, 10_000, billable=True),
            Row(MAY, "ben", "p1", HOUR, 10_000, billable=True),
            Row(MAY, "cleo", "p2", HOUR, 5_000, billable=True),
        ]
    )
    assert found == {
        "Project": ["Portal", "Shop", "Total"],
        "Hours": ["3.00", "1.00", "4.00"],
        "Earned": ["€300.00", "€50.00", "€350.00"],
        "Cost": ["€60.00  \n:gray[:small[and \\$40.00]]", "€200.00", "€260.00  \n:gray[:small[and \\$40.00]]"],
        "Margin": ["≤\u00a0€240.00", "−€150.00", "≤\u00a0€90.00"],  # the 40 dollars are in no euro
        "of earned": ["–", "−300%", "–"],
    }


def test_currencies_stand_below_each_other_and_a_loss_is_red() -> None:
    rows = [Row(MAY, "ana", "p1", HOUR, 10_000, billable=True), Row(MAY, "ben", "p1", HOUR, 3_000, "USD", billable=True)]
    found = profit_cells(rows)
    assert found["Margin"] == ["€70.00  \n−\\$10.00"] * 2
    assert found["of earned"] == ["70%  \n−33%"] * 2
    narrow = profit_cells(rows, narrow=True)
    assert list(narrow) == ["Project", "Earned", "Margin"]  # a phone has no room for more
    assert "cost " in narrow["Earned"][0] and narrow["Margin"] == found["Margin"]
    whole = profit(cube_of(rows), RATES, DIRECTORY, By.PROJECT)
    styles = styles_of(profit_table(pd.concat([whole, profit_total(whole)], ignore_index=True), By.PROJECT, LIGHT))
    assert LIGHT.over in styles["Margin"][0]
