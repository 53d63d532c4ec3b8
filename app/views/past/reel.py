"""What waits to be played: frames of the past read ahead, with what alarms became in them. Pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from app.model.alarms.status import AlarmStatus
from app.model.records import AppliedSite
from app.views.gateway.past_reads import SeenFrame, Stretch

__all__ = ["Reel", "Shot"]


@dataclass(frozen=True, slots=True)
class Shot:
    """What is shown at once: frames of one site in order, and what alarms became with them."""

    revision: int
    frames: tuple[SeenFrame, ...]
    alarms: dict[str, AlarmStatus]

    @property
    def last(self) -> SeenFrame:
        """Return the newest frame."""
        return self.frames[-1]


class Reel:
    """Goes on from one frame. `end` is the number of the newest frame that was read; `over` is True once all was
    shown and nothing came behind it."""

    def __init__(self, seq: int) -> None:
        self.end = seq
        self.over = False
        self.sites: dict[int, AppliedSite] = {}
        self._frames: deque[SeenFrame] = deque()
        self._alarms: deque[tuple[int, AlarmStatus]] = deque()

    def add(self, stretch: Stretch) -> None:
        """Put on what was read behind `end`."""
        self.over = not stretch.frames and not self._frames
        self._frames.extend(stretch.frames)
        self._alarms.extend(stretch.alarms)
        self.sites.update(stretch.sites)
        if stretch.frames:
            self.end = stretch.frames[-1].seq

    @property
    def next_ms(self) -> int | None:
        """Return the time of the next frame, None while none is there."""
        return self._frames[0].t_ms if self._frames else None

    @property
    def until_ms(self) -> int | None:
        """Return the time of the last frame that is there."""
        return self._frames[-1].t_ms if self._frames else None

    def take(self, until_ms: int) -> Shot | None:
        """Take the frames up to an instant, at most those of one site; None if there is none."""
        frames: list[SeenFrame] = []
        while self._frames and self._frames[0].t_ms <= until_ms:
            if frames and self._frames[0].revision != frames[0].revision:
                break
            frames.append(self._frames.popleft())
        if not frames:
            return None
        alarms: dict[str, AlarmStatus] = {}
        while self._alarms and self._alarms[0][0] <= frames[-1].seq:
            _, status = self._alarms.popleft()
            alarms[status.path] = status
        return Shot(frames[0].revision, tuple(frames), alarms)
