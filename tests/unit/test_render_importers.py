"""Clockify's detailed layout, taken in by small importers that follow the rules of real ones.

Both find columns by name and refuse a file that lacks one. Kimai's (kevinpapst/ImportBundle,
Importer/ClockifyTimesheetImporter.php) takes time and money from the cells; solidtime's
(app/Service/Import/Importers/ClockifyTimeEntriesImporter.php) reads American dates only.
"""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from clockify.directory import Directory, Kind, Project
from clockify.frames import empty_entries
from clockify.render.files.clockify_csv import ISO, SOLIDTIME, Layout, detailed_csv
from tests.support.files import Span, csv_rows, frame_of, header_of

ZONE = "Europe/Belgrade"
# The form with rates of real exports, without the creation date, which the API doesn't tell and neither importer asks for.
HEADER = [
    *("Project", "Client", "Description", "Task", "User", "Group", "Email", "Tags", "Billable"),
    *("Start Date", "Start Time", "End Date", "End Time", "Duration (h)", "Duration (decimal)"),
]
PROJECTS = {"p1": Project("p1", "Portal", "c1"), "p2": Project("p2", 'The "Big" one', "c2"), "p3": Project("p3", "Own")}
NAMES: dict[Kind, dict[str, str]] = {
    Kind.USER: {"u1": "Ana Kovač", "u2": "Ben"},
    Kind.CLIENT: {"c1": "Acme, Inc", "c2": "Globex"},
    Kind.PROJECT: {key: one.name for key, one in PROJECTS.items()},
    Kind.TASK: {"k1": "Design"},
    Kind.TAG: {"t1": "urgent", "t2": "remote", "t3": "night"},
}
DIRECTORY = Directory(NAMES, PROJECTS)
EMAILS = {"u1": "ana@example.test", "u2": "ben@example.test"}
SPANS = [
    # The clocks go back at 3:00 on 25 October: one hour on them, two in truth.
    Span("2026-10-24T23:30:00Z", 7200, "u1", "p1", "k1", ("t1", "t2"), "Night shift", 20000, "EUR"),
    # Across midnight, in another currency.
    Span("2026-11-03T22:51:36Z", 7210, "u1", "p2", None, (), 'Says "hi", and\r\ngoes on', 20000, "USD"),
    Span("2026-11-04T11:00:00Z", 780, "u2", None, None, ("t3",), "", 6000, "GBP"),
    Span("2026-11-05T08:00:00Z", 3601, "u2", "p3", None, (), "Unpaid", None, "EUR"),
]
# What stands in the file, newest first, written by hand.
TEXTS = [
    ["Own", "", "Unpaid", "", "Ben", "", "ben@example.test", "", "No", "11/05/2026", "09:00:00 AM", "11/05/2026", "10:00:01 AM"],
    ["", "", "", "", "Ben", "", "ben@example.test", "night", "Yes", "11/04/2026", "12:00:00 PM", "11/04/2026", "12:13:00 PM"],
    [
        *('The "Big" one', "Globex", 'Says "hi", and\r\ngoes on', "", "Ana Kovač", "", "ana@example.test", "", "Yes"),
        *("11/03/2026", "11:51:36 PM", "11/04/2026", "01:51:46 AM"),
    ],
    [
        *("Portal", "Acme, Inc", "Night shift", "Design", "Ana Kovač", "", "ana@example.test", "urgent, remote", "Yes"),
        *("10/25/2026", "01:30:00 AM", "10/25/2026", "02:30:00 AM"),
    ],
]
# 7200 s at 200.00; 7210 s at 200.00 are 400.5555…; 780 s at 60.00; nothing for what isn't billable.
TIMES = [["01:00:01", "1.00"], ["00:13:00", "0.22"], ["02:00:10", "2.00"], ["02:00:00", "2.00"]]
MONEY = [
    {"EUR": ("0.00", "0.00")},
    {"GBP": ("60.00", "13.00")},
    {"USD": ("200.00", "400.56")},
    {"EUR": ("200.00", "400.00")},
]


def kimai(content: bytes, layout: Layout) -> list[dict[str, Any]]:
    """Import as Kimai does: time from "Duration (h)", and the last of the columns "Billable Rate…" and "Billable Amount…"."""
    assert set(HEADER) <= set(header_of(content))
    form = f"{layout.date} {layout.time}"
    found = []
    for row in csv_rows(content):
        hours, minutes, seconds = map(int, row["Duration (h)"].split(":"))
        rates = [text for name, text in row.items() if name.startswith("Billable Rate")]
        amounts = [text for name, text in row.items() if name.startswith("Billable Amount")]
        found.append(
            {
                "begin": datetime.strptime(f"{row['Start Date']} {row['Start Time']}", form),
                "end": datetime.strptime(f"{row['End Date']} {row['End Time']}", form),
                "seconds": hours * 3600 + minutes * 60 + seconds,
                "customer": row["Client"] or "Importer",
                "project": row["Project"],
                "activity": row["Task"],
                "user": (row["User"], row["Email"]),
                "tags": row["Tags"].split(", ") if row["Tags"] else [],
                "description": row["Description"],
                "billable": {"Yes": True, "No": False}[row["Billable"]],
                "hourly_rate": Decimal(rates[-1]) if rates else None,
                "rate": Decimal(amounts[-1]) if amounts else None,
            }
        )
    return found


def solidtime(content: bytes) -> list[tuple[Any, ...]]:
    """Import as solidtime does: American dates, a clock of twelve hours, Yes or No, 13 columns by name."""
    assert set(HEADER[:13]) <= set(header_of(content))
    found = []
    for row in csv_rows(content):
        if row["Billable"] not in ("Yes", "No"):
            raise ValueError("Invalid billable value")
        moments = []
        for side in ("Start", "End"):
            day, clock = row[f"{side} Date"], row[f"{side} Time"]
            if not re.fullmatch(r"\d{2}/\d{2}/\d{4}", day) or not re.fullmatch(r"\d{2}:\d{2}:\d{2} (AM|PM)", clock):
                raise ValueError(f"{side} date ({day}) or time ({clock}) are invalid")
            moments.append(datetime.strptime(f"{day} {clock}", "%m/%d/%Y %I:%M:%S %p"))
        tags = row["Tags"].split(", ") if row["Tags"].strip() else []
        found.append((row["Project"] or None, row["Task"] or None, *moments, tags, row["Billable"] == "Yes"))
    return found


def made(layout: Layout, spans: list[Span] = SPANS, *, money: bool = True) -> bytes:
    return detailed_csv(frame_of(spans, ZONE), DIRECTORY, ZONE, layout, emails=EMAILS, money=money)


def test_every_cell_is_as_expected_by_hand() -> None:
    content = made(SOLIDTIME)
    # Largest first: 400.5555… USD, 400.00 EUR, 13.00 GBP.
    pairs = [f"Billable {what} ({code})" for code in ("USD", "EUR", "GBP") for what in ("Rate", "Amount")]
    assert header_of(content) == HEADER + pairs
    expected = []
    for texts, times, money in zip(TEXTS, TIMES, MONEY, strict=True):
        cells = [money.get(code, ("", ""))[place] for code in ("USD", "EUR", "GBP") for place in (0, 1)]
        expected.append(texts + times + cells)
    assert [list(row.values()) for row in csv_rows(content)] == expected


def test_every_field_is_quoted_and_lines_end_as_the_rfc_has_it() -> None:
    content = made(ISO, SPANS[3:])
    head, line, rest = content.decode().split("\r\n")
    assert head == ",".join(f'"{name}"' for name in [*HEADER])
    assert line.startswith('"Own","","Unpaid","","Ben","","ben@example.test","","No","2026-11-05","09:00:00","2026-11-05",')
    assert rest == ""


def test_one_currency_has_the_header_of_real_exports() -> None:
    assert header_of(made(ISO, SPANS[:1])) == [*HEADER, "Billable Rate (EUR)", "Billable Amount (EUR)"]


@pytest.mark.parametrize("layout", [ISO, SOLIDTIME, Layout.of_profile("DD.MM.YYYY", "HOUR24")])
def test_kimai_takes_time_and_money(layout: Layout) -> None:
    only = [one for one in SPANS if one.currency == "EUR"]
    unpaid, night = kimai(made(layout, only), layout)
    assert (night["begin"], night["end"]) == (datetime(2026, 10, 25, 1, 30), datetime(2026, 10, 25, 2, 30))
    assert night["seconds"] == 7200, "the hour that the clocks hide"
    assert (night["customer"], night["project"], night["activity"], night["tags"]) == (
        "Acme, Inc",
        "Portal",
        "Design",
        ["urgent", "remote"],
    )
    assert (night["hourly_rate"], night["rate"], night["billable"]) == (Decimal(200), Decimal(400), True)
    assert (unpaid["customer"], unpaid["billable"], unpaid["rate"], unpaid["seconds"]) == ("Importer", False, Decimal(0), 3601)


def test_solidtime_takes_its_preset_and_no_other() -> None:
    found = solidtime(made(SOLIDTIME))
    assert found[2] == ('The "Big" one', None, datetime(2026, 11, 3, 23, 51, 36), datetime(2026, 11, 4, 1, 51, 46), [], True)
    assert found[1] == (None, None, datetime(2026, 11, 4, 12), datetime(2026, 11, 4, 12, 13), ["night"], True)
    assert found[3][4] == ["urgent", "remote"]
    with pytest.raises(ValueError, match="are invalid"):
        solidtime(made(ISO))


def test_both_take_a_file_without_money_and_one_without_rows() -> None:
    hidden = made(SOLIDTIME, money=False)
    assert header_of(hidden) == HEADER
    assert [one["rate"] for one in kimai(hidden, SOLIDTIME)] == [None] * 4
    assert len(solidtime(hidden)) == 4
    nothing = detailed_csv(empty_entries(), DIRECTORY, ZONE, SOLIDTIME, emails={})
    assert header_of(nothing) == HEADER
    assert kimai(nothing, SOLIDTIME) == solidtime(nothing) == []
