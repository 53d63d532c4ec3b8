"""Limits and abnormal states of a site's tags as columns, so that all tags are looked over in one step. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.model.quality import BAD
from app.model.spec import Site, TagKind, TagSpec

__all__ = ["LimitColumns"]

_HIGH: Final = ("H", "HH")
_LOW: Final = ("L", "LL")
_STATES: Final = (TagKind.DISCRETE, TagKind.ENUM)


class LimitColumns:
    """Bounds by tag: for a measurement its nearest high and low limit, for a state each value that is abnormal."""

    def __init__(self, site: Site) -> None:
        rows = [row for tag in site.tags for row in _rows(tag)]
        self._paths = [tag.path for tag, _, _ in rows]
        self._numbers = np.array([tag.number for tag, _, _ in rows], np.int32)
        self._low = np.array([low for _, low, _ in rows], np.float64)
        self._high = np.array([high for _, _, high in rows], np.float64)
        self._state = np.array([tag.kind in _STATES for tag, _, _ in rows], bool)

    def beyond(self, values: NDArray[np.float64], quality: NDArray[np.uint16]) -> list[str]:
        """Return the paths of tags whose value is at or beyond a bound and not bad. NaN is beyond nothing."""
        now = values[self._numbers]
        # A state is a whole number: what the site calls abnormal is compared with the value's whole part.
        now = np.where(self._state, np.trunc(now), now)
        apart = np.where(self._state, now == self._high, (now >= self._high) | (now <= self._low))
        found = np.flatnonzero(apart & (quality[self._numbers] < BAD))
        return [self._paths[i] for i in found]


def _rows(tag: TagSpec) -> Iterable[tuple[TagSpec, float, float]]:
    if tag.kind in _STATES:
        return [(tag, np.nan, float(value)) for value in tag.abnormal]
    if not tag.marks:
        return ()
    return [(tag, _nearest(tag, _LOW, max, -np.inf), _nearest(tag, _HIGH, min, np.inf))]


def _nearest(tag: TagSpec, names: tuple[str, ...], pick: Callable[..., float], none: float) -> float:
    return pick((value for name, value in tag.marks if name in names), default=none)
