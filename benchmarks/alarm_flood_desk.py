"""Somebody at another workstation who acknowledges while the flood goes on."""

from __future__ import annotations

import threading
import time

from app.model.records import RequestKind
from app.storage.opening import open_desk_store, open_room_store
from benchmarks.alarm_flood_house import standing_paths

__all__ = ["Acknowledger"]

PERIOD_S = 0.25


class Acknowledger:
    """A context: as long as it lasts, one standing alarm after the other is acknowledged. `asked` says when, UTC ms,
    just before the request was given to the desk."""

    def __init__(self, address: str) -> None:
        self.asked: dict[str, float] = {}
        self.faults: list[BaseException] = []
        self._address = address
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="acknowledger")

    def __enter__(self) -> Acknowledger:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()
        if self.faults:
            raise self.faults[0]

    def _run(self) -> None:
        reader, desk = open_room_store(self._address), open_desk_store(self._address)
        try:
            person, rows = desk.sign_in_demo("west"), {row.path: row for row in reader.alarms_after(-1)}
            paths = standing_paths()
            while not self._stopping.wait(PERIOD_S):
                row = rows[next(paths)]
                self.asked[row.path] = time.time() * 1e3
                desk.submit(RequestKind.ACKNOWLEDGE, person, {"alarms": [[row.path, row.occurrence]], "reason": ""})
        except BaseException as fault:  # noqa: BLE001 - raised where this was begun
            self.faults.append(fault)
        finally:
            desk.close()
            reader.close()
