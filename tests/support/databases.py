"""Real databases for tests: SQLite in a folder, PostgreSQL in a cluster made for the run."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from itertools import count
from pathlib import Path


@dataclass(frozen=True)
class Place:
    """Where a database is: an address, or None for SQLite in the folder."""

    url: str | None
    folder: Path


class Cluster:
    """A running PostgreSQL server."""

    def __init__(self, binaries: Path, folder: Path, port: int) -> None:
        self._binaries, self._folder, self._port = binaries, folder, port
        self._numbers = count(1)

    def new_database(self) -> str:
        """Make an empty database and return its address."""
        name = f"test{next(self._numbers)}"
        _run(self._binaries / "createdb", "-h", "127.0.0.1", "-p", str(self._port), "-U", "tester", name)
        return f"postgresql://tester@127.0.0.1:{self._port}/{name}"

    def start(self) -> None:
        """Start the server."""
        options = f"-p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        log = str(self._folder.parent / "log")
        _run(self._binaries / "pg_ctl", "-D", str(self._folder), "-o", options, "-w", "-l", log, "start")

    def break_off(self) -> None:
        """Stop the server at once, as a failing machine would."""
        try:
            _run(self._binaries / "pg_ctl", "-D", str(self._folder), "-m", "immediate", "-t", "5", "stop")
        except RuntimeError:
            # Now and then it hangs in the very signal that is to end it; its processes go when it is gone.
            lock = self._folder / "postmaster.pid"
            os.kill(int(lock.read_text().split()[0]), signal.SIGKILL)
            lock.unlink()

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        self.break_off()
        shutil.rmtree(self._folder.parent)


def start_cluster() -> Cluster | str:
    """Start a server; return why not if that can't be."""
    binaries = _binaries()
    if binaries is None:
        return "no PostgreSQL server found (Debian: apt-get install postgresql)"
    # Not in pytest's own folder: every run of pytest closes that to other users.
    folder = Path(tempfile.mkdtemp(prefix="test-postgres-"))
    home = folder / "data"
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root.
        shutil.chown(folder, "postgres")
    _run(binaries / "initdb", "-D", str(home), "-U", "tester", "-A", "trust", "--no-sync")
    cluster = Cluster(binaries, home, free_port())
    cluster.start()
    return cluster


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _binaries() -> Path | None:
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def _run(program: Path, *arguments: str) -> None:
    command = [str(program), *arguments]
    if os.geteuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd="/", text=True)
    if done.returncode:
        raise RuntimeError(f"{program.name}: {done.stdout}")
