"""The app without a screen: a plain thread opens the desk, looks, and has things done; nothing of Streamlit is there."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import requests

from clockify.demo import RunningServer, World, create_app, serve
from clockify.desk.choice import Choice
from clockify.desk.commands import read_again, refresh, wait
from clockify.desk.desk import Desk
from clockify.desk.look import Look
from clockify.desk.looking import open_view
from clockify.desk.view import View
from clockify.desk.viewer import Viewer
from clockify.desk.visit import Visit
from clockify.directory import Kind
from clockify.errors import StoreError
from clockify.periods import Against, Month, Period, Preset
from clockify.reports.detail import Search
from clockify.reports.filters import Filters
from clockify.reports.rounding import Direction, Rounding
from clockify.roles import Role
from clockify.settings import ApiKey, Settings
from tests.support.servers import PROJECT
from tests.support.studio import KEY, Clock, log_one_hour_more, studio

Serve = Callable[..., RunningServer]
NOVEMBER = Month(2026, 11)
NOBODY = frozenset[str]()


@pytest.fixture
def world() -> World:
    return studio()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@contextmanager
def somebody_looks(server: RunningServer, folder: Path, clock: Clock) -> Iterator[Visit]:
    settings = Settings(key=ApiKey(KEY), api_url=server.api_url, reports_url=server.reports_url)
    desk = Desk(settings, folder, clock)
    account = desk.account(settings)
    account.open()
    mirror = desk.mirror(account, None, None)
    assert mirror.wait_for(mirror.ensure_lists() or pytest.fail("the lists are not there yet"), 60)
    yield Visit(desk, Viewer("You"), settings, account, mirror)
    desk.close()


@pytest.fixture
def visit(served: Serve, world: World, clock: Clock, tmp_path: Path) -> Iterator[Visit]:
    """Somebody looks at the studio, which changes."""
    with somebody_looks(served(world), tmp_path, clock) as found:
        yield found


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    """Somebody looks at the studio, where nothing happens."""
    with serve(create_app(studio())) as server, somebody_looks(server, tmp_path_factory.mktemp("still"), Clock()) as found:
        yield found


def looked(visit: Visit, choice: Choice | None = None, **terms: object) -> View:
    """Open a view, and wait for what it needs."""
    view = open_view(visit, choice or Choice(), **terms)  # type: ignore[arg-type]
    while view.opening.is_busy:
        wait(visit, view.opening)
        view = open_view(visit, choice or Choice(), **terms)  # type: ignore[arg-type]
    return view


def test_a_plain_thread_looks_and_has_things_done(visit: Visit, world: World, clock: Clock) -> None:
    with ThreadPoolExecutor(1) as pool:
        view = pool.submit(looked, visit).result()
        assert (view.totals.seconds, view.totals.entries, view.directory.names != {}) == (7 * 3600, 4, True)
        log_one_hour_more(world)
        clock.pass_by(seconds=30)
        pool.submit(refresh, visit, view.opening.wanted).result()
        assert pool.submit(looked, visit).result().totals.seconds == 8 * 3600
        job = pool.submit(read_again, visit, NOVEMBER).result()
        assert (job.is_running, job.fault) == (False, None)


def test_nothing_of_streamlit_comes_with_it() -> None:
    rooms = "clockify.desk.commands, clockify.desk.view, clockify.desk.signin, clockify.desk.choice"
    seen = f"import {rooms}, sys; print([name for name in sys.modules if name.split('.')[0] in ('streamlit', 'altair', 'dotenv')])"
    done = subprocess.run([sys.executable, "-c", seen], cwd=PROJECT, stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout.strip() == "[]"


# What is made is kept under the fingerprint: it must tell apart whatever could look different, or be another's.


def ids_of(visit: Visit) -> dict[str, str]:
    """Return the people's ids by their first names."""
    return {name.split()[0]: one for one, name in visit.access.known().names[Kind.USER].items()}


def test_whose_week_it_is(still: Visit) -> None:
    ids = ids_of(still)
    for viewer, name in (
        (Viewer("You"), "Ana"),  # the key's
        (Viewer("Ben", email="Ben@Example.test"), "Ben"),
        (Viewer("Somebody", email="else@example.test"), "Ana"),
    ):
        assert replace(still, viewer=viewer).access.own_person() == ids[name]
    # Whose time may not be seen has none to show; who sees one person's has no choice.
    for people in ({ids["Ben"], ids["Mia"]}, {ids["Ana"]}):
        assert replace(still, viewer=Viewer("You", people=frozenset(people))).access.own_person() is None


def test_who_logged_nothing(visit: Visit, world: World) -> None:
    ids, october = ids_of(visit), Period(date(2026, 10, 1), date(2026, 11, 1))
    assert looked(visit).idle == {ids["Mia"]}
    assert looked(visit, period=october).idle == {ids["Mia"], ids["Ben"]}
    only = Choice(filters=Filters(people=(ids["Ben"],)))
    assert looked(visit, only, period=october).idle == {ids["Ben"]}
    # Another filter may hide what somebody logged.
    for filters in (Filters(billable=True), Filters(projects=("p",)), Filters(clients=("c",))):
        assert looked(visit, Choice(filters=filters), period=october).idle == NOBODY
    alone = replace(visit, viewer=Viewer("You", people=frozenset({ids["Ana"]})))
    assert looked(alone, period=october).idle == NOBODY


def test_the_same_look_has_the_same_fingerprint(still: Visit) -> None:
    view = looked(still)
    assert view.fingerprint
    assert view.fingerprint == looked(still).fingerprint
    other = replace(still, viewer=Viewer("Another", "another@example.test"))
    assert view.fingerprint == looked(other).fingerprint, "whoever may see the same shares it"


@pytest.mark.parametrize(
    "choice",
    [
        Choice(preset=Preset.LAST_MONTH),
        Choice(preset=Preset.CUSTOM, days=Period(date(2026, 11, 1), date(2026, 11, 18))),
        Choice(filters=Filters(people=("u",))),
        Choice(filters=Filters(clients=("u",))),
        Choice(filters=Filters(projects=("u",))),
        Choice(filters=Filters(billable=True)),
        Choice(filters=Filters(billable=False)),
        Choice(rounding=Rounding(Direction.UP, 15)),
        Choice(rounding=Rounding(Direction.UP, 30)),
        Choice(rounding=Rounding(Direction.DOWN, 15)),
        Choice(compare=Against.PREVIOUS),
        Choice(compare=Against.LAST_YEAR),
        Choice(search=Search("work")),
        Choice(search=Search(tags=("t",))),
        Choice(search=Search(tasks=("t",))),
        Choice(search=Search(without=("task",))),
    ],
    ids=str,
)
def test_another_choice_is_another_one(still: Visit, choice: Choice) -> None:
    prints = [looked(still, one).fingerprint for one in (Choice(), choice)]
    assert all(prints)
    assert len(set(prints)) == 2


@pytest.mark.parametrize(
    "viewer", [Viewer("You", people=NOBODY), Viewer("You", people=frozenset({"u"})), Viewer("You", sees_money=False)], ids=repr
)
def test_other_rights_are_another_one(still: Visit, viewer: Viewer) -> None:
    mine, others = looked(still), looked(replace(still, viewer=viewer))
    assert mine.fingerprint != others.fingerprint
    few, none = (looked(replace(still, viewer=Viewer("x", people=people))) for people in (frozenset({"u"}), NOBODY))
    assert few.fingerprint != none.fingerprint


def test_each_part_of_a_managers_rights_alone_makes_another_one(still: Visit) -> None:
    manager = Viewer("x", people=frozenset({"u"}), projects=frozenset({"p"}), role=Role.MANAGER, user_id="u", sees_cost=False)
    parts: dict[str, object] = {
        "people": frozenset({"u", "v"}), "projects": frozenset({"q"}), "role": Role.MEMBER, "user_id": "v", "sees_money": False,
        "sees_cost": True,
    }  # fmt: skip
    others = [replace(manager, **{name: value}) for name, value in parts.items()]  # type: ignore[arg-type]
    prints = [looked(replace(still, viewer=one)).fingerprint for one in (manager, *others)]
    assert None not in prints and len(set(prints)) == 1 + len(parts)
    looks_as = replace(manager, name="y", looks_as="x")
    assert looked(replace(still, viewer=looks_as)).fingerprint == prints[0], "with his eyes one sees what he sees"


@pytest.mark.parametrize("look", [Look(theme="dark"), Look(narrow=True), Look(hours="clock")], ids=repr)
def test_another_look_is_another_one(still: Visit, look: Look) -> None:
    assert looked(still).fingerprint != looked(still, look=look).fingerprint


def test_another_zone_is_another_one(still: Visit) -> None:
    assert still.account
    elsewhere = replace(still, mirror=still.desk.mirror(still.account, None, None, chosen="Asia/Kolkata"))
    assert looked(still).fingerprint != looked(elsewhere).fingerprint


def test_another_version_of_a_month_is_another_one(visit: Visit, world: World, clock: Clock) -> None:
    before = looked(visit)
    log_one_hour_more(world)
    clock.pass_by(seconds=30)
    refresh(visit, before.opening.wanted)
    after = looked(visit)
    assert before.fingerprint != after.fingerprint
    assert (before.period, before.opening.wanted) == (after.period, after.opening.wanted)


def test_another_name_is_another_one(visit: Visit, world: World, clock: Clock) -> None:
    before = looked(visit)
    (atlas,) = [one for one in world.projects.values() if one.name == "Atlas"]
    world.projects[atlas.id] = replace(atlas, name="Atlas II")
    clock.pass_by(minutes=61)
    job = visit.mirror.ensure_lists() if visit.mirror else None
    assert job and visit.mirror and visit.mirror.wait_for(job, 60)
    after = looked(visit)
    assert before.fingerprint != after.fingerprint
    assert "Atlas II" in {after.directory.label(kind, atlas.id) for kind in after.directory.names}


def test_another_day_is_another_one(visit: Visit, clock: Clock) -> None:
    before = looked(visit)
    clock.pass_by(minutes=1)
    assert looked(visit).fingerprint == before.fingerprint, "a minute is none"
    clock.pass_by(hours=12)
    assert replace(before, now=clock()).fingerprint != before.fingerprint


def test_what_is_still_being_read_has_none(visit: Visit) -> None:
    view = open_view(visit, Choice())
    assert view.opening.reading
    assert view.fingerprint is None


def test_a_desk_that_is_closed_holds_no_copy_open_and_serves_no_demo(tmp_path: Path, clock: Clock) -> None:
    desk = Desk(Settings(), tmp_path, clock)
    stores, demo = (desk.store, desk.demo_store), desk.demo_settings()
    assert requests.get(f"{demo.api_url}/user", timeout=20).status_code == 401
    desk.close()
    for store in stores:
        with pytest.raises(StoreError, match="has been closed"):
            store.identity("f")
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{demo.api_url}/user", timeout=20)
