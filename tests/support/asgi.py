"""An ASGI app asked without a server: any header, any number of times, and a body in parts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Headers = Sequence[tuple[str, str]]


@dataclass
class Answer:
    """What an app answered, and how much of the body it had taken by then."""

    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    taken: int = 0

    def all(self, name: str) -> list[str]:
        """Return every value of a header."""
        return [value for known, value in self.headers if known.lower() == name.lower()]

    def one(self, name: str) -> str:
        """Return a header that is there once."""
        (value,) = self.all(name)
        return value


def ask(
    app: Any,
    path: str,
    method: str = "GET",
    headers: Headers = (("host", "localhost"),),
    body: Sequence[bytes] = (b"",),
    *,
    kind: str = "http",
    scheme: str = "http",
    server: tuple[str, int] = ("127.0.0.1", 8501),
) -> Answer:
    """Send one request, or open a websocket (`kind`), and return what came back."""
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
    scope = {"type": kind, "method": method, "path": path, "raw_path": path.encode(), "root_path": "", "query_string": b"", "headers": raw}
    scope |= {"scheme": scheme, "server": server, "client": ("127.0.0.1", 9), "http_version": "1.1", "asgi": {"version": "3.0"}}
    answer, parts = Answer(), list(body)

    async def receive() -> dict[str, Any]:
        if kind == "websocket":
            return {"type": "websocket.connect"}
        if not parts:
            return {"type": "http.disconnect"}
        answer.taken += 1
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    async def send(message: dict[str, Any]) -> None:
        if message["type"].endswith("response.start"):
            answer.status = message["status"]
            answer.headers = [(name.decode(), value.decode("latin-1")) for name, value in message["headers"]]
        elif message["type"] == "websocket.close":
            answer.status = message["code"]
        elif message["type"] == "websocket.accept":
            answer.status = 101
        else:
            answer.body += message.get("body", b"")

    asyncio.run(app(scope, receive, send))
    return answer
