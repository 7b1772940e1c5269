"""Does it agree with Clockify? The sentence that says so opens to the sums, ours beside Clockify's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from clockify.app.shell.door import if_admitted
from clockify.app.shell.header import moment_words
from clockify.app.shell.session import session
from clockify.app.shell.states import month_words
from clockify.desk.access import Access, MonthState
from clockify.desk.commands import READ_AGAIN_SECONDS
from clockify.desk.view import View
from clockify.directory import Directory, Kind
from clockify.periods import Month, Period
from clockify.render.markdown import escape_markdown, one_line
from clockify.render.tables.agreement import agreement_table
from clockify.reports.agreement import Beside, Compared, together

KEY = "agreement"
TOTAL = "Together"


def draw_agreement(view: View) -> None:
    """Say of the period's months whether they agree with Clockify, and open to what was compared; nothing is asked for by that."""
    states = view.shown_states
    if not states:
        return
    whole = Period(states[0].month.period.start, states[-1].month.period.end)
    # A month that isn't there agrees with nothing: around it the others are named one by one.
    months = whole.label() if view.is_whole else month_words(state.month for state in states)
    words = agreement_words(states, several=not view.is_whole and len(states) > 1)
    with st.expander(f"{months} {words}", key=KEY, on_change="rerun") as sides:
        if sides.open:
            shown = {state.month for state in states}
            draw_sides(view.access, view.directory, [state for state in view.access.months() if state.month in shown])


def agreement_words(states: Sequence[MonthState], *, several: bool = False) -> str:
    """Say what the last checks of months found, the worst of them first: the end of a sentence, as plain text.

    `several`: the sentence begins with months, not with a period.
    """
    was, has, isnt = ("were", "have", "aren't") if several else ("was", "has", "isn't")
    agree, differ = ("agree", "differ") if several else ("agrees", "differs")
    verdicts = [state.verdict for state in states]
    if any(state.unread for state in states):
        return f"{was} read in part"
    if any(verdict.agrees is False for verdict in verdicts):
        return f"{differ} from Clockify"
    if any(verdict.is_pending for verdict in verdicts):
        return f"{was} changed, and {isnt} compared with Clockify yet"
    if not all(verdict.agrees for verdict in verdicts):
        return f"{has} nothing of Clockify's to compare with"
    return f"{agree} with Clockify"


def draw_sides(access: Access, directory: Directory, states: Sequence[MonthState]) -> None:
    """Draw months (the newest first, as they are kept) beside Clockify's totals, and one of them by person and project."""
    found = {state.month: compared for state in states if (compared := access.compared(state))}
    wholes = {month: one.whole for month, one in found.items() if one.whole}
    if wholes:
        _draw_months(wholes)
    elif access.sees_everybody:
        st.caption("Clockify's own totals aren't known: they come with the next check, where Clockify gives reports to this key.")
    if access.kept_in != access.zone:
        st.caption(f"Months are kept, and compared, in {escape_markdown(access.kept_in)}.")
    every = {state.month: state for state in states if state.month in found}
    if not every:
        return
    month = next(iter(every))
    if len(every) > 1:
        month = st.selectbox("By person and project", list(every), format_func=Month.label, key="agreement-month", width=220)
    _draw_pairs(access, directory, every[month], found[month])


def _draw_months(wholes: dict[Month, Beside]) -> None:
    rows, names = list(wholes.values()), [month.label() for month in wholes]
    if len(rows) > 1:
        rows, names = [*rows, together(rows)], [*names, TOTAL]
    _draw_table(agreement_table({"Month": names}, rows), "Sums of each month beside Clockify's")


def _draw_table(table: pd.DataFrame, alt: str) -> None:
    columns = [str(name) for name in table]
    figures = {name: st.column_config.TextColumn(alignment="right") for name in columns if name.startswith(("Hours", "Amount"))}
    st.dataframe(table, hide_index=True, width="stretch", column_config=figures, alt=alt)


def _draw_pairs(access: Access, directory: Directory, state: MonthState, found: Compared) -> None:
    """Draw a month by person and project; where Clockify wasn't asked for that, say so and offer to."""
    month = state.month.label()
    st.caption(f"**{month}**: {_checked_words(access, state)}")
    if found.pairs is not None:
        rows = [*found.pairs, together(found.pairs)]
        people = [one_line(directory.label(Kind.USER, row.user_id)) for row in found.pairs]
        projects = [one_line(directory.full_label(Kind.PROJECT, row.project_id)) for row in found.pairs]
        table = agreement_table({"Person": [*people, TOTAL], "Project": [*projects, ""]}, rows)
        _draw_table(table, f"{month} by person and project beside Clockify's own sums")
        at = moment_words(datetime.fromtimestamp(found.at, UTC), access.zone)
        st.caption(f"By person and project as Clockify said at {at}.")
    elif state.source == "report":
        st.caption("The check compared totals; Clockify wasn't asked for its sums by person and project.")
    if state.source == "report":
        label = "Ask Clockify again: 1 request" if found.pairs is not None else "Ask Clockify by person and project: 1 request"
        st.button(label, icon=":material/balance:", key="ask-sums", on_click=_compare, args=(access, state.month))
    fault, session().compared = session().compared, ""
    if fault:
        st.error(f"Clockify's sums didn't come. {escape_markdown(fault)}", icon=":material/cloud_off:")


def _checked_words(access: Access, state: MonthState) -> str:
    """Say what was compared, and when: rows, or sums alone."""
    sums = moment_words(datetime.fromtimestamp(state.checked_at, UTC), access.zone)
    rows = moment_words(datetime.fromtimestamp(state.rows_at(), UTC), access.zone)
    if state.verdict.is_pending:
        return f"changed since it was compared at {sums}."
    if state.verdict.agrees is None:
        return f"read person by person at {rows}; Clockify gives no sums to compare with."
    return f"every row was compared at {sums}." if rows == sums else f"sums were compared at {sums}, rows are of {rows}."


@if_admitted
def _compare(access: Access, month: Month) -> None:
    job = access.compare(month, READ_AGAIN_SECONDS)
    session().compared = str(job.fault) if job.fault else ""
