"""A client's report in words: the one paper that the page, the PDF and the HTML show, so that none says more than another."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from clockify.branding import Branding
from clockify.clients import ClientRule, Direction, Scope
from clockify.directory import Directory
from clockify.money import largest_first
from clockify.periods import MONTH_NAMES, Month, Period
from clockify.render.charts.client import client_bars_alt
from clockify.render.client_left import Card, cards_of, cycle_tables
from clockify.render.client_tables import TOTAL, day_table, entry_table, person_table, work_table
from clockify.render.files.mail import plain
from clockify.render.files.pdf import Figure, LegendRow, PdfTable
from clockify.render.formats import MINUS, NOT_APPLICABLE, HourStyle, format_money, format_percent, format_tracked
from clockify.render.palette import LIGHT, Palette, series_colors
from clockify.reports.client import ClientReport
from clockify.reports.client_left import Left, Retainer
from clockify.reports.intervals import Interval

MOST_ENTRIES, LONGEST_CLIENT = 1_000, 40
COLOR = re.compile("#[0-9a-fA-F]{6}")
SCOPES = {Scope.ENTRY: "per entry", Scope.DAY: "per project and day", Scope.LINE: "per line of the invoice"}
DEMO = "The figures are made up: this is the demo."
SWITCHES = {
    "people": "people",
    "rates": "rates",
    "amounts": "amounts",
    "descriptions": "descriptions",
    "tags": "tags",
    "tasks": "tasks",
    "days": "days",
    "entries": "entries",
    "left": "what is left",
    "cycles": "retainers",
}


@dataclass(frozen=True)
class Terms:
    """What a paper says beside the figures: who is the client, who sends it, and how it is written.

    `projects`: the names of the ones that are chosen, nothing for all. `without`: what is missing of the period, in words. `as_of`:
    as of when the figures are, a sentence, where that isn't when it is issued.
    """

    client: str
    zone: str
    issued: date
    rule: ClientRule
    branding: Branding = field(default_factory=Branding)
    projects: tuple[str, ...] = ()
    without: str = ""
    notes: str = ""
    is_demo: bool = False
    style: HourStyle = HourStyle.DECIMAL
    as_of: str = ""


@dataclass(frozen=True)
class Paper:
    """All that a client reads, as plain text; nothing that is hidden is in it, however it is shown."""

    branding: Branding
    issued: str
    title: str
    about: str
    figures: tuple[Figure, ...]
    said: tuple[str, ...]
    cards: tuple[Card, ...]
    interval: Interval
    bars: pd.DataFrame
    share: pd.DataFrame
    shares: tuple[LegendRow, ...]
    tables: tuple[PdfTable, ...]
    notes: str
    footer: str
    style: HourStyle

    @property
    def has_time(self) -> bool:
        """Is there any time on it?"""
        return bool(self.shares)

    @property
    def has_bars(self) -> bool:
        """Is there more than one? One alone says what the sum above it does."""
        return self.has_time and len(self.bars) > 1

    @property
    def accent(self) -> str:
        """The team's colour, "" where it is none: it goes into styles, so nothing else passes."""
        return self.branding.accent if COLOR.fullmatch(self.branding.accent) else ""

    @property
    def bars_alt(self) -> str:
        """Say what the bars show."""
        return client_bars_alt(self.bars, self.interval, self.style)

    @property
    def share_alt(self) -> str:
        """Say what the parts are."""
        return "Share by project: " + ", ".join(f"{name} {hours} h, {part}" for name, hours, part in (row.cells for row in self.shares))


def paper_of(
    report: ClientReport,
    left: Sequence[Left],
    retainers: Sequence[Retainer],
    directory: Directory,
    terms: Terms,
    palette: Palette = LIGHT,
) -> Paper:
    """Write a report; `left` and `retainers` are in it where they are shown."""
    shown, style, is_rounded = report.shown, terms.style, not terms.rule.is_exact
    cards = cards_of(left, directory, terms.issued, style, is_rounded=is_rounded, period=report.period) if shown.left else ()
    return Paper(
        branding=terms.branding,
        issued=f"Time report · issued {_long_day(terms.issued)}",
        title=plain(terms.client),
        about=" · ".join([report.period.label(), plain(", ".join(terms.projects)) or "all projects"]),
        figures=_figures(report, terms),
        said=_said(report, terms),
        cards=cards,
        interval=report.interval,
        bars=report.bars,
        share=report.share,
        shares=_shares(report, directory, palette, style),
        tables=_tables(report, retainers, directory, palette, terms),
        notes=_lines(terms.notes),
        footer=_footer(terms),
        style=style,
    )


def file_name(client: str, period: Period, extension: str) -> str:
    """Name a file after the client and the days alone: "time-report-acme-2026-10.pdf", of one day "…-2026-10-05.pdf"."""
    letters = "".join(sign if sign.isalnum() else " " for sign in unicodedata.normalize("NFKC", client).casefold())
    month = Month.of(period.start)
    days = month.key if period == month.period else "-".join(dict.fromkeys(map(str, (period.start, period.last_day))))
    return "-".join(filter(None, ["time-report", "-".join(letters.split())[:LONGEST_CLIENT].strip("-"), days])) + f".{extension}"


def hidden_words(report: ClientReport) -> str:
    """Say what the client doesn't see: "people, rates, descriptions and tags"; "" where he sees all."""
    return switch_words(report.shown.hidden)


def switch_words(switches: Sequence[str]) -> str:
    """Say switches by their names: "people, what is left and retainers"."""
    names = [SWITCHES[one] for one in switches]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def rounding_words(report: ClientReport, rule: ClientRule) -> str:
    """Say what rounding does: "Rounded up to 15 min per entry: +1 h 20 min, +€133.00"; "" where nothing is rounded."""
    if rule.is_exact:
        return ""
    way = "to the nearest" if rule.direction is Direction.NEAREST else f"{rule.direction} to"
    totals, exact = report.totals, report.exact
    parts = [_span(totals.seconds - exact.seconds)]
    for code in largest_first({**exact.amounts, **totals.amounts}):
        ticks = totals.amounts.get(code, 0) - exact.amounts.get(code, 0)
        sign = "+" if ticks > 0 else MINUS if ticks < 0 else "±"
        parts.append(f"{sign}{plain(format_money(abs(ticks), code))}")
    return f"Rounded {way} {rule.minutes} min {SCOPES[rule.scope]}: {', '.join(parts)}"


def _span(seconds: int) -> str:
    """Write a difference as "+1 h 20 min"."""
    hours, rest = divmod(abs(seconds), 3600)
    minutes, odd = divmod(rest, 60)
    parts = [f"{number:,} {unit}" for number, unit in ((hours, "h"), (minutes, "min"), (odd, "s")) if number]
    sign = "+" if seconds > 0 else MINUS if seconds < 0 else "±"
    return f"{sign}{' '.join(parts) or '0 min'}"


def _figures(report: ClientReport, terms: Terms) -> tuple[Figure, ...]:
    totals, style = report.totals, terms.style
    tracked = "" if terms.rule.is_exact else f"{format_tracked(report.exact.seconds, style)} tracked"
    # What is missing has no room here: it is said beneath.
    part = ", in part" if terms.without else ""
    found = [
        Figure(f"Hours{part}", format_tracked(totals.seconds, style), tracked),
        Figure(
            f"Billable{part}",
            format_tracked(totals.billable_seconds, style),
            "" if totals.billability is None else f"{format_percent(totals.billability)} of hours",
        ),
    ]
    if report.shown.amounts:
        sums = [plain(format_money(totals.amounts[code], code)) for code in largest_first(totals.amounts)]
        beside = " · ".join(f"+ {one}" for one in sums[1:]) or "without VAT"
        found.append(Figure(f"Amount{part}", sums[0] if sums else NOT_APPLICABLE, beside if sums else "nothing billable"))
    return tuple(found)


def _said(report: ClientReport, terms: Terms) -> tuple[str, ...]:
    found = [terms.as_of, rounding_words(report, terms.rule)]
    if terms.without:
        found.append(f"Not a total: {terms.without}.")
    if len(report.entries) > MOST_ENTRIES:
        found.append(f"{len(report.entries):,} entries are too many to be listed here: at most {MOST_ENTRIES:,} are.")
    return tuple(filter(None, found))


def _shares(report: ClientReport, directory: Directory, palette: Palette, style: HourStyle) -> tuple[LegendRow, ...]:
    colors = series_colors(report.share["id"], directory.color_of, palette)
    rows = zip(report.share["id"], report.share["label"], report.share["seconds"], report.share["share"], strict=True)
    return tuple(
        LegendRow(colors[one], [plain(label), format_tracked(int(seconds), style), format_percent(part)])
        for one, label, seconds, part in rows
    )


def _tables(
    report: ClientReport, retainers: Sequence[Retainer], directory: Directory, palette: Palette, terms: Terms
) -> tuple[PdfTable, ...]:
    shown, style = report.shown, terms.style
    total = f"Sum {terms.without}" if terms.without else TOTAL
    found = [work_table(report, directory, palette, style, total)] if report.work else []
    if report.days:
        found.append(day_table(report, style, total))
    if report.people:
        found.append(person_table(report, directory, style, total))
    if report.entries and len(report.entries) <= MOST_ENTRIES:
        found.append(entry_table(report, directory, style))
    return (*found, *(cycle_tables(retainers, directory, terms.issued, style) if shown.cycles else ()))


def _footer(terms: Terms) -> str:
    how = "Hours are as tracked"
    if not terms.rule.is_exact:
        way = "to the nearest" if terms.rule.direction is Direction.NEAREST else f"{terms.rule.direction} to"
        how = f"Hours are rounded {way} {terms.rule.minutes} min {SCOPES[terms.rule.scope]}"
    rest = f"Days are those of {plain(terms.zone)}; time belongs to the one on which it begins. Rows are rounded each, the total once."
    return " ".join([f"{how}.", rest, *([DEMO] if terms.is_demo else [])])


def _lines(text: str) -> str:
    """Return what was typed, line by line as plain text."""
    return "\n".join(plain(line) for line in text.strip().splitlines())


def _long_day(day: date) -> str:
    return f"{day.day} {MONTH_NAMES[day.month]} {day.year}"
