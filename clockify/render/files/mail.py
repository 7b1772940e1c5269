"""The weekly report as something to send: HTML for a mail program, plain text for a chat or a ticket."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from clockify.directory import Directory
from clockify.periods import MONTH_NAMES
from clockify.render.difference import difference_words
from clockify.render.facts import Facts
from clockify.render.formats import HourStyle, format_tracked
from clockify.render.markdown import one_line
from clockify.render.palette import LIGHT, project_color
from clockify.reports.weekly import Day, Line, Section, Week

TEMPLATES = Path(__file__).parent / "templates"
TINT = 0x22 / 255  # how much of a project's colour lies under its name: dark text stays readable on any
LONGEST = 90  # letters of a name in the footer, which has three lines on paper
NON_BILLABLE = "non-billable"
STEPS = {HourStyle.DECIMAL: 36, HourStyle.CLOCK: 60}  # seconds between times that are shown as different ones
NOTHING = "No time entries in this week."
ROUNDED = "Each time is rounded as it is shown. Totals are added up to the second, so they may differ from the sum of what is shown."


def in_hours(seconds: int, style: HourStyle) -> str:
    """Write "2.50 h" or "2:30 h", as in the head of the page."""
    return f"{format_tracked(seconds, style)} h"


def footnote(week: Week, style: HourStyle) -> str:
    """Say that times are rounded, where it is to be seen; "" where what is shown adds up."""
    return "" if week.adds_up(STEPS[style]) else ROUNDED


def footer_of(facts: Facts, style: HourStyle = HourStyle.DECIMAL, *, brief: bool = False) -> str:
    """Say range, zone, filters, rounding, and where and when it comes from, on one line; `brief`: without a word of no rounding.

    Of a week they are `facts_of_week`.
    """
    made = facts.made_at.astimezone(ZoneInfo(facts.zone))
    workspace, filters = (shortened(text, LONGEST) for text in (facts.workspace, facts.filters))
    parts = [
        facts.period.label(),
        f"days of {facts.zone}, an entry belongs to the one on which it starts",
        filters,
        "" if brief and facts.rounding.is_exact else facts.rounding.label,
        "" if facts.rounding.is_exact else f"{difference_words(facts.totals, facts.exact, style, money=False)} against the exact total",
        f"from the Clockify workspace {workspace}, {made.day} {MONTH_NAMES[made.month]} {made:%Y, %H:%M}",
    ]
    return " · ".join(part for part in parts if part)


def facts_of_week(facts: Facts, week: Week) -> Facts:
    """Return the facts with the week's own days and totals; `facts.exact` must be the week's before rounding."""
    return replace(facts, period=week.period, totals=week.totals)


def weekly_html(week: Week, directory: Directory, facts: Facts, style: HourStyle = HourStyle.DECIMAL) -> str:
    """Return a whole HTML page, its styles in its tags as mail programs want them; it also prints well. Names are escaped."""
    return _template("weekly.html.j2").render(
        title=week.title,
        who=plain(week.whose),
        people=[_shown_section(part, directory, style) for part in week.sections],
        total=in_hours(week.totals.seconds, style),
        billable=in_hours(week.totals.billable_seconds, style),
        nothing=NOTHING,
        footnote=_sent_note(week, facts, style),
        footer=footer_of(facts_of_week(facts, week), style, brief=True),
    )


def weekly_text(week: Week, facts: Facts, style: HourStyle = HourStyle.DECIMAL) -> str:
    """Return the week as plain text, readable in any font."""
    total = in_hours(week.totals.seconds, style)
    lines = [week.title, f"{plain(week.whose)}: {total}", ""]
    for part in week.sections:
        lines += [f"{plain(part.label)}: {in_hours(part.seconds, style)}", ""] if part.label else []
        for day in part.days:
            lines.append(f"{day.label}: {in_hours(day.seconds, style)}")
            lines += [f"  {in_hours(line.seconds, style):>7}  {_said(line)}" for line in day.lines]
            lines.append("")
    end = [f"Week total: {total}", "", *filter(None, [_sent_note(week, facts, style)])] if week.sections else [NOTHING, ""]
    return "\n".join([*lines, *end, footer_of(facts_of_week(facts, week), style, brief=True), ""])


def weekly_eml(week: Week, directory: Directory, facts: Facts, style: HourStyle = HourStyle.DECIMAL) -> bytes:
    """Return an unsent message with both forms, which mail programs open for writing on."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = f"{week.title} · {plain(week.whose)}"
    message["Date"] = format_datetime(facts.made_at)
    message["X-Unsent"] = "1"
    message.set_content(weekly_text(week, facts, style))
    message.add_alternative(weekly_html(week, directory, facts, style), subtype="html")
    return message.as_bytes()


def plain(text: str) -> str:
    """Return text on one line, without control characters, and with "?" for halves of characters that no file can hold."""
    return one_line(text).encode("utf-8", "replace").decode()


def shortened(text: str, most: int) -> str:
    """Return `plain` text of at most `most` letters, ending in "…" if some are missing."""
    line = plain(text)
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def _sent_note(week: Week, facts: Facts, style: HourStyle) -> str:
    """Return the footnote of what is sent: a letter has no fine print about hundredths where nobody chose to round."""
    return "" if facts.rounding.is_exact else footnote(week, style)


def _shown_section(part: Section, directory: Directory, style: HourStyle) -> dict[str, Any]:
    days = [_shown_day(day, directory, style) for day in part.days]
    return {"label": plain(part.label), "time": in_hours(part.seconds, style), "days": days}


def _shown_day(day: Day, directory: Directory, style: HourStyle) -> dict[str, Any]:
    lines = [_shown_line(line, directory, style) for line in day.lines]
    return {"label": day.label, "time": in_hours(day.seconds, style), "lines": lines}


def _shown_line(line: Line, directory: Directory, style: HourStyle) -> dict[str, Any]:
    color = project_color(line.project_id, directory.color_of(line.project_id), LIGHT)
    return {
        "project": plain(line.project),
        "color": color,
        "tint": _on_white(color),
        "notes": [plain(note) for note in line.notes],
        "rest": "" if line.billable else NON_BILLABLE,
        "time": in_hours(line.seconds, style),
    }


def _said(line: Line) -> str:
    """Return a line's words: "Portal: Design · Menu · non-billable"."""
    notes = [*line.notes, *([] if line.billable else [NON_BILLABLE])]
    return plain(f"{line.project}: {' · '.join(notes)}" if notes else line.project)


def _on_white(color: str) -> str:
    """Return a colour thinned on white: mail programs know no transparency."""
    parts = (int(color[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(255 + (part - 255) * TINT):02x}" for part in parts)


@cache
def _template(name: str) -> Template:
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined).get_template(name)
