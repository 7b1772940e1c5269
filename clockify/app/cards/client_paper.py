"""The client's report as the page shows it: what he is given on paper, and nothing beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from clockify.app.cards.client import chosen_shown, client_of, draw_hidden, made_for, notes_key, paper_for
from clockify.desk.view import View
from clockify.logos import width_within
from clockify.render.charts.client import client_bars, share_bar
from clockify.render.charts.spec import spec_of
from clockify.render.client import Paper
from clockify.render.client_left import Card
from clockify.render.files.client_pdf import NOTHING_DONE
from clockify.render.files.pdf import PdfTable
from clockify.render.formats import escape_markdown, format_count
from clockify.render.palette import DARK, Palette, palette
from clockify.render.tables.client import legend_rows, paper_table

LINES, WIDTH, LONGEST_NOTES = 140, 420, 4000  # px
LOGO_WIDTH, LOGO_HEIGHT = 160, 44
ROWS_SHOWN = 250
TYPED = "client-notes-typed"
CHART_HEIGHT = 200
CARD_WIDTH = 220
_send_typed = st.components.v2.component("send_notes", js=(Path(__file__).parent / "typed.js").read_text(encoding="utf8"))


def draw_report(view: View) -> None:
    """Draw what the client doesn't see, and the paper with what he does."""
    shown, colors = chosen_shown(client_of(view), money=view.sees_amounts), palette(view.look.theme)
    draw_hidden(made_for(view, shown))
    paper = paper_for(view, shown, str(st.session_state.get(notes_key(view)) or ""), colors)
    with st.container(border=True, gap="medium", key="client-paper"):
        _draw_head(paper)
        _draw_figures(paper)
        if paper.has_time:
            _draw_charts(paper, colors, view.look.narrow)
        else:
            st.markdown(f":material/event_busy: **{NOTHING_DONE}**")
        for place, table in enumerate(paper.tables):
            _draw_table(table, place)
        _draw_notes(view, paper)
        st.caption(escape_markdown(paper.footer))


def _draw_head(paper: Paper) -> None:
    branding = paper.branding
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="client-letterhead"):
        with st.container(horizontal=True, vertical_alignment="center", width="content", gap="small"):
            if branding.logo:
                logo: Any = branding.logo.decode("utf-8", "replace") if branding.logo_type == "svg" else branding.logo
                st.image(logo, width=width_within(branding.logo, branding.logo_type, LOGO_WIDTH, LOGO_HEIGHT))
            with st.container(gap=None, width="content"):
                if branding.name:
                    st.markdown(f"**{escape_markdown(branding.name)}**", width="content")
                for line in branding.address.splitlines():
                    st.markdown(f":gray[:small[{escape_markdown(line)}]]", width="content")
        st.caption(paper.issued, width="content")
    with st.container(gap=None):
        st.header(escape_markdown(paper.title), anchor=False)
        st.markdown(f":gray[{escape_markdown(paper.about)}]")


def _draw_figures(paper: Paper) -> None:
    """Draw the sums, with what is left beside them; of several plans beneath, for a column of cards would leave a void."""
    alone = len(paper.cards) == 1
    left, right = st.columns([3, 2], gap="medium") if alone else (st.container(), st.container())
    with left:
        with st.grid(3, min_column_width=130, gap="small"):
            for one in paper.figures:
                with st.container(gap=None):
                    st.metric(escape_markdown(one.label), escape_markdown(one.value))
                    st.caption(escape_markdown(one.note))
        for line in paper.said:
            st.caption(f":material/info: {escape_markdown(line)}")
    if paper.cards:
        with right, st.container(key="client-hours-left"), st.grid(_cards_a_row(paper), min_column_width=CARD_WIDTH, gap="small"):
            for card in paper.cards:
                _draw_card(card)


def _cards_a_row(paper: Paper) -> int:
    """Return how many cards stand side by side, so that none is left alone in the last row if that can be."""
    return {1: 1, 2: 2, 4: 2}.get(len(paper.cards), 3)


def _draw_card(card: Card) -> None:
    with st.container(border=True, gap="xsmall", height="stretch"):
        st.markdown(f"**{card.title}** :gray[:small[· {escape_markdown(card.about)}]]")
        color = ":red" if card.over else ""
        value = escape_markdown(card.value)
        st.subheader(f"{color}[{value}]" if color else value, anchor=False)
        st.progress(card.part)
        st.caption(escape_markdown(card.used))
        if card.said:
            st.caption(escape_markdown(card.said))


def _draw_charts(paper: Paper, colors: Palette, narrow: bool) -> None:
    accent = colors.billable if colors is DARK else paper.accent or colors.billable
    parts = dict(zip(paper.share["id"], (row.color for row in paper.shares), strict=True))
    left, right = (st.container(), st.container()) if narrow or not paper.has_bars else st.columns([3, 2], gap="medium")
    if paper.has_bars:
        with left, st.container(gap="xsmall", key="client-bars"):
            st.markdown(f"**Hours by {paper.interval}**")
            bars = client_bars(paper.bars, paper.interval, colors, accent, paper.style, CHART_HEIGHT)
            st.vega_lite_chart(spec_of(bars), width="stretch", alt=paper.bars_alt, key="client-bars-chart")
    with right, st.container(gap="xsmall", key="client-share"):
        st.markdown("**Share by project**")
        st.vega_lite_chart(
            spec_of(share_bar(paper.share, colors, parts, paper.style)), width="stretch", alt=paper.share_alt, key="client-share-chart"
        )
        st.table(legend_rows(paper.shares), border=False, hide_header=True, hide_index=True)


def _draw_table(table: PdfTable, place: int) -> None:
    """Draw a table; of a very long one the first rows, as its cells take the browser seconds."""
    with st.container(gap="xsmall", key=f"client-table-{place}"):
        st.markdown(f"**{escape_markdown(table.title)}**")
        st.table(paper_table(replace(table, rows=table.rows[:ROWS_SHOWN])), border="horizontal", hide_index=True)
        if len(table.rows) > ROWS_SHOWN:
            st.caption(f"{format_count(len(table.rows) - ROWS_SHOWN, 'row')} more in the files.")
        if table.note:
            st.caption(escape_markdown(table.note))


def _draw_notes(view: View, paper: Paper) -> None:
    """Draw what was typed for the client, and where it is typed: sent while somebody types, so that a file made next has it."""
    with st.container(gap="xsmall", key="client-notes"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="client-notes-head"):
            if paper.notes:
                st.markdown("**Notes**", width="content")
            word = "Edit" if paper.notes else "Add notes"
            with st.popover(word, icon=":material/edit:", key="client-notes-form", type="tertiary"), st.container(key=TYPED):
                st.text_area("Notes", key=notes_key(view), max_chars=LONGEST_NOTES, persist_state="session", height=LINES, width=WIDTH)
                _send_typed(data={"inside": TYPED}, key="send-notes", height="content")
        for line in paper.notes.splitlines():
            st.markdown(escape_markdown(line) or "\N{NO-BREAK SPACE}")
