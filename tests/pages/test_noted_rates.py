"""A rate written down here for a project where Clockify has none: what it adds, where it is said, and what it leaves alone.

Beside the studio's November (€350 and $240) Ana has two billable hours of "Extra", for which Clockify has no rate:
at €50 an hour they are €100.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from streamlit.testing.v1 import AppTest

from clockify.app.shell import door, resources
from clockify.desk.viewer import Viewer
from clockify.plans import Rate
from tests.support import studio
from tests.support.house import House
from tests.support.looks import everything, figures, go_to, is_sound, settle, texts
from tests.support.planned import person_named, project_named, write_down
from tests.support.taken import Taken

AppOf = Callable[..., AppTest]
Housed = Callable[..., House]
SAID = "€100.00 of it at rates from this dashboard's Settings, for Clockify has none."


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Taken:
    return Taken(monkeypatch)


@pytest.fixture
def house(housed: Housed) -> House:
    found = housed()
    acme = next(one for one in found.world.clients.values() if one.name == "Acme")
    extra, start = found.world.add_project("Extra", acme), datetime(2026, 11, 4, 9, tzinfo=UTC)
    ana = found.world.users[person_named(found.world, "Ana Kovač")]
    found.world.add_entry(ana, start, start + timedelta(hours=2), project=extra, description="extra")
    return found


def rated(house: House, app_of: AppOf) -> AppTest:
    """Open the app with a rate for Extra, and ones that have nothing to add: Atlas has Clockify's, Internal isn't billable."""
    page = app_of(house.front, studio.KEY)
    rates = [Rate(project_named(house.world, name).id, cents) for name, cents in {"Extra": 50_00, "Atlas": 1_00, "Internal": 9_00}.items()]
    write_down(house.world, "rates", *rates)
    settle(page.run())
    assert is_sound(page)
    return page


def rows_in(file: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.decode())))


def test_without_a_rate_the_hours_count_as_zero(house: House, app_of: AppOf) -> None:
    page = settle(app_of(house.front, studio.KEY).run())
    assert figures(page)["Amount"] == "€350" and SAID not in texts(page)
    settle(go_to(page, "billable"))
    assert "2.00 billable hours have no rate and count as zero: Extra (Acme)." in texts(page)


def test_it_is_in_every_amount(house: House, app_of: AppOf, taken: Taken) -> None:
    page = rated(house, app_of)
    assert figures(page)["Amount"] == "€450" and SAID in texts(page)
    summary = {row["Client"]: row for row in rows_in(taken.files()["summary-csv"])}
    assert Fraction(summary["Total"]["Amount (EUR)"]) == 450 and Fraction(summary["Total"]["Amount (USD)"]) == 240
    settle(go_to(page, "billable"))
    assert SAID in texts(page) and "have no rate" not in texts(page)
    files = taken.files()
    projects = {row["Project"]: row for row in rows_in(files["billable-csv"]) if row["Project"]}
    assert Fraction(projects["Extra"]["Amount (EUR)"]) == 100 and Fraction(projects["Extra"]["Rate (EUR)"]) == 50
    assert Fraction(projects["Atlas"]["Amount (EUR)"]) == 350, "what Clockify reports stays"
    assert sum(Fraction(row["Amount"]) for row in rows_in(files["entries-csv"]) if row["Currency"] == "EUR") == 450
    taken.files()
    settle(go_to(page, "detailed"))
    taken.offered.clear()
    page.run()
    files = taken.files()
    (extra,) = [row for row in rows_in(files["entries-csv"]) if row["Project"] == "Extra"]
    assert (Fraction(extra["Amount"]), Fraction(extra["Rate"])) == (100, 50)
    (internal,) = [row for row in rows_in(files["entries-csv"]) if row["Project"] == "Internal"]
    assert Fraction(internal["Amount"] or 0) == 0
    assert "€450.00" in texts(page)


def test_what_is_chosen_is_said_of_that_alone(house: House, app_of: AppOf) -> None:
    page = rated(house, app_of)
    page.query_params["projects"] = project_named(house.world, "Atlas").id
    settle(page.run())
    assert figures(page)["Amount"] == "€350" and "at rates from this dashboard" not in texts(page)


def test_rounded_hours_earn_rounded_amounts(house: House, app_of: AppOf) -> None:
    (entry,) = [one for one in house.world.entries if one.description == "extra"]
    house.world.edit_entry(entry.id, seconds=entry.seconds + 60)
    page = rated(house, app_of)
    page.query_params |= {"rounding": "up-30", "projects": project_named(house.world, "Extra").id}
    settle(page.run())
    assert figures(page)["Amount"] == "€125"
    assert "€125.00 of it at rates" in texts(page)


def test_the_agreement_with_clockify_is_without_it(house: House, app_of: AppOf) -> None:
    page = rated(house, app_of)
    assert [one.label for one in page.expander] == ["1–30 Nov 2026 agrees with Clockify"]
    page.session_state["agreement"] = True
    page.run()
    (row,) = page.dataframe[0].value.to_dict("records")
    assert (row["Amount here"], row["Amount in Clockify"], row["Result"]) == ("€350.00 + $240.00", "€350.00 + $240.00", "same")


def test_a_new_rate_holds_at_once_and_one_taken_back_too(house: House, app_of: AppOf) -> None:
    page = rated(house, app_of)
    extra = project_named(house.world, "Extra").id
    records = resources.desk().notebook(demo=False).records
    records.save(house.world.id, "rates", [Rate(extra, 50_00)], [Rate(extra, 60_00)], by="Ana")
    assert figures(settle(page.run()))["Amount"] == "€470"
    records.save(house.world.id, "rates", [Rate(extra, 60_00)], [], by="Ana")
    assert figures(settle(page.run()))["Amount"] == "€350"


@pytest.mark.parametrize("terms", [{"sees_money": False}, {"people": frozenset({"nobody"})}])
def test_without_money_or_their_time_there_is_no_word_of_rates(
    house: House, app_of: AppOf, taken: Taken, monkeypatch: pytest.MonkeyPatch, terms: dict[str, object]
) -> None:
    monkeypatch.setattr(door, "admit", lambda _: Viewer("Ben", **terms))  # type: ignore[arg-type]
    page = rated(house, app_of)
    for name in ("overview", "billable", "detailed"):
        settle(go_to(page, name))
        assert is_sound(page)
        assert "Settings, for Clockify has none" not in everything(page) and "€" not in texts(page)
    assert not [key for key, file in taken.files().items() if key.endswith("csv") and b"Amount" in file and b"100.00" in file]
