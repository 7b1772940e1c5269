"""The trail as plain values, walked by a browser of plain values that does what Chromium and Streamlit do to the history."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clockify.desk.choice import Choice, Params, from_url, to_url
from clockify.desk.trail import (
    LONGEST_TRAIL,
    Again,
    Go,
    Trail,
    Way,
    lead,
    left_out,
    noted,
    own,
    set_out,
    step,
    told,
    turn_back,
    workspace_of,
    wrote,
)
from clockify.periods import Preset
from clockify.reports.detail import Search
from clockify.reports.filters import Filters

OVERVIEW, BILLABLE, DETAILED, WEEKLY = "", "billable", "detailed", "weekly"
LAST = {"period": ["last-month"]}
Shown = tuple[str, dict[str, list[str]]]


@dataclass
class Step:
    """A step in the browser's history: its address, and what is seen there, which only somebody who looks can say."""

    page: str
    params: dict[str, list[str]]
    seen: Shown


@dataclass
class Browser:
    """A tab and the session behind it.

    Written parameters are a new step, or replace the step's address if back or forward led there. A click in the menu leaves
    a bare step; `st.switch_page` with parameters a step of the page that is left, under the parameters of the other.
    """

    steps: list[Step]
    at: int = 0
    trail: Trail = field(default_factory=Trail)
    held: Choice = field(default_factory=Choice)
    runs: int = 0

    @classmethod
    def at_link(cls, page: str = OVERVIEW, params: Params | None = None) -> Browser:
        tab = cls([Step(page, {name: list(values) for name, values in (params or {}).items()}, (page, {}))])
        tab._run()
        tab.steps[0].seen = tab.shows
        return tab

    @property
    def here(self) -> Step:
        return self.steps[self.at]

    @property
    def shows(self) -> Shown:
        """What is on screen: the page and what is in force there."""
        return self.here.page, to_url(self.held, self.here.page)

    def choose(self, choice: Choice) -> None:
        self.held = choice
        self._run()

    def filter(self, **filters: tuple[str, ...]) -> None:
        self.choose(replace(self.held, filters=replace(self.held.filters, **filters)))

    def menu(self, page: str) -> None:
        if page == self.here.page:
            return
        self._push(page, {})
        bare = self.here
        self._run()
        bare.seen = self.shows

    def lead(self, **filters: tuple[str, ...]) -> None:
        """Click a figure of a page of sums."""
        choice = replace(self.held, filters=replace(self.held.filters, **filters), search=Search())
        self.trail = lead(self.trail, Way(self.here.page, self.here.params), Way(DETAILED, to_url(choice, DETAILED)))
        self._set_out()

    def turn_back(self) -> None:
        """Click the button that leads back."""
        self.trail = turn_back(self.trail, Way(self.here.page, self.here.params))
        self._set_out()

    def go(self, steps: int) -> None:
        """Go back or forward."""
        self.at += steps
        self._run(by_history=True)

    def is_clear(self, steps: int) -> bool:
        """Can nobody take the step for another that is as near and has the same address?"""
        there = self.steps[self.at + steps]
        alike = [one for one in range(self.at - abs(steps), self.at + abs(steps) + 1) if 0 <= one < len(self.steps)]
        found = [one for one in map(self.steps.__getitem__, alike) if (one.page, own(one.params)) == (there.page, own(there.params))]
        return all(one.seen == there.seen for one in found)

    def _set_out(self) -> None:
        self.trail, way = set_out(self.trail)
        assert way
        params = {name: list(values) for name, values in way.params.items()}
        if params != self.here.params:
            self._push(self.here.page, params, self.here.seen)
        self._push(way.page, params)
        self._run()

    def _push(self, page: str, params: dict[str, list[str]], seen: Shown = ("", {})) -> None:
        del self.steps[self.at + 1 :]
        self.steps.append(Step(page, params, seen))
        self.at += 1

    def _run(self, *, by_history: bool = False) -> None:
        """Run the script as often as it asks for."""
        is_first, seen = True, self.here.seen
        while True:
            self.runs += 1
            here = self.here
            self.trail, choice, actions = step(self.trail, here.page, here.params, by_history=by_history and is_first)
            is_first = False
            for action in actions:
                if isinstance(action, Go):
                    self._write({name: list(values) for name, values in action.way.params.items()}, by_history)
                    break
            else:
                self.held = choice or self.held
                params = to_url(self.held, here.page)
                if Again() in actions and params:
                    continue
                beside = {name: values for name, values in here.params.items() if name not in own(here.params)}
                self._write(params | beside, by_history)
                self.trail = wrote(self.trail, params)
                break
        self.here.seen = seen if by_history else self.shows

    def _write(self, params: dict[str, list[str]], by_history: bool) -> None:
        if params != self.here.params:
            if by_history:
                self.here.params = params
            else:
                self._push(self.here.page, params)


def assert_seen(tab: Browser) -> None:
    """What is on screen is what was seen here, and the address says so."""
    assert tab.shows == tab.here.seen
    assert (tab.here.page, own(tab.here.params)) == tab.shows


# Links


def test_a_link_is_taken_once() -> None:
    tab = Browser.at_link(BILLABLE, LAST | {"people": ["u1"]})
    assert tab.held == Choice(Preset.LAST_MONTH, filters=Filters(("u1",)))
    trail, choice, actions = step(tab.trail, BILLABLE, LAST | {"people": ["u1"]})
    assert (trail, choice, actions) == (tab.trail, None, ())
    assert trail.page == BILLABLE


def test_what_of_a_link_is_no_choice_is_dropped_with_a_word() -> None:
    trail, choice, _ = step(Trail(), OVERVIEW, {"period": ["next-decade"], "people": ["u1"]})
    assert choice == Choice(filters=Filters(("u1",)))
    assert told(trail)[1] == ("period",)


def test_what_was_dropped_is_told_until_something_else_is_chosen() -> None:
    trail, choice, _ = step(Trail(), OVERVIEW, {"rounding": ["up-7"], "people": ["u1"]})
    assert choice
    people = to_url(choice)
    trail, words = told(wrote(trail, people))
    assert words == ("rounding (like up-15)",)
    assert told(wrote(trail, people))[1] == words
    trail, words = told(wrote(trail, people | {"billable": ["yes"]}))
    assert words == ()
    assert told(wrote(trail, people))[1] == ()


def test_what_is_dropped_before_anybody_was_told_is_told_together() -> None:
    trail = noted(noted(Trail(), "the workspace"), "period")
    assert told(trail)[1] == ("the workspace", "period")
    trail = noted(told(trail)[0], "people")
    assert told(trail)[1] == ("people",)
    assert noted(trail) == trail


# Unknown ids


def test_unknown_ids_are_left_out_and_named_beside_what_was_told() -> None:
    trail, _ = told(noted(Trail(), "period"))
    chosen = {"people": ["u1", "gone", "lost"], "projects": ["p9"], "tags": ["t1"]}
    trail, left = left_out(trail, chosen, {"people": ["gone", "lost"], "projects": ["p9"], "tags": ["t2"]})
    assert left == {"people": ["u1"], "projects": []}
    assert told(trail)[1] == ("period", "2 of the people", "projects")


def test_nothing_unknown_changes_nothing() -> None:
    assert left_out(Trail(), {"people": ["u1"]}, {}) == (Trail(), {})


# A workspace in the link


@pytest.mark.parametrize(
    ("asked", "written", "chosen", "wanted"),
    [
        ([], None, None, None),
        ([], None, "w1", "w1"),
        (["w2"], None, None, "w2"),
        (["w2"], None, "w1", "w2"),
        # What the app wrote there itself is no wish: somebody has chosen another meanwhile.
        (["w2"], "w2", "w1", "w1"),
        (["w1", "w2"], None, None, "w2"),
    ],
)
def test_a_link_may_name_the_workspace(asked: list[str], written: str | None, chosen: str | None, wanted: str | None) -> None:
    trail = Trail(workspace=written)
    assert workspace_of(trail, {"workspace": asked}, chosen, ["w1", "w2"]) == (trail, wanted)


def test_a_workspace_that_the_key_does_not_open_is_dropped_with_a_word() -> None:
    for asked, chosen in (["w9"], "w1"), ([], "w9"):
        trail, wanted = workspace_of(Trail(), {"workspace": asked}, chosen, ["w1", "w2"])
        assert wanted is None
        assert told(trail)[1] == ("the workspace",)


# The menu


def test_a_click_in_the_menu_keeps_the_filters_and_writes_them_in_another_run() -> None:
    tab = Browser.at_link(OVERVIEW, LAST)
    trail, choice, actions = step(tab.trail, BILLABLE, {})
    assert (choice, actions) == (None, (Again(),))
    # The run that follows, and one that overtakes it, find nothing new.
    assert step(trail, BILLABLE, {}) == (trail, None, ())
    tab.menu(BILLABLE)
    assert tab.shows == (BILLABLE, LAST)
    assert [(one.page, one.params) for one in tab.steps] == [(OVERVIEW, LAST), (BILLABLE, {}), (BILLABLE, LAST)]


def test_who_comes_back_to_the_bare_address_finds_what_was_in_force() -> None:
    tab = Browser.at_link(OVERVIEW, LAST)
    tab.menu(BILLABLE)
    tab.filter(people=("u1",))
    tab.go(-2)
    assert tab.shows == (BILLABLE, LAST)
    assert tab.here.params == LAST


def test_without_filters_a_bare_address_means_itself() -> None:
    tab = Browser.at_link(OVERVIEW)
    tab.menu(BILLABLE)
    tab.filter(people=("u1",))
    tab.menu(OVERVIEW)
    for _ in range(4):
        tab.go(-1)
        assert_seen(tab)
    assert tab.shows == (OVERVIEW, {})


def test_what_is_searched_for_is_there_again_by_menu_and_by_history() -> None:
    tab = Browser.at_link(DETAILED, LAST)
    tab.choose(replace(tab.held, search=Search("review")))
    tab.menu(OVERVIEW)
    assert tab.shows == (OVERVIEW, LAST)
    tab.menu(DETAILED)
    found = (DETAILED, LAST | {"search": ["review"]})
    assert tab.shows == found
    tab.go(-1)
    assert tab.shows == found
    tab.go(-1)
    assert tab.shows == (OVERVIEW, LAST)


def test_a_click_in_the_menu_after_a_click_on_a_figure_is_no_way_back() -> None:
    tab = Browser.at_link(OVERVIEW, LAST)
    tab.lead(projects=("p1",))
    tab.menu(OVERVIEW)
    assert tab.shows == (OVERVIEW, LAST | {"projects": ["p1"]})
    assert tab.trail.way_back is None


# From a figure to its entries, and back


def test_a_click_leads_on_and_the_button_back() -> None:
    tab = Browser.at_link(OVERVIEW, LAST | {"group-by": ["Person"]})
    tab.lead(projects=("p1",))
    assert tab.shows == (DETAILED, LAST | {"projects": ["p1"]})
    assert tab.trail.way_back == Way(OVERVIEW, LAST | {"group-by": ["Person"]})
    tab.turn_back()
    assert tab.shows == (OVERVIEW, LAST)
    assert tab.here.params == LAST | {"group-by": ["Person"]}
    assert tab.trail.way_back is None


def test_the_step_left_behind_means_the_page_as_it_was_with_its_groups() -> None:
    tab = Browser.at_link(OVERVIEW, LAST | {"group-by": ["Person"]})
    tab.lead(projects=("p1",))
    left = tab.steps[1]
    assert (left.page, left.params) == (OVERVIEW, LAST | {"projects": ["p1"]})
    trail, choice, actions = step(tab.trail, left.page, left.params, by_history=True)
    assert (choice, actions) == (None, (Go(Way(OVERVIEW, LAST | {"group-by": ["Person"]})),))
    # Overtaken by another run before it went there, it still means that.
    tab.go(-1)
    assert tab.shows == (OVERVIEW, LAST)
    assert left.params == LAST | {"group-by": ["Person"]}
    assert trail.places[1].params == LAST


def test_from_the_same_page_no_groups_can_be_brought_along() -> None:
    tab = Browser.at_link(OVERVIEW, LAST | {"group-by": ["Person"]})
    tab.lead(projects=("p1",))
    tab.go(-2)
    tab.go(1)
    assert_seen(tab)


def test_after_groups_the_menu_leaves_a_bare_step_of_the_page_that_is_left() -> None:
    tab = Browser.at_link(OVERVIEW, LAST | {"group-by": ["Person"]})
    trail, *_ = step(tab.trail, OVERVIEW, LAST | {"group-by": ["Person"]})
    trail, *_ = step(trail, BILLABLE, {"group-by": ["Person"]})
    trail = wrote(trail, LAST)
    trail, choice, _ = step(trail, OVERVIEW, LAST, by_history=True)
    assert choice == Choice(Preset.LAST_MONTH)
    trail, choice, actions = step(trail, OVERVIEW, {}, by_history=True)
    assert (choice, actions) == (None, ())  # and not everybody of this month


# Many steps


def test_ten_backs_and_ten_forwards_go_through_what_was_seen() -> None:
    """Of the steps that clicks leave behind, only each page's last was known once, and those before were shown as they read."""
    tab = Browser.at_link(OVERVIEW, LAST)
    for project in ("p1", "p2"):
        tab.lead(projects=(project,))
        tab.turn_back()
    tab.menu(BILLABLE)
    overview, billable = (OVERVIEW, LAST), (BILLABLE, LAST)
    first, second = ((DETAILED, LAST | {"projects": [project]}) for project in ("p1", "p2"))
    # By hand: what is seen at each step of the history, the ones left behind among them.
    seen = [overview, overview, first, first, overview, overview, second, second, overview, billable, billable]
    assert len(tab.steps) == len(seen) == 11
    back = []
    for _ in range(10):
        tab.go(-1)
        back.append(tab.shows)
    assert back == seen[-2::-1]
    forward = []
    for _ in range(10):
        tab.go(1)
        forward.append(tab.shows)
    assert forward == seen[1:]


def test_a_jump_leads_to_what_was_seen_there() -> None:
    tab = Browser.at_link(OVERVIEW, LAST)
    tab.lead(projects=("p1",))
    tab.turn_back()
    tab.lead(projects=("p2",))
    first = (DETAILED, LAST | {"projects": ["p1"]})
    for steps, seen in (
        (-5, (OVERVIEW, LAST)),
        (2, first),
        (-1, first),
        (3, (OVERVIEW, LAST)),
        (1, (DETAILED, LAST | {"projects": ["p2"]})),
    ):
        tab.go(steps)
        assert tab.shows == seen


def test_a_jump_to_a_bare_address_is_no_click_in_the_menu() -> None:
    tab = Browser.at_link(OVERVIEW)
    tab.menu(BILLABLE)
    tab.filter(people=("u1",))
    tab.menu(OVERVIEW)
    tab.go(-3)
    assert tab.shows == (BILLABLE, {})


def test_of_steps_with_the_same_address_the_nearest_is_meant() -> None:
    tab = Browser.at_link(OVERVIEW, {"people": ["u1", "u2"]})
    tab.lead(people=("u1",))
    tab.turn_back()
    tab.filter(people=("u1", "u3"))
    tab.lead(people=("u1",))
    tab.turn_back()
    assert [(one.page, one.params) for one in tab.steps][1::5] == [(OVERVIEW, {"people": ["u1"]})] * 2
    assert tab.at == 9
    tab.go(-6)
    assert tab.shows == (DETAILED, {"people": ["u1"]})
    tab.go(-2)
    assert tab.shows == (OVERVIEW, {"people": ["u1", "u2"]})


def test_of_two_as_near_the_one_before_is_meant() -> None:
    """Nothing tells back from forward here; people go back more often."""
    tab = Browser.at_link(OVERVIEW, LAST)
    tab.lead(projects=("p1",))
    tab.menu(OVERVIEW)
    for seen in (OVERVIEW, ["p1"]), (DETAILED, ["p1"]), (OVERVIEW, None):
        tab.go(-1)
        assert tab.shows == (seen[0], LAST | ({"projects": seen[1]} if seen[1] else {}))


def test_a_run_that_is_overtaken_before_it_wrote_loses_nothing() -> None:
    tab = Browser.at_link(OVERVIEW, LAST)
    tab.lead(projects=("p1",))
    for _ in range(3):
        # While months are read, runs end early and begin anew.
        tab.trail, choice, _ = step(tab.trail, OVERVIEW, LAST | {"projects": ["p1"]}, by_history=True)
        assert choice == from_url(LAST)[0]
    tab.trail = wrote(tab.trail, LAST)
    assert step(tab.trail, OVERVIEW, LAST)[1:] == (None, ())


def test_pages_can_be_switched_before_the_page_has_written() -> None:
    tab = Browser.at_link(OVERVIEW, LAST)
    trail, *_ = step(tab.trail, BILLABLE, {})
    trail, choice, actions = step(trail, DETAILED, {})
    assert (choice, actions) == (None, (Again(),))
    trail = wrote(trail, LAST)
    for page in (DETAILED, BILLABLE):
        trail, choice, _ = step(trail, page, {}, by_history=True)
        assert choice in (None, Choice(Preset.LAST_MONTH))
        trail = wrote(trail, LAST)


def test_a_page_loaded_anew_takes_steps_from_before_as_they_read_and_bare_ones_for_the_menus() -> None:
    tab = Browser.at_link(OVERVIEW, LAST)
    trail, choice, _ = step(tab.trail, DETAILED, {"people": ["u1"]}, by_history=True)
    assert choice == Choice(filters=Filters(("u1",)))
    trail = wrote(trail, {"people": ["u1"]})
    trail, choice, actions = step(trail, BILLABLE, {}, by_history=True)
    assert (choice, actions) == (Choice(filters=Filters(("u1",))), ())
    trail = wrote(trail, {"people": ["u1"]})
    trail, choice, _ = step(trail, OVERVIEW, LAST, by_history=True)
    assert choice == Choice(Preset.LAST_MONTH)


def test_the_trail_is_bounded() -> None:
    tab = Browser.at_link(OVERVIEW)
    for number in range(LONGEST_TRAIL):
        tab.filter(people=(f"u{number}",))
        tab.lead(projects=("p1",))
        tab.turn_back()
    assert len(tab.trail.places) == LONGEST_TRAIL
    tab.go(-1)
    assert_seen(tab)


def test_a_click_on_a_figure_leaves_a_search_behind_that_was_made_before() -> None:
    tab = Browser.at_link(OVERVIEW)
    tab.lead(projects=("p2",))
    tab.choose(replace(tab.held, search=Search("review")))
    tab.menu(OVERVIEW)
    tab.lead(projects=("p2",))
    assert tab.shows == (DETAILED, {"projects": ["p2"]})
    tab.go(-1)
    assert tab.shows == (OVERVIEW, {"projects": ["p2"]})


PEOPLE = st.sampled_from([(), ("u1",), ("u1", "u2")])
MOVES = st.one_of(
    st.tuples(st.just("menu"), st.sampled_from([OVERVIEW, BILLABLE, DETAILED, WEEKLY])),
    st.tuples(st.just("filter"), PEOPLE),
    st.tuples(st.just("search"), st.sampled_from(["", "review"])),
    st.tuples(st.just("lead"), st.sampled_from(["p1", "p2"])),
    st.tuples(st.just("turn back"), st.none()),
    st.tuples(st.just("go"), st.sampled_from([-1, -1, -1, -2, -4, 1, 1, 1, 3])),
)


@settings(max_examples=200, derandomize=True, database=None)
@given(st.sampled_from([{}, LAST]), st.lists(MOVES, max_size=40))
def test_back_and_forward_go_through_what_was_seen_whatever_was_done(link: Params, moves: list[tuple[str, object]]) -> None:
    tab = Browser.at_link(OVERVIEW, link)
    for what, how in moves:
        if not _made(tab, what, how):
            return
        assert_seen(tab)


def _made(tab: Browser, what: str, how: object) -> bool:
    """Make a move if it can be made now; False where nobody could tell which of two steps it leads to."""
    if what == "menu":
        tab.menu(str(how))
    elif what == "filter" and isinstance(how, tuple):
        tab.filter(people=how)
    elif what == "search" and tab.here.page == DETAILED:
        tab.choose(replace(tab.held, search=Search(str(how))))
    elif what == "lead" and tab.here.page != DETAILED:
        tab.lead(projects=(str(how),))
    elif what == "turn back" and tab.trail.way_back:
        tab.turn_back()
    elif what == "go" and isinstance(how, int) and 0 <= tab.at + how < len(tab.steps):
        if not tab.is_clear(how):
            return False
        tab.go(how)
    return True
