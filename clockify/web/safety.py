"""What every answer of the server carries, and whom it answers: names, origins, cookies, headers. Plain ASGI, nothing is held back."""

from __future__ import annotations

import base64
import hashlib
import re
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clockify.settings import LOOPBACK, is_loopback

_YEAR_SECONDS = 31_536_000
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
# A Host header, or what stands behind the scheme of an Origin: name or address, and a port.
_AUTHORITY = re.compile(r"(\[[\da-f:.]+\]|[\w.-]+)(?::\d{1,5})?", re.IGNORECASE | re.ASCII)

FIXED_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
    "microphone=(), midi=(), payment=(), usb=(), clipboard-write=(self), fullscreen=(self)",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def content_policy(page: str) -> str:
    """Return the content security policy under which Streamlit's page (its HTML) runs.

    Scripts: the server's own files, the page's one inline script by its hash, `blob:`, from which Streamlit loads small
    components, and WebAssembly, which its reader of messages asks for; never what is made of text. Styles: inline, because
    Streamlit writes all of its own so. Nothing is loaded from, or sent to, another host.
    """
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in _INLINE_SCRIPT.findall(page)]
    parts = {
        "default-src": "'none'",
        "script-src": " ".join(["'self'", "blob:", "'wasm-unsafe-eval'", *(f"'sha256-{one}'" for one in hashes)]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in parts.items())


@dataclass(frozen=True)
class Address:
    """Under which names people reach the server: the public one, this machine's, and that of the socket they came to."""

    public_url: str | None = None
    host: str = "127.0.0.1"

    @property
    def is_public_https(self) -> bool:
        """Do people reach it over https?"""
        return bool(self.public_url) and urlsplit(self.public_url or "").scheme == "https"

    @property
    def public_name(self) -> str | None:
        """The name in the public address."""
        return urlsplit(self.public_url).hostname if self.public_url else None

    def knows(self, scope: Scope) -> bool:
        """Tell whether a request names the server as it may be named: by one Host header, and one name in it."""
        found = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        match = _AUTHORITY.fullmatch(found[0]) if len(found) == 1 else None
        return match is not None and match[1].strip("[]").casefold().removesuffix(".") in self._names(scope)

    def takes_origin(self, scope: Scope) -> bool:
        """Tell whether a websocket was opened by a page of this server's own; what isn't a browser names no page."""
        headers = Headers(scope=scope)
        origins = headers.getlist("origin")
        if not origins:
            return True
        if self.public_url and origins == [self.public_url]:
            return True
        scheme, _, authority = origins[0].partition("://")
        is_public = self.is_public_https and _name(authority) == self.public_name
        return len(origins) == 1 and not is_public and scheme in ("http", "https") and authority == headers.get("host")

    def is_https(self, scope: Scope) -> bool:
        """Tell whether a request came over https, as a trusted proxy says or as the public address has it."""
        if scope["scheme"] in ("https", "wss"):
            return True
        return self.is_public_https and _name(Headers(scope=scope).get("host", "")) == self.public_name

    def _names(self, scope: Scope) -> set[str]:
        names = set(LOOPBACK) | {self.host.casefold()}
        if self.public_name:
            names.add(self.public_name)
        if not is_loopback(self.host):
            names |= {name.casefold() for name in (socket.gethostname(), f"{socket.gethostname()}.local")}
            server = scope.get("server")
            names |= {server[0].removeprefix("::ffff:").casefold()} if server else set()
        return names


def _name(authority: str) -> str | None:
    match = _AUTHORITY.fullmatch(authority)
    return match[1].casefold() if match else None


class Safety:
    """Middleware around everything, Streamlit's own answers and faults included."""

    def __init__(self, app: ASGIApp, address: Callable[[], Address | None], policy: str) -> None:
        """`address`: None while settings can't be used, when nobody comes in under whatever name."""
        self._app, self._address = app, address
        self._fixed = {"Content-Security-Policy": policy, **FIXED_HEADERS}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that names this server, and complete what is sent."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        address = self._address()
        if address and not address.knows(scope):
            await _refuse(scope, receive, send, 400)
        elif address and scope["type"] == "websocket" and not address.takes_origin(scope):
            await _refuse(scope, receive, send, 403)
        else:
            await self._app(scope, receive, self._sending(scope, send, address))

    def _sending(self, scope: Scope, send: Send, address: Address | None) -> Send:
        fixed = {**self._fixed}
        if address and address.is_public_https:
            fixed["Strict-Transport-Security"] = f"max-age={_YEAR_SECONDS}"
        is_https = address is not None and address.is_https(scope)

        async def sending(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                _complete(message, fixed, is_https=is_https)
            await send(message)

        return sending


def _complete(message: Message, fixed: Mapping[str, str], *, is_https: bool) -> None:
    """Add what is missing; a page that has a stricter policy of its own keeps it."""
    headers = MutableHeaders(raw=list(message.get("headers", [])))
    for name, value in fixed.items():
        headers.setdefault(name, value)
    if is_https:
        headers = MutableHeaders(raw=[(name, _secured(value) if name == b"set-cookie" else value) for name, value in headers.raw])
    message["headers"] = headers.raw


def _secured(cookie: bytes) -> bytes:
    parts = [part.strip().lower() for part in cookie.split(b";")]
    return cookie if b"secure" in parts else cookie + b"; Secure"


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int) -> None:
    """Answer nothing but the status; a websocket isn't opened."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})
