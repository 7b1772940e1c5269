"""What tests of several layers share: databases, the embedded Clockify, the app, a browser."""

from __future__ import annotations

import gc
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from clockify.demo import OWNER_KEY, RunningServer, create_app, serve
from tests.support.databases import Cluster, Place, start_cluster
from tests.support.servers import CHROMIUM_FLAGS, AppServer, find_chromium

# A slow machine is no defect: no test asks how long an example takes.
# Examples are others on each day.
settings.register_profile("house", deadline=None, max_examples=50)
settings.load_profile("house")


# What these tests say is decided above the database, of which the store's own tests try both kinds by day.
ON_SQLITE_BY_DAY = {
    f"test_mirror_{name}"
    for name in ["account", "agreement", "changes", "checking", "lists", "moves", "reading", "refresh", "refused", "shelf", "sums", "zoned"]
}


# Of these tests' many cases one in so many is run by day, the first of them always, and all at night.
ONE_IN = {
    "test_csv_form::test_each_page_follows_and_clockifys_layout_does_not": 2,
    "test_door_outlived::test_the_open_tab_runs_no_command": 2,
    "test_door_outlived::test_the_open_tab_takes_no_file_and_shows_the_door": 2,
    "test_faults::test_cold": 2,
    "test_faults::test_warm": 2,
    "test_faults_on_pages::test_old_data_is_whole_on_every_page": 2,
    "test_faults_on_pages::test_refresh_of_fresh_data_that_fails_is_said": 2,
    "test_hostile::test_names_add_no_element": 2,
    "test_hostile_files::test_half_a_character_breaks_no_page_and_no_file": 2,
    "test_mirror_checking::test_a_change_on_the_server_is_found_and_only_its_month_is_read_again": 2,
    "test_mirror_killed::test_whoever_is_killed_leaves_a_whole_copy": 2,
    "test_mirror_refresh::test_a_check_reads_no_more_than_what_may_differ": 2,
    "test_mirror_refresh::test_refresh_shows_what_clockify_has": 2,
    "test_mirror_refresh::test_sums_show_which_days_to_read": 2,
    "test_mirror_zoned::test_a_years_months_hold_what_starts_on_their_days": 2,
    "test_notes::test_looking_at_a_table_changes_nothing": 3,
    "test_notes::test_tables_without_rows_are_offered_too": 3,
    "test_notes::test_who_may_not_see_all_may_not_write": 2,
    "test_outlived::test_a_command_is_run_for_one_who_is_in_alone": 2,
    "test_print::test_controls_are_left_out_and_figures_stay": 2,
    "test_profit::test_the_file_is_plain_sums": 2,
    "test_render_burn::test_it_can_be_drawn": 3,
    "test_records_toml::test_a_file_as_large_as_allowed_is_read_soon": 6,
    "test_refresh::test_the_list_and_its_file_are_what_clockify_has_after_each_edit": 2,
    "test_render_heat::test_every_table_is_a_whole_spec_that_can_be_drawn": 3,
    "test_requests::test_every_click_after_that_costs_nothing": 2,
    "test_spreadsheets::test_no_cell_is_a_formula_or_an_error": 2,
    "test_week_done::test_nothing_else_does": 2,
    "test_week_done::test_who_may_not_see_all_may_not_mark": 2,
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave to the night what PostgreSQL adds little to, and most of many cases; before what isn't meant for the day is left out."""
    seen: Counter[str] = Counter()
    for item in items:
        chosen = item.callspec.params.values() if hasattr(item, "callspec") else ()
        name = f"{item.path.stem}::{getattr(item, 'originalname', item.name)}"
        if (item.path.stem in ON_SQLITE_BY_DAY and "postgresql" in chosen) or seen[name] % ONE_IN.get(name, 1):
            item.add_marker(pytest.mark.nightly)
        seen[name] += 1


def pytest_collection_finish() -> None:
    """Take what is imported out of the garbage collector's rounds, as the app does at its start, and let these be fewer."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def unavailable(what: str, why: str) -> None:
    """Skip with the reason; fail where CLOCKIFY_TEST_REQUIRE says that it must be there."""
    if what in os.environ.get("CLOCKIFY_TEST_REQUIRE", "").split(","):
        pytest.fail(f"{what} is required here: {why}")
    pytest.skip(f"{what}: {why}")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A real PostgreSQL server of this test run's own."""
    found = start_cluster()
    if isinstance(found, str):
        unavailable("postgres", found)
    else:
        yield found
        found.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """An empty database, of each kind in turn: `Database(place.url, place.folder)`."""
    if request.param == "sqlite":
        return Place(None, tmp_path / "data")
    fresh: Cluster = request.getfixturevalue("cluster")
    return Place(fresh.new_database(), tmp_path / "data")


@pytest.fixture
def served() -> Iterator[Callable[..., RunningServer]]:
    """Serve worlds over HTTP: `served(world, plan="FREE")`; stopped when the test ends."""
    with ExitStack() as stack:
        yield lambda source, **terms: stack.enter_context(serve(create_app(source, **terms)))


@pytest.fixture
def app_server(tmp_path: Path) -> Iterator[Callable[..., AppServer]]:
    """Run the real app in a process of its own: `app_server(CLOCKIFY_API_KEY=…)`; without settings it shows the demo."""
    with ExitStack() as stack:

        def run(*, secrets: str = "", **environment: str) -> AppServer:
            return stack.enter_context(AppServer(tmp_path, secrets, environment))

        yield run


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A headless Chromium; close what you open in it."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        unavailable("browser", "playwright is not installed")
    path = find_chromium()
    if path is None:
        unavailable("browser", "no Chromium found (Debian: apt-get install chromium), or set CHROMIUM to its path")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


def keyed(server: RunningServer, folder: Path, key: str = OWNER_KEY) -> dict[str, str]:
    """Return the environment that leads the app to a served world, with a database of its own."""
    return {
        "CLOCKIFY_API_KEY": key,
        "CLOCKIFY_API_URL": server.api_url,
        "CLOCKIFY_REPORTS_URL": server.reports_url,
        "DATABASE_URL": f"sqlite:///{folder / 'app.sqlite'}",
    }
