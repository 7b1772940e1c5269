"""Which entries exactly?"""

from clockify.app.cards.detailed import Found, draw_downloads, draw_entries, draw_search
from clockify.app.shell.drill import draw_way_back
from clockify.app.shell.page import open_page

view = open_page("Detailed", searches=True)
draw_way_back()
if view:
    draw_search(view)
    found = Found(view)
    if draw_entries(view, found):
        draw_downloads(view, found)
