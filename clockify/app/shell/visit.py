"""How a run of the script begins: with which settings, whose key, at which workspace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import partial

import streamlit as st

from clockify.app.shell import resources
from clockify.app.shell.address import wanted_workspace
from clockify.app.shell.door import access_rules
from clockify.app.shell.navigation import enter_by_the_door
from clockify.app.shell.session import session
from clockify.desk.commands import forgive
from clockify.desk.roles import AccessRules, NotAPerson, before_lists, rights_of, viewer_as, viewer_in, viewer_of_own_key
from clockify.desk.signin import small
from clockify.desk.viewer import Viewer
from clockify.desk.visit import Visit
from clockify.desk.who import may_know
from clockify.errors import ClockifyError
from clockify.settings import ApiKey, Settings

# The first lists of a new workspace take a second or two; after this long the page says so.
LISTS_PATIENCE_SECONDS = 60.0


def begin(viewer: Viewer) -> Visit:
    """Find out what this run shows, and to whom, and keep it for the page (`current`); faults are kept, not raised."""
    chosen, pasted = settings_in_force()
    held, rules = session(), access_rules()
    visit = Visit(resources.desk(), viewer, chosen, pen_key=held.pen_key, pen_fingerprint=held.pen_fingerprint, rules=rules)
    visit = visit if _offers_all(visit) else replace(visit, offered=frozenset())
    # Whoever loads the page again doesn't want to wait until what failed has rested.
    is_new, session().begun = not session().begun, True
    try:
        visit = replace(visit, account=visit.desk.account(visit.settings, _fingerprint(visit)))
        _open_account(visit, verify=pasted, is_new=is_new)
        visit = _with_mirror(visit, is_new=is_new)
        visit = replace(visit, fault=_without_lists(visit))
        visit = _as_who_he_is(visit)
    except ClockifyError as fault:
        visit = replace(visit, fault=fault)
    held.visit, held.rights = visit, visit.access.rights if visit.mirror else ""
    held.holds = partial(_holds, viewer, visit, has_own_key=pasted)
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


def look_as(user_id: str) -> None:
    """Look with somebody else's eyes from the next run on, if whoever looks may; "" ends that. What was chosen is let go of."""
    session().looks_as = user_id


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
    workspace_id = wanted_workspace([one.id for one in visit.account.workspaces]) or visit.settings.workspace_id
    visit = replace(visit, mirror=visit.desk.mirror(visit.account, workspace_id, visit.settings.time_zone, chosen=time_zone()))
    if is_new:
        forgive(visit, mendable=True)
    return visit


def _as_who_he_is(visit: Visit) -> Visit:
    """Let the viewer be who he is in the workspace, once its lists are there; before that he sees what he was given at the door."""
    mirror, rules = visit.mirror, visit.rules
    if mirror is None or not mirror.has_lists:
        return visit
    if rules is not None:
        own = viewer_of_own_key(visit.viewer, mirror, rules) if has_pasted_key() else viewer_in(visit.viewer, mirror, rules)
        if own is None:
            fault = NotAPerson("You are signed in, but your address is nobody's in this Clockify workspace.")
            return replace(visit, mirror=None, fault=fault)
        visit = replace(visit, viewer=own)
        visit = visit if _offers_all(visit) else replace(visit, offered=_own_workspaces(visit, rules))
    return _with_other_eyes(visit)


def _holds(viewer: Viewer, visit: Visit, *, has_own_key: bool) -> bool:
    """Tell, in any thread, whether who came in as `viewer` still has the rights of a visit, by what the secrets and the lists say now."""
    rules, mirror = access_rules(), visit.mirror
    if mirror is None or (rules is None and visit.rules is None):
        return True
    if rules is None:
        return False
    if not mirror.has_lists:
        return before_lists(viewer, rules).covers(visit.viewer)
    now = viewer_of_own_key(viewer, mirror, rules) if has_own_key else viewer_in(viewer, mirror, rules)
    return now is not None and (now.sees_all if visit.viewer.looks_as else now.covers(visit.viewer))


def _with_other_eyes(visit: Visit) -> Visit:
    """Let an admin look as the person that he chose; whoever is no admin any more looks as himself."""
    chosen, mirror = session().looks_as, visit.mirror
    if not chosen or mirror is None:
        return visit
    other = viewer_as(mirror, visit.rules or AccessRules(), chosen) if may_know(visit) else None
    if other is None:
        session().looks_as = ""
        return visit
    return replace(visit, viewer=other, offered=frozenset({mirror.workspace.id}), pen_key=None, pen_fingerprint=None)


def _offers_all(visit: Visit) -> bool:
    """May the viewer know every workspace that the key opens: nobody signs in, it is his own key, or he is an admin by the secrets?"""
    email = small(visit.viewer.email or "")
    return visit.rules is None or has_pasted_key() or email in visit.rules.admins


def _own_workspaces(visit: Visit, rules: AccessRules) -> frozenset[str]:
    """Return the workspaces of the key in which the viewer is somebody, as far as their people are known."""
    account, shown = visit.account, visit.mirror
    if account is None or shown is None:
        return frozenset()
    others = [one for one in account.workspaces if one.id != shown.workspace.id]
    mirrors = [visit.desk.mirror(account, one.id, visit.settings.time_zone) for one in others]
    known = [one for one in mirrors if one.has_lists and rights_of(visit.viewer.email or "", one, rules)]
    return frozenset({shown.workspace.id, *(one.workspace.id for one in known)})


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
