"""The app with the routes of clients' links beside it, for `streamlit run`."""

import streamlit as st

from clockify.app.shell.resources import desk
from clockify.web.clients import client_routes
from tests.support.servers import PROJECT

app = st.App(str(PROJECT / "streamlit_app.py"), routes=client_routes(desk))
