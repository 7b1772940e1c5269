"""Who worked on what, and who is short?"""

from clockify.app.shell.page import open_page

view = open_page("People", clicks=True)
