"""The historian's store: windows follow each other, nothing is lost, doubled or written by who may not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from app.errors import InternalFault, LeaseLost
from app.series.samples import Gap
from app.storage.history_contract import GroupKind, HistoryStore, Mark, StoredRollup
from app.storage.months import DAY_MS, HOUR_MS, MINUTE_MS
from app.storage.opening import open_history_store, open_room_store
from tests.helpers.history_windows import FEB, JAN, TEN_MINUTES, a_group, a_window

LAST_WINDOW_OF_JAN = FEB - TEN_MINUTES


@pytest.fixture
def open_history(address: str) -> Iterator[Callable[[], HistoryStore]]:
    """Open historians' stores; all are closed afterwards."""
    opened: list[HistoryStore] = []

    def open_one() -> HistoryStore:
        opened.append(open_history_store(address))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def history(open_history: Callable[[], HistoryStore]) -> HistoryStore:
    """Give history to its leader of epoch 5."""
    store = open_history()
    store.lead(5)
    return store


def groups(store: HistoryStore, kind: GroupKind = GroupKind.SEEN) -> list[tuple[int, int]]:
    """Return first and last frame of all groups."""
    return [(g.first_seq, g.last_seq) for m in store.months() for g in store.groups(m, 0, 1 << 60, kind)]


def test_windows_follow_each_other_over_the_end_of_a_month(
    history: HistoryStore, open_history: Callable[[], HistoryStore]
) -> None:
    """The mark moves with each window, also into a new month; another connection finds mark, state and groups."""
    assert history.mark() is None
    assert history.newest_state() is None
    history.write(a_window(0, LAST_WINDOW_OF_JAN))
    history.write(a_window(1, FEB, gaps=(Gap(FEB - 5_000, FEB),)))
    other = open_history()
    assert other.months() == (JAN, FEB)
    assert other.mark() == Mark(200, FEB + TEN_MINUTES - 1)
    assert other.newest_state() == (Mark(200, FEB + TEN_MINUTES - 1), b"state 200")
    assert other.windows(JAN, FEB) == (Mark(100, FEB - 1),)
    assert groups(other) == [(1, 100), (101, 200)]
    (group,) = other.groups(FEB, FEB, FEB + 1)
    assert [(b.tag, b.count, b.payload) for b in group.blocks] == [
        (1, 10, f"1 SEEN {FEB} 0".encode()), (2, 10, f"2 SEEN {FEB} 0".encode()),
    ]  # fmt: skip


def test_only_the_successor_of_the_mark_is_taken(history: HistoryStore) -> None:
    """A hole, an overlap and a window over two months are defects; a repeated one changes nothing."""
    history.write(a_window(0, JAN))
    for wrong in (a_window(2, JAN), a_window(0, JAN, frames=150), a_window(1, FEB - 1)):
        with pytest.raises(InternalFault):
            history.write(wrong)
    history.write(a_window(0, JAN))
    assert groups(history) == [(1, 100)]


def test_a_newer_epoch_ends_ours(history: HistoryStore, open_history: Callable[[], HistoryStore]) -> None:
    """Whoever leads under a newer epoch shuts all others out of every write; an older epoch cannot come back."""
    history.write(a_window(0, JAN))
    newer = open_history()
    newer.lead(6)
    for act in (
        lambda: history.write(a_window(1, JAN + TEN_MINUTES)),
        lambda: history.add([a_group(JAN, kind=GroupKind.IMPORTED, revision=1)]),
        lambda: history.replace([a_group(JAN, number=1)], []),
        lambda: history.note_progress("merged", 1),
        lambda: history.write_rollups([StoredRollup(1, MINUTE_MS, JAN, b"m")]),
        lambda: history.expire(JAN),
        lambda: history.next_revision(),
        lambda: history.lead(5),
    ):
        with pytest.raises(LeaseLost):
            act()
    newer.write(a_window(1, JAN + TEN_MINUTES))
    with pytest.raises(LeaseLost):
        open_history().note_progress("merged", 1)


def test_late_groups_go_to_their_month_and_make_days_dirty(history: HistoryStore) -> None:
    """What came late stands in the month of its source times, and each of its days and tags is dirty until worked
    out."""
    history.write(a_window(0, LAST_WINDOW_OF_JAN))
    late = a_group(FEB - DAY_MS - 60_000, kind=GroupKind.LATE, seqs=(150, 150), end_ms=FEB - DAY_MS + 60_000)
    history.write(a_window(1, FEB, late))
    assert groups(history, GroupKind.LATE) == [(150, 150)]
    assert len(list(history.groups(JAN, 0, 1 << 60, GroupKind.LATE))) == 1
    days = {(tag, day) for tag in (1, 2) for day in (FEB - 2 * DAY_MS, FEB - DAY_MS)}
    assert set(history.dirty()) == days
    history.write_rollups([], clean=[(1, FEB - DAY_MS)])
    assert set(history.dirty()) == days - {(1, FEB - DAY_MS)}
    assert len(history.dirty(2)) == 2


def test_a_day_that_becomes_dirty_while_it_is_worked_out_stays_dirty(history: HistoryStore) -> None:
    """Two days are asked for; more samples come to one of them before both are settled: it is told of again."""
    history.add([a_group(JAN, kind=GroupKind.IMPORTED, revision=1)])
    assert set(history.dirty()) == {(1, JAN), (2, JAN)}
    history.add([a_group(JAN, kind=GroupKind.IMPORTED, revision=2, tags=(2, 3))])
    history.write_rollups([], clean=[(1, JAN), (2, JAN)])
    asked = history.dirty()
    assert set(asked) == {(2, JAN), (3, JAN)}
    history.write_rollups([], clean=asked)
    assert history.dirty() == ()


def test_merged_groups_take_the_place_of_their_parts(history: HistoryStore) -> None:
    """After a merge one group stands where two did; the same merge again changes nothing, half of one is a defect."""
    for number in range(3):
        history.write(a_window(number, JAN + number * TEN_MINUTES))
    first, second, third = history.groups(JAN, 0, 1 << 60)
    merged = a_group(JAN, seqs=(1, 200), end_ms=JAN + 2 * TEN_MINUTES - 1)
    history.replace([first, second], [merged])
    history.replace([first, second], [merged])
    assert groups(history) == [(1, 200), (201, 300)]
    assert len({g.id for g in (first, second, third, *history.groups(JAN, 0, 1 << 60))}) == 4
    with pytest.raises(InternalFault, match="not there"):
        history.replace([second, third], [])


def test_thinning_keeps_the_mark(history: HistoryStore) -> None:
    """States go except those that are named and the newest; groups stay."""
    for number in range(4):
        history.write(a_window(number, JAN + number * TEN_MINUTES))
    history.thin(JAN, FEB, keep=[200])
    assert [m.seq for m in history.windows(JAN, FEB)] == [200, 400]
    assert history.newest_state() == (Mark(400, JAN + 4 * TEN_MINUTES - 1), b"state 400")
    assert len(groups(history)) == 4


def test_imports_are_counted_once_and_can_be_taken_back(history: HistoryStore) -> None:
    """Adding the same again changes nothing, part of it adds the rest; taking it back leaves its days dirty."""
    revision = history.next_revision()
    assert history.next_revision() == revision + 1
    imported = a_group(JAN, kind=GroupKind.IMPORTED, revision=revision, tags=(1,))
    wider = a_group(JAN, kind=GroupKind.IMPORTED, revision=revision, tags=(1, 2, 3))
    other = a_group(FEB, kind=GroupKind.IMPORTED, revision=revision)
    history.add([imported, other])
    history.add([wider, other])
    found = [g for m in history.months() for g in history.groups(m, 0, 1 << 60, GroupKind.IMPORTED)]
    assert sorted((g.start_ms, b.tag) for g in found for b in g.blocks) == [
        (JAN, 1), (JAN, 2), (JAN, 3), (FEB, 1), (FEB, 2),
    ]  # fmt: skip
    history.write_rollups([], clean=history.dirty())
    assert history.take_back(revision) == 50
    assert set(history.dirty()) == {(1, JAN), (2, JAN), (3, JAN), (1, FEB), (2, FEB)}
    assert history.take_back(revision) == 0
    assert groups(history, GroupKind.IMPORTED) == []


def test_rollups_are_replaced_and_found_by_their_span(history: HistoryStore) -> None:
    """A row stands for its whole span: a day of minutes, a month of hours, a year of days."""
    history.write_rollups(
        [
            StoredRollup(1, MINUTE_MS, JAN, b"old"),
            StoredRollup(1, MINUTE_MS, FEB, b"feb"),
            StoredRollup(2, MINUTE_MS, JAN, b"other"),
            StoredRollup(1, HOUR_MS, JAN, b"hours of jan"),
            StoredRollup(1, HOUR_MS, FEB, b"hours of feb"),
            StoredRollup(1, DAY_MS, JAN, b"days"),
        ]
    )
    history.write_rollups([StoredRollup(1, MINUTE_MS, JAN, b"new")])

    def found(level_ms: int, start_ms: int, end_ms: int) -> list[bytes]:
        return [r.payload for r in history.rollups(1, level_ms, start_ms, end_ms)]

    assert found(MINUTE_MS, JAN + DAY_MS - 1, FEB + 1) == [b"new", b"feb"]
    assert found(MINUTE_MS, JAN + DAY_MS, FEB) == []
    assert found(HOUR_MS, FEB - 1, FEB) == [b"hours of jan"]
    assert found(HOUR_MS, FEB, FEB + 1) == [b"hours of feb"]
    assert found(DAY_MS, JAN + 364 * DAY_MS, JAN + 366 * DAY_MS) == [b"days"]
    assert found(DAY_MS, JAN + 365 * DAY_MS, JAN + 366 * DAY_MS) == []
    of_all = history.rollups_of((2, 1), MINUTE_MS, JAN, FEB + DAY_MS)
    assert [(r.tag, r.payload) for r in of_all] == [(1, b"new"), (1, b"feb"), (2, b"other")]
    assert [r.payload for r in history.rollups_of((1, 2), HOUR_MS, JAN, FEB)] == [b"hours of jan"]
    with pytest.raises(InternalFault, match="no rollups of 5 ms"):
        history.rollups(1, 5, JAN, FEB)


def test_progress_is_kept(history: HistoryStore, open_history: Callable[[], HistoryStore]) -> None:
    """What the historian leaves for itself is there after a restart."""
    history.note_progress("merged", 5)
    history.note_progress("merged", 7)
    other = open_history()
    assert (other.progress("merged"), other.progress("rolled")) == (7, 0)


def test_the_size_of_history_is_told(address: str, history: HistoryStore) -> None:
    """What history takes is a part of what the store takes, and grows with it."""
    room = open_room_store(address)
    try:
        before = room.facts()
        for number in range(3):
            big = replace(a_window(number, JAN + number * TEN_MINUTES), state=bytes(500_000))
            history.write(big)
        after = room.facts()
    finally:
        room.close()
    assert 0 < before.history_bytes < before.bytes
    assert after.history_bytes - before.history_bytes > 1_000_000
    assert after.bytes - before.bytes > 1_000_000
