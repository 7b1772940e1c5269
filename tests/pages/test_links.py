"""A link never widens: who or what it names filters, known or not, until everything that could know it is there.

To the studio's November come Carl, who was deleted since, and "Old site" with its client, task and tag, which were, too:

    November   Carl  1:00 Atlas     billable      100 EUR an hour   100 EUR
               Carl  0:30 Old site  not billable  task Sunset, tag attic
    his        1:30, of them 1:00 billable, 100 EUR, 2 entries; 1.5 h on 13 working days are 0.1 h each
    together   8:30, of them 7:30 billable, 450 EUR, 6 entries; 8.5 h on 13 working days are 0.7 h each

The lists of Clockify know neither: their names stand in November's rows alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from clockify.app.shell import door
from clockify.demo import routes
from clockify.desk import commands
from clockify.desk.viewer import Viewer
from clockify.mirror.mirror import Mirror
from tests.pages.conftest import SCRIPT
from tests.support import studio
from tests.support.house import House
from tests.support.looks import buttons, everything, figures, go_to, is_sound, notices, settle, texts
from tests.support.nightly import at_night

AppOf = Callable[..., AppTest]
PAGES = ("overview", "billable", "detailed", "weekly")
NOWHERE = "5f0000000000000000c0ffee"
HIS = {"Tracked": "1.5 h", "Billable": "1.0 h", "Amount": "€100", "Average per day": "0.1 h"}
ALL = {"Tracked": "8.5 h", "Billable": "7.5 h", "Amount": "€450", "Average per day": "0.7 h"}
EVERYBODY = "Not known here, so left out of the link: people. So everybody is shown."
# What each page says of November (Weekly: of 2–8 November, with 2:00 of Ana's and 1:30 of Ben's), of Carl and of everybody.
SAID = {
    "overview": ("1.5 h", "8.5 h"),
    "billable": ("€100", "€450"),
    "detailed": ("2 entries · 1.50 h · 1.00 h billable", "6 entries · 8.50 h · 7.50 h billable"),
    "weekly": ("2 entries · 1.50 h · 1.00 h billable", "4 entries · 5.00 h · 4.50 h billable"),
}


@dataclass
class Gone:
    """The ids of what is known from November's rows alone."""

    carl: str
    project: str
    client: str
    task: str
    tag: str


@pytest.fixture
def lasting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clockify lists no deleted projects and tags; of its clients, only those of projects are asked for."""
    listed = routes._unarchived
    monkeypatch.setattr(routes, "_unarchived", lambda *asked: [one for one in listed(*asked) if one.name not in ("Old site", "attic")])


def leave(house: House) -> Gone:
    """Let somebody and something have been there in November."""
    world = house.world
    carl = world.add_user("Carl Gone", "carl@example.test", status="DELETED")
    past = world.add_client("Past and Co")
    site = world.add_project("Old site", past, billable=False)
    task, tag = world.add_task(site, "Sunset"), world.add_tag("attic")
    atlas = next(one for one in world.projects.values() if one.name == "Atlas")
    start = datetime(2026, 11, 4, 9, tzinfo=UTC)
    world.add_entry(carl, start, start + timedelta(hours=1), project=atlas, description="work")
    start += timedelta(days=1)
    world.add_entry(carl, start, start + timedelta(minutes=30), project=site, task=task, tags=[tag], description="work")
    return Gone(carl.id, site.id, past.id, task.id, tag.id)


@pytest.fixture
def house(lasting: None, housed: Callable[..., House]) -> House:
    return housed()


@pytest.fixture
def gone(house: House) -> Gone:
    return leave(house)


def follow(page: AppTest, name: str, **params: str | list[str]) -> AppTest:
    """Open a page by a link."""
    for key, value in (params | ({"week": "2026-11-04"} if name == "weekly" else {})).items():
        page.query_params[key] = value
    go_to(page, name) if name != "overview" else page.run()
    assert is_sound(page)
    return page


def said_by(page: AppTest) -> str:
    return "\n".join([texts(page), *(metric.value for metric in page.metric)])


def linked(page: AppTest, name: str = "people") -> list[str]:
    """Return the ids that stand in the address."""
    ids = page.query_params.get(name, [])
    return [ids] if isinstance(ids, str) else list(ids)


def people(page: AppTest) -> list[str]:
    """Return who is chosen in the sidebar, as it reads there."""
    found = page.multiselect(key="people")
    return [found.format_func(one) for one in found.value]


def another_process() -> AppTest:
    """Begin anew with the same database."""
    st.cache_resource.clear()
    return AppTest.from_file(str(SCRIPT), default_timeout=60)


# Cold


@pytest.mark.parametrize("name", ["overview", at_night("billable"), at_night("detailed"), "weekly"])
def test_somebody_deleted_filters_before_while_and_after_his_months_are_read(
    house: House, gone: Gone, app_of: AppOf, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(commands, "PATIENCE_SECONDS", 0)
    with house.front.hold("detailed"):
        page = app_of(house.front, studio.KEY)
        follow(page, name, people=gone.carl)
        for _ in range(2):
            assert figures(page) == {}
            assert page.get("skeleton")
            assert people(page) == [f"Unknown person {gone.carl[-6:]}"]
            assert linked(page) == [gone.carl]
            assert not notices(page)
            assert "Everyone" not in texts(page)
            page.run()
    settle(page)
    assert is_sound(page)
    his, all_of_it = SAID[name]
    assert his in said_by(page)
    assert all_of_it not in said_by(page)
    assert people(page) == ["Carl Gone"]
    assert linked(page) == [gone.carl]
    assert not notices(page)


@pytest.mark.parametrize("name", [at_night("overview"), "billable", at_night("detailed"), "weekly"])
def test_who_is_nowhere_is_left_out_and_named_when_the_months_are_there(
    house: House, gone: Gone, app_of: AppOf, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(commands, "PATIENCE_SECONDS", 0)
    with house.front.hold("detailed"):
        page = app_of(house.front, studio.KEY)
        follow(page, name, people=NOWHERE)
        assert figures(page) == {}
        assert people(page) == [f"Unknown person {NOWHERE[-6:]}"]
        assert linked(page) == [NOWHERE]
        assert not notices(page)
    settle(page)
    assert is_sound(page)
    # Weekly shows whoever looks her own week, where it is asked for nobody's.
    notice = EVERYBODY.replace("everybody", "your own week") if name == "weekly" else EVERYBODY
    assert notices(page) == [notice]
    assert ("1 entry · 2.00 h · 2.00 h billable" if name == "weekly" else SAID[name][1]) in said_by(page)
    assert people(page) == []
    assert linked(page) == []
    # It is said until something else is chosen, and once the page is left nobody is missed any more.
    assert notices(page.run()) == [notice]
    page.radio(key="billable").set_value("Yes").run()
    assert not notices(page)


def test_what_was_told_while_months_were_read_is_told_beside_it(
    house: House, gone: Gone, app_of: AppOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "PATIENCE_SECONDS", 0)
    with house.front.hold("detailed"):
        page = follow(app_of(house.front, studio.KEY), "overview", people=NOWHERE, rounding="up-7")
        assert notices(page) == ["Not known here, so left out of the link: rounding (like up-15)."]
    settle(page)
    assert notices(page) == ["Not known here, so left out of the link: people, rounding (like up-15). So everybody is shown."]


def test_of_several_the_known_stay_and_the_others_are_counted(house: House, gone: Gone, app_of: AppOf) -> None:
    page = follow(app_of(house.front, studio.KEY), "overview", people=[NOWHERE, gone.carl, NOWHERE[::-1]])
    assert figures(page) == HIS
    assert notices(page) == ["Not known here, so left out of the link: 2 of the people."]
    assert linked(page) == [gone.carl]


@pytest.mark.parametrize(
    ("field", "said"), [("project", "0.5 h"), ("client", "0.5 h"), ("task", "1 entry · 0.50 h"), ("tag", "1 entry · 0.50 h")]
)
def test_so_does_what_else_was_deleted(house: House, gone: Gone, app_of: AppOf, field: str, said: str) -> None:
    name = "detailed" if field in ("task", "tag") else "overview"
    page = follow(app_of(house.front, studio.KEY), name, **{f"{field}s": getattr(gone, field)})
    assert said in said_by(page)
    assert not notices(page)
    assert linked(page, f"{field}s") == [getattr(gone, field)]
    page.query_params[f"{field}s"] = NOWHERE
    page.run()
    assert notices(page) == [f"Not known here, so left out of the link: {field}s. So all {field}s are shown."]
    assert linked(page, f"{field}s") == []
    assert SAID[name][1] in said_by(page)


def test_what_is_searched_for_among_entries_is_told_there_alone(house: House, gone: Gone, app_of: AppOf) -> None:
    page = follow(app_of(house.front, studio.KEY), "overview", tags=NOWHERE)
    assert figures(page) == ALL
    assert not notices(page)
    go_to(page, "detailed")
    assert notices(page) == ["Not known here, so left out of the link: tags. So all tags are shown."]


# Months that don't come


def test_while_clockify_fails_the_filter_stays(house: House, gone: Gone, app_of: AppOf) -> None:
    house.front.fail("detailed", "500")
    page = follow(app_of(house.front, studio.KEY), "overview", people=NOWHERE)
    for name in PAGES:
        go_to(page, name)
        assert is_sound(page)
        assert figures(page) == {}
        assert people(page) == [f"Unknown person {NOWHERE[-6:]}"]
        assert linked(page) == [NOWHERE]
        assert "Not known here" not in texts(page)
        assert "can't be read" in texts(page)
    go_to(page, "overview")
    house.front.heal()
    settle(buttons(page)["Retry"].click().run())
    assert notices(page) == [EVERYBODY]
    assert figures(page) == ALL


def test_of_a_period_of_which_a_month_fails_nobody_is_dropped(house: House, gone: Gone, app_of: AppOf) -> None:
    house.front.fail("detailed", "500", when=lambda asked: asked.month == "2026-10")
    days = {"period": "custom", "from": "2026-10-01", "to": "2026-11-18"}
    page = settle(follow(app_of(house.front, studio.KEY), "overview", people=NOWHERE, **days))
    assert figures(page) == {}
    assert "Not a total" in texts(page)
    assert "No time entries in what could be read of" in texts(page)
    assert linked(page) == [NOWHERE]
    assert "Not known here" not in texts(page)


def test_what_is_only_compared_with_keeps_no_unknown_filter(house: House, gone: Gone, app_of: AppOf) -> None:
    house.front.fail("detailed", "500", when=lambda asked: asked.month == "2026-10")
    page = settle(follow(app_of(house.front, studio.KEY), "overview", people=NOWHERE))
    assert EVERYBODY in notices(page)
    assert figures(page) == ALL


def test_on_free_a_filter_stays_while_months_wait(housed: Callable[..., House], app_of: AppOf) -> None:
    house = housed(plan="FREE")
    gone = leave(house)
    page = app_of(house.front, studio.KEY, CLOCKIFY_REQUESTS_PER_HOUR="13")
    follow(page, "overview", people=[gone.carl, NOWHERE], period="this-year")
    # Five of twelve months are there, November among them.
    assert figures(page)["Tracked, 5 of 12 months"] == "1.5 h"
    assert people(page) == ["Carl Gone", f"Unknown person {NOWHERE[-6:]}"]
    assert linked(page) == [gone.carl, NOWHERE]
    assert "Not known here" not in texts(page)
    page.query_params["period"] = "last-month"
    settle(page.run())
    assert "Not known here, so left out of the link: 1 of the people." in notices(page)
    assert linked(page) == [gone.carl]


# Afterwards


def test_who_is_chosen_stays_chosen_in_a_period_without_his_time(house: House, gone: Gone, app_of: AppOf) -> None:
    page = follow(app_of(house.front, studio.KEY), "overview", people=gone.carl)
    page.selectbox(key="period").set_value("Last month").run()
    for name in ("overview", "billable", "detailed"):
        go_to(page, name)
        assert is_sound(page)
        assert figures(page) == {}
        assert "Carl Gone · all clients" in texts(page)
        assert "No time entries in" in texts(page)
        assert people(page) == ["Carl Gone"]
        assert linked(page) == [gone.carl]
        assert not notices(page)


def test_another_process_names_whom_any_stored_month_names(house: House, gone: Gone, app_of: AppOf) -> None:
    follow(app_of(house.front, studio.KEY), "overview")
    page = follow(another_process(), "overview", people=gone.carl, period="last-month")
    assert "Carl Gone" in page.multiselect(key="people").options
    assert "Old site" in page.multiselect(key="projects").options
    assert figures(page) == {}
    assert people(page) == ["Carl Gone"]
    assert not notices(page)
    page.selectbox(key="period").set_value("This month").run()
    assert figures(page) == HIS


def test_without_a_link_the_lists_name_whom_the_months_name(house: House, gone: Gone, app_of: AppOf) -> None:
    page = follow(app_of(house.front, studio.KEY), "overview")
    assert page.multiselect(key="people").options == ["Ana Kovač", "Ben Okafor", "Carl Gone", "Mia Berg"]
    assert page.multiselect(key="projects").options == ["Atlas", "Borealis", "Internal", "Old site", "No project"]
    assert page.multiselect(key="clients").options == ["Acme", "Blue", "Past and Co", "No client"]
    page.multiselect(key="people").set_value(["Carl Gone"]).run()
    assert figures(page) == HIS
    go_to(page, "detailed")
    assert SAID["detailed"][0] in said_by(page)
    assert "attic" in page.selectbox(key="tags").options


def test_who_vanishes_between_two_looks_is_named_and_never_silently_let_go(house: House, gone: Gone, app_of: AppOf) -> None:
    page = follow(app_of(house.front, studio.KEY), "overview", people=gone.carl)
    assert figures(page) == HIS
    for entry in [one for one in house.world.entries if one.user_id == gone.carl]:
        house.world.delete_entry(entry.id)
    house.clock.pass_by(minutes=1)
    settle(buttons(page)["Refresh"].click().run())
    assert notices(page) == [EVERYBODY]
    assert figures(page) == studio.NOVEMBER
    assert linked(page) == []


def test_who_came_after_the_lists_were_read_is_waited_for(house: House, gone: Gone, app_of: AppOf, monkeypatch: pytest.MonkeyPatch) -> None:
    page = follow(app_of(house.front, studio.KEY), "overview")
    dora = house.world.add_user("Dora New", "dora@example.test", role="MEMBER")
    house.clock.pass_by(days=1)
    with house.front.hold("users") as gate:
        monkeypatch.setattr(commands, "PATIENCE_SECONDS", 0)
        page.query_params["people"] = dora.id
        page.run()
        assert figures(page) == {}
        assert linked(page) == [dora.id]
        assert "Not known here" not in texts(page)
        gate.set()
    settle(page)
    assert people(page) == ["Dora New"]
    assert linked(page) == [dora.id]
    assert "Not known here" not in texts(page)


def test_who_may_not_be_seen_is_not_named_though_months_name_him(
    house: House, gone: Gone, app_of: AppOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = {one.name: one.id for one in house.world.users.values()}
    follow(app_of(house.front, studio.KEY), "overview", people=gone.carl)
    monkeypatch.setattr(door, "admit", lambda _: Viewer("Ben", people=frozenset({ids["Ben Okafor"]})))
    page = follow(AppTest.from_file(str(SCRIPT), default_timeout=60), "overview", people=gone.carl)
    assert notices(page) == [EVERYBODY]
    assert page.multiselect(key="people").options == ["Ben Okafor"]
    assert figures(page)["Tracked"] == "4.5 h"
    assert "Carl" not in everything(page)
    monkeypatch.setattr(door, "admit", lambda _: Viewer("Ben", people=frozenset({ids["Ben Okafor"], gone.carl})))
    page = follow(AppTest.from_file(str(SCRIPT), default_timeout=60), "overview", people=gone.carl)
    assert page.multiselect(key="people").options == ["Ben Okafor", "Carl Gone"]
    assert figures(page) == HIS
    assert not notices(page)


def test_names_are_opened_once_a_version_and_never_by_a_click(
    house: House, gone: Gone, app_of: AppOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, names = [], Mirror.names

    def noted(mirror: Mirror, *which: object) -> object:
        opened.append(which)
        return names(mirror, *which)

    monkeypatch.setattr(Mirror, "names", noted)
    page = follow(app_of(house.front, studio.KEY), "overview", people=gone.carl)
    assert len(opened) == len(set(opened)) == 2
    asked = len(house.front.exchanges)
    page.radio(key="billable").set_value("Yes").run()
    page.multiselect(key="people").set_value([]).run()
    for name in PAGES:
        go_to(page, name)
    assert len(opened) == 2
    assert len(house.front.exchanges) == asked


def test_two_that_nobody_knows_are_told_apart(house: House, app_of: AppOf) -> None:
    house.front.fail("detailed", "500")
    ends_alike = [f"{one}{NOWHERE[1:]}" for one in "67"]
    page = follow(app_of(house.front, studio.KEY), "overview", people=ends_alike)
    options = page.multiselect(key="people").options
    assert len(set(options)) == len(options) == 5
    assert page.multiselect(key="people").value == ends_alike
    page.run()
    assert linked(page) == ends_alike


def test_what_a_filter_holds_is_its_default_too(house: House, gone: Gone, app_of: AppOf) -> None:
    # A click that comes before the browser has taken in a value that the script set leaves that value out. The
    # browser then shows the widget's default, and sends it with the click after that: a link's period became "Today".
    days = {"period": "custom", "from": "2026-11-02", "to": "2026-11-08"}
    rest = {"billable": "yes", "rounding": "up-6", "compare": "last-year", "search": "re", "without": "tag"}
    page = follow(app_of(house.front, studio.KEY), "detailed", **days, **rest, people=gone.carl)
    for _ in range(2):
        assert is_sound(page.run())
        assert default(page, "period") == "Custom"
        assert default(page, "billable") == "Yes"
        assert [default(page, "rounding"), default(page, "rounding-minutes")] == ["Up", "6 min"]
        assert default(page, "compare") == "Same period last year"
        assert list(page.date_input(key="days").proto.default) == ["2026-11-02", "2026-11-08"]
        people, without = page.multiselect(key="people"), page.button_group(key="without")
        assert [people.options[place] for place in people.proto.default] == ["Carl Gone"]
        assert [without.options[place] for place in without.proto.default] == ["no tag"]
        assert page.text_input(key="search").proto.default == "re"


def default(page: AppTest, key: str) -> str:
    """Return what a list shows of which the browser knows no value."""
    widget = page.radio(key=key) if key == "billable" else page.selectbox(key=key)
    return str(widget.options[widget.proto.default])
