"""A page of the overview's shape and nothing behind it: what Streamlit itself costs. `streamlit run tests/bench/bare_page.py`."""

import pandas as pd
import streamlit as st

st.set_page_config(page_title="Bare", layout="wide")
BARS = [{"day": f"2026-11-{day:02}", "hours": day % 8, "kind": kind} for day in range(1, 31) for kind in ("Billable", "Other")]
SPEC = {"mark": "bar", "encoding": {"x": {"field": "day"}, "y": {"field": "hours", "type": "quantitative"}, "color": {"field": "kind"}}}
ROWS = pd.DataFrame({"Client": [f"Client {number}" for number in range(12)], "Hours": range(12), "Share": range(12), "Amount": range(12)})

factor = {"yes": 2, "no": 3}.get(st.query_params.get("billable", ""), 1)
with st.sidebar:
    st.selectbox("Period", ["This month", "Last month"])
    for name in ("People", "Clients", "Projects"):
        st.multiselect(name, [f"{name} {number}" for number in range(10)])
    st.radio("Billable", ["All", "Yes", "No"], horizontal=True)
left, right = st.columns([3, 1])
left.title("Bare")
right.button("Refresh")
st.caption("1-30 Nov 2026")
with st.grid(4):
    for name in ("Tracked", "Billable", "Amount", "Average"):
        st.metric(name, 100 * factor, "5 %", border=True, chart_data=[1, 2, 3])
left, right = st.columns([2, 1])
with left, st.container(border=True):
    st.selectbox("Step", ["day", "week"])
    st.segmented_control("Colour by", ["Billable", "Project"])
    st.vega_lite_chart(ROWS, SPEC | {"data": {"values": BARS}}, key="bars", on_select="ignore")
with right, st.container(border=True):
    st.selectbox("Share by", ["project", "client"])
    st.vega_lite_chart({"data": {"values": BARS[:7]}, **SPEC})
    st.table(ROWS.head(7))
with st.container(border=True):
    for name in ("Group by", "Then by", "Sort by"):
        st.selectbox(name, ["Client", "Project", "Hours"], key=name)
    st.table(ROWS.assign(Hours=ROWS["Hours"] * factor))
for name in ("CSV", "Excel", "PDF", "JSON", "Clockify"):
    st.download_button(name, data=lambda: b"x", file_name="x", on_click="ignore")
