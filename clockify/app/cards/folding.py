"""Tables of groups that open and close: in place, group by group, or all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from clockify.app.shell.session import session
from clockify.reports.folding import OPEN_ROWS, Folds


def folds_of(table: str) -> Folds:
    """Return what stands open in a table; each grouping has its own."""
    return session().folds.get(table, Folds())


def turn(table: str, groups: Sequence[str], place: int) -> None:
    """In a callback: open or close the group of a row; one that is no group's stands for all that are left out."""
    folds, group = folds_of(table), groups[place]
    session().folds[table] = folds.turn(group) if group else replace(folds, more=True)


def draw_open_all(table: str, rows: int) -> None:
    """Draw the button that opens all there is, or closes all again; a table that is read at a glance has none."""
    if rows <= OPEN_ROWS:
        return
    is_open = folds_of(table).opens(rows)
    label, icon = ("Close all", "unfold_less") if is_open else ("Open all", "unfold_more")
    st.button(label, icon=f":material/{icon}:", type="tertiary", key=f"open-{table}", on_click=_turn_all, args=(table, not is_open))


def _turn_all(table: str, is_open: bool) -> None:
    session().folds[table] = Folds().turn_all(is_open)
