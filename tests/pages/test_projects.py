"""Projects as a page: its figures against plain sums, what is chosen on it, and who sees what of it."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader
from streamlit.testing.v1 import AppTest

from clockify.app.cards import budgets as card
from clockify.app.shell import door
from clockify.demo import RunningServer, World, agency_world
from clockify.desk.viewer import Viewer
from clockify.periods import Month
from clockify.plans import Cycle, Plan, Rate
from tests.pages.test_hostile_files import ADDRESS
from tests.support import studio
from tests.support.hostile import hostile_world
from tests.support.house import House
from tests.support.looks import buttons, everything, figures, go_to, is_sound, notices, settle, texts
from tests.support.planned import HOUR, person_named, plan_projects, project_named, write_down
from tests.support.shown import displayed, unescaped
from tests.support.taken import Taken

AppOf = Callable[..., AppTest]
Housed = Callable[..., House]
FILES = {"projects-csv", "cycles-csv", "projects-xlsx", "projects-pdf"}


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Taken:
    return Taken(monkeypatch)


@pytest.fixture
def house(housed: Housed) -> House:
    found = housed()
    plan_projects(found)
    return found


def opened(house: House, app_of: AppOf, **params: str) -> AppTest:
    page = app_of(house.front, studio.KEY)
    page.query_params |= params
    settle(go_to(page.run(), "projects"))
    assert is_sound(page)
    return page


def offered(page: AppTest, taken: Taken) -> dict[str, bytes]:
    """Make the files of this page alone."""
    taken.offered.clear()
    page.run()
    return taken.files()


def names(page: AppTest) -> list[str]:
    """Return the projects of the list, in their order."""
    return [unescaped(re.findall(r"\*\*(.*?)\*\*", cell)[0]) for cell in page.table[0].value["Project"]]


def cells(page: AppTest, column: str) -> list[str]:
    return [cell.replace("\\$", "$") for cell in displayed(page.table[0], column)]


@dataclass(frozen=True)
class Held:
    """A plan held against entries in plain Python."""

    used: int
    planned: int

    @property
    def place(self) -> tuple[int, Fraction]:
        ratio = Fraction(self.used, self.planned)
        return (0 if ratio > 1 else 1 if ratio >= Fraction(80, 100) else 2), -ratio


def held_in(world: World, months: int = 7) -> dict[str, Held]:
    """Hold every plan of Clockify's against the entries of a world: this month and those before it are looked at."""
    now = Month.of(datetime.now(UTC).astimezone(world.zone).date())
    first = {True: now.period.start, False: now.after(1 - months).period.start}
    found = {}
    for one in world.projects.values():
        if one.archived or (one.budget is None and one.time_estimate is None):
            continue
        begin = first[one.reset == "MONTHLY"]
        used, has_money = 0, one.budget is not None
        for entry in world.entries:
            day = datetime.fromtimestamp(entry.start, world.zone).date()
            # Clockify's own count of hours for a whole project knows no beginning.
            if entry.project_id == one.id and day < now.period.end and (day >= begin or not (has_money or one.reset)):
                used += (entry.rate or 0) * entry.seconds * entry.billable if has_money else entry.seconds
        found[one.name] = Held(used, one.budget * 3600 if one.budget is not None else one.time_estimate or 0)
    return found


def test_the_figures_are_plain_sums_of_a_world(served: Callable[..., RunningServer], app_of: AppOf, taken: Taken) -> None:
    world = agency_world(datetime.now(UTC))
    page = app_of(served(world))
    settle(go_to(page.run(), "projects"))
    assert is_sound(page)
    held = held_in(world)
    count = len(held)
    # On the first of a month several are at nothing: those by name.
    ordered = sorted(held, key=lambda one: (*held[one].place, one))
    assert names(page)[:count] == ordered, "over first, then near, then the rest"
    table = page.table[0].value
    assert dict(zip(names(page), map(round, table["Used"]), strict=True)).items() >= {one: own.used for one, own in held.items()}.items()
    assert [round(one) for one in table["Left"][:count]] == [held[one].planned - held[one].used for one in names(page)[:count]]
    states = Counter(own.place[0] for own in held.values())
    shown = [int(figures(page)[label].split()[0]) for label in ("Over", "Near the limit", "Within")]
    assert shown == [states[0], states[1], states[2]]
    files = offered(page, taken)
    assert set(files) == FILES
    rows = list(csv.DictReader(io.StringIO(files["projects-csv"].decode())))
    assert [row["Project"] for row in rows] == names(page)
    for row in rows[:count]:
        own = held[row["Project"]]
        text = row["Used amount"] or row["Used seconds"]
        assert Fraction(text) * (360_000 if row["Used amount"] else 1) == pytest.approx(own.used, abs=1)


def test_the_studio_by_hand(house: House, app_of: AppOf) -> None:
    page = opened(house, app_of)
    assert names(page) == ["Borealis", "Atlas", "Internal"]
    assert cells(page, "Burn") == ["120% over", "94% near", "0%"]
    assert cells(page, "Used") == ["$240", "7.50 h", "0.00 h"]
    assert cells(page, "Left") == ["over by $40", "0.50 h left", "40.00 h left"]
    assert {key: value for key, value in figures(page).items() if key != "Used up next"} == {
        "Over": "1 project",
        "Near the limit": "1 project",
        "Within": "0 projects",
    }
    assert "Planned: $200, Clockify's. It is over by $40." in texts(page)


def test_what_is_chosen_opens_and_so_does_a_click(house: House, app_of: AppOf, monkeypatch: pytest.MonkeyPatch) -> None:
    picks: list[Callable[[int, int | None], None]] = []
    monkeypatch.setattr(card, "follow_clicks", lambda table, rows, pick, **_: picks.append(pick))
    page = opened(house, app_of)
    assert "Planned: $200" in texts(page)
    page.selectbox(key="plan-of").select(project_named(house.world, "Atlas").id).run()
    assert "Planned: 8.00 h, Clockify's." in texts(page) and "Planned: $200" not in texts(page)
    page.selectbox(key="plan-of").select(project_named(house.world, "Borealis").id).run()
    assert "Planned: $200" in texts(page)
    state: dict[str, str] = {}
    monkeypatch.setattr(card.st, "session_state", state)
    picks[-1](2, None)
    assert state == {"plan-of": project_named(house.world, "Internal").id}


def test_looking_back_further_makes_a_budget_whole(house: House, app_of: AppOf) -> None:
    """An hour of Borealis a year ago: of its 4 hours half a year knows 3."""
    ben = house.world.users[person_named(house.world, "Ben Okafor")]
    start = studio.NOON.replace(year=2025)
    house.world.add_entry(ben, start, start.replace(hour=13), project=project_named(house.world, "Borealis"))
    page = opened(house, app_of)
    assert cells(page, "Burn")[0] == "≥ 120% over" and cells(page, "Left")[0] == "over by ≥ $40"
    assert "look back further" in texts(page)
    settle(page.selectbox(key="look-back").select("two years").run())
    assert is_sound(page)
    assert (cells(page, "Burn")[0], cells(page, "Used")[0], cells(page, "Left")[0]) == ("160% over", "$320", "over by $120")
    assert "look back further" not in texts(page)


def test_what_is_older_than_the_days_looked_at_is_on_the_chart(house: House, app_of: AppOf) -> None:
    ana, start = house.world.users[person_named(house.world, "Ana Kovač")], studio.NOON.replace(year=2024)
    old = house.world.add_project("Old", None, time_estimate=4 * HOUR)
    house.world.add_entry(ana, start, start.replace(hour=14), project=old)
    page = opened(house, app_of)
    page.selectbox(key="plan-of").select(old.id).run()
    (chart,) = page.get("vega_lite_chart")
    assert "Used until 18 Nov 2026: 2.0 h" in str(chart.proto)
    assert dict(zip(names(page), cells(page, "Burn"), strict=True))["Old"] == "50%"


def test_a_month_begins_where_the_report_zone_has_it_and_knows_what_is_written_ahead(house: House, app_of: AppOf) -> None:
    """23:30 on 31 October in UTC is November in Belgrade, 22:30 isn't; an hour on the 28th is logged already."""
    ana, internal = house.world.users[person_named(house.world, "Ana Kovač")], project_named(house.world, "Internal")
    for start, hours in ((datetime(2026, 10, 31, 23, 30, tzinfo=UTC), 2), (datetime(2026, 10, 31, 22, 30, tzinfo=UTC), 4)):
        house.world.add_entry(ana, start, start + timedelta(hours=hours), project=internal)
    ahead = datetime(2026, 11, 28, 9, tzinfo=UTC)
    house.world.add_entry(ana, ahead, ahead + timedelta(hours=1), project=internal)
    page = app_of(house.front, studio.KEY)
    write_down(house.world, "plans", Plan(internal.id, seconds=10 * HOUR, cycle=Cycle.MONTH, carries=True, first=date(2026, 10, 1)))
    settle(go_to(page.run(), "projects"))
    assert dict(zip(names(page), cells(page, "Used"), strict=True))["Internal"] == "3.50 h"
    # October leaves 6 of its 10 hours.
    assert dict(zip(names(page), cells(page, "Left"), strict=True))["Internal"] == "12.50 h left"


def test_archived_projects_come_when_asked_for_and_the_one_opened_goes_with_them(house: House, app_of: AppOf) -> None:
    atlas = house.world.edit(project_named(house.world, "Atlas"), archived=True)
    page = opened(house, app_of)
    assert names(page) == ["Borealis", "Internal"]
    page.toggle(key="archived-plans").set_value(True).run()
    assert names(page) == ["Borealis", "Atlas", "Internal"]
    page.selectbox(key="plan-of").select(atlas.id).run()
    assert "Planned: 8.00 h" in texts(page)
    page.toggle(key="archived-plans").set_value(False).run()
    assert is_sound(page)
    assert names(page) == ["Borealis", "Internal"] and "Planned: $200" in texts(page)


def test_a_client_that_is_chosen_leaves_its_plans_and_their_cycles(house: House, app_of: AppOf, taken: Taken) -> None:
    acme = next(one.id for one in house.world.clients.values() if one.name == "Acme")
    page = opened(house, app_of, clients=acme)
    assert names(page) == ["Atlas"] and cells(page, "Used") == ["7.50 h"]
    files = offered(page, taken)
    for key in ("projects-csv", "cycles-csv"):
        assert {row["Project"] for row in csv.DictReader(io.StringIO(files[key].decode()))} == {"Atlas"}


@pytest.mark.parametrize("params", [{"billable": "no"}, {"rounding": "up-30"}, {"people": "Mia Berg"}])
def test_people_billable_time_and_rounding_change_no_plan(house: House, app_of: AppOf, params: dict[str, str]) -> None:
    if "people" in params:
        params = {"people": person_named(house.world, params["people"])}
    page = opened(house, app_of, **params)
    assert cells(page, "Used") == ["$240", "7.50 h", "0.00 h"]


def test_who_sees_some_peoples_time_sees_no_plan(house: House, app_of: AppOf, taken: Taken, monkeypatch: pytest.MonkeyPatch) -> None:
    ben = person_named(house.world, "Ben Okafor")
    monkeypatch.setattr(door, "admit", lambda _: Viewer("Ben", people=frozenset({ben}), sees_money=True))
    page = opened(house, app_of)
    assert "there are none here" in notices(page)[0]
    assert not page.table and not page.get("vega_lite_chart") and not page.metric
    assert offered(page, taken) == {}
    # 7½ hours and 94 % are Ana's, too.
    assert not [word for word in ("7.50", "7:30", "94%", "Ana Kov", "Mia") if word in everything(page)]
    settle(go_to(page, "overview"))
    assert "near the limit" not in texts(page) and "is over" not in texts(page)


def test_the_paper_has_the_archived_plans_that_the_page_shows(house: House, app_of: AppOf, taken: Taken) -> None:
    house.world.edit(project_named(house.world, "Atlas"), archived=True)
    page = opened(house, app_of)
    for is_shown in (True, False):
        page.toggle(key="archived-plans").set_value(is_shown).run()
        # It is made in a thread without the session, as a file is.
        paper = "\n".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(offered(page, taken)["projects-pdf"])).pages)
        assert ("Atlas" in paper) is is_shown


def test_without_money_there_is_no_budget_anywhere(house: House, app_of: AppOf, taken: Taken, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "admit", lambda _: Viewer("Ben", people=None, sees_money=False))
    page = app_of(house.front, studio.KEY)
    write_down(house.world, "plans", Plan(project_named(house.world, "Internal").id, cents=777_00, cycle=Cycle.MONTH))
    write_down(house.world, "rates", Rate(project_named(house.world, "Internal").id, 777_00))
    settle(go_to(page.run(), "projects"))
    assert is_sound(page)
    assert sorted(names(page)) == ["Atlas", "Borealis", "Internal"]
    assert cells(page, "Used")[0] == "7.50 h"
    money = re.compile(r"€|\$\d|\\\$|(?<!\w)777(?!\w)|EUR|USD|(?<!\d)(?:200|240)(?!\d)|120%|[Bb]udget|[Aa]mount")
    shown = [*texts(page).splitlines(), *(cell for name in ("Project", "Burn", "Used", "Left") for cell in cells(page, name))]
    assert not [line for line in shown if money.search(line)]
    files = offered(page, taken)
    assert set(files) == FILES
    for key in ("projects-csv", "cycles-csv"):
        assert not money.search(files[key].decode()), key
    paper = "\n".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(files["projects-pdf"])).pages)
    assert not money.search(paper)
    settle(go_to(page, "settings"))
    assert is_sound(page)
    for key, file in offered(page, taken).items():
        if "toml" in key:
            assert b"777" not in file
    settle(go_to(page, "overview"))
    assert "Borealis 120%" not in texts(page) and "Atlas 94%" in texts(page)


def test_a_key_that_is_given_no_money_shows_no_budget_of_nothing(house: House, app_of: AppOf) -> None:
    """The viewer may see money and the key may not: a budget would stand there with nothing used of it."""
    page = app_of(house.front, studio.MANAGER)
    write_down(house.world, "plans", Plan(project_named(house.world, "Borealis").id, cents=100_00))
    settle(go_to(page.run(), "projects"))
    assert is_sound(page)
    assert dict(zip(names(page), cells(page, "Used"), strict=True)) == {"Atlas": "7.50 h", "Borealis": "0.00 h", "Internal": "0.00 h"}
    assert "budget" not in texts(page).lower() and "$" not in "".join(cells(page, "Project"))


def test_names_that_mean_harm_are_text(served: Callable[..., RunningServer], app_of: AppOf, taken: Taken) -> None:
    hostile = hostile_world(datetime.now(ZoneInfo("Europe/Belgrade")).date(), ADDRESS)
    for one in list(hostile.world.projects.values()):
        hostile.world.edit(one, time_estimate=HOUR)
    page = app_of(served(hostile.world))
    settle(go_to(page.run(), "projects"))
    assert is_sound(page)
    files = offered(page, taken)
    assert set(files) == FILES
    rows = list(csv.DictReader(io.StringIO(files["projects-csv"].decode(), newline="")))
    known = {one.id: one.name for one in hostile.world.projects.values()}
    assert {row["Project ID"] for row in rows} >= {one for one in known if not hostile.world.projects[one].archived}
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "@"))]
    for cell in page.table[0].value["Project"]:
        name = re.fullmatch(r"\*\*(.*)\*\*( :gray\[· .*\])?  \n:gray\[:small\[.*\]\]", cell, re.DOTALL)
        assert name, cell
        unescaped(name[1])


@pytest.mark.parametrize("plan", ["FREE", "STANDARD_2021"])
def test_with_months_missing_nothing_is_a_total(housed: Housed, app_of: AppOf, taken: Taken, plan: str) -> None:
    """October, with an hour of Internal, is missing: of the quarter's plan at least November's half hour is used."""
    house = housed(plan=plan, requests_per_hour=300)
    plan_projects(house)
    ana, october = house.world.users[person_named(house.world, "Ana Kovač")], studio.NOON.replace(month=10)
    house.world.add_entry(ana, october, october.replace(hour=13), project=project_named(house.world, "Internal"))
    house.front.fail("detailed", "500", when=lambda asked: asked.month == "2026-10")
    page = app_of(house.front, studio.KEY)
    quarter = Plan(project_named(house.world, "Internal").id, seconds=2 * HOUR, cycle=Cycle.QUARTER)
    write_down(house.world, "plans", quarter)
    settle(go_to(page.run(), "projects"))
    assert is_sound(page)
    assert "Not a total" in texts(page)
    assert dict(zip(names(page), cells(page, "Used"), strict=True))["Internal"] == "≥ 0.50 h"
    assert dict(zip(names(page), cells(page, "Left"), strict=True))["Internal"] == "≤ 1.50 h left"
    assert "in months that aren't there" in texts(page)
    assert offered(page, taken) == {} and {file.proto.disabled for file in page.get("download_button")} == {True}
    house.front.heal()
    settle(buttons(page)["Retry"].click().run())
    assert dict(zip(names(page), cells(page, "Used"), strict=True))["Internal"] == "1.50 h"


def test_on_free_what_is_not_read_yet_is_said(housed: Housed, app_of: AppOf, taken: Taken) -> None:
    house = housed(plan="FREE", requests_per_hour=10)
    plan_projects(house)
    page = opened(house, app_of)
    said = texts(page)
    assert "Not a total" in said or "can't be read yet" in said
    if page.table:
        burns = dict(zip(names(page), cells(page, "Burn"), strict=True))
        assert burns["Atlas"] == "94% near", "Clockify's own count of a whole project is whole"
    assert offered(page, taken) == {}


def test_nothing_at_all(housed: Housed, app_of: AppOf, taken: Taken) -> None:
    house = housed()
    for entry in list(house.world.entries):
        house.world.delete_entry(entry.id)
    page = opened(house, app_of)
    assert "Nothing is planned here" in notices(page)[0]
    assert figures(page)["Over"] == "0 projects" and not page.table
    rows = list(csv.reader(io.StringIO(offered(page, taken)["projects-csv"].decode())))
    assert len(rows) == 1


def test_a_plan_without_any_time_is_there(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    for entry in list(house.world.entries):
        house.world.delete_entry(entry.id)
    plan_projects(house)
    page = opened(house, app_of)
    assert names(page) == ["Atlas", "Borealis"] and cells(page, "Burn") == ["0%", "0%"]


def test_without_plans_there_are_usual_weeks_alone(housed: Housed, app_of: AppOf) -> None:
    page = opened(housed(), app_of)
    assert {cell.partition("small[")[2] for cell in page.table[0].value["Project"]} == {"40.00 h a week, the usual week]]"}
    assert figures(page)["Within"] == "0 projects", "nobody made these plans"
