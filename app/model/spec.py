"""The applied site as plain records: what a site file compiles to, and all that every other module sees of it.

Lists are tuples and everything is frozen, so a site can be shared between threads and compared with `==`.
`spec_json` turns it into canonical JSON (the form kept in the store) and back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from app.model.alarms.spec import AlarmSpec, EscalationStep
from app.model.formulas.spec import Formula
from app.model.points import Point
from app.model.retention import RETENTION, STANDARD, RetentionClass
from app.model.shifts import ShiftSpec
from app.model.terms import Condition, Label, Op, State

__all__ = [
    "AlarmSpec",
    "Area",
    "CommandBlock",
    "CommandSpec",
    "Condition",
    "DeviceSpec",
    "Equipment",
    "EscalationStep",
    "Facility",
    "FacilityKind",
    "Label",
    "Link",
    "Op",
    "Place",
    "Protocol",
    "RetentionClass",
    "ScanGroup",
    "Shape",
    "ShiftSpec",
    "Site",
    "State",
    "TagKind",
    "TagSpec",
    "TargetKind",
]


class TagKind(StrEnum):
    """What sort of value a tag carries. All travel as float64; text as the number of an interned string."""

    ANALOG = "analog"
    DISCRETE = "discrete"
    """0 or 1."""
    ENUM = "enum"
    """A whole number with named states."""
    COUNTER = "counter"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class TagSpec:
    """One value of the site.

    `number` is given by the store when the site is applied and is never reused; 0 until then.
    `point` is None for values the engine makes itself: device and engine diagnostics, and tags with a `formula`.
    `group` names a scan group of `device`. Times in seconds, range, deadband, band and marks in `unit`.
    """

    path: str
    label: Label
    kind: TagKind
    number: int = 0
    unit: str = ""
    device: str = ""
    group: str = ""
    point: Point | None = None
    low: float | None = None
    high: float | None = None
    deadband: float = 0.0
    max_age_s: float = 10.0
    decimals: int = 2
    normal_low: float | None = None
    normal_high: float | None = None
    marks: tuple[tuple[str, float], ...] = ()
    """Limits drawn beside an indicator, such as ("HH", 3.4): LL, L, H, HH and levels of the level control."""
    states: tuple[State, ...] = ()
    abnormal: tuple[int, ...] = ()
    """Values of a discrete or enum tag that are abnormal, such as (1,) for a trip."""
    keep: str = STANDARD
    """Class of `Site.retention` that says how long its samples are kept."""
    formula: Formula | None = None
    """What the engine works its value out of; such a tag has no `point` and no device."""


class TargetKind(StrEnum):
    """What a command carries besides its verb."""

    NONE = "none"
    NUMBER = "number"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """One verb an equipment obeys.

    `verb` is a `model.commands.Verb` value; `code` is what the PLC's command block expects.
    `feedback` are the conditions that prove it done, within `timeout_s`; for set-points the condition's value is
    replaced by the commanded value and must be met within `tolerance`.
    `choices` are (value, label) for modes. `two_person` marks actions of commands.md rule 12.
    """

    verb: str
    code: int
    label: Label
    feedback: tuple[Condition, ...] = ()
    timeout_s: float = 10.0
    target: TargetKind = TargetKind.NONE
    low: float | None = None
    high: float | None = None
    unit: str = ""
    tolerance: float = 0.0
    choices: tuple[State, ...] = ()
    two_person: bool = False
    point: Point | None = None
    """Direct register for PLCs with no command block (`echo: none`): `code` or the target is written there."""


@dataclass(frozen=True, slots=True)
class Place:
    """A position on the zone's map or on a mimic; 0–1000 across, 0–1000 down."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Equipment:
    """One pump, gate, well…: an instance of an equipment type.

    `tags` maps a role of the type ("run", "current", "level"…) to a tag path. `index` addresses the equipment in its
    station's command block. `commissioning` shows values and raises nothing.
    """

    path: str
    facility: str
    type: str
    symbol: str
    label: Label
    index: int = 0
    tags: tuple[tuple[str, str], ...] = ()
    commands: tuple[CommandSpec, ...] = ()
    permissives: tuple[Condition, ...] = ()
    interlocks: tuple[Condition, ...] = ()
    safe_action: str = ""
    max_starts_per_hour: float | None = None
    place: Place | None = None

    def tag(self, role: str) -> str | None:
        """Return the path of the tag that plays `role`, or None."""
        return next((path for name, path in self.tags if name == role), None)

    def command(self, verb: str) -> CommandSpec | None:
        """Return the command for `verb`, or None."""
        return next((c for c in self.commands if c.verb == verb), None)


@dataclass(frozen=True, slots=True)
class CommandBlock:
    """A PLC's command block: nine registers out, six back; `docs/command-block.md` gives its layout.

    `base` and `echo` are points of the first register (Modbus, type u16), or for OPC UA the node prefixes
    (`…/cmd/` and `…/echo/`). `heartbeat` is the tag of the PLC's own counter.
    """

    device: str
    base: Point
    echo: Point
    heartbeat: str


class FacilityKind(StrEnum):
    """What stands on the map."""

    SEWAGE_STATION = "sewage_station"
    RAIN_STATION = "rain_station"
    COMBINED_STATION = "combined_station"
    OUTLET = "outlet"
    RIVER_SECTION = "river_section"
    TREATMENT_PLANT = "treatment_plant"


@dataclass(frozen=True, slots=True)
class Facility:
    """A station, outlet or river section: a place with equipment.

    `headline` are the tags an overview shows first. `level` is the tag of the well level and `overflow_level` the
    level in its unit at which it spills: together they give the time to overflow.
    """

    id: str
    kind: FacilityKind
    label: Label
    area: str
    place: Place
    devices: tuple[str, ...] = ()
    headline: tuple[str, ...] = ()
    level: str | None = None
    overflow_level: float | None = None
    block: CommandBlock | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the zone; permissions are given per area."""

    id: str
    label: Label


@dataclass(frozen=True, slots=True)
class Link:
    """A line of the network between two facilities, drawn on the overview.

    `kind` is sewer, force_main, storm or river. `path` is the whole line, both ends included.
    """

    source: str
    target: str
    kind: str
    path: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """A background shape of the map: kind is river, canal, road, zone or label.

    A closed path (first place = last) is an area to fill, an open one a line; a label has one place.
    """

    kind: str
    path: tuple[Place, ...]
    label: Label | None = None


class Protocol(StrEnum):
    """How a device is spoken to."""

    MODBUS_TCP = "modbus-tcp"
    MODBUS_RTU_TCP = "modbus-rtu-tcp"
    MODBUS_RTU = "modbus-rtu"
    OPCUA = "opcua"


@dataclass(frozen=True, slots=True)
class ScanGroup:
    """Tags of a device read together. For OPC UA the period is the publishing interval."""

    name: str
    period_ms: int


@dataclass(frozen=True, slots=True)
class DeviceSpec:
    """One endpoint: a PLC, or a gateway with several units behind it.

    `address`: `host:port` (Modbus TCP and RTU-over-TCP), a serial port with options
    (`/dev/ttyS0?baudrate=9600&parity=E`), or an `opc.tcp://` URL. `user` names an account whose password is kept in
    the key store or in the environment variable QIANLIYAN_PASSWORD_<ID>, never here.
    `late_execution` is True for PLCs that cannot reject an old heartbeat (`echo: none`).
    """

    id: str
    label: Label
    protocol: Protocol
    address: str
    groups: tuple[ScanGroup, ...] = ()
    timeout_ms: int = 800
    max_gap: int = 8
    max_block: int = 120
    security: str = "none"
    """OPC UA: `none` or `Basic256Sha256` (SignAndEncrypt)."""
    user: str = ""
    clock: str | None = None
    """Tag that carries the device's own UTC time in seconds, to measure its clock offset."""
    commissioning: bool = False
    late_execution: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """Everything an engineer says about the plant, compiled and checked."""

    id: str
    label: Label
    timezone: str
    demo: bool
    areas: tuple[Area, ...] = ()
    facilities: tuple[Facility, ...] = ()
    equipment: tuple[Equipment, ...] = ()
    devices: tuple[DeviceSpec, ...] = ()
    tags: tuple[TagSpec, ...] = ()
    links: tuple[Link, ...] = ()
    shapes: tuple[Shape, ...] = field(default=())
    alarms: tuple[AlarmSpec, ...] = ()
    escalation: tuple[EscalationStep, ...] = ()
    shifts: tuple[ShiftSpec, ...] = ()
    retention: tuple[RetentionClass, ...] = RETENTION
