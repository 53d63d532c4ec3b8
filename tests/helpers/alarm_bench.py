"""An alarm on a bench: samples, acts and time go in by hand; each step asserts the whole status."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.model.alarms.alarm import Alarm, Changes
from app.model.alarms.spec import AlarmKind, AlarmSpec, EscalationStep
from app.model.alarms.status import AlarmChange, AlarmStatus
from app.model.quality import Quality
from app.model.records import Reason
from app.model.terms import Label

__all__ = ["ANNOUNCED", "PATH", "T0", "AlarmBench", "alarm_spec"]

T0 = 1_760_000_000_000
PATH = "ps01/well/level:HH"
ANNOUNCED = (AlarmChange.RAISED, AlarmChange.REALARMED, AlarmChange.AFTER_GAP)
"""The changes that sound when nothing is set aside."""
_WORDS = Label("集水池液位高高", "Well level very high")


def alarm_spec(**fields: Any) -> AlarmSpec:
    """Return a high limit of 5 m with 0.2 m deadband, or what `fields` say."""
    plain: dict[str, Any] = {
        "path": PATH,
        "name": "HH",
        "kind": AlarmKind.LIMIT,
        "label": _WORDS,
        "priority": 2,
        "consequence": _WORDS,
        "action": _WORDS,
        "respond_s": 300,
        "tag": "ps01/well/level",
        "limit": 5.0,
        "side": 1,
        "deadband": 0.2,
    }
    return AlarmSpec(**(plain | fields))


class AlarmBench:
    """One alarm and its clocks. `did` closes a step: what it told, and what of the status it changed; all else must
    be as it was."""

    def __init__(self, *, steps: tuple[EscalationStep, ...] = (), **fields: Any) -> None:
        self.spec = alarm_spec(**fields)
        self.steps = steps
        self.now = 1000.0
        self.boot = 9000.0
        self.boot_id = "boot 1"
        self.now_ms = T0
        self.alarm = Alarm(self.spec, escalation=steps)
        self._seen = self.alarm.status

    @property
    def status(self) -> AlarmStatus:
        """The status now."""
        return self.alarm.status

    def at(self) -> dict[str, Any]:
        """The two clocks as keywords."""
        return {"now": self.now, "now_ms": self.now_ms}

    def wait(self, seconds: float) -> None:
        """Let time pass without a tick."""
        self.now += seconds
        self.boot += seconds
        self.now_ms += round(seconds * 1000)

    def set_wall(self, seconds: float) -> None:
        """Set the wall clock by so much, as a person or a time server does."""
        self.now_ms += round(seconds * 1000)

    def tick(self, after: float = 0.0) -> Changes:
        """Wait, then tick."""
        self.wait(after)
        return self.alarm.tick(self.now, self.now_ms)

    def value(self, value: float, quality: int = Quality.GOOD, *, after: float = 1.0, **more: Any) -> Changes:
        """Wait, then hand in a sample whose source time is now."""
        self.wait(after)
        source_ms = more.pop("source_ms", self.now_ms)
        return self.alarm.sample(value, quality, source_ms=source_ms, **self.at(), **more)

    def ack(self, person: str = "li", note: str = "", *, after: float = 1.0, occurrence: str | None = None) -> Changes:
        """Wait, then acknowledge the occurrence that runs (or another)."""
        self.wait(after)
        wanted = self.status.occurrence if occurrence is None else occurrence
        return self.alarm.acknowledge(wanted, person=person, note=note, **self.at())

    def reset(self, *, after: float = 1.0) -> Changes | Reason:
        """Wait, then reset the occurrence that runs."""
        self.wait(after)
        return self.alarm.reset(self.status.occurrence, person="li", note="", **self.at())

    def shelve(self, duration_s: float = 900.0, *, after: float = 1.0, one_shot: bool = False) -> Changes:
        """Wait, then shelve."""
        self.wait(after)
        done = self.alarm.shelve(
            person="li", reason="float stuck", duration_s=duration_s, one_shot=one_shot, second="wang",
            boot=self.boot, boot_id=self.boot_id, **self.at(),
        )  # fmt: skip
        assert not isinstance(done, Reason)
        return done

    def restart(self, away_s: float = 5.0, *, machine: bool = False, last_frame_ms: int | None = None) -> Changes:
        """Restart the engine (and the machine): a new alarm from the status, resumed as the engine does it."""
        last_frame_ms = self.now_ms if last_frame_ms is None else last_frame_ms
        self.now = 50.0
        self.boot += away_s
        self.now_ms += round(away_s * 1000)
        if machine:
            self.boot, self.boot_id = 20.0, self.boot_id + "'"
        self.alarm = Alarm(self.spec, self.status, escalation=self.steps)
        return self.alarm.resume(**self.at(), boot=self.boot, boot_id=self.boot_id, last_frame_ms=last_frame_ms)

    def did(self, told: Changes, *kinds: AlarmChange, quietly: bool = False, **changed: Any) -> None:
        """Close a step: it told `kinds`, annunciated those that sound (none of them if `quietly`), and changed in the
        status what `changed` says and nothing else."""
        assert [c.change for c in told] == list(kinds)
        assert [c.annunciated for c in told] == [k in ANNOUNCED and not quietly for k in kinds]
        assert self.status == replace(self._seen, **changed)
        if told:
            assert told[-1].status == self.status
            assert told[0].detail["from"] == self._seen.state and told[-1].detail["state"] == self.status.state
        for change in told:
            assert change.detail["annunciated"] == change.annunciated
            assert change.detail["occurrence"] == (self.status.occurrence or self._seen.occurrence)
        self._seen = self.status

    def refused(self, answer: Changes | Reason, why: str) -> None:
        """Close a step that was refused: nothing changed."""
        assert isinstance(answer, Reason) and (answer.check, answer.params["why"]) == ("alarm", why)
        assert self.status == self._seen

    def bring_to(self, *, acked: bool = False, returned: bool = False) -> None:
        """Raise, and acknowledge or let return, without a word."""
        self.value(5.5)
        if acked:
            self.ack()
        if returned:
            self.value(3.0)
        self._seen = self.status
