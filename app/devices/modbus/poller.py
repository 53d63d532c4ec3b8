"""Reads the units of one line by their schedules, for as long as the connection serves."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Sequence
from typing import Final

from app.clock import Clock
from app.devices.base import DeviceStatus, Sink
from app.devices.batching import Block, isolate
from app.devices.health import Health
from app.devices.modbus.framing import Question
from app.devices.modbus.line import Line, NoReply
from app.devices.modbus.pdu import GATEWAY_CODES, REFUSAL_CODES, data_of
from app.devices.modbus.unit import RETRY_BLOCK_S, RETRY_POINT_S, Job, Read, Reply, Unit
from app.errors import BadReply, DeviceFault, LinkDown, Refused
from app.model.quality import Quality
from app.series.batch import SampleBatch, one_time

__all__ = ["Poller"]

SILENT_LIMIT: Final = 3
"""Questions in a row that nobody answered after which a line that once served is dropped and opened anew."""
ISOLATION_READS: Final = 64
"""Reads that one isolation may cost; a block that needs more is refused as a whole."""
LEAST_PROBE_S: Final = 0.15
PATIENCE_S: Final = 1.0
EARLY_S: Final = 0.001
"""A scan may start so much before its time: the loop's timers count whole milliseconds and often come a part of one too
soon, and to sleep again would cost as much as a request."""
JOIN_S: Final = 0.02
"""Replies of one scan that come within this time are handed in as one batch: decoding and everything after it then
costs once what it would cost per reply. On a slow line each reply goes on as it comes."""


class _Silence(Exception):
    """The unit does not answer: skip the rest of its scan."""


class _Tally:
    """How the reads of one scan ended, and what has been read and not handed in yet."""

    __slots__ = ("bad", "began", "data", "good", "hand_in_at", "plan", "reads")

    def __init__(self, began: float, plan: tuple[Read, ...]) -> None:
        self.began = began
        self.plan = plan
        """The reads as planned when the scan began: a refusal in its midst plans anew."""
        self.hand_in_at = began + JOIN_S
        self.good = 0
        self.bad = 0
        self.reads: list[Read] = []
        self.data: list[bytes] = []


class Poller:
    """One life of one connection. `run` returns the reason when the connection should be given up."""

    def __init__(self, device: str, line: Line, units: Sequence[Unit], *, status: DeviceStatus, health: Health,
                 sink: Sink, clock: Clock, timeout_s: float) -> None:  # fmt: skip
        self._device = device
        self._line = line
        self._units = units
        self._jobs = [(unit, job) for unit in units for job in unit.jobs]
        self._status = status
        self._health = health
        self._sink = sink
        self._clock = clock
        self._timeout_s = timeout_s
        self._unheard = 0
        self._served = False

    async def run(self) -> str:
        """Probe all units, then scan those that answer; a unit that falls silent is probed when the line is free."""
        now = self._clock.monotonic()
        for unit in self._units:
            unit.answers = False
            unit.misses = 0
            unit.probe_at = now
        while self._line.up:
            now = self._clock.monotonic()
            job = self._next_job()
            probe = self._next_probe()
            if job is not None and job[1].grid.due <= now + EARLY_S:
                await self._scan(*job, now)
            elif probe is not None and (allowed_s := self._probe_time(probe, job, now)) > 0:
                await self._probe(probe, allowed_s)
            else:
                await asyncio.sleep(self._pause(job, probe, now))
            if self._unheard >= (SILENT_LIMIT if self._served else len(self._units)):
                return "no unit answers"
        return "connection lost"

    def _next_job(self) -> tuple[Unit, Job] | None:
        found, first = None, float("inf")
        for pair in self._jobs:
            if pair[1].grid.due < first and pair[0].answers:
                found, first = pair, pair[1].grid.due
        return found

    def _next_probe(self) -> Unit | None:
        found, first = None, float("inf")
        for unit in self._units:
            if not unit.answers and unit.probe_at < first:
                found, first = unit, unit.probe_at
        return found

    def _probe_time(self, probe: Unit, job: tuple[Unit, Job] | None, now: float) -> float:
        """Return how long a probe may hold the line now, 0 for not at all: units that answer come first.

        Where scans leave no room for any probe, one that has waited long enough takes the least it needs.
        """
        if probe.probe_at > now:
            return 0.0
        room = self._timeout_s if job is None else min(self._timeout_s, job[1].grid.due - now)
        if room >= LEAST_PROBE_S:
            return room
        return LEAST_PROBE_S if now - probe.probe_at > PATIENCE_S else 0.0

    def _pause(self, job: tuple[Unit, Job] | None, probe: Unit | None, now: float) -> float:
        times = [] if job is None else [job[1].grid.due]
        if probe is not None and (probe.probe_at > now or not times):
            times.append(probe.probe_at)
        # In whole milliseconds, upwards: the engine's loop rounds to them, and would turn idly for a part of one.
        return max(0.0, math.ceil((min(times) - now) * 1000) / 1000)

    async def _probe(self, unit: Unit, timeout_s: float) -> None:
        probe = unit.probe()
        try:
            self._status.requests += 1
            pdu = await self._line.ask(unit.number, probe.pdu, timeout_s)
            data_of(pdu, probe.function, probe.size)
        except Refused as refusal:
            if refusal.code in GATEWAY_CODES:
                self._fall_silent(unit, probe, str(refusal))
                return
            # An exception is an answer: the unit is there, whatever it thinks of this address.
        except BadReply as fault:
            self._missed(fault)
            self._note_bad(str(fault), fault.raw)
            self._fall_silent(unit, probe, f"mismatched reply: {fault}", Quality.BAD_REPLY)
            return
        except LinkDown as fault:
            self._missed(fault)
            self._fall_silent(unit, probe, str(fault))
            return
        unit.back(self._clock.monotonic())

    async def _scan(self, unit: Unit, job: Job, began: float) -> None:
        job.grid.begin(began)
        tally = _Tally(began, job.reads)
        try:
            await self._read_all(unit, job, tally)
            if job.refusals:
                await self._retry_refused(unit, job, began, tally)
        except _Silence:
            return
        self._flush(unit, job, tally)
        if tally.good:
            unit.backoff.reset()
            job.grid.end(began, self._clock.monotonic())
        elif tally.bad:
            last = job.reads[-1]
            self._fall_silent(unit, last.question, "only mismatched replies", Quality.BAD_REPLY)
        elif len(self._units) == 1:
            self._health.failed(f"refuses every read: {self._status.last_error}")

    async def _read_all(self, unit: Unit, job: Job, tally: _Tally) -> None:
        reads: Sequence[Read] = job.reads
        questions: Sequence[Question] = job.questions
        if job.rests_until > tally.began:
            reads = [read for read in reads if read.retry_at <= tally.began]
            questions = [read.question for read in reads]
        done, count = 0, len(reads)
        while done < count:
            before = len(tally.data)
            fault: DeviceFault | None = None
            try:
                await self._line.read_each(questions[done:], job.timeout_s, tally.data, JOIN_S)
            except (Refused, BadReply, LinkDown) as raised:
                fault = raised
            answered = len(tally.data) - before
            self._status.requests += answered + (fault is not None)
            tally.reads += reads[done : done + answered]
            done += answered
            if fault is not None:
                self._flush(unit, job, tally)  # what came before this is good, and older than what follows
                await self._trouble(unit, job, reads[done], fault, tally)
                done += 1
            elif done < count and self._clock.monotonic() > tally.hand_in_at:
                self._flush(unit, job, tally)
                tally.hand_in_at = self._clock.monotonic() + JOIN_S

    async def _trouble(self, unit: Unit, job: Job, read: Read, fault: DeviceFault, tally: _Tally) -> None:
        """Judge a read that brought no data. Raises _Silence when the rest of the scan is to be skipped."""
        if isinstance(fault, Refused):
            await self._refused(unit, job, read, fault, tally)
            return
        self._missed(fault)
        if isinstance(fault, BadReply):
            tally.bad += 1
            self._bad_reply(unit, job, read, fault)
            return
        self._fall_silent(unit, read.question, str(fault))
        raise _Silence

    def _flush(self, unit: Unit, job: Job, tally: _Tally) -> None:
        """Hand in what this scan has read since the last time: at once if it is all of it, else reply by reply."""
        reads, data = tally.reads, tally.data
        if not reads:
            return
        if len(reads) == len(job.reads) and job.reads is tally.plan and job.whole is not None:
            self._deliver(unit, job.whole, b"".join(data))
        else:
            for read, part in zip(reads, data, strict=True):
                self._deliver(unit, read.reply, part)
        tally.good += len(reads)
        reads.clear()
        data.clear()

    def _deliver(self, unit: Unit, reply: Reply, data: bytes) -> None:
        receipt_ms = self._good(unit)
        values, quality = reply.decoder.decode(data)
        if reply.clock_at >= 0 and quality[reply.clock_at] == Quality.GOOD:
            self._status.clock_offset_ms = float(values[reply.clock_at]) * 1000 - receipt_ms
        batch = SampleBatch(reply.decoder.tags, values, quality, one_time(receipt_ms, len(values)), receipt_ms)
        self._sink.samples(self._device, batch)

    def _missed(self, fault: DeviceFault) -> None:
        self._status.failures += 1
        if isinstance(fault, NoReply | BadReply):
            self._unheard += 1

    def _good(self, unit: Unit) -> int:
        self._unheard = 0
        self._served = True
        if self._status.state != "up":
            for other in self._units:
                other.misses = 0
        receipt_ms = self._health.good()
        if len(self._units) > 1:
            self._compare_units(unit)
        return receipt_ms

    def _compare_units(self, answering: Unit) -> None:
        """Report units that are silent while another one on the line answers, each once."""
        if answering.announced:
            answering.announced = False
            self._health.tell("recovered", f"unit {answering.number} answers again", level=logging.WARNING)
        answering.misses = 0
        for unit in self._units:
            if unit.misses and not unit.answers and not unit.announced:
                unit.announced = True
                self._health.tell("failed", f"unit {unit.number} does not answer", level=logging.WARNING)

    def _fall_silent(self, unit: Unit, question: Question, why: str, quality: Quality = Quality.COMM_LOST) -> None:
        unit.silent(self._clock.monotonic(), question)
        for job in unit.jobs:
            self._sink.lost(self._device, job.group, job.tags, quality)
        alone = len(self._units) == 1
        self._status.last_error = why if alone else f"unit {unit.number}: {why}"
        if not any(other.answers for other in self._units):
            self._health.failed(why if alone else f"no unit answers: {why}")

    def _bad_reply(self, unit: Unit, job: Job, read: Read, fault: BadReply) -> None:
        self._note_bad(str(fault), fault.raw)
        self._sink.lost(self._device, job.group, read.reply.tags, Quality.BAD_REPLY)
        self._status.last_error = f"unit {unit.number}: {fault}"
        if self._line.ordered or not self._line.up:
            # Nothing tells which question the next reply belongs to: let the line fall quiet, then probe.
            self._fall_silent(unit, read.question, str(fault), Quality.BAD_REPLY)
            raise _Silence

    def _note_bad(self, reason: str, raw: bytes) -> None:
        self._status.bad_replies += 1
        self._sink.raw(self._device, reason, raw)

    async def _refused(self, unit: Unit, job: Job, read: Read, refusal: Refused, tally: _Tally) -> None:
        self._unheard = 0  # somebody answered
        if refusal.code in GATEWAY_CODES:
            self._fall_silent(unit, read.question, str(refusal))
            raise _Silence
        if refusal.code in REFUSAL_CODES and len(read.block.items) > 1:
            await self._isolate(unit, job, read, refusal, tally)
        else:
            self._refused_whole(unit, job, read, refusal)

    async def _isolate(self, unit: Unit, job: Job, read: Read, refusal: Refused, tally: _Tally) -> None:
        """Find the refused point by halving; its neighbours get their values in this same scan."""
        search = isolate(read.block)
        accepted = 0
        try:
            part = next(search)
            for _ in range(ISOLATION_READS):
                verdict = await self._try_part(unit, job, part, tally)
                accepted += verdict
                part = search.send(verdict)
        except StopIteration as end:
            if accepted:
                self._remember(unit, job, end.value.alone, end.value.places, refusal)
                return
        finally:
            search.close()
        self._refused_whole(unit, job, read, refusal)

    def _refused_whole(self, unit: Unit, job: Job, read: Read, refusal: Refused) -> None:
        """Leave the whole block alone for a moment: a state of the unit rather than of one point."""
        read.retry_at = job.rests_until = self._clock.monotonic() + RETRY_BLOCK_S
        self._sink.lost(self._device, job.group, read.reply.tags, Quality.REFUSED)
        self._status.last_error = f"unit {unit.number}: {refusal}"

    async def _try_part(self, unit: Unit, job: Job, block: Block, tally: _Tally) -> bool:
        part = unit.read_of(block)
        try:
            self._status.requests += 1
            pdu = await self._line.ask(unit.number, part.question.pdu, job.timeout_s)
            data = data_of(pdu, part.question.function, part.question.size)
        except Refused:
            return False
        except (BadReply, LinkDown) as fault:
            await self._trouble(unit, job, part, fault, tally)
            return True
        self._deliver(unit, part.reply, data)
        tally.good += 1
        return True

    def _remember(self, unit: Unit, job: Job, alone: list[Block], places: list[tuple[object, int]],
                  refusal: Refused) -> None:  # fmt: skip
        unit.avoided.places.update(places)  # type: ignore[arg-type]
        unit.refuse_alone(job, alone, self._clock.monotonic())
        unit.replan(job)
        for block in alone:
            self._sink.lost(self._device, job.group, tuple(item.number for item in block.items), Quality.REFUSED)
            names = ", ".join(item.path for item in block.items)
            self._health.tell("refused-point", f"{names}: {refusal}", level=logging.WARNING)

    async def _retry_refused(self, unit: Unit, job: Job, began: float, tally: _Tally) -> None:
        for refusal in [known for known in job.refusals if known.retry_at <= began]:
            if await self._try_part(unit, job, refusal.read.block, tally):
                unit.admit(job, refusal)
            else:
                refusal.retry_at = began + RETRY_POINT_S
                self._sink.lost(self._device, job.group, refusal.read.reply.tags, Quality.REFUSED)
