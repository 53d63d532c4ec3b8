"""A person at a terminal who never rests: acknowledges, shelves, takes out of service and changes limits in a storm."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence
from typing import Any

from app.model.alarms.status import AlarmStatus
from app.model.records import RequestKind
from app.storage.contract import DeskStore, RoomStore
from app.storage.opening import open_desk_store, open_room_store
from tests.helpers.storm_engine import STANDING

__all__ = ["Crowd"]

PAUSE_S = 0.05
SHORT_SHELF_S, LONG_SHELF_S = 60.0, 3_600.0
ACKNOWLEDGED_AT_ONCE = 20


class Crowd:
    """Runs in a thread of its own until `stop`, whether an engine lives or not. It leaves alone what stands."""

    def __init__(self, address: str, seed: int = 1) -> None:
        self._address = address
        self._dice = random.Random(seed)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="crowd")
        self._rows: dict[str, AlarmStatus] = {}
        self.asked: list[str] = []
        """Ids of all requests, in order."""
        self.faults: list[BaseException] = []

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; what ended it before is raised."""
        self._stopping.set()
        self._thread.join()
        assert self.faults == []

    def _run(self) -> None:
        reader, desk = open_room_store(self._address), open_desk_store(self._address)
        try:
            self._serve(reader, desk)
        except BaseException as fault:  # noqa: BLE001 - told by `stop`
            self.faults.append(fault)
        finally:
            desk.close()
            reader.close()

    def _serve(self, reader: RoomStore, desk: DeskStore) -> None:
        person, seen = desk.sign_in_demo("crowd"), -1
        acts = (self._acknowledge, self._acknowledge, self._shelve, self._service, self._change)
        while not self._stopping.wait(PAUSE_S):
            for row in reader.alarms_after(seen):
                seen = max(seen, row.revision)
                self._rows[row.path] = row
            moving = [row for row in self._rows.values() if row.path not in STANDING]
            asked = self._dice.choice(acts)(moving) if moving else None
            if asked is not None:
                self.asked.append(desk.submit(asked[0], person, {"reason": "storm", **asked[1]}))

    def _acknowledge(self, rows: Sequence[AlarmStatus]) -> tuple[RequestKind, dict[str, Any]] | None:
        waiting = [[row.path, row.occurrence] for row in rows if row.state.unacknowledged and row.occurrence]
        some = self._dice.sample(waiting, min(len(waiting), ACKNOWLEDGED_AT_ONCE))
        return (RequestKind.ACKNOWLEDGE, {"alarms": some}) if some else None

    def _shelve(self, rows: Sequence[AlarmStatus]) -> tuple[RequestKind, dict[str, Any]]:
        shelved = self._where(rows, lambda row: row.shelf is not None)
        if shelved and self._dice.random() < 0.4:
            return RequestKind.UNSHELVE, {"alarm": self._dice.choice(shelved)}
        duration_s, one_shot = self._dice.choice((SHORT_SHELF_S, LONG_SHELF_S)), self._dice.random() < 0.2
        alarm = self._dice.choice(rows).path
        return RequestKind.SHELVE, {"alarm": alarm, "duration_s": duration_s, "one_shot": one_shot}

    def _service(self, rows: Sequence[AlarmStatus]) -> tuple[RequestKind, dict[str, Any]]:
        out = self._where(rows, lambda row: row.out_of_service is not None)
        if out and self._dice.random() < 0.5:
            return RequestKind.IN_SERVICE, {"alarm": self._dice.choice(out)}
        return RequestKind.OUT_OF_SERVICE, {"alarm": self._dice.choice(rows).path, "work_order": "WO-7"}

    def _change(self, rows: Sequence[AlarmStatus]) -> tuple[RequestKind, dict[str, Any]]:
        change = self._dice.choice(({"limit": float(self._dice.randrange(50, 86))}, {"limit": None}, {"priority": 3}))
        return RequestKind.CHANGE_ALARM, {"alarm": self._dice.choice(rows).path, **change}

    @staticmethod
    def _where(rows: Sequence[AlarmStatus], holds: Callable[[AlarmStatus], bool]) -> list[str]:
        return [row.path for row in rows if holds(row)]
