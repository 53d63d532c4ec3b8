"""What the banner shows: what the room alarms by itself, the highest alarms, and the newest one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.model.alarms.status import AlarmState
from app.views.state.abnormal_rows import AbnormalRow
from app.views.state.alarm_book import AlarmBook
from app.views.state.own_alarms import OwnAlarm, OwnKind

__all__ = ["ROWS", "BannerItem", "banner_items"]

ROWS: Final = 4
"""The last one is for the newest."""


@dataclass(frozen=True, slots=True)
class BannerItem:
    """One line: an alarm by its path, one of the room's own, or a well that will spill (`outlook`)."""

    path: str = ""
    own: OwnAlarm | None = None
    outlook: AbnormalRow | None = None
    newest: bool = False

    @property
    def key(self) -> tuple[str, str, int]:
        """Return what it is about: the same while only its state changes."""
        own = self.own
        return (self.path, self.outlook.key if self.outlook else "", own.since_ms if own is not None else 0)


def banner_items(
    book: AlarmBook, own: Sequence[OwnAlarm], outlooks: Sequence[AbnormalRow], *, rows: int = ROWS
) -> tuple[BannerItem, ...]:
    """Return what fits into `rows` lines. A silent engine has a place of its own above them; of
    wells that will spill the first one is told, behind the unacknowledged alarms of priority 1."""
    items = [BannerItem(own=o) for o in own if not (o.kind is OwnKind.ENGINE and o.stands)]
    spills = [BannerItem(outlook=r) for r in outlooks if r.priority == 1][:1]
    paths = book.main.first(rows)
    unack_1 = sum(1 for p in paths if book.statuses[p].priority == 1 and book.statuses[p].state is AlarmState.UNACK)
    alarms = [BannerItem(p) for p in paths]
    items += [*alarms[:unack_1], *spills, *alarms[unack_1:]]
    newest = book.newest[0] if len(book.newest) else ""
    shown = {i.path for i in items[: rows - 1]}
    head = [BannerItem(i.path, i.own, i.outlook, bool(newest) and i.path == newest) for i in items[: rows - 1]]
    if newest and newest not in shown:
        return (*head, BannerItem(newest, newest=True))
    return (*head, *items[rows - 1 : rows])
