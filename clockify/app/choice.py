"""What a person chose to look at, and its form in the URL. No Streamlit here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TypeVar

from clockify.periods import Against, Period, Preset, preset_period, shift
from clockify.reports.detail import WITHOUT, Search
from clockify.reports.filters import Filters
from clockify.reports.rounding import EXACT, Rounding

ONE_DAY = timedelta(days=1)
LONGEST_DAYS = 3 * 366

# The order of the URL's parts, and the only ones that are ours.
SEARCH_NAMES = ("search", "tasks", "tags", "without")
NAMES = ("period", "from", "to", "people", "clients", "projects", "billable", "rounding", "compare", "week", *SEARCH_NAMES)
# What holds on one page alone, and stands in no other page's address.
OWN_NAMES = {"detailed": SEARCH_NAMES, "weekly": ("week",)}
LONGEST_SEARCH = 200
NONE_ID = "none"

Params = Mapping[str, Sequence[str]]
Meaning = TypeVar("Meaning")
BILLABLE: dict[str, bool | None] = {"yes": True, "no": False}


@dataclass(frozen=True)
class Choice:
    """A period, by name or by days, filters, rounding, what to compare with; what to search entries for, and a day of a week.

    `week` is for the weekly page: None means the week of today.
    """

    preset: Preset = Preset.THIS_MONTH
    days: Period | None = None
    filters: Filters = field(default_factory=Filters)
    rounding: Rounding = EXACT
    compare: Against | None = None
    search: Search = field(default_factory=Search)
    week: date | None = None

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


def to_url(choice: Choice, page: str | None = None) -> dict[str, list[str]]:
    """Return the query parameters of a choice; what is usual is left out, and what another page than `page` has for itself."""
    foreign = [name for owner, names in OWN_NAMES.items() for name in names if page is not None and owner != page]
    return {name: values for name, values in _params(choice).items() if name not in foreign}


def _params(choice: Choice) -> dict[str, list[str]]:
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
    if not choice.rounding.is_exact:
        params["rounding"] = [choice.rounding.key]
    if choice.compare:
        params["compare"] = [choice.compare.value]
    if choice.week:
        params["week"] = [choice.week.isoformat()]
    return params | _search_params(choice.search)


def _search_params(search: Search) -> dict[str, list[str]]:
    params = {"search": [search.text], "tasks": list(search.tasks), "tags": list(search.tags), "without": list(search.without)}
    return {name: values for name, values in params.items() if any(values)}


def from_url(params: Params, known: Mapping[str, Collection[str]]) -> tuple[Choice, list[str]]:
    """Read query parameters; return the choice and, in words, what had to be dropped.

    `known` has the ids that exist under "people", "clients", "projects", "tasks" and "tags".
    """
    dropped: list[str] = []
    preset, days = _period(params, dropped)
    ids = {name: _known(name, params.get(name, ()), known.get(name, ()), dropped) for name in ("people", "clients", "projects")}
    filters = Filters(ids["people"], ids["clients"], ids["projects"], _word(params, "billable", BILLABLE, None, dropped))
    compare = _word(params, "compare", {one.value: one for one in Against}, None, dropped)
    rounding = Rounding.parse(_last(params, "rounding", "none"))
    if rounding is None:
        dropped.append("rounding (like up-15)")
    search = _search(params, {**known, "without": WITHOUT}, dropped)
    return Choice(preset, days, filters, rounding or EXACT, compare, search, _week(params, dropped)), dropped


def _word(params: Params, name: str, meanings: Mapping[str, Meaning], usual: Meaning, dropped: list[str]) -> Meaning:
    """Read a parameter that has few words; another one is dropped with the words that it could have."""
    word = _last(params, name, "")
    if word not in ("", "all") and word not in meanings:
        dropped.append(f"{name} ({' or '.join(meanings)})")
    return meanings.get(word, usual)


def _search(params: Params, known: Mapping[str, Collection[str]], dropped: list[str]) -> Search:
    tasks, tags, without = (_known(name, params.get(name, ()), known.get(name, ()), dropped) for name in ("tasks", "tags", "without"))
    return Search(_last(params, "search", "")[:LONGEST_SEARCH], tasks, tags, without)


def _week(params: Params, dropped: list[str]) -> date | None:
    text = _last(params, "week", "")
    days = _days([text], [text]) if text else None
    if text and days is None:
        dropped.append("week (a day like 2026-11-16)")
    return days.start if days else None


def _last(params: Params, name: str, usual: str) -> str:
    return (list(params.get(name, ())) or [usual])[-1]


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
