"""The database of what people typed: private, never replaced, told in plain words when it can't be used, and found again."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from clockify.errors import ClockifyError, ConfigurationError, NotesDamaged, StoreError
from clockify.mirror.database import Database as MirrorDatabase
from clockify.plans import Notes, Rate
from clockify.records.database import records_address
from tests.conftest import unavailable
from tests.support.databases import Cluster, Place, free_port, start_cluster
from tests.support.noted import FULL, SPACE, content_of, fill, records_at
from tests.unit.test_mirror_database import PASSWORD, generous, is_silent, mode_of, somebody, spoil

__all__ = ["generous", "somebody"]


@pytest.mark.parametrize(
    ("address", "file"),
    [
        (None, "data/records.sqlite"),
        ("sqlite:///x/y.sqlite", "x/y-records.sqlite"),
        ("sqlite:///x/y.sqlite?cache=shared", "x/y-records.sqlite"),
        ("sqlite:////srv/a.b.db", "/srv/a.b-records.db"),
        ("sqlite:///plain", "plain-records"),
        ("sqlite+pysqlite:///x/y.sqlite", "x/y-records.sqlite"),
        # What people typed isn't gone with the process.
        ("sqlite://", "data/records.sqlite"),
        ("sqlite:///:memory:", "data/records.sqlite"),
    ],
)
def test_it_is_a_file_beside_the_mirrors(address: str | None, file: str) -> None:
    assert records_address(address, Path("data")).database == file


def test_it_is_the_same_database_on_a_server() -> None:
    url = records_address("postgres://ana:secret@host:5/team?sslmode=require", Path("data"))
    assert url.render_as_string(hide_password=False) == "postgresql+psycopg://ana:secret@host:5/team?sslmode=require"


@pytest.mark.usefixtures("generous")
@pytest.mark.parametrize("by_url", [False, True])
def test_files_are_their_owners_alone(tmp_path: Path, by_url: bool) -> None:
    folder = tmp_path / "some" / "data"
    with closing(records_at(Place(f"sqlite:///{folder / 'app.sqlite'}" if by_url else None, folder))) as records:
        fill(records)
        name = "app-records.sqlite" if by_url else "records.sqlite"
        assert {path.name: mode_of(path) for path in folder.iterdir()} == {name: 0o600, f"{name}-wal": 0o600, f"{name}-shm": 0o600}
        assert mode_of(folder) == 0o700


def test_the_mirror_and_the_records_share_a_database_and_nothing_else(place: Place) -> None:
    with closing(records_at(place)) as records:
        fill(records)
        MirrorDatabase(place.url, place.folder).close()
        assert content_of(records) == FULL


def test_a_damaged_mirror_is_set_aside_without_what_people_typed(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'app.sqlite'}"
    MirrorDatabase(address, tmp_path).close()
    with closing(records_at(Place(address, tmp_path))) as records:
        fill(records)
        (tmp_path / "app.sqlite").write_bytes(b"no database, whatever its name says" * 100)
        MirrorDatabase(address, tmp_path).close()
        assert len(list(tmp_path.glob("app.sqlite.damaged-*"))) == 1
        assert content_of(records) == FULL


@pytest.mark.parametrize("content", [b"this is not a database at all, whatever its name says" * 40, None])
def test_a_damaged_file_stays_and_is_told_until_it_is_put_right(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes | None
) -> None:
    path = tmp_path / "records.sqlite"
    with closing(records_at(Place(None, tmp_path))) as records:
        fill(records)
    good = path.read_bytes()
    if content:
        path.write_bytes(content)
    else:
        spoil(path)
    spoilt = path.read_bytes()
    with closing(records_at(Place(None, tmp_path))) as records:
        for act in (lambda: records.notes(SPACE), lambda: records.save(SPACE, "rates", [], [Rate("x", 1)], by="Ana")):
            with pytest.raises(NotesDamaged, match="left as it is") as raised:
                act()
            assert is_silent(raised.value, str(tmp_path), "SELECT", "INSERT")
            assert not raised.value.can_retry
            assert "backup" in raised.value.advice and "TOML" in raised.value.advice
        assert path.read_bytes() == spoilt
        assert not list(tmp_path.glob("*damaged*"))
        assert {record.getMessage() for record in caplog.records} == {"records: DatabaseError"}
        # A backup is put back, and no new start is needed.
        for one in tmp_path.glob("records.sqlite*"):
            one.unlink()
        path.write_bytes(good)
        assert content_of(records) == FULL


def test_a_file_that_is_spoilt_under_a_running_app_stays_too(tmp_path: Path) -> None:
    path = tmp_path / "records.sqlite"
    with closing(records_at(Place(None, tmp_path))) as records:
        fill(records)
        records._database._engine().dispose()
        spoil(path)
        spoilt = path.read_bytes()
        with pytest.raises(NotesDamaged):
            records.notes(SPACE)
        assert path.read_bytes() == spoilt


def test_a_backup_that_is_put_back_under_a_running_app_is_what_holds(tmp_path: Path) -> None:
    path, backup = tmp_path / "records.sqlite", tmp_path / "backup"
    with closing(records_at(Place(None, tmp_path))) as records:
        fill(records)
        version = records.version(SPACE)
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(backup)) as kept:
            source.backup(kept)
        records.save(SPACE, "rates", [], [Rate("later", 1)], by="Ana")
        for one in tmp_path.glob("records.sqlite*"):
            one.unlink()
        backup.rename(path)
        assert content_of(records) == FULL
        assert records.version(SPACE) == version
        later = records.version(SPACE)
        records.save(SPACE, "rates", [], [Rate("other", 1)], by="Ana")
        assert records.version(SPACE) > later + 1, "not a number that stood for the other change"


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("postgresql://ana:{password}@127.0.0.1:{port}/team", StoreError),
        ("postgres://ana:{password}@127.0.0.1:{port}/team?connect_timeout=1", StoreError),
        ("mysql://ana:{password}@127.0.0.1/team", ConfigurationError),
        ("nonsense://ana:{password}@127.0.0.1/team", ConfigurationError),
        ("ana:{password}@127.0.0.1", ConfigurationError),
        ("postgresql://ana:{password}@127.0.0.1:port/team", ConfigurationError),
    ],
)
def test_an_address_that_leads_nowhere_is_told_without_the_address(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, address: str, kind: type[ClockifyError]
) -> None:
    port = str(free_port())
    with pytest.raises(kind) as raised:
        records_at(Place(address.format(password=PASSWORD, port=port), tmp_path)).notes(SPACE)
    assert is_silent(raised.value, PASSWORD, "127.0.0.1", port, "ana")
    assert PASSWORD not in caplog.text
    assert port not in caplog.text


@pytest.fixture
def own_cluster() -> Iterator[Cluster]:
    found = start_cluster()
    if isinstance(found, str):
        unavailable("postgres", found)
    else:
        yield found
        found.stop()


def test_a_server_that_comes_late_or_again_is_found_without_a_new_start(
    own_cluster: Cluster, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = own_cluster.new_database()
    own_cluster.break_off()
    with closing(records_at(Place(url, tmp_path))) as records:
        for _ in range(2):
            with pytest.raises(StoreError) as raised:
                records.notes(SPACE)
            assert is_silent(raised.value, "tester", "127.0.0.1", url.rpartition(":")[2])
            own_cluster.start()
            if not records.notes(SPACE).rates:
                fill(records)
            own_cluster.break_off()
        with pytest.raises(StoreError):
            records.save(SPACE, "rates", [], [Rate("x", 1)], by="Ana")
        own_cluster.start()
        assert content_of(records) == FULL
    assert "127.0.0.1" not in caplog.text


def test_a_row_that_the_database_refuses_is_told_without_its_content(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    with closing(records_at(place)) as records:
        records.notes(SPACE)
        with records._database.writing() as connection:
            connection.exec_driver_sql("DROP TABLE records_rates")
        with pytest.raises(StoreError) as raised:
            records.save(SPACE, "rates", [], [Rate("sesame", 4711)], by="Ana")
    assert is_silent(raised.value, "sesame", "4711")
    assert "sesame" not in caplog.text


def test_a_folder_that_is_read_only_is_told(somebody: Path) -> None:
    somebody.chmod(0o500)
    with pytest.raises(StoreError, match="folder"):
        records_at(Place(None, somebody)).notes(SPACE)
    somebody.chmod(0o700)
    assert records_at(Place(None, somebody)).notes(SPACE) == Notes()


def test_a_file_that_becomes_read_only_is_told_and_read_on(somebody: Path) -> None:
    with closing(records_at(Place(None, somebody))) as records:
        fill(records)
        records._database._engine().dispose()
        (somebody / "records.sqlite").chmod(stat.S_IRUSR)
        with pytest.raises(StoreError, match="can't be read or written"):
            records.save(SPACE, "rates", [], [Rate("x", 1)], by="Ana")
        assert content_of(records) == FULL
