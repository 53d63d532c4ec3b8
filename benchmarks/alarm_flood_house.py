"""The house of the flood: an independent Modbus server whose registers cross limits, a site of their alarms, an engine.

The server is benchmarks/alarm_source.c; it says at which nanosecond each change of each register happened, and the
value says which change it was. So what an engine journals, and when a room shows it, is compared with the source.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from app.cli.demo.actors import Actor
from app.clock import SystemClock
from app.model.alarms.spec import AlarmKind, AlarmSpec
from app.model.points import ModbusPoint, Table, WordType
from app.model.spec import (
    Area,
    DeviceSpec,
    Facility,
    FacilityKind,
    Label,
    Place,
    Protocol,
    ScanGroup,
    Site,
    TagKind,
    TagSpec,
)
from app.site.loading import load_site
from app.storage.opening import open_engine_store
from tests.helpers.sources import ROOT

__all__ = [
    "ABOVE",
    "MOVING",
    "PLCS",
    "STANDING",
    "Source",
    "change_of",
    "engine_on",
    "flood_site",
    "place_of",
    "source",
    "standing_paths",
    "without_alarms",
]

PLCS, MOVING, STANDING = 10, 100, 1_000
"""How many PLCs there are, and how many registers of each move and stand."""
FAST_MS, SLOW_MS = 100, 2_000
ABOVE = 0x8000
LIMIT = 0x4000
_PRIORITIES = (1, *(2,) * 3, *(3,) * 6, *(4,) * 10)
"""5 % of the highest, 15 %, 30 %, 50 %: worse than a well kept site, as a flood is."""


class Source:
    """The server while it runs."""

    def __init__(self, process: subprocess.Popen[str], rate: float) -> None:
        self._process = process
        self.rate = rate
        assert process.stdout is not None
        self.ports = [int(port) for port in process.stdout.readline().split()]
        self.began_ns = 0
        self.changes = 0
        """How many there were; known after `stop`."""

    def go(self) -> None:
        """Let registers move."""
        self.began_ns = self._say("go")

    def stop(self) -> None:
        """Let them rest."""
        self.changes = self._say("stop")

    def at_ms(self, plc: int, register: int, j: int) -> float:
        """Return when change `j` of a register happened, UTC ms."""
        n = (j * MOVING + register) * PLCS + plc
        return self.began_ns / 1e6 + n / self.rate * 1e3

    def changes_of(self, plc: int, register: int) -> int:
        """Return how many changes a register has made."""
        first = register * PLCS + plc
        return max(0, -(-(self.changes - first) // (PLCS * MOVING)))

    def _say(self, word: str) -> int:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(word + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@contextmanager
def source(rate: float) -> Iterator[Source]:
    """Compile and start the server."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise RuntimeError("no C compiler: run `apt-get install gcc libmodbus-dev`")
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "alarm_source"
        text = Path(__file__).with_name("alarm_source.c")
        command = [compiler, "-O2", "-I/usr/include/modbus", "-o", str(program), str(text), "-lmodbus"]
        built = subprocess.run(command, capture_output=True, text=True, check=False)
        if built.returncode:
            raise RuntimeError(f"the source does not compile; `apt-get install libmodbus-dev`?\n{built.stderr}")
        words = [str(program), *(str(n) for n in (PLCS, MOVING, STANDING, rate))]
        process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            yield Source(process, rate)
        finally:
            process.communicate()


def change_of(value: float) -> int:
    """Return which change of its register gave a value."""
    return int(value) % ABOVE


def place_of(path: str) -> tuple[int, int] | None:
    """Return PLC and register of the moving tag or alarm at `path`, None for one that stands."""
    station, _, name = path.partition(":")[0].partition("/")
    return (int(station[1:]), int(name[1:])) if name.startswith("m") else None


def standing_paths() -> Iterator[str]:
    """Yield the alarms that stand, in an order that goes through all stations."""
    for register in range(MOVING, MOVING + STANDING):
        yield from (f"f{plc}/s{register}:H" for plc in range(PLCS))


def flood_site(ports: Sequence[int]) -> Site:
    """Make a site of one station for each PLC with an alarm on each of its tags, and the engine's own tags."""
    own = [t for t in load_site(ROOT / "resources/sites/xiasha").tags if t.path.startswith("engine/")]
    stations = range(len(ports))
    tags = [tag for i in stations for tag in _tags(i)]
    alarms = tuple(_alarm(n, tag.path) for n, tag in enumerate(tags))
    areas = (Area("a0", Label("东区", "East")), Area("a1", Label("西区", "West")))
    devices = tuple(_device(i, port) for i, port in enumerate(ports))
    facilities = tuple(_station(i) for i in stations)
    label = Label("洪水", "Flood")
    return Site("flood", label, "UTC", True, areas, facilities, (), devices, (*own, *tags), alarms=alarms)


def without_alarms(site: Site) -> Site:
    """Return the same site, nothing of it judged."""
    return replace(site, alarms=())


def _device(number: int, port: int) -> DeviceSpec:
    groups = (ScanGroup("fast", FAST_MS), ScanGroup("slow", SLOW_MS))
    label = Label(f"控制器{number}", f"PLC {number}")
    return DeviceSpec(f"plc{number}", label, Protocol.MODBUS_TCP, f"127.0.0.1:{port}", groups=groups)


def _station(number: int) -> Facility:
    label, place = Label(f"{number}号泵站", f"Station {number}"), Place(80 + 90 * number, 200 + 60 * (number % 5))
    area = f"a{number % 2}"
    return Facility(f"f{number}", FacilityKind.SEWAGE_STATION, label, area, place, devices=(f"plc{number}",))


def _tags(station: int) -> Iterator[TagSpec]:
    for register in range(MOVING + STANDING):
        name, group = (f"m{register}", "fast") if register < MOVING else (f"s{register}", "slow")
        point = ModbusPoint(1, Table.HOLDING, register, WordType.U16)
        yield TagSpec(
            f"f{station}/{name}", Label(f"测点{name}", f"Value {name}"), TagKind.ANALOG, device=f"plc{station}",
            group=group, point=point, low=0.0, high=65535.0, decimals=0,
        )  # fmt: skip


def _alarm(number: int, tag: str) -> AlarmSpec:
    station = tag.partition("/")[0]
    return AlarmSpec(
        f"{tag}:H", "H", AlarmKind.LIMIT, Label("高", "High"), _PRIORITIES[number % len(_PRIORITIES)],
        Label("可能溢流", "May spill"), Label("现场查看", "Look at it"), 600, tag=tag, facility=station,
        areas=(f"a{int(station[1:]) % 2}",), limit=float(LIMIT), side=1,
    )  # fmt: skip


@contextmanager
def engine_on(address: str, site: Site, folder: Path) -> Iterator[Actor]:
    """Run an engine process on the store at `address` with the site in force."""
    store = open_engine_store(address, clock=SystemClock())
    store.take_lease("bench")
    store.apply_site(site, "bench", "bench")
    store.release_lease()
    store.close()
    (folder / "logs").mkdir(parents=True)
    arguments = ["--store", address, "--private", str(folder / "private")]
    engine = Actor("engine", arguments, env=dict(os.environ), logs=folder / "logs")
    try:
        yield engine
    finally:
        engine.close()
