"""Plans on paper: how many are over, near and within, and each with its bar and what is foreseen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from clockify.directory import Directory, Kind
from clockify.render.facts import Facts
from clockify.render.files.mail import footer_of, in_hours, plain
from clockify.render.files.pdf import Figure, PdfColumn, PdfRow, PdfTable, Report, to_pdf
from clockify.render.files.reports_pdf import subtitle_of
from clockify.render.formats import HourStyle, format_count, format_money
from clockify.render.tables.budgets import Write, foreseen_words, left_words, plan_words, ratio_text
from clockify.reports.budgets import Budget, Foreseen, Source
from clockify.reports.burn import Burn, State

LABELS = {State.OVER: "Over", State.NEAR: "Near the limit", State.WITHIN: "Within"}
NOTHING = "Nothing is planned."


def plans_pdf(
    rows: Sequence[Budget],
    foreseen: Mapping[str, Foreseen],
    directory: Directory,
    facts: Facts,
    *,
    today: date,
    style: HourStyle = HourStyle.DECIMAL,
    money: bool = True,
    notes: Sequence[str] = (),
) -> bytes:
    """Return plans in their order as PDF, a line each; `notes`: sentences under the table. Without `money` there are no budgets."""
    shown = [one for one in rows if money or not one.burn.money]
    write = _writer(style)
    table = PdfTable(
        "Plans",
        [PdfColumn("Project", share=1), *(PdfColumn(title, right=True) for title in ("Burn", "Used", "Left")), PdfColumn("Foreseen")],
        [_row(one, foreseen, directory, today, write) for one in shown],
        " ".join(map(plain, notes)),
    )
    return to_pdf(
        Report(
            title=f"{plain(facts.report)}, {facts.period.label()}",
            subtitle=subtitle_of(facts.filters, facts),
            footer=footer_of(facts, style),
            figures=_figures(shown),
            tables=[table] if shown else [],
            note="" if shown else NOTHING,
        )
    )


def _figures(rows: Sequence[Budget]) -> list[Figure]:
    """Count the plans that somebody made."""
    own = [one for one in rows if one.source is not Source.USUAL]
    counts = {state: sum(one.burn.state is state for one in own) for state in LABELS}
    return [Figure(label, format_count(counts[state], "project")) for state, label in LABELS.items()]


def _row(one: Budget, foreseen: Mapping[str, Foreseen], directory: Directory, today: date, write: Write) -> PdfRow:
    """Write a plan: client and plan beneath the name, a bar for its burn, full where all of it is used."""
    client = directory.client_of(one.project_id)
    name = directory.label(Kind.PROJECT, one.project_id) + (f" · {directory.label(Kind.CLIENT, client)}" if client else "")
    used = f"{'' if one.knows_used else '≥ '}{write(one.burn, one.burn.used)}" + (f"\n+ {plain(one.others)}" if one.others else "")
    cells = [
        f"{plain(name)}\n{plan_words(one, write)}",
        ratio_text(one),
        used,
        left_words(one, write),
        foreseen_words(one, foreseen, today),
    ]
    filled = min(float(one.burn.ratio or 0), 1.0)
    return PdfRow(cells, bars=[0.0, filled, 0.0, 0.0, 0.0], bold=one.burn.state is State.OVER)


def _writer(style: HourStyle) -> Write:
    def write(burn: Burn, figure: int) -> str:
        return plain(format_money(figure, burn.currency, 0)) if burn.currency else in_hours(figure, style)

    return write
