"""The values that tags with states may have: a discrete one is 0 or 1, an enum one of those that the site names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.model.spec import TagKind, TagSpec

__all__ = ["Declared"]

_REACH: Final = 1 << 31
"""States are whole numbers from minus this to this."""


class Declared:
    """`states`: place of a tag → its values; a tag that is not in it may have any number."""

    def __init__(self, states: Mapping[int, Sequence[int]] | None = None) -> None:
        self._states = {place: values for place, values in (states or {}).items() if values}
        self._keys = np.array(sorted(place * 2 * _REACH + v for place, its in self._states.items() for v in its), "i8")
        self._has_states = np.zeros(max(self._states, default=0) + 1, np.bool_)
        self._has_states[list(self._states)] = True

    @classmethod
    def of(cls, tags: Sequence[TagSpec]) -> Declared:
        """Return what a site says of its tags, which stand at their places."""
        return cls({place: _states(tag) for place, tag in enumerate(tags)})

    def strange(self, tag: NDArray[np.int32], value: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which values are none of those that their tags may have. No value is not strange; places below 0 are
        of no tag."""
        found = np.zeros(len(tag), np.bool_)
        if not self._states:
            return found
        at = np.flatnonzero((tag >= 0) & (tag < len(self._has_states)))
        at = at[self._has_states[tag[at]] & ~np.isnan(value[at])]
        whole = (np.abs(value[at]) < _REACH) & (value[at] == np.floor(value[at]))
        found[at[~whole]] = True
        at = at[whole]
        keys = tag[at].astype(np.int64) * 2 * _REACH + value[at].astype(np.int64)
        place = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        found[at] = self._keys[place] != keys
        return found


def _states(tag: TagSpec) -> tuple[int, ...]:
    if tag.kind is TagKind.DISCRETE:
        return (0, 1)
    return tuple(state.value for state in tag.states) if tag.kind is TagKind.ENUM else ()
