"""What the steps of compiling share: the files read, the templates, and the tags made so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.model.spec import TagSpec
from app.site.compiling.diagnostics import diagnostic_tags
from app.site.compiling.layers import Layer, Layers
from app.site.compiling.types import Template, templates_of
from app.site.csv_alarms import AlarmRow
from app.site.csv_table import Row
from app.site.document import Loc
from app.site.folder import SiteFolder
from app.site.forms.devices import DeviceForm
from app.site.forms.layouts import LayoutForm
from app.site.validating import BROKEN, Read, suggestion

__all__ = ["Bench"]


@dataclass(slots=True)
class Bench:
    """The workbench. `placed` says where each tag's point was written, `loose` which facilities and equipment could
    not be read, so that references to them are not called unknown."""

    folder: SiteFolder
    templates: Mapping[str, Template]
    layouts: Mapping[str, LayoutForm]
    devices: Mapping[str, DeviceForm]
    tags: dict[str, TagSpec] = field(default_factory=dict)
    placed: dict[str, Layer] = field(default_factory=dict)
    loose: set[str] = field(default_factory=set)
    broken_types: set[str] = field(default_factory=set)
    said: dict[str, Layers] = field(default_factory=dict)
    """By tag path: the layers that say it, for limits that are marks."""
    sheet: dict[str, Row[AlarmRow]] = field(default_factory=dict)
    """Rows of alarms.csv by alarm."""
    calculated: dict[str, Any] = field(default_factory=dict)
    """By tag path: who says its formula (`formulas.Scope`)."""
    diagnostics: dict[str, TagSpec] = field(default_factory=dict)
    """What the engine says of devices and of itself, by path: formulas may speak of it."""
    wrong: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    """What `check_tag` already found wrong with a (type, role)."""

    @classmethod
    def of(cls, folder: SiteFolder) -> Bench:
        """Lay out what was read."""
        templates, broken = templates_of(folder.types) if folder.types else ({}, set())
        return cls(
            folder=folder,
            templates=templates,
            broken_types=broken,
            layouts=folder.layouts.form.layouts if folder.layouts else {},
            devices=folder.devices.form.devices if folder.devices else {},
            diagnostics={
                tag.path: tag for tag in diagnostic_tags(folder.devices.form.devices if folder.devices else ())
            },
            loose=set(folder.unread_stations) | {BROKEN},
        )

    def unknown_type(self, name: str) -> str:
        """Return a sentence if there is no type `name`."""
        if name in self.broken_types:
            return ""
        return self.unknown("type", self.folder.types, self.templates, name)

    def unknown(self, what: str, read: Read[Any] | None, known: Mapping[str, Any], name: str) -> str:
        """Return a sentence if `name` is not among `known`; nothing if it is, or if its file could not be read."""
        if name in known or read is None or name in read.broken or name == BROKEN:
            return ""
        return f"unknown {what} {name!r}{suggestion(name, known)}"

    def tag_missing(self, path: str) -> str:
        """Return a sentence if there is no tag at `path`."""
        facility, _, rest = path.partition("/")
        if path in self.tags or facility in self.loose or f"{facility}/{rest.partition('/')[0]}" in self.loose:
            return ""
        return f"there is no tag {path!r}{suggestion(path, self.tags)}"

    def add_tag(self, tag: TagSpec, place: Layer, loc: Loc = ()) -> bool:
        """Keep a tag; a path that exists already is a fault."""
        if tag.path in self.tags:
            place.source.fault(loc or place.loc, f"the tag {tag.path} exists already")
            return False
        self.tags[tag.path] = tag
        self.placed[tag.path] = place
        return True
