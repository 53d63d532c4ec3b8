"""History under kills, rivals and readers: what was written is there once, and nobody reads half of anything."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.errors import StoreTooOld, StoreUnavailable
from app.storage import history_store
from app.storage.history_contract import GroupKind, HistoryStore
from app.storage.history_files import month_file
from app.storage.history_reading import open_history_reader
from app.storage.history_visits import mark_of, months_of
from app.storage.months import month_of
from app.storage.opening import backend_of, open_history_store
from app.storage.tables_history import SERVER_MONTH
from tests.helpers.actors import Actor
from tests.helpers.history_windows import FEB, JAN, TEN_MINUTES, a_group, a_window
from tests.helpers.past_world import PastWorld, T, batch


@pytest.fixture
def open_history(address: str) -> Iterator[Callable[[int], HistoryStore]]:
    """Open historians' stores that lead under an epoch; all are closed afterwards."""
    opened: list[HistoryStore] = []

    def open_one(epoch: int) -> HistoryStore:
        opened.append(open_history_store(address))
        opened[-1].lead(epoch)
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


def spans(store: HistoryStore, kind: GroupKind = GroupKind.SEEN) -> list[tuple[int, int]]:
    """Return first and last frame of all groups, in order."""
    return sorted((g.first_seq, g.last_seq) for m in store.months() for g in store.groups(m, 0, 1 << 60, kind))


def assert_whole(store: HistoryStore) -> int:
    """Check that groups cover all frames once up to the mark, that each window's late group is there once, and that
    each group has its blocks; return the mark."""
    mark = store.mark()
    seq = 0 if mark is None else mark.seq
    covered = 0
    for first, last in spans(store):
        assert first == covered + 1
        covered = last
    assert covered == seq
    assert spans(store, GroupKind.LATE) == [(n + 50, n + 50) for n in range(0, seq, 100)]
    for month in store.months():
        assert {len(g.blocks) for g in store.groups(month, 0, 1 << 60)} <= {2}
    return seq


def test_kills_lose_nothing_and_double_nothing(address: str, open_history: Callable[[int], HistoryStore]) -> None:
    """Kill a writer over the end of a month again and again: what it said is there, once, whole."""
    chance = random.Random(3)
    for life in range(5):
        with Actor("history", address, str(life + 1)) as actor:
            while "seq" not in actor.hear():
                pass
            time.sleep(chance.uniform(0.0, 0.2))
            said = actor.kill()
        store = open_history(life + 1)
        assert assert_whole(store) >= max(line.get("seq", 0) for line in said)
        store.close()


def test_a_rival_ends_a_writer(address: str, open_history: Callable[[int], HistoryStore]) -> None:
    """While one process writes as fast as it can another takes over: the first writes nothing from then on."""
    with Actor("history", address, "1") as actor:
        while "seq" not in actor.hear():
            pass
        store = open_history(2)
        seq = assert_whole(store)
        number = seq // 100
        late = a_group(JAN + number * TEN_MINUTES, kind=GroupKind.LATE, seqs=(seq + 50, seq + 50))
        store.write(a_window(number, FEB - 40 * TEN_MINUTES + number * TEN_MINUTES, late))
        said = actor.wait()
    assert said[-1]["error"] == "LeaseLost"
    assert assert_whole(store) == seq + 100


def test_a_window_that_was_half_written_is_written_again(
    open_history: Callable[[int], HistoryStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Late samples of another month are committed before the window. If it fails then, they count for nothing, and the
    next window, which may end elsewhere, brings them once."""
    store = open_history(1)
    store.write(a_window(0, FEB))
    late = a_group(JAN, kind=GroupKind.LATE, seqs=(150, 150))

    def fail(*args: object) -> None:
        raise StoreUnavailable("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(history_store, "write_window", fail)
        with pytest.raises(StoreUnavailable):
            store.write(a_window(1, FEB + TEN_MINUTES, late))
    assert spans(store) == [(1, 100)]
    assert spans(store, GroupKind.LATE) == []
    longer = replace(a_window(1, FEB + TEN_MINUTES), last_seq=180)
    store.write(replace(longer, groups=(a_group(FEB + TEN_MINUTES, seqs=(101, 180)), late)))
    assert spans(store) == [(1, 100), (101, 180)]
    assert spans(store, GroupKind.LATE) == [(150, 150)]
    assert set(store.dirty()) == {(1, JAN), (2, JAN)}


def test_what_a_half_written_window_left_in_the_month_of_the_next_one_is_not_there_twice(
    open_history: Callable[[int], HistoryStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A window at the end of a month fails with late samples of the next month written; then a shorter one is written,
    and the one that brings those samples again begins in that month."""
    store = open_history(1)
    store.write(a_window(0, FEB - 2 * TEN_MINUTES))
    late = a_group(FEB, kind=GroupKind.LATE, seqs=(150, 150))

    def fail(*args: object) -> None:
        raise StoreUnavailable("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(history_store, "write_window", fail)
        with pytest.raises(StoreUnavailable):
            store.write(a_window(1, FEB - TEN_MINUTES, late))
    shorter = replace(a_window(1, FEB - TEN_MINUTES), last_seq=120)
    store.write(replace(shorter, groups=(a_group(FEB - TEN_MINUTES, seqs=(101, 120)),)))
    following = replace(a_window(1, FEB), first_seq=121)
    store.write(replace(following, groups=(a_group(FEB, seqs=(121, 200)), late)))
    assert spans(store) == [(1, 100), (101, 120), (121, 200)]
    assert spans(store, GroupKind.LATE) == [(150, 150)]


def test_a_new_month_without_a_window_does_not_hide_the_mark(
    address: str, open_history: Callable[[int], HistoryStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill between making a month and writing to it, and imports of the future, leave the mark where it is."""
    store = open_history(1)
    store.write(a_window(0, FEB - TEN_MINUTES))

    def fail(*args: object) -> None:
        raise StoreUnavailable("killed")

    with monkeypatch.context() as broken:
        broken.setattr(history_store, "write_window", fail)
        with pytest.raises(StoreUnavailable):
            store.write(a_window(1, FEB))
    store.add([a_group(month_of(FEB + 40 * 86_400_000), kind=GroupKind.IMPORTED, revision=1)])
    again = open_history(2)
    newest = again.newest_state()
    assert newest is not None
    assert newest[1] == b"state 100"
    assert mark_of(backend_of(address)) == newest[0]
    again.write(a_window(1, FEB))
    assert spans(again) == [(1, 100), (101, 200)]


def test_a_month_that_expires_under_a_reader(address: str) -> None:
    """Who reads a month when it goes gets it whole or not at all, never an error; and finds what comes in its place."""
    world = PastWorld(address)
    try:
        for start_ms in (T, FEB):
            for i in range(20):
                world.frame(start_ms + i * 1_000, batch({1: (float(i), 0, start_ms + i * 1_000)}, start_ms))
            world.move()
        reader, other = world.reader(), world.reader()
        assert len(reader.raw(1, T, FEB)) == 20
        with closing(months_of(backend_of(address))) as held:
            place = next(held)
            assert place.month_ms == JAN
            if "://" in address:
                place.connection.commit()
            world.history.expire(JAN)
            assert (len(reader.raw(1, T, FEB)), len(other.raw(1, T, FEB))) == (0, 0)
        assert world.history.months() == (FEB,)
        world.bring(GroupKind.IMPORTED, 1, [(T, 5.0, 0)])
        for one in (reader, other):
            assert one.raw(1, T, FEB).values.tolist() == [5.0]
            assert len(one.raw(1, FEB, FEB + 60_000)) in (20, 21)
        world.history.expire(FEB)
        assert world.history.mark() is not None
        assert world.history.newest_state() is not None
        assert reader.raw(1, FEB, FEB + 60_000).values.tolist() in ([], [5.0])
    finally:
        world.close()


def test_expiry_of_some_tags_leaves_the_others(open_history: Callable[[int], HistoryStore]) -> None:
    """Samples and minutes of those tags go; a group that has nothing left goes with them."""
    store = open_history(1)
    store.write(a_window(0, JAN))
    store.add([a_group(JAN, kind=GroupKind.IMPORTED, revision=1, tags=(1,))])
    store.expire(JAN, [1, 99])
    (group,) = store.groups(JAN, 0, 1 << 60)
    assert [b.tag for b in group.blocks] == [2]
    assert spans(store, GroupKind.IMPORTED) == []
    store.expire(JAN, [2])
    assert spans(store) == []
    assert store.mark() is not None


def test_free_space_goes_back_to_the_disk(address: str, open_history: Callable[[int], HistoryStore]) -> None:
    """After much was dropped, tidying a few pages at a time makes files smaller until nothing is left to do."""
    store = open_history(1)
    big = replace(a_group(JAN, seqs=(1, 100)), blocks=tuple(
        replace(a_group(JAN).blocks[0], tag=tag, payload=random.Random(tag).randbytes(3_000)) for tag in range(300)
    ))  # fmt: skip
    store.write(replace(a_window(0, JAN), groups=(big,)))
    store.expire(JAN, range(1, 300))
    assert store.tidy(10) == ("://" not in address)
    if "://" not in address:
        steps = 1
        while store.tidy(10):
            steps += 1
        store.close()
        assert steps >= 20
        assert month_file(Path(address), JAN).stat().st_size < 100_000
        store = open_history(2)
    assert not store.tidy(10)
    (group,) = store.groups(JAN, 0, 1 << 60)
    assert group.blocks == (big.blocks[0],)


def test_what_a_kill_left_of_a_dropped_month_is_swept(
    tmp_path: Path, open_history: Callable[[int], HistoryStore], address: str
) -> None:
    """A file that was renamed and not removed yet, logs beside no file, partitions of no month: the next leader removes
    them, and never what belongs to a month that stands."""
    store = open_history(1)
    store.write(a_window(0, JAN))
    store.write(a_window(1, FEB))
    if "://" in address:
        with store._link.lasting() as connection:  # type: ignore[attr-defined]
            connection.execute(sa.delete(SERVER_MONTH.month_count).where(SERVER_MONTH.month_count.c.month_ms == JAN))
        store.add([a_group(JAN, kind=GroupKind.IMPORTED, revision=2)])
        assert (spans(store), spans(store, GroupKind.IMPORTED)) == ([(101, 200)], [(0, 0)])
        with store._link.lasting() as connection:  # type: ignore[attr-defined]
            connection.execute(sa.delete(SERVER_MONTH.month_count).where(SERVER_MONTH.month_count.c.month_ms == JAN))
        again = open_history(2)
        again.add([a_group(JAN, kind=GroupKind.IMPORTED, revision=1)])
        assert (spans(again), spans(again, GroupKind.IMPORTED)) == ([(101, 200)], [(0, 0)])
        return
    store.expire(JAN)
    folder, january = Path(address), month_file(Path(address), JAN)
    february = month_file(folder, FEB)
    for left in (january.with_suffix(".dropped"), Path(f"{january}-wal"), february.with_suffix(".dropped")):
        left.write_bytes(b"left")
    open_history(2)
    assert sorted(p.name for p in folder.glob("history-*")) == [
        february.name, f"{february.name}-shm", f"{february.name}-wal",
    ]  # fmt: skip


def test_a_month_of_another_program_is_refused(address: str, open_history: Callable[[int], HistoryStore]) -> None:
    """A file of a month carries its revision: one of a newer program is not touched, and one sentence says so."""
    if "://" in address:
        pytest.skip("on a server all months have the revision of the schema")
    store = open_history(1)
    store.write(a_window(0, JAN))
    store.close()
    with closing(sqlite3.connect(month_file(Path(address), JAN), isolation_level=None)) as file:
        file.execute("PRAGMA user_version = 9")
    again = open_history(2)
    with pytest.raises(StoreTooOld, match="is at revision 9 and this program needs 1: install a newer one"):
        again.mark()
    reader = open_history_reader(address)
    with pytest.raises(StoreTooOld):
        reader.raw(1, JAN, FEB)
    reader.close()
