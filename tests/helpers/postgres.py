"""A private PostgreSQL server for tests and benchmarks: its own folder, a Unix socket, gone afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg

__all__ = ["OwnPostgres", "fresh_database", "own_postgres", "running_postgres", "wants_no_postgres"]

SERVER_USER = "postgres"


def wants_no_postgres() -> bool:
    """Return True when a person said that tests shall do without the server."""
    return os.environ.get("QIANLIYAN_TEST_NO_POSTGRES") == "1"


@contextmanager
def running_postgres(*, durable: bool = False, parent: Path | None = None) -> Iterator[str]:
    """Give the URL of a server whose user may create databases: the one that QIANLIYAN_TEST_POSTGRES names, or a
    private one in a new folder below `parent`. `durable` lets its commits wait for the disk. Raises RuntimeError if
    the server is not installed: a store that is tested on one backend only is not tested."""
    given = os.environ.get("QIANLIYAN_TEST_POSTGRES")
    if given:
        yield given
        return
    with own_postgres(durable=durable, parent=parent) as own:
        yield own.url


class OwnPostgres:
    """A private server that a test may stop and start again."""

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self._folder = folder
        self._binaries = _binaries()
        self._settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(folder),
            "shared_buffers": "32MB",
            "fsync": "on" if durable else "off",
            "full_page_writes": "on" if durable else "off",
        }
        self.url = f"postgresql:///postgres?host={folder}&user={SERVER_USER}"

    def create(self) -> None:
        """Make its data folder."""
        data, options = self._folder / "data", ["--auth=trust", "-E", "UTF8", "--no-sync", "--locale=C"]
        _run([self._binaries / "initdb", "-D", data, "-U", SERVER_USER, *options])

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = " ".join(f"-c {name}='{value}'" for name, value in self._settings.items())
        self._control("-l", self._folder / "log", "-o", options, "-w", "-t", "60", "start")

    def stop(self) -> None:
        """End it at once, as a power cut would; every connection breaks."""
        self._control("-m", "immediate", "-w", "stop")

    def _control(self, *words: str | Path) -> None:
        _run([self._binaries / "pg_ctl", "-D", self._folder / "data", *words])


@contextmanager
def own_postgres(*, durable: bool = False, parent: Path | None = None) -> Iterator[OwnPostgres]:
    """Run a private server in a new folder below `parent`. Raises RuntimeError if none is installed."""
    folder = Path(tempfile.mkdtemp(prefix="qly-pg-", dir=parent))
    try:
        if _is_root():
            shutil.chown(folder, SERVER_USER, SERVER_USER)
        server = OwnPostgres(folder, durable=durable)
        server.create()
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """Give the URL of a new, empty database on `server`, dropped afterwards with everything that uses it."""
    name = f"qly_{uuid4().hex[:12]}"
    _on_server(server, f"CREATE DATABASE {name}")
    try:
        head, _, query = server.partition("?")
        yield f"{head.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")
    finally:
        _on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


def _on_server(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement.encode())


def _binaries() -> Path:
    """Return the folder of the newest server's programs."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    found = [*places, *([Path(which)] if (which := shutil.which("initdb")) else [])]
    if not found:
        raise RuntimeError("PostgreSQL's server is not installed (initdb was not found); see QIANLIYAN_TEST_POSTGRES")
    return found[-1].parent


def _run(command: Sequence[str | Path]) -> None:
    """Run one of the server's programs; it refuses to be root, so root becomes its user first."""
    # The server inherits these streams and outlives this call: a pipe would never end.
    with tempfile.TemporaryFile() as output:
        ended = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            user=SERVER_USER if _is_root() else None,
            group=SERVER_USER if _is_root() else None,
            extra_groups=[] if _is_root() else None,
            check=False,
        )
        output.seek(0)
        if ended.returncode:
            raise RuntimeError(f"{command[0]} ended with {ended.returncode}: {output.read().decode(errors='replace')}")


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
