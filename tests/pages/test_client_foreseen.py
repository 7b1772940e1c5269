"""Client report as a page: what is foreseen on it, in the tiny studio."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from streamlit.testing.v1 import AppTest

from clockify.clients import Pack
from clockify.plans import EVERYBODY, DaysOff
from tests.support import studio
from tests.support.house import House
from tests.support.looks import go_to, settle, texts
from tests.support.planned import HOUR, person_named, project_named, write_down


def test_what_is_foreseen_is_the_same_whichever_days_the_report_is_of(housed: Callable[..., House], app_of: Callable[..., AppTest]) -> None:
    """Two days off in each other week since September, in which half as much was done: those weeks are as good as the rest."""
    house = housed()
    world, atlas, monday = house.world, project_named(house.world, "Atlas"), datetime(2026, 9, 7, 9, tzinfo=UTC)
    acme = next(one.id for one in world.clients.values() if one.name == "Acme")
    ana = world.users[person_named(world, "Ana Kovač")]
    mondays = [monday + timedelta(weeks=number) for number in range(10)]
    for number, start in enumerate(mondays):
        world.add_entry(ana, start, start + timedelta(hours=4 - number % 2 * 2), project=atlas)
    page = app_of(house.front, studio.KEY)
    off = [DaysOff(EVERYBODY, start.date() + timedelta(days=1), start.date() + timedelta(days=2)) for start in mondays[1::2]]
    write_down(world, "days_off", *off)
    write_down(world, "packs", Pack(mondays[0].date(), client_id=acme, seconds=100 * HOUR))
    page.query_params["clients"] = acme
    settle(go_to(page.run(), "client"))
    found = []
    for period in ("this-month", "last-month"):
        page.query_params["period"] = period
        settle(page.run())
        found += [one for one in texts(page).splitlines() if "At this pace" in one]
    assert len(found) == 2 and found[0] == found[1]
