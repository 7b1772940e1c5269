"""Reports on paper, read back by another program."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime

import pandas as pd
import pypdf
import pytest

from clockify.directory import Directory, Kind, Project
from clockify.frames import report_entries_frame
from clockify.periods import Period
from clockify.render.facts import Facts
from clockify.render.files.mail import ROUNDED
from clockify.render.files.pdf import Figure, PdfColumn, PdfRow, PdfTable, Report, to_pdf
from clockify.render.files.reports_pdf import summary_charts, summary_pdf, weekly_pdf
from clockify.render.formats import HourStyle
from clockify.reports.measures import totals_of
from clockify.reports.rounding import EXACT, Direction, Rounding, rounded
from clockify.reports.summary import Grouping, Interval, by_interval, grouped, share_by
from clockify.reports.weekly import week_grid, weekly_report

WEEK = Period(date(2026, 3, 23), date(2026, 3, 30))
MARKUP = '#import "x"; $x$ *b* _i_ @x <label> \\u{41} #[y] // = ```'
NAMES: dict[Kind, dict[str, str]] = {
    Kind.USER: {"ana": "Ana Kovač", "ben": "Ben"},
    Kind.CLIENT: {"c1": "Acme"},
    Kind.PROJECT: {"p1": "Portal", "p2": MARKUP},
    Kind.TASK: {"k1": "Design"},
    Kind.TAG: {},
}
DIRECTORY = Directory(NAMES, {"p1": Project("p1", "Portal", "c1", "#ff8800"), "p2": Project("p2", MARKUP, "c1", "red")})
Row = tuple[str, str, str | None, str, int]

ENTRIES_OF_WEEK: list[Row] = [
    ("ana", "2026-03-24 09:00", "p1", "Menu", 9000),
    ("ben", "2026-03-24 13:00", None, "", 900),
    ("ana", "2026-03-26 09:00", "p2", "Basket", 2700),
]


def entries_of(rows: list[Row]) -> pd.DataFrame:
    """Rows of (person, start in Belgrade, project, description, seconds); what has a project is billed at 100 an hour."""
    listed = []
    for place, (person, start, project, description, seconds) in enumerate(rows):
        begin = pd.Timestamp(start, tz="Europe/Belgrade")
        span = {"start": begin.isoformat(), "end": (begin + pd.Timedelta(seconds=seconds)).isoformat(), "duration": seconds}
        money = {"billable": True, "rate": 10_000, "amount": 10_000 * seconds / 3600} if project else {"billable": False}
        entry = {"_id": f"e{place}", "userId": person, "projectId": project, "taskId": None, "description": description}
        listed.append(entry | money | {"timeInterval": span, "currency": "EUR"})
    return report_entries_frame(listed, zone="Europe/Belgrade", currencies={}, default_currency="EUR")


ENTRIES = entries_of(ENTRIES_OF_WEEK)


def facts_of(frame: pd.DataFrame, rounding: Rounding = EXACT, report: str = "Weekly") -> Facts:
    made, totals = datetime(2026, 3, 27, 15, 2, tzinfo=UTC), totals_of(rounded(frame, rounding))
    return Facts(report, "Studio", WEEK, "Europe/Belgrade", "2 people", rounding, totals, totals_of(frame), made)


def week_pdf(frame: pd.DataFrame = ENTRIES, directory: Directory = DIRECTORY, who: str = "", kind: Kind = Kind.PROJECT) -> bytes:
    week, grid = weekly_report(frame, WEEK, directory, who=who), week_grid(frame, WEEK, directory, kind)
    return weekly_pdf(week, grid, facts_of(frame), directory, kind=kind)


def summed_pdf(frame: pd.DataFrame = ENTRIES, directory: Directory = DIRECTORY, *, money: bool = True, rounding: Rounding = EXACT) -> bytes:
    facts = facts_of(frame, rounding, "Summary")
    shown = rounded(frame, rounding)
    charts = summary_charts(
        by_interval(shown, WEEK, Interval.DAY, "MONDAY"), Interval.DAY, share_by(shown, Kind.PROJECT, directory), directory
    )
    table = grouped(shown, Grouping.CLIENT, Grouping.PROJECT, directory)
    return summary_pdf(table, totals_of(shown), charts, facts, directory, first=Grouping.CLIENT, then=Grouping.PROJECT, money=money)


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, on one line."""
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def test_a_week_has_all_its_figures() -> None:
    (text,) = pages_of(week_pdf())
    for words in (
        "Week of 23 March 2026 Studio · Everyone · 23–29 Mar 2026 · Europe/Belgrade",
        "Tracked 3.50 h on 2 days",
        "Billable 3.25 h 93% of tracked",  # 195 of 210 minutes
        "Average 1.75 h per day with time",
        "Project Mon 23 Tue 24 Wed 25 Thu 26 Fri 27 Sat 28 Sun 29 Total",
        "Portal 2.50 2.50",
        "Total 2.75 0.75 3.50",
        "Ana Kovač, 3.25 h Ana Kovač · project Description Hours Tuesday, 24 March 2026 2.50 Portal Menu 2.50",
        "Thursday, 26 March 2026 0.75",
        "Ben, 0.25 h Ben · project Description Hours Tuesday, 24 March 2026 0.25 No project non-billable 0.25",
        "Week total 3.50",
        "1 of 1",
    ):
        assert words in text
    assert ROUNDED not in text
    assert "not rounded" not in text
    assert "continued" not in text


def test_the_grid_by_person() -> None:
    (text,) = pages_of(week_pdf(kind=Kind.USER))
    assert "Hours by person and day Person Mon 23" in text
    assert "Ana Kovač 2.50 0.75 3.25 Ben 0.25 0.25 Total 2.75 0.75 3.50" in text


def test_who_logged_nothing_is_named() -> None:
    week, grid = weekly_report(ENTRIES, WEEK, DIRECTORY), week_grid(ENTRIES, WEEK, DIRECTORY, Kind.USER, also=["cleo"])
    (text,) = pages_of(weekly_pdf(week, grid, facts_of(ENTRIES), DIRECTORY, kind=Kind.USER, idle=["cleo"]))
    assert "Unknown person cleo · nothing logged 0.00 Total" in text
    groups = grouped(ENTRIES, Grouping.PERSON, Grouping.PROJECT, DIRECTORY, also=["cleo"])
    totals = totals_of(ENTRIES)
    (text,) = pages_of(summary_pdf(groups, totals, [], facts_of(ENTRIES), DIRECTORY, first=Grouping.PERSON, then=Grouping.PROJECT))
    assert "Unknown person cleo · nothing logged 0.00 0% – 0 –" in text


def test_markup_is_set_as_it_was_written() -> None:
    (text,) = pages_of(week_pdf())
    assert text.replace(" ", "").count(MARKUP.replace(" ", "")) == 2  # in the grid and in its line
    assert MARKUP.replace(" ", "") in pages_of(summed_pdf())[0].replace(" ", "")


def test_sixty_lines_go_over_pages_with_head_and_foot_on_each() -> None:
    many = entries_of([("ana", f"2026-03-{23 + place // 30} 08:{place % 30:02}", "p1", f"Thing {place}", 1230) for place in range(60)])
    pages = pages_of(week_pdf(many, who="Ana Kovač"))
    assert len(pages) == 2
    for number, text in enumerate(pages, start=1):
        assert f"{number} of 2" in text
        assert "23–29 Mar 2026 · days of Europe/Belgrade" in text
        assert "Project Description Hours" in text
    for place in range(60):
        assert sum(f"Thing {place} 0.34" in text for text in pages) == 1
    # 30 × 20.5 minutes are 615; a day that goes on is named again, and its time once.
    assert "Tuesday, 24 March 2026, continued" in pages[1]
    assert "Tuesday, 24 March 2026 10.25" in pages[0]
    assert "10.25" not in pages[1]
    assert "Week total 20.50" in pages[1]
    assert ROUNDED in pages[1]


@pytest.mark.parametrize("lines", range(28, 40))
def test_a_day_is_never_named_at_the_end_of_a_page_alone(lines: int) -> None:
    frame = entries_of([("ana", f"2026-03-23 08:{place:02}", "p1", f"Thing {place}", 60) for place in range(lines)])
    last = entries_of([("ana", "2026-03-24 08:00", "p1", "Last thing", 60)])
    first = pages_of(week_pdf(pd.concat([frame, last], ignore_index=True).astype(frame.dtypes)))[0]
    assert ("Tuesday, 24 March 2026 0.02" in first) == ("Last thing" in first)


HOSTILE = {
    "japanese": "日本語 プロジェクト",
    "arabic": "مشروع عربي",
    "hebrew": "פרויקט abc 12",
    "emoji": "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER}" * 30,
    "control": "nul\x00 bell\x07 esc\x1b line\nbreak\u2028end",
    "half": "half \ud800 a character",
    "turned": "\N{RIGHT-TO-LEFT OVERRIDE}gnp.exe",
    "none": "\ufffe\uffff\U0010ffff",
    "stacked": "e" + "\N{COMBINING ACUTE ACCENT}" * 200,
}


@pytest.mark.parametrize("name", HOSTILE.values(), ids=list(HOSTILE))
def test_no_name_breaks_a_page(name: str) -> None:
    directory = Directory(NAMES | {Kind.PROJECT: {"p1": name}, Kind.USER: {"ana": name}}, {"p1": Project("p1", name)})
    assert "Week total 3.50" in pages_of(week_pdf(directory=directory))[-1]
    whole = name.replace("\ud800", "?")  # a frame of labels can't hold a half
    assert "Total 3.50" in pages_of(summed_pdf(directory=Directory(NAMES | {Kind.PROJECT: {"p1": whole}}, {})))[-1]


def test_a_long_word_is_broken_into_lines() -> None:
    directory = Directory(NAMES | {Kind.PROJECT: {"p1": "W" * 300, "p2": MARKUP}}, {})
    for pdf in (week_pdf(directory=directory), summed_pdf(directory=directory)):
        lines = [line for page in pypdf.PdfReader(io.BytesIO(pdf)).pages for line in page.extract_text().splitlines()]
        # A W is more than 8 points wide at this size, and the page less than 500.
        assert 0 < max(line.count("W") for line in lines) < 500 / 8


def test_a_description_longer_than_a_page_is_not_lost() -> None:
    text = " ".join(f"word{place}" for place in range(1500))
    pages = pages_of(week_pdf(entries_of([("ana", "2026-03-24 09:00", "p1", text, 60)])))
    begins = next(place for place, page in enumerate(pages) if "word0 " in page)
    assert "word1499" in " ".join(pages[begins + 1 :])


def test_a_week_without_time() -> None:
    (text,) = pages_of(week_pdf(ENTRIES.iloc[:0]))
    assert "No time entries in this week." in text
    assert "Week total" not in text


def test_lines_rounded_down_to_nothing_are_still_lines() -> None:
    down = rounded(ENTRIES, Rounding(Direction.DOWN, 30)).iloc[1:2]
    (text,) = pages_of(week_pdf(down))
    assert "No project non-billable 0.00" in text
    assert "Billable 0.00 h – of tracked" in text


def test_a_summary_has_all_its_figures() -> None:
    (text,) = pages_of(summed_pdf())
    for words in (
        "Summary, 23–29 Mar 2026 Studio · 2 people",
        "Tracked 3.5 h 3 entries",
        "Billable 3.3 h 93% of tracked",
        "Amount EUR €325",  # 3.25 h at 100
        "Hours per day",
        "Share by project",
        "Client / project Hours Share Billable Entries Amount",
        "Acme 3.25 93% 100% 2 €325.00 Portal 2.50 71% 100% 1 €250.00",
        "0.75 21% 100% 1 €75.00 No client 0.25 7% 0% 1 – No project 0.25 7% 0% 1 –",
        "Total 3.50 100% 93% 3 €325.00",
        "days of Europe/Belgrade",
        "1 of 1",
    ):
        assert words in text
    assert "Billable Non-billable" in text  # the chart's legend is text, too


def test_without_money_there_is_none() -> None:
    rule = Rounding(Direction.UP, 60)
    (text,) = pages_of(summed_pdf(money=False, rounding=rule))
    assert "€" not in text
    assert "Amount" not in text
    assert "Difference to the exact total: +1.50 h." in text
    # 180 + 60 + 60 minutes instead of 150 + 45 + 15, of which 240 instead of 195 are billed: 75.00 more.
    assert "Difference to the exact total: +1.50 h, +€75.00." in pages_of(summed_pdf(rounding=rule))[0]


def test_a_summary_without_time() -> None:
    (text,) = pages_of(summed_pdf(ENTRIES.iloc[:0]))
    assert "No time entries in this period." in text
    assert "Share by" not in text


def test_long_tables_repeat_their_head() -> None:
    columns = [PdfColumn("Name", share=1), PdfColumn("Hours", right=True)]
    rows = [PdfRow([f"Row {place}", str(place)]) for place in range(120)]
    report = Report("Title", "Subtitle", "Footer", figures=[Figure("Label", "Value")], tables=[PdfTable("Table", columns, rows)])
    pages = pages_of(to_pdf(report))
    assert len(pages) == 3
    assert all("Name Hours" in text and "Footer" in text for text in pages)
    assert all(sum(f"Row {place} {place}" in text for text in pages) for place in range(120))


def test_hours_follow_the_chosen_style() -> None:
    grid = week_grid(ENTRIES, WEEK, DIRECTORY, Kind.PROJECT)
    week = weekly_report(ENTRIES, WEEK, DIRECTORY)
    (text,) = pages_of(weekly_pdf(week, grid, facts_of(ENTRIES), DIRECTORY, style=HourStyle.CLOCK))
    assert "Total 2:45 0:45 3:30" in text
    assert "Tracked 3:30 h" in text
    assert "Portal Menu 2:30" in text
    assert "Week total 3:30" in text


def test_files_are_made_on_several_threads_at_once() -> None:
    with ThreadPoolExecutor(4) as pool:
        weeks = [pool.submit(week_pdf) for _ in range(6)]
        sums = [pool.submit(summed_pdf) for _ in range(6)]
        texts = {"".join(pages_of(one.result())) for one in [*weeks, *sums]}
    assert texts == {"".join(pages_of(week_pdf())), "".join(pages_of(summed_pdf()))}


def test_the_documents_title_is_the_reports() -> None:
    reader = pypdf.PdfReader(io.BytesIO(week_pdf()))
    assert reader.metadata is not None
    assert reader.metadata.title == "Week of 23 March 2026"
    assert [round(float(side)) for side in reader.pages[0].mediabox[2:]] == [595, 842]


def test_the_footer_holds_what_is_long() -> None:
    facts = replace(facts_of(ENTRIES), filters="f" * 3000, workspace="w" * 3000)
    week, grid = weekly_report(ENTRIES, WEEK, DIRECTORY), week_grid(ENTRIES, WEEK, DIRECTORY, Kind.PROJECT)
    (text,) = pages_of(weekly_pdf(week, grid, facts, DIRECTORY))
    assert "27 Mar 2026, 16:02" in text
    assert text.endswith("1 of 1")
