"""What needs a second person goes on needing one, whatever one person changed before."""

from __future__ import annotations

from pathlib import Path

from app.model.records import CommandState as S
from app.model.records import RequestKind
from tests.helpers.alarmed import alarm_bench
from tests.helpers.rights_table import PEOPLE

H = "ps01/well/level:H"
ED, OLGA = PEOPLE["engineer"], PEOPLE["operator"]


async def test_the_highest_priority_of_the_site_is_shelved_by_two_also_while_it_is_changed_to_a_lower_one(
    tmp_path: Path,
) -> None:
    """An engineer makes the first priority the second, shelves, and makes it the first again: the shelf needs two."""
    async with alarm_bench(tmp_path) as b:
        assert (await b.on_alarm(RequestKind.CHANGE_ALARM, person=ED, priority=2)).state is S.DONE
        alone = await b.on_alarm(RequestKind.SHELVE, person=ED, duration_s=600)
        assert [r.check for r in alone.reasons] == ["two_person"] and b.row().shelf is None
        both = await b.on_alarm(RequestKind.SHELVE, person=ED, second=OLGA, duration_s=600)
        assert both.state is S.DONE


async def test_one_that_was_changed_to_the_highest_priority_is_shelved_by_two(tmp_path: Path) -> None:
    """What is in force counts as well as what the site says."""
    async with alarm_bench(tmp_path) as b:
        await b.on_alarm(RequestKind.CHANGE_ALARM, H, person=ED, priority=1)
        alone = await b.on_alarm(RequestKind.SHELVE, H, person=ED, duration_s=600)
        assert [r.check for r in alone.reasons] == ["two_person"] and b.row(H).shelf is None
