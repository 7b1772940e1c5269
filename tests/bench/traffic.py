"""What an overview costs in requests to Clockify."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from clockify.demo import RunningServer, agency_world, create_app, serve
from tests.bench.stage import Figure, Stage
from tests.bench.watching import Watch
from tests.conftest import keyed


def measure(stage: Stage) -> Iterator[Figure]:
    """Open a cold overview on a paid and on a free plan, then go on clicking, reload, and start the app again."""
    world = agency_world(datetime.now(UTC))
    for name, plan in (("paid", "STANDARD_2021"), ("FREE", "FREE")):
        with serve(create_app(world, plan=plan)) as server:
            yield from _on_plan(stage, name, server)


def _on_plan(stage: Stage, name: str, server: RunningServer) -> Iterator[Figure]:
    environment = keyed(server, stage.new_folder(f"plan-{name}"))
    asked = _Asked(server)
    with stage.app(**environment) as app, stage.page() as page:
        watch = Watch(page)
        watch.open(app.url)
        yield Figure(f"{name} plan, cold overview", asked.since())
        page.locator(".st-key-billable").get_by_text("Yes", exact=True).click()
        watch.settle()
        page.get_by_role("link", name="Billable").click()
        page.wait_for_selector(".st-key-billable-table table")
        with page.expect_download() as download:
            page.locator(".st-key-download-entries-csv").get_by_role("button").click()
        download.value.path()
        yield Figure(f"{name} plan, filter, other page, entries as CSV", asked.since())
        watch.open(app.url)
        yield Figure(f"{name} plan, reload", asked.since())
    with stage.app(**environment) as app, stage.page() as page:
        Watch(page).open(app.url)
        yield Figure(f"{name} plan, after a restart of the app", asked.since())


class _Asked:
    """Tells what was asked since it was last asked itself."""

    def __init__(self, server: RunningServer) -> None:
        self._server, self._seen = server, 0

    def since(self) -> str:
        """Return "8 (2 detailed, 1 users …)"."""
        fresh = self._server.requests[self._seen :]
        self._seen += len(fresh)
        kinds = Counter(path.rsplit("/", 1)[-1] for _, path in fresh)
        names = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
        return f"{len(fresh)} ({names})" if fresh else "0"
