"""What was imported holds as long as its files tell, on both backends: curves, rollups, what is undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from app.engine.historian.plan import DAY_MS, HOUR_MS, MINUTE_MS
from app.exchange.importing import Import, ImportFile
from app.exchange.refusals import RefusalReport
from app.exchange.samples_of import HowToRead
from app.exchange.sources import open_source
from app.exchange.standing import Standing
from app.exchange.time_text import TimeFormat
from app.series.frames import DELTA, encode
from app.series.rollups import coarsen, place, roll, unpack_rollup
from app.series.samples import Curve
from app.series.spans import Span
from app.storage.contract import FrameRow
from app.storage.history_contract import GroupKind, HistoryReader, ImportedSpan, never
from app.storage.history_reading import open_history_reader
from app.storage.verify import verify_store
from tests.helpers.clock import FakeClock
from tests.helpers.historian import HistorianHouse
from tests.helpers.history_feed import feed_site
from tests.helpers.imported import tag_list
from tests.helpers.past_world import PastWorld, T, batch

DAY = T - T % DAY_MS
FLOW, LEVEL = 1, 2
Row = tuple[int, str, float]


@pytest.fixture
def world(address: str) -> Iterator[PastWorld]:
    """Give a store with an engine and a historian that do what the test says."""
    with closing(PastWorld(address)) as made:
        yield made


def bring(world: PastWorld, folder: Path, *files: list[Row]) -> int:
    """Import files of (time, path, value) in one run; return its revision."""
    return _run(world, world.reader(), folder, *files).revision


def _run(held: PastWorld | HistorianHouse, reader: HistoryReader, folder: Path, *files: list[Row]) -> Import:
    how, tags, opened = HowToRead(TimeFormat("unix-ms", ZoneInfo("UTC")), ".", 0, 1 << 45), tag_list(), []
    history = held.history if isinstance(held, PastWorld) else held.store
    revision = history.next_revision()
    for number, rows in enumerate(files):
        file = folder / f"{revision}-{number}.csv"
        file.write_text("time,tag,value\n" + "".join(f"{t},{path},{v!r}\n" for t, path, v in rows), encoding="utf-8")
        opened.append(ImportFile.of(open_source(file), how, tags))
    sink = Adding(history)
    run = Import(
        opened, tags, RefusalReport(None), revision, 5, sink, Standing(reader, tags.numbers, never).without_known
    )
    run.run(never)
    assert run.report.total == 0
    return run


class Adding:
    """Gives an import's groups to history as they are."""

    def __init__(self, history) -> None:  # type: ignore[no-untyped-def]
        self.add, self.note_imported = history.add, history.note_imported

    def keep(self) -> None:
        """Nobody else is here."""


def hourly(first_day: int, days: int, path: str = "ps01/flow", value: float = 2.0) -> list[Row]:
    """Return a sample each hour of some days, counted from 1 January 2026."""
    start = DAY + first_day * DAY_MS
    return [(start + i * HOUR_MS, path, value) for i in range(days * 24)]


def begin_frames(world: PastWorld, day: int, *, hours: float = 1, **tags: float) -> None:
    """Let an engine run from a day on, with what it says at first of the tags, and move it into history."""
    start = DAY + day * DAY_MS
    first = batch({int(tag[1:]): (value, 0, start) for tag, value in tags.items()}, start)
    times = range(start + 5_000, start + round(hours * HOUR_MS), 5_000)
    world.add([(start, DELTA, (first,)), *((t, DELTA, ()) for t in times)])
    world.move()


def known(reader: HistoryReader, tag: int, first_day: int, days: int, points: int) -> list[bool]:
    """Return for each of the days whether anything of a tag is known in its first hour."""
    start = DAY + first_day * DAY_MS
    curve = reader.curves([tag], start, start + days * DAY_MS, points).curves[0]
    return [bool(at(curve, start + i * DAY_MS + HOUR_MS // 2)) for i in range(days)]


def at(curve: Curve, ms: int) -> list[float]:
    """Return the mean of the entry that covers an instant."""
    inside = (curve.start_ms <= ms) & (ms < curve.end_ms) & (curve.covered > 0)
    return [round(v, 3) for v in curve.mean[np.flatnonzero(inside)].tolist()]


def test_an_old_file_ends_where_it_ends(world: PastWorld, tmp_path: Path) -> None:
    """From its last row to the engine's first frame nothing is known, however it is asked for; then frames count."""
    bring(world, tmp_path, hourly(0, 3))
    begin_frames(world, 20, t1=5.0, t2=1.0)
    reader = world.reader()
    for points in (40_000, 600, 21):
        assert known(reader, FLOW, 0, 21, points) == [True] * 3 + [False] * 17 + [True]
    assert known(reader, FLOW, 5, 10, 5_000) == [False] * 10
    for ms, there in ((DAY + 2 * DAY_MS + 1, 1), (DAY + 5 * DAY_MS, 0), (DAY + 20 * DAY_MS + 1, 1)):
        assert len(reader.raw(FLOW, ms, ms + 1)) == there
    seen = reader.raw(FLOW, DAY, DAY + 30 * DAY_MS, as_seen=True)
    assert seen.values.tolist() == [5.0]


def test_before_there_is_an_engine(world: PastWorld, tmp_path: Path) -> None:
    """A history that has nothing but an import does not go on until now."""
    bring(world, tmp_path, hourly(0, 3))
    for points in (20_000, 600, 9):
        assert known(world.reader(), FLOW, 0, 9, points) == [True] * 3 + [False] * 6


def test_january_then_february(world: PastWorld, tmp_path: Path) -> None:
    """Files that follow each other leave no gap between them, in one import or in two, in either order; a switch that
    was never moved in the second is known in all of it. A month that is missing is missing."""
    switch = [(DAY + 12 * HOUR_MS, "ps01/well/level", 1.0)]
    moved = [(DAY + 59 * DAY_MS - HOUR_MS, "ps01/well/level", 0.0)]
    bring(world, tmp_path, hourly(31, 28) + moved)
    bring(world, tmp_path, hourly(0, 31) + switch, hourly(90, 5), hourly(95, 5))
    begin_frames(world, 110, t1=5.0, t2=5.0)
    reader = world.reader()
    want = [True] * 59 + [False] * 31 + [True] * 10 + [False] * 10 + [True]
    assert known(reader, FLOW, 0, 111, 111) == want
    seam = reader.curves([FLOW], DAY + 31 * DAY_MS - 2 * HOUR_MS, DAY + 31 * DAY_MS + 2 * HOUR_MS, 500).curves[0]
    assert seam.exact and (seam.end_ms[:-1] == seam.start_ms[1:]).all()
    assert known(reader, LEVEL, 0, 111, 111) == [True] * 59 + [False] * 51 + [True]


def test_each_tag_ends_with_its_own_files(world: PastWorld, tmp_path: Path) -> None:
    """Files of another tag say nothing of this one."""
    bring(world, tmp_path, hourly(0, 3))
    bring(world, tmp_path, hourly(2, 8, "ps01/well/level"))
    begin_frames(world, 12, t1=5.0)
    reader = world.reader()
    assert known(reader, FLOW, 0, 13, 600) == [True] * 3 + [False] * 9 + [True]
    assert known(reader, LEVEL, 0, 13, 600) == [False] * 2 + [True] * 8 + [False] * 3


def test_beside_frames_what_frames_said_counts_again(world: PastWorld, tmp_path: Path) -> None:
    """An import into a time of frames is followed by what these said last; by nothing, of a tag of which they had said
    nothing, or once there are none. Samples are counted, and what is said again is none."""
    begin_frames(world, 0, hours=3, t1=5.0)
    minutes = [DAY + HOUR_MS + i * 60_000 for i in range(30)]
    bring(world, tmp_path, [(t, path, 2.0) for t in minutes for path in ("ps01/flow", "ps01/well/level")])
    begin_frames(world, 4, t2=7.0)
    reader = world.reader()
    places = [DAY + 30 * 60_000, DAY + 75 * 60_000, DAY + 2 * HOUR_MS, DAY + 4 * HOUR_MS, DAY + 4 * DAY_MS + 60_000]
    for points in (20_000, 6_000, 120):
        flow, level = reader.curves([FLOW, LEVEL], DAY, DAY + 5 * DAY_MS, points).curves
        assert [at(flow, ms) for ms in places[:2]] == [[5.0], [2.0]] or points == 120
        assert [at(flow, ms) for ms in places[2:]] == [[5.0], [], []]
        assert [at(level, ms) for ms in places[2:]] == [[], [], [7.0]]
        assert (flow.count.sum(), level.count.sum()) == (31, 31)
    for ms, values in ((DAY + 2 * HOUR_MS, [5.0]), (DAY + 4 * HOUR_MS, []), (minutes[9], [2.0, 2.0])):
        assert reader.raw(FLOW, ms, ms + 1).values.tolist() == values
    assert len(reader.raw(LEVEL, DAY + 2 * HOUR_MS, DAY + 2 * HOUR_MS + 1)) == 0


def test_into_a_time_without_frames(world: PastWorld, tmp_path: Path) -> None:
    """While the engine stood still the old system went on: what it recorded is there, and holds until its end."""
    begin_frames(world, 0, t1=5.0, t2=5.0)
    bring(world, tmp_path, hourly(2, 2), hourly(6, 2))
    begin_frames(world, 10, t1=5.0, t2=5.0)
    for points in (20_000, 600):
        assert known(world.reader(), FLOW, 1, 10, points) == [False] + [True] * 2 + [False] * 2 + [True] * 2 + [
            False
        ] * 2 + [True]


def test_what_is_taken_back_tells_nothing_more(world: PastWorld, tmp_path: Path) -> None:
    """Without February the last value of January ends with January again; days between them are worked out anew."""
    bring(world, tmp_path, hourly(0, 31))
    second = bring(world, tmp_path, hourly(31, 28))
    for day in world.history.dirty(100_000):
        world.history.write_rollups((), clean=[day])
    world.history.take_back(second)
    assert {day for _, day in world.history.dirty(100_000)} >= {DAY + i * DAY_MS for i in range(30, 59)}
    assert known(world.reader(), FLOW, 28, 6, 600) == [True] * 3 + [False] * 3
    assert verify_store(world.address).faults == []


def test_once_more_is_nothing_new(world: PastWorld, tmp_path: Path) -> None:
    """What the same file tells a second time is gone with the first: it added nothing, so it tells nothing."""
    first = bring(world, tmp_path, hourly(0, 3))
    bring(world, tmp_path, hourly(0, 3))
    bring(world, tmp_path, [(DAY - HOUR_MS, "ps01/flow", 1.0)])
    world.history.take_back(first)
    assert known(world.reader(), FLOW, -1, 5, 600) == [False] * 5


def test_what_goes_out_says_where_imports_end(world: PastWorld, tmp_path: Path) -> None:
    """An export of every sample is told the ends from which on nothing is known, and no others."""
    begin_frames(world, 0, t1=5.0)
    minutes = [DAY + 30_000 + i * 60_000 for i in range(-9, 20)]
    bring(world, tmp_path, [(t, path, 2.0) for t in minutes[1:] for path in ("ps01/flow", "ps01/well/level")])
    bring(world, tmp_path, hourly(-3, 1))
    reader = world.reader()
    ends = {FLOW: [DAY - 2 * DAY_MS - HOUR_MS], LEVEL: minutes[-1:]}
    for first, last in ((DAY - 5 * DAY_MS, DAY + DAY_MS), (DAY - 2 * DAY_MS - HOUR_MS, minutes[-1] + 1)):
        found = reader.import_ends([FLOW, LEVEL, 3], first, last)
        assert {tag: its.tolist() for tag, its in found.items()} == ends
    assert not reader.import_ends([FLOW, LEVEL], DAY - 2 * DAY_MS, minutes[-1])


def test_an_import_of_before_holds_as_it_did(world: PastWorld) -> None:
    """Nothing is noted of an import that an earlier program made."""
    world.bring(GroupKind.IMPORTED, FLOW, [(DAY, 1.0, 0)])
    begin_frames(world, 3, t2=1.0)
    assert known(world.reader(), FLOW, 0, 4, 600) == [True] * 4


def test_a_span_that_ends_before_it_begins_is_found(world: PastWorld) -> None:
    """`verify` names it: nobody would know how long its samples hold."""
    world.history.note_imported([ImportedSpan(FLOW, 4, 0, Span(DAY, DAY - 1, 0))])
    assert verify_store(world.address).faults == ["history: what import 4 tells of tag 1 ends before it begins"]


@pytest.fixture
def make_house(empty_address: str) -> Iterator[Callable[[], HistorianHouse]]:
    """Make a store whose historian is the product's."""
    with ExitStack() as made:

        def make() -> HistorianHouse:
            house = HistorianHouse(empty_address, feed_site(), clock=FakeClock(DAY))
            made.callback(house.close)
            return house

        yield make


def test_rollups_say_the_same(make_house: Callable[[], HistorianHouse], tmp_path: Path) -> None:
    """Minutes, hours and days that the historian works out of imports, before, after and again once one is taken back
    or joined by another, are those of the samples themselves."""
    house = make_house()
    with closing(open_history_reader(house.address, newest=False)) as reader:
        _run(house, reader, tmp_path, hourly(-9, 2), hourly(-5, 1))
        start = DAY
        frames = [FrameRow(start, DELTA, encode((batch({FLOW: (5.0, 0, start)}, start),), t=start, revision=1))]
        nothing = range(start + 5_000, start + 80 * MINUTE_MS, 5_000)
        frames += [FrameRow(t, DELTA, encode((), t=t, revision=1)) for t in nothing]
        house.commit(frames)
        house.work()
        assert covered(reader, house, -10) == [False, True, True, False, False, True, False, False, False, False]
        third = _run(house, reader, tmp_path, hourly(-7, 2)).revision
        house.work()
        assert covered(reader, house, -10) == [False, True, True, True, True, True, False, False, False, False]
        house.store.take_back(third)
        house.work()
        assert covered(reader, house, -10) == [False, True, True, False, False, True, False, False, False, False]


def covered(reader: HistoryReader, house: HistorianHouse, first_day: int) -> list[bool]:
    """Return which days before the first of frames the stored rows call known, once all levels agree with samples."""
    assert house.store.dirty() == ()
    start, end = DAY + first_day * DAY_MS, DAY
    samples = (reader.raw_each([FLOW], start, end) or {})[FLOW]
    want = roll(samples, None, reader.gaps(start, end), start, MINUTE_MS, (end - start) // MINUTE_MS, end)
    for level in (MINUTE_MS, HOUR_MS, DAY_MS):
        rows = [unpack_rollup(row.payload) for row in house.store.rollups(FLOW, level, start, end)]
        stored = place(rows, start, level, (end - start) // level)
        whole = coarsen(want, level // MINUTE_MS) if level > MINUTE_MS else want
        assert stored.quality.tolist() == whole.quality.tolist() and stored.count.tolist() == whole.count.tolist()
        assert np.abs(stored.covered.astype(int) - whole.covered.astype(int)).max() <= 2
    return [bool(share) for share in coarsen(want, 1_440).covered.tolist()]
