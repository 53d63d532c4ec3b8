"""What must hold before a site comes into force, and which commands it disables: one rule for the engine and for a
terminal while no engine runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from app.devices.addresses import is_loopback
from app.engine.payloads import LONGEST_REASON
from app.model.records import AppliedSite, EquipmentStatus, Reason
from app.model.spec import Site
from app.site.difference import SiteDifference

__all__ = ["applied_detail", "newly_unproven", "reasons_against"]

CHANGES_IN_JOURNAL: Final = 200
"""Changes told one by one in the journal; beyond it their counts must do, the revisions themselves are kept."""
FAULTS_TOLD: Final = 20


def reasons_against(site: Site, faults: tuple[str, ...], in_force: Site | None, *, demo: bool) -> tuple[Reason, ...]:
    """Return why a site may not come into force on this store. `faults` are its own inconsistencies."""
    found = [Reason("bad_site", {"what": sentence[:LONGEST_REASON]}) for sentence in faults[:FAULTS_TOLD]]
    if in_force is not None and site.id != in_force.id:
        found.append(Reason("other_site", {"site": site.id, "applied": in_force.id}))
    if site.demo != demo:
        # Rooms say what kind of store this is by the site: the two must never differ.
        found.append(Reason("demo_site" if site.demo else "live_site"))
    if demo:
        foreign = (d for d in site.devices if not is_loopback(d))
        found += [Reason("not_loopback", {"device": d.id, "address": d.address}) for d in foreign]
    return tuple(found)


def newly_unproven(
    changes: SiteDifference, status: Callable[[str], EquipmentStatus]
) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return, by equipment whose commands will arrive elsewhere, the unproven verbs before and after."""
    found = {}
    for wire in changes.rewired:
        before = status(wire.equipment).unproven
        found[wire.equipment] = before, tuple(dict.fromkeys((*before, *wire.moved, *wire.new)))
    return found


def applied_detail(applied: AppliedSite, changes: SiteDifference) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what an answer and what the journal say of a site that came into force."""
    answer = {"revision": applied.revision, "hash": applied.hash, "counts": changes.counts()}
    plain = changes.to_plain()
    plain["changes"] = plain["changes"][:CHANGES_IN_JOURNAL]
    return answer, {**answer, **plain}
