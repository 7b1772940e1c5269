"""A page of rows as Arrow columns at once, where every row is as Clockify usually writes it.

Arrow reads a thousand rows in the time that Python reads forty. It is strict: whatever
doesn't fit the shapes below, and whatever it would take without a word (see `_is_odd`),
makes the whole page None, to be read row by row (`rows.py`). Where there are columns, they
hold exactly what the slow road gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from clockify.money import TICKS_PER_CENT, ticks_of
from clockify.rows import END_OF_MOMENTS, FIRST_MOMENT, MOST_CENTS, MOST_SECONDS

Json = dict[str, Any]
Columns = dict[str, pa.Array]

INSTANT = pa.timestamp("us", "UTC")
_TEXT, _NOTHING = pa.string(), pa.null()

_COMMON = {
    "userId": _TEXT,
    "projectId": _TEXT,
    "taskId": _TEXT,
    "tagIds": pa.list_(_TEXT),
    "description": _TEXT,
    "billable": pa.bool_(),
    "type": _TEXT,
    "isLocked": pa.bool_(),
    "timeInterval": pa.struct({"start": _TEXT, "end": _TEXT, "duration": pa.int64()}),
    # Objects in place of ids are read row by row.
    **dict.fromkeys(("user", "project", "task"), _NOTHING),
}
_REPORTED = pa.struct({"_id": _TEXT, "amount": pa.float64(), "rate": pa.float64(), "currency": _TEXT} | _COMMON)
_LISTED = pa.struct(
    {"id": _TEXT, "hourlyRate": pa.struct({"amount": pa.int64(), "currency": _TEXT})}
    | _COMMON
    | {"timeInterval": pa.struct({"start": _TEXT, "end": _TEXT})}
)
# Whole ticks below this are exact in a double, with room to tell that they were meant to be whole.
_EXACT_TICKS = 2.0**45
_USUAL_RATE = 10**9


def report_columns(rows: Sequence[Json]) -> Columns | None:
    """Read rows of a detailed report, None where one is odd."""
    fields = _fields(rows, _REPORTED)
    common = fields and _common(fields, "_id")
    if not fields or not common:
        return None
    seconds = fields["timeInterval"].field("duration")
    amount, rate = fields["amount"].fill_null(0.0), fields["rate"].fill_null(0.0)
    if seconds.null_count or not (_all_within(seconds, 0, MOST_SECONDS) and _all_within(amount, -MOST_CENTS, MOST_CENTS)):
        return None
    if not _all_within(rate, -MOST_CENTS, MOST_CENTS):
        return None
    return common | {
        "seconds": seconds,
        "rate": pc.round(rate).cast(pa.int64()),
        "amount_ticks": _ticks(amount),
        "currency": fields["currency"].fill_null(""),
    }


def listed_columns(rows: Sequence[Json]) -> Columns | None:
    """Read rows of a person's list, None where one is odd."""
    fields = _fields(rows, _LISTED)
    common = fields and _common(fields, "id")
    if not fields or not common:
        return None
    seconds = pc.divide(pc.subtract(common["end"], common["start"]).cast(pa.int64()), 1_000_000)
    amount, currency = fields["hourlyRate"].flatten()
    # Within these bounds the product can't overflow.
    if not _all_within(seconds, 0, MOST_SECONDS) or not _all_within(amount.fill_null(0), -_USUAL_RATE, _USUAL_RATE):
        return None
    rate = pc.if_else(common["billable"], amount.fill_null(0), 0)
    ticks = pc.multiply(rate, seconds)
    if not _all_within(ticks, -MOST_CENTS * TICKS_PER_CENT, MOST_CENTS * TICKS_PER_CENT):
        return None
    return common | {"seconds": seconds, "rate": rate, "amount_ticks": ticks, "currency": currency.fill_null("")}


def _fields(rows: Sequence[Json], shape: pa.DataType) -> Columns | None:
    if not rows or any(map(_is_odd, rows)):
        return None
    try:
        whole = pa.array(rows, shape)
    except (pa.ArrowException, ValueError, TypeError, OverflowError):
        return None
    return dict(zip((field.name for field in shape), whole.flatten(), strict=True))


def _is_odd(row: Any) -> bool:
    """Tell what Arrow would not: it takes True for 1.0, text for a list of letters, a list for an object."""
    if type(row) is not dict:
        return True
    amount, rate, tags = row.get("amount"), row.get("rate"), row.get("tagIds")
    return bool(
        (not tags and row.get("tags"))
        or (amount is None and (rate or row.get("amounts")))
        or isinstance(amount, bool)
        or isinstance(rate, bool)
        or isinstance(tags, str)
        or isinstance(row.get("hourlyRate"), list)
    )


def _common(fields: Columns, id_field: str) -> Columns | None:
    """Return the columns that reports and lists spell alike."""
    interval = fields["timeInterval"]
    try:
        start, end = (field.cast(INSTANT) for field in interval.flatten()[:2])
    except pa.ArrowInvalid:
        return None
    identifier, tags = fields[id_field], fields["tagIds"]
    # A null among the tags would empty the whole list without a word.
    if any(array.null_count for array in (identifier, start, end, tags.flatten())) or _any_empty(identifier) or _any_empty(tags.flatten()):
        return None
    if _any(pc.less(end, start)) or _any(pc.less(start, FIRST_MOMENT)) or _any(pc.greater_equal(end, END_OF_MOMENTS)):
        return None
    kind = fields["type"].fill_null("")
    return {
        "id": identifier,
        "start": start,
        "end": end,
        "user_id": fields["userId"].fill_null(""),
        "project_id": fields["projectId"].fill_null(""),
        "task_id": fields["taskId"].fill_null(""),
        "tag_ids": pc.binary_join(tags, ",").fill_null(""),
        "description": fields["description"].fill_null(""),
        "billable": fields["billable"].fill_null(False),
        "type": pc.if_else(pc.equal(kind, ""), "REGULAR", kind),
        "locked": fields["isLocked"].fill_null(False),
    }


def _ticks(cents: pa.Array) -> pa.Array:
    """Return what `ticks_of` does, for all at once where each is near a whole tick."""
    product = pc.multiply(cents, float(TICKS_PER_CENT))
    nearest = pc.round(product)
    if _any(pc.greater(pc.abs(pc.subtract(product, nearest)), 0.25)) or not _all_within(product, -_EXACT_TICKS, _EXACT_TICKS):
        return pa.array([ticks_of(one) for one in cents.to_pylist()], pa.int64())
    return nearest.cast(pa.int64())


def _any_empty(texts: pa.Array) -> bool:
    return _any(pc.equal(texts, ""))


def _all_within(numbers: pa.Array, least: float, most: float) -> bool:
    """Tell whether all lie between the bounds; what is no number doesn't."""
    return bool(pc.all(pc.and_(pc.greater_equal(numbers, least), pc.less_equal(numbers, most))).as_py())


def _any(mask: pa.Array) -> bool:
    return bool(pc.any(mask).as_py())
