"""What can we invoice?"""

from clockify.app.billable import draw_downloads, draw_money, draw_table, draw_unrated
from clockify.app.page import open_page

view = open_page("Billable")
if view:
    draw_money(view)
    draw_unrated(view)
    draw_downloads(view, draw_table(view))
