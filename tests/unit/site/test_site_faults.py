"""Every way in which a site file can be wrong, one by one: file, line and the words that name it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.site.faults import Fault, SiteFaults
from app.site.loading import load_site
from tests.helpers.alarm_site import ALARM_SITE
from tests.helpers.site_files import SMALL_SITE, edit, line_of, write_site

PS1 = "stations/ps1.yaml"
CSV = "tags/extra.csv"

# id, file, what is replaced, by what, a word of the line where the fault is noted (in that file), words of the message.
# Where the fault shows in another file than the one edited, the fifth item is "file|word".
BREAKS: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("syntax", "types.yaml", "unit: A", "unit: [A", "range: [0, 60]", "not YAML"),
    ("tab", "devices.yaml", "    protocol: opcua", "\tprotocol: opcua", "protocol: opcua", "not YAML"),
    ("repeated key", PS1, "  pump1: {", "  well: {", "  well: {type: pump", "'well' is said twice"),
    ("alias", PS1, "well: {type: wet_well}", "well: &a {type: wet_well, place: *b}", "well:", "not YAML"),
    ("foreign tag", PS1, "overflow_level: 3.8", "overflow_level: !!binary aGk=", "overflow_level", "not used in site"),
    ("not a number", PS1, "overflow_level: 3.8", "overflow_level: .nan", "overflow_level", "not a number"),
    ("unknown key", PS1, "headline:", "hedline:", "hedline", "did you mean 'headline'"),
    ("unknown deep key", "types.yaml", "deadband: 0.2", "dedband: 0.2", "dedband", "did you mean 'deadband'"),
    ("password", "devices.yaml", "user: qianliyan", "password: secret", "password", "passwords are never kept"),
    ("wrong type", "devices.yaml", "{fast: 500}", "{fast: often}", "{fast: often}", "valid integer"),
    ("text for number", PS1, "index: 12", "index: '12'", "index: '12'", "valid integer"),
    ("bad name", PS1, "  pump1: {", "  Pump 1: {", "Pump 1", "a name is small letters"),
    ("missing key", "devices.yaml", "    protocol: opcua\n", "", "plc2:", "protocol is missing"),
    ("missing code", "types.yaml", "        code: 3\n", "", "auto:\n", "code is missing"),
    ("unknown protocol", "devices.yaml", "protocol: opcua", "protocol: opcda", "opcda", "modbus-tcp"),
    ("unknown security", "devices.yaml", "Basic256Sha256", "Basic128", "security: Basic128", "Basic256Sha256"),
    ("unknown type", PS1, "type: vfd_pump", "type: vfd_pmup", "vfd_pmup", "unknown type 'vfd_pmup', did you mean"),
    ("unknown device", PS1, "device: plc1", "device: plc9", "device: plc9", "unknown device 'plc9', did you mean"),
    ("unknown area", PS1, "area: west", "area: east", "area: east", "unknown area 'east'"),
    ("unknown layout", "devices.yaml", "layout: words", "layout: word", "layout: word", "unknown layout 'word'"),
    ("layout without type", "layouts.yaml", "    wet_well:\n      tags:\n        level: {at",
     "    wet_wel:\n      tags:\n        level: {at", "wet_wel:", "unknown type 'wet_wel', did you mean 'wet_well'"),
    ("layout with unknown role", "layouts.yaml", "mode: {at: 1}", "mood: {at: 1}", "mood:", "no role 'mood'"),
    ("unknown role", PS1, "current: {range", "curent: {range", "curent", "no role 'curent', did you mean 'current'"),
    ("unknown parameter", PS1, "{dry_run: 0.9}", "{dryrun: 0.9}", "{dryrun: 0.9}", "no parameter 'dryrun'"),
    ("unknown headline", PS1, "headline: [well/level]", "headline: [well/levle]", "headline", "'ps1/well/levle'"),
    ("unknown level", PS1, "\nlevel: well/level", "\nlevel: tank/level", "\nlevel: tank", "no tag 'ps1/tank/level'"),
    ("unknown heartbeat", PS1, "heartbeat: well/beat", "heartbeat: well/pulse", "heartbeat", "no tag 'ps1/well/pulse'"),
    ("unknown clock", "devices.yaml", "word_order: cdab", "clock: ps1/plc/clock", "clock:", "no tag 'ps1/plc/clock'"),
    ("unknown link end", "site.yaml", "source: ps1", "source: ps7", "source: ps7", "unknown facility 'ps7'"),
    ("unknown zone", "site.yaml", "Asia/Shanghai", "Asia/Xiasha", "timezone", "unknown time zone 'Asia/Xiasha'"),
    ("unknown group", "types.yaml", "group: slow, max_age_s: 30", "group: slwo", "hours:", "no scan group 'slwo'"),
    ("unknown class of retention", "types.yaml", "deadband: 0.2", "keep: shrot", "keep", "did you mean 'short'"),
    ("unknown engine value", "site.yaml", "demo: true", "engine: {histroy: {}}", "histroy", "did you mean 'history'"),
    ("months", "site.yaml", "demo: true", "retention: {a: {label: {zh: a, en: a}, months: -1}}", "months", "greater"),
    ("period nonsense", "devices.yaml", "{fast: 500}", "{fast: 1}", "{fast: 1}", "greater than or equal to 50"),
    ("stale before read", "types.yaml", "max_age_s: 30", "max_age_s: 3", "hours:", "older than 3 s before the group"),
    ("low over high", "types.yaml", "range: [0, 60]", "range: [60, 0]", "range: [60, 0]", "low must be less than high"),
    ("override low over high", PS1, "[0, 80]", "[80, 80]", "[80, 80]", "low must be less than high"),
    ("band outside", "types.yaml", "normal: [0, 42]", "normal: [0, 420]", "        normal", "the normal band [0, 420]"),
    ("band outside override", PS1, "[0, 80]", "[0, 60], normal: [0, 70]", "current:", "the normal band [0, 70] lies"),
    ("mark outside", "types.yaml", "{H: 50}", "{H: 90}", "marks", "the mark H at 90 lies outside"),
    ("deadband over range", "types.yaml", "deadband: 0.2", "deadband: 60", "deadband", "swallows the whole range"),
    ("enum without states", "types.yaml", "kind: counter}", "kind: enum}", "beat:", "an enum needs `states`"),
    ("abnormal unknown", "types.yaml", "abnormal: [1]", "abnormal: [7]", "trip:", "7 is not one of the states"),
    ("discrete with three", "types.yaml", "1: {zh: 开,", "2: {zh: 开,", "      run:", "is 0 or 1"),
    ("states of analog", "types.yaml", "range: [0, 5]}", "abnormal: [1]}", "unit: m, abnormal", "has no states"),
    ("feedback role", "types.yaml", "feedback: [mode == 2]", "feedback: [mdoe == 2]", "mdoe", "no role 'mdoe'"),
    ("feedback grammar", "types.yaml", "feedback: [mode == 2]", "feedback: [mode is 2]", "mode is 2", "condition"),
    ("feedback none", "types.yaml", "        feedback: [mode == 2]\n", "", "auto:\n", "needs `feedback`"),
    ("number without range", "types.yaml", "        range: [25, 50]\n", "", "target: number", "needs a `range`"),
    ("safe action", "types.yaml", "safe_action: auto", "safe_action: atuo", "safe_action", "'atuo' is not a command"),
    ("permissive tag", "types.yaml", "well/level > {dry_run}", "tank/level > {dry_run}", "stations/ps1.yaml|pump1:",
     "no tag 'ps1/tank/level'"),
    ("permissive parameter", "types.yaml", "> {dry_run}", "> {dry}", "level: {label", "parameter 'dry' of"),
    ("extends unknown", "types.yaml", "extends: pump", "extends: pmup", "extends", "unknown type 'pmup'"),
    ("extends itself", "types.yaml", "extends: pump", "extends: vfd_pump", "extends", "extends itself"),
    ("index twice", PS1, "index: 12", "index: 11", "index: 11\n", "the index 11 is that of pump1 already"),
    ("index absent", PS1, "    index: 12\n", "", "pump2:", "needs an `index`"),
    ("no command block", PS1, "command_block:\n  base: {at: 500}\n  echo: {at: 520}\n  heartbeat: well/beat\n", "",
     "station: ps1", "commands need `command_block`"),
    ("overlap", PS1, "base: 120", "base: 103", "pump2:", "ps1/pump2/mode at 104 overlaps ps1/pump1/hours at 104"),
    ("overlap of the block", PS1, "base: {at: 500}", "base: {at: 96}", "pump1:", "overlaps ps1's command block (base)"),
    ("address out of range", PS1, "base: 120", "base: 65530", "layouts.yaml|speed: {at", "runs past register 65535"),
    ("address beyond", PS1, "base: 120", "base: 65536", "base: 65536", "less than or equal to 65535"),
    ("bit of a coil", "layouts.yaml", "{at: 0, bit: 0}", "{table: coil, at: 9, bit: 2}", "run:", "no bits to choose"),
    ("bit and type", "layouts.yaml", "{at: 0, bit: 0}", "{at: 9, type: u16, bit: 2}", "run:", "does not go with"),
    ("bit not said", "layouts.yaml", "{at: 0, bit: 0}", "{at: 9, type: bit}", "run:", "say which bit"),
    ("float in a coil", "layouts.yaml", "{at: 6, type: f32}", "{table: coil, at: 6, type: f32}", "speed:", "be f32"),
    ("scale of zero", "layouts.yaml", "scale: 0.1", "scale: 0", "scale: 0", "a scale of 0"),
    ("node for modbus", "layouts.yaml", "{at: 2, scale: 0.1}", "{node: ns=2;s=x}", "current:", "needs a register"),
    ("register for opcua", "layouts.yaml", "{node: 'ns=2;s={facility}.beat'}", "{at: 3}", "{at: 3}", "needs a node"),
    ("bad node", "layouts.yaml", "ns=2;s={facility}.beat", "{facility}.beat", ".beat", "is not a node id"),
    ("bad pattern", "layouts.yaml", "{facility}.beat", "{station}.beat", ".beat", "may contain {facility}"),
    ("echo in a coil", PS1, "echo: {at: 520}", "echo: {table: coil, at: 520}", "echo:", "the echo is read from"),
    ("not loopback", "devices.yaml", "127.0.0.1:15021", "10.1.2.3:502", "10.1.2.3", "speaks to loopback"),
    ("no port", "devices.yaml", "127.0.0.1:15021", "127.0.0.1", "address: 127.0.0.1\n", "not an address of modbus-tcp"),
    ("port too great", "devices.yaml", "127.0.0.1:15021", "127.0.0.1:99999", "99999", "not an address of modbus-tcp"),
    ("bad url", "devices.yaml", "opc.tcp://127.0.0.1:15024/", "http://127.0.0.1:15024/", "http:", "not an address of"),
    ("user in url", "devices.yaml", "opc.tcp://127", "opc.tcp://a:b@127", "a:b@127", "carries no user and no password"),
    ("user without security", "devices.yaml", "    security: Basic256Sha256\n", "", "user:", "travel in clear"),
    ("user of modbus", "devices.yaml", "    word_order: cdab\n", "    user: op\n", "user: op", "Modbus knows no user"),
    ("file name", PS1, "station: ps1", "station: ps3", "station: ps3", "belongs into the file ps3.yaml"),
    ("facility twice", "site.yaml", "plant: {kind", "ps2: {kind", "stations/ps2.yaml|station:", "exists already"),
    ("reserved", PS1, "station: ps1", "station: dev", "station: dev", "reserved"),
    ("csv unknown column", CSV, "table,at", "tabel,at", "path,", "unknown column 'tabel', did you mean 'table'"),
    ("csv missing column", CSV, "label_zh,label_en", "label_zh,name", "path,", "the column label_en is missing"),
    ("csv cells", CSV, "°C,-10,60", "°C,-10", "ps1/well/temp", "10 cells, but the first row names 11"),
    ("csv number", CSV, "holding,40,", "holding,forty,", "ps1/well/temp", "at should be a valid integer"),
    ("csv range", CSV, "-10,60", "60,-10", "ps1/well/temp", "low must be less than high"),
    ("csv path", CSV, "ps1/yard/door", "ps1-door", "ps1-door", "path"),
    ("csv duplicate path", CSV, "ps1/well/temp", "ps1/well/level", "ps1/well/level", "the tag ps1/well/level exists"),
    ("csv facility", CSV, "ps1/yard/door", "ps9/yard/door", "ps9/yard", "unknown facility 'ps9'"),
    ("csv device", CSV, "Door,plc1", "Door,plc7", "plc7", "unknown device 'plc7'"),
    ("csv overlap", CSV, "holding,40,", "holding,2,", "ps1/well/temp", "overlaps"),
    ("csv quote", CSV, "门,Door", '"门"x,Door', "Door", "not CSV"),
)  # fmt: skip

# Breaks that make other places wrong too: a renamed station or role is missed wherever it is spoken of.
CONSEQUENCES = {
    "layout without type", "layout with unknown role", "permissive tag", "file name", "facility twice", "reserved",
    "csv missing column",
}  # fmt: skip


def _faults(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(SiteFaults) as caught:
        load_site(folder)
    return caught.value.faults


@pytest.mark.parametrize(("name", "file", "old", "new", "word", "message"), BREAKS, ids=[b[0] for b in BREAKS])
def test_a_break_is_found_at_its_line(
    tmp_path: Path, name: str, file: str, old: str, new: str, word: str, message: str
) -> None:
    """One word of a sound site is made wrong: the fault names its file, its line and what is wrong, and unless the
    break truly makes other things wrong it is the only one."""
    files = edit(SMALL_SITE, file, old, new)
    shown, _, word = word.rpartition("|")
    shown = shown or file
    text = files[shown]
    line = text[: text.index(word)].count("\n") + 1 + (word[0] == "\n")
    faults = _faults(write_site(tmp_path, files))
    hits = [f for f in faults if f.file == shown and f.line == line and message in f.message]
    assert len(hits) == 1, "\n".join(map(str, faults))
    assert name in CONSEQUENCES or faults == tuple(hits), "\n".join(map(str, faults))


def test_the_small_site_is_sound(tmp_path: Path) -> None:
    """The site that all of these tests break is itself without a fault."""
    site = load_site(write_site(tmp_path, SMALL_SITE))
    assert {e.path for e in site.equipment} == {"ps1/well", "ps1/pump1", "ps1/pump2", "ps2/well"}


def test_ten_faults_give_ten_lines(tmp_path: Path) -> None:
    """Ten different faults in five files: exactly ten lines, sorted by file and line, each at its own place."""
    edits = (
        ("devices.yaml", "127.0.0.1:15021", "10.1.2.3:502"),
        ("devices.yaml", "user: qianliyan", "user: qianliyan\n    password: secret"),
        ("types.yaml", "normal: [0, 42]", "normal: [0, 420]"),
        ("types.yaml", "safe_action: auto", "safe_action: later"),
        ("types.yaml", "feedback: [mode == 2]", "feedback: [mdoe == 2]"),
        (PS1, "area: west", "area: east"),
        (PS1, "headline:", "hedline:"),
        (PS1, "    index: 12", "    index: 11"),
        ("site.yaml", "Asia/Shanghai", "Asia/Xiasha"),
        (CSV, "Door,plc1", "Door,plc7"),
    )
    files = dict(SMALL_SITE)
    for file, old, new in edits:
        files = edit(files, file, old, new)
    expected = sorted((file, line_of(files[file], new.rpartition("\n")[2])) for file, _, new in edits)
    faults = _faults(write_site(tmp_path, files))
    assert [(f.file, f.line) for f in faults] == expected, "\n".join(map(str, faults))
    assert [str(f).split(":")[:2] for f in faults] == [[file, str(line)] for file, line in expected]


@pytest.mark.parametrize("file", sorted(name for name in ALARM_SITE if name.endswith(".yaml")))
def test_a_value_of_no_possible_type_is_one_fault(tmp_path: Path, file: str) -> None:
    """Whichever value of a file becomes a list of lists: one fault, on its line, and nothing that follows from it."""
    text = ALARM_SITE[file]
    values = list(re.finditer(r"(?<=: )[^\s{\[,}\]][^,}\]\n]*", text))
    assert len(values) > 5
    for number, value in enumerate(values):
        broken = {**ALARM_SITE, file: f"{text[: value.start()]}[[]]{text[value.end() :]}"}
        faults = _faults(write_site(tmp_path / str(number), broken))
        line = text[: value.start()].count("\n") + 1
        assert [(f.file, f.line) for f in faults] == [(file, line)], "\n".join(map(str, faults))


def test_a_broken_type_is_reported_once(tmp_path: Path) -> None:
    """A type that cannot be read is one fault: what refers to it is not called unknown as well."""
    files = edit(SMALL_SITE, "types.yaml", "max_starts_per_hour: 6", "max_starts_per_hour: many")
    (fault,) = _faults(write_site(tmp_path, files))
    assert (fault.file, "max_starts_per_hour" in fault.message) == ("types.yaml", True)


def test_a_broken_file_does_not_hide_others(tmp_path: Path) -> None:
    """With one file that is no YAML at all, the faults of the others are still found, and only those."""
    files = {**SMALL_SITE, "types.yaml": "types: [", PS1: SMALL_SITE[PS1].replace("area: west", "area: east")}
    faults = _faults(write_site(tmp_path, files))
    assert [(f.file, f.line) for f in faults] == [(PS1, 4), ("types.yaml", 1)]


def test_missing_and_misnamed_files(tmp_path: Path) -> None:
    """A file that is missing is named, and one with a near name is pointed out."""
    files = dict(SMALL_SITE)
    files["device.yaml"] = files.pop("devices.yaml")
    messages = {f.file: f.message for f in _faults(write_site(tmp_path, files))}
    assert messages["devices.yaml"] == "the file is missing"
    assert messages["device.yaml"] == "not a file of a site, did you mean 'devices.yaml'?"
