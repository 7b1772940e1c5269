"""How a run of the script begins: with which settings, whose key, at which workspace."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace

import streamlit as st

from clockify.app.shell import resources
from clockify.app.shell.navigation import enter_by_the_door
from clockify.desk.commands import forgive
from clockify.desk.viewer import Viewer
from clockify.desk.visit import Visit
from clockify.errors import ClockifyError
from clockify.settings import ApiKey, Settings

# The first lists of a new workspace take a second or two; after this long the page says so.
LISTS_PATIENCE_SECONDS = 60.0


def begin(viewer: Viewer) -> Visit:
    """Find out what this run shows and keep it for the page (`current`); faults are kept, not raised."""
    chosen, pasted = settings_in_force()
    visit = Visit(resources.desk(), viewer, chosen)
    # Whoever loads the page again doesn't want to wait until what failed has rested.
    is_new, st.session_state["_begun"] = "_begun" not in st.session_state, True
    try:
        visit = replace(visit, account=visit.desk.account(visit.settings, _fingerprint(visit)))
        _open_account(visit, verify=pasted, is_new=is_new)
        visit = _with_mirror(visit, is_new=is_new)
        visit = replace(visit, fault=_without_lists(visit))
    except ClockifyError as fault:
        visit = replace(visit, fault=fault)
    st.session_state["_visit"] = visit
    return visit


def current() -> Visit:
    """Return this run's visit, once; a page that was run past the door is sent through it first."""
    visit: Visit | None = st.session_state.pop("_visit", None)
    if visit is None:
        enter_by_the_door()
    return visit


def settings_in_force() -> tuple[Settings, bool]:
    """Return the settings of this session and whether their key was pasted into it; the demo's if there is no key."""
    configured = resources.settings()
    pasted = st.session_state.get("_pasted_key")
    if isinstance(pasted, ApiKey):
        return replace(configured, key=pasted, demo=False, workspace_id=None), True
    if not configured.is_demo:
        return configured, False
    with nullcontext() if resources.desk().demo_runs else st.spinner("Starting the demo workspace …"):
        return resources.desk().demo_settings(), False


def paste_key(text: str) -> None:
    """Use a key for this browser session alone; raise ConfigurationError if it can't be one."""
    st.session_state["_pasted_key"] = ApiKey(text)
    st.session_state["workspace"] = None


def forget_key() -> None:
    """Go back to the installation's own key, or to the demo; what only this key has read goes with it."""
    pasted = st.session_state.get("_pasted_key")
    st.session_state["_pasted_key"] = None
    st.session_state["workspace"] = None
    if isinstance(pasted, ApiKey):
        with told_later():
            resources.desk().forget_key(pasted)


def has_pasted_key() -> bool:
    """Does this session use a key of its own?"""
    return isinstance(st.session_state.get("_pasted_key"), ApiKey)


@contextmanager
def told_later() -> Iterator[None]:
    """In a callback, which has no place on the page: keep a fault for the page that is drawn next (`take_fault`)."""
    try:
        yield
    except ClockifyError as fault:
        st.session_state["_fault"] = fault


def note_dropped(*names: str) -> None:
    """Keep what of a link could not be used for the page that is drawn next (`filters.dropped_from_url`)."""
    if names:
        untold = "_told_at" not in st.session_state
        st.session_state["_dropped"] = [*(st.session_state.get("_dropped", []) if untold else []), *names]
        st.session_state.pop("_told_at", None)


def take_fault() -> ClockifyError | None:
    """Return, once, the fault that a callback met."""
    fault: ClockifyError | None = st.session_state.pop("_fault", None)
    return fault


def time_zone() -> str | None:
    """Return the zone that this session chose in Settings, if it did: it shows the copy so, and keeps none."""
    zone = st.session_state.get("_zone")
    return str(zone) if zone else None


def _wanted_workspace(known: Collection[str]) -> str | None:
    """Return the workspace that a link names or that was chosen in the sidebar; one that isn't there is dropped."""
    asked = st.query_params.get("workspace")
    if asked and asked != st.session_state.get("_workspace_url"):
        st.session_state["workspace"] = asked
    wanted = st.session_state.get("workspace")
    if wanted and wanted not in known:
        st.session_state["workspace"] = None
        note_dropped("the workspace")
        return None
    return str(wanted) if wanted else None


def _open_account(visit: Visit, *, verify: bool, is_new: bool) -> None:
    """Ask whose key it is, if nobody knows."""
    account = visit.account
    if account is None:
        return
    if is_new:
        account.retry(mendable=True)
    verify = verify and not account.is_verified
    with st.spinner("Asking Clockify whose key this is …") if verify or not account.is_known else nullcontext():
        account.open(verify=verify, requests_per_hour=visit.settings.requests_per_hour)


def _with_mirror(visit: Visit, *, is_new: bool) -> Visit:
    """Open the workspace that a link names, that was chosen, or that the key opens first."""
    if visit.account is None:
        return visit
    workspace_id = _wanted_workspace(visit.workspaces) or visit.settings.workspace_id
    visit = replace(visit, mirror=visit.desk.mirror(visit.account, workspace_id, visit.settings.time_zone, chosen=time_zone()))
    if is_new:
        forgive(visit, mendable=True)
    return visit


def _fingerprint(visit: Visit) -> str:
    """Return the key's fingerprint, worked out once a session: it is slow on purpose."""
    held = st.session_state.get("_fingerprint")
    if not held or held[0] != visit.settings.key:
        held = (visit.settings.key, visit.desk.fingerprint(visit.settings))
        st.session_state["_fingerprint"] = held
    return str(held[1])


def _without_lists(visit: Visit) -> ClockifyError | None:
    """Start reading the lists that are stale; where there are none yet, wait, and return what kept them away."""
    mirror = visit.mirror
    if mirror is None:
        return None
    job = mirror.ensure_lists()
    if mirror.has_lists:
        return None
    with st.spinner("Reading people and projects …"):
        done = job is None or mirror.wait_for(job, LISTS_PATIENCE_SECONDS)
    if mirror.has_lists:
        return None
    if job and job.fault:
        return job.fault
    return ClockifyError("People and projects are still being read." if not done else "People and projects could not be read.")
