"""The demo's reports against figures worked out by hand on five entries."""

from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from clockify.demo.refusals import Refusal
from clockify.demo.reports import detailed_report, weekly_report
from clockify.demo.summary import summary_report
from clockify.demo.world import World

BELGRADE = ZoneInfo("Europe/Belgrade")
MARCH = {"dateRangeStart": "2026-03-01T00:00:00", "dateRangeEnd": "2026-03-31T23:59:59.999", "timeZone": "Europe/Belgrade"}


def at(day, hour, minute=0, second=0, month=3):
    return datetime(2026, month, day, hour, minute, second, tzinfo=BELGRADE)


@pytest.fixture
def world():
    world = World.empty()
    uma, vik = world.add_user("Uma"), world.add_user("Vik")
    acme, zed = world.add_client("Acme", "EUR"), world.add_client("Zed", "USD")
    site = world.add_project("Site", acme, rate=20_000)
    app = world.add_project("App", zed, rate=12_000)
    rush = world.add_task(site, "Rush", rate=30_000)
    red, blue = world.add_tag("red"), world.add_tag("blue")
    # 2 h 10 s at 200.00: 7210 × 20000 / 3600 = 40055.555… cents
    world.add_entry(uma, at(2, 9), at(2, 11, 0, 10), project=site, description="Odd seconds")
    # two hours across midnight at 120.00
    world.add_entry(uma, at(2, 23, 30), at(3, 1, 30), project=app, description="Late")
    # half an hour at the task's 300.00
    world.add_entry(vik, at(3, 10), at(3, 10, 30), project=site, task=rush, tags=[red, blue], description="Rush job")
    world.add_entry(vik, at(3, 11), at(3, 11, 45))
    # 01:00 to 04:00 while the clocks jump from 02:00 to 03:00: two hours
    world.add_entry(vik, at(29, 1), at(29, 4), project=site, billable=False, description="Night")
    return world


def summary(world, *groups, sees_money=True, **body):
    return summary_report(MARCH | {"summaryFilter": {"groups": list(groups)}} | body, world, sees_money=sees_money)


def detailed(world, page=1, size=50, cap=1000, sees_money=True, **body):
    body = MARCH | {"detailedFilter": {"page": page, "pageSize": size}} | body
    return detailed_report(body, world, sees_money=sees_money, page_cap=cap)


def durations(rows):
    return {row["name"]: row["duration"] for row in rows}


def test_totals_are_the_sums_by_hand(world):
    (totals,) = summary(world, "PROJECT")["totals"]
    assert totals["totalTime"] == 7210 + 7200 + 1800 + 2700 + 7200 == 26110
    assert totals["totalBillableTime"] == 16210
    assert totals["entriesCount"] == 5
    assert totals["numOfCurrencies"] == 2
    assert totals["totalAmountByCurrency"] == [
        {"currency": "EUR", "amount": 55055.555555555555},
        {"currency": "USD", "amount": 24000.0},
    ]
    assert totals["amounts"][0] == {"type": "EARNED", "value": 79055.55555555556, "amountByCurrency": totals["totalAmountByCurrency"]}
    assert totals["totalAmount"] == 79055.55555555556


def test_detailed_and_summary_agree_on_the_totals(world):
    assert detailed(world)["totals"] == summary(world, "USER")["totals"]


def test_fractional_cents_are_kept(world):
    row = next(row for row in detailed(world)["timeentries"] if row["description"] == "Odd seconds")
    assert (row["timeInterval"]["duration"], row["rate"], row["amount"]) == (7210, 20000.0, 40055.555555555555)


def test_task_rate_goes_before_project_rate(world):
    row = next(row for row in detailed(world)["timeentries"] if row["description"] == "Rush job")
    assert (row["rate"], row["amount"], row["currency"]) == (30000.0, 15000.0, "EUR")


def test_member_rate_goes_before_project_rate_and_after_task_rate():
    world = World.empty()
    uma = world.add_user("Uma", rate=1000)
    site = world.add_project("Site", rate=2000, member_rates={uma.id: 3000})
    task = world.add_task(site, "Rush", rate=4000)
    plain = world.add_project("Plain")
    assert world.rate_for(uma, site, task) == 4000
    assert world.rate_for(uma, site, None) == 3000
    assert world.rate_for(uma, plain, None) == 1000


def test_an_entry_keeps_the_rate_it_was_logged_at(world):
    site = next(project for project in world.projects.values() if project.name == "Site")
    world.edit(site, rate=1)
    assert detailed(world, description="odd seconds")["timeentries"][0]["rate"] == 20000.0


def test_entry_across_midnight_belongs_to_the_day_it_starts_on(world):
    assert durations(summary(world, "DATE")["groupOne"]) == {"2026-03-02": 14410, "2026-03-03": 4500, "2026-03-29": 7200}


def test_days_are_cut_in_the_zone_of_the_body(world):
    # 23:30 in Belgrade is 07:30 of the next day in Tokyo, so is 01:00 on the 29th 09:00 there.
    rows = summary(world, "DATE", timeZone="Asia/Tokyo")["groupOne"]
    assert durations(rows) == {"2026-03-02": 7210, "2026-03-03": 7200 + 4500, "2026-03-29": 7200}


def test_week_and_month_groups(world):
    assert durations(summary(world, "WEEK")["groupOne"]) == {"2026-03-02": 18910, "2026-03-23": 7200}
    # With weeks from Sunday the 29th opens its own week.
    assert durations(summary(world, "WEEK", weekStart="SUNDAY")["groupOne"]) == {"2026-03-01": 18910, "2026-03-29": 7200}
    assert durations(summary(world, "MONTH")["groupOne"]) == {"2026-03": 26110}


def test_report_timestamps_carry_the_local_offset(world):
    night = detailed(world, description="night")["timeentries"][0]["timeInterval"]
    assert night == {"start": "2026-03-29T01:00:00+01:00", "end": "2026-03-29T04:00:00+02:00", "duration": 7200}


def test_both_ends_of_the_range_are_inclusive(world):
    exact = {"dateRangeStart": "2026-03-02T09:00:00", "dateRangeEnd": "2026-03-02T23:30:00"}
    assert len(detailed(world, **exact)["timeentries"]) == 2
    inner = {"dateRangeStart": "2026-03-02T09:00:00.001", "dateRangeEnd": "2026-03-02T23:29:59.999"}
    assert detailed(world, **inner)["timeentries"] == []


def test_the_range_is_a_wall_clock_whatever_z_says(world):
    marked = {"dateRangeStart": "2026-03-02T09:00:00Z", "dateRangeEnd": "2026-03-02T09:00:00Z"}
    assert [row["description"] for row in detailed(world, **marked)["timeentries"]] == ["Odd seconds"]


def test_without_time_zone_the_profile_counts(world):
    body = {key: value for key, value in MARCH.items() if key != "timeZone"}
    report = detailed_report(body | {"detailedFilter": {}}, world, sees_money=True, page_cap=10)
    assert report["timeentries"][-1]["timeInterval"]["start"].endswith("+01:00")


def test_autumn_hour_counts_twice():
    world = World.empty()
    world.add_entry(world.add_user("Uma"), at(25, 1, month=10), at(25, 4, month=10))
    october = {"dateRangeStart": "2026-10-25T00:00:00", "dateRangeEnd": "2026-10-25T23:59:59"}
    assert detailed(world, **october)["totals"][0]["totalTime"] == 4 * 3600


def test_empty_range_has_no_totals(world):
    empty = {"dateRangeStart": "2026-02-01T00:00:00", "dateRangeEnd": "2026-02-28T23:59:59"}
    assert detailed(world, **empty) == {"totals": [], "timeentries": []}
    assert (summary(world, "USER", **empty)["totals"], summary(world, "USER", **empty)["groupOne"]) == ([], [])


def test_running_timers_are_in_no_report(world):
    world.add_running(next(iter(world.users.values())), at(3, 12))
    assert summary(world, "USER")["totals"][0]["entriesCount"] == 5


def test_what_a_row_lacks(world):
    rows = {row["description"]: row for row in detailed(world)["timeentries"]}
    bare = rows[""]
    assert (bare["projectId"], bare["clientId"], bare["clientName"], bare["taskId"], bare["tagIds"]) == (None, "", "", None, None)
    assert "taskName" not in bare and "tags" not in bare
    assert [tag["name"] for tag in rows["Rush job"]["tags"]] == ["red", "blue"]
    assert rows["Rush job"]["taskName"] == "Rush"


def test_hidden_amounts(world):
    report = detailed(world, sees_money=False)
    totals = report["totals"][0]
    assert (totals["amounts"], totals["totalAmount"], totals["totalAmountByCurrency"]) == ([], None, {})
    assert {(row["amount"], row["rate"], row["costRate"]) for row in report["timeentries"]} == {(None, None, None)}
    rows = summary(world, "PROJECT", "USER", sees_money=False)["groupOne"]
    assert all(row["amounts"] == [] and "amount" not in row and "currency" not in row for row in rows)
    assert summary(world, "USER", amountShown="HIDE_AMOUNT")["totals"][0]["totalAmount"] is None


def test_cost_and_profit():
    world = World.empty()
    uma = world.add_user("Uma", cost_rate=3000)
    world.add_entry(uma, at(2, 9), at(2, 10), project=world.add_project("Site", rate=10_000))
    amounts = summary(world, "USER", amounts=["EARNED", "COST", "PROFIT"])["totals"][0]["amounts"]
    assert {amount["type"]: amount["value"] for amount in amounts} == {"EARNED": 10000.0, "COST": 3000.0, "PROFIT": 7000.0}


def test_groups_nest_and_add_up(world):
    rows = summary(world, "PROJECT", "USER", "DATE")["groupOne"]
    assert durations(rows) == {"(Without project)": 2700, "App": 7200, "Site": 16210}
    site = next(row for row in rows if row["name"] == "Site")
    assert (site["clientName"], site["currency"], site["color"]) == ("Acme", "EUR", "#03A9F4")
    assert site["amount"] == 55055.555555555555
    assert durations(site["children"]) == {"Uma": 7210, "Vik": 9000}
    assert durations(site["children"][1]["children"]) == {"2026-03-03": 1800, "2026-03-29": 7200}
    assert next(row for row in rows if row["name"] == "(Without project)")["_id"] == ""


def test_an_entry_with_two_tags_counts_under_both_and_once_in_the_totals(world):
    report = summary(world, "TAG")
    assert durations(report["groupOne"]) == {"red": 1800, "blue": 1800, "(Without tag)": 24310}
    assert report["totals"][0]["totalTime"] == 26110


def test_timeentry_rows_have_an_object_for_an_id(world):
    rows = summary(world, "USER", "TIMEENTRY")["groupOne"]
    uma = rows[0]
    assert uma["children"][0]["_id"] == {"USER": uma["_id"], "TIMEENTRY": "Late"}


@pytest.mark.parametrize("groups", [[], ["USER", "DATE", "TASK", "TAG"], ["PERSON"], ["USER", "USER"], "USER", None, [["USER"]]])
def test_groups_outside_the_list_are_refused(world, groups):
    with pytest.raises(Refusal) as refused:
        summary_report(MARCH | {"summaryFilter": {"groups": groups}}, world, sees_money=True)
    assert (refused.value.status, refused.value.code) == (400, 501)


def test_rows_are_sorted_as_asked(world):
    by_time = {"summaryFilter": {"groups": ["PROJECT"], "sortColumn": "DURATION"}}
    assert [row["name"] for row in summary(world, **by_time)["groupOne"]] == ["Site", "App", "(Without project)"]
    assert [row["name"] for row in summary(world, **by_time, sortOrder="ASCENDING")["groupOne"]] == ["(Without project)", "App", "Site"]


def ids(world, kind, *names):
    return [key for key, thing in getattr(world, kind).items() if thing.name in names]


@pytest.mark.parametrize(
    ("field", "names", "seconds"),
    [
        ("users", ["Uma"], 14410),
        ("clients", ["Acme"], 16210),
        ("projects", ["App"], 7200),
        ("tasks", ["Rush"], 1800),
        ("tags", ["red"], 1800),
    ],
)
def test_filters_at_the_top_level(world, field, names, seconds):
    chosen = ids(world, field, *names)
    kept = summary(world, "USER", **{field: {"ids": chosen, "contains": "CONTAINS"}})["totals"][0]["totalTime"]
    rest = summary(world, "USER", **{field: {"ids": chosen, "contains": "DOES_NOT_CONTAIN"}})["totals"][0]["totalTime"]
    assert (kept, rest) == (seconds, 26110 - seconds)


def test_filters_inside_summary_filter_are_ignored(world):
    inside = {"groups": ["USER"], "users": {"ids": ids(world, "users", "Uma"), "contains": "CONTAINS"}}
    report = summary_report(MARCH | {"summaryFilter": inside}, world, sees_money=True)
    assert report["totals"][0]["totalTime"] == 26110


def test_contains_only_wants_these_tags_and_no_others(world):
    one, both = ids(world, "tags", "red"), ids(world, "tags", "red", "blue")
    assert summary(world, "USER", tags={"ids": one, "contains": "CONTAINS_ONLY"})["totals"] == []
    assert summary(world, "USER", tags={"ids": both, "contains": "CONTAINS_ONLY"})["totals"][0]["totalTime"] == 1800


def test_billable_description_and_states(world):
    assert summary(world, "USER", billable=True)["totals"][0]["totalTime"] == 16210
    assert summary(world, "USER", billable=False)["totals"][0]["totalTime"] == 9900
    assert summary(world, "USER", description="RUSH")["totals"][0]["totalTime"] == 1800
    assert summary(world, "USER", withoutDescription=True)["totals"][0]["totalTime"] == 2700
    assert summary(world, "USER", invoicingState="INVOICED")["totals"] == []
    assert summary(world, "USER", approvalState="UNAPPROVED")["totals"][0]["totalTime"] == 26110


def test_status_of_what_a_filter_names(world):
    app = next(project for project in world.projects.values() if project.name == "App")
    world.edit(app, archived=True)
    assert summary(world, "USER", projects={"ids": [], "status": "ARCHIVED"})["totals"][0]["totalTime"] == 7200
    uma = next(iter(world.users.values()))
    world.edit(uma, status="DELETED")
    assert durations(summary(world, "USER", users={"ids": [], "status": "INACTIVE"})["groupOne"]) == {"Uma": 14410}
    assert durations(summary(world, "USER", users={"ids": [], "status": "ALL"})["groupOne"]) == {"Uma": 14410, "Vik": 11700}


@pytest.mark.parametrize("asked", [1, 2, 3, 1000])
def test_pages_are_capped_and_together_make_the_whole(world, asked):
    pages = [detailed(world, page, asked, cap=2)["timeentries"] for page in range(1, 7)]
    starts = [row["timeInterval"]["start"] for page in pages for row in page]
    assert len(pages[0]) == min(asked, 2)
    assert len(starts) == 5 and all(later > earlier for later, earlier in pairwise(starts))
    assert pages[-1] == []
    assert detailed(world, 9)["totals"][0]["entriesCount"] == 5


def test_order_of_detailed_rows(world):
    oldest_first = detailed(world, sortOrder="ASCENDING")["timeentries"]
    assert oldest_first == detailed(world)["timeentries"][::-1]
    longest = {"detailedFilter": {"sortColumn": "DURATION"}}
    assert detailed(world, **longest)["timeentries"][0]["timeInterval"]["duration"] == 7210


def test_weekly_report(world):
    week = {"dateRangeStart": "2026-03-02T00:00:00", "dateRangeEnd": "2026-03-08T23:59:59", "timeZone": "Europe/Belgrade"}
    report = weekly_report(week | {"weeklyFilter": {"group": "USER", "subgroup": "TIME"}}, world, sees_money=True)
    assert [(row["name"], row["duration"], row["days"][0]["duration"], row["days"][1]["duration"]) for row in report["groupOne"]] == sorted(
        [("Uma", 14410, 14410, 0), ("Vik", 4500, 0, 4500)], key=lambda row: ids(world, "users", row[0])
    )
    assert [(day["date"][-2:], day["duration"]) for day in report["totalsByDay"][:3]] == [("02", 14410), ("03", 4500), ("04", 0)]
    assert report["totals"][0]["totalTime"] == 18910
    by_project = weekly_report(week | {"weeklyFilter": {"group": "PROJECT", "subgroup": "TIME"}}, world, sees_money=False)
    assert durations(by_project["groupOne"]) == {"(Without project)": 2700, "Site": 9010, "App": 7200}


@pytest.mark.parametrize(
    ("end", "accepted"),
    [
        ("2026-03-07T23:59:59", False),
        ("2026-03-08T23:59:59", True),
        ("2026-03-09T00:00:00", True),
        ("2026-03-09T00:00:01", False),
        ("2026-03-01T00:00:00", False),
    ],
)
def test_weekly_takes_exactly_seven_days(world, end, accepted):
    body = {"dateRangeStart": "2026-03-02T00:00:00", "dateRangeEnd": end, "weeklyFilter": {"group": "USER", "subgroup": "TIME"}}
    if accepted:
        assert len(weekly_report(body, world, sees_money=True)["totalsByDay"]) == 7
    else:
        with pytest.raises(Refusal) as refused:
            weekly_report(body, world, sees_money=True)
        assert (refused.value.status, refused.value.code) == (400, 501)


@pytest.mark.parametrize(
    "wrong",
    [
        {"dateRangeStart": None},
        {"dateRangeStart": "yesterday"},
        {"dateRangeStart": "2026-03-01"},
        {"dateRangeEnd": "2026-02-01T00:00:00"},
        {"timeZone": "Mars/Base"},
        {"timeZone": "../etc"},
        {"users": ["an id"]},
        {"users": {"ids": "an id"}},
        {"tags": {"ids": ["x"], "contains": "MAYBE"}},
        {"billable": "yes"},
        {"amounts": ["GOLD"]},
        {"detailedFilter": []},
        {"detailedFilter": {"page": 0}},
        {"detailedFilter": {"pageSize": "10"}},
    ],
)
def test_bodies_that_make_no_sense_are_refused(world, wrong):
    with pytest.raises(Refusal) as refused:
        detailed(world, **wrong)
    assert refused.value.status == 400


def test_every_change_is_in_the_next_report(world):
    before = detailed(world)["totals"][0]["totalTime"]
    late = next(entry for entry in world.entries if entry.description == "Late")
    world.edit_entry(late.id, seconds=late.seconds + 60)
    assert detailed(world)["totals"][0]["totalTime"] == before + 60
    world.delete_entry(late.id)
    assert detailed(world)["totals"][0]["totalTime"] == before - 7200
    with pytest.raises(KeyError):
        world.delete_entry(late.id)
