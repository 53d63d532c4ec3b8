"""Alarms over restarts, gaps, clocks that are set, and changed sites."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.engine.alarms.renewing import GAP_LIMIT_S
from app.model.alarms.status import AlarmState as A
from app.model.records import CommandState as S
from app.model.records import Journal, RequestKind
from app.model.spec import Site
from app.model.spec_json import site_to_json
from tests.helpers.alarmed import ALARMS, HH, AlarmBench, alarm_bench, alarmed_site
from tests.helpers.engine_bench import ENGINEER

H = "ps01/well/level:H"


async def _again(b: AlarmBench, away_s: float = 5.0) -> None:
    """End the engine, let time pass, and start the next one."""
    await b.end()
    b.clock.advance(away_s)
    await b.start()
    await b.flush()


async def _apply(b: AlarmBench, site: Site) -> None:
    request = b.ask(RequestKind.APPLY_SITE, {"site": site_to_json(site), "reason": "other"})
    for _ in range(200):
        await b.flush()
        if b.results(request):
            break
    assert b.states(request) == [S.DONE], b.results(request)


async def test_what_was_acknowledged_stays_so_and_what_was_not_sounds_on(tmp_path: Path) -> None:
    """HH acknowledged, H not → a short absence: no line but that of the gap; the same occurrences."""
    async with alarm_bench(tmp_path) as b:
        await b.waited(3, ps01__well__level=3.5)
        await b.acknowledge()
        before = b.row(), b.row(H)
        await _again(b)
        await b.waited(3)
        after = b.row(), b.row(H)
        assert [(r.state, r.occurrence, r.count) for r in after] == [(r.state, r.occurrence, r.count) for r in before]
        assert b.kinds() == ["raised", "acknowledged"] and b.kinds(H) == ["raised"]
        gaps = [e.detail for e in b.reader.journal_newest(Journal.EVENTS, 1_000) if e.kind == "alarms-gap"]
        assert [round(g["gap_s"]) for g in gaps] == [5] and gaps[0]["after_gap"] is False


async def test_after_a_long_gap_an_acknowledgement_does_not_count_for_what_still_stands(tmp_path: Path) -> None:
    """HH and H acknowledged → 11 min away → the level is between them: HH returned, H is unacknowledged after gap."""
    async with alarm_bench(tmp_path) as b:
        await b.waited(3, ps01__well__level=3.5)
        await b.acknowledge(HH, H)
        b.values["ps01/well/level"] = 3.2
        await _again(b, GAP_LIMIT_S + 60.0)
        assert b.kinds(H)[2:] == ["after-gap"] and b.state(H) is A.UNACK
        assert b.kinds()[2:] == ["returned"] and b.state() is A.NORM


async def test_a_clock_that_was_set_far_back_says_nothing_of_the_gap(tmp_path: Path) -> None:
    """Acknowledged → the clock is set back by an hour while no engine runs: it counts as a long gap."""
    async with alarm_bench(tmp_path) as b:
        await b.moved(ps01__well__level=3.5)
        await b.acknowledge()
        await b.end()
        b.clock.step_wall(-3_600.0)
        await b.start()
        await b.flush()
        assert b.kinds()[2:] == ["after-gap"]


async def test_a_shelf_ends_when_it_should_whatever_the_wall_clock_says(tmp_path: Path) -> None:
    """Shelved for 10 min → the clock is set back an hour → the engine restarts after 6 min: 4 min are left."""
    async with alarm_bench(tmp_path) as b:
        await b.waited(3, ps01__well__level=3.2)
        assert (await b.on_alarm(RequestKind.SHELVE, H, duration_s=600)).state is S.DONE
        await b.end()
        b.clock.step_wall(-3_600.0)
        b.clock.advance(360.0)
        await b.start()
        assert b.row(H).shelf is not None
        await b.waited(230)
        assert b.row(H).shelf is not None
        await b.waited(15)
        assert b.row(H).shelf is None and b.kinds(H)[-2:] == ["shelf-ended", "realarmed"]


async def test_a_shelf_that_ran_out_meanwhile_ends_before_anything_is_judged(tmp_path: Path) -> None:
    """Shelved for 1 min → the machine itself is restarted and comes back 5 min later: ended in the first commit."""
    async with alarm_bench(tmp_path) as b:
        await b.waited(3, ps01__well__level=3.2)
        await b.on_alarm(RequestKind.SHELVE, H, duration_s=60)
        await b.end()
        b.clock.restart_machine(300.0)
        b.device_state = "connecting"
        await b.start()
        await b.flush()
        assert b.row(H).shelf is None and b.kinds(H)[-2:] == ["shelf-ended", "realarmed"]


async def test_an_alarm_that_a_new_site_lacks_is_told_and_dropped(tmp_path: Path) -> None:
    """HH stands → a site without it: gone, with its area; what stays keeps its occurrence."""
    async with alarm_bench(tmp_path) as b:
        await b.waited(3, ps01__well__level=3.5)
        stays = b.row(H).occurrence
        await _apply(b, alarmed_site(*(a for a in ALARMS if a.path != HH)))
        assert b.kinds()[-1] == "gone" and b.lines()[-1].area == "east" and b.state() is A.NORM
        assert b.row(H).occurrence == stays and b.state(H) is A.UNACK


async def test_an_alarm_that_fell_away_while_no_engine_ran_is_told_by_the_next(tmp_path: Path) -> None:
    """HH stands → the site is changed offline → the next engine says that it is gone."""
    async with alarm_bench(tmp_path) as b:
        await b.moved(ps01__well__level=3.5)
        await b.engine.stop()
        await b.writer.run(lambda s: s.apply_site(alarmed_site(*ALARMS[1:]), "demo", "offline"))
        await b.writer.stop()
        await b.start()
        await b.flush()
        assert b.kinds() == ["raised", "gone"] and b.state() is A.NORM and b.lines()[-1].area == "east"
        await _again(b)
        assert b.kinds() == ["raised", "gone"]


@pytest.mark.parametrize("running", [True, False], ids=["while it runs", "while none runs"])
async def test_a_limit_that_was_changed_falls_when_the_site_says_it_anew(tmp_path: Path, running: bool) -> None:
    """HH changed to 3.6 m and its off-delay to 5 s → the site says 3.3 m: the limit falls, told; the delay stays."""
    other = alarmed_site(replace(ALARMS[0], limit=3.3), *ALARMS[1:])
    async with alarm_bench(tmp_path) as b:
        changed = await b.on_alarm(RequestKind.CHANGE_ALARM, HH, person=ENGINEER, limit=3.6, off_delay_s=5.0)
        assert changed.state is S.DONE and b.row().limit == 3.6
        if running:
            await _apply(b, other)
        else:
            await b.engine.stop()
            await b.writer.run(lambda s: s.apply_site(other, "demo", "offline"))
            await b.writer.stop()
            await b.start()
            await b.flush()
        override = b.row().override
        assert override is not None and (override.limit, override.off_delay_s) == (None, 5.0)
        assert b.row().limit == 3.3 and b.lines()[-1].detail["changed"] == {"limit": [3.6, 3.3]}


async def test_a_new_alarm_judges_what_is_known_already(tmp_path: Path) -> None:
    """The level stands at 3.5 m, and a subscription would say nothing more: a site with HH raises it at once."""
    async with alarm_bench(tmp_path, alarmed_site(*ALARMS[2:])) as b:
        await b.moved(ps01__well__level=3.5)
        b.device.status.state = "connecting"
        await _apply(b, alarmed_site())
        assert b.kinds() == ["raised"]


async def test_alarms_of_a_device_that_is_being_commissioned_are_silent(tmp_path: Path) -> None:
    """HH stands → the device is being commissioned: gone, and nothing of it is raised."""
    site = alarmed_site()
    silent = replace(site, devices=tuple(replace(d, commissioning=True) for d in site.devices))
    async with alarm_bench(tmp_path, site) as b:
        await b.moved(ps01__well__level=3.5)
        await _apply(b, silent)
        await b.waited(2, ps01__well__level=3.9)
        assert b.kinds() == ["raised", "gone"]


async def test_a_manual_value_is_judged_by_the_next_engine_before_anything_is_read(tmp_path: Path) -> None:
    """HH stands by a manual value → restart, the device does not answer: it stands, and is not frozen."""
    async with alarm_bench(tmp_path) as b:
        until = b.clock.now_ms() + 3_600_000
        entered = {"tag": "ps01/well/level", "value": 3.7, "until_ms": until, "reason": "sensor"}
        await b.do(RequestKind.SUBSTITUTE, entered)
        await b.moved()
        assert b.state() is A.UNACK
        b.device_state = "failed"
        await _again(b)
        assert b.state() is A.UNACK and not b.row().frozen and b.kinds() == ["raised"]
