"""The timesheet of a week on Track: each rule of the grid, held against what the served world has afterwards (`support/weeksheets.py`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from clockify.app.shell import door
from clockify.desk.viewer import Viewer
from tests.support import studio
from tests.support.house import House
from tests.support.looks import buttons, go_to, is_sound, settle, texts
from tests.support.weeksheets import (
    ANA,
    BEFORE,
    BEN,
    FRI,
    MON,
    SAT,
    SUN,
    THU,
    TUE,
    WED,
    fields,
    fill,
    furnished,
    id_of,
    local,
    log,
    opened,
    sent,
    week,
    write,
)

AppOf = Callable[..., AppTest]
Housed = Callable[..., House]


@pytest.fixture
def house(housed: Housed) -> House:
    return furnished(housed())


@pytest.fixture
def page(house: House, app_of: AppOf) -> AppTest:
    return opened(app_of, house)


def test_a_week_begins_with_last_weeks_rows_and_not_its_hours(page: AppTest) -> None:
    assert is_sound(page)
    days = [f"{day:%a} {day.day}" for day in (MON, TUE, WED, THU, FRI, SAT, SUN)]
    of_last_week = {f"{name}, No task, {day}": "" for name in ("Borealis", "Internal") for day in days}
    atlas = {f"Atlas, No task, {day}": "" for day in days if day != "Tue 17"} | {"Atlas, No task, Mon 16": "2:00"}
    assert fields(page) == of_last_week | atlas
    assert "last week's rows" in texts(page)
    assert "not written yet" not in texts(page)


def test_what_is_typed_is_written_in_one_go_with_a_result_for_each_cell_and_no_overlap(page: AppTest, house: House) -> None:
    fill(page, "Internal, No task, Tue 17", "1.5")
    fill(page, "Borealis, No task, Tue 17", "45m")
    fill(page, "Atlas, No task, Mon 16", "2:30")
    assert sent(house) == 0 and week(house.world) == BEFORE
    assert fields(page)["Internal, No task, Tue 17, changed, not written"] == "1:30"
    assert "totals include 2:45 not written yet" in texts(page)
    assert "**3 changes** :gray[:small[· 1 on Mon 16, 2 on Tue 17]]" in [one.value for one in page.markdown]
    write(page)
    # Tuesday is taken from 9:00 to 10:00 and from 14:00 to 14:30: what is new stands behind that, row by row.
    new = {("Borealis", "Tue 14:30", 45, ""), ("Internal", "Tue 15:15", 90, ""), ("Atlas", "Mon 09:00", 150, "kick-off")}
    assert week(house.world) == BEFORE - {("Atlas", "Mon 09:00", 120, "kick-off")} | new
    assert sent(house) == 3
    said = texts(page)
    for words in ("Atlas, No task · Mon 16 · 2:30", "Borealis, No task · Tue 17 · 0:45", "Internal, No task · Tue 17 · 1:30"):
        assert f"written] · {words}" in said
    assert "not written yet" not in said
    assert fields(page)["Internal, No task, Tue 17, written"] == "1:30"
    assert buttons(page)["Write changes"].disabled


def test_a_cell_that_fails_keeps_what_was_typed_and_stops_no_other(page: AppTest, house: House) -> None:
    house.front.fail("update", "400")
    fill(page, "Atlas, No task, Mon 16", "3:00")
    fill(page, "Internal, No task, Wed 18", "1:00")
    write(page)
    assert week(house.world) == BEFORE | {("Internal", "Wed 09:00", 60, "")}
    assert fields(page)["Atlas, No task, Mon 16, refused"] == "3:00"
    assert "refused] · Atlas, No task · Mon 16 · 3:00 · " in texts(page)
    assert "Write 1 change" in buttons(page)
    # Pressed again once it can be, it is sent anew.
    house.front.heal()
    write(page)
    assert ("Atlas", "Mon 09:00", 180, "kick-off") in week(house.world)
    assert "refused" not in "".join(fields(page))


def test_an_entry_that_was_changed_elsewhere_is_not_overwritten(page: AppTest, house: House) -> None:
    (entry,) = [one for one in house.world.entries if one.description == "kick-off"]
    house.world.edit_entry(entry.id, seconds=3600)
    fill(page, "Atlas, No task, Mon 16", "3:00")
    write(page)
    assert ("Atlas", "Mon 09:00", 60, "kick-off") in week(house.world)
    assert fields(page)["Atlas, No task, Mon 16, refused"] == "3:00"
    assert "then make your change again" in texts(page)


def test_what_cannot_be_read_is_said_of_its_cell_and_stops_no_other(page: AppTest, house: House) -> None:
    fill(page, "Borealis, No task, Thu 19", "abc")
    fill(page, "Internal, No task, Wed 18", "1:00")
    assert "Borealis, No task · Thu 19] · That is no time that can be read" in texts(page)
    assert "Write 1 change" in buttons(page)
    write(page)
    assert week(house.world) == BEFORE | {("Internal", "Wed 09:00", 60, "")}
    assert fields(page)["Borealis, No task, Thu 19, can't be written"] == "abc"
    buttons(page)["Discard changes"].click().run()
    assert fields(page)["Borealis, No task, Thu 19"] == ""


def test_an_emptied_cell_asks_before_it_deletes(page: AppTest, house: House) -> None:
    fill(page, "Atlas, No task, Mon 16", "")
    assert "Atlas, No task · Mon 16 is emptied: delete its entry (“kick-off”, 2:00)?" in texts(page)
    assert buttons(page)["Write changes"].disabled, "nobody has said that it may go"
    buttons(page)["Keep it"].click().run()
    assert fields(page)["Atlas, No task, Mon 16"] == "2:00"
    fill(page, "Atlas, No task, Mon 16", "")
    buttons(page)["Delete it"].click().run()
    assert sent(house) == 0
    write(page)
    assert week(house.world) == BEFORE - {("Atlas", "Mon 09:00", 120, "kick-off")}
    assert "written] · Atlas, No task · Mon 16 · deleted" in texts(page)


def test_a_cell_that_stands_for_several_entries_opens_them(page: AppTest, house: House) -> None:
    assert not [label for label in fields(page) if label.startswith("Atlas, No task, Tue 17")]
    buttons(page)["1:30 (2)"].click().run()
    assert page.title[0].value == "Detailed"
    found = {name: page.query_params[name] for name in ("from", "to", "people", "without")}
    assert found == {"from": "2026-11-17", "to": "2026-11-17", "people": id_of(house.world, ANA), "without": "task"}


def test_a_note_of_a_cell_is_its_entrys_description(page: AppTest, house: House) -> None:
    assert not [one for one in page.text_input if str(one.key).endswith("-note")], "notes are drawn when they are opened"
    fill(page, "Internal, No task, Wed 18", "1:00")
    for row in ("Internal", "Atlas"):
        project = next(one.id for one in house.world.projects.values() if one.name == row)
        page.session_state[f"timesheet-{project}-none-notes"] = True
    page.run()
    notes = {str(one.label): one for one in page.text_input if str(one.key).endswith("-note")}
    assert {label: one.value for label, one in notes.items()} == {"Mon 16 · 2:00": "kick-off", "Wed 18 · 1:00": ""}
    notes["Mon 16 · 2:00"].set_value("kick-off and plan")
    notes["Wed 18 · 1:00"].set_value("mail").run()
    assert "Write 2 changes" in buttons(page)
    write(page)
    noted = {("Atlas", "Mon 09:00", 120, "kick-off and plan"), ("Internal", "Wed 09:00", 60, "mail")}
    assert week(house.world) == BEFORE - {("Atlas", "Mon 09:00", 120, "kick-off")} | noted


def test_what_is_typed_survives_other_pages_and_a_row_can_be_added(page: AppTest, house: House) -> None:
    fill(page, "Internal, No task, Wed 18", "1:00")
    settle(go_to(page, "overview"))
    settle(go_to(page, "track"))
    assert fields(page)["Internal, No task, Wed 18, changed, not written"] == "1:00"
    page.session_state["timesheet-add"] = True
    assert page.run().button(key="timesheet-add-row").disabled, "no project is chosen yet"
    page.selectbox(key="timesheet-project").set_value("").run()
    page.button(key="timesheet-add-row").click().run()
    fill(page, "No project, No task, Wed 18", "2h")
    write(page)
    assert {one[1:] for one in week(house.world)} - {one[1:] for one in BEFORE} == {("Wed 09:00", 60, ""), ("Wed 10:00", 120, "")}


def test_two_tabs_that_mean_the_same_write_it_once(page: AppTest, app_of: AppOf, house: House) -> None:
    other = opened(app_of, house)
    for tab in (page, other):
        fill(tab, "Internal, No task, Wed 18", "1:00")
    write(page)
    write(other)
    assert week(house.world) == BEFORE | {("Internal", "Wed 09:00", 60, "")}
    assert sent(house) == 1
    assert "".join(fields(other)).count("changed") == 0


def test_a_lost_reply_is_looked_up_and_until_then_nobody_types_into_its_cell(page: AppTest, house: House) -> None:
    house.front.fail("create", "stored, then dropped")
    house.front.fail("time-entries", "500", beside=True)
    fill(page, "Internal, No task, Wed 18", "1:00")
    write(page)
    (unknown,) = [one for one in page.text_input if "not known" in one.label]
    assert (unknown.disabled, unknown.value) == (True, "1:00")
    assert buttons(page)["Write changes"].disabled
    house.front.heal()
    page.button(key="timesheet-look-0").click().run()
    assert fields(page)["Internal, No task, Wed 18, written"] == "1:00"
    assert week(house.world) == BEFORE | {("Internal", "Wed 09:00", 60, "")}


def test_without_a_free_request_the_rest_is_kept_and_it_is_said_when_it_can_be_written(housed: Housed, app_of: AppOf) -> None:
    # Eight are used to open the pages: Clockify, which counts itself here, takes two more.
    house = furnished(housed(plan="FREE", requests_per_hour=10))
    page = opened(app_of, house)
    assert len(house.front.exchanges) == 8
    for day in ("Wed 18", "Thu 19", "Tue 17"):
        fill(page, f"Internal, No task, {day}", "1:00")
    write(page)
    assert week(house.world) == BEFORE | {("Internal", "Tue 14:30", 60, ""), ("Internal", "Wed 09:00", 60, "")}
    assert fields(page)["Internal, No task, Thu 19, changed, not written"] == "1:00"
    assert "No request is free now. The rest is kept and can be written again 14:00" in texts(page)
    house.clock.pass_by(minutes=61)
    write(settle(page.run()))
    assert ("Internal", "Thu 09:00", 60, "") in week(house.world)
    assert "No request is free" not in texts(page)


# That the rest is kept is tried by day, above.
@pytest.mark.nightly
def test_by_our_own_count_nothing_more_leaves(housed: Housed, app_of: AppOf) -> None:
    house = furnished(housed(plan="FREE"))
    page = opened(app_of, house, CLOCKIFY_REQUESTS_PER_HOUR="14")
    assert len(house.front.exchanges) == 8
    for row in ("Internal", "Borealis"):
        for day in ("Mon 16", "Tue 17", "Wed 18", "Thu 19"):
            fill(page, f"{row}, No task, {day}", "0:15")
    write(page)
    assert len(week(house.world)) - len(BEFORE) == sent(house) == 6
    assert "Write 2 changes" in buttons(page)
    assert "The rest is kept and can be written again 14:00" in texts(page)


def test_a_locked_day_locks_itself_and_not_the_week(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    house.world.settings["lockTimeEntries"] = f"{local(TUE, 0):%Y-%m-%dT%H:%M:%SZ}"
    log(house.world, BEN, "Atlas", local(MON, 9), 60, "old")
    page = opened(app_of, house, studio.MEMBER)
    disabled = {one.label for one in page.text_input if one.disabled and str(one.key).startswith("timesheet-")}
    assert disabled == {f"{name}, No task, Mon 16" for name in ("Atlas", "Borealis")}
    assert ":gray[:small[:material/lock: Mon 16]]" in [one.value for one in page.markdown]
    fill(page, "Atlas, No task, Tue 17", "1:00")
    write(page)
    assert week(house.world, BEN) == {("Atlas", "Mon 09:00", 60, "old"), ("Atlas", "Tue 09:00", 60, "")}


def test_without_a_pen_the_week_can_be_read_alone(house: House, app_of: AppOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "admit", lambda _: Viewer("Somebody", is_here=False))
    page = opened(app_of, house)
    assert not [one.key for one in (*page.text_input, *page.button) if str(one.key).startswith("timesheet-") and "open" not in str(one.key)]
    assert "**Timesheet, week 47**" in "".join(one.value for one in page.markdown)
    assert "2:00" in [one.value for one in page.markdown]


def test_an_overlap_is_said_before_it_is_written_and_what_is_written_can_be_undone(page: AppTest, house: House) -> None:
    fill(page, "Internal, No task, Mon 16", "10-12")
    assert "Internal, No task · Mon 16] · Overlaps with kick-off 09:00–11:00 by 1 h." in texts(page)
    write(page)
    assert week(house.world) == BEFORE | {("Internal", "Mon 10:00", 120, "")}
    page.button(key="track-undo").click().run()
    assert week(house.world) == BEFORE
    assert fields(settle(page))["Internal, No task, Mon 16, written"] == ""


def test_ten_rows_and_more_are_paged_with_the_totals_of_all(house: House, app_of: AppOf) -> None:
    for number in range(9):
        project = house.world.add_project(f"Extra {number}", None)
        start = local(THU, 8) + timedelta(hours=number)
        house.world.add_entry(house.world.users[id_of(house.world, ANA)], start, start + timedelta(minutes=30), project=project)
    page = opened(app_of, house)
    assert len(fields(page)) + 1 == 9 * 7, "a cell of two entries is a button"
    assert "Rows 1–9 of 12; the totals are of all" in texts(page)
    assert "**8:00**" in [one.value for one in page.markdown]
    # A row that is added is shown where it stands: one that is there already, too, and no second one is made of it.
    for project, first in (("Internal", "Extra 7, No task"), ("", "Extra 7, No task"), ("Atlas", "Atlas, No task")):
        page.session_state["timesheet-add"] = True
        chosen = next((one.id for one in house.world.projects.values() if one.name == project), "")
        page.run().selectbox(key="timesheet-project").set_value(chosen).run()
        page.button(key="timesheet-add-row").click().run()
        assert next(iter(fields(page))).startswith(first)
    assert "of 13; the totals are of all" in texts(page)
