"""The small site with every kind of alarm, shifts and escalation; sound as it stands."""

from __future__ import annotations

from typing import Final

from tests.helpers.site_files import SMALL_SITE, edit

__all__ = ["ALARM_SITE"]

_WORDS: Final = "consequence: {zh: 后果, en: Harm}, action: {zh: 措施, en: Act}, respond_s: 600"

_TRIP: Final = f"""\
      trip:
        label: {{zh: 故障, en: Trip}}
        kind: discrete
        abnormal: [1]
        alarms:
          trip: {{priority: 2, group: trip, on_delay_s: 1, latching: true, {_WORDS}}}
      remote: {{label: {{zh: 远程, en: Remote}}, kind: discrete}}
"""
_CURRENT: Final = f"""\
        deadband: 0.2
        alarms:
          H:
            priority: 3
            group: trip
            deadband: 2
            suppress:
              stopped: {{label: {{zh: 停泵, en: Stopped}}, when: run == 0}}
            consequence: {{zh: 后果, en: Harm}}
            action: {{zh: 措施, en: Act}}
            respond_s: 600
          HH: {{priority: 2, limit: '{{overload}}', {_WORDS}}}
"""
_PUMP: Final = f"""\
    alarms:
      mismatch: {{priority: 3, {_WORDS}}}
      uncommanded_run: {{priority: 3, {_WORDS}}}
      uncommanded_stop: {{priority: 3, {_WORDS}}}
      shallow: {{tag: well/level, side: below, limit: 0.3, priority: 4, {_WORDS}}}
    commands:
      start: {{label: {{zh: 启动, en: Start}}, code: 1, feedback: [run == 1]}}
"""
_SPEED: Final = f"""\
      speed:
        label: {{zh: 频率, en: Speed}}
        unit: Hz
        range: [0, 50]
        alarms:
          off: {{kind: deviation, setpoint: speed_sp, limit: 2, priority: 4, {_WORDS}}}
      speed_sp: {{label: {{zh: 给定, en: Set-point}}, unit: Hz, range: [0, 50]}}
"""
_LEVEL: Final = f"""\
      level:
        label: {{zh: 液位, en: Level}}
        unit: m
        range: [0, 5]
        marks: {{LL: 0.5, H: 3, HH: 4}}
        alarms:
          LL: {{priority: 3, deadband: 0.1, {_WORDS}}}
          H: {{priority: 3, {_WORDS}}}
          HH: {{priority: 1, re_alarm_s: 900, {_WORDS}}}
          rise: {{kind: rate, side: above, limit: 0.5, window_s: 60, priority: 4, {_WORDS}}}
          stuck: {{kind: stuck, limit: 0.01, window_s: 600, priority: 4, {_WORDS}}}
"""
_STATION: Final = f"""\
      current:
        range: [0, 80]
        alarms:
          H: {{omit: true}}
          HH: {{priority: 1}}
alarms:
  well/temp:
    H: {{limit: 40, priority: 4, {_WORDS}}}
"""
_DEVICES: Final = f"""\
alarms:
  comm: {{priority: 2, page: system, on_delay_s: 15, {_WORDS}}}
  clock: {{priority: 4, limit: 2, {_WORDS}}}
devices:
"""
_SITE: Final = """\
shifts:
  day: {label: {zh: 白班, en: Day}, start: '08:00', end: '20:00'}
  night: {label: {zh: 夜班, en: Night}, start: '20:00', end: '08:00'}
escalation:
  - {priority: 1, after_s: 60, role: supervisor}
  - {priority: 1, after_s: 180, role: engineer}
map:
"""
_EDITS: Final = (
    ("types.yaml", "      trip: {label: {zh: 故障, en: Trip}, kind: discrete, abnormal: [1]}\n", _TRIP),
    ("types.yaml", "        deadband: 0.2\n", _CURRENT),
    (
        "types.yaml",
        "    commands:\n      start: {label: {zh: 启动, en: Start}, code: 1, feedback: [run == 1]}\n",
        _PUMP,
    ),
    ("types.yaml", "      speed: {label: {zh: 频率, en: Speed}, unit: Hz, range: [0, 50]}\n", _SPEED),
    ("types.yaml", "      level: {label: {zh: 液位, en: Level}, unit: m, range: [0, 5]}\n", _LEVEL),
    ("types.yaml", "parameters: {dry_run: 0.8}", "parameters: {dry_run: 0.8, overload: 55}"),
    (
        "layouts.yaml",
        "        trip: {at: 0, bit: 1}\n",
        "        trip: {at: 0, bit: 1}\n        remote: {at: 0, bit: 2}\n",
    ),
    (
        "layouts.yaml",
        "        speed: {at: 6, type: f32}\n",
        "        speed: {at: 6, type: f32}\n        speed_sp: {at: 8}\n",
    ),
    ("stations/ps1.yaml", "      current: {range: [0, 80]}\n", _STATION),
    ("devices.yaml", "devices:\n", _DEVICES),
    ("devices.yaml", "    periods_ms: {fast: 500}\n", "    periods_ms: {fast: 500}\n    clock: ps2/well/beat\n"),
    ("site.yaml", "map:\n", _SITE),
)


def _made() -> dict[str, str]:
    files = dict(SMALL_SITE)
    for file, old, new in _EDITS:
        files = edit(files, file, old, new)
    return files


ALARM_SITE: Final[dict[str, str]] = _made()
"""Files by name. Alarms of ps1/pump2 differ from the type; plc2 alone has a clock."""
