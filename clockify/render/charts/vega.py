"""Charts: tidy frames of `reports` as Altair specs, finished to the last label.

Each click is a point selection named "pick", so that `st.altair_chart(on_select=…)` returns
the interval's first day (`start`, "2026-11-03") or the series' `id`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from clockify.money import SECONDS_PER_HOUR
from clockify.render.charts.alts import bars_alt, bars_by_series_alt, donut_alt
from clockify.render.charts.axes import NARROW, interval_labels, iso_days, x_axis, y_axis
from clockify.render.formats import HourStyle, format_percent, format_tracked
from clockify.render.markdown import one_line
from clockify.render.palette import Palette
from clockify.reports.intervals import Interval

__all__ = ["PICK", "bars_alt", "bars_by_series_alt", "bars_by_series_chart", "bars_chart", "donut_alt", "donut_chart", "ranked_chart"]

PICK = "pick"
PICKED = "marks"  # the layer that is clicked; unnamed, Altair would make a name out of all its data
BILLABLE, NON_BILLABLE = "Billable", "Non-billable"
FADED = 0.35
BAR_TEXTS = ("start", "label", "billable_text", "other_text", "total_text", "described", "kind")
RANK_HEIGHT = 26
BAR_DTYPES = dict.fromkeys(BAR_TEXTS, "str") | {"rank": "int64", "hours": "float64"}
PADDING = {"left": 0, "right": 2, "top": 2, "bottom": 2}  # a number fails in Streamlit, and none costs 20 px at the bottom


def bars_chart(
    frame: pd.DataFrame, interval: Interval, palette: Palette, style: HourStyle = HourStyle.DECIMAL, height: int = 320
) -> alt.LayerChart:
    """Draw `by_interval`: billable time at the bottom, the rest above, bands behind days off. A click picks `start`."""
    bars, axis = _bar_rows(frame, interval, style), x_axis(frame, interval)
    pick = alt.selection_point(name=PICK, fields=["start"])
    kinds = alt.Scale(domain=[BILLABLE, NON_BILLABLE], range=[palette.billable, palette.non_billable])
    outline = alt.Scale(domain=[BILLABLE, NON_BILLABLE], range=[palette.billable, palette.outline])
    layer = (
        alt.Chart(bars, name=PICKED)
        .mark_bar(strokeWidth=1)
        .encode(
            x=axis,
            y=y_axis("hours:Q", frame["seconds"], palette),
            color=alt.Color("kind:N", scale=kinds, legend=_legend(palette, symbolStrokeWidth=0)),
            stroke=alt.Stroke("kind:N", scale=outline, legend=None),
            opacity=_faded_unless_picked(),
            order=alt.Order("rank:Q"),
            tooltip=_tooltips({"label": _title(interval), "billable_text": BILLABLE, "other_text": NON_BILLABLE, "total_text": "Tracked"}),
            description=alt.Description("described:N"),
        )
        .add_params(pick)
    )
    return finished([_days_off(frame, interval, palette, axis), layer], palette, height)


def bars_by_series_chart(
    frame: pd.DataFrame,
    interval: Interval,
    palette: Palette,
    colors: Mapping[str, str],
    style: HourStyle = HourStyle.DECIMAL,
    height: int = 320,
) -> alt.LayerChart:
    """Draw `by_interval_and`, the largest series at the bottom; `colors` by series id. A click picks `start` and `id`."""
    bars, axis = _series_rows(frame, interval, style), x_axis(frame, interval)
    pick = alt.selection_point(name=PICK, fields=["start", "id"])
    labels = dict(zip(frame["id"], map(one_line, frame["label"]), strict=True))
    names = f"{json.dumps(labels)}[datum.label]"
    columns, limit = alt.ExprRef(f"width < {NARROW} ? 2 : 3"), alt.ExprRef(f"width / (width < {NARROW} ? 2 : 3) - 28")
    legend = _legend(palette, labelExpr=names, columns=columns, labelLimit=limit)
    scale = alt.Scale(domain=list(labels), range=[colors.get(name, palette.grey) for name in labels])
    layer = (
        alt.Chart(bars, name=PICKED)
        .mark_bar(stroke=palette.background, strokeWidth=1)
        .encode(
            x=axis,
            y=y_axis("hours:Q", frame.groupby("start")["seconds"].sum(), palette),
            color=alt.Color("id:N", scale=scale, legend=legend),
            opacity=_faded_unless_picked(),
            order=alt.Order("rank:Q"),
            tooltip=_tooltips({"label": _title(interval), "series": "Name", "text": "Tracked", "total_text": f"{_title(interval)} total"}),
            description=alt.Description("described:N"),
        )
        .add_params(pick)
    )
    return finished([_days_off(frame, interval, palette, axis), layer], palette, height)


def donut_chart(
    share: pd.DataFrame,
    palette: Palette,
    total: int,
    colors: Mapping[str, str] | None = None,
    style: HourStyle = HourStyle.DECIMAL,
    height: int = 168,
) -> alt.LayerChart:
    """Draw `share_by` around its total (seconds); names stand in `legend_table`. A click picks `id`."""
    given = colors if colors is not None else dict(zip(share["id"], palette.categorical, strict=False))
    scale = alt.Scale(domain=share["id"].tolist(), range=[given.get(name, palette.grey) for name in share["id"]])
    pick = alt.selection_point(name=PICK, fields=["id"])
    ring = (
        alt.Chart(_share_rows(share, style), name=PICKED)
        .mark_arc(innerRadius=52, outerRadius=80, padAngle=0.018)
        .encode(
            theta=alt.Theta("hours:Q", stack=True),
            color=alt.Color("id:N", scale=scale, legend=None),
            opacity=_faded_unless_picked(),
            order=alt.Order("rank:Q"),
            tooltip=_tooltips({"name": "Name", "text": "Tracked", "part": "Share"}),
            description=alt.Description("described:N"),
        )
        .add_params(pick)
    )
    return finished([ring, *_centre(format_tracked(total, style, 1), palette)], palette, height)


def ranked_chart(
    share: pd.DataFrame, palette: Palette, total: int, colors: Mapping[str, str], style: HourStyle = HourStyle.DECIMAL, height: int = 168
) -> alt.LayerChart:
    """Draw `share_by` as bars in its order, where a ring would be of one colour; names stand in `legend_table`. A click picks `id`."""
    scale = alt.Scale(domain=share["id"].tolist(), range=[colors.get(name, palette.grey) for name in share["id"]])
    order = alt.Y("rank:O", axis=None, scale=alt.Scale(paddingInner=0.3))
    length = alt.Scale(domain=[0, total / SECONDS_PER_HOUR])
    whole = pd.DataFrame({"rank": range(len(share)), "total": total / SECONDS_PER_HOUR})
    tracks = alt.Chart(whole).mark_bar(color=palette.band, tooltip=None).encode(y=order, x=alt.X("total:Q", axis=None, scale=length))
    bars = (
        alt.Chart(_share_rows(share, style), name=PICKED)
        .mark_bar()
        .encode(
            y=order,
            x=alt.X("hours:Q", axis=None, scale=length),
            color=alt.Color("id:N", scale=scale, legend=None),
            opacity=_faded_unless_picked(),
            tooltip=_tooltips({"name": "Name", "text": "Tracked", "part": "Share"}),
            description=alt.Description("described:N"),
        )
        .add_params(alt.selection_point(name=PICK, fields=["id"]))
    )
    return finished([tracks, bars], palette, min(height, RANK_HEIGHT * len(share)))


def _bar_rows(frame: pd.DataFrame, interval: Interval, style: HourStyle) -> pd.DataFrame:
    """Return a row for each bar, all billable ones first, with every text that is shown."""
    rows: list[dict[str, Any]] = []
    columns = (frame[name].tolist() for name in ("billable_seconds", "other_seconds", "seconds"))
    for start, label, *spans in zip(iso_days(frame["start"]), interval_labels(frame, interval), *columns, strict=True):
        billable, other, total = (_hours(seconds, style) for seconds in spans)
        texts = {"start": start, "label": label, "billable_text": billable, "other_text": other, "total_text": total}
        texts["described"] = f"{label}: {billable} billable, {other} non-billable, {total} tracked"
        for rank, (kind, seconds) in enumerate(((BILLABLE, spans[0]), (NON_BILLABLE, spans[1]))):
            if seconds > 0:  # an empty bar would still draw its outline
                rows.append({**texts, "kind": kind, "rank": rank, "hours": seconds / SECONDS_PER_HOUR})
    rows.sort(key=lambda row: int(row["rank"]))
    return pd.DataFrame(rows, columns=list(BAR_DTYPES)).astype(BAR_DTYPES)


def _series_rows(frame: pd.DataFrame, interval: Interval, style: HourStyle) -> pd.DataFrame:
    """Return a row for each bar, with every text that is shown."""
    totals = frame.groupby("start")["seconds"].transform("sum")
    rows = pd.DataFrame(
        {
            "start": iso_days(frame["start"]),
            "id": frame["id"],
            "series": [one_line(label) for label in frame["label"]],
            "label": interval_labels(frame, interval),
            "hours": frame["seconds"] / SECONDS_PER_HOUR,
            "text": [_hours(seconds, style) for seconds in frame["seconds"]],
            "total_text": [_hours(seconds, style) for seconds in totals],
            "rank": frame.groupby("start").cumcount(),
        }
    )
    rows["described"] = [f"{row.label}, {row.series}: {row.text} of {row.total_text}" for row in rows.itertuples()]
    return rows[rows["hours"] > 0]


def _share_rows(share: pd.DataFrame, style: HourStyle) -> pd.DataFrame:
    """Return a row for each slice, with every text that is shown or read out."""
    texts = pd.DataFrame(
        {
            "name": [one_line(label) for label in share["label"]],
            "text": [_hours(seconds, style) for seconds in share["seconds"]],
            "part": [format_percent(part) for part in share["share"]],
        },
        index=share.index,
        dtype="str",
    )
    texts["described"] = texts["name"] + ": " + texts["text"] + ", " + texts["part"]
    return texts.assign(id=share["id"], hours=share["seconds"] / SECONDS_PER_HOUR, rank=range(len(share)))


def _days_off(frame: pd.DataFrame, interval: Interval, palette: Palette, axis: alt.X) -> alt.Chart:
    """Draw a quiet band behind each day that isn't worked on; weeks and months have none."""
    off = frame[~frame["working"]] if interval is Interval.DAY else frame.iloc[:0]
    rows = pd.DataFrame({"start": iso_days(off["start"]).drop_duplicates()})
    wide = alt.RelativeBandSize(band=1.3)  # over the gap, so that a weekend is one band
    bands: alt.Chart = alt.Chart(rows).mark_rect(color=palette.band, tooltip=None, width=wide).encode(x=axis)
    return bands


def _centre(total: str, palette: Palette) -> list[alt.Chart]:
    """Write the total into the middle of a donut."""
    base = alt.Chart(pd.DataFrame({"total": [total], "unit": ["hours"]}))
    figure = base.mark_text(dy=-4, fontSize=18, fontWeight=600, color=palette.text, tooltip=None).encode(text=alt.Text("total:N"))
    unit = base.mark_text(dy=13, fontSize=11, color=palette.muted, tooltip=None).encode(text=alt.Text("unit:N"))
    return [figure, unit]


def _hours(seconds: int, style: HourStyle) -> str:
    """Write time for a tooltip: "6.8 h", or "6:48 h"."""
    return f"{format_tracked(seconds, style, 1)} h"


def _title(interval: Interval) -> str:
    return interval.value.capitalize()


def _tooltips(fields: Mapping[str, str]) -> list[alt.Tooltip]:
    return [alt.Tooltip(f"{name}:N", title=title) for name, title in fields.items()]


def _legend(palette: Palette, **more: Any) -> alt.Legend:
    return alt.Legend(orient="top", title=None, labelColor=palette.text, symbolType="square", offset=8, **more)


def _faded_unless_picked() -> alt.OpacityValue:
    """Fade what isn't picked. Said outright: `alt.when` costs 15 ms, for it looks through every class of the schema."""
    return alt.OpacityValue(FADED, condition={"param": PICK, "value": 1})


class _Unchecked(alt.LayerChart):
    """A chart that is taken at its word: to hold it against the schema takes longer than to make it, and tests do."""

    def to_dict(self, validate: bool = False, **more: Any) -> dict[str, Any]:
        """Return the Vega-Lite spec, validated if asked to."""
        return super().to_dict(validate=validate, **more)


def finished(layers: Sequence[alt.Chart], palette: Palette, height: int) -> alt.LayerChart:
    """Lay charts over each other on the page's background, without a frame; in one go, as each further step copies it all."""
    return _Unchecked(
        layer=list(layers),
        height=height,
        background=palette.background,
        padding=PADDING,
        resolve=alt.Resolve(scale=alt.ScaleResolveMap(stroke="independent")),
        config=alt.Config(
            view=alt.ViewConfig(stroke=None),
            axis=alt.AxisConfig(labelColor=palette.muted, titleColor=palette.muted, domainColor=palette.border),
        ),
    )
