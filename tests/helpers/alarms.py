"""Alarms of the demo site and their rows, made by a test: specs on real tags, statuses in any state."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from app.model.alarms.spec import AlarmKind, AlarmSpec
from app.model.alarms.status import AlarmState, AlarmStatus, OutOfService, Shelf
from app.model.spec import Label, Site
from app.views.state.alarm_book import AlarmBook
from tests.helpers.xiasha import xiasha

__all__ = ["NOW", "alarm_site", "clear", "many_alarms", "raise_at", "raised", "some_status", "stand", "with_alarms"]

NOW = 1_790_000_000_000


def alarm_site() -> Site:
    """Return the demo site with its alarms."""
    return xiasha()


def with_alarms(site: Site, specs: Sequence[AlarmSpec]) -> Site:
    """Return a site with these alarms and no others."""
    return replace(site, alarms=tuple(specs))


def many_alarms(count: int) -> tuple[AlarmSpec, ...]:
    """Return alarms on the demo site's places, as many as asked for."""
    base = alarm_site().alarms
    return tuple(replace(base[i % len(base)], path=f"{base[i % len(base)].path}~{i}") for i in range(count))


def raised(
    spec: AlarmSpec, state: AlarmState = AlarmState.UNACK, *, ago_s: float = 60.0, **more: object
) -> AlarmStatus:
    """Return the row of an alarm that was raised some seconds before NOW."""
    at = NOW - int(ago_s * 1000)
    acked = not state.unacknowledged
    made = AlarmStatus(
        spec.path, state, revision=1, priority=spec.priority, occurrence=f"o-{spec.path}", count=1, raised_ms=at,
        since_ms=at, annunciated_ms=at, source_ms=at, value=spec.limit if spec.limit is not None else 1.0,
        limit=spec.limit, ack_by="li" if acked else "", ack_ms=at + 5000 if acked else 0,
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def some_status(spec: AlarmSpec, dice: random.Random, revision: int = 1) -> AlarmStatus:
    """Return a row in any state, with any flag, as chance has it."""
    state = dice.choice(list(AlarmState))
    row = raised(spec, state, ago_s=dice.uniform(0, 80_000), revision=revision, frozen=dice.random() < 0.1)
    flag = dice.random()
    if flag < 0.05:
        row = replace(row, shelf=Shelf("li", "pump test", NOW - 60_000, NOW + dice.randrange(60_000, 900_000)))
    elif flag < 0.1:
        row = replace(row, suppressed="泵已停|Pump stopped", suppressed_ms=NOW - 120_000)
    elif flag < 0.13:
        row = replace(row, out_of_service=OutOfService("wang", "new sensor", "WO-1842", NOW - 7_200_000))
    return row


def stand(book: AlarmBook, *paths: str, state: AlarmState = AlarmState.UNACK, **more: object) -> None:
    """Let alarms of the site stand."""
    book.apply({path: raised(book.specs[path], state, **more) for path in paths})  # type: ignore[arg-type]


def clear(book: AlarmBook, *paths: str) -> None:
    """Let alarms be normal again."""
    book.apply({path: AlarmStatus(path) for path in paths})


def raise_at(book: AlarmBook, equipment: str, priority: int, *, role: str = "trip") -> str:
    """Let an alarm stand at an equipment of a site that declares none; return its path."""
    words = Label("故障", "Trip")
    spec = AlarmSpec(
        f"{equipment}/{role}:trip", "trip", AlarmKind.STATE, words, priority, words, words, 60,
        tag=f"{equipment}/{role}", facility=equipment.partition("/")[0], equipment=equipment,
    )  # fmt: skip
    book.specs[spec.path] = spec
    book.apply({spec.path: raised(spec)})
    return spec.path
