"""What is kept, and for whom: snapshots, damaged bytes, scopes, fingerprints and layouts, on both databases."""

from __future__ import annotations

import hashlib
import logging
import random
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import pandas as pd
import pytest
import sqlalchemy as sa

from clockify.demo import MANAGER_KEY, OWNER_KEY, RunningServer
from clockify.frames import ENTRY_DTYPES, report_entries_frame
from clockify.mirror import tables
from clockify.mirror.account import fingerprint_of
from clockify.mirror.codec import Undecodable, pack_frame, pack_json, unpack_frame, unpack_json
from clockify.mirror.database import Database
from clockify.mirror.months import Stamp
from clockify.mirror.store import Store
from clockify.periods import Month
from clockify.settings import ApiKey
from tests.support.databases import Place
from tests.support.mirrors import Copy, count_requests, mirror_of
from tests.support.studio import KEY, NOON, Clock, log_one_hour_more, studio

Serve = Callable[..., RunningServer]

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)


def store_at(place: Place) -> Store:
    return Store(Database(place.url, place.folder))


def damage(store: Store, month: Month, part: str) -> None:
    """Turn one bit over in the middle of what is stored."""
    table = tables.months
    where = table.c.month == month.key
    with store._database.writing() as connection:
        stored = bytearray(connection.scalar(sa.select(table.c[part]).where(where)))
        stored[len(stored) // 2] ^= 1
        connection.execute(sa.update(table).where(where).values({part: bytes(stored)}))


@pytest.mark.parametrize("part", ["cube", "entries", "names"])
def test_damaged_bytes_are_read_again_with_a_line_in_the_log(
    place: Place, served: Serve, caplog: pytest.LogCaptureFixture, part: str
) -> None:
    server = served(studio())
    with mirror_of(server, place, clock=Clock()) as copy:
        copy.read(OCTOBER, NOVEMBER)
        damage(copy.store, NOVEMBER, part)
        assert getattr(copy.mirror, part)(NOVEMBER, copy.version(NOVEMBER)) is None
        assert [record.levelno for record in caplog.records if "2026-11 can't be decoded" in record.message] == [logging.WARNING]
        asked = len(server.requests)
        assert copy.mirror.open_months([OCTOBER, NOVEMBER]).missing == (NOVEMBER,)
        opening = copy.read(OCTOBER, NOVEMBER)
        assert count_requests(server, asked) == {"detailed": 1}
        assert opening.missing == ()
        cube = copy.cube(NOVEMBER)
        assert cube is not None
        assert int(cube["seconds"].sum()) == 7 * 3600


def test_a_damaged_cube_is_found_by_the_check_too(place: Place, served: Serve) -> None:
    server, clock = served(studio()), Clock()
    with mirror_of(server, place, clock=clock) as copy:
        copy.read(NOVEMBER)
        damage(copy.store, NOVEMBER, "cube")
        clock.pass_by(minutes=5)
        asked = len(server.requests)
        assert copy.read(NOVEMBER).states[NOVEMBER].verdict.agrees is True
        assert count_requests(server, asked) == {"detailed": 1}


def test_not_one_wrong_bit_of_a_frame_passes() -> None:
    row = {"_id": "e", "timeInterval": {"start": "2026-11-02T09:00:00Z", "end": "2026-11-02T10:00:00Z", "duration": 3600}}
    rows = [row | {"_id": f"e{number}", "userId": f"u{number % 7}", "description": str(number)} for number in range(200)]
    frame = report_entries_frame(rows, zone="UTC", currencies={}, default_currency="EUR")
    packed = pack_frame(frame)
    pd.testing.assert_frame_equal(unpack_frame(packed), frame)
    pd.testing.assert_frame_equal(unpack_frame(packed, ["seconds", "user_id"]), frame[["seconds", "user_id"]])
    dice = random.Random(7)
    for _ in range(400):
        spoilt = bytearray(packed)
        spoilt[dice.randrange(len(packed))] ^= 1 << dice.randrange(8)
        with pytest.raises(Undecodable):
            unpack_frame(bytes(spoilt))
    for cut in (b"", packed[:10], packed[:-1], packed + b"\0"):
        with pytest.raises(Undecodable):
            unpack_frame(cut)


def test_json_survives_and_its_damage_is_told() -> None:
    value = {"names": ["Zoë", "日本", "\N{BALLOON}"], "none": None}
    packed = pack_json(value)
    assert unpack_json(packed) == value
    for spoilt in (packed[:-1], b"", b"{}", zlib.compress(b"{"), packed[:-3] + b"xyz"):
        with pytest.raises(Undecodable):
            unpack_json(spoilt)


def test_frames_come_back_with_their_dtypes(place: Place, served: Serve) -> None:
    with mirror_of(served(studio()), place, clock=Clock()) as copy:
        copy.read(NOVEMBER)
        entries = copy.entries(NOVEMBER)
        assert entries is not None
        assert entries.dtypes.astype(str).to_dict() == ENTRY_DTYPES
        some = copy.entries(NOVEMBER, ["seconds", "tag_ids"])
        assert some is not None
        assert list(some) == ["seconds", "tag_ids"]


def seconds(copy: Copy) -> int:
    copy.read(NOVEMBER)
    cube = copy.cube(NOVEMBER)
    assert cube is not None
    return int(cube["seconds"].sum())


def test_keys_zones_and_workspaces_never_share_a_snapshot(place: Place, served: Serve) -> None:
    one, other = studio(), studio()
    other.id = other.new_id("another")
    other.delete_entry(other.entries[-1].id)
    first, second = served(one), served(other)
    clock = Clock()
    with ExitStack() as stack:
        copies = [
            stack.enter_context(mirror_of(first, place, clock=clock)),
            stack.enter_context(mirror_of(first, place, key=MANAGER_KEY, clock=clock)),
            stack.enter_context(mirror_of(first, place, zone="Pacific/Auckland", clock=clock)),
            stack.enter_context(mirror_of(second, place, key=KEY, clock=clock)),
        ]
        assert [seconds(copy) for copy in copies] == [7 * 3600, 7 * 3600, 7 * 3600, 6 * 3600 + 1800]
        states = [copy.mirror.states()[NOVEMBER] for copy in copies]
        assert len({state.version for state in states}) == 4
        assert [state.amounts_hidden for state in states] == [False, True, False, False]
        assert len({copy.mirror.scope for copy in copies}) == 4
        asked = len(first.requests)
        copies[2].store.months.forget(copies[2].mirror.scope, NOVEMBER)
        assert [NOVEMBER in copy.mirror.states() for copy in copies] == [True, True, False, True]
        assert len(first.requests) == asked


def raw_bytes(place: Place, store: Store) -> bytes:
    """Return everything the database holds: the files as they lie there, or every cell of every table; unpacked, too."""
    found = b""
    with store._database.reading() as connection:
        for table in tables.metadata.sorted_tables:
            for row in connection.execute(sa.select(table)):
                for cell in row:
                    packed = isinstance(cell, bytes) and cell[:1] == b"x"
                    found += zlib.decompress(cell) if packed else bytes(cell) if isinstance(cell, bytes) else str(cell).encode()
    files = [path for path in place.folder.rglob("*") if path.is_file()] if place.folder.exists() else []
    assert bool(files) == (place.url is None)
    return found + b"".join(path.read_bytes() for path in files)


def test_the_keys_text_is_nowhere_in_the_database(place: Place, served: Serve) -> None:
    with mirror_of(served(studio()), place, key=KEY, clock=Clock()) as copy:
        copy.read(OCTOBER, NOVEMBER)
        stored = raw_bytes(place, copy.store)
        assert b"ana@example.test" in stored, "the search does look into what is stored"
        assert copy.account.fingerprint.encode() in stored
        for part in (KEY, KEY[:12], KEY[-12:], KEY.encode().hex()):
            assert part.encode() not in stored


def test_a_fingerprint_leads_to_its_own_user_alone(place: Place) -> None:
    store = store_at(place)
    salt = store.salt()
    ana, ben = (fingerprint_of(ApiKey(key), salt) for key in (KEY, KEY[:-1] + "c"))
    assert len(ana) == 48, "24 bytes, as long as its column"
    store.save_identity(ana, "ana")
    assert (store.identity(ana), store.identity(ben), store.identity(KEY), store.identity("")) == ("ana", None, None, None)
    # By it another version of the app finds what is kept.
    assert ana == hashlib.scrypt((KEY).encode(), salt=salt, n=16384, r=8, p=1, dklen=24).hex()
    assert fingerprint_of(ApiKey(KEY), bytes(16)) != ana, "another database knows the key by another name"
    store.save_identity(ana, "anna")
    assert store.identity(ana) == "anna"
    store.close()


def test_the_salt_is_one_whoever_asks_first(place: Place) -> None:
    stores = [store_at(place) for _ in range(6)]
    gate = Barrier(len(stores))

    def ask(store: Store) -> bytes:
        gate.wait(20)
        return store.salt()

    with ThreadPoolExecutor(len(stores)) as pool:
        salts = set(pool.map(ask, stores))
    assert len(salts) == 1
    assert len(salts.pop()) == 16
    for store in stores:
        store.close()


def test_another_layout_makes_the_tables_anew(place: Place, served: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    server = served(studio())
    with mirror_of(server, place, clock=Clock()) as copy:
        copy.read(NOVEMBER)
        salt = copy.store.salt()
    store = store_at(place)
    assert store.salt() == salt, "the same layout keeps everything"
    store.close()
    monkeypatch.setattr(tables, "LAYOUT", "another")
    with mirror_of(server, place, clock=Clock()) as copy:
        assert copy.mirror.states() == {}
        assert copy.store.salt() != salt
        assert copy.read(NOVEMBER).states[NOVEMBER].verdict.agrees is True


def test_a_newer_version_is_not_judged_by_an_older_check(place: Place, served: Serve) -> None:
    clock, server = Clock(), served(studio())
    with mirror_of(server, place, clock=clock) as copy:
        old = copy.read(NOVEMBER).states[NOVEMBER]
        clock.pass_by(seconds=1)
        log_one_hour_more(server.world)
        assert copy.mirror.wait_for(copy.mirror.read_again(NOVEMBER), 60)
        studio_changed = Stamp(old.version, NOVEMBER, old.verdict, datetime(2030, 1, 1, tzinfo=UTC).timestamp(), old.rows)
        copy.store.months.publish(copy.mirror.scope, [], [studio_changed], known=0, at=0.0)
        assert copy.mirror.states()[NOVEMBER].checked_at == clock.moment.timestamp()


def test_a_restart_finds_everything_without_a_request(place: Place, served: Serve) -> None:
    server = served(studio())
    with mirror_of(server, place, key=OWNER_KEY, clock=Clock()) as copy:
        before = copy.read(NOVEMBER).states
    asked = len(server.requests)
    with mirror_of(server, place, key=OWNER_KEY, clock=Clock()) as copy:
        assert copy.read(NOVEMBER).states == before
        assert copy.mirror.directory().default_currency == "EUR"
    assert len(server.requests) == asked


def test_nothing_is_written_beside_the_database(place: Place, served: Serve, tmp_path: Path) -> None:
    with mirror_of(served(studio()), place, clock=Clock(NOON)) as copy:
        copy.read(NOVEMBER)
        names = {path.name for path in tmp_path.rglob("*") if path.is_file()}
        assert names == (set() if place.url else {"mirror.sqlite", "mirror.sqlite-wal", "mirror.sqlite-shm"})
