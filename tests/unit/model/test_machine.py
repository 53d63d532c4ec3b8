"""Stories of one command: each first line tells the sequence, each step asserts the state and all that happened."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.commands import events as e
from app.model.commands.machine import ACK_TIMEOUT_S, SELECTION_S, Command, Phase, step
from app.model.records import CommandState as S
from app.model.records import Reason

FLIGHT = e.Flight("r2", "start", None, 7, 10.0)
LINK = Reason("link_lost")


def test_select_operate_accept_feedback() -> None:
    """select → operate → durable → written → accepted → feedback: done, and every step is recorded once."""
    command, effects = step(Command(), e.Select("r1", "li", "s1"), 100.0)
    assert command.phase is Phase.SELECTED and effects == (e.Record("r1", S.SELECTED),)
    command, effects = step(command, e.Operate("s1", FLIGHT), 101.0)
    assert command == Command(Phase.INTENT, flight=FLIGHT) and effects == (e.CommitIntent(),)
    command, effects = step(command, e.Durable(), 101.1)
    assert command.phase is Phase.SENT and effects == (e.Write(),)
    command, effects = step(command, e.Written(), 101.2)
    assert command.phase is Phase.SENT and effects == (e.Record("r2", S.SENT), e.PollEcho())
    command, effects = step(command, e.Accepted(), 101.4)
    assert command.phase is Phase.EXECUTING and effects == (e.Record("r2", S.EXECUTING), e.WatchFeedback())
    assert command.deadline == pytest.approx(111.4)
    command, effects = step(command, e.FeedbackMet(), 103.0)
    assert command.phase is Phase.DONE and not command.open and effects == (e.Record("r2", S.DONE),)


def test_second_selection_is_refused_and_names_the_holder() -> None:
    """select by li → select by wang: refused, li keeps it; select by li again: renewed."""
    command, _ = step(Command(), e.Select("r1", "li", "s1"), 0.0)
    after, effects = step(command, e.Select("r9", "wang", "s2"), 1.0)
    assert after == command
    assert effects == (e.Record("r9", S.REFUSED, (Reason("selection", {"holder": "li"}),)),)
    after, effects = step(command, e.Select("r3", "li", "s1"), 20.0)
    assert after.deadline == 20.0 + SELECTION_S and effects == (e.Record("r3", S.SELECTED),)


def test_selection_ends_by_cancel_expiry_and_end_of_session() -> None:
    """select → cancel / 30 s / session over: idle again; another's cancel changes nothing."""
    command, _ = step(Command(), e.Select("r1", "li", "s1"), 0.0)
    assert step(command, e.Cancel("s2"), 1.0) == (command, ())
    assert step(command, e.Cancel("s1"), 1.0) == (Command(), (e.Record("r1", S.CANCELLED),))
    assert step(command, e.SessionEnded("s1"), 1.0) == (Command(), (e.Record("r1", S.CANCELLED),))
    assert step(command, e.Clock(), SELECTION_S - 0.1) == (command, ())
    assert step(command, e.Clock(), SELECTION_S) == (Command(), (e.Record("r1", S.EXPIRED),))
    assert step(command, e.Operate("s1", FLIGHT), SELECTION_S) == (command, ())


def test_nothing_is_sent_when_the_intent_cannot_be_made_durable() -> None:
    """operate → store away: failed; operate → too late: expired; both say that nothing was sent."""
    intent = Command(Phase.INTENT, flight=FLIGHT)
    store = Reason("store", {"why": "cannot_commit"})
    command, effects = step(intent, e.Dropped(store), 1.0)
    assert command.phase is Phase.FAILED and effects == (e.Record("r2", S.FAILED, (store, Reason("not_sent"))),)
    command, effects = step(intent, e.Dropped(Reason("expired"), expired=True), 1.0)
    assert command.phase is Phase.EXPIRED and not command.open
    assert effects == (e.Record("r2", S.EXPIRED, (Reason("expired"), Reason("not_sent"))),)


def test_rejection_by_the_plc_fails() -> None:
    """sent → the PLC rejects: failed with the PLC's reason, and nothing more is sent."""
    sent = Command(Phase.SENT, flight=FLIGHT)
    command, effects = step(sent, e.Rejected(Reason("plc_local")), 1.0)
    assert command.phase is Phase.FAILED and effects == (e.Record("r2", S.FAILED, (Reason("plc_local"),)),)


def test_missing_acknowledgement_aborts_and_is_unknown_until_the_plc_shows_it_took_nothing() -> None:
    """sent → written → 4 s → unknown, connection aborted → resolved: failed."""
    sent, _ = step(Command(Phase.SENT, flight=FLIGHT), e.Written(), 10.0)
    assert step(sent, e.Clock(), 10.0 + ACK_TIMEOUT_S - 0.1) == (sent, ())
    command, effects = step(sent, e.Clock(), 10.0 + ACK_TIMEOUT_S)
    reason = Reason("ack_timeout", {"limit_s": ACK_TIMEOUT_S})
    assert command.phase is Phase.UNKNOWN and command.open
    assert effects == (e.Abort(), e.Record("r2", S.UNKNOWN, (reason,)))
    command, effects = step(command, e.Resolved(S.FAILED, (Reason("not_taken"),)), 20.0)
    assert command.phase is Phase.FAILED and effects == (e.Record("r2", S.FAILED, (Reason("not_taken"),)),)


@pytest.mark.parametrize("phase", [Phase.SENT, Phase.EXECUTING])
@pytest.mark.parametrize("state", [S.DONE, S.MISMATCH])
def test_lost_link_is_unknown_and_resolved_by_feedback(phase: Phase, state: S) -> None:
    """sent or executing → link lost: unknown, aborted, never sent again → reconnect: done or mismatch."""
    command, effects = step(Command(phase, flight=FLIGHT), e.LinkLost(LINK), 1.0)
    assert command.phase is Phase.UNKNOWN and effects == (e.Abort(), e.Record("r2", S.UNKNOWN, (LINK,)))
    command, effects = step(command, e.Resolved(state), 9.0)
    assert not command.open and effects == (e.Record("r2", state),)


def test_missing_feedback_is_a_mismatch() -> None:
    """executing → 10 s without feedback: mismatch."""
    executing, _ = step(Command(Phase.SENT, flight=FLIGHT), e.Accepted(), 0.0)
    assert step(executing, e.Clock(), 9.9) == (executing, ())
    command, effects = step(executing, e.Clock(), 10.0)
    assert command.phase is Phase.MISMATCH
    assert effects == (e.Record("r2", S.MISMATCH, (Reason("feedback_timeout", {"limit_s": 10.0}),)),)


def test_a_plc_without_echo_is_judged_by_feedback_alone() -> None:
    """no command block: written → executing, never "accepted" by the write's reply."""
    plain = replace(FLIGHT, echo=False)
    command, effects = step(Command(Phase.SENT, flight=plain), e.Written(), 0.0)
    assert command.phase is Phase.EXECUTING and effects == (e.Record("r2", S.EXECUTING), e.WatchFeedback())


def test_restart_makes_an_open_command_unknown() -> None:
    """an earlier engine left it open → unknown; there is no write among the effects."""
    command, effects = step(Command(), e.Restarted(FLIGHT), 0.0)
    assert command.phase is Phase.UNKNOWN
    assert effects == (e.Abort(), e.Record("r2", S.UNKNOWN, (Reason("restarted"),)))


@pytest.mark.parametrize(("phase", "state"), [(Phase.EXECUTING, S.CANCELLED), (Phase.UNKNOWN, S.UNKNOWN)])
def test_a_later_command_goes_past_one_that_executes_or_is_unknown(phase: Phase, state: S) -> None:
    """executing or unknown → select → operate: the older one is told that it was superseded, the newer one begins."""
    held, effects = step(Command(phase, flight=FLIGHT, deadline=50.0), e.Select("r3", "li", "s1"), 1.0)
    assert held.phase is phase and held.flight == FLIGHT and effects == (e.Record("r3", S.SELECTED),)
    assert step(held, e.Operate("s2", FLIGHT), 2.0) == (held, ())
    stop = replace(FLIGHT, request_id="r4", verb="stop")
    command, effects = step(held, e.Operate("s1", stop), 2.0)
    assert command == Command(Phase.INTENT, flight=stop)
    assert effects == (e.Record("r2", state, (Reason("superseded", {"verb": "stop"}),)), e.CommitIntent())


def test_a_selection_beside_a_command_comes_and_goes_and_outlives_its_end() -> None:
    """executing → li selects → wang: refused → cancel, expiry: gone; or the command ends and li still holds."""
    executing = Command(Phase.EXECUTING, flight=FLIGHT, deadline=500.0)
    held, _ = step(executing, e.Select("r3", "li", "s1"), 0.0)
    refused = e.Record("r9", S.REFUSED, (Reason("selection", {"holder": "li"}),))
    assert step(held, e.Select("r9", "wang", "s2"), 1.0) == (held, (refused,))
    assert step(held, e.Cancel("s1"), 1.0) == (executing, (e.Record("r3", S.CANCELLED),))
    assert step(held, e.SessionEnded("s1"), 1.0) == (executing, (e.Record("r3", S.CANCELLED),))
    assert step(held, e.Clock(), SELECTION_S) == (executing, (e.Record("r3", S.EXPIRED),))
    done, effects = step(held, e.FeedbackMet(), 2.0)
    assert done.phase is Phase.SELECTED and done.selection == held.selection and effects == (e.Record("r2", S.DONE),)
    lost, _ = step(held, e.LinkLost(LINK), 2.0)
    assert lost.phase is Phase.UNKNOWN and lost.selection == held.selection


EVENTS = st.sampled_from(
    [
        e.Select("r1", "li", "s1"), e.Select("r9", "wang", "s2"), e.Cancel("s1"), e.SessionEnded("s2"),
        e.Operate("s1", FLIGHT), e.Operate("s2", replace(FLIGHT, request_id="r8")), e.Durable(), e.Dropped(LINK),
        e.Written(), e.Accepted(), e.Rejected(LINK), e.FeedbackMet(), e.LinkLost(LINK), e.Resolved(S.DONE),
        e.Restarted(FLIGHT), e.Clock(),
    ]
)  # fmt: skip


@given(st.lists(st.tuples(EVENTS, st.floats(0.0, 15.0)), max_size=40))
def test_no_order_of_events_sends_twice(steps: list[tuple[e.Event, float]]) -> None:
    """Whatever happens in whatever order: a write follows only a fresh intent, and one intent gives one write."""
    command, now, intents, writes = Command(), 0.0, 0, 0
    for event, passed in steps:
        now += passed
        command, effects = step(command, event, now)
        intents += sum(isinstance(f, e.CommitIntent) for f in effects)
        writes += sum(isinstance(f, e.Write) for f in effects)
        assert writes <= intents
        assert sum(isinstance(f, e.Write | e.CommitIntent) for f in effects) <= 1
