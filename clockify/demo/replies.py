"""The main API's entities as JSON. Pure; `sees_money` False turns every rate into null."""

from dataclasses import dataclass
from typing import Any

from clockify.demo.clocks import iso_duration, utc_text
from clockify.demo.entities import Client, Entry, Project, Tag, Task, User
from clockify.demo.world import World

Json = dict[str, Any]
FREE_FEATURES = ("ONE_MONTH_RANGE_REPORTS",)
PAID_FEATURES = ("BILLABLE_HOURS", "CSV_EXPORT", "ONE_YEAR_RANGE_REPORTS", "TIME_TRACKING", "XLSX_EXPORT")


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes one world's entities for one reader."""

    world: World
    sees_money: bool

    def workspace(self, plan: str | None, *, is_free: bool) -> Json:
        """Write the workspace with its plan."""
        world = self.world
        codes = sorted({world.currency, *(client.currency for client in world.clients.values())})
        return {
            "id": world.id,
            "name": world.name,
            "cakeOrganizationId": "",
            "imageUrl": "",
            "subdomain": {"enabled": False, "name": None},
            "memberships": [],
            "currencies": [{"id": self._currency_id(code), "code": code, "isDefault": code == world.currency} for code in codes],
            "hourlyRate": self._money(0, world.currency),
            "costRate": self._money(0, world.currency),
            "featureSubscriptionType": plan,
            "features": list(FREE_FEATURES if is_free else PAID_FEATURES),
            "workspaceSettings": _workspace_settings() | world.settings,
        }

    def user(self, user: User) -> Json:
        """Write a person, without memberships."""
        return {
            "id": user.id,
            "name": user.name,
            "email": user.email,
            "status": user.status,
            "activeWorkspace": self.world.id,
            "defaultWorkspace": self.world.id,
            "memberships": [],
            "customFields": [],
            "profilePicture": "",
            "settings": _user_settings(self.world) if user.name is not None else None,
        }

    def roles(self, user: User) -> list[Json]:
        """Write what a person is in the workspace, with what a manager is one of."""
        first = {"OWNER": "OWNER"}.get(user.role)
        pairs = [(first, self.world.id)] if first else []
        return [
            {
                "role": {"id": self.world.new_id("role", name), "name": name, "source": None},
                "userId": user.id,
                "workspaceId": self.world.id,
                "entityId": entity,
            }
            for name, entity in (*pairs, *user.manages)
        ]

    def membership(self, user: User) -> Json:
        """Write a person's membership of the workspace."""
        return {
            "userId": user.id,
            "targetId": self.world.id,
            "membershipType": "WORKSPACE",
            "membershipStatus": "ACTIVE",
            "hourlyRate": self._money(user.rate, self.world.currency),
            "costRate": self._money(user.cost_rate, self.world.currency),
        }

    def client(self, client: Client) -> Json:
        """Write a client."""
        return {
            "id": client.id,
            "name": client.name,
            "workspaceId": self.world.id,
            "archived": client.archived,
            "email": None,
            "address": "",
            "note": "",
            "ccEmails": None,
            "currencyId": self._currency_id(client.currency),
            "currencyCode": client.currency,
        }

    def tag(self, tag: Tag) -> Json:
        """Write a tag."""
        return {"id": tag.id, "name": tag.name, "workspaceId": self.world.id, "archived": tag.archived}

    def task(self, task: Task) -> Json:
        """Write a task with the time tracked on it."""
        currency = self.world.currency_of(task.project_id)
        return {
            "id": task.id,
            "name": task.name,
            "projectId": task.project_id,
            "assigneeId": None,
            "assigneeIds": [],
            "userGroupIds": [],
            "estimate": iso_duration(task.estimate),
            "budgetEstimate": 0,
            "status": task.status,
            "billable": task.billable,
            "duration": iso_duration(tracked_on(self.world).get(task.id, 0)),
            "hourlyRate": self._money(task.rate, currency),
            "costRate": None,
        }

    def project(self, project: Project, *, hydrated: bool = False) -> Json:
        """Write a project; hydrated, `clientName` gives way to client, tasks and currency."""
        currency = self.world.currency_of(project.id)
        client = self.world.client_of(project.id)
        row = self._project_core(project, currency)
        if not hydrated:
            return row | {"clientName": client.name if client else ""}
        tasks = [self.task(task) for task in self.world.tasks.values() if task.project_id == project.id]
        return row | {
            "client": self._client_part(client),
            "tasks": tasks,
            "currency": {"id": self._currency_id(currency), "code": currency},
            "customFields": [],
            "favorite": False,
        }

    def entry(self, entry: Entry, *, running: bool = False, hydrated: bool = False) -> Json:
        """Write a time entry; a running timer has neither end nor duration."""
        currency = self.world.currency_of(entry.project_id)
        end = None if running else utc_text(entry.start + entry.seconds)
        duration = None if running else iso_duration(entry.seconds)
        row = {
            "id": entry.id,
            "description": entry.description,
            "userId": entry.user_id,
            "workspaceId": self.world.id,
            "billable": entry.billable,
            "projectId": entry.project_id,
            "taskId": entry.task_id,
            "tagIds": list(entry.tag_ids) or None,
            "timeInterval": {"start": utc_text(entry.start), "end": end, "duration": duration},
            "type": entry.type,
            "isLocked": entry.is_locked,
            "hourlyRate": self._money(entry.rate if entry.billable else 0, currency),
            "costRate": self._money(entry.cost_rate, currency),
            "customFieldValues": [],
            "kioskId": None,
        }
        return row | self._joined(entry) if hydrated else row

    def _joined(self, entry: Entry) -> Json:
        world = self.world
        project, task = world.projects.get(entry.project_id or ""), world.tasks.get(entry.task_id or "")
        return {
            "user": self.user(world.users[entry.user_id]),
            "project": self.project(project) if project else None,
            "task": self.task(task) if task else None,
            "tags": [self.tag(world.tags[tag_id]) for tag_id in entry.tag_ids],
            "kiosk": None,
        }

    def _project_core(self, project: Project, currency: str) -> Json:
        planned = iso_duration(project.time_estimate or 0)
        kind = "AUTO" if project.time_estimate is None else "MANUAL"
        tracked = tracked_on(self.world).get(project.id)
        return {
            "id": project.id,
            "name": project.name,
            "workspaceId": self.world.id,
            "clientId": project.client_id or "",
            "color": project.color,
            "billable": project.billable,
            "archived": project.archived,
            "public": project.public,
            "template": False,
            "note": project.note,
            "hourlyRate": self._money(project.rate, currency),
            "costRate": None,
            "duration": None if tracked is None else iso_duration(tracked),
            "memberships": [self._project_membership(project, user, currency) for user in self._members(project)],
            "estimate": {"estimate": planned, "type": kind},
            "timeEstimate": {
                "estimate": planned,
                "type": kind,
                "resetOption": project.reset if project.time_estimate is not None else None,
                "active": project.time_estimate is not None,
                "includeNonBillable": True,
            },
            "budgetEstimate": self._budget(project),
        }

    def _budget(self, project: Project) -> Json | None:
        if project.budget is None or not self.sees_money:
            return None
        return {
            "estimate": project.budget,
            "type": "MANUAL",
            "resetOption": project.reset,
            "active": True,
            "includeExpenses": False,
        }

    def _project_membership(self, project: Project, user: User, currency: str) -> Json:
        return {
            "userId": user.id,
            "targetId": project.id,
            "membershipType": "PROJECT",
            "membershipStatus": "ACTIVE",
            "hourlyRate": self._money(project.member_rates.get(user.id), currency),
            "costRate": None,
        }

    def _client_part(self, client: Client | None) -> Json:
        if client is None:
            return {"id": "", "name": ""}
        kept = ("id", "name", "email", "workspaceId", "archived", "address", "note")
        whole = self.client(client)
        return {name: whole[name] for name in kept}

    def _members(self, project: Project) -> list[User]:
        there = [user for user in self.world.users.values() if user.status != "DELETED"]
        return there if project.members is None else [user for user in there if user.id in project.members]

    def _money(self, amount: int | None, currency: str) -> Json | None:
        return None if amount is None or not self.sees_money else {"amount": amount, "currency": currency}

    def _currency_id(self, code: str) -> str:
        return self.world.new_id("currency", code)


def tracked_on(world: World) -> dict[str, int]:
    """Return the seconds tracked per project id and per task id."""

    def count() -> dict[str, int]:
        seconds: dict[str, int] = {}
        for entry in world.entries:
            if entry.project_id:
                seconds[entry.project_id] = seconds.get(entry.project_id, 0) + entry.seconds
            if entry.task_id:
                seconds[entry.task_id] = seconds.get(entry.task_id, 0) + entry.seconds
        return seconds

    return world.kept("tracked", count)


def _user_settings(world: World) -> Json:
    return {
        "weekStart": world.week_start,
        "timeZone": world.zone.key,
        "timeFormat": "HOUR24",
        "dateFormat": "DD/MM/YYYY",
        "summaryReportSettings": {"group": "Project", "subgroup": "Time Entry"},
        "dashboardSelection": "TEAM",
        "dashboardViewType": "PROJECT",
        "myStartOfDay": "09:00",
        "projectListCollapse": 50,
        "lang": "EN",
        "theme": "DEFAULT",
    }


def _workspace_settings() -> Json:
    return {
        "timeRoundingInReports": False,
        "round": {"round": "Round to nearest", "minutes": "15"},
        "durationFormat": "FULL",
        "onlyAdminsSeeBillableRates": True,
        "onlyAdminsCreateProject": True,
        "defaultBillableProjects": True,
        "trackTimeDownToSecond": True,
        "forceProjects": False,
        "forceTasks": False,
        "forceDescription": False,
        "forceTags": False,
        "lockTimeEntries": None,
        "automaticLock": None,
        "workingDays": ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"],
        "timeTrackingMode": "DEFAULT",
        "projectFavorites": True,
    }
