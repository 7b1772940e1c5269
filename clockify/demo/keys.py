"""The demo's keys: plain words, so that nobody takes one for a secret."""

from typing import Literal

Role = Literal["OWNER", "MANAGER", "MEMBER"]

OWNER_KEY = "demo-owner-key"
"""Sees every entry and all money."""

MANAGER_KEY = "demo-manager-key"
"""Sees every entry; amounts and rates are hidden."""

MEMBER_KEY = "demo-member-key"
"""Sees its own entries only; people and reports are refused."""

KEY_OF_ROLE: dict[Role, str] = {"OWNER": OWNER_KEY, "MANAGER": MANAGER_KEY, "MEMBER": MEMBER_KEY}
