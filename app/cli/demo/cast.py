"""The children of one stage: how each role is started, when it is ready, and that all of them leave."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from app.cli.demo.actors import Actor
from app.cli.demo.observer import Observer
from app.cli.demo.stage import Stage
from app.devices import pinning
from app.errors import EnvironmentFault
from app.plant.control import PlantControl

__all__ = ["READY_S", "Cast"]

READY_S = 60.0
"""How long a child may take until it is ready, on a slow machine."""
RESTARTS_A_MINUTE = 5


class Cast:
    """Starts roles on a stage. `close` ends everything it started, the newest first, and kills what does not listen."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.control = PlantControl(*stage.control)
        self.actors: list[Actor] = []
        self._observers: list[Observer] = []
        self._restarts: list[float] = []

    def start(self, role: str, *arguments: str) -> Actor:
        """Start a role."""
        actor = Actor(role, arguments, env=self.stage.env, logs=self.stage.logs)
        self.actors.append(actor)
        return actor

    def start_plant(self) -> Actor:
        """Start the plant and wait until all of its servers listen. Raises EnvironmentFault when they do not."""
        stage, (host, port) = self.stage, self.stage.control
        plant = self.start(
            "plant",
            *("--site", str(stage.site_folder), "--addresses", str(stage.addresses_file)),
            *("--control", f"{host}:{port}", "--private", str(stage.folder / "plant")),
        )
        self.hear(plant, lambda line: bool(line.get("ready")))
        return plant

    def start_engine(self) -> Actor:
        """Start an engine; it may still be taking the lease when this returns."""
        return self.start("engine", "--store", self.stage.store, "--private", str(self.stage.private))

    def keep_engine(self, engine: Actor) -> Actor:
        """Return the engine, started again if it has ended; a service manager or the room does this at a centre.

        Raises EnvironmentFault with its last words when it ended for the sixth time within a minute.
        """
        if engine.code is None:
            return engine
        now = time.monotonic()
        self._restarts = [t for t in self._restarts if now - t < 60.0] + [now]
        if len(self._restarts) > RESTARTS_A_MINUTE:
            engine.check()
        self.actors.remove(engine)
        engine.close()
        return self.start_engine()

    @property
    def restarts(self) -> int:
        """Return how often the engine was started again within the last minute of restarts."""
        return len(self._restarts)

    def start_room(self, *arguments: str) -> Actor:
        """Start a room."""
        return self.start("room", "--store", self.stage.store, "--private", str(self.stage.private), *arguments)

    def observe(self) -> Observer:
        """Follow the store."""
        observer = Observer(self.stage.store)
        self._observers.append(observer)
        return observer

    def wait_for_values(self, observer: Observer, *, timeout_s: float = READY_S) -> bool:
        """Accept the plant's certificates and wait until every device gives good values; False when one does not.

        Raises EnvironmentFault when a child ends meanwhile.
        """

        def all_good() -> bool:
            self._check()
            self.accept_certificates()
            counts = observer.good_by_device()
            return bool(counts) and all(good > 0 for good, _ in counts.values())

        return observer.until(all_good, timeout_s=timeout_s)

    def accept_certificates(self) -> None:
        """Accept what our own plant's servers offer; at a centre a person compares the fingerprint first."""
        for device in self.stage.site.devices:
            offered = pinning.offered(device.id, private=self.stage.private) if device.security != "none" else None
            if offered is not None:
                pinning.accept(device.id, offered.fingerprint, private=self.stage.private)

    def hear(
        self, actor: Actor, wanted: Callable[[dict[str, Any]], bool], *, timeout_s: float = READY_S
    ) -> dict[str, Any]:
        """Return the next line of a child that is wanted; drops the others. Raises EnvironmentFault when it ends first
        or says nothing in time."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            line = actor.line(0.1)
            if line is not None and wanted(line):
                return line
            if line is None:
                actor.check()
        raise EnvironmentFault(f"{actor.role} did not say what was waited for; its last words:\n{actor.last_words()}")

    def last_words(self) -> str:
        """Return the end of every child's log."""
        return "\n".join(f"--- {a.role} (code {a.code})\n{a.last_words()}" for a in self.actors)

    def close(self) -> None:
        """End everything."""
        while self._observers:
            self._observers.pop().close()
        while self.actors:
            self.actors.pop().close()

    def _check(self) -> None:
        for actor in self.actors:
            actor.check()
