"""Files that other programs read: whole or not at all, in the zone they state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow.parquet as pq
import pytest

from app.errors import Cancelled
from app.exchange.exporting import Export, export
from app.exchange.headings import Layout
from app.series.samples import Gap
from app.storage.history_contract import HistoryReader, Stop, never
from app.views.gateway.exporting import ENDED, Exported, Progress
from app.views.gateway.trend_export import export_samples
from tests.helpers.fake_history import FakeHistory, samples

START = 1_714_521_600_000
MINUTE = 60_000
MINUTES = ("1:00.000+08:00", "2:00.000+08:00")
ASKED = Export(
    ((1, "ps01/flow"), (2, "ps01/level")), START, START + 3 * MINUTE, 0, Layout.LONG, "csv", ZoneInfo("Asia/Shanghai")
)


def _history() -> FakeHistory:
    return FakeHistory(
        {
            1: samples([START, START + 1_500], [1.5, 0.1], [0, 130]),
            2: samples([START + 1_500, START + 2_000], [7.0, float("nan")], [0, 131]),
        },
        START + 100 * MINUTE,
        (Gap(START + 2 * MINUTE, START + 90 * MINUTE),),
    )


def _lines(asked: Export, folder: Path) -> list[str]:
    file = folder / "out.csv"
    export(_history(), asked, file, SimpleNamespace(rows=0, at_ms=0), never)
    return file.read_text("utf-8-sig").splitlines()


def test_long_and_raw(tmp_path: Path) -> None:
    """A line for each sample, in the order of time, with quality; a value that is none is empty. Where a gap begins,
    nothing is said of each tag."""
    assert _lines(ASKED, tmp_path) == [
        "time (Asia/Shanghai),tag,value,quality",
        "2024-05-01T08:00:00.000+08:00,ps01/flow,1.5,0",
        "2024-05-01T08:00:01.500+08:00,ps01/flow,0.1,130",
        "2024-05-01T08:00:01.500+08:00,ps01/level,7,0",
        "2024-05-01T08:00:02.000+08:00,ps01/level,,131",
        "2024-05-01T08:02:00.000+08:00,ps01/flow,,",
        "2024-05-01T08:02:00.000+08:00,ps01/level,,",
    ]


def test_wide_and_raw(tmp_path: Path) -> None:
    """A line for each time, two columns for each tag; a cell without a sample is empty in both. A line
    without any begins a gap."""
    assert _lines(replace(ASKED, layout=Layout.WIDE), tmp_path) == [
        "time (Asia/Shanghai),ps01/flow,ps01/flow:quality,ps01/level,ps01/level:quality",
        "2024-05-01T08:00:00.000+08:00,1.5,0,,",
        "2024-05-01T08:00:01.500+08:00,0.1,130,7,0",
        "2024-05-01T08:00:02.000+08:00,,,,131",
        "2024-05-01T08:02:00.000+08:00,,,,",
    ]


@pytest.mark.parametrize("layout", [Layout.LONG, Layout.WIDE])
def test_where_imports_end(layout: Layout, tmp_path: Path) -> None:
    """Where the import of one tag ends it has a line that says nothing, if the layout can say so of one; where those of
    all end, none has anything."""
    history = _history()
    history.ends = {1: [START + 1_500, START + MINUTE], 2: [START + MINUTE]}
    file = tmp_path / "out.csv"
    export(history, replace(ASKED, layout=layout), file, SimpleNamespace(rows=0, at_ms=0), never)
    lines = [
        line.removeprefix("2024-05-01T08:0") for line in file.read_text("utf-8-sig").splitlines() if line.endswith(",,")
    ]
    ended = ["0:01.500+08:00,ps01/flow,,", *(f"{at},ps01/{tag},," for at in MINUTES for tag in ("flow", "level"))]
    assert lines == (ended if layout is Layout.LONG else ["0:00.000+08:00,1.5,0,,", *(f"{at},,,," for at in MINUTES)])


def test_wide_buckets(tmp_path: Path) -> None:
    """A line for each bucket; a gap is empty, not zero, and nothing of it is covered."""
    asked = replace(ASKED, layout=Layout.WIDE, every_ms=MINUTE, tags=((1, "ps01/flow"),))
    assert _lines(asked, tmp_path) == [
        "time (Asia/Shanghai),ps01/flow:min,ps01/flow:max,ps01/flow:mean,ps01/flow:covered,ps01/flow:quality",
        "2024-05-01T08:00:00.000+08:00,1.5,1.5,1.5,0.025,130",
        "2024-05-01T08:01:00.000+08:00,,,,0,130",
        "2024-05-01T08:02:00.000+08:00,,,,0,",
    ]


def test_long_buckets_stand_by_time(tmp_path: Path) -> None:
    """All tags of a bucket follow each other."""
    lines = _lines(replace(ASKED, every_ms=MINUTE), tmp_path)
    assert [line.split(",")[:3] for line in lines[1:5]] == [
        ["2024-05-01T08:00:00.000+08:00", "ps01/flow", "1.5"],
        ["2024-05-01T08:00:00.000+08:00", "ps01/level", "7"],
        ["2024-05-01T08:01:00.000+08:00", "ps01/flow", ""],
        ["2024-05-01T08:01:00.000+08:00", "ps01/level", ""],
    ]


def test_parquet_knows_its_zone_and_what_was_asked(tmp_path: Path) -> None:
    """Times are instants with a zone, values are null where there are none, and the file says what it is."""
    file = tmp_path / "out.parquet"
    export(_history(), replace(ASKED, form="parquet"), file, SimpleNamespace(rows=0, at_ms=0), never)
    table = pq.read_table(file)
    assert str(table.schema.types[0]) == "timestamp[ms, tz=Asia/Shanghai]"
    assert table.column("value").to_pylist() == [1.5, 0.1, 7.0, None, None, None]
    assert table.column("quality").to_pylist() == [0, 130, 0, 131, None, None]
    assert table.schema.metadata[b"qianliyan.from"] == b"2024-05-01T08:00:00+08:00"


def test_an_ended_export_leaves_nothing(tmp_path: Path) -> None:
    """Whenever it is ended, no half of a file is left, and what stood there before stays."""
    file = tmp_path / "out.csv"
    file.write_text("before")
    asks = 0

    def stop() -> bool:
        nonlocal asks
        asks += 1
        return asks > 1

    with pytest.raises(Cancelled):
        export(_history(), ASKED, file, SimpleNamespace(rows=0, at_ms=0), stop)
    assert [p.name for p in tmp_path.iterdir()] == ["out.csv"] and file.read_text() == "before"


def test_memory_holds_slices_and_not_the_whole(tmp_path: Path) -> None:
    """A long time is read in slices: each asks for a part, and together they are everything, once."""
    count = 300_000
    history = FakeHistory({1: samples(START + np.arange(count) * 1_000, np.arange(count) % 97)}, START + count * 1_000)
    most = 0
    between = history.between

    def watched(tags: list[int], start_ms: int, end_ms: int, **more: object):  # type: ignore[no-untyped-def]
        nonlocal most
        found = between(tags, start_ms, end_ms, **more)  # type: ignore[arg-type]
        most = max(most, *(len(s) for s in (found or {}).values()), 0)
        return found

    history.between = watched  # type: ignore[method-assign]
    progress = SimpleNamespace(rows=0, at_ms=0)
    asked = replace(ASKED, tags=((1, "ps01/flow"),), end_ms=START + count * 1_000)
    export(history, asked, tmp_path / "out.csv", progress, never)
    assert progress.rows == count and progress.at_ms == asked.end_ms
    assert len((tmp_path / "out.csv").read_text("utf-8-sig").splitlines()) == count + 1
    assert most < count


def _work(file: Path, progress: Progress) -> Callable[[HistoryReader, Stop], Exported]:
    return export_samples(ASKED.tags, ASKED.start_ms, ASKED.end_ms, file, zone=ASKED.zone.key, progress=progress)


def test_the_room_s_work_says_what_became_of_it(tmp_path: Path) -> None:
    """Done, ended by the person, or stopped by the disk: each is told by its code, and only a whole file stays."""
    done = _work(tmp_path / "a.csv", Progress())(_history(), never)
    assert (done.trouble, done.rows) == ("", 6) and done.file.exists()
    ended = _work(tmp_path / "b.csv", Progress(cancelled=True))(_history(), never)
    assert ended.trouble == ENDED
    gone = _work(tmp_path / "no" / "c.csv", Progress())(_history(), never)
    assert gone.trouble == "folder" and gone.words
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]


def test_a_cancelled_ticket_ends_it_too(tmp_path: Path) -> None:
    """The room's own stop ends it as the person's does."""
    work = _work(tmp_path / "a.csv", Progress())
    assert work(_history(), lambda: True).trouble == ENDED
    assert list(tmp_path.iterdir()) == []
