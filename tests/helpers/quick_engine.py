"""The product's engine with a historian that does within seconds what else takes a day: `python -m
tests.helpers.quick_engine STORE PRIVATE`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from app.config import load_config
from app.engine.historian.plan import HistorianPlan
from app.engine.running import run_engine
from app.logs import set_up_logging

__all__ = ["HURRY"]

HURRY: Final = HistorianPlan(
    window_ms=1_000, merges_ms=(4_000, 20_000), read_s=0.2, roll_ms=60_000, settle_ms=1_000, look_s=2.0
)


def main() -> int:
    """Run until SIGTERM."""
    set_up_logging("engine", "INFO")
    return run_engine(load_config(store=sys.argv[1], private=Path(sys.argv[2])), history=HURRY)


if __name__ == "__main__":
    sys.exit(main())
