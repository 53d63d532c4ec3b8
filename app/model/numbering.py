"""Numbers of tags: what frames and history speak instead of paths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.model.spec import Site, TagSpec

__all__ = ["number_tags"]


def number_tags(site: Site, known: Mapping[str, int]) -> Site:
    """Return `site` with a number for each tag.

    `known` is the store's dictionary of every path that ever had a number: such paths keep theirs, new ones count on
    from its greatest number, in the site's order. A number is never reused, since history is kept under it.
    """
    following = max(known.values(), default=0) + 1
    tags: list[TagSpec] = []
    for tag in site.tags:
        number = known.get(tag.path)
        if number is None:
            number, following = following, following + 1
        tags.append(replace(tag, number=number))
    return replace(site, tags=tuple(tags))
