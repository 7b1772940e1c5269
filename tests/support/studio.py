"""A tiny studio whose figures were added up by hand, and how the app is led to it.

At noon (UTC) of Wednesday 18 November 2026, in Belgrade (UTC+1):

    November   Ana   2:00 Atlas    billable       100 EUR an hour   200 EUR
               Ben   1:30 Atlas    billable       100 EUR an hour   150 EUR
               Ben   3:00 Borealis billable        80 USD an hour   240 USD
               Ana   0:30 Internal not billable
    together   7:00, of them 6:30 billable, 350 EUR and 240 USD, 4 entries
    October    Ana   4:00 Atlas    billable       100 EUR an hour   400 EUR
    September  Ben   1:00 Internal not billable

1–17 November, the days that are over, have 12 working days: 7 h ÷ 12 = 0.58 h.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from clockify.demo import MANAGER_KEY, World

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
KEY = "kEy/Of+The=Owner0815ABCDEFGHIJKLMNOPQRSTUVWXYZab"
MEMBER = "kEy/Of+The=Member0815ABCDEFGHIJKLMNOPQRSTUVWXYZb"
MANAGER = MANAGER_KEY

NOVEMBER = {"Tracked": "7.0 h", "Billable": "6.5 h", "Amount": "€350", "Average per day": "0.6 h"}
# One hour more of Ben on Atlas: 8:00 tracked, 7:30 billable, 450 EUR, 8 ÷ 12 = 0.67.
NOVEMBER_LATER = {"Tracked": "8.0 h", "Billable": "7.5 h", "Amount": "€450", "Average per day": "0.7 h"}


class Clock:
    """The app's clock, moved by hand."""

    def __init__(self, moment: datetime = NOON) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def pass_by(self, **span: float) -> None:
        """Let time pass."""
        self.moment += timedelta(**span)


def studio() -> World:
    """Build the studio."""
    world = World.empty(name="Tiny studio")
    ana = world.add_user("Ana Kovač", "ana@example.test", role="OWNER")
    ben = world.add_user("Ben Okafor", "ben@example.test", role="MEMBER")
    mia = world.add_user("Mia Berg", "mia@example.test", role="MANAGER")
    world.add_key(KEY, ana)
    world.add_key(MEMBER, ben)
    assert world.keys[MANAGER] == mia.id
    acme, blue = world.add_client("Acme", "EUR"), world.add_client("Blue", "USD")
    atlas = world.add_project("Atlas", acme, rate=10000, color="#1C6EA4")
    borealis = world.add_project("Borealis", blue, rate=8000, color="#C2803D")
    internal = world.add_project("Internal", None, billable=False)
    for user, month, day, minutes, project in (
        (ana, 11, 2, 120, atlas),
        (ben, 11, 3, 90, atlas),
        (ben, 11, 10, 180, borealis),
        (ana, 11, 12, 30, internal),
        (ana, 10, 5, 240, atlas),
        (ben, 9, 8, 60, internal),
    ):
        start = datetime(2026, month, day, 9, tzinfo=UTC)
        world.add_entry(user, start, start + timedelta(minutes=minutes), project=project, description="work")
    return world


def log_one_hour_more(world: World) -> None:
    """Make Ben's entry on Atlas in November one hour longer."""
    (entry,) = [one for one in world.entries if one.seconds == 90 * 60]
    world.edit_entry(entry.id, seconds=150 * 60)
