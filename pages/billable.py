"""What can we invoice?"""

from clockify.app.cards.agreement import draw_agreement
from clockify.app.cards.billable import billing, draw_downloads, draw_money, draw_table, draw_unrated
from clockify.app.cards.profit import draw_profit
from clockify.app.shell.page import open_page

view = open_page("Billable", compares=True, clicks=True, billable=True)
if view:
    found = billing(view)
    draw_money(view, found)
    draw_unrated(view)
    draw_table(view, found)
    draw_downloads(view, found)
    draw_profit(view)
    draw_agreement(view)
