"""Talks to Clockify; the only room with `requests` in it."""

from clockify.api.client import Clockify
from clockify.api.detailed import DetailedReport
from clockify.api.pacing import Pacer
from clockify.api.protocol import DetailedPage, is_refused_by_plan
from clockify.api.quota import UNKNOWN_PLAN, Intent, Ledger, MemoryLedger, Plan, free_at, plan_of, used

__all__ = [
    "UNKNOWN_PLAN",
    "Clockify",
    "DetailedPage",
    "DetailedReport",
    "Intent",
    "Ledger",
    "MemoryLedger",
    "Pacer",
    "Plan",
    "free_at",
    "is_refused_by_plan",
    "plan_of",
    "used",
]
