"""A window on a store with people: the desk answers at once, the test moves the clock."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from app.model.people import Account, Grant
from app.storage.contract import DeskStore
from app.storage.opening import create_store, open_desk_store
from app.views.beat import Beat
from app.views.feed import Feed
from app.views.i18n import Translations
from app.views.pages.overview.page import OverviewPage
from app.views.room import Room
from app.views.shell.window import PageMaker, Window
from app.views.signing_in import SigningIn
from tests.helpers.archive import Archive
from tests.helpers.people import PASSWORD
from tests.helpers.room import FakeDoor, RoomClock, make_room
from tests.helpers.xiasha import xiasha

__all__ = ["World", "type_into", "world_of"]


class Silent:
    """A sounder that says nothing."""

    trouble = ""

    def play(self, name: str) -> None:
        """Nothing is heard."""


class World:
    """One room with one window. Nobody is signed in before `open`."""

    def __init__(self, app: QApplication, desk: DeskStore, pages: dict[str, PageMaker] | None = None) -> None:
        self.desk = desk
        self.people = desk.people
        self.clock = RoomClock()
        self.room: Room = make_room(xiasha(), clock=self.clock, store=Archive())
        self.door.people = desk
        self.translations = Translations(app)
        self.room._translate = self.translations.use
        feed = Feed(self.room, pytest.fail, clock=self.clock)
        self.beat = Beat(self.room, feed, Silent(), clock=self.clock)
        makers: dict[str, PageMaker] = {"overview": OverviewPage, **(pages or {})}
        self.window = Window(self.room, feed, self.beat, pages=makers, sounder=Silent())
        self.window.resize(1920, 1080)
        self.window.show()
        self.signing_in = SigningIn(self.room, workstation="test")
        self.beats()

    @property
    def door(self) -> FakeDoor:
        door = self.room._door
        assert isinstance(door, FakeDoor)
        return door

    @property
    def acts(self) -> list[tuple[str, str]]:
        """Kinds and persons of what the store noted, oldest first."""
        return [(a.kind, a.who) for a in self.desk.acts(0)]

    def open(self) -> None:
        """Let the room look who there is."""
        self.signing_in.start()
        self.beats()

    def founded(self) -> None:
        """Make an administrator who is not signed in here, then open the room."""
        admin = self.people.found("admin", "", PASSWORD, "office")
        self.desk.end_session(admin.session)
        self.open()

    def sign_in(self, name: str, role: str, *grants: Grant) -> None:
        """Make an account and let him sign in here."""
        admin = self.people.sign_in("admin", PASSWORD, "office")
        self.people.add_account(admin, Account(name, name.title(), role, grants), "given by another")
        self.desk.end_session(admin.session)
        self.room.take_person(self.people.sign_in(name, "given by another", "test", new_password=PASSWORD))
        self.beats()

    def beats(self, count: int = 1) -> None:
        for _ in range(count):
            self.beat.beat()
        QCoreApplication.processEvents()

    def pass_time(self, seconds: float) -> None:
        """Let time pass and whatever is due happen."""
        self.clock.advance(seconds)
        self.signing_in.look()
        self.beats()

    def close(self) -> None:
        self.signing_in.close()
        self.translations.use("en")
        self.desk.close()


def world_of(
    app: QApplication, folder: Path, *, demo: bool = False, pages: dict[str, PageMaker] | None = None
) -> Iterator[World]:
    """Make a store and a world on it; for fixtures."""
    create_store(str(folder), demo=demo)
    made = World(app, open_desk_store(str(folder)), pages)
    yield made
    made.close()


def type_into(form: QWidget, **texts: str) -> None:
    """Type into fields by their object names (`_` for `-`); Enter after each leads on."""
    for name, text in texts.items():
        field = form.findChild(QLineEdit, name.replace("_", "-"))
        assert isinstance(field, QLineEdit) and field.isVisible(), name
        field.clear()
        if text.isascii():
            QTest.keyClicks(field, text)
        else:
            field.setText(text)  # keys are simulated for ASCII only
        QTest.keyClick(field, Qt.Key.Key_Return)
