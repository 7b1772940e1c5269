"""Figures as text: hours, money, percentages, changes, days and ages, each rounded once, half up.

Nothing here is escaped; what goes into Markdown passes through `markdown.escape_markdown`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from clockify.money import TICKS_PER_CENT, hours_of
from clockify.render.markdown import escape_markdown
from clockify.reports.compare import Change
from clockify.reports.grouping import day_label

__all__ = [
    "NOT_APPLICABLE",
    "ChangeText",
    "HourStyle",
    "escape_markdown",
    "format_age",
    "format_change",
    "format_count",
    "format_day",
    "format_duration",
    "format_hours",
    "format_money",
    "format_percent",
    "format_range",
    "format_rate",
    "format_tracked",
]

NOT_APPLICABLE = "–"
MINUS = "\N{MINUS SIGN}"
TICKS_PER_UNIT = TICKS_PER_CENT * 100
SYMBOLS = {
    "EUR": "€",
    "USD": "$",
    "GBP": "£",
    "JPY": "¥",
    "INR": "₹",
    "KRW": "₩",
    "ILS": "₪",
    "UAH": "₴",
    "TRY": "₺",
    "VND": "₫",
    "NGN": "₦",
    "PHP": "₱",
    "CAD": "CA$",
    "AUD": "A$",
    "NZD": "NZ$",
    "HKD": "HK$",
    "SGD": "S$",
    "MXN": "MX$",
    "BRL": "R$",
    "CNY": "CN¥",
}


class HourStyle(StrEnum):
    """How hours are written: 1,231.25 or 1,231:15."""

    DECIMAL = "decimal"
    CLOCK = "clock"

    @property
    def label(self) -> str:
        """Say it: "1.25" or "1:15"."""
        return "1.25" if self is HourStyle.DECIMAL else "1:15"


def format_hours(seconds: int, places: int = 1) -> str:
    """Write seconds as decimal hours: "1,231.3"."""
    return _signed(hours_of(seconds, places), f",.{places}f")


def format_duration(seconds: int, with_seconds: bool = False) -> str:
    """Write seconds as "1,231:15", rounded to the minute half up, or exactly as "1,231:15:09"."""
    sign = MINUS if seconds < 0 else ""
    if with_seconds:
        minutes, rest = divmod(abs(seconds), 60)
        return f"{sign}{minutes // 60:,}:{minutes % 60:02}:{rest:02}"
    minutes = (abs(seconds) + 30) // 60
    return f"{sign if minutes else ''}{minutes // 60:,}:{minutes % 60:02}"


def format_tracked(seconds: int, style: HourStyle = HourStyle.DECIMAL, places: int = 2) -> str:
    """Write tracked time in the style that was chosen in Settings."""
    return format_duration(seconds) if style is HourStyle.CLOCK else format_hours(seconds, places)


def format_money(ticks: int, currency: str, places: int = 2) -> str:
    """Write ticks as "€1,234.50" or "CHF 1,234.50", without decimals as "€1,235"; one rounding, from the ticks."""
    value = _rounded(Fraction(ticks, TICKS_PER_UNIT), places)
    number = _signed(abs(value), f",.{places}f")
    sign = MINUS if value < 0 else ""
    return f"{sign}{SYMBOLS[currency]}{number}" if currency in SYMBOLS else f"{sign}{currency} {number}".strip()


def format_rate(cents: int, currency: str) -> str:
    """Write cents an hour as "€98.00"."""
    return format_money(cents * TICKS_PER_CENT, currency)


def format_percent(ratio: Fraction | float | None, places: int = 0) -> str:
    """Write a ratio (0.83) as "83%"; none is "–"."""
    if ratio is None:
        return NOT_APPLICABLE
    return _signed(_rounded(Fraction(ratio) * 100, places), f",.{places}f") + "%"


def format_count(number: int, one: str, many: str | None = None) -> str:
    """Write "1 entry", "1,204 entries": the plural is `many`, or `one` with an s."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


@dataclass(frozen=True)
class ChangeText:
    """A change in three forms.

    `magnitude` is unsigned ("9%"), since a metric reads a minus sign as it likes; `arrow` is
    "up", "down" or "off", as `st.metric(delta_arrow=)` wants it; `words` say both.
    """

    magnitude: str
    arrow: str
    words: str

    @property
    def symbol(self) -> str:
        """Return ↑, ↓ or nothing."""
        return {"up": "↑", "down": "↓"}.get(self.arrow, "")

    def __str__(self) -> str:
        return f"{self.symbol} {self.magnitude}".strip()


def format_change(change: Change | None, points: bool = False) -> ChangeText:
    """Write a change as a percentage of before, or in percentage points ("1 pt")."""
    if change is None:
        return ChangeText(NOT_APPLICABLE, "off", "nothing to compare with")
    if change.difference == 0:
        return ChangeText("0 pt" if points else "0%", "off", "no change")
    if change.ratio is None and not points:
        return ChangeText("new", "up" if change.now > 0 else "down", "nothing before")
    share = change.points if points else (change.ratio or Fraction(0)) * 100
    size = _rounded(abs(share), 0)
    unit = " pt" if points else "%"
    magnitude = f"{size:,}{unit}" if size else f"<1{unit}"
    if change.difference > 0:
        return ChangeText(magnitude, "up", f"{magnitude} more than before")
    return ChangeText(magnitude, "down", f"{magnitude} less than before")


def format_day(day: date, with_year: bool = False) -> str:
    """Write "Mon 3 Nov", or "Mon 3 Nov 2026"."""
    return day_label(day, with_year)


def format_range(first: str, last: str) -> str:
    """Join two ends with an en dash: "9–17", and with spaces where an end has some: "3 Nov – 9 Nov"."""
    return f"{first} – {last}" if " " in first + last else f"{first}–{last}"


def format_age(moment: datetime, now: datetime) -> str:
    """Write how long ago: "just now", "3 min ago", "2 h ago", "5 days ago"; both are aware."""
    minutes = int((now - moment).total_seconds()) // 60
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    if minutes < 48 * 60:
        return f"{minutes // 60} h ago"
    return f"{minutes // (24 * 60)} days ago"


def _rounded(value: Fraction, places: int) -> Decimal:
    """Round a fraction exactly, half away from zero, in whole numbers alone."""
    scale = 10**places
    whole = (abs(value) * scale * 2 + 1) // 2
    return Decimal(whole if value >= 0 else -whole).scaleb(-places)


def _signed(value: Decimal, pattern: str) -> str:
    """Write a number with a true minus sign, and none before zero."""
    text = format(abs(value), pattern)
    return MINUS + text if value < 0 else text
