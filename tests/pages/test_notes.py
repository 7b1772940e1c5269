"""What is written down, in Settings: tables, usual values, history and file; two who write at once; records that are damaged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from clockify.app.cards.notes import KINDS as TITLES
from clockify.app.shell import door, resources
from clockify.branding import Branding
from clockify.clients import ClientRule, Direction, Pack, Scope
from clockify.desk.viewer import Viewer
from clockify.errors import NotesDamaged, NotesTooNew, StoreError
from clockify.plans import KINDS, Capacity, CostRate, Cycle, DaysOff, Notes, Plan, Rate, Row, Target, Usual
from clockify.records.store import Records
from tests.support import studio
from tests.support.house import House
from tests.support.looks import buttons, everything, figures, go_to, is_sound, notices, settle, texts
from tests.support.pictures import png
from tests.support.taken import Taken

AppOf = Callable[..., AppTest]
Housed = Callable[..., House]
HOUR = 3600
GONE = "5f0000000000000000000bad"


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Taken:
    return Taken(monkeypatch)


@pytest.fixture
def house(housed: Housed) -> House:
    return housed()


@pytest.fixture
def page(house: House, app_of: AppOf) -> AppTest:
    return settings_of(app_of, house)


def settings_of(app_of: AppOf, house: House) -> AppTest:
    return go_to(settle(app_of(house.front, studio.KEY).run()), "settings")


class Editor:
    """Stands in for the hand at a table, which AppTest doesn't have: what it says becomes what the table holds."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.edit: Callable[[pd.DataFrame], pd.DataFrame] = lambda table: table
        self._draw = st.data_editor
        monkeypatch.setattr(st, "data_editor", self._edited)

    def _edited(self, table: pd.DataFrame, **terms: Any) -> pd.DataFrame:
        return self.edit(self._draw(table, **terms).copy())


@pytest.fixture
def editor(monkeypatch: pytest.MonkeyPatch) -> Editor:
    return Editor(monkeypatch)


def records() -> Records:
    return resources.desk().notebook(demo=False).records


def noted(house: House) -> Notes:
    return replace(records().notes(house.world.id), version=0)


def ids(house: House) -> dict[str, str]:
    return {str(one.name): one.id for one in (*house.world.users.values(), *house.world.clients.values(), *house.world.projects.values())}


def show(page: AppTest, title: str) -> AppTest:
    return next(one for one in page.get("button_group") if one.key == "noted").set_value(title).run()


def full(house: House) -> Notes:
    who = ids(house)
    return Notes(
        capacities=(Capacity(who["Ana Kovač"], (27_001, 0, 8 * HOUR, 0, 1, 0, 0), date(2026, 1, 1)), Capacity(GONE, (HOUR,) * 7)),
        days_off=(DaysOff("*", date(2026, 12, 25), date(2026, 12, 26), " a space "),),
        targets=(Target(who["Ben Okafor"], 80, None),),
        cost_rates=(CostRate(who["Ana Kovač"], 4_501, "EUR", date(2026, 2, 1)),),
        plans=(Plan(who["Atlas"], seconds=100 * HOUR, cycle=Cycle.MONTH, carries=True, threshold=70), Plan(GONE, cents=1)),
        rates=(Rate(who["Internal"], 8_500),),
        client_rules=(ClientRule(who["Acme"], Direction.NEAREST, 6, Scope.LINE),),
        packs=(
            Pack(date(2026, 1, 1), who["Acme"], seconds=3601),
            Pack(date(2026, 1, 1), project_id=who["Atlas"], cents=501, currency="EUR"),
        ),
        branding=Branding("Team", "Gate 5\nOslo", png(3, 2), "png", "#1b4d89"),
        usual=Usual(39 * HOUR, 20 * HOUR, 75, 80, 70),
    )


def write(house: House, notes: Notes) -> None:
    records().replace(house.world.id, notes, by="a test")


def row_set(rows: Sequence[Row]) -> set[Row]:
    return set(rows)


# Tables


@pytest.mark.parametrize("kind", KINDS)
def test_looking_at_a_table_changes_nothing(page: AppTest, house: House, kind: str) -> None:
    write(house, full(house))
    show(page.run(), TITLES[kind])
    assert is_sound(page)
    assert page.button(key="noted-save").disabled
    assert not [words for words in ("to go.", "Line ", "Somebody has changed") if words in texts(page)]
    assert "noted-discard" not in {one.key for one in page.button}


@pytest.mark.parametrize("kind", KINDS)
def test_tables_without_rows_are_offered_too(page: AppTest, kind: str) -> None:
    show(page, TITLES[kind])
    assert is_sound(page)
    assert page.button(key="noted-save").disabled


def test_a_changed_line_is_saved_and_told_in_the_history(page: AppTest, house: House, editor: Editor) -> None:
    write(house, full(house))
    page.run()
    editor.edit = lambda table: table.assign(
        Mon=[6.0 if one == "Ana Kovač" else mon for one, mon in zip(table["Person"], table["Mon"], strict=True)]
    )
    page.run()
    assert "1 new or changed line, 1 old one to go." in texts(page)
    page.button(key="noted-save").click()
    editor.edit = lambda table: table
    page.run()
    assert notices(page, "success") == ["Saved."]
    assert [row.seconds[0] for row in noted(house).capacities if row.user_id != GONE] == [6 * HOUR]
    assert noted(house).capacities.count(Capacity(GONE, (HOUR,) * 7)) == 1, "who is gone from Clockify stays"
    history = show(page, "History").dataframe[-1].value
    assert history["What"].tolist()[0] == "Capacities"
    assert history["Before"].tolist()[0].startswith("Ana Kovač: 7.50028 0 8 0 0.000277778 0 0")
    assert history["After"].tolist()[0].startswith("Ana Kovač: 6 0 8 0")


def test_a_line_that_cant_be_right_is_named_and_not_saved(page: AppTest, house: House, editor: Editor) -> None:
    editor.edit = lambda table: pd.DataFrame({"Project": ["Atlas", "Atlas"], "Rate an hour": [85.0, 90.0]})
    show(page, "Rates")
    assert "Line 2, Atlas: This project has a rate already." in texts(page)
    assert page.button(key="noted-save").disabled
    page.run()
    assert noted(house) == Notes()


def test_what_is_edited_is_dropped_by_discard(page: AppTest, house: House, editor: Editor) -> None:
    editor.edit = lambda table: pd.DataFrame({"Project": ["Atlas"], "Rate an hour": [85.0]})
    show(page, "Rates")
    page.button(key="noted-discard").click()
    editor.edit = lambda table: table
    page.run()
    assert page.button(key="noted-save").disabled
    assert noted(house) == Notes()


def test_a_hostile_name_is_text_in_problems(page: AppTest, house: House, editor: Editor) -> None:
    atlas = house.world.projects[ids(house)["Atlas"]]
    house.world.projects[atlas.id] = replace(atlas, name="![x](https://evil.invalid/x.png) $a$ <b>")
    settle(page.run())
    house.clock.pass_by(hours=2)
    settle(go_to(page, "overview"))
    go_to(page, "settings")
    editor.edit = lambda table: pd.DataFrame({"Project": [atlas.id, atlas.id], "Rate an hour": [1.0, 2.0]})
    show(page, "Rates")
    assert is_sound(page)
    assert not [one.value for one in page.markdown if "![x](" in one.value]


def test_two_who_save_the_same_row_dont_overwrite_each_other(house: House, app_of: AppOf, editor: Editor) -> None:
    pages = [settings_of(app_of, house) for _ in range(2)]
    write(house, full(house))
    mine, theirs = (show(one, "Rates") for one in pages)

    def edited(page: AppTest, rate: float | None) -> AppTest:
        editor.edit = lambda table: table if rate is None else table.assign(**{"Rate an hour": rate})
        return page.run()

    edited(theirs, 95.0)
    edited(mine, 90.0).button(key="noted-save").click()
    edited(mine, None)
    assert noted(house).rates == (Rate(ids(house)["Internal"], 9_000),)
    edited(theirs, 95.0)
    assert "Somebody has changed this table since you opened it." in texts(theirs)
    theirs.button(key="noted-save").click().run()
    assert noted(house).rates == (Rate(ids(house)["Internal"], 9_000),)
    (said,) = notices(theirs, "error")
    assert said == "Somebody else changed this meanwhile. Look at what is there now, then make your change again."
    theirs.button(key="noted-discard").click()
    assert "Somebody has changed" not in texts(edited(theirs, None))
    edited(theirs, 95.0).button(key="noted-save").click()
    edited(theirs, None)
    assert noted(house).rates == (Rate(ids(house)["Internal"], 9_500),)


def test_two_who_save_different_rows_both_have_them(house: House, app_of: AppOf, editor: Editor) -> None:
    mine, theirs = (show(settings_of(app_of, house), "Rates") for _ in range(2))
    for page, name in ((mine, "Atlas"), (theirs, "Internal")):
        editor.edit = lambda table, name=name: pd.concat([table, pd.DataFrame({"Project": [name], "Rate an hour": [85.0]})])  # type: ignore[misc]
        page.run().button(key="noted-save").click()
        editor.edit = lambda table: table
        page.run()
    who = ids(house)
    assert row_set(noted(house).rates) == {Rate(who["Atlas"], 8_500), Rate(who["Internal"], 8_500)}


# Usual values, history


def usual_form(page: AppTest) -> dict[str, Any]:
    return {one.label: one for one in page.number_input}


def test_usual_values_are_saved_and_empty_targets_are_none(page: AppTest, house: House) -> None:
    form = usual_form(show(page, "Usual"))
    form["Hours a week, a person"].set_value(38.5)
    form["Warn at % of a plan"].set_value(90)
    form["Utilization target %"].set_value(85)
    page.button(key="noted-save-usual").click().run()
    assert is_sound(page)
    assert noted(house).usual == Usual(138_600, 40 * HOUR, 90, 85, None)
    assert notices(page, "success") == ["Saved."]
    settle(go_to(page, "team"))
    assert "target 85%" in everything(page)
    assert "3 people have the usual 38.5 h a week" in texts(page)


def test_saving_what_is_there_is_no_change(page: AppTest) -> None:
    show(page, "Usual").button(key="noted-save-usual").click().run()
    assert records().history(records_workspace(page)) == []


def records_workspace(page: AppTest) -> str:
    return str(page.session_state["_session"].looking.access.workspace.id)


def test_the_last_change_is_taken_back_and_the_one_before(page: AppTest, house: House) -> None:
    atlas = ids(house)["Atlas"]
    records().save(house.world.id, "rates", [], [Rate(atlas, 100)], by="Ana")
    records().save(house.world.id, "rates", [Rate(atlas, 100)], [Rate(atlas, 200)], by="Bo")
    show(page.run(), "History")
    assert page.dataframe[-1].value["Who"].tolist() == ["Bo", "Ana"]
    for left in ((Rate(atlas, 100),), ()):
        page.button(key="noted-undo").click().run()
        assert notices(page, "success") == ["Taken back."]
        assert noted(house).rates == left
    assert page.button(key="noted-undo").disabled
    assert page.dataframe[-1].value["What"].tolist() == ["Rates (took back)", "Rates (took back)", "Rates, taken back", "Rates, taken back"]
    assert "Nothing" not in texts(page)


# The file


def upload(page: AppTest, content: bytes) -> AppTest:
    return page.get("file_uploader")[0].set_value(("notes.toml", content, "application/toml")).run()


def test_what_is_taken_away_can_be_taken_in_elsewhere(page: AppTest, house: House, taken: Taken) -> None:
    wanted = full(house)
    write(house, wanted)
    show(page.run(), "File")
    file = taken.files()["notes-toml"]
    assert b"Ana Kova\xc4\x8d" in file
    write(house, Notes())
    page.run()
    # A person who is gone is known where he is written down, and nowhere else.
    upload(page, file)
    assert f"{GONE}" in texts(page) or "Line " in texts(page)
    assert noted(house) == Notes()
    kept = replace(wanted, capacities=wanted.capacities[:1], plans=wanted.plans[:1])
    write(house, kept)
    page = show(page.run(), "File")
    file = taken.files()["notes-toml"]
    write(house, replace(Notes(), version=0))
    upload(page.run(), file)
    counted = "1 capacities, 1 days off, 1 targets, 1 costs, 1 plans, 1 rates, 1 client rules, 2 packs and branding"
    assert f"The file has {counted}." in texts(page)
    assert noted(house) == Notes(), "nothing before it is said"
    page.button(key="noted-replace").click().run()
    assert noted(house) == kept
    assert notices(page, "success") == ["Taken in. History can take it back."]


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        (b"[usual]\nperson_week = 400\n", 1, "168"),
        (b'# fine\n\n[[rate]]\nproject_id = "nobody"\nper_hour = "85.00"\n', 4, ""),
        (b"[[rate]\n", 1, ""),
        (b'[usual]\nthreshold = 80\n[[day_off]]\nuser_id = "*"\nfirst_day = 2026-12-26\nlast_day = 2026-12-25\n', 0, "before the first"),
    ],
)
def test_a_bad_file_names_its_line_and_changes_nothing(page: AppTest, house: House, content: bytes, line: int, said: str) -> None:
    write(house, full(house))
    before = noted(house)
    upload(show(page.run(), "File"), content)
    assert is_sound(page)
    words = texts(page)
    assert f"Line {line or ''}" in words and said in words
    assert "Nothing was changed." in words
    assert "noted-replace" not in {one.key for one in page.button}
    assert noted(house) == before


def test_a_file_that_is_no_text_is_refused(page: AppTest, house: House) -> None:
    upload(show(page, "File"), b"\xff\xfe\x00")
    assert notices(page, "error") == ["This file is no text in UTF-8, so nothing was changed."]


# Rights and faults


@pytest.mark.parametrize("terms", [{"sees_money": False}, {"sees_cost": False}, {"people": frozenset({"nobody"})}, {"may_connect": False}])
def test_who_may_not_see_all_may_not_write(
    house: House, app_of: AppOf, taken: Taken, monkeypatch: pytest.MonkeyPatch, terms: dict[str, Any]
) -> None:
    settings_of(app_of, house)
    write(house, full(house))
    monkeypatch.setattr(door, "admit", lambda _: Viewer("Ben", **terms))
    page = settings_of(app_of, house)
    taken.files()
    page.run()
    assert "Admins can change it." in texts(page)
    assert not [one.key for one in page.get("button_group") if one.key == "noted"]
    assert "notes-toml" not in taken.files()
    assert not {"noted-save", "noted-undo", "noted-replace"} & {one.key for one in page.button}


def test_damaged_records_are_told_and_keep_no_page_from_its_figures(house: House, app_of: AppOf, tmp_path: Path) -> None:
    (tmp_path / "app-records.sqlite").write_bytes(b"this is not a database at all, whatever its name says" * 40)
    page = settle(app_of(house.front, studio.KEY).run())
    assert figures(page) == studio.NOVEMBER
    for name in ("overview", "team", "billable", "detailed"):
        settle(go_to(page, name))
        assert is_sound(page)
        (said,) = [one for one in notices(page) if "damaged" in one]
        assert said.startswith("What is written down here is damaged.")
        assert "put a backup in its place" in said
    assert figures(go_to(page, "team"))["Capacity"] == "288.0 h", "by the usual week"
    settle(go_to(page, "track"))
    assert is_sound(page) and len([one for one in notices(page) if "damaged" in one and one.startswith("What is written")]) == 1
    assert not [one for one in page.button if one.key in ("track-save", "timer-start")], "what can't be noted isn't sent"
    page = go_to(page, "settings")
    (said,) = [one for one in notices(page) if "damaged" in one]
    assert said.startswith("What is written down here is damaged.") and "TOML" in said
    assert not [one.key for one in page.get("button_group") if one.key == "noted"]


@pytest.mark.parametrize(
    ("fault", "title"),
    [
        (NotesTooNew("It was written by a newer version."), "What is written down here is of a newer version"),
        (NotesDamaged("It is damaged."), "What is written down here is damaged"),
        (StoreError("It is locked."), "What is written down here can't be read"),
    ],
)
def test_each_fault_of_the_records_has_its_title(
    house: House, app_of: AppOf, monkeypatch: pytest.MonkeyPatch, fault: StoreError, title: str
) -> None:
    def refuse(*_: object) -> int:
        raise fault

    monkeypatch.setattr(Records, "version", refuse)
    page = settle(app_of(house.front, studio.KEY).run())
    assert figures(page) == studio.NOVEMBER
    assert [one for one in notices(page) if one.startswith(f"{title}. {fault}")]
    assert "Profile and workspaces" not in "\n".join(notices(page))
    assert [one for one in notices(go_to(page, "settings"), "error") if one.startswith(f"{title}. {fault} {fault.advice}")]


def test_on_people_a_refused_mark_says_what_it_is(house: House, app_of: AppOf, monkeypatch: pytest.MonkeyPatch) -> None:
    page = settle(app_of(house.front, studio.KEY).run())
    settle(go_to(page, "team"))

    def refuse(*_: object, **__: object) -> None:
        raise StoreError("It is locked.")

    monkeypatch.setattr(Records, "mark_week", refuse)
    page.session_state["done-people-2026-11-09-0"] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    page.run().button(key="done-mark").click().run()
    assert is_sound(page)
    assert [one for one in notices(page) if "It is locked." in one]
    assert page.dataframe[0].value["State"].tolist() == ["open"] * 3
    assert buttons(page)
