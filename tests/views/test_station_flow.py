"""Stories of one command as the room sees it: select, confirm, operate. Each first line tells the sequence."""

from __future__ import annotations

import pytest

from app.model.records import CommandState, EquipmentStatus, Reason, Result
from app.views.state.command_flow import CommandFlow, Phase

T = 1_790_000_000_000


def result(request: str, state: CommandState, *reasons: Reason, at: int = T) -> Result:
    return Result(1, request, at, state, reasons)


def selected(session: str, *, by: str = "li", until: int = T + 30_000) -> EquipmentStatus:
    return EquipmentStatus("one/pump1", selected_by=by, selected_session=session, selected_until_ms=until)


def confirming() -> CommandFlow:
    """Return a flow whose selection was granted until T + 30 s."""
    flow = CommandFlow("one/pump1", "me")
    flow.select("start", "stopped", request_id="s1", now_ms=T)
    assert flow.take(result("s1", CommandState.SELECTED))
    assert flow.take_status(selected("me", until=T + 29_000))
    assert (flow.phase, flow.until_ms) == (Phase.CONFIRMING, T + 29_000)
    return flow


def test_select_granted_confirm_and_done() -> None:
    """select → granted → operate → intent, sent, executing, done: every step is kept in order."""
    flow = confirming()
    flow.operate(None, request_id="o1", now_ms=T + 5000)
    assert flow.phase is Phase.OPERATING and flow.outcome == ""
    for state in (CommandState.INTENT, CommandState.SENT, CommandState.EXECUTING):
        assert flow.take(result("o1", state)) and flow.phase is Phase.OPERATING
    assert flow.take(result("o1", CommandState.DONE))
    assert (flow.phase, flow.outcome) == (Phase.OVER, "done")
    assert [s.state.value for s in flow.steps] == ["intent", "sent", "executing", "done"]


def test_a_selection_that_is_refused_names_its_reasons() -> None:
    """select → refused: over, with the holder in the reasons, and nothing was confirmed."""
    flow = CommandFlow("one/pump1", "me")
    flow.select("start", "stopped", request_id="s1", now_ms=T)
    taken = Reason("selection", {"holder": "wang"})
    assert flow.take(result("s1", CommandState.REFUSED, taken))
    assert (flow.phase, flow.outcome, flow.reasons, flow.steps) == (Phase.OVER, "refused", (taken,), ())


def test_results_of_other_requests_change_nothing() -> None:
    """Another room's results pass by a flow in every phase."""
    flow = confirming()
    assert not flow.take(result("other", CommandState.REFUSED))
    flow.operate(None, request_id="o1", now_ms=T)
    assert not flow.take(result("s1", CommandState.CANCELLED))
    assert flow.phase is Phase.OPERATING


def test_the_status_may_come_before_the_result() -> None:
    """select → status says mine → granted: the exact end of the selection is kept."""
    flow = CommandFlow("one/pump1", "me")
    flow.select("start", "stopped", request_id="s1", now_ms=T)
    assert flow.take_status(selected("me", until=T + 33_000))
    assert flow.take(result("s1", CommandState.SELECTED))
    assert (flow.phase, flow.until_ms) == (Phase.CONFIRMING, T + 33_000)


@pytest.mark.parametrize("ahead", [-3_600_000, 40_000])
@pytest.mark.parametrize("row_first", [True, False])
def test_a_selection_lasts_as_long_where_the_clocks_of_room_and_engine_differ(ahead: int, row_first: bool) -> None:
    """select → granted by an engine on another machine → half a minute to confirm, by this workstation's clock."""
    flow, engine = CommandFlow("one/pump1", "me"), T - ahead
    flow.select("start", "stopped", request_id="s1", now_ms=T)
    row, granted = selected("me", until=engine + 29_000), result("s1", CommandState.SELECTED, at=engine)
    for step in (row, granted) if row_first else (granted, row):
        assert flow.take_status(step) if isinstance(step, EquipmentStatus) else flow.take(step)
    flow.take_status(row)
    assert flow.phase is Phase.CONFIRMING and not flow.tick(T + 28_000) and flow.left_s(T + 28_000) == 1.0
    assert flow.tick(T + 29_000) and flow.outcome == "expired"


def test_a_selection_runs_out() -> None:
    """granted → time passes → over, expired; the countdown was right to the second before."""
    flow = confirming()
    assert not flow.tick(T + 28_000) and flow.left_s(T + 28_000) == 1.0
    assert flow.tick(T + 29_000)
    assert (flow.phase, flow.outcome) == (Phase.OVER, "expired")


def test_a_selection_is_lost_to_another() -> None:
    """granted → the engine's row names somebody else → over, taken, with the holder."""
    flow = confirming()
    assert flow.take_status(selected("other", by="wang"))
    assert (flow.phase, flow.outcome) == (Phase.OVER, "taken")
    assert flow.reasons[0].params["holder"] == "wang"


def test_a_selection_that_ended_at_the_engine_ends_here() -> None:
    """granted → the engine's row names nobody → over, expired."""
    flow = confirming()
    assert flow.take_status(EquipmentStatus("one/pump1"))
    assert (flow.phase, flow.outcome) == (Phase.OVER, "expired")


def test_an_old_row_does_not_end_a_selection_that_is_not_seen_yet() -> None:
    """granted by the result → a row from before names nobody → still confirming."""
    flow = CommandFlow("one/pump1", "me")
    flow.select("start", "stopped", request_id="s1", now_ms=T)
    flow.take(result("s1", CommandState.SELECTED))
    assert not flow.take_status(EquipmentStatus("one/pump1"))
    assert flow.phase is Phase.CONFIRMING


def test_using_the_selection_does_not_count_as_losing_it() -> None:
    """operate → the row is free again → still operating."""
    flow = confirming()
    flow.operate(48.0, request_id="o1", now_ms=T)
    assert not flow.take_status(EquipmentStatus("one/pump1"))
    assert (flow.phase, flow.value) == (Phase.OPERATING, 48.0)


@pytest.mark.parametrize(
    "state", [CommandState.REFUSED, CommandState.FAILED, CommandState.MISMATCH, CommandState.UNKNOWN]
)
def test_each_bad_end_keeps_its_reasons(state: CommandState) -> None:
    """operate → refused, failed, mismatch or unknown: over, with all reasons."""
    flow = confirming()
    flow.operate(None, request_id="o1", now_ms=T)
    reasons = (Reason("link"), Reason("remote"))
    flow.take(result("o1", state, *reasons))
    assert (flow.phase, flow.outcome, flow.reasons) == (Phase.OVER, state.value, reasons)


def test_an_engine_that_never_answers_is_given_up() -> None:
    """select → silence → over, no answer; likewise after operate, and a late answer still shows."""
    flow = CommandFlow("one/pump1", "me")
    flow.select("start", "stopped", request_id="s1", now_ms=T)
    assert not flow.tick(T + 5000)
    assert flow.tick(T + 5001) and flow.outcome == "no_answer"
    flow = confirming()
    flow.operate(None, request_id="o1", now_ms=T)
    assert flow.tick(T + 6001) and (flow.phase, flow.outcome) == (Phase.OVER, "no_answer")
    assert flow.take(result("o1", CommandState.REFUSED, Reason("expired")))
    assert (flow.outcome, flow.reasons[0].check) == ("refused", "expired")


def test_a_cancelled_flow_hears_nothing_more() -> None:
    """granted → cancel → the engine's answer to the selection changes nothing."""
    flow = confirming()
    flow.stop()
    assert not flow.take(result("s1", CommandState.CANCELLED))
    assert (flow.phase, flow.outcome, flow.left_s(T)) == (Phase.IDLE, "", 0.0)
