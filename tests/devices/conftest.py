"""What driver tests share: drivers that end with the test."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from app.clock import SystemClock
from app.devices.base import Device
from app.devices.making import make_device
from app.model.spec import DeviceSpec, TagSpec
from tests.helpers.sink import QuickRandom, RecordingSink

Run = Callable[..., Device]


@pytest.fixture(autouse=True)
def quiet_libraries() -> Iterator[None]:
    """Set the levels that `app.logs` sets, and collect garbage at the end so that an unclosed socket is blamed here."""
    levels = {name: logging.getLogger(name).level for name in ("pymodbus", "asyncua")}
    for name in levels:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    yield
    gc.collect()
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture
def sink() -> RecordingSink:
    """Return a sink that remembers."""
    return RecordingSink()


@pytest.fixture
async def run(sink: RecordingSink, tmp_path: Path) -> AsyncIterator[Run]:
    """Return a function that starts a driver; all are cancelled at the end and must leave nothing behind."""
    tasks: list[asyncio.Task[None]] = []

    def start(spec: DeviceSpec, tags: Sequence[TagSpec], **options: Any) -> Device:
        options = {"clock": SystemClock(), "private": tmp_path, "random": QuickRandom(), **options}
        device = make_device(spec, tags, **options)
        tasks.append(asyncio.create_task(device.run(sink)))
        return device

    yield start
    for task in tasks:
        task.cancel()
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        assert isinstance(outcome, asyncio.CancelledError), outcome
