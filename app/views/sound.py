"""Playing the room's few sounds through the system's own player, as a child process.

Qt's multimedia module is not part of Essentials; every system brings a player: PulseAudio or PipeWire or ALSA on
Linux, afplay on macOS, PowerShell's SoundPlayer on Windows. A room that cannot sound says so on screen.
"""

from __future__ import annotations

import logging
import shutil
import sys
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, QProcess, Signal, Slot

from app.views.state.horn import sound_rank

__all__ = ["PlayerSounder", "Sounder", "player_command", "sound_file"]

_log = logging.getLogger(__name__)
_FOLDER = Path(__file__).resolve().parents[2] / "resources" / "sounds"


class Sounder(Protocol):
    """Whoever makes sound. Tests pass one that keeps what was asked."""

    trouble: str
    """Why nothing can be heard, "" while all is well as far as known."""

    def play(self, name: str) -> None:
        """Play the sound once and return at once. A sound that still plays is not started twice."""


def sound_file(name: str) -> Path:
    """Return the file of a sound."""
    return _FOLDER / f"{name}.wav"


def player_command(platform: str, file: Path) -> list[str]:
    """Return the command that plays a file on this system, [] when no player is installed."""
    if platform == "win32":
        quoted = str(file).replace("'", "''")
        return ["powershell", "-NoProfile", "-Command", f"(New-Object Media.SoundPlayer '{quoted}').PlaySync()"]
    if platform == "darwin":
        return ["afplay", str(file)]
    for player in ("pw-play", "paplay", "aplay"):
        if found := shutil.which(player):
            return [found, *(["-q"] if player == "aplay" else []), str(file)]
    return []


class PlayerSounder(QObject):
    """Plays by a child process; one at a time: a higher sound breaks a lower one off."""

    trouble_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.trouble = ""
        self._playing = self._next = ""
        self._process = QProcess(self)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._failed)
        if not player_command(sys.platform, sound_file("")):
            self._tell("no player (pw-play, paplay or aplay) is installed")

    def play(self, name: str) -> None:
        """Start the player, unless it still plays this or a higher sound."""
        if self._process.state() == QProcess.ProcessState.NotRunning:
            self._start(name)
        elif sound_rank(name) < sound_rank(self._playing):
            self._next = name
            self._process.kill()

    def _start(self, name: str) -> None:
        command = player_command(sys.platform, sound_file(name))
        if command:
            self._playing = name
            self._process.start(command[0], command[1:])

    def close(self) -> None:
        """End a player that still plays."""
        self._next = ""
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.kill()
            self._process.waitForFinished(1000)

    @Slot(int, QProcess.ExitStatus)
    def _finished(self, code: int, _status: QProcess.ExitStatus) -> None:
        if following := self._next:
            self._next = ""
            self._start(following)
            return
        error = bytes(self._process.readAllStandardError().data()).decode(errors="replace").strip()
        self._tell("" if code == 0 else error.splitlines()[-1] if error else f"the player ended with {code}")

    @Slot(QProcess.ProcessError)
    def _failed(self, error: QProcess.ProcessError) -> None:
        if self._next and error == QProcess.ProcessError.Crashed:
            return  # broken off on purpose
        self._tell(f"the player failed: {error.name}")

    def _tell(self, trouble: str) -> None:
        if trouble != self.trouble:
            self.trouble = trouble
            if trouble:
                _log.warning("no sound: %s", trouble)
            self.trouble_changed.emit()
