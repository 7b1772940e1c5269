"""The app in a process of its own, and a browser to look at it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Self

from clockify.settings import SETTINGS
from tests.support.databases import free_port

PROJECT = Path(__file__).resolve().parents[2]
START_SECONDS = 40
# Nothing moves under a test that doesn't ask for it.
STILL = {"CLOCKIFY_DEMO_LIFE": "0"}
# Without these a browser on a closed network spends its time looking for its maker's hosts.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def find_chromium() -> str | None:
    """Return the path of a Chromium that is installed."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("CHROMIUM") or next((path for name in names if (path := shutil.which(name))), None)


class AppServer:
    """`streamlit run streamlit_app.py` as the README says, with settings and secrets of its own."""

    def __init__(self, folder: Path, secrets: str, environment: dict[str, str], script: str = "streamlit_app.py") -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self._folder, self._secrets, self._script = folder, secrets, script
        # A developer's own settings must not reach a test; blank ones count as unset, and shadow `.env`.
        inherited = {name: value for name, value in os.environ.items() if name not in SETTINGS}
        self._environment = inherited | dict.fromkeys(SETTINGS, "") | STILL | environment
        self.log_file = folder / f"app-{self.port}.log"
        self._secrets_file = folder / f"secrets-{self.port}.toml"

    @property
    def log(self) -> str:
        """Everything the app has printed so far."""
        return self.log_file.read_text(encoding="utf8")

    @property
    def pid(self) -> int:
        """The process that serves it."""
        return self._process.pid

    def write_secrets(self, secrets: str) -> None:
        """Put other secrets in place of those that are there; at once, as a half-written file is none."""
        fresh = self._secrets_file.with_suffix(".new")
        fresh.write_text(secrets, encoding="utf8")
        fresh.replace(self._secrets_file)

    def __enter__(self) -> Self:
        self.write_secrets(self._secrets)
        command, folder = self._started()
        with self.log_file.open("wb") as log:
            self._process = subprocess.Popen(
                command, cwd=folder, env=self._environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )
        self._wait()
        return self

    def _started(self) -> tuple[list[str], Path]:
        """Return the command, and the folder in which it is given."""
        # Without the watcher an edit during the tests doesn't half-reload the app under them.
        options = {
            "server.headless": "true",
            "server.port": str(self.port),
            "server.fileWatcherType": "none",
            "secrets.files": str(self._secrets_file),
        }
        flags = [f"--{name}={value}" for name, value in options.items()]
        return [sys.executable, "-m", "streamlit", "run", self._script, *flags], PROJECT

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is not None:
            return
        os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1) as reply:
                    if reply.status == 200:
                        return
            except OSError:
                time.sleep(0.05)
            if self._process.poll() is not None:
                raise RuntimeError(f"the app ended: {self.log}")
        raise RuntimeError(f"the app did not start: {self.log}")


class HostedServer(AppServer):
    """`python -m clockify`, given in some other folder than the project's; `host` is what it listens on."""

    host = "127.0.0.1"

    def stop(self) -> int:
        """Ask it to end, as a service manager does; return with what it ended."""
        self._process.terminate()
        return self._process.wait(30)

    def _started(self) -> tuple[list[str], Path]:
        """Return the command; its folder says where the secrets are, and has none of a developer's own."""
        settings = self._folder / f"elsewhere-{self.port}" / ".streamlit"
        settings.mkdir(parents=True)
        (settings / "config.toml").write_text(f'[secrets]\nfiles = ["{self._secrets_file}"]\n', encoding="utf8")
        return [sys.executable, "-m", "clockify", "--port", str(self.port), "--host", self.host], settings.parent


class NetworkServer(HostedServer):
    """The same, for every network."""

    host = "0.0.0.0"
