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
NAMES = ("period", "from", "to", "people", "clients", "projects", "billable", "rounding", "compare", "week", "of", *SEARCH_NAMES)
# What holds on one page alone, and stands in no other page's address.
OWN_NAMES = {"detailed": SEARCH_NAMES, "weekly": ("week", "of")}
# What is said where a filter is gone altogether.
ALL_SHOWN = {"people": "everybody is shown"} | {name: f"all {name} are shown" for name in ("clients", "projects", "tasks", "tags")}
LONGEST_SEARCH = 200
NONE_ID = "none"

Params = Mapping[str, Sequence[str]]
Meaning = TypeVar("Meaning")
BILLABLE: dict[str, bool | None] = {"yes": True, "no": False}
OF = {"everyone": True}


@dataclass(frozen=True)
class Choice:
    """A period, by name or by days, filters, rounding, what to compare with; what to search entries for, and a day of a week.

    `week` and `everyone` are for the weekly page: None means the week of today, and without filters of people
    one sees his own unless he asks for everyone's.
    """

    preset: Preset = Preset.THIS_MONTH
    days: Period | None = None
    filters: Filters = field(default_factory=Filters)
    rounding: Rounding = EXACT
    compare: Against | None = None
    search: Search = field(default_factory=Search)
    week: date | None = None
    everyone: bool = False

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
    for name in ("people", "clients", "projects"):
        if ids := chosen_ids(choice, name):
            params[name] = _written(ids)
    if filters.billable is not None:
        params["billable"] = ["yes" if filters.billable else "no"]
    if not choice.rounding.is_exact:
        params["rounding"] = [choice.rounding.key]
    if choice.compare:
        params["compare"] = [choice.compare.value]
    if choice.week:
        params["week"] = [choice.week.isoformat()]
    if choice.everyone:
        params["of"] = ["everyone"]
    return params | _search_params(choice.search)


def _search_params(search: Search) -> dict[str, list[str]]:
    params = {"search": [search.text], "tasks": _written(search.tasks), "tags": _written(search.tags), "without": list(search.without)}
    return {name: values for name, values in params.items() if any(values)}


def from_url(params: Params) -> tuple[Choice, list[str]]:
    """Read query parameters; return the choice and, in words, what had to be dropped.

    Ids are taken as they are: which of them exist is known when months are there (`unknown_ids`).
    """
    dropped: list[str] = []
    preset, days = _period(params, dropped)
    people, clients, projects = (_ids(params, name) for name in ("people", "clients", "projects"))
    filters = Filters(people, clients, projects, _word(params, "billable", BILLABLE, None, dropped))
    compare = _word(params, "compare", {one.value: one for one in Against}, None, dropped)
    rounding = Rounding.parse(_last(params, "rounding", "none"))
    if rounding is None:
        dropped.append("rounding (like up-15)")
    search = _search(params, dropped)
    week, everyone = _week(params, dropped), _word(params, "of", OF, False, dropped)
    return Choice(preset, days, filters, rounding or EXACT, compare, search, week, everyone), dropped


def chosen_ids(choice: Choice, name: str) -> tuple[str, ...]:
    """Return what is chosen under a name: people, clients, projects, tasks or tags."""
    ids: tuple[str, ...] = getattr(choice.search if name in SEARCH_NAMES else choice.filters, name)
    return ids


def unknown_ids(choice: Choice, known: Mapping[str, Collection[str]]) -> dict[str, list[str]]:
    """Return the ids that are chosen under the names of `known` and not in it; "" stands for entries without one, and is no id."""
    found = {name: [one for one in chosen_ids(choice, name) if one and one not in ids] for name, ids in known.items()}
    return {name: ids for name, ids in found.items() if ids}


def dropped_words(dropped: Collection[str], *, own: bool = False) -> str:
    """Return "period, people, 1 of the tags. So everybody is shown.": what was dropped, and which filter is gone with it.

    `own`: the page shows whoever looks his own time, where it is asked for nobody's.
    """
    shown = ALL_SHOWN | ({"people": "your own week is shown"} if own else {})
    gone = [shown[name] for name in shown if name in dropped]
    return ", ".join(sorted(dropped, key=_place)) + "." + (f" So {' and '.join(gone)}." if gone else "")


def _place(words: str) -> int:
    """Return where in the URL stands what words are about; the workspace's stand first."""
    return next((NAMES.index(word) for word in words.split() if word in NAMES), -1)


def _word(params: Params, name: str, meanings: Mapping[str, Meaning], usual: Meaning, dropped: list[str]) -> Meaning:
    """Read a parameter that has few words; another one is dropped with the words that it could have."""
    word = _last(params, name, "")
    if word not in ("", "all") and word not in meanings:
        dropped.append(f"{name} ({' or '.join(meanings)})")
    return meanings.get(word, usual)


def _search(params: Params, dropped: list[str]) -> Search:
    named = tuple(dict.fromkeys(params.get("without", ())))
    without = tuple(name for name in named if name in WITHOUT)
    if without != named:
        dropped.append(f"without ({', '.join(WITHOUT)})")
    return Search(_last(params, "search", "")[:LONGEST_SEARCH], _ids(params, "tasks"), _ids(params, "tags"), without)


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


def _ids(params: Params, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys("" if identifier == NONE_ID else identifier for identifier in params.get(name, ())))


def _written(ids: Sequence[str]) -> list[str]:
    return [identifier or NONE_ID for identifier in ids]
