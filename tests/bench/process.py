"""What the system knows of a running process."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


def resident(process: int) -> str:
    """Write a process's memory in RAM."""
    return f"{resident_megabytes(process):,.0f} MB"


def resident_megabytes(process: int) -> float:
    """Return a process's memory in RAM."""
    found = _status(process, "VmRSS")
    if found is None:
        found = int(subprocess.run(["ps", "-o", "rss=", "-p", str(process)], check=True, capture_output=True, text=True).stdout)
    return found / 1000


def peak_megabytes(process: int) -> float:
    """Return the most memory that a process ever had in RAM; nan where the system doesn't tell."""
    found = _status(process, "VmHWM")
    return float("nan") if found is None else found / 1000


def _status(process: int, field: str) -> int | None:
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        return None
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith(field))


def processor_seconds(process: int) -> float | None:
    """Return the processor time that a process has used; None where the system doesn't tell finely enough."""
    counters = Path(f"/proc/{process}/stat")
    if not counters.exists():
        return None
    fields = counters.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
