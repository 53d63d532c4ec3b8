"""How long samples are kept: the classes of the site, and whether a tag names one of them."""

from __future__ import annotations

from app.model.retention import RETENTION, RetentionClass
from app.site.compiling.bench import Bench
from app.site.compiling.layers import Layers
from app.site.forms.site import SiteFile
from app.site.validating import Read, suggestion

__all__ = ["check_keep", "retention_of"]


def retention_of(site: Read[SiteFile]) -> tuple[RetentionClass, ...]:
    """Return the classes that every site has, as this site says them, and its own after them."""
    said = {name: RetentionClass(name, f.label.label(), f.months) for name, f in site.form.retention.items()}
    return tuple({**{kept.id: kept for kept in RETENTION}, **said}.values())


def check_keep(said: Layers, bench: Bench) -> None:
    """Note a tag that is to be kept like a class that the site does not have."""
    site = bench.folder.site
    known = [kept.id for kept in RETENTION] + (list(site.form.retention) if site else [])
    name = said.get("keep")
    if name in known or site is None or ".retention" in site.broken:
        return
    hint = suggestion(name, known) or f"; known: {', '.join(known)}"
    said.fault("keep", f"unknown class of retention {name!r}{hint}")
