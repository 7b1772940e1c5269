"""What others do changes nothing for who may not see it: two studios that differ in that alone look alike to him, letter by letter.

Whatever tells by subtraction, by order, by a scale's end or by a colour would differ.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from clockify.app.shell import door, resources
from clockify.desk.signin import caller_of
from clockify.plans import Capacity, CostRate, DaysOff, Plan, Rate, Target, WeekMark
from tests.pages.test_door import ADA, AUTH
from tests.pages.test_roles import close_projects, offered, user
from tests.pages.test_viewer import text_of
from tests.support import studio
from tests.support.house import House
from tests.support.looks import everything, go_to, is_sound, settle
from tests.support.taken import Taken

AppOf = Callable[..., AppTest]
MIA = {"mia@example.test": {"people": ["Ben Okafor"], "projects": ["Atlas"]}}
PARAMS: list[dict[str, str]] = [
    {},
    {"period": "last-month", "compare": "previous", "group-by": "Person"},
    {"period": "this-year", "rounding": "up-15", "compare": "last-year", "group-by": "Task"},
    {"period": "custom", "from": "2026-09-01", "to": "2026-11-17", "compare": "previous", "of": "everyone", "week": "2026-11-09"},
]
# Requests, which others make too, and names that are made up anew each time.
PASSING = re.compile(
    r"\d+ of \d+ requests|\d+ requests? this hour|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32,}|localhost:\d+|127.0.0.1:\d+"
    r"|T_[0-9a-f]{5}|uuid: \"[0-9a-f]{5}|20\d\d-\d\d-\d\dT[\d:.]+Z</dcterms|boundary=\S+|--=+\d+=*"
)


def nothing(_: House) -> None:
    """Leave the studio as it is."""


def busy(house: House) -> None:
    """Let Ana do much more, earlier and elsewhere, and somebody else besides; with timers."""
    world, ana = house.world, user(house, "Ana")
    internal = next(one for one in world.projects.values() if one.name == "Internal")
    for entry in list(world.entries):
        if entry.user_id == ana.id and entry.project_id == internal.id:
            world.edit_entry(entry.id, seconds=entry.seconds + 4321, description="other words")
    zed = world.add_user("Zedna Qux", "zed@example.test", role="MEMBER")
    own = world.add_project("Xylo", world.add_client("Wurm", "CHF"), rate=55_500, public=False, members=frozenset({zed.id, ana.id}))
    task = world.add_task(own, "Vex")
    for who, month, day, minutes in (
        (ana, 6, 3, 77),
        (zed, 7, 1, 400),
        (zed, 10, 6, 123),
        (ana, 11, 4, 55),
        (zed, 11, 11, 999),
        (zed, 11, 17, 61),
    ):
        start = datetime(2026, month, day, 5, tzinfo=UTC)
        world.add_entry(who, start, start + timedelta(minutes=minutes), project=own, task=task, description="hidden words")
    world.add_running(zed, studio.NOON - timedelta(hours=2), project=own, description="hidden timer")
    world.edit(internal, time_estimate=99_000)


def written(house: House) -> None:
    """Let others' plans and rates be written down, and their weeks looked through."""
    ana, internal = user(house, "Ana").id, next(one.id for one in house.world.projects.values() if one.name == "Internal")
    records, space = resources.desk().notebook(demo=False).records, house.world.id
    rows: dict[str, Any] = {
        "capacities": Capacity(ana, (4 * 3600,) * 5 + (0, 0)),
        "days_off": DaysOff(ana, date(2026, 11, 9), date(2026, 11, 10)),
        "targets": Target(ana, 55, 44),
        "cost_rates": CostRate(ana, 4_321, "EUR"),
        "plans": Plan(internal, seconds=7_777),
        "rates": Rate(internal, 12_345),
    }
    for kind, row in rows.items():
        records.save(space, kind, [], [row], by="Ana")
    first = datetime(2026, 11, 8, 23, tzinfo=UTC)
    mark = WeekMark(ana, date(2026, 11, 9), first, first + timedelta(weeks=1), "Europe/Belgrade", "Ana", studio.NOON, b"")
    records.mark_week(space, replace(mark), by="Ana")


CHANGES: dict[str, tuple[Callable[[House], None], Callable[[House], None]]] = {"busy": (busy, nothing), "written": (nothing, written)}


def sent(
    house: House,
    app_of: AppOf,
    monkeypatch: pytest.MonkeyPatch,
    who: str,
    before: Callable[[House], None],
    after: Callable[[House], None],
    place: Path,
) -> dict[str, str]:
    """Return all that is sent to somebody, page by page and file by file."""
    st.cache_resource.clear()
    before(house)
    close_projects(house)
    page = app_of(house.front, studio.KEY, CLOCKIFY_OPEN="", DATABASE_URL=f"sqlite:///{place}")
    page.secrets.update({"auth": AUTH, "access": {"allowed_domains": ["example.test"], "managers": MIA}})
    page.user = ADA | {"email": "ana@example.test"}
    for params in PARAMS:
        for name, value in params.items():
            page.query_params[name] = value
        settle(page.run())
    after(house)
    with monkeypatch.context() as patch:
        taken = Taken(patch)
        page.user = ADA | {"email": f"{who}@example.test"}
        mine = AppTest.from_file(page._script_path, default_timeout=60)
        mine.secrets.update(page.secrets)
        mine.user = page.user
        patch.setattr(door, "secrets_section", lambda section: page.secrets.get(section))
        patch.setattr(door, "caller", lambda: caller_of(mine.user, needs_no_sign_in=False))
        assert is_sound(settle(mine.run()))
        found = {}
        for number, params in enumerate(PARAMS):
            for name in sorted(offered(mine)):
                mine.query_params.clear()
                for key, value in params.items():
                    mine.query_params[key] = value
                assert is_sound(settle(go_to(mine, name))), name
                found[f"{name} {number}"] = everything(mine)
                found |= {f"{name} {number} {key}": text_of(key, file) for key, file in taken.files().items()}
    return {what: PASSING.sub("…", text) for what, text in found.items()}


@pytest.mark.nightly
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("who", ["ben", "mia"])
def test_what_others_do_changes_nothing(
    housed: Callable[..., House], app_of: AppOf, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, who: str, change: str
) -> None:
    quiet = sent(housed(), app_of, monkeypatch, who, nothing, nothing, tmp_path / "quiet.db")
    loud = sent(housed(), app_of, monkeypatch, who, *CHANGES[change], tmp_path / "loud.db")
    assert len(quiet) > 30
    differ = {what: first_difference(quiet[what], loud.get(what, "")) for what in quiet if quiet[what] != loud.get(what)}
    assert differ == {}
    assert quiet.keys() == loud.keys()


def first_difference(one: str, other: str) -> tuple[str, str]:
    place = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), min(len(one), len(other)))
    return one[max(place - 150, 0) : place + 60], other[max(place - 150, 0) : place + 60]
