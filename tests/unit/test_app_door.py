"""The door's rules as plain values: who is on the list, for how long, and who sits at this machine."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from clockify.app.shell import door
from clockify.desk.signin import SignIn, is_allowed, is_recent, parse_sign_in
from clockify.errors import ConfigurationError

PROJECT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
SECRET = "0123456789abcdef0123456789abcdef"
PROVIDER = {
    "client_id": "dashboard",
    "client_secret": "shh",
    "server_metadata_url": "https://id.example.com/.well-known/openid-configuration",
}
AUTH: dict[str, Any] = {"redirect_uri": "https://dash.example.com/oauth2callback", "cookie_secret": SECRET, **PROVIDER}
ACCESS: dict[str, Any] = {"allowed_emails": ["Ada@Example.com"], "allowed_domains": ["@Corp.Example"]}

LISTED = parse_sign_in(AUTH, ACCESS)
LOCAL = {"Host": "localhost:8501", "Origin": "http://localhost:8501"}


def user(email: object, **claims: object) -> dict[str, Any]:
    return {"email": email, "email_verified": True, "sub": "1", **claims}


@pytest.mark.parametrize(
    "email", ["ada@example.com", "ADA@example.COM", "who@corp.example", "Who@CORP.example", "ädam@corp.example", "\u212a@corp.example"]
)
def test_a_listed_address_and_every_address_of_a_listed_domain_come_in(email: str) -> None:
    assert is_allowed(user(email), LISTED)


@pytest.mark.parametrize("verified", ["true", "True", 1, "yes", ["x"], {"is": True}, None, False, "", 0])
def test_verified_is_true_and_nothing_like_it(verified: object) -> None:
    assert not is_allowed(user("ada@example.com", email_verified=verified), LISTED)


def test_an_address_that_nobody_speaks_of_as_verified_stays_out() -> None:
    assert not is_allowed({"email": "ada@example.com", "sub": "1"}, LISTED)


@pytest.mark.parametrize(
    "email",
    [
        "bob@example.com",  # another address of a domain that isn't listed as one
        "who@sub.corp.example",  # a subdomain is another domain
        "who@corp.example.evil.test",
        "who@evilcorp.example",
        "who@corp.example.",
        "a@b@evil.test",
        "who@evil.test@corp.example",
        "ada@example.com@evil.test",
        '"who@evil.test"@corp.example',
        "who@evil.test,who@corp.example",
        "who@evil.test;@corp.example",
        "<who@evil.test>who@corp.example",
        "who@evil.test\n@corp.example",
        "ada@example.com\n",
        " ada@example.com",
        "who@corp.example\x00",
        "who @corp.example",
        "who\\@corp.example",
        "@corp.example",
        "corp.example",
        "@",
        "",
        None,
        7,
        ["ada@example.com"],
        "аda@example.com",  # the first letter is Cyrillic
        "ada@exаmple.com",
        "who@cοrp.example",  # the o is Greek
        "who@ｃｏｒｐ.example",  # full width
        "who＠corp.example",
        "who@corp。example",
        "who@corp.exampl\u200be",
        "ada\u200b@example.com",
    ],
)
def test_what_only_looks_like_a_listed_address_stays_out(email: object) -> None:
    assert not is_allowed(user(email), LISTED)


def test_unicode_letters_with_an_ascii_small_form_are_other_letters() -> None:
    listed = parse_sign_in(AUTH, {"allowed_emails": ["kim@example.com", "hans@strasse.example"], "allowed_domains": ["skype.example"]})
    twins = (
        "\u212aim@example.com",
        "han\u017f@strasse.example",
        "hans@stra\u00dfe.example",
        "who@\u017fkype.example",
        "who@s\u212aype.example",
    )
    assert [twin.casefold() for twin in twins[:2]] == ["kim@example.com", "hans@strasse.example"]
    for twin in twins:
        assert not is_allowed(user(twin), listed), twin
    assert is_allowed(user("KIM@example.com"), listed)


def test_a_list_alone_is_enough_and_an_empty_one_lets_nobody_in() -> None:
    one, nobody = (SignIn((None,), frozenset(emails), frozenset(), timedelta(1)) for emails in ({"ada@example.com"}, ()))
    assert is_allowed(user("ada@example.com"), one)
    assert not is_allowed(user("ada@example.com"), nobody)
    only_domains = parse_sign_in(AUTH, {"allowed_domains": ["example.com"]})
    assert is_allowed(user("ada@example.com"), only_domains)
    assert not is_allowed(user("ada@corp.example"), only_domains)


@pytest.mark.parametrize(
    ("age", "recent"),
    [(timedelta(0), True), (timedelta(hours=11, minutes=59), True), (timedelta(hours=12), False), (timedelta(days=29), False)],
)
def test_a_sign_in_lasts_twelve_hours(age: timedelta, recent: bool) -> None:
    assert is_recent({"iat": int((NOW - age).timestamp())}, LISTED, NOW) is recent


def test_a_sign_in_lasts_as_long_as_the_secrets_say_and_a_provider_s_clock_may_be_ahead() -> None:
    week = parse_sign_in(AUTH, {**ACCESS, "max_hours": 168})
    assert is_recent({"iat": (NOW - timedelta(days=6)).timestamp()}, week, NOW)
    assert not is_recent({"iat": (NOW - timedelta(days=7)).timestamp()}, week, NOW)
    assert is_recent({"iat": (NOW + timedelta(minutes=2)).timestamp()}, LISTED, NOW)


@pytest.mark.parametrize("issued", [None, "1795000000", True, [1], float("nan")])
def test_a_sign_in_of_unknown_age_is_too_old(issued: object) -> None:
    assert not is_recent({"iat": issued}, LISTED, NOW)


def without(section: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in section.items() if name not in names}


@pytest.mark.parametrize(
    ("auth", "access", "word"),
    [
        ({}, ACCESS, "redirect_uri and cookie_secret"),
        (without(AUTH, "cookie_secret"), ACCESS, "cookie_secret"),
        ({**AUTH, "cookie_secret": " "}, ACCESS, "cookie_secret"),
        ({**AUTH, "cookie_secret": SECRET[:-1]}, ACCESS, "cookie_secret"),
        ({**AUTH, "cookie_secret": 12345678901234567890123456789012345}, ACCESS, "cookie_secret"),
        ({**AUTH, "redirect_uri": "http://dash.example.com/oauth2callback"}, ACCESS, "redirect_uri"),
        ({**AUTH, "redirect_uri": "https://dash.example.com/"}, ACCESS, "redirect_uri"),
        ({**AUTH, "redirect_uri": "https://[oauth2callback"}, ACCESS, "redirect_uri"),
        (without(AUTH, *PROVIDER), ACCESS, "client_id, client_secret, server_metadata_url"),
        ({**AUTH, "client_secret": ""}, ACCESS, "client_secret"),
        ({**AUTH, "server_metadata_url": "http://id.example.com/.well-known/openid-configuration"}, ACCESS, "server_metadata_url"),
        ({**without(AUTH, *PROVIDER), "google": without(PROVIDER, "client_id")}, ACCESS, "auth.google"),
        ({**without(AUTH, *PROVIDER), "my_own": PROVIDER}, ACCESS, "auth.my_own"),
        (AUTH, {}, "lists nobody"),
        (AUTH, {"allowed_emails": [], "allowed_domains": []}, "lists nobody"),
        (AUTH, {"allowed_emails": "ada@example.com"}, "allowed_emails"),
        (AUTH, {"allowed_domains": "example.com"}, "allowed_domains"),
        (AUTH, {"allowed_domains": {"example.com": True}}, "allowed_domains"),
        (AUTH, {"allowed_emails": ["example.com"]}, "Entry 1 of allowed_emails"),
        (AUTH, {"allowed_emails": ["ada@example.com", "@example.com"]}, "Entry 2 of allowed_emails"),
        (AUTH, {"allowed_emails": ["a@b@example.com"]}, "Entry 1 of allowed_emails"),
        (AUTH, {"allowed_emails": [True]}, "Entry 1 of allowed_emails"),
        (AUTH, {"allowed_domains": ["*.example.com"]}, "Entry 1 of allowed_domains"),
        (AUTH, {"allowed_domains": ["*"]}, "Entry 1 of allowed_domains"),
        (AUTH, {"allowed_domains": ["ada@example.com"]}, "Entry 1 of allowed_domains"),
        (AUTH, {"allowed_domains": [""]}, "Entry 1 of allowed_domains"),
        (AUTH, {**ACCESS, "allowed_email": ["x@y.test"]}, "something else"),
        (AUTH, {**ACCESS, "max_hours": 0}, "max_hours"),
        (AUTH, {**ACCESS, "max_hours": -1}, "max_hours"),
        (AUTH, {**ACCESS, "max_hours": "12"}, "max_hours"),
        (AUTH, {**ACCESS, "max_hours": True}, "max_hours"),
        (AUTH, {**ACCESS, "max_hours": float("inf")}, "max_hours"),
        (AUTH, {**ACCESS, "max_hours": float("nan")}, "max_hours"),
        (AUTH, {**ACCESS, "max_hours": 721}, "max_hours"),
    ],
)
def test_what_can_t_be_understood_is_named_and_lets_nobody_in(auth: dict[str, Any], access: dict[str, Any], word: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_sign_in(auth, access)
    message = str(caught.value)
    assert word in message
    for secret in (SECRET[:16], "shh", "dash.example.com", "id.example.com", "x@y.test"):
        assert secret not in message


def test_providers_are_the_one_without_a_name_and_those_with_one() -> None:
    named = {**AUTH, "client_kwargs": {"prompt": "login"}, "google": PROVIDER, "okta": PROVIDER}
    assert parse_sign_in(AUTH, ACCESS).providers == (None,)
    assert parse_sign_in(named, ACCESS).providers == (None, "google", "okta")
    assert parse_sign_in(without(named, *PROVIDER), ACCESS).providers == ("google", "okta")


def test_on_this_machine_addresses_need_no_https() -> None:
    local = {**AUTH, "redirect_uri": "http://localhost:{port}/oauth2callback", "server_metadata_url": "http://127.0.0.1:9400/x"}
    assert parse_sign_in(local, ACCESS).providers == (None,)


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        (None, LOCAL),
        ("127.0.0.1", LOCAL),
        ("::1", LOCAL),
        ("::ffff:127.0.0.1", LOCAL),  # IPv4 on a socket for both
        (None, {"Host": "localhost"}),
        (None, {"Host": "LocalHost:80"}),
        (None, {"Host": "127.0.0.1:8501", "Origin": "http://127.0.0.1:8501"}),
        (None, {"Host": "[::1]:8501", "Origin": "http://[::1]:8501"}),
        (None, {"Host": "[::1]"}),
        (None, {"host": "localhost:8501", "accept": "*/*"}),
    ],
)
def test_a_visitor_at_this_machine(address: str | None, headers: dict[str, str]) -> None:
    assert door.is_local_visitor(address, headers)


@pytest.mark.parametrize(
    "address", ["192.0.2.7", "::ffff:192.0.2.7", "fd00::2", "10.0.0.1", "0.0.0.0", "localhost.evil.test", "", "unknown"]
)
def test_another_address_is_not_this_machine(address: str) -> None:
    assert not door.is_local_visitor(address, LOCAL)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "dash.example.com",
        "dash.example.com:8501",
        "192.0.2.2:8501",
        "localhost.evil.test",
        "localhost.evil.test:8501",
        "evil.test:localhost",
        "evil.test@localhost",
        "localhost@evil.test",
        "localhost evil.test",
        "localhost, evil.test",
        "[::1].evil.test",
        "[fd00::2]:8501",
        "::1",
        "127.0.0.1.nip.io",
        "127.0.0.1:8501:evil",
    ],
)
def test_another_name_is_not_this_machine(host: str) -> None:
    assert not door.is_local_visitor(None, {"Host": host})
    assert not door.is_local_visitor(None, {"Host": "localhost:8501", "Origin": f"http://{host}"})


@pytest.mark.parametrize("origin", ["null", "", "file://", "https://dash.example.com", "chrome-extension://abc", "javascript://localhost"])
def test_a_page_from_elsewhere_is_not_this_machine(origin: str) -> None:
    assert not door.is_local_visitor(None, {"Host": "localhost:8501", "Origin": origin})


def test_no_host_at_all_is_not_this_machine() -> None:
    assert not door.is_local_visitor(None, {})


@pytest.mark.parametrize(
    "name",
    ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "x-forwarded-for", "Via", "Cf-Connecting-Ip"],
)
@pytest.mark.parametrize("value", ["127.0.0.1", "192.0.2.7", ""])
def test_what_a_proxy_passed_on_is_not_this_machine(name: str, value: str) -> None:
    assert not door.is_local_visitor(None, {**LOCAL, name: value})


def test_the_example_lets_nobody_in_until_it_is_filled_in() -> None:
    example = tomllib.loads((PROJECT / ".streamlit" / "secrets.toml.example").read_text(encoding="utf8"))
    auth, access = example["auth"], example["access"]
    with pytest.raises(ConfigurationError, match="lacks cookie_secret"):
        parse_sign_in(auth, access)
    filled = auth | {"cookie_secret": SECRET, "client_id": "dashboard", "client_secret": "shh"}
    with pytest.raises(ConfigurationError, match="lists nobody"):
        parse_sign_in(filled, access)
    sign_in = parse_sign_in(filled, access | {"allowed_emails": ["ada@example.com"]})
    assert is_allowed(user("ada@example.com"), sign_in)
    assert not is_allowed(user("grace@example.com"), sign_in)
    assert sign_in.longest == timedelta(hours=12)
