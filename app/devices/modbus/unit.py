"""What is known of one unit on a line: its scan jobs, whether it answers, what it refuses. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

from app.devices.backoff import Backoff
from app.devices.base import GroupStatus
from app.devices.batching import Avoided, Block, Item, plan
from app.devices.decoding import Decoder, compile_blocks
from app.devices.modbus.framing import Question
from app.devices.modbus.pdu import byte_count, read_request
from app.devices.schedule import Grid
from app.model.points import Table

__all__ = ["Job", "Read", "Refusal", "Reply", "Rules", "Unit"]

PROBE_COUNTS: Final = (1, 2, 3)
RETRY_BLOCK_S: Final = 5.0
RETRY_POINT_S: Final = 300.0


@dataclass(frozen=True, slots=True)
class Reply:
    """How the data of one reply, or of all replies of a scan joined, become samples."""

    decoder: Decoder
    tags: tuple[int, ...]
    clock_at: int
    """Column of the tag that carries the device's clock, -1 if it is not here."""


@dataclass(slots=True)
class Read:
    """One block ready to be asked, and what becomes of its reply."""

    block: Block
    question: Question
    reply: Reply
    retry_at: float = 0.0
    """A block that was refused whole is not asked before this time (monotonic s)."""


@dataclass(slots=True)
class Refusal:
    """A point that is refused alone, and when to try it again (monotonic s)."""

    read: Read
    retry_at: float


@dataclass(slots=True)
class Job:
    """One scan group of one unit."""

    group: str
    items: tuple[Item, ...]
    grid: Grid
    timeout_s: float
    """How long to wait for a reply."""
    reads: tuple[Read, ...] = ()
    questions: tuple[Question, ...] = ()
    """Those of all reads."""
    rests_until: float = 0.0
    """Until then some of the reads are not asked (monotonic s)."""
    whole: Reply | None = None
    """The replies of all reads together."""
    refusals: list[Refusal] = field(default_factory=list)

    @property
    def tags(self) -> tuple[int, ...]:
        """Return the numbers of all tags of the group."""
        return tuple(item.number for item in self.items)


@dataclass(frozen=True, slots=True)
class Rules:
    """How blocks of a device are planned and decoded."""

    max_gap: int
    max_block: int
    timeout_s: float
    clock_tag: int = 0
    intern: Callable[[str], float] | None = None


class Unit:
    """One unit (slave) of an endpoint."""

    def __init__(self, number: int, groups: Iterable[tuple[GroupStatus, Sequence[Item]]], rules: Rules,
                 random: Random) -> None:  # fmt: skip
        self.number: Final = number
        self.avoided: Final = Avoided()
        self.backoff: Final = Backoff(random=random)
        self.answers = False
        self.probe_at = 0.0
        self.unanswered = (0, 0)
        self.misses = 0
        """Failures since the endpoint was last good or connected."""
        self.announced = False
        """The log and the events say that this unit, among others that answer, does not."""
        self._rules = rules
        self._probes = 0
        self.jobs: Final = tuple(
            # Tags must be bad within three scans of a failure: one for its question, two for the wait.
            Job(status.name, tuple(items), grid := Grid(status, 0.0), min(rules.timeout_s, max(0.1, 2 * grid.period_s)))
            for status, items in groups
        )
        for job in self.jobs:
            self.replan(job)

    def replan(self, job: Job) -> None:
        """Plan the reads of a job anew from what the unit refuses."""
        rules = self._rules
        blocks = plan(job.items, max_gap=rules.max_gap, max_block=rules.max_block, avoided=self.avoided)
        job.reads = tuple(self.read_of(block) for block in blocks)
        job.questions = tuple(read.question for read in job.reads)
        job.whole = self.reply_of(blocks)

    def read_of(self, block: Block) -> Read:
        """Compile a block."""
        return Read(
            block=block,
            question=self._question(block.table, block.address, block.count),
            reply=self.reply_of((block,)),
        )

    def _question(self, table: Table, address: int, count: int) -> Question:
        return Question(self.number, read_request(table, address, count), byte_count(table, count))

    def reply_of(self, blocks: Sequence[Block]) -> Reply:
        """Compile the decoding of the joined replies of blocks."""
        decoder = compile_blocks(blocks, intern=self._rules.intern)
        tags = tuple(int(tag) for tag in decoder.tags)
        clock = self._rules.clock_tag
        return Reply(decoder, tags, tags.index(clock) if clock in tags else -1)

    def refuse_alone(self, job: Job, blocks: Iterable[Block], now: float) -> None:
        """Remember points that are refused alone: they are left out and tried again every five minutes."""
        for block in blocks:
            addresses = range(block.address, block.address + block.count)
            self.avoided.addresses.update((block.table, address) for address in addresses)
            job.refusals.append(Refusal(self.read_of(block), now + RETRY_POINT_S))

    def admit(self, job: Job, refusal: Refusal) -> None:
        """Take a point that is no longer refused back into the plan."""
        block = refusal.read.block
        job.refusals.remove(refusal)
        self.avoided.addresses -= {(block.table, block.address + i) for i in range(block.count)}
        self.replan(job)

    def probe(self) -> Question:
        """Return a small read that shows whether the unit answers.

        Its length changes from probe to probe and differs from that of the last question without an answer: on a line
        without transaction numbers a late reply to that one is then not taken for the reply to this one.
        """
        point = self.jobs[0].items[0].point
        bits = point.table in (Table.COIL, Table.DISCRETE)
        while True:
            self._probes += 1
            count = PROBE_COUNTS[self._probes % len(PROBE_COUNTS)]
            count = 8 * count - 7 if bits else count  # one, two or three bytes of bits
            probe = self._question(point.table, point.address, count)
            if (probe.function, probe.size) != self.unanswered:
                return probe

    def silent(self, now: float, question: Question) -> None:
        """Note an unanswered question: no scans until a probe succeeds."""
        self.answers = False
        self.unanswered = (question.function, question.size)
        self.misses += 1
        self.probe_at = now + self.backoff.next()
        for job in self.jobs:
            job.grid.stop()

    def back(self, now: float) -> None:
        """Note that the unit answers: all its groups are due now."""
        self.answers = True
        for job in self.jobs:
            job.grid.restart(now)
