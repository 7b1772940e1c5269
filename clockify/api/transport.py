"""The one place where bytes leave and arrive: one request out, one whole reply or a TransportError back.

The key is put on a request just before it leaves, so no session, message or log has it.
Errors are raised outside of `except`: the exception behind them, whose frames hold the
sent headers, is not kept as their context.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase
from urllib3.exceptions import NewConnectionError, SSLError

from clockify.api.deadline import BoundedAdapter, Deadline
from clockify.api.protocol import Json
from clockify.api.quota import PAID_AT_ONCE
from clockify.errors import MalformedReply, NotReached, TransportError
from clockify.settings import ApiKey, is_loopback

USER_AGENT = "clockify-dashboard (python-requests)"
MAX_BODY = 64 * 1024 * 1024
_CHUNK = 64 * 1024


@dataclass(frozen=True)
class Request:
    """What is to be sent: a full address, a query, and a body if there is one."""

    method: str
    url: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Json | None = None


@dataclass(frozen=True)
class Reply:
    """What came back, whole and undeciphered."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class Transport:
    """A session that sends to Clockify: no redirects, no cookies, bounded waiting, bounded replies."""

    def __init__(
        self, key: ApiKey, session: requests.Session, *, connect_timeout: float, read_timeout: float, max_body: int = MAX_BODY
    ) -> None:
        self._auth = _KeyHeader(key)
        self._session = session
        self._timeouts = (connect_timeout, read_timeout)
        self._max_body = max_body

    def send(self, request: Request, deadline: Deadline) -> Reply:
        """Send once and read the whole reply; TransportError if none came in time, MalformedReply if it has no end."""
        try:
            with deadline.kept():
                return self._exchange(request, deadline.left())
        except requests.ConnectTimeout:
            failure: TransportError = NotReached(f"Clockify could not be reached within {self._timeouts[0]:g} seconds.")
        except requests.Timeout:
            failure = TransportError(f"Clockify did not answer within {self._timeouts[1]:g} seconds.")
        except requests.exceptions.SSLError as problem:
            failure = _kind_of(problem)("No secure connection to Clockify could be made.")
        except requests.exceptions.ProxyError:
            failure = NotReached("The proxy on the way to Clockify refused the connection.")
        except requests.exceptions.ChunkedEncodingError:
            failure = TransportError("Clockify's reply was cut off on the way.")
        except requests.ConnectionError as problem:
            failure = _kind_of(problem)("The connection to Clockify failed or was dropped.")
        except (requests.RequestException, OSError, ValueError):
            failure = TransportError("The request could not be sent to Clockify.")
        raise failure if deadline.left() > 0 or isinstance(failure, NotReached) else overdue(deadline)

    def close(self) -> None:
        """Close the pooled connections."""
        self._session.close()

    def _exchange(self, request: Request, left: float) -> Reply:
        with self._session.request(
            request.method,
            request.url,
            params=dict(request.query),
            json=request.body,
            auth=self._auth,
            headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
            timeout=(min(self._timeouts[0], left), min(self._timeouts[1], left)),
            allow_redirects=False,
            stream=True,
        ) as response:
            # A redirect's body is of no use, and a hostile one has no end.
            body = b"" if 300 <= response.status_code < 400 else self._read(response)
            return Reply(response.status_code, dict(response.headers), body)

    def _read(self, response: requests.Response) -> bytes:
        chunks = bytearray()
        try:
            for chunk in response.iter_content(_CHUNK):
                chunks += chunk
                if len(chunks) > self._max_body:
                    raise MalformedReply("Clockify's reply is larger than any report.", status=response.status_code)
        except requests.exceptions.ContentDecodingError:
            # What can't be unpacked can't be read either; the status still tells which error it is.
            return b""
        return bytes(chunks)


def _kind_of(problem: requests.ConnectionError) -> type[TransportError]:
    """Tell a connection that was never made from one that failed while it was used."""
    wrapped = problem.args[0] if problem.args else None
    reason = getattr(wrapped, "reason", None)
    never_made = isinstance(reason, NewConnectionError) or isinstance(_cause_of(reason), ssl.SSLCertVerificationError)
    return NotReached if never_made else TransportError


def _cause_of(reason: object) -> object:
    """Return what is inside of a fault of TLS."""
    return reason.args[0] if isinstance(reason, SSLError) and reason.args else None


def overdue(deadline: Deadline) -> TransportError:
    """Return the error of a request whose time is over."""
    return TransportError(f"Clockify did not answer within {deadline.seconds:g} seconds.")


def build_session(*urls: str) -> requests.Session:
    """Return a pooled session for these base addresses.

    If one of them is this machine, proxies of the environment are left out: a proxy would
    be handed the key in the open.
    """
    session = _NoRedirects()
    session.trust_env = not any(is_loopback(urlsplit(url).hostname) for url in urls)
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    adapter = BoundedAdapter(pool_connections=2, pool_maxsize=PAID_AT_ONCE)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


class _NoRedirects(requests.Session):
    """A session that doesn't even look where a redirect leads; `requests` would read its whole body to do so."""

    def get_redirect_target(self, resp: requests.Response) -> None:  # noqa: ARG002
        return None


class _KeyHeader(AuthBase):
    """Puts the key on one request; as an `auth` it also keeps `.netrc` from adding another."""

    def __init__(self, key: ApiKey) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["X-Api-Key"] = self._key.reveal()
        return request
