"""Plant, engine and history: what devices said is read back as rooms saw it, although the engine was killed."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.clock import SystemClock
from app.model.records import Journal
from app.series.gathering import GAP_MS
from app.storage.history_contract import HistoryReader, Mark
from app.storage.history_reading import open_history_reader
from app.storage.opening import open_history_store, open_room_store
from app.storage.verify import verify_store
from tests.helpers.historian import samples_in
from tests.helpers.history_witness import Held, Witness, bits, held_by
from tests.helpers.house import House, open_house, until
from tests.helpers.postgres import fresh_database, running_postgres, wants_no_postgres
from tests.helpers.quick_engine import HURRY
from tests.helpers.sources import ROOT

WAIT_S = 60.0


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """A plant on a fresh store of either kind."""
    if request.param == "sqlite":
        with open_house(tmp_path) as found:
            yield found
        return
    if wants_no_postgres():
        pytest.skip("QIANLIYAN_TEST_NO_POSTGRES is set")
    with running_postgres() as server, fresh_database(server) as url, open_house(tmp_path, store=url) as found:
        yield found


@contextmanager
def quick_engine(house: House, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run an engine whose historian hurries; it is killed at the end unless it has ended."""
    words = [sys.executable, "-m", "tests.helpers.quick_engine", house.stage.store, str(house.stage.private)]
    with log.open("wb") as said, subprocess.Popen(words, cwd=ROOT, stdout=said, stderr=said) as engine:
        try:
            yield engine
        finally:
            engine.kill()


def mark_of(house: House) -> Mark:
    """Return where history ends, frame 0 before there is any."""
    store = open_history_store(house.stage.store)
    try:
        return store.mark() or Mark(0, 0)
    finally:
        store.close()


def merged_until(house: House) -> int:
    """Return until when the groups of history are merged."""
    store = open_history_store(house.stage.store)
    try:
        return store.progress(f"merged {HURRY.merges_ms[0]}")
    finally:
        store.close()


def wait_for_windows(house: House, count: int, log: Path) -> None:
    """Wait until history has grown by so many windows."""
    goal = mark_of(house).t_ms + count * HURRY.window_ms
    if goal < 1_000_000_000:
        assert until(lambda: mark_of(house).seq > 0, timeout_s=WAIT_S), log.read_text()[-2_000:]
        goal = mark_of(house).t_ms + count * HURRY.window_ms
    assert until(lambda: mark_of(house).t_ms >= goal, timeout_s=WAIT_S, pause_s=0.3), log.read_text()[-2_000:]


@pytest.mark.timeout(300)
def test_what_devices_said_is_read_back_over_a_killed_engine(house: House, tmp_path: Path) -> None:
    """A few windows, the engine killed in the middle of one, a pause that is a gap, another engine, a few more: every
    sample that frames carried is in history once, also merged; any frame number shows what a room saw, whether history
    has it or the newest frames alone; nothing failed."""
    witness, log = Witness(house.stage.store), tmp_path / "engine.log"
    witness.start()
    with quick_engine(house, log) as engine:
        wait_for_windows(house, 6, log)
        engine.kill()
        killed_at = engine.wait()
    newest = witness.frames[-1][1]
    assert killed_at == -signal.SIGKILL
    assert until(lambda: SystemClock().now_ms() > newest + GAP_MS + 1_000, timeout_s=WAIT_S)
    with quick_engine(house, log) as engine:
        assert until(lambda: merged_until(house) > newest, timeout_s=WAIT_S, pause_s=0.3), log.read_text()[-2_000:]
        engine.send_signal(signal.SIGTERM)
        assert engine.wait(timeout=WAIT_S) == 0, log.read_text()[-2_000:]
    witness.pause()
    assert witness.faults == []
    _judge(house, witness, newest)


def _judge(house: House, witness: Witness, killed_ms: int) -> None:
    store, reader = open_history_store(house.stage.store), open_history_reader(house.stage.store)
    mark = store.mark()
    assert mark is not None and mark.t_ms > killed_ms
    held = held_by(witness.frames, until=mark.seq)
    assert samples_in(store) == {tag: rows for tag, rows in held.seen.items() if rows}
    assert any(g.start_ms <= killed_ms < g.end_ms for g in reader.gaps(killed_ms - 1, mark.t_ms))
    last = witness.last_seq
    assert last > mark.seq  # the newest frames are read where they are
    for seq in (1, mark.seq // 3, mark.seq - 1, mark.seq, mark.seq + 1, last):
        _judge_moment(reader, seq, held_by(witness.frames, until=seq))
    store.close()
    reader.close()
    room = open_room_store(house.stage.store)
    kinds = {line.kind for line in room.journal_newest(Journal.EVENTS, 1_000)}
    room.close()
    assert not {kind for kind in kinds if kind.startswith(("history", "frames"))}
    assert verify_store(house.stage.store).faults == []


def _judge_moment(reader: HistoryReader, seq: int, held: Held) -> None:
    moment = reader.moment(seq)
    assert moment is not None and (moment.seq, moment.t_ms) == (seq, held.t_of[seq])
    state = moment.state
    rows = zip(state.tags.tolist(), state.values.tolist(), state.quality.tolist(), strict=True)
    assert {tag: (bits(value), quality) for tag, value, quality in rows} == held.state
