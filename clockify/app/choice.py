"""What a person chose to look at, and its form in the URL. No Streamlit here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from clockify.periods import Period, Preset, preset_period, shift
from clockify.reports.filters import Filters

ONE_DAY = timedelta(days=1)
LONGEST_DAYS = 3 * 366

# The order of the URL's parts, and the only ones that are ours.
NAMES = ("period", "from", "to", "people", "clients", "projects", "billable")
NONE_ID = "none"

Params = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Choice:
    """A period, by name or by days, and filters."""

    preset: Preset = Preset.THIS_MONTH
    days: Period | None = None
    filters: Filters = field(default_factory=Filters)

    def period(self, today: date, week_start: str) -> Period:
        """Return the days that are meant today."""
        if self.preset is Preset.CUSTOM and self.days:
            return self.days
        return preset_period(self.preset, today, week_start)

    def stepped(self, steps: int, today: date, week_start: str) -> Choice:
        """Move to the period before or after; by name where one fits, so that a link stays relative."""
        days = shift(self.period(today, week_start), steps)
        for preset in Preset:
            if preset is not Preset.CUSTOM and preset_period(preset, today, week_start) == days:
                return replace(self, preset=preset, days=None)
        return replace(self, preset=Preset.CUSTOM, days=days)


def to_url(choice: Choice) -> dict[str, list[str]]:
    """Return the query parameters of a choice; what is usual is left out."""
    filters = choice.filters
    params: dict[str, list[str]] = {}
    if choice.preset is Preset.CUSTOM and choice.days:
        params = {"period": ["custom"], "from": [choice.days.start.isoformat()], "to": [choice.days.last_day.isoformat()]}
    elif choice.preset not in (Preset.THIS_MONTH, Preset.CUSTOM):
        params = {"period": [choice.preset.value]}
    for name, ids in (("people", filters.people), ("clients", filters.clients), ("projects", filters.projects)):
        if ids:
            params[name] = [identifier or NONE_ID for identifier in ids]
    if filters.billable is not None:
        params["billable"] = ["yes" if filters.billable else "no"]
    return params


def from_url(params: Params, known: Mapping[str, Collection[str]]) -> tuple[Choice, list[str]]:
    """Read query parameters; return the choice and, in words, what had to be dropped.

    `known` has the ids that exist under "people", "clients" and "projects".
    """
    dropped: list[str] = []
    preset, days = _period(params, dropped)
    ids = {name: _known(name, params.get(name, ()), known.get(name, ()), dropped) for name in ("people", "clients", "projects")}
    billable = None
    if given := list(params.get("billable", ())):
        billable = {"yes": True, "no": False}.get(given[-1])
        if billable is None and given[-1] != "all":
            dropped.append("billable (yes or no)")
    return Choice(preset, days, Filters(ids["people"], ids["clients"], ids["projects"], billable)), dropped


def _period(params: Params, dropped: list[str]) -> tuple[Preset, Period | None]:
    name = (list(params.get("period", ())) or ["custom" if params.get("from") else Preset.THIS_MONTH.value])[-1]
    if name not in list(Preset):
        dropped.append("period")
        return Preset.THIS_MONTH, None
    if name != Preset.CUSTOM:
        return Preset(name), None
    days = _days(list(params.get("from", ())), list(params.get("to", ())))
    if days is None:
        dropped.append("from and to (two days like 2026-11-01, at most three years)")
        return Preset.THIS_MONTH, None
    return Preset.CUSTOM, days


def _days(first: list[str], last: list[str]) -> Period | None:
    try:
        period = Period(date.fromisoformat(first[-1]), date.fromisoformat(last[-1]) + ONE_DAY)
    except (ValueError, IndexError, OverflowError):
        return None
    return period if period.days <= LONGEST_DAYS and period.start.year >= 2000 and period.end.year < 2100 else None


def _known(name: str, given: Sequence[str], known: Collection[str], dropped: list[str]) -> tuple[str, ...]:
    wanted = dict.fromkeys("" if identifier == NONE_ID else identifier for identifier in given)
    found = tuple(identifier for identifier in wanted if identifier in known)
    if len(found) < len(wanted):
        count = len(wanted) - len(found)
        dropped.append(f"{count} of the {name}" if found else name)
    return found
