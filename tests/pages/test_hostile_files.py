"""Names that look like markup in the list of entries, on an entry's card, in a week, and in every file that is taken away."""

from __future__ import annotations

import csv
import io
import json
import re
import string
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from pypdf import PdfReader
from streamlit.testing.v1 import AppTest

from clockify.app.cards import detailed
from clockify.app.cards.downloads import ALL_COLUMNS
from clockify.app.shell.session import KEY
from clockify.demo import OWNER_KEY, RunningServer, server
from clockify.demo.entities import Entry
from tests.support.hostile import CURRENCY, KINDS, LABELS, TWIN, Hostile, hostile_name, hostile_world, readable
from tests.support.looks import buttons, everything, go_to, is_sound
from tests.support.shown import markdown_of, unescaped
from tests.support.taken import Taken

ADDRESS = "http://127.0.0.1:9"
FORMULA_SIGNS = tuple("=+-@")
PAGES = {"overview": 5, "billable": 8, "detailed": 6, "weekly": 7}
HALF = "cut \ud83d short"
WITHOUT = {"task": "No task", "tag": "Untagged"}

AppOf = Callable[..., AppTest]
Serve = Callable[..., RunningServer]


@pytest.fixture
def hostile() -> Hostile:
    return hostile_world(datetime.now(ZoneInfo("Europe/Belgrade")).date(), ADDRESS)


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Taken:
    return Taken(monkeypatch)


@pytest.fixture
def page(hostile: Hostile, app_of: AppOf, served: Serve) -> AppTest:
    opened = app_of(served(hostile.world))
    opened.query_params["period"] = "last-month"
    return opened.run()


def went(page: AppTest) -> AppTest:
    """Check a page that was run: no name stands in a text unescaped, and the key stands nowhere."""
    assert is_sound(page)
    raw = {hostile_name(label, kind, ADDRESS) for label in LABELS for kind in KINDS}
    dangerous = {name for name in raw if not set(string.punctuation).isdisjoint(name)} | {CURRENCY.format(address=ADDRESS)}
    assert not [(name, text) for text in markdown_of(page) for name in dangerous if name in text]
    assert OWNER_KEY not in everything(page)
    return page


def week_of(entry: Entry) -> date:
    day = datetime.fromtimestamp(entry.start, ZoneInfo("Europe/Belgrade")).date()
    return day - timedelta(days=day.weekday())


def weeks(hostile: Hostile) -> dict[date, list[Entry]]:
    """Return the entries of the month's whole weeks."""
    found: dict[date, list[Entry]] = {}
    for entry in hostile.world.entries:
        found.setdefault(week_of(entry), []).append(entry)
    wanted = {week_of(entry) for entry in hostile.entries()}
    return {week: entries for week, entries in found.items() if week in wanted}


def in_week(page: AppTest, week: date, show: str) -> AppTest:
    page.query_params |= {"week": week.isoformat(), "of": "everyone"}
    go_to(page, "weekly").segmented_control(key="show").set_value(show)
    return went(page.run())


def test_the_list_has_names_as_values_and_the_search_has_them_plain(page: AppTest, hostile: Hostile) -> None:
    went(go_to(page, "detailed"))
    table = page.table[0].value
    names = {kind: {thing.id: hostile.shown(kind, label) for label, thing in hostile.things(kind).items()} for kind in KINDS[:-1]}
    meant = Counter(tuple(one.replace(" ,", ",") for one in told_of(entry, hostile, names)) for entry in hostile.entries())
    columns = [table[name] for name in ("Person", "Project · client", "Description", "Task · tags")]
    assert Counter(tuple(unescaped(cell).replace(" ,", ",") for cell in row) for row in zip(*columns, strict=True)) == meant
    for key, kind in (("tasks", "task"), ("tags", "tag")):
        options = page.selectbox(key=key).options
        assert Counter(options[1:]) == Counter({hostile.shown(kind, label) for label in LABELS})


def told_of(entry: Entry, hostile: Hostile, names: dict[str, dict[str, str]]) -> tuple[str, ...]:
    """Return what the list must say of an entry."""
    project = hostile.world.projects[entry.project_id or ""]
    tags = ", ".join(names["tag"][one] for one in entry.tag_ids)
    done = [names["task"][entry.task_id]] if entry.task_id else []
    where = f"{names['project'][project.id]} · {names['client'][project.client_id or '']}"
    return (
        names["person"][entry.user_id],
        where,
        readable(entry.description) or "no description",
        " · ".join([*done, *filter(None, [tags])]),
    )


@pytest.mark.nightly
def test_searching_by_a_name_finds_its_own_entries(page: AppTest, hostile: Hostile, taken: Taken) -> None:
    page = go_to(page, "detailed")
    for label in LABELS:
        if label == "blank" or hostile.shown("tag", label) == TWIN:
            continue
        page.query_params |= {"tags": hostile.tags[label].id, "search": ""}
        went(page.run())
        meant = hostile.entries(lambda entry, label=label: hostile.tags[label].id in (entry.tag_ids or ()))  # type: ignore[misc]
        assert f"{len(meant)} entries · " in unescaped(page.markdown[0].value.split("**")[1])
        (head,) = [json.loads(file)["header"] for key, file in taken.files().items() if key == "entries-json"]
        assert head["filters"].endswith(f" · {hostile.shown('tag', label)}")
        assert head["totals"]["seconds"] == sum(entry.seconds for entry in meant)


@pytest.mark.nightly
def test_an_entrys_card_reads_as_it_was_written(page: AppTest, hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    show = detailed.show_clicked

    def noted(view: Any) -> None:
        shown[:] = [view]
        show(view)

    monkeypatch.setattr(detailed, "show_clicked", noted)
    went(go_to(page, "detailed"))
    entries = shown[0].entries(ALL_COLUMNS)
    for label in LABELS:
        task = hostile.tasks[label].id
        page.session_state[KEY].entry = entries[(entries["task_id"] == task) & (entries["tag_ids"] != "")].iloc[:1]
        went(page.run())
        card = dict(page.table[1].value.to_numpy().tolist())
        for field, kind in (("Person", "person"), ("Client", "client"), ("Project", "project"), ("Task", "task"), ("Tags", "tag")):
            assert unescaped(card[field]) == hostile.shown(kind, label)
        for field in ("Rate", "Amount"):
            code = hostile.clients[label].currency
            usual = {"EUR": "€", "USD": r"\$", "GBP": "£"}
            assert card[field].startswith(usual[code]) if code in usual else unescaped(card[field]).startswith(readable(code))


def test_a_week_shows_every_name_as_text(page: AppTest, hostile: Hostile) -> None:
    seen: Counter[str] = Counter()
    for week, entries in weeks(hostile).items():
        in_week(page, week, "Report")
        if "Open all" in buttons(page):
            went(buttons(page)["Open all"].click().run())
        report, projects = (table.value for table in page.table)
        cells = [unescaped(re.sub(r" ?:gray\[(?:· )?non-billable\]$", "", cell)) for cell in report["Description"]]
        seen.update(unescaped(name) for name in projects.iloc[:, 1])
        (block,) = page.code
        for entry in entries:
            name = readable(entry.description or "")
            assert any(name in cell for cell in cells)
            assert name in block.value
        for show, kind in (("Projects × days", "project"), ("People × days", "person")):
            in_week(page, week, show)
            names = [unescaped(name.partition(" · :color[nothing")[0]) for name in page.table[0].value.iloc[:-1, 0]]
            assert set(names) <= {hostile.told(kind, label) for label in LABELS}
            assert page.table[0].value["Total"].iloc[-1] == sum(entry.seconds for entry in entries)
    assert set(seen) == {hostile.told("project", label) for label in LABELS}


def test_everyone_of_the_list_is_chosen_as_himself(page: AppTest, hostile: Hostile) -> None:
    """Two twins, and one who is called Everyone."""
    for week, entries in weeks(hostile).items():
        page.query_params.pop("people", None)
        options = list(in_week(page, week, "People × days").selectbox(key="week-person").options)
        assert len(options) == len(set(options)) == len(LABELS) + 1
        ids = {entry.user_id for entry in entries}
        for label in (one for one in LABELS if hostile.people[one].id in ids and one in ("impostor", "twin one", "twin two", "blank")):
            person = hostile.people[label]
            (option,) = [one for one in options if one.endswith(person.id[-6:])] or [hostile.shown("person", label)]
            page.selectbox(key="week-person").select(option)
            went(page.run())
            assert page.multiselect(key="people").value == [person.id]
            assert page.table[0].value["Total"].iloc[-1] == sum(entry.seconds for entry in entries if entry.user_id == person.id)


@pytest.mark.parametrize("compare", ["all", "previous"])
def test_every_file_is_made_and_holds_no_formula_no_markup_and_no_key(page: AppTest, taken: Taken, hostile: Hostile, compare: str) -> None:
    page.query_params |= {"rounding": "up-15", "compare": compare, "week": max(weeks(hostile)).isoformat(), "of": "everyone"}
    hostile.world.name = hostile_name("html", "project", ADDRESS)
    for name, count in PAGES.items():
        taken.files()
        went(go_to(page, name))
        files = taken.files()
        assert len(files) == count
        for key, file in files.items():
            assert OWNER_KEY.encode() not in file
            check_file(key, file)


def check_file(key: str, file: bytes) -> None:
    """Read a file as its reader does."""
    kind = key.rpartition("-")[2]
    if kind == "csv":
        cells = [cell for row in csv.reader(io.StringIO(file.decode(), newline="")) for cell in row]
        parts = [part.strip().strip('"').strip() for cell in cells for part in re.split("[,;\t\r\n]", cell)]
        assert not [part for part in parts if part.startswith(FORMULA_SIGNS)], key
    elif kind == "xlsx":
        with ZipFile(io.BytesIO(file)) as book:
            assert not [part for part in book.namelist() if b"<f>" in book.read(part) or b"<hyperlink" in book.read(part)]
        sheets = openpyxl.load_workbook(io.BytesIO(file))
        assert not [cell for sheet in sheets for row in sheet.iter_rows() for cell in row if cell.data_type in ("f", "e")]
    elif kind == "json":
        assert len(json.loads(file)["entries"]) == json.loads(file)["header"]["totals"]["entries"]
    elif kind == "pdf":
        assert not [sheet for sheet in PdfReader(io.BytesIO(file)).pages if "/Annots" in sheet]
    elif kind == "eml":
        message = message_from_bytes(file, policy=default)
        assert set(message.keys()) == {"Subject", "Date", "X-Unsent", "MIME-Version", "Content-Type"}
        check_html(message.get_body(("html",)).get_content())  # type: ignore[union-attr]
    else:
        check_html(file.decode())


def check_html(text: str) -> None:
    assert "<script" not in text
    assert "<img" not in text
    assert "<a " not in text


@pytest.fixture
def halves(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hostile]:
    """A workspace in which everything is called by a name with half a character, as JSON may have it."""

    def dumps(value: Any, **terms: Any) -> str:
        return json.dumps(value, **terms | {"ensure_ascii": True})

    monkeypatch.setattr(server, "json", SimpleNamespace(dumps=dumps, loads=json.loads, JSONDecodeError=json.JSONDecodeError))
    built = hostile_world(datetime.now(ZoneInfo("Europe/Belgrade")).date(), ADDRESS, tame=True)
    built.world.name = HALF
    for things in (built.people, built.clients, built.projects, built.tasks, built.tags):
        for label in ("html", "latex"):
            things[label] = built.world.edit(things[label], name=HALF)  # type: ignore[index,type-var]
    for entry in built.entries():
        built.world.edit_entry(entry.id, description=HALF)
    yield built


def test_half_a_character_breaks_no_page_and_no_file(halves: Hostile, app_of: AppOf, served: Serve, taken: Taken) -> None:
    page = app_of(served(halves.world))
    page.query_params |= {"period": "last-month", "compare": "previous", "rounding": "nearest-6", "search": "cut"}
    page.query_params |= {"week": max(weeks(halves)).isoformat(), "of": "everyone"}
    page.run()
    for name, count in PAGES.items():
        assert is_sound(go_to(page, name))
        files = taken.files()
        assert len(files) >= count
        for key, file in files.items():
            check_file(key, file)
        for show in ("Projects × days", "People × days") if name == "weekly" else ("Person", "Task", "Tag"):
            page.query_params["show" if name == "weekly" else "group-by"] = show
            assert is_sound(page.run())
    go_to(page, "detailed")
    assert {unescaped(one) for one in page.table[0].value["Description"]} >= {"cut ? short"}
