"""What the reader of one client's report may see: rows of his projects, and the names and notes that belong to them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import cached_property

from clockify.desk.access import Access
from clockify.desk.rights import visible_notes
from clockify.directory import Directory, Kind, Project
from clockify.mirror.opening import Opening
from clockify.plans import Notes
from clockify.reports.cycles import is_money


class ClientAccess(Access):
    """A mirror as the reader of a client's report may see it: no other client's, project's or person's name or figure is in it."""

    @cached_property
    def notes(self) -> Notes:
        """What is written down of his projects, of himself, and of everybody's days off."""
        notes, own = visible_notes(self._noted.notes, self._viewer), self._viewer.projects
        names = self._caches.directory(repr(self._mirror.scope), (), self._mirror)
        clients = {names.client_of(one) for one in own} - {""}
        return replace(
            notes,
            plans=tuple(one for one in notes.plans if one.project_id in own),
            rates=tuple(one for one in notes.rates if one.project_id in own),
            client_rules=tuple(one for one in notes.client_rules if one.client_id in clients),
            packs=tuple(one for one in notes.packs if one.project_id in own or one.client_id in clients),
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
        clients = {project.client_id for project in projects.values()}
        tasks = {one: task for one, task in directory.tasks.items() if task.project_id in own}
        names = directory.names
        left = {
            Kind.USER: {one: name for one, name in names[Kind.USER].items() if one in people},
            Kind.CLIENT: {one: name for one, name in names[Kind.CLIENT].items() if one in clients},
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
