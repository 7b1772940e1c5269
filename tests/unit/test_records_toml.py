"""Notes as TOML: exact both ways, and a file that can't be right names the line and gives nothing."""

from __future__ import annotations

import tomllib
from base64 import b64encode
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify.branding import Branding
from clockify.clients import MINUTES, ClientRule, Direction, Pack, Scope
from clockify.plans import Capacity, CostRate, Cycle, DaysOff, Notes, Plan, Rate, Row, Target, Usual, clashes_in, problems_of
from clockify.records.lines import Lines
from clockify.records.toml import Problem, from_toml, to_toml
from tests.support.databases import Cluster, Place
from tests.support.noted import FULL, SPACE, content_of, fill, records_at
from tests.support.pictures import png

PEOPLE, PROJECTS, CLIENTS = ["ana", "bo"], ["app", "site"], ["acme", "zoo"]

WRITTEN = """\
[usual]
person_week = "40:00:01"
project_week = 1
threshold = 70
utilization = 75

[[capacity]]
user_id = "ana"
name = "Ana \\"the\\" Ölund"
last_day = 2026-06-30
hours = [8, 8, 8, 8, 8, 0, 0]

[[capacity]]
user_id = "ana"
name = "Ana \\"the\\" Ölund"
first_day = 2026-07-01
hours = [4, "7:30:01", 0, 0, 24, "0:00:01", 0.01]

[[day_off]]
"""


def test_a_file_reads_as_people_write() -> None:
    text = to_toml(FULL, {"ana": 'Ana "the" Ölund', "site": "Website"})
    head, _, rest = text.partition("\n\n")
    assert all(line.startswith("#") for line in head.splitlines())
    assert rest.startswith(WRITTEN)
    plans = tomllib.loads(text)["plan"]
    assert plans[2] == {
        "project_id": "site",
        "name": "Website",
        "first_day": date(2026, 2, 1),
        "budget": "100000000000.00",
        "cycle": "month",
        "carries_over": True,
    }
    assert plans[0] == {"project_id": "app", "hours": 10_000_000, "cycle": "whole project", "carries_over": False}
    assert from_toml(text, PEOPLE, PROJECTS, CLIENTS) == (FULL, [])


IDS, SECONDS = st.sampled_from(["ana", "bo", 'odd "id" \\ # [x]', "'''"]), st.integers(0, 86_400)
DAYS, PERCENTS = st.none() | st.dates(), st.none() | st.integers(1, 1000)
CENTS = st.integers(0, 10**13)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
PRINTED = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)


def kept(rows: st.SearchStrategy[Row]) -> st.SearchStrategy[tuple[Row, ...]]:
    """Rows of a kind that may stand beside each other."""
    return st.lists(rows.filter(lambda row: not problems_of(row)), max_size=6).map(without_clashes)


def without_clashes(rows: list[Row]) -> tuple[Row, ...]:
    wrong = {place for place, _ in clashes_in(rows)}
    return tuple(row for place, row in enumerate(rows) if place not in wrong)


def pack(of_project: bool, of_money: bool, first: date, who: str, amount: int, last: date | None, note: str) -> Pack:
    amounts = {"cents": amount, "currency": "EUR"} if of_money else {"seconds": amount}
    return Pack(first, last=last, note=note, **{"project_id" if of_project else "client_id": who}, **amounts)  # type: ignore[arg-type]


NOTES = st.builds(
    Notes,
    capacities=kept(st.builds(Capacity, IDS, st.tuples(*[SECONDS] * 7), DAYS, DAYS)),
    days_off=kept(st.builds(DaysOff, IDS, st.dates(), st.dates(), TEXTS)),
    targets=kept(st.builds(Target, IDS, PERCENTS, PERCENTS)),
    cost_rates=kept(st.builds(CostRate, IDS, CENTS, st.sampled_from(["EUR", "USD"]), DAYS)),
    plans=kept(
        st.builds(
            Plan, IDS, st.none() | st.integers(1, 36 * 10**9), st.none() | CENTS, st.sampled_from(Cycle), st.booleans(), PERCENTS, DAYS
        )
    ),
    rates=kept(st.builds(Rate, IDS, CENTS)),
    client_rules=kept(st.builds(ClientRule, IDS, st.sampled_from(Direction), st.sampled_from(MINUTES), st.sampled_from(Scope))),
    packs=kept(st.builds(pack, st.booleans(), st.booleans(), st.dates(), IDS, st.integers(1, 10**10), DAYS, TEXTS)),
    branding=st.builds(Branding, PRINTED, st.lists(PRINTED, max_size=8).map("\n".join), accent=st.sampled_from(["", "#1b4d89"])),
    usual=st.builds(Usual, st.integers(1, 7 * 86_400), st.integers(1, 7 * 86_400), st.integers(1, 1000), PERCENTS, PERCENTS),
)


@given(NOTES, TEXTS)
def test_whatever_is_noted_comes_back_to_the_second_and_the_cent(notes: Notes, name: str) -> None:
    ids = ["ana", "bo", 'odd "id" \\ # [x]', "'''"]
    text = to_toml(notes, dict.fromkeys(ids, name))
    assert from_toml(text, ids, ids, ids) == (notes, [])
    assert from_toml("\ufeff" + text.replace("\n", "\r\n"), ids, ids, ids) == (notes, []), "as a Windows editor saves it"


def test_a_name_that_goes_on_for_ever_is_cut_and_does_not_make_the_file_unreadable() -> None:
    notes = Notes(rates=(Rate("app", 1),), days_off=(DaysOff("ana", date(2026, 1, 1), date(2026, 1, 1), "a." * 100),))
    for letters in ("\x01", "a.", "'a'."):
        assert from_toml(to_toml(notes, dict.fromkeys(["app", "ana"], letters * 100_000)), PEOPLE, PROJECTS, CLIENTS) == (notes, [])


def test_from_sqlite_to_postgresql_by_a_file(cluster: Cluster, tmp_path: Path) -> None:
    with closing(records_at(Place(None, tmp_path))) as here, closing(records_at(Place(cluster.new_database(), tmp_path))) as there:
        fill(here)
        notes, problems = from_toml(to_toml(here.notes(SPACE), {}), PEOPLE, PROJECTS, CLIENTS)
        assert notes is not None and not problems
        there.replace(SPACE, notes, by="Ana")
        assert content_of(there) == content_of(here) == FULL


# Where hand-made files say what: the line that is meant has "# HERE" at its end.
WRONG = {
    "a key that isn't known": ("[usual]\nthreshold = 80\nthreshhold = 90  # HERE\n", "“threshhold” isn't known"),
    "a table that isn't known": ("[usual]\n[[budget]]  # HERE\nx = 1\n", "“budget” isn't known"),
    "a key of no table": ("\n\nproject_id = 'app'  # HERE\n", "“project_id” isn't known"),
    "who isn't known": ("[[rate]]\nper_hour = '1'\nproject_id = 'ana'  # HERE\n", "“ana” is no project"),
    "a person who isn't known": ("[[target]]\nutilization = 1\nuser_id = 'app'  # HERE\n", "“app” is no person"),
    "text for a number": ("[usual]\nthreshold = '80'  # HERE\n", "whole number"),
    "a number for text": ("[[rate]]\nproject_id = 5  # HERE\nper_hour = '1'\n", "in quotes"),
    "true for a number": ("[usual]\nthreshold = true  # HERE\n", "whole number"),
    "a number for true": ("[[plan]]\nproject_id = 'app'\nhours = 1\ncarries_over = 1  # HERE\n", "true or false"),
    "money as a number": ("[[rate]]\nproject_id = 'app'\nper_hour = 85.00  # HERE\n", "Money is text"),
    "money with three decimals": ("[[rate]]\nproject_id = 'app'\nper_hour = '85.005'  # HERE\n", "Money is text"),
    "money below nothing": ("[[rate]]\nproject_id = 'app'\nper_hour = '-1'  # HERE\n", "Money is text"),
    "money with other digits": ("[[rate]]\nproject_id = 'app'\nper_hour = '٣'  # HERE\n", "Money is text"),
    "more money than there is": ("[[rate]]\nproject_id = 'app'\nper_hour = '99999999999999'  # HERE\n", "Money is text"),
    "hours that are no seconds": ("[usual]\nperson_week = 7.333  # HERE\n", "no whole seconds"),
    "hours of many digits": ("[usual]\nperson_week = 7.50000000000000000000000000000000001  # HERE\n", "no whole seconds"),
    "hours of no size": ("[usual]\nperson_week = nan  # HERE\n", "Hours are"),
    "hours of every size": ("[usual]\nperson_week = inf  # HERE\n", "Hours are"),
    "hours of a huge size": ("[usual]\nperson_week = 1e999999999999  # HERE\n", "Hours are"),
    "hours of a tiny size": ("[usual]\nperson_week = 1e-999999999999  # HERE\n", "no whole seconds"),
    "sixty minutes": ("[usual]\nperson_week = '7:60'  # HERE\n", "Hours are"),
    "a short week": ("[[capacity]]\nuser_id = 'ana'\nhours = [8, 8]  # HERE\n", "seven numbers"),
    "a day of 25 hours": ("[[capacity]]  # HERE\nuser_id = 'ana'\nhours = [25, 0, 0, 0, 0, 0, 0]\n", "0 to 24"),
    "a moment for a day": ("[[day_off]]\nuser_id = 'ana'\nfirst_day = 2026-01-01T00:00:00  # HERE\n", "a day"),
    "text for a day": ("[[day_off]]\nuser_id = 'ana'\nfirst_day = '2026-01-01'  # HERE\n", "a day"),
    "a day that never was": ("[[day_off]]\nuser_id = 'ana'\nfirst_day = 2026-02-30  # HERE\n", "This isn't TOML"),
    "a cycle that isn't known": ("[[plan]]\nproject_id = 'app'\nhours = 1\ncycle = 'fortnight'  # HERE\n", "whole project"),
    "what is missing": ("[[target]]\nuser_id = 'ana'\nutilization = 1\n[[target]]  # HERE\nutilization = 1\n", "“user_id” is missing"),
    "a clash": (
        "[[rate]]\nproject_id = 'app'\nper_hour = '1'\n# [[rate]]\n[[rate]]  # HERE\nproject_id = 'app'\nper_hour = '1'\n",
        "has a rate already",
    ),
    "hours and money": ("[[plan]]  # HERE\nproject_id = 'app'\nhours = 1\nbudget = '1'\n", "either hours or money"),
    "a key twice": ("[usual]\nthreshold = 1\nthreshold = 2  # HERE\n", "This isn't TOML"),
    "a table twice": ("[usual]\nthreshold = 1\n[usual]  # HERE\n", "This isn't TOML"),
    "a table for many": ("[rate]  # HERE\nproject_id = 'app'\n", "double brackets"),
    "many for a table": ("[[usual]]  # HERE\nthreshold = 1\n", "single brackets"),
    "a value for a table": ("rate = 5  # HERE\n", "double brackets"),
    "a value among rows": ("rate = [  # HERE\n  {project_id = 'app', per_hour = '1'},\n  5,\n]\n", "double brackets"),
    "an inline row": (
        "\nrate = [  # HERE\n  {project_id = 'app', per_hour = '1'},\n  {project_id = 'gone', per_hour = '1'},\n]\n",
        "no project",
    ),
    "a dotted key": ("x = '''\n'''\nusual.threshold = 1\nusual.thresh = 1  # HERE\n", "“thresh” isn't known"),
    "a quoted key": ("[[ 'day_off' ]]\n'user_id' = 'ana'\n\"fir\\u0073t_day\" = 5  # HERE\n", "a day"),
    "lines that look like tables": (
        '[[rate]]\nname = """\n[[rate]]\n""" # [[rate]]\nproject_id = "app"\nper_hour = "1"\n\n'
        "[[rate]]\nname = '''\n[[rate]] ''\n'''''\nproject_id = 'site'\nper_hour = 1  # HERE\n",
        "Money is text",
    ),
    "a key below a list of lines": (
        "[[capacity]]\nuser_id = 'ana'\nhours = [ # first_day = 1 ]\n 8, 8, 8, 8,\n 8, '0:00', # ]\n 0\n]\nfirst_day = 1  # HERE\n",
        "a day",
    ),
    "a table of a row": ("[[rate]]\nproject_id = 'app'\nper_hour = '1'\n[rate.more]  # HERE\nx = 1\n", "“more” isn't known"),
    "no end of a text": ("[usual]\nthreshold = 1\n\n[[rate]]\nproject_id = 'app  # HERE\n", "This isn't TOML"),
    "no end of a list": ("[usual]\n[[capacity]]\nhours = [1, 2  # HERE", "This isn't TOML"),
    "a client of nobody": ("[[client_rule]]\nclient_id = 'gone'  # HERE\n", "“gone” is no client of this workspace"),
    "a rule for nobody": ("[[client_rule]]  # HERE\nminutes = 15\n", "“client_id” is missing"),
    "two rules of a client": (
        "[[client_rule]]\nclient_id = 'acme'\n[[client_rule]]  # HERE\nclient_id = 'acme'\ndirection = 'up'\n",
        "has a rule already",
    ),
    "a way that isn't known": ("[[client_rule]]\nclient_id = 'acme'\ndirection = 'sideways'  # HERE\n", '"none", "up", "down", "nearest"'),
    "minutes that aren't known": ("[[client_rule]]  # HERE\nclient_id = 'acme'\nminutes = 7\n", "1, 5, 6, 10, 15, 30"),
    "something else to round": ("[[client_rule]]\nclient_id = 'acme'\nof = 'week'  # HERE\n", '"entry", "day", "line"'),
    "a pack of nobody": ("[[pack]]  # HERE\nfirst_day = 2026-01-01\nhours = 1\n", "client or project is missing"),
    "a pack of two": (
        "[[pack]]  # HERE\nclient_id = 'acme'\nproject_id = 'app'\nfirst_day = 2026-01-01\nhours = 1\n",
        "either a client's or a project's",
    ),
    "a pack since ever": ("[[pack]]  # HERE\nclient_id = 'acme'\nhours = 1\n", "“first_day” is missing"),
    "a pack that expires before": (
        "[[pack]]  # HERE\nclient_id = 'acme'\nfirst_day = 2026-01-02\nlast_day = 2026-01-01\nhours = 1\n",
        "before the first",
    ),
    "a pack of nothing": ("[[pack]]  # HERE\nclient_id = 'acme'\nfirst_day = 2026-01-01\n", "either hours or money"),
    "a pack without a currency": (
        "[[pack]]  # HERE\nclient_id = 'acme'\nfirst_day = 2026-01-01\nmoney = '5'\n",
        "A currency is three letters",
    ),
    "a pale colour": ("[branding]  # HERE\naccent = '#ffcc00'\n", "a contrast of 1.51"),
    "a colour by name": ("[branding]  # HERE\naccent = 'red'\n", "A colour is #"),
    "an address without an end": (f"[branding]  # HERE\naddress = {['x'] * 9}\n", "at most 8 lines"),
    "an address that is none": ("[branding]\naddress = ['x', 5]  # HERE\n", "This is text"),
    "a logo that is none": ("[branding]\nlogo = '????'  # HERE\n", "in base64"),
    "a logo of something else": (f"[branding]\nname = 'x'\nlogo = '{b64encode(b'GIF89a').decode()}'  # HERE\n", "neither a PNG nor an SVG"),
    "a logo that is torn": (f"[branding]\nlogo = '{b64encode(png(3, 2)[:-20]).decode()}'  # HERE\n", "damaged"),
    "nothing": ("# HERE\n", "nothing in this file"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_be_right_is_told_with_its_line(what: str) -> None:
    text, words = WRONG[what]
    (line,) = (number for number, one in enumerate(text.splitlines(), 1) if "# HERE" in one)
    notes, problems = from_toml(text, PEOPLE, PROJECTS, CLIENTS)
    assert notes is None
    assert [problem for problem in problems if problem.line == line and words in problem.reason], problems


def test_all_problems_are_told_at_once_in_the_order_of_their_lines() -> None:
    text = "[[rate]]\nproject_id = 'gone'\nper_hour = 1\n[usual]\nthreshold = 0\ncolour = 1\n[[target]]\nuser_id = 'ana'\n"
    assert from_toml(text, PEOPLE, PROJECTS, CLIENTS)[1] == [
        Problem(2, "“gone” is no project of this workspace."),
        Problem(3, 'Money is text with two decimals, 0 or more: "85.00".'),
        Problem(6, "“colour” isn't known here; there are person_week, project_week, threshold, utilization, billability."),
        Problem(7, "A target needs utilization or billability, in percent."),
    ]


def test_days_off_of_one_day_need_no_last() -> None:
    notes, _ = from_toml("[[day_off]]\nuser_id = 'ana'\nfirst_day = 2026-12-24\n", PEOPLE, PROJECTS, CLIENTS)
    assert notes == Notes(days_off=(DaysOff("ana", date(2026, 12, 24), date(2026, 12, 24)),))


HOSTILE = {
    "a huge file": "# " + "x" * 100 + "\n",
    "a long line": "x = '" + "y" * 5000 + "'\n",
    "a number of thousands of digits": "x = [\n" + "9" * 3990 + ",\n" + "0x" + "f" * 3990 + "]\n",
    "brackets within brackets": "x = " + "[\n" * 100_000,
    "tables within tables": "x = " + "{a=" * 1_300 + "\n",
    "a key of many parts": ".".join("a" * 1_990) + " = 1\n",
    "a quoted key of many parts": "x = {" + " . ".join(["'a'", '"b"'] * 200) + " = 1}\n",
    "a text without an end": '[usual]\nx = """\n' + "a\n" * 400_000,
    "half a letter": "x = '\ud83c'\n",
    "an odd letter": "x = '\x00'\n",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_soon(what: str) -> None:
    text = HOSTILE[what] * (10_000 if what == "a huge file" else 1)
    begun = perf_counter()
    notes, problems = from_toml(text, PEOPLE, PROJECTS, CLIENTS)
    assert notes is None and problems
    assert all(len(problem.reason) < 200 for problem in problems)
    assert perf_counter() - begun < 5


@pytest.mark.parametrize(
    "row",
    [
        "[[rate]]\nproject_id = 'app'\nper_hour = '1'\n",
        "[[day_off]]\nuser_id='ana'\nfirst_day=2026-01-01\n",
        "a{0}.b.c={0}\n",
        ".".join(["a{0}", *"b" * 9]) + "={0}\n",
        "[" + ".".join(["a{0}", *"b" * 9]) + "]\n",
        "x{0} = {{" + ".".join("b" * 100) + "=1}}\n",
        "['" + "-" * 3900 + "{0}']\n",
        "x{0} = '" + "a.-b" * 900 + "'\n",
        "[t{0}]\n",
    ],
)
def test_a_file_as_large_as_allowed_is_read_soon(row: str) -> None:
    text = "".join(row.format(number) for number in range(990_000 // (len(row) + 6)))
    begun = perf_counter()
    notes, problems = from_toml(text, PEOPLE, PROJECTS, CLIENTS)
    assert notes is None and problems
    assert perf_counter() - begun < 20


@given(st.text(st.sampled_from(list("[[rate]]usual.='\"\\#,{}\n 1-:")), max_size=60))
def test_no_text_is_more_than_a_list_of_problems(text: str) -> None:
    notes, problems = from_toml(text, PEOPLE, PROJECTS, CLIENTS)
    assert (notes is None) == bool(problems)
    assert all(1 <= problem.line <= text.count("\n") + 1 for problem in problems)


def test_lines_are_those_of_a_plain_search() -> None:
    """Of a file that we wrote, each key stands on a line of its own and no text has a break: a plain search finds them."""
    text = to_toml(replace(FULL, branding=Branding()), {})
    counts: dict[str, int] = {}
    path: tuple[str | int, ...] = ()
    found = Lines(text)
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("[["):
            name = line.strip("[]")
            counts[name] = counts.get(name, -1) + 1
            path = (name, counts[name])
        elif line.startswith("["):
            path = (line.strip("[]"),)
        elif "=" in line and not line.startswith("#"):
            assert found.line_of((*path, line.split(" = ")[0])) == number
            continue
        else:
            continue
        assert found.line_of(path) == found.line_of((*path, "what isn't there")) == number
    assert counts == {"capacity": 1, "day_off": 1, "target": 1, "cost_rate": 2, "plan": 2, "rate": 1, "client_rule": 1, "pack": 2}


def test_a_logo_comes_in_as_an_upload_does() -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" onload="x()"><script>x()</script><path d="M0 0h9"/></svg>'
    notes, problems = from_toml(f"[branding]\nlogo = '{b64encode(drawing.encode()).decode()}'\n", PEOPLE, PROJECTS)
    assert notes and not problems
    assert (notes.branding.logo_type, b"<path" in notes.branding.logo, b"x()" in notes.branding.logo) == ("svg", True, False)  # type: ignore[operator]


def test_a_bad_file_changes_nothing(tmp_path: Path) -> None:
    with closing(records_at(Place(None, tmp_path))) as records:
        fill(records)
        version = records.version(SPACE)
        text = to_toml(records.notes(SPACE), {}).replace('per_hour = "85.00"', 'per_hour = "85,00"')
        notes, (problem,) = from_toml(text, PEOPLE, PROJECTS, CLIENTS)
        assert notes is None
        assert text.splitlines()[problem.line - 1] == 'per_hour = "85,00"'
        assert records.notes(SPACE) == replace(FULL, version=version)
