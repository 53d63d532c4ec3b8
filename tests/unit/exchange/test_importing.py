"""Files with and without faults: what is good comes in, what is not is named."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import Cancelled, ConfigurationFault, EnvironmentFault
from app.exchange.declared import Declared
from app.exchange.headings import Layout, TagList
from app.exchange.rows import Reason
from app.exchange.time_text import Fold
from app.model.spec import Label, Site, TagKind, TagSpec
from app.model.terms import State
from app.series.times import unpack_times
from app.storage.history_contract import GroupKind
from tests.helpers.imported import Kept, import_file, tag_list


def _file(folder: Path, text: str, name: str = "in.csv", encoding: str = "utf-8") -> Path:
    file = folder / name
    file.write_bytes(text.encode(encoding))
    return file


def _named(report: Path) -> list[tuple[int, str, str, str]]:
    with report.open(encoding="utf-8-sig", newline="") as file:
        return [(int(r["line"]), r["reason"], r["column"], r["text"]) for r in csv.DictReader(file)]


def test_good_rows_come_in_and_the_others_are_named(tmp_path: Path) -> None:
    """Each fault that a row can have is named with its line, why and its text; all other rows are imported."""
    text = (
        "time,tag,value,quality\n"
        "2024-05-01 00:00:00,ps01/flow,1.5,0\n"
        "2024-05-01 00:00:01,ps01/flow,1.5\n"
        "yesterday,ps01/flow,1.5,0\n"
        '2024-05-01 00:00:02,"ps01/flow,1.5,0\n'
        "\n"
        "2024-05-01 00:00:03,ps09/flow,1.5,0\n"
        "2024-05-01 00:00:04,ps01/flow,much,0\n"
        "2024-05-01 00:00:05,ps01/flow,,0\n"
        "2024-05-01 00:00:06,ps01/flow,,\n"  # says nothing
        "2024-05-01 00:00:07,ps01/flow,2,fair\n"
        "2199-05-01 00:00:08,ps01/flow,2,0\n"
        "2024-05-01 00:00:00,ps01/flow,1.5,0\n"
        "2024-05-01 00:00:00,ps01/flow,1.6,0\n"
        "2024-05-01 00:00:09,ps01/flow,nan,0\n"
        "2024-05-01 00:00:10,ps01/flow,1e999,0\n"
        "2024-05-01 00:00:11,ps01/well/level,-3,65\n"
    )
    kept = Kept()
    run = import_file(_file(tmp_path, text), kept, report=tmp_path / "refused.csv")
    assert _named(tmp_path / "refused.csv") == [
        (3, "columns", "", "'2024-05-01 00:00:01,ps01/flow,1.5"[1:]),
        (4, "time", "", "yesterday,ps01/flow,1.5,0"),
        (5, "columns", "", '2024-05-01 00:00:02,"ps01/flow,1.5,0'),
        (7, "tag", "", "2024-05-01 00:00:03,ps09/flow,1.5,0"),
        (8, "value", "", "2024-05-01 00:00:04,ps01/flow,much,0"),
        (11, "quality", "", "2024-05-01 00:00:07,ps01/flow,2,fair"),
        (12, "time-range", "", "2199-05-01 00:00:08,ps01/flow,2,0"),
        (15, "value", "", "2024-05-01 00:00:09,ps01/flow,nan,0"),
        (16, "value", "", "2024-05-01 00:00:10,ps01/flow,1e999,0"),
        (14, "another-value", "", "2024-04-30T16:00:00.000+00:00,ps01/flow,1.6"),
    ]
    assert kept.samples(1).values.tolist()[0] == 1.5
    assert len(kept.samples(1)) == 2 and len(kept.samples(2)) == 1
    assert kept.samples(2).quality.tolist() == [65]
    assert (run.progress.added, run.progress.repeated, run.progress.refused) == (3, 1, 10)


def test_a_wide_file_gives_a_sample_for_each_cell(tmp_path: Path) -> None:
    """A column for each tag; an empty cell says nothing, a wrong one is refused alone, an unknown column is named."""
    text = (
        "时间;ps01/flow;ps01/well/level;room temperature\r\n"
        "2024-05-01 00:00;1,5;2,25;20\r\n"
        "2024-05-01 00:01;;2.25;20\r\n"
        "2024-05-01 00:02;1,75;;20\r\n"
    )
    kept = Kept()
    run = import_file(_file(tmp_path, text), kept, decimal=",", report=tmp_path / "refused.csv")
    assert _named(tmp_path / "refused.csv") == [
        (1, "tag", "room temperature", ""),
        (3, "value", "ps01/well/level", "2.25"),
    ]
    assert kept.samples(1).values.tolist() == [1.5, 1.75]
    assert kept.samples(2).values.tolist() == [2.25]
    assert run.progress.rows == 3


def test_a_value_that_is_missing_is_named(tmp_path: Path) -> None:
    """Without a column of quality, a row without a value is a broken one."""
    run = import_file(_file(tmp_path, "time,tag,value\n2024-05-01,ps01/flow,\n2024-05-01,ps01/flow,2\n"), Kept())
    assert run.report.counts == {Reason.VALUE: 1} and run.progress.added == 1


@pytest.mark.parametrize("layout", ["long", "wide"])
def test_a_state_that_the_site_does_not_have_is_named(layout: str, tmp_path: Path) -> None:
    """A discrete tag is 0 or 1, an enum one of its states, whatever their numbers; another tag may be anything. No
    value is no state, and is said with its quality."""
    tags = tag_list()
    tags.declared = Declared({0: (0, 1), 1: (-2, 3, 70_000)})
    wrong = {"ps01/flow": ("2", "0.5", "-1", "1e300", "inf"), "ps01/well/level": ("0", "-3", "3.5", "7e4001", "1e12")}
    good = {"ps01/flow": ("0", "1.0"), "ps01/well/level": ("-2", "3", "7e4"), "ps02/well/level": ("0.5", "-2", "1e300")}
    rows = [(path, text) for texts in (wrong, good) for path, its in texts.items() for text in its]
    lines = [f"2024-05-01 00:00:{i:02d},{path},{text},128" for i, (path, text) in enumerate(rows)]
    text = "\n".join(["time,tag,value,quality", *lines, "2024-05-02,ps01/flow,,128"])
    if layout == "wide":
        cells = [",".join(text if path == its else "" for its in tags.paths) for path, text in rows]
        text = "\n".join(
            [",".join(["time", *tags.paths]), *(f"2024-05-01 00:00:{i:02d},{c}" for i, c in enumerate(cells))]
        )
    kept = Kept()
    run = import_file(_file(tmp_path, text), kept, tags=tags)
    assert run.report.counts == {Reason.STATE: 8, Reason.VALUE: 2}
    assert [r.line for _, r in run.report.first] == list(range(2, 12))
    for number, path in enumerate(tags.paths, 1):
        values = kept.samples(number).values
        assert values[np.isfinite(values)].tolist() == [float(text) for text in good[path]]


def test_a_site_says_which_states_its_tags_have() -> None:
    """The tags of a site bring their states along, and a place of no tag has none."""
    label, states = Label("泵", "pump"), (State(0, Label("停", "stopped")), State(2, Label("故障", "fault")))
    specs = (
        TagSpec("a/running", label, TagKind.DISCRETE, 4), TagSpec("a/mode", label, TagKind.ENUM, 2, states=states),
        TagSpec("b/flow", label, TagKind.ANALOG, 3),
    )  # fmt: skip
    tags = TagList.of(Site("x", label, "UTC", demo=False, tags=specs))
    asked = [("a/running", 1), ("a/running", 2), ("a/mode", 2), ("a/mode", 1), ("b/flow", 1.5), ("c/flow", 1)]
    places = np.array([tags.place(path) for path, _ in asked], np.int32)
    strange = tags.declared.strange(places, np.array([v for _, v in asked], np.float64))
    assert strange.tolist() == [False, True, False, True, False, False]


def test_names_of_another_system_lead_to_tags(tmp_path: Path) -> None:
    """A map leads from other names to tags, in both layouts; a name that leads nowhere is left out in silence."""
    tags = tag_list(**{"LT-101": "ps01/well/level", "TT-9": ""})
    kept = Kept()
    long = _file(tmp_path, "timestamp,point,value\n2024-05-01,LT-101,1\n2024-05-01,TT-9,1\n", "long.csv")
    wide = _file(tmp_path, "time,LT-101,TT-9\n2024-05-02,2,3\n", "wide.csv")
    runs = [import_file(file, kept, tags=tags) for file in (long, wide)]
    assert kept.samples(2).values.tolist() == [1.0, 2.0]
    assert [run.progress.refused for run in runs] == [0, 0]


def test_a_file_of_a_chinese_spreadsheet(tmp_path: Path) -> None:
    """GB 18030 is found out, headings and names in Chinese are understood."""
    tags = tag_list(下沙泵站液位="ps01/well/level")
    kept = Kept()
    text = "时间,测点,数值,质量\r\n2024/5/1 8:00,下沙泵站液位,3.25,0\r\n"
    import_file(_file(tmp_path, text, encoding="gb18030"), kept, tags=tags)
    assert kept.samples(2).values.tolist() == [3.25]
    assert kept.samples(2).source_ms.tolist() == [1_714_521_600_000]


def test_bytes_that_are_no_text_spoil_their_own_row(tmp_path: Path) -> None:
    """A row with broken bytes in the middle of a UTF-8 file is refused, those around it come in."""
    file = _file(tmp_path, "time,tag,value\n2024-05-01,ps01/flow,1\n" + "# é\n" * 100_000)
    with file.open("ab") as more:
        more.write(b"2024-05-02,ps01/fl\xff\xfew,2\n2024-05-03,ps01/flow,3\n")
    kept = Kept()
    run = import_file(file, kept)
    assert kept.samples(1).values.tolist() == [1.0, 3.0]
    assert run.report.counts == {Reason.COLUMNS: 100_000, Reason.TAG: 1}


def test_importing_twice_changes_nothing(tmp_path: Path) -> None:
    """The same file again adds nothing; one that says more adds what is new and names what differs."""
    first = "".join(f"2024-05-01 00:{i // 60:02d}:{i % 60:02d},ps01/flow,{i}\n" for i in range(3_000))
    kept = Kept()
    head = "time,tag,value\n"
    import_file(_file(tmp_path, head + first), kept)
    again = import_file(_file(tmp_path, head + first), kept, revision=2)
    assert (again.progress.added, again.progress.repeated) == (0, 3_000)
    more = first.replace(",17\n", ",18\n") + "2024-05-02,ps01/flow,1\n"
    third = import_file(_file(tmp_path, head + more), kept, revision=3)
    assert (third.progress.added, third.progress.repeated) == (1, 2_999)
    assert third.report.counts == {Reason.ANOTHER_VALUE: 1}
    assert len(kept.samples(1)) == 3_001


@pytest.mark.parametrize("order", ["forwards", "backwards", "mixed"])
def test_chunks_in_any_order_give_the_same_history(tmp_path: Path, order: str) -> None:
    """A file that is not in the order of time comes in whole, chunk by chunk, and no sample twice."""
    lines = [f"{1_700_000_000_000 + i * 1000},ps01/flow,{i}\n" for i in range(5_000)]
    if order == "backwards":
        lines.reverse()
    elif order == "mixed":
        lines = lines[1::2] + lines[::2] + lines[:10]
    kept = Kept()
    run = import_file(
        _file(tmp_path, "time,tag,value\n" + "".join(lines)), kept, times="unix-ms", chunk=700, piece=9_000
    )
    assert kept.samples(1).values.tolist() == [float(i) for i in range(5_000)]
    assert run.progress.added == 5_000


def test_groups_are_as_history_wants_them(tmp_path: Path) -> None:
    """At most 8,192 events each, of one month, imported, with the import's revision and no frame; tags with the same
    times share them; no two groups of a tag begin at the same time."""
    lines = [
        f"{1_706_000_000 + i * 60},{tag},{i % 7}\n" for i in range(20_000) for tag in ("ps01/flow", "ps02/well/level")
    ]
    kept = Kept()
    import_file(_file(tmp_path, "time,tag,value\n" + "".join(lines)), kept, times="unix-s", revision=12)
    starts = [(block.tag, group.start_ms) for group in kept.groups for block in group.blocks]
    assert len(starts) == len(set(starts))
    for group in kept.groups:
        times = unpack_times(group.times)
        assert group.kind is GroupKind.IMPORTED and group.revision == 12 and (group.first_seq, group.last_seq) == (0, 0)
        assert len(times) == group.events <= 8_192
        assert (times.source_ms[0], times.source_ms[-1]) == (group.start_ms, group.end_ms)
        assert len(set(times.source_ms.astype("M8[ms]").astype("M8[M]").tolist())) == 1
        assert [b.tag for b in group.blocks] == [1, 3]
        assert (times.receipt_ms == 7).all()


def test_the_hour_that_came_twice_is_said(tmp_path: Path) -> None:
    """Rows of that hour are refused and named, or read as a person said, and counted."""
    file = _file(tmp_path, "time,tag,value\n2024-10-27 02:30,ps01/flow,1\n2024-03-31 02:30,ps01/flow,1\n")
    refused = import_file(file, Kept(), zone="Europe/Berlin")
    assert refused.report.counts == {Reason.TIME_TWICE: 1, Reason.TIME_NEVER: 1}
    kept = Kept()
    later = import_file(file, kept, zone="Europe/Berlin", fold=Fold.LATER)
    assert later.report.counts == {Reason.TIME_NEVER: 1} and later.progress.folded == 1
    assert kept.samples(1).source_ms.tolist() == [1_729_992_600_000]


def test_what_was_added_stays_when_an_import_is_ended(tmp_path: Path) -> None:
    """Ended in the middle, an import has added whole groups under its revision; begun again it adds the rest."""
    lines = [f"{1_700_000_000_000 + i * 1000},ps01/flow,{i}\n" for i in range(5_000)]
    file = _file(tmp_path, "time,tag,value\n" + "".join(lines))
    kept = Kept()

    def stop() -> bool:
        return len(kept.groups) >= 2

    with pytest.raises(Cancelled):
        import_file(file, kept, times="unix-ms", chunk=100, piece=9_000, stop=stop)
    there = len(kept.samples(1))
    assert kept.spans[1, 1, 1].end_ms == kept.samples(1).source_ms[-1]
    assert 0 < there <= 5_000 and {g.revision for g in kept.groups} == {1}
    rest = import_file(file, kept, times="unix-ms", revision=2)
    assert rest.progress.added == 5_000 - there
    assert kept.samples(1).values.tolist() == [float(i) for i in range(5_000)]


@pytest.mark.parametrize(
    ("text", "layout", "says"),
    [
        ("", Layout.AUTO, "headings"),
        ("a,b\n1,2\n", Layout.AUTO, r"\.csv, line 1: the headings name neither"),
        ("time,ps01/flow\n", Layout.LONG, r"\.csv, line 1: a long table"),
        ("NAME,ps01/flow", Layout.AUTO, r"\.csv, line 1: no column is headed as a time, and no row follows"),
        ("NAME,ps01/flow\r\n\n", Layout.WIDE, "no row follows"),
        ("time,ps01/flow,ps01/flow\n", Layout.AUTO, "two columns"),
        ("\0\0,\0", Layout.AUTO, "UTF-8"),
    ],
)
def test_what_is_no_table_is_said(tmp_path: Path, text: str, layout: Layout, says: str) -> None:
    """A file without the headings of a table of samples is refused as a whole, in a sentence."""
    with pytest.raises(ConfigurationFault, match=says):
        import_file(_file(tmp_path, text), Kept(), layout=layout)


@pytest.mark.parametrize("text", ["time,ps01/flow\n", "time,tag,value", "NAME,ps01/flow\n2026-03-01 00:00:00,1\n"])
def test_a_table_may_be_empty_and_its_first_column_any_time(tmp_path: Path, text: str) -> None:
    """A span without samples goes out as headings alone, and comes in as nothing."""
    assert import_file(_file(tmp_path, text), Kept()).progress.refused == 0


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A file that cannot be read is named."""
    with pytest.raises(EnvironmentFault, match=r"gone\.csv"):
        import_file(tmp_path / "gone.csv", Kept())


CELL = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=12)
GOOD = st.tuples(st.integers(0, 86_399), st.floats(allow_nan=False, allow_infinity=False, width=32))
LINE = st.one_of(GOOD, st.lists(CELL, max_size=4).map(",".join))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(LINE, max_size=25), chunk=st.integers(1, 20))
def test_no_garbage_keeps_a_good_row_out(lines: list[tuple[int, float] | str], chunk: int, tmp_path: Path) -> None:
    """Among lines of any garbage all good rows come in, once each, whatever stands beside them."""
    text, good = "time,tag,value\n", {}
    for line in lines:
        if isinstance(line, str):
            text += line.replace("\n", " ").replace("\r", " ").replace("ps0", "") + "\n"
        else:
            at, value = line
            good.setdefault(at, value)
            text += f"2024-05-01 {at // 3600:02d}:{at // 60 % 60:02d}:{at % 60:02d},ps01/flow,{value!r}\n"
    kept = Kept()
    run = import_file(_file(tmp_path, text), kept, chunk=chunk, piece=chunk * 20, zone="UTC")
    found = kept.samples(1)
    assert {
        int(ms) // 1000 - 1_714_521_600: float(v) for ms, v in zip(found.source_ms, found.values, strict=True)
    } == good
    assert run.progress.added == len(good) == len(found)
