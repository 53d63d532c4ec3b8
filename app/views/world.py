"""Everything that is known of the plant at one instant. A room has one of now, and one of then while it shows the past.

The feed fills the world of now whatever is shown, so that coming back from the past is instant and loses nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.model.alarms.status import AlarmStatus
from app.model.records import AppliedSite, EquipmentStatus, Substitute
from app.model.spec import Facility
from app.views.state.alarm_book import AlarmBook
from app.views.state.live import LiveValues
from app.views.state.station import StationState, StationStates, with_priority
from app.views.watch import Watch

if TYPE_CHECKING:
    from app.views.room import Room

__all__ = ["World"]


class World:
    """`live` and `applied` are None until a site is in force. `equipment` and `substitutes` are keyed by path; of the
    past neither is known, so that both are empty there."""

    def __init__(self, room: Room) -> None:
        self.applied: AppliedSite | None = None
        self.live: LiveValues | None = None
        self.book = AlarmBook()
        """All alarms: rows, order, counts. Fed here, once for all windows."""
        self.equipment: dict[str, EquipmentStatus] = {}
        self.substitutes: dict[str, Substitute] = {}
        self.silent = True
        """Nothing here is to be believed: no engine lives, or none lived then."""
        self.watch = Watch(room, self)
        """What is abnormal, judged once for all windows."""
        self._room = room
        self._station_states = StationStates()

    def station(self, facility: Facility) -> StationState | None:
        """Return how a station is, judged once for all windows; None without a site."""
        if self.live is None:
            return None
        state = self._station_states.of(facility, self.live, self.equipment, now_ms=self.ms())
        return with_priority(state, self.watch.worst(facility.id))

    def ms(self) -> int:
        """Return the instant at which this world stands. UTC ms."""
        return self._room.now_ms() if self is self._room.present else self._room.shown_ms()

    def close(self) -> None:
        """Let go of it: it is shown no more."""
        self.watch.deleteLater()

    def take_site(self, applied: AppliedSite | None) -> None:
        """Take the site in force. Values of tags that both sites have are kept."""
        old, self.applied = self.live, applied
        self.live = LiveValues(applied.site) if applied is not None else None
        if self.live is not None:
            self.live.engine_silent = self.silent
            self.live.book = self.book
            if old is not None:
                self.live.take_over(old)
        self.book.set_site(applied.site if applied is not None else None)
        self.watch.take_site()

    def take_equipment(self, changed: Sequence[EquipmentStatus]) -> None:
        """Take equipment rows that changed."""
        for status in changed:
            self.equipment[status.path] = status

    def take_alarms(self, rows: Sequence[AlarmStatus], *, whole: bool) -> tuple[str, ...]:
        """Take alarm rows; return the paths of those that differ from before."""
        return self.book.replace(rows) if whole else self.book.apply({r.path: r for r in rows})

    def take_substitutes(self, substitutes: Sequence[Substitute]) -> bool:
        """Take the whole list of manual values; return True if it is another."""
        new = {s.tag: s for s in substitutes}
        changed, self.substitutes = new != self.substitutes, new
        return changed

    def take_silence(self, silent: bool) -> bool:
        """Grey or ungrey every value; return True if that changed."""
        if self.live is not None:
            self.live.set_engine_silent(silent)
        changed = silent != self.silent
        self.silent, self.book.known = silent, not silent
        if changed:
            self.watch.judge()
        return changed
