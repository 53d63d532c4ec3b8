"""How everything stood once a frame had come, and the frames of history in their order."""

from __future__ import annotations

from typing import Final

import numpy as np

from app.errors import BadBlock, Cancelled
from app.model.quality import BAD
from app.series.blocks import newest_in_block
from app.series.standing import Standing
from app.series.times import unpack_frames, unpack_state
from app.series.windows import State, Times
from app.storage.history_blocks import groups_of_frames
from app.storage.history_contract import Mark, Stop, StoredBlock, StoredGroup, never
from app.storage.history_reading.pieces import Unpacker
from app.storage.history_reading.places import Places
from app.storage.history_reading.queries import first_frame
from app.storage.history_rows import FrameTimes, frame_times_at, frame_times_of, last_window, state_until

__all__ = ["Moments"]

_Newest = dict[int, tuple[int, float, int, int, int]]


class Moments:
    """Frames and states up to the mark."""

    def __init__(self, places: Places, unpacker: Unpacker) -> None:
        self._places: Final = places
        self._unpacker: Final = unpacker

    def mark(self) -> Mark | None:
        """Return the last frame that history has."""
        for month in self._places.with_frames():
            with self._places.month(month) as place:
                window = None if place is None else last_window(place)
            if window is not None:
                return Mark(window.last_seq, window.end_ms)
        return None

    def first(self) -> Mark | None:
        """Return the first frame that history has."""
        for month in reversed(self._places.with_frames()):
            with self._places.month(month) as place:
                first = None if place is None else first_frame(place)
            if first is not None:
                return first
        return None

    def window_of(self, seq: int) -> FrameTimes | None:
        """Return the window that holds a frame."""
        for month in self._places.with_frames(seq)[:1]:
            with self._places.month(month) as place:
                return None if place is None else frame_times_of(place, seq)
        return None

    def newest_at(self, t_ms: int) -> Mark | None:
        """Return the newest frame of history with a time up to one."""
        for month in self._places.with_frames():
            if month > t_ms:
                continue
            with self._places.month(month) as place:
                window = None if place is None else frame_times_at(place, t_ms)
            found = None if window is None else self._newest_in(window, t_ms)
            if found is not None:
                return found
        return None

    def time_of(self, seq: int) -> int | None:
        """Return the time of a frame of history."""
        window = self.window_of(seq)
        times = None if window is None else self.times(window)
        return None if window is None or times is None else times[seq - window.first_seq]

    def times(self, window: FrameTimes) -> list[int] | None:
        """Return the times of a window's frames, None if they are damaged."""
        try:
            times: list[int] = unpack_frames(window.frames).tolist()
            if len(times) != window.last_seq - window.first_seq + 1:
                raise BadBlock("a window has another number of times than of frames")
        except BadBlock as error:
            self._unpacker.note(f"the frame times up to frame {window.last_seq}", error)
            return None
        return times

    def state(self, seq: int, stop: Stop = never) -> State | None:
        """Return how everything stood once a frame of history had come."""
        base, month_ms = self._base(seq)
        after = 0 if base is None else base[0]
        standing = Standing(None if base is None else base[1])
        newest: _Newest = {}
        for month in self._places.with_frames(seq) if after < seq else ():
            if month >= month_ms:
                self._take_month(month, after, seq, newest, stop)
        if base is None and not newest:
            return None
        standing.put(_as_state(newest))
        return standing.state()

    def _base(self, seq: int) -> tuple[tuple[int, State] | None, int]:
        """Return the newest stored state up to a frame, its number, and its month."""
        for month in self._places.with_frames(seq):
            until = seq
            while True:
                with self._places.month(month) as place:
                    found = None if place is None else state_until(place, until)
                if found is None:
                    break
                mark, payload = found
                try:
                    return (mark.seq, unpack_state(payload)), month
                except BadBlock as error:
                    self._unpacker.note(f"the state after frame {mark.seq}", error)
                    until = mark.seq - 1
        return None, 0

    def _take_month(self, month_ms: int, after: int, until: int, newest: _Newest, stop: Stop) -> None:
        with self._places.month(month_ms) as place:
            groups = [] if place is None else groups_of_frames(place, after, until)
        for group in groups:
            if stop():
                raise Cancelled("nobody waits for it any more")
            times = self._unpacker.times(month_ms, group)
            if times is not None:
                self._take_group(month_ms, group, times, (after, until), newest)
            elif group.first_seq <= until:
                for block in group.blocks:
                    _forget(newest, block, max(group.first_seq, after + 1))

    def _take_group(
        self, month_ms: int, group: StoredGroup, times: Times, span: tuple[int, int], newest: _Newest
    ) -> None:
        """Note the last sample of each tag of a group between two frames."""
        first, end = np.searchsorted(times.seq, span, side="right").tolist()
        for block in group.blocks if first < end else ():
            try:
                found = newest_in_block(block.tag, block.payload, first, end)
            except BadBlock as error:
                self._unpacker.note(f"the block of tag {block.tag} in group {group.id} of month {month_ms}", error)
                _forget(newest, block, int(times.seq[first]))
                continue
            if found is None:
                continue
            event, value, quality = found
            seq = int(times.seq[event])
            if block.tag not in newest or newest[block.tag][0] < seq:
                newest[block.tag] = seq, value, quality, int(times.source_ms[event]), int(times.receipt_ms[event])

    def _newest_in(self, window: FrameTimes, t_ms: int) -> Mark | None:
        times = self.times(window)
        if times is None:
            return Mark(window.last_seq, window.end_ms) if window.end_ms <= t_ms else None
        at = int(np.searchsorted(np.array(times, np.int64), t_ms, side="right"))
        return Mark(window.first_seq + at - 1, times[at - 1]) if at else None


def _forget(newest: _Newest, block: StoredBlock, seq: int) -> None:
    """Note that nothing is known of a tag from a frame on, where its block is damaged."""
    if block.tag not in newest or newest[block.tag][0] < seq:
        newest[block.tag] = seq, np.nan, BAD, block.lo_ms, block.lo_ms


def _as_state(newest: _Newest) -> State:
    tags = sorted(newest)
    rows = [newest[tag] for tag in tags]
    return State(
        np.array(tags, dtype=np.int32),
        np.array([row[1] for row in rows], dtype=np.float64),
        np.array([row[2] for row in rows], dtype=np.uint16),
        np.array([row[3] for row in rows], dtype=np.int64),
        np.array([row[4] for row in rows], dtype=np.int64),
    )
