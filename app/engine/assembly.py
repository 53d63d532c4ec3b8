"""Puts the engine's parts together around one store, and goes over to another site."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from app.clock import Clock
from app.engine.acts import Acts
from app.engine.alarms.bands import At
from app.engine.alarms.desk import AlarmDesk
from app.engine.alarms.expressions import Expressions
from app.engine.alarms.service import Alarms
from app.engine.answering import Answering
from app.engine.book import Book
from app.engine.checking import Checking
from app.engine.command_desk import CommandDesk
from app.engine.desk import Desk
from app.engine.devices import Devices, MakeDevice, MakeLink
from app.engine.diagnostics import Diagnostics, Figures
from app.engine.disk import DiskWatch
from app.engine.flying import EXPIRY_S
from app.engine.formulas.service import Formulas, Judged
from app.engine.historian.work import HistorianStatus
from app.engine.outbox import Asked, Outbox
from app.engine.pipeline import Pipeline
from app.engine.pruning import Pruning
from app.engine.readings import Readings
from app.engine.site_desk import Accept, SiteDesk
from app.engine.substituting import Substituting
from app.engine.texts import Texts
from app.engine.writer import Writer
from app.errors import BadFrame, StoreUnavailable
from app.model.alarms.status import AlarmStatus
from app.model.people import Act
from app.model.records import AppliedSite, EquipmentStatus, InternedText, Result, Substitute
from app.model.spec import Label, Site
from app.model.whereabouts import Whereabouts
from app.series.batch import SampleBatch
from app.series.frames import decode
from app.storage.contract import EngineStore, FrameRow, StoreFacts, Tick

__all__ = ["Engine", "StoredState", "load_state"]


FACTS_PERIOD_S: Final = 10.0
SECOND_S: Final = 1.0

FRAMES_AFTER_KEY: Final = 2_000
"""A key frame comes each minute, frames come five times a second: more than can follow one."""

_Look = Callable[[SampleBatch, At], None]


@dataclass(frozen=True, slots=True)
class StoredState:
    """What a store remembers of the engine before."""

    facts: StoreFacts
    applied: AppliedSite | None
    equipment: tuple[EquipmentStatus, ...]
    substitutes: tuple[Substitute, ...]
    open_commands: tuple[Result, ...]
    keyframe: FrameRow | None
    frames: tuple[FrameRow, ...]
    """Key and delta frames since the newest key frame, it included."""
    texts: tuple[InternedText, ...]
    alarms: tuple[AlarmStatus, ...]
    last_frame_ms: int
    """Until then somebody judged, 0 if nobody ever did."""
    former: Site | None
    """The site that ruled then, None if it is the one in force."""


def load_state(store: EngineStore) -> StoredState:
    """Read everything that a start needs. Runs in the writer's thread."""
    applied, keyframe = store.applied_site(), store.newest_keyframe()
    return StoredState(
        facts=store.facts(),
        applied=applied,
        equipment=store.equipment(),
        substitutes=store.substitutes(),
        open_commands=store.open_commands(),
        keyframe=keyframe,
        frames=() if keyframe is None else (keyframe, *store.frames_after(keyframe.seq, FRAMES_AFTER_KEY)),
        texts=store.texts(),
        alarms=store.alarms(),
        last_frame_ms=store.last_frame_ms(),
        former=_former(store, applied, keyframe),
    )


def _former(store: EngineStore, applied: AppliedSite | None, keyframe: FrameRow | None) -> Site | None:
    """Return the site under which the last engine ran, if another one came into force since while none ran."""
    if applied is None or keyframe is None:
        return None
    try:
        revision = decode(keyframe.payload, t=keyframe.t).revision
    except BadFrame:
        return None  # nothing of it is used then
    former = None if revision == applied.revision else store.site_revision(revision)
    return None if former is None else former.site


class Engine:
    """All parts at work. `tick` is called five times a second; everything is on one loop but the writer and the
    follower of requests."""

    def __init__(
        self,
        state: StoredState,
        *,
        writer: Writer,
        clock: Clock,
        make_device: Callable[[Callable[[str], float]], MakeDevice],
        make_link: MakeLink,
        accept: Accept,
        history: HistorianStatus | None = None,
    ) -> None:
        site = state.applied.site if state.applied else _NO_SITE
        demo = state.facts.demo
        self._clock = clock
        self._writer = writer
        self._state = state
        self.outbox = Outbox(clock)
        self.pipeline = Pipeline(state.applied, clock=clock)
        if state.keyframe is not None:
            self.pipeline.restore(state.keyframe)
        self.pipeline.go_on_after(state.last_frame_ms)
        self.figures = Figures(store_bytes=state.facts.bytes, disk_fraction=state.facts.used_fraction)
        self._disk = DiskWatch(self.outbox)
        self._disk.measured(state.facts.used_fraction)
        texts = Texts(self.outbox, state.texts)
        self.devices = Devices(
            make_device=make_device(texts.number),
            make_link=make_link,
            pipeline=self.pipeline,
            outbox=self.outbox,
            clock=clock,
            loopback_only=demo,
        )
        self.book = Book(self.outbox, state.equipment)
        self.formulas = Formulas(clock=clock, pipeline=self.pipeline, tell=self._tell_alarm)
        self.checking = Checking(
            clock=clock,
            readings=Readings(site, self.pipeline, self.formulas.sources),
            book=self.book,
            store_ok=lambda: writer.ok,
            disk_full=lambda: self._disk.full,
            expiry_s=EXPIRY_S,
        )
        self.commands = CommandDesk(
            clock=clock,
            writer=writer,
            outbox=self.outbox,
            book=self.book,
            devices=self.devices,
            checking=self.checking,
            compose=self.compose,
        )
        self.alarms = Alarms(
            clock=clock,
            outbox=self.outbox,
            pipeline=self.pipeline,
            book=self.book,
            detail=self.commands.detail,
            readings=lambda: self.checking.readings,
        )
        self._expressions = Expressions(alarms=self.alarms, pipeline=self.pipeline, clock=clock)
        self.acts = Acts(clock=clock, writer=writer, outbox=self.outbox)
        self._substituting = Substituting(
            clock=clock, outbox=self.outbox, pipeline=self.pipeline, in_force=state.substitutes
        )
        self._site_desk = SiteDesk(
            writer=writer,
            outbox=self.outbox,
            book=self.book,
            commands=self.commands,
            devices=self.devices,
            compose=self.compose,
            change=self.change_site,
            revision=lambda: self.pipeline.revision,
            accept=accept,
            demo=demo,
        )
        self._desk = self._make_desk()
        self._diagnostics = self._make_diagnostics(history)
        self._pruning = Pruning(self.outbox, history, clock.now_ms())
        self._second_due = clock.monotonic()
        self._facts_due = clock.monotonic() + FACTS_PERIOD_S
        self._measuring: asyncio.Task[None] | None = None
        self._heartbeats: tuple[str, ...] = ()
        self._store_away = False
        self._epoch = 0
        self._begin(state)

    def _make_diagnostics(self, history: HistorianStatus | None) -> Diagnostics:
        return Diagnostics(
            pipeline=self.pipeline,
            outbox=self.outbox,
            writer=self._writer,
            devices=self.devices.each,
            refused=self.devices.refused,
            figures=self.figures,
            history=history,
            now_ms=self._clock.now_ms,
        )

    def _make_desk(self) -> Desk:
        answering = Answering(self.outbox)
        alarms = AlarmDesk(clock=self._clock, alarms=self.alarms, pipeline=self.pipeline, answering=answering)
        return Desk(
            clock=self._clock,
            answering=answering,
            book=self.book,
            commands=self.commands,
            substituting=self._substituting,
            alarms=alarms.take,
            heavy=self._site_desk.take,
        )

    def _begin(self, state: StoredState) -> None:
        """Stand where an engine before us stood, before anything is read."""
        if state.applied is not None:
            self._give_out(state.applied.site)
            self.commands.recover(state.open_commands)
            self.alarms.restore(state.applied, state.alarms, former=state.former, last_frame_ms=state.last_frame_ms)
            self.formulas.use(state.applied.site, self.alarms.specs, former=state.former, frames=state.frames)
        self.pipeline.judge = self._judge()

    def _tell_alarm(self, judged: Judged) -> None:
        self._expressions.tell(judged)

    def _judge(self) -> _Look | None:
        """Return what looks at every sample: rules and limits of alarms first, then formulas."""
        if not self.formulas.any:
            return self.alarms.judge
        alarms = self.alarms.judge
        return self.formulas.samples if alarms is None else _both(alarms, self.formulas.samples)

    # ---- the site

    async def start_devices(self) -> None:
        """Start the drivers of the site in force."""
        if self._state.applied is not None:
            await self.devices.use(self._state.applied.site)

    async def change_site(self, applied: AppliedSite) -> None:
        """Go over to an applied site while everything runs."""
        self.pipeline.judge = None
        self.pipeline.change_site(applied)
        self.checking.readings = Readings(applied.site, self.pipeline, self.formulas.sources)
        self._substituting.renew()
        self._give_out(applied.site)
        self.alarms.change_site(applied.site)
        self.formulas.use(applied.site, self.alarms.specs)
        self.pipeline.judge = self._judge()
        await self.devices.use(applied.site)

    def _give_out(self, site: Site) -> None:
        self.outbox.where = Whereabouts(site).of
        self._heartbeats = tuple(f.block.heartbeat for f in site.facilities if f.block is not None)
        self.commands.use(site)
        self._desk.use(site, self.pipeline.revision)
        self._site_desk.use(site)

    # ---- requests

    def take(self, asked: tuple[Asked, ...]) -> None:
        """Do requests that the follower found."""
        for one in asked:
            self._desk.take(one)

    def note_acts(self, acts: tuple[Act, ...]) -> None:
        """Take what people did besides, which the follower found, into the audit journal."""
        self.acts.take(acts)

    # ---- time

    def tick(self, loop_lag_ms: float = 0.0) -> None:
        """Let 200 ms pass: stale values, commands, diagnostics; then hand a tick to the writer."""
        now = self._clock.monotonic()
        self.figures.loop_lag_ms = max(self.figures.loop_lag_ms, loop_lag_ms)
        self.pipeline.age_out()
        self.devices.tick()
        self.checking.heartbeats.look(self._heartbeats, self.checking.readings.read, now)
        self.commands.tick()
        prune = None
        if now >= self._second_due:
            self._second_due = now + SECOND_S
            self._substituting.tick()
            self._diagnostics.tick()
            prune = self._pruning.before(self._clock.now_ms())
        self.formulas.tick()
        self.alarms.tick()
        if now >= self._facts_due and self._measuring is None:
            self._facts_due = now + FACTS_PERIOD_S
            self._measuring = asyncio.get_running_loop().create_task(self._measure(), name="measure the store")
        self._watch_store()
        self._writer.put(self.compose(prune_before_ms=prune))

    def _watch_store(self) -> None:
        """Tell the journal once when the store goes and comes back, and whenever we lead under another epoch. While it
        is away the line waits with everything else."""
        status = self._writer.status
        if status.away != self._store_away:
            self._store_away = status.away
            if status.away:
                self.outbox.event("store-away", "store", text=status.error)
            else:
                self.outbox.event("store-back", "store", dropped_frames=status.dropped_frames)
        if status.lease is not None and status.lease.epoch != self._epoch:
            self._epoch = status.lease.epoch
            self.outbox.event("lease-taken", "engine", epoch=self._epoch, holder=status.lease.holder)

    def compose(self, *, prune_before_ms: int | None = None) -> Tick:
        """Return everything collected until now with the frames of now."""
        return self.outbox.take(self.pipeline.frames(), prune_before_ms=prune_before_ms)

    async def _measure(self) -> None:
        try:
            facts = await self._writer.run(lambda store: store.facts())
        except StoreUnavailable:
            return  # the writer says it; the last figures stay
        finally:
            self._measuring = None
        self.figures.store_bytes, self.figures.disk_fraction = facts.bytes, facts.used_fraction
        self._disk.measured(facts.used_fraction)

    async def stop(self) -> None:
        """End commands, heavy requests and drivers."""
        await self.commands.stop()
        await self._site_desk.stop()
        await self.acts.stop()
        await self.devices.stop()
        if self._measuring is not None:
            self._measuring.cancel()
            await asyncio.gather(self._measuring, return_exceptions=True)


def _both(first: _Look, second: _Look) -> _Look:
    def look(batch: SampleBatch, at: At) -> None:
        first(batch, at)
        second(batch, at)

    return look


_NO_SITE: Final = Site("", Label("", ""), "UTC", demo=False)
