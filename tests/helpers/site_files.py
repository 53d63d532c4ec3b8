"""A small sound site as text, for tests that then break it: two devices, two stations, every kind of file."""

from __future__ import annotations

from pathlib import Path
from typing import Final

__all__ = ["SMALL_SITE", "edit", "line_of", "write_site"]

SMALL_SITE: Final[dict[str, str]] = {
    "site.yaml": """\
site: small
label: {zh: 小站, en: Small}
timezone: Asia/Shanghai
demo: true
areas:
  west: {zh: 西片, en: West}
places:
  plant: {kind: treatment_plant, label: {zh: 污水厂, en: Plant}, area: west, place: [900, 500]}
map:
  shapes:
    - {kind: road, path: [[0, 10], [1000, 10]], label: {zh: 一号路, en: First Road}}
  links:
    - {source: ps1, target: plant, kind: force_main, path: [[500, 600]]}
""",
    "types.yaml": """\
types:
  pump:
    label: {zh: 泵, en: Pump}
    safe_action: auto
    max_starts_per_hour: 6
    parameters: {dry_run: 0.8}
    tags:
      run: {label: {zh: 运行, en: Run}, kind: discrete, states: {0: {zh: 停, en: stopped}, 1: {zh: 开, en: running}}}
      trip: {label: {zh: 故障, en: Trip}, kind: discrete, abnormal: [1]}
      mode:
        label: {zh: 方式, en: Mode}
        kind: enum
        states: {0: {zh: 停用, en: 'Off'}, 1: {zh: 手动, en: Hand}, 2: {zh: 自动, en: Auto}}
      current:
        label: {zh: 电流, en: Current}
        unit: A
        range: [0, 60]
        normal: [0, 42]
        marks: {H: 50}
        deadband: 0.2
      hours: {label: {zh: 小时, en: Hours}, kind: counter, unit: h, group: slow, max_age_s: 30}
    commands:
      start: {label: {zh: 启动, en: Start}, code: 1, feedback: [run == 1]}
      auto:
        label: {zh: 自动, en: Auto}
        code: 3
        feedback: [mode == 2]
    permissives:
      level: {label: {zh: 液位, en: Level}, when: 'well/level > {dry_run}'}
    interlocks:
      overload: {label: {zh: 过载, en: Overload}, when: current < 55}
  vfd_pump:
    extends: pump
    label: {zh: 变频泵, en: Drive}
    tags:
      speed: {label: {zh: 频率, en: Speed}, unit: Hz, range: [0, 50]}
    commands:
      speed:
        label: {zh: 频率, en: Speed}
        code: 6
        target: number
        range: [25, 50]
        tolerance: 0.2
        feedback: ['speed == {value}']
  wet_well:
    label: {zh: 井, en: Well}
    tags:
      level: {label: {zh: 液位, en: Level}, unit: m, range: [0, 5]}
      beat: {label: {zh: 心跳, en: Beat}, kind: counter}
""",
    "layouts.yaml": """\
layouts:
  words:
    pump:
      tags:
        run: {at: 0, bit: 0}
        trip: {at: 0, bit: 1}
        mode: {at: 1}
        current: {at: 2, scale: 0.1}
        hours: {at: 4, type: u32}
    vfd_pump:
      tags:
        speed: {at: 6, type: f32}
    wet_well:
      tags:
        level: {at: 0, type: f32}
        beat: {at: 2}
  nodes:
    wet_well:
      tags:
        level: {node: 'ns=2;s={facility}.{equipment}.{role}'}
        beat: {node: 'ns=2;s={facility}.beat'}
""",
    "devices.yaml": """\
devices:
  plc1:
    label: {zh: 一号, en: One}
    protocol: modbus-tcp
    address: 127.0.0.1:15021
    layout: words
    word_order: cdab
    periods_ms: {fast: 500, slow: 5000}
  plc2:
    label: {zh: 二号, en: Two}
    protocol: opcua
    address: opc.tcp://127.0.0.1:15024/
    layout: nodes
    periods_ms: {fast: 500}
    security: Basic256Sha256
    user: qianliyan
""",
    "stations/ps1.yaml": """\
station: ps1
kind: sewage_station
label: {zh: 一号站, en: Station one}
area: west
place: [100, 100]
device: plc1
headline: [well/level]
level: well/level
overflow_level: 3.8
command_block:
  base: {at: 500}
  echo: {at: 520}
  heartbeat: well/beat
equipment:
  well: {type: wet_well}
  pump1: {type: pump, index: 11, base: 100}
  pump2:
    type: vfd_pump
    index: 12
    base: 120
    parameters: {dry_run: 0.9}
    tags:
      current: {range: [0, 80]}
""",
    "stations/ps2.yaml": """\
station: ps2
kind: rain_station
label: {zh: 二号站, en: Station two}
area: west
place: [300, 100]
device: plc2
equipment:
  well: {type: wet_well}
""",
    "tags/extra.csv": """\
path,label_zh,label_en,device,table,at,type,kind,unit,low,high
ps1/well/temp,水温,Temperature,plc1,holding,40,i16,analog,°C,-10,60
ps1/yard/door,门,Door,plc1,discrete,3,,discrete,,,
""",
}
"""Files by name. Sound as it stands."""


def edit(files: dict[str, str], file: str, old: str, new: str) -> dict[str, str]:
    """Return the files with `old`, which must stand once in `file`, replaced by `new`."""
    assert files[file].count(old) == 1, f"{old!r} stands {files[file].count(old)} times in {file}"
    return {**files, file: files[file].replace(old, new)}


def line_of(text: str, word: str) -> int:
    """Return the number of the first line that contains `word`, from 1."""
    return next(number for number, line in enumerate(text.splitlines(), 1) if word in line)


def write_site(folder: Path, files: dict[str, str]) -> Path:
    """Write the files below `folder` and return it."""
    for name, text in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return folder
