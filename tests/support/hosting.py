"""The dashboard as a team hosts it: two processes, one PostgreSQL, and the proxy that `clockify/hosting/` describes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from ssl import CERT_NONE, SSLContext, create_default_context
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from clockify.settings import SETTINGS
from tests.support.databases import free_port
from tests.support.servers import PROJECT, START_SECONDS

HOSTING = PROJECT / "clockify" / "hosting"
NAMES = ("p1", "p2")
STICKY = "clockify_process"


def find_proxy() -> str | None:
    """Return the path of a HAProxy that is installed."""
    return shutil.which("haproxy") or shutil.which("/usr/sbin/haproxy")


class Process:
    """One process of the dashboard on a port of its own; it can be killed and started again."""

    def __init__(self, name: str, port: int, folder: Path, environment: dict[str, str], script: str) -> None:
        self.name, self.port = name, port
        self.log_file = folder / f"{name}.log"
        self._script = script
        inherited = {key: value for key, value in os.environ.items() if key not in SETTINGS}
        # Secrets are looked for at home, whichever way the app is started.
        self._environment = inherited | dict.fromkeys(SETTINGS, "") | {"HOME": str(folder)} | environment
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process that serves."""
        assert self._process
        return self._process.pid

    @property
    def log(self) -> str:
        """Everything it has printed so far."""
        return self.log_file.read_text(encoding="utf8")

    def start(self) -> None:
        """Start it, without waiting."""
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                self._command(), cwd=PROJECT, env=self._environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )

    def wait(self) -> None:
        """Wait until it answers."""
        wait_for(f"http://127.0.0.1:{self.port}/_stcore/health", lambda: self.log, self._process)

    def end(self, how: int = signal.SIGTERM) -> None:
        """End it; SIGKILL asks nobody."""
        if self._process is None:
            return
        os.killpg(self._process.pid, how)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = None

    def _command(self) -> list[str]:
        if self._script == "streamlit_app.py" and (PROJECT / "clockify" / "__main__.py").exists():
            return [sys.executable, "-m", "clockify", "--port", str(self.port)]
        options = {"server.headless": "true", "server.port": str(self.port), "server.fileWatcherType": "none"}
        return [sys.executable, "-m", "streamlit", "run", self._script, *[f"--{name}={value}" for name, value in options.items()]]


class Proxy:
    """HAProxy with the committed configuration, before processes at two ports; `url` is where browsers go."""

    def __init__(self, folder: Path, ports: Sequence[int]) -> None:
        self._folder, self._ports = folder, ports
        self.port, self.plain_port = free_port(), free_port()
        self.url = f"https://localhost:{self.port}"
        self._log_file = folder / "proxy.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        """Everything it has printed so far."""
        return self._log_file.read_text(encoding="utf8")

    def __enter__(self) -> Self:
        certificate = self._folder / "certificate.pem"
        write_certificate(certificate)
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "CLOCKIFY_CERTIFICATE": str(certificate),
            "CLOCKIFY_HTTPS": f"127.0.0.1:{self.port}",
            "CLOCKIFY_HTTP": f"127.0.0.1:{self.plain_port}",
            **{f"CLOCKIFY_APP_{number}": f"127.0.0.1:{port}" for number, port in enumerate(self._ports, 1)},
        }
        command = [find_proxy() or "haproxy", "-db", "-f", str(HOSTING / "haproxy.cfg")]
        with self._log_file.open("wb") as log:
            self._process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
        return self

    def __exit__(self, *_: object) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(10)

    def wait(self, path: str) -> None:
        """Wait until it answers with what a process says."""
        wait_for(f"{self.url}{path}", lambda: self.log, self._process)


class Hosted:
    """Two processes behind the proxy."""

    def __init__(self, folder: Path, environment: dict[str, str], *, secrets: str = "", script: str = "streamlit_app.py") -> None:
        ports = [free_port() for _ in NAMES]
        self.proxy = Proxy(folder, ports)
        self.url = self.proxy.url
        if secrets:
            (folder / ".streamlit").mkdir()
            (folder / ".streamlit" / "secrets.toml").write_text(secrets.replace("{url}", self.url), encoding="utf8")
        common = {"CLOCKIFY_PUBLIC_URL": self.url, **environment}
        self.processes = {name: Process(name, port, folder, common, script) for name, port in zip(NAMES, ports, strict=True)}

    def __enter__(self) -> Hosted:
        for process in self.processes.values():
            process.start()
        self.proxy.__enter__()
        for process in self.processes.values():
            process.wait()
        self.proxy.wait("/_stcore/health")
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes.values():
            process.end()
        self.proxy.__exit__()


@contextmanager
def hosted(folder: Path, database_url: str, settings: dict[str, str], **terms: Any) -> Iterator[Hosted]:
    """Host the app over a database; without a sign-in among the secrets it is open to all."""
    usual = {"DATABASE_URL": database_url, "CLOCKIFY_OPEN": "" if terms.get("secrets") else "1", "CLOCKIFY_DEMO_LIFE": "0"}
    with ExitStack() as stack:
        yield stack.enter_context(Hosted(folder, settings | usual, **terms))


def trusting() -> SSLContext:
    """Return what takes the test's own certificate for good."""
    context = create_default_context()
    context.check_hostname, context.verify_mode = False, CERT_NONE
    return context


def wait_for(url: str, log: Any, process: subprocess.Popen[bytes] | None, seconds: float = START_SECONDS) -> None:
    """Wait until an address answers."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=1, context=trusting() if url.startswith("https") else None) as reply:
                if reply.status == 200:
                    return
        except OSError:
            time.sleep(0.05)
        if process and process.poll() is not None:
            raise RuntimeError(f"it ended: {log()}")
    raise RuntimeError(f"it did not start: {log()}")


def write_certificate(path: Path) -> None:
    """Write a certificate for localhost that nobody has signed but itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]), datetime.now(UTC)
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now - timedelta(days=1), now + timedelta(days=2)
    )
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    signed = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + secret)
    path.chmod(0o600)
