"""What is wrong with an entry before it is sent, and what it overlaps; overlaps are counted second by second beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify.directory import directory_of
from clockify.drafts import Known, Repair, freed, overlap_seconds, problems, warnings
from clockify.timing import Fault, Span
from clockify.writes import Draft, Rules

ZONE = "Europe/Belgrade"


def at(hour: int, minute: int = 0, second: int = 0, day: int = 26, month: int = 11) -> datetime:
    """A moment of a November in Belgrade, an hour ahead of UTC."""
    return datetime(2026, month, day, hour, minute, second, tzinfo=UTC) - timedelta(hours=1)


NOW = at(14, 17)
DIRECTORY = directory_of(
    users=[],
    clients=[],
    projects=[
        {"id": "portal", "name": "Portal", "billable": True, "tasks": [{"id": "design"}, {"id": "old-task", "status": "DONE"}]},
        {"id": "audit", "name": "Audit", "tasks": [{"id": "review"}]},
        {"id": "bare", "name": "Bare", "tasks": [{"id": "last", "status": "DONE"}]},
        {"id": "spring", "name": "Spring", "archived": True, "tasks": [{"id": "poster"}]},
    ],
    tags=[{"id": "remote", "name": "Remote"}, {"id": "fax", "name": "Fax", "archived": True}],
    default_currency="EUR",
)
KNOWN = Known.of(DIRECTORY)
GOOD = Draft(at(9), at(10, 30), "portal", "design", ("remote",), "Sign-in", True)
ALL = Rules(needs_project=True, needs_task=True, needs_description=True, needs_tags=True)
LOCKED = Rules(locked_before=at(0, day=23))


def faults(draft: Draft, rules: Rules = ALL, **given: object) -> list[Fault]:
    return problems(draft, rules, now=NOW, zone=ZONE, known=KNOWN, **given)  # type: ignore[arg-type]


def test_a_good_entry_has_nothing_wrong_with_it() -> None:
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"project_id": "", "task_id": ""}, "project", "Choose a project: this workspace wants one on every entry."),
        ({"project_id": "spring", "task_id": "poster"}, "project", "This project is archived: choose another."),
        ({"project_id": "gone", "task_id": "design"}, "project", "This project isn't in this workspace any more: choose another."),
        ({"task_id": ""}, "task", "Choose a task: this workspace wants one on every entry."),
        (
            {"project_id": "bare", "task_id": ""},
            "task",
            "This workspace wants a task on every entry and this project has none: choose another project.",
        ),
        ({"task_id": "old-task"}, "task", "This task is done: choose another."),
        ({"task_id": "review"}, "task", "This task belongs to another project: choose one of this project's."),
        ({"task_id": "gone"}, "task", "This task isn't in this workspace any more: choose another."),
        ({"description": " \n"}, "description", "Say what it was: this workspace wants a description on every entry."),
        ({"description": "a\0b"}, "description", "The description has a character in it that can't be sent: type it anew."),
        ({"description": "a\ud800"}, "description", "The description has a character in it that can't be sent: type it anew."),
        ({"description": "x" * 3002}, "description", "The description is 2 characters too long: Clockify takes 3000."),
        ({"description": "😀" * 1501}, "description", "The description is 2 characters too long: Clockify takes 3000."),
        ({"tag_ids": ()}, "tags", "Choose a tag: this workspace wants one on every entry."),
        ({"tag_ids": ("remote", "fax")}, "tags", "This tag is archived: choose another."),
        ({"tag_ids": ("gone",)}, "tags", "This tag isn't in this workspace any more: choose another."),
        ({"start": at(9, day=28), "end": at(10, day=28)}, "day", "That is more than a day ahead: choose tomorrow or a day before."),
        ({"end": at(9)}, "end", "The end must come after the start."),
        ({"end": at(8)}, "end", "The end must come after the start."),
    ],
)
def test_each_fault_is_a_sentence_beside_its_field(change: dict[str, object], field: str, sentence: str) -> None:
    found = faults(replace(GOOD, **change))  # type: ignore[arg-type]
    assert Fault(field, sentence) in found
    assert len({fault.field for fault in found}) == len(found)
    assert [fault.field for fault in found if fault.field not in ("project", "task")] == [field] * (field not in ("project", "task"))


def test_what_is_not_forced_may_be_missing() -> None:
    assert faults(Draft(at(9), at(10)), Rules()) == []


def test_what_fits_by_a_hair_has_nothing_wrong_with_it() -> None:
    for change in (
        {"description": "x" * 3000},
        {"description": "😀" * 1500},
        {"start": at(23, 59, day=27), "end": at(1, day=28)},
        {"end": at(9, 0, 1)},
        {"start": at(0, day=23), "end": at(1, day=23)},
    ):
        assert faults(replace(GOOD, **change), replace(ALL, locked_before=LOCKED.locked_before)) == []  # type: ignore[arg-type]


def test_time_that_is_locked_is_the_admins_alone() -> None:
    old = replace(GOOD, start=at(23, 59, 59, day=22), end=at(9, day=23))
    fault = Fault("day", "Time before Mon 23 Nov 2026 is locked: choose a later day, or ask an admin.")
    assert faults(old, LOCKED) == [fault]
    assert faults(old, LOCKED, may_write_locked=True) == []
    # What was locked can't be moved out of it, either.
    assert faults(GOOD, LOCKED, before=old) == [fault]
    assert faults(old, Rules(locked_before=at(12, 30, day=23)))[0].sentence.startswith("Time before Mon 23 Nov 2026 12:30 is locked")


def test_what_stays_as_it_was_is_not_looked_at_again() -> None:
    old = replace(GOOD, project_id="spring", task_id="gone", tag_ids=("fax", "gone"))
    assert faults(replace(old, description="New"), before=old) == []
    assert [fault.field for fault in faults(old, before=GOOD)] == ["project", "task", "tags"]
    # A task goes with its project: the same one elsewhere is another.
    assert [fault.field for fault in faults(replace(GOOD, project_id="audit"), before=GOOD)] == ["task"]


def test_a_timer_needs_what_is_forced_when_it_stops() -> None:
    timer = Draft(NOW)
    assert faults(timer) == []
    assert [fault.field for fault in faults(replace(timer, end=NOW + timedelta(minutes=1)))] == ["project", "task", "description", "tags"]
    assert faults(replace(timer, start=NOW + timedelta(seconds=50))) == []
    assert faults(replace(timer, start=NOW + timedelta(minutes=2))) == [Fault("start", "A timer can't start in the future.")]
    assert [fault.field for fault in faults(replace(timer, project_id="spring"))] == ["project"]


REVIEW = ("Design review", at(10), at(11))


def test_an_overlap_names_the_entry_its_span_how_much_and_the_repair() -> None:
    (found,) = warnings(GOOD, [REVIEW], now=NOW, zone=ZONE)
    assert (found.kind, found.name) == ("overlap", "Design review")
    assert found.sentence == "Overlaps with Design review 10:00–11:00 by 30 min."
    assert found.repairs == (Repair("End at 10:00", Span(at(9), at(10))),)


def test_every_overlap_is_named_earliest_first_and_touching_is_none() -> None:
    own = [("Late", at(10), at(10, 15)), ("Before", at(8), at(9)), ("", at(9, 10), at(9, 20)), ("After", at(10, 30), at(11))]
    found = warnings(GOOD, own, now=NOW, zone=ZONE)
    assert [one.sentence for one in found] == [
        "Overlaps with an entry without description 09:10–09:20 by 10 min.",
        "Overlaps with Late 10:00–10:15 by 15 min.",
    ]
    assert [repair.label for repair in found[1].repairs] == ["End at 10:00", "Start at 10:15"]
    # Both are out of the way with one change.
    assert freed(Span(GOOD.start, GOOD.start + timedelta(minutes=90)), own, now=NOW, zone=ZONE) == (
        Repair("End at 09:10", Span(at(9), at(9, 10))),
        Repair("Start at 10:15", Span(at(10, 15), at(10, 30))),
    )


def test_the_timer_that_runs_is_overlapped_up_to_now_and_nothing_starts_after_it() -> None:
    draft = replace(GOOD, start=at(13), end=at(15))
    (found,) = warnings(draft, [("Meter readings", at(13, 5), None)], now=NOW, zone=ZONE)
    assert found.sentence == "Overlaps with Meter readings 13:05–now by 1 h 12 min."
    assert found.repairs == (Repair("End at 13:05", Span(at(13), at(13, 5))),)
    assert freed(Span(at(13), at(15)), [("", at(13, 5), None)], now=NOW, zone=ZONE) == found.repairs
    # Another one that is started stops it.
    assert warnings(Draft(at(13, 30)), [("Meter readings", at(13, 5), None)], now=NOW, zone=ZONE) == []
    assert len(warnings(Draft(at(10, 30)), [REVIEW], now=NOW, zone=ZONE)) == 1


def test_an_entry_of_another_day_is_named_with_it() -> None:
    draft = replace(GOOD, start=at(0, 30), end=at(2))
    (found,) = warnings(draft, [("Night\n shift", at(22, day=25), at(1, day=26))], now=NOW, zone=ZONE)
    assert found.sentence == "Overlaps with Night shift Wed 25 Nov 22:00–01:00 next day by 30 min."


def test_more_than_a_day_is_asked_about() -> None:
    assert warnings(replace(GOOD, end=GOOD.start + timedelta(hours=24)), [], now=NOW, zone=ZONE) == []
    (found,) = warnings(replace(GOOD, end=GOOD.start + timedelta(hours=30)), [], now=NOW, zone=ZONE)
    assert (found.kind, found.sentence) == ("long", "That is 30 h, more than a day.")


MOMENTS = st.integers(0, 40)


@given(st.tuples(MOMENTS, MOMENTS), st.lists(st.tuples(MOMENTS, MOMENTS, st.booleans()), max_size=5), MOMENTS)
def test_overlaps_are_those_that_every_second_has(own: tuple[int, int], others: list[tuple[int, int, bool]], now: int) -> None:
    begin, moment = at(9), at(9) + timedelta(seconds=now)
    first, last = sorted(own)
    span = Span(begin + timedelta(seconds=first), begin + timedelta(seconds=last + 1))
    mine = set(range(first, last + 1))
    listed, taken = [], []
    for number, (start, end, runs) in enumerate(others):
        start, end = min(start, end), max(start, end)
        listed.append((str(number), begin + timedelta(seconds=start), None if runs else begin + timedelta(seconds=end)))
        taken.append(set(range(start, now if runs else end)))
        other = Span(listed[-1][1], listed[-1][2] or max(moment, listed[-1][1]))
        assert overlap_seconds(span, other) == len(mine & taken[-1])
    draft = Draft(span.start, span.end)
    found = warnings(draft, listed, now=moment, zone=ZONE)
    assert sorted(one.name for one in found) == [str(number) for number, seconds in enumerate(taken) if mine & seconds]
    for repair in freed(span, listed, now=moment, zone=ZONE):
        left = {int((repair.span.start - begin).total_seconds()) + more for more in range(repair.span.seconds)}
        assert left < mine and left and not any(left & seconds for seconds in taken)
    for one in found:
        for repair in one.repairs:
            left = {int((repair.span.start - begin).total_seconds()) + more for more in range(repair.span.seconds)}
            assert left < mine and left and not left & taken[int(one.name)]
