"""The small station with alarms, and an engine on it whose alarm rows and lines a test reads from the store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.model.alarms.spec import AlarmKind, AlarmSpec, EscalationStep
from app.model.alarms.status import AlarmState, AlarmStatus
from app.model.alarms.told import status_of
from app.model.records import Journal, JournalEntry, Person, RequestKind, Result
from app.model.spec import Area, Condition, Label, Op, Site
from tests.helpers.engine_bench import Bench, bench
from tests.helpers.station import make_site

__all__ = ["ALARMS", "HH", "LI", "AlarmBench", "alarm_bench", "alarmed_site", "make_alarm"]

HH = "ps01/well/level:HH"
LI = Person("li", "operator", "s2", "desk 2")


def _label(text: str) -> Label:
    return Label(text, text)


def make_alarm(path: str, kind: AlarmKind = AlarmKind.LIMIT, **fields: Any) -> AlarmSpec:
    """Return an alarm of the station; its tag is what stands before the colon unless `fields` say otherwise."""
    tag, _, name = path.rpartition(":")
    usual: dict[str, Any] = {
        "label": _label(name),
        "priority": 2,
        "consequence": _label("it spills"),
        "action": _label("look"),
        "respond_s": 300,
        "tag": tag,
        "facility": "ps01",
        "areas": ("east",),
    }
    return AlarmSpec(path, name, kind, **(usual | fields))


def _stopped(pump: str) -> tuple[Condition, ...]:
    return (Condition(Label("泵停", "Pump stopped"), f"{pump}/run", Op.EQ, 0.0),)


def _by_itself(what: str, value: int) -> AlarmSpec:
    path, tag = f"ps01/pump1:uncommanded_{what}", "ps01/pump1/run"
    return make_alarm(path, AlarmKind.UNCOMMANDED, tag=tag, values=(value,), equipment="ps01/pump1")


ALARMS: tuple[AlarmSpec, ...] = (
    make_alarm(HH, priority=1, limit=3.4, side=1, deadband=0.1),
    make_alarm("ps01/well/level:H", limit=3.0, side=1, deadband=0.1, on_delay_s=2.0),
    make_alarm("ps01/well/level:L", priority=3, limit=1.0, side=-1, deadband=0.1),
    make_alarm("ps01/well/level:deviation", AlarmKind.DEVIATION, limit=2.5, setpoint="ps01/well/start_level"),
    make_alarm("ps01/pump1/trip:trip", AlarmKind.STATE, values=(1,), latching=True, group="ps01#trip"),
    make_alarm("ps01/pump2/trip:trip", AlarmKind.STATE, values=(1,), latching=True, group="ps01#trip"),
    make_alarm("ps01/pump2/starts_hour:H", priority=3, limit=8.0, side=1, areas=("west",)),
    make_alarm(
        "ps01/pump1/speed_sp:low", priority=3, limit=20.0, side=-1, on_delay_s=3.0, suppress=_stopped("ps01/pump1")
    ),
    make_alarm("ps01/pump1:mismatch", AlarmKind.MISMATCH, tag="", equipment="ps01/pump1"),
    _by_itself("run", 1),
    _by_itself("stop", 0),
    make_alarm("plc-ps01:comm", AlarmKind.COMM, tag="dev/plc-ps01/state", values=(2,), device="plc-ps01"),
    make_alarm("plc-ps01:clock", AlarmKind.CLOCK, tag="dev/plc-ps01/clock_offset", limit=2.0, device="plc-ps01"),
)


def alarmed_site(*alarms: AlarmSpec, escalation: tuple[EscalationStep, ...] = ()) -> Site:
    """Return the station with these alarms, else with all of them."""
    site = make_site(numbered=False)
    areas = (*site.areas, Area("west", _label("West")))
    return replace(site, areas=areas, alarms=alarms or ALARMS, escalation=escalation)


class AlarmBench(Bench):
    """Reads what the store says of alarms."""

    def row(self, path: str = HH) -> AlarmStatus:
        """Return an alarm's row; an empty one when there is none."""
        rows = {row.path: row for row in self.reader.alarms_after(-1)}
        return rows.get(path) or AlarmStatus(path)

    def state(self, path: str = HH) -> AlarmState:
        """Return the state of an alarm by its row."""
        return self.row(path).state

    def lines(self, path: str = HH) -> list[JournalEntry]:
        """Return the lines of an alarm, oldest first."""
        return [e for e in self.reader.journal_newest(Journal.ALARMS, 10_000) if e.what == path]

    def kinds(self, path: str = HH) -> list[str]:
        """Return what an alarm did."""
        return [e.kind for e in self.lines(path)]

    def audit(self) -> list[JournalEntry]:
        """Return the audit journal, oldest first."""
        return list(self.reader.journal_newest(Journal.AUDIT, 10_000))

    async def moved(self, seconds: float = 0.2, **changes: float) -> None:
        """Step and let everything be committed."""
        await self.step(seconds, **changes)
        await self.flush()

    async def waited(self, seconds: float, **changes: float) -> None:
        """Let time pass in steps of a second."""
        for _ in range(round(seconds)):
            await self.step(1.0, **changes)
        await self.flush()

    async def acknowledge(self, *paths: str, person: Person | None = LI, note: str = "seen", **options: Any) -> Result:
        """Acknowledge the occurrences that stand now."""
        alarms = [[path, self.row(path).occurrence] for path in paths or (HH,)]
        return await self.do(RequestKind.ACKNOWLEDGE, {"alarms": alarms, "reason": note}, person=person, **options)

    async def on_alarm(
        self, kind: RequestKind, path: str = HH, *, person: Person | None = LI, **payload: Any
    ) -> Result:
        """Ask something of one alarm."""
        second = payload.pop("second", None)
        return await self.do(kind, {"alarm": path, "reason": "test"} | payload, person=person, second=second)


@asynccontextmanager
async def alarm_bench(folder: Path | str, site: Site | None = None) -> AsyncIterator[AlarmBench]:
    """Run an engine for the station with alarms on a fresh store. At the end every alarm's newest line must say all
    of its row: the past is put back from lines alone."""
    async with bench(folder, site or alarmed_site(), make=AlarmBench) as made:
        assert isinstance(made, AlarmBench)
        yield made
        await made.flush()
        told = {line.what: status_of(line) for line in made.reader.journal_newest(Journal.ALARMS, 100_000)}
        rows = {row.path: replace(row, revision=0) for row in made.reader.alarms_after(-1)}
        assert {path: told.get(path) for path in rows} == rows
