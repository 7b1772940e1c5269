"""Addresses that answer some methods and refuse the others; Streamlit would answer those with its page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")

Endpoint = Callable[[Request], Awaitable[Response]]


def routes_at(path: str, endpoint: Endpoint, methods: Sequence[str]) -> list[Route]:
    """Return the routes of an address; 405 to every other method."""
    allowed = [*methods, *(["HEAD"] if "GET" in methods else [])]

    async def refuse(_: Request) -> Response:
        return JSONResponse({"error": "method not allowed"}, 405, headers={"Allow": ", ".join(allowed)})

    others = [method for method in METHODS if method not in allowed]
    return [Route(path, endpoint, methods=list(methods)), Route(path, refuse, methods=others)]
