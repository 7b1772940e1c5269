"""What a page shows, read from an AppTest: its Markdown, its figures, its charts, its form."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.testing.v1 import AppTest


def markdown_of(page: AppTest) -> Iterator[str]:
    """Return every text of a page that Streamlit takes for Markdown."""
    for element in (*page.markdown, *page.caption, *page.warning, *page.info, *page.error, *page.success, *page.title):
        yield element.value
    for metric in page.metric:
        yield from (metric.label, metric.value, metric.delta, metric.proto.delta_description)
    for table in page.table:
        yield from (cell for column in table.value for cell in table.value[column] if isinstance(cell, str))
    for button in page.button:
        yield button.label


def unescaped(text: str) -> str:
    """Read Markdown in which every sign that could mean something is escaped; anything else is a defect."""
    signs, shown = iter(text.replace("\N{WORD JOINER}", "")), []
    for sign in signs:
        meant = next(signs) if sign == "\\" else sign
        assert (sign == "\\") is (meant in string.punctuation), text
        shown.append(meant)
    return "".join(shown)


def displayed(table: Any, column: str) -> list[str]:
    """Return the cells of a table's column as they are drawn."""
    shown = convert_arrow_bytes_to_pandas_df(table.proto.arrow_data.styler.display_values)
    return [str(cell) for cell in shown.iloc[:, list(table.value).index(column)]]


def texts_of(chart: Any, column: str) -> set[str]:
    """Return the texts of a column of a chart's data."""
    frames = [convert_arrow_bytes_to_pandas_df(one.data.data) for one in chart.datasets]
    return {text for frame in frames if column in frame for text in frame[column]}


def found_in(spec: object, name: str, wanted: Callable[[Any], bool] = lambda _: True) -> list[Any]:
    """Return what stands under a name anywhere in a chart's description."""
    inner = spec.values() if isinstance(spec, Mapping) else spec if isinstance(spec, list) else ()
    own = [spec[name]] if isinstance(spec, Mapping) and name in spec and wanted(spec[name]) else []
    return own + [one for part in inner for one in found_in(part, name, wanted)]


def fields_of(spec: object) -> list[str]:
    """Return every column that a chart's description reads."""
    return found_in(spec, "field") + [name for names in found_in(spec, "fields") for name in names]


def figures(page: AppTest) -> list[Any]:
    """Return every number of a page."""
    tables = [table.value.select_dtypes("number").to_dict("list") for table in page.table]
    datasets = [convert_arrow_bytes_to_pandas_df(one.data.data) for chart in page.get("vega_lite_chart") for one in chart.proto.datasets]
    charts = [frame.select_dtypes("number").to_dict("list") for frame in datasets]
    return [[(metric.value, metric.delta) for metric in page.metric], tables, charts]


def shape(block: Any) -> Any:
    """Return the kinds of a page's elements as they are nested."""
    inner = [shape(child) for child in getattr(block, "children", {}).values()]
    return [block.type, *inner]
