"""What pages make of faults: Settings stays usable, a failed Refresh is said, a part is never called a total."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.support import studio
from tests.support.faults import FAULTS
from tests.support.house import House
from tests.support.looks import buttons, everything, figures, is_sound, notices, settle, texts
from tests.support.nightly import by_turns
from tests.support.promises import SAYS, check_secrecy, check_words

AppOf = Callable[..., AppTest]
Housed = Callable[..., House]


@pytest.mark.parametrize("kind", FAULTS)
def test_settings_stays_usable_when_nothing_can_be_read(
    housed: Housed, app_of: AppOf, caplog: pytest.LogCaptureFixture, tmp_path: Path, kind: str
) -> None:
    caplog.set_level(logging.DEBUG)
    house = housed()
    house.front.fail("user", kind)
    page = app_of(house.front, studio.KEY).run()
    page.switch_page("pages/settings.py").run()
    assert is_sound(page)
    check_words(page, "user", kind)
    check_secrecy(page, house, tmp_path, caplog.text, studio.KEY)
    assert [field.label for field in page.text_input] == ["Clockify API key"]


@pytest.mark.parametrize("endpoint", ["user", "projects"])
def test_settings_says_what_is_out_of_date(housed: Housed, app_of: AppOf, endpoint: str) -> None:
    house = housed()
    page = app_of(house.front, studio.KEY).run()
    house.clock.pass_by(hours=2)
    house.front.fail(endpoint, "500")
    page = settle(page.run())
    page.switch_page("pages/settings.py").run()
    assert is_sound(page)
    (said,) = notices(page)
    assert "may be out of date. Clockify failed on its side" in said
    house.front.heal()
    buttons(page)["Retry"].click().run()
    assert not notices(settle(page))


@pytest.mark.parametrize(("endpoint", "kind"), by_turns(["detailed", "in-progress"], ["500", "timeout", "401", "redirect"], 2))
def test_refresh_of_fresh_data_that_fails_is_said(housed: Housed, app_of: AppOf, endpoint: str, kind: str) -> None:
    house = housed()
    page = app_of(house.front, studio.KEY).run()
    assert figures(page) == studio.NOVEMBER
    assert not notices(page)
    house.clock.pass_by(minutes=1)
    house.front.fail(endpoint, kind)
    buttons(page)["Refresh"].click().run()
    assert is_sound(page)
    assert figures(page) == studio.NOVEMBER
    check_words(page, endpoint, kind)
    studio.log_one_hour_more(house.world)
    house.front.heal()
    house.clock.pass_by(minutes=1)
    buttons(page)["Retry" if SAYS[kind].retry else "Refresh"].click().run()
    assert figures(page) == (studio.NOVEMBER_LATER if endpoint == "detailed" or kind in ("401", "redirect") else studio.NOVEMBER)
    assert not notices(page)


def test_figures_without_a_month_are_never_called_a_total(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    house.front.fail("detailed", "500", when=lambda asked: asked.month == "2026-11")
    page = app_of(house.front, studio.KEY)
    page.query_params["period"] = "this-quarter"
    page.run()
    assert is_sound(page)
    # October's four hours alone, on its 22 working days.
    assert figures(page) == {
        "Tracked, 2 of 3 months": "4.0 h",
        "Billable, 2 of 3 months": "4.0 h",
        "Amount, 2 of 3 months": "€400",
        "Average per day, 2 of 3 months": "0.2 h",
    }
    said = "\n".join(notices(page))
    assert "November 2026 can't be read. Clockify failed on its side (status 500)" in said
    assert "Not a total: the figures below are without November 2026." in said
    assert {file.proto.disabled for file in page.get("download_button")} == {True}
    house.front.heal()
    buttons(page)["Retry"].click().run()
    assert figures(page)["Tracked"] == "11.0 h"
    assert not notices(page)


def test_a_failed_comparison_leaves_the_figures_and_compares_nothing(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    house.front.fail("detailed", "500", when=lambda asked: asked.month == "2026-10")
    page = app_of(house.front, studio.KEY).run()
    assert figures(page) == studio.NOVEMBER
    # What isn't compared says nothing of a period before.
    assert [metric.delta for metric in page.metric] == ["", "93% of tracked", "", "12 working days"]
    assert "vs" not in texts(page)
    assert "October 2026 can't be read." in "\n".join(notices(page))
    house.front.heal()
    buttons(page)["Retry"].click().run()
    assert page.metric[0].delta == ":gray[↑ 75%]"


@pytest.mark.parametrize("path", ["pages/overview.py", "pages/billable.py"])
def test_old_data_is_whole_on_every_page(
    housed: Housed, app_of: AppOf, caplog: pytest.LogCaptureFixture, tmp_path: Path, path: str
) -> None:
    caplog.set_level(logging.DEBUG)
    house = housed()
    page = app_of(house.front, studio.KEY).run()
    house.clock.pass_by(hours=2)
    studio.log_one_hour_more(house.world)
    house.front.fail("detailed", "500")
    page = settle(page.run())
    page.switch_page(path).run()
    assert is_sound(page)
    assert "last checked 2 h ago" in "\n".join(notices(page))
    check_secrecy(page, house, tmp_path, caplog.text, studio.KEY)
    before = everything(page)
    assert "350.00" in before
    assert "450.00" not in before
    house.front.heal()
    buttons(page)["Retry"].click().run()
    assert not notices(page)
    assert "450.00" in everything(page)
    assert "350.00" not in everything(page)


def test_a_store_that_fails_in_the_middle_is_said_and_recovers(housed: Housed, app_of: AppOf, tmp_path: Path) -> None:
    house = housed()
    page = app_of(house.front, studio.KEY).run()
    for part in tmp_path.glob("app.sqlite*"):
        part.write_bytes(b"nothing that SQLite ever wrote" * 1000)
    page.run()
    assert is_sound(page)
    assert not figures(page)
    (said,) = notices(page)
    assert "The local copy was damaged and has been set aside" in said
    assert "Retry" in buttons(page)
    buttons(page)["Retry"].click().run()
    assert figures(page) == studio.NOVEMBER
    assert not notices(page)
