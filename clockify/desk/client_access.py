"""What the reader of one client's report may see: rows of his projects, and the names and notes that belong to them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import cached_property

from clockify.desk.access import Access
from clockify.desk.caches import Caches
from clockify.desk.notebook import Notebook
from clockify.desk.rights import visible_notes
from clockify.desk.viewer import Viewer
from clockify.directory import Directory, Kind, Project
from clockify.mirror.mirror import Mirror
from clockify.mirror.opening import Opening
from clockify.plans import Notes
from clockify.reports.cycles import is_money


class ClientAccess(Access):
    """A mirror as the reader of a client's report may see it: no other client's, project's or person's name or figure is in it."""

    def __init__(self, client_id: str, viewer: Viewer, mirror: Mirror, caches: Caches, notebook: Notebook) -> None:
        self._client_id = client_id  # first: the rights name it
        super().__init__(viewer, mirror, caches, notebook)

    @property
    def rights(self) -> str:
        """What tells apart whose report may be seen, and of which copy."""
        return f"{super().rights} {self._client_id!r}"

    def sees_client(self, client_id: str) -> bool:
        """Is it his report? He has one even while no project is his."""
        return client_id == self._client_id

    @cached_property
    def notes(self) -> Notes:
        """What is written down of him and of his projects, and everybody's days off."""
        everything, own, client, viewer = self._noted.notes, self._viewer.projects, self._client_id, self._viewer
        packs = [one for one in everything.packs if one.project_id in own or one.client_id == client]
        return replace(
            visible_notes(everything, viewer, own),
            client_rules=tuple(one for one in everything.client_rules if one.client_id == client),
            packs=tuple(one for one in packs if viewer.sees_money or one.cents is None),
        )

    def directory(self, opening: Opening) -> Directory:
        """Return the names of his projects, and of the people and tasks in their rows."""
        everything = self._caches.directory(self._key(opening), opening.versions, self._mirror)

        def cut() -> Directory:
            cube = self.cube(opening)
            return self._cut(everything, *({str(one) for one in cube[column].unique()} for column in ("user_id", "task_id")))

        return self._caches.words.get(("client's names", self.rights, self._key(opening), self.edition(opening)), cut)

    def known(self) -> Directory:
        """Return the names of his projects; who works on them stands in rows alone."""
        return self._cut(self._caches.directory(repr(self._mirror.scope), (), self._mirror))

    def _cut(self, directory: Directory, people: Collection[str] = (), worked_on: Collection[str] = ()) -> Directory:
        own = self._viewer.projects
        projects = {one: self._with_money(project) for one, project in directory.projects.items() if one in own}
        tasks = {one: task for one, task in directory.tasks.items() if task.project_id in own}
        names = directory.names
        left = {
            Kind.USER: {one: name for one, name in names[Kind.USER].items() if one in people},
            Kind.CLIENT: {one: name for one, name in names[Kind.CLIENT].items() if one == self._client_id},
            Kind.PROJECT: {one: name for one, name in names[Kind.PROJECT].items() if one in own},
            Kind.TASK: {one: name for one, name in names[Kind.TASK].items() if one in tasks or one in worked_on},
            Kind.TAG: names[Kind.TAG],
        }
        return replace(directory, names=left, projects=projects, tasks=tasks)

    def _with_money(self, project: Project) -> Project:
        plan = project.estimate.plan
        if plan is None or self._viewer.sees_money or not is_money(plan):
            return project
        return replace(project, estimate=replace(project.estimate, plan=None))
