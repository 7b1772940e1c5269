"""A write as it is kept: columns of its table, drafts as JSON."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from clockify.writes import Act, Draft, State, Write, Written


def columns_of(write: Write, thing: str, known: Collection[str]) -> dict[str, Any]:
    """Return the values of a write that is to be sent."""
    return {
        "id": write.id,
        "workspace_id": write.workspace_id,
        "user_id": write.user_id,
        "by_user": write.by,
        "act": write.act.value,
        "entry_id": write.entry_id,
        "draft": draft_text(write.draft),
        "before": draft_text(write.before),
        "thing": thing,
        "state": State.TO_SEND.value,
        "reason": "",
        "known": json.dumps(sorted(known)),
        "at": write.at.timestamp(),
        "dismissed": False,
    }


def written_of(row: Mapping[Any, Any]) -> Written:
    """Make a write, and what is known of it, of its row."""
    write = Write(
        row["id"],
        Act(row["act"]),
        row["workspace_id"],
        row["user_id"],
        row["by_user"],
        _moment(row["at"]),
        row["entry_id"],
        draft_from(row["draft"]),
        draft_from(row["before"]),
    )
    return Written(
        write,
        State(row["state"]),
        row["made_id"] or row["entry_id"],
        row["reason"],
        _moment_or_none(row["sent_at"]),
        _moment_or_none(row["settled_at"]),
        _moment_or_none(row["retry_at"]),
    )


def known_of(row: Mapping[Any, Any]) -> list[str]:
    """Return the ids that were known before the write was sent."""
    return list(json.loads(row["known"]))


def draft_text(draft: Draft | None) -> str:
    """Write a draft as JSON; "" for none."""
    if draft is None:
        return ""
    values = {name: getattr(draft, name) for name in ("project_id", "task_id", "tag_ids", "description", "billable", "type")}
    values["custom"] = [dict(one) for one in draft.custom]
    return json.dumps(values | {"start": draft.start.isoformat(), "end": draft.end.isoformat() if draft.end else None})


def draft_from(text: str) -> Draft | None:
    """Read what `draft_text` wrote; what a later version has brought may be missing."""
    if not text:
        return None
    found = json.loads(text)
    end = datetime.fromisoformat(found["end"]) if found.get("end") else None
    rest = {name: found[name] for name in ("project_id", "task_id", "description", "billable", "type") if name in found}
    return Draft(
        datetime.fromisoformat(found["start"]), end, tag_ids=tuple(found.get("tag_ids", ())), custom=tuple(found.get("custom", ())), **rest
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _moment_or_none(seconds: float | None) -> datetime | None:
    return None if seconds is None else _moment(seconds)
