"""A proxy before the app, of the kind that people set up: it passes everything on and touches the headers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Self

Rewrite = Callable[[list[str]], list[str]]


class Proxy:
    """Listens on all addresses of this machine and passes on to a port of it; `rewrite` gets a request's header lines.

    One request per connection, or a WebSocket: keep-alive is refused, so that each request's head is seen.
    """

    def __init__(self, target: int, rewrite: Rewrite) -> None:
        self._target, self._rewrite = target, rewrite
        self._listener = socket.create_server(("0.0.0.0", 0))
        self.port = int(self._listener.getsockname()[1])
        self._ends: list[socket.socket] = []
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        self._start(self._serve)
        return self

    def __exit__(self, *_: object) -> None:
        for end in (self._listener, *self._ends):
            with suppress(OSError):  # not connected any more
                end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)
        for end in (self._listener, *self._ends):
            end.close()

    def _start(self, work: Callable[..., None], *ends: socket.socket) -> None:
        thread = threading.Thread(target=work, args=ends, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _serve(self) -> None:
        with suppress(OSError):  # shut down
            while True:
                client, _ = self._listener.accept()
                self._ends.append(client)
                self._start(self._pass_on, client)

    def _pass_on(self, client: socket.socket) -> None:
        with suppress(OSError):  # an end was closed
            head = b""
            while b"\r\n\r\n" not in head:
                more = client.recv(65536)
                if not more:
                    return
                head += more
            server = socket.create_connection(("127.0.0.1", self._target))
            self._ends.append(server)
            server.sendall(self._rewritten(head))
            self._start(_pump, client, server)
            _pump(server, client)

    def _rewritten(self, head: bytes) -> bytes:
        top, _, rest = head.partition(b"\r\n\r\n")
        request, *headers = top.decode("latin1").split("\r\n")
        lines = self._rewrite(headers)
        if not any(line.lower().startswith("upgrade:") for line in lines):
            lines = [line for line in lines if not line.lower().startswith("connection:")] + ["Connection: close"]
        return "\r\n".join([request, *lines]).encode("latin1") + b"\r\n\r\n" + rest


def unchanged(headers: list[str]) -> list[str]:
    """Pass everything on as it came."""
    return headers


def adding(line: str) -> Rewrite:
    """Return a rewrite that adds a header line."""
    return lambda headers: [*headers, line]


def with_host(host: str) -> Rewrite:
    """Return a rewrite that passes on another Host, as nginx does unless told otherwise."""
    return lambda headers: [f"Host: {host}" if line.lower().startswith("host:") else line for line in headers]


def own_address() -> str | None:
    """Return an address under which the network reaches this machine; None if it has none but loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError):
        probe.connect(("192.0.2.1", 9))  # sends nothing: only asks which way it would go
        address = str(probe.getsockname()[0])
        return None if address.startswith(("127.", "0.")) else address
    return None


def _pump(source: socket.socket, sink: socket.socket) -> None:
    """Carry bytes one way until an end closes; then shut the other."""
    with suppress(OSError):
        while more := source.recv(65536):
            sink.sendall(more)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)
