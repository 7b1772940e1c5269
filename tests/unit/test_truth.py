"""Every figure of a page and of its files, on random views, against plain Python over the raw replies (`truth`)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import Phase, given, settings

from clockify.demo import agency_world, create_app, serve
from clockify.periods import Preset, ended
from clockify.render.files.comma import billable_csv, entries_csv, summary_csv
from clockify.reports.billing import billing_rows, unrated
from clockify.reports.compare import average_change
from clockify.reports.filters import in_period
from clockify.reports.summary import Grouping, Totals, by_interval, grouped, interval_for, share_by, totals_of, working_days
from tests.support import truth
from tests.support.databases import Place
from tests.support.mirrors import mirror_of
from tests.support.views import NOW, PAIRS, VIEWS, ZONES, Books, Dated, Shown, Wanted

WORKWEEK = frozenset({"MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"})
LAST_PLACE = Fraction(1, 10**6)
YEARS = (2025, 2026, 2027)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    place = Place(None, tmp_path_factory.mktemp("truth"))
    with serve(create_app(agency_world(NOW))) as server, mirror_of(server, place, clock=lambda: NOW) as copy:
        raw = [entry for year in YEARS for entry in truth.fetch_entries(server, date(year, 1, 1), date(year + 1, 1, 1))]
        assert len(raw) > 8000
        yield Books(copy, raw)


@pytest.mark.parametrize("views", [20, pytest.param(1000, marks=pytest.mark.nightly)])
def test_every_figure_is_that_of_the_raw_replies(books: Books, views: int) -> None:
    @settings(max_examples=views, derandomize=True, deadline=None, database=None, phases=[Phase.generate])
    @given(VIEWS)
    def holds(wanted: Wanted) -> None:
        shown = Shown(books, wanted)
        check_cards(shown)
        check_charts(shown)
        for step in (0, 17):
            check_table(books, shown, *PAIRS[(wanted.pair + step) % len(PAIRS)])
        check_billing(books, shown)
        check_entries_file(books, shown)

    holds()


@pytest.mark.parametrize("zone", ZONES[:2])
def test_every_pair_of_groups_on_one_view(books: Books, zone: str) -> None:
    everything = Wanted(zone, Preset.THIS_QUARTER, NOW.date(), 1, frozenset(), frozenset(), frozenset(), None, 0)
    shown = Shown(books, everything)
    for first, then in PAIRS:
        check_table(books, shown, first, then)


def cents(ticks: dict[str, int]) -> dict[str, Fraction]:
    return {code: Fraction(one, 3600) for code, one in ticks.items()}


def agree(totals: Totals, sums: truth.Sums) -> bool:
    return (totals.seconds, totals.billable_seconds, totals.entries, cents(dict(totals.amounts))) == (
        sums.seconds,
        sums.billable,
        sums.entries,
        sums.cents,
    )


def check_cards(shown: Shown) -> None:
    """Tracked, billable, amounts, entries and the average, now and before."""
    now, before = (truth.sums_of(entry for _, entry in dated) for dated in (shown.dated, shown.dated_before))
    totals, totals_before = totals_of(shown.cube), totals_of(shown.before)
    assert agree(totals, now)
    assert agree(totals_before, before)
    assert agree(totals_of(shown.entries), now), "rows and cube say the same"
    over, days_over = ended(shown.period, shown.today), truth.days_over(shown.days, shown.today)
    assert (over is None) == (not days_over)
    if over:
        compared = totals_of(in_period(shown.cube, over))
        change = average_change(compared, working_days(over, WORKWEEK), totals_before, working_days(shown.previous, WORKWEEK))
        seconds = sum(entry.seconds for day, entry in shown.dated if day in set(days_over))
        assert change.now == Fraction(seconds, truth.days_worked(days_over, WORKWEEK))
        assert change.before == Fraction(before.seconds, truth.days_worked(shown.days_before, WORKWEEK))
    assert totals.billability == (Fraction(now.billable, now.seconds) if now.seconds else None)


def check_charts(shown: Shown) -> None:
    """The bars add up to the days they stand for, the donut's parts to the whole."""
    bars = by_interval(shown.cube, shown.period, interval_for(shown.period), "MONDAY")
    for start, end, seconds, billable in zip(bars["start"], bars["end"], bars["seconds"], bars["billable_seconds"], strict=True):
        meant = truth.sums_of(entry for day, entry in shown.dated if start.date() <= day < end.date())
        assert (seconds, billable) == (meant.seconds, meant.billable)
    assert sum(share_by(shown.cube, Grouping.PROJECT.kind, shown.directory)["seconds"]) == bars["seconds"].sum()


def check_table(books: Books, shown: Shown, first: Grouping, then: Grouping | None) -> None:
    """Each row of the table and each line of its file."""
    frame = shown.entries if Grouping.TAG in (first, then) else shown.cube
    table, totals = grouped(frame, first, then, shown.directory), totals_of(shown.cube)
    kinds = (first.value, then.value) if then else (first.value,)
    groups = truth.sums_by(shown.dated, kinds[0])
    parts = truth.sums_by(shown.dated, *kinds) if then else {}
    whole = truth.sums_of(entry for _, entry in shown.dated)
    found = {}
    for row in table.to_dict("records"):
        keys = (row["first_id"], row["second_id"])
        sums = parts[keys] if row["level"] == 2 else groups[keys[:1]]
        assert (row["level"], *keys) not in found
        found[(row["level"], *keys)] = row
        assert (row["seconds"], row["billable_seconds"], row["entries"]) == (sums.seconds, sums.billable, sums.entries)
        assert row["share"] == pytest.approx(sums.seconds / whole.seconds if whole.seconds else 0, abs=1e-12)
        amounts = {name.partition(":")[2]: Fraction(ticks, 3600) for name, ticks in row.items() if name.startswith("amount_ticks:")}
        assert amounts == dict.fromkeys(whole.cents, Fraction(0)) | sums.cents
    assert len(found) == len(groups) + len(parts)
    lines = parts or groups
    check_summary_file(books, summary_csv(table, totals, shown.directory, first=first, then=then), kinds, lines, whole)


def lines_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def amounts_in(line: dict[str, str]) -> dict[str, Fraction]:
    """Return cents by currency, as they stand in a line."""
    return {name[8:-1]: Fraction(text) * 100 for name, text in line.items() if name.startswith("Amount (") and text}


def written(exact: dict[str, Fraction]) -> dict[str, Fraction]:
    """Return cents as a file has them: to the eighth place of a unit."""
    return {code: truth.half_up(one, 6) for code, one in exact.items()}


def are_written(found: list[list[Any]], expected: list[list[Any]]) -> bool:
    """Compare lines whose last part is cents by currency: each within the last place, for the sake of the column's sum."""
    assert [line[:-1] for line in found] == [line[:-1] for line in expected]
    assert [line[-1].keys() for line in found] == [line[-1].keys() for line in expected]
    pairs = [(line[-1][code], cents) for line, meant in zip(found, expected, strict=True) for code, cents in meant[-1].items()]
    return all(abs(cell - cents) <= LAST_PLACE for cell, cents in pairs)


def in_order(line: list[Any]) -> list[Any]:
    return [*line[:-1], sorted(line[-1].items())]


def check_summary_file(books: Books, content: bytes, kinds: tuple[str, ...], sums: dict[truth.Keys, truth.Sums], whole: truth.Sums) -> None:
    *lines, last = lines_of(content)
    found, expected = [], []
    for line in lines:
        names = [line[kind.capitalize()] for kind in kinds]
        found.append([*names, int(line["Seconds"]), int(line["Billable seconds"]), int(line["Entries"]), amounts_in(line)])
        assert Fraction(line["Hours"]) == truth.half_up(Fraction(int(line["Seconds"]), 3600), 2)
    for keys, one in sums.items():
        names = [key if kind == "day" else books.names[kind, key] for kind, key in zip(kinds, keys, strict=True)]
        expected.append([*names, one.seconds, one.billable, one.entries, dict.fromkeys(whole.cents, Fraction(0)) | one.cents])
    assert are_written(sorted(found, key=in_order), sorted(expected, key=in_order))
    assert last[kinds[0].capitalize()] == "Total"
    assert (int(last["Seconds"]), int(last["Billable seconds"]), int(last["Entries"])) == (whole.seconds, whole.billable, whole.entries)
    assert amounts_in(last) == written(whole.cents)
    if "tag" not in kinds:
        assert sum(int(line["Seconds"]) for line in lines) == whole.seconds
        check_column(lines, whole.cents)


def check_column(lines: list[dict[str, str]], exact: dict[str, Fraction]) -> None:
    """Adding up a file's column in a spreadsheet gives the total as it is written, and so the cent that the page shows."""
    for code, total in exact.items():
        added = sum((amounts_in(line).get(code, Fraction(0)) for line in lines), Fraction(0))
        assert added == truth.half_up(total, 6)
        assert truth.half_up(added) == truth.half_up(total)


def check_billing(books: Books, shown: Shown) -> None:
    """Projects, clients and currencies of the billable page, and its file."""
    rows = billing_rows(shown.cube, shown.directory)
    billed = [(day, entry) for day, entry in shown.dated if entry.billable]
    found = {}
    for row in rows.to_dict("records"):
        kinds = {"project": ("project", "client"), "client": ("client",), "currency": (), "all": ()}[row["level"]]
        currency = row["currency"]
        own = [entry for _, entry in billed if currency in ("", entry.currency)]
        own = [entry for entry in own if all(entry.ids[kind][0] == row[f"{kind}_id"] for kind in kinds)]
        key = (row["level"], currency, *(row[f"{kind}_id"] for kind in kinds))
        assert key not in found
        found[key] = row
        sums = truth.sums_of(own)
        assert (row["seconds"], row["entries"]) == (sums.seconds, sums.entries)
        assert pd.isna(row["amount_ticks"]) if row["level"] == "all" else Fraction(row["amount_ticks"], 3600) == sums.cents[currency]
        assert row["unrated_seconds"] == sum(entry.seconds for entry in own if not entry.rate)
        if row["level"] == "project":
            rates = {entry.rate for entry in own}
            assert row["rates"] == len(rates)
            assert (None if pd.isna(row["rate"]) else row["rate"]) == ((max(rates) or None) if len(rates) == 1 else None)
    pairs = {(entry.currency, entry.ids["project"][0], entry.ids["client"][0]) for _, entry in billed}
    expected = {("project", *pair) for pair in pairs} | {("client", currency, client) for currency, _, client in pairs}
    expected |= {("currency", currency) for currency, _, _ in pairs} | ({("all", "")} if billed else set())
    assert set(found) == expected
    nameless = {project: sums.seconds for (project,), sums in truth.sums_by([one for one in billed if not one[1].rate], "project").items()}
    without = unrated(shown.cube, shown.directory)
    assert dict(zip(without["project_id"], without["seconds"], strict=True)) == nameless
    check_billable_file(books, billable_csv(rows), billed)


def check_billable_file(books: Books, content: bytes, billed: Dated) -> None:
    lines = lines_of(content)
    expected = []
    for currency in {entry.currency for _, entry in billed}:
        own = [one for one in billed if one[1].currency == currency]
        for (client, project), sums in truth.sums_by(own, "client", "project").items():
            names = (books.names["client", client], books.names["project", project])
            expected.append([*names, currency, sums.seconds, sums.entries, sums.cents])
        sums = truth.sums_of(entry for _, entry in own)
        expected.append(["Total", "", currency, sums.seconds, sums.entries, sums.cents])
        check_column([line for line in lines if line["Client"] != "Total"], sums.cents)
    words = ("Client", "Project", "Currency")
    found = [[*(line[name] for name in words), int(line["Seconds"]), int(line["Entries"]), amounts_in(line)] for line in lines]
    assert are_written(sorted(found, key=in_order), sorted(expected, key=in_order))


def check_entries_file(books: Books, shown: Shown) -> None:
    """The billable entries one by one, and what adding them up gives."""
    place, billed = ZoneInfo(shown.zone), [(day, entry) for day, entry in shown.dated if entry.billable]
    lines = lines_of(entries_csv(shown.entries[shown.entries["billable"]], shown.directory, shown.zone))
    expected = []
    for day, entry in sorted(billed, key=lambda one: (one[1].start, one[1].id)):
        start, end = (moment.astimezone(place).isoformat() for moment in (entry.start, entry.start + timedelta(seconds=entry.seconds)))
        names = [", ".join(entry.names[kind]) for kind in ("person", "client", "project", "task", "tag")]
        rate = Fraction(entry.rate, 100) or ""
        expected.append([day.isoformat(), start, end, *names, entry.description, entry.seconds, rate, {entry.currency: entry.cents}])
    columns = ("Date", "Start", "End", "Person", "Client", "Project", "Task", "Tags", "Description")
    named = [line | {f"Amount ({line['Currency']})": line["Amount"]} for line in lines]
    found = [
        [*(line[name] for name in columns), int(line["Seconds"]), line["Rate"] and Fraction(line["Rate"]), amounts_in(line)]
        for line in named
    ]
    assert are_written(found, expected)
    check_column(named, truth.sums_of(entry for _, entry in billed).cents)
