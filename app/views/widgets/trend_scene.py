"""What a trend shows at one moment, and where it stands in a box of px: on the screen, on paper, in a picture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import QRectF

from app.model.spec import TagKind, TagSpec
from app.model.trends import Pen
from app.series.samples import Gap
from app.views import theme
from app.views.state.scale import LIMITS, mark_text
from app.views.state.trend_extremes import extremes_of
from app.views.state.trend_line import TrendLine
from app.views.state.trend_marks import Cluster, Mark, clusters_of
from app.views.state.trend_pens import Zone, zones_of
from app.views.state.trend_scale import Axis, TimeTick, axis_of, time_ticks
from app.views.state.zone_time import date_text, time_text
from app.views.widgets.ink import text_width

__all__ = [
    "NEAR_MARK",
    "Box",
    "Layout",
    "Limit",
    "PenView",
    "Scene",
    "axis_for",
    "height_for",
    "instant_text",
    "lay_out",
    "limits_for",
    "limits_of",
    "ticks_for",
]

_TOP, _RIGHT, _GAP = 8.0, 54.0, 6.0
_AXIS, _LANE, _STRIP = 40.0, 26.0, 22.0
_LEAST_STRIP, _LEAST_ZONE = 9.0, 34.0
_READABLE_STRIP = 17.0
_TICK_PX: Final = 46.0
_TIME_PX: Final = 96.0
_WITH_TENTHS_MS: Final = 120_000
_WITH_DAY_MS: Final = 20 * 3_600_000
NEAR_MARK: Final = 22.0
_MARGIN: Final = 4.0


@dataclass(frozen=True, slots=True)
class Limit:
    """A value that is drawn as a thin line across its axis. `limit`: of an alarm; else a level of control."""

    name: str
    value: float
    limit: bool


@dataclass(frozen=True, slots=True)
class PenView:
    """A pen with its tag and data. `follows` is the line of its set-point, drawn thin beside it."""

    pen: Pen
    spec: TagSpec
    line: TrendLine
    name: str
    limits: tuple[Limit, ...] = ()
    setpoint: TrendLine | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that is drawn. Times are UTC ms. `whole` draws the tags' whole ranges instead of what is visible."""

    start_ms: int
    end_ms: int
    now_ms: int
    timezone: str
    language: str
    pens: tuple[PenView, ...]
    gaps: tuple[Gap, ...] = ()
    marks: tuple[Mark, ...] = ()
    chosen: int = -1
    live: bool = True
    whole: bool = False
    words: dict[str, str] = field(default_factory=dict)
    """Translated words: gap, zone, marks_end."""
    marks_from_ms: int = 0
    """Before this time marks were not read: there were too many."""


@dataclass(frozen=True, slots=True)
class Box:
    """One axis: its zone, where it stands, and its scale (None for a strip)."""

    zone: Zone
    rect: QRectF
    axis: Axis | None

    @property
    def scale(self) -> QRectF:
        """Return where the axis stands: a little inside, so that no line lies on the frame, and what is beyond the
        scale can run along it."""
        return self.rect.adjusted(0.0, _MARGIN, 0.0, -_MARGIN)

    def y(self, value: float) -> float:
        """Return where a value stands."""
        assert self.axis is not None
        share = (value - self.axis.low) / (self.axis.high - self.axis.low)
        scale = self.scale
        return scale.bottom() - share * scale.height()


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands. `plot` holds all axes."""

    whole: QRectF
    plot: QRectF
    boxes: tuple[Box, ...]
    lane: QRectF
    axis: QRectF
    ticks: tuple[TimeTick, ...]
    clusters: tuple[Cluster, ...]
    start_ms: int
    end_ms: int

    def x(self, t_ms: float) -> float:
        """Return where an instant stands."""
        return self.plot.left() + (t_ms - self.start_ms) * self.plot.width() / (self.end_ms - self.start_ms)

    def time(self, x: float) -> int:
        """Return the instant at a place."""
        return round(self.start_ms + (x - self.plot.left()) * (self.end_ms - self.start_ms) / self.plot.width())


def lay_out(scene: Scene, box: QRectF) -> Layout:
    """Return where a scene stands in a box."""
    zones = zones_of([p.pen for p in scene.pens], [p.spec for p in scene.pens])
    height = max(1.0, box.height() - _TOP - _AXIS - _LANE)
    strips = sum(z.strip for z in zones)
    tall = len(zones) - strips
    spare = (height - tall * (_LEAST_ZONE + _GAP)) / max(1, strips) - 2
    strip = min(_STRIP, max(_LEAST_STRIP, spare))
    free = height - strips * (strip + 2) - _GAP * tall
    each = max(1.0, free / tall) if tall else 0.0
    axes = [None if z.strip else axis_for(scene, z, each) for z in zones]
    left = box.left() + _gutter(axes, [z.unit for z in zones if not z.strip])
    plot = QRectF(left, box.top() + _TOP, max(10.0, box.right() - _RIGHT - left), height)
    boxes, y = list[Box](), plot.top()
    for zone, axis in zip(zones, axes, strict=True):
        if zone.strip:
            boxes.append(Box(zone, QRectF(plot.left(), y, plot.width(), strip), None))
            y += strip + 2
        else:
            boxes.append(Box(zone, QRectF(plot.left(), y, plot.width(), each), axis))
            y += each + _GAP
    lane = QRectF(plot.left(), plot.bottom(), plot.width(), _LANE)
    axis_box = QRectF(plot.left(), lane.bottom(), plot.width(), _AXIS)
    ticks = ticks_for(scene, plot.width())
    bare = Layout(box, plot, tuple(boxes), lane, axis_box, ticks, (), scene.start_ms, scene.end_ms)
    seen = [m for m in scene.marks if scene.start_ms <= m.at_ms <= scene.end_ms]
    clusters = clusters_of(seen, bare.x, near=NEAR_MARK)
    return Layout(box, plot, tuple(boxes), lane, axis_box, ticks, clusters, scene.start_ms, scene.end_ms)


def instant_text(at_ms: int, scene: Scene) -> str:
    """Write an instant as exactly as a picture can show it: with tenths in a short one, with its day in a long one."""
    span, text = scene.end_ms - scene.start_ms, time_text(at_ms, scene.timezone)
    if span < _WITH_TENTHS_MS:
        return f"{text}.{at_ms % 1000 // 100}"
    return f"{date_text(at_ms, scene.timezone, scene.language)[5:10]} {text}" if span > _WITH_DAY_MS else text


def ticks_for(scene: Scene, width: float, wider: float = 1.0) -> tuple[TimeTick, ...]:
    """Return the ticks of a scene, with the steps of a picture of `width` px that shows `wider` times less."""
    most = max(2, int(width / _TIME_PX))
    return time_ticks(scene.start_ms, scene.end_ms, scene.timezone, most=round(most * wider))


def height_for(pens: Sequence[PenView]) -> float:
    """Return the height in px from which every axis of these pens can be read."""
    zones = zones_of([p.pen for p in pens], [p.spec for p in pens])
    strips = sum(z.strip for z in zones)
    return _TOP + _AXIS + _LANE + strips * (_READABLE_STRIP + 2) + (len(zones) - strips) * (_LEAST_ZONE + _GAP)


def _gutter(axes: Sequence[Axis | None], units: Sequence[str]) -> float:
    """Return the room left of the axes: for the widest tick and the widest unit."""
    texts = [axis.text(t) for axis in axes if axis is not None for t in axis.ticks]
    ticks = max((text_width(t, theme.CAPTION, tabular=True) for t in texts), default=0.0)
    return max(64.0, 22.0 + ticks, 18.0 + max((text_width(u, theme.CAPTION, 600) for u in units), default=0.0))


def axis_for(scene: Scene, zone: Zone, height: float) -> Axis:
    """Return the scale of an axis that is so many px high."""
    views = [scene.pens[i] for i in zone.places]
    seen = [extremes_of(v.line.entries, v.spec, scene.start_ms, scene.end_ms) for v in views]
    low = min((a for a, _ in seen if not math.isnan(a)), default=math.nan)
    high = max((b for _, b in seen if not math.isnan(b)), default=math.nan)
    if scene.whole:
        low = _least([low, *(v.spec.low for v in views)])
        high = _greatest([high, *(v.spec.high for v in views)])
    if math.isnan(low):
        low, high = _range(views[0].spec)
    low, high = _with_limits(scene, zone, low, high)
    least = max(_least_span(v.spec) for v in views)
    return axis_of(low, high, least=least, count=max(2, min(6, int(height / _TICK_PX))))


def _with_limits(scene: Scene, zone: Zone, low: float, high: float) -> tuple[float, float]:
    """Let limits of the pens whose limits are drawn into the picture if they are near."""
    near = max(high - low, _least_span(scene.pens[zone.places[0]].spec) * 4) * 0.5
    for i in limits_of(scene, zone):
        for limit in scene.pens[i].limits:
            if limit.limit and low - near <= limit.value <= high + near:
                low, high = min(low, limit.value), max(high, limit.value)
    return low, high


def limits_of(scene: Scene, zone: Zone) -> tuple[int, ...]:
    """Return the pens whose limits are drawn on an axis: its only tag's, else those of the chosen pen."""
    tags = {scene.pens[i].spec.path for i in zone.places}
    if len(tags) == 1:
        return zone.places[:1]
    return (scene.chosen,) if scene.chosen in zone.places else ()


def _least(values: Sequence[float | None]) -> float:
    return min((v for v in values if v is not None and not math.isnan(v)), default=math.nan)


def _greatest(values: Sequence[float | None]) -> float:
    return max((v for v in values if v is not None and not math.isnan(v)), default=math.nan)


def _range(spec: TagSpec) -> tuple[float, float]:
    low = 0.0 if spec.low is None else spec.low
    return low, (spec.high if spec.high is not None else low + 1.0)


def _least_span(spec: TagSpec) -> float:
    """Return the span of values that fills an axis at least: a fiftieth of the range, or some last digits."""
    if spec.kind is TagKind.ANALOG and spec.low is not None and spec.high is not None:
        return (spec.high - spec.low) / 50.0
    return 4.0 * 10.0 ** -max(0, spec.decimals)


def limits_for(spec: TagSpec, language: str, in_force: Sequence[tuple[str, float]]) -> tuple[Limit, ...]:
    """Return the lines of a tag: limits of its alarms in force, else its marks; and levels of control."""
    forced = dict(in_force)
    limits = [(n, v) for n, v in spec.marks if n in LIMITS and n not in forced] + list(forced.items())
    levels = [(mark_text(n, language), v) for n, v in spec.marks if n not in LIMITS]
    return (*(Limit(n, v, limit=True) for n, v in limits), *(Limit(n, v, limit=False) for n, v in levels))
