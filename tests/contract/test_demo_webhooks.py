"""The demo's webhooks beside the captured one, and beside what the vendor's documents say of events."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from clockify.demo import EVENTS, World
from clockify.demo.happenings import Happening
from clockify.demo.hooks import body_of
from tests.contract.openapi import SHARED, needs_shared, sample

NOW = datetime(2026, 3, 19, 14, 20, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    return World(name="Tiny studio")


def sent(world: World, *, running: bool = False, rate: int | None = None, **settings: Any) -> dict[str, Any]:
    user = world.add_user("Ana", "ana@example.test")
    project = world.add_project("Shop", world.add_client("Acme"), rate=rate)
    task = world.add_task(project, "Design")
    entry = world.add_entry(user, NOW - timedelta(hours=1), NOW, project=project, task=task, description="x", **settings)
    return json.loads(json.dumps(body_of(world, Happening("TIMER_STOPPED", entry, running))))


def differences(theirs: Any, ours: Any, where: str = "$") -> list[str]:
    """Return where two JSON values have other keys or other types; null stands for what a value may lack."""
    if theirs is None or ours is None:
        return [] if theirs is ours or where.endswith(("hourlyRate", "costRate", "budgetEstimate", "resetOption")) else [where]
    if type(theirs) is not type(ours):
        return [f"{where}: {type(ours).__name__}, not {type(theirs).__name__}"]
    if isinstance(theirs, dict):
        return [f"{where}.{key}: on one side alone" for key in theirs.keys() ^ ours.keys()] + [
            found for key in theirs.keys() & ours.keys() for found in differences(theirs[key], ours[key], f"{where}.{key}")
        ]
    return []


@needs_shared
def test_the_body_has_the_captured_keys_and_types(world: World) -> None:
    assert differences(sample("webhook.timer-stopped.json")["body"], sent(world)) == []


@needs_shared
def test_the_comparison_notices_what_is_wrong(world: World) -> None:
    theirs, ours = sample("webhook.timer-stopped.json")["body"], sent(world)
    ours["project"].pop("note")
    ours["task"]["budgetEstimate"] = "0"
    ours["memberships"] = []
    ours["timeInterval"]["end"] = None
    assert len(differences(theirs, ours)) == 4


@needs_shared
@pytest.mark.parametrize("spec", ["corrected", "official"])
def test_the_events_are_the_vendors(spec: str) -> None:
    document = json.loads((SHARED / "openapi" / f"clockify.{spec}.openapi.json").read_text(encoding="utf8"))
    assert set(EVENTS) <= set(json.dumps(document["components"]["schemas"]["WebhookEventType"]).replace('"', " ").split())


def test_a_timer_has_neither_end_nor_duration_and_says_that_it_runs(world: World) -> None:
    body = sent(world, running=True)
    assert body["currentlyRunning"] is True
    assert body["timeInterval"] == {"start": "2026-03-19T13:20:00Z", "end": None, "duration": None}


def test_what_an_entry_lacks_is_null_or_empty(world: World) -> None:
    user = world.add_user("Ana", "ana@example.test")
    entry = world.add_entry(user, NOW - timedelta(hours=1), NOW)
    body = body_of(world, Happening("NEW_TIME_ENTRY", entry, False))
    assert (body["projectId"], body["project"], body["task"], body["tags"]) == (None, None, None, [])


def test_tags_and_rates_come_along(world: World) -> None:
    body = sent(world, rate=9000, tags=[world.add_tag("Urgent")])
    assert [tag["name"] for tag in body["tags"]] == ["Urgent"]
    assert body["hourlyRate"] == {"amount": 9000, "currency": "EUR"}
