"""The life of one command as a pure machine: (command, event, now) -> (command, effects). `now` is monotonic seconds.

    IDLE --select--> SELECTED --operate--> INTENT --durable--> SENT --accepted--> EXECUTING --feedback--> DONE
    SELECTED: cancel, expiry, end of the session                -> IDLE
    INTENT:   too late, store away, no connection               -> EXPIRED / FAILED, and nothing was sent
    SENT:     rejected                                          -> FAILED
    SENT:     no acknowledgement, link lost                     -> UNKNOWN (the connection is aborted)
    EXECUTING: no feedback in time                              -> MISMATCH
    EXECUTING: link lost                                        -> UNKNOWN
    UNKNOWN:  never sent again; the PLC's answer and the feedback then say DONE, MISMATCH or FAILED

EXECUTING and UNKNOWN take a selection beside the command: a gate that moves must be stopped, not waited for. An operate
then supersedes the command (CANCELLED if it was executing); which verbs may do that is the desk's business (`checks`).
A missing acknowledgement ends at FAILED only by way of UNKNOWN, when the PLC itself shows that it did not take the
command and its heartbeat check keeps it from doing so later. Ended commands take a new selection like IDLE.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from app.model.commands.events import (
    Abort,
    Accepted,
    Cancel,
    Clock,
    CommitIntent,
    Dropped,
    Durable,
    Effect,
    Event,
    FeedbackMet,
    Flight,
    LinkLost,
    Operate,
    PollEcho,
    Record,
    Rejected,
    Resolved,
    Restarted,
    Select,
    SessionEnded,
    WatchFeedback,
    Write,
    Written,
)
from app.model.records import CommandState, Reason

__all__ = [
    "ACK_TIMEOUT_S",
    "SELECTION_S",
    "Command",
    "Phase",
    "Selection",
    "step",
]

SELECTION_S: Final = 30.0
"""How long a selection is held (commands.md 4.1)."""

ACK_TIMEOUT_S: Final = 4.0
"""How long a PLC may take to acknowledge a block (commands.md 4.5: 3 to 5 s)."""


class Phase(StrEnum):
    """Where an equipment's command stands."""

    IDLE = "idle"
    SELECTED = "selected"
    INTENT = "intent"
    SENT = "sent"
    EXECUTING = "executing"
    DONE = "done"
    FAILED = "failed"
    EXPIRED = "expired"
    MISMATCH = "mismatch"
    UNKNOWN = "unknown"


_OPEN: Final = (Phase.INTENT, Phase.SENT, Phase.EXECUTING, Phase.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Selection:
    """Who holds the equipment, until when by the monotonic clock."""

    request_id: str
    person: str
    session: str
    until: float


@dataclass(frozen=True, slots=True)
class Command:
    """State of one equipment. `deadline` (monotonic) is that of the phase, None if it has none. `flight` is the newest
    command, also after its end."""

    phase: Phase = Phase.IDLE
    selection: Selection | None = None
    flight: Flight | None = None
    deadline: float | None = None

    @property
    def unanswered(self) -> bool:
        """True from the intent until the PLC has answered: the block is ours alone."""
        return self.phase in (Phase.INTENT, Phase.SENT)

    @property
    def moving(self) -> bool:
        """True while a command is on its way."""
        return self.phase in _OPEN and self.phase is not Phase.UNKNOWN

    @property
    def open(self) -> bool:
        """True while a command is on its way or its outcome is not known: the station takes no other."""
        return self.phase in _OPEN


_Step = tuple[Command, tuple[Effect, ...]]


def step(command: Command, event: Event, now: float) -> _Step:
    """Return what an event makes of a command. An event that does not fit its phase changes nothing: a late reply to a
    command that already ended is such a one."""
    match command.phase:
        case Phase.SELECTED:
            return _selected(command, event, now)
        case Phase.INTENT:
            return _intent(command, event, now)
        case Phase.SENT:
            return _sent(command, event, now)
        case Phase.EXECUTING:
            return _executing(command, event, now)
        case Phase.UNKNOWN:
            return _unknown(command, event, now)
        case _:
            return _idle(command, event, now)


def _idle(command: Command, event: Event, now: float) -> _Step:
    match event:
        case Select():
            return _granted(event, now)
        case Restarted(flight):
            after = Command(Phase.UNKNOWN, flight=flight)
            return after, (Abort(), Record(flight.request_id, CommandState.UNKNOWN, (Reason("restarted"),)))
    return command, ()


def _granted(event: Select, now: float) -> _Step:
    selection = _chosen(event, now)
    after = Command(Phase.SELECTED, selection=selection, deadline=selection.until)
    return after, (Record(event.request_id, CommandState.SELECTED),)


def _chosen(event: Select, now: float) -> Selection:
    return Selection(event.request_id, event.person, event.session, now + SELECTION_S)


def _selected(command: Command, event: Event, now: float) -> _Step:
    match event:
        case Operate(session, flight) if _holds(command, session, now):
            return Command(Phase.INTENT, flight=flight), (CommitIntent(),)
    after, effects = _beside(command, event, now)
    if after.selection is None:
        return Command(), effects
    return replace(after, deadline=after.selection.until), effects


def _intent(command: Command, event: Event, now: float) -> _Step:
    flight = _flight(command)
    match event:
        case Durable():
            return replace(command, phase=Phase.SENT, flight=replace(flight, sent=now), deadline=None), (Write(),)
        case Dropped():
            return _drop(flight, event)
    return command, ()


def _drop(flight: Flight, event: Dropped) -> _Step:
    state = CommandState.EXPIRED if event.expired else CommandState.FAILED
    reasons = (event.reason, *event.also, Reason("not_sent"))
    return Command(Phase(state.value), flight=flight), (Record(flight.request_id, state, reasons),)


def _sent(command: Command, event: Event, now: float) -> _Step:
    flight = _flight(command)
    match event:
        case Dropped():
            return _drop(flight, event)
        case Written() if flight.echo:
            after = replace(command, deadline=now + ACK_TIMEOUT_S)
            return after, (Record(flight.request_id, CommandState.SENT), PollEcho())
        case Written() | Accepted():
            after = replace(command, phase=Phase.EXECUTING, deadline=now + flight.feedback_s)
            return after, (Record(flight.request_id, CommandState.EXECUTING), WatchFeedback())
        case Rejected(reason):
            after = Command(Phase.FAILED, flight=flight)
            return after, (Record(flight.request_id, CommandState.FAILED, (reason,)),)
        case LinkLost(reason):
            return _lost(flight, reason)
        case Clock() if command.deadline is not None and now >= command.deadline:
            return _lost(flight, Reason("ack_timeout", {"limit_s": ACK_TIMEOUT_S}))
    return command, ()


def _lost(flight: Flight, reason: Reason, selection: Selection | None = None) -> _Step:
    after = Command(Phase.UNKNOWN, selection=selection, flight=flight)
    return after, (Abort(), Record(flight.request_id, CommandState.UNKNOWN, (reason,)))


def _executing(command: Command, event: Event, now: float) -> _Step:
    flight = _flight(command)
    match event:
        case FeedbackMet():
            return _ended(command, CommandState.DONE)
        case LinkLost(reason):
            return _lost(flight, reason, command.selection)
        case Operate(session, newer) if _holds(command, session, now):
            return _superseded(flight, newer, CommandState.CANCELLED)
        case Clock() if command.deadline is not None and now >= command.deadline:
            return _ended(command, CommandState.MISMATCH, Reason("feedback_timeout", {"limit_s": flight.feedback_s}))
    return _beside(command, event, now)


def _unknown(command: Command, event: Event, now: float) -> _Step:
    match event:
        case Resolved(state, reasons):
            return _ended(command, state, *reasons)
        case Operate(session, newer) if _holds(command, session, now):
            return _superseded(_flight(command), newer, CommandState.UNKNOWN)
    return _beside(command, event, now)


def _beside(command: Command, event: Event, now: float) -> _Step:
    """Let a selection come and go while the command itself goes on."""
    held = command.selection
    match event:
        case Select(request_id, _, session) if held is None or held.session == session:
            after = replace(command, selection=_chosen(event, now))
            return after, (Record(request_id, CommandState.SELECTED),)
        case Select(request_id):
            assert held is not None
            reason = Reason("selection", {"holder": held.person})
            return command, (Record(request_id, CommandState.REFUSED, (reason,)),)
        case Cancel(session) | SessionEnded(session) if held is not None and session == held.session:
            return replace(command, selection=None), (Record(held.request_id, CommandState.CANCELLED),)
        case Clock() if held is not None and now >= held.until:
            return replace(command, selection=None), (Record(held.request_id, CommandState.EXPIRED),)
    return command, ()


def _holds(command: Command, session: str, now: float) -> bool:
    held = command.selection
    return held is not None and held.session == session and now < held.until


def _superseded(flight: Flight, newer: Flight, state: CommandState) -> _Step:
    record = Record(flight.request_id, state, (Reason("superseded", {"verb": newer.verb}),))
    return Command(Phase.INTENT, flight=newer), (record, CommitIntent())


def _ended(command: Command, state: CommandState, *reasons: Reason) -> _Step:
    """End the command; a selection that stands beside it goes on."""
    flight, held = _flight(command), command.selection
    after = Command(Phase(state.value), flight=flight)
    if held is not None:
        after = Command(Phase.SELECTED, selection=held, flight=flight, deadline=held.until)
    return after, (Record(flight.request_id, state, reasons),)


def _flight(command: Command) -> Flight:
    assert command.flight is not None
    return command.flight
