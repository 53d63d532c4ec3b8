"""Rows of alarms: written with the tick, followed by revision, read back as they were."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from app.model.alarms.status import AlarmState, AlarmStatus, OutOfService, Override, Shelf
from app.storage import tables_live as live
from app.storage.alarm_rows import alarm_body, alarm_of
from app.storage.contract import KEY, EngineStore, RoomStore, Tick
from app.storage.opening import backend_of
from app.storage.verify import verify_store
from tests.helpers.store_actor import frame_row

FULL = AlarmStatus(
    path="ps01/well/level:high_high",
    state=AlarmState.RTN_UNACK,
    priority=1,
    occurrence="o1",
    count=3,
    raised_ms=10,
    since_ms=30,
    annunciated_ms=20,
    source_ms=29,
    value=-0.0,
    limit=5.25,
    quality=64,
    frozen=True,
    ack_by="张",
    ack_ms=31,
    ack_note="看过",
    shelf=Shelf("a", "r", 1, 2, True, "b", 3.5, "boot"),
    suppressed="停泵|pump stopped",
    suppressed_ms=4,
    out_of_service=OutOfService("e", "r", "WO-1", 5),
    override=Override(limit=1.5, deadband=0.1, on_delay_s=2.0, off_delay_s=3.0, priority=2, person="e", since_ms=6),
    first_out=True,
    escalated=1,
    escalated_to="supervisor",
)


def test_an_alarm_comes_back_as_it_was(engine: EngineStore, room: RoomStore) -> None:
    """Every field survives, for the engine and for rooms; the store numbers the change."""
    engine.commit(Tick(alarms=(FULL,)))
    (back,) = engine.alarms()
    assert back == room.alarms_after(-1)[0]
    assert back.revision == 1
    assert back == AlarmStatus(**{**_fields(FULL), "revision": 1})


def test_followers_get_what_changed_after_a_revision(engine: EngineStore, room: RoomStore) -> None:
    """Rows are replaced, come in the order of their changes, and one that is normal again is still told."""
    engine.commit(Tick(alarms=tuple(AlarmStatus(p, AlarmState.UNACK) for p in "abc")))
    engine.commit(Tick(alarms=(AlarmStatus("b", AlarmState.ACKED), AlarmStatus("a"), AlarmStatus("b"))))
    assert [(s.path, s.revision, s.state) for s in room.alarms_after(-1)] == [
        ("c", 3, AlarmState.UNACK), ("b", 4, AlarmState.NORM), ("a", 5, AlarmState.NORM),
    ]  # fmt: skip
    assert [s.path for s in room.alarms_after(4)] == ["a"]
    assert room.alarms_after(5) == ()


def test_numbers_go_on_after_a_restart(engine: EngineStore, room: RoomStore) -> None:
    """An engine that takes the lease anew numbers changes on from the greatest."""
    engine.commit(Tick(alarms=(AlarmStatus("a", AlarmState.UNACK),)))
    engine.release_lease()
    engine.take_lease("again")
    engine.commit(Tick(alarms=(AlarmStatus("b", AlarmState.UNACK),)))
    assert [(s.path, s.revision) for s in room.alarms_after(-1)] == [("a", 1), ("b", 2)]


def test_the_time_of_the_newest_frame(engine: EngineStore) -> None:
    """Without a frame it is 0; afterwards that of the newest one."""
    assert engine.last_frame_ms() == 0
    row = frame_row(1, kind=KEY)
    engine.commit(Tick(frames=(row,)))
    assert engine.last_frame_ms() == row.t


def test_rows_of_a_newer_program_are_read(engine: EngineStore, address: str) -> None:
    """Keys that this program does not know are left out, also inside a shelf."""
    engine.commit(Tick(alarms=(AlarmStatus("a"),)))
    body = '{"state":"acked","colour":"red","shelf":{"person":"p","reason":"r","since_ms":1,"until_ms":2,"how":"x"}}'
    _change(address, sa.update(live.alarm).values(body=body))
    (status,) = engine.alarms()
    assert (status.state, status.shelf) == (AlarmState.ACKED, Shelf("p", "r", 1, 2))


def test_verify_finds_rows_with_one_revision(engine: EngineStore, address: str) -> None:
    """Two alarms with one revision would make a follower miss one of them."""
    engine.commit(Tick(alarms=(AlarmStatus("a"), AlarmStatus("b"))))
    _change(address, sa.update(live.alarm).values(revision=7))
    assert "alarms a and b have one revision" in verify_store(address).faults


TEXTS = st.text(max_size=8).filter(lambda t: "\0" not in t and t.isprintable())
SHELVES = st.none() | st.builds(Shelf, TEXTS, TEXTS, st.integers(0, 9), st.integers(0, 9), until_boot=st.floats(0, 9))
PRIORITIES = st.none() | st.integers(1, 4)
STATUSES = st.builds(
    AlarmStatus,
    path=TEXTS,
    state=st.sampled_from(AlarmState),
    priority=st.integers(1, 4),
    occurrence=TEXTS,
    value=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    limit=st.none() | st.floats(-1e9, 1e9),
    frozen=st.booleans(),
    ack_note=TEXTS,
    shelf=SHELVES,
    override=st.none() | st.builds(Override, limit=st.none() | st.floats(-9, 9), priority=PRIORITIES),
)


@given(STATUSES)
def test_any_status_survives_its_row(status: AlarmStatus) -> None:
    """Body and back is the identity."""

    class Row:
        path, revision, body = status.path, status.revision, alarm_body(status)

    assert alarm_of(Row) == status  # type: ignore[arg-type]


@pytest.mark.parametrize("body", ["{}", '{"value":null}'])
def test_defaults_are_those_of_the_record(body: str) -> None:
    """What a body leaves out is as in a new record."""

    class Row:
        path, revision = "a", 3

    Row.body = body  # type: ignore[attr-defined]
    assert alarm_of(Row) == AlarmStatus("a", revision=3)  # type: ignore[arg-type]


def _fields(status: AlarmStatus) -> dict[str, object]:
    return {name: getattr(status, name) for name in AlarmStatus.__slots__}


def _change(address: str, change: sa.Update) -> None:
    engine = backend_of(address).writer("live")
    with engine.begin() as connection:
        connection.execute(change)
    engine.dispose()
