"""The demo's stage: a fresh store with the demo site applied, free ports, and what the children need to find it."""

from __future__ import annotations

import json
import os
import secrets
import socket
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from app.clock import SystemClock
from app.devices.secrets import variable_of
from app.model.spec import DeviceSpec, Protocol, Site
from app.site.loading import load_site
from app.storage.opening import create_store, open_engine_store

__all__ = ["SITE", "Stage", "free_ports", "set_stage"]

SITE = Path(__file__).resolve().parents[3] / "resources" / "sites" / "xiasha"
HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Stage:
    """Where everything of one demo is. `env` carries the passwords that plant and engine share."""

    folder: Path
    store: str
    private: Path
    site_folder: Path
    site: Site
    addresses_file: Path
    control: tuple[str, int]
    env: Mapping[str, str]

    @property
    def logs(self) -> Path:
        """Return the folder with one log file per child."""
        return self.folder / "logs"


def free_ports(count: int) -> list[int]:
    """Return `count` different ports on which nothing listens now; held together, so that none comes twice."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for held in sockets:
            held.bind((HOST, 0))
        return [s.getsockname()[1] for s in sockets]


def _address(device: DeviceSpec, port: int) -> str:
    """Return a loopback address in the form that the device's protocol has."""
    return f"opc.tcp://{HOST}:{port}/" if device.protocol is Protocol.OPCUA else f"{HOST}:{port}"


def _passwords(site: Site) -> dict[str, str]:
    """Return a new password for every device with an account, by the variable that names it."""
    return {variable_of(d.id): secrets.token_urlsafe(16) for d in site.devices if d.user}


def set_stage(folder: Path, *, store: str | None = None, site_folder: Path = SITE) -> Stage:
    """Make a fresh demo store below `folder` (or at `store`) and apply the site with free loopback addresses.

    Raises SiteFaults for a faulty site and StoreUnavailable when the store cannot be made.
    """
    original = load_site(site_folder)
    *ports, control = free_ports(len(original.devices) + 1)
    addresses = {d.id: _address(d, p) for d, p in zip(original.devices, ports, strict=True)}
    stage = Stage(
        folder=folder,
        store=store or str(folder / "store"),
        private=folder / "private",
        site_folder=site_folder,
        site=load_site(site_folder, addresses=addresses),
        addresses_file=folder / "addresses.json",
        control=(HOST, control),
        env={**os.environ, **_passwords(original), "PYTHONUNBUFFERED": "1"},
    )
    stage.logs.mkdir(parents=True)
    stage.addresses_file.write_text(json.dumps(addresses, indent=1), encoding="utf-8")
    _apply(stage)
    return stage


def _apply(stage: Stage) -> None:
    """Create the store as a demo and make the site the one in force before any engine runs."""
    create_store(stage.store, demo=True)
    store = open_engine_store(stage.store, clock=SystemClock())
    try:
        store.take_lease("demo")
        store.apply_site(stage.site, "demo", "first site of the demo")
        store.release_lease()
    finally:
        store.close()
