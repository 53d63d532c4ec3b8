"""A whole house for e2e tests: plant, engine and room as processes on a fresh store, watched from outside."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.cli.demo.cast import Cast
from app.cli.demo.stage import SITE, set_stage

__all__ = ["House", "open_house", "until"]


def until(condition: Callable[[], bool], *, timeout_s: float, pause_s: float = 0.05) -> bool:
    """Ask again and again until `condition` holds; return False when it does not within `timeout_s`."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause_s)
    return True


class House(Cast):
    """A cast with the questions that tests ask."""

    def writes(self) -> dict[str, int]:
        """Return each station's count of command blocks that its PLC saw, accepted or not."""
        return {name: int(s["writes"]) for name, s in self.control.state()["stations"].items()}


@contextmanager
def open_house(folder: Path, *, store: str | None = None, site_folder: Path = SITE) -> Iterator[House]:
    """Give a house whose plant runs."""
    house = House(set_stage(folder, store=store, site_folder=site_folder))
    try:
        house.start_plant()
        yield house
    finally:
        house.close()
