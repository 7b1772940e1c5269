"""The one place that hands out frames, for whoever is looking.

Everything a page shows or lets people take away comes through `Access`. What a viewer may
not see is gone before it leaves here, so filters, exports and drill-downs can't reach past it.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import pandas as pd
import streamlit as st

from clockify.app.kept import Kept
from clockify.directory import Directory, Kind
from clockify.frames import CUBE_KEYS, concat_frames, daily_cube, empty_cube, empty_entries
from clockify.mirror.mirror import Mirror
from clockify.mirror.opening import Opening
from clockify.periods import Month
from clockify.reports.measures import Totals, totals_of
from clockify.reports.rounding import EXACT, Rounding, rounded

Versions = tuple[tuple[Month, str], ...]
Names = Mapping[str, Mapping[str, Any]]

# A year of 948 000 entries takes about 110 MB with every column that a page asks for.
KEPT_BYTES = 192 * 1024 * 1024
PERIODS_KEPT = 8
OPENED_TOGETHER = 4
MONTHS_ADDED_UP = 256
COPIES_KNOWN = 64


@dataclass(frozen=True)
class Viewer:
    """Who is looking, whose time he may see (None: everyone's that the key sees), and whether money.

    `may_connect`: may he paste a key of his own? Not a stranger who came over the network to the demo.
    """

    name: str
    email: str | None = None
    people: frozenset[str] | None = None
    sees_money: bool = True
    may_connect: bool = True


class Lost(Exception):
    """A stored month is not there any more, replaced or damaged: open the months again."""


class Access:
    """A mirror as one viewer may see it. The frames are shared and read-only: never change them."""

    def __init__(self, viewer: Viewer, mirror: Mirror) -> None:
        self._viewer, self._mirror = viewer, mirror

    def cube(self, opening: Opening, rounding: Rounding = EXACT) -> pd.DataFrame:
        """Return the daily cube of the months that are there, of rounded entries; raise Lost if one of them is damaged."""
        key, versions = self._key(opening), opening.versions
        cube = _cube(key, versions, self._mirror) if rounding.is_exact else _rounded_cube(key, rounding.key, versions, self._mirror)
        return _visible(cube, self._viewer)

    def month_totals(self, opening: Opening, month: Month) -> Totals:
        """Return the exact sums of a month that is there; raise Lost if it is not any more.

        While a year is being read they are added up at every look, and a cube of what is there would be made each time.
        """
        return _month_totals(repr((self._mirror.scope, self._viewer)), month, opening.states[month].version, self._viewer, self._mirror)

    def entries(self, opening: Opening, columns: Sequence[str], rounding: Rounding = EXACT) -> pd.DataFrame:
        """Return the entries of the months that are there, with the columns named; raise Lost if one is damaged."""
        needed = tuple(dict.fromkeys((*columns, "user_id", "rate", "amount_ticks")))
        key, versions = self._key(opening), opening.versions
        if rounding.is_exact:
            return _visible(_entries(key, versions, needed, self._mirror), self._viewer)
        needed = tuple(dict.fromkeys((*needed, "seconds", "billable")))
        return _visible(_rounded_entries(key, rounding.key, versions, needed, self._mirror), self._viewer)

    def directory(self, opening: Opening) -> Directory:
        """Return the names that are `known`; where they differ from month to month, those of the months that are there come first."""
        return self._named(self._key(opening), opening.versions)

    def known(self) -> Directory:
        """Return the names of today's lists and of stored months, which know deleted people and projects, too.

        Of people they are those alone whose time may be seen.
        """
        return self._named(repr(self._mirror.scope), ())

    def _named(self, key: str, versions: Versions) -> Directory:
        seen = _seen(repr(self._mirror.scope), self._mirror)
        directory = _directory(key, self._mirror.lists_version, seen.edition, versions, seen, self._mirror)
        if self.sees_everybody:
            return directory
        people = {one: name for one, name in directory.names[Kind.USER].items() if self.may_see(one)}
        return replace(directory, names={**directory.names, Kind.USER: people})

    def running(self) -> list[dict[str, Any]]:
        """Return the running timers of those whose time may be seen."""
        timers, _ = self._mirror.running()
        return [timer for timer in timers if self.may_see(timer.get("userId") or "")]

    @property
    def sees_everybody(self) -> bool:
        """May the viewer see all that the key sees, so that Clockify's own sums may be shown?"""
        return self._viewer.people is None

    @property
    def may_see_money(self) -> bool:
        """May the viewer see money, if the key does?"""
        return self._viewer.sees_money

    def may_see(self, user_id: str) -> bool:
        """May the viewer see a person's time?"""
        return self._viewer.people is None or user_id in self._viewer.people

    def emails(self) -> dict[str, str]:
        """Return the addresses of those whose time may be seen, by id."""
        return {one: email for one, email in self._mirror.emails().items() if self.may_see(one)}

    def sees_amounts(self, opening: Opening) -> bool:
        """May the viewer see money, and did Clockify give it to this key in every month on screen?"""
        return self._viewer.sees_money and not any(state.amounts_hidden for state in opening.states.values())

    def _key(self, opening: Opening) -> str:
        """Return what the frames of these months are cached by: as one text, for two years of months take 8 ms to hash."""
        return repr((self._mirror.scope, opening.versions))


def _visible(frame: pd.DataFrame, viewer: Viewer) -> pd.DataFrame:
    """Leave what the viewer may see; the same frame if that is all of it."""
    if viewer.people is not None:
        frame = frame[frame["user_id"].isin(viewer.people)]
        # Ids of others would stay behind as categories without rows.
        kept = {str(name): column.cat.remove_unused_categories() for name, column in frame.select_dtypes("category").items()}
        frame = frame.assign(**kept)
    return frame if viewer.sees_money else frame.assign(rate=0, amount_ticks=0)


@st.cache_resource(show_spinner=False)
def _kept() -> Kept:
    """Return what the process holds of opened months, for everybody."""
    return Kept(KEPT_BYTES)


def _cube(key: str, versions: Versions, mirror: Mirror) -> pd.DataFrame:
    def make() -> pd.DataFrame:
        return concat_frames([_there(mirror.cube(month, version)) for month, version in versions], empty_cube())

    return _kept().get(("cube", key), make)


def _rounded_cube(key: str, rule: str, versions: Versions, mirror: Mirror) -> pd.DataFrame:
    """Add rounded entries up: a cube of exact ones can't tell."""
    columns = (*CUBE_KEYS, "seconds", "amount_ticks")
    return _kept().get(("cube", key, rule), lambda: daily_cube(_rounded_entries(key, rule, versions, columns, mirror)))


def _rounded_entries(key: str, rule: str, versions: Versions, columns: tuple[str, ...], mirror: Mirror) -> pd.DataFrame:
    make = lambda: rounded(_entries(key, versions, columns, mirror), Rounding.parse(rule) or EXACT)  # noqa: E731
    return _kept().get(("entries", key, rule, columns), make)


def _entries(key: str, versions: Versions, columns: tuple[str, ...], mirror: Mirror) -> pd.DataFrame:
    """Return the columns of a period side by side. Each is held once, whatever others it is asked for with."""
    held = {name: _kept().find(("column", key, name)) for name in columns}
    lacking = [name for name, column in held.items() if column is None]
    # A few at a time: months and the period that they are put together to are in memory side by side for a moment.
    for few in (lacking[start : start + OPENED_TOGETHER] for start in range(0, len(lacking), OPENED_TOGETHER)):
        opened = _opened(versions, few, mirror)
        for name in few:
            held[name] = opened[name]
            _kept().put(("column", key, name), opened[name])
    return pd.DataFrame(held, copy=False)


def _opened(versions: Versions, columns: Sequence[str], mirror: Mirror) -> pd.DataFrame:
    frames = [_there(mirror.entries(month, version, columns)) for month, version in versions]
    return concat_frames(frames, empty_entries()[list(columns)])


def _there(frame: pd.DataFrame | None) -> pd.DataFrame:
    if frame is None:
        raise Lost
    return frame


@st.cache_resource(show_spinner=False, max_entries=MONTHS_ADDED_UP)
def _month_totals(key: str, month: Month, version: str, _viewer: Viewer, _mirror: Mirror) -> Totals:
    return totals_of(_visible(_there(_mirror.cube(month, version)), _viewer))


class Seen:
    """The names that a copy's months carry, opened once a version; safe to share between threads."""

    _editions = count(1)

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[Month, tuple[str, Names]] = {}
        self.edition = next(self._editions)

    def of(self, month: Month, version: str, mirror: Mirror) -> Names:
        """Return the names of a month's version, and keep them in place of an older one's; raise Lost if it is not there any more."""
        held = self._held.get(month)
        if held and held[0] == version:
            return held[1]
        names = mirror.names(month, version)
        if names is None:
            raise Lost
        with self._lock:
            before = self._held.get(month)
            self._held[month] = (version, names)
            if before is None or before[1] != names:
                self.edition = next(self._editions)
        return names

    def every(self) -> list[Names]:
        """Return the names of each month, the newest first."""
        with self._lock:
            return [names for _, (_, names) in sorted(self._held.items(), reverse=True)]


@st.cache_resource(show_spinner=False, max_entries=COPIES_KNOWN)
def _seen(scope: str, _mirror: Mirror) -> Seen:
    """Return what is seen of a copy; it begins with all that is stored."""
    seen = Seen()
    for month, state in _mirror.states().items():
        with suppress(Lost):
            seen.of(month, state.version, _mirror)
    return seen


@st.cache_resource(show_spinner=False, max_entries=2 * PERIODS_KEPT)
def _directory(key: str, lists_version: tuple[float, ...], edition: int, _versions: Versions, _names: Seen, _mirror: Mirror) -> Directory:
    own = [_names.of(month, version, _mirror) for month, version in _versions]
    return _mirror.directory().with_names([*own, *_names.every()])
