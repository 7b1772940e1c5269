"""What a viewer may see in a workspace, as questions."""

from __future__ import annotations

from clockify.desk.viewer import Viewer
from clockify.mirror.mirror import Mirror
from clockify.roles import Role


class Standing:
    """A viewer's rights in the workspace of a mirror."""

    def __init__(self, viewer: Viewer, mirror: Mirror) -> None:
        self._viewer, self._mirror = viewer, mirror

    @property
    def role(self) -> Role:
        """What the viewer is in this workspace."""
        return self._viewer.role

    @property
    def rights(self) -> str:
        """What tells apart whose time and money may be seen, and of which copy: as one text."""
        viewer = self._viewer
        whose = "everybody" if viewer.people is None else (sorted(viewer.people), sorted(viewer.projects))
        return repr((self._mirror.scope, whose, viewer.role, viewer.user_id, viewer.sees_money, viewer.sees_cost))

    @property
    def sees_everybody(self) -> bool:
        """May the viewer see all that the key sees, so that Clockify's own sums may be shown?"""
        return self._viewer.people is None

    @property
    def may_see_money(self) -> bool:
        """May the viewer see money, if the key does?"""
        return self._viewer.sees_money

    def may_see(self, user_id: str) -> bool:
        """May the viewer see all of a person's time?"""
        return self._viewer.people is None or user_id in self._viewer.people

    def sees_project(self, project_id: str) -> bool:
        """May the viewer see everybody's time on a project?"""
        return self._viewer.people is None or project_id in self._viewer.projects

    @property
    def sees_plans(self) -> bool:
        """Is there any project of which the viewer may see everybody's time, and so how its plan stands?"""
        return self.sees_everybody or bool(self._viewer.projects)

    @property
    def sees_cost(self) -> bool:
        """May the viewer see what people cost?"""
        return self._viewer.sees_money and self._viewer.sees_cost

    @property
    def may_note(self) -> bool:
        """May the viewer change what is written down?"""
        return self._viewer.may_note
