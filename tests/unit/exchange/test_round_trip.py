"""What is exported comes back as it was."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.exchange.exporting import Export, export
from app.exchange.headings import Layout
from app.model.quality import Quality
from app.series.samples import Gap
from app.storage.history_contract import never
from tests.helpers.fake_history import FakeHistory, samples
from tests.helpers.imported import TAGS, Kept, import_file

START = 1_700_000_000_000


def _written(history: FakeHistory, file: Path, layout: Layout, form: str, end_ms: int = START + 10**9) -> Path:
    asked = Export(tuple(enumerate(TAGS, 1)), START, end_ms, 0, layout, form, ZoneInfo("Asia/Shanghai"))
    export(history, asked, file, SimpleNamespace(rows=0, at_ms=0), never)
    return file


VALUES = st.one_of(st.floats(allow_nan=False, allow_infinity=False, width=64), st.just(float("nan")))
SERIES = st.dictionaries(
    st.integers(0, 10_000_000), st.tuples(VALUES, st.sampled_from([int(q) for q in Quality])), max_size=30
)


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize("layout", [Layout.LONG, Layout.WIDE])
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tags=st.tuples(SERIES, SERIES, SERIES))
def test_every_sample_comes_back(
    tags: tuple[dict[int, tuple[float, int]], ...], layout: Layout, form: str, tmp_path: Path
) -> None:
    """Time, value (to the last bit) and quality of every sample are the same after an export and an import, in both
    layouts and formats; a value that is none but has a quality too."""
    history = FakeHistory(
        {
            number: samples(
                [START + ms for ms in sorted(series)],
                [series[ms][0] for ms in sorted(series)],
                [series[ms][1] for ms in sorted(series)],
            )
            for number, series in enumerate(tags, 1)
        },
        START + 10**9,
    )
    kept = Kept()
    run = import_file(_written(history, tmp_path / f"out.{form}", layout, form), kept)
    assert run.progress.refused == run.progress.repeated == 0
    for number in (1, 2, 3):
        was, back = history.tags[number], kept.samples(number)
        assert back.source_ms.tolist() == was.source_ms.tolist()
        assert back.values.tobytes() == was.values.tobytes()
        assert back.quality.tolist() == was.quality.tolist()


@pytest.mark.parametrize("layout", [Layout.LONG, Layout.WIDE])
def test_two_qualities_at_one_time_stay_two_samples(layout: Layout, tmp_path: Path) -> None:
    """A sample that was marked at the time at which it was read comes back as two."""
    history = FakeHistory({1: samples([START, START, START + 5], [1.5, 1.5, 2.0], [0, 130, 0])}, START + 10**9)
    kept = Kept()
    import_file(_written(history, tmp_path / "out.csv", layout, "csv"), kept)
    assert kept.samples(1).quality.tolist() == [0, 130, 0]


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize("layout", [Layout.LONG, Layout.WIDE])
def test_gaps_are_no_samples_when_they_come_back(layout: Layout, form: str, tmp_path: Path) -> None:
    """The empty rows with which gaps begin add nothing and are not refused."""
    history = FakeHistory({1: samples([START, START + 60_000], [1.0, 2.0])}, START + 10**9)
    history.holes = (Gap(START + 1_000, START + 50_000),)
    kept = Kept()
    run = import_file(_written(history, tmp_path / f"out.{form}", layout, form), kept)
    assert (run.progress.added, run.progress.refused) == (2, 0)
    assert kept.samples(1).values.tolist() == [1.0, 2.0]


def test_what_comes_back_to_where_it_was_is_not_doubled(tmp_path: Path) -> None:
    """Importing an export into the history that it came from adds nothing."""
    values = np.arange(50_000) / 7
    history = FakeHistory({2: samples(START + np.arange(50_000) * 1000, values)}, START + 10**9)
    kept = Kept()
    file = _written(history, tmp_path / "out.csv", Layout.LONG, "csv")
    first = import_file(file, kept)
    again = import_file(file, kept, revision=2)
    assert (first.progress.added, again.progress.added, again.progress.repeated) == (50_000, 0, 50_000)
    assert len(kept.samples(2)) == 50_000


def test_only_the_time_that_was_asked_for(tmp_path: Path) -> None:
    """The start is in, the end is not, and the sample that holds at the start is no sample of this time."""
    history = FakeHistory({1: samples([START - 5, START, START + 10], [1.0, 2.0, 3.0])}, START + 10**9)
    file = _written(history, tmp_path / "out.csv", Layout.LONG, "csv", START + 10)
    lines = file.read_text("utf-8-sig").splitlines()
    assert lines == ["time (Asia/Shanghai),tag,value,quality", "2023-11-15T06:13:20.000+08:00,ps01/flow,2,0"]
