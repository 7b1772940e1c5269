"""Tables of an agency: the largest groups show, others open in place, and sums and files stay the whole."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from clockify.app.shell.session import KEY
from clockify.demo import RunningServer, World, agency_world
from clockify.periods import Month
from clockify.render.tables.styling import SWATCH
from clockify.reports.folding import Folds
from tests.support.looks import go_to, is_sound
from tests.support.taken import Taken

AppOf = Callable[..., AppTest]
Serve = Callable[..., RunningServer]
ARROWS = {":material/keyboard_arrow_right:": False, ":material/keyboard_arrow_down:": True}


@pytest.fixture(scope="module")
def world() -> World:
    return agency_world(datetime.now(UTC), people=26, projects=284, entries=6000)


@pytest.fixture
def page(world: World, app_of: AppOf, served: Serve) -> AppTest:
    opened = app_of(served(world))
    opened.query_params["period"] = "last-month"
    return opened.run()


def sums_of(world: World) -> dict[str, Counter[str]]:
    """Add last month's seconds up by client and project, from the world's own entries."""
    days = Month.of(datetime.now(UTC).astimezone(world.zone).date()).after(-1).period
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for entry in world.entries:
        if days.start <= datetime.fromtimestamp(entry.start, world.zone).date() < days.end:
            project = world.projects.get(entry.project_id or "")
            sums[(project and project.client_id) or ""][entry.project_id or ""] += entry.seconds
    return sums


def largest(world: World) -> list[tuple[str, int]]:
    """Return the clients with their seconds, the largest first; no client comes last."""
    return sorted(((one, own.total()) for one, own in sums_of(world).items()), key=lambda one: (one[0] == "", -one[1]))


def rows_of(page: AppTest) -> list[tuple[bool | None, str, int]]:
    """Return of each row of the summary if its parts show, its name and its seconds."""
    frame = page.table[1].value
    states = [ARROWS.get(cell) for cell in frame[SWATCH]]
    names = [cell.replace("\\", "") for cell in frame["Client / project"]]
    return list(zip(states, names, [round(one * 3600) for one in frame["Hours"]], strict=True))


def test_the_twelve_largest_clients_show_and_the_rest_is_one_row(page: AppTest, world: World) -> None:
    every = largest(world)
    rest = sum(seconds for _, seconds in every[12:])
    named = [(False, world.clients[one].name, seconds) for one, seconds in every[:12]]
    total = sum(seconds for _, seconds in every)
    assert rows_of(page) == [*named, (False, f"{len(every) - 12} more", rest), (None, "Total", total)]


def test_a_group_opens_in_place(page: AppTest, world: World) -> None:
    first = largest(world)[0][0]
    page.session_state[KEY].folds["summary-client"] = Folds().turn(f"group {first}")
    rows = rows_of(page.run())
    own = sums_of(world)[first]
    assert rows[0] == (True, world.clients[first].name, own.total())
    inner = rows[1 : 1 + len(own)]
    assert Counter({(name, seconds): 1 for _, name, seconds in inner}) == Counter((world.projects[one].name, s) for one, s in own.items())
    assert [state for state, *_ in rows[1 + len(own) :]] == [False] * 12 + [None]


def test_all_open_and_close_at_once_and_files_are_always_the_whole(page: AppTest, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = Taken(monkeypatch)
    every = sum(len(own) for own in sums_of(world).values())
    lengths = {}
    for label, then in (("Open all", "Close all"), ("Close all", "Open all")):
        button = page.run().button(key="open-summary-client")
        assert button.label == label
        file = csv.DictReader(io.StringIO(taken.files()["summary-csv"].decode("utf-8-sig")))
        assert sum(bool(row["Project"]) for row in file) == every
        assert is_sound(button.click().run())
        assert page.button(key="open-summary-client").label == then
        lengths[label] = len(rows_of(page))
    assert lengths == {"Open all": every + len(largest(world)) + 1, "Close all": 14}
    assert rows_of(page)[-1][2] == sum(own.total() for own in sums_of(world).values())


def test_billable_folds_each_currency(page: AppTest) -> None:
    frame = go_to(page, "billable").table[0].value
    closed, hours = len(frame), frame["Hours"].iloc[-1]
    assert closed < 60
    opened = page.button(key="open-billable").click().run().table[0].value
    assert is_sound(page)
    assert len(opened) > 2 * closed
    assert opened["Hours"].iloc[-1] == hours


def test_what_is_left_out_of_billable_is_the_rest_of_each_subtotal_now_and_before(page: AppTest) -> None:
    page.query_params["compare"] = "previous"
    frame = go_to(page, "billable").table[0].value
    numbers = [str(name) for name in frame.select_dtypes("number") if name != "Change"]
    assert len(numbers) == 4  # hours and amount, now and before
    own = dict.fromkeys(numbers, 0.0)
    with_rest = 0
    for row in frame.to_dict("records"):
        name = row["Client / project"]
        with_rest += name.endswith(" more")
        if name.endswith(" subtotal"):
            assert {one: row[one] for one in numbers} == pytest.approx(own)
            own = dict.fromkeys(numbers, 0.0)
        else:
            own = {one: own[one] + row[one] for one in numbers}
    assert with_rest
