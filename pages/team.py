"""Who worked on what, and who is short?"""

from clockify.app.cards.heat import draw_heat
from clockify.app.cards.team import draw_team_kpis, draw_team_table, looked_back
from clockify.app.shell.page import open_page

view = open_page("People", history=looked_back, clicks=True)
if view:
    draw_team_kpis(view)
    draw_heat(view)
    draw_team_table(view)
