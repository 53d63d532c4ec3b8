"""The time machine: puts the room back to an instant, plays on from there, steps, and comes back to now.

The past is read on a worker; what arrives is shown between two beats, so that all windows show one instant. The world
of now is left alone: the feed goes on filling it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from app.model.records import AppliedSite
from app.views.gateway.history import HistoryWork, Ticket
from app.views.gateway.past_reads import (
    Arrival,
    Stretch,
    arrive_at,
    arrive_at_alarm,
    arrive_by,
    stretch_after,
)
from app.views.past.reel import Reel, Shot
from app.views.past.view import PastView
from app.views.state.silence import SILENT_AFTER_S
from app.views.world import World

if TYPE_CHECKING:
    from app.views.room import Room

__all__ = ["BEGINS", "NO_ALARM", "NO_PAST", "REACHED", "SPEEDS", "TimeMachine"]

SPEEDS: Final = (1, 10)
NO_PAST, NO_ALARM, REACHED, BEGINS = "no-past", "no-alarm", "reached", "begins"
"""What there is to say besides a failure."""
_AHEAD_MS: Final = 12_000
"""So much of a viewer's time is read ahead; half of it before it is needed."""
_GAP_MS: Final = 3_000
"""A time without frames is shown for so long; then it is skipped."""
_ASK_S: Final = 1.0
"""Between two looks for more: near the present little comes at a time."""
_SILENT_MS: Final = int(SILENT_AFTER_S * 1000)


class TimeMachine(QObject):
    """One per room, in the GUI thread. `speed` is 0 while it stands. `waiting`: an instant was asked for and is read.
    `said` is one of the words above, or a sentence of why it could not be read."""

    changed = Signal()
    """`speed`, `waiting` or `said` is another."""

    def __init__(self, room: Room) -> None:
        super().__init__(room)
        self.speed = 0
        self.waiting = False
        self.said = ""
        self._nothing = NO_PAST
        self._wanted_ms: int | None = None
        """The instant that was asked for; None for a frame or an alarm."""
        self._room = room
        self._world: World | None = None
        self._ticket: Ticket | None = None
        self._reading: Ticket | None = None
        self._busy = False
        self._reel: Reel | None = None
        self._seen_ms = 0
        """Time of the frame shown last."""
        self._head_ms = 0.0
        self._beat_s = 0.0
        self._asked_s = -1e9

    # ---- going

    def go(self, at_ms: int) -> None:
        """Show an instant (UTC ms); now or later is the present."""
        if at_ms >= self._room.now_ms():
            self.leave()
        else:
            self._travel(arrive_at(at_ms, revision=self._revision), wanted_ms=at_ms)

    def go_frame(self, seq: int) -> None:
        """Show how everything stood once a frame had come."""
        self._travel(arrive_by(seq, revision=self._revision))

    def step_frames(self, frames: int) -> None:
        """Go on or back by frames."""
        if self._room.past is not None:
            self.go_frame(self._room.past.seq + frames)

    def step(self, ms: int) -> None:
        """Go on or back by a time; from now, back."""
        self.go(self._room.shown_ms() + ms)

    def go_alarm(self, *, back: bool) -> None:
        """Go to the next alarm that was annunciated, or to the one before."""
        past = self._room.past
        seq = past.seq if past is not None else 1 << 62
        self._travel(arrive_at_alarm(seq, back=back, revision=self._revision), NO_ALARM)

    def leave(self) -> None:
        """Show the present again. Nothing of it was lost."""
        self._stop()
        self._cancel()
        self._say("", waiting=False)
        world, self._world = self._world, None
        if world is not None:
            self._room.show(self._room.present, None)
            world.close()

    # ---- playing

    def play(self, speed: int) -> None:
        """Let time go on from the instant that is shown, so many times as fast as it went."""
        past = self._room.past
        if past is None:
            return
        if self._reel is None:
            self._reel = Reel(past.seq)
            self._head_ms = float(past.at_ms)
        self._beat_s = self._room.monotonic()
        self.speed = speed
        self._say("", waiting=self.waiting)
        self._read_ahead()

    def pause(self) -> None:
        """Let time stand."""
        if self.speed:
            self._stop()
            self.changed.emit()

    def beat(self, now_s: float) -> None:
        """Show what is due. Called by the room's beat alone."""
        reel, world = self._reel, self._world
        if not self.speed or reel is None or world is None:
            return
        head = self._head_ms + (now_s - self._beat_s) * 1000 * self.speed
        self._beat_s = now_s
        if (then := reel.next_ms) is None and not reel.over:
            head = self._head_ms  # not read yet: time stands
        elif then is not None and then > head and head - self._seen_ms > _GAP_MS * self.speed:
            head = max(head, float(then))
        self._head_ms = head
        shown = False
        while (shot := reel.take(int(head))) is not None:
            self._show_shot(shot, int(head))
            shown = True
        if not shown:
            self._show_time(int(head))
        if reel.over and reel.next_ms is None:
            self._stop()
            self._say(REACHED, waiting=False)
        else:
            self._read_ahead()

    # ---- inside

    @property
    def _revision(self) -> int:
        return self._world.applied.revision if self._world is not None and self._world.applied is not None else 0

    def _travel(
        self, work: HistoryWork[Arrival | None], nothing: str = NO_PAST, *, wanted_ms: int | None = None
    ) -> None:
        self._nothing, self._wanted_ms = nothing, wanted_ms
        self._stop()
        self._cancel()
        self._say("", waiting=True)
        self._ticket = self._room.history(work, self._arrived, self._failed)

    def _arrived(self, arrival: Arrival | None) -> None:
        self._ticket = None
        if arrival is None:
            self._say(self._nothing, waiting=False)
            return
        before = self._world
        if before is None and arrival.applied is None:
            self._say(NO_PAST, waiting=False)  # no site ruled then
            return
        world = self._world_of(arrival.applied, arrival.moment.revision)
        if world.live is not None:
            world.live.take_state(arrival.moment.state)
        changed = world.take_alarms(arrival.alarms, whole=True)
        self._seen_ms = arrival.moment.t_ms
        world.take_silence(arrival.at_ms - self._seen_ms > _SILENT_MS)
        self._room.show(world, PastView(arrival.at_ms, arrival.moment.seq), changed)
        if before is not None and before is not world:
            before.close()
        earlier = self._wanted_ms is not None and self._wanted_ms < arrival.at_ms
        self._say(BEGINS if earlier else "", waiting=False)

    def _world_of(self, applied: AppliedSite | None, revision: int) -> World:
        """Return the world of the past under a site: the one that is shown, or a new one."""
        if self._world is not None and (applied is None or self._revision == revision):
            return self._world
        world = World(self._room)
        world.watch.changed.connect(self._room.watch_changed)
        world.take_site(applied)
        self._world = world
        return world

    def _show_shot(self, shot: Shot, head_ms: int) -> None:
        before = self._world
        assert before is not None
        world = before
        if shot.revision != self._revision and (applied := self._reel_site(shot.revision)) is not None:
            world = self._world_of(applied, shot.revision)
            if world.live is not None and before.live is not None:
                world.live.take_over(before.live)
            world.take_alarms(tuple(before.book.statuses.values()), whole=True)
        for batch in (b for frame in shot.frames for b in frame.batches):
            if world.live is not None:
                world.live.apply(batch)
        paths = world.take_alarms(tuple(shot.alarms.values()), whole=False)
        self._seen_ms = shot.last.t_ms
        world.take_silence(head_ms - self._seen_ms > _SILENT_MS)
        self._room.show(world, PastView(head_ms, shot.last.seq), paths, jumped=world is not before)
        if world is not before:
            before.close()

    def _show_time(self, head_ms: int) -> None:
        world, past = self._world, self._room.past
        assert world is not None and past is not None
        if head_ms != past.at_ms:
            world.take_silence(head_ms - self._seen_ms > _SILENT_MS)
            self._room.show(world, PastView(head_ms, past.seq), jumped=False)

    def _reel_site(self, revision: int) -> AppliedSite | None:
        return self._reel.sites.get(revision) if self._reel is not None else None

    def _read_ahead(self) -> None:
        """Ask for what follows while less than half of what is kept ahead is there."""
        reel, now_s = self._reel, self._room.monotonic()
        if reel is None or self._busy or reel.over:
            return
        length = _AHEAD_MS * self.speed
        until = reel.until_ms
        if until is None or (until - self._head_ms < length / 2 and now_s - self._asked_s > _ASK_S):
            self._asked_s = now_s
            start = int(self._head_ms) if until is None else until
            work = stretch_after(reel.end, start, length, revision=self._revision)
            self._busy = True
            self._reading = self._room.history(work, self._read, self._not_read)

    def _read(self, stretch: Stretch) -> None:
        self._busy = False
        if self._reel is not None:
            self._reel.add(stretch)

    def _not_read(self, sentence: str) -> None:
        self._stop()
        self._say(sentence, waiting=False)

    def _failed(self, sentence: str) -> None:
        self._ticket = None
        self._say(sentence, waiting=False)

    def _stop(self) -> None:
        self.speed, self._reel, self._busy = 0, None, False
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _cancel(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
            self._ticket = None

    def _say(self, said: str, *, waiting: bool) -> None:
        self.said, self.waiting = said, waiting
        self.changed.emit()
