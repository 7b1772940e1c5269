"""Who may see one person's time and no money sees nothing else: on the pages, in the options, in the files.

The studio: Ben may look, at his own time alone. Ana's and Mia's names, addresses and hours, and every amount, stay away.
Names of projects and clients in the lists of filters are of the workspace; of people the lists name Ben alone.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from zipfile import ZipFile

import pytest
from pypdf import PdfReader
from streamlit.testing.v1 import AppTest

from clockify.app.shell import door
from clockify.desk import commands
from clockify.desk.viewer import Viewer
from tests.support import studio
from tests.support.faults import Exchange
from tests.support.house import House
from tests.support.looks import everything, figures, go_to, is_sound, notices, settle, texts, wait_for
from tests.support.nightly import at_night
from tests.support.shown import unescaped
from tests.support.taken import Taken

AppOf = Callable[..., AppTest]
Housed = Callable[..., House]
PAGES = ("overview", "billable", "detailed", "weekly")
SECRETS = ("Ana Kov", "Mia", "ana@", "mia@", "secret of Ana", studio.KEY)
# An amount with its sign, or the figures of rates and amounts of Ben and Ana with two places.
MONEY = re.compile(r"€|\\342\\202\\254|\$\d|\b(?:80|100|150|200|240|300|350|390|400)\.00\b(?!%)|[aA]mount \((?:EUR|USD)\)")


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Taken:
    return Taken(monkeypatch)


@pytest.fixture
def house(housed: Housed) -> House:
    return housed()


@pytest.fixture
def ana(house: House) -> str:
    return next(one.id for one in house.world.users.values() if one.name == "Ana Kovač")


@pytest.fixture
def page(house: House, app_of: AppOf, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """Ben looks on, while Ana's and his own timers run."""
    ana, ben = (next(one for one in house.world.users.values() if one.name == name) for name in ("Ana Kovač", "Ben Okafor"))
    atlas = next(one for one in house.world.projects.values() if one.name == "Atlas")
    for user, what in ((ana, "secret of Ana"), (ben, "Ben's timer")):
        house.world.add_running(user, datetime(2026, 11, 18, 11, tzinfo=UTC), project=atlas, description=what)
    (entry,) = [one for one in house.world.entries if one.seconds == 30 * 60]
    house.world.edit_entry(entry.id, description="secret of Ana")
    monkeypatch.setattr(door, "admit", lambda _: Viewer("Ben", people=frozenset({ben.id}), sees_money=False))
    opened = app_of(house.front, studio.KEY)
    assert is_sound(opened.run())
    return opened


def sent(block: Any) -> Iterator[str]:
    """Return what the main part of a page was sent, without the options of lists."""
    if block.type not in ("selectbox", "multiselect"):
        yield str(getattr(block, "proto", ""))
    for child in getattr(block, "children", {}).values():
        yield from sent(child)


def cells(page: AppTest) -> str:
    """Return every cell of a page's tables."""
    frames = [table.value for table in (*page.table, *page.dataframe)]
    return "\n".join(frame.astype("str").to_csv() for frame in frames)


def check(text: str, where: str) -> None:
    assert not [(where, word) for word in SECRETS if word in text]
    assert not MONEY.findall(text), where


def text_of(name: str, file: bytes) -> str:
    """Return all that is to be read in a file."""
    if name.endswith("xlsx"):
        with ZipFile(io.BytesIO(file)) as book:
            return "\n".join(book.read(part).decode() for part in book.namelist() if part != "xl/workbook.xml")
    if name.endswith("pdf"):
        return "\n".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(file)).pages)
    return file.decode()


@pytest.mark.parametrize(
    "params",
    [
        at_night({}, id="plain"),
        {"rounding": "up-15", "compare": "previous"},
        at_night({"rounding": "down-30", "compare": "last-year"}, id="last-year"),
    ],
)
def test_nothing_of_others_and_no_money_is_shown_or_taken_away(page: AppTest, taken: Taken, params: dict[str, str]) -> None:
    for name in PAGES:
        for key, value in (params | {"week": "2026-11-04"} if name == "weekly" else params).items():
            page.query_params[key] = value
        go_to(page, name)
        assert is_sound(settle(page))
        check("\n".join(sent(page.main)), name)
        check(cells(page), name)
        files = taken.files()
        assert len(files) >= 5
        for key, file in files.items():
            check(text_of(key, file), f"{name}: {key}")
            assert "Rate" not in text_of(key, file)


def test_bens_own_time_is_there(page: AppTest, taken: Taken) -> None:
    assert figures(page) == {"Tracked": "4.5 h", "Billable": "4.5 h", "Amount": "–", "Average per day": "0.4 h"}
    assert "running, in no total: Ben Okafor" in texts(page)
    go_to(page, "detailed")
    assert "2 entries · 4.50 h · 4.50 h billable" in texts(page)
    assert [unescaped(one) for one in page.table[0].value["Description"]] == ["Ben's timer", "work", "work"]
    taken.files()
    go_to(page, "detailed")
    assert "ben@example.test" in taken.files()["entries-clockify-csv"].decode()


def test_groups_by_tag_and_person_are_his_alone(page: AppTest) -> None:
    for first, then in (("Tag", "Person"), ("Person", "Task"), ("Day", "Project")):
        page.query_params |= {"group-by": first, "group-by-then": then, "rounding": "up-30", "compare": "previous"}
        assert is_sound(settle(page.run()))
        check("\n".join(sent(page.main)), first)
        check(cells(page), first)


@pytest.mark.parametrize("name", PAGES)
def test_a_link_to_somebody_elses_time_is_one_to_nobody(page: AppTest, ana: str, name: str) -> None:
    """Whether she exists can't be told from what becomes of the link."""
    said = []
    for identifier in (ana, "5f0000000000000000000bad"):
        page.query_params["people"] = identifier
        go_to(page, name)
        assert is_sound(page)
        assert "people" not in page.query_params
        said.append(notices(page)[0])
        check(everything(page), name)
    assert said == ["Not known here, so left out of the link: people. So everybody is shown."] * 2


def test_beside_himself_he_may_name_nobody(page: AppTest, ana: str) -> None:
    ben = page.multiselect(key="people")
    assert ben.options == ["Ben Okafor"]
    go_to(page, "weekly")
    assert page.selectbox(key="week-person").options == ["Everyone", "Ben Okafor"]
    check(everything(page), "the lists of people, too")


@pytest.mark.parametrize("compare", ["previous", "all"])
def test_what_may_not_be_seen_is_no_zero_to_be_invoiced(page: AppTest, compare: str) -> None:
    page.query_params["compare"] = compare
    go_to(page, "billable")
    assert is_sound(settle(page))
    check("\n".join(sent(page.main)), "billable")
    assert "no rate" not in "\n".join(sent(page.main))


def only_ben(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    ben = next(one for one in house.world.users.values() if one.name == "Ben Okafor")
    monkeypatch.setattr(door, "admit", lambda _: Viewer("Ben", people=frozenset({ben.id}), sees_money=False))


def test_clockifys_own_sums_of_everybody_are_not_shown_ahead(housed: Housed, app_of: AppOf, monkeypatch: pytest.MonkeyPatch) -> None:
    house = housed(detailed_page_cap=1)
    only_ben(house, monkeypatch)
    monkeypatch.setattr(commands, "PATIENCE_SECONDS", 0)
    with house.front.hold("detailed", lambda asked: asked.month == "2026-11" and asked.page > 2):
        page = app_of(house.front, studio.KEY).run()
        wait_for(lambda: len([one for one in house.front.exchanges if one.endpoint == "detailed"]) >= 3)
        page.run()
        assert figures(page) == {}
        assert page.get("skeleton")
    assert figures(settle(page))["Tracked"] == "4.5 h"


def test_whose_time_differs_is_said_of_those_alone_who_may_be_seen(housed: Housed, app_of: AppOf, monkeypatch: pytest.MonkeyPatch) -> None:
    house = housed(detailed_page_cap=1)
    only_ben(house, monkeypatch)
    entries = {one.seconds: one.id for one in house.world.entries if one.seconds in (90 * 60, 120 * 60)}

    def grow(asked: Exchange) -> None:
        """Make an entry of Ana's and one of Ben's a minute longer after the totals were taken, again and again."""
        if asked.endpoint == "detailed" and asked.month == "2026-11" and asked.page in (1, 2):
            for entry in entries.values():
                house.world.edit_entry(entry, seconds=house.world.entry(entry).seconds + 60)

    house.front.hooks.append(grow)
    page = app_of(house.front, studio.KEY).run()
    said = "\n".join(notices(page))
    assert "Atlas, Ben Okafor: 0:0" in said
    assert "Ana" not in said
    assert "amount" not in said
    assert "Clockify hides amounts from this key" not in said
