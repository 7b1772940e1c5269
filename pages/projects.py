"""Are we over?"""

import streamlit as st

from clockify.app.cards.budgets import chosen_plans, draw_look_back, draw_plan_kpis, draw_plans, looked_at
from clockify.app.cards.forecast import draw_plan
from clockify.app.cards.plan_files import draw_plan_files
from clockify.app.shell.page import open_page

view = open_page("Projects", choose=chosen_plans, period=looked_at, toolbar=draw_look_back, without_time=True)
if view and not view.access.sees_plans:
    st.info("Plans are the whole team's, and you see only some people's time: so there are none here.", icon=":material/lock:")
elif view:
    draw_plan_kpis(view)
    draw_plans(view)
    draw_plan(view)
    draw_plan_files(view)
