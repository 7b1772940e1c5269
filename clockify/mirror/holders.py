"""Who holds a lease: a text that tells another process on this machine whether the holder still lives."""

from __future__ import annotations

import os
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True)
class Holder:
    """A piece of work in a process. `machine` is "" where a number of a process says nothing to others, `began` where it isn't known."""

    machine: str
    process: int
    began: str
    token: str

    def __str__(self) -> str:
        return "|".join((self.machine, str(self.process), self.began, self.token))

    @classmethod
    def parse(cls, text: str) -> Holder | None:
        """Read a holder from its text; None if it is none."""
        match text.split("|"):
            case [machine, process, began, token] if process.isdecimal():
                return cls(machine, int(process), began, token)
        return None


def new_holder() -> Holder:
    """Name a piece of work of this process, unlike any other."""
    process = os.getpid()
    return Holder(machine(), process, began_at(process) or "", secrets.token_hex(8))


def machine() -> str:
    """Name the host, its boot and the namespace that numbers its processes; "" where any of that can't be read."""
    try:
        boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
        numbering = (PROC / "self/ns/pid").stat().st_ino
    except OSError:
        return ""
    return f"{socket.gethostname()[:100].replace('|', '')}/{boot}/{numbering}"


def began_at(process: int) -> str | None:
    """Return when a process began, in the kernel's ticks; "" if it has ended and nobody has taken note, None if that can't be read."""
    try:
        # After the name in brackets, which may hold anything: the state is the 3rd field of all, the begin the 22nd.
        fields = (PROC / str(process) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return "" if fields[0] in "ZX" else fields[19]


def is_alive(holder: Holder) -> bool | None:
    """Tell whether a holder's process runs on this machine; None if that can't be known from here."""
    if os.name != "posix" or not holder.machine or holder.machine != machine():
        return None
    try:
        os.kill(holder.process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass  # It is somebody else's, and there.
    began = began_at(holder.process)
    return None if began is None or not holder.began else began == holder.began
