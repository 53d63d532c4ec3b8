"""What a site says of an alarm: when it comes, how bad it is, and what a person should do about it.

Rules: ISA-18.2 / IEC 62682 as quoted in EEMUA 191 practice: an alarm without consequence and action is no alarm, so
both are mandatory here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.model.formulas.spec import Formula
from app.model.terms import Condition, Label

__all__ = ["PRIORITIES", "AlarmKind", "AlarmSpec", "EscalationStep"]

PRIORITIES = (1, 2, 3, 4)
"""1 is the highest. Colour, shape and digit of each: docs/room.md."""


class AlarmKind(StrEnum):
    """What makes an alarm come."""

    LIMIT = "limit"
    """The value is beyond `limit` on `side` (+1 above, -1 below)."""
    DEVIATION = "deviation"
    """The value is more than `limit` away from the tag `setpoint`."""
    RATE = "rate"
    """The value moves by more than `limit` per `window_s` seconds, upwards for side +1, downwards for -1, 0 both."""
    STATE = "state"
    """A discrete or enum value is one of `values`."""
    STUCK = "stuck"
    """The value has not changed by more than `limit` for `window_s` seconds."""
    COMM = "comm"
    """The device does not answer: one alarm per device, for all its tags."""
    CLOCK = "clock"
    """The device's clock is more than `limit` seconds off."""
    MISMATCH = "mismatch"
    """A command was accepted and its feedback did not come, or its outcome is not known."""
    UNCOMMANDED = "uncommanded"
    """The equipment runs, or stopped, although in Hand and Remote its last command said otherwise. `values` is what
    the run tag shows then: (1,) uncommanded run, (0,) uncommanded stop."""
    EXPRESSION = "expression"
    """The formula `when` is true."""


@dataclass(frozen=True, slots=True)
class AlarmSpec:
    """One alarm of a site.

    `path` is `<tag>:<name>` (`ps01/well/level:HH`), for a device `<device>:comm` or `<device>:clock`, for an equipment
    `<equipment>:mismatch` and the like; it never changes its meaning. `label` is the condition in words (without the
    place), `facility`, `equipment` and `device` say where ("" where there is none). `areas` are the areas whose people
    may act on it; () for one of the whole site.
    `limit` and `deadband` are in the tag's unit; the deadband counts on the clearing side. Delays in seconds, by the
    engine's monotonic time. `respond_s` is the time in which the action still helps. `page` and `target` are where an
    operator goes (target "" means the tag or equipment itself).
    `suppress` holds conditions for process reasons, any of which suppresses by design; its labels are shown.
    `group` names a first-out group: the first of its members is marked.
    """

    path: str
    name: str
    kind: AlarmKind
    label: Label
    priority: int
    consequence: Label
    action: Label
    respond_s: int
    tag: str = ""
    facility: str = ""
    equipment: str = ""
    device: str = ""
    areas: tuple[str, ...] = ()
    limit: float | None = None
    side: int = 0
    deadband: float = 0.0
    on_delay_s: float = 0.0
    off_delay_s: float = 0.0
    values: tuple[int, ...] = ()
    setpoint: str = ""
    window_s: float = 0.0
    latching: bool = False
    ack_required: bool = True
    re_alarm_s: float = 0.0
    """An acknowledged alarm that still stands after this comes back unacknowledged; 0: never."""
    group: str = ""
    suppress: tuple[Condition, ...] = ()
    page: str = "station"
    target: str = ""
    when: Formula | None = None


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """An alarm of `priority` that stays unacknowledged for `after_s` seconds is the business of `role` too."""

    priority: int
    after_s: float
    role: str
