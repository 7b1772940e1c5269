"""Profit to take away as a table: what was earned, what it cost and what is left, by currency."""

from __future__ import annotations

import pandas as pd

from clockify.render.figures import adding_up, exact_amount, hours_text, written
from clockify.render.files.comma import csv_of, text_cells
from clockify.reports.measures import AMOUNT_PREFIX
from clockify.reports.profit import COST_PREFIX, MARGIN_PREFIX, OTHER_COST_PREFIX, By
from clockify.sheets import CsvForm

TOTAL = "Total"
TITLES = {
    AMOUNT_PREFIX: "Earned ({})",
    COST_PREFIX: "Cost ({})",
    MARGIN_PREFIX: "Margin ({})",
    OTHER_COST_PREFIX: "Cost in {} of other earnings, in no margin",
}


def profit_csv(rows: pd.DataFrame, total: pd.DataFrame, by: By, form: CsvForm = CsvForm.COMMA) -> bytes:
    """Write all rows of `reports.profit`, last row "Total": time in seconds and in hours, and for each currency what is there.

    "Without cost" is time of people who have no cost rate then. A column of money adds up to its total.
    """
    columns = {f"{by.label} ID": [*text_cells(rows["id"]), ""], by.label: [*text_cells(rows["label"]), TOTAL]}
    both = pd.concat([rows, total], ignore_index=True)
    figures: dict[str, list[str]] = {}
    for title, name in {"Tracked": "seconds", "Without cost": "uncosted_seconds"}.items():
        figures |= {f"{title} seconds": [*written(both[name], str)], f"{title} hours": [*written(both[name], hours_text)]}
    for name in map(str, rows):
        prefix = name.partition(":")[0] + ":"
        if prefix in TITLES:
            figures[TITLES[prefix].format(name.removeprefix(prefix))] = [*adding_up(rows[name]), exact_amount(int(total[name].iloc[0]))]
    columns |= {title: list(form.figures(texts)) for title, texts in figures.items()}
    return csv_of([columns], form)
