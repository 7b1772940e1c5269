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
from clockify.render.facts import Facts
from clockify.render.markdown import one_line
from clockify.render.palette import LIGHT, project_color
from clockify.reports.weekly import Day, Line, Week

TEMPLATES = Path(__file__).parent / "templates"
TINT = 0x22 / 255  # how much of a project's colour lies under its name: dark text stays readable on any
LONGEST = 90  # letters of a name in the footer, which has three lines on paper
EVERYONE, NON_BILLABLE = "Everyone", "non-billable"
NOTHING = "No time entries in this week."
ROUNDED = "Times are shown to the nearest minute. Totals are added up to the second, so they may differ from the sum of what is shown."


def format_spoken(seconds: int) -> str:
    """Write "2h 30m", "3h" or "0m", rounded to the minute half up."""
    hours, minutes = divmod((int(seconds) + 30) // 60, 60)
    parts = [f"{hours:,}h" if hours else "", f"{minutes}m" if minutes or not hours else ""]
    return " ".join(part for part in parts if part)


def footnote(week: Week) -> str:
    """Say that lines are rounded, where they are; "" where what is shown adds up."""
    return "" if week.is_in_minutes else ROUNDED


def footer_of(facts: Facts) -> str:
    """Say range, zone, filters, rounding, and where and when it comes from, on one line.

    Of a week they are `facts_of_week`.
    """
    made = facts.made_at.astimezone(ZoneInfo(facts.zone))
    workspace, filters = (shortened(text, LONGEST) for text in (facts.workspace, facts.filters))
    parts = [
        facts.period.label(),
        f"days of {facts.zone}, an entry belongs to the one on which it starts",
        filters,
        facts.rounding.label,
        "" if facts.rounding.is_exact else f"{spoken_difference(facts)} against the exact total",
        f"from the Clockify workspace {workspace}, {made.day} {MONTH_NAMES[made.month]} {made:%Y, %H:%M}",
    ]
    return " · ".join(part for part in parts if part)


def facts_of_week(facts: Facts, week: Week) -> Facts:
    """Return the facts with the week's own days and totals; `facts.exact` must be the week's before rounding."""
    return replace(facts, period=week.period, totals=week.totals)


def weekly_html(week: Week, directory: Directory, facts: Facts) -> str:
    """Return a whole HTML page, its styles in its tags as mail programs want them; it also prints well. Names are escaped."""
    return _template("weekly.html.j2").render(
        title=week.title,
        who=plain(week.who) or EVERYONE,
        days=[_shown_day(day, directory, week.who) for day in week.days if day.lines],
        total=format_spoken(week.totals.seconds),
        billable=format_spoken(week.totals.billable_seconds),
        nothing=NOTHING,
        footnote=footnote(week),
        footer=footer_of(facts_of_week(facts, week)),
    )


def weekly_text(week: Week, facts: Facts) -> str:
    """Return the week as plain text, readable in any font."""
    total = format_spoken(week.totals.seconds)
    lines = [week.title, f"{plain(week.who) or EVERYONE}: {total}", ""]
    days = [day for day in week.days if day.lines]
    for day in days:
        lines.append(f"{day.label}: {format_spoken(day.seconds)}")
        lines += [f"  {format_spoken(line.seconds):>7}  {_said(line, week.who)}" for line in day.lines]
        lines.append("")
    end = [f"Week total: {total}", "", *filter(None, [footnote(week)])] if days else [NOTHING, ""]
    return "\n".join([*lines, *end, footer_of(facts_of_week(facts, week)), ""])


def weekly_eml(week: Week, directory: Directory, facts: Facts) -> bytes:
    """Return an unsent message with both forms, which mail programs open for writing on."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = f"{week.title} · {plain(week.who) or EVERYONE}"
    message["Date"] = format_datetime(facts.made_at)
    message["X-Unsent"] = "1"
    message.set_content(weekly_text(week, facts))
    message.add_alternative(weekly_html(week, directory, facts), subtype="html")
    return message.as_bytes()


def plain(text: str) -> str:
    """Return text on one line, without control characters, and with "?" for halves of characters that no file can hold."""
    return one_line(text).encode("utf-8", "replace").decode()


def spoken_difference(facts: Facts) -> str:
    """Return the time that rounding added or took away: "+12m"."""
    seconds = facts.totals.seconds - facts.exact.seconds
    return f"{'+' if seconds > 0 else '−' if seconds < 0 else '±'}{format_spoken(abs(seconds))}"


def shortened(text: str, most: int) -> str:
    """Return `plain` text of at most `most` letters, ending in "…" if some are missing."""
    line = plain(text)
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def _shown_day(day: Day, directory: Directory, who: str) -> dict[str, Any]:
    return {"label": day.label, "time": format_spoken(day.seconds), "lines": [_shown_line(line, directory, who) for line in day.lines]}


def _shown_line(line: Line, directory: Directory, who: str) -> dict[str, Any]:
    color = project_color(line.project_id, directory.color_of(line.project_id), LIGHT)
    return {
        "project": plain(line.project),
        "color": color,
        "tint": _on_white(color),
        "notes": [plain(note) for note in line.notes(with_person=not who)],
        "rest": "" if line.billable else NON_BILLABLE,
        "time": format_spoken(line.seconds),
    }


def _said(line: Line, who: str) -> str:
    """Return a line's words: "Portal: Design · Menu · non-billable"."""
    notes = [*line.notes(with_person=not who), *([] if line.billable else [NON_BILLABLE])]
    return plain(f"{line.project}: {' · '.join(notes)}" if notes else line.project)


def _on_white(color: str) -> str:
    """Return a colour thinned on white: mail programs know no transparency."""
    parts = (int(color[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(255 + (part - 255) * TINT):02x}" for part in parts)


@cache
def _template(name: str) -> Template:
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined).get_template(name)
