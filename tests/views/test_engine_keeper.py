"""The keeper of a workstation's engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from pytestqt.qtbot import QtBot

from app.clock import Clock
from app.views import engine_keeper
from app.views.engine_keeper import EngineKeeper
from app.views.faults import Faults
from app.views.gateway.store_door import StoreDoor
from tests.helpers.room import RoomClock, make_room


class LookedAt:
    """A door that counts how often an engine was asked for."""

    def __init__(self) -> None:
        self.looks: list[Path] = []

    def ensure_engine(self, private: Path, *, clock: Clock, failed: Callable[[str], None]) -> None:
        self.looks.append(private)


def test_looks_again_and_again_while_the_engine_is_silent_and_not_before_or_after(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Start: one look → silent: looks that come later and later → speaks: none any more → closed: none either."""
    monkeypatch.setattr(engine_keeper, "_FIRST_MS", 2)
    room, door = make_room(None), LookedAt()
    keeper = EngineKeeper(room, cast(StoreDoor, door), private=tmp_path, clock=RoomClock(), faults=Faults())
    keeper.look()
    assert door.looks == [tmp_path] and not keeper._timer.isActive()

    room.take_silence(True)
    qtbot.waitUntil(lambda: len(door.looks) == 4)
    assert keeper._timer.interval() >= 16

    room.take_silence(False)
    assert not keeper._timer.isActive() and len(door.looks) == 4
    room.take_silence(True)
    assert keeper._timer.isActive() and keeper._timer.interval() == 2
    keeper.close()
    assert not keeper._timer.isActive()
