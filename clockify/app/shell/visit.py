"""How a run of the script begins: with which settings, whose key, at which workspace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace

import streamlit as st

from clockify.app.shell import resources
from clockify.app.shell.address import wanted_workspace
from clockify.app.shell.navigation import enter_by_the_door
from clockify.app.shell.session import session
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
    held = session()
    visit = Visit(resources.desk(), viewer, chosen, pen_key=held.pen_key, pen_fingerprint=held.pen_fingerprint)
    # Whoever loads the page again doesn't want to wait until what failed has rested.
    is_new, session().begun = not session().begun, True
    try:
        visit = replace(visit, account=visit.desk.account(visit.settings, _fingerprint(visit)))
        _open_account(visit, verify=pasted, is_new=is_new)
        visit = _with_mirror(visit, is_new=is_new)
        visit = replace(visit, fault=_without_lists(visit))
    except ClockifyError as fault:
        visit = replace(visit, fault=fault)
    session().visit = visit
    return visit


def current() -> Visit:
    """Return this run's visit, once; a page that was run past the door is sent through it first."""
    visit, session().visit = session().visit, None
    if visit is None:
        enter_by_the_door()
    return visit


def looking() -> Visit:
    """Return, in a callback, the visit of the page on which it was clicked."""
    visit = session().looking
    if visit is None:
        raise LookupError("nobody looks at a page")
    return visit


def settings_in_force() -> tuple[Settings, bool]:
    """Return the settings of this session and whether their key was pasted into it; the demo's if there is no key."""
    configured = resources.settings()
    pasted = session().pasted_key
    if pasted:
        return replace(configured, key=pasted, demo=False, workspace_id=None), True
    if not configured.is_demo:
        return configured, False
    with nullcontext() if resources.desk().demo_runs else st.spinner("Starting the demo workspace …"):
        return resources.desk().demo_settings(), False


def paste_key(text: str) -> None:
    """Use a key for this browser session alone; raise ConfigurationError if it can't be one."""
    session().pasted_key = ApiKey(text)
    st.session_state["workspace"] = None


def forget_key() -> None:
    """Go back to the installation's own key, or to the demo; what only this key has read goes with it."""
    pasted, session().pasted_key = session().pasted_key, None
    st.session_state["workspace"] = None
    if pasted:
        with told_later():
            resources.desk().forget_key(pasted)


def hold_pen(key: ApiKey, fingerprint: str) -> None:
    """Log time with a key for this browser session alone."""
    session().pen_key, session().pen_fingerprint = key, fingerprint


def forget_pen() -> None:
    """Log time with this key no longer; what only it has read goes with it."""
    held, session().pen_key, session().pen_fingerprint = session().pen_key, None, None
    if held:
        with told_later():
            resources.desk().forget_key(held)


def has_pasted_key() -> bool:
    """Does this session use a key of its own?"""
    return session().pasted_key is not None


@contextmanager
def told_later() -> Iterator[None]:
    """In a callback, which has no place on the page: keep a fault for the page that is drawn next (`take_fault`)."""
    try:
        yield
    except ClockifyError as fault:
        session().fault = fault


def take_fault() -> ClockifyError | None:
    """Return, once, the fault that a callback met."""
    fault, session().fault = session().fault, None
    return fault


@contextmanager
def told_in_its_card() -> Iterator[None]:
    """As `told_later`, for a command on what is written down: its card says it (`take_noting_fault`), no other one."""
    try:
        yield
    except ClockifyError as fault:
        session().noting_fault = fault


def take_noting_fault() -> ClockifyError | None:
    """Return, once, the fault that a command on what is written down met."""
    fault, session().noting_fault = session().noting_fault, None
    return fault


def time_zone() -> str | None:
    """Return the zone that this session chose in Settings, if it did: it shows the copy so, and keeps none."""
    return session().zone


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
    workspace_id = wanted_workspace(visit.workspaces) or visit.settings.workspace_id
    visit = replace(visit, mirror=visit.desk.mirror(visit.account, workspace_id, visit.settings.time_zone, chosen=time_zone()))
    if is_new:
        forgive(visit, mendable=True)
    return visit


def _fingerprint(visit: Visit) -> str:
    """Return the key's fingerprint, worked out once a session: it is slow on purpose."""
    known = session().fingerprint
    if not known or known[0] != visit.settings.key:
        known = session().fingerprint = (visit.settings.key, visit.desk.fingerprint(visit.settings))
    return known[1]


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
