"""A real OpenID Connect provider on loopback, and the secrets that lead the app to it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from typing import Any, Self

from tests.support.databases import free_port

START_SECONDS = 20
COOKIE_SECRET = "cOOkie-Secret-of-this-test-0123456789abcdef"
CLIENT_SECRET = "cLient-Secret-of-this-test"


class Provider:
    """`oidc-provider-mock` in a process of its own; it knows the people it is given, each by `sub`."""

    def __init__(self, people: list[dict[str, Any]]) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self._people = people

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(self.port)]
        for person in self._people:
            command += ["--user-claims", json.dumps(person)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + START_SECONDS
        while not self._answers():
            if time.monotonic() > end or self._process.poll() is not None:
                self.__exit__()
                raise RuntimeError("the OIDC provider did not start")
            time.sleep(0.1)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(10)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/.well-known/openid-configuration", timeout=1) as reply:
                return bool(reply.status == 200)
        except OSError:
            return False

    def secrets(self, access: str, *, cookie_secret: str = COOKIE_SECRET) -> str:
        """Return a secrets.toml with this provider, and `access` under `[access]`."""
        return f"""
[auth]
redirect_uri = "http://localhost:{{port}}/oauth2callback"
cookie_secret = "{cookie_secret}"
client_id = "clockify-dashboard"
client_secret = "{CLIENT_SECRET}"
server_metadata_url = "{self.url}/.well-known/openid-configuration"

[access]
{access}
"""
