"""A site that arrives as JSON is looked through again: every dangling or repeated name is told."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from app.model.spec import Site
from app.site.consistency import inconsistencies
from app.site.loading import load_site
from tests.helpers.site_files import SMALL_SITE, write_site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """The small site."""
    return load_site(write_site(tmp_path, SMALL_SITE))


def test_a_compiled_site_holds_together(site: Site) -> None:
    """What load_site returns has nothing to tell."""
    assert inconsistencies(site) == ()


def _without_tag(site: Site, path: str) -> Site:
    return dataclasses.replace(site, tags=tuple(t for t in site.tags if t.path != path))


def _kept_like(site: Site, name: str) -> Site:
    return dataclasses.replace(site, tags=(dataclasses.replace(site.tags[0], keep=name), *site.tags[1:]))


def _kept_for(site: Site, months: int) -> Site:
    classes = (*site.retention, dataclasses.replace(site.retention[0], id="more", months=months))
    return dataclasses.replace(site, retention=classes)


def _with_clock(site: Site) -> Site:
    devices = (dataclasses.replace(site.devices[0], clock="ps1/plc/clock"), *site.devices[1:])
    return dataclasses.replace(site, devices=devices)


def _without_group(site: Site) -> Site:
    devices = (dataclasses.replace(site.devices[0], groups=site.devices[0].groups[:1]), *site.devices[1:])
    return dataclasses.replace(site, devices=devices)


def _with_device(site: Site, **changes: object) -> Site:
    return dataclasses.replace(site, devices=(dataclasses.replace(site.devices[0], **changes), *site.devices[1:]))  # type: ignore[arg-type]


def _with_point(site: Site, **changes: object) -> Site:
    tag = next(t for t in site.tags if t.path == "ps1/well/level")
    assert tag.point is not None
    moved = dataclasses.replace(tag, point=dataclasses.replace(tag.point, **changes))  # type: ignore[arg-type]
    return dataclasses.replace(site, tags=tuple(moved if t is tag else t for t in site.tags))


def _with_index(site: Site, index: int) -> Site:
    found = tuple(dataclasses.replace(e, index=index) if e.path == "ps1/pump1" else e for e in site.equipment)
    return dataclasses.replace(site, equipment=found)


DAMAGE: dict[str, tuple[Callable[[Site], Site], str]] = {
    "no such class": (lambda s: _kept_like(s, "long"), "is kept like 'long', which is no class of retention"),
    "kept for less than nothing": (lambda s: _kept_for(s, -1), "months of more is -1, beyond 0 to 1200"),
    "area gone": (lambda s: dataclasses.replace(s, areas=()), "the facility ps1 is in 'west', which is no area"),
    "device gone": (
        lambda s: dataclasses.replace(s, devices=s.devices[:1]),
        "ps2 speaks of 'plc2', which is no device",
    ),
    "facility gone": (lambda s: dataclasses.replace(s, facilities=s.facilities[1:]), "a link ends at 'ps1'"),
    "tag gone": (lambda s: _without_tag(s, "ps1/well/level"), "ps1/pump1 speaks of 'ps1/well/level', which is no tag"),
    "feedback gone": (lambda s: _without_tag(s, "ps1/pump1/mode"), "ps1/pump1 speaks of 'ps1/pump1/mode'"),
    "heartbeat gone": (lambda s: _without_tag(s, "ps1/well/beat"), "ps1 speaks of 'ps1/well/beat'"),
    "clock unknown": (_with_clock, "the clock of plc1 is 'ps1/plc/clock', which is no tag"),
    "group gone": (_without_group, "the tag ps1/pump1/hours is in the scan group 'slow', which plc1 does not have"),
    "no period": (
        lambda s: _with_device(s, groups=tuple(dataclasses.replace(g, period_ms=0) for g in s.devices[0].groups)),
        "period_ms of plc1 is 0, beyond 50 to 3600000",
    ),
    "no time-out": (lambda s: _with_device(s, timeout_ms=-1), "timeout_ms of plc1 is -1"),
    "no such unit": (lambda s: _with_point(s, unit=999), "the tag ps1/well/level is at unit 999"),
    "behind the last register": (lambda s: _with_point(s, address=65_535), "address 65535"),
    "scale of zero": (lambda s: _with_point(s, scale=0.0), "the tag ps1/well/level has a scale of 0"),
    "index too large": (lambda s: _with_index(s, 70_000), "index of ps1/pump1 is 70000"),
    "tag twice": (
        lambda s: dataclasses.replace(s, tags=(*s.tags, s.tags[0])),
        "the tag ps1/well/level is there 2 times",
    ),
    "equipment lost": (
        lambda s: dataclasses.replace(s, facilities=s.facilities[:1]),
        "ps2/well is in 'ps2', which is no",
    ),
}


@pytest.mark.parametrize(("damage", "message"), DAMAGE.values(), ids=DAMAGE)
def test_damage_is_told(site: Site, damage: Callable[[Site], Site], message: str) -> None:
    """One thing taken away or said twice gives a sentence that names it."""
    assert any(message in found for found in inconsistencies(damage(site)))
