"""The demo's whole way without a browser: it lives, its webhooks are heard, and the copy has what happened, at no request."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from clockify.demo import OWNER_KEY
from clockify.desk import embedded
from clockify.desk.choice import Choice
from clockify.desk.desk import Desk
from clockify.desk.following import shown_by
from clockify.desk.live import address_of, hearing, last_told
from clockify.desk.looking import open_view
from clockify.desk.viewer import Viewer
from clockify.desk.visit import Visit
from clockify.settings import WEBHOOKS_PATH, Secret, Settings
from clockify.web.receiving import receiver

SECONDS = 20.0


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[Visit]:
    desk = Desk(Settings(), tmp_path, receiver=receiver)
    settings = desk.demo_settings()
    account = desk.account(settings)
    account.open()
    mirror = desk.mirror(account, None, None)
    assert mirror.wait_for(mirror.ensure_lists() or pytest.fail("no lists"), SECONDS)
    yield Visit(desk, Viewer("You"), settings, account, mirror)
    desk.close()


def logged(visit: Visit, *, ends: bool = True) -> str:
    """Log ten minutes of today in the demo, or start a timer, past the app, as somebody in Clockify would."""
    world = visit.desk._demo.world
    now = int(visit.desk.now().timestamp())
    times = {name: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at)) for name, at in (("start", now - 600), ("end", now))[: 1 + ends]}
    address = f"{visit.settings.api_url}/workspaces/{world.id}/time-entries"
    reply = requests.post(address, json={**times, "description": "heard"}, headers={"X-Api-Key": OWNER_KEY}, timeout=10)
    assert reply.status_code == 201
    return str(reply.json()["id"])


def is_heard(visit: Visit, entry_id: str) -> bool:
    """Wait until the copy has an entry; tell whether it came."""
    end = time.monotonic() + SECONDS
    while not any(one.entry_id == entry_id and one.outcome == "applied" for one in last_told(visit, 20)):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def test_what_is_written_in_the_demo_is_in_the_copy_at_no_request(visit: Visit) -> None:
    assert visit.mirror
    view = open_view(visit, Choice())
    assert visit.mirror.wait(view.opening, SECONDS)
    rung = threading.Event()
    visit.desk.bell.listen(lambda _: rung.set())
    before = len(visit.desk._demo.requests)
    entry_id = logged(visit)
    assert is_heard(visit, entry_id)
    assert rung.is_set()
    month = view.period.months()[-1]
    state = visit.mirror.states([month])[month]
    entries = visit.mirror.entries(month, state.version, ["description", "seconds"])
    assert entries is not None
    assert entries.loc[entries["description"] == "heard", "seconds"].tolist() == [600]
    assert [path for _, path in visit.desk._demo.requests[before:]] == [f"/api/v1/workspaces/{visit.mirror.workspace.id}/time-entries"]
    assert hearing(visit).is_live


def test_a_page_is_told_of_a_timer_that_starts_and_of_nothing_that_is_as_it_was(visit: Visit) -> None:
    """A timer is in no month: what tells of it is the list of timers alone, which another part of the app puts right."""
    assert visit.mirror
    view = open_view(visit, Choice())
    assert visit.mirror.wait(view.opening, SECONDS)
    shown = shown_by(visit.mirror, open_view(visit, Choice()), 0)
    assert shown.look() == shown.mark
    entry_id = logged(visit, ends=False)
    assert is_heard(visit, entry_id)
    assert shown.look() != shown.mark
    assert shown.look()[0] == shown.mark[0], "no month was changed"


def test_nothing_is_live_before_something_was_heard(visit: Visit) -> None:
    assert hearing(visit).is_set_up
    assert not hearing(visit).is_live
    # Real data without tokens has nothing to hear.
    assert not hearing(replace(visit, settings=Settings())).is_set_up


def test_only_who_may_see_all_is_told_what_was_heard(visit: Visit) -> None:
    assert visit.mirror
    logged(visit)
    end = time.monotonic() + SECONDS
    while not last_told(visit, 20) and time.monotonic() < end:
        time.sleep(0.02)
    assert last_told(visit, 20)
    assert last_told(replace(visit, viewer=Viewer("Somebody", people=frozenset({visit.mirror.profile.user_id}))), 20) == []


def test_the_receiver_takes_this_processs_token_alone(visit: Visit) -> None:
    live = visit.desk._demo
    assert isinstance(live, embedded.LiveDemo)
    address = live._receiver.url + WEBHOOKS_PATH
    headers = {"clockify-webhook-event-type": "NEW_TIME_ENTRY", "clockify-signature": "a guess of many letters"}
    assert requests.post(address, json={}, headers=headers, timeout=10).status_code == 401


def test_without_life_there_is_no_receiver_and_nothing_moves(tmp_path: Path) -> None:
    desk = Desk(Settings(demo_life=False), tmp_path, receiver=receiver)
    desk.demo_settings()
    assert not isinstance(desk._demo, embedded.LiveDemo)
    assert desk._demo.world.timers is not None
    desk.close()


def test_closing_the_desk_ends_every_thread_of_the_demo(tmp_path: Path) -> None:
    def of_demo() -> set[threading.Thread]:
        return {one for one in threading.enumerate() if one.name.startswith(("clockify-demo", "hooks"))}

    others = of_demo()
    desk = Desk(Settings(), tmp_path, receiver=receiver)
    desk.demo_settings()
    assert len(of_demo() - others) >= 4  # the demo, what hears it, its life, its webhooks
    desk.close()
    assert of_demo() - others == set()


def test_the_address_to_paste_is_the_public_one_or_the_pages_own() -> None:
    assert address_of("https://hours.example.com", "http://localhost:8501") == "https://hours.example.com/webhooks/clockify"
    assert address_of(None, "http://localhost:8501/") == "http://localhost:8501/webhooks/clockify"


def test_no_token_of_the_demo_is_in_a_text(tmp_path: Path) -> None:
    seen: list[Secret] = []

    def receive(desk: Desk, token: Secret) -> object:
        seen.append(token)
        return receiver(desk, token)

    desk = Desk(Settings(), tmp_path, receiver=receive)
    desk.demo_settings()
    desk.close()
    assert [repr(token) for token in seen] == ["Secret(…)"]
