"""How qualities come together in a result."""

from __future__ import annotations

from typing import Final

from app.model.quality import BAD, UNCERTAIN

__all__ = ["worse"]

_PLAIN: Final = (0, UNCERTAIN, BAD)


def worse(one: int, other: int) -> int:
    """Return the worse of two qualities; of equals the one that says more."""
    if one == other:
        return one
    a = (one >= UNCERTAIN) + (one >= BAD)
    b = (other >= UNCERTAIN) + (other >= BAD)
    if a != b:
        return one if a > b else other
    return other if one in _PLAIN else one
