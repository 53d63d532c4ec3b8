"""One hour of recorded samples through the real engine: the performance page's figures equal those of a calculation of
its own over the journal that was exported."""

from __future__ import annotations

import csv
import random
from collections import Counter
from datetime import datetime
from pathlib import Path
from statistics import mean
from typing import Any

import pytest

from app.model.records import Journal, RequestKind
from app.storage.contract import JournalQuery
from app.views.gateway.exporting import Progress, export_journal
from app.views.gateway.performance import read_performance
from app.views.state.journal_fields import place_and_text
from app.views.state.performance_report import Report, kpi_rows
from app.views.state.sentences import Names
from tests.helpers.alarmed import AlarmBench, alarm_bench

HOUR = 3_600_000
STEP_S = 2.0


def recording() -> list[dict[str, float]]:
    """Return what the PLC said every two seconds: a level that wanders, pumps that trip, a set-point that falls; for
    ten minutes of it the level swings over its limit all the time, and one trip comes and goes."""
    dice = random.Random(62682)
    level, samples = 2.0, []
    for i in range(int(HOUR / 1000 / STEP_S)):
        storm = 900 <= i * STEP_S < 1500
        level = min(3.9, max(0.3, level + dice.uniform(-0.22, 0.22) + 0.02 * (2.2 - level)))
        sample = {"ps01__well__level": 3.6 if storm and i % 14 < 6 else 2.0 if storm else level}
        if dice.random() < 0.02:
            sample["ps01__pump1__trip"] = float(dice.random() < 0.5)
        if dice.random() < 0.01 or (storm and i % 9 == 0):
            sample["ps01__pump2__trip"] = float(dice.random() < 0.5)
        if dice.random() < 0.02:
            sample["ps01__pump2__starts_hour"] = float(dice.choice((2, 6, 9)))
        if dice.random() < 0.02:
            sample["ps01__pump1__run"] = float(dice.random() < 0.7)
            sample["ps01__pump1__speed_sp"] = dice.choice((15.0, 30.0, 45.0))
        samples.append(sample)
    return samples


async def run_the_hour(bench: AlarmBench) -> None:
    """Play it; every minute somebody acknowledges what waits, latches are reset, one alarm is shelved for a while."""
    for i, sample in enumerate(recording()):
        await bench.step(STEP_S, **sample)
        if i % 30 == 29:
            await bench.flush()
            rows = bench.reader.alarms_after(-1)
            if waiting := [r.path for r in rows if r.state.unacknowledged and not r.aside][: 1 + i % 4]:
                await bench.acknowledge(*waiting)
            for row in rows:
                if row.state == "latch_ack":
                    what = {"occurrence": row.occurrence}
                    await bench.on_alarm(RequestKind.RESET_ALARM, row.path, **what)
        if i == 1200:
            await bench.on_alarm(RequestKind.SHELVE, "ps01/well/level:L", duration_s=300.0, one_shot=False)
    await bench.flush()


def counted_by_hand(file: Path, start: int, end: int) -> dict[str, Any]:
    """Work the figures out from the exported lines alone: nothing of the product's own calculation is used."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = sorted(csv.DictReader(lines), key=lambda r: int(r["seq"]))
    for row in rows:
        row["ms"] = round(datetime.fromisoformat(row["time"]).timestamp() * 1000)  # type: ignore[assignment]
    rows = [row for row in rows if int(row["ms"]) < end]
    every = [(int(r["ms"]), r["what"], int(r["priority"])) for r in rows if r["annunciated"] == "1"]
    rung = [a for a in every if start <= a[0] < end]
    tens, hours = Counter(t // 600_000 for t, *_ in rung), Counter(t // HOUR for t, *_ in rung)
    steps = sorted([(t, 1) for t, *_ in every] + [(t + 600_000, -1) for t, *_ in every])  # what leaves goes first
    inside, flood, since, flooded = 0, False, 0, 0
    for t, step in [*((t, s) for t, s in steps if t < end), (end, 0)]:
        if flood:
            flooded += max(0, t - max(since, start))
        inside, since = inside + step, t
        flood = inside >= 5 if flood else inside > 10
    runs: dict[str, list[tuple[int, int | None, bool, bool]]] = {}
    waits: dict[str, tuple[int, int]] = {}
    acks: dict[int, list[float]] = {1: [], 2: [], 3: [], 4: []}
    for r in rows:
        mine, t, active = runs.setdefault(r["what"], []), int(r["ms"]), r["state"] in ("unack", "acked")
        if active and (not mine or mine[-1][1] is not None):
            mine.append((t, None, r["annunciated"] == "1", bool(r["flags"])))
        elif mine and mine[-1][1] is None:
            mine[-1] = (mine[-1][0], None if active else t, mine[-1][2], bool(r["flags"]))
        if r["kind"] == "acknowledged" and r["what"] in waits:
            acks[waits[r["what"]][1]].append((t - waits[r["what"]][0]) / 1000)
        if r["flags"] or r["state"] not in ("unack", "rtn_unack", "latch_unack"):
            waits.pop(r["what"], None)
        elif r["annunciated"] == "1":
            waits.setdefault(r["what"], (t, int(r["priority"])))
    chatter, fleeting = set(), Counter[str]()
    for path, mine in runs.items():
        back = [e for _, e, _, aside in mine if e is not None and start <= e < end and not aside]
        chatter |= {path for a, b in zip(back, back[2:], strict=False) if b - a < 60_000}
        for k, (s, e, loud, _) in enumerate(mine):
            again = k + 1 < len(mine) and e is not None and mine[k + 1][0] <= e + 60_000
            fleeting[path] += int(loud and e is not None and e - s < 10_000 and not again and start <= s < end)
    top = Counter(path for _, path, _ in rung).most_common(10)
    split = Counter(p for *_, p in rung)
    return {
        "alarms": len(rung), "average": len(rung) / 6, "per_day": len(rung) * 24, "peak": max(tens.values()),
        "busy_share": 100 * sum(n > 10 for n in tens.values()) / (-(-end // 600_000) - start // 600_000),
        "busy_hours": 100 * sum(n > 30 for n in hours.values()) / (-(-end // HOUR) - start // HOUR),
        "flood_share": 100 * flooded / (end - start), "top_share": 100 * sum(n for _, n in top) / len(rung),
        "chattering": len(chatter), "fleeting": sum(n > 0 for n in fleeting.values()), "stale": 0,
        **{f"priority_{p}": 100 * split[p] / len(rung) for p in (1, 2, 3)}, "top": sorted(n for _, n in top),
        "acks": {p: (len(s), mean(s) if s else None) for p, s in acks.items()},
    }  # fmt: skip


def shown(report: Report) -> dict[str, Any]:
    """Return the same figures as the page has them."""
    found = report.found
    return {
        "alarms": found.alarms,
        **{row.target.figure: row.figure for row in kpi_rows(report)},
        "top": sorted(c.count for c in found.top),
        "acks": {p.priority: (p.acknowledged.count, p.acknowledged.mean_s) for p in found.priorities},
    }


@pytest.mark.timeout(300)
async def test_the_figures_of_an_hour_equal_a_count_by_hand(tmp_path: Path) -> None:
    """Engine, store, export to CSV, fifty lines of counting: every figure of the page is the same."""
    async with alarm_bench(tmp_path) as bench:
        start = bench.clock.now_ms()
        await run_the_hour(bench)
        end = bench.clock.now_ms()
        assert end - start == HOUR
        file, progress = tmp_path / "journal.csv", Progress()
        site = bench.reader.applied_site()
        assert site is not None
        names = Names(site.site, "en")
        work = export_journal(
            JournalQuery(journals=(Journal.ALARMS,)), file, zone="Asia/Shanghai", language="en", title="Journal",
            describe=lambda entry: place_and_text(entry, names), facts=("", {}), progress=progress,
        )  # fmt: skip
        assert work(bench.reader, lambda: False).trouble == ""
        read = read_performance(start, end, live=False, zone="Asia/Shanghai", progress=Progress())
        report = read(bench.reader, lambda: False)
    assert report is not None and 0 <= progress.rows - report.lines < 5  # the end itself does not belong to the hour
    by_hand, page = counted_by_hand(file, start, end), shown(report)
    assert page.keys() == by_hand.keys()
    for name, figure in by_hand.items():
        assert page[name] == (figure if isinstance(figure, list | dict) else pytest.approx(figure, abs=1e-9)), name
    assert by_hand["alarms"] > 60 and by_hand["flood_share"] > 0 and by_hand["chattering"] > 0
    assert by_hand["fleeting"] > 0 and sum(n for n, _ in by_hand["acks"].values()) > 20
    assert sum(report.bins) == report.found.alarms and report.short
