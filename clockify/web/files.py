"""Files that are taken away and handed in: whose browser asks is known to who keeps them, and the answer is stored nowhere."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clockify.desk.owners import BROWSER_COOKIES, asking

_UPLOAD = re.compile(r"/_stcore/upload_file/([^/]+)/")
# Asked for by a page before it opens its websocket, and by nothing that comes from another site: a cookie for the same site
# alone is on its way by then, and isn't made a second time where a link from a mail leads here without it.
_FIRST_ASKED = "/_stcore/host-config"
# Nobody needs them, and they tell of the process: how many look, what is kept.
_CLOSED = re.compile(r"/_stcore/(metrics|agent)(/|$)")


class FileGuard:
    """Middleware that says whose browser asks, gives each one a cookie to be known by, and lets none hand files to others' tabs.

    `is_of_session` tells whether a tab (its session's id) is that of the browser with these cookies.
    """

    def __init__(self, app: ASGIApp, is_of_session: Callable[[str, Mapping[str, str]], bool], is_https: Callable[[Scope], bool]) -> None:
        self._app, self._is_of_session, self._is_https = app, is_of_session, is_https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request with its cookies at hand."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path, cookies = scope["path"], HTTPConnection(scope).cookies
        if _CLOSED.search(path) or ((upload := _UPLOAD.search(path)) and not self._may_hand_in(scope, upload[1], cookies)):
            await Response(status_code=404)(scope, receive, send)
            return
        token = asking.set(cookies)
        try:
            await self._app(scope, receive, self._sending(scope, send, cookies))
        finally:
            asking.reset(token)

    def _may_hand_in(self, scope: Scope, session_id: str, cookies: Mapping[str, str]) -> bool:
        return scope["method"] == "OPTIONS" or self._is_of_session(session_id, cookies)

    def _sending(self, scope: Scope, send: Send, cookies: Mapping[str, str]) -> Send:
        path = scope["path"]
        fresh = None
        if path.endswith(_FIRST_ASKED) and not any(map(cookies.get, BROWSER_COOKIES)):
            fresh = _browser_cookie(is_https=self._is_https(scope))
        elif "/media/" not in path:
            return send

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message.get("headers", [])))
                headers["Cache-Control"] = "no-store"
                if fresh:
                    headers.append("Set-Cookie", fresh)
                message["headers"] = headers.raw
            await send(message)

        return sending


def _browser_cookie(*, is_https: bool) -> str:
    name = BROWSER_COOKIES[0] if is_https else BROWSER_COOKIES[1]
    return f"{name}={secrets.token_urlsafe(32)}; Path=/; HttpOnly; SameSite=Strict" + ("; Secure" if is_https else "")
