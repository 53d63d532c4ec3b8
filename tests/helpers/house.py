"""A whole house for e2e tests: plant, engine and room as processes on a fresh store, watched from outside."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.cli.demo.actors import Actor
from app.cli.demo.cast import Cast
from app.cli.demo.observer import Observer
from app.cli.demo.stage import SITE, Stage, set_stage
from app.model.records import CommandState, EquipmentStatus, Person, RequestKind, Result, Substitute
from app.storage.contract import DeskStore, RoomStore
from app.storage.opening import open_desk_store, open_room_store

__all__ = ["House", "Operator", "fresh_values", "open_house", "signal_to", "until"]


def until(condition: Callable[[], bool], *, timeout_s: float, pause_s: float = 0.05) -> bool:
    """Ask again and again until `condition` holds; return False when it does not within `timeout_s`."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause_s)
    return True


def signal_to(actor: Actor, number: signal.Signals) -> None:
    """Send a signal to a child."""
    os.kill(actor.pid, number)


class Operator:
    """A person at a terminal: asks, and reads what became of it."""

    def __init__(self, store: str, name: str = "e2e") -> None:
        self._reader: RoomStore = open_room_store(store)
        self._desk: DeskStore = open_desk_store(store)
        self.person: Person = self._desk.sign_in_demo(name)

    def ask(self, kind: RequestKind, **payload: Any) -> str:
        """Commit a request and return its id."""
        return self._desk.submit(kind, self.person, payload)

    def results(self, request_id: str) -> tuple[Result, ...]:
        """Return all steps of a request so far."""
        return self._reader.results_of(request_id)

    def state(self, request_id: str) -> CommandState | None:
        """Return the newest step of a request, None before the first."""
        results = self.results(request_id)
        return results[-1].state if results else None

    def substitutes(self) -> tuple[Substitute, ...]:
        """Return the manual values in force."""
        return self._reader.substitutes()

    def equipment(self) -> tuple[EquipmentStatus, ...]:
        """Return what the engine says of each equipment."""
        return self._reader.equipment_after(0)

    def wait(self, request_id: str, *states: CommandState, timeout_s: float = 30.0) -> CommandState | None:
        """Wait until a request is in one of `states` (any final one if none is named) and return where it stands."""

        def there() -> bool:
            state = self.state(request_id)
            return state is not None and (state in states if states else state.final)

        until(there, timeout_s=timeout_s, pause_s=0.01)
        return self.state(request_id)

    def operate(self, equipment: str, verb: str, expect: str, value: float | None = None) -> str:
        """Select, then operate; return the id of the operate request. Raises AssertionError when not selected."""
        selected = self.ask(RequestKind.SELECT, equipment=equipment)
        state = self.wait(selected)
        assert state is CommandState.SELECTED, (state, self.results(selected))
        payload = {"equipment": equipment, "verb": verb, "value": value, "expect": expect, "reason": "e2e"}
        return self.ask(RequestKind.OPERATE, **payload)

    def close(self) -> None:
        """Sign out."""
        self._desk.end_session(self.person.session)
        self._desk.close()
        self._reader.close()


class House(Cast):
    """A cast with the questions that tests ask."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._operators: list[Operator] = []

    def writes(self) -> dict[str, int]:
        """Return each station's count of command blocks that its PLC saw, accepted or not."""
        return {name: int(s["writes"]) for name, s in self.control.state()["stations"].items()}

    def epoch(self) -> int:
        """Return the epoch of the newest lease, 0 without one."""
        reader = open_room_store(self.stage.store)
        try:
            lease = reader.lease()
            return lease.epoch if lease is not None else 0
        finally:
            reader.close()

    def remove(self, actor: Actor) -> None:
        """Let go of a child that ended, so that nobody wonders about it any more."""
        self.actors.remove(actor)
        actor.close()

    def operator(self, name: str = "e2e") -> Operator:
        """Sign somebody in."""
        operator = Operator(self.stage.store, name)
        self._operators.append(operator)
        return operator

    def live_engine(self) -> tuple[Actor, Observer]:
        """Start an engine and wait until every device gives values."""
        engine = self.start_engine()
        observer = self.observe()
        assert self.wait_for_values(observer), (observer.good_by_device(), self.last_words())
        return engine, observer

    def close(self) -> None:
        """Sign everybody out and end everything."""
        while self._operators:
            self._operators.pop().close()
        super().close()


def fresh_values(observer: Observer, devices: Sequence[str], *, timeout_s: float) -> bool:
    """Follow until every named device has good values that were received after now."""
    start_ms = time.time_ns() // 1_000_000
    paths = [f"dev/{d}/last_good" for d in devices]
    return observer.until(lambda: all(observer.value(p) > start_ms for p in paths), timeout_s=timeout_s)


@contextmanager
def open_house(folder: Path, *, store: str | None = None, site_folder: Path = SITE) -> Iterator[House]:
    """Give a house whose plant runs."""
    house = House(set_stage(folder, store=store, site_folder=site_folder))
    try:
        house.start_plant()
        yield house
    finally:
        house.close()
