"""A second process that uses a store: `python -m tests.helpers.store_actor VERB ADDRESS [ARGUMENT]`.

It says one line of JSON for each thing it did, so that a test knows what was acknowledged before a kill.

    write       take the lease, then commit ticks as fast as they go; says every acknowledged tick
    step        take the lease, then commit one tick for each line on standard input; says the outcome
    hold        take the lease, begin a commit, and stop inside the transaction for ever
    take        try to take the lease; says the outcome
    claim ID    take the lease and claim ID; says the outcome
    submit N    submit N requests; says their ids
    history N   lead history under epoch N and write windows, merging six into one; says each
    desk        do at the desk what each line of standard input says, ["sign_in", "li", "password"]; says the outcome
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from app.clock import SystemClock
from app.errors import AccessRefused, QianliyanError
from app.model.alarms.status import AlarmState, AlarmStatus
from app.model.people import Account
from app.model.records import (
    CommandState,
    CommLine,
    EquipmentStatus,
    Journal,
    JournalEntry,
    Person,
    RequestKind,
    Result,
)
from app.series.batch import SampleBatch
from app.series.frames import encode
from app.storage.contract import DELTA, KEY, EngineStore, FrameRow, Receipt, Tick
from app.storage.history_contract import GroupKind, HistoryStore
from app.storage.months import month_of
from app.storage.opening import open_desk_store, open_engine_store, open_history_store
from tests.helpers.history_windows import FEB, JAN, TEN_MINUTES, a_group, a_window

__all__ = ["frame_row", "whole_tick"]


def frame_row(number: int, *, samples: int = 200, kind: int = DELTA) -> FrameRow:
    """Make a frame whose every value is `number`."""
    t = time.time_ns() // 1_000_000
    batch = SampleBatch(
        np.arange(1, samples + 1, dtype=np.int32),
        np.full(samples, float(number)),
        np.zeros(samples, np.uint16),
        np.full(samples, t - 10, np.int64),
        t - 5,
    )
    return FrameRow(t, kind, encode([batch], t=t, revision=1))


def whole_tick(number: int) -> Tick:
    """Make a tick with one of everything, all of it saying `number`: half of it would show."""
    result = Result(0, f"request-{number}", number, CommandState.ACCEPTED, detail={"number": number})
    return Tick(
        frames=(frame_row(number, kind=KEY if number % 50 == 1 else DELTA),),
        claims=(f"request-{number}",),
        results=(result,),
        journal=(
            JournalEntry(Journal.COMMANDS, "test", number, what=str(number)),
            JournalEntry(Journal.EVENTS, "test", number, what=str(number), detail={"value": number / 7}),
            JournalEntry(Journal.ALARMS, "raised", number, what="ps01/pump1:trip", area="north", priority=2),
        ),
        alarms=(AlarmStatus("ps01/pump1:trip", AlarmState.UNACK, since_ms=number, count=number),),
        equipment=(EquipmentStatus("ps01/pump1", state_since_ms=number),),
        comm=(CommLine(number, "plc", "test", str(number)),),
    )


def main() -> None:
    """Run the verb of the command line."""
    verb, address, *rest = sys.argv[1:]
    if verb == "submit":
        _submit(address, int(rest[0]))
        return
    if verb == "desk":
        _desk(address)
        return
    if verb == "history":
        _history(address, int(rest[0]))
        return
    store = open_engine_store(address, clock=SystemClock())
    try:
        lease = store.take_lease(f"actor {verb}")
    except QianliyanError as error:
        _say(error=type(error).__name__, text=str(error))
        return
    _say(epoch=lease.epoch)
    if verb == "write":
        _write(store)
    elif verb == "step":
        _step(store)
    elif verb == "hold":
        _hold(store)
    elif verb == "claim":
        _say(**_try(store, Tick(claims=(rest[0],))))
        store.release_lease()
    store.close()


def _write(store: EngineStore) -> None:
    number = store.last_seq()
    while True:
        number += 1
        receipt = store.commit(whole_tick(number))
        _say(seq=receipt.last_seq)


def _step(store: EngineStore) -> None:
    for line in sys.stdin:
        if line.strip() == "end":
            store.release_lease()
            return
        _say(**_try(store, whole_tick(store.last_seq() + 1)))


def _hold(store: EngineStore) -> None:
    with store._fenced():  # type: ignore[attr-defined]
        _say(inside=True)
        sys.stdin.read()


def _try(store: EngineStore, tick: Tick) -> dict[str, Any]:
    try:
        receipt: Receipt = store.commit(tick)
    except QianliyanError as error:
        return {"error": type(error).__name__, "text": str(error)}
    return {"seq": receipt.last_seq}


def _submit(address: str, count: int) -> None:
    desk = open_desk_store(address)
    person = Person("demo", "engineer", "none", "test")
    for number in range(count):
        _say(id=desk.submit(RequestKind.SELECT, person, {"number": number}))
    desk.close()


def _history(address: str, epoch: int) -> None:
    store = open_history_store(address)
    try:
        store.lead(epoch)
        mark = store.mark()
        number = 0 if mark is None else mark.seq // 100
        while True:
            start_ms = FEB - 40 * TEN_MINUTES + number * TEN_MINUTES
            late = a_group(JAN + number * TEN_MINUTES, kind=GroupKind.LATE, seqs=(number * 100 + 50,) * 2)
            store.write(a_window(number, start_ms, late))
            number += 1
            _say(seq=number * 100)
            if number % 6 == 0:
                _merge(store, month_of(start_ms))
                _say(merged=number * 100)
    except QianliyanError as error:
        _say(error=type(error).__name__, text=str(error))
    finally:
        store.close()


def _merge(store: HistoryStore, month: int) -> None:
    small = [g for g in store.groups(month, 0, 1 << 60) if g.events == 10][:6]
    if len(small) == 6:
        seqs = (small[0].first_seq, small[-1].last_seq)
        merged = a_group(small[0].start_ms, seqs=seqs, end_ms=small[-1].end_ms)
        store.replace(small, [replace(merged, events=60)])


def _desk(address: str) -> None:
    desk = open_desk_store(address)
    me: list[Person] = []
    calls: dict[str, Callable[..., object]] = {
        "found": lambda name, password: desk.people.found(name, "", password, "actor"),
        "sign_in": lambda name, password: me.append(desk.people.sign_in(name, password, "actor")),
        "act": lambda what: desk.act(me[-1], "silenced", what),
        "disable": lambda name, role: desk.people.change_account(me[-1], Account(name, "", role, disabled=True)),
        "duty": lambda *names: desk.log_book.set_duty(me[-1], "2026-11-26", "night", names),
    }
    _say(ready=True)
    for line in sys.stdin:
        call, *arguments = json.loads(line)
        try:
            calls[call](*arguments)
            _say(outcome="done")
        except AccessRefused as refusal:
            code, params = refusal.reasons[0]
            _say(outcome=params.get("why", code))
    desk.close()


def _say(**what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
