"""Webhooks come in: what is said of each, what it does to the copies, and that Clockify is asked nothing; on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from clockify.deliveries import Outcome
from clockify.demo import MANAGER_KEY, RunningServer, World
from clockify.demo.entities import Entry
from clockify.desk.hooks import Hooks, Receipt
from clockify.errors import BadDelivery
from clockify.mirror import settling
from clockify.mirror.changes import Change
from clockify.mirror.copies import Copies
from clockify.mirror.inbox import KEPT_SECONDS
from clockify.mirror.settling import Settler
from clockify.periods import Month
from tests.support.databases import Place
from tests.support.edits import raw_rows, stored_rows
from tests.support.faults import Exchange, Front
from tests.support.mirrors import SECONDS, Copy, mirror_of
from tests.support.studio import MEMBER, Clock, studio
from tests.support.telling import body_of, hooks_at

Serve = Callable[..., RunningServer]

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
STARTED, NEW, STOPPED = "NEW_TIMER_STARTED", "NEW_TIME_ENTRY", "TIMER_STOPPED"
UPDATED, DELETED = "TIME_ENTRY_UPDATED", "TIME_ENTRY_DELETED"
MORNING = datetime(2026, 11, 17, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Told:
    """A studio, its copy, and its webhooks; `rings` are the workspaces for which the copy's bell rang."""

    def __init__(self, server: RunningServer, copy: Copy, hooks: Hooks, clock: Clock) -> None:
        self.server, self.copy, self.hooks, self.clock = server, copy, hooks, clock
        self.rings: list[str] = []
        hooks._store.listen(self.rings.append)

    @property
    def world(self) -> World:
        return self.server.world

    def tell(self, event: str, entry: Entry, *, runs: bool = False, **changes: Any) -> str:
        """Tell of an entry, and wait until it is in the copy; return what became of that."""
        self.hooks.take(event, body_of(self.world, entry, runs=runs) | changes)
        assert self.hooks.wait(SECONDS)
        return self.hooks.recent(self.world.id)[0].outcome

    def new(self, name: str = "Ana Kovač", start: datetime = MORNING, length: timedelta = HOUR, **settings: Any) -> Entry:
        return self.world.add_entry(self.person(name), start, start + length, project=self.project("Atlas"), **settings)

    def edited(self, **changes: Any) -> Entry:
        """Edit Ben's hour and a half on Atlas."""
        (entry,) = [one for one in self.world.entries if one.seconds == 90 * 60 or one.description.startswith("edited")]
        return self.world.edit_entry(entry.id, **changes)

    def person(self, name: str) -> Any:
        return next(one for one in self.world.users.values() if one.name == name)

    def project(self, name: str) -> Any:
        return next(one for one in self.world.projects.values() if one.name == name)

    def rows(self) -> dict[str, tuple[Any, ...]]:
        return stored_rows([self.copy.entries(month) for month in sorted(self.copy.mirror.states())])

    def truth(self) -> dict[str, tuple[Any, ...]]:
        return raw_rows(self.server, "2026-10-01", "2026-11-30", "Europe/Belgrade")

    def timers(self) -> dict[str, str]:
        self.copy.mirror._lists.look()
        running = self.copy.mirror.running(self.clock())
        return dict(zip(running["id"], running["description"], strict=True))


@contextmanager
def telling(served: Serve, place: Place, world: World | None = None, **terms: Any) -> Iterator[Told]:
    server, clock = served(world or studio()), Clock()
    with mirror_of(server, place, clock=clock, **terms) as copy, hooks_at(place, server.world.id, clock) as hooks:
        copy.read(OCTOBER, NOVEMBER)
        clock.pass_by(seconds=20)
        yield Told(server, copy, hooks, clock)


@pytest.fixture
def told(served: Serve, place: Place) -> Iterator[Told]:
    with telling(served, place) as found:
        yield found


# What is said


def test_what_is_said_of_each(told: Told) -> None:
    body = body_of(told.world, told.new())
    take = told.hooks.take
    assert take(NEW, body) is Receipt.TAKEN
    assert take(NEW, body) is Receipt.REPEATED
    assert take("NEW_PROJECT", {"id": "p1"}) is Receipt.UNKNOWN_EVENT
    assert take(NEW, body | {"workspaceId": "somebody-elses"}) is Receipt.OTHER_WORKSPACE
    with pytest.raises(BadDelivery):
        take(NEW, {"id": "e1"})
    assert told.hooks.wait(SECONDS)
    counted = {name: count for name, count in told.hooks.counts().items() if count}
    assert counted == {"taken": 1, "repeated": 1, "unknown_event": 1, "other_workspace": 1, "bad": 1, "applied": 1}
    assert told.hooks.recent("somebody-elses") == []
    assert told.hooks.heard_at("somebody-elses") is None


def test_the_last_ones_are_told_by_ids_with_their_local_day(told: Told) -> None:
    # Half past eleven in the evening of the 17th in UTC is the 18th in Belgrade.
    entry = told.new(start=datetime(2026, 11, 17, 23, 30, tzinfo=UTC))
    told.tell(NEW, entry)
    told.clock.pass_by(minutes=1)
    told.hooks.take(DELETED, {"id": entry.id})
    last, first = told.hooks.recent(told.world.id, zone="Europe/Belgrade")
    assert (first.at, first.event, first.outcome, first.day) == (told.clock() - timedelta(minutes=1), NEW, "applied", date(2026, 11, 18))
    assert (first.user_id, first.entry_id, first.project_id) == (entry.user_id, entry.id, entry.project_id)
    assert (last.event, last.user_id, last.project_id, last.day) == (DELETED, "", "", None)
    assert told.hooks.heard_at(told.world.id) == told.clock()
    assert len(told.hooks.recent(told.world.id, 1)) == 1


# What it does


def test_each_event_is_in_the_copy_and_nobody_asks_clockify(told: Told) -> None:
    asked = len(told.server.requests)
    entry = told.new(description="new")
    assert told.tell(NEW, entry) == "applied"
    assert told.tell(UPDATED, told.edited(description="edited", seconds=9 * 3600)) == "applied"
    gone = min(told.world.entries, key=lambda one: one.seconds)
    told.world.delete_entry(gone.id)
    told.hooks.take(DELETED, {"id": gone.id})
    timer = told.world.add_running(told.person("Ben Okafor"), datetime(2026, 11, 18, 9, tzinfo=UTC), description="on it")
    assert told.tell(STARTED, timer, runs=True) == "applied"
    assert told.timers() == {timer.id: "on it"}
    stopped = told.world.write_entry(timer._replace(seconds=1800, description="done"))
    assert told.tell(STOPPED, stopped) == "applied"
    assert told.timers() == {}
    assert len(told.server.requests) == asked
    assert told.rows() == told.truth()
    assert told.copy.state(NOVEMBER).verdict.is_pending


def test_an_entry_that_moves_between_months_is_in_one(told: Told) -> None:
    told.tell(UPDATED, told.edited(description="edited", start=int(datetime(2026, 10, 31, 22, 30, tzinfo=UTC).timestamp())))
    assert told.rows() == told.truth()
    assert told.tell(UPDATED, told.edited(start=int(datetime(2026, 11, 1, 23, tzinfo=UTC).timestamp()))) == "doubtful"
    assert told.rows() == told.truth()
    doubted = {month: state.verdict.doubted for month, state in told.copy.mirror.states().items()}
    assert doubted == {OCTOBER: ("2026-10-31",), NOVEMBER: ("2026-11-02",)}


def test_what_is_there_already_makes_no_version_and_rings_no_bell(told: Told) -> None:
    entry = told.edited(description="edited")
    told.clock.pass_by(minutes=5)
    told.copy.read(NOVEMBER)
    before = told.copy.mirror.states()
    told.rings.clear()
    assert told.tell(UPDATED, entry) == "nothing_new"
    assert told.copy.mirror.states() == before
    assert told.rings == []
    assert told.tell(UPDATED, told.edited(description="edited again")) == "doubtful"
    assert told.rings == [told.world.id]


def test_a_month_that_is_not_kept_is_left_alone(told: Told) -> None:
    entry = told.new(start=datetime(2026, 8, 3, 8, tzinfo=UTC))
    before = told.copy.mirror.states()
    assert told.tell(NEW, entry) == "ignored"
    assert told.copy.mirror.states() == before


def test_what_began_comes_too_late_for_what_has_ended(told: Told) -> None:
    timer = told.world.add_running(told.person("Ben Okafor"), datetime(2026, 11, 18, 9, tzinfo=UTC))
    stopped = told.world.write_entry(timer._replace(seconds=1800))
    assert told.tell(STOPPED, stopped) == "applied"
    assert told.tell(STARTED, timer, runs=True) == "late"
    assert (told.timers(), told.rows()) == ({}, told.truth())


def test_a_beginning_changes_nothing_that_a_check_has_read(told: Told) -> None:
    """Only those webhooks came that are set up: what was edited since is known from the check alone."""
    entry = told.new(description="first")
    timer = told.world.add_running(told.person("Ben Okafor"), datetime(2026, 11, 18, 9, tzinfo=UTC))
    told.world.edit_entry(entry.id, description="second")
    told.world.write_entry(timer._replace(seconds=1800))
    told.clock.pass_by(minutes=20)
    told.copy.read(NOVEMBER)
    assert told.rows() == told.truth()
    told.tell(NEW, entry)
    told.tell(STARTED, timer, runs=True)
    assert (told.timers(), told.rows()) == ({}, told.truth())


@pytest.mark.parametrize("since", ["changed", "gone", "in another month"])
def test_what_waited_puts_nothing_older_over_what_was_read_since(told: Told, since: str) -> None:
    """Somebody was killed before it was in the copy; nobody told what came afterwards, but it was read."""
    told.hooks._ends.set()
    told.hooks.take(UPDATED, body_of(told.world, told.edited(description="edited once")))
    entry = told.edited(description="edited twice")
    if since == "gone":
        told.world.delete_entry(entry.id)
    if since == "in another month":
        told.edited(start=int(datetime(2026, 10, 7, 9, tzinfo=UTC).timestamp()))
    told.clock.pass_by(hours=25)
    told.copy.read(OCTOBER, NOVEMBER)
    assert told.rows() == told.truth()
    versions = {month: told.copy.state(month).version for month in (OCTOBER, NOVEMBER)}
    assert Settler(told.copy.store, told.clock).settle() == {Outcome.NOTHING_NEW: 1}
    assert told.rows() == told.truth()
    assert {month: told.copy.state(month).version for month in versions} == versions
    assert told.copy.state(NOVEMBER).verdict.agrees and told.copy.store.inbox.waiting(1) == {}


def test_what_waited_is_not_put_into_what_is_being_read(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    told.hooks._ends.set()
    told.hooks.take(UPDATED, body_of(told.world, told.edited(description="edited once")))
    told.edited(description="edited twice")
    told.clock.pass_by(hours=25)
    months = told.copy.store.months
    publish, done = type(months).publish, list[bool]()

    def slow(self: Any, *args: Any, **terms: Any) -> Any:
        if not done:
            done.append(True)
            Settler(told.copy.store, told.clock).settle()
        return publish(self, *args, **terms)

    monkeypatch.setattr(type(months), "publish", slow)
    told.copy.read(OCTOBER, NOVEMBER)
    assert done and told.rows() == told.truth()


def test_what_waited_takes_an_entry_out_of_older_rows_and_leaves_it_in_newer_ones(told: Told) -> None:
    told.hooks._ends.set()
    told.hooks.take(UPDATED, body_of(told.world, told.edited(description="edited once")))
    entry = told.edited(description="edited twice", start=int(datetime(2026, 10, 7, 9, tzinfo=UTC).timestamp()))
    told.clock.pass_by(hours=25)
    told.copy.read(OCTOBER)
    Settler(told.copy.store, told.clock).settle()
    assert told.rows() == told.truth() and told.rows()[entry.id]


def test_a_timer_that_waited_is_not_put_beside_those_that_were_read_since(told: Told) -> None:
    told.hooks._ends.set()
    timer = told.world.add_running(told.person("Ben Okafor"), datetime(2026, 11, 18, 9, tzinfo=UTC), description="on it")
    told.hooks.take(STARTED, body_of(told.world, timer, runs=True))
    told.world.write_entry(timer._replace(seconds=1800, description="done"))
    told.clock.pass_by(hours=2)
    job = told.copy.mirror.ensure_lists()
    assert job and told.copy.mirror.wait_for(job, SECONDS)
    Settler(told.copy.store, told.clock).settle()
    assert told.timers() == {}


def test_of_two_timers_of_one_person_the_later_runs(told: Told) -> None:
    first, second = (told.world.add_running(told.person("Ben Okafor"), datetime(2026, 11, 18, hour, tzinfo=UTC)) for hour in (8, 10))
    other = told.world.add_running(told.person("Ana Kovač"), datetime(2026, 11, 18, 9, tzinfo=UTC))
    for one in (other, second, first):
        told.tell(STARTED, one, runs=True)
    assert set(told.timers()) == {second.id, other.id}
    assert not told.copy.state(NOVEMBER).verdict.is_pending, "how the first has ended nobody has told"
    # It was begun again, with an earlier start: the stop that was told later says that it runs.
    told.tell(STOPPED, told.world.write_entry(second._replace(seconds=60)))
    assert set(told.timers()) == {first.id, other.id}


def test_names_that_no_list_has_come_with_the_entry(told: Told) -> None:
    project = told.world.add_project("Brand new", told.world.add_client("Newcomer", "EUR"), rate=5000)
    task, tag = told.world.add_task(project, "First steps"), told.world.add_tag("fresh")
    entry = told.world.add_entry(told.person("Ana Kovač"), MORNING, MORNING + HOUR, project=project, task=task, tags=[tag])
    assert told.tell(NEW, entry) == "applied"
    names = told.copy.names(NOVEMBER)
    assert names["project"][project.id] == "Brand new"
    assert names["client"][str(project.client_id)] == "Newcomer"
    assert names["task"][task.id] == "First steps"
    assert names["tag"][tag.id] == "fresh"
    assert told.rows() == told.truth()


def test_who_is_in_no_list_is_left_to_the_next_check(told: Told) -> None:
    """Nobody knows yet whether this key sees his time: Clockify says it."""
    kim = told.world.add_user("Kim New", "kim@example.test")
    entry = told.world.add_entry(kim, MORNING, MORNING + HOUR, project=told.project("Atlas"))
    told.tell(NEW, entry)
    assert entry.id not in told.rows()
    assert told.copy.state(NOVEMBER).verdict.doubted == ("2026-11-17",)
    told.clock.pass_by(minutes=1)
    told.copy.read(NOVEMBER)
    assert told.rows() == told.truth()
    assert told.copy.state(NOVEMBER).verdict.doubted == ()


def test_other_peoples_time_is_not_put_where_a_key_does_not_see_it(served: Serve, place: Place) -> None:
    with telling(served, place, key=MEMBER) as told:
        before = told.copy.mirror.states()
        timer = told.world.add_running(told.person("Ana Kovač"), datetime(2026, 11, 18, 9, tzinfo=UTC))
        assert told.tell(NEW, told.new("Ana Kovač")) == "ignored"
        assert told.tell(STARTED, timer, runs=True) == "ignored"
        assert (told.copy.mirror.states(), told.timers()) == (before, {})
        assert told.tell(NEW, told.new("Ben Okafor")) == "applied"


def test_money_that_a_key_may_not_see_stays_hidden(served: Serve, place: Place) -> None:
    with telling(served, place, key=MANAGER_KEY) as told:
        assert told.tell(NEW, told.new("Ben Okafor")) == "applied"
        assert {row[10:12] for row in told.rows().values()} == {(0, 0)}


def test_a_rate_that_is_not_said_is_the_one_that_it_had(told: Told) -> None:
    told.tell(UPDATED, told.edited(description="edited"), hourlyRate=None)
    told.tell(NEW, told.new("Ben Okafor", description="likewise"), hourlyRate=None)
    assert told.rows() == told.truth()
    assert {row[10] for row in told.rows().values() if row[8] in ("edited", "likewise")} == {10000}


def test_every_copy_of_the_workspace_has_it_also_those_that_nobody_has_open(served: Serve, place: Place) -> None:
    server, clock = served(studio()), Clock()
    terms: list[dict[str, Any]] = [{}, {"zone": "Asia/Kolkata"}, {"key": MANAGER_KEY}, {"key": MEMBER}]
    for one in terms:
        with mirror_of(server, place, clock=clock, **one) as copy:
            copy.read(NOVEMBER)
    world = server.world
    ana = next(iter(world.users.values()))
    entry = world.add_entry(ana, MORNING, MORNING + HOUR, description="for all")
    with hooks_at(place, world.id, clock) as hooks:
        hooks.take(NEW, body_of(world, entry))
        assert hooks.wait(SECONDS)
    with ExitStack() as stack:
        copies = [stack.enter_context(mirror_of(server, place, clock=clock, **one)) for one in terms]
        found = [set(copy.entries(NOVEMBER, ["description"])["description"]) for copy in copies]
        assert ["for all" in words for words in found] == [True, True, True, False]


# While others are at work


def test_a_list_of_timers_under_way_neither_loses_a_timer_nor_brings_one_back(served: Serve, place: Place) -> None:
    clock = Clock()
    with (
        Front(served(studio())) as front,
        mirror_of(front, place, clock=clock) as copy,
        hooks_at(place, front.behind.world.id, clock) as hooks,
    ):
        copy.read(NOVEMBER)
        world = front.behind.world
        ana, ben = list(world.users.values())[:2]
        old = world.add_running(ana, datetime(2026, 11, 18, 9, tzinfo=UTC))
        seen: list[Entry] = []

        def tell(exchange: Exchange) -> None:
            if exchange.endpoint == "in-progress" and not seen:
                seen.append(world.add_running(ben, datetime(2026, 11, 18, 11, tzinfo=UTC)))
                hooks.take(STARTED, body_of(world, seen[0], runs=True))
                hooks.take(STOPPED, body_of(world, world.write_entry(old._replace(seconds=60))))
                assert hooks.wait(SECONDS)

        front.hooks.append(tell)
        assert copy.mirror.wait_for(copy.mirror.read_timers(), SECONDS)
        copy.mirror._lists.look()
        assert [one["id"] for one in copy.mirror._lists.get("running") or ()] == [seen[0].id]


def other_first(told: Told, monkeypatch: pytest.MonkeyPatch, *, dies: bool) -> Settler:
    """Return one who works on deliveries and is overtaken between his look at them and his change of the copy."""
    second = body_of(told.world, told.edited(description="edited twice"))
    mine, of = Settler(told.hooks._store, told.clock), Copies.of
    others, store = Settler(told.copy.store, told.clock), told.copy.store
    overtaken: list[bool] = []

    def slow(copies: Copies, workspace_id: str) -> Any:
        if copies is not mine._copies:
            return of(copies, workspace_id)
        if not overtaken:
            overtaken.append(True)
            told.hooks.take(UPDATED, second)
            # What comes last says nothing, and yet it is the one that waits again.
            told.hooks.take(NEW, second | {"description": "new"})
            others.settle()
            assert store.inbox.waiting(1) == {}
        elif dies:
            raise KeyboardInterrupt
        return of(copies, workspace_id)

    monkeypatch.setattr(Copies, "of", slow)
    return mine


@pytest.mark.parametrize("strictly", [True, False])
def test_who_is_overtaken_undoes_nothing(told: Told, monkeypatch: pytest.MonkeyPatch, strictly: bool) -> None:
    told.hooks._ends.set()
    told.hooks.take(UPDATED, body_of(told.world, told.edited(description="edited once")))
    monkeypatch.setattr(settling, "STRICT_TRIES", 3 if strictly else 0)
    other_first(told, monkeypatch, dies=False).settle()
    assert told.rows() == told.truth()
    assert told.copy.store.inbox.waiting(1) == {}


def test_who_is_killed_after_he_put_something_older_leaves_it_waiting(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    told.hooks._ends.set()
    told.hooks.take(UPDATED, body_of(told.world, told.edited(description="edited once")))
    monkeypatch.setattr(settling, "STRICT_TRIES", 0)
    with pytest.raises(KeyboardInterrupt):
        other_first(told, monkeypatch, dies=True).settle()
    assert told.rows() != told.truth(), "the older one stands there"
    assert told.copy.store.inbox.waiting(1) != {}
    monkeypatch.undo()
    Settler(told.copy.store, told.clock).settle()
    assert told.rows() == told.truth()


def test_who_had_looked_before_it_waited_again_does_not_say_that_it_is_done(told: Told) -> None:
    told.hooks._ends.set()
    inbox, workspace, body = told.copy.store.inbox, told.world.id, body_of(told.world, told.new())
    told.hooks.take(NEW, body)
    (seen,) = inbox.of(workspace, [body["id"]])[body["id"]]
    with told.copy.store._database.writing() as connection:
        inbox.hold(connection, workspace, {body["id"]: 1})
    assert inbox.of(workspace, [body["id"]])[body["id"]] == [seen], "all that is kept was known"
    with told.copy.store._database.writing() as connection:
        inbox.hold(connection, workspace, {body["id"]: 0})
    inbox.done(workspace, [(seen, Outcome.APPLIED)])
    assert inbox.waiting(1) == {workspace: [body["id"]]}
    inbox.done(workspace, [(inbox.of(workspace, [body["id"]])[body["id"]][0], Outcome.APPLIED)])
    assert inbox.waiting(1) == {}


def test_what_was_looked_at_and_is_read_meanwhile_is_looked_at_again(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry is deleted of which the copy knows nothing, while a read brings it: it isn't there afterwards."""
    entry = told.new(description="short-lived")
    body, months = {"id": entry.id}, told.copy.store.months
    publish, done = type(months).publish, list[bool]()

    def slow(self: Any, *args: Any, **terms: Any) -> Any:
        if terms.get("changes") and not done:
            done.append(True)
            told.clock.pass_by(minutes=20)
            told.copy.read(NOVEMBER)
            assert entry.id in told.rows()
        return publish(self, *args, **terms)

    monkeypatch.setattr(type(months), "publish", slow)
    told.hooks.take(DELETED, body)
    assert told.hooks.wait(SECONDS)
    assert done and entry.id not in told.rows()


def test_a_failing_database_is_tried_again(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    from clockify.desk import hooks
    from clockify.errors import StoreError

    monkeypatch.setattr(hooks, "FIRST_REST_SECONDS", 0.01)
    of, failed = Copies.of, list[bool]()

    def failing(copies: Copies, workspace_id: str) -> Any:
        if len(failed) < 2:
            failed.append(True)
            raise StoreError("The local copy can't be read or written.")
        return of(copies, workspace_id)

    monkeypatch.setattr(Copies, "of", failing)
    assert told.tell(NEW, told.new()) == "applied"
    assert len(failed) == 2


# What is kept


def test_what_was_told_is_kept_for_a_week(told: Told) -> None:
    told.tell(NEW, told.new())
    told.clock.pass_by(seconds=KEPT_SECONDS - 60)
    told.tell(NEW, told.new())
    assert len(told.hooks.recent(told.world.id)) == 2
    told.clock.pass_by(hours=1)
    told.tell(NEW, told.new())
    assert len(told.hooks.recent(told.world.id)) == 2


def test_a_change_of_no_entry_doubts_a_day_of_a_month_under_way(served: Serve, place: Place) -> None:
    """A check that began before a doubt doesn't take it away."""
    clock = Clock()
    with Front(served(studio())) as front, mirror_of(front, place, clock=clock) as copy:
        copy.read(NOVEMBER)
        clock.pass_by(minutes=6)
        doubted: list[bool] = []

        def doubt(exchange: Exchange) -> None:
            if exchange.endpoint == "detailed" and not doubted:
                doubted.append(True)
                copy.mirror.apply([Change("", None, doubted=("2026-11-17T08:00:00Z",))])

        front.hooks.append(doubt)
        copy.read(NOVEMBER)
        assert doubted
        assert copy.state(NOVEMBER).verdict.doubted == ("2026-11-17",)
        version = copy.version(NOVEMBER)
        clock.pass_by(minutes=1)
        copy.read(NOVEMBER)
        assert (copy.state(NOVEMBER).verdict.doubted, copy.version(NOVEMBER)) == ((), version)


def test_a_state_that_is_doubtful_among_timers_has_their_list_read_soon(told: Told) -> None:
    ben = told.person("Ben Okafor")
    timer = told.world.add_running(ben, datetime(2026, 11, 18, 9, tzinfo=UTC), description="one")
    told.tell(UPDATED, timer, runs=True)
    told.clock.pass_by(minutes=2)
    assert told.copy.mirror.ensure_lists() is None
    assert told.tell(UPDATED, timer._replace(description="two"), runs=True) == "doubtful"
    told.clock.pass_by(seconds=10)
    job = told.copy.mirror.ensure_lists()
    assert job is not None and told.copy.mirror.wait_for(job, SECONDS)
    assert told.timers() == {timer.id: "one"}
    assert told.copy.mirror.ensure_lists() is None


def test_a_user_of_the_list_is_seen_and_a_stranger_is_not_known(told: Told) -> None:
    lists = told.copy.mirror._lists
    assert [lists.sees(one) for one in (told.person("Ben Okafor").id, "stranger")] == [True, None]
