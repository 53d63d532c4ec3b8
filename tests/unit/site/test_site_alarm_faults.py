"""Every way in which what a site says of alarms, shifts and escalation can be wrong: file, line and words."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.site.faults import Fault, SiteFaults
from app.site.loading import load_site
from tests.helpers.alarm_site import ALARM_SITE
from tests.helpers.site_files import edit, line_of, write_site

PS1 = "stations/ps1.yaml"
T = "types.yaml"
H = "          H:\n            priority: 3\n"

# id, file, what is replaced, by what, a word of the line of the fault ("file|word" if it is another file), message.
BREAKS: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("priority", T, "HH: {priority: 1,", "HH: {priority: 5,", "HH: {priority: 5", "less than or equal to 4"),
    ("priority word", T, "HH: {priority: 1,", "HH: {priority: high,", "HH: {priority: high", "valid integer"),
    ("no priority", T, "H: {priority: 3, cons", "H: {cons", "          H: {cons", "priority is missing"),
    ("no consequence", T, "            consequence: {zh: 后果, en: Harm}\n", "", H, "consequence is missing"),
    ("no action", T, "            action: {zh: 措施, en: Act}\n", "", H, "action is missing"),
    ("no time", T, "            respond_s: 600\n", "", H, "respond_s is missing"),
    ("no English", T, "            action: {zh: 措施, en: Act}\n", "            action: {zh: 措施}\n",
     "            action: {zh", "action.en is missing"),
    ("unknown word", T, "on_delay_s: 1,", "on_dealy_s: 1,", "on_dealy_s", "did you mean 'on_delay_s'"),
    ("alarm name", T, "          stuck: {", "          3stuck: {", "3stuck", "a name is letters, digits"),
    ("limit outside", T, "limit: 0.3", "limit: 7", "shallow", "the limit 7 lies outside [0, 5]"),
    ("limit at the end", T, "limit: 0.3", "limit: 0", "shallow", "cannot pass it"),
    ("limit word", T, "limit: 0.3", "limit: low", "shallow", "a number or a parameter"),
    ("limit parameter", T, "'{overload}'", "'{overlaod}'", "          HH: {priority: 2", "parameter 'overlaod' is not"),
    ("no limit", T, "marks: {H: 50}", "marks: {L: 50}", H, "a `limit`, or a mark H of its tag"),
    ("limit and mark", T, H, H + "            limit: 51\n", "            limit: 51", "say it in one place"),
    ("marks out of order", T, "H: 3, HH: 4", "H: 4, HH: 3", "marks: {LL", "H at 4 must lie below HH at 3"),
    ("limits out of order", T, "overload: 55", "overload: 49", "          HH: {priority: 2",
     "H at 50 must lie below HH at 49"),
    ("LL above H", T, "LL: 0.5", "LL: 3.5", "marks: {LL", "LL at 3.5 must lie below H at 3"),
    ("never clears", T, "deadband: 2\n", "deadband: 50\n", "            deadband: 50", "would never clear"),
    ("never clears below", T, "deadband: 0.1,", "deadband: 4.5,", "deadband: 4.5", "would never clear"),
    ("negative delay", T, "on_delay_s: 1,", "on_delay_s: -1,", "on_delay_s: -1", "greater than or equal to 0"),
    ("unknown kind", T, "kind: rate", "kind: rats", "kind: rats", "'limit'"),
    ("kind of a device", T, "kind: rate, side: above", "kind: comm", "kind: comm", "for equipment or devices"),
    ("limit of a state", T, "group: trip, on_delay_s", "group: trip, limit: 1, on_delay_s",
     "          trip: {", "does not go with"),
    ("limit kind of a state", T, "{priority: 2, group: trip, on", "{kind: limit, priority: 2, group: trip, on",
     "          trip: {", "has states, not limits"),
    ("state of a number", T, "HH: {priority: 1,", "HH: {kind: state, priority: 1,", "HH: {kind",
     "for discrete and enum values"),
    ("values", T, "{priority: 2, group: trip, on", "{values: [7], priority: 2, group: trip, on", "          trip: {",
     "7 is not one of the states"),
    ("no values", T, "        abnormal: [1]\n", "", "          trip: {", "say in which `values`"),
    ("rate without window", T, "limit: 0.5, window_s: 60", "limit: 0.5", "rise:", "needs `window_s`"),
    ("rate of nothing", T, "limit: 0.5, window_s", "limit: 0, window_s", "rise:", "a rate of 0 means nothing"),
    ("stuck without window", T, "limit: 0.01, window_s: 600", "limit: 0.01", "stuck:", "needs `window_s`"),
    ("stuck without limit", T, "limit: 0.01, window_s", "window_s", "stuck:", "it needs a `limit`"),
    ("no set-point", T, "setpoint: speed_sp, ", "", "          off: {", "needs `setpoint`"),
    ("unknown set-point", T, "setpoint: speed_sp", "setpoint: speed_ps", "          off: {", "no role 'speed_ps'"),
    ("no side", T, "side: below, ", "", "shallow", "say its `side`"),
    ("side both", T, "side: below, ", "side: both, ", "shallow", "a limit has one side"),
    ("side against its name", T, "HH: {priority: 1,", "HH: {side: below, priority: 1,", "HH: {side", "HH is not below"),
    ("delay eats the time", T, "on_delay_s: 1,", "on_delay_s: 600,", "          trip: {", "of the 600 s to respond"),
    ("rule role", T, "when: run == 0", "when: rnu == 0", "              stopped: {", "no role 'rnu'"),
    ("rule tag", T, "when: run == 0", "when: gate1/opened == 0", f"{PS1}|  pump1: {{", "no tag 'ps1/gate1/opened'"),
    ("rule grammar", T, "when: run == 0", "when: run is 0", "              stopped: {", "is not a condition"),
    ("rule parameter", T, "when: run == 0", "when: 'run == {x}'", "              stopped: {", "parameter 'x' of"),
    ("group of one", T, "            group: trip\n", "", "          trip: {", "'trip' has no other member"),
    ("group name", T, "            group: trip\n", "            group: Trip!\n", "            group: Trip", "group"),
    ("watches nothing", T, "tag: well/level, ", "", "shallow", "say which `tag` it watches"),
    ("watches no role", T, "tag: well/level, ", "tag: well/levle, ", "shallow", "no type has a role 'levle'"),
    ("mismatch with tag", T, "mismatch: {priority", "mismatch: {tag: run, priority", "mismatch:", "does not go with"),
    ("mismatch without commands", T, "  wet_well:\n    label: {zh: 井, en: Well}\n",
     "  wet_well:\n    label: {zh: 井, en: Well}\n    alarms:\n      mismatch: {priority: 3, respond_s: 60, "
     "consequence: {zh: 甲, en: A}, action: {zh: 乙, en: B}}\n", "      mismatch: {priority: 3, resp", "no commands"),
    ("comm of a pump", T, "      shallow: {tag: well/level, side: below, limit: 0.3,", "      comm: {", "      comm: {",
     "the alarm of a device"),
    ("target", T, "            deadband: 2\n", "            target: pump9\n", "            target",
     "equipment 'pump9'"),
    ("page", T, "HH: {priority: 1,", "HH: {page: Overview!, priority: 1,", "HH: {page", "page"),
    ("omits nothing", PS1, "H: {omit: true}", "L: {omit: true}", "          L: {omit", "nothing to leave out"),
    ("new but not whole", PS1, "H: {omit: true}", "L: {limit: 3}", "          L: {limit", "a new one needs priority"),
    ("override outside", PS1, "HH: {priority: 1}", "HH: {limit: 90}", "          HH: {limit", "outside [0, 80]"),
    ("alarms of no tag", PS1, "  well/temp:\n", "  well/tmep:\n", "well/tmep", "there is no tag 'ps1/well/tmep'"),
    ("alarm twice", PS1, "  well/temp:\n    H: {limit: 40", "  well/level:\n    H: {limit: 3", "    H: {limit: 3",
     "this alarm exists already"),
    ("device alarm", "devices.yaml", "  comm: {", "  com: {", "  com: {", "'comm'"),
    ("clock limit", "devices.yaml", "limit: 2", "limit: -2", "  clock: {", "it must be above 0"),
    ("shift gap", "site.yaml", "end: '20:00'", "end: '19:30'", "  day: {", "leaves a gap before night"),
    ("shift overlap", "site.yaml", "end: '20:00'", "end: '20:30'", "  day: {", "overlaps night"),
    ("shift time", "site.yaml", "end: '20:00'", "end: '24:00'", "  day: {", "a time of day such as '08:00'"),
    ("one shift", "site.yaml", "  day: {label: {zh: 白班, en: Day}, start: '08:00', end: '20:00'}\n", "", "  night: {",
     "leaves a gap before night"),
    ("escalation role", "site.yaml", "role: supervisor", "role: supervisr", "supervisr", "did you mean 'supervisor'"),
    ("escalation twice", "site.yaml", "after_s: 180", "after_s: 60", "role: engineer", "a step with this after_s"),
    ("escalation priority", "site.yaml", "priority: 1, after_s: 180", "priority: 0, after_s: 180", "priority: 0",
     "greater than or equal to 1"),
)  # fmt: skip

SHEET = "path,priority,limit,consequence_en\nps1/well/level:HH,1,4.2,\nps1/pump1:mismatch,4,,Nothing\n"
SHEET_BREAKS: tuple[tuple[str, str, str, int, int, str], ...] = (
    ("unknown column", "priority,limit", "prioity,limit", 1, 2, "unknown column 'prioity', did you mean 'priority'"),
    ("no path", "path,", "alarm,", 1, 1, "the column path is missing"),
    ("unknown alarm", "level:HH", "level:HHH", 2, 1, "there is no alarm ps1/well/level:HHH, did you mean"),
    ("alarm twice", "ps1/pump1:mismatch", "ps1/well/level:HH", 3, 1, "stands here twice"),
    ("priority", "HH,1,", "HH,7,", 2, 2, "priority should be less than or equal to 4"),
    ("limit", "4.2", "tall", 2, 3, "limit should be a valid number"),
    ("limit outside", "4.2", "6", 2, 3, "the limit 6 lies outside [0, 5]"),
    ("limit out of order", "4.2", "2.9", 2, 3, "H at 3 must lie below HH at 2.9"),
    ("limit of a mismatch", "mismatch,4,,", "mismatch,4,1,", 3, 3, "does not go with the kind mismatch"),
    ("cells", "4.2,", "4.2", 2, 1, "3 cells, but the first row names 4 columns"),
)


def _faults(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(SiteFaults) as caught:
        load_site(folder)
    return caught.value.faults


@pytest.mark.parametrize(("name", "file", "old", "new", "word", "message"), BREAKS, ids=[b[0] for b in BREAKS])
def test_a_break_is_found_at_its_line(
    tmp_path: Path, name: str, file: str, old: str, new: str, word: str, message: str
) -> None:
    """One word is made wrong: one fault, at its line, that says what is wrong."""
    files = edit(ALARM_SITE, file, old, new)
    shown, _, word = word.rpartition("|")
    text = files[shown or file]
    line = text[: text.index(word)].count("\n") + 1
    faults = _faults(write_site(tmp_path, files))
    assert {(f.file, f.line) for f in faults} == {(shown or file, line)}, "\n".join(map(str, faults))
    assert any(message in f.message for f in faults), "\n".join(map(str, faults))


@pytest.mark.parametrize(
    ("name", "old", "new", "line", "column", "message"), SHEET_BREAKS, ids=[b[0] for b in SHEET_BREAKS]
)
def test_a_wrong_cell_of_alarms_csv_is_found(
    tmp_path: Path, name: str, old: str, new: str, line: int, column: int, message: str
) -> None:
    """A cell is made wrong: the fault names file, line and column."""
    assert SHEET.count(old) == 1, name
    faults = _faults(write_site(tmp_path, {**ALARM_SITE, "alarms.csv": SHEET.replace(old, new)}))
    hits = [f for f in faults if (f.file, f.line, f.column) == ("alarms.csv", line, column) and message in f.message]
    assert len(hits) == 1 and {f.file for f in faults} == {"alarms.csv"}, "\n".join(map(str, faults))


def test_ten_faults_of_alarms_give_ten_lines(tmp_path: Path) -> None:
    """Ten different faults in four files: exactly ten lines, sorted by file and line."""
    edits = (
        ("devices.yaml", "limit: 2,", "limit: -2,"),
        ("site.yaml", "end: '20:00'", "end: '19:30'"),
        ("site.yaml", "role: engineer", "role: enginer"),
        (PS1, "H: {omit: true}", "L: {omit: true}"),
        (PS1, "  well/temp:", "  well/tmep:"),
        (T, "when: run == 0", "when: rnu == 0"),
        (T, "tag: well/level, side: below,", "tag: well/level,"),
        (T, "setpoint: speed_sp,", "setpoint: speed_ps,"),
        (T, "limit: 0.5, window_s: 60", "limit: 0.5"),
        (T, "limit: 0.01, window_s: 600", "window_s: 600"),
    )
    files = dict(ALARM_SITE)
    for file, old, new in edits:
        files = edit(files, file, old, new)
    faults = _faults(write_site(tmp_path, files))
    assert [(f.file, f.line) for f in faults] == sorted((file, line_of(files[file], new)) for file, _, new in edits), (
        "\n".join(map(str, faults))
    )
