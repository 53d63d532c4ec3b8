"""Tags of CSV lists."""

from __future__ import annotations

from app.site.compiling.bench import Bench
from app.site.compiling.instance import check_group
from app.site.compiling.keeping import check_keep
from app.site.compiling.layers import Layer, Layers
from app.site.compiling.points import Setting, point_of
from app.site.compiling.tags import check_tag, tag_of
from app.site.csv_tags import CsvRow, CsvTags
from app.site.validating import suggestion

__all__ = ["add_lists"]


def add_lists(bench: Bench) -> None:
    """Put the tags of every list on the bench; a tag of an existing equipment becomes one of its roles."""
    site = bench.folder.site
    facilities = {read.form.station for read in bench.folder.stations} | set(site.form.places if site else ())
    for table in bench.folder.lists:
        for entry in table.rows:
            facility = entry.row.path.partition("/")[0]
            if facility not in facilities and facility not in bench.loose and site is not None:
                hint = suggestion(facility, facilities)
                table.fault((entry.index, "path"), f"unknown facility {facility!r}{hint}")
            _add(table, entry.row, entry.index, bench)


def _add(table: CsvTags, row: CsvRow, index: int, bench: Bench) -> None:
    tag_layer = Layer(table, (index,), row.tag_form())
    said = Layers((tag_layer,))
    check_tag(said)
    check_keep(said, bench)
    point = None
    place = Layer(table, (index,), row.point_form())
    device = bench.devices.get(row.device)
    if device is None:
        if message := bench.unknown("device", bench.folder.devices, bench.devices, row.device):
            table.fault((index, "device"), message)
    else:
        facility, equipment, role = row.path.split("/")
        names: dict[str, str | int] = {"facility": facility, "equipment": equipment, "role": role}
        setting = Setting(device.protocol, device.word_order, row.modbus_unit, 0, names)
        point = point_of(place, setting)
        check_group(row.device, device, said)
    bench.add_tag(tag_of(row.path, said, row.device, point), place, (index, "path"))
