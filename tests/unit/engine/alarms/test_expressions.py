"""Stories of expression alarms and calculated tags through the real engine, writer and store."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app.model.alarms.spec import AlarmKind
from app.model.alarms.status import AlarmState as A
from app.model.formulas.spec import Apply, Formula, Node, Number, Op, Over, OverTime, Tag
from app.model.quality import Quality
from app.model.records import RequestKind
from app.model.spec import Condition, Label, Site, TagKind, TagSpec
from app.model.spec_json import site_to_json
from tests.helpers.alarmed import ALARMS, AlarmBench, alarm_bench, alarmed_site, make_alarm

BOTH = "ps01/well:both"
MEAN = "ps01/well/level:mean"
COMM = "plc-ps01:comm"
LEVEL, RUN1, RUN2 = Tag("ps01/well/level"), Tag("ps01/pump1/run"), Tag("ps01/pump2/run")
SPARE, HOURS = "ps01/well/spare", "ps01/pump1/run_s"


def _formula(root: Node) -> Formula:
    return Formula("words", root)


BOTH_RUN = _formula(Apply(Op.AND, (Apply(Op.AND, (RUN1, RUN2)), Apply(Op.LT, (LEVEL, Number(1.5))))))
HIGH_MEAN = _formula(Apply(Op.GT, (Over(OverTime.AVG, LEVEL, 60.0), Number(3.0))))


def _site(both: Formula = BOTH_RUN) -> Site:
    """The alarmed station, two calculated tags, and three alarms on formulas: of an equipment with a delay, of a mean,
    and an ordinary limit on a calculated tag."""
    comm = next(a for a in ALARMS if a.kind is AlarmKind.COMM)
    alarms = (
        make_alarm(
            BOTH, AlarmKind.EXPRESSION, tag="", equipment="ps01/gate1", on_delay_s=2.0, when=both,
            suppress=(Condition(Label("闸开", "Gate open"), "ps01/gate1/opened", Op.EQ, 1.0),),
        ),
        make_alarm(MEAN, AlarmKind.EXPRESSION, when=HIGH_MEAN),
        make_alarm(f"{SPARE}:L", limit=0.5, side=-1, deadband=0.1),
        comm,
    )  # fmt: skip
    site = alarmed_site(*alarms)
    spare = _formula(Apply(Op.SUB, (Number(3.8), LEVEL)))
    hours = _formula(Over(OverTime.TOTAL, RUN1))
    calculated = (
        TagSpec(SPARE, Label("余量", "Spare"), TagKind.ANALOG, formula=spare),
        TagSpec(HOURS, Label("运行", "Run"), TagKind.COUNTER, formula=hours),
    )
    return replace(site, tags=(*site.tags, *calculated))


async def _apply(b: AlarmBench, site: Site) -> None:
    request = b.ask(RequestKind.APPLY_SITE, {"site": site_to_json(site), "reason": "other"})
    for _ in range(200):
        await b.flush()
        if b.results(request):
            return
    raise AssertionError("the site was not applied")


async def test_an_expression_is_delayed_raised_acknowledged_and_returns(tmp_path: Path) -> None:
    """Both pumps run at 1.4 m: nothing for 2 s, then raised → acknowledged → one stops: normal."""
    async with alarm_bench(tmp_path, _site()) as b:
        await b.moved(ps01__well__level=1.4, ps01__pump1__run=1.0, ps01__pump2__run=1.0)
        assert b.kinds(BOTH) == []
        await b.waited(3)
        assert b.kinds(BOTH) == ["raised"] and b.row(BOTH).state is A.UNACK
        told = b.lines(BOTH)[0].detail
        assert (told["value"], told["limit"], told["quality"]) == (None, None, Quality.GOOD)
        await b.acknowledge(BOTH)
        await b.moved(ps01__pump2__run=0.0)
        assert b.kinds(BOTH) == ["raised", "acknowledged", "returned"] and b.state(BOTH) is A.NORM


async def test_a_lost_device_freezes_an_expression_and_raises_one_alarm(tmp_path: Path) -> None:
    """It stands → the device fails: it stays, marked → the device is back and a pump stands: returned."""
    async with alarm_bench(tmp_path, _site()) as b:
        await b.waited(4, ps01__well__level=1.4, ps01__pump1__run=1.0, ps01__pump2__run=1.0)
        b.device.lose()
        await b.waited(2)
        assert b.kinds(BOTH) == ["raised", "frozen"] and b.row(BOTH).frozen
        assert b.row(BOTH).quality == Quality.COMM_LOST and b.kinds(COMM) == ["raised"]
        b.device.status.state = "up"
        await b.moved(ps01__pump2__run=0.0)
        assert b.kinds(BOTH) == ["raised", "frozen", "thawed", "returned"]


async def test_a_side_that_decides_needs_no_other(tmp_path: Path) -> None:
    """It stands → the level is lost: frozen → a pump stops while it is: returned, whatever the level may be."""
    async with alarm_bench(tmp_path, _site()) as b:
        await b.waited(4, ps01__well__level=1.4, ps01__pump1__run=1.0, ps01__pump2__run=1.0)
        number = b.engine.pipeline.columns.number("ps01/well/level")
        assert number is not None
        b.engine.pipeline.lost([number], Quality.SENSOR_FAULT)
        await b.flush()
        assert b.kinds(BOTH) == ["raised", "frozen"]
        b.values["ps01/pump2/run"] = 0.0
        b.device.hear({path: value for path, value in b.values.items() if path != "ps01/well/level"})
        await b.flush()
        assert b.kinds(BOTH) == ["raised", "frozen", "thawed", "returned"]


async def test_an_expression_is_suppressed_by_design(tmp_path: Path) -> None:
    """The gate is open: it is no alarm while that lasts."""
    async with alarm_bench(tmp_path, _site()) as b:
        await b.waited(
            4, ps01__gate1__opened=1.0, ps01__well__level=1.4, ps01__pump1__run=1.0, ps01__pump2__run=1.0
        )  # fmt: skip
        assert b.kinds(BOTH) == ["suppressed", "raised"] and b.lines(BOTH)[1].detail["annunciated"] is False
        await b.waited(4, ps01__gate1__opened=0.0)
        assert b.kinds(BOTH)[2:] == ["unsuppressed", "realarmed"]


async def test_time_alone_raises_a_mean_and_a_restart_does_not_clear_it(tmp_path: Path) -> None:
    """3.5 m holds until the mean of a minute is above 3: raised without a sample that differs → the engine begins anew
    at 2.9 m with an empty window: it stands on, uncleared → a minute later the window is full: returned."""
    async with alarm_bench(tmp_path, _site()) as b:
        await b.waited(61, ps01__well__level=2.0)
        await b.moved(ps01__well__level=3.5)
        assert b.kinds(MEAN) == []
        await b.waited(45)
        assert b.kinds(MEAN) == ["raised"] and b.row(MEAN).value == 3.5
        await b.end()
        b.values["ps01/well/level"] = 2.9
        b.clock.advance(5.0)
        await b.start()
        await b.waited(40)
        assert b.kinds(MEAN) == ["raised"] and not b.row(MEAN).frozen
        await b.waited(25)
        assert b.kinds(MEAN) == ["raised", "returned"]


async def test_a_limit_on_a_calculated_tag_is_a_limit_like_any_other(tmp_path: Path) -> None:
    """0.4 m are left: raised with the calculated value in the same tick, and room and terminal see the value too."""
    async with alarm_bench(tmp_path, _site()) as b:
        await b.moved(ps01__well__level=3.4)
        assert b.kinds(f"{SPARE}:L") == ["raised"]
        assert abs((b.row(f"{SPARE}:L").value or 0.0) - 0.4) < 1e-9
        seen = b.engine.pipeline.look(SPARE)
        assert seen is not None and abs(seen[0] - 0.4) < 1e-9 and seen[1] == Quality.GOOD


async def test_run_time_outlives_an_engine(tmp_path: Path) -> None:
    """20 s of running, a new engine, 10 s more: 30 s; what ran while none looked is not made up."""
    async with alarm_bench(tmp_path, _site()) as b:
        await b.waited(20, ps01__pump1__run=1.0)
        first = b.engine.pipeline.look(HOURS)
        await b.end()
        b.clock.advance(5.0)
        await b.start()
        await b.waited(10)
        after = b.engine.pipeline.look(HOURS)
        assert first is not None and after is not None and after[1] == Quality.GOOD
        assert abs(after[0] - first[0] - 10.0) < 1.1


async def test_another_formula_is_judged_from_what_is_known_at_once(tmp_path: Path) -> None:
    """The site in force changes the formula so that it holds now: raised after its delay; the run time goes on."""
    async with alarm_bench(tmp_path, _site()) as b:
        await b.waited(3, ps01__well__level=2.0, ps01__pump1__run=1.0)
        before = b.engine.pipeline.look(HOURS)
        await _apply(b, _site(_formula(Apply(Op.GT, (LEVEL, Number(1.0))))))
        await b.waited(3)
        assert b.kinds(BOTH) == ["raised"]
        after = b.engine.pipeline.look(HOURS)
        assert before is not None and after is not None and after[0] > before[0]
        await _apply(b, alarmed_site())
        assert b.kinds(BOTH) == ["raised", "gone"]
