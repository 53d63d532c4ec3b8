"""The table verb × condition as the rules say it: which check names a condition, and which verbs it blocks."""

from __future__ import annotations

from typing import Final

from app.model.commands.verbs import Check, Verb

__all__ = ["ALL", "BLOCKS", "CASES", "SAFE"]

ALL: Final = frozenset(Verb)
SAFE: Final = frozenset({Verb.STOP, Verb.CLOSE, Verb.AUTO})
_PUMP_MOVES: Final = frozenset({Verb.START, Verb.MODE, Verb.SPEED})
_NO_SWITCH: Final = frozenset({Verb.LEVEL})  # the well has neither a Local/Remote switch nor a trip

CASES: Final[dict[Verb, tuple[str, float | None, str]]] = {
    Verb.START: ("ps01/pump1", None, "stopped"),
    Verb.STOP: ("ps01/pump1", None, "stopped"),
    Verb.AUTO: ("ps01/pump1", None, "stopped"),
    Verb.MODE: ("ps01/pump1", 1.0, "stopped"),
    Verb.SPEED: ("ps01/pump1", 40.0, "stopped"),
    Verb.RESET: ("ps01/pump1", None, "any"),
    Verb.LEVEL: ("ps01/well", 2.0, "any"),
    Verb.OPEN: ("ps01/gate1", None, "closed"),
    Verb.CLOSE: ("ps01/gate1", None, "closed"),
}
"""Equipment, value and expected state with which each verb is asked."""

BLOCKS: Final[dict[str, tuple[Check, frozenset[Verb]]]] = {
    "no right": (Check.RIGHT, ALL),
    "store away": (Check.STORE, ALL),
    "disk full": (Check.STORE, ALL),
    "expired": (Check.EXPIRED, ALL),
    "selected by another": (Check.SELECTION, ALL),
    "not selected": (Check.SELECTION, ALL),
    "busy": (Check.BUSY, ALL),
    "executing": (Check.BUSY, ALL - SAFE),
    "held": (Check.HOLD, ALL),
    "unproven": (Check.UNPROVEN, ALL),
    "late execution": (Check.LATE_EXECUTION, ALL),
    "commissioning": (Check.COMMISSIONING, ALL),
    "link down": (Check.LINK, ALL),
    "two persons": (Check.TWO_PERSON, ALL),
    "local": (Check.REMOTE, ALL - _NO_SWITCH),
    "heartbeat old": (Check.HEARTBEAT, ALL - SAFE),
    "heartbeat never": (Check.HEARTBEAT, ALL - SAFE),
    "other state": (Check.EXPECT, ALL),
    "bad value": (Check.QUALITY, ALL - SAFE - {Verb.RESET}),
    "old value": (Check.QUALITY, ALL - SAFE - {Verb.RESET}),
    "tripped": (Check.NO_TRIP, _PUMP_MOVES | {Verb.OPEN}),
    "not tripped": (Check.TRIPPED, frozenset({Verb.RESET})),
    "permissive": (Check.PERMISSIVE, _PUMP_MOVES),
    "interlock": (Check.INTERLOCK, _PUMP_MOVES),
    "too soon": (Check.MIN_TIME, frozenset({Verb.START})),
    "too many starts": (Check.STARTS, frozenset({Verb.START})),
}
