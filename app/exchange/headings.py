"""What the columns of a file are: long (time, tag, value, quality) or wide (time and a column for each tag)."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.errors import ConfigurationFault, EnvironmentFault
from app.exchange.declared import Declared
from app.model.spec import Site, TagKind, TagSpec

__all__ = ["QUALITY_OF", "Headings", "Layout", "TagList", "WideColumn", "headings_of", "mapping_of", "stated_zone"]

QUALITY_OF: Final = ":quality"
"""Ends the heading of a wide column that has the quality of the tag before it."""

_TIME: Final = ("time", "timestamp", "datetime", "date", "t", "source_time", "时间", "时间戳", "日期时间", "采集时间")
_TAG: Final = ("tag", "path", "point", "name", "tagname", "测点", "标签", "位号", "点名", "名称")
_VALUE: Final = ("value", "val", "v", "值", "数值", "测量值")
_QUALITY: Final = ("quality", "q", "质量", "质量码")
_ZONE: Final = re.compile(r"^(.*?)\s*[(（]([\w/+-]+)[)）]$")


class Layout(StrEnum):
    """How a table of samples lies."""

    AUTO = "auto"
    LONG = "long"
    WIDE = "wide"


@dataclass(slots=True)
class TagList:
    """The tags of a site by path, and their places in columns. `mapped`: other names → path ("": leave out) ·
    `declared`: the values that tags with states may have."""

    paths: tuple[str, ...]
    numbers: tuple[int, ...]
    mapped: Mapping[str, str] = field(default_factory=dict)
    _places: dict[str, int] = field(default_factory=dict)
    declared: Declared = field(default_factory=Declared)

    @classmethod
    def of(cls, site: Site, mapped: Mapping[str, str] | None = None) -> TagList:
        """Return those of a site that can be imported: a text tag's values are numbers of texts of its own store.
        Raises ConfigurationFault if `mapped` leads to a tag that the site does not have."""
        tags = sorted((t for t in site.tags if t.kind is not TagKind.TEXT), key=_path)
        made = cls(tuple(t.path for t in tags), tuple(t.number for t in tags), mapped or {}, {}, Declared.of(tags))
        made._places.update({path: i for i, path in enumerate(made.paths)})
        wrong = sorted({p for p in made.mapped.values() if p and p not in made._places})
        if wrong:
            raise ConfigurationFault(f"the map leads to {wrong[0]}, which is no tag of numbers of the site in force")
        return made

    def place(self, name: str) -> int:
        """Return the place of a tag by path or other name, -1 for none, -2 for one that shall be left out."""
        path = self.mapped.get(name, name)
        return self._places.get(path, -1) if path else -2


@dataclass(frozen=True, slots=True)
class WideColumn:
    """One tag's column: its place among the columns, that of its quality (-1: none), the tag's place."""

    name: str
    value: int
    quality: int
    tag: int


@dataclass(frozen=True, slots=True)
class Headings:
    """Where what stands. Places are columns; -1 is none. `unknown` are wide columns of no tag; `timed` is False where
    no column is headed as a time, and the first is taken for it."""

    layout: Layout
    names: tuple[str, ...]
    time: int
    tag: int = -1
    value: int = -1
    quality: int = -1
    wide: tuple[WideColumn, ...] = ()
    unknown: tuple[str, ...] = ()
    timed: bool = True


def headings_of(names: Sequence[str], tags: TagList, layout: Layout = Layout.AUTO) -> Headings:
    """Find out what the columns are. Raises ConfigurationFault."""
    plain = [_plain(n) for n in names]
    time, tag, value = _place(plain, _TIME), _place(plain, _TAG), _place(plain, _VALUE)
    if layout is not Layout.WIDE and min(time, tag, value) >= 0:
        return Headings(Layout.LONG, tuple(names), time, tag, value, _place(plain, _QUALITY))
    if layout is Layout.LONG:
        raise ConfigurationFault(f"a long table has columns time, tag and value; here are {', '.join(names)}")
    at = max(time, 0)
    columns, unknown = _wide(names, at, tags)
    if not columns:
        raise ConfigurationFault(
            "the headings name neither time, tag and value nor tags of the site in force: "
            f"{', '.join(names[:6])}{'…' if len(names) > 6 else ''}"
        )
    return Headings(Layout.WIDE, tuple(names), at, wide=columns, unknown=unknown, timed=time >= 0)


def _wide(names: Sequence[str], time: int, tags: TagList) -> tuple[tuple[WideColumn, ...], tuple[str, ...]]:
    places = {name: i for i, name in enumerate(names)}
    if len(places) < len(names):
        twice = next(n for i, n in enumerate(names) if n in names[:i])
        raise ConfigurationFault(f"two columns are headed {twice!r}")
    columns, unknown = [], []
    taken: dict[int, str] = {}
    for i, name in enumerate(names):
        if i == time or (name.endswith(QUALITY_OF) and name.removesuffix(QUALITY_OF) in places):
            continue
        tag = tags.place(name)
        if tag >= 0 and tag in taken:
            raise ConfigurationFault(f"the columns {taken[tag]!r} and {name!r} are of one tag")
        if tag >= 0:
            taken[tag] = name
            columns.append(WideColumn(name, i, places.get(name + QUALITY_OF, -1), tag))
        elif tag == -1:
            unknown.append(name)
    return tuple(columns), tuple(unknown)


def stated_zone(names: Sequence[str]) -> ZoneInfo | None:
    """Return the zone that stands in brackets behind a heading of time: time (Asia/Shanghai)."""
    for name in names:
        found = _ZONE.match(name)
        if found is not None and found.group(1).strip().lower() in _TIME:
            try:
                return ZoneInfo(found.group(2))
            except (ZoneInfoNotFoundError, ValueError):
                return None
    return None


def mapping_of(path: Path) -> dict[str, str]:
    """Read a map: a CSV file with a name and the tag's path in each line, with or without headings; without a path the
    name is left out. Raises ConfigurationFault, EnvironmentFault."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = [[cell.strip() for cell in line] for line in csv.reader(file)]
    except OSError as error:
        raise EnvironmentFault(f"{path} cannot be read: {error.strerror or error}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise ConfigurationFault(f"{path} is no CSV file in UTF-8: {error}") from error
    found: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if not any(line) or (number == 1 and len(line) == 2 and all(cell.lower() in _TAG for cell in line)):
            continue
        if len(line) != 2 or not line[0] or line[0] in found:
            raise ConfigurationFault(f"{path}, line {number}: expected a name, once, and the path of its tag")
        found[line[0]] = line[1]
    return found


def _plain(name: str) -> str:
    found = _ZONE.match(name)
    return (found.group(1) if found else name).strip().lower()


def _place(names: Sequence[str], known: Sequence[str]) -> int:
    return next((names.index(k) for k in known if k in names), -1)


def _path(tag: TagSpec) -> str:
    return tag.path
