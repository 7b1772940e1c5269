"""Are we over?"""

from clockify.app.shell.page import open_page

view = open_page("Projects", clicks=True)
