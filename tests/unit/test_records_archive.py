"""A backup holds all that was typed, whatever table it is in, and comes back whole or not at all, on either database."""

from __future__ import annotations

import json
import stat
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from clockify.engines import open_engine
from clockify.errors import BackupRefused, NotesTooNew, StoreError
from clockify.plans import Rate
from clockify.records import archive, tables
from clockify.records.database import Database, bring_forward
from clockify.records.writes import Writes
from clockify.writes import Act, Draft, State, Write
from tests.support.databases import Place
from tests.support.noted import FULL, NOON, SPACE, content_of, fill, records_at
from tests.unit.test_records_migrations import ROWS

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "notes.backup"


def opened(place: Place) -> closing[Database]:
    return closing(Database(place.url, place.folder))


def sample(column: sa.Column[Any], number: int, dice: Random) -> Any:
    """Return a value of a column's type, told apart from those of other rows."""
    kind = column.type
    if isinstance(kind, sa.Boolean):
        return number % 2 == 0
    if isinstance(kind, sa.Integer):
        return number if column.primary_key or kind.__class__ is sa.Integer else 10**13 + number
    if isinstance(kind, sa.Date):
        return date(2026, 1, 1) + timedelta(days=number)
    if isinstance(kind, sa.Float):
        return 1_795_176_000.25 + number
    if isinstance(kind, sa.LargeBinary):
        return dice.randbytes(number * 7)
    assert isinstance(kind, sa.String), f"{column}: say what a value of {kind!r} is"
    text = f"{column.name} {number}"
    return text[: kind.length] if kind.length else f'{text}: Ölund & Søn, "❄"\n\''


def fill_every_table(database: Database, count: int = 3) -> None:
    """Put rows into each table that there is, straight, so that none can be forgotten."""
    dice = Random(7)
    with database.writing() as connection:
        for table in tables.metadata.sorted_tables:
            rows = [{column.name: sample(column, number, dice) for column in table.columns} for number in range(1, count + 1)]
            if table is tables.writes:
                rows = [row | {"state": State.DONE.value, "dismissed": False} for row in rows]
            connection.execute(sa.insert(table), rows)


def rows_of(database: Database) -> Rows:
    """Return every row of every table that the database itself says it has, but for the numbers of versions."""
    with database.reading() as connection:
        names = [name for name in sa.inspect(connection).get_table_names() if name.startswith("records_") and name != tables.LAYOUT_TABLE]
        found: Rows = {}
        for name in sorted(names):
            # Without our own types: what the database has, not what we make of it.
            columns = [one["name"] for one in sa.inspect(connection).get_columns(name)]
            rows = connection.execute(sa.select(*[sa.column(one) for one in columns]).select_from(sa.table(name))).all()
            found[name] = sorted(tuple(map(plain, row)) for row in rows)
    found["records_versions"] = [row[:1] for row in found["records_versions"]]
    return found


def plain(value: Any) -> str:
    """Write a value as both databases have it: SQLite keeps days as text and truths as numbers."""
    return repr(int(value) if isinstance(value, bool) else value.isoformat() if isinstance(value, date) else value)


@pytest.mark.parametrize(("source", "target"), [*product(["sqlite", "postgresql"], repeat=2)])
def test_every_row_of_every_table_comes_back_on_either_database(request: Any, tmp_path: Path, file: Path, source: str, target: str) -> None:
    def new(kind: str, name: str) -> Place:
        return Place(request.getfixturevalue("cluster").new_database() if kind == "postgresql" else None, tmp_path / name)

    with opened(new(source, "first")) as first, opened(new(target, "second")) as second:
        fill_every_table(first)
        before = rows_of(first)
        kept = archive.back_up(first, file, NOW)
        put = archive.restore(second, file, NOW)
        assert rows_of(second) == before == rows_of(first)
    assert kept.rows == put.rows == dict.fromkeys(before, 3)
    assert all(len(rows) == 3 for rows in before.values())


@pytest.fixture
def database(place: Place) -> Iterator[Database]:
    with opened(place) as found:
        yield found


def test_people_go_on_where_they_were(place: Place, tmp_path: Path, file: Path, database: Database) -> None:
    with closing(records_at(Place(None, tmp_path / "home"))) as records:
        fill(records)
        history = records.history(SPACE)
    with opened(Place(None, tmp_path / "home")) as home:
        archive.back_up(home, file, NOW)
    archive.restore(database, file, NOW)
    with closing(records_at(place)) as again:
        assert content_of(again) == FULL
        assert again.history(SPACE) == history
        # New rows need numbers that are free.
        for number in range(len(FULL.rates) + 2):
            again.save(SPACE, "rates", [], [Rate(f"new {number}", number + 1)], by="Bo")
        again.undo(SPACE, by="Bo")
        assert len(again.notes(SPACE).rates) == len(FULL.rates) * 2 + 1


def test_open_pages_see_that_notes_are_others_now(database: Database, file: Path) -> None:
    with database.writing() as connection:
        late = int(NOW.timestamp() * 1000) + 5_000
        connection.execute(sa.insert(tables.versions).values(workspace_id=SPACE, version=late))
    archive.back_up(database, file, NOW)
    for _ in range(2):
        archive.restore(database, file, NOW, replace=True)
        with database.reading() as connection:
            found = connection.scalar(sa.select(tables.versions.c.version))
        assert found is not None and found > late
        late = found


def write_at(moment: datetime) -> Write:
    return Write("w1", Act.CREATE, SPACE, "ana", "ana", moment, draft=Draft(moment, moment + timedelta(hours=1)))


def test_what_waited_to_be_sent_is_looked_up_before_anybody_sends_it_again(database: Database, file: Path) -> None:
    writes, write = Writes(database), write_at(NOON)
    writes.note(write, thing="thing", now=NOON)
    archive.back_up(database, file, NOON)
    assert writes.leave(write.id, NOON)
    writes.settle(write, State.DONE, NOON, entry_id="made", makes=True)
    archive.restore(database, file, NOON, replace=True)
    (found,) = writes.open_writes(SPACE, "ana")
    assert (found.state, found.sent_at) == (State.UNKNOWN, NOON)
    assert "backup" in found.reason
    assert not writes.leave(write.id, NOON), "it may be in Clockify already"


def test_nothing_is_overwritten_unless_somebody_says_so(database: Database, file: Path, tmp_path: Path) -> None:
    fill_every_table(database, 1)
    archive.back_up(database, file, NOW)
    before, kept = rows_of(database), file.read_bytes()
    with pytest.raises(BackupRefused, match="--replace"):
        archive.back_up(database, file, NOW)
    with database.writing() as connection:
        connection.execute(sa.delete(tables.rates))
    changed = rows_of(database)
    with pytest.raises(BackupRefused, match="--replace"):
        archive.restore(database, file, NOW)
    assert (file.read_bytes(), rows_of(database)) == (kept, changed)
    archive.restore(database, file, NOW, replace=True)
    assert rows_of(database) == before
    archive.back_up(database, file, NOW, replace=True)


def test_its_owner_alone_can_read_it_and_nothing_else_is_left_lying(database: Database, file: Path) -> None:
    fill_every_table(database, 1)
    archive.back_up(database, file, NOW)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in file.parent.iterdir() if one.is_file()] == [file.name]


def test_of_nothing_no_backup_is_made(database: Database, file: Path) -> None:
    with pytest.raises(BackupRefused, match="DATABASE_URL"):
        archive.back_up(database, file, NOW)
    assert not file.exists()


def test_where_it_cant_be_written_is_said(database: Database, tmp_path: Path) -> None:
    fill_every_table(database, 1)
    with pytest.raises(BackupRefused, match="can't be written"):
        archive.back_up(database, tmp_path / "absent" / "\N{SNOWFLAKE}" / ("x" * 300), NOW)


def changed_in(file: Path, **about: Any) -> None:
    """Change what a backup says of itself."""
    with zipfile.ZipFile(file) as packed:
        content = {name: packed.read(name) for name in packed.namelist()}
    content["about.json"] = json.dumps(json.loads(content["about.json"]) | about).encode()
    with zipfile.ZipFile(file, "w") as packed:
        for name, one in content.items():
            packed.writestr(name, one)


DAMAGE = {
    "cut off": lambda file: file.write_bytes(file.read_bytes()[:-50]),
    "empty": lambda file: file.write_bytes(b""),
    "text": lambda file: file.write_text("[[plan]]\nhours = 5\n"),
    "another zip": lambda file: zipfile.ZipFile(file, "w").writestr("about.json", "{}"),
    "a list": lambda file: zipfile.ZipFile(file, "w").writestr("about.json", "[]"),
    "another digest": lambda file: changed_in(file, sha256="0" * 64),
    "another format": lambda file: changed_in(file, format="clockify-dashboard records 2"),
    "a folder": lambda file: (file.unlink(), file.mkdir()),
    "absent": lambda file: file.unlink(),
}


@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_or_foreign_file_changes_nothing(tmp_path: Path, file: Path, how: str) -> None:
    with opened(Place(None, tmp_path / "data")) as database:
        fill_every_table(database, 2)
        archive.back_up(database, file, NOW)
        DAMAGE[how](file)
        before = rows_of(database)
        with pytest.raises(BackupRefused):
            archive.restore(database, file, NOW, replace=True)
        assert rows_of(database) == before


def test_no_changed_byte_goes_by_unseen(tmp_path: Path, file: Path) -> None:
    """Whatever byte is another: the backup is refused, or what comes back is what was kept."""
    with opened(Place(None, tmp_path / "data")) as database, opened(Place(None, tmp_path / "other")) as other:
        fill_every_table(database, 2)
        archive.back_up(database, file, NOW)
        before, whole, dice, refused = rows_of(database), file.read_bytes(), Random(11), 0
        for _ in range(25):
            where = dice.randrange(len(whole))
            file.write_bytes(whole[:where] + bytes([whole[where] ^ (1 << dice.randrange(8))]) + whole[where + 1 :])
            try:
                archive.restore(other, file, NOW, replace=True)
            except BackupRefused:
                refused += 1
            else:
                assert rows_of(other) == before
        assert refused > 15


def test_a_file_with_a_table_missing_or_a_value_that_is_none_changes_nothing(tmp_path: Path, file: Path) -> None:
    for number, spoil in enumerate(["DROP TABLE records_rates", "UPDATE records_plans SET first_day = 'soon'"]):
        with opened(Place(None, tmp_path / f"data{number}")) as database:
            fill_every_table(database, 2)
            before = rows_of(database)
            place = tmp_path / f"records{number}.sqlite"
            archive.back_up(database, file, NOW, replace=True)
            with zipfile.ZipFile(file) as packed:
                place.write_bytes(packed.read("records.sqlite"))
            engine = sa.create_engine(f"sqlite:///{place}")
            with engine.begin() as connection:
                connection.exec_driver_sql(spoil)
            engine.dispose()
            about = {"format": archive.FORMAT, "layout": "0004", "made_at": "", "rows": {}, "sha256": archive._digest(place)}
            with zipfile.ZipFile(file, "w") as packed:
                packed.writestr("about.json", json.dumps(about))
                packed.write(place, "records.sqlite")
            with pytest.raises(BackupRefused):
                archive.restore(database, file, NOW, replace=True)
            assert rows_of(database) == before


@pytest.mark.parametrize("layout", sorted(ROWS))
def test_a_backup_of_an_older_layout_comes_forward(tmp_path: Path, file: Path, database: Database, layout: str) -> None:
    old = tmp_path / "old.sqlite"
    engine = open_engine(sa.URL.create("sqlite", database=str(old)))
    bring_forward(engine, layout)
    known = {name: row for one in sorted(ROWS) if one <= layout for name, row in ROWS[one].items()}
    with engine.connect() as connection:
        for name, row in known.items():
            connection.execute(sa.insert(sa.table(name, *[sa.column(one) for one in row])).values(row))
    engine.dispose()
    pack_by_hand(old, file, layout)
    stock = archive.restore(database, file, NOW)
    assert stock.layout == layout
    assert {name: count for name, count in stock.rows.items() if count} == dict.fromkeys(known, 1)
    with database.reading() as connection:
        assert connection.scalar(sa.select(tables.rates.c.cents)) == known["records_rates"]["cents"]


def test_a_backup_of_a_newer_layout_is_refused(tmp_path: Path, file: Path, database: Database) -> None:
    new = tmp_path / "new.sqlite"
    engine = open_engine(sa.URL.create("sqlite", database=str(new)))
    bring_forward(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"UPDATE {tables.LAYOUT_TABLE} SET version_num = '9999'")
    engine.dispose()
    pack_by_hand(new, file, "9999")
    fill_every_table(database, 1)
    before = rows_of(database)
    with pytest.raises(NotesTooNew, match="newer version"):
        archive.restore(database, file, NOW, replace=True)
    assert rows_of(database) == before


def pack_by_hand(records: Path, file: Path, layout: str) -> None:
    about = {"format": "clockify-dashboard records 1", "layout": layout, "made_at": "2026-11-01", "rows": {}}
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("about.json", json.dumps(about | {"sha256": archive._digest(records)}))
        packed.write(records, "records.sqlite")


def test_a_database_that_fails_in_the_middle_keeps_what_it_had(database: Database, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_every_table(database, 2)
    archive.back_up(database, file, NOW)
    before = rows_of(database)

    def fail(*_: object) -> None:
        raise sa.exc.OperationalError("INSERT", {}, Exception("the disk is full of Ölund"))

    monkeypatch.setattr(archive, "_settle", fail)
    with pytest.raises(StoreError) as told:
        archive.restore(database, file, NOW, replace=True)
    assert "Ölund" not in str(told.value)
    assert rows_of(database) == before
