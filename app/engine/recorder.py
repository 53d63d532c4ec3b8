"""Feeds events to the machine of an equipment's command, and records what comes of them: answers, journals, book."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.clock import Clock
from app.engine.book import Book
from app.engine.devices import Devices
from app.engine.outbox import Asked, Outbox, reasons_to_json
from app.engine.payloads import clipped
from app.engine.posts import Post
from app.model.commands import events as ev
from app.model.commands.machine import step
from app.model.records import CommandState, Journal, Person, Reason

__all__ = ["Recorder"]


class Recorder:
    """Shared by the parts of the command desk. `posts` is the desk's own mapping, which it changes in place."""

    def __init__(
        self, *, clock: Clock, outbox: Outbox, book: Book, devices: Devices, posts: Mapping[str, Post]
    ) -> None:
        self._clock = clock
        self._outbox = outbox
        self._book = book
        self._devices = devices
        self._posts = posts

    def apply(self, post: Post, event: ev.Event, person: Person | None = None) -> tuple[ev.Effect, ...]:
        """Let an event happen, record it, and return all effects: those that speak to a PLC are the caller's to do."""
        before = post.command
        post.command, effects = step(before, event, self._clock.monotonic())
        for effect in effects:
            if isinstance(effect, ev.Abort):
                self._abort(post)
            elif isinstance(effect, ev.Record):
                self._record(post, effect, before.flight, person)
        if post.command.selection != before.selection:
            self._note_selection(post)
        return effects

    def refuse(
        self, asked: Asked, post: Post, reasons: tuple[Reason, ...], readings: dict[str, Any] | None = None
    ) -> None:
        """Claim and refuse a request, with every reason and what was looked at."""
        payload = asked.request.payload
        detail = {"equipment": post.path, "verb": clipped(payload.get("verb")), "value": clipped(payload.get("value"))}
        self._outbox.claim(asked.request.id)
        self._outbox.answer(asked.request.id, CommandState.REFUSED, reasons, detail)
        record = {**detail, "request": asked.request.id, "reasons": reasons_to_json(reasons), "readings": readings}
        self._outbox.journal(Journal.COMMANDS, "refused", post.path, record | asked.says, by=asked.by)
        audit = {**detail, "request": asked.request.id, "reasons": [str(r.check) for r in reasons], **asked.says}
        self._outbox.journal(Journal.AUDIT, f"{asked.request.kind}-refused", post.path, audit, by=asked.by)

    def note(self, post: Post, flight: ev.Flight, state: CommandState) -> None:
        """Show in the book where a command stands."""
        self._book.change(
            post.path,
            request_id=flight.request_id,
            verb=flight.verb,
            state=state,
            state_since_ms=self._clock.now_ms(),
        )

    def _abort(self, post: Post) -> None:
        link = self._devices.link(post.device)
        if link is not None:
            link.abort()
        post.watched_from, post.asked_at = None, float("-inf")
        if post.block is None:
            # Such a PLC may still execute it when it wakes: a person must look before the next command.
            flight = post.command.flight
            late = flight.request_id if flight is not None else ""
            for other in self._posts.values():
                if other.device == post.device:
                    self._book.change(other.path, late_execution=True, late_request=late)

    def _record(self, post: Post, effect: ev.Record, before: ev.Flight | None, person: Person | None) -> None:
        """Answer and journal a step: of the command, also of one that another superseded in this very step, or of a
        selection."""
        flights = (f for f in (post.command.flight, before) if f is not None)
        flight = next((f for f in flights if f.request_id == effect.request_id), None)
        detail = {"equipment": post.path} if flight is None else post.detail
        self._outbox.answer(effect.request_id, effect.state, effect.reasons, detail)
        record = {**detail, "request": effect.request_id, "reasons": reasons_to_json(effect.reasons)}
        self._outbox.journal(Journal.COMMANDS, str(effect.state), post.path, record, by=person)
        if flight is not None:
            self.note(post, flight, effect.state)
            if effect.state.final:
                self._outbox.journal(Journal.AUDIT, f"command-{effect.state}", post.path, record)

    def _note_selection(self, post: Post) -> None:
        held = post.command.selection
        if held is None:
            self._book.change(post.path, selected_by="", selected_session="", selected_until_ms=0)
            return
        until = self._clock.now_ms() + int((held.until - self._clock.monotonic()) * 1000)
        self._book.change(post.path, selected_by=held.person, selected_session=held.session, selected_until_ms=until)
