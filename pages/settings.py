"""Is it connected, fresh, allowed?"""

import streamlit as st

from clockify.app.cards.branding import draw_branding
from clockify.app.cards.client_links import draw_links
from clockify.app.cards.connection import draw_account, draw_display, draw_key, draw_months, draw_plan, draw_workspaces
from clockify.app.cards.live import draw_live
from clockify.app.cards.notes import draw_notes
from clockify.app.cards.pen import draw_pen
from clockify.app.cards.who_sees import draw_who_sees
from clockify.app.shell import visit as visits
from clockify.app.shell.door import draw_viewer
from clockify.app.shell.header import draw_title
from clockify.app.shell.states import draw_disconnected, draw_outdated
from clockify.roles import Role

visit = visits.current()
draw_title("Settings")
draw_viewer(visit.viewer)
if visit.fault:
    draw_disconnected(visit, here=True)
    draw_workspaces(visit)
    draw_key(visit)
elif visit.viewer.role is not Role.ADMIN:
    left, right = st.columns(2, gap="small")
    with left:
        draw_display(visit.access)
    with right:
        draw_key(visit)
        draw_pen(visit)
else:
    draw_outdated(visit)
    left, right = st.columns(2, gap="small")
    with left:
        st.header("This installation", anchor=False)
        draw_account(visit)
    with right:
        st.header("This browser session", anchor=False)
        draw_display(visit.access)
        draw_key(visit)
        draw_pen(visit)
    st.header("This workspace", anchor=False)
    draw_plan(visit.access)
    draw_live(visit)
    draw_months(visit)
    draw_who_sees(visit)
    draw_notes(visit)
    draw_branding(visit)
    draw_links(visit)
