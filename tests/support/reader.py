"""A process that reads months into a database, as another replica of the app would.

`python -m tests.support.reader '{"api_url": …, "reports_url": …, "url": …, "folder": …, "months": […],
"gate": …, "now": …, "dies_while_saving": …}'`: says "ready", waits for the file `gate`,
reads, and prints the versions. Without `now` it goes by the real clock.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from clockify.mirror import tables
from clockify.mirror.database import Database
from clockify.periods import Month
from tests.support.databases import Place
from tests.support.mirrors import Served, mirror_of, utc_now
from tests.support.servers import PROJECT


def start_reader(server: Served, place: Place, months: list[Month], **wishes: Any) -> subprocess.Popen[str]:
    """Start a reader of a served world; use it in a `with`, and read its two lines."""
    named = {"api_url": server.api_url, "reports_url": server.reports_url, "url": place.url, "folder": str(place.folder)}
    wishes = named | {"months": [month.key for month in months]} | wishes
    command = [sys.executable, "-m", "tests.support.reader", json.dumps(wishes)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROJECT)


def main(wishes: dict[str, Any]) -> None:
    """Read months as the wishes say."""
    if wishes.get("dies_while_saving"):
        _die_before_commit()
    print("ready", flush=True)
    while wishes.get("gate") and not Path(wishes["gate"]).exists():
        time.sleep(0.001)
    moment = wishes.get("now")
    clock = (lambda: datetime.fromisoformat(moment)) if moment else utc_now
    server = SimpleNamespace(api_url=wishes["api_url"], reports_url=wishes["reports_url"])
    with mirror_of(server, Place(wishes["url"], Path(wishes["folder"])), clock=clock) as copy:
        opening = copy.read(*map(Month.parse, wishes["months"]))
        assert not opening.faults, opening.faults
        print(json.dumps({month.key: state.version for month, state in opening.states.items()}), flush=True)


def _die_before_commit() -> None:
    """Be killed once a month has been written and is not committed yet."""
    upsert = Database.upsert

    def upsert_and_die(self: Database, connection: Any, table: Any, keys: dict[str, Any], values: dict[str, Any]) -> None:
        upsert(self, connection, table, keys, values)
        if table is tables.months:
            os.kill(os.getpid(), signal.SIGKILL)

    Database.upsert = upsert_and_die  # type: ignore[method-assign]


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
