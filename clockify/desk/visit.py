"""What holds while somebody looks: who it is, through which key, at which workspace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from clockify.desk.access import Access
from clockify.desk.desk import Desk
from clockify.desk.roles import AccessRules
from clockify.desk.viewer import Viewer
from clockify.errors import ClockifyError
from clockify.mirror.account import Account
from clockify.mirror.mirror import Mirror
from clockify.periods import local_day
from clockify.settings import ApiKey, Settings


@dataclass(frozen=True)
class Visit:
    """One look's knowledge. With a `fault` there is nothing to show: no account, no mirror, or one without lists.

    `rules` are what the secrets say of roles, None where nobody signs in; `offered`: the workspaces whose names are the viewer's,
    None if all are.

    `pen_key` is a key that somebody put into his session to log time with, `pen_fingerprint` what stands for it in the copy.
    """

    desk: Desk
    viewer: Viewer
    settings: Settings
    account: Account | None = None
    mirror: Mirror | None = None
    fault: ClockifyError | None = None
    pen_key: ApiKey | None = None
    pen_fingerprint: str | None = None
    rules: AccessRules | None = None
    offered: frozenset[str] | None = None

    @property
    def is_demo(self) -> bool:
        """Is the demo workspace shown?"""
        return self.settings.demo

    @property
    def zone(self) -> str | None:
        """The report zone, once it is known."""
        return self.mirror.zone if self.mirror else None

    @property
    def today(self) -> date:
        """Today in the report zone."""
        return local_day(self.desk.now(), self.zone or "UTC")

    @property
    def week_start(self) -> str:
        """The profile's first day of the week."""
        return self.mirror.profile.week_start if self.mirror else "MONDAY"

    @property
    def workspaces(self) -> dict[str, str]:
        """The names of the workspaces that the key opens, by id; none before they are known."""
        if not self.account or not self.account.is_known:
            return {}
        return {one.id: one.name for one in self.account.workspaces if self.offered is None or one.id in self.offered}

    @property
    def first_workspace(self) -> str | None:
        """The workspace that the key opens where none is asked for."""
        return self.settings.workspace_id or (self.mirror.profile.workspace_id if self.mirror else None)

    @cached_property
    def access(self) -> Access:
        """What the viewer may see; LookupError where there is nothing to see."""
        if self.mirror is None:
            raise LookupError("there is no mirror")
        return Access(self.viewer, self.mirror, self.desk.caches, self.desk.notebook(demo=self.is_demo))

    @property
    def outdated(self) -> dict[str, ClockifyError | None]:
        """Why the account, and why the lists, could not be read again; None for what could."""
        account = self.account.fault if self.account else None
        return {"account": account, "lists": self.mirror.open_months(()).lists_fault if self.mirror else None}
