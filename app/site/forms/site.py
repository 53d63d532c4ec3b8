"""site.yaml: the site, its areas, the map, and facilities without equipment of their own."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from app.model.spec import FacilityKind
from app.site.forms.base import Form, Id, LabelForm, Location, Text

__all__ = ["LinkForm", "MapForm", "PlaceForm", "ShapeForm", "SiteFile"]


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


class SiteFile(Form):
    """site.yaml"""

    site: Id
    label: LabelForm
    timezone: Text
    demo: bool = False
    areas: Annotated[dict[Id, LabelForm], Field(min_length=1)]
    places: dict[Id, PlaceForm] = Field(default={})
    map: MapForm = MapForm()
