"""Settings: what is taken, what is refused, and that a key never shows."""

from __future__ import annotations

import copy
import pickle
import traceback

import pytest

from clockify.errors import ConfigurationError
from clockify.settings import API_URL, ApiKey, Settings, is_loopback, parse_settings
from clockify.sheets import CsvForm

TOKEN = "Qm7wWcT4fT0Rk2nVxN5uYb8pLs3dHj6a"
SECRET = "c0ffee-c0ffee-c0ffee-c0ffee"


def test_nothing_set_means_the_demo() -> None:
    found = parse_settings({"CLOCKIFY_API_KEY": "  "})
    assert found.is_demo
    assert found.api_url == API_URL
    assert found == Settings()
    assert not (found.demo or found.open_to_all)


def test_everything_set() -> None:
    found = parse_settings(
        {
            "CLOCKIFY_API_KEY": f"  {SECRET}\n",
            "CLOCKIFY_WORKSPACE_ID": "w1",
            "CLOCKIFY_API_URL": "https://euc1.clockify.me/api/v1/",
            "CLOCKIFY_TIME_ZONE": "Asia/Kolkata",
            "CLOCKIFY_REQUESTS_PER_HOUR": "60",
            "DATABASE_URL": "postgresql://u:p@h/d",
            "CLOCKIFY_OPEN": "Yes",
            "CLOCKIFY_CSV": "Semicolon",
            "CLOCKIFY_PUBLIC_URL": "https://dashboard.example.com/",
            "CLOCKIFY_WEBHOOK_TOKENS": f" {TOKEN} ,, {TOKEN[::-1]}",
            "CLOCKIFY_LOG_LEVEL": "Warning",
            "CLOCKIFY_DEMO_LIFE": "0",
            "SOMETHING_ELSE": "ignored",
        }
    )
    assert found.key is not None
    assert found.key.reveal() == SECRET
    assert not found.is_demo
    assert (found.workspace_id, found.database_url) == ("w1", "postgresql://u:p@h/d")
    assert (found.api_url, found.time_zone, found.requests_per_hour, found.open_to_all, found.csv) == (
        "https://euc1.clockify.me/api/v1",
        "Asia/Kolkata",
        60,
        True,
        CsvForm.SEMICOLON,
    )
    assert (found.public_url, found.log_level, found.demo_life) == ("https://dashboard.example.com", "warning", False)
    assert [token.matches(TOKEN) for token in found.webhook_tokens] == [True, False]
    assert TOKEN not in repr(found) and TOKEN not in repr(found.webhook_tokens)


def test_the_demo_can_be_asked_for_beside_a_key() -> None:
    assert parse_settings({"CLOCKIFY_API_KEY": SECRET, "CLOCKIFY_DEMO": "1"}).is_demo


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CLOCKIFY_API_URL", "http://api.clockify.me/api/v1"),
        ("CLOCKIFY_API_URL", "https://user:word@api.clockify.me/api/v1"),
        ("CLOCKIFY_API_URL", "https://api.clockify.me/api/v1?x=1"),
        ("CLOCKIFY_API_URL", "https://[::1"),
        ("CLOCKIFY_REPORTS_URL", "ftp://reports.api.clockify.me"),
        ("CLOCKIFY_REPORTS_URL", "http://localhost.evil.example/v1"),
        ("CLOCKIFY_TIME_ZONE", "Middle/Earth"),
        ("CLOCKIFY_TIME_ZONE", "../../etc/passwd"),
        ("CLOCKIFY_REQUESTS_PER_HOUR", "0"),
        ("CLOCKIFY_REQUESTS_PER_HOUR", "many"),
        ("CLOCKIFY_DEMO", "perhaps"),
        ("CLOCKIFY_CSV", "tabs"),
        ("CLOCKIFY_PUBLIC_URL", "http://dashboard.example.com"),
        ("CLOCKIFY_PUBLIC_URL", "https://example.com/dashboard"),
        ("CLOCKIFY_WEBHOOK_TOKENS", "short"),
        ("CLOCKIFY_WEBHOOK_TOKENS", "with a space in the token itself"),
        ("CLOCKIFY_LOG_LEVEL", "loud"),
        ("CLOCKIFY_DEMO_LIFE", "sometimes"),
        ("CLOCKIFY_API_KEY", "two words"),
        ("CLOCKIFY_API_KEY", "line\r\nX-Evil: 1"),
        ("CLOCKIFY_API_KEY", "schlüssel"),
    ],
)
def test_what_cannot_be_used_is_named_and_not_echoed(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_settings({name: value})
    words = str(caught.value)
    assert name in words
    assert value not in words


def test_one_request_an_hour_is_the_least() -> None:
    assert parse_settings({"CLOCKIFY_REQUESTS_PER_HOUR": "1"}).requests_per_hour == 1


@pytest.mark.parametrize("url", ["http://127.0.0.1:8900/api/v1", "http://localhost:8900/api/v1", "http://[::1]:8900/api/v1"])
def test_plain_http_is_for_this_machine(url: str) -> None:
    assert parse_settings({"CLOCKIFY_API_URL": url}).api_url == url


def test_only_this_machine_is_loopback() -> None:
    assert is_loopback("127.0.0.1") and is_loopback("[::1]") and is_loopback("LOCALHOST")
    assert not is_loopback("localhost.example.com") and not is_loopback("10.0.0.1") and not is_loopback(None) and not is_loopback("")


def test_a_key_has_no_text() -> None:
    key = ApiKey(SECRET)
    found = parse_settings({"CLOCKIFY_API_KEY": SECRET})
    try:
        raise ValueError(key, found)
    except ValueError:
        shown = traceback.format_exc()
    for text in (repr(key), str(key), f"{key}", repr(found), repr([key]), shown):
        assert SECRET not in text
    with pytest.raises(TypeError):
        pickle.dumps(key)
    with pytest.raises(TypeError):
        copy.deepcopy(key)


def test_the_database_password_is_not_shown() -> None:
    assert "hunter2" not in repr(parse_settings({"DATABASE_URL": "postgresql://u:hunter2@h/d"}))


def test_keys_are_compared_by_what_they_are() -> None:
    assert ApiKey(SECRET) == ApiKey(f" {SECRET} ")
    assert len({ApiKey(SECRET), ApiKey(f" {SECRET} "), ApiKey(SECRET + "x")}) == 2
    assert ApiKey(SECRET) != ApiKey(SECRET + "x")
    assert ApiKey(SECRET) != SECRET
