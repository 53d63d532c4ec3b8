"""Requests that change the site or the keys of this workstation: apply, roll back, accept a certificate.

A site is changed without a restart: devices whose spec or tags are as before keep running. Commands that now arrive
elsewhere in a PLC are disabled until a person has proven them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final

from app.engine.book import Book
from app.engine.command_desk import CommandDesk
from app.engine.devices import Devices
from app.engine.outbox import Asked, Outbox
from app.engine.payloads import LONGEST_REASON, clipped, reason_of, text_of, whole_in
from app.engine.putting_in_force import applied_detail, newly_unproven, reasons_against
from app.engine.tasks import Tasks
from app.engine.writer import Writer
from app.errors import ConfigurationFault, StoreUnavailable
from app.model.records import AppliedSite, CommandState, Journal, Person, Reason, RequestKind
from app.model.spec import Site
from app.model.spec_json import site_from_json
from app.site.consistency import inconsistencies
from app.site.difference import SiteDifference, difference
from app.storage.contract import Tick

__all__ = ["SiteDesk"]

ASK_AGAIN_S: Final = 0.5
"""Pause between two questions to a store that is away, which site is in force."""

_log: Final = logging.getLogger(__name__)

Accept = Callable[[str, str], None]


class SiteDesk:
    """Does the heavy requests, each in a task. `change` goes over to an applied site, `revision` is that of the one in
    force; `accept` puts a certificate in
    force by device and fingerprint or raises ConfigurationFault."""

    def __init__(
        self,
        *,
        writer: Writer,
        outbox: Outbox,
        book: Book,
        commands: CommandDesk,
        devices: Devices,
        compose: Callable[[], Tick],
        change: Callable[[AppliedSite], Awaitable[None]],
        revision: Callable[[], int],
        accept: Accept,
        demo: bool,
    ) -> None:
        self._writer = writer
        self._outbox = outbox
        self._book = book
        self._commands = commands
        self._devices = devices
        self._compose = compose
        self._change = change
        self._revision = revision
        self._accept = accept
        self._demo = demo
        self._site: Site | None = None
        self._tasks = Tasks()

    def use(self, site: Site) -> None:
        """Note the site in force."""
        self._site = site

    def take(self, asked: Asked, person: Person) -> None:
        """Do a request that was found in order."""
        self._outbox.claim(asked.request.id)
        match asked.request.kind:
            case RequestKind.APPLY_SITE:
                self._tasks.spawn(self._answered(asked, person, self._apply(asked, person)), "apply a site")
            case RequestKind.ROLL_BACK_SITE:
                self._tasks.spawn(self._answered(asked, person, self._roll_back(asked, person)), "roll a site back")
            case RequestKind.PIN_CERTIFICATE:
                self._pin(asked, person)
            case other:
                raise AssertionError(other)

    async def stop(self) -> None:
        """End what is under way."""
        await self._tasks.stop()

    async def _answered(self, asked: Asked, person: Person, work: Coroutine[Any, Any, None]) -> None:
        """Do the work; whoever asked gets an answer whatever it meets."""
        try:
            await work
        except Exception:  # noqa: BLE001 - a site is anybody's words
            _log.exception("request %s met a defect and is refused", asked.request.id)
            self._refuse(asked, person, (Reason("malformed", {"what": str(asked.request.kind)}),))

    async def _apply(self, asked: Asked, person: Person) -> None:
        try:
            site = await asyncio.to_thread(site_from_json, str(asked.request.payload.get("site", "")))
        except ConfigurationFault as fault:
            self._refuse(asked, person, (Reason("bad_site", {"what": str(fault)[:LONGEST_REASON]}),))
            return
        await self._put_in_force(asked, person, site)

    async def _roll_back(self, asked: Asked, person: Person) -> None:
        revision = whole_in(asked.request.payload.get("revision"), low=1, high=2**31)
        try:
            earlier = None if revision is None else await self._writer.run(lambda store: store.site_revision(revision))
        except StoreUnavailable:
            self._refuse(asked, person, (Reason("store", {"why": "cannot_commit"}),))
            return
        if earlier is None:
            said = clipped(asked.request.payload.get("revision"))
            self._refuse(asked, person, (Reason("no_such_revision", {"revision": str(said)}),))
            return
        await self._put_in_force(asked, person, earlier.site)

    async def _put_in_force(self, asked: Asked, person: Person, site: Site) -> None:
        faults, changes = await self._compared(site)
        against = self._against(site, faults)
        if against:
            self._refuse(asked, person, against)
            return
        reason = reason_of(asked.request.payload)
        self._commands.closed = True
        applied = None
        try:
            applied = await self._write(site, changes, person.name, reason)
        finally:
            self._commands.closed = applied is not None
        if applied is None:
            self._refuse(asked, person, (Reason("store", {"why": "cannot_commit"}),))
            return
        if not await self._gone_over(asked, applied):
            return
        self._commands.closed = False
        detail, record = applied_detail(applied, changes)
        self._outbox.answer(asked.request.id, CommandState.DONE, (), detail)
        record |= {"request": asked.request.id, "reason": reason}
        self._outbox.journal(Journal.EVENTS, "site-applied", applied.site.id, record, by=person)
        _log.info("site %s, revision %d, is in force", applied.site.id, applied.revision)

    async def _gone_over(self, asked: Asked, applied: AppliedSite) -> bool:
        """Go over to a site that the store has in force. If that fails, commands stay closed: nobody knows by which
        site they would be sent; a restart begins with the new one."""
        try:
            await self._change(applied)
        except Exception:  # noqa: BLE001 - said, answered, and made safe
            _log.exception("revision %d is in the store, but the engine could not go over to it", applied.revision)
            detail = {"revision": applied.revision, "hash": applied.hash}
            self._outbox.answer(asked.request.id, CommandState.FAILED, (Reason("change_failed"),), detail)
            self._outbox.event("site-change-failed", applied.site.id, revision=applied.revision)
            return False
        return True

    async def _compared(self, site: Site) -> tuple[tuple[str, ...], SiteDifference]:
        """Return what is wrong with a site in itself and how it differs from the one in force, off the loop: a large
        site takes seconds. Compared anew if another site came into force meanwhile."""
        faults = await asyncio.to_thread(inconsistencies, site)
        while True:
            base = self._site
            changes = await asyncio.to_thread(difference, base, site)
            if self._site is base:
                return faults, changes

    async def _write(self, site: Site, changes: SiteDifference, person: str, reason: str) -> AppliedSite | None:
        """Make a site the one in force in the store; None when the store could not. When its answer is lost nobody
        knows which is in force, so it is asked as soon as it is back; no command begins before that."""
        before, unproven = self._revision(), self._disable_rewired(changes)
        try:
            if changes.rewired:
                # Durable before the site is, so that no kill leaves a command open that arrives elsewhere.
                await self._writer.commit(self._compose())
            return await self._writer.run(lambda store: store.apply_site(site, person, reason))
        except StoreUnavailable:
            in_force = await self._in_force()
        if in_force is not None and in_force.revision > before:
            return in_force
        for path, verbs in unproven.items():
            self._book.change(path, unproven=verbs)
        return None

    async def _in_force(self) -> AppliedSite | None:
        """Wait until the store answers, and return the site that it has in force."""
        while True:
            try:
                return await self._writer.run(lambda store: store.applied_site())
            except StoreUnavailable:
                await asyncio.sleep(ASK_AGAIN_S)

    def _against(self, site: Site, faults: tuple[str, ...]) -> tuple[Reason, ...]:
        """Return why a site may not be put in force now."""
        found = list(reasons_against(site, faults, self._site, demo=self._demo))
        if busy := self._commands.busy():
            found.append(Reason("command_in_flight", {"equipment": busy}))
        if self._commands.closed:
            found.append(Reason("site_changing"))
        return tuple(found)

    def _disable_rewired(self, changes: SiteDifference) -> dict[str, tuple[str, ...]]:
        """Disable commands that will arrive elsewhere; return what was unproven before, by equipment."""
        unproven = newly_unproven(changes, self._book.get)
        for path, (_, after) in unproven.items():
            self._book.change(path, unproven=after)
        return {path: before for path, (before, _) in unproven.items()}

    def _pin(self, asked: Asked, person: Person) -> None:
        device = text_of(asked.request.payload, "device")
        fingerprint = text_of(asked.request.payload, "fingerprint")
        if self._site is None or all(d.id != device for d in self._site.devices):
            self._refuse(asked, person, (Reason("no_such_device", {"device": device}),))
            return
        try:
            self._accept(device, fingerprint)
        except ConfigurationFault as fault:
            self._refuse(asked, person, (Reason("pin_refused", {"what": str(fault)}),))
            return
        detail = {"device": device, "fingerprint": fingerprint}
        self._outbox.answer(asked.request.id, CommandState.DONE, (), detail)
        record = {**detail, "reason": reason_of(asked.request.payload)}
        self._outbox.journal(Journal.AUDIT, "pin_certificate", device, record, by=person)
        self._devices.reconnect(device)

    def _refuse(self, asked: Asked, person: Person, reasons: tuple[Reason, ...]) -> None:
        self._outbox.answer(asked.request.id, CommandState.REFUSED, reasons)
        record = {"request": asked.request.id, "reasons": [str(r.check) for r in reasons]}
        self._outbox.journal(Journal.AUDIT, f"{asked.request.kind}-refused", "", record, by=person)
