"""Who worked on what, and who is short?"""

from clockify.app.cards.heat import draw_heat
from clockify.app.cards.missing import draw_missing, draw_rhythm
from clockify.app.cards.team import draw_team_kpis, draw_team_table, looked_back, whole_people
from clockify.app.cards.team_files import draw_team_files
from clockify.app.cards.weeks_done import draw_weeks, weeks_by_person, weeks_words
from clockify.app.shell.page import open_page

view = open_page("People", choose=whole_people, history=looked_back, clicks=True)
if view:
    draw_team_kpis(view)
    draw_heat(view, weeks_words(view))
    draw_team_table(view, weeks_by_person(view), weeks_words(view))
    draw_missing(view)
    draw_rhythm(view)
    draw_weeks(view)
    draw_team_files(view)
