"""What one commit carries arrives whole, numbered and in order."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app.errors import InternalFault, LeaseLost, StoreUnavailable
from app.model.records import (
    CommandState,
    CommLine,
    EquipmentStatus,
    Hold,
    InternedText,
    Journal,
    JournalEntry,
    RawMessage,
    Reason,
    Result,
    Substitute,
)
from app.series.frames import decode
from app.storage.contract import COMM_KEPT, DELTA, KEY, LATE, RAW_BYTES, EngineStore, FrameRow, RoomStore, Tick
from app.storage.opening import create_store, open_room_store
from tests.helpers.store_actor import frame_row, whole_tick


def test_frames_are_numbered_and_come_back(engine: EngineStore, room: RoomStore) -> None:
    """Frames get consecutive numbers in the order given, and decode to what was written."""
    first = engine.commit(Tick(frames=(frame_row(1, kind=KEY), frame_row(2))))
    second = engine.commit(Tick(frames=(frame_row(3),)))
    assert (first.last_seq, second.last_seq, engine.last_seq()) == (2, 3, 3)
    rows = room.frames_after(0)
    assert [(r.seq, r.kind) for r in rows] == [(1, KEY), (2, DELTA), (3, DELTA)]
    values = [decode(r.payload, t=r.t).batches[0].values for r in rows]
    assert [set(v.tolist()) for v in values] == [{1.0}, {2.0}, {3.0}]
    assert [r.seq for r in room.frames_after(1, limit=1)] == [2]


def test_a_tick_that_is_there_already_is_not_written_again(engine: EngineStore, room: RoomStore) -> None:
    """The answer to a commit was lost: the same tick again, with what we knew of, writes nothing and says where the
    store stands; a tick behind it is written."""
    first = whole_tick(1)
    known = engine.commit(Tick(frames=(frame_row(0, kind=KEY),))).last_seq
    there = engine.commit(first, after=known).last_seq
    again = engine.commit(first, after=known)
    assert again.last_seq == there and len(room.frames_after(known)) == there - known
    assert engine.commit(Tick(frames=(frame_row(9),)), after=there).last_seq == there + 1


class _LosesItsAnswer:
    """Connections that break once the transaction is in the store."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    @contextmanager
    def begin(self) -> Iterator[Any]:
        with self._engine.begin() as connection:
            yield connection
        raise OSError("the connection broke after the commit")


def test_a_tick_without_a_frame_is_not_written_twice_either(
    engine: EngineStore, room: RoomStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A spool that was full has records without frames; the answer to their commit is lost: the same again writes
    nothing, and what follows is written."""
    known = engine.commit(Tick(frames=(frame_row(0, kind=KEY),))).last_seq
    bare = replace(whole_tick(1), frames=())
    with monkeypatch.context() as patch:
        patch.setattr(engine, "_writer", _LosesItsAnswer(engine._writer))  # type: ignore[attr-defined]
        with pytest.raises(StoreUnavailable):
            engine.commit(bare, after=known)
    assert engine.commit(bare, after=known).last_seq == known
    assert engine.commit(replace(whole_tick(2), frames=()), after=known).last_seq == known
    assert [entry.what for entry in room.journal_newest(Journal.EVENTS)] == ["1", "2"]
    assert engine.claimed(["request-1", "request-2"]) == {"request-1", "request-2"}


def test_followers_do_not_see_late_frames(engine: EngineStore, room: RoomStore) -> None:
    """Late frames keep their number in the row but followers and trends pass over them."""
    engine.commit(Tick(frames=(frame_row(1, kind=KEY), frame_row(2, kind=LATE), frame_row(3))))
    assert [r.seq for r in room.frames_after(0)] == [1, 3]
    now = time.time_ns() // 1_000_000
    assert [r.seq for r in room.frames_between(now - 60_000, now + 1)] == [1, 3]
    assert room.frames_between(now + 60_000, now + 70_000) == ()


def test_the_newest_keyframe_is_found(engine: EngineStore, room: RoomStore) -> None:
    """The newest keyframe is the one a room starts from; none before the first."""
    assert room.newest_keyframe() is None
    for number, kind in enumerate((KEY, DELTA, KEY, DELTA), start=1):
        engine.commit(Tick(frames=(frame_row(number, kind=kind),)))
    newest = room.newest_keyframe()
    assert newest is not None
    assert newest.seq == 3
    assert newest == engine.newest_keyframe()


def test_everything_of_a_tick_comes_back(engine: EngineStore, room: RoomStore) -> None:
    """Results, equipment, substitutes, logs and texts come back as they were given, numbered by the store."""
    reasons = (Reason("remote", {"tag": "ps01/pump1/remote"}), Reason("quality", {}, blocking=False))
    status = EquipmentStatus(
        "ps01/pump1",
        selected_by="demo",
        hold=Hold("demo", "维修", 5, "r0"),
        state=CommandState.SENT,
        unproven=("start", "stop"),
    )
    substitute = Substitute("ps01/well/level", 2.5, "demo", "sensor failed", 1, 2)
    engine.commit(
        Tick(
            results=(
                Result(0, "r1", 10, CommandState.REFUSED, reasons, {"value": 1.5}),
                Result(0, "r2", 11, CommandState.DONE),
            ),
            equipment=(status,),
            substitutes=(substitute,),
            comm=(CommLine(1, "plc", "failed", "no route", b"\x00\x01"),),
            raw=(RawMessage(2, "plc", "count", b"\xff\x00"),),
            texts=(InternedText(1, "固件 1.2"),),
        )
    )
    first, second = room.results_after(0)
    assert first == Result(1, "r1", 10, CommandState.REFUSED, reasons, {"value": 1.5})
    assert (second.id, room.last_result_id(), room.results_after(1), room.results_of("r2")) == (
        2, 2, (second,), (second,),
    )  # fmt: skip
    (seen,) = room.equipment_after(0)
    assert seen == engine.equipment()[0]
    assert (seen.revision, seen.hold, seen.state, seen.unproven) == (1, status.hold, status.state, status.unproven)
    assert room.substitutes() == engine.substitutes() == (substitute,)
    assert room.comm_newest("plc") == (CommLine(1, "plc", "failed", "no route", b"\x00\x01"),)
    assert room.raw_newest() == (RawMessage(2, "plc", "count", b"\xff\x00"),)
    assert room.texts_after(0) == engine.texts() == (InternedText(1, "固件 1.2"),)


def test_equipment_rows_replace_older_ones(engine: EngineStore, room: RoomStore) -> None:
    """A follower that asks after the last revision it saw gets each changed equipment once, newest state only."""
    a, b = EquipmentStatus("a"), EquipmentStatus("b")
    engine.commit(Tick(equipment=(a, b)))
    engine.commit(Tick(equipment=(EquipmentStatus("a", verb="start"), EquipmentStatus("a", verb="stop"))))
    assert [(e.path, e.revision, e.verb) for e in room.equipment_after(0)] == [("b", 2, ""), ("a", 4, "stop")]
    assert [e.path for e in room.equipment_after(2)] == ["a"]


def test_substitutes_are_replaced_whole_or_left(engine: EngineStore, room: RoomStore) -> None:
    """None leaves the manual values alone; an empty list takes them all back."""
    engine.commit(Tick(substitutes=(Substitute("t", 1.0, "p", "r", 1, 2),)))
    engine.commit(Tick(frames=(frame_row(1),)))
    assert len(room.substitutes()) == 1
    engine.commit(Tick(substitutes=()))
    assert room.substitutes() == ()


def test_a_request_is_claimed_once_for_ever(
    engine: EngineStore, room: RoomStore, open_engine: Callable[[], EngineStore]
) -> None:
    """A second claim of an id fails its whole tick, also by the next engine; numbers go on without a gap."""
    engine.commit(Tick(frames=(frame_row(1, kind=KEY),), claims=("r1",)))
    again = Tick(frames=(frame_row(2),), claims=("r2", "r1"), results=(Result(0, "r1", 1, CommandState.SENT),))
    with pytest.raises(InternalFault):
        engine.commit(again)
    engine.release_lease()
    second = open_engine()
    second.take_lease("the next engine")
    with pytest.raises(InternalFault):
        second.commit(again)
    assert second.claimed(["r1", "r2", "r3"]) == {"r1"}
    assert room.results_after(0) == ()
    assert second.commit(Tick(frames=(frame_row(2),))).last_seq == 2


def test_open_commands_are_those_whose_newest_state_is_not_final(engine: EngineStore) -> None:
    """After a restart exactly the commands on their way are found, each by its newest result."""
    steps = [
        ("done", CommandState.INTENT), ("sent", CommandState.INTENT), ("executing", CommandState.SENT),
        ("done", CommandState.DONE), ("sent", CommandState.SENT), ("executing", CommandState.EXECUTING),
        ("refused", CommandState.REFUSED),
    ]  # fmt: skip
    engine.commit(Tick(results=tuple(Result(0, name, 1, state) for name, state in steps)))
    assert {(r.request_id, r.state) for r in engine.open_commands()} == {
        ("sent", CommandState.SENT),
        ("executing", CommandState.EXECUTING),
    }


def test_pruning_keeps_the_newest_keyframe_and_what_follows(engine: EngineStore, room: RoomStore) -> None:
    """Old frames go 20 at a time, never the newest keyframe nor a frame after it, and numbers are never used twice."""
    rows = [frame_row(n, kind=KEY if n in (1, 31) else DELTA, samples=1) for n in range(1, 41)]
    engine.commit(Tick(frames=tuple(rows)))
    later = rows[-1].t + 60_000
    engine.commit(Tick(prune_before_ms=rows[0].t - 1))
    assert len(room.frames_after(0)) == 40
    engine.commit(Tick(prune_before_ms=later))
    assert [r.seq for r in room.frames_after(0)] == list(range(21, 41))
    for _ in range(3):
        engine.commit(Tick(prune_before_ms=later))
    assert [r.seq for r in room.frames_after(0)] == list(range(31, 41))
    assert engine.commit(Tick(frames=(frame_row(41),))).last_seq == 41


def test_logs_are_rings_per_device(engine: EngineStore, room: RoomStore) -> None:
    """A talkative device pushes out its own oldest lines, not those of a quiet one; bytes are cut to the bound."""
    engine.commit(Tick(comm=(CommLine(0, "quiet", "k", "kept"),)))
    for start in range(0, COMM_KEPT + 500, 500):
        lines = tuple(CommLine(n, "loud", "k", str(n)) for n in range(start, start + 500))
        engine.commit(Tick(comm=lines))
    engine.commit(Tick(raw=(RawMessage(1, "loud", "r", b"x" * (RAW_BYTES + 1)),)))
    loud = room.comm_newest("loud", limit=COMM_KEPT * 2)
    assert [line.at_ms for line in loud] == list(range(500, COMM_KEPT + 500))
    assert [line.text for line in room.comm_newest("quiet")] == ["kept"]
    assert len(room.raw_newest()[0].raw) == RAW_BYTES


def test_newest_lists_end_with_the_newest(engine: EngineStore, room: RoomStore) -> None:
    """`journal_newest` gives the last entries, oldest first, and `journal_after` goes on from its last."""
    entries = tuple(JournalEntry(Journal.EVENTS, "k", n, what=str(n)) for n in range(1, 6))
    engine.commit(Tick(journal=entries))
    newest = room.journal_newest(Journal.EVENTS, limit=2)
    assert [e.seq for e in newest] == [4, 5]
    engine.commit(Tick(journal=(JournalEntry(Journal.EVENTS, "k", 6),)))
    assert [e.seq for e in room.journal_after(Journal.EVENTS, newest[-1].seq)] == [6]
    assert room.journal_newest(Journal.AUDIT) == ()


def test_what_no_backend_can_keep_is_made_keepable(engine: EngineStore, room: RoomStore) -> None:
    """NaN in a record becomes null, zero characters and lone surrogates in a text are replaced: a bad value never
    keeps a record from being written."""
    entry = JournalEntry(Journal.COMMANDS, "k", 1, what="a\0b", detail={"level": float("nan"), "t": "\ud800"})
    engine.commit(Tick(journal=(entry,), comm=(CommLine(1, "d", "k", "x\0"),)))
    (kept,) = room.journal_newest(Journal.COMMANDS)
    assert (kept.what, kept.detail) == ("a\N{SYMBOL FOR NULL}b", {"level": None, "t": "?"})
    with pytest.raises(InternalFault, match="ndarray"):
        engine.commit(Tick(journal=(JournalEntry(Journal.COMMANDS, "k", 1, detail={"x": np.zeros(2)}),)))


def test_texts_are_bounded(engine: EngineStore) -> None:
    """A text that is too long, or whose number was used, is our defect and fails the tick."""
    engine.commit(Tick(texts=(InternedText(1, "a"), InternedText(2, "b"))))
    for wrong in (InternedText(2, "c"), InternedText(3, "x" * 201), InternedText(1_000_000, "d")):
        with pytest.raises(InternalFault):
            engine.commit(Tick(texts=(wrong,)))
    assert [t.number for t in engine.texts()] == [1, 2]


def test_a_failed_tick_leaves_nothing(engine: EngineStore, room: RoomStore) -> None:
    """When the last part of a tick fails, nothing of the tick is there and the next commit is whole."""
    engine.commit(whole_tick(1))
    broken = Tick(
        frames=(frame_row(2),),
        results=(Result(0, "x", 1, CommandState.DONE),),
        journal=(JournalEntry(Journal.EVENTS, "k", 1),),
        texts=(InternedText(1, "x" * 500),),
    )
    with pytest.raises(InternalFault):
        engine.commit(broken)
    assert (len(room.frames_after(0)), len(room.results_after(0))) == (1, 1)
    assert len(room.journal_newest(Journal.EVENTS)) == 1
    assert engine.commit(whole_tick(2)).last_seq == 2


def test_facts_tell_the_size(engine: EngineStore, room: RoomStore, address: str) -> None:
    """The facts name backend and kind, count frames, and measure bytes and the disk."""
    rows = tuple(frame_row(n) for n in range(3))
    engine.commit(Tick(frames=rows))
    facts = room.facts()
    assert (facts.frames, facts.oldest_frame_ms, facts.demo) == (3, rows[0].t, True)
    assert facts.backend == ("postgresql" if "://" in address else "sqlite")
    assert facts.bytes > 3 * len(rows[0].payload)
    assert 0.0 < facts.used_fraction < 1.0


def test_no_lease_no_commit(open_engine: Callable[[], EngineStore]) -> None:
    """A store whose lease was never taken, or was given back, commits nothing."""
    store = open_engine()
    with pytest.raises(LeaseLost):
        store.commit(Tick(frames=(FrameRow(1, KEY, b""),)))
    store.take_lease("engine")
    store.release_lease()
    with pytest.raises(LeaseLost):
        store.commit(Tick())


def test_a_room_opens_before_the_first_engine(empty_address: str) -> None:
    """A fresh store has no site, no lease, no frames, and says so without an error."""
    create_store(empty_address, demo=False)
    room = open_room_store(empty_address)
    assert (room.applied_site(), room.site_revision_in_force(), room.lease()) == (None, 0, None)
    assert (room.newest_keyframe(), room.frames_after(0), room.facts().frames) == (None, (), 0)
    room.close()
