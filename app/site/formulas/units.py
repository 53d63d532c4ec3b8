"""Units: what they measure, and by how much they differ. Exact fractions, so that a factor of 1 is 1.

Base dimensions are those of the SI; a name that the table does not know is a dimension of its own, so that only equal
ones add. °C is one of those: a temperature is not turned into another scale here. An empty unit measures nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

__all__ = ["NONE", "SECOND", "Unit", "unit_of"]


@dataclass(frozen=True, slots=True)
class Unit:
    """`dims` are powers of base dimensions, sorted; `factor` how many base units one of it is. `name` is "" for what
    only came about by multiplication."""

    dims: tuple[tuple[str, int], ...] = ()
    factor: Fraction = Fraction(1)
    name: str = ""

    def times(self, other: Unit, power: int = 1) -> Unit:
        """Return the unit of a product; with power -1 of a quotient."""
        dims = dict(self.dims)
        for base, exponent in other.dims:
            dims[base] = dims.get(base, 0) + exponent * power
        left = tuple(sorted((base, exponent) for base, exponent in dims.items() if exponent))
        return Unit(left, self.factor * other.factor**power)

    def raised(self, power: int) -> Unit:
        """Return the unit of a power."""
        return NONE.times(self, power)

    def root(self) -> Unit | None:
        """Return the base unit of a square root; None if there is none."""
        if any(exponent % 2 for _, exponent in self.dims):
            return None
        return Unit(tuple((base, exponent // 2) for base, exponent in self.dims))

    def base(self) -> Unit:
        """Return the unit of the same dimension whose factor is 1."""
        return Unit(self.dims)

    def __str__(self) -> str:
        if self.name:
            return self.name
        if not self.dims:
            return "no unit"
        up = [_power(base, exponent) for base, exponent in self.dims if exponent > 0]
        down = [_power(base, -exponent) for base, exponent in self.dims if exponent < 0]
        return "·".join(up or ["1"]) + "".join(f"/{part}" for part in down)


def _power(base: str, exponent: int) -> str:
    return base + {1: "", 2: "²", 3: "³"}.get(exponent, f"^{exponent}")


NONE: Final = Unit()


def _base(factor: Fraction | int | str, **dims: int) -> Unit:
    return Unit(tuple(sorted(dims.items())), Fraction(factor))


_WATT: Final = {"kg": 1, "m": 2, "s": -3}
_JOULE: Final = {"kg": 1, "m": 2, "s": -2}
_PASCAL: Final = {"kg": 1, "m": -1, "s": -2}

_TABLE: Final[Mapping[str, Unit]] = {
    "m": _base(1, m=1), "cm": _base("1/100", m=1), "mm": _base("1/1000", m=1), "km": _base(1000, m=1),
    "L": _base("1/1000", m=3), "l": _base("1/1000", m=3), "ha": _base(10_000, m=2),
    "s": _base(1, s=1), "ms": _base("1/1000", s=1), "min": _base(60, s=1), "h": _base(3600, s=1),
    "d": _base(86_400, s=1),
    "Hz": _base(1, s=-1),
    "kg": _base(1, kg=1), "g": _base("1/1000", kg=1), "mg": _base("1/1000000", kg=1), "t": _base(1000, kg=1),
    "W": _base(1, **_WATT), "kW": _base(1000, **_WATT), "MW": _base(1_000_000, **_WATT),
    "J": _base(1, **_JOULE), "kJ": _base(1000, **_JOULE), "Wh": _base(3600, **_JOULE),
    "kWh": _base(3_600_000, **_JOULE), "MWh": _base(3_600_000_000, **_JOULE),
    "Pa": _base(1, **_PASCAL), "kPa": _base(1000, **_PASCAL), "MPa": _base(1_000_000, **_PASCAL),
    "bar": _base(100_000, **_PASCAL),
    "A": _base(1, A=1), "mA": _base("1/1000", A=1), "V": _base(1, kg=1, m=2, s=-3, A=-1),
    "kV": _base(1000, kg=1, m=2, s=-3, A=-1),
    "%": _base("1/100"),
}  # fmt: skip

_PART: Final = re.compile(r"(?P<many>\d+(?:\.\d+)?)?\s*(?P<name>[^\d²³]*)(?P<power>[23²³]?)")
_POWERS: Final = {"": 1, "2": 2, "²": 2, "3": 3, "³": 3}

SECOND: Final = _TABLE["s"]


def unit_of(text: str) -> Unit:
    """Return the unit that `text` says, such as m³/h, kWh/1000m³ or %LEL; every text is one."""
    found = NONE
    for place, side in enumerate(text.split("/")):
        for part in re.split(r"[·*]", side):
            one = _part(part.strip())
            if one is None:
                return Unit(((text, 1),), Fraction(1), text)
            found = found.times(one, -1 if place else 1)
    return Unit(found.dims, found.factor, text)


def _part(text: str) -> Unit | None:
    match = _PART.fullmatch(text)
    if match is None or match["many"] == "0":
        return None
    many = Fraction(match["many"] or 1)
    if not match["name"]:
        return Unit((), many) if not match["power"] else None
    known = _TABLE.get(match["name"]) or Unit(((match["name"], 1),))
    power = known.raised(_POWERS[match["power"]])
    return Unit(power.dims, power.factor * many) if many else None
