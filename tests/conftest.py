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
settings.register_profile("house", deadline=None, max_examples=25)
settings.load_profile("house")


# What these tests say is decided above the database, of which the store's own tests try both kinds by day.
ON_SQLITE_BY_DAY = {
    f"test_mirror_{name}"
    for name in [
        "account", "agreement", "apply", "changes", "checking", "edits", "flight", "lists", "moves", "outage", "reading", "refresh",
        "refused", "scopes", "shelf", "sums", "zoned",
    ]
} | {"test_desk_writing", "test_journal", "test_hooks"}  # fmt: skip


# Of these tests' many cases one in so many is run by day, the first of them always, and all at night.
ONE_IN = {
    "test_frames_parts::test_nothing_raises_every_row_is_counted_and_both_roads_agree": 2,
    "test_axe::test_axe_finds_nothing_of_ours": 12,
    "test_client::test_the_browser_is_sent_nothing_that_is_hidden": 2,
    "test_client_hidden::test_no_pdf_has_a_word_or_figure_that_is_hidden": 2,
    "test_csv_form::test_each_page_follows_and_clockifys_layout_does_not": 2,
    "test_demo_http::test_longest_range_of_a_plan": 2,
    "test_desk_writing::test_what_was_done_can_be_taken_back": 2,
    "test_demo_writes_refused::test_owner_and_manager_write_everybodys_time": 3,
    "test_faults::test_cold": 24,
    "test_faults::test_warm": 24,
    "test_faults_on_pages::test_old_data_is_whole_on_every_page": 2,
    "test_faults_on_pages::test_refresh_of_fresh_data_that_fails_is_said": 4,
    "test_faults_on_pages::test_settings_stays_usable_when_nothing_can_be_read": 3,
    "test_forecast::test_the_record_is_what_plain_python_counts": 2,
    "test_hosted::test_every_page_runs_under_the_policy": 2,
    "test_hostile::test_each_group_is_a_row_with_its_name_and_hours": 2,
    "test_hostile_files::test_every_file_is_made_and_holds_no_formula_no_markup_and_no_key": 2,
    "test_keys::test_without_a_key_every_page_says_that_it_is_the_demo": 3,
    "test_links::test_so_does_what_else_was_deleted": 2,
    "test_mirror_account::test_a_profile_with_gaps": 3,
    "test_mirror_apply::test_a_read_under_way_neither_loses_to_a_change_nor_undoes_it": 2,
    "test_mirror_checking::test_a_change_on_the_server_is_found_and_only_its_month_is_read_again": 2,
    "test_mirror_flight::test_processes_that_open_the_same_cold_months_cause_one_read_of_each": 2,
    "test_mirror_killed::test_whoever_is_killed_leaves_a_whole_copy": 2,
    "test_mirror_leases::test_a_killed_process_is_followed_at_once": 2,
    "test_mirror_leases::test_a_process_that_is_held_up_keeps_what_it_has": 2,
    "test_mirror_moves::test_it_leaves_a_month_that_nobody_looks_at": 3,
    "test_mirror_outage::test_a_read_and_a_check_go_on_when_the_database_is_back": 4,
    "test_mirror_reading::test_an_entry_belongs_wholly_to_the_local_day_on_which_it_starts": 2,
    "test_mirror_refresh::test_a_check_reads_no_more_than_what_may_differ": 4,
    "test_mirror_refresh::test_refresh_shows_what_clockify_has": 8,
    "test_mirror_refresh::test_sums_show_the_days_around_a_clock_change": 2,
    "test_mirror_refresh::test_sums_show_which_days_to_read": 4,
    "test_mirror_refused::test_a_month_is_cut_by_timestamp_whatever_zone_the_account_has": 3,
    "test_mirror_store::test_damaged_bytes_are_read_again_with_a_line_in_the_log": 3,
    "test_mirror_sums::test_a_check_finds_the_days_and_reads_no_others": 3,
    "test_mirror_sums::test_a_fault_of_a_summary_leaves_what_is_there": 3,
    "test_mirror_zoned::test_days_over_the_end_of_a_month_and_over_clock_changes": 3,
    "test_notes::test_a_bad_file_names_its_line_and_changes_nothing": 2,
    "test_notes::test_each_fault_of_the_records_has_its_title": 2,
    "test_notes::test_looking_at_a_table_changes_nothing": 6,
    "test_notes::test_tables_without_rows_are_offered_too": 6,
    "test_notes::test_who_may_not_see_all_may_not_write": 4,
    "test_outlived::test_a_command_is_run_for_one_who_is_in_alone": 6,
    "test_outlived::test_no_file_of_a_page_is_made_for_one_who_is_out": 2,
    "test_overview::test_quarters_are_called_by_their_names": 3,
    "test_partial::test_a_part_is_neither_compared_nor_taken_away": 2,
    "test_print::test_controls_are_left_out_and_figures_stay": 4,
    "test_profit::test_it_is_hidden_from_who_may_not_see_cost": 3,
    "test_profit::test_the_file_is_plain_sums": 4,
    "test_projects::test_people_billable_time_and_rounding_change_no_plan": 3,
    "test_projects::test_with_months_missing_nothing_is_a_total": 2,
    "test_records_archive::test_a_backup_of_an_older_layout_comes_forward": 3,
    "test_records_branding::test_what_isnt_clean_is_never_kept": 2,
    "test_records_migrations::test_a_process_that_is_killed_in_a_migration_leaves_the_older_layout": 3,
    "test_records_migrations::test_rows_of_every_older_layout_come_forward": 3,
    "test_records_store::test_processes_that_begin_on_an_empty_database_lose_nothing": 2,
    "test_records_toml::test_a_file_as_large_as_allowed_is_read_soon": 6,
    "test_records_writes::test_the_same_thing_is_said_to_be_there_already": 2,
    "test_render_burn::test_it_can_be_drawn": 6,
    "test_render_entries_pdf::test_no_name_is_obeyed_or_breaks_a_page": 3,
    "test_render_heat::test_every_table_is_a_whole_spec_that_can_be_drawn": 3,
    "test_render_pdf::test_a_day_is_never_named_at_the_end_of_a_page_alone": 3,
    "test_render_pdf::test_no_name_breaks_a_page": 3,
    "test_render_rhythm::test_it_is_a_whole_spec_that_can_be_drawn": 3,
    "test_rhythm::test_cells_are_what_the_clock_on_the_wall_shows": 3,
    "test_rounding::test_a_rule_that_nobody_knows_is_left_out_with_a_word": 5,
    "test_rounding::test_the_rule_is_named_and_its_difference_shown": 2,
    "test_settings::test_the_plan_bears_the_name_that_people_know": 3,
    "test_settings::test_the_sums_of_billable_are_said_to_be_of_billable_time": 3,
    "test_truth::test_every_pair_of_groups_on_one_view": 2,
    "test_viewer::test_a_link_to_somebody_elses_time_is_one_to_nobody": 2,
    "test_week_done::test_nothing_else_does": 6,
    "test_week_done::test_what_is_changed_afterwards_shows": 4,
    "test_week_done::test_who_may_not_see_all_may_not_mark": 4,
    "test_weekly::test_a_week_that_is_none_is_this_week_with_a_word": 4,
    "test_weekly::test_faults_are_said_and_nothing_breaks": 3,
}

# What these see is seen by day too, by quicker tests of the same room; that all of it holds together is seen at night.
AT_NIGHT = {
    "test_track::test_a_day_at_the_keyboard",
    "test_who_sees_what::test_the_search_finds_what_is_sent",
    "test_hosting::test_who_was_at_a_process_that_is_killed_comes_back_at_the_other",
    "test_hosted::test_behind_a_proxy_nobody_is_at_this_machine",
    "test_door_outlived::test_the_open_tab_runs_no_command",
    "test_door_outlived::test_the_open_tab_takes_no_file_and_shows_the_door",
    "test_hostile::test_files_hold_names_as_they_are_and_no_formula",
    "test_roles::test_a_role_that_is_taken_away_is_gone_at_the_open_tabs_next_action",
    "test_desk_writing::test_on_free_what_finds_no_request_waits_and_is_sent_when_somebody_asks",
    "test_client::test_axe_finds_nothing_on_the_paper_and_its_switches",
    "test_width::test_where_the_width_is_what_was_taken_for_granted_the_page_runs_once",
    "test_client_hidden::test_no_html_has_a_word_or_figure_that_is_hidden",
    "test_comes_back::test_the_page_comes_back_without_a_click",
    "test_taken_files::test_who_signed_in_gets_it_from_any_tab_and_nobody_else_a_byte",
    "test_taken_files::test_where_nobody_signs_in_it_is_its_browsers",
    "test_roles::test_a_member_is_sent_nothing_of_others_at_any_address",
    "test_door_network::test_proxies_are_the_network",
    "test_hostile::test_names_add_no_element",
    "test_mirror_outage::test_a_change_is_there_or_it_is_told",
    "test_access::test_a_whole_job_is_done_without_a_mouse",
    "test_flows::test_a_period_is_chosen_by_name_by_steps_and_by_days",
    "test_mirror_free::test_refresh_on_free_sees_every_edit_of_the_year_or_says_how_old_the_rest_is",
    "test_width::test_a_narrow_window_of_a_desktop_is_narrow_and_follows_when_it_is_widened",
    "test_who_sees_what::test_what_a_tab_was_offered_is_worth_nothing_once_the_role_is_gone",
    "test_click_counts::test_a_projects_last_quarter_by_person_as_csv",
    "test_web_clients::test_when_clockify_is_away_and_nothing_is_there_it_says_so_and_looks_again",
    "test_app_demo_store::test_the_demos_copy_is_gone_with_the_process",
    "test_spreadsheets::test_what_is_opened_by_its_own_separator_adds_up_to_the_page",
    "test_door_network::test_the_network_is_refused_even_as_the_first_visitor_of_all",
    "test_files::test_a_customers_pdf_has_what_was_typed_last",
    "test_people::test_a_cell_leads_to_its_entries_and_a_total_to_all_of_a_person",
    "test_hostile_weeks::test_the_report_its_projects_and_its_text_show_names_as_text",
    "test_charts::test_the_toolbar_of_a_chart_lies_over_no_control",
    "test_mirror_leases::test_two_processes_get_it_one_after_the_other",
    "test_track::test_a_day_of_a_month_that_is_not_on_the_page_is_read_so_that_overlaps_are_seen",
    "test_links::test_a_link_names_whom_it_shows_and_who_is_nowhere",
    "test_hooks_many::test_what_a_killed_process_left_is_taken_up",
    "test_mirror_ledger::test_processes_together_get_what_one_would",
    "test_access::test_a_phone_stacks_cards_and_opens_the_sidebar",
    "test_click_counts::test_a_clients_last_month_with_its_entries_as_pdf",
    "test_click_counts::test_what_a_person_did_last_week_copied_for_an_email",
    "test_door::test_a_cookie_is_worth_what_its_signature_is",
    "test_drill::test_a_part_of_the_donut_leads_to_its_project_and_the_button_back",
    "test_drill::test_a_row_of_the_list_opens_a_card_with_all_its_fields",
    "test_drill::test_groups_close_and_open_by_mouse_and_keyboard_and_their_names_lead_on",
    "test_files::test_the_week_is_pasted_rich_and_plain",
    "test_files::test_the_weeks_files_say_what_the_page_does",
    "test_hostile::test_charts_take_names_as_values_alone",
    "test_hostile::test_the_summary_shows_names_as_text",
    "test_hostile_files::test_half_a_character_breaks_no_page_and_no_file",
    "test_hostile_weeks::test_the_grid_shows_names_as_text",
    "test_hostile_weeks::test_what_is_printed_and_pasted_runs_nothing_and_fetches_nothing",
    "test_links::test_a_deleted_persons_row_leads_to_his_entries_and_back_and_forward",
    "test_mirror_flight::test_a_process_that_is_killed_between_pages_leaves_the_old_month_whole",
    "test_mirror_free::test_a_month_larger_than_an_hour_is_read_over_two_and_no_page_twice",
    "test_mirror_free::test_a_year_is_there_within_an_hour",
    "test_mirror_free::test_the_last_requests_of_an_hour_go_to_the_newest_months",
    "test_mirror_free::test_what_was_paid_for_outlives_the_process",
    "test_mirror_scopes::test_a_copy_that_is_looked_at_notes_its_use_once_a_day",
    "test_mirror_zoned::test_a_years_months_hold_what_starts_on_their_days",
    "test_people::test_a_row_of_people_leads_to_his_entries",
    "test_people::test_a_week_that_is_marked_says_so_and_opens_again",
    "test_people::test_usual_hours_that_are_written_down_change_who_is_short",
    "test_refresh::test_the_list_and_its_file_are_what_clockify_has_after_each_edit",
    "test_requests::test_every_click_after_that_costs_nothing",
    "test_rounded_away::test_nothing_left_of_any_entry_breaks_no_page",
    "test_spreadsheets::test_no_cell_is_a_formula_or_an_error",
    "test_width::test_on_a_phone_the_bars_are_chosen_behind_a_button_and_their_title_says_of_what_they_are",
    "test_width::test_on_a_phone_whose_week_and_which_are_chosen_behind_a_button_that_says_both",
    "test_zones::test_settings_lists_the_months_that_are_kept_and_reads_one_of_them_again",
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave to the night what PostgreSQL adds little to, and most of many cases; before what isn't meant for the day is left out."""
    seen: Counter[str] = Counter()
    for item in items:
        chosen = item.callspec.params.values() if hasattr(item, "callspec") else ()
        name = f"{item.path.stem}::{getattr(item, 'originalname', item.name)}"
        if (item.path.stem in ON_SQLITE_BY_DAY and "postgresql" in chosen) or name in AT_NIGHT or seen[name] % ONE_IN.get(name, 1):
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

        def run(kind: type[AppServer] = AppServer, *, secrets: str = "", **environment: str) -> AppServer:
            return stack.enter_context(kind(tmp_path, secrets, environment))

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
