"""What do I work on, and what did I?"""

import streamlit as st

from clockify.app.cards.timesheet import draw_timesheet
from clockify.app.cards.track import begin, everything, own_week, weeks_beside
from clockify.app.cards.track_form import draw_form
from clockify.app.cards.track_keys import draw_keys
from clockify.app.cards.track_running import draw_running
from clockify.app.cards.track_timer import draw_timer
from clockify.app.cards.track_unsettled import draw_unsettled
from clockify.app.cards.track_week import draw_week
from clockify.app.shell.page import open_page

view = open_page("Track", choose=everything, period=own_week, history=weeks_beside, own=True)
if view:
    track = begin(view)
    draw_unsettled(track)
    draw_timer(track)
    form, week = st.columns([5, 7], gap="small")
    with form:
        draw_form(track)
    with week:
        draw_week(track)
    draw_timesheet(track)
    draw_running(track)
    draw_keys(track)
