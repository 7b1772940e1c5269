"""Every state that a page can be in beside the good one: what it says, and what it tells people to do next."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest
from streamlit.testing.v1 import AppTest

from clockify.app import loaders, resources
from clockify.demo import MANAGER_KEY, World, create_app, serve
from clockify.periods import Month
from tests.pages.conftest import SCRIPT
from tests.support import studio
from tests.support.databases import Place
from tests.support.faults import Exchange, Front
from tests.support.looks import buttons, everything, figures, is_sound, notices, settle, texts
from tests.support.mirrors import mirror_of

AppOf = Callable[..., AppTest]
LIMIT_SECONDS = 20.0


class House:
    """A studio behind a front, and a clock."""

    def __init__(self, front: Front, world: World, clock: studio.Clock) -> None:
        self.front, self.world, self.clock = front, world, clock


@pytest.fixture
def housed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., House]]:
    """Serve the studio on the terms given; the app's clock stands still until it is moved."""
    clock, stack = studio.Clock(), ExitStack()
    monkeypatch.setattr(resources, "now", clock)

    def serve_it(**terms: object) -> House:
        world = studio.studio()
        front = stack.enter_context(Front(stack.enter_context(serve(create_app(world, clock=clock, **terms)))))
        monkeypatch.setattr(resources, "Clockify", front.connect)
        return House(front, world, clock)

    with stack:
        yield serve_it


def wait_for(what: Callable[[], bool]) -> None:
    """Wait for what another thread is about to do."""
    end = monotonic() + LIMIT_SECONDS
    while not what():
        assert monotonic() < end, "it didn't happen"
        sleep(0.005)


def go_to(page: AppTest, name: str) -> AppTest:
    return page.switch_page(f"pages/{name}.py").run()


def months_in_progress() -> dict[str, tuple[int, int | None]]:
    """Return how far the months are that are being read."""
    found = {name[:7]: job.progress for name, job in resources.jobs()._jobs.items() if name[:2] == "20" and job.is_running}
    return {month: (progress.done, progress.of) for month, progress in found.items()}


# Loading


def test_while_a_cold_month_is_read_clockifys_own_totals_stand_there(
    housed: Callable[..., House], app_of: AppOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loaders, "PATIENCE_SECONDS", 0)
    house = housed(detailed_page_cap=1)
    late = lambda asked: asked.month == "2026-11" and asked.page > 2  # noqa: E731
    with house.front.hold("detailed", late) as gate:
        page = app_of(house.front, studio.KEY).run()
        wait_for(lambda: months_in_progress() == {"2026-11": (2, 4)})
        page.run()
        assert is_sound(page)
        assert [bar.proto.text for bar in page.get("progress")] == ["Reading November 2026, 2 of 4 pages"]
        assert [bar.proto.value for bar in page.get("progress")] == [50]
        # Four entries, 7:00 h, 6:30 billable: what Clockify's totals say before the rows are there.
        assert figures(page) == {"Tracked": "7.0 h", "Billable": "6.5 h", "Amount": "€350", "Entries": "4"}
        assert {metric.delta for metric in page.metric} == {"as Clockify reports it"}
        assert r"\$240" in texts(page) or "$240" in texts(page)
        assert not page.table
        assert not page.get("vega_lite_chart")
        gate.set()
        settle(page)
    assert figures(page) == studio.NOVEMBER
    assert not page.get("progress")
    assert page.table


def test_totals_of_whole_months_never_stand_for_less(housed: Callable[..., House], app_of: AppOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loaders, "PATIENCE_SECONDS", 0)
    house = housed(detailed_page_cap=1)
    page = app_of(house.front, studio.KEY)
    page.query_params["billable"] = "yes"
    with house.front.hold("detailed", lambda asked: asked.month == "2026-11" and asked.page > 1):
        page.run()
        wait_for(lambda: months_in_progress() == {"2026-11": (1, 4)})
        page.run()
        assert [bar.proto.text for bar in page.get("progress")] == ["Reading November 2026, 1 of 4 pages"]
        assert figures(page) == {}
        assert page.get("skeleton")
    assert figures(settle(page))["Tracked"] == "6.5 h"


def test_several_cold_months_are_counted_together(housed: Callable[..., House], app_of: AppOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loaders, "PATIENCE_SECONDS", 0)
    house = housed(detailed_page_cap=1)
    with house.front.hold("detailed"):
        page = app_of(house.front, studio.KEY).run()
        assert [bar.proto.text for bar in page.get("progress")] == ["Reading 2 months, October 2026 to November 2026: 0 pages so far"]
        assert figures(page) == {}
        assert is_sound(page)
    assert figures(settle(page)) == studio.NOVEMBER


# Empty, no key, bad key


def test_a_period_without_time_says_so_and_what_to_do(housed: Callable[..., House], app_of: AppOf) -> None:
    page = app_of(housed().front, studio.KEY)
    page.query_params["period"] = "custom"
    page.query_params["from"], page.query_params["to"] = "2026-08-03", "2026-08-09"
    page.run()
    assert is_sound(page)
    assert figures(page) == {}
    assert "No time entries in 3–9 Aug 2026." in texts(page)
    assert "Choose an earlier or a wider period in the sidebar." in texts(page)


def test_filters_that_leave_nothing_can_be_cleared(housed: Callable[..., House], app_of: AppOf) -> None:
    house = housed()
    borealis = next(one.id for one in house.world.projects.values() if one.name == "Borealis")
    page = app_of(house.front, studio.KEY)
    page.query_params["projects"], page.query_params["billable"] = borealis, "no"
    page.run()
    assert figures(page) == {}
    assert "No time entries in 1–30 Nov 2026." in texts(page)
    assert "Widen the period, or clear the filters." in texts(page)
    next(one for one in page.button if one.key == "clear-filters-here").click().run()
    assert figures(page) == studio.NOVEMBER


def test_nothing_in_a_part_is_not_nothing_in_the_whole(housed: Callable[..., House], app_of: AppOf) -> None:
    house = housed()
    house.front.fail("detailed", "500", when=lambda asked: asked.month in ("2026-10", "2026-11"))
    page = app_of(house.front, studio.KEY)
    page.query_params["period"] = "this-quarter"
    page.run()
    assert "No time entries in 1 Oct – 31 Dec 2026" not in texts(page)
    assert "No time entries in what could be read of 1 Oct – 31 Dec 2026." in texts(page)
    assert "Not a total" in texts(page)


@pytest.mark.parametrize("name", ["overview", "billable", "settings"])
def test_without_a_key_every_page_says_that_it_is_the_demo(demo_app: AppTest, name: str) -> None:
    page = go_to(demo_app.run(), name)
    assert is_sound(page)
    assert "Demo workspace" in texts(page)


def test_settings_shows_how_to_connect(demo_app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOCKIFY_OPEN", "1")
    page = go_to(demo_app.run(), "settings")
    assert "CLOCKIFY_API_KEY=" in texts(page)
    assert [field.label for field in page.text_input] == ["Clockify API key"]


class TestPastingAKey:
    @pytest.fixture
    def page(self, housed: Callable[..., House], app_of: AppOf) -> AppTest:
        """Settings of an installation without a key of its own, whose Clockify is the studio."""
        page = app_of(housed().front, "", CLOCKIFY_OPEN="1").run()
        assert "Demo workspace" in texts(page)
        return go_to(page, "settings")

    def paste(self, page: AppTest, key: str) -> AppTest:
        page.text_input[0].set_value(key)
        return buttons(page)["Use this key"].click().run()

    def test_a_right_one_shows_its_workspace(self, page: AppTest) -> None:
        self.paste(page, f" {studio.KEY}\n")
        assert is_sound(page)
        assert "Tiny studio" in texts(page)
        assert "pasted into this session" in texts(page)
        assert figures(go_to(page, "overview")) == studio.NOVEMBER
        assert "Demo workspace" not in texts(page)
        assert studio.KEY[studio.KEY.index("0815") :] not in everything(page)

    def test_a_wrong_one_shows_the_error_and_can_be_forgotten(self, page: AppTest) -> None:
        self.paste(page, "nobody-has-this-key")
        assert is_sound(page)
        (said,) = notices(page)
        assert "Clockify doesn't know this API key. Copy the key again from Clockify" in said
        assert "nobody-has-this-key" not in everything(page)
        go_to(page, "overview")
        assert figures(page) == {}
        assert "Clockify doesn't know this API key" in texts(page)
        buttons(page)["Forget the pasted key"].click().run()
        assert "Demo workspace" in texts(page)
        assert not notices(page)

    def test_after_a_wrong_one_another_can_be_pasted_at_once(self, page: AppTest) -> None:
        self.paste(page, "nobody-has-this-key")
        self.paste(page, studio.KEY)
        assert not notices(page)
        assert "Tiny studio" in texts(page)

    def test_what_no_key_can_be_is_refused_at_once(self, page: AppTest) -> None:
        self.paste(page, "two words")
        (said,) = notices(page)
        assert "characters that no key has" in said
        assert "two words" not in everything(page)

    def test_it_can_be_forgotten(self, page: AppTest) -> None:
        self.paste(page, studio.KEY)
        buttons(page)["Forget the key"].click().run()
        assert "Demo workspace" in texts(page)


def test_another_key_can_be_pasted_over_a_bad_one_of_the_installation(housed: Callable[..., House], app_of: AppOf) -> None:
    page = app_of(housed().front, "nobody-has-this-key").run()
    assert "Clockify doesn't know this API key" in texts(page)
    assert [link.proto.label for link in page.get("page_link")] == ["Open Settings"]
    go_to(page, "settings")
    page.text_input[0].set_value(studio.KEY)
    buttons(page)["Use this key"].click().run()
    assert figures(go_to(page, "overview")) == studio.NOVEMBER


def test_a_key_that_was_revoked_leaves_the_old_figures_and_leads_to_settings(housed: Callable[..., House], app_of: AppOf) -> None:
    house = housed()
    page = app_of(house.front, studio.KEY).run()
    house.clock.pass_by(hours=3)
    del house.world.keys[studio.KEY]
    settle(page.run())
    assert figures(page) == studio.NOVEMBER
    said = "\n".join(notices(page))
    assert "last checked 3 h ago. Clockify doesn't know this API key. Copy the key again" in said
    assert [link.proto.label for link in page.get("page_link")] == ["Open Settings"]
    assert "Retry" not in buttons(page)


def test_a_workspace_that_the_key_does_not_open_can_be_replaced_in_settings(housed: Callable[..., House], app_of: AppOf) -> None:
    page = app_of(housed().front, studio.KEY, CLOCKIFY_WORKSPACE_ID="0" * 24).run()
    assert figures(page) == {}
    assert "does not lead to the workspace that was asked for. Check CLOCKIFY_WORKSPACE_ID" in texts(page)
    go_to(page, "settings")
    assert is_sound(page)
    next(one for one in page.selectbox if one.key == "workspace-instead").set_value("Tiny studio").run()
    assert figures(go_to(page, "overview")) == studio.NOVEMBER


# Rights


def test_a_member_sees_his_own_time_and_is_told(housed: Callable[..., House], app_of: AppOf) -> None:
    house = housed()
    page = app_of(house.front, studio.MEMBER).run()
    # Ben: 1:30 and 3:00 of the 7:00 hours.
    assert figures(page) == {"Tracked": "4.5 h", "Billable": "4.5 h", "Amount": "–", "Average per day": "0.3 h"}
    said = "\n".join(notices(page))
    assert "This key may see only its own user's time" in said
    assert "An admin's key shows everybody's." in said
    assert "not verifiable" in texts(page)
    assert is_sound(page)


def test_where_reports_are_refused_people_are_read_one_by_one(housed: Callable[..., House], app_of: AppOf) -> None:
    house = housed()
    house.front.fail("detailed", "403")
    page = app_of(house.front, studio.KEY).run()
    assert figures(page) == studio.NOVEMBER
    said = "\n".join(notices(page))
    assert "entries were read person by person. Time of people who have left is not in them" in said
    assert is_sound(page)


@pytest.mark.parametrize("name", ["overview", "billable"])
def test_hidden_amounts_are_called_hidden(housed: Callable[..., House], app_of: AppOf, name: str) -> None:
    page = go_to(app_of(housed().front, MANAGER_KEY).run(), name)
    assert is_sound(page)
    assert not [value for label, value in figures(page).items() if label.startswith("Amount") and value != "–"]
    assert "€" not in texts(page)
    said = "\n".join(notices(page))
    assert "Clockify hides amounts from this key. An admin's key" in said
    if name == "overview":
        assert figures(page) == {**studio.NOVEMBER, "Amount": "–"}
        assert "hidden from this key" in texts(page)


# Requests


def test_a_used_up_hour_says_how_many_minutes_to_wait(housed: Callable[..., House], app_of: AppOf) -> None:
    house = housed(plan="FREE")
    page = app_of(house.front, studio.KEY, CLOCKIFY_REQUESTS_PER_HOUR="14").run()
    # Eight requests are used, six of fourteen are kept for people: nothing is left for other months.
    assert figures(page) == studio.NOVEMBER
    house.clock.pass_by(minutes=50)
    page.query_params["period"] = "last-year"
    page.run()
    assert is_sound(page)
    assert figures(page) == {}
    said = "\n".join(notices(page))
    assert "can't be read yet." in said
    assert "The next one is free in 10 minutes, at 14:00; the page goes on then." in said
    served = len(house.front.exchanges)
    house.clock.pass_by(minutes=11)
    page.run()
    settle(page)
    assert len(house.front.exchanges) > served


def test_clockifys_own_refusal_says_how_many_minutes_to_wait(housed: Callable[..., House], app_of: AppOf) -> None:
    # The demo's Retry-After is a second more than the hour.
    house = housed(requests_per_hour=5)
    page = app_of(house.front, studio.KEY).run()
    (said,) = notices(page)
    assert "Clockify takes no more requests for now. The next request is free in 61 minutes" in said
    assert figures(page) == {}
    assert "Retry" in buttons(page)


def test_on_free_a_long_period_is_shown_in_part_and_never_as_a_total(housed: Callable[..., House], app_of: AppOf) -> None:
    house = housed(plan="FREE")
    page = app_of(house.front, studio.KEY, CLOCKIFY_REQUESTS_PER_HOUR="17")
    page.query_params["period"] = "this-year"
    page.run()
    assert is_sound(page)
    # Eleven in the background, less six for who, where and lists: five months, November back to July.
    assert figures(page) == {
        "Tracked, 5 of 12 months": "12.0 h",
        "Billable, 5 of 12 months": "10.5 h",
        "Amount, 5 of 12 months": "€750",
        "Average per day, 5 of 12 months": "0.1 h",
    }
    said = "\n".join(notices(page))
    assert "Not a total: the figures below are without 7 months from January 2026 to December 2026." in said
    assert "the page goes on then." in said
    assert [file.proto.disabled for file in page.get("download_button")] == [True]
    go_to(page, "billable")
    assert all("5 of 12 months" in label for label in figures(page))
    assert [file.proto.disabled for file in page.get("download_button")] == [True, True]


def test_a_refresh_without_a_free_request_says_so_and_keeps_what_is_there(housed: Callable[..., House], app_of: AppOf) -> None:
    house = housed(plan="FREE")
    page = app_of(house.front, studio.KEY, CLOCKIFY_REQUESTS_PER_HOUR="14").run()
    for _ in range(3):
        house.clock.pass_by(minutes=1)
        buttons(page)["Refresh"].click().run()
    # Timers and two months cost three requests each time: 8 + 3 + 3 = 14.
    assert len(house.front.exchanges) == 14
    assert figures(page) == studio.NOVEMBER
    (said,) = notices(page)
    assert "No request is free now. All requests of this hour are used, so nothing could be checked." in said
    assert "The next request is free in 57 minutes, at 14:00." in said


# Offline, timers, differences


def test_offline_the_old_figures_stay_with_their_age(housed: Callable[..., House], app_of: AppOf) -> None:
    house = housed()
    page = app_of(house.front, studio.KEY).run()
    house.clock.pass_by(days=2, hours=1)
    house.front.fail("summary", "dropped")
    settle(page.run())
    # Two working days later: 7 h on 15 of them.
    assert figures(page) == studio.NOVEMBER
    said = "\n".join(notices(page))
    assert "Showing what was read before: October 2026 and November 2026, last checked 2 days ago." in said
    assert "The connection to Clockify failed or was dropped. Check the network connection, then try again." in said


def test_a_running_timer_stands_apart_and_in_no_total(housed: Callable[..., House], app_of: AppOf) -> None:
    house = housed()
    ben = next(one for one in house.world.users.values() if one.name == "Ben Okafor")
    house.world.add_running(ben, studio.NOON - timedelta(hours=9))
    page = app_of(house.front, studio.KEY).run()
    assert "running, in no total: Ben Okafor" in texts(page)
    assert figures(page) == studio.NOVEMBER


def test_a_timer_of_long_ago_is_shown_with_its_age(housed: Callable[..., House], app_of: AppOf) -> None:
    house = housed()
    ben = next(one for one in house.world.users.values() if one.name == "Ben Okafor")
    house.world.add_running(ben, studio.NOON - timedelta(hours=1))
    page = app_of(house.front, studio.KEY).run()
    house.clock.pass_by(hours=4)
    house.front.fail("in-progress", "500")
    settle(page.run())
    assert "running, in no total: Ben Okafor, as of 4 h ago" in texts(page)


def test_a_difference_names_project_person_and_how_much(housed: Callable[..., House], app_of: AppOf) -> None:
    house = housed(detailed_page_cap=1)
    (entry,) = [one for one in house.world.entries if one.seconds == 90 * 60]

    def grow(asked: Exchange) -> None:
        """Make Ben's entry, which is on page 2, a minute longer after the totals were taken, and again when it has been read."""
        if asked.endpoint == "detailed" and asked.month == "2026-11" and asked.page in (1, 2):
            now = house.world.entry(entry.id)
            house.world.edit_entry(entry.id, seconds=now.seconds + 60)

    house.front.hooks.append(grow)
    page = app_of(house.front, studio.KEY).run()
    assert is_sound(page)
    (said,) = notices(page)
    # Read twice, and in the end Clockify is a minute ahead, which earns 100 EUR ÷ 60.
    assert "Clockify's own sums differ from these." in said
    assert "November 2026, Atlas, Ben Okafor: 0:01:00 h less here, amount EUR -1.67." in said
    assert "Refresh reads these months again" in said
    assert "differs from Clockify" in texts(page)
    house.front.hooks.clear()
    house.clock.pass_by(minutes=1)
    buttons(page)["Refresh"].click().run()
    assert not notices(page)
    assert "verified 13:01" in texts(page)


# Several at once


def test_two_sessions_on_a_cold_month_cause_one_read(housed: Callable[..., House], app_of: AppOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loaders, "PATIENCE_SECONDS", 0)
    house = housed()
    with house.front.hold("detailed"):
        first = app_of(house.front, studio.KEY).run()
        second = AppTest.from_file(str(SCRIPT), default_timeout=60).run()
        for page in (first, second):
            assert is_sound(page)
            assert "Reading 2 months" in texts(page)
    assert figures(settle(first)) == figures(second.run()) == studio.NOVEMBER
    assert house.front.count("detailed") == 2
    assert house.front.count("user") == 1


def test_another_process_that_reads_the_month_is_waited_for(
    housed: Callable[..., House], app_of: AppOf, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(loaders, "PATIENCE_SECONDS", 0)
    house = housed()
    november, october = Month(2026, 11), Month(2026, 10)
    place = Place(f"sqlite:///{tmp_path / 'app.sqlite'}", tmp_path)
    with mirror_of(house.front, place, key=studio.KEY, clock=house.clock) as other, house.front.hold("detailed") as gate:
        opening = other.mirror.open_months([november, october])
        wait_for(lambda: house.front.count("detailed") == 2)
        page = app_of(house.front, studio.KEY).run()
        assert is_sound(page)
        assert "Reading 2 months" in texts(page)
        gate.set()
        assert other.mirror.wait(opening, LIMIT_SECONDS)
        assert figures(settle(page)) == studio.NOVEMBER
    assert house.front.count("detailed") == 2


# What people chose survives a fault


def test_filters_survive_a_fault(housed: Callable[..., House], app_of: AppOf, tmp_path: Path) -> None:
    house = housed()
    ben = next(one.id for one in house.world.users.values() if one.name == "Ben Okafor")
    page = app_of(house.front, studio.KEY).run()
    page.multiselect(key="people").set_value(["Ben Okafor"])
    page.selectbox(key="period").set_value("This quarter").run()
    assert figures(page)["Tracked"] == "4.5 h"
    for part in tmp_path.glob("app.sqlite*"):
        part.write_bytes(b"nothing that SQLite ever wrote" * 1000)
    page.run()
    assert figures(page) == {}
    buttons(page)["Retry"].click().run()
    assert figures(page)["Tracked"] == "4.5 h"
    assert {name: "".join(value) for name, value in page.query_params.items()} == {"period": "this-quarter", "people": ben}


def test_a_workspace_that_cannot_be_read_stays_chosen(housed: Callable[..., House], app_of: AppOf) -> None:
    second = World.empty(name="Second", zone="UTC", seed=7)
    zoe = second.add_user("Zoe", "zoe@example.test", role="OWNER")
    second.add_key(studio.KEY, zoe)
    second.add_entry(zoe, studio.NOON - timedelta(hours=5), studio.NOON, billable=False)
    house = housed(others=[second])
    page = app_of(house.front, studio.KEY).run()
    house.front.fail("projects", "500", when=lambda asked: second.id in asked.path)
    page.sidebar.selectbox(key="workspace").set_value("Second").run()
    assert figures(page) == {}
    assert "Clockify failed on its side" in texts(page)
    house.front.heal()
    buttons(page)["Retry"].click().run()
    assert figures(page)["Tracked"] == "5.0 h"
    assert page.sidebar.selectbox(key="workspace").value == second.id


def test_rows_that_are_damaged_are_read_again(housed: Callable[..., House], app_of: AppOf, tmp_path: Path) -> None:
    house = housed()
    page = app_of(house.front, studio.KEY).run()
    with sqlite3.connect(tmp_path / "app.sqlite") as database:
        database.execute("UPDATE mirror_months SET entries = x'00' WHERE month = '2026-11'")
    database.close()
    read = house.front.count("detailed")
    page.selectbox(key="group-by").set_value("Tag").run()
    assert is_sound(page)
    assert figures(page) == studio.NOVEMBER
    assert "Untagged" in str(page.table[-1].value)
    assert house.front.count("detailed") == read + 1


# Settings that can't be used


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CLOCKIFY_API_URL", "http://evil.example/api/v1"),
        ("CLOCKIFY_REPORTS_URL", "http://evil.example/v1"),
        ("CLOCKIFY_TIME_ZONE", "Middle/Earth"),
        ("CLOCKIFY_API_KEY", "a key with spaces"),
        ("CLOCKIFY_REQUESTS_PER_HOUR", "many"),
        ("DATABASE_URL", "postgresql://user:s3cret@:port/no"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(housed: Callable[..., House], app_of: AppOf, name: str, value: str) -> None:
    page = app_of(housed().front, studio.KEY, **{name: value}).run()
    assert is_sound(page)
    assert figures(page) == {}
    (said,) = notices(page)
    assert "A setting can't be used." in said
    assert name in said
    assert "the setting and start the app again" in texts(page)
    assert value not in everything(page)
    assert "s3cret" not in everything(page)


def test_a_database_that_is_not_there_is_said(housed: Callable[..., House], app_of: AppOf) -> None:
    page = app_of(housed().front, studio.KEY, DATABASE_URL="postgresql://nobody:s3cret@127.0.0.1:9/none").run()
    assert is_sound(page)
    (said,) = notices(page)
    assert "The local copy can't be used." in said
    assert "DATABASE_URL is running" in said
    assert "s3cret" not in everything(page)
    assert "Retry" in buttons(page)
