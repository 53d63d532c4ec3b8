"""Where the map's cards stand: at their places, moved apart as little as needed. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.model.spec import Place

__all__ = ["Box", "card_boxes", "to_pixels"]

_ROUNDS = 200


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in px."""

    x: float
    y: float
    width: float
    height: float

    @property
    def cx(self) -> float:
        """Return the middle across."""
        return self.x + self.width / 2

    @property
    def cy(self) -> float:
        """Return the middle down."""
        return self.y + self.height / 2


def to_pixels(place: Place, width: float, height: float) -> tuple[float, float]:
    """Return the pixel of a place (0 to 1000 each way) in a map of this size."""
    return place.x / 1000 * width, place.y / 1000 * height


def card_boxes(
    places: Mapping[str, Place], sizes: Mapping[str, tuple[float, float]], *, width: float, height: float, gap: float
) -> dict[str, Box]:
    """Return a box for each place, centred on it, held inside the map and pushed apart where two overlap.

    The same input always gives the same picture: operators remember where a station stands.
    """
    ids = sorted(places)
    at = {i: list(to_pixels(places[i], width, height)) for i in ids}
    for _ in range(_ROUNDS):
        moved = False
        for n, a in enumerate(ids):
            for b in ids[n + 1 :]:
                moved |= _push(at[a], at[b], sizes[a], sizes[b], gap)
        for k in ids:
            w, h = sizes[k]
            at[k][0] = min(max(at[k][0], w / 2 + gap), width - w / 2 - gap)
            at[k][1] = min(max(at[k][1], h / 2 + gap), height - h / 2 - gap)
        if not moved:
            break
    return {i: Box(at[i][0] - sizes[i][0] / 2, at[i][1] - sizes[i][1] / 2, *sizes[i]) for i in ids}


def _push(a: list[float], b: list[float], size_a: Sequence[float], size_b: Sequence[float], gap: float) -> bool:
    """Move two centres apart along the axis that needs less; return whether they overlapped."""
    over_x = (size_a[0] + size_b[0]) / 2 + gap - abs(a[0] - b[0])
    over_y = (size_a[1] + size_b[1]) / 2 + gap - abs(a[1] - b[1])
    if over_x <= 0 or over_y <= 0:
        return False
    axis, over = (0, over_x) if over_x < over_y else (1, over_y)
    sign = 1.0 if a[axis] >= b[axis] else -1.0
    a[axis] += sign * over / 2
    b[axis] -= sign * over / 2
    return True
