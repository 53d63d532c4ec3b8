"""What the plant must play: the compiled site, sorted by station."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.model.spec import CommandBlock, Equipment, Facility, Op, Site, TagSpec
from app.plant.programs.codes import Levels, PumpLimits

__all__ = ["StationPlan", "plans_of"]

DEFAULT_STARTS_PER_HOUR: Final = 10


@dataclass(frozen=True, slots=True)
class StationPlan:
    """One facility with its equipment and the tags that have a point. `well` is None where nothing is pumped."""

    facility: Facility
    equipment: tuple[Equipment, ...]
    tags: Mapping[str, TagSpec]

    @property
    def id(self) -> str:
        """Return the facility's id."""
        return self.facility.id

    @property
    def block(self) -> CommandBlock | None:
        """Return the station's command block, if its PLC has one."""
        return self.facility.block

    def of(self, symbol: str) -> tuple[Equipment, ...]:
        """Return the equipment drawn as `symbol`, in the order of the site file."""
        return tuple(e for e in self.equipment if e.symbol == symbol)

    @property
    def well(self) -> Equipment | None:
        """Return the wet well."""
        return next(iter(self.of("wet_well")), None)

    def levels(self) -> Levels:
        """Return the level control's levels: the marks of the well (stop, start1…, HH, overflow) where it has them,
        and dry run from the interlocks of the pumps; the program's own where the site says nothing."""
        own = Levels()
        path = self.well.tag("level") if self.well is not None else None
        tag = self.tags.get(path) if path is not None else None
        marks = dict(tag.marks) if tag is not None else {}
        starts = tuple(marks[f"start{i}"] for i in range(1, 10) if f"start{i}" in marks)
        return Levels(
            stop_m=marks.get("stop", own.stop_m),
            starts_m=starts or own.starts_m,
            dry_m=self._dry_m(path, own.dry_m),
            high_m=marks.get("HH", own.high_m),
            overflow_m=self.facility.overflow_level or marks.get("overflow", own.overflow_m),
        )

    def _dry_m(self, level: str | None, default: float) -> float:
        every = (c for pump in self.of("pump") for c in pump.interlocks)
        return next((c.value for c in every if c.tag == level and c.op in (Op.GT, Op.GE)), default)

    def limits(self, pump: Equipment) -> PumpLimits:
        """Return what protects `pump`."""
        starts = pump.max_starts_per_hour or DEFAULT_STARTS_PER_HOUR
        speed = pump.command("speed")
        own = PumpLimits(max_starts_per_hour=int(starts), vfd=pump.tag("speed") is not None)
        if speed is None or speed.low is None or speed.high is None:
            return own
        return PumpLimits(max_starts_per_hour=own.max_starts_per_hour, vfd=True, min_hz=speed.low, max_hz=speed.high)


def plans_of(site: Site) -> tuple[StationPlan, ...]:
    """Return one plan for each facility that has equipment."""
    tags = {t.path: t for t in site.tags if t.point is not None}
    return tuple(
        StationPlan(facility, mine, {p: t for p, t in tags.items() if p.startswith(f"{facility.id}/")})
        for facility in site.facilities
        if (mine := tuple(e for e in site.equipment if e.facility == facility.id))
    )
