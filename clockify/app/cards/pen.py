"""The card of Settings that takes a key to log time with, for this browser session alone."""

from __future__ import annotations

import streamlit as st

from clockify.app.shell.door import if_admitted
from clockify.app.shell.session import session
from clockify.app.shell.visit import forget_pen, has_pasted_key, hold_pen, looking
from clockify.desk.pens import pen_profile, take_pen, why_no_pen
from clockify.desk.visit import Visit
from clockify.errors import ClockifyError
from clockify.render.markdown import escape_markdown
from clockify.settings import ApiKey

PASTED = "pasted-pen"


def draw_pen(visit: Visit) -> None:
    """Say with whose key time is logged, and take another one; nothing where the key on screen is the session's own already."""
    if visit.is_demo or has_pasted_key() or not visit.viewer.may_connect or visit.viewer.looks_as:
        return
    session().looking = visit
    with st.container(border=True, key="pen"):
        st.markdown("**Your own key, to log time** :gray[:small[· never stored, for this browser session alone]]")
        if session().pen_key is not None:
            _draw_held(visit)
        else:
            _draw_form(visit)
        fault, session().pen_fault = session().pen_fault, None
        if fault:
            st.error(f"{escape_markdown(str(fault))} {fault.advice}", icon=":material/key_off:")


def _draw_held(visit: Visit) -> None:
    profile = pen_profile(visit)
    if profile:
        st.markdown(f"Time is logged as **{escape_markdown(profile.name)}** :gray[{escape_markdown(profile.email)}]")
        signed_in = visit.viewer.email
        if signed_in and signed_in.casefold() != profile.email.casefold():
            st.warning(
                f"You signed in as {escape_markdown(signed_in)}, and this key is another person's: what you log is logged as theirs.",
                icon=":material/person_alert:",
            )
    reason = why_no_pen(visit)
    if reason:
        st.error(escape_markdown(reason), icon=":material/key_off:")
    st.button("Forget this key", icon=":material/key_off:", key="forget-pen", on_click=if_admitted(forget_pen))


def _draw_form(visit: Visit) -> None:
    st.caption(
        "Time can be logged with the key of this installation."
        if not why_no_pen(visit)
        else "Whoever logs time does it with their own key."
    )
    with st.form("paste-pen", border=False, clear_on_submit=True):
        help_text = "Clockify: Profile settings → API → Generate."
        st.text_input("Your Clockify API key", type="password", autocomplete="off", help=help_text, key=PASTED)
        st.form_submit_button("Log time with this key", icon=":material/key:", on_click=_take)


@if_admitted
def _take() -> None:
    """Take what was pasted, ask whose it is, and leave nothing of it in the widget."""
    text, st.session_state[PASTED] = str(st.session_state[PASTED]), ""
    try:
        key = ApiKey(text)
        _, fingerprint = take_pen(looking(), key)
    except ClockifyError as fault:
        session().pen_fault = fault
    else:
        hold_pen(key, fingerprint)
