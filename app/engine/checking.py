"""Fills the checks of a command with what is true now, and keeps what was looked at for the journal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from app.clock import Clock
from app.engine.book import Book
from app.engine.outbox import Asked
from app.engine.posts import Post
from app.engine.readings import Heartbeats, Readings
from app.model.access import best_role, may, permission_for, second_refusals
from app.model.commands.checks import CheckInput, Reading, failing
from app.model.commands.verbs import Verb
from app.model.records import Person, Reason, RequestKind

__all__ = ["Checking", "may_operate"]


class Checking:
    """Knows the readings, the heartbeats, the book and whether the store can take an intent."""

    def __init__(
        self,
        *,
        clock: Clock,
        readings: Readings,
        book: Book,
        store_ok: Callable[[], bool],
        disk_full: Callable[[], bool],
        expiry_s: float,
    ) -> None:
        self._clock = clock
        self._book = book
        self._store_ok = store_ok
        self._disk_full = disk_full
        self._expiry_s = expiry_s
        self.readings = readings
        self.heartbeats: Final = Heartbeats()

    def check(
        self,
        asked: Asked,
        post: Post,
        verb: Verb,
        value: float | None,
        person: Person | None,
        *,
        link_up: bool,
        busy_with: str | None = None,
    ) -> tuple[tuple[Reason, ...], dict[str, Any]]:
        """Return all reasons against a command, and every reading that was looked at as [value, quality, age].

        `busy_with` None: the command itself is the one on its way, and its selection is used up.
        """
        now = self._clock.monotonic()
        seen: dict[str, Any] = {}

        def read(path: str) -> Reading | None:
            reading = self.readings.read(path)
            seen[path] = None if reading is None else [reading.value, reading.quality, round(reading.age_s, 3)]
            return reading

        areas = (post.facility.area,)
        heartbeat = None if post.block is None else self.heartbeats.age(post.block.heartbeat, now)
        found = failing(
            CheckInput(
                verb=verb,
                value=value,
                expect=str(asked.request.payload.get("expect", "")),
                equipment=post.equipment,
                facility=post.facility,
                read=read,
                status=self._book.get(post.path),
                session=asked.request.person.session,
                permitted=person is not None and may_operate(person, post.facility.area),
                second=second_refusals(RequestKind.OPERATE, person, asked.second, areas),
                store_ok=self._store_ok(),
                disk_full=self._disk_full(),
                age_s=asked.age(now),
                expiry_s=self._expiry_s,
                busy_with=busy_with or "",
                link_up=link_up,
                heartbeat_age_s=heartbeat,
                scan_period_s=self.readings.period_of(post.device),
                commissioning=post.commissioning,
                role=best_role(person) if person else "",
                needs_selection=busy_with is not None,
            )
        )
        return found, seen


def may_operate(person: Person, area: str) -> bool:
    """Return whether a person may command equipment of an area."""
    return may(person, permission_for(RequestKind.OPERATE), (area,))
