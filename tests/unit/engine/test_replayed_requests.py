"""Rows of requests and acts that bear an id which was taken before: they do nothing, and end no engine."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import sqlalchemy as sa

from app.clock import SystemClock
from app.config import Config
from app.engine.running import _Run
from app.model.records import CommandState, Journal, JournalEntry, RequestKind
from app.storage import tables_desk as desk
from app.storage.contract import DeskStore, RoomStore
from app.storage.opening import create_store, open_desk_store, open_room_store
from tests.helpers.people import change_desk, read_desk

WAIT_S = 20.0
PAYLOAD = {"equipment": "none", "reason": "test"}
NOW = sa.literal_column("CAST(ROUND((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER)")


async def _until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < until, "the condition did not come about"
        await asyncio.sleep(0.02)


@asynccontextmanager
async def _engine(store: str, folder: Path) -> AsyncIterator[None]:
    """Run one life of an engine, and expect that nothing but our stop ends it."""
    run = _Run(Config(store, folder / "private"), SystemClock())
    life = asyncio.create_task(run.main())
    await _until(lambda: run._engine is not None)
    try:
        yield
    finally:
        run._stop.set()
        assert await life == 0


async def _asked(desk_store: DeskStore, reader: RoomStore, request_id: str = "") -> str:
    """Ask for something that is refused, and wait for the answer."""
    person = desk_store.sign_in_demo("desk 1")
    request_id = desk_store.submit(RequestKind.HOLD, person, PAYLOAD, request_id=request_id)
    await _until(lambda: bool(reader.results_of(request_id)))
    return request_id


def _audit(reader: RoomStore, kind: str) -> list[JournalEntry]:
    return [e for e in reader.journal_newest(Journal.AUDIT, 1_000) if e.kind == kind]


@asynccontextmanager
async def _store(folder: Path) -> AsyncIterator[tuple[str, DeskStore, RoomStore]]:
    address = str(folder / "store")
    create_store(address, demo=True)
    desk_store, reader = open_desk_store(address), open_room_store(address)
    try:
        yield address, desk_store, reader
    finally:
        desk_store.close()
        reader.close()


async def test_a_row_that_was_answered_is_not_taken_again_by_a_later_engine(tmp_path: Path) -> None:
    """Somebody gives an old, signed row the time of now: the next engine leaves it alone, and lives."""
    async with _store(tmp_path) as (address, desk_store, reader):
        async with _engine(address, tmp_path):
            old = await _asked(desk_store, reader)
        async with _engine(address, tmp_path):
            await _asked(desk_store, reader)
            change_desk(address, sa.update(desk.request).where(desk.request.c.id == old).values(at_ms=NOW))
            await _asked(desk_store, reader)
        assert [r.state for r in reader.results_of(old)] == [CommandState.REFUSED]
        assert len(_audit(reader, "hold-refused")) == 3


async def test_a_request_that_bears_the_id_of_an_act_is_a_request_of_its_own(tmp_path: Path) -> None:
    """Ids are the askers' own words: one that an act has already, and an act under that of a request, are both told."""
    async with _store(tmp_path) as (address, desk_store, reader), _engine(address, tmp_path):
        person = desk_store.sign_in_demo("desk 1")
        await _until(lambda: len(_audit(reader, "signed_in")) == 1)
        (row,) = read_desk(address, sa.select(desk.act))
        request_id = desk_store.submit(RequestKind.HOLD, person, PAYLOAD, request_id=row.id)
        await _until(lambda: bool(reader.results_of(request_id)))
        asked = await _asked(desk_store, reader)
        change_desk(
            address, sa.insert(desk.act).values({**row._mapping, "id": asked, "kind": "silenced", "at_ms": NOW})
        )
        desk_store.act(person, "exported")
        await _until(lambda: bool(_audit(reader, "exported")))
        assert len(_audit(reader, "silenced")) == 1
        assert len(_audit(reader, "hold-refused")) == 2


async def test_an_act_cannot_look_like_a_line_of_the_engine(tmp_path: Path) -> None:
    """Acts of kinds under which the engine tells what it did are told as what somebody only wrote."""
    kinds = ("command", "command-done", "acknowledge", "shelve-refused", "site_applied", "silenced")
    async with _store(tmp_path) as (address, desk_store, reader), _engine(address, tmp_path):
        person = desk_store.sign_in_demo("desk 1")
        for kind in kinds:
            desk_store.act(person, kind)
        await _until(lambda: bool(_audit(reader, "silenced")))
        told = [e.kind for e in reader.journal_newest(Journal.AUDIT, 1_000) if e.who == person.name]
        assert told == ["signed_in", *(f"written-{kind}" for kind in kinds[:-1]), "silenced"]


async def test_an_act_from_a_time_that_cannot_be_is_told_at_the_time_of_now(tmp_path: Path) -> None:
    """A row from the year 31,000,000 would stand above all lines for ever, and no calendar could show it."""
    async with _store(tmp_path) as (address, desk_store, reader), _engine(address, tmp_path):
        desk_store.act(desk_store.sign_in_demo("desk 1"), "silenced")
        await _until(lambda: len(_audit(reader, "silenced")) == 1)
        (row,) = read_desk(address, sa.select(desk.act).where(desk.act.c.kind == "silenced"))
        late = {**row._mapping, "id": "late", "kind": "printed", "at_ms": 10**18}
        change_desk(address, sa.insert(desk.act).values(**late))
        await _until(lambda: bool(_audit(reader, "printed")))
        (line,) = _audit(reader, "printed")
        assert abs(line.at_ms - row.at_ms) < 60_000 and line.detail["said_ms"] == 10**18
        assert "said_ms" not in _audit(reader, "silenced")[0].detail
