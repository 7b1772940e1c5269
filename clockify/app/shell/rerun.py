"""Having somebody's page, or a part of it, run again from another thread: nothing public of Streamlit's does that.

The one place that reaches into Streamlit's own; where its names are others, `is_able` says so and pages look now and then instead.
"""

from __future__ import annotations

from typing import Any

from streamlit import runtime
from streamlit.proto.ClientState_pb2 import ClientState

from clockify.desk.following import BUSY_SECONDS, Woken


def is_able() -> bool:
    """Are the names there that this needs?"""
    if not runtime.exists():
        return False
    manager = getattr(runtime.get_instance(), "_session_mgr", None)
    return hasattr(manager, "get_active_session_info")


def draw_again(session_id: str) -> None:
    """Have a session's page run again, at its address and with what is chosen on it, from any thread."""
    session = _session(session_id)
    if session:
        session._event_loop.call_soon_threadsafe(_run_whole, session)


class OpenPages:
    """The pages open in this process, by their session; a part of each, a fragment of one key, can be woken."""

    def __init__(self, part: str) -> None:
        self._part = part

    def is_there(self, who: str) -> bool:
        """Does a browser still show it?"""
        return _session(who) is not None

    def wake(self, who: str) -> Woken:
        """Have the part run, unless the page is running."""
        session = _session(who)
        if session is None:
            return Woken.GONE
        # Between two runs there is no runner. A run under way would take the widgets' older values from here for newer ones.
        if session._scriptrunner is not None:
            return Woken.BUSY
        session._event_loop.call_soon_threadsafe(_run_part, session, self._part)
        return Woken.DONE


def _run_part(session: Any, part: str) -> None:
    state = _state_of(session)
    if state is None:
        # A run has begun since it was asked for, perhaps of another part, which shows nothing of this one.
        session._event_loop.call_later(BUSY_SECONDS, _run_part, session, part)
        return
    for fragment_id in session._fragment_storage._ids_by_target_key.get(part, ()):
        state.fragment_id = fragment_id
        state.is_auto_rerun = True
        session.request_rerun(state)


def _run_whole(session: Any) -> None:
    state = _state_of(session)
    if state:
        # Without a state it would be the first page, and nothing chosen.
        state.ClearField("fragment_id")
        session.request_rerun(state)


def _state_of(session: Any) -> Any:
    """Return how a session's last run began; None if one is under way, which draws what is there now."""
    if session._scriptrunner is not None:
        return None
    state = ClientState()
    state.CopyFrom(session._client_state)
    # What a browser held then it may hold no longer.
    del state.cached_message_hashes[:]
    return state


def _session(session_id: str) -> Any:
    """Return a session that a browser is connected to, or None."""
    if not is_able():
        return None
    found = runtime.get_instance()._session_mgr.get_active_session_info(session_id)
    return found.session if found else None
