"""The checks of a command: what must be true before it is sent, and every reason why it is not.

One function per `Check`; `verbs.CHECKS_OF` says which of them block a verb. The engine asks with live readings when it
claims a request; the room asks with the same function to show what would fail. Pure: a reading carries its own age.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from app.model.commands.verbs import CHECKS_OF, Check, Verb
from app.model.quality import BAD, UNCERTAIN, Quality
from app.model.records import CommandState, EquipmentStatus, Reason
from app.model.spec import CommandSpec, Condition, Equipment, Facility, Op, TargetKind

__all__ = [
    "HEARTBEAT_LIMIT_S",
    "CheckInput",
    "Reading",
    "failing",
    "holds",
    "in_the_way",
    "is_safe",
    "state_word",
    "usable",
]

HEARTBEAT_LIMIT_S: Final = 5.0
"""A PLC rejects blocks whose heartbeat is older (`commands.block`); asking it then is pointless."""

_SAFE: Final = (Verb.STOP, Verb.CLOSE, Verb.AUTO)
_STATE_ROLES: Final = ("run", "trip", "opened", "closed", "moving")
_DECIDING_ROLES: Final = frozenset({"remote", "start_wait", "starts_hour", *_STATE_ROLES})


@dataclass(frozen=True, slots=True)
class Reading:
    """One live value. `age_s` counts from its last good reply; `period_s` is the period of its scan group (None: the
    input's `scan_period_s`); `unit` is for the sentence. Of a calculated tag these two are those of the input that is
    the most overdue.

    `oldest_s` is how long ago the oldest value was read that a calculated one rests on, the windows of functions of
    time included; infinite where a person typed one in, or for a sum.
    """

    value: float
    quality: int
    age_s: float
    period_s: float | None = None
    unit: str = ""
    oldest_s: float = 0.0

    @property
    def reaches_s(self) -> float:
        """How far back it reaches: what happened since then it cannot prove."""
        return max(self.age_s, self.oldest_s)


@dataclass(frozen=True, slots=True)
class CheckInput:
    """All that the checks look at.

    `value` is the target of a set-point or choice, None without one. `expect` is the state the person said it is in
    ("" or "any": nothing said). `read` returns the reading at a tag path, None for a tag that does not exist.
    `age_s` is the request's age by the store's clock, `expiry_s` its limit. `busy_with` is the path of the equipment
    whose command is in flight at this station, "" if none. `heartbeat_age_s` counts from the last *change* of the PLC's
    counter (None: never seen). `scan_period_s` is the period of the station's fastest group. `needs_selection` is
    False when a room asks what would fail before anything is selected. `second` is why the second signature does not
    count (`access.second_refusals`); it matters for verbs that need one.
    """

    verb: Verb
    value: float | None
    expect: str
    equipment: Equipment
    facility: Facility
    read: Callable[[str], Reading | None]
    status: EquipmentStatus
    session: str
    permitted: bool
    second: tuple[Reason, ...]
    store_ok: bool
    disk_full: bool
    age_s: float
    expiry_s: float
    busy_with: str
    link_up: bool
    heartbeat_age_s: float | None
    scan_period_s: float
    commissioning: bool
    role: str = ""
    needs_selection: bool = True

    @property
    def command(self) -> CommandSpec | None:
        """The equipment's command for the verb, or None."""
        return self.equipment.command(self.verb)

    def role_reading(self, role: str) -> Reading | None:
        """Return the reading of the tag that plays `role`; None when the type has no such role."""
        tag = self.equipment.tag(role)
        return None if tag is None else self.read(tag)


def failing(i: CheckInput) -> tuple[Reason, ...]:
    """Return all reasons against a command, the blocking ones first: nothing blocks when none has `blocking`."""
    found: list[Reason] = []
    needed = CHECKS_OF[i.verb]
    for check, look in _CHECKS.items():
        if check in needed:
            found.extend(look(i))
        elif check in _WARN_ANYWAY:
            found.extend(Reason(r.check, r.params, blocking=False) for r in look(i))
    return tuple(sorted(found, key=lambda r: not r.blocking))


def is_safe(verb: Verb) -> bool:
    """Return True for verbs that stop, close or hand back to the PLC: bad or old values never block them."""
    return verb in _SAFE


def in_the_way(state: str | None, verb: Verb) -> bool:
    """Return whether a command that stands at `state` (a CommandState or a Phase) keeps its station from taking `verb`.

    Until the PLC has answered nothing else may be written into its command block. Afterwards, and when the outcome is
    not known, verbs that stop, close or hand back to the PLC go past: a gate that moves must not be waited for.
    """
    if state in (CommandState.INTENT, CommandState.SENT):
        return True
    return state in (CommandState.EXECUTING, CommandState.UNKNOWN) and not is_safe(verb)


def usable(reading: Reading | None) -> bool:
    """Return True when a reading says something: it exists, is a number and is not bad."""
    return reading is not None and reading.quality < BAD and not math.isnan(reading.value)


def holds(condition: Condition, value: float, *, target: float | None = None, tolerance: float = 0.0) -> bool:
    """Return whether `value` meets the condition. With `target` (a set-point's feedback) it replaces the condition's
    own value and must be met within `tolerance`."""
    limit = condition.value if target is None else target
    match condition.op:
        case Op.EQ:
            return abs(value - limit) <= tolerance
        case Op.NE:
            return abs(value - limit) > tolerance
        case Op.LT:
            return value < limit
        case Op.LE:
            return value <= limit
        case Op.GT:
            return value > limit
        case Op.GE:
            return value >= limit


def state_word(equipment: Equipment, read: Callable[[str], Reading | None]) -> str:
    """Return the state of an equipment in one word: running, stopped, tripped, opened, closed, between, moving;
    `unknown` when a value that decides is bad; `any` for a type that has no states (see docs/equipment-types.md)."""
    roles = {role: read(tag) for role, tag in equipment.tags if role in _STATE_ROLES}
    if "run" not in roles and "opened" not in roles:
        return "any"
    if any(not usable(reading) for reading in roles.values()):
        return "unknown"
    on = {role for role, reading in roles.items() if reading is not None and reading.value >= 0.5}
    if "trip" in on:
        return "tripped"
    if "run" in roles:
        return "running" if "run" in on else "stopped"
    return next((role for role in ("moving", "opened", "closed") if role in on), "between")


def _right(i: CheckInput) -> Iterator[Reason]:
    if not i.permitted:
        yield Reason(Check.RIGHT, {"role": i.role})


def _target(i: CheckInput) -> Iterator[Reason]:
    command = i.command
    if command is None:
        yield Reason(Check.TARGET, {"why": "no_such_verb", "verb": str(i.verb)})
    elif command.target is TargetKind.NONE:
        if i.value is not None:
            yield Reason(Check.TARGET, {"why": "no_value_taken", "verb": str(i.verb)})
    elif i.value is None or not math.isfinite(i.value):
        yield Reason(Check.TARGET, {"why": "value_missing", "verb": str(i.verb)})
    elif command.target is TargetKind.CHOICE:
        if i.value not in {float(c.value) for c in command.choices}:
            yield Reason(Check.TARGET, {"why": "no_such_choice", "value": i.value})
    else:
        yield from _range(command, i.value)


def _range(command: CommandSpec, value: float) -> Iterator[Reason]:
    low = -math.inf if command.low is None else command.low
    high = math.inf if command.high is None else command.high
    if not low <= value <= high:
        params = {"why": "range", "value": value, "low": command.low, "high": command.high, "unit": command.unit}
        yield Reason(Check.TARGET, params)


def _two_person(i: CheckInput) -> Iterator[Reason]:
    if i.command is not None and i.command.two_person:
        yield from i.second


def _store(i: CheckInput) -> Iterator[Reason]:
    if not i.store_ok:
        yield Reason(Check.STORE, {"why": "cannot_commit"})
    if i.disk_full:
        yield Reason(Check.STORE, {"why": "disk_full"})


def _expired(i: CheckInput) -> Iterator[Reason]:
    if i.age_s > i.expiry_s:
        yield Reason(Check.EXPIRED, {"age_s": round(i.age_s, 1), "limit_s": i.expiry_s})


def _selection(i: CheckInput) -> Iterator[Reason]:
    held_by_other = bool(i.status.selected_session) and i.status.selected_session != i.session
    if held_by_other or (i.needs_selection and not i.status.selected_session):
        yield Reason(Check.SELECTION, {"holder": i.status.selected_by, "until_ms": i.status.selected_until_ms})


def _busy(i: CheckInput) -> Iterator[Reason]:
    if i.busy_with:
        yield Reason(Check.BUSY, {"equipment": i.busy_with})


def _hold(i: CheckInput) -> Iterator[Reason]:
    hold = i.status.hold
    if hold is not None:
        yield Reason(Check.HOLD, {"holder": hold.person, "reason": hold.reason, "since_ms": hold.since_ms})


def _unproven(i: CheckInput) -> Iterator[Reason]:
    if str(i.verb) in i.status.unproven:
        yield Reason(Check.UNPROVEN, {"verb": str(i.verb)})


def _late(i: CheckInput) -> Iterator[Reason]:
    if i.status.late_execution:
        yield Reason(Check.LATE_EXECUTION)


def _commissioning(i: CheckInput) -> Iterator[Reason]:
    if i.commissioning:
        yield Reason(Check.COMMISSIONING)


def _link(i: CheckInput) -> Iterator[Reason]:
    if not i.link_up:
        yield Reason(Check.LINK)


def _heartbeat(i: CheckInput) -> Iterator[Reason]:
    if i.facility.block is None:
        return
    if i.heartbeat_age_s is None or i.heartbeat_age_s > HEARTBEAT_LIMIT_S:
        age = None if i.heartbeat_age_s is None else round(i.heartbeat_age_s, 1)
        yield Reason(Check.HEARTBEAT, {"age_s": age, "limit_s": HEARTBEAT_LIMIT_S})


def _remote(i: CheckInput) -> Iterator[Reason]:
    # A bad value of the switch is the business of QUALITY: it blocks a start and only warns about a stop.
    reading = i.role_reading("remote")
    if reading is not None and usable(reading) and reading.value < 0.5:
        yield Reason(Check.REMOTE)


def _expect(i: CheckInput) -> Iterator[Reason]:
    if i.expect in ("", "any"):
        return
    state = state_word(i.equipment, i.read)
    if state != i.expect:
        # Not knowing the state is a bad value, and those only warn where the verb is safe.
        blocking = not (state == "unknown" and is_safe(i.verb))
        yield Reason(Check.EXPECT, {"expected": i.expect, "state": state}, blocking=blocking)


def _quality(i: CheckInput) -> Iterator[Reason]:
    # A permissive may rest on a value that a person typed in; where the equipment itself stands may not.
    own = {tag for role, tag in i.equipment.tags if role in _DECIDING_ROLES}
    for tag in _tags_used(i):
        reading = i.read(tag)
        if reading is None:
            yield Reason(Check.QUALITY, {"tag": tag, "quality": None, "age_s": None, "limit_s": None})
            continue
        limit = 2.0 * (reading.period_s or i.scan_period_s)
        typed = reading.quality == Quality.MANUAL and tag in own
        if typed or reading.quality >= UNCERTAIN or reading.age_s > limit or math.isnan(reading.value):
            age = round(reading.age_s, 1) if math.isfinite(reading.age_s) else None
            params = {"tag": tag, "quality": reading.quality, "age_s": age, "limit_s": limit}
            yield Reason(Check.QUALITY, params)


def _tags_used(i: CheckInput) -> tuple[str, ...]:
    """Return the tags whose values decide about this verb, each once, in order."""
    roles = ["remote", *_STATE_ROLES]
    if i.verb is Verb.START:
        roles += ["start_wait", "starts_hour"]
    tags = [tag for role, tag in i.equipment.tags if role in roles]
    if Check.PERMISSIVE in CHECKS_OF[i.verb]:
        tags += [c.tag for c in (*i.equipment.permissives, *i.equipment.interlocks)]
    if i.command is not None:
        tags += [c.tag for c in i.command.feedback]
    return tuple(dict.fromkeys(tags))


def _no_trip(i: CheckInput) -> Iterator[Reason]:
    reading = i.role_reading("trip")
    if reading is not None and usable(reading) and reading.value >= 0.5:
        code = i.role_reading("trip_code")
        yield Reason(Check.NO_TRIP, {"code": int(code.value) if code is not None and usable(code) else None})


def _tripped(i: CheckInput) -> Iterator[Reason]:
    reading = i.role_reading("trip")
    if reading is None or not usable(reading):
        yield Reason(Check.TRIPPED, {"known": False})
    elif reading.value < 0.5:
        yield Reason(Check.TRIPPED, {"known": True})


def _permissive(i: CheckInput) -> Iterator[Reason]:
    yield from _conditions(Check.PERMISSIVE, i.equipment.permissives, i)


def _interlock(i: CheckInput) -> Iterator[Reason]:
    yield from _conditions(Check.INTERLOCK, i.equipment.interlocks, i)


def _conditions(check: Check, conditions: tuple[Condition, ...], i: CheckInput) -> Iterator[Reason]:
    for condition in conditions:
        reading = i.read(condition.tag)
        # An unreadable value is named by QUALITY, which blocks wherever these conditions do.
        if reading is not None and usable(reading) and not holds(condition, reading.value):
            yield Reason(check, _condition_params(condition, reading))


def _condition_params(condition: Condition, reading: Reading) -> dict[str, Any]:
    label = {"zh": condition.label.zh, "en": condition.label.en}
    return {
        "label": label,
        "tag": condition.tag,
        "op": str(condition.op),
        "limit": condition.value,
        "value": reading.value,
        "unit": reading.unit,
    }


def _min_time(i: CheckInput) -> Iterator[Reason]:
    reading = i.role_reading("start_wait")
    if reading is not None and usable(reading) and reading.value > 0:
        yield Reason(Check.MIN_TIME, {"remaining_s": reading.value})


def _starts(i: CheckInput) -> Iterator[Reason]:
    limit = i.equipment.max_starts_per_hour
    reading = i.role_reading("starts_hour")
    if limit is not None and reading is not None and usable(reading) and reading.value >= limit:
        yield Reason(Check.STARTS, {"value": reading.value, "limit": limit})


_WARN_ANYWAY: Final = (Check.HEARTBEAT, Check.QUALITY)

# In the order of reference rule 3: right, lock-outs, link, mode, trip, permissives, times, selection.
_CHECKS: Final[dict[Check, Callable[[CheckInput], Iterator[Reason]]]] = {
    Check.RIGHT: _right,
    Check.TARGET: _target,
    Check.TWO_PERSON: _two_person,
    Check.STORE: _store,
    Check.EXPIRED: _expired,
    Check.HOLD: _hold,
    Check.UNPROVEN: _unproven,
    Check.LATE_EXECUTION: _late,
    Check.COMMISSIONING: _commissioning,
    Check.LINK: _link,
    Check.HEARTBEAT: _heartbeat,
    Check.REMOTE: _remote,
    Check.EXPECT: _expect,
    Check.QUALITY: _quality,
    Check.NO_TRIP: _no_trip,
    Check.TRIPPED: _tripped,
    Check.PERMISSIVE: _permissive,
    Check.INTERLOCK: _interlock,
    Check.MIN_TIME: _min_time,
    Check.STARTS: _starts,
    Check.SELECTION: _selection,
    Check.BUSY: _busy,
}
