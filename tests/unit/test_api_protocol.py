"""What a reply means, and whether to ask again: decisions on plain values."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from clockify import errors
from clockify.api.protocol import (
    DetailedPage,
    decipher,
    detailed_page_of,
    entries_count,
    is_refused_by_plan,
    last_page_of,
    object_of,
    retry_delay,
    rows_of,
    summary_of,
    totals_of,
    user_of,
    workspaces_of,
)

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
SECRET = "SENSITIVE_INPUT_XYZ"


def refusal(status: int, body: Any = None, headers: dict[str, str] | None = None) -> errors.ClockifyError:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    with pytest.raises(errors.ClockifyError) as caught:
        decipher(status, headers or {}, content, NOW)
    return caught.value


def said(message: str, code: int = 501) -> dict[str, Any]:
    return {"message": message, "code": code}


class TestDecipher:
    def test_json_of_a_success_is_the_answer(self) -> None:
        assert decipher(200, {}, b'[{"id": "a"}]', NOW) == [{"id": "a"}]
        assert decipher(201, {}, b"{}", NOW) == {}

    def test_names_of_every_script_arrive_whole(self) -> None:
        assert decipher(200, {}, '{"name": "Zoë 日本 🎈"}'.encode(), NOW) == {"name": "Zoë 日本 🎈"}

    def test_half_a_character_costs_itself_alone(self) -> None:
        read = decipher(200, {}, b'[{"name": "cut \\uD83D", "\\ud83c": "\\ud83c\\udf88"}]', NOW)
        assert read == [{"name": "cut ?", "?": "🎈"}]

    @pytest.mark.parametrize(
        ("status", "body", "expected"),
        [
            (401, said("Multiple or none auth tokens present", 1000), errors.AuthenticationError),
            (401, said("Api key does not exist", 4003), errors.AuthenticationError),
            (403, said("Access Denied"), errors.PermissionDenied),
            (404, said("No static resource v1/x.", 3000), errors.NotFound),
            (400, said("Project doesn't belong to Workspace"), errors.NotFound),
            (400, said("Please select date range of exactly 7 days for weekly report"), errors.RequestRejected),
            (400, said("Workspace doesn't belong to anything", 3000), errors.RequestRejected),
            (402, said("Payment required"), errors.RequestRejected),
            (405, said("Request method 'GET' is not supported", 3000), errors.RequestRejected),
            (429, said("Slow down", 429), errors.RateLimited),
            (500, said("Oops", 1), errors.ServerError),
            (503, b"<html>maintenance</html>", errors.ServerError),
            (100, b"", errors.MalformedReply),
            (700, b"", errors.MalformedReply),
        ],
    )
    def test_a_refusal_is_exactly_one_error(self, status: int, body: Any, expected: type[errors.ReplyError]) -> None:
        error = refusal(status, body)
        assert type(error) is expected
        assert isinstance(error, errors.ReplyError)
        assert error.status == status

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 304])
    def test_a_redirect_is_refused(self, status: int) -> None:
        assert type(refusal(status, b"", {"Location": "https://elsewhere.test/"})) is errors.RedirectRefused

    def test_the_code_is_kept_where_it_is_a_number(self) -> None:
        for body, code in (
            (said("x", 4003), 4003),
            ({"code": True}, None),
            ({"code": "1"}, None),
            ([1], None),
            (b"<html>", None),
            (b"", None),
        ):
            error = refusal(401, body)
            assert isinstance(error, errors.ReplyError)
            assert error.code == code

    @pytest.mark.parametrize(
        ("status", "body", "text"),
        [
            (405, said("x", 3000), "Clockify rejected the request (status 405, code 3000)."),
            (400, said("x", 0), "Clockify rejected the request (status 400, code 0)."),
            (409, {}, "Clockify rejected the request (status 409)."),
            (402, b"", "Clockify rejected the request (status 402)."),
        ],
    )
    def test_a_rejection_names_status_and_code_as_far_as_there_is_one(self, status: int, body: Any, text: str) -> None:
        assert str(refusal(status, body)) == text

    @pytest.mark.parametrize("body", [b"", b'{"a": 1', b"<html></html>", b"\xff\xfe\xfa", b"[NaN]", b"[" * 100_000, b'{"a": Infinity}'])
    def test_what_is_not_json_is_malformed(self, body: bytes) -> None:
        error = refusal(200, body)
        assert type(error) is errors.MalformedReply
        assert error.__context__ is None

    @pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 405, 409, 429, 500])
    @pytest.mark.parametrize("text", [f"Invalid boolean value [{SECRET}]", f"{SECRET} doesn't belong to Workspace", f"upgrade {SECRET}"])
    def test_what_the_server_said_is_never_repeated(self, status: int, text: str) -> None:
        error = refusal(status, said(text), {"Retry-After": SECRET})
        shown = [str(error), repr(error), repr(vars(error)), *getattr(error, "__notes__", ())]
        assert not any(SECRET in each for each in shown)

    def test_captured_errors_are_understood(self) -> None:
        path = SAMPLES / "errors.json"
        if not path.exists():
            pytest.skip("the captured replies are not beside the project")
        kinds = {each["where"]: type(refusal(each["status"], each["body"])) for each in json.loads(path.read_text(encoding="utf-8"))}
        assert list(kinds.values()) == [
            errors.AuthenticationError,
            errors.AuthenticationError,
            errors.AuthenticationError,
            errors.NotFound,
            errors.NotFound,
            errors.RequestRejected,
            errors.NotFound,
            errors.RequestRejected,
            errors.RequestRejected,
            errors.RequestRejected,
            errors.PermissionDenied,
        ]


class TestRetryAfter:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("90", NOW + timedelta(seconds=90)),
            (" 0 ", NOW),
            ("Sat, 21 Nov 2026 14:05:00 GMT", NOW + timedelta(minutes=5)),
            ("Sat, 21 Nov 2026 13:00:00 GMT", NOW),
            ("Sat, 21 Nov 2026 15:05:00 +0100", NOW + timedelta(minutes=5)),
            ("99999999999999", NOW + timedelta(days=7)),
            ("Fri, 01 Jan 2100 00:00:00 GMT", NOW + timedelta(days=7)),
            ("", None),
            ("-5", None),
            ("soon", None),
            ("1.5", None),
        ],
    )
    def test_it_is_read_in_both_forms(self, text: str, expected: datetime | None) -> None:
        error = refusal(429, said("x"), {"retry-after": text})
        assert isinstance(error, errors.RateLimited)
        assert error.retry_at == expected

    def test_it_may_be_absent(self) -> None:
        error = refusal(429, said("x"))
        assert isinstance(error, errors.RateLimited)
        assert error.retry_at is None


class TestRefusedByPlan:
    @pytest.mark.parametrize(
        ("status", "text"),
        [
            (402, "x"),
            (403, "Access Denied"),
            (403, "Upgrade your plan"),
            (400, "Your subscription doesn't allow this range"),
            (400, "Upgrade to see more"),
            (400, "This FEATURE is not enabled"),
        ],
    )
    def test_yes(self, status: int, text: str) -> None:
        assert is_refused_by_plan(refusal(status, said(text)))

    @pytest.mark.parametrize(
        ("status", "text"),
        [
            (400, "Please select date range of exactly 7 days"),
            (400, "Planet X is wrong"),
            (400, "Feature plan doesn't belong to Workspace"),
            (401, "plan"),
            (404, "plan"),
            (429, "Upgrade your plan"),
            (500, "plan"),
        ],
    )
    def test_no(self, status: int, text: str) -> None:
        assert not is_refused_by_plan(refusal(status, said(text)))

    def test_other_errors_are_not(self) -> None:
        assert not is_refused_by_plan(errors.TransportError("x"))
        assert not is_refused_by_plan(ValueError("plan"))


class TestShapes:
    @pytest.mark.parametrize("data", [{}, {"message": "x"}, None, "x", 1, [1], [{}, None]])
    def test_a_list_of_objects_is_wanted(self, data: object) -> None:
        with pytest.raises(errors.MalformedReply):
            rows_of(data)

    @pytest.mark.parametrize("data", [[], None, "x", 1])
    def test_an_object_is_wanted(self, data: object) -> None:
        with pytest.raises(errors.MalformedReply):
            object_of(data)

    @pytest.mark.parametrize("data", [{}, {"name": "Ana"}, {"id": None}, {"id": ""}, {"id": 7}, [], None])
    def test_a_user_has_an_id(self, data: object) -> None:
        with pytest.raises(errors.MalformedReply, match=r"^Clockify's reply isn't .+, as was agreed\.$"):
            user_of(data)
        assert user_of({"id": "u1", "name": None}) == {"id": "u1", "name": None}

    @pytest.mark.parametrize("odd", [None, {}, {"id": None}, {"id": ""}, {"id": 7}, {"name": "x"}, "w2", []])
    def test_a_workspace_without_an_id_is_left_out_unless_it_is_all_there_is(self, odd: object) -> None:
        assert workspaces_of([odd, {"id": "w1", "name": None}, odd]) == [{"id": "w1", "name": None}]
        with pytest.raises(errors.MalformedReply, match=r"^Clockify's reply isn't a list of workspaces, as was agreed\.$"):
            workspaces_of([odd])

    @pytest.mark.parametrize("data", [{}, None, "x", 1])
    def test_workspaces_are_a_list_even_if_there_is_none(self, data: object) -> None:
        assert workspaces_of([]) == []
        with pytest.raises(errors.MalformedReply):
            workspaces_of(data)

    def test_unknown_values_pass_through(self) -> None:
        rows = [{"id": "a", "name": None, "type": "TIME_OFF", "new": {"x": []}}]
        assert rows_of(rows) == rows

    @pytest.mark.parametrize("totals", [None, [], [None], {}, "x", 0])
    def test_an_empty_range_has_no_totals(self, totals: object) -> None:
        assert totals_of({"totals": totals}) == {}
        assert detailed_page_of({"totals": totals, "timeentries": []}) == DetailedPage({}, [])

    def test_a_zero_row_counts_as_totals(self) -> None:
        assert detailed_page_of({"totals": [{"entriesCount": 0}]}, 200) == DetailedPage({"entriesCount": 0}, [], 200)

    def test_both_spellings_of_the_rows_are_read(self) -> None:
        assert detailed_page_of({"totals": [], "timeEntries": [{"_id": "a"}]}).rows == [{"_id": "a"}]

    @pytest.mark.parametrize(
        "data",
        [
            {},
            {"message": "x", "code": 1},
            {"totals": [{"entriesCount": 2}]},
            {"totals": [{"entriesCount": 2}], "timeentries": None},
            {"totals": [], "timeentries": {"a": 1}},
            {"timeentries": [3]},
        ],
    )
    def test_rows_that_are_counted_must_be_there(self, data: object) -> None:
        with pytest.raises(errors.MalformedReply):
            detailed_page_of(data)

    def test_a_summary_needs_totals_or_groups(self) -> None:
        assert summary_of({"totals": [None]}) == {"totals": [None]}
        with pytest.raises(errors.MalformedReply):
            summary_of({"message": "x"})

    @pytest.mark.parametrize(("count", "expected"), [(0, 0), (7, 7), (-1, None), ("7", None), (7.0, None), (True, None), (None, None)])
    def test_a_count_is_a_whole_number(self, count: object, expected: int | None) -> None:
        assert entries_count({"entriesCount": count}) == expected

    @pytest.mark.parametrize(("headers", "expected"), [({"last-page": "TRUE"}, True), ({"Last-Page": "false"}, False), ({}, None)])
    def test_the_last_page_header(self, headers: dict[str, str], expected: bool | None) -> None:
        assert last_page_of(headers) is expected

    def test_captured_replies_are_read(self) -> None:
        if not SAMPLES.exists():
            pytest.skip("the captured replies are not beside the project")
        page = detailed_page_of(json.loads((SAMPLES / "reports.detailed.json").read_text(encoding="utf-8")))
        assert (entries_count(page.totals), len(page.rows), page.totals["totalTime"]) == (1, 1, 10440)
        name = "reports.summary.date-user-timeentry.amounts-hidden.json"
        assert totals_of(summary_of(json.loads((SAMPLES / name).read_text(encoding="utf-8"))))["totalTime"] == 28800


def delay(error: errors.ClockifyError, attempt: int = 0, *, is_free: bool = False, jitter: float = 0.0) -> float | None:
    return retry_delay(error, attempt, is_free=is_free, jitter=jitter, now=NOW)


class TestRetry:
    @pytest.mark.parametrize("error", [errors.ServerError("x", status=503), errors.TransportError("x"), errors.RateLimited("x")])
    def test_pauses_double_and_end_after_three(self, error: errors.ClockifyError) -> None:
        # Half a pause is certain, half is drawn: 1, 2 and 4 seconds at most.
        assert [delay(error, attempt) for attempt in range(4)] == [0.5, 1.0, 2.0, None]
        assert [delay(error, attempt, jitter=0.5) for attempt in range(3)] == [0.75, 1.5, 3.0]

    @pytest.mark.parametrize("error", [errors.ServerError("x", status=500), errors.TransportError("x")])
    def test_on_free_one_repetition_is_worth_a_request(self, error: errors.ClockifyError) -> None:
        assert [delay(error, attempt, is_free=True) for attempt in range(2)] == [0.5, None]

    def test_on_free_a_429_is_shown_at_once(self) -> None:
        assert delay(errors.RateLimited("x", retry_at=NOW), is_free=True) is None

    def test_what_the_server_asked_for_is_kept_up_to_a_bound(self) -> None:
        assert delay(errors.RateLimited("x", retry_at=NOW + timedelta(seconds=7)), jitter=0.25) == 7.25
        assert delay(errors.RateLimited("x", retry_at=NOW + timedelta(seconds=20))) == 20.0
        assert delay(errors.RateLimited("x", retry_at=NOW + timedelta(seconds=21))) is None
        assert delay(errors.RateLimited("x", retry_at=NOW - timedelta(seconds=5)), jitter=0.5) == 0.5
        assert delay(errors.RateLimited("x", retry_at=NOW + timedelta(seconds=7)), 3) is None

    @pytest.mark.parametrize("is_free", [True, False])
    def test_a_malformed_reply_is_asked_for_once_more(self, is_free: bool) -> None:
        error = errors.MalformedReply("x", status=200)
        assert [delay(error, attempt, is_free=is_free) for attempt in range(2)] == [0.5, None]

    @pytest.mark.parametrize(
        "error",
        [
            errors.RedirectRefused("x"),
            errors.AuthenticationError("x", status=401),
            errors.PermissionDenied("x", status=403),
            errors.NotFound("x", status=404),
            errors.RequestRejected("x", status=400),
            errors.ConfigurationError("x"),
        ],
    )
    def test_the_rest_would_fail_again(self, error: errors.ClockifyError) -> None:
        assert delay(error) is None
