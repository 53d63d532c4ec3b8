"""An import on both backends: it holds history, is listed, and can be taken back; another engine ends it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from app.errors import LeaseHeld, LeaseLost
from app.exchange.headings import TagList
from app.exchange.holding import HeldHistory
from app.exchange.importing import Import, ImportFile
from app.exchange.imports import ImportState, begun, ended, imports_of, taken_back
from app.exchange.refusals import RefusalReport
from app.exchange.samples_of import HowToRead
from app.exchange.sources import open_source
from app.exchange.standing import Standing
from app.exchange.time_text import TimeFormat
from app.model.records import Person
from app.storage.contract import EngineStore, RoomStore
from app.storage.history_contract import HistoryReader, HistoryStore, never
from app.storage.history_reading import open_history_reader
from app.storage.opening import open_history_store
from app.storage.verify import verify_store
from tests.helpers.clock import FakeClock
from tests.helpers.imported import tag_list

SOMEBODY = Person("wang.lei@archive", "", "", "archive terminal 7")
DAY_S = 86_400


@pytest.fixture
def history(address: str) -> Iterator[HistoryStore]:
    """Give history for its writer."""
    with closing(open_history_store(address)) as store:
        yield store


@pytest.fixture
def reader(address: str) -> Iterator[HistoryReader]:
    """Give the past."""
    with closing(open_history_reader(address)) as found:
        yield found


def _task(folder: Path, lines: list[str], held: HeldHistory, reader: HistoryReader, tags: TagList) -> Import:
    file = folder / "old.csv"
    file.write_text("time,tag,value\n" + "\n".join(lines) + "\n", encoding="utf-8")
    how = HowToRead(TimeFormat("unix-s", ZoneInfo("UTC")), ".", 0, 1 << 42)
    lookup = Standing(reader, tags.numbers, never).without_known
    files = [ImportFile.of(open_source(file), how, tags)]
    return Import(files, tags, RefusalReport(None), held.next_revision(), 5, held, lookup)


def test_an_import_over_a_turn_of_the_month(
    engine: EngineStore, history: HistoryStore, reader: HistoryReader, room: RoomStore, address: str, tmp_path: Path
) -> None:
    """Samples of two months come in, are not doubled by the same file, are listed, and are taken back with every trace
    of their days noted; the store is sound at each step."""
    tags, start = tag_list(), 1_706_659_200  # the last hours of January 2024
    lines = [f"{start + i * 60},ps01/flow,{i / 8}" for i in range(3_000)]
    held = HeldHistory(engine, history, FakeClock())
    task = _task(tmp_path, lines, held, reader, tags)
    held.journal(begun(task, SOMEBODY, "old archive", 1_000))
    assert imports_of(room)[0].state is ImportState.OPEN
    task.run(never)
    held.journal(ended(task, SOMEBODY, "old archive", 2_000, whole=True))
    found = reader.raw(1, 0, 1 << 42)
    assert found.values.tolist() == [i / 8 for i in range(3_000)]
    assert len(history.months()) == 2 and {day for _, day in history.dirty()} >= {start // DAY_S * DAY_S * 1000}
    again = _task(tmp_path, lines, held, reader, tags)
    again.run(never)
    assert (again.progress.added, again.progress.repeated) == (0, 3_000)
    record = imports_of(room)[0]
    assert (record.state, record.added, record.tags, record.files) == (ImportState.WHOLE, 3_000, 1, ("old.csv",))
    assert (record.first_ms, record.last_ms) == (start * 1000, (start + 2_999 * 60) * 1000)
    assert verify_store(address).faults == []
    assert held.take_back(task.revision) == 3_000 and held.take_back(task.revision) == 0
    held.journal(taken_back(task.revision, 3_000, SOMEBODY, "wrong plant", 3_000))
    assert len(reader.raw(1, 0, 1 << 42)) == 0
    assert imports_of(room)[0].state is ImportState.TAKEN_BACK
    assert verify_store(address).faults == []


def test_what_another_import_brought_stays(
    engine: EngineStore, history: HistoryStore, reader: HistoryReader, tmp_path: Path
) -> None:
    """Taking one import back leaves the others alone, between whose samples its own stood."""
    tags, start = tag_list(), 1_706_659_200
    held = HeldHistory(engine, history, FakeClock())
    first = _task(tmp_path, [f"{start + i * 10},ps01/flow,{i}" for i in range(0, 200, 2)], held, reader, tags)
    first.run(never)
    second = _task(tmp_path, [f"{start + i * 10},ps01/flow,{i}" for i in range(200)], held, reader, tags)
    second.run(never)
    assert (second.progress.added, second.progress.repeated) == (100, 100)
    assert reader.raw(1, 0, 1 << 42).values.tolist() == list(range(200))
    assert held.take_back(second.revision) == 100
    assert reader.raw(1, 0, 1 << 42).values.tolist() == list(range(0, 200, 2))


def test_an_import_keeps_the_lease(
    engine: EngineStore, open_engine: Callable[[], EngineStore], history: HistoryStore
) -> None:
    """It renews the lease twice a second by its own clock, so no engine starts beside it."""
    clock = FakeClock()
    held = HeldHistory(engine, history, clock)
    other = open_engine()
    with pytest.raises(LeaseHeld, match="engine under test"):
        other.take_lease("another engine")
    clock.advance(0.6)
    held.keep()
    with pytest.raises(LeaseHeld, match="engine under test"):
        other.take_lease("another engine")


def test_a_lease_that_somebody_else_took_ends_it(
    engine: EngineStore, open_engine: Callable[[], EngineStore], history: HistoryStore
) -> None:
    """Who lost the lease writes nothing more."""
    clock = FakeClock()
    held = HeldHistory(engine, history, clock)
    engine.release_lease()
    open_engine().take_lease("another engine")
    clock.advance(0.6)
    with pytest.raises(LeaseLost):
        held.add([])


def test_values_that_only_bits_tell_apart(
    engine: EngineStore, history: HistoryStore, reader: HistoryReader, tmp_path: Path
) -> None:
    """Every float comes back to the last bit through text, packing and the store."""
    values = np.random.default_rng(3).integers(0, 2**63, 4_000).astype("u8").view("f8")
    values = values[np.isfinite(values)]
    held = HeldHistory(engine, history, FakeClock())
    lines = [f"{1_700_000_000 + i},ps02/well/level,{float(v)!r}" for i, v in enumerate(values)]
    _task(tmp_path, lines, held, reader, tag_list()).run(never)
    assert reader.raw(3, 0, 1 << 42).values.tobytes() == values.tobytes()


def test_many_tags_are_read_at_once(
    engine: EngineStore, history: HistoryStore, reader: HistoryReader, tmp_path: Path
) -> None:
    """What an import looks up: exactly the samples of a time, of the tags that have any; too many are none."""
    held, start = HeldHistory(engine, history, FakeClock()), 1_706_659_200
    lines = [f"{start + i},ps01/flow,{i}" for i in range(100)]
    _task(tmp_path, [*lines, f"{start + 5_000_000},ps01/well/level,1"], held, reader, tag_list()).run(never)
    first = start * 1000
    found = reader.between([1, 2, 3], 0, 1 << 42)
    assert found is not None and {tag: len(s) for tag, s in found.items()} == {1: 100, 2: 1}
    part = reader.between([1, 2, 3], first + 98_000, first + 99_000)
    assert part is not None and part.keys() == {1} and part[1].values.tolist() == [98.0]
    assert reader.between([1, 2, 3], first + 99_001, first + 4_999_999_999) == {}
    assert reader.between([3], 0, 1 << 42) == {}
    assert reader.between([1, 2, 3], 0, 1 << 42, limit=100) is None
