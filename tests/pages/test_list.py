"""The list of entries page by page: each entry stands on one page once, and its row opens it and no other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from clockify.app.cards import detailed
from clockify.demo import RunningServer, agency_world
from clockify.demo.entities import Entry
from clockify.periods import Month
from clockify.reports.detail import Order
from tests.support.looks import go_to, is_sound
from tests.support.nightly import at_night
from tests.support.shown import unescaped

AppOf = Callable[..., AppTest]
Serve = Callable[..., RunningServer]
KEYS: dict[Order, Callable[[Entry], Any]] = {
    Order.NEWEST: lambda entry: -entry.start,
    Order.OLDEST: lambda entry: entry.start,
    Order.LONGEST: lambda entry: (-entry.seconds, -entry.start),
    Order.DESCRIPTION: lambda entry: (entry.description.lower(), -entry.start),
}


@pytest.fixture
def open_row(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], str]:
    """Click on a row of the list that was drawn last; return the id of the entry that opens."""
    picks: list[Callable[[int, int | None], None]] = []
    ids: list[str] = []
    monkeypatch.setattr(detailed, "follow_clicks", lambda table, rows, pick, **_: picks.append(pick))
    monkeypatch.setattr(detailed, "keep_clicked", lambda find: ids.append(find()["id"].iloc[0]))

    def click(row: int) -> str:
        picks[-1](row, None)
        return ids[-1]

    return click


BELGRADE, FAR = "Europe/Belgrade", "Pacific/Kiritimati"


# Rows are cut anew from months that are kept in another zone, and a day is another there.
@pytest.mark.parametrize(
    ("zone", "order", "words", "more"),
    [
        at_night(BELGRADE, Order.NEWEST, "", {}, id="newest"),
        at_night(FAR, Order.NEWEST, "", {}, id="far newest"),
        (BELGRADE, Order.OLDEST, "re", {}),
        at_night(FAR, Order.OLDEST, "re", {}, id="far oldest"),
        at_night(BELGRADE, Order.LONGEST, "re", {"billable": "yes"}, id="longest"),
        (FAR, Order.LONGEST, "re", {"billable": "yes"}),
        at_night(BELGRADE, Order.DESCRIPTION, "", {"rounding": "up-15"}, id="description"),
        at_night(FAR, Order.DESCRIPTION, "", {"rounding": "up-15"}, id="far description"),
    ],
)
def test_each_row_opens_its_own_entry(
    app_of: AppOf, served: Serve, open_row: Callable[[int], str], zone: str, order: Order, words: str, more: dict[str, str]
) -> None:
    world = agency_world(datetime.now(UTC))
    entries = {entry.id: entry for entry in world.entries}
    month = Month.of(datetime.now(UTC).astimezone(world.zone).date()).after(-1).period
    page = app_of(served(world))
    page.query_params |= {"period": "custom", "from": f"{month.start}", "to": f"{month.last_day}", "search": words, **more}
    go_to(page.run(), "detailed")
    page.session_state["_session"].zone = zone
    page.session_state["order"] = order
    seen: list[Entry] = []
    for number in range(1, 40):
        page.session_state["list-page"] = number
        assert is_sound(page.run())
        if page.session_state["list-page"] < number:
            break
        table = page.table[0].value
        for row, (who, what) in enumerate(zip(table["Person"], table["Description"], strict=True)):
            entry = entries[open_row(row)]
            assert (unescaped(who), unescaped(what)) == (world.users[entry.user_id].name, entry.description or "no description")
            seen.append(entry)
    there = next(one.value for one in page.markdown if " entries · " in one.value)
    assert len(seen) == len({entry.id for entry in seen}) == int(there.split(" ")[0].replace("*", "").replace(",", ""))
    assert len(seen) > 50
    assert all(words in entry.description.lower() and (entry.billable or not more.get("billable")) for entry in seen)
    assert seen == sorted(seen, key=KEYS[order])
