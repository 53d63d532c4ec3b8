"""What a terminal does in the engine's place while none runs: put a site in force, accept a certificate. The caller
holds the lease."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.clock import Clock
from app.engine.putting_in_force import applied_detail, newly_unproven, reasons_against
from app.errors import ConfigurationFault
from app.model.records import AppliedSite, EquipmentStatus, Journal, JournalEntry, Person, Reason
from app.model.spec import Site
from app.site.consistency import inconsistencies
from app.site.difference import difference
from app.storage.contract import EngineStore, Tick

__all__ = ["NotPutInForce", "pin_certificate", "put_in_force"]


class NotPutInForce(ConfigurationFault):
    """The site may not come into force here; `reasons` say why."""

    def __init__(self, reasons: tuple[Reason, ...]) -> None:
        super().__init__(", ".join(r.check for r in reasons))
        self.reasons = reasons


def put_in_force(store: EngineStore, site: Site, *, by: Person, reason: str, clock: Clock) -> AppliedSite:
    """Make a site the one in force by the rules of a running engine: commands that will arrive elsewhere are disabled
    before it is. Raises NotPutInForce, and what the store raises."""
    before = store.applied_site()
    in_force = before.site if before else None
    if against := reasons_against(site, inconsistencies(site), in_force, demo=store.facts().demo):
        raise NotPutInForce(against)
    changes = difference(in_force, site)
    rows = {row.path: row for row in store.equipment()}

    def status(path: str) -> EquipmentStatus:
        return rows.get(path) or EquipmentStatus(path)

    unproven = newly_unproven(changes, status)
    store.commit(Tick(equipment=tuple(replace(status(path), unproven=after) for path, (_, after) in unproven.items())))
    applied = store.apply_site(site, by.name, reason)
    _, record = applied_detail(applied, changes)
    store.commit(Tick(journal=(_entry(Journal.EVENTS, "site-applied", site.id, record, by, reason, clock),)))
    return applied


def pin_certificate(
    store: EngineStore,
    device: str,
    fingerprint: str,
    *,
    by: Person,
    reason: str,
    clock: Clock,
    accept: Callable[[str, str], object],
) -> None:
    """Accept a device's certificate in this workstation's folder, and journal who did. Raises ConfigurationFault for a
    device that the site does not have, or a fingerprint that was not offered."""
    applied = store.applied_site()
    if applied is None or all(d.id != device for d in applied.site.devices):
        raise ConfigurationFault(f"there is no device {device} in the site in force")
    accept(device, fingerprint)
    detail = {"device": device, "fingerprint": fingerprint}
    store.commit(Tick(journal=(_entry(Journal.AUDIT, "pin_certificate", device, detail, by, reason, clock),)))


def _entry(
    journal: Journal, kind: str, what: str, detail: dict[str, Any], by: Person, reason: str, clock: Clock
) -> JournalEntry:
    record = {**detail, "reason": reason}
    return JournalEntry(journal, kind, clock.now_ms(), what=what, who=by.name, where=by.workstation, detail=record)
