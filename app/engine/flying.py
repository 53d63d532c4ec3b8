"""One command from the last check to the PLC's answer: intent durable, lease and expiry checked, one write, echo."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Final

from app.clock import Clock
from app.engine import sending
from app.engine.checking import Checking, may_operate
from app.engine.devices import Devices
from app.engine.outbox import Asked, Outbox, reasons_to_json
from app.engine.payloads import reason_of
from app.engine.posts import Post
from app.engine.recorder import Recorder
from app.engine.writer import Writer
from app.errors import InternalFault, StoreUnavailable
from app.model.commands import events as ev
from app.model.commands.block import BlockOut, Echo
from app.model.commands.checks import usable
from app.model.commands.machine import Phase
from app.model.commands.verbs import Verb
from app.model.records import CommandState, Journal, Person, Reason
from app.storage.contract import Tick

__all__ = ["EXPIRY_S", "Flying"]

EXPIRY_S: Final = 5.0
"""A command is never sent later than this after it was asked (commands.md 4.4)."""

_log: Final = logging.getLogger(__name__)


class Flying:
    """Sends commands. `busy_with` says which equipment of a post's station has a command in the way of a verb;
    `in_force` whether a post is still one of the site: it may have been changed while we spoke with the PLC."""

    def __init__(
        self,
        *,
        clock: Clock,
        writer: Writer,
        outbox: Outbox,
        devices: Devices,
        checking: Checking,
        recorder: Recorder,
        compose: Callable[[], Tick],
        busy_with: Callable[[Post, Verb], str],
        in_force: Callable[[Post], bool],
    ) -> None:
        self._clock = clock
        self._writer = writer
        self._outbox = outbox
        self._devices = devices
        self._checking = checking
        self._recorder = recorder
        self._compose = compose
        self._busy_with = busy_with
        self._in_force = in_force
        self._epoch = 0
        self._sequence = 0
        self.closed = False
        """True while the site is being changed: no command begins."""

    async def operate(self, asked: Asked, post: Post, person: Person | None, refusals: tuple[Reason, ...]) -> None:
        """Check a command with live readings and send it, or refuse it with every reason."""
        up = self._devices.up(post.device)
        # Who may not command here must not make us speak with the PLC either: a line carries one exchange at a time.
        mine = not refusals and person is not None and may_operate(person, post.facility.area)
        link = self._devices.link(post.device) if mine and up else None
        before, trouble = (None, "") if link is None else await sending.prepare(post, link)
        # From here to the intent there is no await: what was checked is what is sent.
        if self.closed or not self._in_force(post):
            refusals = (*refusals, Reason("site_changing"))
        if trouble:
            refusals = (*refusals, Reason("not_connected", {"what": trouble}))
        if link is not None and post.block is not None and self._heartbeat(post) is None:
            # Not a warning for any verb: the PLC rejects every block that does not carry its heartbeat.
            refusals = (*refusals, Reason("heartbeat", {"age_s": None}))
        verb, value = _target(asked)
        found, readings = self._checking.check(
            asked,
            post,
            verb,
            value,
            person,
            link_up=link is not None and not trouble if mine else up,
            busy_with=self._busy_with(post, verb),
        )
        reasons = (*refusals, *found)
        if person is None or any(r.blocking for r in reasons):
            self._recorder.refuse(asked, post, reasons, readings)
        elif self._begin(asked, post, person, before):
            await self._fly(asked, post, person, reasons, readings)

    def _begin(self, asked: Asked, post: Post, person: Person, before: Echo | None) -> bool:
        """Use the selection up and take the station; False when the selection went in this very moment."""
        verb, value = _target(asked)
        spec = post.equipment.command(verb)
        assert spec is not None, "checked"
        epoch, sequence = self._number()
        flight = ev.Flight(asked.request.id, verb, value, sequence, spec.timeout_s, echo=post.block is not None)
        effects = self._recorder.apply(post, ev.Operate(person.session, flight))
        if ev.CommitIntent() not in effects:
            self._recorder.refuse(asked, post, (Reason("selection", {"holder": ""}),))
            return False
        post.spec, post.before = spec, before
        post.judged, post.watched_from, post.asking = False, None, False
        post.detail = {
            "equipment": post.path,
            "verb": str(verb),
            "value": value,
            "sequence": sequence,
            "epoch": epoch,
            "place": post.place,
            "writes_before": None if before is None else before.writes,
        }
        if asked.second is not None:
            post.detail["second"] = asked.second.name
        return True

    async def _fly(
        self, asked: Asked, post: Post, person: Person, warnings: tuple[Reason, ...], readings: dict[str, Any]
    ) -> None:
        dropped = await self._make_durable(asked, post, person, warnings, readings)
        if dropped is not None:
            self._recorder.apply(post, dropped)
        elif post.command.phase is Phase.INTENT:
            try:
                await self._send(asked, post, person)
            except Exception:  # noqa: BLE001 - the command must not stay on its way for ever, nor block its station
                _log.exception("%s: sending a command met a defect", post.path)
                self._recorder.apply(post, ev.LinkLost(Reason("link_lost", {"what": "defect"})))

    async def _make_durable(
        self, asked: Asked, post: Post, person: Person, warnings: tuple[Reason, ...], readings: dict[str, Any]
    ) -> ev.Dropped | None:
        """Commit claim, intent, audit and the snapshot of the checks in one transaction; return why not."""
        if not self._outbox.empty:
            # A claim that fails takes its whole transaction with it: what others wait for goes first, apart.
            self._writer.put(self._compose())
        self._write_down(asked, post, person, warnings, readings)
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
        return None if receipt.lease.epoch == post.detail["epoch"] else ev.Dropped(Reason("lease_lost"))

    def _write_down(
        self, asked: Asked, post: Post, person: Person, warnings: tuple[Reason, ...], readings: dict[str, Any]
    ) -> None:
        payload = asked.request.payload
        record = {
            **post.detail,
            "request": asked.request.id,
            "session": person.session,
            "expect": payload.get("expect", ""),
            "reason": reason_of(payload),
        }
        if asked.second is not None:
            record["second_session"], record["second_at"] = asked.second.session, asked.second.workstation
        checks = {"warnings": reasons_to_json(warnings), "readings": readings}
        self._outbox.claim(asked.request.id)
        self._outbox.answer(asked.request.id, CommandState.INTENT, warnings, post.detail)
        self._outbox.journal(Journal.COMMANDS, "intent", post.path, {**record, **checks}, by=person)
        self._outbox.journal(Journal.AUDIT, "command", post.path, record, by=person)
        assert post.command.flight is not None
        self._recorder.note(post, post.command.flight, CommandState.INTENT)

    async def _send(self, asked: Asked, post: Post, person: Person) -> None:
        link = self._devices.link(post.device)
        if link is None:
            self._recorder.apply(post, ev.Dropped(Reason("link")))
            return

        def fence() -> None:
            self._writer.fence()
            self._look_again(asked, post, person, link_up=link.connected)

        out = self._block_out(post)
        self._recorder.apply(post, ev.Durable())
        post.watched_from = self._clock.monotonic()
        self._outbox.comm(post.device, "command", f"{post.path} {post.detail['verb']}: {out.words}")
        self._recorder.apply(post, await sending.write(post, link, out, fence))
        if post.command.phase is Phase.SENT:
            await self.poll(post)

    def _look_again(self, asked: Asked, post: Post, person: Person, *, link_up: bool) -> None:
        """Raise NotNow when what was checked before the intent holds no more. Making it durable and waiting for the
        line may take seconds: enough for a hold tag, a switch to Local, a trip, or the command's expiry."""
        if asked.age(self._clock.monotonic()) > EXPIRY_S:
            raise sending.NotNow(ev.Dropped(self._too_old(asked), expired=True))
        verb, value = _target(asked)
        link_up = link_up and self._devices.up(post.device)
        found, _ = self._checking.check(asked, post, verb, value, person, link_up=link_up)
        if blocking := [r for r in found if r.blocking]:
            raise sending.NotNow(ev.Dropped(blocking[0], also=tuple(blocking[1:])))

    async def poll(self, post: Post) -> None:
        """Ask the PLC once what it made of the block."""
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
            self._outbox.comm(post.device, "echo", f"{post.path}: {_said(event)}")
            self._recorder.apply(post, event)

    def _block_out(self, post: Post) -> BlockOut:
        spec, value = post.spec, post.detail["value"]
        assert spec is not None
        return BlockOut(
            epoch=post.detail["epoch"],
            heartbeat=self._heartbeat(post) or 0,
            equipment=post.equipment.index,
            verb=spec.code,
            value=0.0 if value is None else value,
            sequence=post.detail["sequence"],
        )

    def _heartbeat(self, post: Post) -> int | None:
        """Return the PLC's counter as it was read last, None if it was not."""
        reading = None if post.block is None else self._checking.readings.read(post.block.heartbeat)
        return int(reading.value) if reading is not None and usable(reading) else None

    def _number(self) -> tuple[int, int]:
        """Return the epoch of our lease and the next sequence in it."""
        lease = self._writer.status.lease
        assert lease is not None
        if lease.epoch != self._epoch:
            # Echoes do not carry the epoch: the numbers of different engines must not look alike.
            self._epoch, self._sequence = lease.epoch, lease.epoch % 1_000_000 * 1_000
        self._sequence += 1
        return self._epoch, self._sequence

    def _too_old(self, asked: Asked) -> Reason:
        age = round(asked.age(self._clock.monotonic()), 1)
        return Reason("expired", {"age_s": age, "limit_s": EXPIRY_S})


def _target(asked: Asked) -> tuple[Verb, float | None]:
    """Return verb and value of a request that was found well-formed."""
    value = asked.request.payload.get("value")
    return Verb(str(asked.request.payload["verb"])), None if value is None else float(value)


def _said(event: ev.Event) -> str:
    """Say for the communication log what the PLC's answer means: a word, and the reason's code or the fault."""
    if isinstance(event, ev.Rejected):
        return f"rejected: {event.reason.check}"
    if isinstance(event, ev.LinkLost):
        return str(event.reason.params.get("what", "connection lost"))
    return "accepted"
