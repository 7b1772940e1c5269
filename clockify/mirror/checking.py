"""Does the copy agree with Clockify? Sums of ours against sums of theirs, to the second and the cent."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from clockify.api.protocol import totals_of
from clockify.mirror.snapshots import Difference, Pair
from clockify.money import TICKS_PER_CENT

Json = dict[str, Any]
Keys = tuple[str, ...]
Sums = tuple[int, dict[str, float]]
TheirSums = tuple[int, Json]
Apart = tuple[int, dict[str, int]]

# Clockify's sums are doubles of fractional cents: less than half a cent apart is the same amount.
SAME_CENTS = 0.5

WHO_AND_WHAT = ("USER", "PROJECT")
# Sums that name the days on which anything but the time of day may have changed: people, descriptions and
# amounts; projects and tags; tasks. All three are asked for whatever the copy has: a first tag is a change, too.
DAILY: tuple[Keys, ...] = (("DATE", "USER", "TIMEENTRY"), ("DATE", "PROJECT", "TAG"), ("DATE", "TASK"))
NO_DESCRIPTION = "(Without description)"


def compare_summary(cube: pd.DataFrame, summary: Json, *, amounts_hidden: bool) -> tuple[Difference, ...]:
    """Compare a cube with a summary report grouped by USER and PROJECT; one difference a pair, the largest first.

    Ours minus theirs. A difference of the whole that no pair shows (a count, the billable
    share) comes as one with neither person nor project.
    """
    ours = _own_sums(cube, ["user_id", "project_id"])
    theirs = _their_sums(summary, WHO_AND_WHAT, known={project for _, project in ours})
    apart = _apart(ours, theirs, amounts_hidden=amounts_hidden)
    found = [Difference(user, project, seconds, cents) for (user, project), (seconds, cents) in apart.items()]
    if not found and totals_differ(cube, totals_of(summary), amounts_hidden=amounts_hidden):
        found.append(Difference("", "", 0))
    return tuple(sorted(found, key=lambda one: (-abs(one.seconds), one.user_id, one.project_id)))


def pairs_of(cube: pd.DataFrame, summary: Json, *, amounts_hidden: bool) -> tuple[Pair, ...]:
    """Return what a summary grouped by USER and PROJECT says, in its order; a cube tells in which currency, where it doesn't."""
    ours = _own_sums(cube, ["user_id", "project_id"])
    theirs = _their_sums(summary, WHO_AND_WHAT, known={project for _, project in ours})
    cents = {pair: None if amounts_hidden else _their_cents(row, ours.get(pair, (0, {}))[1]) for pair, (_, row) in theirs.items()}
    return tuple(Pair(pair[0], pair[1], seconds, cents[pair]) for pair, (seconds, _) in theirs.items())


def days_apart(entries: pd.DataFrame, summaries: Mapping[Keys, Json], *, amounts_hidden: bool) -> set[date]:
    """Return the days on which entries and summary reports (by their groups, of `DAILY`) differ."""
    found: set[str] = set()
    for groups, summary in summaries.items():
        frame = _keyed(entries, groups)
        known = set(frame[_COLUMNS[groups[1]]].unique()) if len(frame) else set()
        theirs = _their_sums(summary, groups, known=known)
        found |= {keys[0] for keys in _apart(_own_sums(frame, _columns(groups)), theirs, amounts_hidden=amounts_hidden)}
    return {date.fromisoformat(day) for day in found}


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


def names_in(summary: Json, groups: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield the group, id and name of everything that a summary names; the same thing perhaps more than once."""

    def walk(rows: Sequence[Json], depth: int) -> Iterator[tuple[str, str, str]]:
        for row in rows:
            if isinstance(row.get("_id"), str) and row["_id"]:
                yield groups[depth], row["_id"], str(row.get("name") or "")
            yield from walk(row.get("children") or (), depth + 1)

    return walk(summary.get("groupOne") or (), 0)


def _their_cents(row: Json, ours: Mapping[str, float]) -> dict[str, float] | None:
    """Return the cents of a row; one that names no currency speaks of ours, if we have but one there."""
    named = cents_by_currency(row)
    if named is not None or len(ours) != 1:
        return named
    earned = [amount.get("value") for amount in row.get("amounts") or () if amount.get("type", "EARNED") == "EARNED"]
    return dict.fromkeys(ours, float(earned[0])) if earned and earned[0] is not None else None


_COLUMNS = {
    "DATE": "date",
    "USER": "user_id",
    "PROJECT": "project_id",
    "TASK": "task_id",
    "TAG": "tag_id",
    "TIMEENTRY": "words",
}


def _columns(groups: Sequence[str]) -> list[str]:
    return [_COLUMNS[group] for group in groups]


def _keyed(entries: pd.DataFrame, groups: Sequence[str]) -> pd.DataFrame:
    """Give entries the columns that summaries are grouped by; one with two tags stands under each of them, as theirs does."""
    frame = entries[["seconds", "amount_ticks", "currency"]].copy()
    frame["date"] = entries["day"].dt.strftime("%Y-%m-%d")
    for group in groups:
        if group in ("USER", "PROJECT", "TASK"):
            frame[_COLUMNS[group]] = entries[_COLUMNS[group]].astype("str")
    if "TIMEENTRY" in groups:
        frame["words"] = entries["description"].str.strip().replace(NO_DESCRIPTION, "")
    if "TAG" in groups:
        frame["tag_id"] = entries["tag_ids"].astype("str").str.split(",")
        frame = frame.explode("tag_id", ignore_index=True)
    return frame


def _own_sums(frame: pd.DataFrame, keys: list[str]) -> dict[Keys, Sums]:
    """Add a frame up by its keys."""
    grouped = frame.groupby([*keys, "currency"], observed=True, as_index=False)[["seconds", "amount_ticks"]].sum()
    sums: dict[Keys, Sums] = {}
    columns = [grouped[name].tolist() for name in (*keys, "currency", "seconds", "amount_ticks")]
    for *path, currency, span, ticks in zip(*columns, strict=True):
        seconds, cents = sums.get(tuple(path), (0, {}))
        sums[tuple(path)] = (seconds + span, cents | {currency: ticks / TICKS_PER_CENT})
    return sums


def _their_sums(summary: Json, groups: Sequence[str], known: Collection[str]) -> dict[Keys, TheirSums]:
    """Read a summary report's innermost groups; what stands there twice under one key is added up.

    A row without project (task, tag) has no id, "" or a name of "(Without …)". A project may be
    called that, too: an id that is `known` stands for itself.
    """
    sums: dict[Keys, TheirSums] = {}

    def walk(rows: Sequence[Json], path: Keys) -> None:
        for row in rows:
            here = (*path, _key_of(row, groups[len(path)], known))
            if len(here) < len(groups):
                walk(row.get("children") or (), here)
                continue
            seconds, before = sums.get(here, (0, {}))
            sums[here] = (seconds + round(row.get("duration") or 0), _added(before, row) if before else row)

    walk(summary.get("groupOne") or (), ())
    return sums


def _key_of(row: Json, group: str, known: Collection[str]) -> str:
    name = str(row.get("name") or "")
    if group == "TIMEENTRY":
        return name.strip().replace(NO_DESCRIPTION, "")
    identifier = str(row.get("_id") or "")
    if group != "DATE" and name.startswith("(Without") and identifier not in known:
        return ""
    return identifier


def _added(one: Json, other: Json) -> Json:
    """Add the money of two rows up; a row of unknown money keeps the other from being compared."""
    mine, theirs = cents_by_currency(one), cents_by_currency(other)
    if mine is None or theirs is None:
        return {"amounts": []}
    parts = [{"currency": code, "amount": mine.get(code, 0.0) + theirs.get(code, 0.0)} for code in mine.keys() | theirs.keys()]
    return {"amounts": [{"type": "EARNED", "amountByCurrency": parts}]}


def _apart(ours: Mapping[Keys, Sums], theirs: Mapping[Keys, TheirSums], *, amounts_hidden: bool) -> dict[Keys, Apart]:
    """Return what is apart, ours minus theirs, by key."""
    found = {}
    for keys in ours.keys() | theirs.keys():
        seconds, cents = ours.get(keys, (0, {}))
        their_seconds, row = theirs.get(keys, (0, {}))
        their_cents = _their_cents(row, cents) if row else {}
        apart = {} if amounts_hidden or their_cents is None else _cents_apart(cents, their_cents)
        # A group of no time and no money that only one side names is no difference; an entry of no time is one of a count.
        if seconds != their_seconds or apart:
            found[keys] = (seconds - their_seconds, apart)
    return found


def _own_cents(frame: pd.DataFrame) -> dict[str, float]:
    sums = frame.groupby("currency", observed=True)["amount_ticks"].sum()
    return {str(currency): int(ticks) / TICKS_PER_CENT for currency, ticks in sums.items()}


def _cents_apart(ours: Mapping[str, float], theirs: Mapping[str, float]) -> dict[str, int]:
    """Return ours minus theirs where they are half a cent or more apart, in whole cents."""
    apart = {code: ours.get(code, 0.0) - theirs.get(code, 0.0) for code in ours.keys() | theirs.keys()}
    return {code: round(cents) or (1 if cents > 0 else -1) for code, cents in sorted(apart.items()) if abs(cents) >= SAME_CENTS}
