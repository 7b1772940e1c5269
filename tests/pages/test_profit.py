"""Billable's card of profit: earned, cost and margin against sums in plain Python, and who sees it.

An hour of Ana costs €40, from 12 November on €45; one of Ben $30; of Mia nothing is known.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from streamlit.testing.v1 import AppTest

from clockify.app.shell import door
from clockify.desk.viewer import Viewer
from clockify.plans import CostRate
from tests.support import studio
from tests.support.house import House
from tests.support.looks import everything, go_to, is_sound, settle, texts
from tests.support.planned import HOUR, person_named, write_down
from tests.support.shown import displayed
from tests.support.taken import Taken

AppOf = Callable[..., AppTest]
Housed = Callable[..., House]
Sums = dict[str, dict[str, Fraction]]
RAISED = date(2026, 11, 12)


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Taken:
    return Taken(monkeypatch)


@pytest.fixture
def house(housed: Housed) -> House:
    return housed()


def opened(house: House, app_of: AppOf, taken: Taken | None = None, *, costs: bool = True, **params: str) -> AppTest:
    page = app_of(house.front, studio.KEY)
    if costs:
        ana, ben = person_named(house.world, "Ana Kovač"), person_named(house.world, "Ben Okafor")
        rows = (CostRate(ana, 40_00, "EUR"), CostRate(ana, 45_00, "EUR", RAISED), CostRate(ben, 30_00, "USD"))
        write_down(house.world, "cost_rates", *rows)
    page.query_params |= params
    settle(go_to(page.run(), "billable"))
    if taken:
        taken.offered.clear()
        page.run()
    assert is_sound(page)
    return page


def table(page: AppTest) -> dict[str, list[str]]:
    found = next(one for one in page.table if "Margin" in one.value)
    return {name: [cell.replace("\\$", "$") for cell in displayed(found, name)] for name in found.value}


def plain_sums(house: House, by: str, first: date, end: date) -> Sums:
    """Add up what a group earned and cost, by column of the file."""
    world, sums = house.world, defaultdict(lambda: defaultdict(Fraction))  # type: ignore[var-annotated]
    for entry in world.entries:
        day = datetime.fromtimestamp(entry.start, world.zone).date()
        if not first <= day < end:
            continue
        client, hours = world.client_of(entry.project_id), Fraction(entry.seconds, HOUR)
        group = {
            "client": client.name if client else "No client",
            "project": world.projects[entry.project_id or ""].name,
            "person": world.users[entry.user_id].name,
            "month": f"{day:%B %Y}",
        }[by]
        currency = world.currency_of(entry.project_id)
        rate, code = (30, "USD") if world.users[entry.user_id].name == "Ben Okafor" else (45 if day >= RAISED else 40, "EUR")
        earned, cost = hours * (entry.rate or 0) / 100 * entry.billable, hours * rate
        sums[group][f"Earned ({currency})"] += earned
        sums[group]["Tracked hours"] += hours
        if code == currency:
            sums[group][f"Cost ({code})"] += cost
        else:
            sums[group][f"Cost in {code} of other earnings, in no margin"] += cost
        sums[group][f"Margin ({currency})"] += earned - cost * (code == currency)
    return sums


@pytest.mark.parametrize("by", ["client", "project", "person", "month"])
def test_the_file_is_plain_sums(house: House, app_of: AppOf, taken: Taken, by: str) -> None:
    params = {"period": "custom", "from": "2026-09-01", "to": "2026-11-30", "profit-by": by}
    opened(house, app_of, taken, **params)
    rows = list(csv.DictReader(io.StringIO(taken.files()["profit-csv"].decode())))
    sums = plain_sums(house, by, date(2026, 9, 1), date(2026, 12, 1))
    assert {row[by.capitalize()] for row in rows[:-1]} == set(sums)
    for row in rows[:-1]:
        for name, text in row.items():
            if "(" in name or "no margin" in name or name == "Tracked hours":
                assert Fraction(text) == sums[row[by.capitalize()]].get(name, 0), (row, name)
    total = rows[-1]
    assert total[by.capitalize()] == "Total"
    for name in total:
        if "(" in name or "no margin" in name:
            assert Fraction(total[name]) == sum(own.get(name, 0) for own in sums.values())


def test_november_by_hand(house: House, app_of: AppOf) -> None:
    """Ana: 2 h of Atlas (€80), half an hour of Internal (€22.50); Ben: 1½ h of Atlas ($45), 3 h of Borealis ($90)."""
    page = opened(house, app_of)
    found = table(page)
    assert [name.replace("**", "") for name in found["Client"]] == ["Acme", "Blue", "No client", "Total"]
    assert found["Earned"] == ["€350.00", "$240.00", "€0.00", "€350.00  \n$240.00"]
    assert found["Cost"] == [
        "€80.00  \n:gray[:small[and $45.00]]",
        "$90.00",
        "€22.50",
        "€102.50  \n$90.00  \n:gray[:small[and $45.00]]",
    ]
    assert found["Margin"] == ["≤\u00a0€270.00", "$150.00", "−€22.50", "≤\u00a0€247.50  \n$150.00"]  # Ben's 45 dollars are in no euro
    assert "cost in another currency than what is earned, which is in no margin" in texts(page)


def test_people_without_a_cost_rate_are_named(house: House, app_of: AppOf) -> None:
    mia, start = house.world.users[person_named(house.world, "Mia Berg")], datetime(2026, 11, 4, 9, tzinfo=UTC)
    atlas = next(one for one in house.world.projects.values() if one.name == "Atlas")
    house.world.add_entry(mia, start, start.replace(hour=11), project=atlas)
    page = opened(house, app_of)
    assert "2.00 h of people without a cost rate cost nothing here, so that margins are at most so much (≤)." in texts(page)
    assert all("≤\u00a0" in one for one in (table(page)["Margin"][0], table(page)["Margin"][-1]))
    assert table(page)["Earned"][0] == "€550.00"


@pytest.mark.parametrize(
    "rights",
    [{"sees_money": True, "sees_cost": False}, {"sees_money": False, "sees_cost": True}, {"sees_money": False, "sees_cost": False}],
)
def test_it_is_hidden_from_who_may_not_see_cost(
    house: House, app_of: AppOf, taken: Taken, monkeypatch: pytest.MonkeyPatch, rights: dict[str, bool]
) -> None:
    monkeypatch.setattr(door, "admit", lambda _: Viewer("Ben", people=None, **rights))
    page = opened(house, app_of, taken)
    assert not [one for one in page.table if "Margin" in one.value]
    assert "profit-csv" not in taken.files()
    # What Ana's hours cost: 80 and 22.50 euros.
    assert not [word for word in ("Profit", "22.50", "270.00", "247.50") if word in everything(page)]


def test_without_cost_rates_there_is_no_card(house: House, app_of: AppOf, taken: Taken) -> None:
    page = opened(house, app_of, taken, costs=False)
    assert not [one for one in page.table if "Margin" in one.value] and "profit-csv" not in taken.files()


def test_who_sees_one_person_sees_his_cost_alone(house: House, app_of: AppOf, monkeypatch: pytest.MonkeyPatch) -> None:
    ben = person_named(house.world, "Ben Okafor")
    monkeypatch.setattr(door, "admit", lambda _: Viewer("Ben", people=frozenset({ben}), sees_money=True, sees_cost=True))
    page = opened(house, app_of)
    assert table(page)["Margin"] == ["$150.00", "≤\u00a0€150.00", "$150.00  \n≤\u00a0€150.00"]
    assert table(page)["Cost"][1] == "€0.00  \n:gray[:small[and $45.00]]"
    assert "€80.00" not in everything(page) and "€102.50" not in everything(page)


def test_of_a_part_of_the_period_there_is_no_file(house: House, app_of: AppOf, taken: Taken) -> None:
    house.front.fail("detailed", "500", when=lambda asked: asked.month == "2026-10")
    page = opened(house, app_of, taken, period="custom", **{"from": "2026-10-01", "to": "2026-11-30"})
    assert "Not a total" in texts(page) and taken.files() == {}
