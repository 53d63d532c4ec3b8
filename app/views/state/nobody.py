"""Why nobody is signed in. The room is open for viewing then."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Nobody"]


class Nobody(StrEnum):
    """What to say, and to offer."""

    AWAY = "away"
    """The store has not answered yet."""
    UNFOUNDED = "unfounded"
    """A live store without accounts: the administrator makes the first one here."""
    YET = "yet"
    SIGNED_OUT = "signed_out"
    ENDED = "ended"
    """The session was ended: by its time, by an administrator, or because the room was cut off for too long."""
