"""site.yaml: the site, its areas, the map, and facilities without equipment of their own."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, WithJsonSchema

from app.model.retention import LONGEST_MONTHS
from app.model.spec import FacilityKind
from app.site.forms.alarms import AlarmForm, AlarmName, Priority
from app.site.forms.base import Form, Id, LabelForm, Location, Text

__all__ = ["EscalationForm", "LinkForm", "MapForm", "PlaceForm", "RetentionForm", "ShapeForm", "ShiftForm", "SiteFile"]


_TIME: Final = r"([01]\d|2[0-3]):[0-5]\d"


def _time_of_day(text: str) -> str:
    if not re.fullmatch(_TIME, text):
        raise ValueError("should be a time of day such as '08:00'")
    return text


TimeOfDay = Annotated[str, AfterValidator(_time_of_day), WithJsonSchema({"type": "string", "pattern": f"^{_TIME}$"})]
"""Local time, "08:00"."""


class PlaceForm(Form):
    """A facility that has no equipment: a treatment plant, an outlet, a river section."""

    kind: FacilityKind
    label: LabelForm
    area: Id
    place: Location


class LinkForm(Form):
    """A line of the network between two facilities, through the points of `path`."""

    source: Id
    target: Id
    kind: Literal["sewer", "force_main", "storm", "river"]
    path: tuple[Location, ...] = ()


class ShapeForm(Form):
    """A background shape. A closed path (first point = last) is an area, an open one a line."""

    kind: Literal["river", "canal", "road", "zone", "label"]
    path: Annotated[tuple[Location, ...], Field(min_length=1)]
    label: LabelForm | None = None


class MapForm(Form):
    """The schematic map, 0–1000 across and 0–1000 down."""

    shapes: tuple[ShapeForm, ...] = ()
    links: tuple[LinkForm, ...] = ()


class ShiftForm(Form):
    """A shift of the daily calendar. It ends where another begins; an end at or before the start is on the next day."""

    label: LabelForm
    start: TimeOfDay
    end: TimeOfDay


class RetentionForm(Form):
    """How long samples of a class of tags are kept: months after their own month, 0: for ever."""

    label: LabelForm
    months: Annotated[int, Field(ge=0, le=LONGEST_MONTHS)]


class EscalationForm(Form):
    """An alarm that nobody acknowledged for `after_s` seconds is the business of `role` too."""

    priority: Priority
    after_s: Annotated[float, Field(gt=0, le=86_400)]
    role: Text


class SiteFile(Form):
    """site.yaml"""

    site: Id
    label: LabelForm
    timezone: Text
    demo: bool = False
    areas: Annotated[dict[Id, LabelForm], Field(min_length=1)]
    places: dict[Id, PlaceForm] = Field(default={})
    map: MapForm = MapForm()
    shifts: dict[Id, ShiftForm] = Field(default={}, description="together they cover the day")
    escalation: tuple[EscalationForm, ...] = ()
    engine: dict[Id, dict[AlarmName, AlarmForm]] = Field(
        default={}, description="alarms of what the engine says of itself, by the last word of its tag"
    )
    retention: dict[Id, RetentionForm] = Field(
        default={}, description="classes besides, or instead of, standard (36 months), short (6) and statutory (0)"
    )
