"""People: figures against sums in plain Python, where a click leads, what a viewer may not see, and the files."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zipfile import ZipFile

import pytest
from pypdf import PdfReader
from streamlit.testing.v1 import AppTest

from clockify.app.cards import team as team_cards
from clockify.app.cards.heat import Heat, picked
from clockify.app.shell import door, resources
from clockify.demo import RunningServer, agency_world, notes_of
from clockify.demo.world import World
from clockify.desk.choice import Choice
from clockify.desk.viewer import Viewer
from clockify.directory import Kind
from clockify.plans import KINDS, Capacity, DaysOff, Notes, Target, Usual
from clockify.render.charts.heat import TOTAL
from clockify.reports.detail import Search
from clockify.reports.filters import Filters
from clockify.reports.shares import OTHER
from tests.support import studio
from tests.support.house import House
from tests.support.looks import everything, figures, go_to, is_sound, settle, texts
from tests.support.shown import displayed, texts_of
from tests.support.taken import Taken

AppOf = Callable[..., AppTest]
Housed = Callable[..., House]
HOUR = 3600
FILES = {"team-csv", "team-xlsx", "team-pdf", "matrix-csv", "missing-csv"}


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Taken:
    return Taken(monkeypatch)


@pytest.fixture
def house(housed: Housed) -> House:
    return housed()


def person(world: World, name: str) -> str:
    return next(one.id for one in world.users.values() if one.name == name)


def note(world: World, notes: Notes) -> None:
    """Write notes down in the app's records."""
    records = resources.desk().notebook(demo=False).records
    for kind in KINDS:
        records.save(world.id, kind, [], getattr(notes, kind), by="a test")
    records.save(world.id, "usual", [Usual()], [notes.usual], by="a test")


def team_page(app_of: AppOf, house: House, **params: str) -> AppTest:
    page = settle(app_of(house.front, studio.KEY).run())
    for name, value in params.items():
        page.query_params[name] = value
    return settle(go_to(page, "team"))


def rows_of(content: bytes, separator: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline=""), delimiter=separator))


def pdf_text(content: bytes) -> str:
    return " ".join(" ".join(leaf.extract_text().split()) for leaf in PdfReader(io.BytesIO(content)).pages)


def hours(seconds: int) -> str:
    return str((Fraction(seconds, HOUR) * 100 + Fraction(1, 2)).__floor__() / 100)


# Against plain Python


def month_before(today: date) -> tuple[date, date]:
    end = today.replace(day=1)
    return (end - timedelta(days=1)).replace(day=1), end


def plain_team(world: World, notes: Notes, today: date) -> dict[str, Counter[str]]:
    """Add a month that is over up day by day: capacity, days off, tracked, billable and missing seconds of each person."""
    first, end = month_before(today)
    days = [first + timedelta(days=number) for number in range((end - first).days)]
    spent: Counter[tuple[str, date]] = Counter()
    found: dict[str, Counter[str]] = {one.id: Counter() for one in world.users.values() if one.status == "ACTIVE"}
    for entry in world.entries:
        day = datetime.fromtimestamp(entry.start, world.zone).date()
        if first <= day < end:
            spent[entry.user_id, day] += entry.seconds
            found.setdefault(entry.user_id, Counter())["tracked"] += entry.seconds
            found[entry.user_id]["billable"] += entry.seconds if entry.billable else 0
    for one in (user.id for user in world.users.values() if user.status == "ACTIVE"):
        weeks = [capacity.seconds for capacity in notes.capacities if capacity.user_id == one]
        for day in days:
            wanted = weeks[0][day.weekday()] if weeks else notes.usual.person_week // 5 if day.weekday() < 5 else 0
            off = any(row.user_id == one and row.first <= day <= row.last for row in notes.days_off)
            found[one]["off"] += wanted if off else 0
            found[one]["capacity"] += 0 if off else wanted
            found[one]["missing"] += max((0 if off else wanted) - spent[one, day], 0)
    return found


def test_the_figures_of_the_agency_are_plain_sums(served: Callable[..., RunningServer], app_of: AppOf, taken: Taken) -> None:
    now = datetime.now(UTC)
    world = agency_world(now)
    notes = notes_of(world, now)
    page = app_of(served(world))
    page.query_params["period"] = "last-month"
    settle(page.run())
    note(world, notes)
    settle(go_to(page, "team"))
    assert is_sound(page)
    wanted = plain_team(world, notes, now.astimezone(world.zone).date())
    assert sum(one["off"] for one in wanted.values()) > 0 or now.month not in (1, 5, 6, 9), "a month of vacations or holidays has some"
    rows = {row["Person ID"]: row for row in rows_of(taken.files()["team-csv"])}
    total = rows.pop("")
    assert rows.keys() == {one for one, sums in wanted.items() if sums["tracked"] or world.users[one].status == "ACTIVE"}
    for one, sums in wanted.items():
        names = {"capacity": "Capacity", "off": "Days off", "tracked": "All tracked", "billable": "Billable", "missing": "Missing"}
        assert {key: int(rows[one][f"{name} seconds"]) for key, name in names.items()} == {key: sums[key] for key in names}
        assert {float(rows[one][f"{name} hours"]) for name in names.values()} == {float(hours(sums[key])) for key in names}
        if sums["capacity"]:
            assert abs(float(rows[one]["Utilization"].rstrip("%")) - sums["tracked"] / sums["capacity"] * 100) < 0.00501
    whole = {key: sum(sums[key] for sums in wanted.values()) for key in ("capacity", "off", "tracked", "billable", "missing")}
    assert int(total["All tracked seconds"]) == whole["tracked"]
    shown = figures(page)
    there = sum(sums["tracked"] for sums in wanted.values() if sums["capacity"])
    assert shown["Utilization"] == f"{(Fraction(there, whole['capacity']) * 100 + Fraction(1, 2)).__floor__()}%"
    assert shown["Billability"] == f"{(Fraction(whole['billable'], whole['tracked']) * 100 + Fraction(1, 2)).__floor__()}%"
    for label, key in (("Capacity", "capacity"), ("Missing time", "missing")):
        assert shown[label] == f"{(Fraction(whole[key], HOUR) * 10 + Fraction(1, 2)).__floor__() / 10:,.1f} h"
    heat = page.get("vega_lite_chart")[0].proto
    assert f"{(Fraction(whole['tracked'], HOUR) * 10 + Fraction(1, 2)).__floor__() / 10:,.1f}" in texts_of(heat, "text")
    assert len(page.table[0].value) == len(wanted) + 1


# By hand


def test_a_month_by_hand(house: House, app_of: AppOf, taken: Taken) -> None:
    """Wednesday the 18th: twelve working days have ended. Ana has half days and was off on two, everybody on the 9th."""
    page = team_page(app_of, house)
    ana, ben, mia = (person(house.world, name) for name in ("Ana Kovač", "Ben Okafor", "Mia Berg"))
    off = (DaysOff(ana, date(2026, 11, 5), date(2026, 11, 6)), DaysOff("*", date(2026, 11, 9), date(2026, 11, 9)))
    half = Capacity(ana, (4 * HOUR,) * 5 + (0, 0))
    note(house.world, Notes((half,), off, (Target(ana, utilization=10),), usual=Usual(utilization=80)))
    settle(page.run())
    # Ana: 12 × 4 − 3 × 4 = 36; Ben and Mia: 12 × 8 − 8 = 88 each. 7 of 212 hours are 3.3 %.
    assert figures(page) == {"Utilization": "3%", "Billability": "93%", "Capacity": "212.0 h", "Missing time": "205.0 h"}
    assert displayed(page.table[0], "Capacity") == [
        "36.00  \n:gray[:small[12.00 off]]",
        "88.00  \n:gray[:small[8.00 off]]",
        "88.00  \n:gray[:small[8.00 off]]",
        "212.00  \n:gray[:small[28.00 off]]",
    ]
    assert displayed(page.table[0], "Tracked") == ["2.50", "4.50", "0.00", "7.00"]
    assert displayed(page.table[0], "Utilization") == ["7%", "5%", "0%", "3%"]
    assert displayed(page.table[0], "Amount") == ["€200.00", "€150.00  \n\\$240.00", "–", "€350.00  \n\\$240.00"]
    # Ana's 2:00 on the 2nd and 0:30 on the 12th, 9 days of 4 hours: 36 − 2.5; Ben's 1:30 and 3:00.
    assert displayed(page.table[1], "Missing") == ["88.00", "83.50", "33.50"]
    rows = rows_of(taken.files()["missing-csv"])
    assert {row["Day"] for row in rows if row["Person ID"] == ana} == {f"2026-11-{day:02}" for day in (2, 3, 4, 10, 11, 12, 13, 16, 17)}
    assert sum(int(row["Missing seconds"]) for row in rows) == 205 * HOUR
    assert [row["Person ID"] for row in rows] == [ana] * 9 + [ben] * 11 + [mia] * 11


def test_the_files_say_the_same(house: House, app_of: AppOf, taken: Taken) -> None:
    (entry,) = [one for one in house.world.entries if one.seconds == 90 * 60]
    house.world.edit_entry(entry.id, seconds=80 * 60)
    team_page(app_of, house, rounding="up-30")
    files = taken.files()
    assert files.keys() >= FILES
    ana, ben = (person(house.world, name) for name in ("Ana Kovač", "Ben Okafor"))
    *rows, total = rows_of(files["team-csv"])
    # Up to half hours: Ana 2:00 and 0:30, Ben 1:20 is 1:30, and 3:00.
    assert [row["All tracked seconds"] for row in (*rows, total)] == ["9000", "16200", "0", "25200"]
    assert [row["Amount (EUR)"] for row in (*rows, total)] == ["200.00", "150.00", "0.00", "350.00"]
    assert [row["Per hour (USD)"] for row in (*rows, total)] == ["0.00", "53.33", "", "34.29"]
    assert total["Person"] == "Total"
    matrix = rows_of(files["matrix-csv"])
    assert list(matrix[0]) == ["person_id", "person", "project_id", "project", "seconds"]
    assert [(row["person_id"], row["project"], row["seconds"]) for row in matrix] == [
        (ana, "Atlas", "7200"),
        (ana, "Internal", "1800"),
        (ben, "Atlas", "5400"),
        (ben, "Borealis", "10800"),
    ]
    paper = pdf_text(files["team-pdf"])
    for words in (
        "People, 1–30 Nov 2026",
        "Capacity 288.00 h no days off",
        "up to 30 min",
        "Team 288.00 7.00 2%",
        "+0.17 h against the exact total",
        "Missing time",
    ):
        assert words.casefold() in paper.casefold()
    with ZipFile(io.BytesIO(files["team-xlsx"])) as book:
        assert "+0.17 h" in "".join(book.read(name).decode() for name in book.namelist())


def test_semicolons_where_a_comma_is_decimal_and_formulas_nowhere(house: House, app_of: AppOf, taken: Taken) -> None:
    ben = house.world.users[person(house.world, "Ben Okafor")]
    house.world.users[ben.id] = replace(ben, name="=1+1;=2")
    page = team_page(app_of, house)
    next(one for one in page.get("button_group") if one.key == "csv-form").set_value("Semicolon and comma").run()
    files = taken.files()
    for name, column in (("team-csv", "Person"), ("matrix-csv", "person"), ("missing-csv", "Person")):
        rows = rows_of(files[name], ";")
        assert "'=1+1;'=2" in {row[column] for row in rows}
        assert b"\n=" not in files[name] and b";=" not in files[name]
    assert rows_of(files["team-csv"], ";")[0]["Tracked hours"] in ("2,50", "4,50")


def test_a_filter_by_project_leaves_all_of_a_persons_time(house: House, app_of: AppOf, taken: Taken) -> None:
    plain = figures(team_page(app_of, house))
    files = taken.files()
    atlas = next(one.id for one in house.world.projects.values() if one.name == "Atlas")
    page = team_page(app_of, house, projects=atlas)
    assert figures(page) == plain
    assert displayed(page.table[0], "Tracked") == ["2.50", "4.50", "0.00", "7.00"]
    narrowed = taken.files()
    for name in ("team-csv", "missing-csv"):
        assert narrowed[name] == files[name]
    assert [row["seconds"] for row in rows_of(narrowed["matrix-csv"])] == ["7200", "5400"]
    assert "Everyone · all clients · Atlas" in pdf_text(narrowed["team-pdf"])  # over the picture alone
    assert "Everyone · all clients · all projects" in pdf_text(narrowed["team-pdf"])


def test_a_file_of_all_of_a_persons_time_bears_no_projects_name(house: House, app_of: AppOf, monkeypatch: pytest.MonkeyPatch) -> None:
    import streamlit as st

    names: dict[str, str] = {}
    draw = st.download_button

    def noted(*args: Any, **terms: Any) -> Any:
        names[terms["key"]] = terms["file_name"]
        return draw(*args, **terms)

    monkeypatch.setattr(st, "download_button", noted)
    atlas = next(one.id for one in house.world.projects.values() if one.name == "Atlas")
    team_page(app_of, house, projects=atlas)
    assert names["download-team-csv"] == "Clockify_Time_Report_People_01_11_2026-30_11_2026.csv"
    assert names["download-missing-csv"] == "Clockify_Time_Report_Missing_Time_01_11_2026-30_11_2026.csv"
    assert names["download-matrix-csv"] == "Clockify_Time_Report_Matrix_Atlas_01_11_2026-30_11_2026.csv"


def test_people_chosen_are_those_alone(house: House, app_of: AppOf, taken: Taken) -> None:
    page = team_page(app_of, house, people=person(house.world, "Ben Okafor"))
    assert figures(page) == {"Utilization": "5%", "Billability": "100%", "Capacity": "96.0 h", "Missing time": "91.5 h"}
    for name, file in taken.files().items():
        if name in FILES and name.endswith("csv"):
            assert "Ana" not in file.decode() and "Mia" not in file.decode(), name


# Clicks


def test_a_click_on_a_person_leads_to_his_entries(house: House, app_of: AppOf, monkeypatch: pytest.MonkeyPatch) -> None:
    picks: dict[str, Callable[[int, int | None], None]] = {}
    monkeypatch.setattr(team_cards, "follow_clicks", lambda table, rows, pick, **_: picks.update({table: pick}))
    team_page(app_of, house)
    led: list[Choice] = []
    monkeypatch.setattr(team_cards, "lead_to", led.append)
    before = Choice(filters=Filters(clients=("c",), projects=("p",)))
    monkeypatch.setattr(team_cards, "chosen", lambda: before)
    picks["team-table"](1, None)
    assert led == [replace(before, filters=replace(before.filters, people=(person(house.world, "Ben Okafor"),)))]


def test_a_click_on_a_cell_leads_to_what_is_in_it() -> None:
    heat, before = Heat({}, "", ("p8", "p9"), ("u8", "u9"), is_empty=False), Choice(filters=Filters(people=("u0",), clients=("c",)))

    def led(kind: Kind, thing: str, one: str) -> Choice:
        return picked(before, kind, heat, thing, one)

    assert led(Kind.PROJECT, "p1", "u1").filters == Filters(("u1",), ("c",), ("p1",))
    assert led(Kind.PROJECT, "p1", TOTAL).filters == Filters(("u0",), ("c",), ("p1",))
    assert led(Kind.PROJECT, TOTAL, TOTAL) == before
    assert led(Kind.PROJECT, OTHER, OTHER).filters == Filters(("u8", "u9"), ("c",), ("p8", "p9"))
    assert led(Kind.CLIENT, "", "u1").filters == Filters(("u1",), ("",), ())
    assert led(Kind.TASK, "k1", "u1").search == Search(tasks=("k1",))
    assert led(Kind.TASK, OTHER, "u1").search == Search()


# Nothing, or not all


def test_an_empty_period_says_so(house: House, app_of: AppOf, taken: Taken) -> None:
    page = team_page(app_of, house, period="custom", **{"from": "2026-08-03", "to": "2026-08-09"})
    assert is_sound(page)
    assert "No time entries in 3–9 Aug 2026." in texts(page)
    assert not figures(page) and not FILES & taken.files().keys()


def test_a_period_ahead_of_its_first_day_has_no_capacity_yet(house: House, app_of: AppOf, taken: Taken) -> None:
    start = datetime(2026, 11, 18, 8, tzinfo=UTC)
    ben = house.world.users[person(house.world, "Ben Okafor")]
    house.world.add_entry(ben, start, start + timedelta(hours=2))
    page = team_page(app_of, house, period="today")
    assert figures(page) == {"Utilization": "–", "Billability": "0%", "Capacity": "0.0 h", "Missing time": "0.0 h"}
    assert "Nobody is below capacity on a day that has ended." in texts(page)
    files = taken.files()
    assert rows_of(files["missing-csv"]) == []
    assert "Nobody is below capacity" in pdf_text(files["team-pdf"])
    assert [row["Utilization"] for row in rows_of(files["team-csv"])] == [""] * 4


@pytest.mark.parametrize(
    ("missing", "there"),
    # 26–30 October are five days of three people, on which Ana worked an hour; 2–6 November five more.
    [
        ("2026-11", {"Utilization": "1%", "Billability": "100%", "Capacity": "120.0 h", "Missing time": "119.0 h"}),
        ("2026-10", {"Utilization": "3%", "Billability": "100%", "Capacity": "120.0 h", "Missing time": "116.5 h"}),
    ],
)
def test_time_that_was_not_read_is_not_missing(housed: Housed, app_of: AppOf, taken: Taken, missing: str, there: dict[str, str]) -> None:
    house = housed(plan="FREE")
    atlas = next(one for one in house.world.projects.values() if one.name == "Atlas")
    ana = house.world.users[person(house.world, "Ana Kovač")]
    house.world.add_entry(ana, studio.NOON.replace(month=10, day=30), studio.NOON.replace(month=10, day=30, hour=13), project=atlas)
    house.front.fail("detailed", "500", when=lambda asked: asked.month == missing)
    page = team_page(app_of, house, period="custom", **{"from": "2026-10-26", "to": "2026-11-08"})
    assert is_sound(page)
    assert "Not a total" in texts(page)
    assert figures(page) == there
    assert not FILES & taken.files().keys()
    # The week of the 26th lies in both months.
    if missing == "2026-11":
        assert "The rows of these weeks aren't all here yet." in texts(page)
        assert "every week looked through" not in texts(page)
    else:
        assert page.selectbox(key="done-week").options == ["Week 45 · 2–8 Nov 2026"]


def test_on_the_free_plan_months_that_wait_for_requests_are_not_in_the_sums(housed: Housed, app_of: AppOf, taken: Taken) -> None:
    house = housed(plan="FREE", requests_per_hour=9)
    page = team_page(app_of, house, period="this-year")
    assert is_sound(page)
    assert not FILES & taken.files().keys()
    assert "Not a total" in texts(page) or not figures(page)


# Rights


def look_as(monkeypatch: pytest.MonkeyPatch, house: House, *, alone: bool = False, money: bool = True) -> None:
    ben = person(house.world, "Ben Okafor")
    viewer = Viewer("Ben", people=frozenset({ben}) if alone else None, sees_money=money)
    monkeypatch.setattr(door, "admit", lambda _: viewer)


def all_text(name: str, file: bytes) -> str:
    if name.endswith("xlsx"):
        with ZipFile(io.BytesIO(file)) as book:
            return "\n".join(book.read(part).decode() for part in book.namelist() if part != "xl/workbook.xml")
    return pdf_text(file) if name.endswith("pdf") else file.decode()


def full_notes(world: World) -> Notes:
    ana, ben = person(world, "Ana Kovač"), person(world, "Ben Okafor")
    return Notes(
        capacities=tuple(Capacity(one, (6 * HOUR,) * 5 + (0, 0)) for one in (ana, ben)),
        days_off=(DaysOff(ana, date(2026, 11, 5), date(2026, 11, 6), "Ana's secret"), DaysOff("*", date(2026, 11, 9), date(2026, 11, 9))),
        usual=Usual(utilization=80),
    )


def test_who_sees_his_own_time_finds_nobody_else(house: House, app_of: AppOf, taken: Taken, monkeypatch: pytest.MonkeyPatch) -> None:
    look_as(monkeypatch, house, alone=True)
    page = team_page(app_of, house)
    note(house.world, full_notes(house.world))
    settle(page.run())
    assert is_sound(page)
    # Twelve days of six hours, without the holiday.
    assert figures(page) == {"Utilization": "7%", "Billability": "100%", "Capacity": "66.0 h", "Missing time": "61.5 h"}
    files = taken.files()
    assert files.keys() >= FILES
    for where, text in [("page", everything(page)), *((name, all_text(name, file)) for name, file in files.items())]:
        assert not re.search("Ana|Kova|Mia|Berg", text), where
    settings = go_to(page, "settings")
    assert "download-notes-toml" not in {one.key for one in settings.get("download_button")}
    assert not re.search("Ana Kova|Mia Berg|secret", everything(settings))


def test_who_sees_no_money_finds_none(house: House, app_of: AppOf, taken: Taken, monkeypatch: pytest.MonkeyPatch) -> None:
    look_as(monkeypatch, house, money=False)
    page = team_page(app_of, house)
    assert is_sound(page)
    assert figures(page)["Utilization"] == "2%"
    assert not {"Amount", "Per hour"} & {str(name) for name in page.table[0].value}
    files = {name: file for name, file in taken.files().items() if name in FILES}
    assert files.keys() == FILES
    for name, file in files.items():
        assert not re.search(r"€|\$\d|[aA]mount|Per hour|\bEUR\b|\bUSD\b", all_text(name, file)), name
    assert not re.search(r"€|\\342\\202\\254|\$\d", "\n".join(str(one.proto) for one in (*page.metric, *page.table, *page.dataframe)))
    settings = go_to(page, "settings")
    assert "Admins can change it." in texts(settings)
