"""Does the copy agree with Clockify? Sums of ours against sums of theirs, to the second and the cent."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from clockify.mirror.snapshots import Difference
from clockify.money import TICKS_PER_CENT

Json = dict[str, Any]
Pair = tuple[str, str]
Sums = tuple[int, dict[str, float]]
TheirSums = tuple[int, Json]

# Clockify's sums are doubles of fractional cents: less than half a cent apart is the same amount.
SAME_CENTS = 0.5


def compare_summary(cube: pd.DataFrame, summary: Json, *, amounts_hidden: bool) -> tuple[Difference, ...]:
    """Compare a cube with a summary report grouped by USER and PROJECT; one difference a pair, the largest first.

    Ours minus theirs. A difference of the whole that no pair shows (a count, the billable
    share) comes as one with neither person nor project.
    """
    ours = _own_pairs(cube)
    theirs = _their_pairs(summary, known={project for _, project in ours})
    found = []
    for pair in ours.keys() | theirs.keys():
        seconds, cents = ours.get(pair, (0, {}))
        their_seconds, row = theirs.get(pair, (0, {}))
        their_cents = _their_cents(row, cents) if row else {}
        apart = {} if amounts_hidden or their_cents is None else _cents_apart(cents, their_cents)
        if seconds != their_seconds or apart:
            found.append(Difference(*pair, seconds - their_seconds, apart))
    if not found and totals_differ(cube, summary_totals(summary), amounts_hidden=amounts_hidden):
        found.append(Difference("", "", 0))
    return tuple(sorted(found, key=lambda one: (-abs(one.seconds), one.user_id, one.project_id)))


def totals_differ(cube: pd.DataFrame, totals: Json, *, amounts_hidden: bool) -> bool:
    """Compare a cube with a report's totals: count, seconds, billable seconds, amount per currency."""
    counted = int(cube["entries"].sum()) == int(totals.get("entriesCount") or 0)
    billable = totals.get("totalBillableTime")
    if not counted or int(cube["seconds"].sum()) != round(totals.get("totalTime") or 0):
        return True
    if billable is not None and int(cube.loc[cube["billable"], "seconds"].sum()) != round(billable):
        return True
    ours = _own_cents(cube)
    theirs = None if amounts_hidden else _their_cents(totals, ours)
    return theirs is not None and bool(_cents_apart(ours, theirs))


def summary_totals(report: Json) -> Json:
    """Return a report's `totals[0]`; an empty range has [], [null] or a zero row."""
    rows = report.get("totals") or [{}]
    return rows[0] or {}


def are_amounts_hidden(totals: Json) -> bool:
    """Tell whether a report keeps money from this key: there is time, and no amount of any form."""
    return bool(totals.get("entriesCount")) and not totals.get("amounts") and totals.get("totalAmount") is None


def cents_by_currency(node: Json) -> dict[str, float] | None:
    """Return the earned cents per currency of a totals or group row; None where it doesn't say.

    Never `totalAmount`: it adds different currencies up.
    """
    for amount in node.get("amounts") or ():
        if amount.get("type", "EARNED") == "EARNED" and isinstance(amount.get("amountByCurrency"), list):
            return {part["currency"]: float(part["amount"] or 0) for part in amount["amountByCurrency"]}
    parts = node.get("totalAmountByCurrency")
    if isinstance(parts, list):
        return {part["currency"]: float(part["amount"] or 0) for part in parts}
    return None


def _their_cents(row: Json, ours: Mapping[str, float]) -> dict[str, float] | None:
    """Return the cents of a row; one that names no currency speaks of ours, if we have but one there."""
    named = cents_by_currency(row)
    if named is not None or len(ours) != 1:
        return named
    earned = [amount.get("value") for amount in row.get("amounts") or () if amount.get("type", "EARNED") == "EARNED"]
    return dict.fromkeys(ours, float(earned[0])) if earned and earned[0] is not None else None


def _own_pairs(cube: pd.DataFrame) -> dict[Pair, Sums]:
    """Add a cube up by person and project."""
    keys = ["user_id", "project_id", "currency"]
    grouped = cube.groupby(keys, observed=True, as_index=False)[["seconds", "amount_ticks"]].sum()
    sums: dict[Pair, Sums] = {}
    for user, project, currency, span, ticks in zip(*(grouped[name].tolist() for name in grouped), strict=True):
        seconds, cents = sums.get((user, project), (0, {}))
        sums[(user, project)] = (seconds + span, cents | {currency: ticks / TICKS_PER_CENT})
    return sums


def _their_pairs(summary: Json, known: Collection[str]) -> dict[Pair, TheirSums]:
    """Read a summary report's groups; a row without project has no id, "" or a name of "(Without …)".

    A project may be called that, too: an id that is `known` stands for itself.
    """
    sums: dict[Pair, TheirSums] = {}
    for person in summary.get("groupOne") or ():
        for project in person.get("children") or ():
            project_id = str(project.get("_id") or "")
            without = str(project.get("name") or "").startswith("(Without") and project_id not in known
            pair = (str(person.get("_id") or ""), "" if without else project_id)
            sums[pair] = (round(project.get("duration") or 0), project)
    return sums


def _own_cents(frame: pd.DataFrame) -> dict[str, float]:
    sums = frame.groupby("currency", observed=True)["amount_ticks"].sum()
    return {str(currency): int(ticks) / TICKS_PER_CENT for currency, ticks in sums.items()}


def _cents_apart(ours: Mapping[str, float], theirs: Mapping[str, float]) -> dict[str, int]:
    """Return ours minus theirs where they are half a cent or more apart, in whole cents."""
    apart = {code: ours.get(code, 0.0) - theirs.get(code, 0.0) for code in ours.keys() | theirs.keys()}
    return {code: round(cents) or (1 if cents > 0 else -1) for code, cents in sorted(apart.items()) if abs(cents) >= SAME_CENTS}
