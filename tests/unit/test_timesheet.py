"""What is typed into a week's grid becomes what is to be written: each rule of the grid by a test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify.clocks import day_start
from clockify.periods import Period
from clockify.reports.timesheet import Changes, Place, changes, sheet
from clockify.timing import Span, say
from clockify.writes import Act, Draft, Rules
from tests.support.mywork import (
    DIRECTORY,
    FRI,
    METER,
    MON,
    NOW,
    SAT,
    SIGN_IN,
    STAND_UP,
    THU,
    TUE,
    WED,
    WEEK,
    ZONE,
    at,
    entry,
    frame,
    timers,
)

HOUR = 3600
AUDIT = ("audit", "")
ENTRIES = (
    entry("e1", SIGN_IN, at(TUE, 9), 3, "Roles", tagIds=["remote"]),
    entry("e2", STAND_UP, at(WED, 9), 0.5, "Stand-up"),
    entry("e3", STAND_UP, at(WED, 15), 1, "Retro"),
    entry("e4", METER, at(TUE, 13), 1, "Readings"),
)


def typed(
    cells: Mapping[Place, str], notes: Mapping[Place, str] | None = None, *, own: tuple[dict[str, Any], ...] = ENTRIES, **given: Any
) -> Changes:
    """Type into a grid of Ana's week."""
    of_grid = {name: given.pop(name) for name in ("running", "locked_before", "may_write_locked") if name in given}
    grid = sheet(frame(*own), frame(), WEEK, DIRECTORY, ZONE, added=[AUDIT], **of_grid)
    return changes(grid, cells, notes or {}, directory=DIRECTORY, now=NOW, **given)


def said(found: Changes) -> dict[Place, str]:
    """Say every entry as it will be."""
    return {one.place: said_of(one.draft) for one in found.ready if one.draft}


def said_of(draft: Draft) -> str:
    assert draft.end is not None
    return say(Span(draft.start, draft.end), ZONE)


def test_nothing_typed_changes_nothing() -> None:
    found = typed({})
    assert (found.ready, found.asks, found.opens, found.faults, found.unwritten) == ((), (), {}, {}, 0)
    assert (found.total, found.of_row(STAND_UP), found.of_day(TUE)) == (5.5 * HOUR, 1.5 * HOUR, 4 * HOUR)


def test_a_typed_cell_is_an_entry_after_the_days_last_one_else_at_nine() -> None:
    found = typed({(AUDIT, TUE): "1:30", (AUDIT, THU): "2"})
    assert said(found) == {(AUDIT, TUE): "1 h 30 min, 14:00–15:30", (AUDIT, THU): "2 h, 09:00–11:00"}
    assert found.ready[0].act is Act.CREATE
    assert found.ready[0].draft == Draft(at(TUE, 14), at(TUE, 15, 30), "audit", billable=True)


def test_a_new_entry_is_billable_as_its_project_is() -> None:
    found = typed({(STAND_UP, MON): "1", (SIGN_IN, MON): "1"})
    assert [(one.place[0], one.draft and one.draft.billable) for one in found.ready] == [(SIGN_IN, True), (STAND_UP, False)]


def test_several_cells_of_one_day_get_starts_that_do_not_overlap() -> None:
    found = typed({(AUDIT, FRI): "0:45", (STAND_UP, FRI): "15m", (SIGN_IN, FRI): "2h", (METER, FRI): "1,5"})
    assert said(found) == {
        (METER, FRI): "1 h 30 min, 09:00–10:30",
        (SIGN_IN, FRI): "2 h, 10:30–12:30",
        (STAND_UP, FRI): "15 min, 12:30–12:45",
        (AUDIT, FRI): "45 min, 12:45–13:30",
    }
    assert all(one.warnings == () for one in found.ready)


def test_a_range_is_taken_as_it_is_and_the_others_keep_out_of_its_way() -> None:
    found = typed({(AUDIT, FRI): "9-10:30", (METER, FRI): "1"})
    assert said(found) == {(METER, FRI): "1 h, 10:30–11:30", (AUDIT, FRI): "1 h 30 min, 09:00–10:30"}


def test_a_range_that_overlaps_says_so() -> None:
    (found,) = typed({(AUDIT, TUE): "11-13:30"}).ready
    assert [one.sentence for one in found.warnings] == [
        "Overlaps with Roles 09:00–12:00 by 1 h.",
        "Overlaps with Readings 13:00–14:00 by 30 min.",
    ]


def test_a_changed_length_moves_the_end_and_says_what_it_runs_into() -> None:
    shorter, longer = (typed({(SIGN_IN, TUE): text}).ready[0] for text in ("2h", "4:30"))
    assert shorter.act is Act.UPDATE and shorter.entry_id == "e1" and shorter.warnings == ()
    assert shorter.before == Draft(at(TUE, 9), at(TUE, 12), *SIGN_IN, ("remote",), "Roles", True, "REGULAR")
    assert shorter.draft == replace(shorter.before, end=at(TUE, 11))
    assert longer.draft == replace(shorter.before, end=at(TUE, 13, 30))
    assert [one.sentence for one in longer.warnings] == ["Overlaps with Readings 13:00–14:00 by 30 min."]


def test_cells_that_are_changed_together_are_looked_at_as_they_will_be() -> None:
    found = typed({(SIGN_IN, TUE): "4:30", (METER, TUE): "14-15", (AUDIT, TUE): "1"})
    assert said(found) == {
        (METER, TUE): "1 h, 14:00–15:00",
        (SIGN_IN, TUE): "4 h 30 min, 09:00–13:30",
        (AUDIT, TUE): "1 h, 15:00–16:00",
    }
    assert all(one.warnings == () for one in found.ready)


def test_the_same_length_again_is_no_change() -> None:
    found = typed({(SIGN_IN, TUE): "3h", (METER, TUE): "13-14"}, {(SIGN_IN, TUE): "Roles "})
    assert (found.ready, found.asks, found.faults) == ((), (), {})


def test_a_note_alone_changes_the_description_and_a_new_cell_takes_its_note() -> None:
    found = typed({(AUDIT, MON): "1"}, {(SIGN_IN, TUE): " Roles and rights ", (AUDIT, MON): "Contrast"})
    update, create = found.ready
    assert update.draft and update.before and update.draft == replace(update.before, description="Roles and rights")
    assert create.draft and create.draft.description == "Contrast"
    assert update.warnings == ()


def test_a_note_without_hours_asks_for_them() -> None:
    found = typed({}, {(AUDIT, MON): "Contrast", (AUDIT, TUE): "  "})
    assert found.faults == {(AUDIT, MON): "A note needs hours beside it: type how long."}
    assert found.ready == ()


@pytest.mark.parametrize("text", ["", "  ", "0", "0:00", "0h", "0,0"])
def test_an_emptied_cell_asks_before_it_deletes(text: str) -> None:
    asked = typed({(SIGN_IN, TUE): text})
    assert [(one.act, one.entry_id, one.draft) for one in asked.asks] == [(Act.DELETE, "e1", None)]
    assert (asked.ready, asked.of_row(SIGN_IN), asked.unwritten) == ((), 0, -3 * HOUR)
    confirmed = typed({(SIGN_IN, TUE): text}, deletes=[(SIGN_IN, TUE)])
    assert (confirmed.asks, [one.entry_id for one in confirmed.ready]) == ((), ["e1"])
    assert confirmed.ready[0].before and confirmed.ready[0].before.description == "Roles"
    # Where nothing was, nothing is deleted.
    assert typed({(AUDIT, TUE): text}) == typed({})


def test_a_deletion_that_is_not_confirmed_leaves_its_time_taken() -> None:
    cells = {(METER, TUE): "", (AUDIT, TUE): "1"}
    assert said(typed(cells)) == {(AUDIT, TUE): "1 h, 14:00–15:00"}
    assert said(typed(cells, deletes=[(METER, TUE)])) == {(AUDIT, TUE): "1 h, 12:00–13:00"}


def test_a_cell_that_stands_for_several_entries_opens_them() -> None:
    found = typed({(STAND_UP, WED): "4"}, {(STAND_UP, WED): "All"}, deletes=[(STAND_UP, WED)])
    assert found.opens == {(STAND_UP, WED): ("e2", "e3")}
    assert (found.ready, found.asks, found.faults, found.of_row(STAND_UP)) == ((), (), {}, 1.5 * HOUR)


def test_one_locked_day_locks_that_day_and_not_the_week() -> None:
    found = typed({(AUDIT, MON): "1", (AUDIT, TUE): "1", (AUDIT, WED): "1"}, locked_before=at(TUE, 0))
    assert found.faults == {(AUDIT, MON): "Mon 23 Nov is locked."}
    assert [one.place for one in found.ready] == [(AUDIT, TUE), (AUDIT, WED)]
    assert [one.place for one in typed({(AUDIT, MON): "1"}, locked_before=at(TUE, 0), may_write_locked=True).ready] == [(AUDIT, MON)]


def test_on_a_day_of_which_a_part_is_locked_time_goes_after_the_lock() -> None:
    own = (entry("e1", SIGN_IN, at(TUE, 8), 1),)
    found = typed({(AUDIT, TUE): "1", (SIGN_IN, TUE): "2", (STAND_UP, TUE): "10-11"}, own=own, locked_before=at(TUE, 12))
    assert said(found) == {(AUDIT, TUE): "1 h, 12:00–13:00"}
    assert found.faults == {
        (SIGN_IN, TUE): "This entry is locked.",
        (STAND_UP, TUE): "Time before Tue 24 Nov 2026 12:00 is locked: choose a later day, or ask an admin.",
    }


def test_a_timer_that_runs_is_stopped_first_and_takes_what_is_to_come() -> None:
    own = (entry("e1", STAND_UP, at(THU, 9), 3),)
    running = timers(entry("t1", SIGN_IN, at(THU, 13, 5), None))
    found = typed({(SIGN_IN, THU): "1", (AUDIT, THU): "1", (METER, THU): "2"}, own=own, running=running)
    assert found.faults == {(SIGN_IN, THU): "A timer runs here: stop it first."}
    assert said(found) == {(AUDIT, THU): "1 h, 12:00–13:00", (METER, THU): "2 h, 07:00–09:00"}


def test_time_never_passes_midnight_where_it_can_be_avoided() -> None:
    late = (entry("e1", SIGN_IN, at(TUE, 14), 9),)
    assert said(typed({(AUDIT, TUE): "1"}, own=late)) == {(AUDIT, TUE): "1 h, 23:00–00:00 next day"}
    assert said(typed({(AUDIT, TUE): "2"}, own=late)) == {(AUDIT, TUE): "2 h, 09:00–11:00"}
    assert said(typed({(AUDIT, TUE): "7"}, own=late)) == {(AUDIT, TUE): "7 h, 07:00–14:00"}
    assert said(typed({(AUDIT, MON): "20"}, own=())) == {(AUDIT, MON): "20 h, 04:00–00:00 next day"}
    assert said(typed({(AUDIT, MON): "24"}, own=())) == {(AUDIT, MON): "24 h, 00:00–00:00 next day"}


def test_an_entry_of_the_evening_before_keeps_its_morning() -> None:
    night = (entry("e1", SIGN_IN, at(MON, 22), 12),)
    assert said(typed({(AUDIT, TUE): "1"}, own=night)) == {(AUDIT, TUE): "1 h, 10:00–11:00"}
    assert said(typed({(AUDIT, TUE): "8"}, own=(entry("e1", SIGN_IN, at(MON, 22), 3),))) == {(AUDIT, TUE): "8 h, 09:00–17:00"}


def test_a_full_day_says_so() -> None:
    own = (entry("e1", SIGN_IN, at(TUE, 2), 20),)
    assert typed({(AUDIT, TUE): "3"}, own=own).faults == {(AUDIT, TUE): "Tue 24 Nov has no room for 3 h: its longest free time is 2 h."}
    assert typed({(AUDIT, TUE): "3"}, own=(entry("e1", SIGN_IN, at(TUE, 0), 24),)).faults == {
        (AUDIT, TUE): "Tue 24 Nov has no room for 3 h: it is full."
    }
    both = typed({(AUDIT, TUE): "13", (METER, TUE): "12"}, own=())
    assert said(both) == {(AUDIT, TUE): "13 h, 09:00–22:00"}
    assert list(both.faults) == [(METER, TUE)]


@pytest.mark.parametrize(("day", "most"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_a_day_of_a_clock_change_has_as_many_hours_as_it_has(day: date, most: int) -> None:
    week = Period(day - timedelta(days=6), day + timedelta(days=1))
    grid = sheet(frame(), frame(), week, DIRECTORY, ZONE, added=[AUDIT, METER])
    now = day_start(day, ZONE)
    for hours, count in ((most, 1), (most + 1, 0)):
        found = changes(grid, {(AUDIT, day): f"{hours}h"}, {}, directory=DIRECTORY, now=now)
        assert len(found.ready) == count and len(found.faults) == 1 - count
    found = changes(grid, {(AUDIT, day): "8", (METER, day): f"{most - 17}h"}, {}, directory=DIRECTORY, now=now)
    spans = sorted((one.draft.start, one.draft.end) for one in found.ready if one.draft and one.draft.end)
    assert len(spans) == 2 and spans[0][1] <= spans[1][0] and spans[0][0] >= day_start(day, ZONE)
    twice = changes(grid, {(AUDIT, day): "2:15-4"}, {}, directory=DIRECTORY, now=now)
    assert twice.faults[(AUDIT, day)].startswith("02:15 ") and twice.faults[(AUDIT, day)].endswith("use the form, which asks.")


def test_what_cannot_be_read_is_a_sentence_in_its_cell_and_holds_up_no_other() -> None:
    found = typed({(AUDIT, MON): "45", (SIGN_IN, TUE): "abc", (METER, FRI): "1"})
    assert found.faults[(AUDIT, MON)] == "45: did you mean 45 min (45m) or 45 h (45h)?"
    assert list(found.faults) == [(SIGN_IN, TUE), (AUDIT, MON)]
    assert [one.place for one in found.ready] == [(METER, FRI)]
    assert found.of_row(SIGN_IN) == 3 * HOUR


def test_what_the_workspace_forces_is_said_in_the_cell() -> None:
    rules = Rules(needs_task=True, needs_description=True)
    found = typed({(SIGN_IN, MON): "1", (METER, MON): "1", (AUDIT, MON): "1"}, {(SIGN_IN, MON): "Roles"}, rules=rules)
    assert [one.place for one in found.ready] == [(SIGN_IN, MON)]
    assert found.faults == {
        (METER, MON): "Say what it was: this workspace wants a description on every entry.",
        (AUDIT, MON): "This workspace wants a task on every entry and this project has none: choose another project.",
    }
    assert typed({(AUDIT, SAT): "1"}).faults == {(AUDIT, SAT): "That is more than a day ahead: choose tomorrow or a day before."}


def test_totals_are_those_of_what_is_typed() -> None:
    found = typed({(AUDIT, TUE): "1:30", (SIGN_IN, TUE): "2", (METER, TUE): "", (STAND_UP, MON): "x", (STAND_UP, FRI): "9-10"})
    assert (found.of_row(AUDIT), found.of_row(SIGN_IN), found.of_row(METER), found.of_row(STAND_UP)) == (5400, 7200, 0, 2.5 * HOUR)
    assert [found.of_day(day) / HOUR for day in WEEK_DAYS] == [0, 3.5, 1.5, 0, 1, 0, 0]
    assert (found.total, found.written, found.unwritten) == (6 * HOUR, 5.5 * HOUR, 0.5 * HOUR)


WEEK_DAYS = [WEEK.start + timedelta(days=number) for number in range(7)]
QUARTERS = st.integers(0, 95)


@given(
    st.lists(st.tuples(QUARTERS, st.integers(1, 40)), max_size=4),
    st.lists(st.integers(1, 40), min_size=1, max_size=4),
    st.sampled_from([date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 26)]),
)
def test_new_time_never_overlaps_and_never_leaves_its_day(own: list[tuple[int, int]], lengths: list[int], day: date) -> None:
    quarter, begin = timedelta(minutes=15), day_start(day, ZONE)
    there = [entry(f"e{number}", SIGN_IN, begin + start * quarter, length / 4) for number, (start, length) in enumerate(own)]
    keys = [(f"p{number}", "") for number in range(len(lengths))]
    grid = sheet(frame(*there), frame(), Period(day, day + timedelta(days=7)), DIRECTORY, ZONE, added=keys)
    cells = {(key, day): f"{length * 15}m" for key, length in zip(keys, lengths, strict=True)}
    known = replace(DIRECTORY, current=DIRECTORY.current | {key[0] for key in keys})
    found = changes(grid, cells, {}, directory=known, now=begin)
    taken = {start + step for start, length in own for step in range(length)}
    count = (day_start(day + timedelta(days=1), ZONE) - begin) // quarter
    assert len(found.ready) + len(found.faults) == len(lengths)
    for one, length in zip(
        sorted(found.ready, key=lambda one: keys.index(one.place[0])), placed_lengths(found, keys, lengths), strict=True
    ):
        assert one.draft is not None and one.draft.seconds == length * 900 and one.warnings == ()
        steps = {int((one.draft.start - begin) / quarter) + step for step in range(length)}
        assert not steps & taken and steps <= set(range(count))
        taken |= steps
    # What found no place, has none: no free run of quarters is as long.
    for place, sentence in found.faults.items():
        assert "has no room for" in sentence
        runs = longest_run([number not in taken for number in range(count)])
        assert runs < lengths[keys.index(place[0])]


def placed_lengths(found: Changes, keys: list[tuple[str, str]], lengths: list[int]) -> list[int]:
    return [length for key, length in zip(keys, lengths, strict=True) if any(one.place[0] == key for one in found.ready)]


def longest_run(free: list[bool]) -> int:
    longest = run = 0
    for is_free in free:
        run = run + 1 if is_free else 0
        longest = max(longest, run)
    return longest


def test_moments_are_utc_and_whole() -> None:
    (found,) = typed({(AUDIT, MON): "1:00:30"}).ready
    assert found.draft is not None
    assert isinstance(found.draft.start, datetime) and found.draft.start.utcoffset() == timedelta(0)
    assert found.draft.seconds == 3630
