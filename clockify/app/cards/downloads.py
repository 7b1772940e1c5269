"""Files to take away: each made on the click, named as Clockify names its own, with what it is in its head."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import pandas as pd
import streamlit as st

from clockify.app.shell.door import behind_the_door
from clockify.app.shell.header import filter_words
from clockify.app.shell.look import csv_form
from clockify.app.shell.session import session
from clockify.desk.view import View
from clockify.directory import Kind
from clockify.frames import ENTRY_DTYPES
from clockify.render.facts import Facts
from clockify.render.files.clockify_csv import ISO, SOLIDTIME, Layout, detailed_csv
from clockify.render.files.comma import entries_csv, file_name
from clockify.render.files.json_file import entries_json
from clockify.render.files.xlsx import entries_xlsx
from clockify.reports.measures import Totals
from clockify.sheets import CsvForm

ALL_COLUMNS = tuple(ENTRY_DTYPES)
MIMES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "pdf": "application/pdf",
    "html": "text/html",
    "eml": "message/rfc822",
}
ICONS = {
    "xlsx": ":material/table_view:",
    "json": ":material/data_object:",
    "pdf": ":material/picture_as_pdf:",
    "html": ":material/html:",
    "eml": ":material/mail:",
}

CSV_FORM = "CSVs are written with"
SAID_OF_CSV_FORM = (
    "Between cells and in decimals: what spreadsheets of your country open by a double click. "
    "Clockify's and solidtime's CSVs always have commas and points, since importers read them."
)


@dataclass(frozen=True)
class File:
    """A file that is offered: `key` is the rest of its button's key, `report` stands in its name.

    `is_of_all`: it is of all of people's time, whatever clients and projects are chosen, so that its name names none.
    """

    label: str
    key: str
    report: str
    extension: str
    make: Callable[[], bytes]
    is_of_all: bool = False

    @property
    def is_clockifys(self) -> bool:
        """Does it look as if Clockify had made it, its name included?"""
        return self.key.endswith("clockify-csv")

    @property
    def icon(self) -> str:
        """The sign of what it is."""
        return ICONS.get(self.extension, ":material/download:")


def draw_files(view: View, files: list[File], note: str = "", beside: Callable[[], None] | None = None, *, asks_form: bool = True) -> None:
    """Draw a button for each file, and what stands `beside` them; there is none of a part of the period.

    `asks_form`: how CSVs are written is chosen here; a page asks once.
    """
    whose = whose_name(view)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", width="stretch" if note else "content"):
        for file in files:
            st.download_button(
                file.label,
                data=behind_the_door(file.make),
                file_name=file_name(
                    file.report, view.period, file.extension, view.choice.rounding, "" if file.is_clockifys or file.is_of_all else whose
                ),
                mime=MIMES[file.extension],
                icon=file.icon,
                key=f"download-{file.key}",
                on_click="ignore",
                disabled=not view.is_whole,
                help=None if view.is_whole else "A file is made when every month of the period is there.",
            )
        if beside:
            beside()
        if note:
            st.caption(note)
        if asks_form and any(file.extension == "csv" for file in files):
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", width="content"):
                st.caption(CSV_FORM, width="content", help=SAID_OF_CSV_FORM)
                draw_csv_form("collapsed")


def whose_name(view: View) -> str:
    """Return the name of the only project, else of the only client, that the filters leave; "" where they leave several."""
    filters = view.choice.filters
    for kind, ids in ((Kind.PROJECT, filters.projects), (Kind.CLIENT, filters.clients)):
        if len(ids) == 1:
            return view.directory.full_label(kind, ids[0])
    return ""


def draw_csv_form(label: Literal["visible", "collapsed"] = "visible") -> None:
    """Let people choose how our CSVs are written, for this browser session."""
    st.segmented_control(
        CSV_FORM,
        list(CsvForm),
        default=csv_form(),
        required=True,
        format_func=lambda form: form.label,
        key="csv-form",
        on_change=_choose_csv_form,
        label_visibility=label,
        help=SAID_OF_CSV_FORM,
    )


def _choose_csv_form() -> None:
    session().csv = st.session_state["csv-form"]


def facts_of(
    view: View, report: str, *, totals: Totals | None = None, exact: Totals | None = None, also: str = "", billable: bool = False
) -> Facts:
    """Return what a file says of itself; `totals` and `exact` are the page's unless others are in it, as where `billable` time alone is."""
    return Facts(
        report=report,
        workspace=view.access.workspace.name,
        period=view.period,
        zone=view.access.zone,
        filters=" · ".join(part for part in (filter_words(view, billable=billable), also) if part),
        rounding=view.choice.rounding,
        totals=totals or view.totals,
        exact=exact or view.exact,
        made_at=view.now,
    )


def layout_of(view: View) -> Layout:
    """Return how the key's user writes dates and times in Clockify; ISO if nobody knows."""
    profile = view.access.profile
    return Layout.of_profile(profile.date_format, profile.time_format) if profile.date_format else ISO


def entry_files(
    view: View, entries: Callable[[], pd.DataFrame], facts: Callable[[], Facts], report: str, prefix: str = "entries"
) -> list[File]:
    """Return the files of a list of entries; `entries` (all columns) and `facts` are asked for on the click."""
    directory, zone, emails = view.directory, view.access.zone, view.access.emails()
    layout, money, form = layout_of(view), view.sees_amounts, csv_form()

    def comma() -> bytes:
        return entries_csv(entries(), directory, zone, money=money, form=form)

    def excel() -> bytes:
        return entries_xlsx(entries(), directory, facts(), money=money)

    def json() -> bytes:
        return entries_json(entries(), directory, facts(), money=money)

    def in_layout(layout: Layout) -> bytes:
        return detailed_csv(entries(), directory, zone, layout, emails=emails, money=money)

    return [
        File("CSV", f"{prefix}-csv", report, "csv", comma),
        File("Excel", f"{prefix}-xlsx", report, "xlsx", excel),
        File("JSON", f"{prefix}-json", report, "json", json),
        File("Clockify CSV", f"{prefix}-clockify-csv", report, "csv", lambda: in_layout(layout)),
        File("solidtime CSV", f"{prefix}-solidtime-csv", f"{report}_solidtime", "csv", lambda: in_layout(SOLIDTIME)),
    ]
