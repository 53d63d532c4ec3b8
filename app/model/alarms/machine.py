"""The core of an alarm as a table: (state, event) -> (state, what the journal says, whether it is annunciated).

Edges: ISA-18.2 states with latching and reset as in OPC 10000-9; docs/alarm-states.md lists them. Suppression stands
beside this table (`suppression`): it never changes an edge, only whether one is annunciated.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.model.alarms.status import AlarmChange, AlarmState
from app.model.records import Reason

__all__ = ["Edge", "Event", "reset_refusal", "step"]


class Event(StrEnum):
    """What can happen to the core. Deadband and delays have been applied before TRUE and FALSE."""

    TRUE = "true"
    FALSE = "false"
    ACK = "ack"
    RESET = "reset"
    AGAIN = "again"
    """The re-alarm time ran out, or the priority rose."""
    GAP = "gap"
    """The condition is still true after a gap that was too long to rely on the acknowledgement."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One row of the table. `annunciate` is False for everything that must not sound."""

    state: AlarmState
    change: AlarmChange
    annunciate: bool = False


_S, _E, _C = AlarmState, Event, AlarmChange
_RAISED: Final = Edge(_S.UNACK, _C.RAISED, annunciate=True)
_AGAIN: Final = Edge(_S.UNACK, _C.REALARMED, annunciate=True)

_TABLE: Final[dict[tuple[AlarmState, Event], Edge]] = {
    (_S.NORM, _E.TRUE): _RAISED,
    (_S.UNACK, _E.ACK): Edge(_S.ACKED, _C.ACKNOWLEDGED),
    (_S.UNACK, _E.FALSE): Edge(_S.RTN_UNACK, _C.RETURNED),
    (_S.ACKED, _E.FALSE): Edge(_S.NORM, _C.RETURNED),
    (_S.ACKED, _E.AGAIN): _AGAIN,
    (_S.ACKED, _E.GAP): Edge(_S.UNACK, _C.AFTER_GAP, annunciate=True),
    (_S.RTN_UNACK, _E.ACK): Edge(_S.NORM, _C.ACKNOWLEDGED),
    (_S.RTN_UNACK, _E.TRUE): _AGAIN,
    (_S.LATCH_UNACK, _E.ACK): Edge(_S.LATCH_ACK, _C.ACKNOWLEDGED),
    (_S.LATCH_UNACK, _E.TRUE): _AGAIN,
    (_S.LATCH_ACK, _E.RESET): Edge(_S.NORM, _C.RESET),
    (_S.LATCH_ACK, _E.TRUE): _AGAIN,
}

# What a latching alarm does otherwise.
_LATCHING: Final[dict[tuple[AlarmState, Event], Edge]] = {
    (_S.UNACK, _E.FALSE): Edge(_S.LATCH_UNACK, _C.RETURNED),
    (_S.ACKED, _E.FALSE): Edge(_S.LATCH_ACK, _C.RETURNED),
}

# What an alarm does otherwise that nobody need acknowledge; a latch of it waits for its reset alone.
_ACK_OPTIONAL: Final[dict[tuple[AlarmState, Event], Edge]] = {
    (_S.UNACK, _E.FALSE): Edge(_S.NORM, _C.RETURNED),
}
_LATCHING_ACK_OPTIONAL: Final[dict[tuple[AlarmState, Event], Edge]] = {
    (_S.UNACK, _E.FALSE): Edge(_S.LATCH_ACK, _C.RETURNED),
    (_S.ACKED, _E.FALSE): Edge(_S.LATCH_ACK, _C.RETURNED),
}

_TABLES: Final = {
    (False, True): _TABLE,
    (True, True): {**_TABLE, **_LATCHING},
    (False, False): {**_TABLE, **_ACK_OPTIONAL},
    (True, False): {**_TABLE, **_LATCHING_ACK_OPTIONAL},
}

# Why a reset is refused: only a latch that was acknowledged is let go.
_NO_RESET: Final = {
    _S.UNACK: "active",
    _S.ACKED: "active",
    _S.RTN_UNACK: "not_latched",
    _S.LATCH_UNACK: "unacknowledged",
}


def step(state: AlarmState, event: Event, *, latching: bool = False, ack_required: bool = True) -> Edge | None:
    """Return the edge that `event` takes from `state`, None when it changes nothing."""
    return _TABLES[latching, ack_required].get((state, event))


def reset_refusal(state: AlarmState) -> Reason | None:
    """Return why an alarm in `state` cannot be reset, None where it can be or there is nothing to reset."""
    why = _NO_RESET.get(state)
    return Reason("alarm", {"why": why}) if why else None
