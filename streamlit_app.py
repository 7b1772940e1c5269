"""The door of the dashboard: page, sign-in, sidebar, navigation."""

from pathlib import Path

import streamlit as st

from clockify.app.shell import visit as visits
from clockify.app.shell.address import follow
from clockify.app.shell.door import admit, draw_misconfigured, guard_rows
from clockify.app.shell.look import watch_window
from clockify.app.shell.looking_as import draw_looking_as
from clockify.app.shell.navigation import navigate
from clockify.app.shell.resources import measured, settings, warm_up
from clockify.app.shell.session import session
from clockify.app.shell.sidebar import draw_sidebar
from clockify.app.shell.states import caught
from clockify.errors import ConfigurationError

APP = Path(__file__).parent / "clockify" / "app"

st.set_page_config(page_title="Clockify dashboard", page_icon=str(APP / "icon.png"), layout="wide", initial_sidebar_state=248)
# Sent along as it is: a file at an address of its own is gone for a moment while a page begins anew.
st.logo(str(APP / "icon.svg"), size="large")
warm_up()

try:
    viewer = admit(settings())
except ConfigurationError as fault:
    viewer = None
    draw_misconfigured(fault)

visit = None
with caught():
    if viewer:
        visit = visits.begin(viewer)

page = navigate(visit)
with measured(), caught():
    if visit:
        follow()
        session().choice = draw_sidebar(visit, page.url_path)
        watch_window()
        draw_looking_as(visit)
    page.run()
    guard_rows()
