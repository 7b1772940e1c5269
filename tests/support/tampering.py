"""A served world whose replies are changed on their way out: lost rows, refusals, other figures."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from clockify.demo import RunningServer, World, create_app, serve

Json = dict[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
# Takes path, request body and reply, and returns the reply that is sent instead; a pair changes the status, too.
Change = Callable[[str, Json, Any], Any]


def serve_tampered(world: World, change: Change, **terms: Any) -> RunningServer:
    """Serve a world through `change`; a context manager as every server is."""
    app = create_app(world, **terms)
    app.add_middleware(_Tampered, change=change)
    return serve(app)


def without_rows(reply: Json, lost: Callable[[Json], bool]) -> Json:
    """Return a page of a detailed report that has lost rows, and counts them all the same."""
    return reply | {"timeentries": [row for row in reply["timeentries"] if not lost(row)]}


def refused(code: int = 501, status: int = 403) -> tuple[int, Json]:
    """Return Clockify's refusal."""
    return status, {"message": "Access Denied", "code": code}


class _Tampered:
    def __init__(self, app: Any, change: Change) -> None:
        self._app, self._change = app, change

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        asked, said = bytearray(), bytearray()

        async def listen() -> Message:
            message = await receive()
            asked.extend(message.get("body", b""))
            return message

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                scope["clockify.start"] = message
                return
            said.extend(message.get("body", b""))
            if message.get("more_body"):
                return
            start, reply = scope["clockify.start"], self._change(scope["path"], json.loads(asked or b"{}"), json.loads(said))
            status, reply = reply if isinstance(reply, tuple) else (start["status"], reply)
            body = json.dumps(reply).encode()
            headers = [(name, value) for name, value in start["headers"] if name != b"content-length"]
            await send(start | {"status": status, "headers": [*headers, (b"content-length", str(len(body)).encode())]})
            await send({"type": "http.response.body", "body": body})

        await self._app(scope, listen, answer)
