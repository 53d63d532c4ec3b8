"""The parts of one room process, handed around whole: to be closed in order, and for the tour to drive."""

from __future__ import annotations

from dataclasses import dataclass

from app.clock import Clock
from app.views.beat import Beat
from app.views.engine_keeper import EngineKeeper
from app.views.faults import Faults
from app.views.feed import Feed
from app.views.freeze import FreezeMonitor
from app.views.gateway.store_door import StoreDoor
from app.views.room import Room
from app.views.shell.window import Window
from app.views.signing_in import SigningIn
from app.views.sound import PlayerSounder

__all__ = ["Parts"]


@dataclass(slots=True)
class Parts:
    """Made by the composition root."""

    room: Room
    feed: Feed
    beat: Beat
    freeze: FreezeMonitor
    door: StoreDoor
    signing_in: SigningIn
    engine_keeper: EngineKeeper | None
    sounder: PlayerSounder
    windows: list[Window]
    faults: Faults
    clock: Clock

    def close(self) -> None:
        """End threads and timers, then windows. Idempotent."""
        self.beat.stop()
        self.signing_in.close()
        if self.engine_keeper is not None:
            self.engine_keeper.close()
        self.freeze.close()
        self.feed.close()
        self.door.close()
        self.sounder.close()
        for window in self.windows:
            window.hide()
            window.deleteLater()
