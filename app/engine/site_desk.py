"""Requests that change the site or the keys of this workstation: apply, roll back, accept a certificate.

A site is changed without a restart: devices whose spec or tags are as before keep running. Commands that now arrive
elsewhere in a PLC are disabled until a person has proven them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from app.engine.book import Book
from app.engine.command_desk import CommandDesk
from app.engine.devices import Devices, is_loopback
from app.engine.outbox import Asked, Outbox
from app.engine.payloads import clipped, reason_of, text_of, whole_in
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

CHANGES_IN_JOURNAL: Final = 200
"""Changes told one by one in the journal; beyond it their counts must do, the revisions themselves are kept."""

_log: Final = logging.getLogger(__name__)

Accept = Callable[[str, str], None]


class SiteDesk:
    """Does the heavy requests, each in a task. `change` goes over to an applied site; `accept` puts a certificate in
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
                self._tasks.spawn(self._apply(asked, person), "apply a site")
            case RequestKind.ROLL_BACK_SITE:
                self._tasks.spawn(self._roll_back(asked, person), "roll a site back")
            case RequestKind.PIN_CERTIFICATE:
                self._pin(asked, person)
            case other:
                raise AssertionError(other)

    async def stop(self) -> None:
        """End what is under way."""
        await self._tasks.stop()

    async def _apply(self, asked: Asked, person: Person) -> None:
        try:
            site = await asyncio.to_thread(site_from_json, str(asked.request.payload.get("site", "")))
        except ConfigurationFault as fault:
            self._refuse(asked, person, (Reason("bad_site", {"what": str(fault)}),))
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
        against = self._against(site)
        if against:
            self._refuse(asked, person, against)
            return
        reason = reason_of(asked.request.payload)
        changes = difference(self._site, site)
        self._commands.closed = True
        try:
            await self._disable_rewired(changes)
            applied = await self._writer.run(lambda store: store.apply_site(site, person.name, reason))
            await self._change(applied)
        except StoreUnavailable:
            self._refuse(asked, person, (Reason("store", {"why": "cannot_commit"}),))
            return
        finally:
            self._commands.closed = False
        detail = {"revision": applied.revision, "hash": applied.hash, "counts": changes.counts()}
        self._outbox.answer(asked.request.id, CommandState.DONE, (), detail)
        plain = changes.to_plain()
        plain["changes"] = plain["changes"][:CHANGES_IN_JOURNAL]
        record = {**detail, **plain, "request": asked.request.id, "reason": reason}
        self._outbox.journal(Journal.EVENTS, "site-applied", applied.site.id, record, by=person)
        _log.info("site %s, revision %d, is in force", applied.site.id, applied.revision)

    def _against(self, site: Site) -> tuple[Reason, ...]:
        """Return why a site may not be put in force now."""
        found = [Reason("bad_site", {"what": sentence}) for sentence in inconsistencies(site)]
        if self._site is not None and site.id != self._site.id:
            found.append(Reason("other_site", {"site": site.id, "applied": self._site.id}))
        if self._demo:
            foreign = (d for d in site.devices if not is_loopback(d))
            found += [Reason("not_loopback", {"device": d.id, "address": d.address}) for d in foreign]
        if busy := self._commands.busy():
            found.append(Reason("command_in_flight", {"equipment": busy}))
        if self._commands.closed:
            found.append(Reason("site_changing"))
        return tuple(found)

    async def _disable_rewired(self, changes: SiteDifference) -> None:
        """Disable commands that will arrive elsewhere; durable before the site is, so that no kill leaves one open."""
        for wire in changes.rewired:
            before = self._book.get(wire.equipment).unproven
            verbs = tuple(dict.fromkeys((*before, *wire.moved, *wire.new)))
            self._book.change(wire.equipment, unproven=verbs)
        if changes.rewired:
            await self._writer.commit(self._compose())

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
