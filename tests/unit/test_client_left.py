"""What a client has left: packs used day by day, plans of his projects, retainers, all against figures by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify.clients import Pack
from clockify.periods import Period
from clockify.plans import Cycle, Notes, Plan
from clockify.render.client_left import cards_of, cycle_tables
from clockify.render.formats import HourStyle
from clockify.reports.budgets import forecasts
from clockify.reports.client_left import Left, client_left, has_caps
from clockify.reports.packs import packed_up
from tests.support.people import DIRECTORY, WORKWEEK, Row, cube_of

HOUR, DAY = 3600, timedelta(days=1)
FIRST, TODAY = date(2028, 1, 3), date(2028, 3, 1)
EVER = date(2027, 1, 1)


def stands(packs: Sequence[Pack], rows: Sequence[Row], **terms: Any) -> tuple[int, int] | None:
    """Return what is used and left of packs, in hours."""
    found = packed_up(packs, cube_of(rows), **{"known_from": EVER, "today": TODAY, "threshold": 80} | terms)
    return None if found is None else (found.budget.burn.used // HOUR, (found.budget.burn.left or 0) // HOUR)


def hours(day: date, count: int, project: str = "p1") -> Row:
    return Row(day, project=project, seconds=count * HOUR, rate=100_00, billable=True)


def test_a_pack_is_used_from_its_first_day_on() -> None:
    pack = Pack(FIRST, client_id="c1", seconds=10 * HOUR)
    assert stands([pack], [hours(FIRST - DAY, 5), hours(FIRST, 3), hours(TODAY, 1)]) == (4, 6)
    assert stands([pack], [hours(FIRST, 12)]) == (12, -2)
    assert stands([pack], []) == (0, 10)


def test_a_pack_that_hasnt_begun_or_has_expired_is_none() -> None:
    assert stands([Pack(TODAY + DAY, client_id="c1", seconds=HOUR)], []) is None
    assert stands([Pack(FIRST, client_id="c1", seconds=HOUR, last=TODAY - DAY)], []) is None
    assert stands([Pack(FIRST, client_id="c1", seconds=HOUR, last=TODAY)], []) == (0, 1)


def test_what_expires_first_is_used_first_and_what_expired_is_gone() -> None:
    """10 h until 31 January, of which 4 are used; 20 h from 10 January on, of which February takes 3."""
    old = Pack(FIRST, client_id="c1", seconds=10 * HOUR, last=date(2028, 1, 31))
    new = Pack(date(2028, 1, 10), client_id="c1", seconds=20 * HOUR)
    assert stands([new, old], [hours(date(2028, 1, 20), 4), hours(date(2028, 2, 2), 3)]) == (3, 17)
    # 12 h in January: 10 of the old one, 2 of the new one.
    assert stands([new, old], [hours(date(2028, 1, 20), 12), hours(date(2028, 2, 2), 3)]) == (5, 15)
    # 5 h in January go to the small one that ended with it, though the large one is older and never ends.
    large, small = (
        Pack(FIRST, client_id="c1", seconds=20 * HOUR),
        Pack(date(2028, 1, 10), client_id="c1", seconds=10 * HOUR, last=date(2028, 1, 31)),
    )
    assert stands([large, small], [hours(date(2028, 1, 20), 5)]) == (0, 20)
    # What the old one had no room for before the new one began is no time of the new one's.
    assert stands([new, old], [hours(date(2028, 1, 4), 12)]) == (0, 20)


def test_two_packs_that_hold_are_one_and_the_next_to_expire_is_said() -> None:
    packs = [
        Pack(FIRST, client_id="c1", seconds=10 * HOUR, last=date(2028, 6, 30), note="Winter"),
        Pack(TODAY, client_id="c1", seconds=5 * HOUR),
    ]
    assert stands(packs, [hours(TODAY, 12)]) == (12, 3)
    found = packed_up(packs, cube_of([]), known_from=EVER, today=TODAY, threshold=80)
    assert found and (found.expires, found.note) == (date(2028, 6, 30), "Winter")


def test_a_pack_of_money_is_of_its_currency_and_gone_without_money() -> None:
    """3 h at 100 EUR are 300 of 1000 EUR; an hour in dollars isn't in it."""
    pack = Pack(FIRST, project_id="p1", cents=1000_00, currency="EUR")
    rows = [hours(FIRST, 3), Row(FIRST, seconds=HOUR, rate=1, currency="USD", billable=True)]
    found = packed_up([pack], cube_of(rows), known_from=EVER, today=TODAY, threshold=80)
    assert found and found.budget.burn.money
    assert (found.budget.burn.used, found.budget.burn.left) == (300_00 * HOUR, 700_00 * HOUR)
    assert packed_up([pack], cube_of(rows), known_from=EVER, today=TODAY, threshold=80, money=False) is None


def test_a_pack_older_than_what_is_known_is_at_least_used_so_much() -> None:
    pack = Pack(FIRST, client_id="c1", seconds=10 * HOUR)
    found = packed_up([pack], cube_of([hours(TODAY, 3)]), known_from=FIRST + DAY, today=TODAY, threshold=80)
    assert found and not found.budget.knows_used
    (card,) = cards_of([Left("", found.budget, is_pack=True)], DIRECTORY, TODAY, HourStyle.DECIMAL, is_rounded=False)
    assert (card.value, card.used.replace("\xa0", " ")) == ("≤ 7.00\xa0h left", "≥ 3.00 of 10.00 h used · 30%")
    assert card.said == "Earlier time isn't counted here, so nothing is foreseen"


def test_what_is_left_is_left_today_whichever_days_are_looked_at() -> None:
    found = packed_up([Pack(FIRST, client_id="c1", seconds=10 * HOUR)], cube_of([]), known_from=EVER, today=TODAY, threshold=80)
    assert found
    abouts = {}
    for first, end in ((TODAY, date(2028, 4, 1)), (date(2028, 2, 1), TODAY), (EVER, date(2028, 1, 1))):
        period = Period(first, end)
        (card,) = cards_of([Left("", found.budget)], DIRECTORY, TODAY, HourStyle.DECIMAL, is_rounded=False, period=period)
        abouts[first] = card.about
    assert abouts == {TODAY: "all projects", date(2028, 2, 1): "all projects · as of 1 Mar", EVER: "all projects · as of 1 Mar 2028"}


def test_how_a_cycle_will_end_is_a_sentence_a_client_understands() -> None:
    notes = Notes(plans=(Plan("p1", seconds=40 * HOUR, cycle=Cycle.MONTH, first=date(2028, 1, 1)),))
    (one,), _ = left_of(notes, [hours(date(2027, 12, 6) + 7 * number * DAY, 4) for number in range(12)])
    (card,) = cards_of([one], DIRECTORY, TODAY, HourStyle.DECIMAL, is_rounded=False)
    assert card.said == "This month will likely not take more than that"


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20), st.none() | st.integers(0, 60)), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 58), st.integers(1, 9)), max_size=15),
)
def test_hour_by_hour_gives_the_same(packs: list[tuple[int, int, int | None]], work: list[tuple[int, int]]) -> None:
    """Each hour goes by itself, in order of days, to the pack that expires first of those that hold and have room."""
    made = [
        Pack(FIRST + begin * DAY, client_id="c1", seconds=size * HOUR, last=None if length is None else FIRST + (begin + length) * DAY)
        for begin, size, length in packs
    ]
    rows = [hours(FIRST + day * DAY, count) for day, count in work]
    valid = [one for one in made if one.first <= TODAY and (one.last is None or one.last >= TODAY)]
    rests = {number: (one.seconds or 0) // HOUR for number, one in enumerate(made)}
    used = 0
    for day in sorted(row.day for row in rows for _ in range(row.seconds // HOUR)):
        open_ones = [n for n, one in enumerate(made) if one.first <= day <= (one.last or date.max) and one.first <= TODAY and rests[n]]
        if open_ones:
            chosen = min(open_ones, key=lambda n: (made[n].last or date.max, made[n].first))
            rests[chosen] -= 1
            used += made[chosen] in valid
        elif valid and day >= min(one.first for one in valid):
            used += 1
    expected = (used, sum((one.seconds or 0) // HOUR for one in valid) - used) if valid else None
    assert stands(made, rows) == expected


def left_of(notes: Notes, rows: Sequence[Row], *, projects: Sequence[str] = (), known_from: date = EVER, money: bool = True) -> Any:
    days: dict[str, Any] = {"known_from": known_from, "today": TODAY, "week_start": "MONDAY"}
    cube = cube_of(rows)
    charged = cube[cube["project_id"].isin(["p1", "p2"])]
    return client_left("c1", projects, cube, charged, DIRECTORY, notes, partial(forecasts, weekdays=WORKWEEK, **days), money=money, **days)


def test_a_pack_goes_before_a_plan_and_other_clients_have_no_part_in_it() -> None:
    notes = Notes(
        plans=(Plan("p1", seconds=50 * HOUR), Plan("p2", seconds=8 * HOUR), Plan("p3", seconds=HOUR)),
        packs=(Pack(FIRST, project_id="p1", seconds=20 * HOUR), Pack(FIRST, client_id="c2", seconds=HOUR)),
    )
    rows = [hours(TODAY, 2), hours(TODAY, 3, "p2"), hours(TODAY, 9, "p3")]
    left, retainers = left_of(notes, rows)
    assert [(one.project_id, one.is_pack, one.budget.burn.used // HOUR) for one in left] == [("p1", True, 2), ("p2", False, 3)]
    assert retainers == ()


def test_a_pack_of_the_whole_client_is_all_that_is_left_of_him() -> None:
    notes = Notes(plans=(Plan("p2", seconds=8 * HOUR),), packs=(Pack(FIRST, client_id="c1", seconds=20 * HOUR),))
    (one,), _ = left_of(notes, [hours(TODAY, 2), hours(TODAY, 3, "p2")])
    assert (one.project_id, one.budget.burn.used) == ("", 5 * HOUR)
    (chosen,), _ = left_of(notes, [hours(TODAY, 2), hours(TODAY, 3, "p2")], projects=["p1"])
    assert chosen.budget.burn.used == 5 * HOUR, "it is of all his projects, whichever are looked at"


def test_without_money_no_plan_of_it_is_left() -> None:
    notes = Notes(
        plans=(Plan("p1", cents=100), Plan("p2", cents=100, cycle=Cycle.MONTH)),
        packs=(Pack(FIRST, project_id="p1", cents=9, currency="EUR"),),
    )
    assert left_of(notes, [hours(TODAY, 2)], money=False) == ((), ())


def test_the_usual_week_of_a_project_is_no_promise_to_a_client() -> None:
    assert left_of(Notes(), [hours(TODAY, 2)]) == ((), ())


def test_the_band_of_a_pack_is_the_pace_of_the_last_weeks() -> None:
    """4 h a week for twelve weeks, always: of 40 h 36 are left a week on, and 9 more weeks of five days are to come."""
    notes = Notes(packs=(Pack(date(2027, 11, 29), client_id="c1", seconds=94 * HOUR),))
    weeks = [date(2027, 11, 29) + 7 * number * DAY for number in range(14)]
    (one,), _ = left_of(notes, [hours(day, 4, "p1" if number % 2 else "p2") for number, day in enumerate(weeks)])
    assert one.budget.burn.left == (94 - 14 * 4) * HOUR
    found = one.foreseen.found
    assert found and found.earliest and found.latest and found.earliest <= found.latest
    # 38 h at 4 h in five days are 47.5 working days after Wednesday 1 March.
    assert found.middle == date(2028, 5, 8)
    (card,) = cards_of([one], DIRECTORY, TODAY, HourStyle.DECIMAL, is_rounded=True)
    assert card.said.startswith("At this pace used up") and "tracked time" not in card.said


@pytest.mark.parametrize("carries", [False, True])
def test_a_retainer_cycle_by_cycle(carries: bool) -> None:
    """10 h a month: 4 used in January, 13 in February, 2 in March so far."""
    notes = Notes(plans=(Plan("p1", seconds=10 * HOUR, cycle=Cycle.MONTH, carries=carries, first=date(2028, 1, 1)),))
    rows = [hours(date(2028, 1, 5), 4), hours(date(2028, 2, 5), 13), hours(TODAY, 2)]
    _, (retainer,) = left_of(notes, rows)
    (table,) = cycle_tables([retainer], DIRECTORY, TODAY, HourStyle.DECIMAL)
    cells = [[cell.replace("\xa0", " ") for cell in row.cells] for row in table.rows]
    carried = {True: ["3.00 h", "6.00 h", "–"], False: ["–"] * 3}[carries]
    rests = {True: ["11.00 h", "3.00 h", "6.00 h"], False: ["8.00 h", "−3.00 h", "6.00 h"]}[carries]
    assert [row[0] for row in cells] == ["1–31 Mar 2028, running", "1–29 Feb 2028", "1–31 Jan 2028"]
    assert [row[1] for row in cells] == ["10.00 h"] * 3
    assert [row[2] for row in cells] == carried
    assert [row[3] for row in cells] == ["2.00 h", "13.00 h", "4.00 h"]
    assert [row[4] for row in cells] == rests


def test_cycles_before_what_is_known_are_not_shown() -> None:
    notes = Notes(plans=(Plan("p1", seconds=10 * HOUR, cycle=Cycle.MONTH, carries=True, first=date(2028, 1, 1)),))
    _, (retainer,) = left_of(notes, [hours(date(2028, 1, 5), 4), hours(TODAY, 2)], known_from=date(2028, 2, 1))
    (table,) = cycle_tables([retainer], DIRECTORY, TODAY, HourStyle.DECIMAL)
    assert [row.cells[0] for row in table.rows] == ["1–31 Mar 2028, running", "1–29 Feb 2028"]
    assert "≈" in table.note and table.rows[0].cells[4].startswith("≈ ")


def test_months_are_read_only_where_something_is_planned() -> None:
    assert not has_caps("c1", DIRECTORY, Notes(plans=(Plan("p3", seconds=1),), packs=(Pack(FIRST, client_id="c2", seconds=1),)))
    assert has_caps("c1", DIRECTORY, Notes(plans=(Plan("p2", seconds=1),)))
    assert has_caps("c1", DIRECTORY, Notes(packs=(Pack(FIRST, client_id="c1", seconds=1),)))
    assert has_caps("c1", DIRECTORY, Notes(packs=(Pack(FIRST, project_id="p1", seconds=1),)))
