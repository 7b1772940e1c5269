"""What holds during one run of the script: who looks, through which key, at which workspace."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import date

import streamlit as st

from clockify.app import resources
from clockify.app.access import Access, Viewer
from clockify.app.navigation import enter_by_the_door
from clockify.errors import ClockifyError
from clockify.mirror.account import Account
from clockify.mirror.mirror import Mirror
from clockify.periods import local_day
from clockify.settings import ApiKey, Settings

# The first lists of a new workspace take a second or two; after this long the page says so.
LISTS_PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class Visit:
    """One run's knowledge. With a `fault` there is nothing to show: no account, no mirror, or one without lists."""

    viewer: Viewer
    settings: Settings
    account: Account | None = None
    mirror: Mirror | None = None
    fault: ClockifyError | None = None

    @property
    def is_demo(self) -> bool:
        """Is the demo workspace shown?"""
        return self.settings.demo

    @property
    def today(self) -> date:
        """Today in the report zone."""
        return local_day(resources.now(), self.mirror.zone if self.mirror else "UTC")

    @property
    def week_start(self) -> str:
        """The profile's first day of the week."""
        return self.mirror.profile.week_start if self.mirror else "MONDAY"

    @property
    def access(self) -> Access:
        """What the viewer may see of the mirror."""
        if self.mirror is None:
            raise LookupError("there is no mirror")
        return Access(self.viewer, self.mirror)

    def retry(self) -> None:
        """Let everything that failed be tried again at once."""
        if self.account:
            self.account.retry()
        if self.mirror:
            self.mirror.retry()


def begin(viewer: Viewer) -> Visit:
    """Find out what this run shows and keep it for the page (`current`); faults are kept, not raised."""
    chosen, pasted = settings_in_force()
    visit = Visit(viewer, chosen)
    # Whoever loads the page again doesn't want to wait until what failed has rested.
    is_new, st.session_state["_begun"] = "_begun" not in st.session_state, True
    try:
        account = resources.find_account(chosen)
        visit = replace(visit, account=account)
        if is_new:
            account.retry(mendable=True)
        verify = pasted and not account.is_verified
        with st.spinner("Asking Clockify whose key this is …") if verify or not account.is_known else nullcontext():
            account.open(verify=verify, requests_per_hour=chosen.requests_per_hour)
        workspace_id = _wanted_workspace({one.id for one in account.workspaces}) or chosen.workspace_id
        mirror = resources.open_mirror(account, workspace_id, chosen.time_zone, chosen=time_zone())
        if is_new:
            mirror.retry(mendable=True)
        visit = replace(visit, mirror=mirror, fault=_without_lists(mirror))
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
    return (resources.demo_settings(configured) if configured.is_demo else configured), False


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
            resources.forget_key(pasted)


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


def _without_lists(mirror: Mirror) -> ClockifyError | None:
    """Start reading the lists that are stale; where there are none yet, wait, and return what kept them away."""
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
