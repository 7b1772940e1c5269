"""What can be invoiced: billable time by currency, client and project, at which rate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import pandas as pd

from clockify.directory import Directory, Kind
from clockify.money import largest_first
from clockify.reports.folding import Folds, fold
from clockify.reports.keys import as_categorical
from clockify.reports.measures import measured

BILLING_DTYPES = {
    "level": "str",
    "client_id": "str",
    "project_id": "str",
    "label": "str",
    "currency": "str",
    "seconds": "int64",
    "entries": "int64",
    "rate": "Int64",
    "rates": "int64",
    "unrated_seconds": "int64",
    "amount_ticks": "Int64",
}
UNRATED_DTYPES = {"client_id": "str", "project_id": "str", "client": "str", "project": "str", "seconds": "int64", "entries": "int64"}


@dataclass(frozen=True)
class _Row:
    level: str
    client_id: str
    project_id: str
    label: str
    currency: str
    seconds: int
    entries: int
    rate: int | None
    rates: int
    unrated_seconds: int
    amount_ticks: int | None


class _Sum(NamedTuple):
    project_id: str
    currency: str
    rate: int
    seconds: int
    entries: int
    amount_ticks: int


def billing_rows(frame: pd.DataFrame, directory: Directory) -> pd.DataFrame:
    """Return billable time as an invoice would list it (`BILLING_DTYPES`).

    `level` is "client", followed by its "project" rows; "currency" closes each currency, "all"
    (hours only, no currency) the whole. `rate` is cents an hour where a project has one, NA
    where it has several (`rates` counts them) or none; `unrated_seconds` are billable and earn nothing.
    Order: the currency with the largest amount first, clients and projects by amount, then hours
    and name; "No client", "No project" last. Nothing billable gives no rows.
    """
    projects = _project_rows(_rate_sums(frame), directory)
    if not projects:
        return pd.DataFrame(columns=list(BILLING_DTYPES)).astype(BILLING_DTYPES)
    totals: dict[str, int] = {}
    for row in projects:
        totals[row.currency] = totals.get(row.currency, 0) + (row.amount_ticks or 0)
    rows: list[_Row] = []
    for currency in largest_first(totals):
        own = [row for row in projects if row.currency == currency]
        rows += _by_client(own, directory)
        rows.append(_total(own, level="currency", label=f"{currency} subtotal", client_id=""))
    everything = _total(projects, level="all", label="All hours", client_id="")
    rows.append(replace(everything, currency="", amount_ticks=None))
    return pd.DataFrame(rows).astype(BILLING_DTYPES)


def one_total(rows: pd.DataFrame) -> pd.DataFrame:
    """Call the only currency's subtotal the total, and drop the row of all hours beside it; several currencies stay as they are."""
    if (rows["level"] == "currency").sum() != 1:
        return rows
    kept = rows[rows["level"] != "all"]
    return kept.assign(label=kept["label"].mask(kept["level"] == "currency", "Total"))


@dataclass(frozen=True)
class FoldedBilling:
    """What of `billing_rows` shows; of each row if its projects do; the clients that each row "more" stands for, by currency."""

    rows: pd.DataFrame
    states: list[bool | None]
    left_out: Mapping[str, Sequence[str]]


def folded_billing(rows: pd.DataFrame, folds: Folds) -> FoldedBilling:
    """Fold each currency's clients by itself; a row of the level "more" adds up those that are left out.

    A group's name for `folds` is `group_key`. No rows give none.
    """
    shown, states, left_out = [], [], {}
    rows = one_total(rows).reset_index(drop=True)
    levels, keys = rows["level"].tolist(), group_keys(rows)
    for currency in dict.fromkeys(rows.loc[rows["level"] == "client", "currency"]):
        block = [place for place in rows.index[rows["currency"] == currency] if levels[place] in ("client", "project")]
        found = fold([keys[place] for place in block], [levels[place] == "project" for place in block], folds, rows=len(rows))
        shown.append(rows.loc[[block[place] for place in found.places]])
        states += found.states
        if found.left_out:
            clients = rows.loc[[block[place] for place in found.left_out]]
            left_out[currency] = clients["client_id"].tolist()
            shown.append(_added_up(clients, capped=found.capped))
            states.append(None if found.capped else False)
        shown.append(rows[(rows["level"] == "currency") & (rows["currency"] == currency)])
        states.append(None)
    shown.append(rows[rows["level"] == "all"])
    states += [None] * len(shown[-1])
    return FoldedBilling(pd.concat(shown, ignore_index=True).astype(BILLING_DTYPES), states, left_out)


def group_keys(rows: pd.DataFrame) -> list[str]:
    """Return what each row's group is called where groups open and close."""
    return [f"{currency}:{client}" for currency, client in zip(rows["currency"], rows["client_id"], strict=True)]


def _added_up(clients: pd.DataFrame, *, capped: bool) -> pd.DataFrame:
    sums = {name: clients[name].sum() for name in ("seconds", "entries", "unrated_seconds", "amount_ticks")}
    label = f"{len(clients)} more" + (", in the files" if capped else "")
    row = {
        "level": "more",
        "client_id": "",
        "project_id": "",
        "label": label,
        "currency": clients["currency"].iloc[0],
        "rate": pd.NA,
        "rates": 0,
    }
    return pd.DataFrame([row | sums])[list(BILLING_DTYPES)].astype(BILLING_DTYPES)


def unrated(frame: pd.DataFrame, directory: Directory) -> pd.DataFrame:
    """Return the projects with billable time that earns nothing for want of a rate (`UNRATED_DTYPES`), most hours first."""
    sums = _rate_sums(frame)
    sums = sums[(sums["rate"] == 0) & (sums["amount_ticks"] == 0) & (sums["seconds"] > 0)]
    found = sums.groupby("project_id", as_index=False)[["seconds", "entries"]].sum()
    found["client_id"] = [directory.client_of(name) for name in found["project_id"]]
    found["client"] = [directory.label(Kind.CLIENT, name) for name in found["client_id"]]
    found["project"] = [directory.label(Kind.PROJECT, name) for name in found["project_id"]]
    found = found[list(UNRATED_DTYPES)].astype(UNRATED_DTYPES)
    return found.sort_values(["seconds", "project", "project_id"], ascending=[False, True, True], ignore_index=True)


def _rate_sums(frame: pd.DataFrame) -> pd.DataFrame:
    """Add billable rows up by project, currency and rate."""
    billable = frame[frame["billable"]]
    rows = measured(billable).assign(project_id=as_categorical(billable["project_id"]), rate=billable["rate"].to_numpy())
    rows["earns"] = rows["amount_ticks"] != 0
    sums = rows.groupby(["project_id", "currency", "rate", "earns"], observed=True)[["seconds", "entries", "amount_ticks"]].sum()
    return sums.reset_index().astype({"project_id": "str", "currency": "str"})


def _project_rows(sums: pd.DataFrame, directory: Directory) -> list[_Row]:
    """Make one row of each project and currency."""
    parts: dict[tuple[str, str], list[_Sum]] = {}
    for one in sums[list(_Sum._fields)].itertuples(index=False, name=None):
        part = _Sum(*one)
        parts.setdefault((part.project_id, part.currency), []).append(part)
    return [_project_row(own, directory) for own in parts.values()]


def _project_row(parts: Sequence[_Sum], directory: Directory) -> _Row:
    project = parts[0].project_id
    # What has no time is from a period that this one is compared with, and says nothing of today's rates.
    rates = {part.rate for part in parts if part.seconds} or {part.rate for part in parts}
    return _Row(
        level="project",
        client_id=directory.client_of(project),
        project_id=project,
        label=directory.label(Kind.PROJECT, project),
        currency=parts[0].currency,
        seconds=sum(part.seconds for part in parts),
        entries=sum(part.entries for part in parts),
        rate=(max(rates) or None) if len(rates) == 1 else None,
        rates=len(rates),
        unrated_seconds=sum(part.seconds for part in parts if not part.rate and not part.amount_ticks),
        amount_ticks=sum(part.amount_ticks for part in parts),
    )


def _by_client(projects: Sequence[_Row], directory: Directory) -> Iterator[_Row]:
    """Yield each client's subtotal and then its projects, in order."""
    parts: dict[str, list[_Row]] = {}
    for row in projects:
        parts.setdefault(row.client_id, []).append(row)
    clients = [_total(own, level="client", label=directory.label(Kind.CLIENT, client), client_id=client) for client, own in parts.items()]
    for client in sorted(clients, key=lambda row: _order(row, row.client_id)):
        yield client
        yield from sorted(parts[client.client_id], key=lambda row: _order(row, row.project_id))


def _order(row: _Row, identifier: str) -> tuple[bool, int, int, str, str]:
    return (identifier == "", -(row.amount_ticks or 0), -row.seconds, row.label.casefold(), identifier)


def _total(rows: Iterable[_Row], *, level: str, label: str, client_id: str) -> _Row:
    own = list(rows)
    return _Row(
        level=level,
        client_id=client_id,
        project_id="",
        label=label,
        currency=own[0].currency,
        seconds=sum(row.seconds for row in own),
        entries=sum(row.entries for row in own),
        rate=None,
        rates=0,
        unrated_seconds=sum(row.unrated_seconds for row in own),
        amount_ticks=sum(row.amount_ticks or 0 for row in own),
    )
