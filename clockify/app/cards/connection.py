"""The cards of Settings: who and where, the plan, the months, and a key for this session."""

from __future__ import annotations

from datetime import UTC, datetime
from operator import itemgetter
from zoneinfo import available_timezones

import pandas as pd
import streamlit as st

from clockify.app.cards.agreement import draw_sides
from clockify.app.cards.downloads import draw_csv_form
from clockify.app.shell import resources
from clockify.app.shell.door import if_admitted
from clockify.app.shell.header import moment_words
from clockify.app.shell.session import session
from clockify.app.shell.visit import forget_key, has_pasted_key, paste_key, take_fault, told_later
from clockify.desk.access import Access, MonthState
from clockify.desk.commands import read_again
from clockify.desk.visit import Visit
from clockify.errors import NotFound
from clockify.periods import Month, local_day
from clockify.render.formats import HourStyle, format_count
from clockify.render.markdown import escape_markdown, one_line
from clockify.roles import Role

PASTED = "pasted-key"
SOURCES = {"report": "reports", "lists": "person by person", "own": "own time only"}


def draw_account(visit: Visit) -> None:
    """Say who the key is and where it leads; let people switch."""
    profile, workspace = visit.access.profile, visit.access.workspace
    with st.container(border=True, key="account"):
        st.markdown("**Connection**")
        rows = {
            "Signed in to Clockify as": f"{escape_markdown(profile.name)} :gray[{escape_markdown(profile.email)}]",
            "Workspace": escape_markdown(workspace.name),
            "Key": _key_words(visit),
            "Week starts on": profile.week_start.capitalize(),
        }
        for label, text in rows.items():
            st.markdown(f":gray[{label}]  \n{text}")
        others = len(visit.workspaces)
        if others > 1:
            st.caption(f"The key opens {others} workspaces: choose one in the sidebar.")


def draw_plan(access: Access) -> None:
    """Say what the plan allows and how much of the hour is used up."""
    plan, used = access.workspace.plan, access.requests_used()
    with st.container(border=True, height="stretch", key="plan"):
        st.markdown("**Plan and requests**")
        limit = access.request_limit
        spent = (
            f"{used:,}, without an hourly limit"
            if limit is None
            else f"{used} of {limit}; {plan.kept} are kept for what you ask for yourself"
        )
        with st.container(horizontal=True, gap="large"):
            for label, text in (("Plan", escape_markdown(plan.label)), ("Requests in the last hour", spent)):
                st.markdown(f":gray[{label}]  \n{text}", width="content")
        if limit is None:
            return
        st.progress(min(used / limit, 1.0))
        free_at = access.next_free_at()
        st.caption(f"Next free request at {moment_words(free_at, access.zone)}." if free_at else "A request is free now.")


def draw_months(visit: Visit) -> None:
    """List the months that have begun as they are kept, the current one first, with age and verdict; let people read one again."""
    access = visit.access
    today = Month.of(local_day(visit.desk.now(), access.kept_in))
    # A year that was opened as a whole has months that nothing can be said of yet.
    states = [state for state in access.months() if state.month <= today]
    with st.container(border=True, key="months"):
        st.markdown("**Months on this machine** :gray[:small[· sums compared with Clockify's, rows read, each with its age]]")
        if not states:
            st.caption("None yet: open the overview.")
            return
        if access.kept_in != access.zone:
            st.caption(
                f"Months are kept in {escape_markdown(access.kept_in)}; what you see in {escape_markdown(access.zone)} is cut from them."
            )
        st.dataframe(_month_rows(states, access.zone), hide_index=True, width="stretch", alt="Stored months with age and verification")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            month = st.selectbox("Month", [state.month for state in states], format_func=Month.label, key="month-again", width=180)
            st.button("Read again", icon=":material/sync:", key="read-again", on_click=_read_again, args=(visit, month))
        _draw_outcome()
        with st.expander("Sums beside Clockify's own", key="agreement", on_change="rerun") as sides:
            if sides.open:
                draw_sides(access, access.known(), states)


def draw_display(access: Access) -> None:
    """Let people choose zone, form of hours and form of CSVs, for this browser session."""
    with st.container(border=True, key="display"):
        st.markdown("**Zone, hours and files**")
        profile_zone = resources.settings().time_zone or access.profile.zone
        zones = [profile_zone, *sorted(available_timezones() - {profile_zone})]
        st.selectbox(
            "Report zone",
            zones,
            index=zones.index(access.zone) if access.zone in zones else 0,
            key="zone",
            on_change=_choose_zone,
            args=(profile_zone,),
            help="Days, weeks and months begin and end in this zone. They are cut from the months that are kept, which aren't read anew.",
        )
        styles = list(HourStyle)
        st.segmented_control(
            "Hours are written as",
            styles,
            default=session().hour_style,
            required=True,
            format_func=lambda style: style.label,
            key="hour-style",
            on_change=_choose_style,
        )
        draw_csv_form()


def draw_key(visit: Visit) -> None:
    """Let a person use a key for this browser session alone; nobody who looks as somebody else."""
    if visit.viewer.looks_as:
        return
    with st.container(border=True, height="stretch", key="key"):
        st.markdown("**Your own key** :gray[:small[· never stored]]")
        if has_pasted_key():
            st.markdown("This session uses the key that you pasted.")
            st.button("Forget the key", icon=":material/key_off:", key="forget-key", on_click=if_admitted(forget_key))
            if not visit.fault:
                return
        if not visit.viewer.may_connect:
            st.caption("Open this page at the machine it runs on, or sign in, to paste a key here.")
            return
        with st.form("paste-key", border=False, clear_on_submit=True):
            help_text = "Clockify: Profile settings → API → Generate."
            st.text_input("Clockify API key", type="password", autocomplete="off", help=help_text, key=PASTED)
            st.form_submit_button("Use this key", icon=":material/key:", on_click=_use)
        unusable = take_fault()
        if unusable:
            st.error(escape_markdown(str(unusable)), icon=":material/key_off:")
        if visit.viewer.role is not Role.ADMIN:
            return
        st.caption(
            "To connect for good, put `CLOCKIFY_API_KEY=…` into a file named `.env` beside `streamlit_app.py` and start the app again."
        )


def draw_workspaces(visit: Visit) -> None:
    """Offer the workspaces that the key does open, where the one that was asked for isn't among them."""
    if not isinstance(visit.fault, NotFound) or visit.zone or not visit.workspaces:
        return
    names = {one: one_line(name) for one, name in visit.workspaces.items()}
    with st.container(border=True, key="workspaces"):
        st.selectbox(
            "Workspaces that this key opens",
            list(names),
            index=None,
            format_func=names.__getitem__,
            placeholder="Choose one",
            key="workspace-instead",
            on_change=_choose_workspace,
        )


@if_admitted
def _use() -> None:
    """Take what was pasted, and leave nothing of it in the widget; if it can't be a key, the card says so."""
    text, st.session_state[PASTED] = str(st.session_state[PASTED]), ""
    if not session().looks_as:
        with told_later():
            paste_key(text)


def _key_words(visit: Visit) -> str:
    if visit.is_demo:
        return ":orange-badge[:material/science: Demo workspace] none set, so the figures are made up"
    return "pasted into this session" if has_pasted_key() else "from this installation's settings"


@if_admitted
def _choose_workspace() -> None:
    st.session_state["workspace"] = st.session_state["workspace-instead"]


def _month_rows(states: list[MonthState], zone: str) -> pd.DataFrame:
    rows = [
        {
            "Month": state.month.label(),
            "Verification": _verdict_words(state),
            "Sums checked": moment_words(_moment(state.checked_at), zone),
            "Rows as of": _rows_words(state, zone),
            "Entries": state.entries_count,
            "By": SOURCES.get(state.source, state.source),
        }
        for state in states
    ]
    return pd.DataFrame(rows)


def _rows_words(state: MonthState, zone: str) -> str:
    """Say as of when the rows are; where some days are newer, from when to when."""
    moments = sorted(
        {moment_words(_moment(at), zone): at for at in (state.rows_at(), *(at for _, at in state.rows.days))}.items(), key=itemgetter(1)
    )
    return moments[0][0] if len(moments) == 1 else f"{moments[0][0]} – {moments[-1][0]}"


def _verdict_words(state: MonthState) -> str:
    if state.unread:
        return f"{format_count(state.unread, 'entry', 'entries')} not understood"
    if state.verdict.is_pending:
        return "not checked yet"
    if state.verdict.days:
        return f"{format_count(len(state.verdict.days), 'day')} to be read"
    if state.verdict.agrees is None:
        return "nothing to check against"
    if state.verdict.agrees:
        return "✓ agrees with Clockify"
    return f"differs in {format_count(max(len(state.verdict.differences), 1), 'place')}"


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@if_admitted
def _read_again(visit: Visit, month: Month) -> None:
    job = read_again(visit, month)
    session().read_again = (month, str(job.fault) if job.fault else None, job.is_running)


def _draw_outcome() -> None:
    """Say how the last "Read again" ended."""
    outcome, session().read_again = session().read_again, None
    if outcome is None:
        return
    month, fault, running = outcome
    if fault:
        st.error(f"{month.label()} could not be read; what was read before stays. {escape_markdown(fault)}", icon=":material/cloud_off:")
    elif running:
        st.info(f"{month.label()} is still being read; it will be here when it is done.", icon=":material/hourglass_top:")
    else:
        st.success(f"{month.label()} was read again.", icon=":material/check:")


@if_admitted
def _choose_zone(profile_zone: str) -> None:
    chosen = st.session_state["zone"]
    session().zone = None if chosen == profile_zone else chosen


def _choose_style() -> None:
    session().hour_style = st.session_state["hour-style"]
