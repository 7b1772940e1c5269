"""One row of Clockify's JSON as plain values, however oddly it is written.

`reported` reads a row of a detailed report, `listed` one of a person's list (or a reply to
a write, or a webhook's body). Both give the columns of `frames.ENTRY_DTYPES` but `day`;
`currency` is "" where the row doesn't say. They give None for a running timer, and raise
`Unread` where a figure would have to be guessed: a wrong sum is worse than a missing row
that is counted. `Unread` never says what stood there.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from clockify.money import ticks_of

Json = dict[str, Any]
Number = int | float | Decimal

# Outside of these nobody meant what is written.
FIRST_MOMENT, END_OF_MOMENTS = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
MOST_SECONDS = 3653 * 86_400
MOST_CENTS = 10**12

_FLAGS: dict[Any, bool] = {None: False, "": False, False: False, True: True, "false": False, "true": True}
_DURATION = re.compile(r"P(?:(\d{1,9})D)?(?:T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:[.,]\d{1,9})?S)?)?", re.ASCII)


class Unread(ValueError):
    """A value, and with it the row, that can't be understood."""


def reported(row: Any) -> Json | None:
    """Read a row of a detailed report: Clockify's duration and amount are taken as they are."""
    span = _span(row)
    if span is None:
        return None
    seconds, billable = _seconds(row["timeInterval"], *span), _flag(row.get("billable"))
    rate, rate_currency = _money(row.get("rate"))
    amount, amount_currency = _earned(row)
    if amount is None:
        # Both are hidden together: a rate without an amount still says what was earned.
        amount = Decimal(seconds) * Decimal(str(rate or 0)) / 3600 if billable else 0
    return _common(row, ("_id", "id"), span) | {
        "seconds": seconds,
        "billable": billable,
        "rate": round(rate or 0),
        "amount_ticks": ticks_of(_within(amount)),
        "currency": _currency(row.get("currency")) or rate_currency or amount_currency,
    }


def listed(row: Any) -> Json | None:
    """Read a row of a person's list: the amount is its own rate times its time, where billable."""
    span = _span(row)
    if span is None:
        return None
    seconds, billable = _checked(_whole_seconds(*span)), _flag(row.get("billable"))
    rate, currency = _money(row.get("hourlyRate"))
    cents = int(rate or 0) if billable else 0
    _within(cents * seconds // 3600)
    return _common(row, ("id", "_id"), span) | {
        "seconds": seconds,
        "billable": billable,
        "rate": cents,
        "amount_ticks": cents * seconds,
        "currency": currency,
    }


def is_before(row: Any, now: datetime) -> bool:
    """Tell whether an entry or a timer started before a moment."""
    interval = row.get("timeInterval") if isinstance(row, dict) else None
    try:
        return isinstance(interval, dict) and moment_of(interval.get("start")) < now
    except Unread:
        return False


def moment_of(value: Any) -> datetime:
    """Read a timestamp; one that names no offset could mean any zone's hour, so it is Unread."""
    try:
        moment = datetime.fromisoformat(value)
    except (ValueError, TypeError):
        raise Unread from None
    if moment.tzinfo is None or not FIRST_MOMENT <= moment < END_OF_MOMENTS:
        raise Unread
    return moment.astimezone(UTC)


def reference_of(row: Json, word: str) -> tuple[str, str]:
    """Return the id and name of a row's user, client, project or task, given as fields or as an object; "" for none.

    One that has but a name goes by that.
    """
    whole = row.get(word) or None
    identifier = _identifier(row.get(f"{word}Id")) or _identified(whole)[0]
    return identifier, _name(row.get(f"{word}Name")) or _name(whole.get("name") if isinstance(whole, dict) else whole)


def tags_of(row: Json) -> list[tuple[str, str]]:
    """Return the ids and names in a row's `tags`: objects, or text, which then serves as both."""
    tags = row.get("tags") or []
    items = tags if isinstance(tags, list) else [tags]
    found = [pair for item in items for pair in ([_identified(item)] if isinstance(item, dict) else _worded(item))]
    return [pair for pair in found if pair[0]]


def _common(row: Json, id_fields: tuple[str, str], span: tuple[datetime, datetime]) -> Json:
    """Read what reports and lists spell alike."""
    identifier = _identifier(row.get(id_fields[0])) or _identifier(row.get(id_fields[1]))
    if not identifier:
        raise Unread
    return {
        "id": identifier,
        "start": span[0],
        "end": span[1],
        "user_id": reference_of(row, "user")[0],
        "project_id": reference_of(row, "project")[0],
        "task_id": reference_of(row, "task")[0],
        "tag_ids": ",".join(_tag_ids(row)),
        "description": _text(row.get("description")),
        "type": _text(row.get("type")) or "REGULAR",
        "locked": _flag(row.get("isLocked")),
    }


def _span(row: Any) -> tuple[datetime, datetime] | None:
    """Return start and end, None for a running timer."""
    interval = row.get("timeInterval") if isinstance(row, dict) else None
    if not isinstance(interval, dict):
        raise Unread
    start = moment_of(interval.get("start"))
    if interval.get("end") in (None, ""):
        return None
    end = moment_of(interval["end"])
    if end < start:
        raise Unread
    return start, end


def _seconds(interval: Json, start: datetime, end: datetime) -> int:
    """Return Clockify's own duration, a number or ISO 8601 text, else the time between; fractions are dropped."""
    value = interval.get("duration")
    if value in (None, ""):
        return _checked(_whole_seconds(start, end))
    if isinstance(value, str) and value.startswith("P"):
        return _checked(iso_seconds(value))
    return _checked(_number(value) or 0)


def iso_seconds(text: str) -> int:
    """Return an ISO 8601 duration in whole seconds; raise Unread for another text."""
    parts = _DURATION.fullmatch(text)
    if not parts or text == "P":
        raise Unread
    days, hours, minutes, seconds = (int(part or 0) for part in parts.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def _whole_seconds(start: datetime, end: datetime) -> int:
    return (end - start) // timedelta(seconds=1)


def _checked(seconds: Number) -> int:
    if not -1 < seconds <= MOST_SECONDS:
        raise Unread
    return int(seconds)


def _earned(row: Json) -> tuple[Number | None, str]:
    """Return a row's amount in cents and the currency said with it: its own, else the one earned in `amounts`."""
    if row.get("amount") is not None:
        return _money(row["amount"])
    amounts = row.get("amounts") or []
    if not isinstance(amounts, list) or not all(isinstance(one, dict) for one in amounts):
        raise Unread
    earned = [one for one in amounts if one.get("type", "EARNED") == "EARNED"]
    if not earned:
        return None, ""
    parts = earned[0].get("amountByCurrency") or []
    if not isinstance(parts, list) or len(parts) > 1 or len(earned) > 1:
        # An entry has one rate, so one currency: a sum of several would be nonsense.
        raise Unread
    part, currency = _money(parts[0]) if parts else (None, "")
    value = _number(earned[0].get("value"))
    return (part if value is None else value), currency


def _money(value: Any) -> tuple[Number | None, str]:
    """Read cents, alone or as {amount, currency}."""
    if not isinstance(value, dict):
        return _within(_number(value)), ""
    return _within(_number(value.get("amount"))), _currency(value.get("currency"))


def _number(value: Any) -> Number | None:
    """Read a number that is one, or text that spells one; None and "" give None."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unread
    try:
        number = Decimal(value) if isinstance(value, str) else value
        is_finite = isinstance(number, int) or math.isfinite(number)
    except (InvalidOperation, ValueError):
        raise Unread from None
    if not is_finite:
        raise Unread
    return number


def _within(cents: Number | None) -> Number | None:
    """Return cents that can be meant; larger ones would not fit the sums."""
    if cents is not None and not -MOST_CENTS <= cents <= MOST_CENTS:
        raise Unread
    return cents


def _currency(value: Any) -> str:
    code = value.get("code") if isinstance(value, dict) else value
    if code is not None and not isinstance(code, str):
        raise Unread
    return _text(code)


def _flag(value: Any) -> bool:
    """Read a boolean; a missing one is False, and the text "false" is not True."""
    key = value.lower() if isinstance(value, str) else value
    if isinstance(key, list | dict) or key not in _FLAGS:
        raise Unread
    return _FLAGS[key]


def _tag_ids(row: Json) -> list[str]:
    identifiers = row.get("tagIds") or []
    if isinstance(identifiers, str):
        identifiers = [word for word, _ in _worded(identifiers)]
    if not isinstance(identifiers, list):
        raise Unread
    return [one for one in map(_identifier, identifiers) if one] or [one for one, _ in tags_of(row)]


def _worded(value: Any) -> list[tuple[str, str]]:
    """Return the words of a text as ids and names at once; a comma would part them anyway, where ids are joined."""
    return [(word.strip(), word.strip()) for word in _text(value).split(",")]


def _identified(value: Any) -> tuple[str, str]:
    """Return the id and name of an object, or of text that stands for one."""
    if not isinstance(value, dict):
        return _text(value), _text(value)
    name = _name(value.get("name"))
    return _identifier(value) or name, name


def _identifier(value: Any) -> str:
    if isinstance(value, dict):
        return _text(value.get("id")) or _text(value.get("_id"))
    return _text(value)


def _name(value: Any) -> str:
    """Return a name, "" for what can't be one: a name is no reason to lose a row."""
    try:
        return _text(value)
    except Unread:
        return ""


def _text(value: Any) -> str:
    """Read text, or a number as text; half a surrogate pair, which no file can hold, becomes "?"."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unread
    return str(value).encode("utf8", "replace").decode("utf8")
