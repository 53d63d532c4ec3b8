"""Acts of the person at this room on their way to the audit journal. An outage of the store delays them; it loses none:
silencing the horn because the store is lost is the first of them."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer, Slot

from app.errors import AccessRefused, InternalFault
from app.model.records import Person
from app.storage.contract import DeskStore
from app.views.gateway.worker import Worker

__all__ = ["KEPT", "RETRY_MS", "Noted", "NotedActs", "tell"]

KEPT: Final = 500
"""Acts that wait for the store at most; beyond it the oldest are dropped, and that is said."""
RETRY_MS: Final = 2_000
_LATE_S: Final = 1.0

_log: Final = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Noted:
    """An act and its monotonic time in seconds. `told` is the worker's: the room may close before it hears of it."""

    person: Person
    kind: str
    what: str
    detail: Mapping[str, Any]
    at: float
    told: bool = False


class NotedActs(QObject):
    """One at a time and in order, on the worker that also carries requests. Lives on the GUI thread."""

    def __init__(self, worker: Worker[DeskStore]) -> None:
        super().__init__()
        self._worker = worker
        self._acts: deque[Noted] = deque()
        self._under_way = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._next)

    @property
    def waiting(self) -> int:
        """Return how many acts are not told yet."""
        return len(self._acts)

    def add(self, person: Person, kind: str, what: str, detail: Mapping[str, Any]) -> None:
        """Note an act. One that must wait says by `late_s` how long."""
        if len(self._acts) >= KEPT:
            lost = self._acts.popleft()
            _log.error("the store is away for too long: acts are not noted any more, the oldest is %s", lost.kind)
        self._acts.append(Noted(person, kind, what, detail, time.monotonic()))
        if not self._timer.isActive():
            self._next()

    def end(self) -> tuple[Noted, ...]:
        """Try no more; return what is not told yet."""
        self._timer.stop()
        self._under_way = True
        return tuple(self._acts)

    @Slot()
    def _next(self) -> None:
        if not self._under_way and self._acts:
            self._under_way = True
            noted = self._acts[0]
            self._worker.put(partial(tell, noted), partial(self._told, noted), self._failed)

    def _told(self, noted: Noted, _answer: object) -> None:
        self._under_way = False
        if self._acts and self._acts[0] is noted:
            self._acts.popleft()
        self._next()

    def _failed(self, _sentence: str) -> None:
        self._under_way = False
        self._timer.start(RETRY_MS)


def tell(noted: Noted, desk: DeskStore) -> None:
    """Write an act into the desk, once. What the desk refuses, because the session has ended, is said in the log; so is
    one that cannot be written at all, which must not keep those behind it waiting for ever."""
    if noted.told:
        return
    late_s = time.monotonic() - noted.at
    detail = dict(noted.detail) | ({"late_s": round(late_s, 1)} if late_s > _LATE_S else {})
    try:
        desk.act(noted.person, noted.kind, noted.what, detail)
    except AccessRefused as refused:
        _log.warning("%s by %s cannot be noted: %s", noted.kind, noted.person.name, refused)
    except InternalFault as defect:
        _log.error("%s by %s cannot be noted: %s", noted.kind, noted.person.name, defect)
    noted.told = True
