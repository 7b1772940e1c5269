"""What separates the cells of our CSVs: the browser's language says it, the installation before it, and a person before both.

Files are made in a thread without a session.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from streamlit.testing.v1 import AppTest

from tests.support import studio
from tests.support.house import House
from tests.support.looks import go_to, is_sound, settle
from tests.support.taken import Taken

AppOf = Callable[..., AppTest]
Housed = Callable[..., House]
# The pages with the button of their own CSV, and what stands there of an entry or a sum.
OWN = {
    "overview": ("summary-csv", "3.50"),
    "billable": ("billable-csv", "3.50"),
    "detailed": ("entries-csv", "1.50"),
    "weekly": ("weekly-csv", "3:00:00"),
}


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Taken:
    return Taken(monkeypatch)


def opened(housed: Housed, app_of: AppOf, locale: str, **environment: str) -> AppTest:
    page = app_of(housed().front, studio.KEY, **environment)
    page.context["locale"] = locale
    page.query_params |= {"week": "2026-11-10", "of": "everyone"}
    return settle(page.run())


def files_of(page: AppTest, taken: Taken, name: str) -> dict[str, str]:
    taken.files()
    page.query_params |= {"week": "2026-11-10", "of": "everyone"}
    assert is_sound(go_to(page, name))
    with ThreadPoolExecutor(1) as pool:
        return {key: file.decode() for key, file in pool.submit(taken.files).result().items() if key.endswith("csv")}


def separator_of(page: AppTest, taken: Taken) -> str:
    return files_of(page, taken, "overview")["summary-csv"].removeprefix('"Client"')[0]


@pytest.mark.parametrize(("locale", "separator", "decimal"), [("en-GB", ",", "."), ("de-DE", ";", ",")])
def test_each_page_follows_and_clockifys_layout_does_not(
    housed: Housed, app_of: AppOf, taken: Taken, locale: str, separator: str, decimal: str
) -> None:
    page = opened(housed, app_of, locale)
    for name, (key, figure) in OWN.items():
        files = files_of(page, taken, name)
        head, *lines = files.pop(key).splitlines()
        assert f'"{separator}"' in head
        assert any(f'"{separator}"{figure.replace(".", decimal)}"{separator}"' in line for line in lines), (name, lines)
        clockifys = [file for other, file in files.items() if other.endswith(("clockify-csv", "solidtime-csv"))]
        assert clockifys
        for file in clockifys:
            assert all('","' in line and '";"' not in line for line in file.splitlines())


def test_the_installation_says_it_before_the_browser(housed: Housed, app_of: AppOf, taken: Taken) -> None:
    assert separator_of(opened(housed, app_of, "de-DE", CLOCKIFY_CSV="comma"), taken) == ","


def test_what_is_chosen_holds_for_the_session_on_every_page(housed: Housed, app_of: AppOf, taken: Taken) -> None:
    page = opened(housed, app_of, "en-US", CLOCKIFY_CSV="comma")
    assert separator_of(page, taken) == ","
    beside = page.segmented_control(key="csv-form")
    assert beside.options == ["Comma and point", "Semicolon and comma"]
    assert beside.value == "comma"
    beside.set_value("Semicolon and comma").run()
    assert separator_of(page, taken) == ";"
    assert page.segmented_control(key="csv-form").value == "semicolon"
    assert go_to(page, "settings").segmented_control(key="csv-form").value == "semicolon"
    page.segmented_control(key="csv-form").set_value("Comma and point").run()
    assert separator_of(page, taken) == ","
    other = AppTest.from_file(page._script_path, default_timeout=60)
    other.context["locale"] = "de-DE"
    assert separator_of(settle(other.run()), taken) == ","
