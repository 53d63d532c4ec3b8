"""Reads a site's folder into forms: which files belong to a site, and which are missing or misnamed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from pydantic import BaseModel

from app.site.csv_alarms import ALARM_ROWS, CsvAlarms
from app.site.csv_table import read_table
from app.site.csv_tags import CsvTags, read_csv
from app.site.document import read_document
from app.site.faults import FaultList
from app.site.forms.devices import DevicesFile
from app.site.forms.layouts import LayoutsFile
from app.site.forms.site import SiteFile
from app.site.forms.station import StationFile
from app.site.forms.types import TypesFile
from app.site.validating import Read, read_form, suggestion

__all__ = ["ALARMS_CSV", "FORMS", "SiteFolder", "read_folder"]

F = TypeVar("F", bound=BaseModel)

FORMS: Final[dict[str, type[BaseModel]]] = {
    "site.yaml": SiteFile,
    "types.yaml": TypesFile,
    "layouts.yaml": LayoutsFile,
    "devices.yaml": DevicesFile,
    "stations/*.yaml": StationFile,
}
"""The kinds of YAML file and their forms; lists are described in `csv_tags` and `csv_alarms`."""

ALARMS_CSV: Final = "alarms.csv"
"""Need not be there."""

_FOLDERS: Final = {"stations": ".yaml", "tags": ".csv"}


@dataclass(frozen=True, slots=True)
class SiteFolder:
    """Everything that could be read. None stands for a file that is missing or cannot be used at all."""

    site: Read[SiteFile] | None
    types: Read[TypesFile] | None
    layouts: Read[LayoutsFile] | None
    devices: Read[DevicesFile] | None
    stations: tuple[Read[StationFile], ...]
    unread_stations: frozenset[str]
    """File stems of stations that cannot be used: names that are not unknown."""
    lists: tuple[CsvTags, ...]
    alarms: CsvAlarms | None = None
    """What the rationalisation sheet changed."""


def read_folder(folder: Path, faults: FaultList) -> SiteFolder:
    """Read every file of the site, noting what is wrong with each."""
    try:
        entries = sorted(p.name for p in folder.iterdir() if not p.name.startswith("."))
    except OSError as error:
        faults.add(".", 1, 1, f"the folder {folder} cannot be read: {error.strerror or error}")
        entries = []
    else:
        _check_names(entries, faults)
    inside = {name: _inside(folder, name, faults) if name in entries else [] for name in _FOLDERS}
    stations = {name: _read(folder, name, StationFile, faults) for name in inside["stations"]}
    lists = [read_csv(folder, name, faults) for name in inside["tags"]]
    return SiteFolder(
        site=_read(folder, "site.yaml", SiteFile, faults) if "site.yaml" in entries else None,
        types=_read(folder, "types.yaml", TypesFile, faults) if "types.yaml" in entries else None,
        layouts=_read(folder, "layouts.yaml", LayoutsFile, faults) if "layouts.yaml" in entries else None,
        devices=_read(folder, "devices.yaml", DevicesFile, faults) if "devices.yaml" in entries else None,
        stations=tuple(read for read in stations.values() if read is not None),
        unread_stations=frozenset(Path(name).stem for name, read in stations.items() if read is None),
        lists=tuple(read for read in lists if read is not None),
        alarms=read_table(folder, ALARMS_CSV, ALARM_ROWS, faults) if ALARMS_CSV in entries else None,
    )


def _check_names(entries: list[str], faults: FaultList) -> None:
    wanted = [name for name in FORMS if "/" not in name]
    for name in wanted:
        if name not in entries:
            faults.add(name, 1, 1, "the file is missing")
    for name in entries:
        if name.endswith((".yaml", ".yml", ".csv")) and name not in (*wanted, ALARMS_CSV):
            known = (*wanted, ALARMS_CSV)
            hint = suggestion(name, known) or f"; files here: {', '.join(known)}, stations/*.yaml, tags/*.csv"
            faults.add(name, 1, 1, f"not a file of a site{hint}")


def _inside(folder: Path, name: str, faults: FaultList) -> list[str]:
    """Return the files of a sub-folder, relative to the site, in order."""
    try:
        found = sorted(p.name for p in (folder / name).iterdir() if not p.name.startswith("."))
    except OSError as error:
        faults.add(name, 1, 1, f"the folder cannot be read: {error.strerror or error}")
        return []
    for entry in found:
        if not entry.endswith(_FOLDERS[name]) and entry.endswith((".yaml", ".yml", ".csv")):
            faults.add(f"{name}/{entry}", 1, 1, f"only *{_FOLDERS[name]} is read here")
    return [f"{name}/{entry}" for entry in found if entry.endswith(_FOLDERS[name])]


def _read(folder: Path, name: str, form: type[F], faults: FaultList) -> Read[F] | None:
    document = read_document(folder, name, faults)
    return read_form(document, form) if document else None
