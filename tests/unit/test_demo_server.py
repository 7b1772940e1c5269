"""The demo's server as a process: it ends when it is told to, whoever is still connected."""

from __future__ import annotations

import socket
import threading
import time
from urllib.parse import urlsplit

from clockify.demo import create_app, serve
from tests.support.studio import studio

SECONDS = 20.0


def test_half_a_request_keeps_nobody_from_ending() -> None:
    server = serve(create_app(studio()))
    where = urlsplit(server.url)
    assert where.hostname and where.port
    asked = f"POST /report/v1/workspaces/{server.world.id}/reports/detailed HTTP/1.1"
    head = f"{asked}\r\nHost: x\r\nX-Api-Key: k\r\nContent-Length: 100\r\n\r\n{{"
    with socket.create_connection((where.hostname, where.port)) as client:
        client.sendall(head.encode())
        time.sleep(0.3)
        ending = threading.Thread(target=server.stop, daemon=True)
        ending.start()
        ending.join(SECONDS)
        assert not ending.is_alive()
