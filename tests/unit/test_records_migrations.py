"""Every layout with rows comes forward with all of them; half a migration is none; a newer layout is left alone."""

from __future__ import annotations

import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from clockify.branding import Branding
from clockify.clients import ClientRule, Direction, Pack, Scope
from clockify.engines import open_engine
from clockify.errors import NotesTooNew, StoreError
from clockify.plans import Capacity, Change, CostRate, Cycle, DaysOff, Notes, Plan, Rate, Target, Usual, WeekMark
from clockify.records import migrating, tables
from clockify.records.database import bring_forward, records_address
from tests.support.databases import Place
from tests.support.noted import records_at
from tests.support.servers import PROJECT

# What each layout brought, with rows as they were kept then. A new one needs rows here.
ROWS: dict[str, dict[str, dict[str, Any]]] = {
    "0001": {
        "records_capacities": {
            "id": 7, "workspace_id": "w", "user_id": "ana", "monday": 1, "tuesday": 2, "wednesday": 3, "thursday": 4, "friday": 5,
            "saturday": 6, "sunday": 7, "first_day": "2026-01-01", "last_day": None,
        },
        "records_days_off": {
            "id": 1, "workspace_id": "w", "user_id": "ana", "first_day": "2026-01-01", "last_day": "2026-01-02", "note": "❄ '",
        },
        "records_targets": {"id": 1, "workspace_id": "w", "user_id": "ana", "utilization": None, "billability": 75},
        "records_cost_rates": {"id": 1, "workspace_id": "w", "user_id": "ana", "cents": 10**13, "currency": "EUR", "first_day": None},
        "records_plans": {
            "id": 1, "workspace_id": "w", "project_id": "app", "seconds": None, "cents": 5, "cycle": "quarter", "carries": True,
            "threshold": None, "first_day": "2026-02-01",
        },
        "records_rates": {"id": 1, "workspace_id": "w", "project_id": "app", "cents": 8_500},
        "records_usual": {
            "id": 1, "workspace_id": "w", "person_week": 1, "project_week": 2, "threshold": 3, "utilization": 4, "billability": None
        },
        "records_versions": {"workspace_id": "w", "version": 1_795_176_000_001},
        "records_changes": {
            "id": 41, "workspace_id": "w", "at": 1_795_176_000.25, "by_whom": "Ana", "kind": "rates", "removed": '{"rates": []}',
            "added": '{"rates": [{"project_id": "app", "cents": 8500}]}', "undoes": None, "undone_by": None,
        },
    },
    "0002": {
        "records_weeks_done": {
            "id": 1, "workspace_id": "w", "user_id": "ana", "first_day": "2026-11-09", "zone": "Europe/Berlin", "started_at": 1_794_178_800,
            "ended_at": 1_794_783_600, "by_whom": "Ana", "at": 1_795_176_000.25, "entries": b"\x00\xff",
        },
    },
    "0003": {
        "records_client_rules": {
            "id": 1, "workspace_id": "w", "client_id": "acme", "direction": "nearest", "minutes": 6, "scope": "day",
        },
        "records_packs": {
            "id": 1, "workspace_id": "w", "client_id": "", "project_id": "app", "seconds": None, "cents": 10**13, "currency": "EUR",
            "first_day": "2026-02-01", "last_day": None, "note": "❄ '",
        },
        "records_branding": {
            "id": 1, "workspace_id": "w", "name": "Ölund", "address": "Gate 5\nOslo", "logo": "a" * 64, "logo_type": "png",
            "accent": "#1b4d89",
        },
        "records_logos": {"workspace_id": "w", "digest": "a" * 64, "content": b"\x89PNG\xff"},
    },
    "0004": {
        "records_writes": {
            "id": "one", "workspace_id": "w", "user_id": "ana", "by_user": "bo", "act": "update", "entry_id": "e", "thing": "0f",
            "draft": '{"start": "2026-11-20T08:00:00+00:00"}', "before": "", "state": "unknown", "reason": "❄", "known": '["x"]',
            "made_id": None, "at": 1_795_176_000.25, "sent_at": 1_795_176_000.5, "settled_at": None, "retry_at": None, "dismissed": False,
        },
    },
    "0006": {"records_ended": {"digest": "e" * 64, "at": 1_795_176_000.25}},
}  # fmt: skip
REVISIONS = list(ROWS)
NOTES = Notes(
    (Capacity("ana", (1, 2, 3, 4, 5, 6, 7), date(2026, 1, 1)),),
    (DaysOff("ana", date(2026, 1, 1), date(2026, 1, 2), "❄ '"),),
    (Target("ana", None, 75),),
    (CostRate("ana", 10**13, "EUR"),),
    (Plan("app", cents=5, cycle=Cycle.QUARTER, carries=True, first=date(2026, 2, 1)),),
    (Rate("app", 8_500),),
    Usual(1, 2, 3, 4),
    1_795_176_000_001,
)
LATER = replace(
    NOTES,
    client_rules=(ClientRule("acme", Direction.NEAREST, 6, Scope.DAY),),
    packs=(Pack(date(2026, 2, 1), project_id="app", cents=10**13, currency="EUR", note="❄ '"),),
    branding=Branding("Ölund", "Gate 5\nOslo", b"\x89PNG\xff", "png", "#1b4d89"),
)
AT = datetime.fromtimestamp(1_795_176_000.25, UTC)
MARK = WeekMark(
    "ana",
    date(2026, 11, 9),
    datetime(2026, 11, 8, 23, tzinfo=UTC),
    datetime(2026, 11, 15, 23, tzinfo=UTC),
    "Europe/Berlin",
    "Ana",
    AT,
    b"\x00\xff",
)
OPENS = """
import sys
from pathlib import Path
from clockify.records.store import Records
records = Records(sys.argv[1] or None, Path(sys.argv[2]), clock=None)
assert records.notes("w").rates
records.close()
"""
KILLED = """
import os, signal, sys
from pathlib import Path
import sqlalchemy as sa
from clockify.branding import Branding
from clockify.clients import ClientRule, Direction, Pack, Scope
from clockify.engines import open_engine
from clockify.records.database import bring_forward, records_address
engine = open_engine(records_address(sys.argv[1] or None, Path(sys.argv[2])))
def kill(connection, cursor, statement, *_):
    if sys.argv[3] in statement:
        os.kill(os.getpid(), signal.SIGKILL)
sa.event.listen(engine, "after_cursor_execute", kill)
bring_forward(engine)
"""


@pytest.fixture
def engine(place: Place) -> Iterator[sa.Engine]:
    opened = open_engine(records_address(place.url, place.folder))
    yield opened
    opened.dispose()


def fill_at(engine: sa.Engine, revision: str) -> None:
    """Make the layout of a revision and put the rows in that it knows, in plain SQL."""
    bring_forward(engine, revision)
    with engine.connect() as connection:
        for known in REVISIONS[: REVISIONS.index(revision) + 1]:
            for table, row in ROWS[known].items():
                names = ", ".join(row)
                connection.execute(sa.text(f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{name}' for name in row)})"), row)
                if isinstance(row.get("id"), int) and engine.dialect.name == "postgresql":
                    connection.execute(sa.text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {row['id']})"))
        connection.commit()


def rows_at(engine: sa.Engine, revision: str) -> dict[str, list[dict[str, Any]]]:
    """Read with plain SQL what `fill_at` has put in."""
    found = {}
    with engine.connect() as connection:
        for known in REVISIONS[: REVISIONS.index(revision) + 1]:
            for table, row in ROWS[known].items():
                read = connection.execute(sa.text(f"SELECT {', '.join(row)} FROM {table}")).mappings()
                found[table] = [{name: plain(value, row[name]) for name, value in one.items()} for one in read]
    return found


def plain(value: Any, like: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return bytes(value) if isinstance(like, bytes) else value


def layout_of(engine: sa.Engine) -> tuple[str, set[str]]:
    with engine.connect() as connection:
        names = {name for name in sa.inspect(connection).get_table_names() if name.startswith("records_")}
        return str(connection.scalar(sa.text("SELECT version_num FROM records_alembic_version"))), names


def put_in(revision: str) -> dict[str, list[dict[str, Any]]]:
    return {table: [row] for known in REVISIONS[: REVISIONS.index(revision) + 1] for table, row in ROWS[known].items()}


def test_each_layout_is_tried_and_the_last_is_the_one_that_is_used() -> None:
    assert migrating.revisions() == REVISIONS
    assert REVISIONS[-1] == tables.LAYOUT


@pytest.mark.parametrize("revision", REVISIONS)
def test_rows_of_every_older_layout_come_forward(place: Place, engine: sa.Engine, revision: str) -> None:
    fill_at(engine, revision)
    with closing(records_at(place)) as records:
        assert records.notes("w") == (LATER if revision >= "0003" else NOTES)
        assert records.weeks("w", date.min, date.max) == ([MARK] if revision >= "0002" else [])
        assert records.history("w") == [Change(41, AT, "Ana", "rates", (), (Rate("app", 8_500),))]
        assert rows_at(engine, revision) == put_in(revision)
        assert layout_of(engine)[0] == tables.LAYOUT
        records.mark_week("w", MARK, by="Ana")
        records.save("w", "rates", [], [Rate("new", 1)], by="Ana")
        assert max(change.id for change in records.history("w")) > 41


def test_the_migrations_make_the_tables_that_are_described(engine: sa.Engine) -> None:
    bring_forward(engine)

    def is_ours(_object: object, name: str | None, sort: str, *_: object) -> bool:
        return sort != "table" or name != tables.LAYOUT_TABLE

    with engine.connect() as connection:
        terms = {"include_object": is_ours, "compare_type": True, "version_table": tables.LAYOUT_TABLE}
        assert compare_metadata(MigrationContext.configure(connection, opts=terms), tables.metadata) == []


def test_other_tables_in_the_same_database_are_left_alone(place: Place, engine: sa.Engine) -> None:
    with engine.connect() as connection:
        connection.execute(sa.text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.execute(sa.text("INSERT INTO alembic_version VALUES ('another app')"))
        connection.commit()
    with closing(records_at(place)) as records:
        assert records.notes("w") == Notes()
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == "another app"


@pytest.mark.parametrize(
    "statement", ["CREATE TABLE records_weeks_done", "CREATE TABLE records_branding", "UPDATE records_alembic_version"]
)
def test_a_process_that_is_killed_in_a_migration_leaves_the_older_layout(place: Place, engine: sa.Engine, statement: str) -> None:
    fill_at(engine, "0001")
    engine.dispose()
    command = [sys.executable, "-c", KILLED, place.url or "", str(place.folder), statement]
    assert subprocess.run(command, cwd=PROJECT).returncode == -signal.SIGKILL
    assert layout_of(engine) == ("0001", {*ROWS["0001"], tables.LAYOUT_TABLE})
    assert rows_at(engine, "0001") == put_in("0001")
    with closing(records_at(place)) as records:
        assert records.notes("w") == NOTES
    assert layout_of(engine)[0] == tables.LAYOUT


def test_a_process_that_is_killed_in_the_very_first_migration_leaves_nothing(place: Place, engine: sa.Engine) -> None:
    command = [sys.executable, "-c", KILLED, place.url or "", str(place.folder), "CREATE TABLE records_versions"]
    assert subprocess.run(command, cwd=PROJECT).returncode == -signal.SIGKILL
    with engine.connect() as connection:
        assert sa.inspect(connection).get_table_names() == []
    with closing(records_at(place)) as records:
        assert records.notes("w") == Notes()


def test_a_migration_that_fails_changes_nothing_and_is_tried_again(place: Place, engine: sa.Engine) -> None:
    fill_at(engine, "0001")
    with engine.connect() as connection:
        # Somebody's own table stands in the way.
        connection.execute(sa.text("CREATE TABLE records_weeks_done (mine INTEGER)"))
        connection.commit()
    with closing(records_at(place)) as records:
        for _ in range(2):
            with pytest.raises(StoreError, match="can't be read or written"):
                records.notes("w")
        assert layout_of(engine)[0] == "0001"
        assert rows_at(engine, "0001") == put_in("0001")
        with engine.connect() as connection:
            connection.execute(sa.text("DROP TABLE records_weeks_done"))
            connection.commit()
        assert records.notes("w") == NOTES


def test_a_newer_layout_is_told_and_left_alone(place: Place, engine: sa.Engine) -> None:
    fill_at(engine, tables.LAYOUT)
    with engine.connect() as connection:
        connection.execute(sa.text("UPDATE records_alembic_version SET version_num = '0099'"))
        connection.commit()
    before = layout_of(engine)
    with closing(records_at(place)) as records:
        for act in (lambda: records.notes("w"), lambda: records.save("w", "rates", [], [Rate("x", 1)], by="Ana")):
            with pytest.raises(NotesTooNew, match="newer version") as raised:
                act()
            assert not raised.value.can_retry
    assert layout_of(engine) == before
    assert rows_at(engine, tables.LAYOUT) == put_in(tables.LAYOUT)
    assert not list(place.folder.glob("*before*"))


def test_a_file_with_rows_is_copied_before_it_is_migrated(tmp_path: Path) -> None:
    place = Place(None, tmp_path / "data")
    engine = open_engine(records_address(None, place.folder))
    fill_at(engine, "0001")
    engine.dispose()
    with closing(records_at(place)) as records:
        assert records.notes("w") == NOTES
    kept = place.folder / f"records.sqlite.before-{tables.LAYOUT}"
    assert {path.name for path in place.folder.iterdir() if "before" in path.name} == {kept.name}
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("SELECT version_num FROM records_alembic_version").fetchall() == [("0001",)]
        assert connection.execute("SELECT project_id, cents FROM records_rates").fetchall() == [("app", 8_500)]
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    # Put back, it is brought forward again.
    for path in place.folder.glob("records.sqlite*"):
        if path != kept:
            path.unlink()
    kept.rename(place.folder / "records.sqlite")
    with closing(records_at(place)) as again:
        assert again.notes("w") == NOTES


def test_a_new_file_needs_no_copy(tmp_path: Path) -> None:
    with closing(records_at(Place(None, tmp_path))) as records:
        records.notes("w")
    assert {path.name for path in tmp_path.iterdir()} == {"records.sqlite"}


def test_without_a_copy_nothing_is_migrated(tmp_path: Path) -> None:
    engine = open_engine(records_address(None, tmp_path))
    fill_at(engine, "0001")
    (tmp_path / f"records.sqlite.before-{tables.LAYOUT}").mkdir()
    with closing(records_at(Place(None, tmp_path))) as records, pytest.raises(StoreError, match="no copy of it could be kept"):
        records.notes("w")
    assert layout_of(engine)[0] == "0001"
    engine.dispose()


def test_processes_that_migrate_at_once_do_it_once(place: Place, engine: sa.Engine) -> None:
    fill_at(engine, "0001")
    engine.dispose()
    command = [sys.executable, "-W", "error", "-c", OPENS, place.url or "", str(place.folder)]
    processes = [subprocess.Popen(command, cwd=PROJECT) for _ in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    assert rows_at(engine, "0001") == put_in("0001")


def test_who_comes_in_a_migration_waits_and_finds_it_done(place: Place, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_at(engine, "0001")
    begun, may_end, calls, upgrade = Event(), Event(), [], migrating.upgrade

    def slowly(*given: Any) -> None:
        calls.append(given[1:])
        begun.set()
        assert may_end.wait(20)
        upgrade(*given)

    monkeypatch.setattr(migrating, "upgrade", slowly)
    with closing(records_at(place)) as one, closing(records_at(place)) as other, ThreadPoolExecutor(2) as pool:
        first = pool.submit(one.notes, "w")
        assert begun.wait(20)
        second = pool.submit(other.notes, "w")
        assert wait([second], 0.3).not_done
        may_end.set()
        assert first.result(20) == second.result(20) == NOTES
    assert calls == [("0001", tables.LAYOUT)]
