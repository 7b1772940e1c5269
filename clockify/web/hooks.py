"""Where Clockify's webhooks arrive: `POST /webhooks/clockify`."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from clockify.errors import ClockifyError, ConfigurationError, StoreError
from clockify.settings import WEBHOOKS_PATH, Secret
from clockify.web.routing import routes_at

log = logging.getLogger(__name__)

LARGEST_BODY = 256 * 1024
# Clockify tries again for a day; this is when the database is likely to be back.
RETRY_SECONDS = "30"


class Hooks(Protocol):
    """What takes deliveries (`desk/hooks.py`)."""

    def take(self, event: str, body: object) -> object:
        """Keep a delivery; raise StoreError if that can't be done now, another ClockifyError for a body that is none."""


class HasHooks(Protocol):
    """The desk, as far as it is needed here."""

    def hooks(self, *, demo: bool) -> Hooks:
        """Return what takes the deliveries of the demo workspace, or of the real one."""


class Refused(Exception):
    """A delivery that isn't taken, with the status that says why."""

    def __init__(self, status: int, says: str) -> None:
        super().__init__(says)
        self.status = status


def hook_routes(desk: Callable[[], HasHooks], tokens: Callable[[], Sequence[Secret]], *, demo: bool = False) -> list[Route]:
    """Return the routes; without tokens there is nothing at that address."""

    async def take(request: Request) -> Response:
        try:
            _check_token(request, tokens)
            body = _parsed(await _read(request))
            event = request.headers.get("clockify-webhook-event-type", "")
            await run_in_threadpool(lambda: desk().hooks(demo=demo).take(event, body))
        except Refused as fault:
            return JSONResponse({"error": str(fault)}, fault.status)
        except (StoreError, ConfigurationError):
            return JSONResponse({"error": "try again later"}, 503, headers={"Retry-After": RETRY_SECONDS})
        except ClockifyError:
            return JSONResponse({"error": "this is no such event"}, 400)
        return JSONResponse({"outcome": "taken"})

    return routes_at(WEBHOOKS_PATH, take, ["POST"])


def _check_token(request: Request, tokens: Callable[[], Sequence[Secret]]) -> None:
    """Hold the signature against every token, and all of them whichever fits."""
    known = tokens()
    if not known:
        raise Refused(404, "not found")
    given = request.headers.getlist("clockify-signature")
    fits = [token.matches(given[0]) for token in known] if len(given) == 1 else []
    if not any(fits):
        log.warning("webhook: a delivery with a wrong token was refused")
        raise Refused(401, "unauthorized")


async def _read(request: Request) -> bytes:
    """Return the body, of which no more is held than is allowed."""
    if request.headers.get("content-type", "").partition(";")[0].strip().casefold() != "application/json":
        raise Refused(415, "the body must be JSON")
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_BODY:
            raise Refused(413, "the body is too large")
    return bytes(body)


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400, "the body must be a JSON object") from None
    if not isinstance(found, dict):
        raise Refused(400, "the body must be a JSON object")
    return found
