"""The demo as a play: plant, engine and room enter in this order, the tour's wishes are met, everybody leaves."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from app.cli.demo.actors import Actor
from app.cli.demo.cast import Cast
from app.cli.demo.observer import Observer
from app.cli.demo.report import Report
from app.cli.demo.stage import Stage
from app.cli.demo.standing import StandingEngine
from app.clock import SystemClock
from app.errors import EnvironmentFault

__all__ = ["Options", "Play"]

TOUR_S = 360.0
"""How long a tour may take before it counts as stuck."""
UPSET = ("ps01/pump1", "overload")
GAP_S = 8.0
"""How long the engine is away when the tour wants a gap."""
FLOOD = ("power", "winding")
"""Then the mains of a station fail, and every pump that has not tripped yet does."""


@dataclass(frozen=True, slots=True)
class Options:
    """How the demo runs. `seconds` ends it; None: when the room ends (tour) or is closed (display)."""

    headless: bool
    shots: Path | None = None
    seconds: float | None = None


class Play:
    """One demo. `run` returns when it is over; `report` then holds what was seen. Children never outlive it."""

    def __init__(self, stage: Stage, options: Options, *, report: Report, console: Console) -> None:
        self.stage = stage
        self.report = report
        self._options = options
        self._console = console
        self._cast = Cast(stage)
        self._gaps = 0
        self._back_s = float("-inf")

    def run(self) -> None:
        """Play it. Raises EnvironmentFault when a child does not become ready or ends too early."""
        began = time.monotonic()
        try:
            self._said(self._cast.start_plant())
            host, port = self.stage.control
            trouble = f"make trouble with: .venv/bin/qianliyan plant scenario storm --control {host}:{port}"
            self._console.print(trouble, soft_wrap=True)  # to be copied as one line
            engine = self._cast.start_engine()
            self._said(engine)
            observer = self._cast.observe()
            self._wait_for_values(observer, began)
            room = self._cast.start_room(*self._room_arguments())
            self._said(room)
            self._follow(room, engine, observer)
            self._measure(observer)
        finally:
            self._cast.close()

    def _said(self, actor: Actor) -> None:
        self._console.print(f"[dim]{actor.role}: process {actor.pid}[/]")

    def _room_arguments(self) -> list[str]:
        # The demo's engine is its own child; the room is not to start another.
        if not self._options.headless:
            return ["--no-engine"]
        shots = self._options.shots
        return ["--no-engine", "--tour", *(["--shots", str(shots)] if shots is not None else [])]

    def _wait_for_values(self, observer: Observer, began: float) -> None:
        reached = self._cast.wait_for_values(observer)
        for device, (good, of) in observer.good_by_device().items():
            self.report.expect(f"values from {device}", good > 0, f"{good} of {of} tags good")
        if reached:
            self.report.measured("start until every device gave values", f"{time.monotonic() - began:.1f} s")

    def _follow(self, room: Actor, engine: Actor, observer: Observer) -> None:
        """Follow room and store until the room ends or the time is over."""
        limit = self._options.seconds or (TOUR_S if self._options.headless else float("inf"))
        deadline = time.monotonic() + limit
        standing = StandingEngine(self.stage.store, SystemClock())
        while room.code is None and time.monotonic() < deadline:
            for actor in self._cast.actors:
                if actor not in (room, engine):
                    actor.check()
            if standing.look(engine, observer.lease()):
                self._console.print("the engine stood still and was killed")
            kept = self._cast.keep_engine(engine) if time.monotonic() >= self._back_s else engine
            if kept is not engine:
                self._console.print(f"the engine ended with code {engine.code} and was started again")
                self._said(kept)
            engine = kept
            observer.step(0.1)
            self._hear(room, engine)
        room.wait(1.0)
        self._hear(room, engine)
        self._judge_end(room)

    def _hear(self, room: Actor, engine: Actor) -> None:
        """Take what the room said; meet its wishes."""
        while (line := room.line(0)) is not None:
            step = line.get("step")
            if step == "upset-wanted":
                self._upset()
            elif step == "flood-wanted":
                self._flood()
            elif step == "gap-wanted":
                self._gap(engine)
            elif step is not None:
                self._note(line)

    def _upset(self) -> None:
        """Trip a pump in a storm."""
        target, code = UPSET
        self._cast.control.scenario("storm")
        self._cast.control.fault("trip", target, code=code)
        self._console.print(f"upset: storm, and {target} trips ({code})")

    def _flood(self) -> None:
        """Cut the mains of the last station, and trip every pump of the others."""
        power, code = FLOOD
        stations = list(dict.fromkeys(e.facility for e in self.stage.site.equipment if e.symbol == "pump"))
        self._cast.control.fault(power, stations[-1])
        pumps = [e.path for e in self.stage.site.equipment if e.symbol == "pump" and e.facility != stations[-1]]
        for path in pumps:
            self._cast.control.fault("trip", path, code=code)
        self._console.print(f"flood: the mains of {stations[-1]} fail, {len(pumps)} pumps trip ({code})")

    def _gap(self, engine: Actor) -> None:
        """Kill the engine, and let nobody start it for a while: a time of which there is no record."""
        engine.kill()
        self._gaps += 1
        self._back_s = time.monotonic() + GAP_S
        self._console.print(f"gap: the engine is killed and stays away for {GAP_S:.0f} s")

    def _note(self, line: dict[str, Any]) -> None:
        """Put a step of the tour into the report and on the terminal."""
        step, seen = str(line["step"]), str(line.get("seen", ""))
        if "ok" in line:
            self.report.expect(step, bool(line["ok"]), seen)
        else:
            self.report.measured(step, seen)
        self._console.print(f"[dim]room:[/] {step}{f': {seen}' if seen else ''}")

    def _judge_end(self, room: Actor) -> None:
        """Say how the room ended: a tour must reach its end by itself, a room on a display may be closed any time."""
        if self._options.headless and self._options.seconds is None:
            seen = "still running" if room.code is None else f"code {room.code}"
            self.report.expect("the tour reached its end", room.code == 0, seen)
            if room.code != 0:
                self._console.print(room.last_words())
        elif self._options.headless and room.code is None:
            seen = f"after {self._options.seconds:.0f} s, as --for asks; what comes later in it was not shown"
            self.report.measured("the tour was cut short", seen)
        elif room.code not in (None, 0):
            raise EnvironmentFault(f"the room ended with code {room.code}; its last words:\n{room.last_words()}")

    def _measure(self, observer: Observer) -> None:
        """Put figures into the report."""
        if self._options.headless:
            by_itself = self._cast.restarts - self._gaps
            seen = f"killed for the tour: {self._gaps}, ended by itself: {max(0, by_itself)}"
            self.report.expect("the engine never ended by itself", by_itself <= 0, seen)
        self.report.measured("frames followed", f"{observer.frames} with {observer.changes} changes")
        self.report.measured("age of a value when it reached this process, p95", f"{observer.age_p95_ms():.0f} ms")
        for path, unit in (("engine/cpu", "% of a core"), ("engine/memory", "MB"), ("engine/commit_ms", "ms")):
            self.report.measured(path, f"{observer.value(path):.1f} {unit}")
        for device in self.stage.site.devices:
            rate = observer.value(f"dev/{device.id}/rate")
            self.report.measured(f"achieved scan rate of {device.id}", f"{rate:.0f} %")
