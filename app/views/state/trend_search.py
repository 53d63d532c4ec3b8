"""Finds tags by what people write: a part of the path, of the name in either language, of the place. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from app.model.spec import Site, TagKind, TagSpec

__all__ = ["FOUND", "TagIndex"]

FOUND: Final = 40
"""Tags that one search shows at most."""


@dataclass(frozen=True, slots=True)
class _Entry:
    spec: TagSpec
    place: tuple[str, str]
    """Place in Chinese and English."""
    words: str


class TagIndex:
    """All tags of a site that can be drawn. Words are looked for one by one: each must be found somewhere."""

    def __init__(self, site: Site | None) -> None:
        self._entries: tuple[_Entry, ...] = () if site is None else tuple(_entries(site))
        self._by_path = {e.spec.path: e for e in self._entries}

    def find(self, text: str, *, besides: Iterable[str] = (), most: int = FOUND) -> tuple[TagSpec, ...]:
        """Return what fits, best first: a path that begins so, then measurements, then the order of the site."""
        words = [_folded(w) for w in text.split()]
        gone = set(besides)
        found = [
            (not e.spec.path.startswith(text.strip()) or not text.strip(), e.spec.kind is not TagKind.ANALOG, i)
            for i, e in enumerate(self._entries)
            if e.spec.path not in gone and all(w in e.words for w in words)
        ]
        return tuple(self._entries[i].spec for *_, i in sorted(found)[:most])

    def place(self, path: str, language: str) -> str:
        """Return where a tag is: station and equipment."""
        entry = self._by_path.get(path)
        return "" if entry is None else entry.place[language == "en"]

    def name(self, path: str, language: str) -> str:
        """Return a tag's own name, "" for one that the site does not have."""
        entry = self._by_path.get(path)
        return "" if entry is None else entry.spec.label.get(language)


def _entries(site: Site) -> Iterable[_Entry]:
    equipment = {path: e for e in site.equipment for _, path in e.tags}
    facilities = {f.id: f for f in site.facilities}
    for spec in site.tags:
        if spec.kind is TagKind.TEXT:
            continue
        owner = equipment.get(spec.path)
        head = spec.path.partition("/")[0]
        facility = facilities.get(owner.facility if owner is not None else head)
        labels = [x.label for x in (facility, owner) if x is not None]
        zh = " · ".join(label.get("zh") for label in labels) or head
        en = " · ".join(label.get("en") for label in labels) or head
        words = " ".join((spec.path, spec.label.get("zh"), spec.label.get("en"), zh, en, spec.unit))
        yield _Entry(spec, (zh, en), _folded(words))


def _folded(text: str) -> str:
    return text.casefold()
