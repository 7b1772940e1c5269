"""Pages as parts: any spelling of an entry gives the entry, the fast road and the slow one agree, nothing raises."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clockify.columns import listed_columns, report_columns
from clockify.demo.generate import agency_world
from clockify.demo.reports import _row_writer
from clockify.directory import row_names
from clockify.frames import ENTRY_DTYPES, Part, empty_entries, entries_of, listed_part, names_in, report_part, rezoned, unread_in

Row = dict[str, Any]
Write = Callable[[st.DataObject, Row], Row]

CURRENCIES = {"p1": "GBP"}
ZONES = ["Europe/Belgrade", "UTC", "Pacific/Auckland", "America/St_Johns", "Pacific/Kiritimati"]
FIRST = datetime(2026, 10, 20, tzinfo=UTC)


@dataclass(frozen=True)
class Truth:
    """An entry as it is, before anybody writes it down."""

    number: int
    start: datetime
    seconds: int
    user: str
    project: str
    task: str
    tags: tuple[str, ...]
    description: str
    billable: bool
    rate: int
    currency: str
    type: str
    locked: bool

    @property
    def id(self) -> str:
        return f"e{self.number:04}"

    def shown(self, zone: str) -> Row:
        """Return the row that a frame must hold, worked out in plain Python."""
        earned = self.rate if self.billable else 0
        return {
            "id": self.id,
            "day": pd.Timestamp(self.start.astimezone(ZoneInfo(zone)).date()),
            "start": pd.Timestamp(self.start),
            "end": pd.Timestamp(self.start + timedelta(seconds=self.seconds)),
            "seconds": self.seconds,
            "user_id": self.user,
            "project_id": self.project,
            "task_id": self.task,
            "tag_ids": ",".join(self.tags),
            "description": self.description,
            "billable": self.billable,
            "rate": earned,
            "amount_ticks": earned * self.seconds,
            "currency": self.currency or CURRENCIES.get(self.project, "CHF"),
            "type": self.type,
            "locked": self.locked,
        }


truths = st.builds(
    Truth,
    number=st.integers(0, 9999),
    start=st.integers(0, 20 * 86_400).map(lambda second: FIRST + timedelta(seconds=second)),
    seconds=st.integers(0, 200_000),
    user=st.sampled_from(["u1", "u2", "u3"]),
    project=st.sampled_from(["", "p1", "p2"]),
    task=st.sampled_from(["", "k1"]),
    tags=st.lists(st.sampled_from(["t1", "t2", "t3"]), unique=True, max_size=3).map(tuple),
    description=st.text(max_size=12),
    billable=st.booleans(),
    rate=st.integers(0, 50_000),
    currency=st.sampled_from(["", "EUR", "JPY"]),
    type=st.sampled_from(["REGULAR", "BREAK", "NEW_KIND"]),
    locked=st.booleans(),
)
pages = st.lists(truths, max_size=6, unique_by=lambda truth: truth.number)


def local(moment: datetime, minutes: int) -> str:
    return moment.astimezone(timezone(timedelta(minutes=minutes))).isoformat()


def duration_text(seconds: int) -> str:
    return f"PT{seconds // 3600}H{seconds // 60 % 60}M{seconds % 60}S"


def usual_report(truth: Truth, minutes: int = 60) -> Row:
    rate = truth.rate if truth.billable else 0
    row: Row = {
        "_id": truth.id,
        "description": truth.description,
        "userId": truth.user,
        "billable": truth.billable,
        "projectId": truth.project or None,
        "taskId": truth.task or None,
        "tagIds": list(truth.tags) or None,
        "timeInterval": {
            "start": local(truth.start, minutes),
            "end": local(truth.start + timedelta(seconds=truth.seconds), minutes),
            "duration": truth.seconds,
        },
        "amount": rate * truth.seconds / 3600,
        "rate": float(rate),
        "type": truth.type,
        "isLocked": truth.locked,
    }
    return row | ({"currency": truth.currency} if truth.currency else {})


def usual_listed(truth: Truth) -> Row:
    money = {"amount": truth.rate} | ({"currency": truth.currency} if truth.currency else {})
    end = truth.start + timedelta(seconds=truth.seconds)
    span = {"start": f"{truth.start:%Y-%m-%dT%H:%M:%SZ}", "end": f"{end:%Y-%m-%dT%H:%M:%SZ}", "duration": duration_text(truth.seconds)}
    row = usual_report(truth)
    kept = {name: value for name, value in row.items() if name not in ("_id", "amount", "rate", "currency")}
    return kept | {"id": truth.id, "timeInterval": span, "hourlyRate": money}


def odd_interval(draw: st.DataObject, row: Row, truth: Truth) -> None:
    span = row["timeInterval"]
    span["duration"] = draw.draw(st.sampled_from([truth.seconds, float(truth.seconds), duration_text(truth.seconds), None, ""]))
    if draw.draw(st.booleans()):
        span["start"] = truth.start.strftime("%Y-%m-%d %H:%M:%S.000Z")


def odd_people(draw: st.DataObject, row: Row, truth: Truth) -> None:
    for word, identifier in (("user", truth.user), ("project", truth.project), ("task", truth.task)):
        if draw.draw(st.booleans()):
            del row[f"{word}Id"]
            row[word] = {draw.draw(st.sampled_from(["id", "_id"])): identifier, "name": f"name of {identifier}"} if identifier else None


def odd_tags(draw: st.DataObject, row: Row, truth: Truth) -> None:
    row["tags"] = draw.draw(
        st.sampled_from([[{"_id": one, "name": one} for one in truth.tags], [{"id": one} for one in truth.tags], list(truth.tags)])
    )
    row["tagIds"] = draw.draw(st.sampled_from([None, []]))


def odd_money(draw: st.DataObject, row: Row, truth: Truth) -> None:
    if "amount" not in row:
        row["hourlyRate"]["amount"] = draw.draw(st.sampled_from([float(truth.rate), str(truth.rate)]))
        return
    row["rate"] = draw.draw(st.sampled_from([row["rate"], {"amount": row["rate"]}, str(row["rate"])]))
    form = draw.draw(st.sampled_from(["plain", "list", "by currency", "none"]))
    amount = row["amount"] if form == "plain" else row.pop("amount")
    if form == "list":
        row["amounts"] = [{"type": "COST", "value": 1.0}, {"type": "EARNED", "value": amount}]
    elif form == "by currency":
        row["amounts"] = [{"type": "EARNED", "amountByCurrency": [{"amount": amount, "currency": truth.currency}]}]
    if truth.currency:
        row["currency"] = draw.draw(st.sampled_from([truth.currency, {"code": truth.currency}]))


def odd_rest(draw: st.DataObject, row: Row, truth: Truth) -> None:
    for ours, theirs in (("_id", "id"), ("id", "_id")):
        if ours in row and draw.draw(st.booleans()):
            row[theirs] = row.pop(ours)
            break
    if not truth.billable and draw.draw(st.booleans()):
        del row["billable"]
    if not truth.description:
        row["description"] = None


ODD_WAYS = [odd_interval, odd_people, odd_tags, odd_money, odd_rest]
LOST: list[Row] = [{}, {"_id": "x", "id": "x"}, {"_id": "x", "id": "x", "timeInterval": {"start": "2026-11-02T08:00:00", "end": "never"}}]
RUNNING: Row = {"timeInterval": {"start": "2026-11-02T08:00:00Z", "end": None}}


def page_of(draw: st.DataObject, page: list[Truth], usual: Callable[[Truth], Row]) -> tuple[list[Row], int, int]:
    """Write a page down in any spelling, with lost rows and timers shuffled in; return it and how many of each."""
    rows = []
    for truth in page:
        row = usual(truth)
        for way in draw.draw(st.lists(st.sampled_from(ODD_WAYS), unique=True)):
            way(draw, row, truth)
        rows.append(row)
    lost, running = draw.draw(st.lists(st.sampled_from(LOST), max_size=2)), draw.draw(st.integers(0, 2))
    return draw.draw(st.permutations(rows + lost + [RUNNING] * running)), len(lost), running


def shown_by(part: Part, zone: str) -> list[Row]:
    frame = entries_of([part], zone=zone)
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == ENTRY_DTYPES
    return frame.to_dict("records")


def read_report(rows: list[Any]) -> Part:
    return report_part(rows, currencies=CURRENCIES, default_currency="CHF")


def read_list(rows: list[Any]) -> Part:
    return listed_part(rows, currencies=CURRENCIES, default_currency="CHF")


READERS = pytest.mark.parametrize(("read", "usual"), [(read_report, usual_report), (read_list, usual_listed)], ids=["report", "list"])


@READERS
@given(page=pages, zone=st.sampled_from(ZONES), draw=st.data())
def test_any_spelling_of_an_entry_gives_the_entry(
    read: Callable[[list[Any]], Part], usual: Callable[[Truth], Row], page: list[Truth], zone: str, draw: st.DataObject
) -> None:
    rows, lost, running = page_of(draw, page, usual)
    before = json.dumps(rows)
    part = read(rows)
    assert (part.count, part.unread, part.running) == (len(page), lost, running)
    in_order = sorted(page, key=lambda truth: (truth.start, truth.id))
    assert shown_by(part, zone) == [truth.shown(zone) for truth in in_order]
    assert json.dumps(rows) == before


@READERS
@given(page=pages.filter(bool), zone=st.sampled_from(ZONES))
def test_usual_rows_take_the_fast_road_and_it_is_right(
    read: Callable[[list[Any]], Part], usual: Callable[[Truth], Row], page: list[Truth], zone: str
) -> None:
    rows = [usual(truth) for truth in page]
    assert (report_columns if read is read_report else listed_columns)(rows) is not None
    assert shown_by(read(rows), zone) == [truth.shown(zone) for truth in sorted(page, key=lambda truth: (truth.start, truth.id))]


# Anything at all in any field

any_text = st.text(st.characters(exclude_categories=()), max_size=6)
some_text = st.sampled_from(["PT1H", "PT0S", "7", "-1", "EUR", "true", "NaN", "1e99", "t1,t2", "2026-11-02T08:00Z", "2026-11-02 24:00:00Z"])
scalars = st.none() | st.booleans() | st.integers() | st.floats() | any_text | some_text
numbers = st.integers(-2, 4000) | st.floats(-2, 4000) | st.integers() | st.floats()
keys = st.sampled_from(["id", "_id", "name", "amount", "currency", "code", "type", "value", "amountByCurrency", "start", "end", "duration"])
anything = st.recursive(scalars, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(keys, inner, max_size=3), max_leaves=5)
moments = st.from_regex(r"\A[0-9]{4}-(0[1-9]|1[0-2])-[0-3][0-9][T ][0-2][0-9](:[0-5][0-9]){0,2}(\.[0-9]{1,7})?(Z|[+-][0-2][0-9]:?[03]0|)\Z")

FIELDS = [
    *("_id", "id", "description", "userId", "billable", "projectId", "taskId", "tagIds", "timeInterval", "amount", "rate"),
    *("currency", "type", "isLocked", "amounts", "hourlyRate", "tags", "user", "project", "task", "projectColor", "clientId"),
    *("timeInterval.start", "timeInterval.end", "timeInterval.duration", "hourlyRate.amount", "hourlyRate.currency"),
]


def put(row: Row, field: str, value: Any) -> None:
    outer, _, inner = field.partition(".")
    if not inner:
        row[outer] = value
    elif isinstance(row.get(outer), dict):
        row[outer][inner] = value


@st.composite
def any_rows(draw: st.DrawFn, usual: Callable[[Truth], Row]) -> list[Any]:
    rows: list[Any] = []
    for truth in draw(st.lists(truths, min_size=1, max_size=4)):
        row = usual(truth)
        for field in draw(st.lists(st.sampled_from(FIELDS), max_size=3)):
            put(row, field, draw(moments if field in ("timeInterval.start", "timeInterval.end") else numbers | anything))
        rows.append(row)
    return rows + draw(st.lists(anything, max_size=1))


@READERS
@settings(max_examples=100)
@given(draw=st.data())
def test_nothing_raises_every_row_is_counted_and_both_roads_agree(
    read: Callable[[list[Any]], Part], usual: Callable[[Truth], Row], draw: st.DataObject
) -> None:
    rows = draw.draw(any_rows(usual))
    # A row that is none sends the page down the slow road.
    part, slow = read(rows), read([*rows, None])
    assert part.count + part.unread + part.running == len(rows)
    assert (slow.count, slow.unread, slow.running, slow.names) == (part.count, part.unread + 1, part.running, part.names)
    frame = entries_of([part], zone="Pacific/Kiritimati")
    assert len(frame) == part.count
    pd.testing.assert_frame_equal(frame, entries_of([slow], zone="Pacific/Kiritimati"))
    json.dumps(part.names).encode()


@given(amounts=st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=5))
def test_any_amount_becomes_the_tick_nearest_to_its_decimal(amounts: list[float]) -> None:
    truth = Truth(1, FIRST, 60, "u1", "", "", (), "", True, 100, "EUR", "REGULAR", False)
    rows = [usual_report(truth) | {"_id": f"e{place}", "amount": amount} for place, amount in enumerate(amounts)]
    expected = [int((Decimal(repr(amount)) * 3600).quantize(Decimal(1), ROUND_HALF_UP)) for amount in amounts]
    assert entries_of([read_report(rows)], zone="UTC")["amount_ticks"].tolist() == expected


# Many parts


def demo_rows(count: int, *, sees_money: bool = True) -> list[Row]:
    world = agency_world(datetime(2026, 9, 15, 12, tzinfo=UTC), entries=count)
    query: Any = SimpleNamespace(zone=world.zone)
    write = _row_writer(query, world, sees_money=sees_money)
    return [write(entry) for entry in world.entries[:count]]


def test_parts_are_one_frame_in_order() -> None:
    rows = demo_rows(600)
    shuffled = rows[::3] + rows[1::3] + rows[2::3]
    parts = [read_report(shuffled[first : first + 100]) for first in range(0, 600, 100)]
    frame = entries_of([*parts, read_report([])], zone="Europe/Belgrade")
    pd.testing.assert_frame_equal(frame, entries_of([read_report(rows)], zone="Europe/Belgrade"))
    assert frame["id"].tolist() == [row["_id"] for row in sorted(rows, key=lambda row: (row["timeInterval"]["start"], row["_id"]))]
    assert frame["seconds"].sum() == sum(row["timeInterval"]["duration"] for row in rows)
    for name in ("user_id", "project_id", "tag_ids"):
        assert frame[name].cat.categories.tolist() == sorted(set(frame[name]))
    assert names_in(parts) == row_names(shuffled)


def test_a_page_of_the_demo_takes_the_fast_road_and_little_room() -> None:
    rows = demo_rows(1000)
    assert report_columns(rows) is not None
    assert report_columns(demo_rows(50, sees_money=False)) is not None
    part = read_report(rows)
    assert part.columns.nbytes + len(json.dumps(part.names)) < 250_000


def test_no_parts_give_the_empty_frame() -> None:
    pd.testing.assert_frame_equal(entries_of([], zone="UTC"), empty_entries())
    pd.testing.assert_frame_equal(entries_of([read_report([]), read_list([{}])], zone="UTC"), empty_entries())


def test_what_could_not_be_read_is_counted_over_all_parts() -> None:
    assert unread_in([read_report([{}, None]), read_list([{}]), read_list([])]) == 3


def test_another_zone_moves_days_and_nothing_else() -> None:
    late = Truth(1, datetime(2026, 10, 31, 22, 50, tzinfo=UTC), 60, "u1", "", "", (), "", True, 100, "EUR", "REGULAR", False)
    frame = entries_of([read_report([usual_report(late)])], zone="Europe/Belgrade")
    moved = rezoned(frame, "Pacific/Auckland")
    assert frame["day"].tolist() == [pd.Timestamp("2026-10-31")]
    assert moved["day"].tolist() == [pd.Timestamp("2026-11-01")]
    pd.testing.assert_frame_equal(moved, entries_of([read_report([usual_report(late)])], zone="Pacific/Auckland"))
    pd.testing.assert_frame_equal(rezoned(empty_entries(), "UTC"), empty_entries())
