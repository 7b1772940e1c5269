"""Reaching into Streamlit's own: what is done where its names are there, and where they aren't any more."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit import runtime
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime import Runtime
from streamlit.runtime.app_session import AppSession

from clockify.app.shell import rerun
from clockify.desk.following import Woken


class Loop:
    """An event loop that does what it is asked to when it `goes`, or at once; what is for later waits for `pass_time`."""

    def __init__(self) -> None:
        self.goes = True
        self.soon: list[Any] = []
        self.later: list[Any] = []

    def call_soon_threadsafe(self, what: Any, *terms: Any) -> None:
        self.soon.append(partial(what, *terms))
        if self.goes:
            self.go()

    def call_later(self, seconds: float, what: Any, *terms: Any) -> None:
        assert seconds > 0
        self.later.append(partial(what, *terms))

    def go(self) -> None:
        while self.soon:
            self.soon.pop(0)()

    def pass_time(self) -> None:
        due, self.later = self.later, []
        for one in due:
            one()


class Session:
    """A session of Streamlit's, as far as it is reached into."""

    def __init__(self, *, runs: bool = False) -> None:
        self._scriptrunner: object | None = object() if runs else None
        self._client_state = ClientState(query_string="period=last-month", page_script_hash="page", cached_message_hashes=["old"])
        self._fragment_storage = SimpleNamespace(_ids_by_target_key={"news": {"fragment 7": None}})
        self._event_loop = Loop()
        self.asked: list[Any] = []

    def request_rerun(self, state: Any) -> None:
        self.asked.append(state)


@pytest.fixture
def sessions(monkeypatch: pytest.MonkeyPatch) -> dict[str, Session]:
    known: dict[str, Session] = {}

    def found(who: str) -> Any:
        return SimpleNamespace(session=known[who]) if who in known else None

    manager = SimpleNamespace(get_active_session_info=found)
    monkeypatch.setattr(runtime, "exists", lambda: True)
    monkeypatch.setattr(runtime, "get_instance", lambda: SimpleNamespace(_session_mgr=manager))
    return known


def test_a_page_that_rests_runs_its_part_with_its_own_address_and_nothing_else(sessions: dict[str, Session]) -> None:
    ana = sessions["ana"] = Session()
    assert rerun.OpenPages("news").wake("ana") is Woken.DONE
    (state,) = ana.asked
    assert (state.fragment_id, state.is_auto_rerun) == ("fragment 7", True)
    assert (state.query_string, state.page_script_hash) == ("period=last-month", "page")
    assert list(state.cached_message_hashes) == []


def test_a_page_that_runs_is_left_alone(sessions: dict[str, Session]) -> None:
    ana = sessions["ana"] = Session(runs=True)
    assert rerun.OpenPages("news").wake("ana") is Woken.BUSY
    assert ana.asked == []


def test_a_part_of_which_another_has_begun_to_run_meanwhile_runs_behind_it(sessions: dict[str, Session]) -> None:
    """Whoever wakes it was told that it is done, and wakes it no more."""
    ana = sessions["ana"] = Session()
    ana._event_loop.goes = False
    assert rerun.OpenPages("news").wake("ana") is Woken.DONE
    ana._scriptrunner = object()
    ana._event_loop.go()
    ana._event_loop.pass_time()
    assert ana.asked == []
    ana._scriptrunner = None
    ana._event_loop.pass_time()
    (state,) = ana.asked
    assert state.fragment_id == "fragment 7"
    ana._event_loop.pass_time()
    assert len(ana.asked) == 1


def test_a_page_is_drawn_again_at_its_own_address(sessions: dict[str, Session]) -> None:
    ana = sessions["ana"] = Session()
    ana._client_state.fragment_id = "fragment 7"
    rerun.draw_again("ana")
    (state,) = ana.asked
    assert (state.query_string, state.page_script_hash, state.fragment_id) == ("period=last-month", "page", "")
    assert not state.is_auto_rerun
    ben = sessions["ben"] = Session(runs=True)
    rerun.draw_again("ben")
    assert ben.asked == [], "what it draws is of now"


def test_a_page_that_was_closed_is_gone(sessions: dict[str, Session]) -> None:
    assert rerun.OpenPages("news").wake("ana") is Woken.GONE
    assert not rerun.OpenPages("news").is_there("ana")


def test_a_page_without_that_part_runs_nothing(sessions: dict[str, Session]) -> None:
    ana = sessions["ana"] = Session()
    rerun.OpenPages("another").wake("ana")
    assert ana.asked == []


def test_where_the_names_are_others_nothing_is_reached_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "exists", lambda: True)
    monkeypatch.setattr(runtime, "get_instance", lambda: SimpleNamespace())
    assert not rerun.is_able()
    assert rerun.OpenPages("news").wake("ana") is Woken.GONE
    rerun.draw_again("ana")


def test_this_streamlit_has_the_names() -> None:
    """One that has them no more makes pages look now and then instead, and this says so."""
    import inspect

    from streamlit.runtime.fragment import MemoryFragmentStorage

    sources = [inspect.getsource(one.__init__) for one in (Runtime, AppSession, MemoryFragmentStorage)]
    names = ("_session_mgr", "_scriptrunner", "_client_state", "_event_loop", "_fragment_storage", "_ids_by_target_key")
    assert [name for name in names if not any(f"self.{name}" in source for source in sources)] == []
