"""Commands from selection to feedback: runs each equipment's machine and does what it asks for.

All checks use live readings and the session of now. Intent is durable before the write; the lease is checked in the
same synchronous step as the send; nothing is sent twice. Times: a request's age by the store's clock, the rest
monotonic.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, Final

from app.clock import Clock
from app.engine import sending
from app.engine.book import Book
from app.engine.checking import Checking
from app.engine.devices import Devices
from app.engine.outbox import Asked, Outbox, reasons_to_json
from app.engine.posts import Post, posts_of
from app.engine.writer import Writer
from app.errors import InternalFault, StoreUnavailable
from app.model.commands import events as ev
from app.model.commands.block import BlockOut, Echo
from app.model.commands.checks import holds, usable
from app.model.commands.machine import Command, Phase, step
from app.model.commands.verbs import Verb
from app.model.records import CommandState, Journal, Person, Reason, Result
from app.model.spec import Site, TargetKind
from app.storage.contract import Tick

__all__ = ["EXPIRY_S", "CommandDesk"]

EXPIRY_S: Final = 5.0
"""A command is never sent later than this after it was asked (commands.md 4.4)."""

ASK_AGAIN_S: Final = 1.0
"""Pause between two questions what became of an unknown command."""

GIVE_UP_ASKING_S: Final = 60.0
"""When the PLC's values come but its echo cannot be read for so long, feedback alone judges."""

_log: Final = logging.getLogger(__name__)


class CommandDesk:
    """Owns the posts of the applied site. All on the loop; the wire is spoken to by short tasks."""

    def __init__(
        self,
        *,
        clock: Clock,
        writer: Writer,
        outbox: Outbox,
        book: Book,
        devices: Devices,
        checking: Checking,
        compose: Callable[[], Tick],
    ) -> None:
        self._clock = clock
        self._writer = writer
        self._outbox = outbox
        self._book = book
        self._devices = devices
        self._checking = checking
        self._compose = compose
        self._posts: dict[str, Post] = {}
        self._epoch = 0
        self._sequence = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self.closed = False
        """True while the site is being changed: no command begins."""

    # ---- life

    def use(self, site: Site) -> None:
        """Go over to a site. Called only while no command is on its way."""
        self._posts = posts_of(site, self._posts)

    def recover(self, open_commands: tuple[Result, ...]) -> None:
        """Make what an earlier engine left on its way unknown: never sent again, resolved by PLC and feedback.
        Selections do not outlive an engine."""
        for row in self._book.rows():
            self._book.change(row.path, selected_by="", selected_session="", selected_until_ms=0)
        for result in open_commands:
            post = self._posts.get(str(result.detail.get("equipment", "")))
            if post is None or post.command.open:
                self._outbox.answer(result.request_id, CommandState.UNKNOWN, (Reason("restarted"),), result.detail)
                continue
            self._restore(post, result)

    def _restore(self, post: Post, result: Result) -> None:
        detail = dict(result.detail)
        post.detail, post.spec = detail, post.equipment.command(str(detail.get("verb", "")))
        writes = detail.get("writes_before")
        post.before = None if writes is None else Echo(0, 0, 0, int(writes))
        flight = ev.Flight(
            request_id=result.request_id,
            verb=str(detail.get("verb", "")),
            value=detail.get("value"),
            sequence=int(detail.get("sequence", 0)),
            feedback_s=post.spec.timeout_s if post.spec else 0.0,
            echo=post.block is not None,
            # When it was sent died with that engine: count from now, the later of the two.
            sent=self._clock.monotonic(),
        )
        self._apply(post, ev.Restarted(flight))

    async def stop(self) -> None:
        """End the tasks that speak with PLCs. What was on its way is found by the next engine."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def busy(self) -> str:
        """Return the path of an equipment whose command is on its way, "" if none is."""
        return next((p.path for p in self._posts.values() if p.command.open), "")

    def selected_sessions(self) -> frozenset[str]:
        """Return the sessions that hold selections."""
        return frozenset(p.command.selection.session for p in self._posts.values() if p.command.selection)

    def post(self, path: str) -> Post | None:
        """Return the post of an equipment, None if it obeys no command."""
        return self._posts.get(path)

    def posts_at(self, device: str) -> list[Post]:
        """Return the posts whose commands go to a device."""
        return [p for p in self._posts.values() if p.device == device]

    # ---- requests

    def select(self, asked: Asked, post: Post, person: Person) -> None:
        """Give an equipment to the asker alone, or say who holds it."""
        busy = post.command.open
        if busy:
            self._refuse(asked, post, (Reason("busy", {"equipment": post.path}),))
            return
        self._outbox.claim(asked.request.id)
        self._apply(post, ev.Select(asked.request.id, person.name, person.session), person)
        link = self._devices.link(post.device)
        if link is not None and not link.connected:
            # Now, so that the send need not wait; why it failed is asked again, and said, when it is needed.
            self._spawn(self._connect(post), f"connect {post.device}")

    def cancel(self, asked: Asked, post: Post, person: Person) -> None:
        """Take a selection back."""
        held = post.command.selection
        self._outbox.claim(asked.request.id)
        if held is None or held.session != person.session:
            reason = Reason("selection", {"holder": held.person if held else ""})
            self._outbox.answer(asked.request.id, CommandState.REFUSED, (reason,))
            return
        self._apply(post, ev.Cancel(person.session), person)
        self._outbox.answer(asked.request.id, CommandState.DONE)

    def end_session(self, session: str) -> None:
        """Free what a session held."""
        for post in self._posts.values():
            self._apply(post, ev.SessionEnded(session))

    def operate(self, asked: Asked, post: Post, person: Person | None, refusals: tuple[Reason, ...]) -> None:
        """Check and send a command; `refusals` are the reasons that already stand against the asker."""
        self._spawn(self._operate(asked, post, person, refusals), f"command {post.path}")

    # ---- each tick

    def tick(self) -> None:
        """Let time pass: expiries, echoes, feedback, outcomes."""
        now = self._clock.monotonic()
        for post in self._posts.values():
            self._apply(post, ev.Clock())
            phase = post.command.phase
            if phase is Phase.SENT and post.command.deadline is not None and not post.asking:
                self._spawn(self._poll(post), f"echo {post.path}")
            elif phase is Phase.EXECUTING:
                self._watch(post)
            elif phase is Phase.UNKNOWN:
                self._find_out(post, now)

    def _watch(self, post: Post) -> None:
        if not self._devices.up(post.device):
            self._apply(post, ev.LinkLost(Reason("link_lost")))
        elif self._feedback(post):
            self._apply(post, ev.FeedbackMet())

    def _find_out(self, post: Post, now: float) -> None:
        """Look what became of an unknown command, from the moment the device answers again."""
        if not self._devices.up(post.device):
            post.watched_from = None
            return
        if post.watched_from is None:
            post.watched_from = now
        waited = now - post.watched_from
        assert post.command.flight is not None
        if post.block is None or waited > GIVE_UP_ASKING_S:
            post.judged = True
        if not post.judged:
            if not post.asking and now - post.asked_at >= ASK_AGAIN_S:
                self._spawn(self._ask_outcome(post, now), f"outcome {post.path}")
        elif self._feedback(post):
            self._apply(post, ev.Resolved(CommandState.DONE))
        elif waited > post.command.flight.feedback_s:
            limit = {"limit_s": post.command.flight.feedback_s}
            self._apply(post, ev.Resolved(CommandState.MISMATCH, (Reason("feedback_timeout", limit),)))

    def _feedback(self, post: Post) -> bool:
        """Return whether every feedback condition holds by values read since the command was on its way."""
        spec, now = post.spec, self._clock.monotonic()
        if spec is None or not spec.feedback or post.watched_from is None:
            return False
        target = None if spec.target is TargetKind.NONE else post.detail.get("value")
        for condition in spec.feedback:
            reading = self._checking.readings.read(condition.tag)
            if reading is None or not usable(reading) or reading.age_s >= now - post.watched_from:
                return False
            if not holds(condition, reading.value, target=target, tolerance=spec.tolerance):
                return False
        return True

    # ---- one command

    async def _operate(self, asked: Asked, post: Post, person: Person | None, refusals: tuple[Reason, ...]) -> None:
        payload = asked.request.payload
        link = self._devices.link(post.device) if not refusals and self._devices.up(post.device) else None
        before, trouble = (None, "") if link is None else await sending.prepare(post, link)
        # From here to the intent there is no await: what was checked is what is sent.
        verb, value = Verb(str(payload["verb"])), payload.get("value")
        value = None if value is None else float(value)
        if self.closed:
            refusals = (*refusals, Reason("site_changing"))
        if trouble:
            refusals = (*refusals, Reason("not_connected", {"what": trouble}))
        found, snapshot = self._checking.check(
            asked,
            post,
            verb,
            value,
            person,
            link_up=link is not None and not trouble,
            busy_with=self._busy_with(post),
        )
        reasons = (*refusals, *found)
        if person is None or any(r.blocking for r in reasons):
            self._refuse(asked, post, reasons, snapshot)
            return
        await self._go(asked, post, person, verb, value, before, reasons, snapshot)

    async def _go(
        self,
        asked: Asked,
        post: Post,
        person: Person,
        verb: Verb,
        value: float | None,
        before: Echo | None,
        warnings: tuple[Reason, ...],
        snapshot: dict[str, Any],
    ) -> None:
        spec = post.equipment.command(verb)
        assert spec is not None, "checked"
        epoch, sequence = self._number()
        flight = ev.Flight(asked.request.id, verb, value, sequence, spec.timeout_s, echo=post.block is not None)
        after, effects = step(post.command, ev.Operate(person.session, flight), self._clock.monotonic())
        if ev.CommitIntent() not in effects:
            self._refuse(asked, post, (Reason("selection", {"holder": ""}),), snapshot)
            return
        post.command, post.spec, post.before = after, spec, before
        post.judged, post.watched_from, post.asking = False, None, False
        post.detail = {
            "equipment": post.path,
            "verb": str(verb),
            "value": value,
            "sequence": sequence,
            "epoch": epoch,
            "writes_before": None if before is None else before.writes,
        }
        dropped = await self._make_durable(asked, post, person, warnings, snapshot, epoch)
        if dropped is not None:
            self._apply(post, dropped)
        elif post.command.phase is Phase.INTENT:
            await self._send(asked, post)

    async def _make_durable(
        self,
        asked: Asked,
        post: Post,
        person: Person,
        warnings: tuple[Reason, ...],
        snapshot: dict[str, Any],
        epoch: int,
    ) -> ev.Dropped | None:
        """Commit claim, intent, audit and the snapshot of the checks in one transaction; return why not."""
        payload = asked.request.payload
        if not self._outbox.empty:
            # A claim that fails takes its whole transaction with it: what others wait for goes first, apart.
            self._writer.put(self._compose())
        self._outbox.claim(asked.request.id)
        self._outbox.answer(asked.request.id, CommandState.INTENT, warnings, post.detail)
        record = {
            **post.detail,
            "request": asked.request.id,
            "expect": payload.get("expect", ""),
            "reason": payload.get("reason", ""),
            "warnings": reasons_to_json(warnings),
            "readings": snapshot,
        }
        self._outbox.journal(Journal.COMMANDS, "intent", post.path, record, by=person)
        self._outbox.journal(Journal.AUDIT, "command", post.path, {**post.detail, "session": person.session}, by=person)
        self._note(post, CommandState.INTENT)
        left = EXPIRY_S - asked.age(self._clock.monotonic())
        try:
            async with asyncio.timeout(max(0.0, left)):
                receipt = await self._writer.commit(self._compose())
        except StoreUnavailable:
            return ev.Dropped(Reason("store", {"why": "cannot_commit"}))
        except TimeoutError:
            return ev.Dropped(self._too_old(asked), expired=True)
        except InternalFault as fault:
            # The id was claimed before: whatever became of it then, it is not sent a second time.
            _log.error("%s: request %s is not executed again: %s", post.path, asked.request.id, fault)
            return ev.Dropped(Reason("claimed_before"))
        return None if receipt.lease.epoch == epoch else ev.Dropped(Reason("lease_lost"))

    async def _send(self, asked: Asked, post: Post) -> None:
        link = self._devices.link(post.device)
        if link is None:
            self._apply(post, ev.Dropped(Reason("link")))
            return

        def fence() -> None:
            self._writer.fence()
            if asked.age(self._clock.monotonic()) > EXPIRY_S:
                raise sending.TooLate

        out = self._block_out(post)
        self._apply(post, ev.Durable())
        post.watched_from = self._clock.monotonic()
        self._outbox.comm(post.device, "command", f"{post.path} {post.detail['verb']}: {out}")
        event = await sending.write(post, link, out, fence)
        if isinstance(event, ev.Dropped) and event.expired:
            event = ev.Dropped(self._too_old(asked), expired=True)
        self._apply(post, event)
        if post.command.phase is Phase.SENT:
            await self._poll(post)

    def _block_out(self, post: Post) -> BlockOut:
        reading = None if post.block is None else self._checking.readings.read(post.block.heartbeat)
        spec, value = post.spec, post.detail["value"]
        assert spec is not None
        return BlockOut(
            epoch=post.detail["epoch"],
            heartbeat=int(reading.value) if reading is not None and usable(reading) else 0,
            equipment=post.equipment.index,
            verb=spec.code,
            value=0.0 if value is None else value,
            sequence=post.detail["sequence"],
        )

    async def _poll(self, post: Post) -> None:
        link = self._devices.link(post.device)
        flight = post.command.flight
        if link is None or post.asking:
            return
        post.asking = True
        try:
            event = await sending.ask_echo(post, link)
        finally:
            post.asking = False
        if event is not None and post.command.flight is flight:
            self._apply(post, event)

    async def _ask_outcome(self, post: Post, now: float) -> None:
        link = self._devices.link(post.device)
        flight = post.command.flight
        if link is None:
            return
        post.asking, post.asked_at = True, now
        try:
            found = await sending.outcome(post, link, now)
        finally:
            post.asking = False
        if post.command.flight is not flight or post.command.phase is not Phase.UNKNOWN:
            return
        if isinstance(found, ev.Resolved):
            self._apply(post, found)
        elif found:
            post.judged = True

    async def _connect(self, post: Post) -> None:
        await sending.prepare(replace(post), self._devices.link(post.device))

    # ---- the machine's effects

    def _apply(self, post: Post, event: ev.Event, person: Person | None = None) -> None:
        before = post.command
        post.command, effects = step(before, event, self._clock.monotonic())
        for effect in effects:
            if isinstance(effect, ev.Abort):
                self._abort(post)
            elif isinstance(effect, ev.Record):
                self._record(post, effect, person)
        if post.command.selection != before.selection:
            self._note_selection(post.path, post.command)

    def _abort(self, post: Post) -> None:
        link = self._devices.link(post.device)
        if link is not None:
            link.abort()
        post.watched_from, post.asked_at = None, float("-inf")
        if post.block is None:
            # Such a PLC may still execute it when it wakes: a person must look before the next command.
            for other in self._posts.values():
                if other.device == post.device:
                    self._book.change(other.path, late_execution=True)

    def _record(self, post: Post, effect: ev.Record, person: Person | None) -> None:
        flight = post.command.flight
        of_command = flight is not None and flight.request_id == effect.request_id
        detail = post.detail if of_command else {"equipment": post.path}
        self._outbox.answer(effect.request_id, effect.state, effect.reasons, detail)
        record = {**detail, "request": effect.request_id, "reasons": reasons_to_json(effect.reasons)}
        self._outbox.journal(Journal.COMMANDS, str(effect.state), post.path, record, by=person)
        if of_command:
            self._note(post, effect.state)
            if effect.state.final:
                self._outbox.journal(Journal.AUDIT, f"command-{effect.state}", post.path, record)

    def _note(self, post: Post, state: CommandState) -> None:
        assert post.command.flight is not None
        self._book.change(
            post.path,
            request_id=post.command.flight.request_id,
            verb=post.command.flight.verb,
            state=state,
            state_since_ms=self._clock.now_ms(),
        )

    def _note_selection(self, path: str, command: Command) -> None:
        held = command.selection
        if held is None:
            self._book.change(path, selected_by="", selected_session="", selected_until_ms=0)
        else:
            left_ms = int((held.until - self._clock.monotonic()) * 1000)
            until = self._clock.now_ms() + left_ms
            self._book.change(path, selected_by=held.person, selected_session=held.session, selected_until_ms=until)

    def _refuse(
        self, asked: Asked, post: Post, reasons: tuple[Reason, ...], snapshot: dict[str, Any] | None = None
    ) -> None:
        payload = asked.request.payload
        detail = {"equipment": post.path, "verb": payload.get("verb", ""), "value": payload.get("value")}
        self._outbox.claim(asked.request.id)
        self._outbox.answer(asked.request.id, CommandState.REFUSED, reasons, detail)
        record = {
            **detail,
            "request": asked.request.id,
            "reasons": reasons_to_json(reasons),
            "readings": snapshot or {},
        }
        self._outbox.journal(Journal.COMMANDS, "refused", post.path, record, by=asked.request.person)

    def _busy_with(self, post: Post) -> str:
        others = (p for p in self._posts.values() if p.facility.id == post.facility.id)
        return next((p.path for p in others if p.command.open), "")

    def _number(self) -> tuple[int, int]:
        """Return the epoch of our lease and the next sequence in it."""
        lease = self._writer.status.lease
        assert lease is not None
        if lease.epoch != self._epoch:
            self._epoch, self._sequence = lease.epoch, 0
        self._sequence += 1
        return self._epoch, self._sequence

    def _too_old(self, asked: Asked) -> Reason:
        age = round(asked.age(self._clock.monotonic()), 1)
        return Reason("expired", {"age_s": age, "limit_s": EXPIRY_S})

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("%s ended by a defect", task.get_name(), exc_info=error)
