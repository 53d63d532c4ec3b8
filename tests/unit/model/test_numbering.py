"""Tags get numbers: known ones keep theirs, new ones count on, none is used twice."""

from __future__ import annotations

from app.model.numbering import number_tags
from app.model.spec import Label, Site, TagKind, TagSpec


def _site(*paths: str) -> Site:
    label = Label("值", "value")
    tags = tuple(TagSpec(path, label, TagKind.ANALOG) for path in paths)
    return Site("s", label, "UTC", demo=True, tags=tags)


def _numbers(site: Site) -> dict[str, int]:
    return {tag.path: tag.number for tag in site.tags}


def test_the_first_site_counts_from_one() -> None:
    """With nothing known, tags are numbered from 1 in the site's order."""
    assert _numbers(number_tags(_site("b", "a"), {})) == {"b": 1, "a": 2}


def test_known_tags_keep_their_numbers() -> None:
    """A known path keeps its number wherever it now stands; new ones count on from the greatest ever given."""
    assert _numbers(number_tags(_site("new", "old", "newer"), {"old": 3, "gone": 9})) == {
        "new": 10,
        "old": 3,
        "newer": 11,
    }


def test_a_path_that_comes_back_gets_its_old_number() -> None:
    """The dictionary remembers paths that a site once dropped: their history is theirs."""
    assert _numbers(number_tags(_site("gone"), {"old": 3, "gone": 9})) == {"gone": 9}
