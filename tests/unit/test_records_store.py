"""What is written down: kept as it was typed, changed by many at once, taken back; on both databases."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from clockify.errors import Conflict, NotAccepted, StoreError
from clockify.plans import KINDS, SINGLE, Capacity, CostRate, DaysOff, Notes, Plan, Rate, Row, Target, Usual
from clockify.records.store import Records
from tests.support.databases import Place
from tests.support.noted import FIRST_HALF, FULL, MARK, SECOND_HALF, SPACE, Ticking, content_of, fill, records_at
from tests.support.servers import PROJECT


@pytest.fixture
def records(place: Place) -> Iterator[Records]:
    with closing(records_at(place)) as opened:
        yield opened


def test_nothing_written_down_is_empty_notes_of_no_version(records: Records) -> None:
    assert records.notes(SPACE) == Notes()
    assert (records.version(SPACE), records.history(SPACE), records.undo(SPACE, by="Ana")) == (0, [], None)
    assert records.version(SPACE) == 0


def test_every_kind_is_kept_as_it_was_typed_and_outlives_a_restart(place: Place) -> None:
    with closing(records_at(place)) as records:
        fill(records)
        assert content_of(records) == FULL
        version = records.version(SPACE)
    with closing(records_at(place)) as again:
        assert again.notes(SPACE) == replace(FULL, version=version)
        assert again.notes("another workspace") == Notes()


def test_rows_come_by_subject_and_first_day_whoever_was_typed_first(records: Records) -> None:
    rows = [CostRate("bo", 1, "EUR"), CostRate("ana", 2, "EUR", date(2026, 2, 1)), CostRate("Zoë", 3, "EUR"), CostRate("ana", 4, "EUR")]
    for row in rows:
        records.save(SPACE, "cost_rates", [], [row], by="Ana")
    # Capitals first, as Python orders and no database's language does.
    assert [row.cents for row in records.notes(SPACE).cost_rates] == [3, 4, 2, 1]


def test_the_version_is_another_after_every_change_and_after_none_but_a_change(records: Records) -> None:
    seen = [records.version(SPACE)]
    records.save(SPACE, "rates", [], [Rate("app", 1)], by="Ana")
    seen.append(records.version(SPACE))
    records.save(SPACE, "rates", [Rate("app", 1)], [Rate("app", 1)], by="Ana")
    assert records.version(SPACE) == seen[-1]
    records.mark_week(SPACE, MARK, by="Ana")
    seen.append(records.version(SPACE))
    records.undo(SPACE, by="Ana")
    seen.append(records.version(SPACE))
    with pytest.raises(Conflict):
        records.save(SPACE, "rates", [Rate("gone", 1)], [], by="Ana")
    assert records.version(SPACE) == seen[-1] == records.notes(SPACE).version
    assert len(set(seen)) == 4
    assert records.version("another workspace") == 0


def test_a_clock_that_stands_or_goes_back_gives_other_versions_all_the_same(place: Place) -> None:
    moments = iter([datetime(2026, 11, 20, 12, tzinfo=UTC)] * 2 + [datetime(2026, 11, 20, 11, tzinfo=UTC)])
    with closing(records_at(place, clock=lambda: next(moments))) as records:
        versions = []
        for cents in (1, 2, 3):
            records.save(SPACE, "rates", [], [Rate(f"project {cents}", cents)], by="Ana")
            versions.append(records.version(SPACE))
    assert versions == [1_795_176_000_000, 1_795_176_000_001, 1_795_176_000_002]


def test_a_row_that_somebody_changed_meanwhile_is_a_conflict_and_nothing_is_done(records: Records) -> None:
    records.save(SPACE, "targets", [], [Target("ana", 80), Target("bo", 70)], by="Ana")
    records.save(SPACE, "targets", [Target("ana", 80)], [Target("ana", 85)], by="Bo")
    with pytest.raises(Conflict, match="Somebody else"):
        records.save(SPACE, "targets", [Target("bo", 70), Target("ana", 80)], [Target("bo", 1), Target("ana", 90)], by="Ana")
    assert records.notes(SPACE).targets == (Target("ana", 85), Target("bo", 70))
    assert len(records.history(SPACE)) == 2
    with pytest.raises(Conflict):
        records.save(SPACE, "targets", [Target("bo", 70), Target("bo", 70)], [], by="Ana")
    with pytest.raises(Conflict):
        records.save("another workspace", "targets", [Target("bo", 70)], [], by="Ana")


REFUSED: list[tuple[str, list[Row], list[str]]] = [
    ("rates", [Rate("", -1)], ["The project is missing.", "A rate is 0 or more."]),
    (
        "capacities",
        [Capacity("ana", SECOND_HALF.seconds, date(2026, 6, 30))],
        ["Another capacity of this person holds on some of these days."],
    ),
    ("cost_rates", [CostRate("zoe", 1, "EUR"), CostRate("zoe", 2, "EUR")], ["This person has a cost rate from that day already."]),
    ("usual", [Usual(person_week=0)], ["A week has more than 0 and at most 168 hours."]),
    ("plans", [Plan("new"), Plan("newer")], ["A plan is either hours or money."]),
]


@pytest.mark.parametrize(("kind", "rows", "problems"), REFUSED)
def test_what_cannot_be_right_is_said_and_nothing_is_done(records: Records, kind: str, rows: list[Row], problems: list[str]) -> None:
    fill(records)
    version = records.version(SPACE)
    with pytest.raises(NotAccepted) as raised:
        records.save(SPACE, kind, [], rows, by="Ana")
    assert isinstance(raised.value, ValueError)
    assert list(raised.value.problems) == problems
    assert records.notes(SPACE) == replace(FULL, version=version)


def test_a_row_may_take_the_place_of_one_that_goes(records: Records) -> None:
    records.save(SPACE, "capacities", [], [FIRST_HALF], by="Ana")
    longer = replace(FIRST_HALF, last=None)
    records.save(SPACE, "capacities", [FIRST_HALF], [longer], by="Ana")
    assert records.notes(SPACE).capacities == (longer,)


def test_the_usual_is_replaced_unless_it_is_another_than_expected(records: Records) -> None:
    records.save(SPACE, "usual", [Usual()], [Usual(threshold=70)], by="Ana")
    records.save(SPACE, "usual", [], [Usual(threshold=60)], by="Ana")
    with pytest.raises(Conflict):
        records.save(SPACE, "usual", [Usual(threshold=70)], [Usual(threshold=50)], by="Bo")
    assert records.notes(SPACE).usual == Usual(threshold=60)
    records.undo(SPACE, by="Ana")
    records.undo(SPACE, by="Ana")
    assert records.notes(SPACE).usual == Usual()


@pytest.mark.parametrize(("kind", "rows"), [("rates", [Target("ana", 1)]), ("usual", []), ("usual", [Usual(), Usual()])])
def test_rows_of_another_kind_are_a_fault_of_the_caller(records: Records, kind: str, rows: list[Row]) -> None:
    with pytest.raises(TypeError):
        records.save(SPACE, kind, [], rows, by="Ana")
    with pytest.raises(KeyError):
        records.save(SPACE, "weeks", [], rows, by="Ana")


def test_the_history_says_who_changed_what_when(place: Place) -> None:
    clock = Ticking()
    with closing(records_at(place, clock=clock)) as records:
        fill(records)
        begun = clock.now
        records.save(SPACE, "targets", [Target("ana", 80, 75)], [Target("ana", 85)], by="Bo\0 " + "x" * 300)
        back = records.undo(SPACE, by="Cleo")
        undoing, undone, *before = records.history(SPACE)
        assert (undone.by, undone.kind, undone.at) == ("Bo " + "x" * 197, "targets", begun + timedelta(seconds=1))
        assert (undone.removed, undone.added) == ((Target("ana", 80, 75),), (Target("ana", 85),))
        assert (undone.undone, undone.undoes) == (True, None)
        assert (undoing.by, undoing.removed, undoing.added) == ("Cleo", undone.added, undone.removed)
        assert (undoing.undone, undoing.undoes) == (False, undone.id)
        assert back == undone
        assert [change.kind for change in before] == [*reversed(SINGLE), *reversed(KINDS)]
        assert [row for change in reversed(before) for row in change.added] == [
            *(row for kind in KINDS for row in getattr(FULL, kind)),
            *(getattr(FULL, kind) for kind in SINGLE),
        ]
        assert records.history(SPACE, limit=1) == [undoing]
        assert records.history("another workspace") == []


def test_each_undo_goes_one_further_back_and_a_new_change_is_the_next_to_go(records: Records) -> None:
    one, two, three = (Rate(name, 1) for name in ("one", "two", "three"))
    records.save(SPACE, "rates", [], [one], by="Ana")
    records.save(SPACE, "rates", [], [two], by="Ana")
    assert (records.undo(SPACE, by="Bo") or one).added == (two,)
    records.save(SPACE, "rates", [], [three], by="Ana")
    seen = []
    while records.undo(SPACE, by="Bo"):
        seen.append(records.notes(SPACE).rates)
    assert seen == [(one,), ()]
    assert [change.undone for change in records.history(SPACE)] == [False, False, True, False, True, True]


@pytest.mark.parametrize("now", ["UPDATE records_rates SET cents = 2", "DELETE FROM records_rates"])
def test_what_is_not_as_a_change_left_it_is_not_taken_back(records: Records, now: str) -> None:
    records.save(SPACE, "rates", [], [Rate("app", 1)], by="Ana")
    with records._database.writing() as connection:
        connection.execute(sa.text(now))
    with pytest.raises(Conflict):
        records.undo(SPACE, by="Ana")
    assert [change.undone for change in records.history(SPACE)] == [False]


def test_an_undo_that_would_clash_is_a_conflict(records: Records) -> None:
    records.save(SPACE, "rates", [], [Rate("app", 1)], by="Ana")
    records.save(SPACE, "rates", [Rate("app", 1)], [], by="Ana")
    with records._database.writing() as connection:
        connection.execute(sa.text(f"INSERT INTO records_rates (workspace_id, project_id, cents) VALUES ('{SPACE}', 'app', 2)"))
    with pytest.raises(Conflict):
        records.undo(SPACE, by="Ana")
    assert records.notes(SPACE).rates == (Rate("app", 2),)


def test_an_import_is_one_change_that_one_undo_takes_back(records: Records) -> None:
    fill(records)
    other = Notes(capacities=(SECOND_HALF,), rates=(Rate("new", 5),), targets=FULL.targets, version=99)
    records.replace(SPACE, other, by="Bo")
    assert content_of(records) == replace(other, version=0)
    change = records.history(SPACE)[0]
    assert (change.kind, change.by) == ("import", "Bo")
    # Only what became different is in it: the targets and a capacity stayed.
    assert set(change.added) == {Rate("new", 5), Usual()}
    assert len(change.removed) == 1 + 2 + 3 + 3 + 2 + 1 + 2 + 3 + 1
    records.undo(SPACE, by="Bo")
    assert content_of(records) == FULL
    records.replace(SPACE, FULL, by="Bo")
    assert len(records.history(SPACE)) == len(KINDS) + len(SINGLE) + 2


def test_an_import_that_cannot_be_right_changes_nothing(records: Records) -> None:
    fill(records)
    for wrong in (Notes(rates=(Rate("", 1),)), Notes(rates=(Rate("app", 1), Rate("app", 2)))):
        with pytest.raises(NotAccepted):
            records.replace(SPACE, wrong, by="Bo")
    assert content_of(records) == FULL


@pytest.mark.nightly
def test_a_large_import_is_kept_and_replaced(records: Records) -> None:
    rows = tuple(DaysOff(f"p{number:03}", date(2026, month, 1), date(2026, month, 9)) for number in range(700) for month in range(1, 7))
    records.replace(SPACE, Notes(days_off=rows), by="Ana")
    assert records.notes(SPACE).days_off == rows
    records.undo(SPACE, by="Ana")
    assert content_of(records) == Notes()


def test_weeks_are_marked_marked_anew_and_unmarked(records: Records) -> None:
    other = replace(MARK, user_id="bo", first=date(2026, 11, 16))
    records.mark_week(SPACE, other, by="Bo")
    records.mark_week(SPACE, MARK, by="Ana")
    records.mark_week(SPACE, MARK, by="Ana")
    assert records.weeks(SPACE, date(2026, 11, 9), date(2026, 11, 16)) == [MARK, other]
    assert records.weeks(SPACE, date(2026, 11, 10), date(2026, 11, 15)) == []
    later = replace(MARK, entries=b"others", at=MARK.at + timedelta(hours=1))
    records.mark_week(SPACE, later, by="Ana")
    assert records.weeks(SPACE, MARK.first, MARK.first) == [later]
    records.unmark_week(SPACE, "bo", other.first, by="Ana")
    records.unmark_week(SPACE, "bo", other.first, by="Ana")
    assert [(change.kind, change.by, change.removed, change.added) for change in records.history(SPACE)] == [
        ("weeks", "Ana", (other,), ()),
        ("weeks", "Ana", (MARK,), (later,)),
        ("weeks", "Ana", (), (MARK,)),
        ("weeks", "Bo", (), (other,)),
    ]
    records.undo(SPACE, by="Ana")
    records.undo(SPACE, by="Ana")
    assert records.weeks(SPACE, date.min, date.max) == [MARK, other]
    assert records.weeks("another workspace", date.min, date.max) == []


def test_threads_that_change_one_row_at_once_make_one_change_after_the_other(records: Records) -> None:
    records.save(SPACE, "rates", [], [Rate("app", 0)], by="Ana")
    gate = Barrier(6)

    def raise_it(number: int) -> int:
        gate.wait(20)
        done = 0
        while done < 5:
            (now,) = records.notes(SPACE).rates
            try:
                records.save(SPACE, "rates", [now], [Rate("app", now.cents + 1)], by=f"thread {number}")
                done += 1
            except Conflict:
                pass
        return done

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(raise_it, range(6))) == 30
    assert records.notes(SPACE).rates == (Rate("app", 30),)
    assert [change.added[0].cents for change in records.history(SPACE)] == list(range(30, -1, -1))  # type: ignore[union-attr]
    assert len({change.by for change in records.history(SPACE)}) == 7


def test_many_who_mark_one_week_at_once_leave_one_mark(records: Records) -> None:
    gate = Barrier(6)

    def mark(number: int) -> None:
        gate.wait(20)
        records.mark_week(SPACE, replace(MARK, entries=bytes([number])), by="Ana")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(mark, range(6)))
    (left,) = records.weeks(SPACE, MARK.first, MARK.first)
    assert records.history(SPACE)[0].added == (left,)
    assert len(records.history(SPACE)) == 6


SAVES = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from clockify.plans import Rate
from clockify.records.store import Records
url, folder, name = sys.argv[1:]
records = Records(url or None, Path(folder), clock=lambda: datetime.now(UTC))
for number in range(20):
    records.save("workspace", "rates", [], [Rate(f"{name}{number:02}", number)], by=name)
records.close()
"""


def test_processes_that_begin_on_an_empty_database_lose_nothing(place: Place) -> None:
    command = [sys.executable, "-W", "error", "-c", SAVES, place.url or "", str(place.folder)]
    processes = [subprocess.Popen([*command, name], cwd=PROJECT) for name in ("a", "b")]
    assert [process.wait(60) for process in processes] == [0, 0]
    with closing(records_at(place)) as records:
        assert [row.project_id for row in records.notes(SPACE).rates] == [f"{name}{number:02}" for name in "ab" for number in range(20)]
        assert len(records.history(SPACE)) == 40


def test_who_reads_sees_one_moment(records: Records) -> None:
    """Between two questions of one reading somebody else saves: the second answers as the first did."""
    fill(records)
    with records._database.reading() as connection:
        before = connection.scalar(sa.text("SELECT count(*) FROM records_rates"))
        records.save(SPACE, "rates", [Rate("app", 8_500)], [], by="Bo")
        assert connection.scalar(sa.text("SELECT count(*) FROM records_rates")) == before == 2
    assert len(records.notes(SPACE).rates) == 1


def test_a_failure_in_the_middle_leaves_everything_as_it_was(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(records)
    version = records.version(SPACE)

    def fail(*_: object, **__: object) -> int:
        raise RuntimeError

    monkeypatch.setattr("clockify.records.store.note", fail)
    with pytest.raises(RuntimeError):
        records.replace(SPACE, Notes(), by="Bo")
    assert records.notes(SPACE) == replace(FULL, version=version)


def test_what_is_closed_says_so(records: Records) -> None:
    records.notes(SPACE)
    records.close()
    with pytest.raises(StoreError, match="has been closed"):
        records.notes(SPACE)
