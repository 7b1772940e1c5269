"""The journal over real HTTP: what is looked up and how it is named, processes that are killed, two that press at once."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from clockify.api import Clockify, MemoryLedger
from clockify.demo import create_app, serve
from clockify.errors import EntryChanged, NotFound, StoreError
from clockify.journal import sentences
from clockify.journal.journal import SETTLES_AFTER, Journal
from clockify.settings import ApiKey
from clockify.writes import Act, Draft, State, Write, Written
from tests.support import studio
from tests.support.databases import Place
from tests.support.faults import Front
from tests.support.noted import records_at
from tests.support.pens import entry
from tests.support.servers import PROJECT
from tests.support.studio import Clock
from tests.unit.api_fakes import PAID

START = datetime(2026, 11, 17, 8, tzinfo=UTC)
HOUR = Draft(START, START + timedelta(hours=1), description="a talk")
LONGER = replace(HOUR, end=START + timedelta(hours=2), description="a long talk")
LOST = ("stored, then dropped", "dropped")


class Books:
    """A journal, a client of Ana's, and what is written with them."""

    def __init__(self, front: Front, place: Place, clock: Clock) -> None:
        self.front, self.clock = front, clock
        self.records = records_at(place, clock=clock)
        self.journal = Journal(self.records.writes, clock)
        self.client: Clockify = front.connect(ApiKey(studio.KEY), api_url=front.api_url, ledger=MemoryLedger(), plan=PAID, clock=clock)
        self.world = front.behind.world
        self.ana = next(one.id for one in self.world.users.values() if one.name.startswith("Ana"))
        self._number = 0

    def write(self, act: Act, **terms: object) -> Write:
        self._number += 1
        return Write(f"w{self._number}", act, self.world.id, self.ana, self.ana, self.clock(), **terms)  # type: ignore[arg-type]

    def send(self, write: Write, **terms: object) -> Written:
        return self.journal.send(write, self.client, **terms)  # type: ignore[arg-type]

    def look_up(self, written: Written) -> Written:
        return self.journal.look_up(written.write.id, self.client)

    def made(self, draft: Draft = HOUR) -> str:
        """Put an entry into Clockify that nobody here has written."""
        user, end = self.world.users[self.ana], draft.end
        made = (
            self.world.add_entry(user, draft.start, end, description=draft.description)
            if end
            else self.world.add_running(user, draft.start)
        )
        return str(made.id)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def front(clock: Clock) -> Iterator[Front]:
    with serve(create_app(studio.studio(), clock=clock)) as server, Front(server) as found:
        yield found


@pytest.fixture
def books(front: Front, tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Iterator[Books]:
    found = Books(front, Place(None, tmp_path_factory.mktemp("books")), clock)
    with closing(found.records), closing(found.client):
        yield found


def acts(books: Books) -> dict[Act, Callable[[], Write]]:
    """Return what makes a write of each act; the entry it needs is put into Clockify."""
    timer = Draft(books.clock())
    return {
        Act.CREATE: lambda: books.write(Act.CREATE, draft=HOUR),
        Act.START: lambda: books.write(Act.START, draft=timer),
        Act.UPDATE: lambda: books.write(Act.UPDATE, entry_id=books.made(), draft=LONGER, before=HOUR),
        Act.DELETE: lambda: books.write(Act.DELETE, entry_id=books.made(), before=HOUR),
        Act.STOP: lambda: books.write(
            Act.STOP, entry_id=books.made(timer), draft=replace(timer, end=books.clock() + timedelta(seconds=9)), before=timer
        ),
    }


ENDPOINTS = {Act.CREATE: "create", Act.START: "create", Act.UPDATE: "update", Act.DELETE: "delete", Act.STOP: "stop"}


@pytest.mark.parametrize("act", list(Act))
def test_a_lost_answer_of_what_was_stored_is_found_at_once(books: Books, act: Act) -> None:
    write = acts(books)[act]()
    books.front.fail(ENDPOINTS[act], "stored, then dropped")
    written = books.send(write)
    assert (written.state, written.reason) == (State.DONE, sentences.FOUND)
    assert written.entry_id and (written.row is None) is (act is Act.DELETE)
    assert books.front.count(ENDPOINTS[act]) == 1


@pytest.mark.parametrize("act", list(Act))
def test_what_was_not_stored_is_unknown_for_two_minutes_and_then_not_done(books: Books, act: Act) -> None:
    write = acts(books)[act]()
    books.front.fail(ENDPOINTS[act], "dropped")
    written = books.send(write)
    assert written.state is State.UNKNOWN and written.reason.startswith(sentences.NOT_FOUND)
    assert books.send(write).state is State.UNKNOWN, "the same button sends nothing"
    books.front.heal()
    books.clock.pass_by(seconds=SETTLES_AFTER.total_seconds())
    assert books.look_up(written).state is State.UNKNOWN, "not more than two minutes yet"
    books.clock.pass_by(seconds=1)
    settled = books.look_up(written)
    assert (settled.state, settled.reason) == (State.NOT_DONE, sentences.NOT_DONE)
    assert books.look_up(written).state is State.NOT_DONE
    assert books.front.count(ENDPOINTS[act]) == 1


@pytest.mark.parametrize("act", list(Act))
def test_where_looking_fails_too_it_is_unknown_and_found_later(books: Books, act: Act) -> None:
    write = acts(books)[act]()
    books.front.fail(ENDPOINTS[act], "stored, then 500")
    for one in ("time-entries", "entry"):
        books.front.fail(one, "500", lambda _: books.front.count(ENDPOINTS[act]) > 0, beside=True)
    written = books.send(write)
    assert written.state is State.UNKNOWN and written.reason.startswith(sentences.CANT_LOOK)
    books.clock.pass_by(minutes=30)
    assert books.look_up(written).state is State.UNKNOWN, "what can't be looked up is not called undone"
    books.front.heal()
    assert books.look_up(written).is_done


def test_an_entry_that_somebody_changed_in_between_is_called_unknown(books: Books) -> None:
    write = acts(books)[Act.UPDATE]()
    books.front.fail("update", "stored, then dropped")
    books.front.fail("entry", "500", lambda _: books.front.count("update") > 0, beside=True)
    written = books.send(write)
    books.world.edit_entry(write.entry_id, description="theirs")
    books.front.heal()
    books.clock.pass_by(minutes=30)
    looked = books.look_up(written)
    assert (looked.state, looked.reason) == (State.UNKNOWN, sentences.CHANGED_BY_ANOTHER)
    books.world.delete_entry(write.entry_id)
    assert books.look_up(written).state is State.UNKNOWN


@pytest.mark.parametrize("fault", LOST)
def test_an_equal_entry_that_was_known_before_is_not_taken_for_it(books: Books, fault: str) -> None:
    known = books.made()
    books.front.fail("create", fault)
    written = books.send(books.write(Act.CREATE, draft=HOUR), known=[known])
    assert written.state is (State.DONE if fault == LOST[0] else State.UNKNOWN)
    assert written.entry_id != known


def test_two_equal_ones_that_were_both_meant_find_one_each(books: Books) -> None:
    books.front.fail("create", "stored, then dropped")
    one = books.send(books.write(Act.CREATE, draft=HOUR))
    books.front.fail("create", "dropped")
    other = books.send(books.write(Act.CREATE, draft=HOUR), again=True)
    assert (one.state, other.state) == (State.DONE, State.UNKNOWN)
    books.front.fail("create", "stored, then dropped")
    third = books.send(books.write(Act.CREATE, draft=HOUR), again=True)
    assert third.is_done and third.entry_id != one.entry_id


def test_a_long_entry_around_midnight_is_found_whatever_zone_the_account_is_in(books: Books) -> None:
    for hours in (-14, 0, 12):
        start = datetime(2026, 11, 9, tzinfo=UTC) + timedelta(hours=hours)
        books.front.fail("create", "stored, then dropped")
        assert books.send(books.write(Act.CREATE, draft=Draft(start, start + timedelta(hours=23)))).is_done


def test_what_was_never_written_can_t_be_looked_up(books: Books) -> None:
    with pytest.raises(NotFound):
        books.journal.look_up("nothing", books.client)


def test_where_the_journal_can_t_be_kept_nothing_is_sent(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise StoreError("no disk")

    for name in ("note", "leave"):
        with monkeypatch.context() as patched, pytest.raises(StoreError):
            patched.setattr(books.journal._writes, name, fails)
            books.send(books.write(Act.CREATE, draft=replace(HOUR, description=name)))
    assert books.front.count("create") == 0
    books.clock.pass_by(seconds=1)
    with monkeypatch.context() as patched:
        patched.setattr(books.journal._writes, "settle", fails)
        written = books.send(books.write(Act.CREATE, draft=LONGER))
    assert written.is_done, "it is known though it can't be noted"
    assert books.journal.latest(books.world.id, books.ana, 1)[0].state is State.SENT
    assert books.look_up(written).is_done


def test_a_change_that_can_t_be_read_first_is_not_sent(books: Books) -> None:
    write = acts(books)[Act.UPDATE]()
    books.front.fail("entry", "500")
    written = books.send(write)
    assert written.state is State.REFUSED and written.reason.startswith(sentences.UNREAD)
    assert books.front.count("update") == 0


def test_the_stop_of_another_timer_is_told(books: Books) -> None:
    """Between the look and the stop somebody starts another timer: Clockify stops whatever runs."""
    write = acts(books)[Act.STOP]()

    def swap(exchange: object) -> None:
        if getattr(exchange, "endpoint", "") == "entry":
            books.front.hooks.clear()
            books.world.delete_entry(write.entry_id)
            books.made(Draft(books.clock()))

    books.front.hooks.append(swap)
    written = books.send(write)
    assert (written.state, written.reason) == (State.UNKNOWN, sentences.OTHER_STOPPED)
    assert written.row and written.row["id"] != write.entry_id


def test_what_differs_is_named_and_nothing_that_was_typed_is_in_it(books: Books) -> None:
    seen = replace(HOUR, description="secret", project_id="p", billable=True, tag_ids=("x",))
    with pytest.raises(EntryChanged) as raised:
        books.send(books.write(Act.DELETE, entry_id=books.made(), before=seen))
    assert str(raised.value) == "Somebody changed this entry's project, description, billable and tags meanwhile, so nothing was sent."
    assert raised.value.row and entry(books.front, raised.value.row["id"]).description == "a talk"


KILLED = """
import os, signal, sys
from datetime import datetime, timedelta, UTC
from pathlib import Path
from clockify.api import Clockify, MemoryLedger
from clockify.journal.journal import Journal
from clockify.records.store import Records
from clockify.records.writes import Writes
from clockify.settings import ApiKey
from clockify.writes import Act, Draft, Write
url, folder, api, key, moment, workspace, user = sys.argv[1:]
now = datetime(2026, 11, 18, 12, tzinfo=UTC)
plain = getattr(Writes, moment)
def dies(*given, **terms):
    if moment != "settle":
        plain(*given, **terms)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(Writes, moment, dies)
records = Records(url or None, Path(folder), clock=lambda: now)
draft = Draft(now - timedelta(hours=2), now - timedelta(hours=1), description="killed")
client = Clockify(ApiKey(key), api_url=api, ledger=MemoryLedger())
Journal(records.writes, lambda: now).send(Write("killed", Act.CREATE, workspace, user, user, now, "", draft), client)
"""


@pytest.mark.parametrize(
    ("moment", "at_first", "later"), [("note", "to send", "to send"), ("leave", "sent", "not done"), ("settle", "sent", "done")]
)
def test_a_process_that_is_killed_leaves_nothing_lost_and_nothing_twice(
    front: Front, place: Place, clock: Clock, moment: str, at_first: str, later: str
) -> None:
    books = Books(front, place, clock)
    with closing(books.records), closing(books.client):
        books.journal.latest("", "", 1)
        where = [place.url or "", str(place.folder), front.api_url, studio.KEY, moment, books.world.id, books.ana]
        assert subprocess.run([sys.executable, "-c", KILLED, *where], cwd=PROJECT).returncode == -signal.SIGKILL
        (found,) = books.journal.open_writes(books.world.id, books.ana)
        assert found.state == at_first
        clock.pass_by(minutes=3)
        assert books.look_up(found).state == later
        made = [one for one in books.world.entries if one.description == "killed"]
        assert len(made) == front.count("create") == (1 if moment == "settle" else 0)
