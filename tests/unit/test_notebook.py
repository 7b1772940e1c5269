"""What is written down, as the desk holds it: read once a change, and no reason for a page to fail or to wait."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clockify.desk.notebook import REST_SECONDS, Notebook
from clockify.errors import StoreError
from clockify.plans import Notes, Target
from clockify.records.store import Records


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    found = Records(None, tmp_path, clock=lambda: datetime(2026, 11, 28, tzinfo=UTC))
    yield found
    found.close()


def test_what_another_process_writes_down_is_there_at_the_next_look(records: Records) -> None:
    notebook = Notebook(lambda: records)
    assert notebook.noted("w").notes.targets == ()
    records.save("w", "targets", [], [Target("u", 80)], by="another")
    assert notebook.noted("w").notes.targets == (Target("u", 80),)
    assert notebook.noted("other").notes.targets == ()


def test_the_same_notes_are_the_same_object_so_that_nothing_is_made_anew(records: Records) -> None:
    notebook = Notebook(lambda: records)
    records.save("w", "targets", [], [Target("u", 80)], by="a test")
    assert notebook.noted("w").notes is notebook.noted("w").notes


def test_the_first_notes_are_written_once_and_what_is_taken_away_stays_away(records: Records) -> None:
    first = Notes(targets=(Target("u", 80),))
    assert Notebook(lambda: records, lambda: first).noted("w").notes.targets == first.targets
    records.save("w", "targets", [Target("u", 80)], [], by="a test")
    assert Notebook(lambda: records, lambda: first).noted("w").notes.targets == ()


def test_while_it_cannot_be_read_what_was_known_stays_and_nobody_asks_again_for_a_while(records: Records) -> None:
    now, tries = [0.0], [0]

    def opened() -> Records:
        tries[0] += 1
        if now[0] > 0:
            raise StoreError("It can't be read.")
        return records

    notebook = Notebook(opened, clock=lambda: now[0])
    records.save("w", "targets", [], [Target("u", 80)], by="a test")
    assert notebook.noted("w").fault is None
    now[0], tries[0] = 1.0, 0
    for _ in range(3):
        found = notebook.noted("w")
        assert str(found.fault) == "It can't be read."
        assert found.notes.targets == (Target("u", 80),)
    assert tries[0] == 1
    now[0] += REST_SECONDS
    notebook.noted("w")
    assert tries[0] == 2
