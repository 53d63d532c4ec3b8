"""The room as its pages see it: the newest state of everything, and the few things a page may ask for."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal

from app.clock import Clock
from app.model.access import Permission, may, request_refusals
from app.model.alarms.status import AlarmStatus
from app.model.records import (
    AppliedSite,
    CommandState,
    EquipmentStatus,
    Person,
    Reason,
    RequestKind,
    Result,
    Substitute,
)
from app.model.spec import Facility
from app.model.whereabouts import Whereabouts
from app.views.flash import FlashClock
from app.views.gateway.door import DeskStore, Door, HistoryWork, Refused, RoomStore, Ticket
from app.views.gateway.opening import Opening
from app.views.gateway.past_reads import past_series
from app.views.gateway.queries import recent_series
from app.views.past.machine import TimeMachine
from app.views.past.view import PastView
from app.views.preferences import Preferences
from app.views.state.alarm_book import AlarmBook
from app.views.state.live import LiveValues
from app.views.state.nobody import Nobody
from app.views.state.own_alarms import OwnAlarms, OwnKind
from app.views.state.station import StationState
from app.views.watch import Watch
from app.views.world import World

__all__ = ["Room"]

T = TypeVar("T")
_OF_NOW: Final = frozenset({RequestKind.CANCEL})
"""What may be asked whatever is shown: giving a selection back does nothing to the plant."""
Series = dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]]


class Room(QObject):
    """State shared by all windows of one room. Lives in the GUI thread; the feed calls the `take_…` methods there.

    It shows one world: that of now, or one of the past (`past`), for all windows at once. `live`, `applied`, `book`,
    `equipment`, `substitutes`, `watch` are of the world that is shown; `present` is always that of now.
    """

    site_changed = Signal()
    """Another site is shown: it was applied, or the room went into the past or came back."""
    equipment_changed = Signal(object)
    """tuple[EquipmentStatus, ...]: those that changed."""
    substitutes_changed = Signal()
    alarms_changed = Signal(object)
    """tuple[str, ...]: paths of alarms whose row differs from before; the rows are in `alarms`."""
    own_alarms_changed = Signal()
    """What the room alarms by itself came, went or was acknowledged."""
    sound_test_asked = Signal()
    """A person wants to hear the next of the room's sounds."""
    result_arrived = Signal(object)
    """Result, of any room's request; compare `request_id`."""
    engine_silent_changed = Signal(bool)
    """What is shown is to be believed no more, or again."""
    present_alarms_changed = Signal(object)
    """As `alarms_changed`, always of now: what sounds and what the banner tells."""
    present_site_changed = Signal()
    """Another site was applied, whatever is shown."""
    present_silent_changed = Signal(bool)
    """The engine fell silent or speaks again, whatever is shown."""
    watch_changed = Signal()
    """The rows of `watch` differ from those before."""
    person_changed = Signal()
    opened = Signal()
    """The desk said what kind of store this is."""
    language_changed = Signal(str)
    past_changed = Signal()
    """Another instant is shown: `past` says which."""
    time_jumped = Signal()
    """What was traced until now does not lead to the instant that is shown."""
    _refused = Signal(object)
    navigate = Signal(str, str)
    """Page id and target path: the window in front goes there."""

    def __init__(
        self,
        door: Door,
        *,
        person: Person,
        clock: Clock,
        language: str = "zh",
        translate: Callable[[str], None] | None = None,
        preferences: Preferences | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`translate` makes Qt speak a language; it is called before `language_changed`."""
        super().__init__(parent)
        self.preferences = preferences if preferences is not None else Preferences()
        self.flash = FlashClock(self)
        self.flash.set_reduced(self.preferences.get("reduced_motion") is True)
        self.own = OwnAlarms()
        self.person = person
        self.opening: Opening | None = None
        """What the desk said first: demo or live, with accounts or without. None until the store answered."""
        self.nobody: Nobody | None = None
        """Why nobody is signed in; None before it is known, and while somebody is."""
        self.language = language
        self.past: PastView | None = None
        """The instant that all windows show; None: now."""
        self._door = door
        self._clock = clock
        self._translate = translate
        self._where: Whereabouts | None = None
        self.present = World(self)
        """What is known of now, whatever is shown."""
        self._shown = self.present
        self.present.watch.changed.connect(self.watch_changed)
        self.machine = TimeMachine(self)
        """Goes into the past and comes back."""
        self._recent: list[Ticket] = []
        """Questions about what led to the instant of the past that is shown."""
        self._refused.connect(self.result_arrived, Qt.ConnectionType.QueuedConnection)

    @property
    def live(self) -> LiveValues | None:
        """Return the values of the instant that is shown."""
        return self._shown.live

    @property
    def applied(self) -> AppliedSite | None:
        """Return the site that is shown: the one in force, then or now."""
        return self._shown.applied

    @property
    def book(self) -> AlarmBook:
        """Return the alarms of the instant that is shown. Another object in the past: ask again at `site_changed`."""
        return self._shown.book

    @property
    def equipment(self) -> dict[str, EquipmentStatus]:
        """Return what the engine alone knows of equipment; nothing in the past."""
        return self._shown.equipment

    @property
    def substitutes(self) -> dict[str, Substitute]:
        """Return the manual values in force; nothing in the past, where quality tells them."""
        return self._shown.substitutes

    @property
    def engine_silent(self) -> bool:
        """Return True while nothing that is shown is to be believed."""
        return self._shown.silent

    @property
    def watch(self) -> Watch:
        """Return what is abnormal at the instant that is shown."""
        return self._shown.watch

    def station_state(self, facility: Facility) -> StationState | None:
        """Return how a station of the site that is shown is, judged once for all windows; None without a site."""
        return self._shown.station(facility)

    def show(self, world: World, past: PastView | None, alarms: tuple[str, ...] = (), *, jumped: bool = True) -> None:
        """Show a world of the past at an instant, or that of now with None. `alarms` are those whose rows changed in a
        world that is shown already. `jumped`: what was shown before does not lead there."""
        before, silent = self._shown, self._shown.silent
        if jumped:
            for ticket in self._recent:
                ticket.cancel()
            self._recent.clear()
        self._shown, self.past = world, past
        if world is not before:
            self.site_changed.emit()
            alarms = tuple({**before.book.statuses, **world.book.statuses})
            self.equipment_changed.emit(())
            self.substitutes_changed.emit()
        if alarms:
            self.alarms_changed.emit(alarms)
        if world.silent != silent:
            self.engine_silent_changed.emit(world.silent)
        if jumped:
            if world is not self.present:
                world.watch.begin_anew()
            self.time_jumped.emit()
            self.watch_changed.emit()
        self.past_changed.emit()

    @property
    def demo(self) -> bool:
        """Return True on a demo store: every window says so."""
        applied = self.present.applied
        site_says = applied is not None and applied.site.demo
        return site_says or (self.opening is not None and self.opening.second is not None)

    def may(self, permission: Permission, path: str = "") -> bool:
        """Return whether who is signed in has a permission for a thing: a facility, equipment, tag, device or alarm;
        "" for what concerns the whole site. Only for showing: the engine judges by itself."""
        areas = self._where.of(path) if self._where is not None and path else ()
        return may(self.person, permission, areas) and not self.person.locked

    def refusals(self, kind: RequestKind, path: str = "") -> tuple[Reason, ...]:
        """Return why who sits here may not ask this of a thing: nobody is signed in, the session is locked, no right
        there. Only for showing, as `may`."""
        if self.past is not None and kind not in _OF_NOW:
            return (Reason("past"),)
        areas = self._where.of(path) if self._where is not None and path else ()
        return request_refusals(kind, self.person if self.person.session else None, areas)

    @property
    def viewing_only(self) -> bool:
        """Return True while nobody is signed in: everything can be looked at."""
        return self.nobody is not None

    def now_ms(self) -> int:
        """Return UTC milliseconds by this workstation."""
        return self._clock.now_ms()

    def shown_ms(self) -> int:
        """Return the instant that is shown: now, or one of the past. UTC ms."""
        return self.now_ms() if self.past is None else self.past.at_ms

    def monotonic(self) -> float:
        """Return seconds that never step back, for ages and delays."""
        return self._clock.monotonic()

    def ask(self, kind: RequestKind, payload: dict[str, Any], *, second: Person | None = None) -> str:
        """Ask something of the engine and return the request's id at once. `second` signed besides (two persons).

        The commit happens on a worker; what becomes of it arrives by `result_arrived`. If it cannot be committed, a
        REFUSED result with check "store" arrives: nothing was asked then; with check "past" while the room shows the
        past, where nothing is done.
        """
        request_id = uuid.uuid4().hex
        if self.past is not None and kind not in _OF_NOW:
            self._refused.emit(Result(0, request_id, self.now_ms(), CommandState.REFUSED, (Reason("past"),)))
            return request_id
        self._door.submit(
            request_id, kind, person=self.person, payload=payload, failed=self._not_committed, second=second
        )
        return request_id

    def note_act(self, kind: str, what: str = "", detail: dict[str, Any] | None = None) -> None:
        """Note something that the person did and that asks nothing of the engine, for the audit journal."""
        if self.person.session:
            self._door.act(self.person, kind, what, detail or {})

    @property
    def alarms(self) -> dict[str, AlarmStatus]:
        """Return the newest row of every alarm that has one, by path."""
        return self.book.statuses

    def acknowledge_own(self, kind: OwnKind) -> None:
        """A person knows of what the room alarms by itself."""
        if self.own.acknowledge(kind):
            self.note_act("acknowledged", f"room:{kind}")
            self.own_alarms_changed.emit()

    def query(
        self, work: Callable[[RoomStore], T], done: Callable[[T], None], failed: Callable[[str], None] | None = None
    ) -> None:
        """Read the store on a worker; `done` gets the answer on the GUI thread. See gateway.queries for the works."""
        self._door.query(work, done, failed)

    def read_long(
        self,
        work: Callable[[RoomStore, Callable[[], bool]], T],
        done: Callable[[T], None],
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Run a read that may take minutes, beside all others. `work` ends soon once its second argument is True."""
        self._door.read_long(work, done, failed)

    def history(
        self,
        work: HistoryWork[T],
        done: Callable[[T], None],
        failed: Callable[[str], None] | None = None,
        *,
        beside: bool = False,
    ) -> Ticket:
        """Read the past on a thread of its own, with a reader of its own; `work(reader, stop)` hands `stop` to every
        long read. Hold the ticket and cancel it once the answer is not wanted any more: then nobody is called.
        `beside`: what may take minutes, so that nobody waits for it."""
        return self._door.history(work, done, failed, beside=beside)

    def desk(self, work: Callable[[DeskStore], T], done: Callable[[T], None], refused: Refused) -> None:
        """Ask the desk (people, sessions, log book) on a worker; one of the two is called on the GUI thread. What a
        person does is in `app.views.actions`."""
        self._door.desk(work, done, refused)

    def recent(
        self, paths: Sequence[str], seconds: float, done: Callable[[Series], None], *, of_now: bool = False
    ) -> None:
        """Read the last `seconds` of some tags up to the instant that is shown (`of_now`: up to now, whatever is): path
        → (UTC ms, values; NaN where the value was bad). Nobody is told if that cannot be read."""
        live, end = (self.present.live, self.now_ms()) if of_now else (self.live, self.shown_ms())
        specs = [s for p in paths if live is not None and (s := live.spec(p)) is not None]
        tags, start = {s.number: s.path for s in specs}, end - int(seconds * 1000)
        if not tags:
            done({})
        elif of_now or self.past is None:
            self._door.query(recent_series(tags, start_ms=start, end_ms=end), done)
        else:
            self._recent.append(self._door.history(past_series(tags, start_ms=start, end_ms=end), done))

    def set_language(self, language: str) -> None:
        """Switch every text to "zh" or "en", live."""
        if language != self.language:
            self.language = language
            if self._translate is not None:
                self._translate(language)
            self.language_changed.emit(language)

    def take_opening(self, opening: Opening) -> None:
        """Take what the desk said first."""
        self.opening = opening
        self.opened.emit()
        if opening.person is not None:
            self.take_person(opening.person)
        else:
            self.take_nobody(Nobody.YET if opening.founded else Nobody.UNFOUNDED)

    def take_person(self, person: Person) -> None:
        """Take who is signed in now, with the rights of now."""
        if person != self.person or self.nobody is not None:
            self.person, self.nobody = person, None
            if person.session:
                self._door.leave(person.session)
            self.person_changed.emit()

    def take_nobody(self, why: Nobody) -> None:
        """Take that nobody is signed in: the room stays open for viewing."""
        nobody = Person("", "", "", self.person.workstation)
        if nobody != self.person or why is not self.nobody:
            self.person, self.nobody = nobody, why
            self._door.leave("")
            self.person_changed.emit()

    def take_site(self, applied: AppliedSite | None) -> None:
        """Take the site now in force. Values of tags that both sites have are kept."""
        self._where = Whereabouts(applied.site) if applied is not None else None
        self.present.take_site(applied)
        self.present.watch.begin_anew()
        self.present_site_changed.emit()
        if self.past is None:
            self.site_changed.emit()

    def take_equipment(self, changed: Sequence[EquipmentStatus]) -> None:
        """Take equipment rows that changed."""
        self.present.take_equipment(changed)
        if changed and self.past is None:
            self.equipment_changed.emit(tuple(changed))

    def take_alarms(self, rows: Sequence[AlarmStatus], *, whole: bool = False) -> None:
        """Take alarm rows: those that changed, the last of each alarm counts, or (`whole`) all there are."""
        changed = self.present.take_alarms(rows, whole=whole)
        if changed:
            self.present_alarms_changed.emit(changed)
            if self.past is None:
                self.alarms_changed.emit(changed)

    def take_substitutes(self, substitutes: Sequence[Substitute]) -> None:
        """Take the whole list of manual values."""
        if self.present.take_substitutes(substitutes) and self.past is None:
            self.substitutes_changed.emit()

    def take_results(self, results: Sequence[Result]) -> None:
        """Take new results in order."""
        for result in results:
            self.result_arrived.emit(result)

    def take_silence(self, silent: bool) -> None:
        """Take the feed's judgement of the engine; greys or ungreys every value."""
        if self.present.take_silence(silent):
            self.present_silent_changed.emit(silent)
            if self.past is None:
                self.engine_silent_changed.emit(silent)

    def _not_committed(self, request_id: str, sentence: str) -> None:
        reason = Reason("store", {"why": "cannot_commit", "error": sentence})
        self.result_arrived.emit(Result(0, request_id, self.now_ms(), CommandState.REFUSED, (reason,)))
