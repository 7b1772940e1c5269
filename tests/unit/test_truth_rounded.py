"""Rounded figures, comparisons, weeks and files on random views, against each raw reply rounded in plain Python (`truth`)."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as some

from clockify.app.cards import billable, overview
from clockify.app.cards.detailed import Found
from clockify.app.cards.downloads import entry_files, facts_of
from clockify.app.cards.week import Sheet
from clockify.app.cards.week import Shown as Form
from clockify.demo import agency_world, create_app, serve
from clockify.periods import Period, Preset
from clockify.render.files.clockify_csv import ISO, weekly_csv
from clockify.render.files.comma import billable_csv, summary_csv, weekly_grid_csv
from clockify.render.files.xlsx import billable_xlsx, summary_xlsx, weekly_grid_xlsx
from clockify.render.palette import LIGHT
from clockify.render.tables.billable import billable_table
from clockify.render.tables.summary import summary_table
from clockify.reports.billing import billing_rows
from clockify.reports.grouping import Grouping, grouped
from clockify.reports.measures import Totals
from clockify.reports.rounding import MINUTES, Direction
from tests.support import truth
from tests.support.databases import Place
from tests.support.files import csv_rows, seconds_in, sheet_rows, ticks_in, totals_sheet
from tests.support.mirrors import mirror_of
from tests.support.rounded import RULES, Page, Rule, moved
from tests.support.views import NOW, PAIRS, VIEWS, Books, Dated, Wanted

MOST_ROWS_READ = 800


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    place = Place(None, tmp_path_factory.mktemp("rounded"))
    with (
        serve(create_app(agency_world(NOW))) as server,
        mirror_of(server, place, clock=lambda: NOW) as copy,
    ):
        raw = [entry for year in (2024, 2025, 2026, 2027) for entry in truth.fetch_entries(server, date(year, 1, 1), date(year + 1, 1, 1))]
        assert len({entry.currency for entry in raw if entry.cents}) >= 3
        assert sum(bool(entry.seconds % 60) for entry in raw) > 100, "some entries end within a minute"
        yield Books(copy, raw)


WANTED = some.tuples(VIEWS, some.sampled_from(RULES), some.sampled_from(["previous", "last-year"]))
NOTHING = frozenset[int]()
TASKS = Wanted(
    "Asia/Kolkata", Preset.LAST_MONTH, NOW.date(), 1, NOTHING, NOTHING, NOTHING, None, PAIRS.index((Grouping.PERSON, Grouping.TASK))
)
LEAP = Wanted("Europe/Belgrade", Preset.CUSTOM, date(2024, 2, 29), 40, NOTHING, NOTHING, NOTHING, None, 7)


@pytest.mark.parametrize("views", [3, pytest.param(1000, marks=pytest.mark.nightly)])
def test_pages_and_files_are_the_sums_of_rounded_entries(books: Books, views: int) -> None:
    @settings(max_examples=views, derandomize=True, deadline=None, database=None, phases=[Phase.explicit, Phase.generate])
    @example((LEAP, ("nearest", 5), "last-year"))
    @example((TASKS, ("down", 5), "previous"))
    @given(WANTED)
    def hold(asked: tuple[Wanted, tuple[str, int], str]) -> None:
        wanted, rule, against = asked
        page = Page(books, wanted, Rule(*rule), against)
        check_totals(page)
        for first, then in (PAIRS[wanted.pair], (Grouping.TAG, None), (Grouping.DAY, None)):
            check_summary(page, first, then)
        check_billing(page)
        if len(page.dated) <= MOST_ROWS_READ:  # reading Excel back takes a millisecond a row
            check_entry_files(page)
        check_week(Page(books, wanted, Rule(*rule), against, week=True))

    hold()


def test_every_rule_is_one_of_the_app() -> None:
    assert {minutes for _, minutes in RULES} == set(MINUTES)
    assert {direction for direction, _ in RULES} | {"none"} == set(Direction)


def sums(dated: Dated) -> truth.Sums:
    return truth.sums_of(entry for _, entry in dated)


def agree(totals: Totals | None, meant: truth.Sums) -> bool:
    """Compare to the second and to the fraction of a cent; nothing earned of a currency may stand as zero or not at all."""
    assert totals is not None
    cents = {code: Fraction(ticks, 3600) for code, ticks in totals.amounts.items() if ticks}
    found = (totals.seconds, totals.billable_seconds, totals.entries, cents)
    return found == (meant.seconds, meant.billable, meant.entries, {code: one for code, one in meant.cents.items() if one})


def check_totals(page: Page) -> None:
    """Cards, the line over the list, and the difference to the exact total."""
    found = Found(page.view)
    assert agree(page.view.totals, sums(page.dated))
    assert agree(page.view.exact, sums(page.exact))
    assert agree(found.totals, sums(page.dated))
    assert agree(found.exact, sums(page.exact))
    check_compared(page, found)
    assert page.view.previous == Period(page.days_before[0], page.days_before[-1] + truth.DAY)


def check_compared(page: Page, found: Found) -> None:
    """The days that are over beside as many before, unless none is or data begins only after those."""
    if page.view.begins_late:
        begun = [day for day, _ in page.books.dated_in(page.view.access.zone)]
        assert page.view.begins_late == min(day for day in begun if day >= page.days_before[0]) > page.days_before[0]
    if not truth.days_over(page.days, page.view.today) or page.view.begins_late:
        page.before.clear()  # is beside nothing
        assert found.pair is None
        assert page.view.beside is None
        return
    assert found.pair is not None
    assert agree(found.pair.now, sums(page.over))
    assert agree(found.pair.before, sums(page.before))


def check_summary(page: Page, first: Grouping, then: Grouping | None) -> None:
    """Rows, and beside each what it had before: the table on the page and its files."""
    frame, before = overview._summed(page.view, first, then)
    assert (before is None) == (page.view.beside is None)
    rows = grouped(frame, first, then, page.view.directory)
    styler = summary_table(rows, page.view.totals, page.view.directory, LIGHT, first=first, then=then, before=before)
    beside = [round(hours * 3600) for hours in styler.data[page.view.previous.label()]] if before else [0] * (len(rows) + 1)
    kinds = [(first.value,), (first.value, then.value)] if then else [(first.value,)]
    now, other = ({keys: one for some in kinds for keys, one in truth.sums_by(dated, *some).items()} for dated in (page.dated, moved(page)))
    assert beside.pop() == sums(page.before).seconds
    found = {}
    for row, seconds in zip(rows.to_dict("records"), beside, strict=True):
        keys = (row["first_id"], row["second_id"])[: row["level"]]
        found[keys] = (row["seconds"], row["billable_seconds"], row["entries"], cents_of(row), seconds)
    assert found == {
        keys: (one.seconds, one.billable, one.entries, {code: part for code, part in one.cents.items() if part}, was.seconds)
        for keys in now.keys() | other.keys()
        for one, was in [(now.get(keys, truth.Sums()), other.get(keys, truth.Sums()))]
    }
    if before:
        check_changes(page, rows, styler.data, kinds, other)
    check_summary_files(page, rows[rows["entries"] > 0], first, then, kinds[-1])


def check_changes(page: Page, rows: pd.DataFrame, table: pd.DataFrame, kinds: list[tuple[str, ...]], was: dict[Any, truth.Sums]) -> None:
    """What is compared with before: of a running period the days that are over."""
    over = {keys: one for some in kinds for keys, one in truth.sums_by(page.over, *some).items()}
    head = next(name for name in table if str(name).startswith("Change"))
    last = truth.days_over(page.days, page.view.today)[-1]
    assert head == ("Change" if last == page.days[-1] else f"Change to {last.day} {last:%b}")
    for row, shown in zip(rows.to_dict("records"), table[head], strict=False):
        keys = (row["first_id"], row["second_id"])[: row["level"]]
        before, now = (sums_of.get(keys, truth.Sums()).seconds for sums_of in (was, over))
        assert math.isclose(shown, now / before - 1 if before else 0, abs_tol=1e-9)


def cents_of(row: dict[Any, Any]) -> dict[str, Fraction]:
    return {name.partition(":")[2]: Fraction(ticks, 3600) for name, ticks in row.items() if str(name).startswith("amount_ticks:") and ticks}


def check_summary_files(page: Page, rows: pd.DataFrame, first: Grouping, then: Grouping | None, kinds: tuple[str, ...]) -> None:
    whole, parts = sums(page.dated), truth.sums_by(page.dated, *kinds)
    *lines, last = csv_rows(summary_csv(rows, page.view.totals, page.view.directory, first=first, then=then))
    assert sorted(int(line["Seconds"]) for line in lines) == sorted(one.seconds for one in parts.values())
    assert (int(last["Seconds"]), int(last["Entries"])) == (whole.seconds, whole.entries)
    for code, total in whole.cents.items():
        added = sum(Fraction(line[f"Amount ({code})"]) for line in lines) if "tag" not in kinds else Fraction(last[f"Amount ({code})"])
        assert added * 100 == truth.half_up(total, 6)
    book = summary_xlsx(rows, facts_of(page.view, "Summary"), first=first, then=then)
    assert sorted(seconds_in(line["Duration"]) for line in sheet_rows(book, "Summary")) == sorted(one.seconds for one in parts.values())
    check_totals_sheet(book, whole, sums(page.exact))


def check_totals_sheet(book: bytes, whole: truth.Sums, exact: truth.Sums) -> None:
    listed = totals_sheet(book)
    assert [seconds_in(one) for one in listed["Duration"]] == [whole.seconds, exact.seconds]
    assert [seconds_in(one) for one in listed["Billable"]] == [whole.billable, exact.billable]
    assert listed["Entries"] == (whole.entries, exact.entries)
    for code in {**whole.cents, **exact.cents}:
        amounts = [Fraction(ticks_in(one), 3600) for one in listed[f"Amount ({code})"]]
        assert amounts == [whole.cents.get(code, 0), exact.cents.get(code, 0)]


def check_billing(page: Page) -> None:
    """What is to be invoiced, beside what was, and its files."""
    billed, was = ([one for one in dated if one[1].billable] for dated in (page.dated, page.before))
    _, rows, before = billable._billed(page.view)
    assert (before is None) == (page.view.beside is None)
    shown = billable_table(rows, page.view.directory, LIGHT, before=before).data
    label = page.view.previous.label()
    rows = rows[rows["level"] != "all"] if (rows["level"] == "currency").sum() == 1 else rows
    beside = zip(shown[label], shown[f"Amount {label}"], strict=True) if before else [(0.0, 0.0)] * len(rows)
    found = {}
    for row, (hours, amount) in zip(rows.to_dict("records"), beside, strict=True):
        key = (row["level"], row["currency"], row["client_id"], row["project_id"])
        ticks = 0 if row["level"] == "all" else row["amount_ticks"]
        found[key] = (row["seconds"], Fraction(int(ticks), 3600), round(hours * 3600), Fraction(round(amount * 360_000), 3600))
    meant: dict[Any, list[Any]] = {}
    for place, dated in ((0, billed), (2, was)):
        for _, entry in dated:
            client, project = entry.ids["client"][0], entry.ids["project"][0]
            keys = [
                ("project", entry.currency, client, project),
                ("client", entry.currency, client, ""),
                ("currency", entry.currency, "", ""),
            ]
            for key in [*keys, ("all", "", "", "")]:
                figures = meant.setdefault(key, [0, Fraction(0), 0, Fraction(0)])
                figures[place] += entry.seconds
                figures[place + 1] += entry.cents if key[0] != "all" else 0
    if sum(key[0] == "currency" for key in meant) == 1:
        meant.pop(("all", "", "", ""))
    assert found == {key: tuple(figures) for key, figures in meant.items()}
    check_billable_files(page, billed)


def check_billable_files(page: Page, billed: Dated) -> None:
    rows, whole = billing_rows(page.view.cube, page.view.directory), sums(billed)
    lines = [line for line in csv_rows(billable_csv(rows)) if line["Client"] != "Total"]
    assert sum(int(line["Seconds"]) for line in lines) == whole.seconds
    for code, total in whole.cents.items():
        assert sum(Fraction(line[f"Amount ({code})"] or 0) for line in lines) * 100 == truth.half_up(total, 6)
    listed = sheet_rows(billable_xlsx(rows, facts_of(page.view, "Billable")), "Billable")
    assert sum(seconds_in(line["Duration"]) for line in listed) == whole.seconds
    earned: Counter[str] = Counter()
    for line in listed:
        earned[line["Currency"]] += ticks_in(line["Amount"])
    assert {code: Fraction(ticks, 3600) for code, ticks in earned.items()} == whole.cents


def check_entry_files(page: Page) -> None:
    """CSV, Excel and JSON of the list: every entry with its rounded time and money, and sums that are the page's."""
    found = Found(page.view)
    facts = facts_of(page.view, "Detailed", totals=found.totals, exact=found.exact)
    files = {file.key: file.make for file in entry_files(page.view, found.whole, lambda: facts, "Detailed")}
    meant = [one for _, one in sorted(page.dated, key=lambda pair: (pair[1].start, pair[1].id))]
    whole = sums(page.dated)
    lines = csv_rows(files["entries-csv"]())
    assert [int(line["Seconds"]) for line in lines] == [one.seconds for one in meant]
    for code, total in whole.cents.items():
        assert sum(Fraction(line["Amount"]) for line in lines if line["Currency"] == code) * 100 == truth.half_up(total, 6)
    book = files["entries-xlsx"]()
    cells = [(seconds_in(line["Duration"]), Fraction(ticks_in(line["Amount"]), 3600)) for line in sheet_rows(book, "Entries")]
    assert cells == [(one.seconds, one.cents) for one in meant]
    check_totals_sheet(book, whole, sums(page.exact))
    check_json(json.loads(files["entries-json"]()), meant, whole, sums(page.exact))
    hours = [line["Duration (h)"] for line in csv_rows(files["entries-clockify-csv"]())]
    assert sorted(hours) == sorted(f"{one.seconds // 3600:02}:{one.seconds // 60 % 60:02}:{one.seconds % 60:02}" for one in meant)


def check_json(file: dict[str, Any], meant: list[truth.Entry], whole: truth.Sums, exact: truth.Sums) -> None:
    assert [(one["id"], one["seconds"], one["billable"]) for one in file["entries"]] == [
        (one.id, one.seconds, one.billable) for one in meant
    ]
    for name, one in (("totals", whole), ("exact_totals", exact)):
        head = file["header"][name]
        assert (head["seconds"], head["billable_seconds"], head["entries"]) == (one.seconds, one.billable, one.entries)
        earned = {code: Fraction(text) * 100 for code, text in head["amounts"].items() if Fraction(text)}
        assert earned == {code: truth.half_up(cents, 6) for code, cents in one.cents.items() if cents}
    for code, cents in whole.cents.items():
        assert sum(Fraction(one["amount"]) for one in file["entries"] if one["currency"] == code) * 100 == truth.half_up(cents, 6)


def check_week(page: Page) -> None:
    """The report's days and lines, both grids, and the week's files."""
    for form in (Form.PROJECTS, Form.PEOPLE):
        sheet = Sheet(page.view, form)
        assert agree(sheet.week.totals, sums(page.dated))
        kind = "project" if form is Form.PROJECTS else "person"
        cells = truth.sums_by(page.dated, kind, "day")
        found = {(row["id"], day.isoformat()): row[day] for row in sheet.grid.to_dict("records") for day in page.days if row[day]}
        assert found == {keys: one.seconds for keys, one in cells.items() if one.seconds}
        check_grid_files(page, sheet)
    for day in sheet.week.days:
        lines = Counter[tuple[str, str]]()
        for line in day.lines:
            lines[line.project_id, line.description] += line.seconds
        own = [one for when, one in page.dated if when == day.day]
        meant = Counter[tuple[str, str]]()
        for one in own:
            meant[one.ids["project"][0], one.description.strip()] += one.seconds
        assert (day.seconds, lines) == (sum(one.seconds for one in own), meant)
    assert sum(part.seconds for part in sheet.week.by_project) == sums(page.dated).seconds
    check_clockifys_week(page, sheet)


def check_grid_files(page: Page, sheet: Sheet) -> None:
    *_, last = csv_rows(weekly_grid_csv(sheet.grid))
    for day in page.days:
        assert spoken(last[day.isoformat()]) == sum(one.seconds for when, one in page.dated if when == day)
    assert spoken(last["Total"]) == sums(page.dated).seconds
    rows = sheet_rows(weekly_grid_xlsx(sheet.grid, sheet.facts), "Week")
    assert sum(seconds_in(row["Total"]) for row in rows) == sums(page.dated).seconds


def check_clockifys_week(page: Page, sheet: Sheet) -> None:
    pairs = truth.sums_by(page.dated, "person", "project")
    rows = csv_rows(weekly_csv(sheet.entries, page.view.directory, page.period, ISO))
    assert sorted(spoken(row["Total"]) for row in rows) == sorted(one.seconds for one in pairs.values())
    for code in sums(page.dated).cents if len(sums(page.dated).cents) > 1 else ():
        written = sorted(Fraction(row[f"Amount ({code})"]) * 100 for row in rows)
        assert written == sorted(truth.half_up(one.cents.get(code, Fraction(0))) for one in pairs.values())


def spoken(text: str) -> int:
    hours, minutes, seconds = map(int, text.split(":"))
    return hours * 3600 + minutes * 60 + seconds
