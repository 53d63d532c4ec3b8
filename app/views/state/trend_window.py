"""Which time a trend shows: it follows now, or stands. Pure; times are UTC ms."""

from __future__ import annotations

from typing import Final

__all__ = ["LEAD", "SHORTEST_MS", "SPANS", "TrendWindow"]

_HOUR: Final = 3_600_000
_DAY: Final = 24 * _HOUR
SPANS: Final = (
    ("1h", _HOUR),
    ("8h", 8 * _HOUR),
    ("24h", _DAY),
    ("7d", 7 * _DAY),
    ("30d", 30 * _DAY),
    ("1y", 365 * _DAY),
)
"""Names and lengths of the spans that have a button and a key, 1 to 6."""
SHORTEST_MS: Final = 10_000
_LONGEST_MS: Final = 10 * 366 * _DAY
LEAD: Final = 0.015
"""Part of the span behind now while it is followed: so the line of now stands in the picture."""


class TrendWindow:
    """Whoever moves the picture pauses it, but for zooming while it follows: that keeps now where it is."""

    def __init__(self, span_ms: int = _HOUR) -> None:
        self.span_ms = span_ms
        self.live = True
        self._end_ms = 0

    def edges(self, now_ms: int) -> tuple[int, int]:
        """Return start and end of the picture."""
        end = self._latest(now_ms) if self.live else min(self._end_ms, self._latest(now_ms))
        return end - self.span_ms, end

    def behind_ms(self, now_ms: int) -> int:
        """Return how far behind now the picture ends."""
        return max(0, now_ms - self.edges(now_ms)[1])

    def follow(self) -> None:
        """Back to live."""
        self.live = True

    def pause(self, now_ms: int) -> None:
        """Let the picture stand as it is."""
        self._end_ms = self.edges(now_ms)[1]
        self.live = False

    def set_span(self, span_ms: int, now_ms: int) -> None:
        """Show more or less time up to the same end."""
        end = self.edges(now_ms)[1]
        self.span_ms = min(_LONGEST_MS, max(SHORTEST_MS, span_ms))
        self._end_ms = end

    def zoom(self, factor: float, at_ms: int, now_ms: int) -> None:
        """Show `factor` times the time; what stands at `at_ms` keeps its place, while it follows, now does."""
        start, end = self.edges(now_ms)
        span = min(_LONGEST_MS, max(SHORTEST_MS, round(self.span_ms * factor)))
        if not self.live:
            self._end_ms = round(at_ms + (end - at_ms) * span / (end - start))
        self.span_ms = span

    def pan(self, by_ms: int, now_ms: int) -> None:
        """Move the picture; it never leaves now behind by more than it shows."""
        end = self.edges(now_ms)[1]
        self.live = False
        self._end_ms = min(end + by_ms, self._latest(now_ms))

    def show(self, start_ms: int, end_ms: int, now_ms: int) -> None:
        """Let the picture stand at a time."""
        self.live = False
        self.span_ms = min(_LONGEST_MS, max(SHORTEST_MS, end_ms - start_ms))
        self._end_ms = min(start_ms + self.span_ms, self._latest(now_ms))

    def centre(self, at_ms: int, now_ms: int) -> None:
        """Let an instant stand in the middle, unless it is in the picture already."""
        start, end = self.edges(now_ms)
        if not start <= at_ms <= end:
            self.show(at_ms - self.span_ms // 2, at_ms + self.span_ms - self.span_ms // 2, now_ms)

    def _latest(self, now_ms: int) -> int:
        return now_ms + round(self.span_ms * LEAD)
