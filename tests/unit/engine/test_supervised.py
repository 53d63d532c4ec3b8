"""Signs of life for a service manager."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.engine.supervised import Supervised

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a protocol of Unix sockets")


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    """A service manager's socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as made:
        made.bind(str(tmp_path / "notify"))
        made.setblocking(False)
        yield made


def _env(manager: socket.socket, **more: str) -> dict[str, str]:
    return {"NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": "30000000", **more}


@pytest.mark.parametrize("named", [False, True])
def test_a_manager_that_wants_signs_of_life_gets_them(manager: socket.socket, named: bool) -> None:
    """One datagram at each tick, nothing after the end."""
    supervised = Supervised(_env(manager, **({"WATCHDOG_PID": str(os.getpid())} if named else {})))
    supervised.tell()
    supervised.tell()
    supervised.close()
    supervised.tell()
    assert [manager.recv(100), manager.recv(100)] == [b"WATCHDOG=1"] * 2
    with pytest.raises(BlockingIOError):
        manager.recv(100)


@pytest.mark.parametrize("env", [{}, {"NOTIFY_SOCKET": "x"}, {"WATCHDOG_USEC": "1"}])
def test_without_a_manager_nothing_is_said(env: dict[str, str]) -> None:
    """A terminal, a room, or a manager that does not ask."""
    supervised = Supervised(env)
    supervised.tell()
    assert supervised._socket is None


def test_what_another_process_was_asked_is_not_ours(manager: socket.socket) -> None:
    """An engine that a supervised room started has inherited its environment."""
    supervised = Supervised(_env(manager, WATCHDOG_PID="1"))
    supervised.tell()
    with pytest.raises(BlockingIOError):
        manager.recv(100)


@pytest.mark.logs("cannot be told")
def test_a_manager_that_is_gone_is_named_once(manager: socket.socket, caplog: pytest.LogCaptureFixture) -> None:
    """The engine goes on."""
    supervised = Supervised(_env(manager))
    Path(manager.getsockname()).unlink()
    supervised.tell()
    supervised.tell()
    supervised.close()
    assert sum("cannot be told" in r.getMessage() for r in caplog.records) == 1
