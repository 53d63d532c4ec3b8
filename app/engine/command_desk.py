"""The command desk: selections, commands on their way, and what became of those that were lost sight of.

All on the loop; the wire is spoken to by short tasks. Times are monotonic, but a request's age, which is by the
store's clock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from app.clock import Clock
from app.engine import sending
from app.engine.book import Book
from app.engine.checking import Checking
from app.engine.devices import Devices
from app.engine.flying import Flying
from app.engine.outbox import Asked, Outbox
from app.engine.posts import Post, posts_of
from app.engine.recorder import Recorder
from app.engine.tasks import Tasks
from app.engine.writer import Writer
from app.model.commands import events as ev
from app.model.commands.block import Echo
from app.model.commands.checks import holds, in_the_way, usable
from app.model.commands.machine import Phase
from app.model.commands.verbs import Verb
from app.model.quality import Quality
from app.model.records import CommandState, Person, Reason, Result
from app.model.spec import Site, TargetKind
from app.storage.contract import Tick

__all__ = ["CommandDesk"]

ASK_AGAIN_S: Final = 1.0
"""Pause between two questions what became of an unknown command."""

GIVE_UP_ASKING_S: Final = 60.0
"""When the PLC's values come but its echo cannot be read for so long, feedback alone judges."""


class CommandDesk:
    """Owns the posts of the applied site."""

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
        self._outbox = outbox
        self._book = book
        self._devices = devices
        self._checking = checking
        self._posts: Final[dict[str, Post]] = {}
        self._recorder = Recorder(clock=clock, outbox=outbox, book=book, devices=devices, posts=self._posts)
        self._flying = Flying(
            clock=clock,
            writer=writer,
            outbox=outbox,
            devices=devices,
            checking=checking,
            recorder=self._recorder,
            compose=compose,
            busy_with=self._busy_with,
            in_force=self._in_force,
        )
        self._tasks = Tasks()

    # ---- life

    def use(self, site: Site) -> None:
        """Go over to a site. Called only while no command is on its way."""
        posts = posts_of(site, self._posts)
        for path, post in self._posts.items():
            if path not in posts and post.command.selection is not None:
                self._recorder.apply(post, ev.SessionEnded(post.command.selection.session))
        self._posts.clear()
        self._posts.update(posts)

    def recover(self, open_commands: tuple[Result, ...]) -> None:
        """Make what an earlier engine left on its way unknown: never sent again, resolved by PLC and feedback.
        Selections do not outlive an engine."""
        for row in self._book.rows():
            self._book.change(row.path, selected_by="", selected_session="", selected_until_ms=0)
        for result in open_commands:
            path = str(result.detail.get("equipment", ""))
            post = self._posts.get(path)
            if result.state is CommandState.UNKNOWN and (
                post is None or self._book.get(path).request_id != result.request_id
            ):
                continue  # another command of the equipment came after it: nobody will learn what became of it
            if post is None or post.command.open:
                self._outbox.answer(result.request_id, CommandState.UNKNOWN, (Reason("restarted"),), result.detail)
            else:
                self._restore(post, result)

    def _restore(self, post: Post, result: Result) -> None:
        detail = dict(result.detail)
        verb, writes = str(detail.get("verb", "")), detail.get("writes_before")
        post.detail, post.spec = detail, post.equipment.command(verb)
        post.judged = detail.get("place", post.place) != post.place
        post.before = None if writes is None else Echo(0, 0, 0, int(writes))
        flight = ev.Flight(
            request_id=result.request_id,
            verb=verb,
            value=detail.get("value"),
            sequence=int(detail.get("sequence", 0)),
            feedback_s=post.spec.timeout_s if post.spec else 0.0,
            echo=post.block is not None,
            # When it was sent died with that engine: count from now, which is later.
            sent=self._clock.monotonic(),
        )
        self._recorder.apply(post, ev.Restarted(flight))

    async def stop(self) -> None:
        """End the tasks that speak with PLCs. What was on its way is found by the next engine."""
        await self._tasks.stop()

    @property
    def closed(self) -> bool:
        """True while the site is being changed: no command begins."""
        return self._flying.closed

    @closed.setter
    def closed(self, closed: bool) -> None:
        self._flying.closed = closed

    def busy(self) -> str:
        """Return the path of an equipment whose command is on its way, "" if none is. An unknown outcome counts not:
        a PLC that is gone for good must not keep its site from being changed."""
        return next((p.path for p in self._posts.values() if p.command.moving), "")

    def _busy_with(self, post: Post, verb: Verb) -> str:
        """Return which equipment of the station, or of another one that shares its command block, is in the way."""
        others = (p for p in self._posts.values() if _together(p, post))
        return next((p.path for p in others if in_the_way(p.command.phase, verb)), "")

    def selected_sessions(self) -> frozenset[str]:
        """Return the sessions that hold selections. Called from the follower's thread: reads a copy."""
        posts = tuple(self._posts.values())
        return frozenset(p.command.selection.session for p in posts if p.command.selection)

    def _in_force(self, post: Post) -> bool:
        """Return whether a post is one of the site in force: it may have been changed while we spoke with the PLC."""
        return self._posts.get(post.path) is post

    def _hears(self, post: Post) -> bool:
        """Return whether the PLC itself answers: behind a gateway another unit may be all that does."""
        if not self._devices.up(post.device):
            return False
        return post.block is None or usable(self._checking.readings.read(post.block.heartbeat))

    def post(self, path: str) -> Post | None:
        """Return the post of an equipment, None if it obeys no command."""
        return self._posts.get(path)

    def detail(self, path: str) -> Mapping[str, Any]:
        """Return what is known of an equipment's newest command, empty if nothing is."""
        post = self._posts.get(path)
        return {} if post is None else post.detail

    def posts_at(self, device: str) -> list[Post]:
        """Return the posts whose commands go to a device."""
        return [p for p in self._posts.values() if p.device == device]

    # ---- requests

    def select(self, asked: Asked, post: Post, person: Person) -> None:
        """Give an equipment to the asker alone, or say who holds it. While a command of it is executing, or nobody
        knows what became of it, that is for a verb which may go past it."""
        if post.command.unanswered:
            self._recorder.refuse(asked, post, (Reason("busy", {"equipment": post.path}),))
            return
        self._outbox.claim(asked.request.id)
        self._recorder.apply(post, ev.Select(asked.request.id, person.name, person.session), person)
        link = self._devices.link(post.device)
        if link is not None and not link.connected:
            # Now, so that the send need not wait; why it fails is asked again, and said, when it is needed.
            self._tasks.spawn(self._connect(post), f"connect {post.device}")

    async def _connect(self, post: Post) -> None:
        await sending.prepare(post, self._devices.link(post.device))

    def cancel(self, asked: Asked, post: Post, person: Person) -> None:
        """Take a selection back."""
        held = post.command.selection
        self._outbox.claim(asked.request.id)
        if held is None or held.session != person.session:
            reason = Reason("selection", {"holder": held.person if held else ""})
            self._outbox.answer(asked.request.id, CommandState.REFUSED, (reason,))
            return
        self._recorder.apply(post, ev.Cancel(person.session), person)
        self._outbox.answer(asked.request.id, CommandState.DONE)

    def end_session(self, session: str) -> None:
        """Free what a session held."""
        for post in self._posts.values():
            self._recorder.apply(post, ev.SessionEnded(session))

    def operate(self, asked: Asked, post: Post, person: Person | None, refusals: tuple[Reason, ...]) -> None:
        """Check and send a command; `refusals` are the reasons that already stand against the asker."""
        self._tasks.spawn(self._flying.operate(asked, post, person, refusals), f"command {post.path}")

    # ---- each tick

    def tick(self) -> None:
        """Let time pass: expiries, echoes, feedback, outcomes."""
        now = self._clock.monotonic()
        for post in self._posts.values():
            self._recorder.apply(post, ev.Clock())
            match post.command.phase:
                case Phase.SENT if post.command.deadline is not None and not post.asking:
                    self._tasks.spawn(self._flying.poll(post), f"echo {post.path}")
                case Phase.EXECUTING:
                    self._watch(post)
                case Phase.UNKNOWN:
                    self._find_out(post, now)

    def _watch(self, post: Post) -> None:
        if not self._hears(post):
            self._recorder.apply(post, ev.LinkLost(Reason("link_lost")))
        elif self._feedback(post):
            self._recorder.apply(post, ev.FeedbackMet())

    def _find_out(self, post: Post, now: float) -> None:
        """Look what became of an unknown command, from the moment the device answers again."""
        if self.closed:
            return  # the posts are new already, the drivers may still be the old ones
        if not self._hears(post):
            post.watched_from = None
            return
        if post.watched_from is None:
            post.watched_from = now
        waited = now - post.watched_from
        flight = post.command.flight
        assert flight is not None
        if post.block is None or waited > GIVE_UP_ASKING_S:
            post.judged = True
        if not post.judged:
            if not post.asking and now - post.asked_at >= ASK_AGAIN_S:
                self._tasks.spawn(self._ask_outcome(post, now), f"outcome {post.path}")
        elif self._feedback(post):
            self._recorder.apply(post, ev.Resolved(CommandState.DONE))
        elif waited > flight.feedback_s:
            late = Reason("feedback_timeout", {"limit_s": flight.feedback_s})
            self._recorder.apply(post, ev.Resolved(CommandState.MISMATCH, (late,)))

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
        if post.command.flight is not flight or post.command.phase is not Phase.UNKNOWN or not self._in_force(post):
            return
        if isinstance(found, ev.Resolved):
            self._recorder.apply(post, found)
        elif found:
            post.judged = True

    def _feedback(self, post: Post) -> bool:
        """Return whether every feedback condition holds by values read since the command was on its way."""
        spec, now = post.spec, self._clock.monotonic()
        if spec is None or not spec.feedback or post.watched_from is None:
            return False
        target = None if spec.target is TargetKind.NONE else post.detail.get("value")
        for condition in spec.feedback:
            reading = self._checking.readings.read(condition.tag)
            if reading is None or not usable(reading) or reading.reaches_s >= now - post.watched_from:
                return False
            if reading.quality == Quality.MANUAL:
                return False  # what a person typed in proves nothing
            if not holds(condition, reading.value, target=target, tolerance=spec.tolerance):
                return False
        return True


def _together(one: Post, other: Post) -> bool:
    """Return whether two equipment share a station, or a command block: it carries one command at a time."""
    return one.facility.id == other.facility.id or (one.block is not None and one.block == other.block)
