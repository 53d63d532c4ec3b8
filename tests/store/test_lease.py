"""One engine acts: taking, renewing, losing and giving back the lease."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from app.errors import LeaseHeld, LeaseLost
from app.storage.contract import KEY, EngineStore, RoomStore, Tick
from app.storage.opening import backend_of
from app.storage.tables_live import lease
from tests.helpers.store_actor import frame_row

Opener = Callable[[], EngineStore]
A_FRAME = Tick(frames=(frame_row(1, kind=KEY),))


def change_lease(address: str, **values: object) -> None:
    """Change the lease's row behind everybody's back."""
    engine = backend_of(address).writer("live")
    with engine.begin() as connection:
        connection.execute(sa.update(lease).values(**values))
    engine.dispose()


def test_the_epoch_is_the_unix_second_and_always_grows(open_engine: Opener, room: RoomStore) -> None:
    """The first epoch is the time of day in seconds; an engine that follows within the second still gets a greater."""
    before = int(time.time())
    epochs = []
    for _ in range(3):
        store = open_engine()
        epochs.append(store.take_lease("engine").epoch)
        store.release_lease()
    assert before <= epochs[0] <= int(time.time()) + 1
    assert epochs[0] < epochs[1] < epochs[2]
    standing = room.lease()
    assert standing is not None
    assert (standing.holder, standing.epoch) == ("engine", epochs[2])


def test_the_epoch_grows_over_a_clock_that_was_set_back(open_engine: Opener, address: str) -> None:
    """An epoch beyond the present second, left by a wrong clock, is passed by one."""
    change_lease(address, epoch=9_000_000_000, until_ms=0)
    assert open_engine().take_lease("engine").epoch == 9_000_000_001


def test_a_second_engine_is_refused_and_told_who_holds(open_engine: Opener, address: str) -> None:
    """While one engine lives a second one gets LeaseHeld with its name; on SQLite with process and machine too."""
    first, second = open_engine(), open_engine()
    first.take_lease("engine A")
    with pytest.raises(LeaseHeld, match="engine A") as refused:
        second.take_lease("engine B")
    if "://" not in address:
        assert refused.value.holder == f"engine A (process {os.getpid()} on {socket.gethostname()})"
    assert first.commit(A_FRAME).last_seq == 1


def test_a_lease_given_back_is_free_at_once(open_engine: Opener) -> None:
    """After an orderly end the next engine need not wait for the lease to run out."""
    first, second = open_engine(), open_engine()
    first.take_lease("engine A")
    first.release_lease()
    second.take_lease("engine B")
    with pytest.raises(LeaseLost):
        first.commit(A_FRAME)


def test_each_commit_renews(engine: EngineStore, room: RoomStore) -> None:
    """The receipt carries the renewed lease, 2.5 s from the commit by the store's clock, and when we asked for it."""
    first = engine.commit(A_FRAME)
    second = engine.commit(Tick(frames=(frame_row(2),)))
    assert second.lease.until_ms >= first.lease.until_ms
    assert second.renewed_boot > first.renewed_boot
    assert room.lease() == second.lease


def test_a_lease_that_ran_out_cannot_be_renewed(engine: EngineStore, room: RoomStore, address: str) -> None:
    """An engine that slept past its lease writes nothing, even if nobody else came; since nobody did it may take it
    again, which gives a new epoch."""
    epoch = engine.commit(A_FRAME).lease.epoch
    change_lease(address, until_ms=1)
    with pytest.raises(LeaseLost):
        engine.commit(Tick(frames=(frame_row(2),)))
    with pytest.raises(LeaseLost):
        engine.commit(Tick(frames=(frame_row(2),)))
    assert len(room.frames_after(0)) == 1
    assert engine.retake_lease().epoch > epoch
    assert engine.commit(Tick(frames=(frame_row(2),))).last_seq == 2


def test_a_lease_that_somebody_had_in_between_is_not_taken_again(engine: EngineStore, address: str) -> None:
    """Ours ran out, another engine came, wrote and went: its epoch stands in the row, and we are out."""
    epoch = engine.commit(A_FRAME).lease.epoch
    change_lease(address, until_ms=1)
    with pytest.raises(LeaseLost):
        engine.commit(Tick(frames=(frame_row(2),)))
    change_lease(address, epoch=epoch + 1, holder="engine B", until_ms=0)
    with pytest.raises(LeaseLost, match="engine B took the lease"):
        engine.retake_lease()


def test_only_a_lost_lease_can_be_taken_again(open_engine: Opener) -> None:
    """An engine that never held the lease has none to take again."""
    with pytest.raises(LeaseLost):
        open_engine().retake_lease()


def test_another_epoch_ends_ours(engine: EngineStore, room: RoomStore, address: str) -> None:
    """When the row carries another epoch our commit is rolled back, whatever time is left."""
    epoch = engine.commit(A_FRAME).lease.epoch
    change_lease(address, epoch=epoch + 5, holder="engine B", until_ms=int(time.time() * 1000) + 60_000)
    with pytest.raises(LeaseLost, match="engine B"):
        engine.commit(Tick(frames=(frame_row(2),)))
    assert len(room.frames_after(0)) == 1


def test_an_old_engine_does_not_end_the_new_ones_lease(engine: EngineStore, room: RoomStore, address: str) -> None:
    """Giving back a lease that has passed on leaves the new holder's alone."""
    until = int(time.time() * 1000) + 60_000
    change_lease(address, epoch=9_000_000_000, holder="engine B", until_ms=until)
    engine.release_lease()
    standing = room.lease()
    assert standing is not None
    assert (standing.epoch, standing.until_ms) == (9_000_000_000, until)
