"""Another zone for one browser session: its figures, lists, weeks and files; and that the copy stays the installation's.

Beside the studio's month Ana worked two hours on Atlas from 31 October 22:30 UTC: in Belgrade 23:30 on
Saturday the 31st, in Kolkata 4:00 on Sunday 1 November, on Niue half past eleven on Saturday morning.

    November in Kolkata   7:00 + 2:00 = 9:00, 350 + 200 = 550 EUR
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from clockify.app.shell import resources
from clockify.periods import Month, Preset
from tests.pages.conftest import SCRIPT
from tests.support import studio
from tests.support.house import House
from tests.support.looks import buttons, figures, go_to, is_sound, notices, settle, texts
from tests.support.taken import Taken

AppOf = Callable[..., AppTest]
Housed = Callable[..., House]

LATE = datetime(2026, 10, 31, 22, 30, tzinfo=UTC)
IN_KOLKATA = {"Tracked": "9.0 h", "Amount": "€550"}
IN_BELGRADE = {"Tracked": "7.0 h", "Amount": "€350"}


@pytest.fixture
def house(housed: Housed) -> House:
    found = housed()
    world = found.world
    ana = next(one for one in world.users.values() if one.name == "Ana Kovač")
    atlas = next(one for one in world.projects.values() if one.name == "Atlas")
    world.add_entry(ana, LATE, LATE + timedelta(hours=2), project=atlas, description="late")
    return found


@pytest.fixture
def page(house: House, app_of: AppOf) -> AppTest:
    return settle(app_of(house.front, studio.KEY).run())


def another_session() -> AppTest:
    return AppTest.from_file(str(SCRIPT), default_timeout=60)


def choose(page: AppTest, zone: str) -> AppTest:
    """Choose a zone in Settings, and look at the overview."""
    go_to(page, "settings").selectbox(key="zone").set_value(zone).run()
    assert is_sound(page)
    return settle(go_to(page, "overview"))


def shown(page: AppTest) -> dict[str, str]:
    assert is_sound(page)
    assert notices(page) == []
    return {label: figure for label, figure in figures(page).items() if label in IN_KOLKATA}


def asked(house: House) -> Counter[str]:
    """Count what was asked for, and forget it."""
    found = Counter(one.endpoint for one in house.front.exchanges)
    house.front.exchanges.clear()
    return found


def test_another_zone_costs_no_request_and_is_this_sessions_alone(page: AppTest, house: House) -> None:
    assert shown(page) == IN_BELGRADE
    assert asked(house)["detailed"] == 2, "November, and October which it is compared with"
    assert shown(choose(page, "Asia/Kolkata")) == IN_KOLKATA
    assert "Asia/Kolkata" in texts(page)
    assert asked(house)["detailed"] == 1, "September, for the October that November is compared with"
    other = settle(another_session().run())
    assert shown(other) == IN_BELGRADE
    assert "Europe/Belgrade" in texts(other)
    assert shown(page.run()) == IN_KOLKATA
    # Back and forth, and one whose days are the same.
    for zone, figure in (("Europe/Paris", IN_BELGRADE), ("Asia/Kolkata", IN_KOLKATA), ("Europe/Belgrade", IN_BELGRADE)):
        assert shown(choose(page, zone)) == figure
    assert asked(house) == Counter()


def test_the_missing_neighbour_alone_is_read(page: AppTest, house: House) -> None:
    asked(house)
    assert shown(choose(page, "Pacific/Niue")) == IN_BELGRADE
    assert [one.month for one in house.front.exchanges if one.endpoint == "detailed"] == ["2026-12"]
    asked(house)
    assert shown(choose(page, "America/New_York")) == IN_BELGRADE
    assert asked(house) == Counter()


def test_a_new_session_begins_in_the_zone_of_the_installation(house: House, app_of: AppOf) -> None:
    page = settle(app_of(house.front, studio.KEY, CLOCKIFY_TIME_ZONE="Asia/Kolkata").run())
    assert shown(page) == IN_KOLKATA
    asked(house)
    # Kolkata's October and November are kept; a Belgrade one needs what comes after it.
    assert shown(choose(page, "Europe/Belgrade")) == IN_BELGRADE
    assert [one.month for one in house.front.exchanges if one.endpoint == "detailed"] == ["2026-12"]


def test_an_edit_is_there_after_refresh(page: AppTest, house: House) -> None:
    choose(page, "Asia/Kolkata")
    (late,) = [one for one in house.world.entries if one.description == "late"]
    house.world.edit_entry(late.id, seconds=3 * 3600)
    house.clock.pass_by(minutes=1)
    page.button(key="refresh").click()
    assert shown(settle(page.run())) == {"Tracked": "10.0 h", "Amount": "€650"}
    assert shown(settle(another_session().run())) == IN_BELGRADE


def test_lists_weeks_and_files_have_the_sessions_days_and_times(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = Taken(monkeypatch)
    choose(page, "Asia/Kolkata")
    go_to(page, "detailed")
    table = page.table[0].value
    (when,) = table.loc[table["Description"] == "late", "When"]
    assert when.replace("\N{NO-BREAK SPACE}", " ").startswith("1 Nov · 04:00")
    assert "5 entries · 9.00 h" in texts(page)
    rows = list(csv.DictReader(io.StringIO(taken.files()["entries-csv"].decode("utf-8-sig"))))
    (late,) = [one for one in rows if "late" in one.values()]
    assert "2026-11-01T04:00:00+05:30" in late.values()
    assert len(rows) == 5
    page.query_params["week"] = "2026-10-28"
    settle(go_to(page, "weekly"))
    lines = [line for line in page.code[0].value.splitlines() if line]
    assert lines[:4] == ["Week of 26 October 2026", "Ana Kovač: 2.00 h", "Sunday, 1 November 2026: 2.00 h", "   2.00 h  Atlas: late"]


def test_settings_lists_the_months_that_are_kept_and_reads_one_of_them_again(page: AppTest, house: House) -> None:
    choose(page, "Asia/Kolkata")
    go_to(page, "settings")
    assert "Months are kept in Europe/Belgrade" in texts(page)
    table = page.dataframe[0].value.set_index("Month")["Entries"]
    # As they are cut in Belgrade: late is in October.
    assert table.to_dict() == {"November 2026": 4, "October 2026": 2, "September 2026": 1}
    box = page.selectbox(key="zone")
    assert box.value == "Asia/Kolkata"
    assert "aren't read anew" in box.proto.help
    asked(house)
    page.selectbox(key="month-again").set_value("October 2026").run()
    buttons(page)["Read again"].click().run()
    assert is_sound(page)
    assert "October 2026 was read again." in texts(page)
    assert [one.month for one in house.front.exchanges if one.endpoint == "detailed"] == ["2026-10"]
    go_to(choose(page, "Europe/Belgrade"), "settings")
    assert "Months are kept in" not in texts(page)


def test_while_a_neighbour_is_read_no_total_of_clockifys_is_shown(page: AppTest, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clockify.desk.commands.PATIENCE_SECONDS", 0.05)
    go_to(page, "settings").selectbox(key="zone").set_value("Pacific/Niue").run()
    with house.front.hold("detailed", lambda one: one.month == "2026-12"):
        go_to(page, "overview")
        assert is_sound(page)
        (job,) = [one for name, one in resources.desk().jobs._jobs.items() if name.startswith("2026-12:")]
        job.progress.note(1, 3, {"totalTime": 36_000, "totalBillableTime": 0, "entriesCount": 5})
        page.run()
        assert "Reading November 2026, 1 of 3 pages" in texts(page)
        assert figures(page) == {}
    assert shown(settle(page)) == IN_BELGRADE


def test_the_demo_can_be_seen_in_another_zone(demo_app: AppTest) -> None:
    page = settle(demo_app.run())
    # There this month may have begun an hour ago.
    page.selectbox(key="period").set_value(Preset.LAST_MONTH).run()
    before = figures(settle(page))
    assert is_sound(choose(page, "Pacific/Kiritimati"))
    assert figures(page)
    assert "Pacific/Kiritimati" in texts(page)
    assert figures(choose(page, "Europe/Belgrade")) == before


class TestForgettingAKey:
    def months(self) -> list[Month]:
        kept = resources.desk().store
        with kept._database.reading() as connection:
            return sorted(Month.parse(key) for (key,) in connection.exec_driver_sql("SELECT month FROM mirror_months"))

    def paste(self, page: AppTest, key: str) -> AppTest:
        page.text_input(key="pasted-key").set_value(key)
        return buttons(page)["Use this key"].click().run()

    def forget(self, page: AppTest) -> AppTest:
        page = buttons(go_to(page, "settings"))["Forget the key"].click().run()
        assert is_sound(page)
        return page

    def test_drops_what_it_read_which_comes_back_with_it(self, house: House, app_of: AppOf) -> None:
        page = go_to(app_of(house.front, "", CLOCKIFY_OPEN="1").run(), "settings")
        self.paste(page, studio.KEY)
        assert shown(settle(go_to(page, "overview"))) == IN_BELGRADE
        assert self.months() == [Month(2026, 10), Month(2026, 11)]
        self.forget(page)
        assert self.months() == []
        assert "Demo workspace" in texts(page)
        self.paste(page, studio.KEY)
        assert shown(settle(go_to(page, "overview"))) == IN_BELGRADE
        assert self.months() == [Month(2026, 10), Month(2026, 11)]

    def test_that_is_the_installations_own_drops_nothing(self, page: AppTest, house: House) -> None:
        months = self.months()
        self.paste(go_to(page, "settings"), f" {studio.KEY} ")
        settle(go_to(page, "overview"))
        self.forget(page)
        assert self.months() == months
        asked(house)
        assert shown(settle(go_to(page, "overview"))) == IN_BELGRADE
        assert asked(house) == Counter()

    def test_leaves_the_installations_copy_if_it_belongs_to_the_same_person(self, page: AppTest, house: House) -> None:
        ana = next(one for one in house.world.users.values() if one.name == "Ana Kovač")
        house.world.add_key("kEy/Of+Another0815ABCDEFGHIJKLMNOPQRSTUVWXYZabcd", ana)
        months = self.months()
        self.paste(go_to(page, "settings"), "kEy/Of+Another0815ABCDEFGHIJKLMNOPQRSTUVWXYZabcd")
        settle(go_to(page, "overview"))
        self.forget(page)
        assert self.months() == months

    def test_leaves_another_persons_copy(self, page: AppTest) -> None:
        months = self.months()
        self.paste(go_to(page, "settings"), studio.MANAGER)
        settle(go_to(page, "overview"))
        assert len(self.months()) == 2 * len(months)
        self.forget(page)
        assert self.months() == months
