"""`qianliyan import` and `qianliyan export` on a store: in, listed, taken back, out; and what stands in their way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli.directly import owned
from app.cli.main import app
from app.clock import SystemClock
from app.exchange.imports import ENDED
from app.model.records import Journal
from app.model.spec import Label, Site, TagKind, TagSpec
from app.storage.contract import EngineStore, JournalQuery
from app.storage.history_reading import open_history_reader
from app.storage.opening import create_store, open_engine_store, open_room_store
from app.storage.verify import verify_store

PATHS = ("ps01/flow", "ps01/well/level", "ps02/well/level")
LINES = [f"2026-03-01 00:{i // 60:02d}:{i % 60:02d},{path},{i}" for i in range(900) for path in PATHS[:2]]
HEAD = "time,tag,value"


@contextmanager
def held(store: str) -> Iterator[EngineStore]:
    """Hold a store as an engine does."""
    engine = open_engine_store(store, clock=SystemClock())
    engine.take_lease("the engine of the test")
    yield engine
    engine.release_lease()
    engine.close()


@pytest.fixture
def store(tmp_path: Path) -> str:
    """Make a demo store with a site of three tags of numbers and one of texts."""
    address = str(tmp_path / "store")
    create_store(address, demo=True)
    tags = tuple(TagSpec(p, Label(p, p), TagKind.ANALOG) for p in PATHS)
    text = TagSpec("ps01/message", Label("t", "t"), TagKind.TEXT)
    site = Site(id="s", label=Label("场", "site"), timezone="Asia/Shanghai", demo=True, tags=(*tags, text))
    with held(address) as engine:
        engine.apply_site(site, "test", "first")
    return address


def run(store: str, *words: str, typed: str = "") -> Result:
    """Run a verb in English."""
    return CliRunner().invoke(app, [*words, "--store", store, "--lang", "en"], input=typed)


def file_of(folder: Path, lines: list[str], name: str = "in.csv") -> str:
    """Write a file."""
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(folder / name)


def number(store: str, path: str) -> int:
    """Return the number of a tag."""
    reader = open_room_store(store)
    applied = reader.applied_site()
    reader.close()
    assert applied is not None
    return next(t.number for t in applied.site.tags if t.path == path)


def count(store: str, path: str) -> int:
    """Return how many samples a tag has."""
    reader = open_history_reader(store)
    found = len(reader.raw(number(store, path), 0, 1 << 42))
    reader.close()
    return found


def test_in_and_listed_and_taken_back(store: str, tmp_path: Path) -> None:
    """An import adds what is good, says what is not; the list has it; taken back, nothing of it is left. Each step is
    in the audit journal with who and why, and the store stays sound."""
    file = file_of(tmp_path, [HEAD, *LINES, "soon,ps01/flow,1", "2026-03-01,ps01/message,1"])
    done = run(store, "import", file, "--reason", "old system", "--report", str(tmp_path / "refused.csv"))
    assert done.exit_code == 0, done.output
    assert "Revision 1: 1,800 samples of 2 tags imported, 0 already there, 2 refused" in done.stdout
    assert "2026-03-01 00:00:00 to 2026-03-01 00:14:59 (Asia/Shanghai)" in done.stdout
    assert (tmp_path / "refused.csv").read_text("utf-8-sig").splitlines()[1:] == [
        'in.csv,1802,time,,"soon,ps01/flow,1"', 'in.csv,1803,tag,,"2026-03-01,ps01/message,1"',
    ]  # fmt: skip
    assert count(store, "ps01/flow") == 900
    listed = run(store, "import", "--list")
    assert "in.csv" in listed.stdout and "whole" in listed.stdout and "1,800" in listed.stdout
    assert run(store, "import", "--undo", "1", typed="n\n").exit_code == 1
    assert count(store, "ps01/flow") == 900
    back = run(store, "import", "--undo", "1", "--yes", "--reason", "wrong file")
    assert "1,800 samples removed" in back.stdout
    assert count(store, "ps01/flow") == 0
    assert "taken back" in run(store, "import", "--list").stdout
    reader = open_room_store(store)
    kinds = [e.kind for e in reader.journal_newest(Journal.AUDIT) if e.kind.startswith("import")]
    reader.close()
    assert kinds == ["import_begun", "import_ended", "import_taken_back"]
    assert verify_store(store).faults == []


def test_again_changes_nothing(store: str, tmp_path: Path) -> None:
    """The same file twice, and its own export, add nothing."""
    file = file_of(tmp_path, [HEAD, *LINES])
    assert run(store, "import", file).exit_code == 0
    assert "0 samples of 0 tags imported, 1,800 already there" in run(store, "import", file).stdout
    out = str(tmp_path / "out.csv")
    assert run(store, "export", "--tags", "*", "--from", "2026-03-01", "--to", "2026-03-02", "-o", out).exit_code == 0
    assert "0 samples of 0 tags imported, 1,800 already there" in run(store, "import", out).stdout
    assert count(store, "ps01/flow") == 900


@pytest.mark.parametrize("layout", ["long", "wide"])
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_out_and_into_a_fresh_store(store: str, tmp_path: Path, layout: str, form: str) -> None:
    """What is exported from one store and imported into another is the same there, to the last bit."""
    odd = [f"2026-03-01 08:00:00.{i:03d},ps02/well/level,{(i * 0.1) ** 7!r},{i % 3}" for i in range(500)]
    assert run(store, "import", file_of(tmp_path, [HEAD + ",quality", *odd])).exit_code == 0
    assert run(store, "import", file_of(tmp_path, [HEAD, *LINES])).exit_code == 0
    out = str(tmp_path / f"out.{form}")
    asked = ("--tags", "ps*", "--from", "2026-03-01", "--to", "2026-03-02", "--layout", layout, "-o", out)
    assert run(store, "export", *asked).exit_code == 0
    other = str(tmp_path / "other")
    create_store(other, demo=True)
    reader = open_room_store(store)
    applied = reader.applied_site()
    reader.close()
    assert applied is not None
    with held(other) as engine:
        engine.apply_site(applied.site, "test", "same")
    assert run(other, "import", out).exit_code == 0
    for path in PATHS:
        there, here = (open_history_reader(s) for s in (store, other))
        was, now = there.raw(number(store, path), 0, 1 << 42), here.raw(number(other, path), 0, 1 << 42)
        there.close()
        here.close()
        assert was.source_ms.tolist() == now.source_ms.tolist() and len(was)
        assert was.values.tobytes() == now.values.tobytes()
        assert was.quality.tolist() == now.quality.tolist()


def test_an_engine_that_runs_is_named(store: str, tmp_path: Path) -> None:
    """While somebody else writes history, an import says who that is, in one sentence, and changes nothing."""
    file = file_of(tmp_path, [HEAD, *LINES])
    with held(store):
        refused = run(store, "import", file)
        checked = run(store, "import", file, "--dry-run")
    assert refused.exit_code == 3
    assert "the engine of the test" in refused.output and "Nothing was changed" in refused.output
    assert checked.exit_code == 0 and "1,800 samples of 2 tags could be imported" in checked.stdout
    assert count(store, "ps01/flow") == 0
    assert "nothing was ever imported" in run(store, "import", "--list").stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["import"], "name the files"),
        (["import", "--undo", "7"], "no import of revision 7"),
        (["import", "FILE", "--time", "%H:%M"], "no format of times"),
        (["import", "FILE", "--zone", "Mars/Base"], "no time zone"),
        (["import", "FILE", "--layout", "flat"], "--layout is one of"),
        (["import", "FILE", "--decimal", ";"], "--decimal"),
        (["import", "FILE", "--report", "no/such/folder/report.csv"], "the report no/such/folder/report.csv cannot"),
        (["export", "--tags", "*", "--from", "2026-03-01", "-o", "x.xls"], "neither .csv nor .parquet"),
        (["export", "--tags", "*", "--from", "2026-03-01", "-o", "-"], "neither .csv nor .parquet"),
        (["export", "--tags", "none/*", "--from", "2026-03-01", "-o", "x.csv"], "no tag matches none/*"),
        (["export", "--tags", "*", "--from", "2026-03-01", "--every", "0h", "-o", "x.csv"], "--every"),
        (["export", "--tags", "*", "--from", "2026-03-02", "--to", "2026-03-01", "-o", "x.csv"], "earlier"),
        (["export", "--tags", "*", "--from", "0001-01-01", "--every", "1s", "-o", "x.csv"], "buckets are too many"),
        (["export", "--tags", "*", "--from", "0001-01-01", "-o", "FOLDER", "--format", "csv"], "there is no file"),
    ],
)
def test_what_was_written_wrongly_is_said(store: str, tmp_path: Path, words: list[str], says: str) -> None:
    """A wrong option is a sentence, not a trace."""
    file = file_of(tmp_path, [HEAD, *LINES[:3]])
    given = {"FILE": file, "FOLDER": str(tmp_path)}
    wrong = run(store, *[given.get(word, word) for word in words])
    assert wrong.exit_code != 0
    assert says in str(wrong.exception)
    assert "nothing was ever imported" in run(store, "import", "--list").stdout


@pytest.mark.parametrize("heading", ["", "name,path\n", "Name,Tag\n", "名称,测点\n"])
def test_a_map_may_have_headings(store: str, tmp_path: Path, heading: str) -> None:
    """They are no names of points; what another system calls a point leads to its tag."""
    names = tmp_path / "names.csv"
    names.write_text(f"{heading}1#流量,ps01/flow\n雨量,\n", encoding="utf-8-sig")
    file = file_of(tmp_path, ["时间;1#流量;雨量", "2026-03-01 00:00:00;1,5;0,0", "2026-03-01 00:10:00;2.5;0,0"])
    done = run(store, "import", file, "--map", str(names), "--decimal", ",")
    assert done.exit_code == 0 and "1 sample of 1 tag imported" in done.stdout
    assert "see --decimal  1#流量 2.5" in done.stdout


def test_buckets_and_gaps_in_a_file(store: str, tmp_path: Path) -> None:
    """Buckets of ten minutes: least, greatest, mean by time."""
    assert run(store, "import", file_of(tmp_path, [HEAD, *LINES])).exit_code == 0
    out = tmp_path / "out.csv"
    asked = ("--tags", "ps01/flow", "--from", "2026-03-01", "--to", "2026-03-01T00:10:00", "--every", "10min")
    assert run(store, "export", *asked, "-o", str(out)).exit_code == 0
    lines = out.read_text("utf-8-sig").splitlines()
    assert lines[0] == "time (Asia/Shanghai),tag,min,max,mean,covered,quality"
    time_, tag, low, high, mean, covered, quality = lines[1].split(",")
    assert (time_, tag) == ("2026-03-01T00:00:00.000+08:00", "ps01/flow")
    assert [float(low), float(high), float(covered), int(quality)] == [0.0, 599.0, 1.0, 0]
    assert abs(float(mean) - 299.5) < 0.01


MANY = 2_500_000


def _interrupted(store: str, folder: Path, number_: int) -> tuple[int, str]:
    """Import many samples in a process of its own, send it a signal once some are there; return how it ended."""
    many = folder / "many.csv"
    with many.open("w", encoding="utf-8") as out:
        out.write(HEAD + "\n")
        out.writelines(f"{1_700_000_000_000 + i * 1000},ps01/flow,{i % 1000}\n" for i in range(MANY))
    words = ["import", str(many), "--time", "unix-ms", "--store", store, "--lang", "en"]
    begun = subprocess.Popen(
        [sys.executable, "-m", "app", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "TERM": "dumb"},
    )  # fmt: skip
    while count(store, "ps01/flow") == 0 and begun.poll() is None:
        time.sleep(0.05)
    begun.send_signal(number_)
    _, errors = begun.communicate(timeout=60)
    return begun.returncode, errors


@pytest.mark.skipif(sys.platform == "win32", reason="signals as a shell sends them")
def test_ctrl_c_ends_an_import_without_harm(store: str, tmp_path: Path) -> None:
    """Ended in the middle, the process ends with 4 and says what stays; the store is sound, and the revision can be
    taken back. How soon it ends is measured by benchmarks/import_history.py."""
    code, errors = _interrupted(store, tmp_path, signal.SIGINT)
    assert code == 4, errors
    assert "these samples stay, as revision 1" in errors
    assert 0 < count(store, "ps01/flow") < MANY
    assert "in part" in run(store, "import", "--list").stdout
    assert verify_store(store).faults == []
    assert run(store, "import", "--undo", "1", "--yes").exit_code == 0
    assert count(store, "ps01/flow") == 0


def test_a_defect_ends_an_import_in_the_journal_too(
    store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is listed as one that ended, not as one that may still run; the defect is not swallowed."""
    monkeypatch.setattr("app.exchange.importing.groups_of", defect)
    outcome = run(store, "import", file_of(tmp_path, [HEAD, *LINES]), "--reason", "old")
    assert isinstance(outcome.exception, ZeroDivisionError) and "revision 1" in outcome.output
    assert "in part" in run(store, "import", "--list").stdout
    with closing(open_room_store(store)) as room:
        (line,) = room.journal_query(JournalQuery(kinds=(ENDED,)))
    assert line.detail["fault"] == "ZeroDivisionError: a defect"


def defect(*_given: object) -> Iterator[object]:
    """Be a part of the program that is wrong."""
    raise ZeroDivisionError("a defect")


def test_whatever_ends_it_the_lease_is_given_back(store: str) -> None:
    """Whoever comes next need not wait until it has run out; the fault itself stays what it was."""
    with pytest.raises(ZeroDivisionError), owned(store, language="en"):
        defect()
    with closing(open_room_store(store)) as room:
        lease = room.lease()
    assert lease is not None and lease.until_ms == 0


@pytest.mark.skipif(sys.platform == "win32", reason="signals as a shell sends them")
def test_a_killed_import_can_be_gone_on_with(store: str, tmp_path: Path) -> None:
    """Killed in the middle, an import leaves a sound store; the list says that its end is not known, and the same file
    again adds what is missing, none twice."""
    code, errors = _interrupted(store, tmp_path, signal.SIGKILL)
    assert code == -signal.SIGKILL, errors
    there = count(store, "ps01/flow")
    assert 0 < there < MANY
    assert "no end known" in run(store, "import", "--list").stdout
    assert verify_store(store).faults == []
    again = run(store, "import", str(tmp_path / "many.csv"), "--time", "unix-ms")
    assert f"{MANY - there:,} samples of 1 tag imported, {there:,} already there" in again.stdout
    assert count(store, "ps01/flow") == MANY
