"""What can we invoice?"""

from clockify.app.cards.billable import draw_downloads, draw_money, draw_table, draw_unrated
from clockify.app.shell.page import open_page
from clockify.reports.billing import billing_rows

view = open_page("Billable", compares=True, clicks=True, billable=True)
if view:
    rows = billing_rows(view.cube, view.directory)
    draw_money(view, rows)
    draw_unrated(view)
    draw_table(view, rows)
    draw_downloads(view, rows)
