"""Logging of one process: one line a record, to standard error, UTC."""

from __future__ import annotations

import logging
import sys
import time

__all__ = ["set_up_logging"]


def set_up_logging(role: str, level: str = "INFO") -> None:
    """Send all records to standard error as `time role level logger: message`. Call once, in a composition root."""
    handler = logging.StreamHandler(sys.stderr)
    formatter = logging.Formatter(f"%(asctime)s.%(msecs)03dZ {role} %(levelname)s %(name)s: %(message)s", "%FT%T")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # pymodbus dumps a trace of raw frames into its errors; the drivers keep raw frames themselves.
    logging.getLogger("pymodbus").setLevel(logging.CRITICAL)
    # asyncua reports each retry at WARNING; links report failure once and recovery once instead.
    logging.getLogger("asyncua").setLevel(logging.CRITICAL)
