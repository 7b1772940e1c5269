"""What does the client see?"""

import streamlit as st

from clockify.app.cards.client import NOT_YOURS, client_of, draw_choosing, one_client, planned_months
from clockify.app.cards.client_files import draw_toolbar
from clockify.app.cards.client_links import draw_sharing
from clockify.app.cards.client_paper import draw_report
from clockify.app.shell.page import open_page

view = open_page("Client report", choose=one_client, history=planned_months, toolbar=draw_toolbar, without_time=True, shared=True)
if view and not view.access.sees_everybody:
    st.info(NOT_YOURS, icon=":material/lock:")
elif view and not client_of(view):
    draw_choosing(view)
elif view:
    draw_report(view)
    draw_sharing(view)
