"""How the historian goes about its work; tests make it do a day's work in a minute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.errors import ConfigurationFault
from app.series.merging import MOST_EVENTS

__all__ = ["DAY_MS", "HOUR_MS", "MINUTE_MS", "HistorianPlan"]

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 3_600_000
DAY_MS: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class HistorianPlan:
    """What is done when.

    `window_ms`, `window_rows`: a window ends at the next multiple of the one (UTC, by the frames' own time) or once it
    has the other, whichever is first · `slice_frames`: frames taken at once · `read_s`: pause when there are no more ·
    `merges_ms`: spans whose groups are merged once they are over, the shortest first; states are thinned to one for
    each of the shortest · `merge_bytes`: packed bytes of groups looked at together · `roll_ms`: how often minutes are
    rolled up · `settle_ms`: a sample may come so much later than its source time and is still rolled up with its
    minute · `look_s`: how often samples that came from elsewhere are looked for · `rest`: pause after each step, as
    a multiple of how long it took · `retry_s`: pause after a store that was away · `mend_s`: pause after a defect.
    """

    window_ms: int = 600_000
    window_rows: int = 2_000_000
    slice_frames: int = 250
    read_s: float = 2.0
    merges_ms: tuple[int, ...] = (HOUR_MS, DAY_MS)
    merge_bytes: int = 48 * 1024 * 1024
    most_events: int = MOST_EVENTS
    roll_ms: int = HOUR_MS
    settle_ms: int = MINUTE_MS
    look_s: float = 60.0
    rest: float = 1.0
    retry_s: float = 1.0
    mend_s: float = 60.0

    def __post_init__(self) -> None:
        """Raise ConfigurationFault for spans that a month is no multiple of."""
        if any(DAY_MS % span for span in (self.window_ms, self.roll_ms, *self.merges_ms)):
            raise ConfigurationFault("windows, merges and rollups of history must fit a day")
