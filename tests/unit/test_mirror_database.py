"""The database itself: private files, a damaged file, a file that is gone, and a server that can't be reached."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import stat
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from pathlib import Path
from threading import Barrier, Event

import pytest
import sqlalchemy as sa

from clockify import engines
from clockify.demo import RunningServer
from clockify.errors import ClockifyError, ConfigurationError, StoreError
from clockify.mirror import tables
from clockify.mirror.database import Database
from clockify.mirror.store import Store
from clockify.periods import Month
from tests.conftest import unavailable
from tests.support.databases import Cluster, Place, free_port, start_cluster
from tests.support.mirrors import count_requests, mirror_of
from tests.support.studio import Clock, studio

Serve = Callable[..., RunningServer]

NOVEMBER = Month(2026, 11)
PASSWORD = "oPenSesame4711"
NOBODY = 65534


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def let_go(store: Store) -> None:
    """Close the connections that a store has at hand; it opens others."""
    store._database._engine.dispose()


@pytest.fixture
def generous() -> Iterator[None]:
    """A umask that would let everybody read."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("generous")
@pytest.mark.parametrize("by_url", [False, True])
def test_files_are_their_owners_alone(tmp_path: Path, served: Serve, by_url: bool) -> None:
    folder = tmp_path / "some" / "data"
    place = Place(f"sqlite:///{folder / 'mirror.sqlite'}" if by_url else None, folder)
    with mirror_of(served(studio()), place, clock=Clock()) as copy:
        copy.read(NOVEMBER)
        modes = {path.name: mode_of(path) for path in folder.iterdir()}
        assert modes == {"mirror.sqlite": 0o600, "mirror.sqlite-wal": 0o600, "mirror.sqlite-shm": 0o600}
        assert mode_of(folder) == 0o700


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "mirror.sqlite"
    path.touch(0o644)
    path.chmod(0o644)
    Database(None, tmp_path).close()
    assert mode_of(path) == 0o600


def test_the_second_process_of_a_new_file_waits_for_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first one is about to write and the file is not in WAL mode yet: SQLite itself doesn't wait for that."""
    with closing(sqlite3.connect(tmp_path / "mirror.sqlite", isolation_level=None)) as first:
        first.execute("BEGIN IMMEDIATE")
        waited = []

        def wait(seconds: float) -> None:
            waited.append(seconds)
            first.execute("ROLLBACK")

        monkeypatch.setattr(engines, "sleep", wait)
        Database(None, tmp_path).close()
        assert len(waited) == 1


def spoil(path: Path) -> None:
    """Write over everything but the header, and drop what is not in the file yet."""
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    with path.open("r+b") as file:
        file.seek(100)
        file.write(b"\x5a" * (path.stat().st_size - 100))


@pytest.mark.parametrize("content", [b"this is not a database at all, whatever its name says" * 40, None])
def test_a_file_that_is_found_damaged_is_set_aside_and_read_anew(
    tmp_path: Path, served: Serve, caplog: pytest.LogCaptureFixture, content: bytes | None
) -> None:
    server, place, path = served(studio()), Place(None, tmp_path), tmp_path / "mirror.sqlite"
    with mirror_of(server, place, clock=Clock()) as copy:
        copy.read(NOVEMBER)
    if content:
        path.write_bytes(content)
    else:
        spoil(path)
    spoilt = path.read_bytes()
    asked = len(server.requests)
    with mirror_of(server, place, clock=Clock()) as copy:
        assert copy.read(NOVEMBER).states[NOVEMBER].verdict.agrees is True
    assert count_requests(server, asked)["detailed"] == 1
    (aside,) = tmp_path.glob("mirror.sqlite.damaged-*")
    assert aside.read_bytes() == spoilt
    assert [record.levelno for record in caplog.records if "is damaged, moved to" in record.message] == [logging.WARNING]
    assert mode_of(path) == 0o600


def test_damage_that_many_meet_at_once_costs_one_file(tmp_path: Path) -> None:
    path = tmp_path / "mirror.sqlite"
    here, there = Store(Database(None, tmp_path)), Store(Database(None, tmp_path))
    here.save_identity("f", "u")
    # Connections that are open would put their pages back.
    let_go(here)
    let_go(there)
    spoil(path)
    gate = Barrier(8)

    def look(store: Store) -> str | None:
        gate.wait(20)
        try:
            return store.identity("f")
        except StoreError:
            # "Set aside", or "can't be read" for who was just reading when the file went.
            return "a fault"

    with ThreadPoolExecutor(8) as pool:
        said = set(pool.map(look, [here, there] * 4))
    assert "a fault" in said
    assert said <= {"a fault", None}
    here.save_identity("f", "again")
    assert (here.identity("f"), there.identity("f")) == ("again", "again")
    assert len(list(tmp_path.glob("mirror.sqlite.damaged-*"))) == 1
    here.close()
    there.close()


def test_who_holds_on_to_the_damaged_file_leaves_the_new_one_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "mirror.sqlite"
    slow = Store(Database(None, tmp_path))
    slow.save_identity("f", "u")
    let_go(slow)
    spoil(path)
    quick = Store(Database(None, tmp_path))
    quick.save_identity("f", "new")
    slow._database._set_aside(slow._database._engine)
    assert (slow.identity("f"), quick.identity("f")) == ("new", "new")
    assert len(list(tmp_path.glob("mirror.sqlite.damaged-*"))) == 1
    slow.close()
    quick.close()


def test_a_file_that_is_deleted_under_a_running_app_is_made_again(tmp_path: Path) -> None:
    store = Store(Database(None, tmp_path))
    store.save_identity("f", "u")
    let_go(store)
    for path in list(tmp_path.glob("mirror.sqlite*")):
        path.unlink()
    with pytest.raises(StoreError):
        store.identity("f")
    assert store.identity("f") is None
    store.save_identity("f", "u")
    assert store.identity("f") == "u"
    store.close()


def is_silent(fault: BaseException | None, *secrets: str) -> bool:
    """Tell whether nothing of an error that a report prints shows an address or a password."""
    shown = ""
    while fault:
        shown += f"{fault!s} {fault!r} {getattr(fault, '__notes__', '')}"
        fault = fault.__cause__ if fault.__cause__ or fault.__suppress_context__ else fault.__context__
    return not any(secret in shown for secret in secrets)


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("postgresql://ana:{password}@127.0.0.1:{port}/mirror", StoreError),
        ("postgres://ana:{password}@127.0.0.1:{port}/mirror?connect_timeout=1", StoreError),
        ("mysql://ana:{password}@127.0.0.1/mirror", ConfigurationError),
        ("nonsense://ana:{password}@127.0.0.1/mirror", ConfigurationError),
        ("ana:{password}@127.0.0.1", ConfigurationError),
        ("postgresql://ana:{password}@127.0.0.1:port/mirror", ConfigurationError),
    ],
)
def test_an_address_that_leads_nowhere_is_told_without_the_address(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, address: str, kind: type[ClockifyError]
) -> None:
    port = str(free_port())
    with pytest.raises(kind) as raised:
        Database(address.format(password=PASSWORD, port=port), tmp_path)
    assert is_silent(raised.value, PASSWORD, "127.0.0.1", port, "ana")
    assert PASSWORD not in caplog.text
    assert port not in caplog.text


@pytest.mark.parametrize(("query", "seconds"), [("", 5), ("?connect_timeout=1", "1")])
def test_a_server_that_does_not_answer_keeps_nobody_waiting_long(tmp_path: Path, query: str, seconds: object) -> None:
    engine = tables.open_engine(f"postgres://ana@127.0.0.1/mirror{query}", tmp_path)
    terms: list[dict[str, object]] = []

    def note(_dialect: object, _record: object, _args: object, given: dict[str, object]) -> None:
        terms.append(given)
        raise ConnectionError

    sa.event.listen(engine, "do_connect", note)
    with pytest.raises(ConnectionError):
        engine.connect()
    assert [given["connect_timeout"] for given in terms] == [seconds]


@pytest.fixture
def own_cluster() -> Iterator[Cluster]:
    """A PostgreSQL server that a test may stop."""
    found = start_cluster()
    if isinstance(found, str):
        unavailable("postgres", found)
    else:
        yield found
        found.stop()


def test_a_server_that_stops_is_told_and_found_again(own_cluster: Cluster, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    url = own_cluster.new_database()
    store = Store(Database(url, tmp_path))
    store.save_identity("f", "u")
    own_cluster.break_off()
    for act in (lambda: store.identity("f"), lambda: store.save_identity("f", "x"), lambda: Database(url, tmp_path)):
        with pytest.raises(StoreError) as raised:
            act()
        assert is_silent(raised.value, "tester", "127.0.0.1", url.rpartition(":")[2])
    assert "127.0.0.1" not in caplog.text
    # Each is told to whoever runs the server, too: the two of the open store and the one that couldn't be opened.
    assert [record.getMessage() for record in caplog.records if record.name.startswith("clockify")] == ["mirror: OperationalError"] * 3
    own_cluster.start()
    assert store.identity("f") == "u"
    store.close()


@pytest.mark.parametrize("by_url", [False, True])
def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, by_url: bool) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "data"
    with pytest.raises(StoreError) as raised:
        Database(f"sqlite:///{folder / 'app.sqlite'}" if by_url else None, folder)
    assert is_silent(raised.value, str(tmp_path))


@pytest.fixture
def somebody() -> Iterator[Path]:
    """Be a user whom permissions hold back, which they don't root, in a folder of his."""
    folder = Path(tempfile.mkdtemp(prefix="test-somebody-"))
    is_root = os.geteuid() == 0
    if is_root:
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    yield folder
    if is_root:
        os.seteuid(0)
    shutil.rmtree(folder)


def test_a_folder_that_is_read_only_is_told(somebody: Path) -> None:
    somebody.chmod(0o500)
    with pytest.raises(StoreError, match="folder"):
        Database(None, somebody)
    with pytest.raises(StoreError, match="folder"):
        Database(None, somebody / "deeper")
    somebody.chmod(0o700)


def test_a_file_that_becomes_read_only_is_told_and_read_on(somebody: Path) -> None:
    store = Store(Database(None, somebody))
    store.save_identity("f", "u")
    let_go(store)
    (somebody / "mirror.sqlite").chmod(0o400)
    with pytest.raises(StoreError, match="can't be read or written"):
        store.save_identity("f", "x")
    assert store.identity("f") == "u"
    store.close()
    with pytest.raises(StoreError, match="folder"):
        Database(None, somebody)


def test_a_closed_database_waits_for_what_is_under_way_and_opens_no_other_connection(place: Place) -> None:
    database = Database(place.url, place.folder)
    opened, closed = [], []
    sa.event.listen(database._engine, "connect", lambda connection, _: opened.append(id(connection)))
    sa.event.listen(database._engine, "close", lambda connection, _: closed.append(id(connection)))
    begun, may_end = Event(), Event()

    def write() -> None:
        with database.writing() as connection:
            begun.set()
            assert may_end.wait(20)
            connection.execute(sa.insert(tables.meta).values(name="late", value="kept"))

    with ThreadPoolExecutor(2) as pool:
        writer = pool.submit(write)
        assert begun.wait(20)
        closer = pool.submit(database.close)
        assert wait([closer], 0.2).not_done, "a transaction is under way"
        may_end.set()
        writer.result(20)
        closer.result(20)
    with pytest.raises(StoreError, match="has been closed"), database.reading():
        pytest.fail("it was opened")
    assert Counter(opened) <= Counter(closed)
    with closing(Database(place.url, place.folder)) as again, again.reading() as connection:
        assert connection.scalar(sa.select(tables.meta.c.value).where(tables.meta.c.name == "late")) == "kept"
