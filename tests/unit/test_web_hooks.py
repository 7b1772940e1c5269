"""Where webhooks arrive: who may deliver, what is a delivery, and what is answered."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount

from clockify.errors import ClockifyError, ConfigurationError, StoreError
from clockify.settings import Secret
from clockify.web.hooks import LARGEST_BODY, hook_routes
from tests.support.asgi import Answer, ask

FIRST, SECOND = "f1rst-token-0123456789abcdef01234", "sec0nd-token-0123456789abcdef0123"
PATH = "/webhooks/clockify"
BODY = json.dumps({"id": "e1", "description": "confidential words"}).encode()


class Taking:
    """A desk that notes what it is handed, or fails."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault, self.taken, self.demos = fault, [], []

    def hooks(self, demo: bool) -> Taking:
        self.demos.append(demo)
        return self

    def take(self, event: str, body: object) -> str:
        if self.fault:
            raise self.fault
        self.taken.append((event, body))
        return "anything"


class Counting(Secret):
    """A token that counts how often it was held against something."""

    asked = 0

    def matches(self, given: str) -> bool:
        type(self).asked += 1
        return super().matches(given)


def deliver(
    desk: Any, *, token: str | None = FIRST, kind: str = "application/json", body: list[bytes] | None = None, **terms: Any
) -> Answer:
    tokens = terms.pop("tokens", (Secret(FIRST), Secret(SECOND)))
    routes = hook_routes(lambda: desk, lambda: tokens, demo=terms.pop("demo", False))
    app = Starlette(routes=[*routes, Mount("/", PlainTextResponse("the dashboard's page"))])
    headers = [("host", "localhost"), ("content-type", kind), ("clockify-webhook-event-type", "NEW_TIME_ENTRY")]
    headers += [("clockify-signature", token)] if token is not None else []
    return ask(app, PATH, terms.pop("method", "POST"), [*headers, *terms.pop("more", [])], body or [BODY])


@pytest.mark.parametrize("token", [FIRST, SECOND])
def test_a_delivery_with_any_of_the_tokens_is_taken_with_its_event(token: str) -> None:
    desk = Taking()
    answer = deliver(desk, token=token, body=[BODY[:7], BODY[7:]])
    assert (answer.status, json.loads(answer.body)) == (200, {"outcome": "taken"})
    assert desk.taken == [("NEW_TIME_ENTRY", {"id": "e1", "description": "confidential words"})]
    assert desk.demos == [False]


def test_the_demos_receiver_delivers_to_the_demo() -> None:
    desk = Taking()
    assert deliver(desk, demo=True).status == 200
    assert desk.demos == [True]


@pytest.mark.parametrize("token", [None, "", FIRST[:-1], FIRST + "x", FIRST.upper(), "ä" * 32])
def test_without_a_token_nothing_is_taken_and_all_refusals_look_alike(token: str | None) -> None:
    desk = Taking()
    answer = deliver(desk, token=token)
    assert (answer.status, answer.body) == (401, b'{"error":"unauthorized"}')
    assert answer.taken == 0  # nothing of the body was read
    assert desk.taken == []


def test_a_token_that_comes_twice_is_none() -> None:
    assert deliver(Taking(), more=[("clockify-signature", FIRST)]).status == 401


def test_every_token_is_asked_whichever_fits() -> None:
    Counting.asked = 0
    assert deliver(Taking(), tokens=(Counting(FIRST), Counting(SECOND), Counting("x" * 32))).status == 200
    assert Counting.asked == 3


def test_where_no_token_is_set_there_is_no_such_address() -> None:
    assert deliver(Taking(), tokens=()).status == 404


def test_a_body_that_is_too_large_is_cut_off_while_it_comes() -> None:
    part = b" " * 65_536
    parts = [part] * 100
    answer = deliver(desk := Taking(), body=parts)
    assert answer.status == 413
    assert answer.taken == LARGEST_BODY // len(part) + 1
    assert desk.taken == []
    padded = BODY + b" " * (LARGEST_BODY - len(BODY))
    assert deliver(desk, body=[padded]).status == 200
    assert deliver(desk, body=[padded + b" "]).status == 413


@pytest.mark.parametrize("kind", ["text/plain", "", "application/x-www-form-urlencoded"])
def test_what_is_not_called_json_is_refused(kind: str) -> None:
    assert deliver(desk := Taking(), kind=kind).status == 415
    assert desk.taken == []


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b'"text"', b"null", b"\xff{}", b"[" * 100_000, b'{"a": ' * 40_000])
def test_what_is_no_json_object_is_refused(body: bytes) -> None:
    assert deliver(desk := Taking(), body=[body]).status == 400
    assert desk.taken == []


def test_a_charset_behind_the_kind_is_no_other_kind() -> None:
    assert deliver(Taking(), kind="Application/JSON; charset=utf-8").status == 200


def test_a_body_that_is_no_such_event_is_refused_without_a_word_of_it() -> None:
    answer = deliver(Taking(ClockifyError("confidential words")))
    assert answer.status == 400
    assert b"confidential" not in answer.body


@pytest.mark.parametrize("fault", [StoreError("db.internal"), ConfigurationError("DATABASE_URL")])
def test_what_cant_be_kept_now_is_to_be_sent_again(fault: Exception) -> None:
    answer = deliver(Taking(fault))
    assert answer.status == 503
    assert int(answer.one("retry-after")) > 0
    assert b"db" not in answer.body.lower()
    assert b"DATABASE" not in answer.body


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_other_methods_are_refused(method: str) -> None:
    answer = deliver(desk := Taking(), method=method)
    assert (answer.status, answer.one("allow"), desk.taken) == (405, "POST", [])


def test_nothing_that_was_sent_reaches_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    deliver(Taking())
    deliver(Taking(), token="guess-of-a-token-0123456789abcdef")
    deliver(Taking(ClockifyError("x")))
    assert "wrong token" in caplog.text
    for text in (FIRST, SECOND, "guess-of", "confidential"):
        assert text not in caplog.text
