"""The columns of the tables in which people write down what Clockify doesn't know, and the names that may stand in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from clockify.app.cards.noted_rows import (
    BILLABILITY,
    CARRIES,
    CLIENT,
    COLUMNS,
    COST,
    CURRENCY,
    CYCLE,
    DAYS,
    DIRECTIONS,
    FROM,
    HOURS,
    MONEY,
    NOTE,
    PERSON,
    PROJECT,
    RATE,
    ROUNDED,
    SCOPES,
    STEP,
    UNTIL,
    UTILIZATION,
    WARN,
    WHAT,
    Names,
)
from clockify.clients import MINUTES, USUAL_MINUTES, Direction, Scope
from clockify.desk.visit import Visit
from clockify.directory import Kind, told_apart
from clockify.plans import EVERYBODY, Cycle, subject_of
from clockify.render.markdown import one_line

SUBJECTS = {PERSON: Kind.USER, PROJECT: Kind.PROJECT, CLIENT: Kind.CLIENT}


def names_for(visit: Visit, kind: str) -> Names:
    """Return the names of who or what a kind is about; what is written down and nothing knows any more bears its id."""
    labels = {of: labels_of(visit, of) for column, of in SUBJECTS.items() if column in COLUMNS[kind]}
    everybody = {EVERYBODY: "Everybody"} if kind == "days_off" else {}
    rows = getattr(visit.access.notes, kind)
    known = {one: name for some in labels.values() for one, name in some.items()}
    unknown = {one: one for one in map(subject_of, rows) if one not in known}
    clients = {*labels.get(Kind.CLIENT, ()), *(row.client_id for row in rows if hasattr(row, "client_id"))}
    return Names(told_apart({**unknown, **everybody, **known}), frozenset(clients))


def labels_of(visit: Visit, kind: Kind) -> dict[str, str]:
    """Return the names of a kind by id, in the order of the names."""
    directory = visit.access.known()
    labels = {one: one_line(directory.full_label(kind, one)) for one in directory.names[kind]}
    return dict(sorted(labels.items(), key=lambda item: item[1].casefold()))


def columns_of(kind: str, names: Names) -> dict[str, Any]:
    """Return how each column of a kind's table is edited."""
    known = {**_subjects(kind, names), **_of_people(), **_of_projects(), **_of_clients()}
    return {name: known[name] for name in COLUMNS[kind]}


def _subjects(kind: str, names: Names) -> dict[str, Any]:
    config = st.column_config
    options = {
        PERSON: list(names.by_id.values()),
        PROJECT: [name for one, name in names.by_id.items() if one not in names.clients],
        CLIENT: [name for one, name in names.by_id.items() if one in names.clients],
    }
    # Of a client and a project a line needs one; elsewhere there is one such column.
    is_needed = kind != "packs"
    width: Mapping[str, Any] = {PERSON: "medium", PROJECT: "large" if is_needed else "medium", CLIENT: "medium"}
    return {one: config.SelectboxColumn(one, options=some, required=is_needed, width=width[one]) for one, some in options.items()}


def _of_people() -> dict[str, Any]:
    config = st.column_config
    # A new line is a person of the usual week, most likely.
    hours = {
        day: config.NumberColumn(day, min_value=0, max_value=24, format="%g", width=56, default=8 if place < len(DAYS) - 2 else 0)
        for place, day in enumerate(DAYS)
    }
    return {
        **hours,
        FROM: config.DateColumn(FROM, format="DD/MM/YYYY"),
        UNTIL: config.DateColumn(UNTIL, format="DD/MM/YYYY"),
        NOTE: config.TextColumn(NOTE, max_chars=200),
        UTILIZATION: config.NumberColumn(UTILIZATION, min_value=1, max_value=1000, step=1),
        BILLABILITY: config.NumberColumn(BILLABILITY, min_value=1, max_value=1000, step=1),
        COST: config.NumberColumn(COST, min_value=0, format="%.2f"),
        CURRENCY: config.TextColumn(CURRENCY, max_chars=3, validate="^[A-Za-z]{3}$"),
    }


def _of_projects() -> dict[str, Any]:
    config = st.column_config
    return {
        HOURS: config.NumberColumn(HOURS, min_value=0, format="%g"),
        MONEY: config.NumberColumn(MONEY, min_value=0, format="%.2f"),
        CYCLE: config.SelectboxColumn(CYCLE, options=[one.value for one in Cycle], default=Cycle.WHOLE.value),
        CARRIES: config.CheckboxColumn(CARRIES, default=False),
        WARN: config.NumberColumn(WARN, min_value=1, max_value=1000, step=1),
        RATE: config.NumberColumn(RATE, min_value=0, format="%.2f"),
    }


def _of_clients() -> dict[str, Any]:
    config = st.column_config
    return {
        WHAT: config.SelectboxColumn(WHAT, options=list(SCOPES.values()), default=SCOPES[Scope.ENTRY], required=True, width="medium"),
        ROUNDED: config.SelectboxColumn(ROUNDED, options=list(DIRECTIONS.values()), default=DIRECTIONS[Direction.UP], required=True),
        STEP: config.SelectboxColumn(STEP, options=list(MINUTES), default=USUAL_MINUTES, required=True),
    }
