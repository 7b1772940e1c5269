"""Whose key it is and where it leads, on both databases: learned once, known after a restart, asked again when stale."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from clockify.api.client import Clockify
from clockify.demo import RunningServer, create_app, serve
from clockify.errors import AuthenticationError, MalformedReply, NotFound, ServerError
from clockify.mirror import tables
from clockify.mirror.account import Account, Profile, fingerprint_of
from clockify.mirror.database import Database
from clockify.mirror.jobs import Jobs, Progress
from clockify.mirror.shelf import KeptList, Shelf
from clockify.mirror.store import Store
from clockify.settings import ApiKey
from clockify.writes import Rules
from tests.support.databases import Place
from tests.support.faults import Front
from tests.support.mirrors import Served, count_requests
from tests.support.studio import KEY, Clock, studio
from tests.support.tampering import serve_tampered

Serve = Callable[..., RunningServer]

SUBDOMAIN_KEY = "kEy/Of+The=Subdomain0815ABCDEFGHIJKLMNOPQRSTUVW"


@contextmanager
def account_of(server: Served, place: Place, clock: Clock, key: str = KEY) -> Iterator[Account]:
    """Make an account that is not opened yet."""
    secret, store, jobs = ApiKey(key), Store(Database(place.url, place.folder)), Jobs(clock)
    connect = partial(Clockify, secret, api_url=server.api_url, reports_url=server.reports_url, clock=clock, sleep=lambda _: None)
    account = Account(store, connect, jobs, fingerprint_of(secret, store.salt()), clock)
    try:
        yield account
    finally:
        jobs.close()
        account.close()
        store.close()


def settle(account: Account) -> None:
    assert account.jobs.wait(list(account.jobs._jobs.values()), 60)


def test_two_requests_tell_who_and_where(place: Place, served: Serve) -> None:
    world = studio()
    server = served(world)
    with account_of(server, place, Clock()) as account:
        assert not account.is_known
        account.open()
        assert count_requests(server) == {"user": 1, "workspaces": 1}
        ana = world.users[world.keys[KEY]]
        forms = ("DD/MM/YYYY", "HOUR24")
        assert account.profile == Profile(ana.id, "Ana Kovač", "ana@example.test", "Europe/Belgrade", "MONDAY", world.id, *forms)
        workspace = account.workspace(None)
        assert (workspace.id, workspace.name, workspace.currency, workspace.plan.is_free) == (world.id, "Tiny studio", "EUR", False)
        assert account.is_verified and account.fault is None


@pytest.mark.parametrize(("plan", "hours"), [("STANDARD_2021", 1), ("FREE", 6)])
def test_a_restart_knows_and_what_is_stale_is_asked_behind_the_page(place: Place, served: Serve, plan: str, hours: int) -> None:
    world, clock = studio(), Clock()
    server = served(world, plan=plan)
    with account_of(server, place, clock) as account:
        account.open()
    clock.pass_by(hours=hours, seconds=-1)
    with account_of(server, place, clock) as account:
        account.open()
        settle(account)
        assert len(server.requests) == 2
        world.edit(next(iter(world.users.values())), name="Ana Novak")
        clock.pass_by(seconds=1)
        account.open()
        settle(account)
        assert count_requests(server) == {"user": 2, "workspaces": 2}
        assert account.profile.name == "Ana Novak"


def test_a_key_that_nobody_knows_opens_nothing(place: Place, served: Serve) -> None:
    with account_of(served(studio()), place, Clock(), "another-key") as account:
        with pytest.raises(AuthenticationError):
            account.open()
        assert not account.is_known
        with pytest.raises(NotFound) as caught:
            _ = account.profile
        assert caught.value.status == 404


def test_a_pasted_key_is_asked_about_even_if_it_is_known(place: Place, served: Serve) -> None:
    world, clock = studio(), Clock()
    server = served(world)
    with account_of(server, place, clock) as account:
        account.open(verify=True)
    with account_of(server, place, clock) as account:
        assert account.is_known and not account.is_verified
        account.open(verify=True)
        assert len(server.requests) == 4
        # Withdrawn an hour later: it no longer passes for verified, so whoever pastes it next is refused.
        del world.keys[KEY]
        clock.pass_by(hours=1)
        account.open(verify=not account.is_verified)
        settle(account)
        assert isinstance(account.fault, AuthenticationError)
        with pytest.raises(AuthenticationError):
            account.open(verify=not account.is_verified)


def test_old_knowledge_stays_while_clockify_fails(place: Place, served: Serve) -> None:
    clock = Clock()
    with Front(served(studio())) as front:
        with account_of(front, place, clock) as account:
            account.open()
        front.fail("user", "500")
        clock.pass_by(hours=2)
        with account_of(front, place, clock) as account:
            account.open()
            settle(account)
            assert isinstance(account.fault, ServerError)
            assert account.profile.name == "Ana Kovač"
            asked = len(front.exchanges)
            account.open()
            settle(account)
            assert len(front.exchanges) == asked, "what has just failed rests"
            front.heal()
            account.retry()
            account.open()
            settle(account)
            assert account.fault is None


@pytest.mark.parametrize("kind", ["user", "workspaces"])
def test_damaged_lists_are_asked_for_again(place: Place, served: Serve, kind: str) -> None:
    server = served(studio())
    with account_of(server, place, Clock()) as account:
        account.open()
        with account.store._database.writing() as connection:
            connection.execute(sa.update(tables.lists).where(tables.lists.c.kind == kind).values(payload=b"spoilt"))
    with account_of(server, place, Clock()) as account:
        account.open()
        assert len(server.requests) == 4
        assert account.profile.name == "Ana Kovač"
        assert account.workspace(None).name == "Tiny studio"


def test_the_wanted_workspace_is_found_or_told(place: Place) -> None:
    world = studio()

    def two(path: str, _: Any, reply: Any) -> Any:
        return [reply[0] | {"id": "w1", "name": "First"}, reply[0]] if path.endswith("/workspaces") else reply

    with serve_tampered(world, two) as server, account_of(server, place, Clock()) as account:
        account.open()
        assert account.workspace(None).id == world.id, "the active one, not the first"
        assert account.workspace("w1").name == "First"
        with pytest.raises(NotFound) as caught:
            account.workspace("w9")
        assert caught.value.status == 404


@pytest.mark.parametrize(
    ("reply", "zone", "week_start", "name"),
    [
        ({"settings": {"timeZone": "Asia/Kolkata", "weekStart": "SUNDAY"}}, "Asia/Kolkata", "SUNDAY", "Ana Kovač"),
        ({"settings": {"timeZone": "Mars/Olympus"}}, "UTC", "MONDAY", "Ana Kovač"),
        ({"settings": None, "name": None}, "UTC", "MONDAY", "ana@example.test"),
        ({"settings": "x", "name": 7}, "UTC", "MONDAY", "ana@example.test"),
        ({"settings": ["x"], "name": ["x"], "email": {}}, "UTC", "MONDAY", ""),
        ({"settings": {"timeZone": 7, "weekStart": None, "dateFormat": [], "timeFormat": {}}}, "UTC", "MONDAY", "Ana Kovač"),
        ({"settings": {"timeZone": ["UTC"], "weekStart": ["SUNDAY"]}, "activeWorkspace": {}}, "UTC", "MONDAY", "Ana Kovač"),
    ],
)
def test_a_profile_with_gaps(place: Place, reply: dict[str, Any], zone: str, week_start: str, name: str) -> None:
    def change(path: str, _: Any, said: Any) -> Any:
        return said | reply if path.endswith("/user") else said

    with serve_tampered(studio(), change) as server, account_of(server, place, Clock()) as account:
        account.open()
        profile = account.profile
        assert (profile.zone, profile.week_start, profile.name) == (zone, week_start, name)
        assert all(isinstance(value, str) for value in vars(profile).values())
        assert account.workspace(None).name == "Tiny studio"


WORKWEEK = frozenset({"MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"})
EURO = {"code": "EUR", "isDefault": True}


ODD_WORKSPACES: list[tuple[dict[str, Any], str, AbstractSet[str]]] = [
    ({"workspaceSettings": {"workingDays": ["SUNDAY", "MONDAY"]}}, "EUR", {"SUNDAY", "MONDAY"}),
    ({"workspaceSettings": {"workingDays": ["MONDAY", None, ["TUESDAY"], {}, "Someday"]}}, "EUR", {"MONDAY"}),
    ({"workspaceSettings": {"workingDays": []}}, "EUR", WORKWEEK),
    ({"workspaceSettings": {"workingDays": "MONDAY"}}, "EUR", WORKWEEK),
    ({"workspaceSettings": {"workingDays": None}}, "EUR", WORKWEEK),
    ({"workspaceSettings": None}, "EUR", WORKWEEK),
    ({"workspaceSettings": "x"}, "EUR", WORKWEEK),
    ({"workspaceSettings": ["x"]}, "EUR", WORKWEEK),
    ({"currencies": [{"code": "CHF"}, EURO | {"code": "GBP"}]}, "GBP", WORKWEEK),
    ({"currencies": [None, "x", ["x"], EURO | {"code": None}], "hourlyRate": {"currency": "CHF"}}, "CHF", WORKWEEK),
    ({"currencies": [EURO | {"code": ["EUR"]}], "hourlyRate": {"currency": 7}}, "USD", WORKWEEK),
    ({"currencies": None, "hourlyRate": None}, "USD", WORKWEEK),
    ({"currencies": "EUR", "hourlyRate": "x"}, "USD", WORKWEEK),
    ({"currencies": {"code": "EUR"}, "hourlyRate": ["x"]}, "USD", WORKWEEK),
    ({"name": None, "features": "x", "featureSubscriptionType": ["FREE"]}, "EUR", WORKWEEK),
]


def test_workspaces_with_gaps(place: Place) -> None:
    def change(path: str, _: Any, said: Any) -> Any:
        if not path.endswith("/workspaces"):
            return said
        usual = said[0] | {"currencies": [EURO], "workspaceSettings": {}}
        return [usual | odd | {"id": f"w{number}"} for number, (odd, _, _) in enumerate(ODD_WORKSPACES)]

    with serve_tampered(studio(), change) as server, account_of(server, place, Clock()) as account:
        account.open()
        for number, (odd, currency, days) in enumerate(ODD_WORKSPACES):
            workspace = account.workspace(f"w{number}")
            assert (workspace.currency, workspace.working_days) == (currency, days), odd
            assert isinstance(workspace.name, str)


@pytest.mark.parametrize(
    ("end", "replies"),
    [
        ("/user", [{}, {"name": "Ana"}, {"id": None}, {"id": ""}, {"id": ["x"]}, [], None]),
        ("/workspaces", [[{}], [None], [{"id": None}, {"id": ""}, "x"], {}, None]),
    ],
)
def test_who_or_where_without_an_id_is_told_in_words(place: Place, end: str, replies: list[Any]) -> None:
    with serve_tampered(studio(), lambda path, _, said: replies[0] if path.endswith(end) else said) as server:
        while replies:
            with account_of(server, place, Clock()) as account:
                with pytest.raises(MalformedReply, match=r"^Clockify's reply isn't .+, as was agreed\.$"):
                    account.open()
                assert not account.is_known
            del replies[0]


def test_a_workspace_without_an_id_is_left_out(place: Place) -> None:
    world = studio()

    def change(path: str, _: Any, said: Any) -> Any:
        return [None, {"name": "Nameless"}, *said, {"id": None}] if path.endswith("/workspaces") else said

    with serve_tampered(world, change) as server, account_of(server, place, Clock()) as account:
        account.open()
        assert [one.id for one in account.workspaces] == [world.id]


def test_two_keys_of_one_person_each_know_their_own_workspaces(place: Place, served: Serve) -> None:
    """A subdomain's key and the global one belong to the same user, and open different workspaces."""
    world, clock = studio(), Clock()
    ana = world.users[world.keys[KEY]]
    world.add_key(SUBDOMAIN_KEY, ana)

    def change(path: str, _: Any, said: Any) -> Any:
        return [said[0] | {"id": "w9", "name": "Subdomain"}] if path.endswith("/workspaces") else said | {"name": "Ana of the subdomain"}

    everywhere = served(world)
    with serve_tampered(world, change) as subdomain:
        for _ in range(2):
            with account_of(everywhere, place, clock) as account, account_of(subdomain, place, clock, SUBDOMAIN_KEY) as other:
                account.open()
                other.open()
                assert [(one.id, one.name) for one in account.workspaces] == [(world.id, "Tiny studio")]
                assert [(one.id, one.name) for one in other.workspaces] == [("w9", "Subdomain")]
                assert (account.profile.name, other.profile.name) == ("Ana Kovač", "Ana of the subdomain")
                assert account.profile.user_id == other.profile.user_id == ana.id
                # After a restart both are known: neither is asked for again.
                assert count_requests(everywhere) == count_requests(subdomain) == {"user": 1, "workspaces": 1}
                found = [account.store.identity(one.fingerprint) for one in (account, other)]
                assert found == [ana.id, ana.id]


def test_what_is_learned_while_somebody_opens_takes_nothing_from_him(place: Place, served: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    world, learning = studio(), []

    class Interrupted(Shelf):
        """A shelf that another thread replaces whenever it is looked at or asked about."""

        def learn(self) -> None:
            if learning:
                learning.pop()(True, Progress())

        def __bool__(self) -> bool:
            self.learn()
            return True

        def look(self) -> None:
            self.learn()
            super().look()

        def get(self, kind: str) -> KeptList | None:
            self.learn()
            return super().get(kind)

    monkeypatch.setattr("clockify.mirror.account.Shelf", Interrupted)
    with account_of(served(world), place, Clock()) as account:
        account.open()
        for times in (1, 2, 3):
            world.edit(world.users[world.keys[KEY]], name=f"Ana the {times}.")
            learning += [account._learn] * times
            account.open()
            assert account.is_known and account.workspace(None).id == world.id
            assert account.profile.name == f"Ana the {times}."
            assert learning == []


def test_a_key_without_a_workspace_is_told_and_asked_again(place: Place) -> None:
    clock, have = Clock(), []

    def none(path: str, _: Any, reply: Any) -> Any:
        return reply if have or not path.endswith("/workspaces") else []

    with serve_tampered(studio(), none) as server, account_of(server, place, clock) as account:
        account.open()
        with pytest.raises(NotFound) as caught:
            account.workspace(None)
        assert caught.value.status == 404
        have.append(True)
        clock.pass_by(hours=1)
        account.open()
        settle(account)
        assert account.workspace(None).name == "Tiny studio"


def test_what_a_workspace_forces_and_locks_is_known_with_it(place: Place) -> None:
    world = studio()
    world.settings = {"forceTags": True, "automaticLock": {"type": "OLDER_THAN", "olderThanPeriod": "DAYS", "olderThanValue": 3}}
    with serve(create_app(world)) as server, account_of(server, place, Clock()) as account:
        account.open()
        now = datetime(2026, 3, 19, 12, tzinfo=UTC)
        expected = Rules(needs_tags=True, locked_before=datetime(2026, 3, 15, 23, tzinfo=UTC))
        assert account.workspace(None).rules(now, "Europe/Belgrade") == expected
