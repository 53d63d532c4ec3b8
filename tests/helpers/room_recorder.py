"""Stands beside the rooms of a store and writes down what they show: every tag and every alarm, by frame number."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.model.alarms.status import AlarmState, AlarmStatus
from app.storage.contract import KEY
from app.storage.opening import open_room_store
from app.views.gateway.follower import Follower
from app.views.state.alarm_book import AlarmBook
from app.views.state.live import LiveValues

__all__ = ["RoomRecorder", "Sight", "standing"]


@dataclass(frozen=True, slots=True)
class Sight:
    """What a room showed once frame `seq` had come: columns by tag number, and the alarms that were not normal, stood
    aside or were changed at run time. `revision`: the site that ruled."""

    seq: int
    revision: int
    values: NDArray[np.float64]
    quality: NDArray[np.uint16]
    alarms: dict[str, AlarmStatus]


class RoomRecorder:
    """Follows as a room's feed does. `look` while nothing is being committed: then frames and rows are of one moment.
    `sights` by frame number; of several looks at one frame the last counts. `keys`: numbers of key frames."""

    def __init__(self, address: str) -> None:
        self._store = open_room_store(address)
        self._follower = Follower(self._store)
        self._live: LiveValues | None = None
        self._book = AlarmBook()
        self._revision = 0
        self._seen = 0
        self.sights: dict[int, Sight] = {}
        self.keys: set[int] = set()

    def look(self) -> None:
        """Take what is new, and note how everything stands."""
        first = self._live is None
        delivery = self._follower.load() if first else self._follower.step()
        if delivery.applied is not None:
            old, self._live = self._live, LiveValues(delivery.applied.site)
            self._revision = delivery.applied.revision
            if old is not None:
                self._live.take_over(old)
        if self._live is None:
            return
        for frame in delivery.frames:
            for batch in frame.batches:
                self._live.apply(batch)
        if delivery.reload:
            self._book.replace(delivery.alarms)
        else:
            self._book.apply({a.path: a for a in delivery.alarms})
        self.keys |= {f.seq for f in self._store.frames_after(self._seen, 10_000) if f.kind == KEY}
        self._seen = delivery.last_seq
        self.sights[self._seen] = Sight(
            self._seen, self._revision, self._live.values.copy(), self._live.quality.copy(),
            standing(self._book.statuses.values()),
        )  # fmt: skip

    def close(self) -> None:
        """Let go of the store."""
        self._store.close()


def standing(rows: object) -> dict[str, AlarmStatus]:
    """Return the rows that there is anything to say of, without the numbers of their changes."""
    found = (replace(row, revision=0) for row in rows)  # type: ignore[attr-defined]
    return {
        s.path: s for s in found if s.state is not AlarmState.NORM or s.aside or s.override is not None
    }  # fmt: skip
