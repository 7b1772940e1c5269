"""How long one page of an endpoint may take, all tries and pauses together, kept by the socket itself.

A time-out of `requests` begins anew with every recv: a reply that drips byte by byte, in its
headers, in a packed body or between two chunks, would never meet it.
"""

from __future__ import annotations

import io
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from http.client import HTTPResponse
from typing import Any

from requests.adapters import HTTPAdapter

_in_force: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


class Deadline:
    """So many seconds, counted from the first `begin`: who waits in line for his turn doesn't use them up."""

    def __init__(self, seconds: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._monotonic = monotonic
        self._end: float | None = None

    def begin(self) -> None:
        """Let the time run; it already does the second time."""
        if self._end is None:
            self._end = self._monotonic() + self.seconds

    def left(self) -> float:
        """Return the seconds that are left; 0 or less when it is over."""
        return self.seconds if self._end is None else self._end - self._monotonic()

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Hold every connection of a `BoundedAdapter` to it, for what this thread sends meanwhile."""
        token = _in_force.set(self)
        try:
            yield
        finally:
            _in_force.reset(token)


class BoundedAdapter(HTTPAdapter):
    """An adapter whose connections stop reading when the deadline in force is over."""

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        """Return the pool, which makes such connections from now on."""
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        pool.ConnectionCls = _bounded(pool.ConnectionCls)
        return pool


class _BoundedResponse(HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        deadline = _in_force.get()
        if deadline is not None:
            self.fp = io.BufferedReader(_BoundedReader(self.fp.detach(), sock, deadline))


class _BoundedReader(io.RawIOBase):
    """Reads a socket, and waits for each recv no longer than there is time."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, deadline: Deadline) -> None:
        self._raw, self._socket, self._deadline = raw, sock, deadline
        self._time_out = sock.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline.left()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left if self._time_out is None else min(left, self._time_out))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


@cache
def _bounded(connection: Any) -> Any:
    """Return the class of a connection whose replies keep to the deadline."""
    if issubclass(connection.response_class, _BoundedResponse):
        return connection
    return type(connection.__name__, (connection,), {"response_class": _BoundedResponse})
