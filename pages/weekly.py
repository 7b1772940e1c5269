"""What do I send on Friday?"""

from clockify.app.cards.weekly import chosen_people, chosen_week, draw_downloads, draw_sending, draw_sheet, draw_toolbar, is_ready
from clockify.app.shell.page import open_page

view = open_page("Weekly", choose=chosen_people, period=chosen_week, toolbar=draw_toolbar)
if is_ready(view):
    sheet = draw_sending(view)
    draw_sheet(sheet)
    draw_downloads(sheet)
