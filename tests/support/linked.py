"""A world behind the dashboard's desk, and clients' links of it served over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import requests
from starlette.applications import Starlette

from clockify.demo import RunningServer, World, create_app, serve
from clockify.desk.desk import Desk
from clockify.desk.viewer import Viewer
from clockify.desk.visit import Visit
from clockify.links import Link, Terms
from clockify.periods import Preset
from clockify.settings import ApiKey, Settings
from clockify.web.clients import client_routes
from clockify.web.tries import Tries
from tests.support.studio import KEY, Clock

USUAL = ("amounts", "tasks", "left", "cycles")
LOOKS = 200


@dataclass
class Linked:
    """An admin's visit, the world that he looks at, and the server of the links."""

    visit: Visit
    world: World
    clock: Clock
    clockify: RunningServer
    server: RunningServer

    @property
    def desk(self) -> Desk:
        return self.visit.desk

    def client(self, name: str) -> str:
        """Return a client's id."""
        return next(one.id for one in self.world.clients.values() if one.name == name)

    def make(self, client: str, *shown: str, last_day: date | None = None, **terms: Any) -> tuple[Link, str]:
        """Make a link to a client's report."""
        wanted = Terms(self.client(client), shown or USUAL, **({"preset": Preset.THIS_MONTH} | terms))
        return self.desk.links(demo=False).make(self.visit, wanted, last_day or self.visit.today + timedelta(days=30))

    def links(self) -> list[Link]:
        return self.desk.links(demo=False).listed(self.visit)

    def ask(self, path: str, *, method: str = "GET", address: str = "198.51.100.7", agent: str = "A browser", **headers: str) -> Any:
        """Ask for a path, as somebody at an address: the server trusts the proxy before it, which is this machine."""
        sent = {"X-Forwarded-For": address, "User-Agent": agent} | headers
        return requests.request(method, f"{self.server.url}{path}", headers=sent, timeout=60)

    def opened(self, token: str, path: str = "", **terms: Any) -> Any:
        """Open a link, again and again while its report is being prepared."""
        for _ in range(LOOKS):
            reply = self.ask(f"/c/{token}{path}", **terms)
            if reply.status_code != 202:
                return reply
            self.settle()
        raise AssertionError("it is still being prepared")

    def settle(self) -> None:
        """Let what is read behind it end."""
        jobs = self.desk.jobs
        assert jobs.wait(list(jobs._jobs.values()), 60)


@contextmanager
def linked(world: World, folder: Path, tries: Tries | None = None, **terms: object) -> Iterator[Linked]:
    """Serve a world, a desk over it, and its links."""
    clock = Clock()
    with serve(create_app(world, clock=clock, **terms)) as clockify:
        settings = Settings(key=ApiKey(KEY), api_url=clockify.api_url, reports_url=clockify.reports_url)
        desk = Desk(settings, folder, clock)
        account = desk.account(settings)
        account.open()
        mirror = desk.mirror(account, None, None)
        job = mirror.ensure_lists()
        assert job and mirror.wait_for(job, 60)
        with serve(Starlette(routes=client_routes(lambda: desk, tries))) as server:
            yield Linked(Visit(desk, Viewer("You", email="you@example.test"), settings, account, mirror), world, clock, clockify, server)
        desk.close()
