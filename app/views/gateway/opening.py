"""What a room asks of the desk before anybody is signed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.errors import ConfigurationFault
from app.model.records import Person
from app.storage.contract import DeskStore

__all__ = ["DemoAccount", "Opening", "opening"]


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """The account of a demo store that can sign second, with its password, which is in the handbook too."""

    name: str
    password: str


@dataclass(frozen=True, slots=True)
class Opening:
    """What a room found. `person` is the demo user, signed in; None on a live store. `founded` is False when there is
    no account yet: the first one is made in the room. `second` is there on demo stores only."""

    person: Person | None
    founded: bool
    second: DemoAccount | None = None


def opening(workstation: str) -> Callable[[DeskStore], Opening]:
    """Sign in the demo user, or see on a live store whether there are accounts."""

    def work(desk: DeskStore) -> Opening:
        try:
            person = desk.sign_in_demo(workstation)
        except ConfigurationFault:
            return Opening(None, desk.people.founded())
        from app.storage.demo_people import DEMO_SECOND, DEMO_SECOND_PASSWORD  # here, where the store is loaded

        return Opening(person, True, DemoAccount(DEMO_SECOND, DEMO_SECOND_PASSWORD))

    return work
