"""The command block of a PLC: each block once, none that is old, all counted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.model.commands.block import BlockOut, EchoReason, EchoResult
from app.plant.programs.desk import CommandDesk, heartbeat_age_s


class Acts:
    """Notes what the desk carried out."""

    def __init__(self, reason: EchoReason = EchoReason.NONE) -> None:
        self.blocks: list[BlockOut] = []
        self.reason = reason

    def __call__(self, out: BlockOut) -> EchoReason:
        self.blocks.append(out)
        return self.reason


def block(epoch: int = 1, sequence: int = 1, heartbeat: int = 100) -> BlockOut:
    return BlockOut(epoch=epoch, heartbeat=heartbeat, equipment=11, verb=1, value=0.0, sequence=sequence)


def test_a_fresh_block_acts_once_and_a_repeat_does_not() -> None:
    """Block (1,1) acts and is echoed; the same block again is rejected as old, counted, and does not act."""
    desk, acts = CommandDesk(), Acts()

    first = desk.receive(block(), 100, acts)
    assert (first.sequence, first.result, first.reason, first.writes) == (1, EchoResult.ACCEPTED, EchoReason.NONE, 1)
    again = desk.receive(block(), 100, acts)

    assert (again.result, again.reason, again.writes) == (EchoResult.REJECTED, EchoReason.OLD_SEQUENCE, 2)
    assert (len(acts.blocks), desk.accepted) == (1, 1)


def test_an_old_heartbeat_is_rejected_and_stays_rejected() -> None:
    """A block six counts old is rejected; sent again with a fresh heartbeat under the same number it is still dead."""
    desk, acts = CommandDesk(), Acts()

    late = desk.receive(block(heartbeat=94), 100, acts)
    assert (late.result, late.reason) == (EchoResult.REJECTED, EchoReason.OLD_HEARTBEAT)
    revived = desk.receive(block(heartbeat=100), 100, acts)

    assert revived.reason is EchoReason.OLD_SEQUENCE
    assert acts.blocks == []


def test_five_counts_are_fresh_across_the_wrap() -> None:
    """The age counts across 65,535; five is fresh, six is old, and a heartbeat from the future is old."""
    assert heartbeat_age_s(2, 65_533) == 5
    assert CommandDesk().receive(block(heartbeat=65_533), 2, Acts()).result is EchoResult.ACCEPTED
    assert CommandDesk().receive(block(heartbeat=65_532), 2, Acts()).reason is EchoReason.OLD_HEARTBEAT
    assert CommandDesk().receive(block(heartbeat=101), 100, Acts()).reason is EchoReason.OLD_HEARTBEAT


def test_a_new_epoch_starts_its_sequence_anew_and_kills_the_old_one() -> None:
    """After (2,1) a block (1,99) of the former engine is old, although its sequence is greater."""
    desk, acts = CommandDesk(), Acts()

    assert desk.receive(block(epoch=1, sequence=50), 100, acts).result is EchoResult.ACCEPTED
    assert desk.receive(block(epoch=2, sequence=1), 100, acts).result is EchoResult.ACCEPTED
    assert desk.receive(block(epoch=1, sequence=99), 100, acts).reason is EchoReason.OLD_SEQUENCE
    assert [(b.epoch, b.sequence) for b in acts.blocks] == [(1, 50), (2, 1)]


def test_a_refusal_of_the_program_is_echoed_with_its_reason() -> None:
    """A block that the program will not carry out is rejected with the program's reason and counts as a write."""
    desk = CommandDesk()

    echo = desk.receive(block(), 100, Acts(EchoReason.LOCAL))

    assert (echo.result, echo.reason, echo.writes, desk.accepted) == (EchoResult.REJECTED, EchoReason.LOCAL, 1, 0)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 6), st.integers(90, 105)), max_size=40))
def test_no_pair_ever_acts_twice_and_pairs_only_grow(seen: list[tuple[int, int, int]]) -> None:
    """Whatever arrives in whatever order, what acts is strictly growing in (epoch, sequence), and all is counted."""
    desk, acts = CommandDesk(), Acts()

    for epoch, sequence, heartbeat in seen:
        desk.receive(block(epoch, sequence, heartbeat), 100, acts)

    pairs = [(b.epoch, b.sequence) for b in acts.blocks]
    assert pairs == sorted(set(pairs))
    assert all(95 <= b.heartbeat <= 100 for b in acts.blocks)
    assert desk.echo.writes == len(seen)
