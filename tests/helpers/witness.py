"""Runs a room with a witness (tests.helpers.room_witness) and keeps what it tells."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.cli.demo.stage import Stage
from tests.helpers.sources import ROOT

__all__ = ["Witness"]

PLAYER = '#!/bin/sh\ndate +%s%3N >> "$HEARD_FILE"\n'
"""Stands in for the system's sound player: notes when it was asked to play."""


class Witness:
    """A room process whose sights and sounds are told. Close it."""

    def __init__(self, stage: Stage) -> None:
        self.told: list[dict[str, Any]] = []
        self._heard = stage.folder / "heard"
        self._log = (stage.logs / "room.log").open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.helpers.room_witness", stage.store, str(stage.folder / "shots")],
            cwd=ROOT,
            env={
                **stage.env,
                "PATH": f"{_player_folder(stage)}:{stage.env['PATH']}",
                "HEARD_FILE": str(self._heard),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._log,
            process_group=0,
        )
        self._reader = threading.Thread(target=self._read, name="witness")
        self._reader.start()

    def newest(self, **wanted: object) -> dict[str, Any] | None:
        """Return the newest line when it has all the wanted facts."""
        line = self.told[-1] if self.told else {}
        return line if all(line.get(k) == v for k, v in wanted.items()) else None

    def first_after(self, at_ms: int, condition: Callable[[dict[str, Any]], bool]) -> int | None:
        """Return when the first line after `at_ms` that fulfils the condition was told, in UTC ms."""
        return next((int(t["at"]) for t in self.told if t["at"] >= at_ms and condition(t)), None)

    def heard_after(self, at_ms: int) -> int | None:
        """Return when the player was first asked to play after `at_ms`."""
        lines = self._heard.read_text(encoding="utf-8").split() if self._heard.exists() else []
        return next((int(line) for line in lines if int(line) >= at_ms), None)

    def log(self) -> str:
        """Return what it logged."""
        return Path(self._log.name).read_text(encoding="utf-8", errors="replace")

    def kill(self) -> None:
        """Kill it."""
        self.process.kill()
        self.process.wait()

    def close(self) -> int:
        """End it in order; kill it if it does not listen. Returns its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
        code = self.process.wait()
        self._reader.join()
        if self.process.stdout is not None:
            self.process.stdout.close()
        self._log.close()
        return code

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.told.append(json.loads(line))


def _player_folder(stage: Stage) -> Path:
    """Put a player on the path that comes before the system's."""
    folder = stage.folder / "bin"
    folder.mkdir(exist_ok=True)
    player = folder / "pw-play"
    player.write_text(PLAYER, encoding="utf-8")
    player.chmod(0o755)
    return folder
