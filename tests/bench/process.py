"""What the system knows of a running process."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


def resident(process: int) -> str:
    """Write a process's memory in RAM."""
    status = Path(f"/proc/{process}/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        kilobytes = int(line.split()[1])
    else:
        kilobytes = int(subprocess.run(["ps", "-o", "rss=", "-p", str(process)], check=True, capture_output=True, text=True).stdout)
    return f"{kilobytes / 1000:,.0f} MB"


def processor_seconds(process: int) -> float | None:
    """Return the processor time that a process has used; None where the system doesn't tell finely enough."""
    counters = Path(f"/proc/{process}/stat")
    if not counters.exists():
        return None
    fields = counters.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
