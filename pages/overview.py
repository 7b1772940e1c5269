"""How much, on what, compared with before?"""

import streamlit as st

from clockify.app.cards.agreement import draw_agreement
from clockify.app.cards.alerts import draw_alerts
from clockify.app.cards.charts import draw_bars, draw_share
from clockify.app.cards.figures import draw_kpis
from clockify.app.cards.overview import draw_summary
from clockify.app.shell.page import open_page

view = open_page("Overview", compares=True, clicks=True)
if view:
    draw_kpis(view)
    draw_alerts(view)
    left, right = st.columns([2, 1], gap="small")
    with left:
        draw_bars(view)
    with right:
        draw_share(view)
    draw_summary(view)
    draw_agreement(view)
